//! Settings that an administrator manages: they stand over the user's, and may keep the user's hooks
//! from running.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::registration::ClientSettings;
use crate::base::env;

/// Most files of the folder of parts that are read.
const MAX_PARTS: usize = 100;

/// Where Claude Code looks for them.
fn folder() -> PathBuf {
    env::managed_settings().unwrap_or_else(|| {
        PathBuf::from(if cfg!(windows) {
            r"C:\Program Files\ClaudeCode"
        } else if cfg!(target_os = "macos") {
            "/Library/Application Support/ClaudeCode"
        } else {
            "/etc/claude-code"
        })
    })
}

/// The files that there may be, the weakest first: one, and the parts in the order of their names.
pub(super) fn files() -> Vec<PathBuf> {
    let parts = fs::read_dir(folder().join("managed-settings.d")).into_iter().flatten().flatten();
    let is_part = |path: &PathBuf| {
        let is_hidden =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !is_hidden && path.extension().is_some_and(|ending| ending == "json")
    };
    let mut parts: Vec<PathBuf> =
        parts.take(MAX_PARTS).map(|part| part.path()).filter(is_part).collect();
    parts.sort();
    [folder().join("managed-settings.json")].into_iter().chain(parts).collect()
}

/// Whether these settings, which an administrator manages, let only hooks run that are in such
/// settings.
pub(super) fn allows_only_managed(settings: &ClientSettings) -> bool {
    let is_on = |value: Value| match value {
        Value::Bool(is_on) => is_on,
        // A list of what may come from plugins only.
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "hooks"),
        _ => false,
    };
    ["/allowManagedHooksOnly", "/strictPluginOnlyCustomization"]
        .into_iter()
        .filter_map(|pointer| settings.at(pointer))
        .any(is_on)
}
