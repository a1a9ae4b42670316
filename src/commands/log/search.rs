//! Looks for the calls of advice in the transcripts on this disk. A ledger names a call by a hash,
//! which only somebody who has the transcript can make again.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use once_cell::unsync::OnceCell;

use super::entry::{Entry, LineFrom, Trace};
use super::said::Said;
use crate::base::{state_dir, text};
use crate::commands::transcripts::{self, Conditions, Heard, Record, RecordReader, about};
use crate::project::secrets::in_text::looks_secret;
use crate::protocol::error::EventError;
use crate::settings::Settings;
use crate::store::ledger::Ledger;
use crate::ui::format;

/// What was said, with what the transcripts say about the calls.
pub(super) fn entries(folder: &Path, said: Vec<Said>) -> Vec<Entry> {
    let mut search = Search::new(folder, &said);
    if !said.is_empty() {
        let sessions: HashSet<&str> = said.iter().map(Said::session).collect();
        let is_wanted = |id: &str| sessions.contains(Ledger::new(folder, id, None).stem());
        for path in transcripts::of_sessions(is_wanted) {
            search.read(&path);
        }
    }
    let traces = search.traces;
    said.into_iter().zip(traces).map(|(said, trace)| Entry { said, trace }).collect()
}

/// The advice whose calls are looked for, and what was found so far.
struct Search<'s> {
    folder: &'s Path,
    said: &'s [Said],
    /// The indexes of the advice about a call, by the ledger and the hash of the call's id.
    wanted: HashMap<(&'s str, &'s str), Vec<usize>>,
    traces: Vec<Trace>,
    /// The file that is being read.
    file: PathBuf,
    /// The advice whose calls are in it, in the order of their ends.
    found: Vec<usize>,
    /// The ledger of the last call, with its session and agent.
    ledger: Option<(String, Option<String>, Ledger)>,
}

impl<'s> Search<'s> {
    fn new(folder: &'s Path, said: &'s [Said]) -> Self {
        let mut wanted: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, said) in said.iter().enumerate().filter(|(_, said)| !said.call.is_empty()) {
            wanted.entry((said.ledger.as_str(), said.call.as_str())).or_default().push(at);
        }
        let traces = said.iter().map(|_| Trace::default()).collect();
        Self { folder, said, wanted, traces, file: PathBuf::new(), found: vec![], ledger: None }
    }

    /// Looks into one transcript.
    fn read(&mut self, path: &Path) {
        self.file = path.to_owned();
        self.found.clear();
        let files = [self.file.clone()];
        // What cannot be read is not found.
        transcripts::read_into(self, &files, &AtomicU64::new(0));
        if self.found.iter().any(|at| self.traces.get(*at).is_some_and(|it| it.line.is_none())) {
            self.evaluate(&files);
        }
    }

    /// Asks the rules again about the calls of the file, each with the calls before it as history.
    fn evaluate(&mut self, files: &[PathBuf]) {
        let settings = Settings::load(state_dir::folder()).for_replay();
        let conditions = Conditions { settings, ..Conditions::default() };
        transcripts::read(files, &conditions, &AtomicU64::new(0), &mut |replayed| {
            let event = replayed.case.event;
            let (session, agent) = (event.session.as_deref(), event.agent.as_deref());
            let found = replayed.answer.said.iter();
            let found: Vec<_> =
                found.chain(replayed.answer.held.iter().map(|(it, _)| it)).collect();
            for at in self.wanted(session, agent, event.call_id.as_deref()) {
                let rule = self.said.get(at).map(|said| said.rule.as_str());
                if let Some(is) = found.iter().find(|found| Some(found.rule.id) == rule) {
                    self.set_line(at, &is.text, LineFrom::Evaluation);
                }
            }
        });
    }

    /// The advice about a call.
    fn wanted(
        &mut self,
        session: Option<&str>,
        agent: Option<&str>,
        call: Option<&str>,
    ) -> Vec<usize> {
        let (Some(session), Some(call)) = (session, call) else { return Vec::new() };
        let is_same = |(known, its_agent, _): &(String, Option<String>, Ledger)| {
            known == session && its_agent.as_deref() == agent
        };
        if !self.ledger.as_ref().is_some_and(is_same) {
            let ledger = Ledger::new(self.folder, session, agent);
            let is_of_it = |said: &Said| said.ledger == ledger.stem();
            for (_, trace) in self.said.iter().zip(&mut self.traces).filter(|(it, _)| is_of_it(it))
            {
                trace.file.get_or_insert_with(|| format::path(&self.file));
            }
            self.ledger = Some((session.to_owned(), agent.map(str::to_owned), ledger));
        }
        let Some((.., ledger)) = &self.ledger else { return Vec::new() };
        let call = ledger.sought("call", call);
        let wanted = |hash| self.wanted.get(&(ledger.stem(), hash));
        call.forms().filter_map(wanted).flatten().copied().collect()
    }

    /// Notes the line, if there is none yet. A transcript is a text of others: it must not show a
    /// secret.
    fn set_line(&mut self, at: usize, line: &str, from: LineFrom) {
        let line = text::clean(line);
        if let Some(trace) = self.traces.get_mut(at)
            && trace.line.is_none()
            && !looks_secret(&line)
        {
            (trace.line, trace.line_from) = (Some(line), from);
        }
    }
}

impl RecordReader for Search<'_> {
    fn record(&mut self, record: &Record) -> Result<(), EventError> {
        let room = OnceCell::new();
        let (event, _) = record.event(&room)?;
        let (session, agent) = (event.session.as_deref(), event.agent.as_deref());
        for at in self.wanted(session, agent, event.call_id.as_deref()) {
            let (Some(said), Some(trace)) = (self.said.get(at), self.traces.get_mut(at)) else {
                continue;
            };
            let project = record.project.as_deref().or(event.cwd().map(Path::new));
            let name = project.and_then(|project| project.file_name());
            trace.project = name.map(|name| text::file_name(&name.to_string_lossy()));
            trace.command = Some(about::of_event(&event, &said.rule));
            trace.file = Some(format::path(&self.file));
            self.found.push(at);
        }
        Ok(())
    }

    fn heard(&mut self, heard: &Heard) {
        let (session, agent) = (heard.session.as_deref(), heard.agent.as_deref());
        let calls = match heard.call.as_deref() {
            Some(call) => self.wanted(session, agent, Some(call)),
            // The call is not named: it is the last one of which the ledger says so.
            None => self.found.iter().rev().copied().collect(),
        };
        for at in calls {
            let rule = self.said.get(at).map(|said| said.rule.as_str()).unwrap_or_default();
            let is_new = self.traces.get(at).is_some_and(|trace| trace.line.is_none());
            if let Some(line) = heard.line_of(rule).filter(|_| is_new) {
                self.set_line(at, line, LineFrom::Transcript);
                if heard.call.is_none() {
                    return;
                }
            }
        }
    }
}
