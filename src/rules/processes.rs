//! Commands that do not end, wait, ask or kill.

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[];
