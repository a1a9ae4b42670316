//! Decides which findings of a call are said, from what the judge and the settings allow. There is
//! room for one line.

use std::io;

use super::holdout;
use super::holdout::Lots;
use super::judge::{Held, PastWarnings};
use super::suppress;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::rules::rule::Severity;
use crate::settings::Budget;
use crate::store::history::{LINE_VERSION, WarningLine};
use crate::store::ledger::{Ledger, Sought};

/// What this program says about a call, and what it does not say.
#[derive(Default)]
pub(super) struct Decision {
    /// The findings that are said, most important first.
    pub(super) said: Vec<Match>,
    /// The findings that would be said, were the session not a control of their rules.
    pub(super) held_out: Vec<Match>,
    /// The findings that are not said, and why.
    pub(super) held: Vec<(Match, Held)>,
}

impl Decision {
    /// Whether the call has its answer, be it held out: the session's arm must not change what else
    /// is looked for and noted.
    pub(super) fn has_answer(&self) -> bool {
        !self.said.is_empty() || !self.held_out.is_empty()
    }
}

/// Decides about these ranked findings. Without a ledger there is no memory, so everything that the
/// settings permit may be said. `call` is the hash of the call's id.
pub(super) fn decide(
    case: &Case,
    ledger: Option<&Ledger>,
    call: &Sought,
    hits: &[Match],
) -> Decision {
    match ledger {
        _ if hits.is_empty() => Decision::default(),
        Some(ledger) => with_memory(case, ledger, call, hits),
        None => pick(hits, |found| permit(case, found, |_| Ok(()))),
    }
}

/// Reads what was said before, decides, and records the decision, all under one claim.
fn with_memory(case: &Case, ledger: &Ledger, call: &Sought, hits: &[Match]) -> Decision {
    let line = |found: &Match| WarningLine {
        v: LINE_VERSION,
        t: ledger.now_ms(),
        keyed: ledger.is_keyed(),
        call: call.hash.clone(),
        rule: found.rule.id.to_owned(),
        key: subject_of(ledger, found).hash,
        sev: found.severity.as_str().to_owned(),
        chars: found.text.chars().count() as u64,
        ..WarningLine::default()
    };
    let mut claim = match ledger.claim() {
        Ok(claim) => claim,
        Err(error) => {
            let decision = without_memory(case, hits);
            if error.kind() == io::ErrorKind::WouldBlock {
                // Other calls of the session hold the claim. Noting what is critical needs none,
                // since it is said whatever they say.
                let lines: Vec<WarningLine> = decision.said.iter().map(line).collect();
                let _ = ledger.append_unclaimed(&lines);
            }
            return decision;
        }
    };
    let mut decision = after(case, ledger, &claim.said, call, hits);
    if decision.said.is_empty() {
        return decision;
    }
    let mut lots = Lots::of(case, ledger, &decision.said);
    let drawn = |found: &Match| {
        let mut line = line(found);
        if let Some(lots) = &mut lots {
            lots.draw(found, &claim.said, &mut line);
        }
        line
    };
    let lines: Vec<WarningLine> = decision.said.iter().map(drawn).collect();
    if claim.append(&lines).is_err() {
        return without_memory(case, &decision.said);
    }
    let mut lines = lines.iter();
    let held_out = |_: &mut Match| lines.next().is_some_and(holdout::is_held_out);
    decision.held_out = decision.said.extract_if(.., held_out).collect();
    decision
}

/// Decides after what was `said` before in the session.
fn after(
    case: &Case,
    ledger: &Ledger,
    said: &[WarningLine],
    call: &Sought,
    hits: &[Match],
) -> Decision {
    let history = || case.history();
    let past = PastWarnings::new(said, &history);
    if past.has_answered(call) {
        let held = hits.iter().map(|found| (found.clone(), Held::Doubled)).collect();
        return Decision { held, ..Decision::default() };
    }
    pick(hits, |found| {
        permit(case, found, |budget| past.admit(found, &subject_of(ledger, found), budget))
    })
}

/// The hash of a finding's rule and subject.
fn subject_of(ledger: &Ledger, found: &Match) -> Sought {
    let subject = found.subject.as_deref().unwrap_or_default();
    ledger.sought("subject", &format!("{}\0{subject}", found.rule.id))
}

/// What [`decide`] would decide, without a claim and without noting anything.
pub(super) fn forecast(
    case: &Case,
    ledger: Option<&Ledger>,
    call: &Sought,
    hits: &[Match],
) -> Decision {
    let Some(ledger) = ledger.filter(|_| !hits.is_empty()) else {
        return decide(case, None, call, hits);
    };
    let said = ledger.warnings();
    let mut decision = after(case, ledger, &said, call, hits);
    if let Some(lots) = Lots::looked_up(case, ledger, &decision.said) {
        let held_out = |found: &mut Match| lots.is_held_out(found, &said);
        decision.held_out = decision.said.extract_if(.., held_out).collect();
    }
    decision
}

/// Decides if the store cannot be read or written: then only a critical finding may be said, since
/// it may be repeated.
fn without_memory(case: &Case, hits: &[Match]) -> Decision {
    let critical = |found: &Match| match found.severity {
        Severity::Critical => Ok(()),
        _ => Err(Held::NoMemory),
    };
    pick(hits, |found| permit(case, found, |_| critical(found)))
}

/// Whether a match may be said: the settings permit it, and `memory` admits it within the budget.
/// The project's file and the mutes are read last, only if everything else permits it.
fn permit(
    case: &Case,
    found: &Match,
    memory: impl Fn(Budget) -> Result<(), Held>,
) -> Result<(), Held> {
    let (settings, environment, id) = (&case.settings, &case.environment, found.rule.id);
    if let Some(suppression) = suppress::by_user(settings, id) {
        return Err(suppression.held());
    }
    memory(settings.budget())?;
    if let Some(suppression) = suppress::by_others(settings, environment, id) {
        return Err(suppression.held());
    }
    let budget = settings.project_budget(environment);
    if budget == settings.budget() { Ok(()) } else { memory(budget) }
}

/// Picks the first match that `admit` accepts, and a second one only if one of the two is critical.
fn pick(hits: &[Match], admit: impl Fn(&Match) -> Result<(), Held>) -> Decision {
    let mut said: Vec<Match> = Vec::new();
    let mut held = Vec::new();
    for found in hits {
        let is_critical = |found: &Match| found.severity == Severity::Critical;
        let has_room = match said.as_slice() {
            [] => true,
            [first] => is_critical(first) || is_critical(found),
            _ => false,
        };
        match admit(found) {
            Ok(()) if has_room => said.push(found.clone()),
            Ok(()) => held.push((found.clone(), Held::Outranked)),
            Err(why) => held.push((found.clone(), why)),
        }
    }
    Decision { said, held, ..Decision::default() }
}
