//! The units in one ledger, and what became of each. `docs/effect.md` has the design.

use std::borrow::Cow;
use std::collections::HashSet;

use super::counts::Counts;
use crate::store::answered::Answered;
use crate::store::line::{Arm, CallLine, WarningLine};

/// How many later calls of its memory decide about a unit.
pub const WINDOW_CALLS: usize = 40;

/// A client cuts longer results, bytes: 30,000 characters in Claude Code.
const RESULT_BYTES: u64 = 30_000;

/// A client stops longer calls, ms: Claude Code's largest limit is ten minutes.
const CALL_MS: u64 = 600_000;

/// Bytes of text that make a token, about.
const TOKEN_BYTES: u64 = 4;

/// How many reads of a token from the cache cost as much as its first.
const CACHE_READS: u64 = 10;

/// A ledger that got no line for so long has ended, ms.
pub(crate) const ENDED_MS: u64 = 86_400_000;

/// A session's first line of a rule that may be held out.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionUnit {
    /// The rule.
    pub rule: String,
    /// When the line was said or held out, unix ms.
    pub t: u64,
    /// The share of sessions that were held out, in millionths.
    pub share_ppm: u32,
    /// The arm that the session has of the rule's lesson; `None` if it was not due.
    pub lesson: Option<Arm>,
    /// What became of it, in the arm that the session drew.
    pub counts: Counts,
}

/// The units in these lines of one ledger, oldest first, at `now`, unix ms.
pub fn in_ledger(calls: &[CallLine], warnings: &[WarningLine], now: u64) -> Vec<SessionUnit> {
    let is_unit = |line: &WarningLine| line.unit && line.arm.is_some() && line.share.is_some();
    if !warnings.iter().any(is_unit) {
        return Vec::new();
    }
    let memory = Memory::of(calls, now);
    let units = warnings.iter().enumerate().filter(|(_, line)| is_unit(line));
    units.map(|(at, line)| memory.unit(line, warnings.get(at..).unwrap_or_default())).collect()
}

/// The calls of a ledger, each once even if the hook is registered twice.
pub(super) struct Memory<'l, 'c> {
    pub(super) calls: Vec<&'l CallLine<'c>>,
    answered: Answered<'l>,
    pub(super) has_ended: bool,
}

impl<'l, 'c> Memory<'l, 'c> {
    pub(super) fn of(calls: &'l [CallLine<'c>], now: u64) -> Self {
        let mut seen: HashSet<&str> = HashSet::new();
        let has_ended = calls.last().is_none_or(|call| now.saturating_sub(call.t) >= ENDED_MS);
        let is_new = |call: &&'l CallLine<'c>| call.call.is_empty() || seen.insert(&call.call);
        let calls: Vec<&CallLine> = calls.iter().filter(is_new).collect();
        let answered = Answered::of(calls.iter().copied());
        Self { calls, answered, has_ended }
    }

    /// What became of the unit of `line`; `later` are the warnings from it on.
    fn unit(&self, line: &WarningLine, later: &[WarningLine]) -> SessionUnit {
        let reset = later.iter().find(|line| !line.reset.is_empty()).map(|line| line.t);
        let start = self.answered.after(&self.calls, line);
        let forgets = |call: &&CallLine| reset.is_some_and(|reset| call.t > reset);
        let rest = self.calls.get(start..).unwrap_or_default();
        let rest = rest.get(..rest.iter().position(forgets).unwrap_or(rest.len()));
        let rest = rest.unwrap_or_default();
        let began_later =
            |call: &CallLine| call.dur.is_none_or(|dur| call.t.saturating_sub(dur) >= line.t);
        let window: Vec<(usize, &CallLine)> = rest
            .iter()
            .enumerate()
            .map(|(at, call)| (at, *call))
            .filter(|(_, call)| began_later(call))
            .take(WINDOW_CALLS)
            .collect();
        let is_bad = |call: &CallLine| has(&call.hit, &line.rule);
        let shows = |call: &CallLine| is_bad(call) || has(&call.good, &line.rule);
        let again = window.iter().any(|(_, call)| is_bad(call));
        let followed =
            window.iter().find(|(_, call)| shows(call)).is_some_and(|(_, call)| !is_bad(call));
        let open = !again && window.len() < WINDOW_CALLS && reset.is_none() && !self.has_ended;

        // A text is read again with each later call, until the agent's context is reset.
        let reads = |at: usize| CACHE_READS + rest.len().saturating_sub(at) as u64;
        let tokens = |bytes: u64| bytes as f64 / (TOKEN_BYTES * CACHE_READS) as f64;
        let last = window.last().map_or(0, |(at, _)| at + 1);
        let spent: u64 = later
            .iter()
            .filter(|other| other.was_said() && other.rule == line.rule)
            .filter_map(|other| {
                // Calls that the rest does not have come after a reset, but for that of the unit.
                let at = if other.call == line.call {
                    0
                } else {
                    self.answered.after(&self.calls, other).checked_sub(start)?
                };
                (at <= last).then(|| other.chars * reads(at))
            })
            .sum();
        let shown = window.iter().filter(|(_, call)| shows(call));
        let (bytes, ms) = shown.fold((0, 0), |(bytes, ms), (at, call)| {
            let result = call.size.min(RESULT_BYTES);
            (bytes + result * reads(at + 1), ms + call.dur.unwrap_or_default().min(CALL_MS))
        });

        let mut counts = Counts::default();
        let arm =
            if line.arm == Some(Arm::HeldOut) { &mut counts.held_out } else { &mut counts.told };
        arm.units = 1;
        (arm.again, arm.followed, arm.open) = (again.into(), followed.into(), open.into());
        arm.cost.add_unit(tokens(spent), tokens(bytes), ms as f64);
        SessionUnit {
            rule: line.rule.clone(),
            t: line.t,
            share_ppm: ppm(line.share.unwrap_or_default()),
            lesson: line.lesson_arm,
            counts,
        }
    }
}

/// A share in millionths.
pub(super) fn ppm(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 1_000_000.0).round() as u32
}

pub(super) fn has(ids: &[Cow<str>], rule: &str) -> bool {
    ids.iter().any(|id| id == rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::effect::counts::ArmCounts;

    /// Calls at 10, 20, ... ms with the ids 1, 2, ...: `-` shows the bad form, `+` the better one.
    fn calls(signs: &str) -> Vec<CallLine<'static>> {
        let shows = |is: bool| if is { vec!["x".into()] } else { Vec::new() };
        let line = |(n, sign): (usize, char)| CallLine {
            v: 1,
            t: (n as u64 + 1) * 10,
            call: (n + 1).to_string().into(),
            hit: shows(sign == '-'),
            good: shows(sign == '+'),
            size: 400,
            dur: Some(5),
            ..CallLine::default()
        };
        signs.chars().enumerate().map(line).collect()
    }

    fn line(call: usize, arm: Arm) -> WarningLine {
        WarningLine {
            v: 1,
            t: call as u64 * 10,
            call: call.to_string(),
            rule: "x".into(),
            chars: 40,
            arm: Some(arm),
            share: Some(0.2),
            unit: true,
            ..WarningLine::default()
        }
    }

    fn told(signs: &str, more: &[WarningLine], now: u64) -> (u64, u64, u64) {
        let warnings = [&[line(1, Arm::Told)], more].concat();
        let units = in_ledger(&calls(signs), &warnings, now);
        let [SessionUnit { counts, share_ppm: 200_000, .. }] = units.as_slice() else {
            panic!("{units:?}")
        };
        assert_eq!(counts.told.units, 1);
        (counts.told.again, counts.told.followed, counts.told.open)
    }

    #[test]
    fn the_next_forty_calls_decide() {
        let ended = u64::MAX;
        assert_eq!(told("-", &[], ended), (0, 0, 0));
        assert_eq!(told("-..+.-", &[], ended), (1, 1, 0));
        assert_eq!(told("-..-.+", &[], ended), (1, 0, 0));
        assert_eq!(told(&format!("-{}-", ".".repeat(39)), &[], ended), (1, 0, 0));
        assert_eq!(told(&format!("-{}-", ".".repeat(40)), &[], ended), (0, 0, 0));
    }

    #[test]
    fn a_reset_ends_the_window() {
        let reset = WarningLine { v: 1, t: 25, reset: "compact".into(), ..WarningLine::default() };
        assert_eq!(told("-.-", std::slice::from_ref(&reset), u64::MAX), (0, 0, 0));
        assert_eq!(told("--.", &[reset], 35), (1, 0, 0));
    }

    #[test]
    fn a_unit_is_open_while_its_session_goes_on() {
        assert_eq!(told("-..", &[], 40), (0, 0, 1));
        assert_eq!(told("-.-", &[], 40), (1, 0, 0));
        assert_eq!(told("-..", &[], 30 + ENDED_MS), (0, 0, 0));
        assert_eq!(told(&format!("-{}", ".".repeat(40)), &[], 500), (0, 0, 0));
    }

    #[test]
    fn calls_that_had_begun_do_not_count() {
        let mut lines = calls("--.");
        lines[1].dur = Some(11);
        let units = in_ledger(&lines, &[line(1, Arm::HeldOut)], u64::MAX);
        assert_eq!(units[0].counts.held_out.again, 0);
        lines[1].dur = Some(10);
        let units = in_ledger(&lines, &[line(1, Arm::HeldOut)], u64::MAX);
        assert_eq!(units[0].counts.held_out.again, 1);
        assert_eq!(units[0].counts.told, ArmCounts::default());
    }

    #[test]
    fn texts_are_read_again_until_a_reset() {
        let cost = |arm| {
            let units = in_ledger(&calls("-.-."), &[line(1, arm)], u64::MAX);
            let Counts { told, held_out } = &units[0].counts;
            let cost = if arm == Arm::Told { &told.cost } else { &held_out.cost };
            (cost.spent.sum, cost.tokens.sum, cost.ms.sum)
        };
        // 40 characters before three calls, and 400 bytes before one.
        assert_eq!(cost(Arm::Told), (13.0, 110.0, 5.0));
        assert_eq!(cost(Arm::HeldOut), (0.0, 110.0, 5.0));
    }

    #[test]
    fn a_hook_that_is_registered_twice_makes_no_second_call() {
        let mut lines = calls("--");
        lines[1].call = "1".into();
        assert_eq!(in_ledger(&lines, &[line(1, Arm::Told)], u64::MAX)[0].counts.told.again, 0);
    }
}
