//! Which client calls, in which version, and what it can do.

use super::event::Event;

/// A program that runs a coding agent, and this program as its hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Code, with its version or a lower bound of it. Claude Code 2.1.330 puts its version
    /// into the environment, 2.1.112 does not.
    Claude(Option<Version>),
    /// Codex: its only tool is the shell.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Qwen Code, a fork of Gemini CLI that sends the events of Claude Code.
    Qwen,
    /// Cursor.
    Cursor,
    /// Copilot CLI.
    Copilot,
    /// The agent mode of VS Code.
    VsCode,
    /// Factory Droid.
    Droid,
    /// Cline.
    Cline,
    /// Augment (Auggie).
    Augment,
    /// opencode, through a plugin that passes its calls on.
    Opencode,
    /// pi, through an extension that passes its calls on.
    Pi,
    /// Kimi Code, which starts hooks and does not wait for what they print (2.1.0).
    Kimi,
    /// Kiro, which ignores the text that a hook prints.
    Kiro,
    /// Windsurf, which ignores the text that a hook prints.
    Windsurf,
}

/// Major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Parses three numbers with a separator between them: `2.1.330`.
    pub(crate) fn parse(text: &str, separator: char) -> Option<Self> {
        let mut numbers = text.split(separator).map(|part| part.parse().ok());
        Some(Self(numbers.next()??, numbers.next()??, numbers.next()??))
    }
}

impl Client {
    /// Derives the client from the event; `ai_agent` is the value of `AI_AGENT`. The event counts
    /// more than the variable, since agents start other agents, which inherit the environment.
    pub(crate) fn detect(event: &Event, ai_agent: Option<&str>) -> Self {
        if event.turn_id {
            return Self::Codex;
        }
        // Without a version in the environment, the fields of the event give a lower bound.
        let lower_bound = match (event.prompt_id, event.effort) {
            (true, _) => Some(Version(2, 1, 196)),
            (_, true) => Some(Version(2, 1, 133)),
            _ => None,
        };
        Self::Claude(ai_agent.and_then(claude_version).or(lower_bound))
    }

    /// Every client, without a version.
    pub const ALL: [Self; 15] = [
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
        Self::Pi,
        Self::Kimi,
        Self::Kiro,
        Self::Windsurf,
    ];

    /// The client with this name, as `--client` and the settings spell it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.name() == name)
    }

    /// The client's name in ledgers and on the command line.
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
            Self::Pi => "pi",
            Self::Kimi => "kimi",
            Self::Kiro => "kiro",
            Self::Windsurf => "windsurf",
        }
    }

    /// The names of all clients, for messages.
    pub const NAMES: &'static str = "claude, codex, gemini, qwen, cursor, copilot, vscode, droid, cline, augment, \
                                     opencode, pi, kimi, kiro or windsurf";

    /// Whether the client passes what a hook says to its model. Kimi Code, Kiro and Windsurf only
    /// let a hook watch.
    pub fn listens(self) -> bool {
        !matches!(self, Self::Kimi | Self::Kiro | Self::Windsurf)
    }

    /// Whether what a hook says when a session starts reaches the client's model: so it was seen
    /// with Claude Code 2.1.330, Codex 0.171.0, Gemini CLI 0.61.0 and Qwen Code 0.24.4.
    pub(crate) fn hears_at_start(self) -> bool {
        matches!(self, Self::Claude(_) | Self::Codex | Self::Gemini | Self::Qwen)
    }

    /// Whether the client has tools named Read, Edit and Write beside the shell. Other clients have
    /// such tools under names that the advice does not know.
    pub(crate) fn has_file_tools(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether a `cd` in one shell call is known to last for the calls after it.
    pub(crate) fn keeps_directory(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its events say in which folder a shell call ran. Codex sends the session's folder, not
    /// the `workdir` of the call (openai/codex#32360).
    pub(crate) fn tells_folder(self) -> bool {
        !matches!(self, Self::Codex)
    }

    /// Whether its Edit refuses a file that was not read with Read. Claude Code 2.1.112 does,
    /// 2.1.330 does not; the versions between were not checked and count as new. An unknown version
    /// counts as old, since 2.1.112 does not report its own.
    pub(crate) fn edit_needs_read(self) -> bool {
        matches!(self, Self::Claude(None | Some(Version(0..=2, 0, _) | Version(2, 1, ..=112))))
    }

    /// Whether its shell tool can run a command in the background and report when it ends.
    pub(crate) fn runs_in_background(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether each shell call is known to start a new shell, which loses the variables, functions
    /// and options of the call before.
    pub(crate) fn forgets_variables(self) -> bool {
        matches!(self, Self::Claude(_) | Self::Codex | Self::Gemini | Self::Qwen)
    }

    /// Whether its shell comes with its own `rg`.
    pub(crate) fn brings_rg(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its shell replaces `grep` and `find` by fast ones that skip ignored files (Claude
    /// Code since 2.1.117). The replacements are shell functions: `xargs grep`, `find -exec grep`,
    /// `command grep` and `bash -c` do not see them.
    pub(crate) fn shadows_grep(self) -> bool {
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
fn claude_version(ai_agent: &str) -> Option<Version> {
    Version::parse(ai_agent.strip_prefix("claude-code_")?.split('_').next()?, '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_give_a_lower_bound_of_the_version() {
        let detected = |field: &str| {
            let text = format!(r#"{{"hook_event_name":"PostToolUse","tool_name":"Bash"{field}}}"#);
            Client::detect(&Event::parse(&text).unwrap(), None)
        };
        assert_eq!(detected(""), Client::Claude(None));
        assert_eq!(
            detected(r#","effort":{"level":"high"}"#),
            Client::Claude(Some(Version(2, 1, 133)))
        );
        assert_eq!(
            detected(r#","prompt_id":"p","effort":{}"#),
            Client::Claude(Some(Version(2, 1, 196)))
        );
        assert_eq!(detected(r#","turn_id":"t""#), Client::Codex);
    }

    #[test]
    fn the_list_of_names_has_every_client() {
        let names: Vec<&str> = Client::ALL.iter().map(|client| client.name()).collect();
        assert_eq!(Client::NAMES.replace(" or ", ", ").split(", ").collect::<Vec<_>>(), names);
    }

    #[test]
    fn the_environment_gives_the_version() {
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
