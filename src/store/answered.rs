//! Which call of a ledger a warning is about.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::line::{CallLine, WarningLine};

/// The first index of each call in a ledger, by the hash of its id, so that a long ledger is not
/// searched for each warning.
pub(super) struct Answered<'l>(BTreeMap<&'l str, usize>);

impl<'l> Answered<'l> {
    /// The calls of a ledger, oldest first.
    pub(super) fn of<'c: 'l>(calls: impl Iterator<Item = &'l CallLine<'c>>) -> Self {
        let mut first = BTreeMap::new();
        for (at, call) in calls.enumerate() {
            if !call.call.is_empty() {
                first.entry(call.call.as_ref()).or_insert(at);
            }
        }
        Self(first)
    }

    /// The index after the call that a warning is about, among the same `calls`. The order of lines
    /// is more reliable than the clock, which may be set back. The clock decides only if the client
    /// gives its calls no id, or the call's line could not be written.
    pub(super) fn after<'c>(
        &self,
        calls: &[impl Borrow<CallLine<'c>>],
        warning: &WarningLine,
    ) -> usize {
        // The hook writes the line of a warning before the line of its call.
        let is_it = |call: &CallLine| {
            call.t >= warning.t && call.call.is_empty() && call.has_line_of(&warning.rule)
        };
        let named = self.0.get(warning.call.as_str()).copied();
        named
            .or_else(|| calls.iter().position(|call| is_it(call.borrow())))
            .or_else(|| calls.iter().rposition(|call| call.borrow().t < warning.t))
            .map_or(0, |at| at + 1)
    }
}
