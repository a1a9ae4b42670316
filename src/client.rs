//! Which agent calls, in which version, and what it can do.

use crate::event::Event;

/// A coding agent that runs this program as its hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Code, with its version or the least that it can be. The environment tells it in 2.1.330, not in 2.1.112.
    Claude(Option<Version>),
    /// Codex: its only tool is the shell.
    Codex,
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
    /// Tells the client from the event; `agent` is the value of `AI_AGENT`. The event counts more, since agents
    /// run inside agents and inherit the environment.
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
    pub const ALL: [Self; 2] = [Self::Claude(None), Self::Codex];

    /// The client with this name, as `--client` and the settings take it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.name() == name)
    }

    /// The name in ledgers and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claude(_) => "claude",
            Self::Codex => "codex",
        }
    }

    /// Whether it has tools to read and edit files beside the shell.
    pub fn has_file_tools(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its shell stays where a `cd` led, for the calls after it.
    pub fn keeps_directory(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its Edit refuses a file that was not read with Read. Seen in 2.1.112; 2.1.330 no longer does. What
    /// lies between is not known, so a version that says its name counts as new.
    pub fn edit_needs_read(self) -> bool {
        matches!(self, Self::Claude(None | Some(Version(0..=2, 0, _) | Version(2, 1, ..=112))))
    }

    /// Whether its shell tool can leave a command running in the background and tell when it ends.
    pub fn runs_in_background(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether each shell call is a new shell: variables, functions and options of one call are gone in the next.
    pub fn forgets_variables(self) -> bool {
        matches!(self, Self::Claude(_) | Self::Codex)
    }

    /// Whether its shell brings an `rg` of its own.
    pub fn brings_rg(self) -> bool {
        matches!(self, Self::Claude(_))
    }

    /// Whether its shell replaces `grep` and `find` by fast ones that skip ignored files (Claude Code since
    /// 2.1.117). Functions of the shell: `xargs grep`, `find -exec grep`, `command grep` and `bash -c` miss them.
    pub fn shadows_grep(self) -> bool {
        matches!(self, Self::Claude(Some(version)) if version >= Version(2, 1, 117))
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
