//! Committing and pushing past the checks.

use super::support::command::Git;
use super::support::repository::is_fresh;
use crate::rules::advice::{Advice, Finding};
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Miss, Trigger, check};
use crate::shell::Command;

pub(crate) const RULE: Rule = Rule {
    id: "git-no-verify",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "git commit or push without hooks or signing",
    why: "It silences linters, tests and secret scanners at once; ten of ten public agent files \
          that mention it forbid it.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push", "merge", "rebase", "am", "cherry-pick", "revert"],
        signs: &["-", "HUSKY", "SKIP", "PRE_COMMIT"],
        check: |case, command| {
            let skip = Skip::of(command).ok_or(Miss::No)?;
            if is_fresh(case) {
                return Err(Miss::Near("the repository is new"));
            }
            Ok(Finding::new(skip.advice()))
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push"],
        signs: &[],
        check: |_, command| check(Skip::of(command).is_none()),
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

/// A command that skips hooks or signing.
struct Skip<'c> {
    sub: &'c str,
    what: Skipped,
    /// The option or variable that skips it.
    how: String,
}

enum Skipped {
    Hooks,
    Signing,
}

impl<'c> Skip<'c> {
    fn of(command: &'c Command) -> Option<Self> {
        let git = Git::of(command)?;
        if git.has_long("dry-run") {
            return None;
        }
        let (what, how) = match skipping_option(&git).or_else(|| skipping_variable(command)) {
            Some(how) => (Skipped::Hooks, how),
            None => skipping_setting(&git)?,
        };
        Some(Self { sub: git.sub, what, how })
    }

    fn advice(&self) -> Advice {
        let Self { sub, how, .. } = self;
        Advice::plain(match self.what {
            Skipped::Signing => format!(
                "git {sub} with {how} leaves the commit unsigned: unless the user asked for that, \
                 sign it, or ask about the key"
            ),
            Skipped::Hooks => format!(
                "git {sub} with {how} skips the hooks: unless the user asked for that, run them \
                 and fix what they report"
            ),
        })
    }
}

/// The option that skips the hooks.
fn skipping_option(git: &Git) -> Option<String> {
    if git.has_long("no-verify") {
        return Some("--no-verify".to_owned());
    }
    // Elsewhere `-n` means something else.
    (git.sub == "commit" && git.has_short('n')).then(|| "-n".to_owned())
}

/// The variable by which a hook manager skips its hooks.
fn skipping_variable(command: &Command) -> Option<String> {
    for (name, value) in [("HUSKY", "0"), ("HUSKY_SKIP_HOOKS", "1")] {
        if command.assigned(name).is_some_and(|word| word.text == value) {
            return Some(format!("{name}={value}"));
        }
    }
    ["SKIP", "PRE_COMMIT_ALLOW_NO_CONFIG"]
        .into_iter()
        .find(|name| command.assigned(name).is_some_and(|word| !word.text.is_empty()))
        .map(str::to_owned)
}

/// The `-c` setting or the option that skips hooks or signing.
fn skipping_setting(git: &Git) -> Option<(Skipped, String)> {
    let mut globals = git.globals.iter();
    while let Some(word) = globals.next() {
        if !word.is("-c") {
            continue;
        }
        let setting = globals.next()?.text.to_ascii_lowercase();
        match setting.split_once('=')? {
            ("core.hookspath", "/dev/null" | "") => {
                return Some((Skipped::Hooks, "core.hooksPath off".to_owned()));
            }
            ("commit.gpgsign", "false" | "0" | "no" | "off") => {
                return Some((Skipped::Signing, "commit.gpgsign=false".to_owned()));
            }
            _ => {}
        }
    }
    git.has_long("no-gpg-sign").then(|| (Skipped::Signing, "--no-gpg-sign".to_owned()))
}
