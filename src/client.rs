//! Which agent calls, in which version, and what it can do.

use crate::event::Event;

/// A coding agent that runs this program as its hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Code. The version is known where the environment tells it (seen in 2.1.330, absent in 2.1.112).
    Claude(Option<Version>),
    /// Codex: its only tool is the shell.
    Codex,
}

/// Major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Client {
    /// Tells the client from the event; `agent` is the value of `AI_AGENT`. The event counts more, since agents
    /// run inside agents and inherit the environment.
    pub fn detect(event: &Event, agent: Option<&str>) -> Self {
        if event.turn_id { Self::Codex } else { Self::Claude(agent.and_then(claude_version)) }
    }

    /// The client with this name, as `--client` takes it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "claude" => Some(Self::Claude(None)),
            "codex" => Some(Self::Codex),
            _ => None,
        }
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
    let mut numbers =
        agent.strip_prefix("claude-code_")?.split('_').next()?.split('-').map(|part| part.parse().ok());
    Some(Version(numbers.next()??, numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

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
