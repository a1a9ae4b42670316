//! One settings file: opened with care, read strictly, wrong at a position that can be named.

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::custom_rule;
use super::custom_rule::CustomRule;
use super::form::{Agent, Form, Id, Object, Of, Whole, present};
use crate::base::file_error::{FileError, Position};
use crate::base::text;
use crate::protocol::client::Client;

/// Largest file, bytes.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Most own rules in a file.
pub const MAX_OWN_RULES: usize = 200;

/// Most ms that the work on one call may take; a file can only ask for fewer.
pub const MAX_DEADLINE_MS: u64 = 75;

/// Most characters that are told of what is wrong: an unknown key may be as long as the file.
const MAX_FAULT_CHARS: usize = 240;

/// Whose file it is, which decides what may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user's: everything.
    User,
    /// A project's: what makes it say less, and own rules, which wait for trust.
    Project,
}

/// A name of a rule, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The rule's id.
    pub id: String,
    /// The byte at which it stands.
    pub at: usize,
}

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The file.
    pub path: PathBuf,
    /// Its text, by which trust knows it again.
    pub text: String,
    /// Rules that are not to speak.
    pub disable: Vec<Named>,
    /// Rules that speak only for who asks for them.
    pub enable: Vec<Named>,
    /// Rules that learning must not silence.
    pub pin: Vec<Named>,
    /// Hints in one context.
    pub hints: Option<usize>,
    /// Warnings in one context.
    pub warnings: Option<usize>,
    /// Calls between two hints.
    pub gap: Option<usize>,
    /// Most time for one call, ms.
    pub deadline_ms: Option<u64>,
    /// How long an idle session is kept, days.
    pub retention_days: Option<u64>,
    /// The agent, where the call does not tell.
    pub client: Option<Client>,
    /// Own rules.
    pub rules: Vec<Own>,
}

/// An own rule, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The rule. It lives as long as the process, which is one call: the rules of the book do so
    /// too.
    pub rule: &'static CustomRule,
    /// The byte at which it begins.
    pub at: usize,
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
    #[serde(default)]
    budget: Object<BudgetKeys>,
    #[serde(default, deserialize_with = "present")]
    deadline_ms: Option<Whole<1, MAX_DEADLINE_MS>>,
    #[serde(default, deserialize_with = "present")]
    retention_days: Option<Whole<1, 3650>>,
    #[serde(default, deserialize_with = "present")]
    client: Option<Of<Agent>>,
    #[serde(borrow, default)]
    rules: Vec<&'a RawValue>,
}

/// A project's keys. What is not here would let a repository change more than its own calls, or say
/// more of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectKeys<'a> {
    #[serde(rename = "$schema", default)]
    _schema: String,
    #[serde(borrow, default)]
    disable: Vec<&'a RawValue>,
    #[serde(default)]
    budget: Object<BudgetKeys>,
    #[serde(default, deserialize_with = "present")]
    deadline_ms: Option<Whole<1, MAX_DEADLINE_MS>>,
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
    /// Reads the file at `path`; `None` if there is none.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(path: &Path, owner: Owner) -> Result<Option<Self>, FileError> {
        let Some(bytes) = bytes_of(path, owner)? else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let position = Position::of(error.as_bytes(), valid);
            FileError::Invalid {
                path: path.to_owned(),
                position,
                what: "this is not UTF-8".to_owned(),
            }
        })?;
        Self::parse(path, text, owner).map(Some)
    }

    /// Reads `text` as the content of `path`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(path: &Path, text: String, owner: Owner) -> Result<Self, FileError> {
        let reader = Reader { path, text: &text };
        // Editors on Windows begin a file with a mark.
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
                    budget: keys.budget,
                    deadline_ms: keys.deadline_ms,
                    retention_days: None,
                    client: None,
                    rules: keys.rules,
                }
            }
        };
        if let Some(first_too_many) = keys.rules.get(MAX_OWN_RULES) {
            let what = format!("more than {MAX_OWN_RULES} own rules");
            return Err(reader.fault(reader.span(first_too_many).0, what));
        }
        let Object(budget) = keys.budget;
        let [hints, warnings, gap] = [budget.hints, budget.warnings, budget.gap]
            .map(|number| number.map(|number| number.0 as usize));
        let [disable, enable, pin] =
            [keys.disable, keys.enable, keys.pin].map(|names| reader.names(&names));
        let (disable, enable, pin) = (disable?, enable?, pin?);
        let rules = reader.rules(&keys.rules)?;
        Ok(Self {
            path: path.to_owned(),
            disable,
            enable,
            pin,
            hints,
            warnings,
            gap,
            deadline_ms: keys.deadline_ms.map(|number| number.0),
            retention_days: keys.retention_days.map(|number| number.0),
            client: keys.client.and_then(|name| Client::named(&name.0)),
            rules,
            text,
        })
    }
}

impl File {
    /// Says of the byte `at` what is wrong there. Places are counted only when something is: to
    /// count them for each entry of a long file took longer than to read it.
    pub fn fault(&self, at: usize, what: String) -> FileError {
        Reader { path: &self.path, text: &self.text }.fault(at, what)
    }
}

/// Reads parts of a file's text, and knows where they stand.
struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
}

impl<'t> Reader<'t> {
    /// Reads the object between two bytes.
    fn read<T: Deserialize<'t>>(&self, start: usize, end: usize) -> Result<T, FileError> {
        let part = self.text.get(start..end).unwrap_or_default();
        serde_json::from_str::<Object<T>>(part)
            .map(|object| object.0)
            .map_err(|error| self.wrong(&error, start))
    }

    fn fault(&self, at: usize, what: String) -> FileError {
        FileError::Invalid {
            path: self.path.to_owned(),
            position: Position::of(self.text.as_bytes(), at),
            what,
        }
    }

    /// An error of serde_json about the part that begins at `start`.
    fn wrong(&self, error: &serde_json::Error, start: usize) -> FileError {
        let message = error.to_string();
        let what = text::clean(message.split(" at line ").next().unwrap_or_default());
        let what = what.chars().take(MAX_FAULT_CHARS).collect::<String>();
        let mut position = Position::of(self.text.as_bytes(), start);
        // What is missing is missing from the whole; its end says little.
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

    /// First and past-the-end byte of a part that was borrowed from the text.
    fn span(&self, part: &RawValue) -> (usize, usize) {
        let start = (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        (start, start + part.get().len())
    }

    fn names(&self, parts: &[&RawValue]) -> Result<Vec<Named>, FileError> {
        let name = |part: &&RawValue| {
            let (start, _) = self.span(part);
            let id: Of<Id> = serde_json::from_str(part.get())
                .map_err(|_| self.fault(start, format!("expected {}", Id::IS)))?;
            Ok(Named { id: id.0, at: start })
        };
        parts.iter().map(name).collect()
    }

    fn rules(&self, parts: &[&RawValue]) -> Result<Vec<Own>, FileError> {
        let rule = |part: &&RawValue| {
            let (start, end) = self.span(part);
            let keys: custom_rule::Keys = self.read(start, end)?;
            let rule = keys.rule().map_err(|what| self.fault(start, what.to_owned()))?;
            Ok(Own { rule: Box::leak(Box::new(rule)), at: start })
        };
        parts.iter().map(rule).collect()
    }
}

/// The content of a file; `None` if there is none.
fn bytes_of(path: &Path, owner: Owner) -> Result<Option<Vec<u8>>, FileError> {
    let wrong = |what: String| FileError::Unreadable { path: path.to_owned(), what };
    let unreadable = |error: io::Error| match error.raw_os_error() {
        #[cfg(unix)]
        Some(libc::ELOOP) if owner == Owner::Project => {
            wrong("a project's settings must not be a symbolic link".to_owned())
        }
        _ => wrong(error.to_string()),
    };
    let file = match open(path, owner) {
        // Above it may stand a file where a folder should.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        opened => opened.map_err(unreadable)?,
    };
    let is_file = file.metadata().map_err(unreadable)?.is_file();
    if !is_file {
        return Err(wrong("not a plain file".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(wrong(format!("larger than {} KiB", MAX_FILE_BYTES >> 10)));
    }
    Ok(Some(bytes))
}

/// A FIFO in its place must not hold the call up. The user's file may be a link, as those who keep
/// such files in a repository have it; a project's may not lead out of the project.
#[cfg(unix)]
fn open(path: &Path, owner: Owner) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let links = if owner == Owner::Project { libc::O_NOFOLLOW } else { 0 };
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | links).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path, _: Owner) -> io::Result<fs::File> {
    OpenOptions::new().read(true).open(path)
}
