//! Overwriting what others pushed, or what was never committed.

use super::{Git, PUSH, before, is_throw_away, saves_work};
use crate::case::Case;
use crate::example::{Example, Given};
use crate::rewrite;
use crate::rule::{Advice, Events, Harm, Key, Occasion, Repeat, Rule, Severity, Trigger, Verdict};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word};

pub(super) const GIT_PUSH_FORCE: Rule = Rule {
    id: "git-push-force",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    summary: "git push --force without a lease",
    why: "--force overwrites commits that were never fetched; a lease refuses to (anthropics/claude-code#70378).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["-", "+"],
        when: |case, command| {
            if !forces(command) {
                return Verdict::No;
            }
            if deletes(command) {
                return Verdict::Near("it deletes a branch");
            }
            if pushed_branches(case, command).iter().any(|branch| is_protected(branch)) {
                Verdict::FiresAs(Severity::Critical)
            } else {
                Verdict::Fires
            }
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["--force-with-lease", "--force-if-includes"],
        when: |_, command| Verdict::when(!forces(command)),
    }),
    advice: |case, occasion| {
        let lead = "a forced git push overwrites commits that were never fetched; if it must be";
        let plain =
            "a forced git push overwrites commits that were never fetched: --force-with-lease refuses to";
        match rewrite::git::push_with_lease(occasion.command?).filter(|_| !has_new_remote(case)) {
            Some(better) => Advice::better(lead, better, plain),
            None => Advice::plain(plain),
        }
    },
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("git push --force").says("`git push --force-with-lease`"),
        Example::bash("git push origin +main").says("`git push --force-with-lease origin main`"),
        Example::bash("git push --force --no-verify").says("`git push --force-with-lease --no-verify`"),
        Example::bash("git push -f origin feat/x").says("`git push --force-with-lease origin feat/x`"),
        Example::bash("git push -uf origin HEAD").given(&[Given::Branch("main")]),
        Example::bash("git -C repo push -f").says("`git -C repo push --force-with-lease`"),
        Example::bash("git fetch && git rebase main && git push --force origin topic"),
        Example::bash("git push --force-with-lease --force origin topic")
            .says("`git push --force-with-lease origin topic`"),
        Example::bash("git push -f --tags").says("--force-with-lease refuses to"),
        Example::bash("git push --force https://example.org/x.git topic")
            .says("--force-with-lease refuses to"),
        Example::bash("GIT_SSH_COMMAND='ssh -i key' git push -f origin topic")
            .says("--force-with-lease refuses to"),
    ],
    misses: &[
        Example::bash("git push --force-with-lease"),
        Example::bash("git fetch --force"),
        Example::bash("git commit -m \"push --force is bad\""),
        Example::bash("git push --force --dry-run"),
        Example::bash("git tag -f v1 && git push"),
        Example::bash("git checkout -f main"),
        Example::bash("git push origin feature-f"),
        Example::bash("git push --follow-tags"),
        Example::bash("git stash push -m 'force -f'"),
        Example::bash("ssh web 'git push --force'"),
        Example::bash("echo git push --force"),
        Example::bash("git push -o ci.skip origin main"),
        Example::bash("git push -f origin --delete topic"),
        Example::bash("git push -f origin :topic"),
    ],
    since: "0.1.0",
};

/// Whether a push overwrites. A lease beside `--force` or a `+` does not hold: git overwrites all the same.
fn forces(command: &Command) -> bool {
    let Some(git) = Git::of(command, PUSH) else { return false };
    let refspec = git.operands().iter().skip(1).any(|word| word.text.starts_with('+'));
    !git.has(Some('n'), "dry-run") && (git.has(Some('f'), "force") || refspec)
}

/// A remote that this call adds has nothing fetched to compare a lease with.
fn has_new_remote(case: &Case) -> bool {
    case.commands().any(|command| {
        Git::of(command, Spec::FLAGS_ONLY).is_some_and(|git| command.is("git") && git.sub == "remote")
    })
}

/// Whether it deletes what it names, which needs no force.
fn deletes(command: &Command) -> bool {
    let Some(git) = Git::of(command, PUSH) else { return false };
    git.has(Some('d'), "delete") || git.operands().iter().skip(1).any(|word| word.text.starts_with(':'))
}

/// The branches that a push updates on the remote, by name.
fn pushed_branches(case: &Case, command: &Command) -> Vec<String> {
    let current = || case.facts.branch().map(str::to_owned);
    let Some(git) = Git::of(command, PUSH) else { return Vec::new() };
    let operands = git.operands();
    let refs: Vec<&&Word> = operands.iter().skip(1).collect();
    if refs.is_empty() {
        return current().into_iter().collect();
    }
    refs.iter()
        .filter_map(|word| {
            let name = word.text.trim_start_matches('+');
            let target = name.rsplit(':').next().unwrap_or(name);
            let target = target.strip_prefix("refs/heads/").unwrap_or(target);
            if target == "HEAD" { current() } else { Some(target.to_owned()) }
        })
        .collect()
}

fn is_protected(branch: &str) -> bool {
    matches!(branch, "main" | "master" | "develop") || branch.starts_with("release/")
}

pub(super) const GIT_RESET_HARD: Rule = Rule {
    id: "git-reset-hard",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    summary: "git reset --hard",
    why: "Uncommitted work has no reflog: five public reports tell of hours lost (anthropics/claude-code#84660 and \
          others).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["reset"],
        signs: &["--hard", "--merge"],
        when: |case, command| {
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
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["reset", "stash", "restore"],
        signs: &[],
        when: |_, command| {
            let Some(git) = Git::of(command, Spec::FLAGS_ONLY) else { return Verdict::No };
            Verdict::when(!git.has(None, "hard") && !git.has(None, "merge"))
        },
    }),
    advice: advise_reset,
    needs: &[],
    key: Key::Rule,
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
        Example::bash("git reset --hard").given(&[Given::Cwd("/tmp/clone"), Given::Project("/repo")]),
        Example::bash("git reset HEAD src/hard.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("echo git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard")
            .given(&[Given::Cwd("/repo"), Given::Failed("Exit code 128\nfatal: not a git repository")]),
        Example::bash("git log --grep 'reset --hard'").given(&[Given::Cwd("/repo")]),
    ],
    since: "0.1.0",
};

fn advise_reset(_: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let git = Git::of(command, Spec::FLAGS_ONLY)?;
    let how = if git.has(None, "hard") { "--hard" } else { "--merge" };
    let lead =
        format!("git reset {how} drops uncommitted work for good (lost commits: git reflog); next time");
    let plain = format!("{lead} `git stash -u` first");
    let plain_form = git.items.iter().all(|item| {
        matches!(item, Item::Operand(_) | Item::Short('q', None) | Item::Long("hard" | "quiet", None))
    });
    match git.operands().as_slice() {
        // To keep what is not committed while staying on HEAD is to do nothing.
        [target] if plain_form && !matches!(target.text.as_str(), "HEAD" | "@") => {
            Advice::better(lead, format!("git {}reset --keep {}", git.global_text(), target.raw), plain)
        }
        _ => Advice::plain(plain),
    }
}
