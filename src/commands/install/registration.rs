//! Puts our entries into a client's settings, and takes them out.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::clients::Target;
use super::document::{Document, Span};
use super::entry::{HookCommand, HookEntry, is_ours};
use super::layout::HookLayout;
use crate::base::file_error::{FileError, Position};

/// The content of a settings file before its first entry.
const EMPTY: &str = "{}\n";

/// A group with one command.
#[derive(Serialize)]
struct Group<'a> {
    matcher: &'a str,
    hooks: [&'a HookCommand; 1],
}

/// An entry in the text of a file.
struct FoundEntry {
    event: String,
    matcher: Option<String>,
    value: Value,
    /// Its first byte.
    start: usize,
    /// The arrays and objects around it, from the inside out, with the index in each.
    around: Vec<(Span, usize)>,
}

/// An entry of a file, for a survey.
pub(super) struct RegisteredEntry {
    pub(super) event: String,
    /// The matcher of its group.
    pub(super) matcher: Option<String>,
    pub(super) value: Value,
    pub(super) position: Position,
    /// The index of its group in the event, and its index in the group.
    pub(super) indices: Vec<usize>,
}

/// A client's settings, with their layout of hooks.
pub(super) struct ClientSettings {
    document: Document,
    layout: HookLayout,
}

impl ClientSettings {
    /// Reads `text` as the content of `path`. An absent file counts as empty.
    ///
    /// # Errors
    /// When the text is not JSON, or has an unknown form.
    pub(super) fn read(
        path: &Path,
        text: Option<&str>,
        layout: HookLayout,
    ) -> Result<Self, FileError> {
        let text = text.filter(|text| !text.trim().is_empty()).unwrap_or(EMPTY);
        let settings = Self { document: Document::parse(path, text.to_owned())?, layout };
        if let Some(events) = settings.events() {
            settings.document.check_object(events)?;
        }
        Ok(settings)
    }

    pub(super) fn text(&self) -> &str {
        self.document.text()
    }

    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// The object whose keys are events.
    pub(super) fn events(&self) -> Option<Span> {
        let root = self.document.root();
        if self.layout.wrapped { self.document.member(root, "hooks") } else { Some(root) }
    }

    fn ours(&self) -> Vec<FoundEntry> {
        self.found(is_ours)
    }

    /// The entries that `is_wanted` accepts. Values of an unknown form may belong to a later
    /// version, so they are skipped.
    fn found(&self, is_wanted: impl Fn(&Value) -> bool) -> Vec<FoundEntry> {
        let document = &self.document;
        let mut found = Vec::new();
        let Some(events) = self.events() else { return found };
        let root = document.root();
        let wrapper =
            document.parts(root).iter().position(|part| part.value == events).map(|at| (root, at));
        for (event_index, event) in document.parts(events).into_iter().enumerate() {
            for (index, item) in document.parts(event.value).into_iter().enumerate() {
                let mut add = |span: Span, matcher, mut around: Vec<(Span, usize)>| {
                    around.extend(
                        [(event.value, index), (events, event_index)].into_iter().chain(wrapper),
                    );
                    let value = document.value(span);
                    if is_wanted(&value) {
                        let event = event.key.clone();
                        found.push(FoundEntry { event, matcher, value, start: span.start, around });
                    }
                };
                if !self.layout.grouped {
                    add(item.value, None, Vec::new());
                    continue;
                }
                let Some(hooks) = document.member(item.value, "hooks") else { continue };
                let matcher =
                    document.member(item.value, "matcher").map(|span| document.value(span));
                let matcher = matcher.as_ref().and_then(Value::as_str).map(str::to_owned);
                for (at, hook) in document.parts(hooks).into_iter().enumerate() {
                    add(hook.value, matcher.clone(), vec![(hooks, at)]);
                }
            }
        }
        found
    }

    /// The entries that `is_wanted` accepts.
    pub(super) fn entries(&self, is_wanted: impl Fn(&Value) -> bool) -> Vec<RegisteredEntry> {
        let entry = |found: FoundEntry| RegisteredEntry {
            position: self.document.position(found.start),
            indices: found.around.iter().take(2).rev().map(|(_, index)| *index).collect(),
            event: found.event,
            matcher: found.matcher,
            value: found.value,
        };
        self.found(is_wanted).into_iter().map(entry).collect()
    }

    /// The value at a JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<Value> {
        self.document.value(self.document.root()).pointer(pointer).cloned()
    }

    /// Whether it has an entry of ours.
    pub(super) fn has_ours(&self) -> bool {
        !self.ours().is_empty()
    }

    /// Whether it has no keys but those that its layout requires.
    pub(super) fn is_bare(&self) -> bool {
        let parts = self.document.parts(self.document.root());
        parts.iter().all(|part| self.layout.versioned && part.key == "version")
    }

    /// Whether an entry of ours is for the event of all calls of a message.
    pub(super) fn has_batch(&self, target: &Target) -> bool {
        let name = target.profile.batch.as_ref().map(|event| event.name);
        self.ours().iter().any(|found| Some(found.event.as_str()) == name)
    }

    /// The matcher of our present entries for tool calls.
    pub(super) fn matcher(&self) -> Option<String> {
        let is_call =
            |found: &FoundEntry| !matches!(found.event.as_str(), "SessionStart" | "PostToolBatch");
        let found = self.ours().into_iter().find(is_call)?;
        let own = found.value.get("matcher").and_then(Value::as_str).map(str::to_owned);
        Some(own.or(found.matcher).unwrap_or_else(|| "*".to_owned()))
    }

    /// Whether our entries in it are exactly these.
    pub(super) fn holds(&self, entries: &[HookEntry]) -> bool {
        let ours = self.ours();
        let is_wanted = |found: &FoundEntry| {
            let same = |entry: &&HookEntry| {
                entry.event == found.event
                    && entry.matcher == found.matcher
                    && entry.command.is(&found.value)
            };
            entries.iter().any(|entry| same(&entry))
        };
        let once =
            |entry: &HookEntry| ours.iter().filter(|found| found.event == entry.event).count() == 1;
        ours.len() == entries.len() && ours.iter().all(is_wanted) && entries.iter().all(once)
    }

    /// Adds the entries, after those of other programs.
    ///
    /// # Errors
    /// When their events have an unknown form.
    pub(super) fn register(&mut self, entries: &[HookEntry]) -> Result<(), FileError> {
        for entry in entries {
            self.check(entry.event)?;
        }
        let root = self.document.root();
        if self.layout.versioned && self.document.member(root, "version").is_none() {
            self.document.add(root, "version", &1);
        }
        for entry in entries {
            if self.events().is_none() {
                self.document.add(
                    self.document.root(),
                    "hooks",
                    &Value::Object(serde_json::Map::new()),
                );
            }
            let Some(events) = self.events() else { continue };
            if self.document.member(events, entry.event).is_none() {
                self.document.add(events, entry.event, &[(); 0]);
            }
            let list = self.events().and_then(|events| self.document.member(events, entry.event));
            let Some(list) = list else { continue };
            match &entry.matcher {
                Some(matcher) => {
                    self.document.add(list, "", &Group { matcher, hooks: [&entry.command] });
                }
                None => self.document.add(list, "", &entry.command),
            }
        }
        Ok(())
    }

    /// Checks that an event has the known form.
    fn check(&self, event: &str) -> Result<(), FileError> {
        let document = &self.document;
        let Some(list) = self.events().and_then(|events| document.member(events, event)) else {
            return Ok(());
        };
        document.check_array(list)?;
        for item in document.parts(list) {
            document.check_object(item.value)?;
            if !self.layout.grouped {
                continue;
            }
            let hooks = document.member(item.value, "hooks").ok_or_else(|| {
                document.fault(
                    item.start,
                    "this group has no `hooks`; toolcoach does not know this form".to_owned(),
                )
            })?;
            document.check_array(hooks)?;
            for hook in document.parts(hooks) {
                document.check_object(hook.value)?;
            }
        }
        Ok(())
    }

    /// Removes our entries, and the arrays and objects that are empty without them.
    pub(super) fn unregister(&mut self) {
        while let Some(found) = self.ours().pop() {
            // Removes the outermost array or object that has nothing but this entry.
            let is_alone =
                |(container, _): &&(Span, usize)| self.document.parts(*container).len() == 1;
            let levels = found.around.iter().take_while(is_alone).count();
            let level = found.around.get(levels).or(found.around.last());
            if let Some((container, index)) = level {
                self.document.remove(*container, *index);
            }
        }
    }
}
