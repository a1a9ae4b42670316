//! Uncommitted work, and what saves it.

use super::command::Git;
use crate::shell::Command;
use crate::shell::options::Spec;

/// Whether a command saves uncommitted work in git: by a stash or a commit.
pub(crate) fn saves_work(command: &Command) -> bool {
    let spec = Spec { short: "m", long: &["message"], ..Spec::FLAGS_ONLY };
    let Some(git) = Git::of(command, spec) else { return false };
    match git.sub {
        "stash" => {
            git.operands().first().is_none_or(|word| matches!(word.text.as_str(), "push" | "save"))
        }
        "commit" => !git.has_long("dry-run"),
        _ => false,
    }
}
