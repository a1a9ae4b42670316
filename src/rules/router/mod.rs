//! A better tool for the job, as files and lock files tell.

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[];
