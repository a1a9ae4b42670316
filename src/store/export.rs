//! The lines of a store for others' eyes: the same, with hashes under a fresh key that is kept
//! nowhere, so that nothing in them can be found in the original by its hash, or searched by who
//! knows the original's key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::errors::ErrorLine;
use super::hashes::hex;
use super::key::MachineKey;
use super::line::{CallLine, WarningLine};
use super::rollup::Day;

/// Longest name that a line may contain, bytes. Those of rules, tools, clients and reasons are
/// shorter.
const MAX_NAME_BYTES: usize = 40;

/// Replaces a name that no version of this program writes.
const OTHER: &str = "other";

/// The fresh key. Equal hashes stay equal, so that lines can still be joined with each other.
pub(crate) struct ExportKey(MachineKey);

impl ExportKey {
    /// A key that no other export has.
    pub(crate) fn fresh() -> Self {
        Self(MachineKey::fresh())
    }

    /// What replaces a hash. The letter before the hash of an input says what was hashed.
    fn hash(&self, hash: &str) -> String {
        let fresh = |hash: &str| hex(self.0.hash("export", hash));
        match hash.strip_prefix(['n', 't']) {
            _ if hash.is_empty() => String::new(),
            Some(rest) => hash.chars().take(1).collect::<String>() + &fresh(rest),
            None => fresh(hash),
        }
    }

    /// What replaces the name that the two files of a ledger share.
    pub(crate) fn name(&self, ledger: &str) -> String {
        let (stem, rest) = ledger.split_once('.').unwrap_or((ledger, ""));
        let stem: Vec<String> = stem.split('-').map(|hash| self.hash(hash)).collect();
        let name = stem.join("-");
        // The time when it was set aside.
        if rest.bytes().all(|byte| byte.is_ascii_digit()) && !rest.is_empty() {
            format!("{name}.{rest}")
        } else {
            name
        }
    }

    /// The line of a call.
    pub(crate) fn call(&self, line: CallLine) -> CallLine<'static> {
        let hash = |hash: Cow<str>| Cow::Owned(self.hash(&hash));
        let names = |names: Vec<Cow<str>>| -> Vec<Cow<'static, str>> {
            names.iter().map(|text| Cow::Owned(name(text))).collect()
        };
        CallLine {
            keyed: true,
            call: hash(line.call),
            tool: Cow::Owned(name(&line.tool)),
            key: hash(line.key),
            sel: hash(line.sel),
            lang: Cow::Owned(name(&line.lang)),
            file: hash(line.file),
            err: hash(line.err),
            task: hash(line.task),
            cwd: hash(line.cwd),
            via: Cow::Owned(name(&line.via)),
            hit: names(line.hit),
            good: names(line.good),
            say: names(line.say),
            held: line
                .held
                .iter()
                .map(|(rule, why)| (Cow::Owned(name(rule)), Cow::Owned(name(why))))
                .collect(),
            client: Cow::Owned(name(&line.client)),
            project: hash(line.project),
            v: line.v,
            t: line.t,
            ok: line.ok,
            reads: line.reads,
            ran: line.ran,
            range: line.range,
            size: line.size,
            dur: line.dur,
            us: line.us,
        }
    }

    /// The line of a warning.
    pub(crate) fn warning(&self, line: WarningLine) -> WarningLine {
        WarningLine {
            keyed: true,
            call: self.hash(&line.call),
            rule: name(&line.rule),
            key: self.hash(&line.key),
            sev: name(&line.sev),
            session: self.hash(&line.session),
            drawn: name(&line.drawn),
            lesson: name(&line.lesson),
            reset: name(&line.reset),
            v: line.v,
            t: line.t,
            chars: line.chars,
            arm: line.arm,
            share: line.share,
            unit: line.unit,
            lesson_arm: line.lesson_arm,
        }
    }
}

/// The line of a day, which has no hash.
pub(crate) fn day(line: &Day) -> Day {
    let names = |counts: &BTreeMap<String, u64>| {
        counts.iter().map(|(text, count)| (name(text), *count)).collect()
    };
    Day {
        client: name(&line.client),
        rule: name(&line.rule),
        held: names(&line.held),
        via: names(&line.via),
        answered_via: names(&line.answered_via),
        ..line.clone()
    }
}

/// The line of an input that was not understood.
pub(crate) fn error(line: &ErrorLine) -> ErrorLine {
    ErrorLine { v: line.v, t: line.t, kind: name(&line.kind) }
}

/// A name as it leaves the machine: what is no plain word is none of this program's.
fn name(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if text.len() <= MAX_NAME_BYTES && text.chars().all(is_plain) { text } else { OTHER }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_hashes_stay_equal_and_two_exports_share_none() {
        let (one, other) = (ExportKey::fresh(), ExportKey::fresh());
        let line = |key: &ExportKey| {
            key.call(CallLine {
                call: "0123456789abcdef".into(),
                key: "n0123456789abcdef".into(),
                project: "0123456789abcdef".into(),
                tool: "rm -rf /secret".into(),
                client: "claude".into(),
                ..CallLine::default()
            })
        };
        let (first, second) = (line(&one), line(&other));
        assert_eq!(first.call, first.project);
        assert_eq!(first.key, format!("n{}", first.call));
        assert_eq!((&*first.tool, &*first.client, &*first.file), ("other", "claude", ""));
        assert!(first.call != "0123456789abcdef" && first.call != second.call);
        let name = one.name("0123456789abcdef-fedcba9876543210.17");
        assert!(name.starts_with(&format!("{}-", first.call)) && name.ends_with(".17"), "{name}");
        assert!(!one.name("0123456789abcdef./../x").contains('/'));
    }
}
