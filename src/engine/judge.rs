//! Decides what is said: one line a call, a small budget a session, nothing twice.

use std::cmp::Reverse;

use crate::rules;
use crate::rules::matcher::Match;
use crate::rules::rule::{Repeat, Rule, Severity};
use crate::rules::set::RuleSet;
use crate::settings::Budget;
use crate::store::history::{History, Moment, WarningLine};

/// Why a rule that holds does not speak. Goes into the ledger and `--stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The budget of the session is spent.
    Budget,
    /// The last hint was only a few calls ago.
    Gap,
    /// It was said before, and its turn has not come again.
    Repeat,
    /// It waits for the habit: this occasion is too early.
    Early,
    /// Something that matters more is said of this call.
    Outranked,
    /// This call was answered already: the hook is registered twice.
    Doubled,
    /// What was said before cannot be known or noted.
    NoMemory,
    /// A settings file switches it off.
    Disabled,
    /// The user muted it.
    Muted,
    /// Agents do not follow it.
    Learned,
}

impl Held {
    /// The word in ledgers and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Gap => "gap",
            Self::Repeat => "repeat",
            Self::Early => "early",
            Self::Outranked => "outranked",
            Self::Doubled => "doubled",
            Self::NoMemory => "no-memory",
            Self::Disabled => "disabled",
            Self::Muted => "muted",
            Self::Learned => "learned",
        }
    }
}

/// Sorts matches: critical first, then wrong results before waste before style, then louder before
/// quieter.
pub fn rank(matches: &mut [Match]) {
    matches.sort_by_key(|found| importance(found.rule, found.severity));
}

/// Less is more important.
fn importance(rule: &Rule, severity: Severity) -> impl Ord {
    (severity != Severity::Critical, rule.harm, Reverse(severity))
}

/// Whether the first of these ranked matches is said whatever the rules `left` find: none of them
/// is critical, which may speak beside another, nor more important. An analyzer's rule fires at its
/// own severity or below.
pub fn outranks_rules(ranked: &[Match], left: RuleSet) -> bool {
    let Some(first) = ranked.first() else { return false };
    left.iter().filter_map(rules::at).all(|rule| {
        rule.severity != Severity::Critical
            && importance(first.rule, first.severity) <= importance(rule, rule.severity)
    })
}

/// What was said in this session so far, and how the call at hand would fit.
pub struct Memory<'m> {
    said: &'m [WarningLine],
    /// When the agent last forgot, unix ms.
    since: u64,
    /// Read when first asked: most of what is said is the first of its kind in the session.
    history: &'m dyn Fn() -> &'m History,
}

impl<'m> Memory<'m> {
    /// `said` are all lines of the session's warnings. Those before the last reset are forgotten,
    /// since the agent has forgotten them too.
    pub fn new(said: &'m [WarningLine], history: &'m dyn Fn() -> &'m History) -> Self {
        let reset = said.iter().rposition(|line| !line.reset.is_empty());
        let since = reset.and_then(|at| said.get(at)).map_or(0, |line| line.t);
        Self { said: said.get(reset.map_or(0, |at| at + 1)..).unwrap_or_default(), since, history }
    }

    /// Whether something was said of this very call.
    pub fn answered(&self, call: &str) -> bool {
        !call.is_empty() && self.said.iter().any(|line| line.call == call)
    }

    /// Whether a match may be said now, within this budget; `key` is the hash of its subject.
    ///
    /// # Errors
    /// Why it is held back.
    pub fn admits(&self, found: &Match, key: &str, budget: Budget) -> Result<(), Held> {
        self.turn(found.rule.id, found.rule.repeat, key)?;
        if found.severity == Severity::Critical {
            return Ok(());
        }
        let spent = |severity: Severity| {
            self.said.iter().filter(|line| line.sev == severity.as_str()).count()
        };
        let most = if found.severity == Severity::Hint { budget.hints } else { budget.warnings };
        if spent(found.severity) >= most {
            return Err(Held::Budget);
        }
        let last_hint = self.said.iter().rev().find(|line| line.sev == Severity::Hint.as_str());
        if found.severity == Severity::Hint
            && last_hint.is_some_and(|last| !(self.history)().has_calls(moment(last), budget.gap))
        {
            return Err(Held::Gap);
        }
        Ok(())
    }

    /// Whether the rule's turn has come. The call at hand is not in the history yet.
    fn turn(&self, rule: &str, repeat: Repeat, key: &str) -> Result<(), Held> {
        let of_rule = || self.said.iter().filter(|line| line.rule == rule);
        if of_rule().count() >= repeat.max as usize {
            return Err(Held::Repeat);
        }
        // The history is understood only where the answer hangs on it.
        if repeat.gap > 0
            && let Some(last) = of_rule().next_back()
            && !(self.history)().has_calls(moment(last), repeat.gap as usize)
        {
            return Err(Held::Repeat);
        }
        let (since, wanted, held) = match of_rule().rfind(|line| line.key == key) {
            Some(last) => (moment(last), repeat.every, Held::Repeat),
            None => (Moment { call: "", t: self.since }, repeat.first, Held::Early),
        };
        // The call at hand is one more.
        let earlier = wanted.saturating_sub(1) as usize;
        if earlier == 0 || (self.history)().has_hits(rule, since, earlier) {
            Ok(())
        } else {
            Err(held)
        }
    }
}

/// When something was said, not counting the call it was said of.
fn moment(said: &WarningLine) -> Moment<'_> {
    Moment { call: &said.call, t: said.t }
}
