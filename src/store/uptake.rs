//! Finds out whether agents follow advice: did the agent use the better form next, or do the same
//! again?
//!
//! This is judged from the ledger afterwards, never while a call waits for its answer. The agent
//! reads advice before its next step, so the first call of a later step that shows the rule
//! decides. If the call has the rule in `hit`, the agent did not follow the advice, even if the
//! call has it in `good` too. If only in `good`, the agent followed it.
//!
//! Agents run calls in parallel. A call that began before the advice was given does not answer it:
//! in recorded traffic, 32 of 428 first calls were of this kind (for `cat-view-file` 13 of 33), and
//! all but one of them would have counted as repeats.

use std::collections::BTreeMap;

use super::answered::Answered;
use super::history::{CallLine, WarningLine};

/// What became of one line of advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdviceOutcome {
    /// The agent used the better form next.
    Followed,
    /// The agent did the same again.
    Repeated,
    /// Neither has happened yet, or the agent forgot the advice before.
    Open,
}

impl AdviceOutcome {
    /// The word in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Followed => "followed",
            Self::Repeated => "repeated",
            Self::Open => "open",
        }
    }
}

/// What became of a rule's advice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uptake {
    /// How often the rule spoke: the sum of the next three numbers.
    pub said: u64,
    /// How often the agent used the better form next. Always 0 for a rule without a better form.
    pub followed: u64,
    /// How often the agent did the same again.
    pub repeated: u64,
    /// How often the session ended or the agent forgot the advice before either happened.
    pub open: u64,
    /// Characters of the advice.
    pub(crate) chars: u64,
}

impl Uptake {
    /// How often the agent had a chance to follow the advice.
    pub(crate) fn chances(&self) -> u64 {
        self.followed + self.repeated
    }

    /// Adds the numbers of another session.
    pub(crate) fn add(&mut self, other: &Self) {
        self.said += other.said;
        self.followed += other.followed;
        self.repeated += other.repeated;
        self.open += other.open;
        self.chars = self.chars.saturating_add(other.chars);
    }
}

/// What became of each rule's advice, by rule. `calls` and `warnings` are those of one ledger,
/// oldest first.
pub fn by_rule(calls: &[CallLine], warnings: &[WarningLine]) -> BTreeMap<String, Uptake> {
    let mut uptakes: BTreeMap<String, Uptake> = BTreeMap::new();
    for (warning, outcome) in of_each(calls, warnings) {
        let uptake = uptakes.entry(warning.rule.clone()).or_default();
        uptake.said += 1;
        uptake.chars = uptake.chars.saturating_add(warning.chars);
        match outcome {
            AdviceOutcome::Repeated => uptake.repeated += 1,
            AdviceOutcome::Followed => uptake.followed += 1,
            AdviceOutcome::Open => uptake.open += 1,
        }
    }
    uptakes
}

/// Each line of advice in `warnings`, which may also contain resets, with what became of it.
pub(crate) fn of_each<'w>(
    calls: &[CallLine],
    warnings: &'w [WarningLine],
) -> Vec<(&'w WarningLine, AdviceOutcome)> {
    let index = Index::of(calls);
    // For each warning the time of the next reset.
    let mut resets = vec![None; warnings.len()];
    let mut next = None;
    for (line, reset) in warnings.iter().zip(&mut resets).rev() {
        next = if line.reset.is_empty() { next } else { Some(line.t) };
        *reset = next;
    }
    let said = warnings.iter().zip(resets).filter(|(line, _)| line.was_said());
    said.map(|(warning, reset)| {
        let outcome = match index.decisive(warning, reset) {
            Some(call) if call.hit.contains(&warning.rule.as_str().into()) => {
                AdviceOutcome::Repeated
            }
            Some(_) => AdviceOutcome::Followed,
            None => AdviceOutcome::Open,
        };
        (warning, outcome)
    })
    .collect()
}

/// The indexes of calls by id and by rule, so that a long ledger is not searched for each warning.
struct Index<'l, 'c> {
    calls: &'l [CallLine<'c>],
    answered: Answered<'l>,
    /// The indexes of the calls that show a rule in either form.
    shown: BTreeMap<&'l str, Vec<usize>>,
}

impl<'l, 'c> Index<'l, 'c> {
    fn of(calls: &'l [CallLine<'c>]) -> Self {
        let mut shown = BTreeMap::<_, Vec<_>>::new();
        for (at, call) in calls.iter().enumerate() {
            for id in call.hit.iter().chain(&call.good) {
                let indexes = shown.entry(id.as_ref()).or_default();
                if indexes.last() != Some(&at) {
                    indexes.push(at);
                }
            }
        }
        Self { calls, answered: Answered::of(calls.iter()), shown }
    }

    /// The first later call that shows the rule, unless the agent has forgotten the advice by then.
    fn decisive(&self, warning: &WarningLine, reset: Option<u64>) -> Option<&'l CallLine<'c>> {
        let start = self.answered.after(self.calls, warning);
        let indexes = self.shown.get(warning.rule.as_str())?;
        let later = indexes.get(indexes.partition_point(|at| *at < start)..)?;
        let (at, call) = later
            .iter()
            .filter_map(|at| Some((*at, self.calls.get(*at)?)))
            // If the hook is registered twice, the answered call has a second line.
            .filter(|(_, call)| warning.call.is_empty() || call.call != warning.call)
            .find(|(_, call)| call.dur.is_none_or(|dur| call.t.saturating_sub(dur) >= warning.t))?;
        let remembers = |reset| {
            self.calls.get(start..=at).is_some_and(|calls| calls.iter().all(|call| call.t <= reset))
        };
        reset.is_none_or(remembers).then_some(call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls at 10, 20, ... ms, with the ids a, b, ...: `+` shows the better form, `-` the bad
    /// form, `*` both, `!` the call that was answered.
    fn calls(signs: &str) -> Vec<CallLine<'static>> {
        let line = |(n, sign): (usize, char)| CallLine {
            v: 1,
            t: (n as u64 + 1) * 10,
            call: char::from(b'a' + n as u8).to_string().into(),
            hit: if "-*!".contains(sign) { vec!["x".into()] } else { Vec::new() },
            good: if "+*".contains(sign) { vec!["x".into()] } else { Vec::new() },
            say: if sign == '!' { vec!["x".into()] } else { Vec::new() },
            ..CallLine::default()
        };
        signs.chars().enumerate().map(line).collect()
    }

    fn said(call: &str, t: u64) -> WarningLine {
        WarningLine {
            v: 1,
            t,
            call: call.into(),
            rule: "x".into(),
            chars: 100,
            ..WarningLine::default()
        }
    }

    fn reset(t: u64) -> WarningLine {
        WarningLine { v: 1, t, reset: "compact".into(), ..WarningLine::default() }
    }

    /// Followed, repeated, open.
    fn of_x(calls: &[CallLine], warnings: &[WarningLine]) -> (u64, u64, u64) {
        let uptake = by_rule(calls, warnings)["x"];
        assert_eq!(uptake.said, uptake.followed + uptake.repeated + uptake.open);
        assert_eq!(uptake.chars, uptake.said * 100);
        (uptake.followed, uptake.repeated, uptake.open)
    }

    #[test]
    fn the_first_call_that_shows_the_rule_decides() {
        for (signs, expected) in [
            ("!", (0, 0, 1)),
            ("! . .", (0, 0, 1)),
            ("! . + -", (1, 0, 0)),
            ("! - +", (0, 1, 0)),
            ("! *", (0, 1, 0)),
            ("+ ! .", (0, 0, 1)),
            ("- ! +", (1, 0, 0)),
        ] {
            let signs = signs.replace(' ', "");
            let at = signs.find('!').unwrap();
            let call = char::from(b'a' + at as u8).to_string();
            assert_eq!(
                of_x(&calls(&signs), &[said(&call, 9 + at as u64 * 10)]),
                expected,
                "{signs}"
            );
        }
        assert!(by_rule(&calls("-+"), &[]).is_empty());
    }

    #[test]
    fn each_warning_is_judged_by_itself() {
        let warnings = [said("a", 9), said("c", 29)];
        assert_eq!(of_x(&calls("!.!+"), &warnings), (1, 1, 0));
        assert_eq!(of_x(&calls("!+!."), &warnings), (1, 0, 1));
    }

    #[test]
    fn a_call_after_a_reset_does_not_decide() {
        assert_eq!(of_x(&calls("!.+"), &[said("a", 9), reset(25)]), (0, 0, 1));
        assert_eq!(of_x(&calls("!+."), &[said("a", 9), reset(25)]), (1, 0, 0));
        assert_eq!(of_x(&calls("!.!+"), &[said("a", 9), reset(25), said("c", 29)]), (1, 0, 1));
    }

    #[test]
    fn the_second_line_of_the_answered_call_does_not_decide() {
        let mut lines = calls("!!.");
        lines[1].call = "a".into();
        assert_eq!(of_x(&lines, &[said("a", 9)]), (0, 0, 1));
    }

    #[test]
    fn a_call_that_began_before_the_advice_does_not_decide() {
        let mut lines = calls("!-+");
        lines[1].dur = Some(15);
        assert_eq!(of_x(&lines, &[said("a", 9)]), (1, 0, 0));
        lines[1].dur = Some(11);
        assert_eq!(of_x(&lines, &[said("a", 9)]), (0, 1, 0));
    }

    #[test]
    fn without_ids_the_clock_decides() {
        let mut lines = calls("-!-+");
        for line in &mut lines {
            line.call = "".into();
        }
        assert_eq!(of_x(&lines, &[said("", 19)]), (0, 1, 0));
        lines[2].hit.clear();
        assert_eq!(of_x(&lines, &[said("", 19)]), (1, 0, 0));
        // The answered call's own line is lost.
        assert_eq!(of_x(&calls("-.+"), &[said("z", 15)]), (1, 0, 0));
        // The clock was set back.
        let mut lines = calls("!.+");
        lines[2].t = 1;
        assert_eq!(of_x(&lines, &[said("a", 9)]), (1, 0, 0));
    }
}
