//! What the rule says of each way to discard work. A rewritten command is said only where
//! `can_run_again` says that it would do the same as the command that ran.

use super::discard::Discard;
use crate::base::text;
use crate::rules::advice::Advice;
use crate::rules::book::git::support::command::Git;
use crate::shell::Word;

pub(crate) fn overwrite(discard: &Discard, can_run_again: bool, is_linked: bool) -> Advice {
    let Git { sub, own, .. } = &discard.git;
    let paths = discard.path_text();
    let dashes = if own.iter().any(|word| word.is("--")) { " --" } else { "" };
    let files = text::excerpt(paths.trim());
    let which = if discard.takes_staged() { "uncommitted" } else { "unstaged" };
    let fact = format!("overwrites any {which} work for good");
    Advice::with_rewrite(
        format!("git {sub}{dashes} {fact}; next time keep a copy first"),
        can_run_again.then(|| copy(&discard.git, &format!(" --{paths}"), is_linked)),
        format!("git {sub}{dashes} {files} {fact}; next time keep a copy in a patch first"),
    )
}

/// What was stashed is safe, what came since is not.
pub(crate) fn behind_failed_pop(discard: &Discard) -> Advice {
    let Git { sub, .. } = &discard.git;
    Advice::plain(format!(
        "git {sub} overwrites only what changed since the stash: your work is in the stash, so git stash pop once more, and do not drop it"
    ))
}

/// The command that keeps a copy of uncommitted work. The stash is one for all work trees of a
/// repository, so that in a linked one the copy is a patch.
fn copy(git: &Git, paths: &str, is_linked: bool) -> String {
    let globals = git.global_text();
    if is_linked {
        format!("git {globals}diff HEAD{paths} > ../before-discard.patch")
    } else {
        format!("git {globals}stash push -m before-discard{paths}")
    }
}

pub(crate) fn switch(git: &Git, can_run_again: bool, is_linked: bool) -> Advice {
    let sub = git.sub;
    let globals = git.global_text();
    let is_force =
        |word: &Word| ["-f", "--force", "--discard-changes"].contains(&word.text.as_str());
    let spelled = git.own.iter().find(|word| is_force(word));
    let force = spelled.map_or("-f", |word| word.text.as_str());
    let fact = format!("git {sub} {force} drops any uncommitted work for good");
    let plain = format!("{fact}; without {force} git refuses where any would be lost");
    if git.operands().is_empty() {
        let stash = copy(git, "", is_linked);
        let lead = format!("{fact}; next time keep a copy first");
        return Advice::with_rewrite(lead, can_run_again.then_some(stash), plain);
    }
    let kept: String = git
        .own
        .iter()
        .filter(|word| !is_force(word))
        .map(|word| format!(" {}", word.raw))
        .collect();
    let unforced = spelled.map(|_| format!("git {globals}{sub}{kept}"));
    Advice::with_rewrite(plain.clone(), unforced.filter(|_| can_run_again), plain)
}

pub(crate) fn clean(git: &Git, can_run_again: bool) -> Advice {
    let globals = git.global_text();
    let own = git.own_text();
    let flags = text::excerpt(&own);
    let which = if git.has_short('x') { "untracked and ignored files" } else { "untracked files" };
    let fact = format!("git clean {flags} deletes {which} for good");
    Advice::with_rewrite(
        format!("{fact}; next time list them first"),
        can_run_again.then(|| format!("git {globals}clean -n {own}")),
        format!("{fact}; next time list them first, with -n in place of -f"),
    )
}

pub(crate) fn drop_stash(git: &Git, commit: &str, can_run_again: bool, is_linked: bool) -> Advice {
    let globals = git.global_text();
    let restored = if is_linked {
        format!("git {globals}branch restored-stash {commit}")
    } else {
        format!("git {globals}stash store -m restored {commit}")
    };
    Advice::with_rewrite(
        "git stash drop keeps the commit until git gc; if its work is still wanted",
        can_run_again.then_some(restored),
        "git stash drop keeps the commit that it printed until git gc: git stash apply COMMIT brings its work back",
    )
}

pub(crate) fn clear_stash(git: &Git, can_run_again: bool) -> Advice {
    let globals = git.global_text();
    let fact = "git stash clear dropped every stash, whoever made it";
    Advice::with_rewrite(
        format!("{fact}; until git gc this lists their commits"),
        can_run_again.then(|| format!("git {globals}fsck --no-reflogs --unreachable")),
        format!("{fact}; until git gc, git fsck --unreachable lists their commits"),
    )
}

pub(crate) fn remove_tree(discard: &Discard) -> Advice {
    let path = text::excerpt(discard.path_text().trim());
    Advice::plain(format!(
        "git worktree remove --force {path} deletes uncommitted work in it for good; next time try without --force, \
         which refuses then"
    ))
}
