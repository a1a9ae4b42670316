//! What a rule sees of a call: the event, its script, the environment, the recent history. All of
//! it is lazy, and none of it is writable.

mod changes;
pub(crate) mod classify;
mod limit;
mod no_end;
pub(crate) mod working_dir;

use std::path::Path;

use once_cell::unsync::OnceCell;

use crate::project::environment::Environment;
use crate::protocol::event::{Event, Tool};
use crate::settings::Settings;
use crate::shell;
use crate::shell::{Command, Refusal, Script};
use crate::store::history::{CallLine, History};
use crate::store::ledger::{Ledger, Sought};
use crate::store::{fingerprint, ledger};

/// One call, as rules see it.
pub struct Case<'e> {
    /// What the client says happened.
    pub event: &'e Event<'e>,
    /// The machine around the call.
    pub environment: Environment,
    /// The settings of the user and the project; the default ones unless others are given.
    pub settings: Settings,
    ledger: Option<&'e Ledger>,
    script: OnceCell<Result<Script, Refusal>>,
    history: OnceCell<History>,
}

impl<'e> Case<'e> {
    /// A case whose history comes from `ledger`. Without a ledger the history is empty.
    pub fn new(event: &'e Event<'e>, environment: Environment, ledger: Option<&'e Ledger>) -> Self {
        let (script, history) = (OnceCell::new(), OnceCell::new());
        Self { event, environment, settings: Settings::default(), ledger, script, history }
    }

    /// The same case with these settings.
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// The same case with a script that is parsed already.
    pub fn with_script(self, script: Option<Result<Script, Refusal>>) -> Self {
        Self { script: script.map_or_else(OnceCell::new, OnceCell::with_value), ..self }
    }

    /// The same case with a history that is read already.
    pub fn with_history(self, history: Option<History>) -> Self {
        Self { history: history.map_or_else(OnceCell::new, OnceCell::with_value), ..self }
    }

    /// The result of parsing, if it was tried.
    pub fn outcome(&self) -> Option<&Result<Script, Refusal>> {
        self.script.get()
    }

    /// The parsed shell text; `None` if the call has none or the parser refuses it. The first call
    /// parses it.
    pub fn script(&self) -> Option<&Script> {
        self.parse()?.as_ref().ok()
    }

    /// The script, if a rule has asked for it already.
    pub fn parsed(&self) -> Option<&Script> {
        self.script.get()?.as_ref().ok()
    }

    /// Why the shell text was not parsed.
    pub fn refusal(&self) -> Option<Refusal> {
        self.script.get()?.as_ref().err().copied()
    }

    fn parse(&self) -> Option<&Result<Script, Refusal>> {
        let command = self.event.command()?;
        Some(self.script.get_or_init(|| shell::parse(command)))
    }

    /// Every command that runs on this machine.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.script()
            .into_iter()
            .flat_map(|script| &script.commands)
            .filter(|command| !command.remote)
    }

    /// The recent calls of this session before this one; empty without a ledger.
    pub fn history(&self) -> &History {
        let this_call = || self.event.call_id.as_deref().and_then(|id| self.hash("call", id));
        self.history.get_or_init(|| {
            self.ledger.map(|ledger| ledger.recent().without(this_call())).unwrap_or_default()
        })
    }

    /// The history, if a rule has asked for it already.
    pub fn remembered(&self) -> Option<&History> {
        self.history.get()
    }

    /// Whether the shell was in `path` before this call. The event has the directory after the
    /// call's own `cd`. The directory before it comes from the ledger's last call, or for the first
    /// call of a session from the folder in which the client began. True without a ledger.
    pub fn began_in(&self, path: &Path) -> bool {
        let Some(ledger) = self.ledger else { return true };
        match self.history().last_cwd() {
            Some(hash) => hash == ledger.sought("cwd", &path.to_string_lossy()),
            None => self.environment.project() == Some(path),
        }
    }

    /// The recent calls of this session that named the file at `path`, oldest first.
    pub fn calls_on(&self, path: &str) -> impl DoubleEndedIterator<Item = &CallLine<'static>> {
        let file = self.hash("file", path);
        let calls = if file.is_some() { self.history().calls() } else { &[] };
        calls.iter().filter(move |call| file.as_ref().is_some_and(|file| call.file == *file))
    }

    /// Whether a call of the tool with this ledger name was seen lately in this session.
    pub fn has_seen(&self, label: &str) -> bool {
        self.history().calls().iter().any(|call| call.tool == label)
    }

    /// Whether the client has a Grep tool: the agent has used it.
    pub fn has_grep_tool(&self) -> bool {
        self.environment.client.has_file_tools() && self.has_seen("Grep")
    }

    /// What to do to read a part of a file. The words name the client's own tool if it is known.
    pub fn partial_read(&self) -> &'static str {
        if self.environment.client.has_file_tools() {
            "Read with offset and limit"
        } else {
            "read that part"
        }
    }

    /// Whether one of the last `calls` calls of the session used the better form of `rule`.
    pub(crate) fn used_better_form(&self, rule: &str, calls: usize) -> bool {
        let mut lately = self.history().calls().iter().rev().take(calls);
        lately.any(|call| call.good.iter().any(|id| id == rule))
    }

    /// Whether one of these commands, alone in its call, was among the last `calls` calls of the
    /// session.
    pub fn ran_lately(&self, calls: usize, commands: &[String]) -> bool {
        self.last_run(calls, commands).is_some()
    }

    /// The latest of the last `calls` calls of the session that was one of these commands and
    /// nothing else, and the calls since, newest first. The ledger has only a hash of what a call
    /// ran, so each spelling must be listed.
    pub(crate) fn last_run(
        &self,
        calls: usize,
        commands: &[String],
    ) -> Option<(&CallLine<'static>, Vec<&CallLine<'static>>)> {
        let ledger = self.ledger.filter(|_| !self.history().calls().is_empty())?;
        let keys: Vec<String> = commands
            .iter()
            .flat_map(|command| fingerprint::keys_of_command(ledger, command))
            .collect();
        let lately: Vec<_> = self.history().calls().iter().rev().take(calls).collect();
        let at = lately.iter().position(|call| keys.iter().any(|key| *key == call.key))?;
        let (since, rest) = lately.split_at(at);
        Some((rest.first()?, since.to_vec()))
    }

    /// Whether an Edit or a Write changed this file lately in this session.
    pub fn edited_lately(&self, path: &Path) -> bool {
        let Some(file) = self.hash("file", &path.to_string_lossy()) else { return false };
        self.history().calls().iter().any(|call| call.file == file && call.is_edit())
    }

    /// How many files Edits and Writes changed lately in this session.
    pub fn files_edited_lately(&self) -> usize {
        let mut files: Vec<&str> = Vec::new();
        for call in self.history().calls().iter().filter(|call| call.is_edit()) {
            if !files.contains(&&*call.file) {
                files.push(&call.file);
            }
        }
        files.len()
    }

    /// Whether the `hash` of `text` occurs at least this many `times` in the last calls of the
    /// session, in any field.
    pub fn recalls(&self, domain: &str, text: &str, times: usize) -> bool {
        self.hash(domain, text).is_some_and(|hash| self.history().holds_any(hash.forms(), times))
    }

    /// The keys that this input may have in the ledger; none without a ledger.
    pub fn keys(&self) -> Vec<String> {
        let Some(ledger) = self.ledger else { return Vec::new() };
        fingerprint::keys_of(ledger, self.parsed(), self.event.words())
    }

    /// First line and number of lines of a Read of a part, as the ledger stores them.
    pub fn range(&self) -> Option<(u64, u64)> {
        let input = self.event.input();
        (self.event.tool == Tool::Read && (input.offset.is_some() || input.limit.is_some()))
            .then(|| (input.offset.unwrap_or(1), input.limit.unwrap_or(0)))
    }

    /// Whether these lines of the file at `path` were read at least this many `times` lately. It
    /// searches the ledger's bytes, in which the range follows the file, and the directory follows
    /// the range.
    pub fn recalls_read(&self, path: &str, times: usize) -> bool {
        self.hash("file", path).is_some_and(|file| {
            let read = |file: &str| match self.range() {
                Some((first, lines)) => format!("{file}\",\"range\":[{first},{lines}]"),
                None => format!("{file}\",\"cwd\""),
            };
            let reads: Vec<String> = file.forms().map(read).collect();
            self.history().holds_any(reads.iter().map(String::as_str), times)
        })
    }

    /// When the call ended, unix ms: now, except for replayed calls.
    pub fn now_ms(&self) -> u64 {
        self.ledger.map_or_else(ledger::now_ms, Ledger::now_ms)
    }

    /// When the agent last lost its context, unix ms; 0 for never.
    pub fn last_reset(&self) -> u64 {
        self.ledger.map_or(0, Ledger::last_reset)
    }

    /// Whether `rule` spoke in this session, and the agent has not forgotten it since.
    pub(crate) fn has_said(&self, rule: &str) -> bool {
        self.ledger.is_some_and(|ledger| ledger.has_said(rule))
    }

    /// The hash that `text` has in the ledger; `None` without a ledger.
    pub fn hash(&self, domain: &str, text: &str) -> Option<Sought> {
        self.ledger.map(|ledger| ledger.sought(domain, text))
    }

    /// The hash in the ledger of the error's fingerprint; `None` if the call succeeded, or without a
    /// ledger.
    pub(crate) fn failure(&self) -> Option<Sought> {
        let error = fingerprint::of_failure(self.event);
        if error.is_empty() { None } else { self.hash("err", &error) }
    }

    /// Whether the shell text runs in the background.
    pub fn in_background(&self) -> bool {
        let event = self.event;
        event.input().run_in_background || event.tool_name == "Monitor"
    }

    /// Whether it is a call of `tool`.
    pub fn is(&self, tool: Tool) -> bool {
        self.event.tool == tool
    }
}
