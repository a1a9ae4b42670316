//! What the settings of agents say of this program, for `toolcoach doctor`. Nothing is written.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::agents::{AGENTS, Agent, Scope};
use super::entry::Form;
use super::registration::{Settings, Standing};
use super::{codex, entry, file};
use crate::base::env;
use crate::base::file_error::Position;
use crate::commands::error::Error;
use crate::protocol::client::Client;

/// An agent, and what its settings hold.
pub(crate) struct Surveyed {
    pub(crate) client: Client,
    /// For people.
    pub(crate) title: &'static str,
    /// It has a folder of settings, or its program is on PATH.
    is_here: bool,
    /// The events that `install` registers; without the first no call is seen.
    pub(crate) events: Vec<&'static str>,
    /// The files that are there, the one that counts least first.
    pub(crate) files: Vec<SettingsFile>,
    /// Where all hooks are switched off.
    pub(crate) off: Option<PathBuf>,
    /// It runs the hooks in Claude Code's settings too.
    pub(crate) reads_claude: bool,
    /// It reads settings with comments in them, which this program does not.
    pub(crate) takes_comments: bool,
}

/// A file with an agent's settings.
pub(crate) struct SettingsFile {
    pub(crate) path: PathBuf,
    /// Who is meant by it: `user`, `project`, `local` or `plugin`.
    pub(crate) scope: &'static str,
    /// Why it is not understood.
    pub(crate) fault: Option<Error>,
    /// Our entries.
    pub(crate) hooks: Vec<Hook>,
    /// It sets `TOOLCOACH_DISABLE=1` for the agent.
    pub(crate) is_silencing: bool,
}

/// A command of ours under an event.
pub(crate) struct Hook {
    pub(crate) event: String,
    pub(crate) run: Run,
    /// The agent's own time limit for it, ms.
    pub(crate) limit_ms: Option<f64>,
    pub(crate) position: Position,
    /// Which group of the event, and which command of the group.
    pub(crate) indices: Vec<usize>,
}

/// How a hook is started.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Run {
    /// A program with arguments, without a shell.
    Program(Vec<String>),
    /// A line for the shell.
    Line(String),
}

impl Run {
    fn of(entry: &Value) -> Option<Self> {
        let line = ["command", "bash", "powershell"]
            .into_iter()
            .find_map(|key| entry.get(key)?.as_str())?;
        let Some(args) = entry.get("args").and_then(Value::as_array) else {
            return Some(Self::Line(line.to_owned()));
        };
        let args = args.iter().filter_map(Value::as_str);
        Some(Self::Program([line].into_iter().chain(args).map(str::to_owned).collect()))
    }

    /// For people: what a shell would be told.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Program(words) => {
                words.iter().map(|word| entry::quoted(word)).collect::<Vec<_>>().join(" ")
            }
            Self::Line(line) => line.clone(),
        }
    }

    /// The program that it names; `None` where only a shell can tell.
    pub(crate) fn program(&self) -> Option<String> {
        let word = match self {
            Self::Program(words) => words.first()?.clone(),
            Self::Line(line) => {
                entry::words(line.strip_prefix("& ").unwrap_or(line))?.into_iter().next()?
            }
        };
        let home = env::home();
        let below = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|start| word.strip_prefix(start));
        let word = match (matches!(self, Self::Line(_)), below, home) {
            (true, Some(below), Some(home)) => home.join(below).to_str()?.to_owned(),
            _ => word,
        };
        (!word.contains('$')).then_some(word)
    }

    /// The same with the folder of its plugin put in.
    fn within(self, plugin: &Path) -> Self {
        let fill = |text: String| text.replace("${CLAUDE_PLUGIN_ROOT}", &plugin.to_string_lossy());
        match self {
            Self::Program(words) => Self::Program(words.into_iter().map(fill).collect()),
            Self::Line(line) => Self::Line(fill(line)),
        }
    }
}

/// Looks at the agents with these names, or at every one that is here or has our hook in a file, as
/// seen from the project here.
///
/// # Errors
/// When this folder is gone.
pub(crate) fn survey(names: &[String]) -> Result<Vec<Surveyed>, Error> {
    let root = super::project()?;
    let is_meant = |agent: &&Agent| names.is_empty() || names.iter().any(|name| name == agent.name);
    let all = AGENTS.iter().filter(is_meant).map(|agent| look(agent, &root));
    let counts = |found: &Surveyed| {
        !names.is_empty() || found.is_here || found.files.iter().any(|file| !file.hooks.is_empty())
    };
    Ok(all.filter(counts).collect())
}

fn look(agent: &'static Agent, root: &Path) -> Surveyed {
    let mut files: Vec<(SettingsFile, Option<Settings>)> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for scope in [Scope::User, Scope::Project, Scope::Local] {
        let Ok(target) = agent.target(scope, root) else { continue };
        // In the home folder the project's file is the user's.
        let real = target.path.canonicalize().unwrap_or_else(|_| target.path.clone());
        if !seen.contains(&real) {
            files.extend(read(agent, &target.path, scope.name(), target.form));
            seen.push(real);
        }
    }
    let value = |pointer: &str| {
        files
            .iter()
            .rev()
            .find_map(|(file, settings)| Some((file.path.clone(), settings.as_ref()?.at(pointer)?)))
    };
    let off =
        agent.off.and_then(|(pointer, off)| value(pointer).filter(|(_, value)| *value == off));
    let off = off.map(|(path, _)| path);
    let plugins = if agent.name == "claude" { plugins(agent, &value) } else { Vec::new() };
    Surveyed {
        client: Client::named(agent.name).unwrap_or(Client::Claude(None)),
        title: agent.title,
        is_here: agent.is_here(),
        events: agent.events.iter().map(|event| event.name).collect(),
        off: off.or_else(|| codex::off(agent)),
        files: files.into_iter().map(|(file, _)| file).chain(plugins).collect(),
        reads_claude: agent.reads_claude,
        takes_comments: agent.takes_comments,
    }
}

fn read(
    agent: &Agent,
    path: &Path,
    scope: &'static str,
    form: Form,
) -> Option<(SettingsFile, Option<Settings>)> {
    let text = file::look(path).map(|found| found.text);
    let settings = match text {
        Ok(None) => return None,
        Ok(text) => Settings::read(path, text.as_deref(), form).map_err(Error::from),
        Err(error) => Err(error),
    };
    let mut file = SettingsFile {
        path: path.to_owned(),
        scope,
        fault: None,
        hooks: Vec::new(),
        is_silencing: false,
    };
    match settings {
        Ok(settings) => {
            file.hooks = hooks(agent, settings.standing(entry::is_ours));
            file.is_silencing =
                settings.at("/env/TOOLCOACH_DISABLE").is_some_and(|value| value == "1");
            Some((file, Some(settings)))
        }
        Err(error) => {
            file.fault = Some(error);
            Some((file, None))
        }
    }
}

fn hooks(agent: &Agent, standing: Vec<Standing>) -> Vec<Hook> {
    let hook = |standing: Standing| {
        let limit =
            ["timeout", "timeoutSec"].iter().find_map(|key| standing.entry.get(*key)?.as_f64());
        Some(Hook {
            run: Run::of(&standing.entry)?,
            event: standing.event,
            limit_ms: limit.map(|limit| if agent.counts_ms { limit } else { limit * 1000.0 }),
            position: standing.position,
            indices: standing.indices,
        })
    };
    standing.into_iter().filter_map(hook).collect()
}

/// The hooks of Claude Code's plugins that are ours: the plugin of our name, or one that starts our
/// program. Claude Code 2.1 notes what is installed in `plugins/installed_plugins.json`, and what
/// is on under `enabledPlugins`.
fn plugins(agent: &Agent, value: &impl Fn(&str) -> Option<(PathBuf, Value)>) -> Vec<SettingsFile> {
    let Some(folder) = agent.folder() else { return Vec::new() };
    let list = file::look(&folder.join("plugins/installed_plugins.json"))
        .ok()
        .and_then(|found| found.text);
    let list = list.and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default();
    let mut found = Vec::new();
    for (id, installed) in list.get("plugins").and_then(Value::as_object).into_iter().flatten() {
        let key = id.replace('~', "~0").replace('/', "~1");
        if !value(&format!("/enabledPlugins/{key}")).is_some_and(|(_, value)| value == true) {
            continue;
        }
        // A list in version 2, one object before.
        let installed = installed.as_array().and_then(|all| all.last()).unwrap_or(installed);
        let Some(root) = installed.get("installPath").and_then(Value::as_str).map(PathBuf::from)
        else {
            continue;
        };
        let path = root.join("hooks/hooks.json");
        let Some((mut file, settings)) = read(agent, &path, "plugin", Form::GROUPS) else {
            continue;
        };
        if let Some(settings) = settings.filter(|_| id.split('@').next() == Some(entry::PROGRAM)) {
            file.hooks = hooks(agent, settings.standing(entry::comes_to_us));
        } else if file.hooks.is_empty() {
            continue;
        }
        for hook in &mut file.hooks {
            hook.run = hook.run.clone().within(&root);
        }
        found.push(file);
    }
    found
}
