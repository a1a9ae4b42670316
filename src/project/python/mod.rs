//! Projects of Python: their package manager, what they require, their virtual environment.

pub mod managed_project;
pub mod package_manager;
mod pyproject;
pub mod requirements;
pub mod virtual_env;

/// Whether a name is one of Python's interpreters: `python`, `python3`, `python3.12`.
pub(crate) fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}
