//! Package managers and environments of projects.

pub(crate) mod module_not_found;
pub(crate) mod pip_in_managed_project;
pub(crate) mod support;
pub(crate) mod uv_run_python;
pub(crate) mod wrong_js_package_manager;
