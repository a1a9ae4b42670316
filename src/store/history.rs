//! The recent calls of a session: the last 16 KB of its ledger, so that the cost of a call does not
//! grow with the session.

use std::borrow::Cow;
use std::collections::VecDeque;

use once_cell::unsync::OnceCell;

use crate::base::bytes::{ByteOffsets, Finder, last_of};

use super::hashes::Sought;
pub(crate) use super::line::HELD_OUT;
pub use super::line::{Arm, CallLine, LINE_VERSION, WarningLine};

/// How much of the calls is read back, bytes: about 80 calls.
pub(super) const TAIL_BYTES: u64 = 16 << 10;

/// The lines of a file without the empty ones, a last one without a line break included.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = ByteOffsets::of([b'\n'], bytes).chain([bytes.len()]);
    let line = move |end| bytes.get(std::mem::replace(&mut start, end + 1)..end);
    ends.filter_map(line).filter(|line| !line.is_empty())
}

/// The recent calls of one session. The lines are parsed only when a rule or the judge asks for
/// them.
#[derive(Debug, Clone, Default)]
pub struct History {
    tail: Cow<'static, [u8]>,
    calls: OnceCell<Vec<CallLine<'static>>>,
    /// Hash of the current call's id; empty if the client gives none.
    current: Sought,
}

impl History {
    /// Takes the end of a ledger of `file_bytes`. If the beginning is missing, the first line is
    /// cut, so it is left out.
    ///
    /// The calls borrow from a `'static` tail, since copying each of their texts costs more than
    /// parsing them.
    pub fn new(tail: impl Into<Cow<'static, [u8]>>, file_bytes: u64) -> Self {
        let tail = tail.into();
        let is_whole = tail.len() as u64 >= file_bytes;
        let start = if is_whole {
            0
        } else {
            tail.iter().position(|byte| *byte == b'\n').map_or(tail.len(), |at| at + 1)
        };
        let tail = match tail {
            Cow::Borrowed(tail) => Cow::Borrowed(tail.get(start..).unwrap_or_default()),
            Cow::Owned(mut tail) => Cow::Owned(tail.split_off(start)),
        };
        Self { tail, calls: OnceCell::new(), current: Sought::default() }
    }

    /// The same history without the call whose id has this hash. If the hook is registered twice,
    /// the other process may have noted the current call already, and a call does not repeat
    /// itself. Byte searches still find it.
    pub fn without(self, current: Option<Sought>) -> Self {
        Self { current: current.unwrap_or_default(), calls: OnceCell::new(), ..self }
    }

    /// The calls, oldest first, each once even if the hook is registered twice. Skips lines that
    /// are torn, foreign or of another version.
    pub fn calls(&self) -> &[CallLine<'static>] {
        self.calls.get_or_init(|| match &self.tail {
            Cow::Borrowed(tail) => calls_in(tail, &self.current),
            Cow::Owned(tail) => {
                calls_in(tail, &self.current).into_iter().map(CallLine::into_owned).collect()
            }
        })
    }

    /// Whether `hash` occurs in the lines at least so many `times`. This byte search tells a rule
    /// whether parsing the calls is worthwhile.
    pub fn holds(&self, hash: &str, times: usize) -> bool {
        Finder::new(hash).count(&self.tail, times) == times
    }

    /// Whether these texts occur in the lines at least so many `times` altogether, of which none
    /// contains another.
    pub fn holds_any<'t>(&self, texts: impl Iterator<Item = &'t str>, times: usize) -> bool {
        let mut left = times;
        for text in texts {
            left -= Finder::new(text).count(&self.tail, left);
        }
        left == 0
    }

    /// Whether the latest calls are a streak in which at least `count` lines contain `counted`. A
    /// streak goes back to the first line that contains none of `allowed` or one of `barred`. This
    /// is a byte search, like [`Self::holds`].
    pub fn has_streak(
        &self,
        counted: &str,
        allowed: &[&str],
        barred: &[&str],
        count: usize,
    ) -> bool {
        self.holds(counted, count) && self.streak(allowed, barred).has(counted, count)
    }

    /// The lines of the latest calls that contain one of `allowed` and none of `barred`, back to the
    /// first that does not.
    pub fn streak(&self, allowed: &[&str], barred: &[&str]) -> Streak<'_> {
        let mut tail: &[u8] = &self.tail;
        for text in barred {
            if let Some(at) = Finder::new(text).last_in(tail) {
                let line = tail.get(at..).unwrap_or_default();
                let end = ByteOffsets::of([b'\n'], line).next().unwrap_or(line.len());
                tail = line.get(end..).unwrap_or_default();
            }
        }
        let allowed: Vec<_> = allowed.iter().map(|text| Finder::new(text)).collect();
        let is_allowed = |line: &&[u8]| allowed.iter().any(|text| text.is_in(line));
        Streak(lines_backwards(tail).take_while(is_allowed).collect())
    }

    /// Whether at least `count` calls came after `moment`.
    pub fn has_calls(&self, moment: Moment, count: usize) -> bool {
        self.back_to(moment, None).take(count).count() == count
    }

    /// Whether at least `count` calls after `moment` have a hit of `rule`.
    pub fn has_hits(&self, rule: &str, moment: Moment, count: usize) -> bool {
        let is_hit = |call: &CallLine| call.hit.iter().any(|id| id == rule);
        self.back_to(moment, Some(rule)).filter(is_hit).take(count).count() == count
    }

    /// The calls after `moment`, newest first, each parsed when the iterator reaches it. With
    /// `text`, only those whose line contains it.
    fn back_to<'h>(
        &'h self,
        moment: Moment<'h>,
        text: Option<&'h str>,
    ) -> impl Iterator<Item = CallLine<'h>> {
        let end = Some(moment.call).filter(|call| self.holds(call, 1)).map(Finder::new);
        let text = text.map(Finder::new);
        let by_time = end.is_none();
        let spoke = move |call: &CallLine| call.call.is_empty() && call.has_line_of(moment.rule);
        let mut seen = Seen::new(&self.current);
        self.lines_backwards()
            .take_while(move |line| !end.as_ref().is_some_and(|end| end.is_in(line)))
            .filter(move |line| text.as_ref().is_none_or(|text| text.is_in(line)))
            .filter_map(CallLine::of)
            // The line of the answered call may be written a moment after what was said.
            .take_while(move |call| !by_time || call.t > moment.t && !spoke(call))
            .filter(move |call| seen.is_new(call))
    }

    fn lines_backwards(&self) -> impl Iterator<Item = &[u8]> {
        lines_backwards(&self.tail)
    }

    /// Whether the ledger is empty, without even a torn line.
    pub fn is_empty(&self) -> bool {
        self.tail.is_empty()
    }

    /// The same calls, newest first, each parsed when the iterator reaches it; the later line of one
    /// that was noted twice.
    pub fn newest(&self) -> impl Iterator<Item = CallLine<'_>> {
        let mut seen = Seen::new(&self.current);
        let calls = self.lines_backwards().filter_map(CallLine::of);
        calls.filter(move |call| seen.is_new(call))
    }

    /// The last call. This costs less than parsing them all.
    pub fn last(&self) -> Option<CallLine<'_>> {
        CallLine::of(self.lines_backwards().next()?)
    }

    /// The hash of the shell's working directory before this call.
    pub fn last_cwd(&self) -> Option<Cow<'_, str>> {
        let is_other = |call: &CallLine| call.call.is_empty() || call.call != self.current;
        let calls = self.lines_backwards().filter_map(CallLine::of).filter(is_other);
        calls.map(|call| call.cwd).find(|cwd| !cwd.is_empty())
    }
}

/// Lines of the latest calls, newest first, as bytes.
pub struct Streak<'h>(Vec<&'h [u8]>);

impl Streak<'_> {
    /// Whether at least `count` lines contain `text`.
    pub fn has(&self, text: &str, count: usize) -> bool {
        let text = Finder::new(text);
        self.0.iter().filter(|line| text.is_in(line)).take(count).count() == count
    }

    /// Whether at least `count` lines contain none of `texts`.
    pub fn has_others<'t>(&self, texts: impl Iterator<Item = &'t str>, count: usize) -> bool {
        let texts: Vec<_> = texts.map(Finder::new).collect();
        let is_other = |line: &&&[u8]| !texts.iter().any(|text| text.is_in(line));
        self.0.iter().filter(is_other).take(count).count() == count
    }
}

/// The lines of a ledger, newest first, without empty ones: parsing one would cost more than twenty
/// lines (see `disk::read_warnings`).
fn lines_backwards(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let start = last_of(b'\n', bytes);
        rest = start.and_then(|at| bytes.get(..at));
        bytes.get(start.map_or(0, |at| at + 1)..)
    })
    .filter(|line| !line.is_empty())
}

/// When something was said. The line of the call counts if it is among the recent ones, else the
/// time: the order of lines is more reliable than the clock, which may be set back.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'m> {
    /// The hash of the id of the call that was answered; empty if there is none.
    pub call: &'m str,
    /// The rule that spoke last; empty if none did. It identifies the line of a call without an id.
    pub rule: &'m str,
    /// Unix ms.
    pub t: u64,
}

/// The ids of the latest calls. If the hook is registered twice, both processes note a call, one
/// shortly after the other.
struct Seen<'s> {
    current: &'s Sought,
    latest: VecDeque<String>,
}

impl<'s> Seen<'s> {
    const KEPT: usize = 16;

    /// `current` is the hash of the current call's id, which never counts as new.
    fn new(current: &'s Sought) -> Self {
        Self { current, latest: VecDeque::new() }
    }

    fn is_new(&mut self, call: &CallLine) -> bool {
        if call.call.is_empty() {
            return true;
        }
        let is_new =
            call.call != *self.current && !self.latest.iter().any(|seen| *seen == call.call);
        if is_new {
            self.latest.truncate(Self::KEPT - 1);
            self.latest.push_front(call.call.to_string());
        }
        is_new
    }
}

/// The calls in these lines, without the one whose id has the hash `current`.
fn calls_in<'t>(tail: &'t [u8], current: &Sought) -> Vec<CallLine<'t>> {
    let mut seen = Seen::new(current);
    lines(tail).filter_map(CallLine::of).filter(|call| seen.is_new(call)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn torn_foreign_and_doubled_lines_are_skipped() {
        let tail = b"{\"v\":1,\"t\":1,\"tool\":\"Bash\",\"call\":\"a\"}\n{\"v\":1,\"t\":2,\"to\nnoise\n{\"v\":2,\"t\":3}\n{\"v\":1,\"t\":4,\"call\":\"a\"}\n{\"v\":1,\"t\":5,\"hit\":[\"x\"],\"held\":{\"x\":\"budget\"}}\n";
        let history = History::new(&tail[..], tail.len() as u64);
        assert_eq!(history.calls().iter().map(|c| c.t).collect::<Vec<_>>(), [1, 5]);
        let after = |call, t, count| history.has_calls(Moment { call, rule: "", t }, count);
        assert!(after("", 4, 1) && !after("", 4, 2));
        assert!(after("", 0, 2) && !after("", 0, 3));
        assert!(after("a", 9, 1) && !after("a", 9, 2), "the order of lines counts, not the clock");
        assert!(history.has_hits("x", Moment { call: "", rule: "", t: 0 }, 1));
        assert!(!history.has_hits("x", Moment { call: "", rule: "", t: 0 }, 2));
        assert!(!history.has_hits("x", Moment { call: "", rule: "", t: 5 }, 1));
        assert!(!history.has_hits("budget", Moment { call: "", rule: "", t: 0 }, 1));
        assert_eq!(history.calls()[1].held, [("x".into(), "budget".into())]);
        assert_eq!(
            history.without(Some(Sought::of("a"))).calls().len(),
            1,
            "the current call is left out"
        );
    }

    #[test]
    fn the_answered_call_is_not_after_its_advice() {
        // Without ids the clock decides, and the call's line comes after the warning's.
        let tail = b"{\"v\":1,\"t\":3,\"hit\":[\"x\"],\"say\":[\"x\"]}\n{\"v\":1,\"t\":4,\"hit\":[\"x\"]}\n";
        let history = History::new(&tail[..], tail.len() as u64);
        for t in [2, 3] {
            let moment = Moment { call: "", rule: "x", t };
            assert!(history.has_hits("x", moment, 1) && !history.has_hits("x", moment, 2));
            assert!(history.has_calls(moment, 1) && !history.has_calls(moment, 2));
        }
    }

    #[test]
    fn a_streak_ends_at_a_line_that_is_not_allowed() {
        let tail = b"{\"v\":1,\"a\":1}\n{\"v\":1,\"b\":1}\n{\"v\":1,\"a\":1}\n{\"v\":1,\"c\":1}\n{\"v\":1,\"a\":1}\n";
        let history = History::new(tail, tail.len() as u64);
        let streak = |allowed: &[&str], barred: &[&str]| {
            (0..9).rfind(|count| history.has_streak("\"a\"", allowed, barred, *count)).unwrap()
        };
        assert_eq!(streak(&["\"a\"", "\"c\""], &[]), 2);
        assert_eq!(streak(&["\"a\"", "\"c\"", "\"b\""], &[]), 3);
        assert_eq!(streak(&["\"v\""], &["\"c\""]), 1);
        assert!(!History::default().has_streak("a", &["a"], &[], 1));
        let others = |text: &str, count| {
            history.streak(&["\"v\""], &[]).has_others([text].into_iter(), count)
        };
        assert!(others("\"a\"", 2) && !others("\"a\"", 3) && !others("\"v\"", 1));
    }

    #[test]
    fn a_cut_first_line_is_left_out() {
        let line = b"{\"v\":1,\"t\":1,\"tool\":\"Bash\"}\n";
        let tail = line.repeat(3);
        let calls = |tail: &[u8], bytes| History::new(tail.to_vec(), bytes).calls().len();
        assert_eq!(calls(&tail, 3 * line.len() as u64), 3);
        assert_eq!(calls(&tail[5..], 3 * line.len() as u64), 2);
        assert_eq!(calls(&line[5..], line.len() as u64), 0);
    }
}
