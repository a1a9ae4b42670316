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
pub(crate) mod shell;
pub(crate) mod support;
pub(crate) mod writing;

use super::rule::Rule;
use super::threshold::Threshold;

/// Every rule, at the place of its number. Where two matter alike, the one that comes first here is
/// said: a search that never ran before a better search, a masked run that gates a commit before how
/// to add. A new rule is put at the end, so that the numbers of the others stay.
pub const RULES: &[&Rule] = &[
    &search::grep_recursive::RULE,
    &search::find_name_search::RULE,
    &search::find_grep_pipeline::RULE,
    &search::list_tree_unbounded::RULE,
    &search::rg_bre_alternation::RULE,
    &reading::read_generated_file::RULE,
    &reading::cat_view_file::RULE,
    &reading::read_large_whole::RULE,
    &writing::sed_inplace_edit::RULE,
    &files::rm_rf_dangerous::RULE,
    &writing::write_over_existing::RULE,
    &writing::shell_write_file::RULE,
    &shell::zsh_no_match::RULE,
    &shell::masked_commit_gate::RULE,
    &shell::false_ok::RULE,
    &shell::masked_exit_pipe::RULE,
    &shell::cd_prefix_cwd::RULE,
    &shell::shell_state_not_kept::RULE,
    &git::git_add_all::RULE,
    &git::git_no_verify::RULE,
    &git::git_push_force::RULE,
    &git::git_reset_hard::RULE,
    &git::git_discard_worktree::RULE,
    &git::git_interactive::RULE,
    &git::commit_hook_failed::RULE,
    &git::git_push_rejected::RULE,
    &processes::never_ending_command::RULE,
    &processes::dev_server_foreground::RULE,
    &processes::sleep_wait::RULE,
    &processes::unbounded_poll_loop::RULE,
    &processes::interactive_program::RULE,
    &processes::pkill_broad::RULE,
    &secrets::secret_on_cmdline::RULE,
    &secrets::secret_printed::RULE,
    &packages::wrong_js_package_manager::RULE,
    &packages::pip_in_managed_project::RULE,
    &shell::command_not_found::RULE,
    &search::grep_tool_broad::RULE,
    &packages::module_not_found::RULE,
    &packages::uv_run_python::RULE,
    &files::enoent_cwd_drift::RULE,
    &writing::debt_filename::RULE,
    &git::git_merge_conflict::RULE,
    &git::git_amend_pushed::RULE,
    &secrets::secret_in_written_file::RULE,
    &context::bash_output_large::RULE,
    &runs::rerun_tests_no_change::RULE,
    &shell::repeat_failing_command::RULE,
    &context::test_output_verbose::RULE,
    &context::mcp_large_output::RULE,
    &reading::reread_same_range::RULE,
    &processes::poll_background_output::RULE,
    &processes::slow_foreground::RULE,
    &reading::sequential_independent::RULE,
    &reading::mass_read_main::RULE,
    &runs::many_edits_no_check::RULE,
    &runs::full_suite_loop::RULE,
    &git::git_stash_worktree::RULE,
    &git::message_substitution::RULE,
    &context::gh_output_large::RULE,
    &context::many_files_in_one_call::RULE,
    &processes::ci_wait::RULE,
    &search::rg_replace::RULE,
    &shell::pipestatus_zsh::RULE,
    &writing::invalid_call_repeated::RULE,
    &processes::command_timeout::RULE,
];

/// The numbers that a user can set, of each rule that has some.
pub(crate) const THRESHOLDS: &[&[Threshold]] = &[
    reading::read_generated_file::THRESHOLDS,
    reading::read_large_whole::THRESHOLDS,
    writing::write_over_existing::THRESHOLDS,
    writing::shell_write_file::THRESHOLDS,
    search::grep_tool_broad::THRESHOLDS,
    context::bash_output_large::THRESHOLDS,
    context::test_output_verbose::THRESHOLDS,
    context::mcp_large_output::THRESHOLDS,
    processes::slow_foreground::THRESHOLDS,
    reading::mass_read_main::THRESHOLDS,
    runs::many_edits_no_check::THRESHOLDS,
    context::gh_output_large::THRESHOLDS,
    context::many_files_in_one_call::THRESHOLDS,
];
