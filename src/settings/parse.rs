//! Parses a settings file key by key, so that a fault in one of them leaves the rest as it is: who
//! mistypes one key of a policy must not lose the policy.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::custom_rule;
use super::file::{
    File, ListedCustomRule, ListedExample, ListedRule, MAX_DEADLINE_MS, MAX_NUMBER, Owner,
    SetNumber, TrustedProject,
};
use super::form::{Checked, ClientName, ExampleCall, Id, Remote, Sha256, Share, StringForm, Whole};
use super::members::{Member, Members};
use crate::base::file_error::{FileError, Position};
use crate::base::nearest::nearest;
use crate::base::text;
use crate::protocol::client::Client;

/// Most custom rules in a file.
const MAX_CUSTOM_RULES: usize = 200;

/// Longest error message, characters: it may quote an unknown key, which may be as long as the
/// file.
const MAX_FAULT_CHARS: usize = 240;

/// Most faults of a file that are kept: finding the position of one takes as long as reading the
/// file.
const MAX_FAULTS: usize = 100;

/// Every key of a settings file, and whose file may have it. A key that a project's file must not
/// have would let a repository affect calls in other projects, or make this program say more. A
/// company's file has only what stands above the user's.
const KEYS: [(&str, &[Owner]); 14] = {
    use Owner::{Company, Project, User};
    [
        ("$schema", &[Company, User, Project]),
        ("disable", &[Company, User, Project]),
        ("enable", &[User]),
        ("pin", &[Company, User]),
        ("set", &[User, Project]),
        ("budget", &[User, Project]),
        ("deadline_ms", &[User, Project]),
        ("retention_days", &[User]),
        ("holdout", &[Company, User]),
        ("lessons", &[User, Project]),
        ("tool_use_id", &[User]),
        ("client", &[User]),
        ("rules", &[Company, User, Project]),
        ("trust", &[Company]),
    ]
};

/// The keys of `budget`.
const BUDGET_KEYS: [&str; 3] = ["hints", "warnings", "gap"];

/// What a comment is called. serde_json says that a key or value is missing there.
const COMMENT: &str = "this is a comment; settings are plain JSON, without comments";

/// The keys of a project in `trust`.
const TRUST_KEYS: [&str; 2] = ["remote", "sha256"];

/// The keys of a file of this owner.
pub fn keys(owner: Owner) -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(move |(_, owners)| owners.contains(&owner)).map(|(key, _)| *key)
}

impl File {
    /// Parses `text` as the content of `path`. What is wrong with an entry becomes one of the
    /// file's faults, and the entry does not count.
    ///
    /// # Errors
    /// When the text is not a JSON object, so that nothing of it counts.
    pub fn parse(path: &Path, text: String, owner: Owner) -> Result<Self, FileError> {
        // Editors on Windows write a byte order mark.
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut reader = Reader { path, text: &text, faults: Vec::new() };
        let mut file = Self { path: path.to_owned(), owner, ..Self::default() };
        let members = reader.members(start, text.len())?;
        for member in reader.known(members, &keys(owner).collect::<Vec<_>>(), in_other_files) {
            reader.key(&mut file, &member);
        }
        file.faults = reader.faults;
        Ok(Self { text, ..file })
    }
}

/// Parses parts of a file's text, knows their positions, and collects their faults.
struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
    faults: Vec<FileError>,
}

impl<'t> Reader<'t> {
    /// Reads one key of the file.
    fn key(&mut self, file: &mut File, member: &Member<'t>) {
        let part = member.value;
        match &*member.key {
            "disable" => file.disable = self.ids(part),
            "enable" => file.enable = self.ids(part),
            "pin" => file.pin = self.ids(part),
            "set" => file.set = self.numbers(part),
            "budget" => self.budget(file, part),
            "deadline_ms" => file.deadline_ms = self.whole::<1, MAX_DEADLINE_MS>(part),
            "retention_days" => file.retention_days = self.whole::<1, 3650>(part),
            "holdout" => file.holdout = self.value::<Share>(part).map(|share| share.0),
            "lessons" => file.lessons = self.value(part),
            "tool_use_id" => file.tool_use_id = self.value(part).unwrap_or_default(),
            "client" => {
                let name = self.value::<Checked<ClientName>>(part);
                file.client = name.and_then(|name| Client::named(&name.0));
            }
            "rules" => {
                let before = self.faults.len();
                file.rules = self.rules(part);
                file.faults_of_rules = self.faults.len() - before;
            }
            "trust" => file.trust = self.trust(part),
            // `$schema` is for editors.
            _ => drop(self.value::<String>(part)),
        }
    }

    /// The members of the object between two byte offsets.
    fn members(&self, start: usize, end: usize) -> Result<Vec<Member<'t>>, FileError> {
        let part = self.text.get(start..end).unwrap_or_default();
        let members: Result<Members, _> = serde_json::from_str(part);
        members.map(|members| members.0).map_err(|error| self.json_fault(&error, start))
    }

    /// The members of an object. What is not an object is a fault.
    fn object(&mut self, part: &'t RawValue) -> Vec<Member<'t>> {
        let (start, end) = self.span(part);
        match self.members(start, end) {
            Ok(members) => members,
            Err(fault) => {
                self.add(fault);
                Vec::new()
            }
        }
    }

    /// The members with one of the `known` keys. Any other, and a second one of the same key, is a
    /// fault. `elsewhere` says where else a key counts.
    fn known(
        &mut self,
        members: Vec<Member<'t>>,
        known: &[&str],
        elsewhere: impl Fn(&str) -> Option<String>,
    ) -> Vec<Member<'t>> {
        let mut kept: Vec<Member> = Vec::new();
        for member in members {
            let why = if kept.iter().any(|other| other.key == member.key) {
                format!("there is already a key `{}`; this one does not count", member.key)
            } else if known.contains(&&*member.key) {
                kept.push(member);
                continue;
            } else {
                elsewhere(&member.key).unwrap_or_else(|| why_unknown(&member.key, known))
            };
            self.fault(self.offset_of_key(&member), &why);
        }
        kept
    }

    /// The byte offset of a member's key; of its value, where the key is escaped.
    fn offset_of_key(&self, member: &Member) -> usize {
        match member.key {
            Cow::Borrowed(key) => {
                (key.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize + 1)
            }
            Cow::Owned(_) => self.span(member.value).0,
        }
    }

    fn add(&mut self, fault: FileError) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    /// Notes what is wrong at the byte offset `at`.
    fn fault(&mut self, at: usize, what: &str) {
        if self.faults.len() < MAX_FAULTS {
            let position = Position::of(self.text.as_bytes(), at);
            let fault =
                FileError::Invalid { path: self.path.to_owned(), position, what: short(what) };
            self.faults.push(fault);
        }
    }

    /// serde_json's error about the part that begins at `start`.
    fn json_fault(&self, error: &serde_json::Error, start: usize) -> FileError {
        let message = error.to_string();
        let what = short(message.split(" at line ").next().unwrap_or_default());
        let mut position = Position::of(self.text.as_bytes(), start);
        // It reports a string or a number at its end.
        let is_nested = matches!(self.text.as_bytes().get(start), Some(b'[' | b'{') | None);
        if error.line() > 0 && (is_nested || error.is_syntax()) {
            position.column = if error.line() == 1 {
                position.column + error.column().saturating_sub(1)
            } else {
                error.column()
            };
            position.line += error.line() - 1;
        }
        let line = self.text.split('\n').nth(position.line.saturating_sub(1)).unwrap_or_default();
        let here = line.get(position.column.saturating_sub(1)..).unwrap_or_default();
        let is_comment = error.is_syntax() && (here.starts_with("//") || here.starts_with("/*"));
        let what = if is_comment { COMMENT.to_owned() } else { what };
        FileError::Invalid { path: self.path.to_owned(), position, what }
    }

    /// First and past-the-end byte offset of a part that was borrowed from the text.
    fn span(&self, part: &RawValue) -> (usize, usize) {
        let start = (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        (start, start + part.get().len())
    }

    /// A value. One without its form is a fault.
    fn value<T: Deserialize<'t>>(&mut self, part: &'t RawValue) -> Option<T> {
        match serde_json::from_str(part.get()) {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(self.json_fault(&error, self.span(part).0));
                None
            }
        }
    }

    fn whole<const MIN: u64, const MAX: u64>(&mut self, part: &'t RawValue) -> Option<u64> {
        self.value::<Whole<MIN, MAX>>(part).map(|number| number.0)
    }

    fn list(&mut self, part: &'t RawValue) -> Vec<&'t RawValue> {
        self.value(part).unwrap_or_default()
    }

    fn ids(&mut self, part: &'t RawValue) -> Vec<ListedRule> {
        let mut listed = Vec::new();
        for part in self.list(part) {
            let at = self.span(part).0;
            match serde_json::from_str::<Checked<Id>>(part.get()) {
                Ok(id) => listed.push(ListedRule { id: id.0, at }),
                Err(_) => self.fault(at, &format!("expected {}", Id::IS)),
            }
        }
        listed
    }

    fn numbers(&mut self, part: &'t RawValue) -> Vec<SetNumber> {
        let mut set = Vec::new();
        for rule in self.object(part) {
            for number in self.object(rule.value) {
                let at = self.span(number.value).0;
                if let Some(value) = self.whole::<0, MAX_NUMBER>(number.value) {
                    let (rule, name) = (rule.key.to_string(), number.key.into_owned());
                    set.push(SetNumber { rule, name, number: value, at });
                }
            }
        }
        set
    }

    fn budget(&mut self, file: &mut File, part: &'t RawValue) {
        let members = self.object(part);
        for member in self.known(members, &BUDGET_KEYS, nowhere) {
            let number = self.whole::<0, 1000>(member.value).map(|number| number as usize);
            match &*member.key {
                "hints" => file.hints = number,
                "warnings" => file.warnings = number,
                _ => file.gap = number,
            }
        }
    }

    fn rules(&mut self, part: &'t RawValue) -> Vec<ListedCustomRule> {
        let parts = self.list(part);
        if let Some(first_too_many) = parts.get(MAX_CUSTOM_RULES) {
            let what = format!("more than {MAX_CUSTOM_RULES} custom rules; these do not count");
            self.fault(self.span(first_too_many).0, &what);
        }
        parts.into_iter().take(MAX_CUSTOM_RULES).filter_map(|part| self.rule(part)).collect()
    }

    /// A custom rule. One with a fault does not count at all: without one of its keys it might
    /// speak of more calls than it should.
    fn rule(&mut self, part: &'t RawValue) -> Option<ListedCustomRule> {
        let faults_before = self.faults.len();
        let mut keys = custom_rule::Keys::default();
        let (mut hits, mut misses) = (Vec::new(), Vec::new());
        let members = self.object(part);
        for member in self.known(members, &custom_rule::KEYS, nowhere) {
            match &*member.key {
                "hits" => hits = self.examples(member.value),
                "misses" => misses = self.examples(member.value),
                key => {
                    if let Err(error) = keys.set(key, member.value) {
                        self.add(self.json_fault(&error, self.span(member.value).0));
                    }
                }
            }
        }
        if self.faults.len() > faults_before || faults_before == MAX_FAULTS {
            return None;
        }
        let at = self.span(part).0;
        match keys.rule() {
            Ok(rule) => {
                Some(ListedCustomRule { rule: Box::leak(Box::new(rule)), at, hits, misses })
            }
            Err(what) => {
                self.fault(at, what);
                None
            }
        }
    }

    fn examples(&mut self, part: &'t RawValue) -> Vec<ListedExample> {
        let mut examples = Vec::new();
        for part in self.list(part) {
            let at = self.span(part).0;
            match self.value::<Checked<ExampleCall>>(part) {
                Some(_) if examples.len() == custom_rule::MAX_EXAMPLES => {
                    let most = custom_rule::MAX_EXAMPLES;
                    self.fault(at, &format!("expected at most {most} examples"));
                    break;
                }
                Some(call) => examples.push(ListedExample { call: call.0, at }),
                None => {}
            }
        }
        examples
    }

    fn trust(&mut self, part: &'t RawValue) -> Vec<TrustedProject> {
        let mut trusted = Vec::new();
        for part in self.list(part) {
            let before = self.faults.len();
            let members = self.object(part);
            let known = self.known(members, &TRUST_KEYS, nowhere);
            let mut texts: BTreeMap<&str, String> = BTreeMap::new();
            for member in &known {
                let text = match &*member.key {
                    "sha256" => self.value::<Checked<Sha256>>(member.value).map(|text| text.0),
                    _ => self.value::<Checked<Remote>>(member.value).map(|text| text.0),
                };
                texts.extend(text.map(|text| (&*member.key, text)));
            }
            match (texts.remove("remote"), texts.remove("sha256")) {
                (Some(remote), Some(sha256)) => trusted.push(TrustedProject { remote, sha256 }),
                _ if self.faults.len() > before => {}
                _ => self.fault(
                    self.span(part).0,
                    "a project is trusted by its `remote` together with the `sha256` of its \
                     settings file",
                ),
            }
        }
        trusted
    }
}

/// Whose file may have a key of the file; `None` for a key that no file has.
fn in_other_files(key: &str) -> Option<String> {
    let (key, owners) = KEYS.iter().find(|(known, _)| *known == key)?;
    let owners: Vec<&str> = owners.iter().map(|owner| owner.as_str()).collect();
    Some(format!("`{key}` counts in the file of a {} only", owners.join(" or a ")))
}

/// For an object whose keys count nowhere else.
fn nowhere(_: &str) -> Option<String> {
    None
}

/// Why a key is unknown where only the `known` ones count.
fn why_unknown(key: &str, known: &[&str]) -> String {
    let shown = text::excerpt(key);
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("unknown key `{shown}`; the nearest is `{near}`"),
        None => {
            let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            format!("unknown key `{shown}`, expected one of {}", known.join(", "))
        }
    }
}

/// A message as a user may see it: on one line, without what hides, and not too long.
fn short(message: &str) -> String {
    text::clean(message).chars().take(MAX_FAULT_CHARS).collect()
}
