//! The tools of clients, by the names that Claude Code gives them.

/// The kinds of tools that rules tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// A shell command in Bash's grammar (Bash, Monitor).
    Shell,
    /// Reads a file.
    Read,
    /// Changes part of a file.
    Edit,
    /// Writes a whole file.
    Write,
    /// Searches file contents.
    Grep,
    /// Lists files by pattern.
    Glob,
    /// Starts a sub-agent.
    Agent,
    /// A tool of an MCP server.
    Mcp,
    /// Any other tool, also PowerShell, whose commands are not in Bash's grammar.
    Other,
}

/// `(the client's name, the kind of tool)`: one list for events, ledgers and diagnostics.
const TOOLS: [(&str, Tool); 14] = [
    ("Bash", Tool::Shell),
    ("Monitor", Tool::Shell),
    ("Read", Tool::Read),
    ("Edit", Tool::Edit),
    ("MultiEdit", Tool::Edit),
    ("NotebookEdit", Tool::Edit),
    ("Write", Tool::Write),
    ("Grep", Tool::Grep),
    ("Glob", Tool::Glob),
    ("Agent", Tool::Agent),
    ("Task", Tool::Agent),
    ("PowerShell", Tool::Other),
    ("WebFetch", Tool::Other),
    ("WebSearch", Tool::Other),
];

/// The kind of the tool with this name.
pub(crate) fn named(name: &str) -> Tool {
    match TOOLS.iter().find(|(known, _)| *known == name) {
        Some((_, tool)) => *tool,
        None if name.starts_with("mcp__") => Tool::Mcp,
        None => Tool::Other,
    }
}

/// The tool whose name this is, in whatever case.
pub(crate) fn known_tool(name: &str) -> Option<&'static str> {
    let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
    TOOLS.iter().map(|(known, _)| *known).find(is_it)
}

/// The name of a tool in ledgers: a known name, `mcp` or `other`, so that a ledger contains no foreign
/// text.
pub(super) fn label(name: &str) -> &'static str {
    match TOOLS.iter().find(|(known, _)| *known == name) {
        Some((known, _)) => known,
        None if named(name) == Tool::Mcp => "mcp",
        None => "other",
    }
}
