//! Files of settings, ours and those of agents.

use std::path::Path;

use toolcoach::commands::fuzz;
use toolcoach::settings::{File, Owner};

/// Our own settings are read, with a place for what does not count; an agent's are refused, or get our entries and
/// lose them again.
pub fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    for owner in Owner::ALL {
        let told: Vec<String> = match File::parse(Path::new("/x/config.json"), text.clone(), owner)
        {
            Ok(file) => file.faults().iter().map(ToString::to_string).collect(),
            Err(error) => vec![error.to_string()],
        };
        for told in told {
            assert!(told.chars().count() < 400 && !told.chars().any(char::is_control), "{told:?}");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    fuzz::install_and_uninstall(folder.path(), data);
}
