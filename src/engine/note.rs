//! Writes a call's line in the ledger.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::decide::Decision;
use super::examine::{Examination, micros_since};
use super::judge::Held;
use crate::project::environment::Environment;
use crate::protocol::event::Event;
use crate::rules::case::{Case, classify};
use crate::rules::matcher::Match;
use crate::store::fingerprint;
use crate::store::history::{CallLine, LINE_VERSION};
use crate::store::ledger::Ledger;

/// Writes a reset if the event means that the agent forgets what it has read.
pub(super) fn reset(event: &Event, ledger: Option<&Ledger>) {
    let source = event.source.as_deref().filter(|source| matches!(*source, "compact" | "clear"));
    if let (Some(ledger), Some(source)) = (ledger, source) {
        // If the store cannot be written, it has no warnings to forget either.
        let _ = ledger.append_reset(source);
        // Calls and warnings are in two files, so the time alone, in ms, tells which calls came
        // after the reset. Those of a recorded session have times of their own.
        if ledger.state().is_some() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Writes the line of a call whose id has the hash `call`; returns whether the call is the first of
/// its session on disk. `started` is when this process began.
pub(super) fn call(
    case: &Case,
    ledger: &Ledger,
    call: String,
    examination: &Examination,
    decision: &Decision,
    started: Instant,
) -> bool {
    let id = |found: &Match| Cow::Borrowed(found.rule.id);
    let held = decision.held.iter();
    let held_out = decision.held_out.iter().map(|found| (id(found), Held::HeldOut.as_str().into()));
    let line = CallLine {
        hit: examination.matches.hit.iter().map(id).collect(),
        good: examination.matches.good.iter().map(|rule| Cow::Borrowed(rule.id)).collect(),
        say: decision.said.iter().map(id).collect(),
        held: held.map(|(found, why)| (id(found), why.as_str().into())).chain(held_out).collect(),
        via: examination.via.as_str().into(),
        call: call.into(),
        ..of_input(case, ledger)
    };
    // Measured last, so that the time for making the line counts too.
    let line = CallLine { us: micros_since(started), ..line };
    let project = || project(&case.environment, ledger);
    let appended = match tool_use_id(case) {
        None => ledger.append_call_in(&line, project),
        Some(id) => ledger.append_call_with_id(&line, id, project),
    };
    // If the store cannot be written, only critical findings were admitted.
    appended.unwrap_or_default()
}

/// Most bytes of the client's id of a call that a line keeps. Those of known clients have under 60.
const MAX_ID_BYTES: usize = 128;

/// The client's id of the call, if the user wants it kept. An id is a short plain word: any other
/// text may be more than an id, and is not kept.
fn tool_use_id<'c>(case: &Case<'c>) -> Option<&'c str> {
    if !case.settings.keeps_tool_use_id() {
        return None;
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    let id = case.event.call_id.as_deref()?;
    (1..=MAX_ID_BYTES).contains(&id.len()).then_some(id).filter(|id| id.bytes().all(is_plain))
}

/// The hash of the project around a call: its git work tree, else the folder where the session
/// began, else the folder of the call.
pub(crate) fn project(environment: &Environment, ledger: &Ledger) -> String {
    let folder = environment.work_tree().or(environment.project()).or(environment.cwd());
    folder.map(|folder| ledger.project(folder)).unwrap_or_default()
}

/// The fields of a line that describe the call itself.
fn of_input<'c>(case: &Case<'c>, ledger: &Ledger) -> CallLine<'c> {
    let event: &Event = case.event;
    let input = event.input();
    let script = case.parsed();
    let key = match script {
        Some(script) => fingerprint::key_of_script(ledger, script),
        None => fingerprint::key_of_words(ledger, event.words()),
    };
    let hashed = |domain: &str, text: &str| -> Cow<'c, str> {
        if text.is_empty() { Cow::Borrowed("") } else { Cow::Owned(ledger.hash(domain, text)) }
    };
    let error = fingerprint::of_failure(event);
    let task = if input.run_in_background { event.shell().background_task.clone() } else { None };
    CallLine {
        v: LINE_VERSION,
        t: ledger.now_ms(),
        keyed: ledger.is_keyed(),
        tool: event.tool_label().into(),
        ok: event.succeeded(),
        key: key.into(),
        sel: hashed("sel", &classify::runs(case).unwrap_or_default()),
        reads: classify::reads_only(case),
        ran: classify::ran_besides(case),
        lang: classify::language(case).into(),
        file: hashed("file", input.file_path.as_deref().unwrap_or_default()),
        range: case.range(),
        err: hashed("err", &error),
        task: hashed("task", task.as_deref().unwrap_or_default()),
        cwd: hashed("cwd", event.cwd().unwrap_or_default()),
        size: classify::text_bytes(case),
        dur: event.duration_ms,
        client: case.environment.client.name().into(),
        ..CallLine::default()
    }
}
