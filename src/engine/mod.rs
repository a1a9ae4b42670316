//! Takes one event through gate, rules, judge and ledger, and returns what to say. The hook,
//! `explain`, `replay` and tests call this.
//!
//! [`examine`] runs the rules. `decide` picks the findings that are said: the [`judge`] looks at
//! what was said before, `suppress` at settings and mutes, and `holdout` at what was learned. `note`
//! writes the call's line in the ledger. Analyzers run on a `worker` behind a `breaker`.

pub mod analyzers;
pub(crate) mod breaker;
pub(crate) mod breakers;
mod decide;
mod examine;
#[cfg(feature = "fault-injection")]
pub(crate) mod fault;
pub(crate) mod holdout;
pub mod judge;
mod note;
pub(crate) mod suppress;
pub(crate) mod worker;

use std::time::Instant;

use crate::protocol::event::EventName;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::store::ledger::Ledger;
use analyzers::{Findings, Task};
use decide::{Decision, decide};

pub(crate) use examine::Examination;
pub use examine::{Via, examine};
use judge::Held;

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
}

impl Answer {
    const SILENCE: Self =
        Self { said: Vec::new(), held: Vec::new(), via: Via::None, is_first_call: false };

    /// The text for the agent, one line for each rule. `None` for silence.
    pub fn text(&self) -> Option<String> {
        let lines: Vec<&str> = self.said.iter().map(|found| found.text.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
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
        }
        return Answer::SILENCE;
    }
    let call_id = ledger.zip(case.event.call_id.as_deref());
    let call = call_id.map(|(ledger, id)| ledger.sought("call", id)).unwrap_or_default();
    let mut examination = Examination::of_fast_path(case, false);
    let mut decision = Decision::default();
    if examination.outranks_pending() {
        decision = decide(case, ledger, &call, &examination.matches.hit);
    }
    if !decision.has_answer() {
        examination.deepen(case, ask);
        decision = decide(case, ledger, &call, &examination.matches.hit);
    } else {
        examination.skip_pending();
    }
    let is_first_call = ledger
        .map(|ledger| note::call(case, ledger, call.hash, &examination, &decision, started))
        .unwrap_or_default();
    let Decision { said, held_out, mut held } = decision;
    held.extend(held_out.into_iter().map(|found| (found, Held::HeldOut)));
    Answer { said, held, via: examination.via, is_first_call }
}
