//! Overwriting what others pushed.

use super::{Git, PUSH};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rewrite;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "git-push-force",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "git push --force without a lease",
    why: "--force overwrites commits that were never fetched; a lease refuses to (anthropics/claude-code#70378).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["-", "+"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| {
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
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["--force-with-lease", "--force-if-includes"],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| Verdict::when(!forces(command)))
        },
    }),
    needs: &[],
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("git push --force").says("`git push --force-with-lease`"),
        Example::bash("git push origin +main").says("`git push --force-with-lease origin main`"),
        Example::bash("git push --force --no-verify")
            .says("`git push --force-with-lease --no-verify`"),
        Example::bash("git push -f origin feat/x")
            .says("`git push --force-with-lease origin feat/x`"),
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, occasion| {
    let lead = "a forced git push overwrites commits that were never fetched; if it must be";
    let plain = "a forced git push overwrites commits that were never fetched: --force-with-lease refuses to";
    match rewrite::git::push_with_lease(occasion.command?).filter(|_| !has_new_remote(case)) {
        Some(better) => legacy::better(lead, better, plain),
        None => legacy::plain(plain),
    }
};
const KEY: Key = Key::Rule;

/// Whether a push overwrites. A lease beside `--force` or a `+` does not hold: git overwrites all
/// the same.
fn forces(command: &Command) -> bool {
    let Some(git) = Git::of(command, PUSH) else { return false };
    let refspec = git.operands().iter().skip(1).any(|word| word.text.starts_with('+'));
    !git.has(Some('n'), "dry-run") && (git.has(Some('f'), "force") || refspec)
}

/// A remote that this call adds has nothing fetched to compare a lease with.
fn has_new_remote(case: &Case) -> bool {
    case.commands().any(|command| {
        Git::of(command, Spec::FLAGS_ONLY)
            .is_some_and(|git| command.is("git") && git.sub == "remote")
    })
}

/// Whether it deletes what it names, which needs no force.
fn deletes(command: &Command) -> bool {
    let Some(git) = Git::of(command, PUSH) else { return false };
    git.has(Some('d'), "delete")
        || git.operands().iter().skip(1).any(|word| word.text.starts_with(':'))
}

/// The branches that a push updates on the remote, by name.
fn pushed_branches(case: &Case, command: &Command) -> Vec<String> {
    let current = || case.environment.branch().map(str::to_owned);
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
