//! The lines of a ledger's two files. `docs/ledger.md` has the format.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Texts of which the line of a call contains one if it ran tests, a build or a check.
pub(crate) const RAN: [&str; 2] = ["\"sel\":", "\"ran\":true"];

/// The reason of a line that was held out at random.
pub(crate) const HELD_OUT: &str = "holdout";

/// What precedes the client's id of a call, at the end of a line that keeps it.
pub(super) const TOOL_USE_ID: &str = ",\"tool_use_id\":";

/// Version of the line formats.
pub const LINE_VERSION: u32 = 1;

/// One call, as a line of `calls.jsonl`. Empty fields are left out. A line contains no text of a
/// command, path or output, only names of rules, tools and languages, sizes, and hashes that are
/// seeded with the session's id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallLine<'a> {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// Unix time, ms.
    pub t: u64,
    /// The hashes are under the machine's key, as they are since version 0.2.
    #[serde(rename = "k", skip_serializing_if = "is_false")]
    pub keyed: bool,
    /// Hash of the client's id of the call.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub call: Cow<'a, str>,
    /// Name of the tool.
    #[serde(borrow)]
    pub tool: Cow<'a, str>,
    /// The call succeeded.
    pub ok: bool,
    /// Hash of the input: `n` and a hash of the normalized script if it was parsed, else `t` and a
    /// hash of the trimmed text.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub key: Cow<'a, str>,
    /// Hash of the test or build runs, if the call does nothing else and they came to their end.
    /// Filters of their output do not count.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub sel: Cow<'a, str>,
    /// The call changed no file, as far as its tool and its words show.
    #[serde(skip_serializing_if = "is_false")]
    pub reads: bool,
    /// The call ran tests, a build or a check among other things, so `sel` is empty.
    #[serde(skip_serializing_if = "is_false")]
    pub ran: bool,
    /// Language of the code that an Edit or Write changed; `none` for text that is not code.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub lang: Cow<'a, str>,
    /// Hash of the file's path.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub file: Cow<'a, str>,
    /// First line and number of lines of a partial Read.
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
    /// Bytes of the result as JSON; 0 for an image.
    pub size: u64,
    /// Duration of the tool, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dur: Option<u64>,
    /// Time that this program took until it wrote this line, us.
    pub us: u64,
    /// How far the call went: `none`, `fast`, `deep` or `cut`.
    #[serde(borrow)]
    pub via: Cow<'a, str>,
    /// Rules that have a finding.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub hit: Vec<Cow<'a, str>>,
    /// Rules whose better form the call uses.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub good: Vec<Cow<'a, str>>,
    /// Rules that spoke.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub say: Vec<Cow<'a, str>>,
    /// Rules whose finding was held, and why.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty", with = "pairs")]
    pub held: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The client.
    #[serde(borrow)]
    pub client: Cow<'a, str>,
    /// Hash of the project, the same in every session; only in the first line of a ledger.
    #[serde(borrow, skip_serializing_if = "str::is_empty")]
    pub project: Cow<'a, str>,
}

impl CallLine<'_> {
    /// Whether the call changed a file by a tool for it.
    pub(crate) fn is_edit(&self) -> bool {
        self.ok && matches!(&*self.tool, "Edit" | "MultiEdit" | "NotebookEdit" | "Write")
    }

    /// Whether the line of `rule` was held out at random.
    fn held_out(&self, rule: &str) -> bool {
        self.held.iter().any(|(held, why)| held == rule && why == HELD_OUT)
    }

    /// Whether `rule` had its line on this call, said or held out.
    pub(crate) fn has_line_of(&self, rule: &str) -> bool {
        self.say.iter().any(|said| said == rule) || self.held_out(rule)
    }

    /// The same line with owned texts.
    pub(crate) fn into_owned(self) -> CallLine<'static> {
        let owned = |text: Cow<str>| -> Cow<'static, str> { Cow::Owned(text.into_owned()) };
        let all = |texts: Vec<Cow<str>>| texts.into_iter().map(owned).collect();
        CallLine {
            v: self.v,
            t: self.t,
            keyed: self.keyed,
            call: owned(self.call),
            tool: owned(self.tool),
            ok: self.ok,
            key: owned(self.key),
            sel: owned(self.sel),
            reads: self.reads,
            ran: self.ran,
            lang: owned(self.lang),
            file: owned(self.file),
            range: self.range,
            err: owned(self.err),
            task: owned(self.task),
            cwd: owned(self.cwd),
            size: self.size,
            dur: self.dur,
            us: self.us,
            via: owned(self.via),
            hit: all(self.hit),
            good: all(self.good),
            say: all(self.say),
            held: self.held.into_iter().map(|(rule, why)| (owned(rule), owned(why))).collect(),
            client: owned(self.client),
            project: owned(self.project),
        }
    }
}

/// `held` is an object in JSON, but a list here, which is small and keeps its order.
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

/// A line of `warnings.jsonl`: a warning that was said or held out, what a sub-agent drew, a lesson,
/// or a reset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarningLine {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// Unix time, ms.
    pub t: u64,
    /// The hashes are under the machine's key, as they are since version 0.2.
    #[serde(rename = "k", skip_serializing_if = "is_false")]
    pub keyed: bool,
    /// Hash of the client's id of the call.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub call: String,
    /// The rule's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Hash of the rule and the finding's subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// The severity.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sev: String,
    /// Characters of the advice.
    #[serde(skip_serializing_if = "is_zero")]
    pub chars: u64,
    /// The session's arm for this rule; none if the line is never held out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arm: Option<Arm>,
    /// The share of sessions in which the rule's lines are held out, when the arm was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// It is the session's first occasion for the rule, in any of its ledgers.
    #[serde(skip_serializing_if = "is_false")]
    pub unit: bool,
    /// Hash of the session alone, the same in all of its ledgers.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// The rule for which a sub-agent drew the session's arm; such a line is not a warning.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub drawn: String,
    /// The rule whose lesson is the session's to hear at its start; such a line is not a warning.
    /// It has no arm if nothing was drawn.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lesson: String,
    /// Of a unit: the arm that the session has of the rule's lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lesson_arm: Option<Arm>,
    /// `compact` or `clear`: the agent has forgotten what was said before this line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reset: String,
}

/// Whether the agents of a session are told a rule's lines, or its lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// They are.
    Told,
    /// They are not: the session is a control.
    HeldOut,
}

impl WarningLine {
    /// Whether the agent was told this warning.
    pub(crate) fn was_said(&self) -> bool {
        !self.rule.is_empty() && self.arm != Some(Arm::HeldOut)
    }

    /// The arm of the lesson in this line; `None` if it has none. A lesson that is not held out is
    /// told.
    pub(crate) fn arm_of_lesson(&self) -> Option<Arm> {
        (!self.lesson.is_empty()).then(|| self.arm.unwrap_or(Arm::Told))
    }

    /// Reads a line of `warnings.jsonl`. `None` if it is torn, foreign or of another version.
    pub(crate) fn of(line: &[u8]) -> Option<Self> {
        // A line that is not UTF-8 is torn. serde_json would not notice that in a value that it
        // skips.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_a_call_of_a_tool_for_it_that_succeeded() {
        let is_edit = |tool: &'static str, ok| {
            CallLine { tool: tool.into(), ok, ..Default::default() }.is_edit()
        };
        assert!(
            ["Edit", "MultiEdit", "NotebookEdit", "Write"]
                .into_iter()
                .all(|tool| is_edit(tool, true))
        );
        assert!(!is_edit("Edit", false) && !is_edit("Read", true) && !is_edit("Bash", true));
    }

    #[test]
    fn a_rule_has_its_line_where_it_was_said_or_held_out_by_lot() {
        let held = |why: &'static str| vec![("a".into(), why.into())];
        let line = |say: &[&'static str], held| {
            let say = say.iter().map(|rule| Cow::Borrowed(*rule)).collect();
            CallLine { say, held, ..Default::default() }
        };
        assert!(line(&["a"], Vec::new()).has_line_of("a"));
        assert!(line(&[], held(HELD_OUT)).has_line_of("a"));
        assert!(!line(&["b"], held("budget")).has_line_of("a"));
        assert!(!line(&[], held(HELD_OUT)).has_line_of("b"));
    }
}
