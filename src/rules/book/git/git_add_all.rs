//! Staging more than was meant.

use super::{COMMIT, Git, is_fresh, subcommand};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::{Command, options};

pub(crate) const RULE: Rule = Rule {
    id: "git-add-all",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git add -A, git add ., git commit -a",
    why: "It stages secrets, build output and other agents' work along with the change: 239 ambient files landed on \
          main in raddue/crucible#321.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["add", "stage", "commit"],
        signs: &["-", ".", "/", "*"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match staged(command) {
                    None => Verdict::No,
                    Some(_) if is_fresh(case) => Verdict::Near("the repository is new"),
                    Some(_) => Verdict::Fires,
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["add"],
        signs: &[],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                Verdict::when(staged(command).is_none())
            })
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("git add -A").says("git add -A takes everything"),
        Example::bash("git -C repo add --all").says("`git -C repo status --short`"),
        Example::bash("git add '*'"),
        Example::bash("git stage ."),
        Example::bash("cd app && git add ./").says("git add ./ takes"),
        Example::bash("git add . && git commit -m x").says("`git show --stat HEAD`"),
        Example::bash("git commit -am 'fix it'").says("git commit -a takes"),
        Example::bash("git commit --all --message=x"),
        Example::bash("git add *").says("git add * takes"),
        Example::bash("bash -lc 'git add -Av'"),
    ],
    misses: &[
        Example::bash("git add -u"),
        Example::bash("git add -p"),
        Example::bash("git add -A -- docs/"),
        Example::bash("git add -n ."),
        Example::bash("git add src/ tests/a.py"),
        Example::bash("git init && git add . && git commit -m first"),
        Example::bash("git add .").given(&[Given::File(".git/HEAD", "ref: refs/heads/main\n")]),
        Example::bash("git commit -m 'git add -A'"),
        Example::bash("git commit --amend -m 'add all . files'"),
        Example::bash("git add .gitignore"),
        Example::bash("docker exec app git add -A"),
        Example::bash("git add -A")
            .given(&[Given::Failed("Exit code 128\nfatal: not a git repository")]),
        Example::bash("git add -u ."),
        Example::bash("git commit -F - <<'EOF'\ngit add -A\nEOF"),
        Example::bash("git add --help"),
        Example::bash("git ls-files -m | xargs git add -A"),
        Example::bash("git add -N ."),
        Example::bash("git add --refresh ."),
        Example::bash("git commit -uall -m x"),
        Example::bash("git commit -Sabc -m x"),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// What a command stages wholesale, in its own words.
fn staged(command: &Command) -> Option<String> {
    // What xargs hands over is named, not all.
    if command.is_under("xargs") {
        return None;
    }
    let sub = options::subcommand("git", &command.args)?.1;
    let git = Git::of(command, if sub == "commit" { COMMIT } else { Spec::FLAGS_ONLY })?;
    let chooses = git.has(Some('p'), "patch") || git.has(None, "interactive");
    if chooses || git.has(None, "help") || git.has(None, "dry-run") {
        return None;
    }
    match sub {
        "commit" => git.has(Some('a'), "all").then(|| "git commit -a".to_owned()),
        "add" | "stage" => {
            // Tracked files only, a person's choice, or no content at all.
            let other = [
                (Some('n'), "dry-run"),
                (Some('u'), "update"),
                (Some('i'), "interactive"),
                (Some('e'), "edit"),
                (Some('N'), "intent-to-add"),
                (None, "refresh"),
            ];
            if other.iter().any(|(short, long)| git.has(*short, long)) {
                return None;
            }
            let operands = git.operands();
            match operands.iter().find(|word| matches!(word.text.as_str(), "." | "./" | ":/" | "*"))
            {
                Some(word) => Some(format!("git {sub} {}", word.text)),
                None if operands.is_empty() && git.has(Some('A'), "all") => {
                    Some(format!("git {sub} -A"))
                }
                None => None,
            }
        }
        _ => None,
    }
}

fn advise(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let what = staged(command)?;
    let git = Git::of(command, COMMIT)?;
    let globals = git.global_text();
    let committed = case.commands().any(|other| subcommand(other) == Some("commit"));
    let plain = format!("{what} takes everything that changed: add files by name");
    if committed {
        // The index is empty by now: what went in shows in the commit.
        let lead = format!(
            "{what} takes everything that changed; add by name next time, and see what went in"
        );
        return legacy::better(lead, format!("git {globals}show --stat HEAD"), plain);
    }
    let lead =
        format!("{what} takes everything that changed, wanted or not; look, then add by name");
    legacy::better(lead, format!("git {globals}status --short"), plain)
}
