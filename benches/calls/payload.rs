//! Events as Claude Code 2.1.330 sends them, with their bulk where real ones have it.

use serde_json::{Value, json};

/// The session of every event.
pub(crate) const SESSION: &str = "f1219aca-090b-4c53-8229-00f4790ba71e";

/// What fills a payload.
const LINE: &str = "src/app.py:12:    raise ValueError(\"no such key\")  # TODO\n";

const FILE: &str = "/home/dev/project/src/app.py";

/// What a call does in the hook.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A command that reads a file; its output is the bulk.
    Bash,
    /// A Read of a part of a file; its content is the bulk.
    Read,
    /// An Edit; the text before the change is the bulk.
    Edit,
    /// A command in which the gate finds something, so that it is parsed, and no rule holds.
    Parsed,
    /// A command of which a rule speaks. It is critical, so neither budget nor repetition holds it
    /// back.
    Speaks,
    /// A search with the Grep tool; what it found is the bulk.
    Grep,
    /// A Write of a new file, whose text is the bulk.
    Write,
    /// A tool of an MCP server; its answer is the bulk.
    Mcp,
}

impl Kind {
    /// The kinds of the table by size, with the name of each.
    pub(crate) const MAIN: [(Self, &str); 4] = [
        (Self::Bash, "silent, Bash"),
        (Self::Read, "silent, Read"),
        (Self::Edit, "silent, Edit"),
        (Self::Speaks, "speaks"),
    ];

    /// The kinds of the table of other calls.
    pub(crate) const OTHER: [(Self, &str); 4] = [
        (Self::Parsed, "silent, parsed"),
        (Self::Grep, "silent, Grep"),
        (Self::Write, "silent, Write"),
        (Self::Mcp, "silent, MCP"),
    ];

    /// Lines that the hook prints.
    pub(crate) fn lines(self) -> usize {
        usize::from(self == Self::Speaks)
    }
}

/// An event of this kind that is `bytes` long, or as short as it can be.
pub(crate) fn event(kind: Kind, bytes: usize, session: &str, call: &str) -> Vec<u8> {
    let empty = filled(kind, "", session, call).len();
    let room = bytes.saturating_sub(empty);
    let line = json!(LINE).to_string().len() - 2;
    let bulk = LINE.repeat(room / line) + &"x".repeat(room % line);
    filled(kind, &bulk, session, call).into_bytes()
}

fn filled(kind: Kind, bulk: &str, session: &str, call: &str) -> String {
    let shell = |command: &str| {
        let input = json!({ "command": command, "description": "As asked" });
        let response = json!({ "stdout": bulk, "stderr": "", "interrupted": false, "isImage": false, "noOutputExpected": false });
        ("Bash", input, response)
    };
    let lines = bulk.lines().count();
    let (tool, input, response) = match kind {
        Kind::Bash => shell("cat src/app.py"),
        Kind::Parsed => shell("git push origin topic"),
        Kind::Speaks => shell("git push -f origin main"),
        Kind::Read => (
            "Read",
            // A part of the file: a rule speaks of large ones that are read whole.
            json!({ "file_path": FILE, "offset": 1, "limit": 50_000 }),
            json!({ "type": "text", "file": { "filePath": FILE, "content": bulk, "numLines": lines, "startLine": 1, "totalLines": lines } }),
        ),
        Kind::Edit => (
            "Edit",
            json!({ "file_path": FILE, "old_string": "a = 1", "new_string": "a = 2", "replace_all": false }),
            json!({
                "filePath": FILE, "oldString": "a = 1", "newString": "a = 2", "originalFile": bulk,
                "structuredPatch": [{ "oldStart": 1, "oldLines": 3, "newStart": 1, "newLines": 3, "lines": [" x", "-a = 1", "+a = 2", " y"] }],
                "userModified": false, "replaceAll": false,
            }),
        ),
        Kind::Grep => (
            "Grep",
            json!({ "pattern": "no such key", "path": "src", "output_mode": "content" }),
            json!({ "mode": "content", "numFiles": 1, "filenames": [], "content": bulk, "numLines": lines }),
        ),
        Kind::Write => (
            "Write",
            json!({ "file_path": FILE, "content": bulk }),
            json!({ "type": "create", "filePath": FILE, "content": bulk, "structuredPatch": [], "originalFile": Value::Null, "userModified": false }),
        ),
        Kind::Mcp => (
            "mcp__tracker__search",
            json!({ "query": "no such key" }),
            json!([{ "type": "text", "text": bulk }]),
        ),
    };
    // The order of the fields is that of the client, which a map does not keep.
    let field = |name: &str, value: &Value| format!(",{}:{value}", json!(name));
    let mut text = format!("{{{}:{}", json!("session_id"), json!(session));
    for (name, value) in [
        (
            "transcript_path",
            json!(format!("/home/dev/.claude/projects/-home-dev-project/{session}.jsonl")),
        ),
        ("cwd", json!("/home/dev/project")),
        ("prompt_id", json!("47e28749-5e71-49e8-aa6e-b5ce6932fcb8")),
        ("permission_mode", json!("bypassPermissions")),
        ("effort", json!({ "level": "medium" })),
        ("hook_event_name", json!("PostToolUse")),
        ("tool_name", json!(tool)),
        ("tool_input", input),
        ("tool_response", response),
        ("tool_use_id", json!(call)),
        ("duration_ms", json!(49)),
    ] {
        text.push_str(&field(name, &value));
    }
    text + "}"
}
