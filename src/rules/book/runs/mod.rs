//! Runs of tests, builds and checks: too many, for nothing, or none.

pub mod full_suite_loop;
pub mod many_edits_no_check;
pub mod rerun_tests_no_change;
