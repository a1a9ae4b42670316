//! Entries of a form for which Claude Code drops every hook, ours too, whoever wrote them
//! (anthropics/claude-code#75081, #49990). It says so only sometimes.

use serde_json::Value;

use super::document::{Document, JsonPart};
use super::registration::ClientSettings;
use crate::base::file_error::FileError;
use crate::base::text;

/// What each type of hook must have as a string. Other types may come with later versions.
const NEEDED: [(&str, &str); 4] =
    [("command", "command"), ("prompt", "prompt"), ("agent", "prompt"), ("http", "url")];

/// The faults of all hooks in the settings, each with its position.
pub(super) fn faults(settings: &ClientSettings) -> Vec<FileError> {
    let document = settings.document();
    let mut faults = Vec::new();
    for event in settings.events().map(|events| document.parts(events)).unwrap_or_default() {
        // Names that are no event's only cost themselves.
        if !event.key.starts_with(|c: char| c.is_ascii_uppercase()) {
            continue;
        }
        if document.check_array(event.value).is_err() {
            let what = format!("`{}` is not a list", text::clean(&event.key));
            faults.push(document.fault(event.start, what));
            continue;
        }
        for group in document.parts(event.value) {
            faults.extend(
                fault_of_group(document, &group)
                    .map(|(at, what)| document.fault(at, what.to_owned())),
            );
        }
    }
    faults
}

/// The first fault of a group, with the byte where it is.
fn fault_of_group(document: &Document, group: &JsonPart) -> Option<(usize, &'static str)> {
    if document.check_object(group.value).is_err() {
        return Some((group.start, "this entry is not an object"));
    }
    let parts = document.parts(group.value);
    if let Some(matcher) = parts.iter().find(|part| part.key == "matcher")
        && !document.value(matcher.value).is_string()
    {
        return Some((matcher.start, "`matcher` is not a string"));
    }
    let Some(hooks) = parts.iter().find(|part| part.key == "hooks") else {
        return Some((group.start, "this entry has no `hooks` list"));
    };
    if document.check_array(hooks.value).is_err() {
        return Some((hooks.start, "`hooks` is not a list"));
    }
    document
        .parts(hooks.value)
        .iter()
        .find_map(|hook| fault_of_hook(&document.value(hook.value)).map(|what| (hook.start, what)))
}

fn fault_of_hook(hook: &Value) -> Option<&'static str> {
    if !hook.is_object() {
        return Some("this hook is not an object");
    }
    let Some(kind) = hook.get("type").and_then(Value::as_str) else {
        return Some("this hook has no `type`");
    };
    let needed = NEEDED.iter().find(|(name, _)| *name == kind).map(|(_, needed)| *needed);
    match needed {
        Some(needed) if hook.get(needed).and_then(Value::as_str).is_none() => Some(match needed {
            "command" => "this hook has no `command`",
            "prompt" => "this hook has no `prompt`",
            _ => "this hook has no `url`",
        }),
        _ => match hook.get("timeout") {
            Some(limit) if limit.as_f64().is_none_or(|limit| limit <= 0.0) => {
                Some("`timeout` is not a number above 0")
            }
            _ => None,
        },
    }
}
