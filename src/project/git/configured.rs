//! What git's configuration says about ignore lists and attributes.

use std::path::{Path, PathBuf};

use crate::base::{env, read};
use crate::project::environment::Environment;

/// Most files of git's configuration that are read, included ones among them.
const MAX_SETTINGS: usize = 12;

/// What the configuration of the system, the user and the repository says.
#[derive(Default)]
pub(super) struct Configured {
    /// The user's ignore lists: the default one, and each one that a configuration names, even if
    /// another one replaces it.
    pub(super) ignore_lists: Vec<PathBuf>,
    /// The same of lists of attributes.
    pub(super) attribute_lists: Vec<PathBuf>,
    /// Patterns match names in another case too, as git sets it where the disk does so.
    pub(super) ignores_case: bool,
}

impl Configured {
    /// Reads the configuration for the work tree at `root`.
    pub(super) fn of(environment: &Environment, root: &Path) -> Self {
        let in_home = |path: &str| environment.home().map(|home| home.join(path));
        let folder = env::xdg_config_home().or_else(|| in_home(".config"));
        let default = |path: &str| folder.as_ref().map(|folder| folder.join(path));
        let of_repository = common_folder(environment, root).map(|git| git.join("config"));
        let of_work_tree = git_folder(environment, root).map(|git| git.join("config.worktree"));
        let of_user = env::git_config_global().or_else(|| in_home(".gitconfig"));
        let of_system = Some(PathBuf::from("/etc/gitconfig"));
        let files = [of_system, default("git/config"), of_user, of_repository, of_work_tree];
        let mut files: Vec<PathBuf> = files.into_iter().flatten().collect();
        let mut found = Self {
            ignore_lists: default("git/ignore").into_iter().collect(),
            attribute_lists: default("git/attributes").into_iter().collect(),
            ignores_case: false,
        };
        found.attribute_lists.push(PathBuf::from("/etc/gitattributes"));
        let mut at = 0;
        while let Some(file) = files.get(at).filter(|_| at < MAX_SETTINGS).cloned() {
            at += 1;
            let text = environment.read_text(&file).unwrap_or_default();
            for (key, value) in text.lines().filter_map(setting) {
                let path = || match value.starts_with('~') {
                    true => environment.absolute(&value),
                    false => file.parent().map(|folder| folder.join(&value)),
                };
                match key.to_ascii_lowercase().as_str() {
                    "excludesfile" => found.ignore_lists.extend(path()),
                    "attributesfile" => found.attribute_lists.extend(path()),
                    "ignorecase" => {
                        let value = value.to_ascii_lowercase();
                        found.ignores_case = matches!(&*value, "true" | "yes" | "on" | "1");
                    }
                    // From `include` and `includeIf`, whose conditions count as met.
                    "path" => files.extend(path()),
                    _ => {}
                }
            }
        }
        found
    }
}

/// Key and value of a line in a file of git's configuration.
fn setting(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.split_once('=')?;
    // A section may begin on the same line.
    let key = key.rsplit(']').next()?.trim();
    let value = value.trim();
    let value = match value.strip_prefix('"') {
        Some(rest) => rest.split('"').next()?,
        None => value.split([';', '#']).next()?.trim_end(),
    };
    Some((key, value.to_owned()))
}

/// The git folder of the work tree at `root`.
fn git_folder(environment: &Environment, root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if read::is_dir(&git) {
        return Some(git);
    }
    let pointer = environment.read_text(&git)?;
    Some(root.join(pointer.strip_prefix("gitdir:")?.trim()))
}

/// The git folder that all work trees of a repository share.
pub(super) fn common_folder(environment: &Environment, root: &Path) -> Option<PathBuf> {
    let folder = git_folder(environment, root)?;
    let shared = environment.read_text(&folder.join("commondir"));
    Some(shared.map_or(folder.clone(), |path| folder.join(path.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_gits_configuration_are_parsed() {
        for (line, found) in [
            ("\texcludesFile = ~/.gitignore_global", Some(("excludesFile", "~/.gitignore_global"))),
            ("[core] excludesfile=\"~/a b\" ; mine", Some(("excludesfile", "~/a b"))),
            ("  path = .gitconfig.work # at work", Some(("path", ".gitconfig.work"))),
            ("[includeIf \"gitdir:~/w/\"]", None),
        ] {
            assert_eq!(setting(line), found.map(|(key, value)| (key, value.to_owned())), "{line}");
        }
    }
}
