//! Runs of tests, builds and checks: too many, for nothing, or none.

pub(crate) mod full_suite_loop;
pub(crate) mod many_edits_no_check;
pub(crate) mod rerun_tests_no_change;
