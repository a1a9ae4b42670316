//! What the rule says of each way to discard work. A rewritten command is said only where
//! `can_run_again` says that it would do the same as the command that ran.

use super::discard::Discard;
use crate::base::text;
use crate::rules::advice::Advice;
use crate::rules::book::git::support::advice::with_rewrite;
use crate::rules::book::git::support::command::Git;
use crate::shell::Word;

pub(crate) fn overwrite(discard: &Discard, can_run_again: bool) -> Advice {
    let Git { sub, own, .. } = &discard.git;
    let globals = discard.git.global_text();
    let paths = discard.path_text();
    let dashes = if own.iter().any(|word| word.is("--")) { " --" } else { "" };
    let stash = format!("git {globals}stash push -m before-discard --{paths}");
    let files = text::excerpt(paths.trim());
    with_rewrite(
        format!(
            "git {sub}{dashes} overwrites any uncommitted work for good; next time keep a copy \
             first"
        ),
        can_run_again.then_some(stash),
        format!(
            "git {sub}{dashes} {files} overwrites any uncommitted work for good; git stash push \
             -m NAME keeps a copy"
        ),
    )
}

pub(crate) fn switch(git: &Git, can_run_again: bool) -> Advice {
    let sub = git.sub;
    let globals = git.global_text();
    let is_force =
        |word: &Word| ["-f", "--force", "--discard-changes"].contains(&word.text.as_str());
    let spelled = git.own.iter().find(|word| is_force(word));
    let force = spelled.map_or("-f", |word| word.text.as_str());
    let fact = format!("git {sub} {force} drops any uncommitted work for good");
    let plain = format!("{fact}; without {force} git refuses where any would be lost");
    if git.operands().is_empty() {
        let stash = format!("git {globals}stash push -m before-discard");
        let lead = format!("{fact}; next time keep a copy first");
        return with_rewrite(lead, can_run_again.then_some(stash), plain);
    }
    let kept: String = git
        .own
        .iter()
        .filter(|word| !is_force(word))
        .map(|word| format!(" {}", word.raw))
        .collect();
    let unforced = spelled.map(|_| format!("git {globals}{sub}{kept}"));
    with_rewrite(plain.clone(), unforced.filter(|_| can_run_again), plain)
}

pub(crate) fn clean(git: &Git, can_run_again: bool) -> Advice {
    let globals = git.global_text();
    let own = git.own_text();
    let flags = text::excerpt(&own);
    let which = if git.has_short('x') { "untracked and ignored files" } else { "untracked files" };
    let fact = format!("git clean {flags} deletes {which} for good");
    with_rewrite(
        format!("{fact}; next time see first which"),
        can_run_again.then(|| format!("git {globals}clean -n {own}")),
        format!("{fact}; -n in place of -f shows first which"),
    )
}

pub(crate) fn drop_stash(git: &Git, commit: &str, can_run_again: bool) -> Advice {
    let globals = git.global_text();
    let fact = "the stash that git stash drop took away lives on until git gc";
    with_rewrite(
        format!("{fact}; this puts it back"),
        can_run_again.then(|| format!("git {globals}stash store -m restored {commit}")),
        format!("{fact}, under the commit it printed"),
    )
}

pub(crate) fn clear_stash(git: &Git, can_run_again: bool) -> Advice {
    let globals = git.global_text();
    let fact = "git stash clear drops every stash, whoever made it";
    with_rewrite(
        format!("{fact}; until git gc their commits are listed by"),
        can_run_again.then(|| format!("git {globals}fsck --no-reflogs --unreachable")),
        format!("{fact}; until git gc, git fsck --unreachable lists their commits"),
    )
}
