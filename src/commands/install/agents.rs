//! The agents whose settings are written: where these are, and what an entry in them looks like.

use crate::base::env;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::entry::Form;
use crate::commands::error::Error;

/// Whose calls the settings are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// All of yours
    #[default]
    User,
    /// Everybody's in this project: the file goes into git
    Project,
    /// Yours in this project
    Local,
}

impl Scope {
    /// On the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Project => "project",
            Self::Local => "local",
        }
    }
}

/// An event, and what of it is wanted.
pub(super) struct Event {
    pub(super) name: &'static str,
    /// `None` for calls of tools, which the user's matcher narrows.
    pub(super) only: Option<&'static str>,
}

const fn calls(name: &'static str) -> Event {
    Event { name, only: None }
}

/// What was said has left the agent's context after these.
const FORGETS: Event = Event { name: "SessionStart", only: Some("compact|clear") };

/// An agent.
pub(super) struct Agent {
    /// On the command line.
    pub(super) name: &'static str,
    /// For people.
    pub(super) title: &'static str,
    /// Its own command.
    program: &'static str,
    /// The variable that names its folder.
    variable: Option<&'static str>,
    /// Its folder below the user's home.
    folder: &'static str,
    /// The file in that folder.
    user: &'static str,
    /// The file in a project.
    project: &'static str,
    /// The user's own file in a project.
    local: Option<&'static str>,
    /// The file that is read where the first is not there: to make the first would hide it.
    other: Option<(&'static str, Form)>,
    pub(super) form: Form,
    pub(super) events: &'static [Event],
    /// The time limit of one call, in the unit that the agent counts in.
    pub(super) timeout: u32,
    /// Whether it can start a program without a shell.
    pub(super) starts_programs: bool,
    /// It runs the hooks in Claude Code's settings too.
    pub(super) reads_claude: bool,
    /// What its user has to do or know.
    pub(super) note: Option<&'static str>,
    /// An entry as written here was run by the agent itself.
    pub(super) tried: bool,
    /// It counts time limits in ms, not in seconds.
    pub(super) counts_ms: bool,
    /// It reads settings with comments in them, which this program does not.
    pub(super) takes_comments: bool,
    /// The setting that switches all hooks off, as a JSON pointer and the value that does it.
    pub(super) off: Option<(&'static str, bool)>,
}

/// The default of the rest.
const AGENT: Agent = Agent {
    name: "",
    title: "",
    program: "",
    variable: None,
    folder: "",
    user: "settings.json",
    project: "",
    local: None,
    other: None,
    form: Form::GROUPS,
    events: &[],
    timeout: 5,
    starts_programs: false,
    reads_claude: false,
    note: None,
    tried: false,
    counts_ms: false,
    takes_comments: false,
    off: None,
};

/// Every agent.
pub(super) const AGENTS: [Agent; 7] = [
    Agent {
        name: "claude",
        title: "Claude Code",
        program: "claude",
        variable: Some("CLAUDE_CONFIG_DIR"),
        folder: ".claude",
        project: ".claude/settings.json",
        local: Some(".claude/settings.local.json"),
        // A call that fails is an event of its own.
        events: &[calls("PostToolUse"), calls("PostToolUseFailure"), FORGETS],
        starts_programs: true,
        tried: true,
        off: Some(("/disableAllHooks", true)),
        ..AGENT
    },
    Agent {
        name: "codex",
        title: "Codex",
        program: "codex",
        variable: Some("CODEX_HOME"),
        folder: ".codex",
        user: "hooks.json",
        project: ".codex/hooks.json",
        events: &[calls("PostToolUse"), FORGETS],
        note: Some(
            "Codex runs a hook only when you have trusted it: open /hooks in Codex, and again after a change.",
        ),
        tried: true,
        ..AGENT
    },
    Agent {
        name: "gemini",
        title: "Gemini CLI",
        program: "gemini",
        folder: ".gemini",
        project: ".gemini/settings.json",
        events: &[calls("AfterTool")],
        timeout: 5000,
        tried: true,
        counts_ms: true,
        takes_comments: true,
        off: Some(("/hooksConfig/enabled", false)),
        ..AGENT
    },
    Agent {
        name: "qwen",
        title: "Qwen Code",
        program: "qwen",
        folder: ".qwen",
        project: ".qwen/settings.json",
        events: &[calls("PostToolUse"), calls("PostToolUseFailure")],
        // Versions before 0.23.4 count ms, later ones take 1000 and more for ms.
        timeout: 5000,
        tried: true,
        takes_comments: true,
        off: Some(("/disableAllHooks", true)),
        ..AGENT
    },
    Agent {
        name: "cursor",
        title: "Cursor",
        program: "cursor-agent",
        folder: ".cursor",
        user: "hooks.json",
        project: ".cursor/hooks.json",
        form: Form::LIST,
        events: &[calls("postToolUse"), calls("postToolUseFailure")],
        reads_claude: true,
        ..AGENT
    },
    Agent {
        name: "copilot",
        title: "Copilot CLI",
        program: "copilot",
        variable: Some("COPILOT_HOME"),
        folder: ".copilot",
        user: "hooks/toolcoach.json",
        project: ".github/hooks/toolcoach.json",
        form: Form::COPILOT,
        events: &[calls("postToolUse"), calls("postToolUseFailure")],
        ..AGENT
    },
    Agent {
        name: "droid",
        title: "Factory Droid",
        program: "droid",
        folder: ".factory",
        user: "hooks.json",
        project: ".factory/hooks.json",
        other: Some(("settings.json", Form::GROUPS)),
        form: Form::BARE,
        events: &[calls("PostToolUse")],
        ..AGENT
    },
];

/// A file of settings.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) agent: &'static Agent,
    pub(super) scope: Scope,
    pub(super) path: PathBuf,
    pub(super) form: Form,
}

impl Agent {
    /// The agent with this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        AGENTS.iter().find(|agent| agent.name == name)
    }

    /// The folder of its user's settings.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let named = self
            .variable
            .and_then(env::settings_dir_of_agent)
            .map(|path| std::path::absolute(&path).unwrap_or(path));
        named.or_else(|| Some(env::home()?.join(self.folder)))
    }

    /// Whether it is on this machine: it has a folder of settings, or is on PATH.
    pub(super) fn is_here(&self) -> bool {
        self.folder().is_some_and(|folder| folder.is_dir())
            || on_path(self.program).next().is_some()
    }

    /// The file for `scope` in the project at `root`.
    ///
    /// # Errors
    /// When there is no home, or nothing of that scope.
    pub(super) fn target(&'static self, scope: Scope, root: &Path) -> Result<Target, Error> {
        let path = match scope {
            Scope::User => self.folder().ok_or(Error::NoHome)?.join(self.user),
            Scope::Project => root.join(self.project),
            Scope::Local => {
                let local =
                    self.local.ok_or(Error::NoScope { agent: self.title, scope: scope.name() })?;
                root.join(local)
            }
        };
        let target = Target { agent: self, scope, path, form: self.form };
        let Some(other) = target.other().filter(|_| !target.path.exists()) else {
            return Ok(target);
        };
        let hides =
            std::fs::read_to_string(&other.path).is_ok_and(|text| text.contains("\"hooks\""));
        Ok(if hides { other } else { target })
    }

    /// The form of a file of this agent.
    pub(super) fn form_of(&self, path: &Path) -> Form {
        let is_other =
            |(name, _): &(&str, Form)| path.file_name().is_some_and(|file| file == *name);
        self.other.filter(is_other).map_or(self.form, |(_, form)| form)
    }
}

impl Target {
    /// Whether the file is named after us: nobody else makes it.
    pub(super) fn is_ours_alone(&self) -> bool {
        self.path.file_stem().is_some_and(|name| name == "toolcoach")
    }

    /// The other file that the agent might read.
    pub(super) fn other(&self) -> Option<Self> {
        let (name, form) = self.agent.other?;
        Some(Self { path: self.path.with_file_name(name), form, ..self.clone() })
    }
}

/// Where a program is on PATH, first the one that counts.
pub(crate) fn on_path(program: &str) -> impl Iterator<Item = PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let folders: Vec<PathBuf> = std::env::split_paths(&env::path().unwrap_or_default()).collect();
    folders
        .into_iter()
        .filter(|folder| folder.is_absolute())
        .map(move |folder| folder.join(&name))
        .filter(|path| path.is_file())
}
