//! Risky or mistaken habits that only state or files show.

mod absence;
mod amending;
mod debt;
mod drift;
mod merging;
mod written;

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[
    drift::ENOENT_CWD_DRIFT,
    debt::DEBT_FILENAME,
    merging::GIT_MERGE_CONFLICT,
    amending::GIT_AMEND_PUSHED,
    written::SECRET_IN_WRITTEN_FILE,
];
