//! Secrets that reach the transcript.

mod cmdline;
mod exposure;
mod places;
mod printed;
mod sources;

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[cmdline::SECRET_ON_CMDLINE, printed::SECRET_PRINTED];
