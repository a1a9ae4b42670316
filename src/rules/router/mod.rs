//! A better tool for the job, as files and lock files tell.

mod broad;
mod javascript;
mod missing;
pub(super) mod project;
mod python;
mod request;
mod same;
mod synonyms;

use crate::rule::Rule;

pub(super) const RULES: &[Rule] = &[
    javascript::WRONG_JS_PACKAGE_MANAGER,
    python::PIP_IN_MANAGED_PROJECT,
    missing::COMMAND_NOT_FOUND,
    broad::GREP_TOOL_BROAD,
];
