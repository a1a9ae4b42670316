//! Takes one event through gate, rules, judge and ledger, and returns what to say. The hook,
//! `explain`, `replay` and tests call this.
//!
//! [`examine`] runs the rules. `decide` picks the findings that are said: the [`judge`] looks at
//! what was said before, `suppress` at settings and mutes, and `holdout` at what was learned. `note`
//! writes the call's line in the ledger. `lessons` are what a new session is told. Analyzers run
//! `here` as long as they ask the disk nothing, else on a `worker` behind a `breaker`.

pub mod analyzers;
pub(crate) mod breaker;
pub(crate) mod breakers;
mod decide;
mod examine;
#[cfg(feature = "fault-injection")]
pub(crate) mod fault;
pub(crate) mod here;
pub(crate) mod holdout;
pub mod judge;
pub(crate) mod lessons;
mod note;
pub(crate) mod suppress;
pub(crate) mod worker;

use std::time::Instant;

use crate::protocol::event::EventName;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::store::ledger::{Ledger, Sought};
use analyzers::{Findings, Task};
use decide::Decision;

pub(crate) use examine::Examination;
pub use examine::{Via, examine};
use judge::Held;
pub(crate) use note::project;

/// The answer to an event.
pub struct Answer {
    /// The findings to say, most important first.
    pub said: Vec<Match>,
    /// The findings that are not said, and why.
    pub held: Vec<(Match, Held)>,
    /// How far the call got.
    pub via: Via,
    /// It is the first call of its session on disk.
    pub(crate) is_first_call: bool,
    /// The lessons that a new session is told, as the agent reads them.
    lessons: Vec<String>,
}

impl Answer {
    const SILENCE: Self = Self {
        said: Vec::new(),
        held: Vec::new(),
        via: Via::None,
        is_first_call: false,
        lessons: Vec::new(),
    };

    fn of(decision: Decision, via: Via, is_first_call: bool) -> Self {
        let Decision { said, held_out, mut held } = decision;
        held.extend(held_out.into_iter().map(|found| (found, Held::HeldOut)));
        Self { said, held, via, is_first_call, lessons: Vec::new() }
    }

    /// The text for the agent, one line for each rule. `None` for silence.
    pub fn text(&self) -> Option<String> {
        let said = self.said.iter().map(|found| &found.text);
        let lines: Vec<&str> = said.chain(&self.lessons).map(String::as_str).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// What [`answer`] would say about the case's event, without noting anything.
pub fn forecast(
    case: &Case,
    ledger: Option<&Ledger>,
    ask: impl FnOnce(&[Task]) -> Findings,
) -> Answer {
    if case.event.outcome().is_none() {
        return Answer::SILENCE;
    }
    let call = hash_of_call(case, ledger);
    let (examination, decision) =
        settle(case, ask, |hits| decide::forecast(case, ledger, &call, hits));
    Answer::of(decision, examination.via, false)
}

/// The hash of the call's id.
fn hash_of_call(case: &Case, ledger: Option<&Ledger>) -> Sought {
    let call_id = ledger.zip(case.event.call_id.as_deref());
    call_id.map(|(ledger, id)| ledger.sought("call", id)).unwrap_or_default()
}

/// Examines the event as far as needed, and decides.
fn settle(
    case: &Case,
    ask: impl FnOnce(&[Task]) -> Findings,
    decide: impl Fn(&[Match]) -> Decision,
) -> (Examination, Decision) {
    let mut examination = Examination::of_fast_path(case, false);
    let mut decision = Decision::default();
    if examination.outranks_pending() {
        decision = decide(&examination.matches.hit);
    }
    if decision.has_answer() {
        examination.skip_pending();
    } else {
        examination.deepen(case, ask);
        decision = decide(&examination.matches.hit);
    }
    (examination, decision)
}

/// Decides what to say about the case's event, and writes the call to the ledger, if there is one.
/// `started` is when this process began; `ask` runs the analyzers.
pub fn answer(
    case: &Case,
    ledger: Option<&Ledger>,
    started: Instant,
    ask: impl FnOnce(&[Task]) -> Findings,
) -> Answer {
    if case.event.outcome().is_none() {
        if case.event.name == EventName::SessionStart {
            note::reset(case.event, ledger);
            let lessons = ledger.map(|ledger| lessons::at_start(case, ledger)).unwrap_or_default();
            return Answer { lessons, ..Answer::SILENCE };
        }
        return Answer::SILENCE;
    }
    let call = hash_of_call(case, ledger);
    let (examination, decision) =
        settle(case, ask, |hits| decide::decide(case, ledger, &call, hits));
    let is_first_call = ledger
        .map(|ledger| note::call(case, ledger, call.hash, &examination, &decision, started))
        .unwrap_or_default();
    Answer::of(decision, examination.via, is_first_call)
}
