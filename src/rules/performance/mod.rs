//! Waste over time: sizes, repeats, runs for nothing.

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[];
