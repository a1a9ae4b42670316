//! The clients whose settings `install` writes: where their files are, and what an entry looks
//! like.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use memchr::memmem;

use super::adapter::{self, Adapter};
use super::command_line::WindowsShell;
use super::file;
use super::layout::HookLayout;
use super::managed_folder;
use crate::base::{env, read};
use crate::commands::error::Error;
use crate::project::environment;

/// Whose calls the settings are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// Your settings, for all projects
    #[default]
    User,
    /// Shared with the project (committed to git)
    Project,
    /// Yours, in this project only
    Local,
    /// Every user's on this machine, as its administrator (Claude Code only)
    Managed,
}

impl Scope {
    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Project => "project",
            Self::Local => "local",
            Self::Managed => managed_folder::MANAGED,
        }
    }
}

/// An event that `install` registers.
pub(super) struct HookEvent {
    pub(super) name: &'static str,
    /// The fixed matcher of the event; `None` for tool calls, which the user's matcher narrows.
    pub(super) only: Option<&'static str>,
}

const fn calls(name: &'static str) -> HookEvent {
    HookEvent { name, only: None }
}

/// A new session is told lessons. After the others the advice is no longer in the agent's context.
const STARTS: HookEvent = HookEvent { name: "SessionStart", only: Some("startup|compact|clear") };

/// The same where a matcher is one word (Gemini CLI 0.61.0).
const ALL_STARTS: HookEvent = HookEvent { name: "SessionStart", only: Some("*") };

/// A client, and how its settings are written.
pub(super) struct ClientProfile {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// Its name for users.
    pub(super) title: &'static str,
    /// Its own command.
    program: &'static str,
    /// Reads the environment variable that names another folder.
    variable: Option<fn() -> Option<PathBuf>>,
    /// Its folder below the user's home.
    folder: &'static str,
    /// The user's settings file, relative to that folder.
    user: &'static str,
    /// The project's settings file, relative to the project.
    project: &'static str,
    /// The user's own settings file in a project, relative to it.
    local: Option<&'static str>,
    /// The file that the client reads if the first does not exist. Creating the first would hide
    /// it.
    other: Option<(&'static str, HookLayout)>,
    pub(super) layout: HookLayout,
    pub(super) events: &'static [HookEvent],
    /// The event of all calls of a message, registered on request.
    pub(super) batch: Option<HookEvent>,
    /// The time limit of one call, in the client's unit: see `counts_ms`.
    pub(super) timeout: u32,
    /// Its file is this program's alone, and has no entries. It then starts the program itself.
    pub(super) adapter: Option<&'static Adapter>,
    /// It can start a program without a shell.
    pub(super) starts_programs: bool,
    /// The shell in which it runs a line on Windows.
    pub(super) windows: WindowsShell,
    /// It runs the hooks in Claude Code's settings too.
    pub(super) reads_claude: bool,
    /// What its user has to do or know after `install`.
    pub(super) note: Option<&'static str>,
    /// The client itself has run an entry in the form that is written here.
    pub(super) tried: bool,
    /// It counts time limits in ms, not in seconds.
    pub(super) counts_ms: bool,
    /// It reads settings with comments in them, which this program does not.
    pub(super) takes_comments: bool,
    /// An administrator can write its settings for all users.
    pub(super) is_managed: bool,
    /// It drops every hook of a file for one entry of another form.
    pub(super) is_strict: bool,
    /// The settings that list hooks which are switched off, as JSON pointers.
    pub(super) disabled: &'static [&'static str],
    /// The setting that switches all hooks off: its JSON pointer, and the value that does it.
    pub(super) off: Option<(&'static str, bool)>,
}

/// The defaults for the fields that a profile leaves out.
const DEFAULT_PROFILE: ClientProfile = ClientProfile {
    name: "",
    title: "",
    program: "",
    variable: None,
    folder: "",
    user: "settings.json",
    project: "",
    local: None,
    other: None,
    layout: HookLayout::GROUPS,
    events: &[],
    batch: None,
    timeout: 5,
    adapter: None,
    starts_programs: false,
    windows: WindowsShell::PowerShell,
    reads_claude: false,
    note: None,
    tried: false,
    counts_ms: false,
    takes_comments: false,
    is_managed: false,
    is_strict: false,
    disabled: &[],
    off: None,
};

/// Every client.
pub(super) const PROFILES: [ClientProfile; 10] = [
    ClientProfile {
        name: "claude",
        title: "Claude Code",
        program: "claude",
        variable: Some(env::claude_config_dir),
        folder: ".claude",
        project: ".claude/settings.json",
        local: Some(".claude/settings.local.json"),
        // A failed call has an event of its own.
        events: &[calls("PostToolUse"), calls("PostToolUseFailure"), STARTS],
        batch: Some(HookEvent { name: "PostToolBatch", only: Some("*") }),
        starts_programs: true,
        note: Some("Claude Code sessions that are already running use the hook too."),
        tried: true,
        is_managed: true,
        is_strict: true,
        off: Some(("/disableAllHooks", true)),
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "codex",
        title: "Codex",
        program: "codex",
        variable: Some(env::codex_home),
        folder: ".codex",
        user: "hooks.json",
        project: ".codex/hooks.json",
        events: &[calls("PostToolUse"), STARTS],
        note: Some(
            "Codex runs a hook only after you have trusted it: open /hooks in Codex now, and again after each change.",
        ),
        tried: true,
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "gemini",
        title: "Gemini CLI",
        program: "gemini",
        folder: ".gemini",
        project: ".gemini/settings.json",
        events: &[calls("AfterTool"), ALL_STARTS],
        timeout: 5000,
        tried: true,
        counts_ms: true,
        takes_comments: true,
        // The second is where they were before 0.25 (google-gemini/gemini-cli#15063).
        disabled: &["/hooksConfig/disabled", "/hooks/disabled"],
        off: Some(("/hooksConfig/enabled", false)),
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "qwen",
        title: "Qwen Code",
        program: "qwen",
        folder: ".qwen",
        project: ".qwen/settings.json",
        events: &[calls("PostToolUse"), calls("PostToolUseFailure"), STARTS],
        windows: WindowsShell::CmdOrNamed,
        // Versions before 0.23.4 count ms; later ones read 1000 and more as ms.
        timeout: 5000,
        tried: true,
        takes_comments: true,
        disabled: &["/hooksConfig/disabled", "/hooks/disabled"],
        off: Some(("/disableAllHooks", true)),
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "cursor",
        title: "Cursor",
        program: "cursor-agent",
        folder: ".cursor",
        user: "hooks.json",
        project: ".cursor/hooks.json",
        layout: HookLayout::LIST,
        events: &[calls("postToolUse"), calls("postToolUseFailure")],
        reads_claude: true,
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "copilot",
        title: "Copilot CLI",
        program: "copilot",
        variable: Some(env::copilot_home),
        folder: ".copilot",
        user: "hooks/toolcoach.json",
        project: ".github/hooks/toolcoach.json",
        layout: HookLayout::COPILOT,
        events: &[calls("postToolUse"), calls("postToolUseFailure")],
        tried: true,
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "droid",
        title: "Factory Droid",
        program: "droid",
        folder: ".factory",
        user: "hooks.json",
        project: ".factory/hooks.json",
        other: Some(("settings.json", HookLayout::GROUPS)),
        layout: HookLayout::BARE,
        windows: WindowsShell::Cmd,
        events: &[calls("PostToolUse")],
        // Seen with 0.215.0: also a `grep` that finds nothing fires no hook.
        note: Some(
            "Droid starts no hook for a command that fails, so there is no advice on failures.",
        ),
        tried: true,
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "cline",
        title: "Cline",
        program: "cline",
        variable: Some(env::cline_dir),
        folder: ".cline",
        // Cline runs every file of that name, whatever its ending.
        user: "hooks/PostToolUse.sh",
        project: ".cline/hooks/PostToolUse.sh",
        events: &[calls("PostToolUse")],
        adapter: Some(&adapter::CLINE),
        tried: true,
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "opencode",
        title: "opencode",
        program: "opencode",
        variable: Some(opencode_folder),
        folder: ".config/opencode",
        user: "plugins/toolcoach.js",
        project: ".opencode/plugins/toolcoach.js",
        events: &[calls("tool.execute.after")],
        adapter: Some(&adapter::OPENCODE),
        tried: true,
        ..DEFAULT_PROFILE
    },
    ClientProfile {
        name: "pi",
        title: "pi",
        program: "pi",
        variable: Some(env::pi_coding_agent_dir),
        folder: ".pi/agent",
        user: "extensions/toolcoach.ts",
        project: ".pi/extensions/toolcoach.ts",
        events: &[calls("tool_result")],
        adapter: Some(&adapter::PI),
        tried: true,
        ..DEFAULT_PROFILE
    },
];

fn opencode_folder() -> Option<PathBuf> {
    Some(env::xdg_config_home()?.join("opencode"))
}

/// A settings file of a client.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) profile: &'static ClientProfile,
    pub(super) scope: Scope,
    pub(super) path: PathBuf,
    pub(super) layout: HookLayout,
}

impl ClientProfile {
    /// The client with this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// The folder with the user's settings.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let named = self
            .variable
            .and_then(|variable| variable())
            .map(|path| std::path::absolute(&path).unwrap_or(path));
        named.or_else(|| Some(env::home()?.join(self.folder)))
    }

    /// Whether it is on this machine: its settings folder exists, or its program is on PATH.
    pub(super) fn is_installed(&self) -> bool {
        self.folder().is_some_and(|folder| folder.is_dir())
            || on_path(self.program).next().is_some()
    }

    /// The file for `scope` in the project at `root`.
    ///
    /// # Errors
    /// When the home folder is unknown, or the client has no settings of that scope.
    pub(super) fn target(&'static self, scope: Scope, root: &Path) -> Result<Target, Error> {
        let path = match scope {
            Scope::User => self.folder().ok_or(Error::NoHome)?.join(self.user),
            Scope::Project => root.join(self.project),
            Scope::Local => {
                let local =
                    self.local.ok_or(Error::NoScope { client: self.title, scope: scope.name() })?;
                root.join(local)
            }
            Scope::Managed if self.is_managed => managed_folder::target(),
            Scope::Managed => {
                return Err(Error::NoScope { client: self.title, scope: scope.name() });
            }
        };
        let target = Target { profile: self, scope, path, layout: self.layout };
        let Some(other) = target.other().filter(|_| !target.path.exists()) else {
            return Ok(target);
        };
        let text = read::read(&other.path, file::MAX_BYTES).ok().flatten();
        let has_hooks = text.is_some_and(|text| memmem::find(&text, b"\"hooks\"").is_some());
        Ok(if has_hooks { other } else { target })
    }

    /// The layout of the file at `path`.
    pub(super) fn layout_of(&self, path: &Path) -> HookLayout {
        let is_other =
            |(name, _): &(&str, HookLayout)| path.file_name().is_some_and(|file| file == *name);
        self.other.filter(is_other).map_or(self.layout, |(_, layout)| layout)
    }
}

impl Target {
    /// Whether the file is named after this program, so that no other program creates it.
    pub(super) fn is_ours_alone(&self) -> bool {
        self.path.file_stem().is_some_and(|name| name == "toolcoach")
    }

    /// The other file that the client may read instead.
    pub(super) fn other(&self) -> Option<Self> {
        let (name, layout) = self.profile.other?;
        Some(Self { path: self.path.with_file_name(name), layout, ..self.clone() })
    }
}

/// The folder of the project here: its git work tree, else the current folder.
///
/// # Errors
/// When the current folder no longer exists.
pub(super) fn project_root() -> Result<PathBuf, Error> {
    let folder = std::env::current_dir()?;
    Ok(environment::work_tree_around(&folder).map_or_else(|| folder.clone(), Path::to_owned))
}

/// The files with the name of a program in the folders of PATH, in the order of PATH.
pub(crate) fn on_path(program: &str) -> impl Iterator<Item = PathBuf> {
    // npm's programs are scripts on Windows.
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    let folders: Vec<PathBuf> = std::env::split_paths(&env::path().unwrap_or_default()).collect();
    folders
        .into_iter()
        .filter(|folder| folder.is_absolute())
        .flat_map(move |folder| {
            endings.iter().map(move |end| folder.join(format!("{program}{end}")))
        })
        .filter(|path| path.is_file())
}
