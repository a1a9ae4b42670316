//! Secrets that reach the transcript.

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[];
