//! Staging more than was meant.

use super::{COMMIT, Git};
use crate::case::Case;
use crate::example::{Example, Given};
use crate::rule::{Advice, Events, Harm, Key, Repeat, Rule, Severity, Trigger, Verdict};
use crate::shell::Command;

pub(super) const GIT_ADD_ALL: Rule = Rule {
    id: "git-add-all",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    summary: "git add -A, git add ., git commit -a",
    why: "It stages secrets, build output and other agents' work along with the change: 239 ambient files landed on \
          main in raddue/crucible#321.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["add", "commit"],
        signs: &["-", ".", "/", "*"],
        when: |case, command| match staged(command) {
            None => Verdict::No,
            Some(_) if is_fresh(case) => Verdict::Near("the repository is new"),
            Some(_) => Verdict::Fires,
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["add"],
        signs: &[],
        when: |_, command| Verdict::when(staged(command).is_none()),
    }),
    advice: |_, occasion| {
        let what = staged(occasion.command?)?;
        let lead = format!("{what} stages everything that changed, wanted or not; look, then add by name");
        Advice::better(
            lead,
            "git status --short",
            format!("{what} stages everything that changed: add files by name"),
        )
    },
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("git add -A").says("git add -A stages"),
        Example::bash("git -C repo add --all"),
        Example::bash("cd app && git add ./").says("git add ./ stages"),
        Example::bash("git add . && git commit -m x").says("git add . stages"),
        Example::bash("git commit -am 'fix it'").says("git commit -a stages"),
        Example::bash("git commit --all --message=x"),
        Example::bash("git add *").says("git add * stages"),
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
        Example::bash("git add -A").given(&[Given::Failed("Exit code 128\nfatal: not a git repository")]),
        Example::bash("git add -u ."),
        Example::bash("git commit -F - <<'EOF'\ngit add -A\nEOF"),
        Example::bash("git add --help"),
    ],
    since: "0.1.0",
};

/// What a command stages wholesale, in its own words.
fn staged(command: &Command) -> Option<String> {
    let git = Git::of(command, COMMIT)?;
    if git.has(None, "help") || git.has(None, "dry-run") {
        return None;
    }
    if git.sub == "commit" {
        return git.has(Some('a'), "all").then(|| "git commit -a".to_owned());
    }
    if git.sub != "add" || git.has(Some('n'), "dry-run") {
        return None;
    }
    // Tracked files only, or a person's choice.
    if git.has(Some('u'), "update") || git.has(Some('p'), "patch") || git.has(Some('i'), "interactive") {
        return None;
    }
    let operands = git.operands();
    let all = operands.iter().find(|word| {
        matches!(word.text.as_str(), "." | "./" | ":/" | "*") && !(word.text == "*" && word.quoted)
    });
    match all {
        Some(word) => Some(format!("git add {}", word.text)),
        None if operands.is_empty() && git.has(Some('A'), "all") => Some("git add -A".to_owned()),
        None => None,
    }
}

/// The repository was made just now: all of it is wanted.
fn is_fresh(case: &Case) -> bool {
    let made = |command: &Command| Git::of(command, COMMIT).is_some_and(|git| git.sub == "init");
    case.commands().any(|command| command.is("git") && made(command)) || case.facts.is_fresh_repository()
}
