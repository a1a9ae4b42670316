//! Commits and pushes that a hook refused.

use super::{COMMIT, Git, PUSH, before, printed, subcommand, tells_of_commit};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::Command;

pub(crate) const RULE: Rule = Rule {
    id: "commit-hook-failed",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Failure,
    analyzer: None,
    summary: "a hook refused a commit or a push",
    why: "The commit did not happen, so --amend would change the one before it, and --no-verify hides what the hook \
          found.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push"],
        signs: &[],
        check: |case, command| legacy::on_command(case, command, |case, command| match refusal(case, command) {
            Ok(_) => Verdict::Fires,
            Err(verdict) => verdict,
        }, ADVICE, KEY),
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\n.git/hooks/pre-commit: line 3: cargo: command not found")]),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff")])
            .says("hook ruff"),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nfiles were modified by this hook")])
            .says("changed files"),
        Example::bash("git add a && git commit -m x").given(&[Given::Failed(
            "Exit code 1\nblack...Failed\n- hook id: black\n- files were modified by this hook\nruff...Passed",
        )]),
        Example::bash("git commit -am x")
            .given(&[Given::Failed("Exit code 1\nbad.js 1:1 error\nhusky - pre-commit script failed (code 1)")])
            .says("no --amend"),
        Example::bash("git commit -m 'fixed it'")
            .given(&[Given::Failed(
                "Exit code 1\n\u{2716}   type may not be empty [type-empty]\nhusky - commit-msg script failed (code 1)",
            )])
            .says("refused the message"),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\n\u{2502} \u{1f94a} lefthook v2.2.2 hook: pre-commit\nexit status 1\n\u{1f94a} lint (0.01 seconds)",
        )]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 1\ntests failed\nhusky - pre-push script failed (code 1)\nerror: failed to push some refs to 'x'",
        )])
        .says("git push did not happen"),
        Example::bash("git commit -m x && git push").given(&[Given::Failed(
            "Exit code 1\n[main 1234567] x\nmypy....Failed\n- hook id: mypy\nerror: failed to push some refs to 'x'",
        )])
        .says("git push did not happen"),
        Example::bash("git push origin main").given(&[Given::Failed(
            "Exit code 1\nremote: no\n ! [remote rejected] main -> main (pre-receive hook declined)\nerror: failed to push some refs",
        )])
        .says("the remote"),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nERROR: pre-commit hook failed: lint")]),
        Example::bash("git commit --amend --no-edit")
            .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff")])
            .says("same command again"),
    ],
    misses: &[
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nnothing to commit, working tree clean")]),
        Example::bash("git commit -m x").given(&[Given::Failed("Exit code 128\nPlease tell me who you are")]),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nruff...Skipped\n- hook id: ruff\nOn branch main\nnothing to commit")]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\n\u{1f94a} lefthook v2.2.2 hook: pre-commit\n\u{2714}\u{fe0f} fmt\nno changes added to commit",
        )]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 128\nlint passed in pre-commit\nAuthor identity unknown\nfatal: empty ident name",
        )]),
        Example::bash("pre-commit run -a && git commit -m x")
            .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff")]),
        Example::bash("pytest -q && git commit -m x")
            .given(&[Given::Failed("Exit code 1\nFAILED tests/test_pre-commit.py::test_hook - pre-commit failed")]),
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 1\n ! [rejected] main -> main (fetch first)")]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 1\n ! [remote rejected] main -> main (protected branch hook declined)",
        )]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "The user doesn't want to proceed with this tool use. The tool use was rejected: husky failed",
        )]),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nerror: pathspec 'x' did not match any file(s) known to git")]),
        Example::bash("git commit -m x && make").given(&[Given::Failed(
            "Exit code 2\nhusky - pre-commit\n[main 1234567] x\nmake: *** [all] Error 1: pre-commit failed",
        )]),
        Example::bash("git commit -m 'pre-commit hook failed'").given(&[Given::Failed(
            "Exit code 128\nfatal: Unable to create '.git/index.lock': File exists.",
        )]),
        Example::bash("git log -1 && pre-commit run").given(&[Given::Failed("Exit code 1\nruff..Failed\n- hook id: ruff")]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\nhint: The '.git/hooks/pre-commit' hook was ignored because it's not set as executable.",
        )]),
        Example::bash("git commit -m x").given(&[Given::Output("ruff....Failed\n- hook id: ruff")]),
        Example::bash("ssh ci git commit -m x")
            .given(&[Given::Failed("Exit code 1\nhusky - pre-commit script failed (code 1)")]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// What a hook did.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// It found something; the name of the check, where the output has one.
    Found(Option<String>),
    /// It changed files.
    Changed,
    /// It does not like the commit's message.
    Message,
    /// It kept a push from being sent.
    Push,
    /// The remote's hook kept a push from being taken.
    Remote,
}

/// Lines that git prints where a commit fails for a reason of its own: then the hooks, if any, had
/// passed.
const OTHER_REASONS: [&str; 10] = [
    "nothing to commit",
    "nothing added to commit",
    "no changes added to commit",
    "Author identity unknown",
    "Please tell me who you are",
    "*** Please tell me who you are",
    "fatal: ",
    "error: pathspec ",
    "error: Committing is not possible",
    "Aborting commit",
];

/// Programs that run the same checks by hand.
const CHECKERS: [&str; 6] =
    ["pre-commit", "prek", "lefthook", "husky", "lint-staged", "commitlint"];

/// Beginnings of the ids of checks that look at the message.
const MESSAGE_CHECKS: [&str; 5] =
    ["commit-msg", "commitlint", "commitizen", "gitlint", "conventional-pre-commit"];

/// Which hook refused this command.
///
/// # Errors
/// The verdict where none did.
fn refusal(case: &Case, command: &Command) -> Result<Refusal, Verdict> {
    let sub = subcommand(command).ok_or(Verdict::No)?;
    let text = printed(case);
    let unsent = text.contains("failed to push some refs");
    let by_hand = before(case, command).any(|other| {
        CHECKERS.contains(&other.program.as_str())
            || other.args.iter().any(|word| CHECKERS.contains(&word.text.as_str()))
    });
    if by_hand {
        return Err(Verdict::Near("the checks ran by hand before"));
    }
    if sub == "push" {
        return match () {
            () if !unsent && !text.contains("hook declined") => Err(Verdict::No),
            () if text.contains("protected branch") => {
                Err(Verdict::Near("the branch is protected"))
            }
            () if text.contains("hook declined") => Ok(Refusal::Remote),
            () if text.contains("rejected]") => Err(Verdict::Near("the remote refused it")),
            () if failure(case, &text).is_some() => Ok(Refusal::Push),
            () => Err(Verdict::No),
        };
    }
    if unsent || tells_of_commit(&text) {
        return Err(Verdict::Near("the commit happened"));
    }
    if text.lines().any(|line| OTHER_REASONS.iter().any(|reason| line.starts_with(reason))) {
        return Err(Verdict::Near("the commit failed for another reason"));
    }
    failure(case, &text).ok_or(Verdict::No)
}

/// What the hook managers say of a failed hook; `None` where no failure of one shows.
fn failure(case: &Case, text: &str) -> Option<Refusal> {
    let failed = text.matches("Failed\n- hook id: ").count();
    let changed = text.matches("files were modified by this hook").count();
    if changed > 0 && failed <= changed {
        return Some(Refusal::Changed);
    }
    if failed > 0 {
        let name = text
            .split("Failed\n- hook id: ")
            .nth(1)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        if MESSAGE_CHECKS.iter().any(|check| name.starts_with(check)) {
            return Some(Refusal::Message);
        }
        // A name of a check and nothing that could be a sentence.
        let is_name = (1..=24).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        return Some(Refusal::Found(is_name.then(|| name.to_owned())));
    }
    let says_so = |line: &str| {
        const VERBS: [&str; 6] =
            ["failed", "exited with", "rejected", "aborted", "blocked", "refused"];
        let line = line.to_ascii_lowercase();
        VERBS.iter().any(|verb| line.contains(verb))
    };
    let of_hook = |hook: &str| text.lines().any(|line| line.contains(hook) && says_so(line));
    let husky = |hook: &str| {
        text.lines().any(|line| line.starts_with("husky ") && line.contains(hook) && says_so(line))
    };
    // A word in passing may come from any other command of the call.
    let alone = case
        .commands()
        .all(|other| matches!(other.program.as_str(), "git" | "cd" | "echo" | "export" | ""));
    let linted_message = text.contains("[type-empty]") || text.contains("[subject-empty]");
    if husky("commit-msg")
        || (alone && (of_hook("commit-msg") || (text.contains("commitlint") && linted_message)))
    {
        return Some(Refusal::Message);
    }
    let staged =
        text.contains("lint-staged") && (text.contains("[FAILED]") || text.contains('\u{2716}'));
    // lefthook marks what failed with a glove, as it does its own name.
    let boxed = text.contains("efthook")
        && text
            .lines()
            .any(|line| line.trim().starts_with('\u{1f94a}') && !line.contains("lefthook"));
    let named = of_hook("pre-commit") || of_hook("pre-push") || of_hook("pre-commit.com");
    // The shell's own complaint about a hook's script: `.git/hooks/pre-commit: line 3: cargo: not
    // found`.
    let broken = text.lines().any(|line| {
        [".git/hooks/pre-", ".husky/pre-"].iter().any(|path| line.starts_with(path))
            && line.contains(": line ")
    });
    let shows =
        broken || husky("pre-commit") || husky("pre-push") || boxed || (alone && (staged || named));
    (shows || text.contains("No .pre-commit-config.yaml file was found"))
        .then_some(Refusal::Found(None))
}

fn advise(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let git = Git::of(command, if subcommand(command)? == "push" { PUSH } else { COMMIT })?;
    let refused = refusal(case, command).ok()?;
    // There is no new commit to amend, but an amend that failed is repeated as it was.
    let (again, amend) = match git.has(None, "amend") {
        true => ("run the same command again", ""),
        false => ("commit again", "no --amend, "),
    };
    legacy::plain(match refused {
        Refusal::Found(name) => {
            let name = name.map(|name| format!(" {name}")).unwrap_or_default();
            format!(
                "git commit did not happen, its hook{name} failed: fix what it reports, git add, {again}; {amend}\
                 --no-verify only if the user asked"
            )
        }
        Refusal::Changed => format!(
            "git commit did not happen, its hook changed files: git add them, {again}; {amend}--no-verify only if the \
             user asked"
        ),
        Refusal::Message => format!(
            "git commit did not happen, the commit-msg hook refused the message: {again} with one in the form it \
             names"
        ),
        Refusal::Push => {
            "git push did not happen, its pre-push hook failed: fix what it reports, commit that, push \
                          again; --no-verify only if the user asked"
                .to_owned()
        }
        Refusal::Remote => {
            "git push was declined by a hook on the remote: its lines after remote: say why; neither \
                            --force nor --no-verify changes that"
                .to_owned()
        }
    })
}
