//! Judges whether a finding may be said: one line for a call, a small budget for a session, nothing
//! twice.

use std::cmp::Reverse;

use serde::{Serialize, Serializer};

use crate::rules;
use crate::rules::matcher::Match;
use crate::rules::rule::{Repeat, Rule, Severity};
use crate::rules::set::RuleSet;
use crate::settings::Budget;
use crate::store::history::{HELD_OUT, History, Moment, WarningLine};
use crate::store::ledger::Sought;

/// Why a finding is not said, for the ledger and `stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The session's budget is spent.
    Budget,
    /// The last hint was too few calls ago.
    Gap,
    /// The rule spoke before, and its turn has not come again.
    Repeat,
    /// The rule speaks only after several occasions, and this one is too early.
    Early,
    /// A more important finding of this call is said.
    Outranked,
    /// The call was answered already, since the hook is registered twice.
    Doubled,
    /// At random, the agents of this session are not told the rule's lines.
    HeldOut,
    /// The ledger cannot be read or written.
    NoMemory,
    /// A settings file disables the rule.
    Disabled,
    /// The user muted the rule.
    Muted,
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Held {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Budget,
        Self::Gap,
        Self::Repeat,
        Self::Early,
        Self::Outranked,
        Self::Doubled,
        Self::HeldOut,
        Self::NoMemory,
        Self::Disabled,
        Self::Muted,
    ];

    /// The reason for a person, as it follows "not said".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Budget => "session budget spent",
            Self::Gap => "too soon after the last line",
            Self::Repeat => "said before",
            Self::Early => "too few repeats yet",
            Self::Outranked => "a more important line was said",
            Self::Doubled => "answered by another hook process",
            Self::HeldOut => "withheld at random",
            Self::NoMemory => "no state folder",
            Self::Disabled => "disabled in the settings",
            Self::Muted => "muted",
        }
    }

    /// The word in ledgers and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Gap => "gap",
            Self::Repeat => "repeat",
            Self::Early => "early",
            Self::Outranked => "outranked",
            Self::Doubled => "doubled",
            Self::HeldOut => HELD_OUT,
            Self::NoMemory => "no-memory",
            Self::Disabled => "disabled",
            Self::Muted => "muted",
        }
    }
}

/// Sorts matches: critical ones first, then by harm (wrong results, waste, style), then by
/// severity.
pub(crate) fn rank(matches: &mut [Match]) {
    matches.sort_by_key(|found| importance(found.rule, found.severity));
}

/// A sort key; the smaller, the more important.
fn importance(rule: &Rule, severity: Severity) -> impl Ord {
    (severity != Severity::Critical, rule.harm, Reverse(severity))
}

/// Whether the first of these ranked matches is said whatever the `others` find: none of those
/// rules is critical, so none can speak beside it, and none is more important. A deferred rule
/// never exceeds its own severity.
pub(crate) fn outranks_rules(ranked: &[Match], others: RuleSet) -> bool {
    let Some(first) = ranked.first() else { return false };
    others.iter().filter_map(rules::at).all(|rule| {
        rule.severity != Severity::Critical
            && importance(first.rule, first.severity) <= importance(rule, rule.severity)
    })
}

/// The warnings of a session so far, which decide whether another one may be said.
pub(crate) struct PastWarnings<'m> {
    said: &'m [WarningLine],
    /// When the agent last forgot what it had read, unix ms.
    since: u64,
    /// Reads the history on the first use: most warnings are the first of their kind and need none.
    history: &'m dyn Fn() -> &'m History,
}

impl<'m> PastWarnings<'m> {
    /// `said` are all lines of the session's warnings. Those before the last reset do not count,
    /// since the agent has forgotten them.
    pub(crate) fn new(said: &'m [WarningLine], history: &'m dyn Fn() -> &'m History) -> Self {
        let reset = said.iter().rposition(|line| !line.reset.is_empty());
        let since = reset.and_then(|at| said.get(at)).map_or(0, |line| line.t);
        Self { said: said.get(reset.map_or(0, |at| at + 1)..).unwrap_or_default(), since, history }
    }

    /// Whether a warning was said about this call; `call` is the hash of its id.
    pub(crate) fn has_answered(&self, call: &Sought) -> bool {
        !call.hash.is_empty() && self.said.iter().any(|line| line.call == *call)
    }

    /// Whether a match may be said now, within this budget; `key` is the hash of its rule and
    /// subject.
    ///
    /// # Errors
    /// Why it is held.
    pub(crate) fn admit(&self, found: &Match, key: &Sought, budget: Budget) -> Result<(), Held> {
        self.check_turn(found.rule.id, found.rule.repeat, key)?;
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

    /// Whether the rule's turn has come. The current call is not in the history yet.
    fn check_turn(&self, rule: &str, repeat: Repeat, key: &Sought) -> Result<(), Held> {
        let of_rule = || self.said.iter().filter(|line| line.rule == rule);
        if of_rule().count() >= repeat.max as usize {
            return Err(Held::Repeat);
        }
        // The history is parsed only if the answer depends on it.
        if repeat.gap > 0
            && let Some(last) = of_rule().next_back()
            && !(self.history)().has_calls(moment(last), repeat.gap as usize)
        {
            return Err(Held::Repeat);
        }
        let (since, wanted, held) = match of_rule().rfind(|line| line.key == *key) {
            Some(last) => (moment(last), repeat.every, Held::Repeat),
            None => (Moment { call: "", rule: "", t: self.since }, repeat.first, Held::Early),
        };
        // The current call is one more occasion.
        let earlier = wanted.saturating_sub(1) as usize;
        if earlier == 0 || (self.history)().has_hits(rule, since, earlier) {
            Ok(())
        } else {
            Err(held)
        }
    }
}

/// The moment of a warning. The calls after it do not include the one that it answered.
fn moment(warning: &WarningLine) -> Moment<'_> {
    Moment { call: &warning.call, rule: &warning.rule, t: warning.t }
}
