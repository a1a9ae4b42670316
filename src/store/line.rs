//! The lines of a session's files.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::line_reader;

/// Signs in the ledger's line of a call that ran tests, a build or a check.
pub(crate) const RAN: [&str; 2] = ["\"sel\":", "\"ran\":true"];

/// Version of the line formats.
pub const LINE_VERSION: u32 = 1;

/// One call, as a line of `calls.jsonl`. Absent fields are left out; no text of a command, path or
/// output is in it, only names of rules, tools and languages, sizes, and hashes seeded with the
/// session's id.
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
    /// Hash of the input: `n` and the normalized command where it was parsed, else `t` and the
    /// trimmed text.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub key: Cow<'a, str>,
    /// Hash of the test or build runs that are all that the call does, whatever filters their
    /// output; only where they came to their end.
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
        let plain = line_reader::call(text);
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

    pub(crate) fn serialize<S: Serializer>(
        pairs: &Pairs,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(pairs.len()))?;
        for (rule, why) in pairs {
            map.serialize_entry(rule, why)?;
        }
        map.end()
    }

    pub(crate) fn deserialize<'de: 'a, 'a, D: Deserializer<'de>>(
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
    /// `compact` or `clear`: the agent has forgotten what was said before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reset: String,
}

impl WarningLine {
    /// Reads a line of a ledger; `None` of one that is torn, foreign or of another version.
    pub fn of(line: &[u8]) -> Option<Self> {
        // As a whole it is text or torn: serde_json would not check what it passes over.
        let text = str::from_utf8(line).ok()?;
        serde_json::from_str::<Self>(text).ok().filter(|line| line.v == LINE_VERSION)
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_false(b: &bool) -> bool {
    !b
}
