//! Which calls a matcher lets through.

use super::clients::Target;
use super::regex::{Match, find};
use crate::base::text;
use crate::commands::error::Error;
use crate::protocol::client::Client;
use crate::protocol::dialect;

/// The tools of Claude Code 2.1.330, with older ones that its matchers may name. A tool of a server
/// stands for all of them.
const CLAUDE: &str = "Agent Artifact AskUserQuestion Bash BashOutput CronCreate CronDelete CronList Edit \
    EnterPlanMode EnterWorktree ExitPlanMode ExitWorktree Glob Grep KillShell ListAgents ListMcpResourcesTool LS LSP \
    Monitor MultiEdit NotebookEdit NotebookRead PowerShell Projects PushNotification Read ReadMcpResourceDirTool \
    ReadMcpResourceTool ReadNotifications RemoteTrigger ReportFindings ScheduleWakeup SendMessage SendUserFile \
    SendUserMessage SetGoal Skill SlashCommand Task TaskCreate TaskGet TaskList TaskOutput TaskStop TaskUpdate \
    TodoWrite ToolSearch WaitForMcpServers WebFetch WebSearch Workflow Write mcp__server__tool";

/// The tools of Gemini CLI 0.61.0. None goes by Claude Code's name for it.
const GEMINI: &str = "run_shell_command read_file read_many_files write_file replace search_file_content grep_search \
    glob list_directory web_fetch google_web_search save_memory write_todos";

/// Tools of other clients that need no translation.
const OTHERS: [&str; 7] = [
    "apply_patch",
    "google_web_search",
    "web_fetch",
    "save_memory",
    "read_many_files",
    "todo_write",
    "MCP:tool",
];

/// Most tools that are listed by name if an expression matches them.
const MAX_NAMED: usize = 4;

/// The calls that a matcher lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All.
    All,
    /// Those of these tools.
    Some(String),
    /// None of a tool that is known.
    None,
}

/// What a matcher of `client` lets through.
pub(crate) fn reach(client: Client, matcher: Option<&str>) -> Reach {
    let Some(matcher) = matcher.filter(|matcher| !matches!(*matcher, "" | "*" | ".*")) else {
        return Reach::All;
    };
    if !matches!(client, Client::Claude(_)) {
        return of_others(client, matcher);
    }
    // Claude Code takes a matcher of these characters for a list of whole names.
    let is_list = |c: char| c.is_ascii_alphanumeric() || "_-,| ".contains(c);
    if matcher.chars().all(is_list) {
        let names: Vec<&str> =
            matcher.split([',', '|']).map(str::trim).filter(|name| !name.is_empty()).collect();
        let is_known = |name: &&&str| {
            name.starts_with("mcp__") || CLAUDE.split_whitespace().any(|known| known == **name)
        };
        return match names.iter().any(|name| is_known(&name)) {
            true => Reach::Some(listed(&names)),
            false => Reach::None,
        };
    }
    let found: Vec<(&str, Match)> =
        CLAUDE.split_whitespace().map(|name| (name, find(matcher, name))).collect();
    let names: Vec<&str> =
        found.iter().filter(|(_, found)| *found == Match::Yes).map(|(name, _)| *name).collect();
    match () {
        () if names.len() == found.len() => Reach::All,
        () if names.is_empty() && found.iter().all(|(_, found)| *found != Match::Unknown) => {
            // A server's tool has any name.
            if matcher.contains("mcp") && found.iter().all(|(_, found)| *found == Match::No) {
                Reach::Some(format!("tools that match {matcher}"))
            } else {
                Reach::None
            }
        }
        () if names.is_empty() || names.len() > MAX_NAMED => {
            Reach::Some(format!("tools that match {matcher}"))
        }
        () => Reach::Some(listed(&names)),
    }
}

impl Target {
    /// Checks that a matcher which a user gave lets calls of this client through.
    ///
    /// # Errors
    /// When it names no tool.
    pub(super) fn check_matcher(&self, matcher: &str) -> Result<(), Error> {
        let client = Client::named(self.profile.name).unwrap_or(Client::Claude(None));
        // Tools of servers may have any name in other clients; doctor warns there.
        if !matches!(client, Client::Claude(_)) || reach(client, Some(matcher)) != Reach::None {
            return Ok(());
        }
        let (matcher, title) = (text::clean(matcher), self.profile.title);
        Err(Error::Usage(format!(
            "--matcher {matcher}: it names no tool of {title}, so the hook would see no call; use the agent's \
             own tool names, such as Bash and Read in Claude Code"
        )))
    }
}

/// The other clients read a matcher as an expression. Their tools are known by the names that the
/// hook translates, in either case; tools of servers may have any name.
fn of_others(client: Client, matcher: &str) -> Reach {
    let fits_any =
        |names: &str| names.split_whitespace().any(|name| find(matcher, name) == Match::Yes);
    if client == Client::Gemini && fits_any(CLAUDE) && !fits_any(GEMINI) {
        return Reach::None;
    }
    let matcher_in_lower_case = matcher.to_lowercase();
    let found: Vec<Match> = dialect::tool_names()
        .chain(CLAUDE.split_whitespace())
        .chain(OTHERS)
        .map(|name| find(&matcher_in_lower_case, &name.to_lowercase()))
        .collect();
    let may_fit = matcher.contains("mcp") || found.contains(&Match::Unknown);
    if found.contains(&Match::Yes) || (may_fit && !found.contains(&Match::Invalid)) {
        return Reach::Some(listed(&matcher.split('|').collect::<Vec<_>>()));
    }
    Reach::None
}

fn listed(names: &[&str]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_is_read_as_its_client_does() {
        let some = |text: &str| Reach::Some(text.to_owned());
        for (matcher, expected) in [
            ("", Reach::All),
            ("*", Reach::All),
            (".*", Reach::All),
            ("^.+$", Reach::All),
            ("Bash", some("Bash")),
            ("Bash|Read", some("Bash, Read")),
            ("Bash, Nope", some("Bash, Nope")),
            ("mcp__db__.*", some("tools that match mcp__db__.*")),
            ("mcp__db__write", some("mcp__db__write")),
            ("^(Bash|Edit)$", some("Bash, Edit")),
            ("^(?!Bash)", some("tools that match ^(?!Bash)")),
            ("Nope", Reach::None),
            ("bash", Reach::None),
            ("(", Reach::None),
            ("Bash(git push:*)", Reach::None),
        ] {
            assert_eq!(reach(Client::Claude(None), Some(matcher)), expected, "{matcher}");
        }
        assert_eq!(reach(Client::Claude(None), None), Reach::All);
        for (client, matcher, expected) in [
            (Client::Gemini, "run_shell_command|read_file", some("run_shell_command, read_file")),
            (Client::Gemini, "(", Reach::None),
            (Client::Gemini, "Nope", Reach::None),
            (Client::Gemini, "Bash|Read", Reach::None),
            (Client::Gemini, "Bash|read_file", some("Bash, read_file")),
            (Client::Codex, "^Bash$", some("^Bash$")),
            (Client::Droid, "Execute", some("Execute")),
        ] {
            assert_eq!(reach(client, Some(matcher)), expected, "{matcher}");
        }
    }
}
