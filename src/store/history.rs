//! The recent calls of a session: the ledger's last 16 KB, so that a call costs the same in a long
//! session.

use std::borrow::Cow;
use std::collections::VecDeque;

use once_cell::unsync::OnceCell;

use crate::base::bytes::{ByteOffsets, Finder};

pub use super::line::{CallLine, LINE_VERSION, WarningLine};

/// The lines of a file, empty ones left out; also the last one without a line break.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = ByteOffsets::of(b'\n', bytes).chain([bytes.len()]);
    let line = move |end| bytes.get(std::mem::replace(&mut start, end + 1)..end);
    ends.filter_map(line).filter(|line| !line.is_empty())
}

/// The recent calls of one session. Read as lines at once, understood only when a rule or the judge
/// asks.
#[derive(Debug, Clone, Default)]
pub struct History {
    tail: Cow<'static, [u8]>,
    calls: OnceCell<Vec<CallLine<'static>>>,
    /// Hash of the id of the call at hand; empty where it is not told.
    own: String,
}

impl History {
    /// Takes the end of a ledger of `file_bytes`. Without the beginning, its first line is cut and
    /// left out.
    ///
    /// The calls will borrow from a `tail` that stays: copying each of their texts costs more than
    /// reading them.
    pub fn new(tail: impl Into<Cow<'static, [u8]>>, file_bytes: u64) -> Self {
        let tail = tail.into();
        let whole = tail.len() as u64 >= file_bytes;
        let start = if whole {
            0
        } else {
            tail.iter().position(|b| *b == b'\n').map_or(tail.len(), |at| at + 1)
        };
        let tail = match tail {
            Cow::Borrowed(tail) => Cow::Borrowed(tail.get(start..).unwrap_or_default()),
            Cow::Owned(mut tail) => Cow::Owned(tail.split_off(start)),
        };
        Self { tail, calls: OnceCell::new(), own: String::new() }
    }

    /// The same without the call of this hash: where the hook is registered twice, the other
    /// process may have noted the call at hand already, and a call is no repetition of itself.
    /// Searches of bytes still find it.
    pub fn without(self, own: String) -> Self {
        Self { own, calls: OnceCell::new(), ..self }
    }

    /// The calls, oldest first; each tool call once, also when the hook is registered twice. Lines
    /// that are torn, foreign or of another version are skipped.
    pub fn calls(&self) -> &[CallLine<'static>] {
        self.calls.get_or_init(|| match &self.tail {
            Cow::Borrowed(tail) => calls_in(tail, &self.own),
            Cow::Owned(tail) => {
                calls_in(tail, &self.own).into_iter().map(CallLine::into_owned).collect()
            }
        })
    }

    /// Whether `hash` stands in the lines at least so many `times`: a search of bytes, for who must
    /// decide whether the calls are worth understanding.
    pub fn holds(&self, hash: &str, times: usize) -> bool {
        Finder::new(hash).count(&self.tail, times) == times
    }

    /// Whether `enough` of the last calls have `counted` in their line, back to the first that has
    /// none of `passed` or one of `barred`: a search of bytes, like [`Self::holds`].
    pub fn has_streak(
        &self,
        counted: &str,
        passed: &[&str],
        barred: &[&str],
        enough: usize,
    ) -> bool {
        if !self.holds(counted, enough) {
            return false;
        }
        let [passed, barred] = [passed, barred]
            .map(|signs| signs.iter().map(|sign| Finder::new(sign)).collect::<Vec<_>>());
        let counted = Finder::new(counted);
        let unbroken = self.lines_back().take_while(|line| {
            passed.iter().any(|sign| sign.is_in(line))
                && !barred.iter().any(|sign| sign.is_in(line))
        });
        unbroken.filter(|line| counted.is_in(line)).take(enough).count() == enough
    }

    /// Whether `enough` calls came after `moment`.
    pub fn has_calls(&self, moment: Moment, enough: usize) -> bool {
        self.back_to(moment, None).take(enough).count() == enough
    }

    /// Whether `enough` calls on which `rule` holds came after `moment`.
    pub fn has_hits(&self, rule: &str, moment: Moment, enough: usize) -> bool {
        let hits = |call: &CallLine| call.hit.iter().any(|id| id == rule);
        self.back_to(moment, Some(rule)).filter(hits).take(enough).count() == enough
    }

    /// The calls after `moment`, the newest first, each understood when its turn comes; with a
    /// `sign` only those that have it in their line.
    fn back_to<'h>(
        &'h self,
        moment: Moment<'h>,
        sign: Option<&'h str>,
    ) -> impl Iterator<Item = CallLine<'h>> {
        let end = Some(moment.call).filter(|call| self.holds(call, 1)).map(Finder::new);
        let sign = sign.map(Finder::new);
        let by_time = end.is_none();
        let mut seen = Seen::after(&self.own);
        self.lines_back()
            .take_while(move |line| !end.as_ref().is_some_and(|end| end.is_in(line)))
            .filter(move |line| sign.as_ref().is_none_or(|sign| sign.is_in(line)))
            .filter_map(CallLine::of)
            .take_while(move |call| !by_time || call.t > moment.t)
            .filter(move |call| seen.is_new(call))
    }

    fn lines_back(&self) -> impl Iterator<Item = &[u8]> {
        // An empty line is no call, and its error would cost more than twenty lines (see
        // `Ledger::claim`).
        self.tail.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty())
    }

    /// Whether nothing was noted, not even something torn.
    pub fn is_empty(&self) -> bool {
        self.tail.is_empty()
    }

    /// The last call alone, which costs less than to understand them all.
    pub fn last(&self) -> Option<CallLine<'_>> {
        CallLine::of(self.lines_back().next()?)
    }

    /// The hash of the directory in which the shell was before this call.
    pub fn last_cwd(&self) -> Option<Cow<'_, str>> {
        let others = |call: &CallLine| call.call.is_empty() || call.call != self.own;
        let calls = self.lines_back().filter_map(CallLine::of).filter(others);
        calls.map(|call| call.cwd).find(|cwd| !cwd.is_empty())
    }
}

/// When something was said: the hash of the call it was said of, which counts where it is in sight,
/// and the time (unix ms). The order of lines counts more than the clock, which may be set back.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'m> {
    /// Empty where no call is meant.
    pub call: &'m str,
    /// Unix ms.
    pub t: u64,
}

/// The ids of the last calls: the hook may be registered twice, and its processes note a call one
/// after the other.
struct Seen<'s> {
    own: &'s str,
    last: VecDeque<String>,
}

impl<'s> Seen<'s> {
    const LAST: usize = 16;

    /// `own` is the hash of the call at hand, which is none before it.
    fn after(own: &'s str) -> Self {
        Self { own, last: VecDeque::new() }
    }

    fn is_new(&mut self, call: &CallLine) -> bool {
        if call.call.is_empty() {
            return true;
        }
        let is_new = call.call != self.own && !self.last.iter().any(|seen| *seen == call.call);
        if is_new {
            self.last.truncate(Self::LAST - 1);
            self.last.push_front(call.call.to_string());
        }
        is_new
    }
}

/// The calls in lines, but for the one of the hash `own`.
fn calls_in<'t>(tail: &'t [u8], own: &str) -> Vec<CallLine<'t>> {
    let mut seen = Seen::after(own);
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
        let after = |call, t, enough| history.has_calls(Moment { call, t }, enough);
        assert!(after("", 4, 1) && !after("", 4, 2));
        assert!(after("", 0, 2) && !after("", 0, 3));
        assert!(after("a", 9, 1) && !after("a", 9, 2), "the line's place counts, not the clock");
        assert!(history.has_hits("x", Moment { call: "", t: 0 }, 1));
        assert!(!history.has_hits("x", Moment { call: "", t: 0 }, 2));
        assert!(!history.has_hits("x", Moment { call: "", t: 5 }, 1));
        assert!(!history.has_hits("budget", Moment { call: "", t: 0 }, 1));
        assert_eq!(history.calls()[1].held, [("x".into(), "budget".into())]);
        assert_eq!(
            history.without("a".to_owned()).calls().len(),
            1,
            "the call at hand is none before it"
        );
    }

    #[test]
    fn a_streak_ends_at_another_call() {
        let tail = b"{\"v\":1,\"a\":1}\n{\"v\":1,\"b\":1}\n{\"v\":1,\"a\":1}\n{\"v\":1,\"c\":1}\n{\"v\":1,\"a\":1}\n";
        let history = History::new(tail, tail.len() as u64);
        let streak = |passed: &[&str], barred: &[&str]| {
            (0..9).rfind(|enough| history.has_streak("\"a\"", passed, barred, *enough)).unwrap()
        };
        assert_eq!(streak(&["\"a\"", "\"c\""], &[]), 2);
        assert_eq!(streak(&["\"a\"", "\"c\"", "\"b\""], &[]), 3);
        assert_eq!(streak(&["\"v\""], &["\"c\""]), 1);
        assert!(!History::default().has_streak("a", &["a"], &[], 1));
    }

    #[test]
    fn without_the_beginning_the_first_line_is_cut() {
        let line = b"{\"v\":1,\"t\":1,\"tool\":\"Bash\"}\n";
        let tail = line.repeat(3);
        let calls = |tail: &[u8], bytes| History::new(tail.to_vec(), bytes).calls().len();
        assert_eq!(calls(&tail, 3 * line.len() as u64), 3);
        assert_eq!(calls(&tail[5..], 3 * line.len() as u64), 2);
        assert_eq!(calls(&line[5..], line.len() as u64), 0);
    }
}
