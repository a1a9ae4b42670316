//! Overwriting what others pushed.

use super::support::command::{Git, subcommand};
use super::support::output::printed;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "git-push-force",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "git push --force without a lease, or --mirror",
    why: "--force overwrites commits that were never fetched; a lease refuses to \
          (anthropics/claude-code#70378).",
    lesson: Some(
        "Push with `--force-with-lease` where history changed: `--force` overwrites commits never fetched.",
    ),
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["-", "+"],
        check: |case, command| {
            if let Some(push) = mirror_push(command) {
                return mirrored(case, &push);
            }
            let push = forced_push(command).ok_or(Miss::No)?;
            if deletes(&push) {
                return Err(Miss::Near("it deletes a branch"));
            }
            let finding = Finding::new(advice(case, command));
            if pushed_branches(case, &push).iter().any(|branch| is_protected(branch)) {
                Ok(finding.with_severity(Severity::Critical))
            } else {
                Ok(finding)
            }
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["--force-with-lease", "--force-if-includes"],
        check: |_, command| check(forced_push(command).is_none()),
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
        Example::bash("git push --mirror origin")
            .says("git push --mirror deletes each branch and tag that only the remote has"),
        Example::bash("git push --mirror git@example.org:a/b.git")
            .given(&[Given::Output("To example.org:a/b.git\n - [deleted]         topic")])
            .says("git push --mirror deleted or overwrote what only the remote had"),
        Example::bash("git push --mirr").given(&[Given::Output(
            "To example.org:a/b.git\n + 1a2b3c4...5d6e7f8 main -> main (forced update)",
        )]),
        Example::bash("git push -f --tags").says("use --force-with-lease"),
        Example::bash("git push --force https://example.org/x.git topic")
            .says("use --force-with-lease"),
        Example::bash("GIT_SSH_COMMAND='ssh -i key' git push -f origin topic")
            .says("use --force-with-lease"),
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
        // The way to move a repository to another place.
        Example::bash("git push --mirror https://example.org/new.git"),
        Example::bash(
            "git clone --mirror https://a.org/x.git && cd x.git && git push --mirror backup",
        ),
        Example::bash("git push --mirror origin")
            .given(&[Given::Output("To example.org:a/b.git\n * [new branch]      main -> main")]),
        Example::bash("git push --mirror --dry-run origin"),
        Example::bash("cd x.git && git push --mirror backup").given(&[Given::Cwd("/r/x.git")]),
        Example::bash("git clone --mirror https://a.org/x.git"),
        Example::bash("git push -f origin :topic"),
    ],
    since: "0.1.0",
};

/// A push that makes the remote's branches and tags those of this clone.
fn mirror_push(command: &Command) -> Option<Git<'_>> {
    let push = Git::of(command)?;
    (push.has_long("mirror") && !push.has('n', "dry-run")).then_some(push)
}

/// What to say of a mirroring push: git tells what it deleted. Where the output is not known, a
/// remote by name is one that others push to as well, unless this is a mirror itself.
fn mirrored(case: &Case, push: &Git) -> Check<Finding> {
    let text = printed(case);
    if text.contains("[deleted]") || text.contains("(forced update)") {
        return Ok(Finding::new(Advice::plain(
            "git push --mirror deleted or overwrote what only the remote had: push that again from another clone",
        )));
    }
    let is_name = |word: &&Word| word.literal().is_some_and(|name| !name.contains(['/', ':']));
    let is_bare =
        case.environment.cwd().is_some_and(|cwd| cwd.extension().is_some_and(|ext| ext == "git"));
    let clones = case.commands().any(|other| subcommand(other) == Some("clone"));
    if !text.trim().is_empty() || clones || is_bare || !push.operands().first().is_none_or(is_name)
    {
        return Err(Miss::Near("it copies a repository, or deleted nothing"));
    }
    Ok(Finding::new(Advice::plain(
        "git push --mirror deletes each branch and tag that only the remote has: next time push branches by name",
    )))
}

/// A push that overwrites. A lease beside `--force` or a `+` does not hold: git overwrites all the
/// same.
fn forced_push(command: &Command) -> Option<Git<'_>> {
    let push = Git::of(command)?;
    let forces_one = push.operands().iter().skip(1).any(|word| word.text.starts_with('+'));
    let forces = push.has('f', "force") || forces_one;
    (forces && !push.has('n', "dry-run")).then_some(push)
}

/// Whether a push deletes what it names, which needs no force.
fn deletes(push: &Git) -> bool {
    push.has('d', "delete") || push.operands().iter().skip(1).any(|word| word.text.starts_with(':'))
}

/// The branches that a push updates on the remote, by name.
fn pushed_branches(case: &Case, push: &Git) -> Vec<String> {
    let current = || case.environment.branch().map(str::to_owned);
    let target = |word: &&Word| {
        let name = word.text.trim_start_matches('+');
        let target = name.rsplit(':').next().unwrap_or(name);
        let target = target.strip_prefix("refs/heads/").unwrap_or(target);
        if target == "HEAD" { current() } else { Some(target.to_owned()) }
    };
    match push.operands().get(1..) {
        None | Some([]) => current().into_iter().collect(),
        Some(refs) => refs.iter().filter_map(target).collect(),
    }
}

fn is_protected(branch: &str) -> bool {
    matches!(branch, "main" | "master" | "develop") || branch.starts_with("release/")
}

fn advice(case: &Case, command: &Command) -> Advice {
    // Of a remote that this call adds, nothing is fetched that a lease could be compared with.
    let has_new_remote = case.commands().any(|other| {
        let changes = |word: &Word| matches!(word.text.as_str(), "add" | "set-url" | "rename");
        subcommand(other) == Some("remote") && other.args.iter().any(changes)
    });
    let leased = if has_new_remote { None } else { rewrite::git::push_with_lease(command) };
    let how = Git::of(command).map_or("a forced git push", |push| {
        if push.has_long("force") { "git push --force" } else { "a forced git push" }
    });
    let fact = format!("{how} overwrites what others pushed since your last fetch");
    Advice::with_rewrite(
        format!("{fact}; this refuses then"),
        leased,
        format!("{fact}: next time use --force-with-lease, which refuses then"),
    )
}
