//! Hooks of the user, of an organization or of plugins that may check code after an edit.

use std::path::PathBuf;

use serde_json::Value;

use crate::rules::case::Case;

/// Settings of an organization for the sessions of all its users.
const MANAGED: [&str; 2] = [
    "/etc/claude-code/managed-settings.json",
    "/Library/Application Support/ClaudeCode/managed-settings.json",
];

/// Whether a hook runs after each edit or at the end of each turn: it may be the check. Hooks and
/// plugins may do anything, so any of them counts but this program.
pub(super) fn may_check(case: &Case) -> bool {
    let environment = &case.environment;
    let project = environment.project().or(environment.work_tree()).or(environment.cwd());
    let of_project = |name: &str| project.map(|folder| folder.join(".claude").join(name));
    let user_folder =
        environment.claude_config_dir().or_else(|| Some(environment.home()?.join(".claude")));
    let of_user = user_folder.map(|folder| folder.join("settings.json"));
    let files = [of_project("settings.json"), of_project("settings.local.json"), of_user];
    files.into_iter().flatten().chain(MANAGED.map(PathBuf::from)).any(|path| {
        let text = environment.read_text(&path).unwrap_or_default();
        serde_json::from_str::<Value>(&text).is_ok_and(|settings| has_hook(&settings))
    })
}

/// Whether settings have a hook or a plugin that may check code.
fn has_hook(settings: &Value) -> bool {
    let groups =
        |event: &str| settings.pointer(&format!("/hooks/{event}")).and_then(Value::as_array);
    let is_foreign = |group: &Value| {
        let hooks = group.get("hooks").and_then(Value::as_array);
        hooks.into_iter().flatten().any(|hook| {
            let command = hook.get("command").and_then(Value::as_str);
            !command.is_some_and(|command| command.contains("toolcoach"))
        })
    };
    // A matcher is a pattern of tool names; without one it is every tool.
    let matches_edits = |group: &&Value| {
        let matcher = group.get("matcher").and_then(Value::as_str).unwrap_or_default();
        matches!(matcher, "" | "*")
            || ["Edit", "Write", ".*", "|*"].iter().any(|sign| matcher.contains(sign))
    };
    // A plugin may bring hooks, or a language server that reports faults after each edit.
    let plugins = settings.get("enabledPlugins").and_then(Value::as_object);
    let has_plugin = plugins.is_some_and(|all| {
        all.iter().any(|(name, on)| on != &Value::Bool(false) && !name.contains("toolcoach"))
    });
    has_plugin
        || groups("PostToolUse").into_iter().flatten().filter(matches_edits).any(is_foreign)
        || ["Stop", "PostToolBatch"].into_iter().filter_map(groups).flatten().any(is_foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_and_plugins_that_may_check_are_recognized() {
        let of = |event: &str, matcher: &str, command: &str| {
            let group = serde_json::json!({ "matcher": matcher, "hooks": [{ "type": "command", "command": command }] });
            has_hook(&serde_json::json!({ "hooks": { event: [group] } }))
        };
        assert!(of("PostToolUse", "Edit|MultiEdit|Write", "make lint"));
        assert!(of("PostToolUse", "", "make lint"));
        assert!(of("Stop", "", "make lint"));
        assert!(!of("PostToolUse", "Bash", "log"));
        assert!(!of("PostToolUse", "*", "/opt/bin/toolcoach"));
        assert!(!of("PreToolUse", "Edit", "guard"));
        assert!(!has_hook(&Value::Null));
        assert!(has_hook(
            &serde_json::json!({ "enabledPlugins": { "rust-analyzer-lsp@official": true } })
        ));
        assert!(!has_hook(
            &serde_json::json!({ "enabledPlugins": { "a@b": false, "toolcoach@b": true } })
        ));
    }
}
