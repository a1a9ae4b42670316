//! Reads from Codex's `config.toml` whether hooks are on, and which are trusted.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::clients::ClientProfile;
use super::file::FileSnapshot;
use super::hook::Hook;

/// The file that switches all hooks off with `hooks = false` under `[features]`.
pub(super) fn off(profile: &ClientProfile) -> Option<PathBuf> {
    let (path, config) = config(profile)?;
    let hooks = config.get("features")?.get("hooks")?;
    (hooks.as_bool() == Some(false)).then_some(path)
}

/// Codex's settings; `None` without them, and where they are not TOML, since Codex does not start
/// then.
fn config(profile: &ClientProfile) -> Option<(PathBuf, Table)> {
    let path = profile.folder().filter(|_| profile.name == "codex")?.join("config.toml");
    let text = FileSnapshot::take(&path).ok()?.text?;
    Some((path, text.parse().ok()?))
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
    let config = config.map(|(_, config)| config).unwrap_or_default();
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
    let Some(record) = keys.iter().find_map(|key| record(&config, key)) else {
        return CodexTrust::Unknown;
    };
    match () {
        () if record.get("enabled").and_then(Value::as_bool) == Some(false) => CodexTrust::Off,
        () if record.contains_key("trusted_hash") => CodexTrust::Recorded,
        () => CodexTrust::Unknown,
    }
}

/// The table with this name, however deep it is.
fn record<'t>(table: &'t Table, name: &str) -> Option<&'t Table> {
    table.iter().find_map(|(key, value)| {
        let value = value.as_table()?;
        if key == name { Some(value) } else { record(value, name) }
    })
}
