//! Settings that an administrator manages: they override the user's, and may keep the user's hooks
//! from running.

use std::path::PathBuf;

use serde_json::Value;

use super::registration::ClientSettings;
use crate::base::{env, read};

/// The scope of settings that an administrator manages.
pub(super) const MANAGED: &str = "managed";

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
    let parts = read::entries(&folder().join("managed-settings.d"), MAX_PARTS);
    let is_part = |path: &PathBuf| {
        let is_hidden =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !is_hidden && path.extension().is_some_and(|ending| ending == "json")
    };
    let mut parts: Vec<PathBuf> =
        parts.into_iter().flatten().flatten().map(|part| part.path()).filter(is_part).collect();
    parts.sort();
    [folder().join("managed-settings.json")].into_iter().chain(parts).collect()
}

/// The scopes whose hooks still run under these settings of an administrator; `None` if they leave
/// all as they are.
pub(super) fn allowed(settings: &ClientSettings) -> Option<&'static [&'static str]> {
    if settings.at("/allowManagedHooksOnly") == Some(Value::Bool(true)) {
        return Some(&[MANAGED]);
    }
    let is_for_plugins = match settings.at("/strictPluginOnlyCustomization")? {
        Value::Bool(is_on) => is_on,
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "hooks"),
        _ => false,
    };
    is_for_plugins.then_some(&[MANAGED, "plugin"])
}
