//! Runs analyzers on a worker thread, each with a slice of the time and behind its breaker.
//!
//! The main thread waits. If an analyzer overruns its slice, the main thread abandons the worker,
//! which holds nothing that others need, and starts a new one for the next analyzer. The process
//! ends soon and takes the abandoned worker along. One worker costs 50 us. Three workers in
//! parallel took 120 us, ten times as long as the work that they did.

use std::io;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::analyzers::{Findings, Task, Turn};
use super::breaker::Failure;
use super::breakers::Breakers;
use crate::base::deadline::Deadline;
use crate::project::environment::Environment;
use crate::protocol::event::Event;
use crate::rules::case::Case;
use crate::rules::matcher::Matches;
use crate::settings::Settings;
use crate::shell::{Refusal, Script};
use crate::store::history::History;
use crate::store::ledger::Ledger;

/// What a worker makes its own case of. It shares nothing with the main thread.
#[derive(Debug, Clone)]
pub(crate) struct Materials {
    /// The event, which borrows from an input that lives as long as the process.
    pub(crate) event: Event<'static>,
    /// A copy of the environment, with what has been looked up so far.
    pub(crate) environment: Environment,
    /// The session's ledger.
    pub(crate) ledger: Option<Ledger>,
    /// The script, if it has been parsed. A worker's stack is smaller than that of the main thread,
    /// too small to parse everything that the guard admits.
    pub(crate) script: Option<Result<Script, Refusal>>,
    /// The history, if it has been read.
    pub(crate) history: Option<History>,
    /// The settings, which may set numbers of rules.
    pub(crate) settings: Settings,
}

impl Materials {
    /// A case that lives as long as the process, as the worker does.
    fn into_case(self) -> Case<'static> {
        let event: &'static Event<'static> = Box::leak(Box::new(self.event));
        let ledger: Option<&'static Ledger> =
            self.ledger.map(|ledger| &*Box::leak(Box::new(ledger)));
        Case::new(event, self.environment, ledger)
            .with_script(self.script)
            .with_history(self.history)
            .with_settings(self.settings)
    }
}

/// Runs each task in order, within the deadline. `now` is the time for the breakers, unix ms.
pub(crate) fn supervise(
    materials: &Materials,
    tasks: &[Task],
    deadline: Deadline,
    breakers: &Breakers,
    now: u64,
) -> Findings {
    let mut findings = Findings::default();
    let mut worker: Option<Worker> = None;
    for (waiting, task) in (1..=tasks.len() as u32).rev().zip(tasks) {
        let name = task.analyzer.as_str();
        let slice = deadline.left() / waiting;
        let turn = if slice.is_zero() {
            Turn::Late
        } else if !breakers.admits(name, now) {
            Turn::Open
        } else {
            let idle = match worker.take() {
                Some(idle) => Ok(idle),
                None => Worker::start(materials.clone()),
            };
            match idle {
                // If no thread can be started, the analyzer is not at fault.
                Err(_) => Turn::Late,
                Ok(idle) => {
                    let result = idle.run(*task, slice);
                    if !matches!(result, Err(Failure::Overrun)) {
                        worker = Some(idle);
                    }
                    settle(breakers, name, result, now, &mut findings.matches)
                }
            }
        };
        findings.turns.push((task.analyzer, turn));
    }
    // Dropping the worker would wake its thread just to end it, which costs more than starting it.
    // The process ends soon anyway.
    mem::forget(worker);
    findings
}

/// Records the result in the breaker and collects the matches.
fn settle(
    breakers: &Breakers,
    name: &str,
    result: Result<Matches, Failure>,
    now: u64,
    found: &mut Matches,
) -> Turn {
    // If the store cannot be written, the breaker stays as it is.
    match result {
        Ok(matches) => {
            let _ = breakers.succeeded(name);
            found.extend(matches);
            Turn::Done
        }
        Err(failure) => {
            let _ = breakers.failed(name, failure, now);
            match failure {
                Failure::Error => Turn::Error,
                Failure::Panic => Turn::Panic,
                Failure::Overrun => Turn::Overrun,
            }
        }
    }
}

/// A thread that runs one task after the other.
struct Worker {
    tasks: Sender<Task>,
    results: Receiver<Result<Matches, Failure>>,
}

impl Worker {
    fn start(materials: Materials) -> io::Result<Self> {
        let (tasks, incoming) = mpsc::channel::<Task>();
        let (outgoing, results) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let case = materials.into_case();
            for task in incoming {
                // The breaker counts a panic. The hook's panic handler keeps stderr empty.
                let result = panic::catch_unwind(AssertUnwindSafe(|| look(&case, task)));
                // After an overrun the main thread does not receive any more.
                let _ = outgoing.send(result.unwrap_or(Err(Failure::Panic)));
            }
        })?;
        Ok(Self { tasks, results })
    }

    fn run(&self, task: Task, slice: Duration) -> Result<Matches, Failure> {
        if self.tasks.send(task).is_err() {
            return Err(Failure::Panic);
        }
        self.results.recv_timeout(slice).unwrap_or_else(|error| match error {
            RecvTimeoutError::Timeout => Err(Failure::Overrun),
            RecvTimeoutError::Disconnected => Err(Failure::Panic),
        })
    }
}

fn look(case: &Case, task: Task) -> Result<Matches, Failure> {
    #[cfg(feature = "fault-injection")]
    crate::engine::fault::strike(task.analyzer.as_str())?;
    let matches = task.look(case, false);
    if case.environment.has_trouble() { Err(Failure::Error) } else { Ok(matches) }
}
