//! What Codex keeps in `config.toml` about hooks: whether they are on, and which are trusted.
//!
//! No TOML crate: one switch and the names of tables are wanted, and what is written in a rarer
//! form counts as not said.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::agents::Agent;
use super::file;
use super::survey::Hook;

/// Codex has its switch in `config.toml`: `hooks = false` under `[features]`.
pub(super) fn off(agent: &Agent) -> Option<PathBuf> {
    let (path, text) = config(agent)?;
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

fn config(agent: &Agent) -> Option<(PathBuf, String)> {
    let path = agent.folder().filter(|_| agent.name == "codex")?.join("config.toml");
    let text = file::look(&path).ok()?.text?;
    Some((path, text))
}

/// What Codex knows of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nothing: it is passed over.
    Unknown,
    /// It was switched off.
    Off,
    /// It was trusted as it was then.
    Noted,
}

/// What Codex knows of a hook in the file at `path`. Its records stand under the file's path, the
/// event, the group and the command, as `hooks/list` of its app server in 0.169.0 names them. The
/// hash of what was trusted is not made here.
pub(crate) fn trust(path: &Path, hook: &Hook) -> Trust {
    let config = Agent::named("codex").and_then(config);
    let text = config.map(|(_, text)| text).unwrap_or_default();
    let mut event = String::new();
    for c in hook.event.chars() {
        if c.is_ascii_uppercase() && !event.is_empty() {
            event.push('_');
        }
        event.push(c.to_ascii_lowercase());
    }
    let indices: Vec<String> = hook.indices.iter().map(usize::to_string).collect();
    // A folder that CODEX_HOME names is known by where links lead, the one in the home as it
    // stands.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let keys =
        [path, &real].map(|path| format!("{}:{event}:{}", path.display(), indices.join(":")));
    let names =
        keys.iter().flat_map(|key| [Value::from(key.as_str()).to_string(), format!("'{key}'")]);
    let names: Vec<String> = names.collect();
    let mut lines = text.lines();
    let is_named = |line: &&str| names.iter().any(|name| line.contains(name));
    let Some(named) = lines.find(is_named) else { return Trust::Unknown };
    // A table with lines of its own, or all of it in one.
    let inside =
        lines.take_while(|line| named.starts_with('[') && !line.trim_start().starts_with('['));
    let record: String =
        [named].into_iter().chain(inside).flat_map(str::split_whitespace).collect();
    match () {
        () if record.contains("enabled=false") => Trust::Off,
        () if record.contains("trusted_hash=") => Trust::Noted,
        () => Trust::Unknown,
    }
}
