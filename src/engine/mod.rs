//! What is said: one event through gate, rules, judge and ledger. The hook, `explain`, `replay` and
//! tests call this.
//!
//! [`examine`] asks the rules, `decide` what may be said of their findings (with the
//! [`judge`] and whoever may [`suppress`] a rule), `note` writes the ledger's line. Analyzers run
//! on a [`worker`] behind a [`breaker`].

pub mod analyzers;
pub mod breaker;
mod decide;
mod examine;
#[cfg(feature = "fault-injection")]
pub mod fault;
pub mod judge;
mod note;
pub mod suppress;
pub mod worker;

use std::time::Instant;

use crate::protocol::event::EventName;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::store::ledger::Ledger;
use analyzers::{Findings, Task};
use decide::{Decision, decide};

pub use examine::{Examination, Via, examine};
use judge::Held;

/// What came of a call.
pub struct Answer {
    /// What is to be said, most important first.
    pub said: Vec<Match>,
    /// What holds too and is not said, and why.
    pub held: Vec<(Match, Held)>,
    /// How far the call went.
    pub via: Via,
    /// It is the first call of its session on disk.
    pub begins: bool,
}

impl Answer {
    const SILENCE: Self =
        Self { said: Vec::new(), held: Vec::new(), via: Via::None, begins: false };

    /// What the agent reads, one line a rule; `None` for silence.
    pub fn text(&self) -> Option<String> {
        let lines: Vec<&str> = self.said.iter().map(|found| found.text.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// Decides what is said of the case's event. With a ledger the call is noted in it; `started` is
/// when this process began. `ask` runs the analyzers.
pub fn answer(
    case: &Case,
    ledger: Option<&Ledger>,
    started: Instant,
    ask: impl FnOnce(&[Task]) -> Findings,
) -> Answer {
    match case.event.name {
        EventName::PostToolUse | EventName::PostToolUseFailure => {}
        EventName::SessionStart => {
            note::reset(case.event, ledger);
            return Answer::SILENCE;
        }
        EventName::PostToolBatch => return Answer::SILENCE,
    }
    let call_id = ledger.zip(case.event.call_id.as_deref());
    let call = call_id.map(|(ledger, id)| ledger.hash("call", id)).unwrap_or_default();
    let mut examination = Examination::of_fast_path(case, false);
    let mut decision = Decision::default();
    if examination.outranks_what_is_left() {
        decision = decide(case, ledger, &call, &examination.matches.hit);
    }
    if decision.said.is_empty() {
        examination.deepen(case, ask);
        decision = decide(case, ledger, &call, &examination.matches.hit);
    } else {
        examination.spare();
    }
    let begins = ledger
        .map(|ledger| note::call(case, ledger, call, &examination, &decision, started))
        .unwrap_or_default();
    let Decision { said, held } = decision;
    Answer { said, held, via: examination.via, begins }
}
