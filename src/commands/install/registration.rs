//! Putting our entries into an agent's settings, and taking them out.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::document::{Document, Span};
use super::entry::{Command, Entry, Form, is_ours};
use crate::base::file_error::{FileError, Position};

/// The content of a file of ours alone.
const EMPTY: &str = "{}\n";

/// A group with one command.
#[derive(Serialize)]
struct Group<'a> {
    matcher: &'a str,
    hooks: [&'a Command; 1],
}

/// One of our entries where it stands.
struct Found {
    event: String,
    matcher: Option<String>,
    value: Value,
    /// Its first byte.
    start: usize,
    /// The arrays and objects that it stands in, with its index there, from the inside out.
    inside: Vec<(Span, usize)>,
}

/// An entry as it stands in a file.
pub(super) struct Standing {
    pub(super) event: String,
    pub(super) entry: Value,
    pub(super) position: Position,
    /// Which group of the event, and which command of the group.
    pub(super) indices: Vec<usize>,
}

/// Agents' settings in the layout `form`.
pub(super) struct Settings {
    document: Document,
    form: Form,
}

impl Settings {
    /// Reads `text` as the content of `path`; an absent file is like an empty one.
    ///
    /// # Errors
    /// Where it is no JSON, or has another form.
    pub(super) fn read(path: &Path, text: Option<&str>, form: Form) -> Result<Self, FileError> {
        let text = text.filter(|text| !text.trim().is_empty()).unwrap_or(EMPTY);
        let settings = Self { document: Document::parse(path, text.to_owned())?, form };
        if let Some(events) = settings.events() {
            settings.document.is_object(events)?;
        }
        Ok(settings)
    }

    pub(super) fn text(&self) -> &str {
        self.document.text()
    }

    /// The object whose keys are events.
    fn events(&self) -> Option<Span> {
        let root = self.document.root();
        if self.form.wrapped { self.document.member(root, "hooks") } else { Some(root) }
    }

    fn ours(&self) -> Vec<Found> {
        self.found(is_ours)
    }

    /// The entries that `is_wanted`. What has a form that is not known is nobody's business here:
    /// keys of later versions.
    fn found(&self, is_wanted: impl Fn(&Value) -> bool) -> Vec<Found> {
        let document = &self.document;
        let mut found = Vec::new();
        let Some(events) = self.events() else { return found };
        let root = document.root();
        let wrapper =
            document.parts(root).iter().position(|part| part.value == events).map(|at| (root, at));
        for (event_index, event) in document.parts(events).into_iter().enumerate() {
            for (index, item) in document.parts(event.value).into_iter().enumerate() {
                let mut note = |span: Span, matcher, mut inside: Vec<(Span, usize)>| {
                    inside.extend(
                        [(event.value, index), (events, event_index)].into_iter().chain(wrapper),
                    );
                    let value = document.value(span);
                    if is_wanted(&value) {
                        let event = event.key.clone();
                        found.push(Found { event, matcher, value, start: span.start, inside });
                    }
                };
                if !self.form.grouped {
                    note(item.value, None, Vec::new());
                    continue;
                }
                let Some(hooks) = document.member(item.value, "hooks") else { continue };
                let matcher =
                    document.member(item.value, "matcher").map(|span| document.value(span));
                let matcher = matcher.as_ref().and_then(Value::as_str).map(str::to_owned);
                for (at, hook) in document.parts(hooks).into_iter().enumerate() {
                    note(hook.value, matcher.clone(), vec![(hooks, at)]);
                }
            }
        }
        found
    }

    /// The entries that `is_wanted`, as they stand there.
    pub(super) fn standing(&self, is_wanted: impl Fn(&Value) -> bool) -> Vec<Standing> {
        let standing = |found: Found| Standing {
            position: self.document.position(found.start),
            indices: found.inside.iter().take(2).rev().map(|(_, index)| *index).collect(),
            event: found.event,
            entry: found.value,
        };
        self.found(is_wanted).into_iter().map(standing).collect()
    }

    /// The value that a JSON pointer leads to.
    pub(super) fn at(&self, pointer: &str) -> Option<Value> {
        self.document.value(self.document.root()).pointer(pointer).cloned()
    }

    /// Whether anything of ours is in it.
    pub(super) fn has_ours(&self) -> bool {
        !self.ours().is_empty()
    }

    /// Whether nothing is in it but what every file of this form has.
    pub(super) fn is_bare(&self) -> bool {
        let parts = self.document.parts(self.document.root());
        parts.iter().all(|part| self.form.versioned && part.key == "version")
    }

    /// The matcher with which calls are asked for now.
    pub(super) fn matcher(&self) -> Option<String> {
        let found = self.ours().into_iter().find(|found| found.event != "SessionStart")?;
        let own = found.value.get("matcher").and_then(Value::as_str).map(str::to_owned);
        Some(own.or(found.matcher).unwrap_or_else(|| "*".to_owned()))
    }

    /// Whether exactly these are in it.
    pub(super) fn holds(&self, entries: &[Entry]) -> bool {
        let ours = self.ours();
        let is_as_wanted = |found: &Found| {
            let same = |entry: &&Entry| {
                entry.event == found.event
                    && entry.matcher == found.matcher
                    && serde_json::to_value(&entry.command).is_ok_and(|value| value == found.value)
            };
            entries.iter().any(|entry| same(&entry))
        };
        let once =
            |entry: &Entry| ours.iter().filter(|found| found.event == entry.event).count() == 1;
        ours.len() == entries.len() && ours.iter().all(is_as_wanted) && entries.iter().all(once)
    }

    /// Puts the entries in, after those of others.
    ///
    /// # Errors
    /// Where the events that they belong to have another form.
    pub(super) fn register(&mut self, entries: &[Entry]) -> Result<(), FileError> {
        for entry in entries {
            self.check(entry.event)?;
        }
        let root = self.document.root();
        if self.form.versioned && self.document.member(root, "version").is_none() {
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

    /// Whether an event has the form that is known.
    fn check(&self, event: &str) -> Result<(), FileError> {
        let document = &self.document;
        let Some(list) = self.events().and_then(|events| document.member(events, event)) else {
            return Ok(());
        };
        document.is_array(list)?;
        for item in document.parts(list) {
            document.is_object(item.value)?;
            if !self.form.grouped {
                continue;
            }
            let hooks = document.member(item.value, "hooks").ok_or_else(|| {
                document.fault(
                    item.start,
                    "this group has no `hooks`: toolcoach does not know this form".to_owned(),
                )
            })?;
            document.is_array(hooks)?;
            for hook in document.parts(hooks) {
                document.is_object(hook.value)?;
            }
        }
        Ok(())
    }

    /// Takes all of ours out, and what is empty without it.
    pub(super) fn unregister(&mut self) {
        while let Some(found) = self.ours().pop() {
            // The outermost of which nothing else is left.
            let is_alone =
                |(container, _): &&(Span, usize)| self.document.parts(*container).len() == 1;
            let levels = found.inside.iter().take_while(is_alone).count();
            let level = found.inside.get(levels).or(found.inside.last());
            if let Some((container, index)) = level {
                self.document.remove(*container, *index);
            }
        }
    }
}
