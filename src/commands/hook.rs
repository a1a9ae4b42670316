//! The hook: one JSON object in, one line of JSON or nothing out. It has no exit code but 0 and
//! writes nothing to stderr, unless a person is trying it there.

use std::error::Error;
use std::io::{self, IsTerminal, Read, Write};
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use once_cell::unsync::OnceCell;

use crate::base::deadline::{Deadline, HardStop};
use crate::base::error::EventError;
use crate::base::{deadline, state_dir, text};
use crate::engine::analyzers::Task;
use crate::engine::breaker::Breakers;
use crate::engine::worker;
use crate::engine::worker::Materials;
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::protocol::event::{Event, MAX_INPUT_BYTES};
use crate::protocol::{dialect, reply};
use crate::rules::case::Case;
use crate::settings::{MAX_DEADLINE_MS, Settings};
use crate::store::ledger;
use crate::store::ledger::Ledger;
use crate::{engine, upkeep};

/// Most inputs fit (p90 of real ones: 24 KB); a larger one grows the buffer.
const BUFFER_BYTES: usize = 32 << 10;

/// Reads one event from stdin and answers it. `client` overrides what the event tells.
pub fn run(client: Option<Client>, started: Instant) {
    if std::env::var_os("TOOLCOACH_DISABLE").is_some_and(|value| value == "1") {
        return;
    }
    // The agent's session is not the place to tell of a panic.
    panic::set_hook(Box::new(|_| {}));
    let mut stop = HardStop::arm(deadline::INPUT);
    let answer = contained(|| {
        let input = read_input()?;
        let complete = Instant::now();
        stop.rearm(deadline::CALL);
        respond(input.leak(), client, started, complete)
    });
    let answer = answer.flatten();
    match answer {
        Ok(answer) => {
            match &answer.line {
                Some(line) => reply::send(line),
                None => {
                    reply::send(reply::silence(answer.client));
                    tell("nothing to say (toolcoach explain tells why)");
                }
            }
            // The answer is out: what goes wrong from here on is no matter of the agent's.
            if let Some(upkeep) = answer.upkeep
                && let Err(error) = contained(|| upkeep.go())
            {
                note(state_dir::folder().as_deref(), error.kind(), &error);
            }
        }
        Err(error) => {
            reply::send(client.map_or(b"", reply::silence));
            note(state_dir::folder().as_deref(), error.kind(), &error);
        }
    }
}

/// Makes a panic an error like others.
fn contained<T>(work: impl FnOnce() -> T) -> Result<T, EventError> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let what = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned();
        EventError::Panic { what }
    })
}

/// What is to be done about an event.
struct Answer {
    /// Who reads it.
    client: Client,
    /// The line to print.
    line: Option<Vec<u8>>,
    /// What may be due after that.
    upkeep: Option<Upkeep>,
}

/// The store's upkeep, which comes with the first call of a session.
struct Upkeep {
    state: PathBuf,
    retention_ms: u64,
    own: &'static str,
    deadline: Deadline,
}

impl Upkeep {
    /// Does what is due and fits into the rest of the call's time.
    fn go(self) {
        #[cfg(feature = "fault-injection")]
        let _ = crate::engine::fault::strike("upkeep");
        let now_ms = ledger::now_ms();
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

/// Counts what went wrong, which is all that can be done about it, and tells whoever tries it by
/// hand.
fn note(state: Option<&Path>, kind: &str, error: &dyn Error) {
    if let Some(folder) = state {
        let _ = ledger::append_error(folder, kind);
    }
    tell(&error.to_string());
}

/// All of stdin as text; bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
/// When it is too large, or cannot be read.
pub fn read_input() -> Result<String, EventError> {
    let mut bytes = Vec::with_capacity(BUFFER_BYTES);
    let limit = MAX_INPUT_BYTES as u64 + 1;
    io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|_| EventError::Empty)?;
    if bytes.len() > MAX_INPUT_BYTES {
        return Err(EventError::TooLarge);
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// What is to be done about the event. `input` lives as long as the process, since an analyzer that
/// is left behind may still read it. It was `complete` at that time.
fn respond(
    input: &'static str,
    client: Option<Client>,
    started: Instant,
    complete: Instant,
) -> Result<Answer, EventError> {
    #[cfg(feature = "fault-injection")]
    let _ = crate::engine::fault::strike("hook");
    let room = Box::leak(Box::new(OnceCell::new()));
    let (event, spoken) = dialect::read(input, room)?;
    let event: &'static Event = Box::leak(Box::new(event));
    let state = state_dir::folder();
    let settings = Settings::load(state.clone());
    let environment = environment(event, client.or(spoken).or(settings.client()));
    let client = environment.client;
    if !client.listens() {
        return Ok(Answer { client, line: None, upkeep: None });
    }
    let ledger: Option<&'static Ledger> =
        ledger_of(event, state.as_deref()).map(|ledger| &*Box::leak(Box::new(ledger)));
    // The process ends soon: to give its memory back piece by piece is work for nothing.
    let case = ManuallyDrop::new(Case::new(event, environment, ledger).with_settings(settings));
    let deadline = || {
        let asked = case.settings.deadline_ms();
        let limit = if asked < MAX_DEADLINE_MS {
            Duration::from_millis(asked)
        } else {
            deadline::ANALYZERS
        };
        Deadline::new(complete, limit)
    };
    let ask = |tasks: &[Task]| {
        let materials = Materials {
            event: event.clone(),
            environment: case.environment.clone(),
            ledger: ledger.cloned(),
            script: case.outcome().cloned(),
            history: case.remembered().cloned(),
        };
        let breakers = Breakers::read(state.as_deref().unwrap_or(Path::new("")));
        worker::supervise(&materials, tasks, deadline(), &breakers, now_ms())
    };
    let answer = engine::answer(&case, ledger, started, ask);
    for fault in case.settings.faults() {
        note(state.as_deref(), fault.kind(), fault);
    }
    let upkeep = ledger.filter(|_| answer.begins).zip(state).map(|(ledger, state)| Upkeep {
        state,
        retention_ms: case.settings.retention_days() * 86_400_000,
        own: ledger.stem(),
        deadline: deadline(),
    });
    let line = answer.text().and_then(|text| reply::line(client, event.name, &text).ok());
    Ok(Answer { client, line, upkeep })
}

/// The time for breakers, unix ms.
fn now_ms() -> u64 {
    #[cfg(feature = "fault-injection")]
    return ledger::now_ms().saturating_add_signed(crate::engine::fault::clock_ms());
    #[cfg(not(feature = "fault-injection"))]
    ledger::now_ms()
}

/// The environment of `event`: this process's, which is the client's.
pub fn environment(event: &Event, client: Option<Client>) -> Environment {
    let agent = std::env::var("AI_AGENT").ok();
    let detected = Client::detect(event, agent.as_deref());
    // Who names the client still leaves its version to be found out.
    let client = client.filter(|named| named.name() != detected.name()).unwrap_or(detected);
    Environment::new(client, event.cwd.as_deref())
}

/// The session's ledger. A call without a session id is made by hand: it has no memory.
pub(crate) fn ledger_of(event: &Event, state: Option<&Path>) -> Option<Ledger> {
    let session = event.session.as_deref()?;
    // In a cloud session the id of the session stays while the client's changes.
    let remote = std::env::var("CLAUDE_CODE_REMOTE_SESSION_ID").ok().filter(|id| !id.is_empty());
    let session = remote.as_deref().unwrap_or(session);
    // A session whose state has no place has no memory either, but is no trial by hand.
    let folder = state.unwrap_or(Path::new("/dev/null/toolcoach"));
    Some(Ledger::new(folder, session, event.agent.as_deref()))
}

/// Says something to a person who tries the hook at a terminal.
fn tell(message: &str) {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr, "toolcoach: {}", text::clean(message));
    }
}
