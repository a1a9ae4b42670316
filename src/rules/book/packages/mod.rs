//! Packages and environments of projects.

pub mod module_not_found;
pub mod pip_in_managed_project;
pub mod support;
pub mod uv_run_python;
pub mod wrong_js_package_manager;
