//! What an agent did before it discarded work: saved it, looked at it, or made it.

use std::path::PathBuf;

use super::discard::Discard;
use crate::rules::book::git::support::call::before;
use crate::rules::book::git::support::command::subcommand;
use crate::rules::book::git::support::look::looked_lately;
use crate::rules::book::git::support::work::{Safe, saves_work, stashes_all};
use crate::rules::case::Case;
use crate::shell::{Command, Redirection, Word};

/// How many calls back a look at the files counts as one before the decision.
const LOOKED_CALLS: usize = 6;

/// How many calls back a failed pop is the reason for what is discarded.
const FAILED_CALLS: usize = 3;

/// Whether a command saves uncommitted work: in a stash, a commit or a patch.
pub(crate) fn saves(command: &Command) -> bool {
    let writes_patch = subcommand(command) == Some("diff")
        && command.redirections.iter().any(Redirection::takes_stdout);
    writes_patch || saves_work(command)
}

/// Whether the dropped stash was put into the work tree before, in this call or lately. A pop that
/// failed may have left conflicts, which the agent resolves; without an edit since, it put nothing
/// there.
pub(crate) fn has_applied_stash(case: &Case, command: &Command, discard: &Discard) -> bool {
    const VERBS: [&str; 3] = ["apply", "pop", "branch"];
    const SPELLED: [&str; 4] = ["apply", "pop", "show -p", "apply --index"];
    let here = before(case, command).any(|other| {
        subcommand(other) == Some("stash")
            && other.args.iter().any(|word| VERBS.contains(&word.text.as_str()))
    });
    let stash = discard.path_text();
    let spelled = SPELLED.map(|verb| format!("git stash {verb}{stash}"));
    here || case
        .last_run(LOOKED_CALLS, &spelled)
        .is_some_and(|(run, since)| run.ok || since.iter().any(|call| call.is_edit()))
}

/// Whether a `git stash pop` just failed: what was stashed is still in the stash.
pub(crate) fn has_failed_pop(case: &Case) -> bool {
    const POPS: [&str; 3] = ["git stash pop", "git stash pop --index", "git stash pop stash@{0}"];
    let last = case.last_run(FAILED_CALLS, &POPS.map(str::to_owned));
    case.environment.has_stash()
        && last.is_some_and(|(run, since)| !run.ok && !since.iter().any(|call| call.is_edit()))
}

/// Whether a `git clean` was lately asked what it would delete.
pub(crate) fn has_run_dry(case: &Case, discard: &Discard) -> bool {
    let git = &discard.git;
    let mut letters: Vec<char> =
        ['d', 'x'].into_iter().filter(|letter| git.has_short(*letter)).collect();
    letters.push('n');
    let operands: String = git.operands().iter().map(|word| format!(" {}", word.raw)).collect();
    let globals = git.global_text();
    let spelled = orders(&letters).into_iter().flat_map(|order| {
        let cluster: String = order.iter().collect();
        let apart: Vec<String> = order.iter().map(|letter| format!("-{letter}")).collect();
        [format!("-{cluster}"), format!("-{cluster}f"), format!("-f{cluster}"), apart.join(" ")]
    });
    let dry: String = letters.iter().filter(|letter| **letter != 'n').collect();
    let long = [format!("--dry-run -{dry}"), format!("-{dry} --dry-run"), format!("-n -{dry}")];
    let flags: Vec<String> = spelled.chain(long).chain([format!("-{dry} -n")]).collect();
    let spelled = flags.iter().map(|flags| format!("git {globals}clean {flags}{operands}"));
    case.ran_lately(LOOKED_CALLS, &spelled.collect::<Vec<_>>())
}

/// The orders in which a few letters can be written.
fn orders(letters: &[char]) -> Vec<Vec<char>> {
    match letters {
        [] => vec![Vec::new()],
        _ => (0..letters.len())
            .flat_map(|at| {
                let mut rest = letters.to_vec();
                let first = rest.remove(at);
                orders(&rest).into_iter().map(move |order| [vec![first], order].concat())
            })
            .collect(),
    }
}

/// Whether untracked files are saved before `command`, or there are none.
pub(crate) fn keeps_untracked(case: &Case, command: &Command) -> bool {
    let commits = before(case, command).any(|other| subcommand(other) == Some("commit"));
    let is_clean = || {
        let mut looks = case.commands().filter(|other| subcommand(other) == Some("status"));
        looks.next().is_some() && Safe::at(case, command).is_all()
    };
    commits || stashes_all(case, command) || is_clean()
}

/// Whether the session recently looked at the files, or at all changes.
pub(crate) fn has_looked(case: &Case, discard: &Discard) -> bool {
    const AT_PATHS: [&str; 6] =
        ["diff", "diff --", "diff HEAD --", "diff HEAD", "diff --stat", "diff --stat --"];
    let (globals, paths) = (discard.git.global_text(), discard.path_text());
    let at_paths = AT_PATHS.iter().map(|look| format!("git {globals}{look}{paths}"));
    looked_lately(case, LOOKED_CALLS, &discard.git)
        || case.ran_lately(LOOKED_CALLS, &at_paths.collect::<Vec<_>>())
}

/// Whether the session itself edited all the files: it gives up its own work.
pub(crate) fn has_edited_all(case: &Case, discard: &Discard) -> bool {
    let folder = discard.git.folder().map_or(".", |word| word.text.as_str());
    let located = |word: &Word| -> Option<PathBuf> {
        let folder = case.environment.absolute(folder)?;
        case.environment.absolute(&folder.join(word.literal()?).to_string_lossy())
    };
    discard.paths.iter().all(|word| located(word).is_some_and(|path| case.edited_lately(&path)))
}

/// Whether a command before it in the call showed, copied or wrote all the files.
pub(crate) fn has_handled_all(case: &Case, command: &Command, discard: &Discard) -> bool {
    let names = |other: &Command, path: &Word| {
        other.args.iter().any(|word| word.text == path.text)
            || other.redirections.iter().any(|redirection| redirection.target.text == path.text)
    };
    before(case, command).any(|other| {
        let works_on_files = match subcommand(other) {
            Some(sub) => matches!(sub, "diff" | "show"),
            None => !matches!(other.program.as_str(), "echo" | "printf" | "cd"),
        };
        works_on_files && discard.paths.iter().all(|path| names(other, path))
    })
}
