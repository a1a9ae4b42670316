//! A command as a Python project's package manager launches it: `uv run --group dev pytest -q`.

use crate::base::text;
use crate::project::python::requirements::List;
use crate::shell::Command;

/// The options with which uv installs a list; `None` if its name is not a plain one.
pub(crate) fn uv_options(list: &List) -> Option<String> {
    options_of("uv", list)
}

/// The options with which a manager installs a list; `None` if its name is not a plain one, or the
/// manager has no such option.
pub(crate) fn options_of(manager: &str, list: &List) -> Option<String> {
    let is_plain = |name: &str| {
        name.len() <= 30 && text::is_plain_name(name) && !name.contains(['/', '@', '+'])
    };
    let (extra, group) = match manager {
        "uv" => ("--extra", "--group"),
        "poetry" => ("--extras", "--with"),
        "pdm" => ("-G", "-G"),
        _ => ("", ""),
    };
    match list {
        _ if list.is_default() => Some(String::new()),
        _ if extra.is_empty() => None,
        List::Extra(name) => is_plain(name).then(|| format!(" {extra} {name}")),
        List::Group { name, .. } => is_plain(name).then(|| format!(" {group} {name}")),
        _ => None,
    }
}

/// The command as it was written, if it is only a program with literal words: then another command
/// can launch it.
pub(crate) fn plain_text(command: &Command) -> Option<String> {
    let is_plain = command.wrappers.is_empty()
        && command.assignments.is_empty()
        && command.redirections.is_empty()
        && !(command.reads_pipe
            || command.writes_pipe
            || command.background
            || command.in_substitution)
        && !command.args.iter().any(|word| word.expands);
    let args = command.raw_args();
    is_plain.then(|| {
        if args.is_empty() {
            command.spelled.clone()
        } else {
            format!("{} {args}", command.spelled)
        }
    })
}
