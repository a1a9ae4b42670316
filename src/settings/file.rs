//! One settings file, read strictly: an error names the position of what is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::custom_rule;
use super::custom_rule::CustomRule;
use super::form::{Checked, ClientName, Id, Object, Share, StringForm, Whole, present};
use crate::base::file_error::{FileError, Position};
use crate::base::{read, text};
use crate::protocol::client::Client;

/// Largest file, bytes.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Most custom rules in a file.
pub(crate) const MAX_CUSTOM_RULES: usize = 200;

/// Most time that the work on one call may take, ms. A file can only lower it.
pub const MAX_DEADLINE_MS: u64 = 75;

/// Longest error message, characters: it may quote an unknown key, which may be as long as the
/// file.
const MAX_FAULT_CHARS: usize = 240;

/// Whose file it is, which decides what it may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user's file may contain everything.
    User,
    /// A project's file may make this program say less, and may add custom rules, which wait for
    /// the user's trust.
    Project,
}

/// A rule's id in a list, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedRule {
    /// The rule's id.
    pub(crate) id: String,
    /// The byte offset of the id.
    pub(crate) at: usize,
}

/// The content of one settings file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The path of the file.
    pub(crate) path: PathBuf,
    /// The text of the file, which trust compares.
    pub(crate) text: String,
    /// Rules that must not speak.
    pub(crate) disable: Vec<ListedRule>,
    /// Rules that are off by default and should speak.
    pub(crate) enable: Vec<ListedRule>,
    /// Rules that learning must not mute.
    pub(crate) pin: Vec<ListedRule>,
    /// Numbers of rules.
    pub(crate) set: Vec<SetNumber>,
    /// Most hints between two resets.
    pub(crate) hints: Option<usize>,
    /// Most warnings between two resets.
    pub(crate) warnings: Option<usize>,
    /// Fewest calls between two hints.
    pub(crate) gap: Option<usize>,
    /// Most time for the work on one call, ms.
    pub(crate) deadline_ms: Option<u64>,
    /// How long the ledger of an idle session is kept, days.
    pub(crate) retention_days: Option<u64>,
    /// The share of sessions in which a rule's lines are held out.
    pub(crate) holdout: Option<f64>,
    /// Whether a new session is told the habits of agents in its project.
    pub(crate) lessons: Option<bool>,
    /// Whether a call's line keeps the client's id of the call.
    pub(crate) tool_use_id: bool,
    /// The client, if the event does not show it.
    pub(crate) client: Option<Client>,
    /// Custom rules.
    pub(crate) rules: Vec<ListedCustomRule>,
}

/// A number of a rule, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetNumber {
    /// The rule's id.
    pub(crate) rule: String,
    /// The name of the number.
    pub(crate) name: String,
    /// The number.
    pub(crate) number: u64,
    /// The byte offset of the number.
    pub(crate) at: usize,
}

/// The largest number that a file may set.
pub const MAX_NUMBER: u64 = 1_000_000_000;

/// A custom rule, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedCustomRule {
    /// The rule. It is leaked, like the rules of the book: the process lives for one call.
    pub(crate) rule: &'static CustomRule,
    /// The byte offset where the rule begins.
    pub(crate) at: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserKeys<'a> {
    #[serde(rename = "$schema", default)]
    _schema: String,
    #[serde(borrow, default)]
    disable: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    enable: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pin: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    set: Object<BTreeMap<String, &'a RawValue>>,
    #[serde(default)]
    budget: Object<BudgetKeys>,
    #[serde(default, deserialize_with = "present")]
    deadline_ms: Option<Whole<1, MAX_DEADLINE_MS>>,
    #[serde(default, deserialize_with = "present")]
    retention_days: Option<Whole<1, 3650>>,
    #[serde(default, deserialize_with = "present")]
    holdout: Option<Share>,
    #[serde(default, deserialize_with = "present")]
    lessons: Option<bool>,
    #[serde(default)]
    tool_use_id: bool,
    #[serde(default, deserialize_with = "present")]
    client: Option<Checked<ClientName>>,
    #[serde(borrow, default)]
    rules: Vec<&'a RawValue>,
}

/// A project's keys. Any other key would let a repository affect calls in other projects, or make
/// this program say more.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectKeys<'a> {
    #[serde(rename = "$schema", default)]
    _schema: String,
    #[serde(borrow, default)]
    disable: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    set: Object<BTreeMap<String, &'a RawValue>>,
    #[serde(default)]
    budget: Object<BudgetKeys>,
    #[serde(default, deserialize_with = "present")]
    deadline_ms: Option<Whole<1, MAX_DEADLINE_MS>>,
    #[serde(default, deserialize_with = "present")]
    lessons: Option<bool>,
    #[serde(borrow, default)]
    rules: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetKeys {
    #[serde(default, deserialize_with = "present")]
    hints: Option<Whole<0, 1000>>,
    #[serde(default, deserialize_with = "present")]
    warnings: Option<Whole<0, 1000>>,
    #[serde(default, deserialize_with = "present")]
    gap: Option<Whole<0, 1000>>,
}

impl File {
    /// Reads the file at `path`. `None` if it does not exist.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
    pub(crate) fn read(path: &Path, owner: Owner) -> Result<Option<Self>, FileError> {
        let Some(bytes) = read_bytes(path, owner)? else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let position = Position::of(error.as_bytes(), at);
            FileError::Invalid {
                path: path.to_owned(),
                position,
                what: "this is not UTF-8".to_owned(),
            }
        })?;
        Self::parse(path, text, owner).map(Some)
    }

    /// Parses `text` as the content of `path`.
    ///
    /// # Errors
    /// What is wrong with the text, and where.
    pub fn parse(path: &Path, text: String, owner: Owner) -> Result<Self, FileError> {
        let reader = Reader { path, text: &text };
        // Editors on Windows write a byte order mark.
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let keys: UserKeys = match owner {
            Owner::User => reader.read(start, text.len())?,
            Owner::Project => {
                let keys: ProjectKeys = reader.read(start, text.len())?;
                UserKeys {
                    _schema: keys._schema,
                    disable: keys.disable,
                    enable: Vec::new(),
                    pin: Vec::new(),
                    set: keys.set,
                    budget: keys.budget,
                    deadline_ms: keys.deadline_ms,
                    retention_days: None,
                    holdout: None,
                    lessons: keys.lessons,
                    tool_use_id: false,
                    client: None,
                    rules: keys.rules,
                }
            }
        };
        if let Some(first_too_many) = keys.rules.get(MAX_CUSTOM_RULES) {
            let what = format!("more than {MAX_CUSTOM_RULES} custom rules");
            return Err(reader.fault(reader.span(first_too_many).0, what));
        }
        let Object(budget) = keys.budget;
        let [hints, warnings, gap] = [budget.hints, budget.warnings, budget.gap]
            .map(|number| number.map(|number| number.0 as usize));
        let [disable, enable, pin] =
            [keys.disable, keys.enable, keys.pin].map(|ids| reader.ids(&ids));
        let (disable, enable, pin) = (disable?, enable?, pin?);
        let rules = reader.rules(&keys.rules)?;
        let set = reader.numbers(keys.set.0)?;
        Ok(Self {
            path: path.to_owned(),
            disable,
            enable,
            pin,
            set,
            hints,
            warnings,
            gap,
            deadline_ms: keys.deadline_ms.map(|number| number.0),
            retention_days: keys.retention_days.map(|number| number.0),
            holdout: keys.holdout.map(|share| share.0),
            lessons: keys.lessons,
            tool_use_id: keys.tool_use_id,
            client: keys.client.and_then(|name| Client::named(&name.0)),
            rules,
            text,
        })
    }
}

impl File {
    /// The error about what is wrong at the byte offset `at`. Line and column are computed only
    /// here: counting them for each entry of a long file took longer than reading it.
    pub(crate) fn fault(&self, at: usize, what: String) -> FileError {
        Reader { path: &self.path, text: &self.text }.fault(at, what)
    }
}

/// Parses parts of a file's text and knows their positions.
struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
}

impl<'t> Reader<'t> {
    /// Parses the object between two byte offsets.
    fn read<T: Deserialize<'t>>(&self, start: usize, end: usize) -> Result<T, FileError> {
        let part = self.text.get(start..end).unwrap_or_default();
        serde_json::from_str::<Object<T>>(part)
            .map(|object| object.0)
            .map_err(|error| self.json_fault(&error, start))
    }

    fn fault(&self, at: usize, what: String) -> FileError {
        FileError::Invalid {
            path: self.path.to_owned(),
            position: Position::of(self.text.as_bytes(), at),
            what,
        }
    }

    /// serde_json's error about the part that begins at `start`.
    fn json_fault(&self, error: &serde_json::Error, start: usize) -> FileError {
        let message = error.to_string();
        let what = text::clean(message.split(" at line ").next().unwrap_or_default());
        let what = what.chars().take(MAX_FAULT_CHARS).collect::<String>();
        let mut position = Position::of(self.text.as_bytes(), start);
        // serde_json reports a missing field at the end of the object, which does not help.
        if !what.starts_with("missing field") && error.line() > 0 {
            position.column = if error.line() == 1 {
                position.column + error.column().saturating_sub(1)
            } else {
                error.column()
            };
            position.line += error.line() - 1;
        }
        FileError::Invalid { path: self.path.to_owned(), position, what }
    }

    /// First and past-the-end byte offset of a part that was borrowed from the text.
    fn span(&self, part: &RawValue) -> (usize, usize) {
        let start = (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        (start, start + part.get().len())
    }

    fn ids(&self, parts: &[&RawValue]) -> Result<Vec<ListedRule>, FileError> {
        let id = |part: &&RawValue| {
            let (start, _) = self.span(part);
            let id: Checked<Id> = serde_json::from_str(part.get())
                .map_err(|_| self.fault(start, format!("expected {}", Id::IS)))?;
            Ok(ListedRule { id: id.0, at: start })
        };
        parts.iter().map(id).collect()
    }

    fn numbers(&self, rules: BTreeMap<String, &RawValue>) -> Result<Vec<SetNumber>, FileError> {
        let mut set = Vec::new();
        for (rule, part) in rules {
            let (start, end) = self.span(part);
            let numbers: BTreeMap<String, &RawValue> = self.read(start, end)?;
            for (name, part) in numbers {
                let at = self.span(part).0;
                let number: Whole<0, MAX_NUMBER> = serde_json::from_str(part.get())
                    .map_err(|error| self.json_fault(&error, at))?;
                set.push(SetNumber { rule: rule.clone(), name, number: number.0, at });
            }
        }
        Ok(set)
    }

    fn rules(&self, parts: &[&RawValue]) -> Result<Vec<ListedCustomRule>, FileError> {
        let rule = |part: &&RawValue| {
            let (start, end) = self.span(part);
            let keys: custom_rule::Keys = self.read(start, end)?;
            let rule = keys.rule().map_err(|what| self.fault(start, what.to_owned()))?;
            Ok(ListedCustomRule { rule: Box::leak(Box::new(rule)), at: start })
        };
        parts.iter().map(rule).collect()
    }
}

/// The content of a file. `None` if it does not exist.
fn read_bytes(path: &Path, owner: Owner) -> Result<Option<Vec<u8>>, FileError> {
    let wrong = |what: String| FileError::Unreadable { path: path.to_owned(), what };
    let unreadable = |error: io::Error| match error.raw_os_error() {
        #[cfg(unix)]
        Some(libc::ELOOP) if owner == Owner::Project => {
            wrong("a project's settings must not be a symbolic link".to_owned())
        }
        _ => wrong(error.to_string()),
    };
    let file = match open(path, owner) {
        // `NotADirectory`: a part of the path is a file.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        opened => opened.map_err(unreadable)?,
    };
    let is_file = file.metadata().map_err(unreadable)?.is_file();
    if !is_file {
        return Err(wrong("not a regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(wrong(format!("larger than {} KiB", MAX_FILE_BYTES >> 10)));
    }
    Ok(Some(bytes))
}

/// Opens without blocking, so that a FIFO cannot hold up the call. The user's file may be a
/// symbolic link, since people keep such files in a repository of their own. A project's file may
/// not, since it must not lead out of the project.
fn open(path: &Path, owner: Owner) -> io::Result<fs::File> {
    match owner {
        Owner::User => read::open(path),
        Owner::Project => read::open_unlinked(path),
    }
}
