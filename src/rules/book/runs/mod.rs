//! Test runs, builds and checks: too many, pointless or missing.

pub(crate) mod full_suite_loop;
pub(crate) mod many_edits_no_check;
pub(crate) mod rerun_tests_no_change;
