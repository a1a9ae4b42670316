//! The hook: one JSON object in, one line of JSON or nothing out. Its exit code is always 0. It
//! writes to stderr only if that is a terminal, where a user tries it.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use once_cell::unsync::OnceCell;

use super::context;
use crate::base::deadline::{Deadline, HardStop};
use crate::base::{deadline, env, state_dir, text};
use crate::engine::analyzers::{Task, Turn};
use crate::engine::breaker::Failure;
use crate::engine::breakers::Breakers;
use crate::engine::worker::Materials;
use crate::engine::{here, worker};
use crate::project::environment::{Environment, work_tree_around};
use crate::protocol::client::Client;
use crate::protocol::error::EventError;
use crate::protocol::event::Event;
use crate::protocol::excerpt::Kept;
use crate::protocol::{self, reply, stdin};
use crate::rules;
use crate::rules::case::Case;
use crate::settings::{MAX_DEADLINE_MS, Settings};
use crate::store::errors;
use crate::store::ledger;
use crate::store::ledger::Ledger;
use crate::{engine, upkeep};

/// Reads one event from stdin and answers it. `client` overrides the client that the event names.
pub(crate) fn run(client: Option<Client>, started: Instant) {
    if env::is_disabled() {
        return;
    }
    // A panic message does not belong in the agent's session.
    panic::set_hook(Box::new(|_| {}));
    let mut stop = HardStop::arm(deadline::INPUT);
    let answer = catch_panic(|| {
        let input = stdin::read(|event| !rules::needs_all_of(event))?;
        let complete = Instant::now();
        stop.rearm(deadline::CALL);
        let excerpt = Box::leak(Box::new(input.into_excerpt()));
        respond(excerpt.kept(), client, started, complete)
    });
    let answer = answer.flatten();
    match answer {
        Ok(answer) => {
            match &answer.line {
                Some(line) => reply::send(line),
                None => {
                    reply::send(reply::silence(answer.client));
                    print_on_terminal("nothing to say (toolcoach explain says why)");
                }
            }
            // The answer is out: an error from here on must not reach the client.
            if let Some(upkeep) = answer.upkeep
                && let Err(error) = catch_panic(|| upkeep.run())
            {
                count_error(state_dir::folder().as_deref(), error.kind(), &error);
            }
        }
        Err(error) => {
            reply::send(client.map_or(b"", reply::silence));
            count_error(state_dir::folder().as_deref(), error.kind(), &error);
        }
    }
}

/// Runs `work`, and turns a panic into an error.
fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, EventError> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let what = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned();
        EventError::Panic { what }
    })
}

/// The answer to an event.
struct HookAnswer {
    /// The client that reads it.
    client: Client,
    /// The line to print.
    line: Option<Vec<u8>>,
    /// The upkeep that may be due after that.
    upkeep: Option<Upkeep>,
}

/// The store's upkeep, which runs after the first call of a session.
struct Upkeep {
    state: PathBuf,
    retention_ms: u64,
    own: &'static str,
    /// The hash of the project that the session is added to, whose habits lessons are about.
    project: Option<String>,
    deadline: Deadline,
}

impl Upkeep {
    /// Runs it if it is due, for the rest of the call's time.
    fn run(self) {
        #[cfg(feature = "fault-injection")]
        let _ = crate::engine::fault::strike("upkeep");
        let now_ms = ledger::now_ms();
        if let Some(project) = &self.project {
            // Where the store cannot be written, no lesson falls due.
            let _ = upkeep::lessons::begin(&self.state, project, self.own, now_ms);
        }
        if !upkeep::is_due(&self.state, now_ms) {
            return;
        }
        let time = self.deadline.left().min(upkeep::SLICE);
        if time.is_zero() {
            return;
        }
        let (retention_ms, own, end) =
            (self.retention_ms, self.own.to_owned(), Instant::now() + time);
        // A store that cannot be written stays as it is.
        let _ = upkeep::run(&self.state, &upkeep::Terms { now_ms, retention_ms, own, end });
    }
}

/// Counts an error in the state folder, and shows it to a user who tries the hook.
fn count_error(state: Option<&Path>, kind: &str, error: &dyn Error) {
    if let Some(folder) = state {
        let _ = errors::append_error(folder, kind);
    }
    print_on_terminal(&error.to_string());
}

/// Answers the event in `input`, which was `complete` at that time. `input` lives as long as the
/// process, since an analyzer that missed its deadline may still read it.
fn respond(
    input: Kept<'static>,
    client: Option<Client>,
    started: Instant,
    complete: Instant,
) -> Result<HookAnswer, EventError> {
    #[cfg(feature = "fault-injection")]
    let _ = crate::engine::fault::strike("hook");
    let translation = Box::leak(Box::new(OnceCell::new()));
    let state = state_dir::folder();
    let settings = Settings::load(state.clone());
    let name = |from_event| client.or(from_event).or_else(|| settings.client());
    let (event, client) = protocol::read(input, translation, name, env::ai_agent().as_deref())?;
    let event: &'static Event = Box::leak(Box::new(event));
    let environment = Environment::of_call(client, event);
    if !client.listens() {
        return Ok(HookAnswer { client, line: None, upkeep: None });
    }
    let ledger: Option<&'static Ledger> =
        context::ledger_of(event, state.as_deref()).map(|ledger| &*Box::leak(Box::new(ledger)));
    // The process ends soon, so freeing its memory piece by piece would be wasted work.
    let case = ManuallyDrop::new(Case::new(event, environment, ledger).with_settings(settings));
    let deadline = |limit_ms: u64| {
        let limit = if limit_ms < MAX_DEADLINE_MS {
            Duration::from_millis(limit_ms)
        } else {
            deadline::ANALYZERS
        };
        Deadline::new(complete, limit)
    };
    let attempt = |tasks: &[Task]| {
        here::attempt(&case, tasks, deadline(case.settings.deadline_ms()), state.as_deref()?)
    };
    let breakers_here =
        || Breakers::read(state.as_deref().unwrap_or(Path::new("")), tree_of(&case, ledger));
    let ask = |tasks: &[Task]| {
        if let Some(findings) = attempt(tasks) {
            for (analyzer, _) in findings.turns.iter().filter(|(_, turn)| *turn == Turn::Overrun) {
                // If the store cannot be written, the breaker stays as it is.
                let _ = breakers_here().failed(analyzer.as_str(), Failure::Overrun, now_ms());
            }
            return findings;
        }
        let materials = Materials {
            event: event.clone(),
            environment: case.environment.clone(),
            ledger: ledger.cloned(),
            script: case.outcome().cloned(),
            history: case.remembered().cloned(),
            settings: case.settings.for_other_dir(),
        };
        let mut breakers = breakers_here();
        // The project's file is looked for only here, where analyzers are about to read its files
        // anyway.
        let limit_ms = case.settings.project_deadline_ms(&case.environment);
        if limit_ms < case.settings.deadline_ms() {
            breakers = breakers.without_overruns();
        }
        worker::supervise(&materials, tasks, deadline(limit_ms), &breakers, now_ms())
    };
    let answer = engine::answer(&case, ledger, started, ask);
    // A file counts once a call, however much is wrong in it.
    let mut faulty: Option<&Path> = None;
    for fault in case.settings.faults() {
        if faulty.replace(fault.path()) != Some(fault.path()) {
            count_error(state.as_deref(), fault.kind(), fault);
        }
    }
    let upkeep = ledger.filter(|_| answer.is_first_call).zip(state).map(|(ledger, state)| Upkeep {
        state,
        retention_ms: case.settings.retention_days() * 86_400_000,
        own: ledger.stem(),
        project: Some(engine::project(&case.environment, ledger)).filter(|project| {
            ledger.is_main() && !project.is_empty() && case.settings.lessons(&case.environment)
        }),
        // The store is not the project's, whatever time it leaves its analyzers.
        deadline: deadline(case.settings.deadline_ms()),
    });
    let line = answer.text().and_then(|text| reply::line(client, event.name, &text).ok());
    Ok(HookAnswer { client, line, upkeep })
}

/// A hash of the work tree around the file that the call names, else around the working directory:
/// what an analyzer reads there may be what it fails on. Empty without a ledger.
fn tree_of(case: &Case, ledger: Option<&Ledger>) -> String {
    let Some(ledger) = ledger else { return String::new() };
    let environment = &case.environment;
    let input = case.event.input();
    let file = input.file_path.as_deref().and_then(|path| environment.absolute(path));
    let folder = file.as_deref().and_then(Path::parent).or(environment.cwd());
    let tree = folder.map(|folder| work_tree_around(folder).unwrap_or(folder));
    tree.map(|tree| ledger.project(tree)).unwrap_or_default()
}

/// The clock of the breakers, unix ms.
fn now_ms() -> u64 {
    #[cfg(feature = "fault-injection")]
    return ledger::now_ms().saturating_add_signed(crate::engine::fault::clock_ms());
    #[cfg(not(feature = "fault-injection"))]
    ledger::now_ms()
}

/// Prints a message to stderr, if that is a terminal where a user tries the hook.
fn print_on_terminal(message: &str) {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr, "toolcoach: {}", text::clean(message));
    }
}
