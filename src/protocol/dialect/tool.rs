//! Translates the names of tools and of their input fields into Claude Code's.

use serde_json::{Map, Value, json};

use super::folded;

/// `(other clients' names, Claude Code's)`. Case does not matter.
const NAMES: [(&[&str], &str); 8] = [
    (
        &[
            "bash",
            "shell",
            "run_shell_command",
            "execute",
            "launch-process",
            "execute_bash",
            "exec_command",
            "local_shell",
            "run_in_terminal",
            "run_commands",
            "execute_command",
            "run_terminal_cmd",
            "post_run_command",
        ],
        "Bash",
    ),
    (&["read", "read_file", "view", "fs_read", "read_files", "post_read_code"], "Read"),
    (&["edit", "replace", "str-replace-editor", "replace_in_file", "editor", "strreplace"], "Edit"),
    (
        &[
            "write",
            "write_file",
            "create",
            "save-file",
            "fs_write",
            "write_to_file",
            "create_file",
            "post_write_code",
        ],
        "Write",
    ),
    (
        &["grep", "grep_search", "rg", "search_codebase", "search_file_content", "search_files"],
        "Grep",
    ),
    (&["glob", "list_directory", "ls", "list_files"], "Glob"),
    (&["task", "spawn_agent", "agent"], "Agent"),
    (&["powershell"], "PowerShell"),
];

/// The names of the tools that are translated.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().flat_map(|(names, _)| names.iter().copied())
}

/// Claude Code's name of a tool. A tool of an MCP server gets `mcp__` in front of its own name; any
/// other unknown tool keeps its name.
pub(super) fn named(name: &str, input: Option<&Value>) -> String {
    // Cline's editor writes a whole file if it is given nothing to replace.
    if name == "editor" && input.is_some_and(|input| input.get("old_text").is_none()) {
        return "Write".to_owned();
    }
    let known = |names: &&[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if let Some((_, ours)) = NAMES.iter().find(|(names, _)| known(names)) {
        return (*ours).to_owned();
    }
    match ["mcp__", "mcp_", "MCP:"].iter().find_map(|start| name.strip_prefix(start)) {
        Some(rest) => format!("mcp__{rest}"),
        None if name == "post_mcp_tool_use" => "mcp__tool".to_owned(),
        None => name.to_owned(),
    }
}

/// Whether Claude Code calls this tool by another name.
pub(super) fn is_foreign(name: &str) -> bool {
    let known = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    NAMES.iter().any(|(names, ours)| known(names) && *ours != name)
}

/// `(Claude Code's name, other clients' names)` of the input fields that rules look at.
const FIELDS: [(&str, &[&str]); 10] = [
    ("file_path", &["file_path", "filePath", "path", "absolute_path", "notebook_path"]),
    ("offset", &["offset", "start_line"]),
    ("limit", &["limit"]),
    ("content", &["content", "contents", "file_text", "file_content"]),
    ("old_string", &["old_string", "oldString", "old_str", "old_text", "oldText"]),
    ("new_string", &["new_string", "newString", "new_str", "new_text", "newText"]),
    ("pattern", &["pattern", "query", "regex"]),
    ("path", &["path", "dir_path", "dirPath", "directory_path"]),
    ("run_in_background", &["run_in_background", "is_background", "isBackground", "fireAndForget"]),
    ("edits", &["edits"]),
];

/// Names of the folder in which a command runs: Gemini CLI's and its older one, which Qwen Code
/// has too, Cursor's, Codex's, and that of Droid and Windsurf.
const FOLDERS: [&str; 6] =
    ["dir_path", "directory", "working_directory", "workingDirectory", "workdir", "cwd"];

/// The input of `tool`. Some clients send it as JSON in a string.
pub(super) fn input(tool: &str, raw: Option<&Value>) -> Value {
    let unpacked =
        raw.and_then(Value::as_str).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(Value::Object(raw)) = unpacked.as_ref().or(raw) else { return json!({}) };
    if tool.starts_with("mcp__") {
        return Value::Object(raw.clone());
    }
    let raw = &folded::unfolded(tool, raw);
    let mut input: Map<String, Value> = FIELDS
        .iter()
        .filter_map(|(ours, theirs)| {
            let value =
                theirs.iter().find_map(|name| raw.get(*name)).filter(|value| !value.is_null())?;
            Some(((*ours).to_owned(), value.clone()))
        })
        .collect();
    if tool == "Bash"
        && let Some(command) = command(raw)
    {
        input.insert("command".to_owned(), Value::String(command));
        let folder = FOLDERS.iter().find_map(|name| raw.get(*name)?.as_str());
        if let Some(folder) = folder {
            input.insert("workdir".to_owned(), Value::from(folder));
        }
        // So Augment's and Copilot CLI's tools leave the command running.
        if raw.get("wait") == Some(&Value::Bool(false)) || raw.get("mode") == Some(&json!("async"))
        {
            input.insert("run_in_background".to_owned(), Value::Bool(true));
        }
    }
    Value::Object(input)
}

/// The shell text: one command, or a list of commands that run one after the other.
fn command(raw: &Map<String, Value>) -> Option<String> {
    let single = ["command", "command_line"].iter().find_map(|name| raw.get(*name)?.as_str());
    if let Some(command) = single {
        return Some(command.to_owned());
    }
    let listed = raw.get("commands")?;
    let unpacked = listed.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let list = unpacked.as_ref().unwrap_or(listed).as_array()?;
    let commands: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    Some(commands?.join("\n")).filter(|commands| !commands.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_has_one_name_in_all_dialects() {
        for (theirs, ours) in [
            ("run_shell_command", "Bash"),
            ("Execute", "Bash"),
            ("Bash", "Bash"),
            ("LS", "Glob"),
            ("MCP:search", "mcp__search"),
            ("mcp_github_search", "mcp__github_search"),
            ("apply_patch", "apply_patch"),
            ("update_topic", "update_topic"),
        ] {
            assert_eq!(named(theirs, None), ours, "{theirs}");
        }
        assert!(is_foreign("bash") && is_foreign("read_file") && is_foreign("LS"));
        assert!(!is_foreign("Bash") && !is_foreign("TodoWrite") && !is_foreign("apply_patch"));
    }

    #[test]
    fn every_form_of_a_command_is_read() {
        for raw in [
            json!({ "command": "a\nb" }),
            json!({ "command_line": "a\nb" }),
            json!({ "commands": ["a", "b"] }),
            json!({ "commands": "[\"a\",\"b\"]" }),
            json!("{\"command\":\"a\\nb\"}"),
        ] {
            assert_eq!(input("Bash", Some(&raw))["command"], "a\nb", "{raw}");
        }
        assert_eq!(input("Bash", Some(&json!({ "commands": [1] }))).get("command"), None);
        assert_eq!(input("Bash", None), json!({}));
    }
}
