//! A better tool for the job, as files and lock files tell.

mod broad;
mod javascript;
mod keeper;
mod missing;
mod modules;
pub(super) mod project;
mod pyproject;
mod python;
mod request;
mod same;
mod synonyms;
mod uv_run;
mod venv;

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[
    javascript::WRONG_JS_PACKAGE_MANAGER,
    python::PIP_IN_MANAGED_PROJECT,
    missing::COMMAND_NOT_FOUND,
    broad::GREP_TOOL_BROAD,
    modules::MODULE_NOT_FOUND,
    uv_run::UV_RUN_PYTHON,
];
