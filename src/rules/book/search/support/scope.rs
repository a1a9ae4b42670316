//! Where a search goes: over the whole tree, or to folders for which no advice is given.

use crate::rules::case::Case;
use crate::rules::rewrite::find::IGNORED_PARTS;
use crate::rules::rewrite::place;
use crate::shell::Word;

/// Folders of the system, for which there are no ignore files.
const SYSTEM: [&str; 10] =
    ["/usr", "/etc", "/var", "/opt", "/proc", "/sys", "/lib", "/dev", "/nix", "/Library"];

/// Whether a path leads to a system folder, or to a hidden or ignored one.
pub(crate) fn is_outside(path: &str) -> bool {
    let is_system = SYSTEM.iter().any(|folder| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let is_hidden = |part: &str| part.starts_with('.') && part.len() > 1 && part != "..";
    is_system || path.split('/').any(|part| IGNORED_PARTS.contains(&part) || is_hidden(part))
}

/// Whether a `cd` of the call leads to a folder that [`is_outside`].
pub(crate) fn moves_outside(case: &Case) -> bool {
    let mut folders =
        case.commands().filter(|command| command.is("cd")).filter_map(|cd| cd.args.first());
    folders.any(|folder| is_outside(&folder.text))
}

/// Whether a folder is the work tree, the working directory or something larger.
pub(crate) fn is_whole_tree(case: &Case, path: &Word) -> bool {
    if place::is_known_folder(path) || matches!(path.raw.as_str(), "/" | "*" | "./*") {
        return true;
    }
    let absolute = path
        .literal()
        .filter(|path| path.starts_with('/'))
        .and_then(|path| case.environment.absolute(path));
    absolute.is_some_and(|path| {
        [case.environment.work_tree(), case.environment.cwd()].contains(&Some(path.as_path()))
    })
}
