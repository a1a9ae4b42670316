//! Whether a script uses the file that it wrote.

use crate::project::programs::{self, Trait};
use crate::shell::{Command, Redirection, Script, Word};

/// Whether a command after `command` runs, reads or removes the file: then one call does what would
/// otherwise take two.
pub(super) fn is_used_later(script: &Script, command: &Command, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.trim_start_matches("./");
    script
        .after(command)
        .iter()
        .filter(|later| !only_looks(later))
        .any(|later| names_file(later, name) || names_folder(later, folder))
}

fn only_looks(command: &Command) -> bool {
    programs::is(&command.program, Trait::LooksOrChecks) && !command.writes_pipe
}

fn names_file(command: &Command, name: &str) -> bool {
    let is_fed = |redirection: &Redirection| {
        redirection.gives_stdin() && redirection.target.text.ends_with(name)
    };
    command.spelled.ends_with(name)
        || command.args.iter().any(|word| word.text.contains(name))
        || command.redirections.iter().any(is_fed)
}

/// Whether `command` uses the whole of `folder` or of a folder above: `go run ./cmd/try`,
/// `rm -r cmd/try`.
fn names_folder(command: &Command, folder: &str) -> bool {
    let takes_folder = match command.program.as_str() {
        "go" => command.args.first().is_some_and(|word| word.is("run")),
        program => matches!(program, "rm" | "mv" | "node" | "bun" | "python" | "python3"),
    };
    let is_folder = |word: &Word| {
        let word = word.text.trim_start_matches("./").trim_end_matches('/');
        word.len() > 1 && (word == folder || folder.starts_with(&format!("{word}/")))
    };
    takes_folder && command.args.iter().any(is_folder)
}
