//! Where the settings are that an administrator manages.

use std::path::PathBuf;

use crate::base::env;

/// The scope of settings that an administrator manages.
pub(super) const MANAGED: &str = "managed";

/// The folder of parts, which Claude Code merges in the order of their names.
pub(super) const PARTS: &str = "managed-settings.d";

/// Where Claude Code looks for them.
pub(super) fn folder() -> PathBuf {
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

/// The file that `install --scope managed` writes: a part of its own, so that it meets no other
/// tool's file.
pub(super) fn target() -> PathBuf {
    folder().join(PARTS).join("toolcoach.json")
}
