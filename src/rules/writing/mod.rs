//! Files written where a better tool would do.

mod over_existing;
mod through_shell;

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[over_existing::WRITE_OVER_EXISTING, through_shell::SHELL_WRITE_FILE];
