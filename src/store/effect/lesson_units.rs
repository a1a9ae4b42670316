//! The units of lessons in one ledger: new sessions for which a lesson was due, and whether the bad
//! form came up at all. `docs/effect.md` has the design.

use super::counts::Counts;
use super::units::{Memory, SessionUnit, has, ppm};
use crate::store::line::{Arm, CallLine, WarningLine};

/// How many calls of a session's main memory decide about a lesson.
pub const LESSON_CALLS: usize = 100;

/// The units of lessons in these lines of one ledger, at `now`, unix ms. A session without a call
/// has none.
pub fn in_ledger(calls: &[CallLine], warnings: &[WarningLine], now: u64) -> Vec<SessionUnit> {
    let is_unit =
        |line: &&WarningLine| !line.lesson.is_empty() && line.arm.is_some() && line.share.is_some();
    if calls.is_empty() || !warnings.iter().any(|line| is_unit(&line)) {
        return Vec::new();
    }
    let memory = Memory::of(calls, now);
    warnings.iter().filter(is_unit).map(|line| unit(&memory, line, warnings)).collect()
}

fn unit(memory: &Memory, line: &WarningLine, warnings: &[WarningLine]) -> SessionUnit {
    let rule = &line.lesson;
    let window = memory.calls.get(..LESSON_CALLS).unwrap_or(&memory.calls);
    let mut advice = warnings.iter().filter(|other| other.was_said() && other.rule == *rule);
    let first = advice.next();
    // From its first advice on, a session that was not told the lesson knows it all the same.
    let comes_before = |call: &CallLine| {
        first.is_none_or(|first| {
            first.t > call.t || first.call == call.call && !call.call.is_empty()
        })
    };
    let again = window.iter().any(|call| has(&call.hit, rule) && comes_before(call));
    let open = !again && window.len() < LESSON_CALLS && !memory.has_ended;
    let mut counts = Counts::default();
    let arm = if line.arm == Some(Arm::HeldOut) { &mut counts.held_out } else { &mut counts.told };
    (arm.units, arm.again, arm.open) = (1, again.into(), open.into());
    SessionUnit {
        rule: rule.clone(),
        t: line.t,
        share_ppm: ppm(line.share.unwrap_or_default()),
        lesson: None,
        counts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::effect::units::ENDED_MS;

    /// Calls at 10, 20, ... ms with the ids 1, 2, ...: `-` shows the bad form.
    fn calls(signs: &str) -> Vec<CallLine<'static>> {
        let line = |(n, sign): (usize, char)| CallLine {
            v: 1,
            t: (n as u64 + 1) * 10,
            call: (n + 1).to_string().into(),
            hit: if sign == '-' { vec!["x".into()] } else { Vec::new() },
            ..CallLine::default()
        };
        signs.chars().enumerate().map(line).collect()
    }

    fn lesson(arm: Arm) -> WarningLine {
        WarningLine {
            v: 1,
            t: 1,
            lesson: "x".into(),
            arm: Some(arm),
            share: Some(0.5),
            ..WarningLine::default()
        }
    }

    fn advice(call: &str, t: u64) -> WarningLine {
        WarningLine { v: 1, t, call: call.into(), rule: "x".into(), ..WarningLine::default() }
    }

    /// Whether it came up, and whether that is still open.
    fn told(signs: &str, more: &[WarningLine], now: u64) -> (u64, u64) {
        let warnings = [&[lesson(Arm::Told)], more].concat();
        let units = in_ledger(&calls(signs), &warnings, now);
        assert_eq!((units.len(), units[0].share_ppm), (1, 500_000));
        let told = &units[0].counts.told;
        assert_eq!((told.units, units[0].counts.held_out.units), (1, 0));
        (told.again, told.open)
    }

    #[test]
    fn the_first_hundred_calls_decide() {
        let ended = u64::MAX;
        assert_eq!(told("...", &[], ended), (0, 0));
        assert_eq!(told("-", &[], ended), (1, 0));
        assert_eq!(told(&format!("{}-", ".".repeat(99)), &[], ended), (1, 0));
        assert_eq!(told(&format!("{}-", ".".repeat(100)), &[], ended), (0, 0));
    }

    #[test]
    fn a_session_that_goes_on_is_open() {
        assert_eq!(told("..", &[], 30), (0, 1));
        assert_eq!(told(".-", &[], 30), (1, 0));
        assert_eq!(told("..", &[], 20 + ENDED_MS), (0, 0));
        assert_eq!(told(&".".repeat(100), &[], 1000), (0, 0));
    }

    #[test]
    fn what_comes_after_the_advice_does_not_count() {
        // The line of a call comes after that of its advice.
        assert_eq!(told(".-", &[advice("2", 19)], u64::MAX), (1, 0));
        // The call of this advice was killed before it had a line.
        assert_eq!(told("..-", &[advice("killed", 15)], u64::MAX), (0, 0));
        let withheld = WarningLine { arm: Some(Arm::HeldOut), ..advice("killed", 15) };
        assert_eq!(told("..-", &[withheld], u64::MAX), (1, 0));
    }

    #[test]
    fn only_a_session_with_a_call_and_a_lot_is_a_unit() {
        let count = |calls: &[CallLine], line: WarningLine| in_ledger(calls, &[line], 1).len();
        assert_eq!(count(&calls("-"), lesson(Arm::HeldOut)), 1);
        assert_eq!(count(&[], lesson(Arm::HeldOut)), 0);
        let without_a_lot = WarningLine { arm: None, share: None, ..lesson(Arm::Told) };
        assert_eq!(count(&calls("-"), without_a_lot), 0);
        assert_eq!(count(&calls("-"), advice("1", 5)), 0);
    }
}
