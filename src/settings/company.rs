//! A company's settings, which stand above the user's: what its machines do not leave to their
//! users.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::file::File;
use super::{Settings, lists};
use crate::base::env;
use crate::project::git::remote;

/// The path of the company's file, which may not exist.
pub(crate) fn company_file() -> Option<PathBuf> {
    #[cfg(any(debug_assertions, feature = "fault-injection"))]
    if let Some(path) = env::company_config() {
        return Some(path);
    }
    if cfg!(windows) {
        env::program_data().map(|folder| folder.join("toolcoach/config.json"))
    } else {
        Some(PathBuf::from("/etc/toolcoach/config.json"))
    }
}

impl Settings {
    /// The company's file, if it exists and is valid.
    pub(crate) fn company(&self) -> Option<&File> {
        self.company.as_ref()
    }

    /// The path of the company's file, if it disables `rule`.
    pub(crate) fn company_disables(&self, rule: &str) -> Option<&Path> {
        let company = self.company.as_ref().filter(|file| lists(&file.disable, rule));
        company.map(|file| file.path.as_path())
    }

    /// The path of the company's file, if no other file and no mute of its own may silence `rule`:
    /// the company pins it, or wrote it.
    pub(crate) fn company_insists(&self, rule: &str) -> Option<&Path> {
        let company = self.company.as_ref().filter(|file| file.insists(rule));
        company.map(|file| file.path.as_path())
    }

    /// Whether the company trusts any project.
    pub(super) fn company_trusts_any(&self) -> bool {
        self.company.as_ref().is_some_and(|file| !file.trust.is_empty())
    }

    /// Whether the company trusts this file of a project: by the SHA-256 of its text, which nobody
    /// can forge, and by where the project comes from, so that the same text counts nowhere else.
    pub(super) fn company_trusts(&self, file: &File) -> bool {
        let Some(company) = self.company.as_ref().filter(|_| self.company_trusts_any()) else {
            return false;
        };
        let sum = sha256(file.text.as_bytes());
        let trusted: Vec<String> = company
            .trust
            .iter()
            .filter(|project| project.sha256 == sum)
            .filter_map(|project| remote::place(&project.remote))
            .collect();
        let folder = file.path.parent().filter(|_| !trusted.is_empty());
        let places = folder.map(remote::places).unwrap_or_default();
        places.iter().any(|place| trusted.contains(place))
    }
}

impl File {
    /// Whether this file of a company keeps others from silencing `rule`.
    pub(crate) fn insists(&self, rule: &str) -> bool {
        lists(&self.pin, rule) || self.rules.iter().any(|entry| entry.rule.id == rule)
    }

    /// Whether the file disables `rule`.
    pub(crate) fn disables(&self, rule: &str) -> bool {
        lists(&self.disable, rule)
    }
}

/// The SHA-256 of these bytes in hexadecimal digits, as sha256sum prints it.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_standards() {
        // FIPS 180-4's example.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
    }
}
