//! Calls of the past through the engine, each session with a memory of its own that is on no disk.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::record::Record;
use crate::engine;
use crate::engine::analyzers::Task;
use crate::engine::{Answer, analyzers};
use crate::project::environment::Environment;
use crate::protocol;
use crate::protocol::client::Client;
use crate::protocol::error::EventError;
use crate::protocol::error::MAX_INPUT_BYTES;
use crate::protocol::event::{Event, EventName};
use crate::rules::case::Case;
use crate::settings::Settings;
use crate::store::ledger::Ledger;
use once_cell::unsync::OnceCell;

/// How far the clock goes from one call to the next where a recording has no times, ms.
const STEP_MS: u64 = 1000;

/// What is so around calls of the past.
#[derive(Debug, Default)]
pub struct Conditions {
    /// What the user wants.
    pub settings: Settings,
    /// The programs on PATH; those of this machine if it is not told.
    pub having: Option<Arc<[String]>>,
}

impl Conditions {
    /// The same for another thread.
    pub fn again(&self) -> Self {
        Self { settings: self.settings.for_other_dir(), having: self.having.clone() }
    }
}

/// What the engine made of a call.
pub struct Told<'t, 'e> {
    /// The call.
    pub case: &'t Case<'e>,
    /// What would have been said.
    pub answer: &'t Answer,
    /// The time that it took.
    pub took: Duration,
    /// When the call ended, unix ms, where the recording tells.
    pub time_ms: Option<u64>,
    /// The session and agent whose memory it has, by a name that nobody else has; empty for a bare
    /// command.
    pub memory: &'t str,
    /// How many times each rule has spoken in this memory, this call included.
    pub times_said: &'t BTreeMap<&'static str, u64>,
}

/// The memory of one session and agent.
struct Memory {
    name: String,
    /// None of a bare command.
    ledger: Option<Ledger>,
    project: Option<PathBuf>,
    /// Settings hold for a folder, and a session rarely leaves its own.
    settings: Settings,
    cwd: Option<String>,
    times_said: BTreeMap<&'static str, u64>,
}

/// The sessions of the files that one thread reads.
pub(super) struct Past<'s> {
    surroundings: &'s Conditions,
    memories: HashMap<(String, String), Memory>,
    /// Where each session began, which its sub-agents share.
    projects: HashMap<String, Option<PathBuf>>,
}

impl<'s> Past<'s> {
    /// No sessions yet.
    pub(super) fn new(surroundings: &'s Conditions) -> Self {
        Self { surroundings, memories: HashMap::new(), projects: HashMap::new() }
    }

    /// Asks the engine about one hook input, and tells `listen` what came of it if it was a call.
    ///
    /// # Errors
    /// When the input is none.
    pub(super) fn ask(
        &mut self,
        record: &Record,
        listen: &mut dyn FnMut(&Told),
    ) -> Result<(), EventError> {
        if record.input.len() > MAX_INPUT_BYTES {
            return Err(EventError::TooLarge);
        }
        let started = Instant::now();
        let room = OnceCell::new();
        let name = |spoken: Option<Client>| spoken.or(record.client);
        let (mut event, client) = protocol::read(&record.input, &room, name, None)?;
        if let Some(agent) = &record.agent {
            event.agent = Some(agent.clone());
        }
        let surroundings = self.surroundings;
        let memory = self.memory(&event, client, record);
        if let Some(ledger) = &memory.ledger {
            ledger.advance(record.time_ms.unwrap_or_else(|| ledger.now_ms() + STEP_MS));
        }
        let cwd = event.cwd.as_deref();
        if memory.cwd.as_deref() != cwd {
            memory.cwd = cwd.map(str::to_owned);
            memory.settings = surroundings.settings.for_other_dir();
        }
        let environment = Environment::new(client, cwd).with_project(memory.project.clone());
        let environment = match &surroundings.having {
            Some(having) => environment.with_programs(Arc::clone(having)),
            None => environment,
        };
        let settings = std::mem::take(&mut memory.settings);
        let case = Case::new(&event, environment, memory.ledger.as_ref()).with_settings(settings);
        let ask = |tasks: &[Task]| analyzers::look(&case, tasks, false);
        let answer = engine::answer(&case, memory.ledger.as_ref(), started, ask);
        let took = started.elapsed();
        if matches!(event.name, EventName::PostToolUse | EventName::PostToolUseFailure) {
            for found in &answer.said {
                *memory.times_said.entry(found.rule.id).or_default() += 1;
            }
            listen(&Told {
                case: &case,
                answer: &answer,
                took,
                time_ms: record.time_ms,
                memory: &memory.name,
                times_said: &memory.times_said,
            });
        }
        memory.settings = case.settings;
        Ok(())
    }

    /// The memory that a call has.
    fn memory(&mut self, event: &Event, client: Client, record: &Record) -> &mut Memory {
        let session = event.session.as_deref().unwrap_or_default();
        let agent = event.agent.as_deref();
        // Only Claude Code is known to tell its hooks where a session began. A recording does not;
        // its first call was there.
        let began = || {
            record.project.as_deref().map(PathBuf::from).or(event.cwd.as_deref().map(PathBuf::from))
        };
        let project = self.projects.entry(session.to_owned()).or_insert_with(|| match client {
            Client::Claude(_) => began(),
            _ => None,
        });
        self.memories
            .entry((session.to_owned(), agent.unwrap_or_default().to_owned()))
            .or_insert_with(|| {
                let ledger = event.session.is_some().then(|| Ledger::in_memory(session, agent));
                let name = ledger.as_ref().map(|ledger| format!("{session} {}", ledger.stem()));
                Memory {
                    name: name.unwrap_or_default(),
                    ledger,
                    project: project.clone(),
                    settings: self.surroundings.settings.for_other_dir(),
                    cwd: event.cwd.as_deref().map(str::to_owned),
                    times_said: BTreeMap::new(),
                }
            })
    }
}
