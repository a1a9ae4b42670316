//! Where a command ran. The event has the directory after the call, so the call's own `cd`s must be
//! undone.

use std::path::{Path, PathBuf};

use super::Case;
use crate::base::read;
use crate::project::environment::normal;
use crate::shell::words::quote;
use crate::shell::{Command, Joined, Word, is_shell};

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
            if !moves_shell(other) || has_no_effect {
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

/// The `cd`s before a command that it runs behind.
#[derive(Default)]
struct Leads<'c> {
    /// Those that move the shell.
    lasting: Vec<&'c Word>,
    /// Those that end with a subshell, a substitution or a `bash -c`.
    passing: Vec<&'c Word>,
}

impl<'c> Leads<'c> {
    /// The `cd`s before `command`; `None` where one cannot be repeated as it is written.
    fn to(case: &'c Case, command: &Command) -> Option<Self> {
        let mut leads = Self::default();
        let before: Vec<&Command> =
            case.commands().take_while(|other| other.id < command.id).collect();
        for (at, other) in before.iter().enumerate() {
            let behind = || before.iter().skip(at + 1).copied().chain([command]);
            let is_apart = is_apart(other);
            let has_ended = || {
                behind().any(|next| {
                    next.depth < other.depth
                        || (next.depth == other.depth && next.joined == Joined::First)
                })
            };
            if !moves_shell(other) || (is_apart && has_ended()) {
                continue;
            }
            let is_plain = other.is("cd")
                && other.wrappers.iter().all(|wrapper| is_shell(wrapper))
                && !(other.in_function || other.is_condition || other.background)
                && !(other.reads_pipe || other.writes_pipe);
            let [target] = other.args.as_slice() else { return None };
            // A variable of the call is not that of the next one.
            let is_lasting = !target.expands
                || ["$(", "\"$(", "$HOME", "\"$HOME", "$PWD", "\"$PWD"]
                    .iter()
                    .any(|start| target.raw.starts_with(start));
            (is_plain && is_lasting && !target.text.starts_with('-')).then_some(())?;
            if is_apart { leads.passing.push(target) } else { leads.lasting.push(target) }
        }
        Some(leads)
    }
}

fn moves_shell(command: &Command) -> bool {
    matches!(command.program.as_str(), "cd" | "pushd" | "popd")
}

/// Whether what a command does to the shell ends with a subshell or an inner shell.
fn is_apart(command: &Command) -> bool {
    command.in_subshell
        || command.in_substitution
        || command.wrappers.iter().any(|wrapper| is_shell(wrapper))
}

impl Case<'_> {
    /// `better`, which is made from `command`, as the next call must write it to run in the same
    /// folder: behind the `cd`s of this call, unless the shell is still where they led. `None`
    /// where they cannot be repeated.
    pub(crate) fn in_folder_of(&self, command: &Command, better: String) -> Option<String> {
        let leads = Leads::to(self, command)?;
        let cd = |folder: &str| format!("cd {folder} && ");
        let written = |words: &[&Word]| words.iter().map(|word| cd(&word.raw)).collect::<String>();
        let climbs = command.args.iter().any(|word| word.text.split('/').any(|part| part == ".."));
        let lasting = if leads.lasting.is_empty() {
            String::new()
        } else if !self.stays_behind(command, &leads.lasting)? {
            written(&leads.lasting)
        } else if climbs {
            // Elsewhere it would search other folders: it says where it is meant to run.
            cd(&quote(&self.environment.cwd()?.to_string_lossy()))
        } else {
            String::new()
        };
        Some(match leads.passing.as_slice() {
            [] => format!("{lasting}{better}"),
            passing => format!("{lasting}({}{better})", written(passing)),
        })
    }

    /// Whether the next call begins where these `cd`s before `command` led. `None` where it begins
    /// in a folder from which they lead elsewhere.
    fn stays_behind(&self, command: &Command, leads: &[&Word]) -> Option<bool> {
        let cwd = self.environment.cwd().filter(|_| self.environment.client.keeps_directory());
        let Some(cwd) = cwd else { return Some(false) };
        let moves_on = self
            .commands()
            .any(|other| other.id > command.id && moves_shell(other) && !is_apart(other));
        let path: Option<PathBuf> = leads.iter().map(|word| word.literal()).collect();
        let Some(path) = path.filter(|path| !path.starts_with("~")) else { return Some(false) };
        if path.is_absolute() {
            return Some(!moves_on && normal(&path) == *cwd);
        }
        let enters = read::is_dir(cwd.join(&path));
        if moves_on {
            return enters.then_some(false);
        }
        let climbs_only = path.file_name().is_none();
        let has_arrived = normal(&cwd.join(&path)) == *cwd
            || cwd.ends_with(&path)
            || (!climbs_only && cwd.file_name() == path.file_name());
        match (has_arrived || climbs_only, enters) {
            // It began here and was put back, or it came here from a folder of the same name.
            (true, true) if normal(&cwd.join(&path)) != *cwd => Some(!self.began_in(cwd)),
            (true, _) => Some(true),
            (false, _) => Some(false),
        }
    }

    /// The folder in which `command` of this call ran; `None` where that is not certain. For a
    /// client that does not report the folder of a call it is that of the session.
    pub fn folder_of(&self, command: &Command) -> Option<PathBuf> {
        let cwd = self.environment.cwd()?;
        let moves = Moves::around(self, command)?;
        if moves.before.is_absolute() {
            return Some(normal(&moves.before)).filter(|folder| read::is_dir(folder));
        }
        if moves.all.as_os_str().is_empty() {
            return Some(cwd.to_owned());
        }
        let here = normal(&cwd.join(&moves.before));
        let here = read::is_dir(&here).then_some(here);
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
            return Some(normal(&began.join(&moves.before))).filter(|folder| read::is_dir(folder));
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

    fn call(command: &str) -> String {
        serde_json::json!({
            "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": { "command": command },
        })
        .to_string()
    }

    #[test]
    fn a_commands_folder_is_followed_through_cds() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for folder in ["web/src", "api", "lib/lib"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let of = |client: Client, cwd: &str, command: &str| {
            let text = call(command);
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
    fn a_suggestion_keeps_the_cd_that_the_next_call_needs() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for folder in ["web/src", "api"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let of = |client: Client, cwd: &str, command: &str| {
            let text = call(command);
            let event = Event::parse(&text).unwrap();
            let cwd = root.join(cwd);
            let case = Case::new(&event, Environment::new(client, cwd.to_str()), None);
            let x = case.commands().find(|command| command.is("x")).unwrap();
            let better = case.in_folder_of(x, "y".to_owned());
            better.map(|better| better.replace(&*root.to_string_lossy(), "ROOT"))
        };
        for (cwd, command, better) in [
            ("", "x", Some("y")),
            ("web", "cd web && x", Some("y")),
            ("", "cd web && x", Some("cd web && y")),
            ("", "(cd web && x)", Some("(cd web && y)")),
            ("web", "cd web && (cd src && x)", Some("(cd src && y)")),
            ("", "(cd web && z); x", Some("y")),
            ("", "(cd web && z); (cd api && x)", Some("(cd api && y)")),
            ("", "z=$(cd web && x)", Some("(cd web && y)")),
            ("", "bash -c 'cd web && x'", Some("(cd web && y)")),
            ("web", "cd web && x ..", Some("cd ROOT/web && y")),
            ("", "cd web && cd src && x", Some("cd web && cd src && y")),
            ("web/src", "cd web && x && cd src", None),
            ("", "cd web && x; cd ..", Some("cd web && y")),
            ("web", "cd ../web && x", Some("y")),
            (
                "",
                "cd $(git rev-parse --show-toplevel) && x",
                Some("cd $(git rev-parse --show-toplevel) && y"),
            ),
            ("", "cd ~/a && x", Some("cd ~/a && y")),
            ("", "cd $D && x", None),
            ("", "cd nowhere && x", Some("cd nowhere && y")),
            ("", "pushd web && x", None),
            ("", "if cd web; then x; fi", None),
        ] {
            let found = of(Client::Claude(None), cwd, command);
            assert_eq!(found.as_deref(), better, "{command} in {cwd:?}");
        }
        assert_eq!(of(Client::Codex, "web", "cd web && x").as_deref(), Some("cd web && y"));
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
