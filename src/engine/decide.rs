//! Which of the findings of a call are said: the judge's word, the settings', and room for one line.

use super::judge::{Held, Memory};
use super::suppress;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::rules::rule::Severity;
use crate::settings::Budget;
use crate::store::history::{LINE_VERSION, WarningLine};
use crate::store::ledger::Ledger;

/// What is said of a call, and what is not.
#[derive(Default)]
pub(super) struct Decision {
    /// What is said, most important first.
    pub(super) said: Vec<Match>,
    /// What holds too and is not said, and why.
    pub(super) held: Vec<(Match, Held)>,
}

/// Decides about these ranked findings. Without a ledger there is no memory, and whatever the
/// settings let through is due. `call` is the hash of the call's id.
pub(super) fn decide(case: &Case, ledger: Option<&Ledger>, call: &str, hits: &[Match]) -> Decision {
    match ledger {
        _ if hits.is_empty() => Decision::default(),
        Some(ledger) => with_memory(case, ledger, call, hits),
        None => pick(hits, |found| permit(case, found, |_| Ok(()))),
    }
}

/// Reads what was said before, decides, and notes the decision, all under one claim.
fn with_memory(case: &Case, ledger: &Ledger, call: &str, hits: &[Match]) -> Decision {
    let keyed = |found: &Match| {
        let subject = found.subject.as_deref().unwrap_or_default();
        ledger.hash("subject", &format!("{}\0{subject}", found.rule.id))
    };
    let Ok(mut claim) = ledger.claim() else { return without_memory(case, hits) };
    let history = || case.history();
    let memory = Memory::new(&claim.said, &history);
    if memory.answered(call) {
        let held = hits.iter().map(|found| (found.clone(), Held::Doubled)).collect();
        return Decision { said: Vec::new(), held };
    }
    let decision = pick(hits, |found| {
        permit(case, found, |budget| memory.admits(found, &keyed(found), budget))
    });
    if decision.said.is_empty() {
        return decision;
    }
    let lines: Vec<WarningLine> = decision
        .said
        .iter()
        .map(|found| WarningLine {
            v: LINE_VERSION,
            t: ledger.now_ms(),
            call: call.to_owned(),
            rule: found.rule.id.to_owned(),
            key: keyed(found),
            sev: found.severity.as_str().to_owned(),
            chars: found.text.chars().count() as u64,
            reset: String::new(),
        })
        .collect();
    match claim.append(&lines) {
        Ok(()) => decision,
        Err(_) => without_memory(case, &decision.said),
    }
}

/// Decides where the store cannot be read or written: only what is critical may be repeated.
fn without_memory(case: &Case, hits: &[Match]) -> Decision {
    let critical = |found: &Match| match found.severity {
        Severity::Critical => Ok(()),
        _ => Err(Held::NoMemory),
    };
    pick(hits, |found| permit(case, found, |_| critical(found)))
}

/// Whether a match may be said: the settings let it, and `memory` admits it within the budget. The
/// project's file, the mutes and what was learned are read only where all else lets it speak.
fn permit(
    case: &Case,
    found: &Match,
    memory: impl Fn(Budget) -> Result<(), Held>,
) -> Result<(), Held> {
    let (settings, environment, id) = (&case.settings, &case.environment, found.rule.id);
    if let Some(silence) = suppress::by_user(settings, id) {
        return Err(silence.held());
    }
    memory(settings.budget())?;
    if let Some(silence) = suppress::by_others(settings, environment, id) {
        return Err(silence.held());
    }
    if let Some(silence) = suppress::by_learning(settings, id, found.severity) {
        return Err(silence.held());
    }
    let budget = settings.project_budget(environment);
    if budget == settings.budget() { Ok(()) } else { memory(budget) }
}

/// The first match that is admitted, and a second one only if one of the two is critical.
fn pick(hits: &[Match], admits: impl Fn(&Match) -> Result<(), Held>) -> Decision {
    let mut said: Vec<Match> = Vec::new();
    let mut held = Vec::new();
    for found in hits {
        let critical = |found: &Match| found.severity == Severity::Critical;
        let room = match said.as_slice() {
            [] => true,
            [first] => critical(first) || critical(found),
            _ => false,
        };
        match admits(found) {
            Ok(()) if room => said.push(found.clone()),
            Ok(()) => held.push((found.clone(), Held::Outranked)),
            Err(why) => held.push((found.clone(), why)),
        }
    }
    Decision { said, held }
}
