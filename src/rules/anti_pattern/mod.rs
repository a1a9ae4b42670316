//! Risky or mistaken habits that only state or files show.

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[];
