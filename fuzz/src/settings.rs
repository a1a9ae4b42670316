//! Files of settings, ours and those of agents.

use std::path::Path;

use toolcoach::commands::fuzz;
use toolcoach::settings::{File, Owner};

/// Our own settings are read or refused at a place; an agent's are refused, or get our entries and
/// lose them again.
pub fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    for owner in [Owner::User, Owner::Project] {
        if let Err(error) = File::parse(Path::new("/x/config.json"), text.clone(), owner) {
            let told = error.to_string();
            assert!(told.chars().count() < 400 && !told.chars().any(char::is_control), "{told:?}");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    fuzz::install_and_uninstall(folder.path(), data);
}
