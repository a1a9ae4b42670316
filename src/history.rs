//! The recent calls of a session: the ledger's last 16 KB, so that a call costs the same in a long session.

use std::borrow::Cow;

use once_cell::unsync::OnceCell;
use serde::{Deserialize, Serialize};

use crate::plain;

/// Version of the line formats.
pub const LINE_VERSION: u32 = 1;

/// The lines of a file, empty ones left out; also the last one without a line break.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]);
    let line = move |end| bytes.get(std::mem::replace(&mut start, end + 1)..end);
    ends.filter_map(line).filter(|line| !line.is_empty())
}

/// One call, as a line of `calls.jsonl`. Absent fields are left out; no text of a command, path or output is in it,
/// only names of rules, tools and languages, sizes, and hashes seeded with the session's id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallLine<'a> {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// Unix time, ms.
    pub t: u64,
    /// Hash of the client's id of the call.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub call: Cow<'a, str>,
    /// The tool.
    #[serde(borrow)]
    pub tool: Cow<'a, str>,
    /// It succeeded.
    pub ok: bool,
    /// Hash of the input: `n` and the normalized command where it was parsed, else `t` and the trimmed text.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub key: Cow<'a, str>,
    /// Hash of the test or build runs that are all that the call does, whatever filters their output; only where they
    /// came to their end.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub sel: Cow<'a, str>,
    /// It changed no file, as far as its kind and its words tell.
    #[serde(skip_serializing_if = "is_false")]
    pub reads: bool,
    /// It ran tests, a build or a check among other things, so that `sel` does not tell.
    #[serde(skip_serializing_if = "is_false")]
    pub ran: bool,
    /// Language of the code that an Edit or Write changed; `none` for other text.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub lang: Cow<'a, str>,
    /// Hash of the file's path.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub file: Cow<'a, str>,
    /// First line and number of lines that a Read asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
    /// Hash of the error's fingerprint.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub err: Cow<'a, str>,
    /// Hash of the background task's id.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub task: Cow<'a, str>,
    /// Hash of the working directory after the call.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub cwd: Cow<'a, str>,
    /// Bytes of the result as JSON; 0 for a picture.
    pub size: u64,
    /// Duration of the tool, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dur: Option<u64>,
    /// Time of this program up to this line, us.
    pub us: u64,
    /// How far the call went: `none`, `fast`, `deep` or `cut`.
    #[serde(borrow)]
    pub via: Cow<'a, str>,
    /// Rules whose trigger held.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub hit: Vec<Cow<'a, str>>,
    /// Rules whose better form was used.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub good: Vec<Cow<'a, str>>,
    /// Rules that spoke.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub say: Vec<Cow<'a, str>>,
    /// Rules that were held back, and why.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty", with = "pairs")]
    pub held: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The agent.
    #[serde(borrow)]
    pub client: Cow<'a, str>,
}

impl<'a> CallLine<'a> {
    /// Reads a line of a ledger; `None` of one that is torn, foreign or of another version.
    pub fn of(line: &'a [u8]) -> Option<Self> {
        // The line is checked at once: serde_json would check each string of it.
        let text = str::from_utf8(line).ok()?;
        let plain = plain::call(text);
        // Returned as it is: a line is large, and a store has a million of them.
        if plain.is_some() {
            plain
        } else {
            serde_json::from_str(text).ok().filter(|line: &Self| line.v == LINE_VERSION)
        }
    }

    /// The same line with texts of its own.
    pub fn into_owned(self) -> CallLine<'static> {
        let own = |text: Cow<str>| -> Cow<'static, str> { Cow::Owned(text.into_owned()) };
        let all = |texts: Vec<Cow<str>>| texts.into_iter().map(own).collect();
        CallLine {
            v: self.v,
            t: self.t,
            call: own(self.call),
            tool: own(self.tool),
            ok: self.ok,
            key: own(self.key),
            sel: own(self.sel),
            reads: self.reads,
            ran: self.ran,
            lang: own(self.lang),
            file: own(self.file),
            range: self.range,
            err: own(self.err),
            task: own(self.task),
            cwd: own(self.cwd),
            size: self.size,
            dur: self.dur,
            us: self.us,
            via: own(self.via),
            hit: all(self.hit),
            good: all(self.good),
            say: all(self.say),
            held: self.held.into_iter().map(|(rule, why)| (own(rule), own(why))).collect(),
            client: own(self.client),
        }
    }
}

/// `held` is an object in JSON and a list here: it is small and keeps its order.
mod pairs {
    use std::borrow::Cow;
    use std::fmt;

    use serde::de::{Deserializer, MapAccess, Visitor};
    use serde::ser::{SerializeMap, Serializer};

    type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

    pub(super) fn serialize<S: Serializer>(pairs: &Pairs, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(pairs.len()))?;
        for (rule, why) in pairs {
            map.serialize_entry(rule, why)?;
        }
        map.end()
    }

    pub(super) fn deserialize<'de: 'a, 'a, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Pairs<'a>, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of strings")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some((rule, why)) = map.next_entry::<String, String>()? {
                    pairs.push((Cow::Owned(rule), Cow::Owned(why)));
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

/// A line of `warnings.jsonl`: something that was said, or a reset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarningLine {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// Unix time, ms.
    pub t: u64,
    /// Hash of the client's id of the call.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub call: String,
    /// The rule.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// What counts as the same occasion: a hash.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Severity.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sev: String,
    /// Characters that were said.
    #[serde(skip_serializing_if = "is_zero")]
    pub chars: u64,
    /// Number of the call in its session; estimated once the ledger is longer than what is read of it.
    #[serde(skip_serializing_if = "is_zero")]
    pub n: u64,
    /// `compact` or `clear`: the agent has forgotten what was said before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reset: String,
}

impl WarningLine {
    /// Reads a line of a ledger; `None` of one that is torn, foreign or of another version.
    pub fn of(line: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(line).ok().filter(|line| line.v == LINE_VERSION)
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_false(b: &bool) -> bool {
    !b
}

/// The recent calls of one session. Read as lines at once, understood only when a rule or the judge asks.
#[derive(Debug, Clone, Default)]
pub struct History {
    tail: Cow<'static, [u8]>,
    calls: OnceCell<Vec<CallLine<'static>>>,
    /// Hash of the id of the call at hand; empty where it is not told.
    own: String,
    /// How many lines the session's ledger has: exact while it is read whole, else estimated from its size.
    pub total: u64,
}

impl History {
    /// Takes the end of a ledger of `file_bytes`. Without the beginning, its first line is cut and left out.
    ///
    /// The calls will borrow from a `tail` that stays: copying each of their texts costs more than reading them.
    pub fn new(tail: impl Into<Cow<'static, [u8]>>, file_bytes: u64) -> Self {
        let tail = tail.into();
        let bytes = tail.len() as u64;
        let lines = tail.iter().filter(|byte| **byte == b'\n').count() as u64;
        let whole = bytes >= file_bytes;
        let start =
            if whole { 0 } else { tail.iter().position(|b| *b == b'\n').map_or(tail.len(), |at| at + 1) };
        let total = if whole { lines } else { file_bytes * lines / bytes.max(1) };
        let tail = match tail {
            Cow::Borrowed(tail) => Cow::Borrowed(tail.get(start..).unwrap_or_default()),
            Cow::Owned(mut tail) => Cow::Owned(tail.split_off(start)),
        };
        Self { tail, calls: OnceCell::new(), own: String::new(), total }
    }

    /// The same without the call of this hash: where the hook is registered twice, the other process may have noted the
    /// call at hand already, and a call is no repetition of itself. Searches of bytes still find it.
    pub fn without(self, own: String) -> Self {
        Self { own, calls: OnceCell::new(), ..self }
    }

    /// The calls, oldest first; each tool call once, also when the hook is registered twice. Lines that are torn,
    /// foreign or of another version are skipped.
    pub fn calls(&self) -> &[CallLine<'static>] {
        self.calls.get_or_init(|| match &self.tail {
            Cow::Borrowed(tail) => calls_in(tail, &self.own),
            Cow::Owned(tail) => calls_in(tail, &self.own).into_iter().map(CallLine::into_owned).collect(),
        })
    }

    /// The calls after the one with this hash; where it is not in sight, those later than `t` (unix ms). The order of
    /// lines counts more than the clock, which may be set back.
    pub fn after(&self, call: &str, t: u64) -> &[CallLine<'static>] {
        let position =
            if call.is_empty() { None } else { self.calls().iter().rposition(|line| line.call == call) };
        let start = match position {
            Some(at) => at + 1,
            None => self.calls().iter().rposition(|line| line.t <= t).map_or(0, |at| at + 1),
        };
        self.calls().get(start..).unwrap_or_default()
    }

    /// Whether `hash` stands in the lines at least so many `times`: a search of bytes, for who must decide whether the
    /// calls are worth understanding.
    pub fn holds(&self, hash: &str, times: usize) -> bool {
        memchr::memmem::find_iter(&self.tail, hash).take(times).count() == times
    }

    /// How many of the last calls have `counted` in their line, up to `enough` and back to the first that has none of
    /// `passed` or one of `barred`: a search of bytes, like [`Self::holds`].
    pub fn streak(&self, counted: &str, passed: &[&str], barred: &[&str], enough: usize) -> usize {
        let has = |line: &[u8], sign: &str| memchr::memmem::find(line, sign.as_bytes()).is_some();
        let lines = self.tail.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let unbroken = lines.take_while(|line| {
            passed.iter().any(|sign| has(line, sign)) && !barred.iter().any(|sign| has(line, sign))
        });
        unbroken.filter(|line| has(line, counted)).take(enough).count()
    }

    /// The last call alone, which costs less than to understand them all.
    pub fn last(&self) -> Option<CallLine<'_>> {
        let line = self.tail.rsplit(|byte| *byte == b'\n').find(|line| !line.is_empty())?;
        CallLine::of(line)
    }

    /// The hash of the directory in which the shell was before this call.
    pub fn last_cwd(&self) -> Option<&str> {
        self.calls().iter().rev().map(|call| call.cwd.as_ref()).find(|cwd| !cwd.is_empty())
    }
}

/// The calls in lines, but for the one of the hash `own`.
fn calls_in<'t>(tail: &'t [u8], own: &str) -> Vec<CallLine<'t>> {
    let mut calls: Vec<CallLine> = Vec::new();
    // An empty line is no call, and its error would cost more than twenty lines (see `Ledger::claim`).
    for line in lines(tail) {
        let Some(line) = CallLine::of(line) else { continue };
        let doubled = !line.call.is_empty()
            && (line.call == own || calls.iter().rev().take(16).any(|seen| seen.call == line.call));
        if !doubled {
            calls.push(line);
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn torn_foreign_and_doubled_lines_are_skipped() {
        let tail = b"{\"v\":1,\"t\":1,\"tool\":\"Bash\",\"call\":\"a\"}\n{\"v\":1,\"t\":2,\"to\nnoise\n{\"v\":2,\"t\":3}\n{\"v\":1,\"t\":4,\"call\":\"a\"}\n{\"v\":1,\"t\":5,\"hit\":[\"x\"],\"held\":{\"x\":\"budget\"}}\n";
        let history = History::new(&tail[..], tail.len() as u64);
        assert_eq!(history.calls().iter().map(|c| c.t).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(history.total, 6, "every line counts");
        assert_eq!(history.after("", 4).len(), 1);
        assert_eq!(history.after("a", 9).len(), 1, "the line's place counts, not the clock");
        assert_eq!(history.calls()[1].held, [("x".into(), "budget".into())]);
        assert_eq!(history.without("a".to_owned()).calls().len(), 1, "the call at hand is none before it");
    }

    #[test]
    fn a_streak_ends_at_another_call() {
        let tail = b"{\"v\":1,\"a\":1}\n{\"v\":1,\"b\":1}\n{\"v\":1,\"a\":1}\n{\"v\":1,\"c\":1}\n{\"v\":1,\"a\":1}\n";
        let history = History::new(tail, tail.len() as u64);
        let streak = |passed: &[&str], barred, enough| history.streak("\"a\"", passed, barred, enough);
        assert_eq!(streak(&["\"a\"", "\"c\""], &[], 9), 2);
        assert_eq!(streak(&["\"a\"", "\"c\"", "\"b\""], &[], 9), 3);
        assert_eq!(streak(&["\"a\"", "\"c\"", "\"b\""], &[], 2), 2);
        assert_eq!(streak(&["\"v\""], &["\"c\""], 9), 1);
        assert_eq!(History::default().streak("a", &["a"], &[], 9), 0);
    }

    #[test]
    fn a_long_ledger_is_estimated() {
        let line = b"{\"v\":1,\"t\":1,\"tool\":\"Bash\"}\n";
        let tail = line.repeat(100);
        let bytes = tail.len() as u64;
        let history = History::new(tail, bytes * 10);
        assert!((950..=1000).contains(&history.total), "{}", history.total);
    }
}
