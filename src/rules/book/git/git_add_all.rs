//! Staging more than was meant.

use super::support::command::{COMMIT, Git, subcommand};
use super::support::repository::is_fresh;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Miss, Trigger, check};
use crate::shell::Command;
use crate::shell::options::Spec;

pub(crate) const RULE: Rule = Rule {
    id: "git-add-all",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git add -A, git add ., git commit -a",
    why: "It stages secrets, build output and other agents' work along with the change: 239 \
          ambient files landed on main in raddue/crucible#321.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["add", "stage", "commit"],
        signs: &["-", ".", "/", "*"],
        check: |case, command| {
            let staging = Staging::of(command).ok_or(Miss::No)?;
            if is_fresh(case) {
                return Err(Miss::Near("the repository is new"));
            }
            Ok(Finding::new(staging.advice(case)))
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["add"],
        signs: &[],
        check: |_, command| check(Staging::of(command).is_none()),
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

/// A command that stages whatever changed.
struct Staging<'c> {
    git: Git<'c>,
    /// The command in short: `git add -A`.
    how: String,
}

impl<'c> Staging<'c> {
    fn of(command: &'c Command) -> Option<Self> {
        // xargs adds the names of files to the command: it does not stage everything.
        if command.is_under("xargs") {
            return None;
        }
        let git = Git::by_subcommand(command, |sub| match sub {
            "commit" => COMMIT,
            _ => Spec::FLAGS_ONLY,
        })?;
        let chooses = git.has('p', "patch") || git.has_long("interactive");
        if chooses || git.has_long("help") || git.has_long("dry-run") {
            return None;
        }
        let how = match git.sub {
            "commit" => git.has('a', "all").then(|| "git commit -a".to_owned())?,
            "add" | "stage" => added(&git)?,
            _ => return None,
        };
        Some(Self { git, how })
    }

    fn advice(&self, case: &Case) -> Advice {
        let Self { git, how } = self;
        let globals = git.global_text();
        let plain = format!("{how} takes everything that changed: add files by name");
        if case.commands().any(|other| subcommand(other) == Some("commit")) {
            // The index is empty by now: only the commit shows what went in.
            let lead = format!(
                "{how} takes everything that changed; add by name next time, and see what went in"
            );
            return Advice::better(lead, format!("git {globals}show --stat HEAD"), plain);
        }
        let lead =
            format!("{how} takes everything that changed, wanted or not; look, then add by name");
        Advice::better(lead, format!("git {globals}status --short"), plain)
    }
}

/// `git add` in short, if it adds everything.
fn added(git: &Git) -> Option<String> {
    // These add tracked files only, ask a person, or add no content.
    let narrows = git.has('n', "dry-run")
        || git.has('u', "update")
        || git.has('i', "interactive")
        || git.has('e', "edit")
        || git.has('N', "intent-to-add")
        || git.has_long("refresh");
    if narrows {
        return None;
    }
    let operands = git.operands();
    let whole = operands.iter().find(|word| matches!(word.text.as_str(), "." | "./" | ":/" | "*"));
    match whole {
        Some(word) => Some(format!("git {} {}", git.sub, word.text)),
        None if operands.is_empty() && git.has('A', "all") => Some(format!("git {} -A", git.sub)),
        None => None,
    }
}
