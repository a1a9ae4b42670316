//! Analyzers under supervision: on a thread of their own, each with a slice of the time, behind its
//! breaker.
//!
//! The main thread waits. Who overruns is left behind, holding nothing that anyone else needs, and
//! the next analyzer gets a new worker; the process ends soon and takes the lost one along. One
//! worker costs 50 us; three at once were measured at 120, which is ten times what they do.

use std::io;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::analyzers::{Findings, Task, Turn};
use super::breaker::{Breakers, Failure};
use crate::base::deadline::Deadline;
use crate::project::environment::Environment;
use crate::protocol::event::Event;
use crate::rules::case::Case;
use crate::rules::matcher::Matches;
use crate::shell::{Refusal, Script};
use crate::store::history::History;
use crate::store::ledger::Ledger;

/// What a worker makes its own case of: nothing in it is shared.
#[derive(Debug, Clone)]
pub struct Materials {
    /// The event, borrowing from an input that lives as long as the process.
    pub event: Event<'static>,
    /// A copy of the environment, as far as they were looked up.
    pub environment: Environment,
    /// The session.
    pub ledger: Option<Ledger>,
    /// The script, if it was parsed: a worker's stack is too small to parse what the main thread
    /// may.
    pub script: Option<Result<Script, Refusal>>,
    /// The history, if it was read.
    pub history: Option<History>,
}

impl Materials {
    /// A case that lives as long as the process, as does the worker that it is for.
    fn into_case(self) -> Case<'static> {
        let event: &'static Event<'static> = Box::leak(Box::new(self.event));
        let ledger: Option<&'static Ledger> =
            self.ledger.map(|ledger| &*Box::leak(Box::new(ledger)));
        Case::new(event, self.environment, ledger)
            .with_script(self.script)
            .with_history(self.history)
    }
}

/// Lets each task be done, in order, within the deadline. `now` is the unix time in ms, for the
/// breakers.
pub fn supervise(
    materials: &Materials,
    tasks: &[Task],
    deadline: Deadline,
    breakers: &Breakers,
    now: u64,
) -> Findings {
    let mut findings = Findings::default();
    let mut worker: Option<Worker> = None;
    for (at, task) in tasks.iter().enumerate() {
        let name = task.analyzer.as_str();
        let slice = deadline.left() / (tasks.len() - at) as u32;
        let turn = if slice.is_zero() {
            Turn::Late
        } else if !breakers.admits(name, now) {
            Turn::Open
        } else {
            let ready = match worker.take() {
                Some(ready) => Ok(ready),
                None => Worker::start(materials.clone()),
            };
            match ready {
                // No thread can be had: nobody's fault, and nothing to be done.
                Err(_) => Turn::Late,
                Ok(ready) => {
                    let outcome = ready.does(*task, slice);
                    if !matches!(outcome, Err(Failure::Overrun)) {
                        worker = Some(ready);
                    }
                    settle(breakers, name, outcome, now, &mut findings.matches)
                }
            }
        };
        findings.turns.push((task.analyzer, turn));
    }
    // The process ends soon: to wake the worker only so that it can end first would cost more than
    // its start.
    mem::forget(worker);
    findings
}

/// Tells the breaker, and takes in what was found.
fn settle(
    breakers: &Breakers,
    name: &str,
    outcome: Result<Matches, Failure>,
    now: u64,
    found: &mut Matches,
) -> Turn {
    // A store that cannot be written leaves the breaker as it is.
    match outcome {
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

/// A thread that does one task after the other.
struct Worker {
    tasks: Sender<Task>,
    outcomes: Receiver<Result<Matches, Failure>>,
}

impl Worker {
    fn start(materials: Materials) -> io::Result<Self> {
        let (tasks, incoming) = mpsc::channel::<Task>();
        let (outgoing, outcomes) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let case = materials.into_case();
            for task in incoming {
                // Counted by the breaker. The hook keeps stderr empty.
                let looked = panic::catch_unwind(AssertUnwindSafe(|| look(&case, task)));
                // Who has waited long enough does not listen any more.
                let _ = outgoing.send(looked.unwrap_or(Err(Failure::Panic)));
            }
        })?;
        Ok(Self { tasks, outcomes })
    }

    fn does(&self, task: Task, slice: Duration) -> Result<Matches, Failure> {
        if self.tasks.send(task).is_err() {
            return Err(Failure::Panic);
        }
        self.outcomes.recv_timeout(slice).unwrap_or_else(|error| match error {
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
