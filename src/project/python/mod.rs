//! Python projects: environments, package managers, requirements.

pub mod keeper;
pub mod requirements;
pub mod venv;
