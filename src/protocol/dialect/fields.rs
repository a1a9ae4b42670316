//! The fields of a foreign event, found under the names that different clients use.

use serde_json::{Map, Value};

/// The top level of a foreign event.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads the text of an event. `None` if it is not a JSON object.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).ok().map(Self)
    }

    /// The first of these fields that is present and not null.
    pub(super) fn first(&self, names: &[&str]) -> Option<&Value> {
        names.iter().filter_map(|name| self.0.get(*name)).find(|value| !value.is_null())
    }

    /// The first of these fields that is a string and not empty.
    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().filter_map(|name| self.0.get(*name)?.as_str()).find(|text| !text.is_empty())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.first(&[name]).is_some()
    }

    /// A field of an object at the top level.
    pub(super) fn inner(&self, outer: &str, name: &str) -> Option<&Value> {
        self.0.get(outer)?.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn event(&self) -> &str {
        self.text(&["hook_event_name", "hookEventName", "hookName"]).unwrap_or_default()
    }
}
