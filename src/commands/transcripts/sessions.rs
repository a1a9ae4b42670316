//! Replays calls through the engine. Each session has a memory of its own that is not on disk.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use once_cell::unsync::OnceCell;

use super::record::Record;
use super::share::Share;
use crate::engine::analyzers::Task;
use crate::engine::{self, Answer, analyzers};
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::protocol::error::EventError;
use crate::protocol::event::{Event, EventName};
use crate::rules::case::Case;
use crate::settings::Settings;
use crate::store::ledger::Ledger;

/// How far the clock moves between calls if a recording has no times, ms.
const STEP_MS: u64 = 1000;

/// The settings and programs that replayed calls get.
#[derive(Debug, Default)]
pub struct Conditions {
    /// The user's settings.
    pub settings: Settings,
    /// The programs on PATH; `None` for those of this machine.
    pub programs: Option<Arc<[String]>>,
    /// The sessions that are replayed.
    pub share: Share,
}

impl Conditions {
    /// The same conditions for another thread.
    pub fn for_thread(&self) -> Self {
        let settings = self.settings.for_other_dir();
        Self { settings, programs: self.programs.clone(), share: self.share }
    }
}

/// A replayed call and its answer.
pub struct Replayed<'t, 'e> {
    /// The call.
    pub case: &'t Case<'e>,
    /// The answer that the hook would have given.
    pub answer: &'t Answer,
    /// How long the engine took.
    pub took: Duration,
    /// When the call ended, unix ms, if the recording has the time.
    pub time_ms: Option<u64>,
    /// A unique name of the session and agent whose memory it has; empty for a bare command.
    pub memory: &'t str,
    /// How many times each rule has spoken in this memory, this call included.
    pub times_said: &'t BTreeMap<&'static str, u64>,
}

/// The memory of one session and agent.
struct SessionMemory {
    name: String,
    /// `None` for a bare command.
    ledger: Option<Ledger>,
    project: Option<PathBuf>,
    /// The settings of the folder `cwd`. They are kept, since a session rarely leaves its folder.
    settings: Settings,
    cwd: Option<String>,
    times_said: BTreeMap<&'static str, u64>,
}

/// Replays the sessions of the files that one thread reads.
pub(super) struct SessionReplay<'s> {
    conditions: &'s Conditions,
    memories: HashMap<(String, String), SessionMemory>,
    /// The folder in which each session began. Its sub-agents share it.
    projects: HashMap<String, Option<PathBuf>>,
}

impl<'s> SessionReplay<'s> {
    /// A replay without sessions so far.
    pub(super) fn new(conditions: &'s Conditions) -> Self {
        Self { conditions, memories: HashMap::new(), projects: HashMap::new() }
    }

    /// The sessions that are replayed.
    pub(super) fn share(&self) -> Share {
        self.conditions.share
    }

    /// Passes one hook input through the engine. If it is a call, passes the result to `on_call`.
    ///
    /// # Errors
    /// When the input is not a valid event.
    pub(super) fn replay(
        &mut self,
        record: &Record,
        on_call: &mut dyn FnMut(&Replayed),
    ) -> Result<(), EventError> {
        let started = Instant::now();
        let translation = OnceCell::new();
        let (event, client) = record.event(&translation)?;
        let conditions = self.conditions;
        let memory = self.memory(&event, client, record);
        if let Some(ledger) = &memory.ledger {
            ledger.advance(record.time_ms.unwrap_or_else(|| ledger.now_ms() + STEP_MS));
        }
        let cwd = event.cwd();
        if memory.cwd.as_deref() != cwd {
            memory.cwd = cwd.map(str::to_owned);
            memory.settings = conditions.settings.for_other_dir();
        }
        let environment = Environment::of_call(client, &event).with_project(memory.project.clone());
        let environment = match &conditions.programs {
            Some(programs) => environment.with_programs(Arc::clone(programs)),
            None => environment,
        };
        let settings = std::mem::take(&mut memory.settings);
        let case = Case::new(&event, environment, memory.ledger.as_ref()).with_settings(settings);
        let ask = |tasks: &[Task]| analyzers::look(&case, tasks, false);
        let answer = engine::answer(&case, memory.ledger.as_ref(), started, ask);
        let took = started.elapsed();
        if matches!(event.name, EventName::PostToolUse | EventName::PostToolUseFailure) {
            for hit in &answer.said {
                *memory.times_said.entry(hit.rule.id).or_default() += 1;
            }
            on_call(&Replayed {
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

    /// The memory of a call.
    fn memory(&mut self, event: &Event, client: Client, record: &Record) -> &mut SessionMemory {
        let session = event.session.as_deref().unwrap_or_default();
        let agent = event.agent.as_deref();
        // Only Claude Code is known to send its hooks the folder in which a session began. A
        // recording does not have it, but that of its first call is the same.
        let began =
            || record.project.as_deref().map(PathBuf::from).or(event.cwd().map(PathBuf::from));
        let project = self.projects.entry(session.to_owned()).or_insert_with(|| match client {
            Client::Claude(_) => began(),
            _ => None,
        });
        self.memories
            .entry((session.to_owned(), agent.unwrap_or_default().to_owned()))
            .or_insert_with(|| {
                let ledger = event.session.is_some().then(|| Ledger::in_memory(session, agent));
                let name = ledger.as_ref().map(|ledger| format!("{session} {}", ledger.stem()));
                SessionMemory {
                    name: name.unwrap_or_default(),
                    ledger,
                    project: project.clone(),
                    settings: self.conditions.settings.for_other_dir(),
                    cwd: event.cwd().map(str::to_owned),
                    times_said: BTreeMap::new(),
                }
            })
    }
}
