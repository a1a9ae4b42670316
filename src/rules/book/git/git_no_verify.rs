//! Committing and pushing past the checks.

use super::support::call::before;
use super::support::command::{Git, subcommand};
use super::support::repository::is_fresh;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "git-no-verify",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "git commit or push without hooks or signing",
    why: "It silences linters, tests and secret scanners at once; ten of ten public agent files \
          that mention it forbid it.",
    lesson: Some(
        "Let the hooks of a commit run: `--no-verify` skips linters, tests and secret scanners at once.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["git"],
            subcommands: &[
                "commit",
                "push",
                "merge",
                "rebase",
                "am",
                "cherry-pick",
                "revert",
                "config",
            ],
            signs: &["-", "HUSKY", "SKIP", "PRE_COMMIT", "LEFTHOOK", "OVERCOMMIT", "ooks"],
            check: |case, command| {
                let skip = Skip::of(case, command).ok_or(Miss::No)?;
                if is_fresh(case) {
                    return Err(Miss::Near("the repository is new"));
                }
                Ok(Finding::new(skip.advice()))
            },
        },
        Trigger::Command {
            programs: &["rm", "mv", "chmod"],
            subcommands: &[],
            signs: &[".git/hooks", ".husky"],
            check: removed_hook,
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push"],
        signs: &[],
        check: |case, command| check(Skip::of(case, command).is_none()),
    }),
    needs: &[],
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("git commit --no-verif -m x").says("--no-verify skips the hooks"),
        Example::bash("export HUSKY=0; git commit -m x").says("HUSKY=0"),
        Example::bash("LEFTHOOK=0 git commit -m x"),
        Example::bash("git config core.hooksPath /dev/null").says("every commit to come"),
        Example::bash("git -c core.hooksPath=/dev/null commit -m x"),
        Example::bash("rm .git/hooks/pre-commit").says("rm takes a hook away"),
        Example::bash("mv .husky/pre-commit /tmp/ && git commit -m x").says("mv takes a hook"),
        Example::bash("chmod -x .git/hooks/pre-push").says("chmod takes a hook"),
        Example::bash("git commit --no-verify -m \"wip\"")
            .says("run them now, fix what they report, and amend the commit"),
        Example::bash("git commit --no-verify -m \"wip\" && git push")
            .says("run them now, fix what they report, and commit that"),
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
        Example::bash("git config core.hooksPath .githooks"),
        Example::bash("git config --get core.hooksPath"),
        Example::bash("git config --unset core.hooksPath"),
        Example::bash("rm .git/hooks/pre-commit && cp hooks/pre-commit .git/hooks/"),
        Example::bash("rm .git/hooks/pre-commit.sample"),
        Example::bash("chmod +x .git/hooks/pre-commit"),
        Example::bash("export HUSKY=1; git commit -m x"),
        Example::bash("git commit -m 'Do not use --no-verify'"),
        Example::bash("ls .git/hooks; mv a.txt b.txt"),
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
    /// The call pushes, too.
    pushes: bool,
}

enum Skipped {
    Hooks,
    Signing,
}

impl<'c> Skip<'c> {
    fn of(case: &Case, command: &'c Command) -> Option<Self> {
        let git = Git::of(command)?;
        if git.has_long("dry-run") {
            return None;
        }
        if git.sub == "config" {
            let (what, how) = switched_off(&git)?;
            return Some(Self { sub: git.sub, what, how, pushes: false });
        }
        // `export HUSKY=0` in front holds for the rest of the call.
        let exported = || {
            before(case, command)
                .filter(|other| other.program.is_empty() || other.is("export"))
                .find_map(skipping_variable)
        };
        let hooks = skipping_option(&git).or_else(|| skipping_variable(command)).or_else(exported);
        let (what, how) = match hooks {
            Some(how) => (Skipped::Hooks, how),
            None => skipping_setting(&git)?,
        };
        let pushes = case.commands().any(|other| subcommand(other) == Some("push"));
        Some(Self { sub: git.sub, what, how, pushes })
    }

    fn advice(&self) -> Advice {
        let Self { sub, how, .. } = self;
        Advice::plain(match self.what {
            Skipped::Signing => format!(
                "git {sub} with {how} leaves the commit unsigned: unless the user asked for that, \
                 sign it, or ask about the key"
            ),
            Skipped::Hooks if *sub == "config" => format!(
                "git config of {how} switches the hooks off for every commit to come: unless the \
                 user asked for that, unset it"
            ),
            Skipped::Hooks => {
                let then = match *sub {
                    "commit" if !self.pushes => "fix what they report, and amend the commit",
                    "commit" => "fix what they report, and commit that",
                    "push" => "fix what they report, and push that without it",
                    _ => "fix what they report",
                };
                format!(
                    "git {sub} with {how} skips the hooks: unless the user asked for that, run \
                     them now, {then}"
                )
            }
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

/// Variables by which hook managers skip hooks, with the value that does it; any value where it is
/// empty.
const VARIABLES: [(&str, &str); 8] = [
    ("HUSKY", "0"),
    ("HUSKY_SKIP_HOOKS", "1"),
    ("LEFTHOOK", "0"),
    ("LEFTHOOK", "false"),
    ("OVERCOMMIT_DISABLE", "1"),
    ("SKIP_SIMPLE_GIT_HOOKS", "1"),
    ("SKIP", ""),
    ("PRE_COMMIT_ALLOW_NO_CONFIG", ""),
];

/// The variable by which a hook manager skips its hooks, set in front of a command or exported.
fn skipping_variable(command: &Command) -> Option<String> {
    VARIABLES.iter().find_map(|(name, value)| {
        let in_words =
            || command.args.iter().find_map(|word| word.text.strip_prefix(name)?.strip_prefix('='));
        let exported = if command.is("export") { in_words() } else { None };
        let given = command.assigned(name).map(|word| word.text.as_str()).or(exported)?;
        match *value {
            "" => (!given.is_empty()).then(|| (*name).to_owned()),
            value => (given == value).then(|| format!("{name}={value}")),
        }
    })
}

/// The setting by which `git config` switches the hooks off for all commits to come.
fn switched_off(git: &Git) -> Option<(Skipped, String)> {
    let operands = git.operands();
    let operands = match operands.as_slice() {
        [verb, rest @ ..] if verb.is("set") => rest,
        all => all,
    };
    let [key, value] = operands else { return None };
    let is_off = matches!(value.literal()?, "/dev/null" | "" | "/dev/zero");
    (key.text.eq_ignore_ascii_case("core.hookspath") && is_off)
        .then(|| (Skipped::Hooks, "core.hooksPath".to_owned()))
}

/// The hook that a command takes away: `rm .git/hooks/pre-commit`.
fn removed_hook(case: &Case, command: &Command) -> Check<Finding> {
    let takes_away = match command.program.as_str() {
        "chmod" => command.args.first().is_some_and(|mode| mode.text.contains("-x")),
        "mv" => command.args.len() >= 2,
        _ => true,
    };
    let is_hook = |word: &&Word| {
        let parts: Vec<&str> = word.text.trim_end_matches('/').split('/').collect();
        match parts.as_slice() {
            [.., ".git", "hooks"] | [.., ".husky"] => true,
            [.., ".git", "hooks", name] | [.., ".husky", name] => {
                ["pre-", "commit-msg", "prepare-", "*"].iter().any(|start| name.starts_with(start))
                    && !name.ends_with(".sample")
            }
            _ => false,
        }
    };
    // The last word of mv is where it goes.
    let last = usize::from(command.is("mv"));
    let words = command.args.len().saturating_sub(last);
    let mut words = command.args.get(..words).unwrap_or_default().iter();
    if !takes_away || command.is_under("find") || words.find(is_hook).is_none() {
        return Err(Miss::No);
    }
    let writes_anew = |other: &Command| {
        other.redirections.iter().any(|redirection| is_hook(&&redirection.target))
            || matches!(
                other.program.as_str(),
                "cp" | "ln" | "install" | "tee" | "pre-commit" | "lefthook" | "husky"
            )
    };
    if case.commands().any(writes_anew) {
        return Err(Miss::Near("the call puts another hook there"));
    }
    Ok(Finding::new(Advice::plain(format!(
        "{} takes a hook away from every commit to come: unless the user asked for that, put it back and fix what it \
         reports",
        command.program
    ))))
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
