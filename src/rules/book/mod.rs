//! The rule book: one rule a file, by topic.

pub(crate) mod context;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod packages;
pub(crate) mod processes;
pub(crate) mod reading;
pub(crate) mod retired;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod secrets;
pub(crate) mod severities;
pub(crate) mod shell;
pub(crate) mod support;
pub(crate) mod writing;

use super::rule::Rule;
use super::threshold::Threshold;

/// Makes the list of rules, and beside it the list of their topics.
macro_rules! book {
    ($(#[$about:meta])* pub const RULES: &[&Rule] = &[$(&$topic:ident::$rule:ident::RULE),* $(,)?];) => {
        $(#[$about])*
        pub const RULES: &[&Rule] = &[$(&$topic::$rule::RULE),*];

        /// The topic of each rule, at the place of its number.
        pub(crate) const TOPICS: &[&str] = &[$(stringify!($topic)),*];
    };
}

book! {
/// Every rule, at the place of its number. Where two matter alike, the one that comes first here is
/// said: the more specific cause comes before the more general one, a search that never ran before
/// how to search better, a status that is lost before how to stage.
pub const RULES: &[&Rule] = &[
    &shell::zsh_no_match::RULE,
    &search::rg_replace::RULE,
    &search::rg_bre_alternation::RULE,
    &search::find_grep_pipeline::RULE,
    &search::grep_recursive::RULE,
    &search::find_name_search::RULE,
    &search::list_tree_unbounded::RULE,
    &search::grep_tool_broad::RULE,
    &reading::read_generated_file::RULE,
    &reading::cat_view_file::RULE,
    &reading::reread_same_range::RULE,
    &reading::read_large_whole::RULE,
    &reading::sequential_independent::RULE,
    &reading::mass_read_main::RULE,
    &writing::invalid_call_repeated::RULE,
    &writing::sed_inplace_edit::RULE,
    &writing::write_over_existing::RULE,
    &writing::shell_write_file::RULE,
    &writing::debt_filename::RULE,
    &files::rm_rf_dangerous::RULE,
    &files::enoent_cwd_drift::RULE,
    &secrets::secret_on_cmdline::RULE,
    &secrets::secret_printed::RULE,
    &secrets::secret_in_written_file::RULE,
    &shell::masked_commit_gate::RULE,
    &shell::false_ok::RULE,
    &shell::pipestatus_zsh::RULE,
    &shell::masked_exit_pipe::RULE,
    &git::commit_hook_failed::RULE,
    &git::git_push_rejected::RULE,
    &git::git_merge_conflict::RULE,
    &git::git_interactive::RULE,
    &git::git_no_verify::RULE,
    &git::git_push_force::RULE,
    &git::git_reset_hard::RULE,
    &git::git_discard_worktree::RULE,
    &git::git_stash_worktree::RULE,
    &git::git_amend_pushed::RULE,
    &git::message_substitution::RULE,
    &git::git_add_all::RULE,
    &processes::pkill_broad::RULE,
    &processes::interactive_program::RULE,
    &processes::never_ending_command::RULE,
    &processes::dev_server_foreground::RULE,
    &processes::ci_wait::RULE,
    &processes::unbounded_poll_loop::RULE,
    &processes::poll_background_output::RULE,
    &processes::command_timeout::RULE,
    &processes::sleep_wait::RULE,
    &processes::slow_foreground::RULE,
    &packages::wrong_js_package_manager::RULE,
    &packages::pip_in_managed_project::RULE,
    &packages::uv_run_python::RULE,
    &packages::module_not_found::RULE,
    &shell::command_not_found::RULE,
    &context::gh_output_large::RULE,
    &context::many_files_in_one_call::RULE,
    &context::test_output_verbose::RULE,
    &context::mcp_large_output::RULE,
    &context::bash_output_large::RULE,
    &shell::repeat_failing_command::RULE,
    &runs::full_suite_loop::RULE,
    &runs::rerun_tests_no_change::RULE,
    &runs::many_edits_no_check::RULE,
    &shell::shell_state_not_kept::RULE,
    &shell::cd_prefix_cwd::RULE,
    &writing::sed_bsd_boundary::RULE,
];
}

/// The numbers that a user can set, of each rule that has some.
pub(crate) const THRESHOLDS: &[&[Threshold]] = &[
    search::grep_tool_broad::THRESHOLDS,
    reading::read_generated_file::THRESHOLDS,
    reading::read_large_whole::THRESHOLDS,
    reading::mass_read_main::THRESHOLDS,
    writing::write_over_existing::THRESHOLDS,
    writing::shell_write_file::THRESHOLDS,
    processes::slow_foreground::THRESHOLDS,
    context::gh_output_large::THRESHOLDS,
    context::many_files_in_one_call::THRESHOLDS,
    context::test_output_verbose::THRESHOLDS,
    context::mcp_large_output::THRESHOLDS,
    context::bash_output_large::THRESHOLDS,
    runs::many_edits_no_check::THRESHOLDS,
];
