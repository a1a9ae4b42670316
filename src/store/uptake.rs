//! What became of each advice of a session: was the better form used next, or the same done again?
//!
//! Judged afterwards from the ledger, never while a call waits. The agent reads an advice before
//! its next step, so the first call of a later step that shows the rule decides: in `good` the
//! advice was followed, in `hit` it was not, also where a call has both.
//!
//! Agents run calls in parallel. One that had begun before the advice was given is no answer to it:
//! of 428 such decisions in recorded traffic 32 were of this kind, all but one of them repeats, and
//! for `cat-view-file` 13 of 33.

use std::collections::BTreeMap;

use super::history::{CallLine, WarningLine};

/// What became of a rule's advice in one session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How often it spoke: the sum of the next three.
    pub said: u64,
    /// The better form was used next. Never of a rule whose better form is not known.
    pub followed: u64,
    /// The same was done again.
    pub repeated: u64,
    /// Neither came before the session ended or the agent forgot the advice.
    pub open: u64,
    /// Characters that were said.
    pub chars: u64,
}

impl Outcome {
    /// How often there was a chance to follow it.
    pub fn chances(&self) -> u64 {
        self.followed + self.repeated
    }

    /// Takes the outcomes of another session in.
    pub fn add(&mut self, other: &Self) {
        self.said += other.said;
        self.followed += other.followed;
        self.repeated += other.repeated;
        self.open += other.open;
        self.chars = self.chars.saturating_add(other.chars);
    }
}

/// What became of each rule's advice. `calls` and `warnings` are one memory's ledger, oldest first.
pub fn outcomes(calls: &[CallLine], warnings: &[WarningLine]) -> BTreeMap<String, Outcome> {
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    let index = Index::of(calls);
    // The next reset, for each of them.
    let mut resets = vec![None; warnings.len()];
    let mut next = None;
    for (line, reset) in warnings.iter().zip(&mut resets).rev() {
        next = if line.reset.is_empty() { next } else { Some(line.t) };
        *reset = next;
    }
    for (said, reset) in warnings.iter().zip(resets).filter(|(line, _)| !line.rule.is_empty()) {
        let outcome = outcomes.entry(said.rule.clone()).or_default();
        outcome.said += 1;
        outcome.chars = outcome.chars.saturating_add(said.chars);
        match index.decisive(said, reset) {
            Some(call) if call.hit.contains(&said.rule.as_str().into()) => outcome.repeated += 1,
            Some(_) => outcome.followed += 1,
            None => outcome.open += 1,
        }
    }
    outcomes
}

/// Where in a ledger's calls each call stands, and each rule: a long ledger is not searched anew
/// for each advice.
struct Index<'l, 'c> {
    calls: &'l [CallLine<'c>],
    /// By the hash of its id, where a call comes first.
    named: BTreeMap<&'l str, usize>,
    /// Where a rule shows, in either form.
    shown: BTreeMap<&'l str, Vec<usize>>,
}

impl<'l, 'c> Index<'l, 'c> {
    fn of(calls: &'l [CallLine<'c>]) -> Self {
        let (mut named, mut shown) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        for (at, call) in calls.iter().enumerate() {
            if !call.call.is_empty() {
                named.entry(call.call.as_ref()).or_insert(at);
            }
            for id in call.hit.iter().chain(&call.good) {
                let places = shown.entry(id.as_ref()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        Self { calls, named, shown }
    }

    /// The first later call that shows the rule, unless the agent has forgotten by then.
    fn decisive(&self, said: &WarningLine, reset: Option<u64>) -> Option<&'l CallLine<'c>> {
        let start = self.after(said);
        let places = self.shown.get(said.rule.as_str())?;
        let later = places.get(places.partition_point(|at| *at < start)..)?;
        let (at, call) = later
            .iter()
            .filter_map(|at| Some((*at, self.calls.get(*at)?)))
            // The hook may be registered twice.
            .filter(|(_, call)| said.call.is_empty() || call.call != said.call)
            .find(|(_, call)| call.dur.is_none_or(|dur| call.t.saturating_sub(dur) >= said.t))?;
        let remembers = |reset| {
            self.calls.get(start..=at).is_some_and(|calls| calls.iter().all(|call| call.t <= reset))
        };
        reset.is_none_or(remembers).then_some(call)
    }

    /// Where the calls after the one that was answered begin. A line's place counts more than the
    /// clock, which may be set back; where the client gives its calls no id, or the line could not
    /// be written, the clock must do.
    fn after(&self, said: &WarningLine) -> usize {
        // The call is noted after what is said of it.
        let spoke = |call: &CallLine| {
            call.t >= said.t
                && call.call.is_empty()
                && call.say.contains(&said.rule.as_str().into())
        };
        let named = self.named.get(said.call.as_str()).copied();
        named
            .or_else(|| self.calls.iter().position(spoke))
            .or_else(|| self.calls.iter().rposition(|call| call.t < said.t))
            .map_or(0, |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls at 10, 20, ... ms, named a, b, ...: `+` shows the better form, `-` the same again, `*`
    /// both, `!` what was answered.
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
        let found = outcomes(calls, warnings)["x"];
        assert_eq!(found.said, found.followed + found.repeated + found.open);
        assert_eq!(found.chars, found.said * 100);
        (found.followed, found.repeated, found.open)
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
        assert!(outcomes(&calls("-+"), &[]).is_empty());
    }

    #[test]
    fn each_advice_has_an_outcome_of_its_own() {
        let warnings = [said("a", 9), said("c", 29)];
        assert_eq!(of_x(&calls("!.!+"), &warnings), (1, 1, 0));
        assert_eq!(of_x(&calls("!+!."), &warnings), (1, 0, 1));
    }

    #[test]
    fn what_the_agent_forgot_it_cannot_follow() {
        assert_eq!(of_x(&calls("!.+"), &[said("a", 9), reset(25)]), (0, 0, 1));
        assert_eq!(of_x(&calls("!+."), &[said("a", 9), reset(25)]), (1, 0, 0));
        assert_eq!(of_x(&calls("!.!+"), &[said("a", 9), reset(25), said("c", 29)]), (1, 0, 1));
    }

    #[test]
    fn a_call_that_was_noted_twice_is_no_chance() {
        let mut lines = calls("!!.");
        lines[1].call = "a".into();
        assert_eq!(of_x(&lines, &[said("a", 9)]), (0, 0, 1));
    }

    #[test]
    fn a_call_that_had_begun_before_is_no_answer() {
        let mut lines = calls("!-+");
        lines[1].dur = Some(15);
        assert_eq!(of_x(&lines, &[said("a", 9)]), (1, 0, 0));
        lines[1].dur = Some(11);
        assert_eq!(of_x(&lines, &[said("a", 9)]), (0, 1, 0));
    }

    #[test]
    fn without_ids_the_clock_tells() {
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
