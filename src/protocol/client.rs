//! Which agent calls, in which version, and what it can do.

use super::event::Event;

/// A coding agent that runs this program as its hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Code, with its version or the least that it can be. The environment tells it in
    /// 2.1.330, not in 2.1.112.
    Claude(Option<Version>),
    /// Codex: its only tool is the shell.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Qwen Code, a relative of Gemini CLI with the events of Claude Code.
    Qwen,
    /// Cursor.
    Cursor,
    /// Copilot CLI.
    Copilot,
    /// The agent of VS Code.
    VsCode,
    /// Factory Droid.
    Droid,
    /// Cline.
    Cline,
    /// Augment (Auggie).
    Augment,
    /// opencode, through a plugin that passes calls on.
    Opencode,
    /// Kiro, which takes no text from a hook.
    Kiro,
    /// Windsurf, which takes no text from a hook.
    Windsurf,
}

/// Major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Reads three numbers with something between them: `2.1.330`.
    pub fn parse(text: &str, between: char) -> Option<Self> {
        let mut numbers = text.split(between).map(|part| part.parse().ok());
        Some(Self(numbers.next()??, numbers.next()??, numbers.next()??))
    }
}

impl Client {
    /// Tells the client from the event; `agent` is the value of `AI_AGENT`. The event counts more,
    /// since agents run inside agents and inherit the environment.
    pub fn detect(event: &Event, agent: Option<&str>) -> Self {
        if event.turn_id {
            return Self::Codex;
        }
        // Where no version is told, the fields that it sends tell the least.
        let least = match (event.prompt_id, event.effort) {
            (true, _) => Some(Version(2, 1, 196)),
            (_, true) => Some(Version(2, 1, 133)),
            _ => None,
        };
        Self::Claude(agent.and_then(claude_version).or(least))
    }

    /// Every client, of no known version.
    pub const ALL: [Self; 13] = [
        Self::Claude(None),
        Self::Codex,
        Self::Gemini,
        Self::Qwen,
        Self::Cursor,
        Self::Copilot,
        Self::VsCode,
        Self::Droid,
        Self::Cline,
        Self::Augment,
        Self::Opencode,
        Self::Kiro,
        Self::Windsurf,
    ];

    /// The client with this name, as `--client` and the settings take it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.name() == name)
    }

    /// The name in ledgers and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claude(_) => "claude",
            Self::Codex => "codex",
            Self::Gemini => "gemini",
            Self::Qwen => "qwen",
            Self::Cursor => "cursor",
            Self::Copilot => "copilot",
            Self::VsCode => "vscode",
            Self::Droid => "droid",
            Self::Cline => "cline",
            Self::Augment => "augment",
            Self::Opencode => "opencode",
            Self::Kiro => "kiro",
            Self::Windsurf => "windsurf",
        }
    }

    /// The names of all, for messages.
    pub const NAMES: &'static str = "claude, codex, gemini, qwen, cursor, copilot, vscode, droid, cline, augment, \
                                     opencode, kiro or windsurf";

    /// Whether what a hook says reaches its model. Kiro and Windsurf only let a hook watch.
    pub fn listens(self) -> bool {
        !matches!(self, Self::Kiro | Self::Windsurf)
    }

    /// Whether it has tools of the names Read, Edit and Write beside the shell. Others have such
    /// tools too, by names that the advice does not know.
    pub fn has_file_tools(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its shell is known to stay where a `cd` led, for the calls after it.
    pub fn keeps_directory(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its Edit refuses a file that was not read with Read. Seen in 2.1.112; 2.1.330 no
    /// longer does. What lies between is not known, so a version that says its name counts as new.
    pub fn edit_needs_read(self) -> bool {
        matches!(self, Self::Claude(None | Some(Version(0..=2, 0, _) | Version(2, 1, ..=112))))
    }

    /// Whether its shell tool can leave a command running in the background and tell when it ends.
    pub fn runs_in_background(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether each shell call is known to be a new shell: variables, functions and options of one
    /// call are gone in the next.
    pub fn forgets_variables(self) -> bool {
        matches!(self, Self::Claude(_) | Self::Codex | Self::Gemini | Self::Qwen)
    }

    /// Whether its shell brings an `rg` of its own.
    pub fn brings_rg(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its shell replaces `grep` and `find` by fast ones that skip ignored files (Claude
    /// Code since 2.1.117). Functions of the shell: `xargs grep`, `find -exec grep`, `command grep`
    /// and `bash -c` miss them.
    pub fn shadows_grep(self) -> bool {
        matches!(self, Self::Claude(Some(version)) if version >= Version(2, 1, 117))
    }
}

impl std::str::FromStr for Client {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::named(name).ok_or_else(|| format!("expected {}", Self::NAMES))
    }
}

/// `claude-code_2-1-330_harness` -> 2.1.330
fn claude_version(agent: &str) -> Option<Version> {
    Version::parse(agent.strip_prefix("claude-code_")?.split('_').next()?, '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_tell_the_least_version() {
        let of = |field: &str| {
            let text = format!(r#"{{"hook_event_name":"PostToolUse","tool_name":"Bash"{field}}}"#);
            Client::detect(&Event::parse(&text).unwrap(), None)
        };
        assert_eq!(of(""), Client::Claude(None));
        assert_eq!(of(r#","effort":{"level":"high"}"#), Client::Claude(Some(Version(2, 1, 133))));
        assert_eq!(of(r#","prompt_id":"p","effort":{}"#), Client::Claude(Some(Version(2, 1, 196))));
        assert_eq!(of(r#","turn_id":"t""#), Client::Codex);
    }

    #[test]
    fn all_are_named() {
        let names: Vec<&str> = Client::ALL.iter().map(|client| client.name()).collect();
        assert_eq!(Client::NAMES.replace(" or ", ", ").split(", ").collect::<Vec<_>>(), names);
    }

    #[test]
    fn versions_are_read_from_the_environment() {
        assert_eq!(claude_version("claude-code_2-1-330_harness"), Some(Version(2, 1, 330)));
        assert_eq!(claude_version("claude-code"), None);
        assert_eq!(claude_version("other_1-2-3"), None);
        assert!(Client::Claude(claude_version("claude-code_2-1-330_x")).shadows_grep());
        assert!(!Client::Claude(None).shadows_grep());
        assert!(Client::Claude(None).edit_needs_read());
        assert!(!Client::Claude(Some(Version(2, 1, 330))).edit_needs_read());
        assert!(Client::Claude(Some(Version(2, 1, 112))).edit_needs_read());
    }
}
