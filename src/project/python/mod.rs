//! Projects of Python: their package manager, what they require, their virtual environment.

pub(crate) mod managed_project;
pub(crate) mod package_manager;
mod pyproject;
pub(crate) mod requirements;
pub(crate) mod virtual_env;

/// Whether a name is one of Python's interpreters: `python`, `python3`, `python3.12`.
pub(crate) fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}
