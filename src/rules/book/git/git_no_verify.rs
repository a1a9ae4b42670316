//! Committing and pushing past the checks.

use super::{COMMIT, Git, is_fresh};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::{Command, options};

pub(crate) const RULE: Rule = Rule {
    id: "git-no-verify",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "git commit or push without hooks or signing",
    why: "It silences linters, tests and secret scanners at once; ten of ten public agent files that mention it \
          forbid it.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push", "merge", "rebase", "am", "cherry-pick", "revert"],
        signs: &["-", "HUSKY", "SKIP", "PRE_COMMIT"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match skipped(command) {
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
        subcommands: &["commit", "push"],
        signs: &[],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                Verdict::when(skipped(command).is_none())
            })
        },
    }),
    needs: &[],
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("git commit --no-verify -m \"wip\"").says("git commit with --no-verify"),
        Example::bash("HUSKY=0 git push").says("git push with HUSKY=0"),
        Example::bash("git -c core.hooksPath=/dev/null commit -m x").says("core.hooksPath"),
        Example::bash("git commit -nm wip").says("with -n"),
        Example::bash("SKIP=flake8 git commit -m x"),
        Example::bash("git commit --no-gpg-sign -m x").says("unsigned"),
        Example::bash("git add a && git commit -an -m x"),
        Example::bash("env HUSKY=0 git commit -m x"),
        Example::bash("git push --no-verify").given(&[Given::Failed("Exit code 1\nrejected")]),
    ],
    misses: &[
        Example::bash("git push -n origin main"),
        Example::bash("rg -- \"--no-verify\" ."),
        Example::bash("git log -n 5"),
        Example::bash("git commit -m 'drop --no-verify'"),
        Example::bash("git commit --dry-run -n"),
        Example::bash("git commit -F - <<'EOF'\nnever use --no-verify\nEOF"),
        Example::bash("git merge -n topic"),
        Example::bash("git rebase --no-verify-signatures main"),
        Example::bash("HUSKY=1 git commit -m x"),
        Example::bash("ssh web git commit --no-verify"),
        Example::bash("git commit -m -n"),
        Example::bash("git commit -m x -- -n"),
        Example::bash("git commit -uno -m x"),
        Example::bash("git init -q t && git -C t -c commit.gpgsign=false commit -m x"),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |_, occasion| {
    let command = occasion.command?;
    let sub = Git::of(command, COMMIT)?.sub;
    let (how, signing) = skipped(command)?;
    legacy::plain(if signing {
        format!(
            "git {sub} with {how} leaves it unsigned; unless the user asked, sign it or ask about the key"
        )
    } else {
        format!(
            "git {sub} with {how} skips the hooks; unless the user asked, run them and fix what they report"
        )
    })
};
const KEY: Key = Key::Rule;

/// How a command skips hooks, and whether it is signing that it skips.
fn skipped(command: &Command) -> Option<(String, bool)> {
    let spec = if options::subcommand("git", &command.args)?.1 == "commit" {
        COMMIT
    } else {
        Spec {
            short: "mXsSo",
            long: &["message", "strategy", "onto", "push-option", "exec"],
            ..Spec::FLAGS_ONLY
        }
    };
    let git = Git::of(command, spec)?;
    if git.has(None, "dry-run") {
        return None;
    }
    if git.has(None, "no-verify") {
        return Some(("--no-verify".to_owned(), false));
    }
    if git.sub == "commit" && git.has(Some('n'), "no-verify") {
        return Some(("-n".to_owned(), false));
    }
    let off = |name: &str, value: &str| {
        command.assigned(name).is_some_and(|word| value.is_empty() != (word.text == value))
    };
    for (name, value) in [("HUSKY", "0"), ("HUSKY_SKIP_HOOKS", "1")] {
        if off(name, value) {
            return Some((format!("{name}={value}"), false));
        }
    }
    for name in ["SKIP", "PRE_COMMIT_ALLOW_NO_CONFIG"] {
        if command.assigned(name).is_some_and(|word| !word.text.is_empty()) {
            return Some((name.to_owned(), false));
        }
    }
    let mut globals = git.globals.iter();
    while let Some(word) = globals.next() {
        if !word.is("-c") {
            continue;
        }
        let setting = globals.next()?.text.to_ascii_lowercase();
        match setting.split_once('=')? {
            ("core.hookspath", "/dev/null" | "") => {
                return Some(("core.hooksPath off".to_owned(), false));
            }
            ("commit.gpgsign", "false" | "0" | "no" | "off") => {
                return Some(("commit.gpgsign=false".to_owned(), true));
            }
            _ => {}
        }
    }
    git.has(None, "no-gpg-sign").then(|| ("--no-gpg-sign".to_owned(), true))
}
