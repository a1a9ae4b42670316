//! Where a command ran. The event has the directory after the call, so the call's own `cd`s must be
//! undone.

use std::path::{Path, PathBuf};

use super::Case;
use crate::project::environment::normal;
use crate::shell::Command;

/// Folders above the working directory that a call may have begun in.
const MAX_PARENTS: usize = 16;

/// The `cd`s of a call, joined, relative to one of its commands.
#[derive(Default)]
struct Moves {
    /// Those before the command.
    before: PathBuf,
    /// All of them.
    all: PathBuf,
}

impl Moves {
    /// The moves around `command`; `None` where they cannot be followed.
    fn around(case: &Case, command: &Command) -> Option<Self> {
        let mut moves = Self::default();
        let mut is_after = false;
        for other in case.commands() {
            if other.id == command.id {
                is_after = true;
                continue;
            }
            let has_no_effect = (other.in_subshell && !command.in_subshell)
                || (other.in_substitution && !command.in_substitution);
            if !matches!(other.program.as_str(), "cd" | "pushd" | "popd") || has_no_effect {
                continue;
            }
            let is_plain = other.is("cd")
                && other.depth == command.depth
                && !(other.in_function || other.is_condition || other.background)
                && !(other.reads_pipe || other.writes_pipe || other.is_under("command"));
            let [target] = other.args.as_slice() else { return None };
            let target =
                target.literal().filter(|text| is_plain && !text.starts_with(['-', '~']))?;
            moves.all.push(target);
            if !is_after {
                moves.before.push(target);
            }
        }
        Some(moves)
    }
}

impl Case<'_> {
    /// The folder in which `command` of this call ran; `None` where that is not certain. For a
    /// client that does not tell the folder of a call it is that of the session.
    pub fn folder_of(&self, command: &Command) -> Option<PathBuf> {
        let cwd = self.environment.cwd()?;
        let moves = Moves::around(self, command)?;
        if moves.before.is_absolute() {
            return Some(normal(&moves.before)).filter(|folder| folder.is_dir());
        }
        if moves.all.as_os_str().is_empty() {
            return Some(cwd.to_owned());
        }
        let here = normal(&cwd.join(&moves.before));
        let here = here.is_dir().then_some(here);
        // The client may keep the shell in the directory to which the call led it.
        let stays = self.environment.client.keeps_directory()
            && command.depth == 0
            && moves.all.is_relative();
        let there = if stays { self.arrived(cwd, &moves) } else { None };
        match (there, here) {
            (Some(there), Some(here)) if there != here => None,
            (there, here) => there.or(here),
        }
    }

    /// The folder in which `command` ran, if the event or the call itself says it: for rules whose
    /// advice would be wrong elsewhere.
    pub fn told_folder_of(&self, command: &Command) -> Option<PathBuf> {
        let is_told = self.environment.client.tells_folder() || self.event.named_folder().is_some();
        let goes_there =
            || Moves::around(self, command).is_some_and(|moves| moves.before.is_absolute());
        self.folder_of(command).filter(|_| is_told || goes_there())
    }

    /// The folder of the command if the call ended in `cwd`.
    fn arrived(&self, cwd: &Path, moves: &Moves) -> Option<PathBuf> {
        let began =
            cwd.ancestors().take(MAX_PARENTS).find(|began| normal(&began.join(&moves.all)) == *cwd);
        if let Some(began) = began {
            return Some(normal(&began.join(&moves.before))).filter(|folder| folder.is_dir());
        }
        // `cd ../web`: where the call began is not known, where it ended is.
        let last = moves.all.file_name()?;
        (moves.before == moves.all && cwd.file_name() == Some(last)).then(|| cwd.to_owned())
    }
}

/// The path to `path` from `folder`: relative where that is short, else absolute.
pub(crate) fn from_folder(path: &Path, folder: &Path) -> String {
    let mut up = String::new();
    for above in folder.ancestors().take(4) {
        // Every path is below the root: a common root is not a relation.
        if above.parent().is_some()
            && let Ok(rest) = path.strip_prefix(above)
        {
            let rest = rest.to_string_lossy();
            return match (up.is_empty(), rest.is_empty()) {
                (true, true) => ".".to_owned(),
                (false, true) => up.trim_end_matches('/').to_owned(),
                _ => format!("{up}{rest}"),
            };
        }
        up.push_str("../");
    }
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::environment::Environment;
    use crate::protocol::client::Client;
    use crate::protocol::event::Event;

    #[test]
    fn a_commands_folder_is_followed_through_cds() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for folder in ["web/src", "api", "lib/lib"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let of = |client: Client, cwd: &str, command: &str| {
            let text = serde_json::json!({
                "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": { "command": command },
            })
            .to_string();
            let event = Event::parse(&text).unwrap();
            let cwd = root.join(cwd);
            let case = Case::new(&event, Environment::new(client, cwd.to_str()), None);
            let found = case.commands().find(|command| command.is("x")).and_then(|x| {
                if client == Client::Codex { case.told_folder_of(x) } else { case.folder_of(x) }
            });
            found.map(|found| found.strip_prefix(root).unwrap().to_string_lossy().into_owned())
        };
        let claude = |cwd, command| of(Client::Claude(None), cwd, command);
        for (cwd, command, folder) in [
            ("web", "x", Some("web")),
            ("web", "cd web && x", Some("web")),
            ("", "cd web && x", Some("web")),
            ("", "(cd web && x)", Some("web")),
            ("", "(cd web && y); x", Some("")),
            ("", "cd web && x && cd ..", Some("web")),
            ("", "cd web && y && cd .. && x", Some("")),
            ("api", "cd web && y; cd ../api && x", Some("api")),
            ("web", "cd ../web && x", Some("web")),
            ("lib", "cd lib && x", None),
            ("", "cd nowhere && x", None),
            ("", "cd $D && x", None),
            ("", "cd - && x", None),
            ("", "pushd web && x", None),
            ("", "if cd web; then x; fi", None),
        ] {
            assert_eq!(claude(cwd, command).as_deref(), folder, "{command} in {cwd:?}");
        }
        // Codex does not say where a call ran, unless the call itself does.
        assert_eq!(of(Client::Codex, "web", "x"), None);
        assert_eq!(of(Client::Codex, "web", "cd src && x"), None);
        let there = format!("cd {}/web && x", root.display());
        assert_eq!(of(Client::Codex, "api", &there).as_deref(), Some("web"));
        let absolute = format!("cd {}/web && cd src && x", root.display());
        assert_eq!(claude("api", &absolute).as_deref(), Some("web/src"));
    }

    #[test]
    fn a_path_is_relative_to_the_folder_where_that_is_short() {
        let from = |path: &str, folder: &str| from_folder(Path::new(path), Path::new(folder));
        assert_eq!(from("/r/a/b", "/r"), "a/b");
        assert_eq!(from("/r/a/b", "/r/web"), "../a/b");
        assert_eq!(from("/r", "/r/web/src"), "../..");
        assert_eq!(from("/r", "/r"), ".");
        assert_eq!(from("/etc/x", "/r/web"), "/etc/x");
    }
}
