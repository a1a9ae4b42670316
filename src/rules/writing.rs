//! Files written where a better tool would do.

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[];
