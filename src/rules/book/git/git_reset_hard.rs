//! Resetting away what was never committed.

use super::{Git, before, is_throw_away, saves_work};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::{Item, Spec};

pub(crate) const RULE: Rule = Rule {
    id: "git-reset-hard",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git reset --hard",
    why: "Uncommitted work has no reflog: five public reports tell of hours lost (anthropics/claude-code#84660 and \
          others).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["reset"],
        signs: &["--hard", "--merge"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| {
                    let Some(git) = Git::of(command, Spec::FLAGS_ONLY) else { return Verdict::No };
                    if !git.has(None, "hard") && !git.has(None, "merge") {
                        return Verdict::No;
                    }
                    if is_throw_away(case, &git) {
                        return Verdict::Near("it is in a temporary clone");
                    }
                    let saved = before(case, command).any(saves_work);
                    if saved { Verdict::Near("the work was saved before") } else { Verdict::Fires }
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["reset", "stash", "restore"],
        signs: &[],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                let Some(git) = Git::of(command, Spec::FLAGS_ONLY) else { return Verdict::No };
                Verdict::when(!git.has(None, "hard") && !git.has(None, "merge"))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git reset --hard").given(&[Given::Cwd("/repo")]).says("git stash -u"),
        Example::bash("git fetch && git reset --hard origin/main")
            .given(&[Given::Cwd("/repo")])
            .says("`git reset --keep origin/main`"),
        Example::bash("git -C sub reset -q --hard HEAD~1").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --merge").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard \"$SHA\"")
            .given(&[Given::Cwd("/repo")])
            .says("`git reset --keep \"$SHA\"`"),
        Example::bash("git stash drop; git reset --hard HEAD")
            .given(&[Given::Cwd("/repo")])
            .says("git stash -u"),
    ],
    misses: &[
        Example::bash("git reset --soft HEAD~1").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -m \"revert reset --hard\"").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset").given(&[Given::Cwd("/repo")]),
        Example::bash("git stash && git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git -C /tmp/y reset --hard v1").given(&[Given::Cwd("/repo")]),
        Example::bash("git clone x y && git -C y reset --hard v1").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard")
            .given(&[Given::Cwd("/tmp/clone"), Given::Project("/repo")]),
        Example::bash("git reset HEAD src/hard.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("echo git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard").given(&[
            Given::Cwd("/repo"),
            Given::Failed("Exit code 128\nfatal: not a git repository"),
        ]),
        Example::bash("git log --grep 'reset --hard'").given(&[Given::Cwd("/repo")]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise_reset;
const KEY: Key = Key::Rule;

fn advise_reset(_: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let git = Git::of(command, Spec::FLAGS_ONLY)?;
    let how = if git.has(None, "hard") { "--hard" } else { "--merge" };
    let lead = format!(
        "git reset {how} drops uncommitted work for good (lost commits: git reflog); next time"
    );
    let plain = format!("{lead} `git stash -u` first");
    let plain_form = git.items.iter().all(|item| {
        matches!(
            item,
            Item::Operand(_) | Item::Short('q', None) | Item::Long("hard" | "quiet", None)
        )
    });
    match git.operands().as_slice() {
        // To keep what is not committed while staying on HEAD is to do nothing.
        [target] if plain_form && !matches!(target.text.as_str(), "HEAD" | "@") => legacy::better(
            lead,
            format!("git {}reset --keep {}", git.global_text(), target.raw),
            plain,
        ),
        _ => legacy::plain(plain),
    }
}
