//! Reads from Codex's `config.toml` whether hooks are on, and which are trusted.
//!
//! This needs no TOML crate: it looks for one switch and for the names of tables, and ignores them
//! in rarer notations.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::clients::ClientProfile;
use super::file::FileSnapshot;
use super::hook::Hook;

/// The file that switches all hooks off with `hooks = false` under `[features]`.
pub(super) fn off(profile: &ClientProfile) -> Option<PathBuf> {
    let (path, text) = config(profile)?;
    let mut table = "";
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            table = line;
        }
        let plain: String = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        if (table == "[features]" && plain == "hooks=false")
            || (table.is_empty() && plain == "features.hooks=false")
        {
            return Some(path);
        }
    }
    None
}

fn config(profile: &ClientProfile) -> Option<(PathBuf, String)> {
    let path = profile.folder().filter(|_| profile.name == "codex")?.join("config.toml");
    let text = FileSnapshot::take(&path).ok()?.text?;
    Some((path, text))
}

/// What Codex has recorded about a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodexTrust {
    /// Nothing: Codex does not run it.
    Unknown,
    /// The user switched it off.
    Off,
    /// The user trusted it in the form that it had then.
    Recorded,
}

/// What Codex has recorded about a hook in the file at `path`. The key of a record has the file's
/// path, the event, the group and the command, as `hooks/list` of its app server in 0.169.0 names
/// them. This does not compare the hash of the trusted form.
pub(crate) fn trust(path: &Path, hook: &Hook) -> CodexTrust {
    let config = ClientProfile::named("codex").and_then(config);
    let text = config.map(|(_, text)| text).unwrap_or_default();
    let mut event = String::new();
    for c in hook.event.chars() {
        if c.is_ascii_uppercase() && !event.is_empty() {
            event.push('_');
        }
        event.push(c.to_ascii_lowercase());
    }
    let indices: Vec<String> = hook.indices.iter().map(usize::to_string).collect();
    // Codex resolves links in the folder that CODEX_HOME names, but not in the one in the home.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let keys =
        [path, &real].map(|path| format!("{}:{event}:{}", path.display(), indices.join(":")));
    let names =
        keys.iter().flat_map(|key| [Value::from(key.as_str()).to_string(), format!("'{key}'")]);
    let names: Vec<String> = names.collect();
    let mut lines = text.lines();
    let is_named = |line: &&str| names.iter().any(|name| line.contains(name));
    let Some(named) = lines.find(is_named) else { return CodexTrust::Unknown };
    // The record is a table with lines of its own, or all on this line.
    let inside =
        lines.take_while(|line| named.starts_with('[') && !line.trim_start().starts_with('['));
    let record: String =
        [named].into_iter().chain(inside).flat_map(str::split_whitespace).collect();
    match () {
        () if record.contains("enabled=false") => CodexTrust::Off,
        () if record.contains("trusted_hash=") => CodexTrust::Recorded,
        () => CodexTrust::Unknown,
    }
}
