//! The names of the files of a ledger.
//!
//! A ledger that upkeep sets aside gets another ending, not just another beginning: who collects
//! `*.calls.jsonl` has read these lines already.

use std::path::{Path, PathBuf};

/// Which lines a file of a ledger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerLines {
    /// A line for each call.
    Calls,
    /// A line for each warning.
    Warnings,
}

impl LedgerLines {
    /// Both files of a ledger.
    pub const ALL: [Self; 2] = [Self::Calls, Self::Warnings];

    /// How the name of a file ends that hooks write to.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Calls => ".calls.jsonl",
            Self::Warnings => ".warnings.jsonl",
        }
    }

    /// How the name of a file ends that was set aside.
    pub fn aside(self) -> &'static str {
        match self {
            Self::Calls => ".calls.aside",
            Self::Warnings => ".warnings.aside",
        }
    }
}

/// What the name of a file in `sessions/` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerFile<'n> {
    /// What its two files share: the stem, and after a dot the time when it was set aside.
    pub ledger: &'n str,
    /// Which of the two files it is.
    pub lines: LedgerLines,
    /// How the name ends.
    pub ending: &'static str,
}

impl<'n> LedgerFile<'n> {
    /// Reads a name. `None` if no version gives such names.
    pub fn of(name: &'n str) -> Option<Self> {
        LedgerLines::ALL.into_iter().find_map(|lines| {
            [lines.ending(), lines.aside()].into_iter().find_map(|ending| {
                let ledger = name.strip_suffix(ending)?;
                Some(Self { ledger, lines, ending })
            })
        })
    }

    /// The hash of the session; for a sub-agent `-` and the hash of the agent follow.
    pub(crate) fn stem(&self) -> &'n str {
        self.ledger.split('.').next().unwrap_or_default()
    }

    /// When the ledger was set aside, unix ms; `None` if hooks write to it.
    pub(crate) fn set_aside(&self) -> Option<u64> {
        self.ledger.split_once('.').and_then(|(_, time)| time.parse().ok())
    }
}

/// The path of a file of a ledger that hooks write to, or that was set aside.
pub(crate) fn path(sessions: &Path, ledger: &str, lines: LedgerLines) -> PathBuf {
    let ending = if ledger.contains('.') { lines.aside() } else { lines.ending() };
    sessions.join(format!("{ledger}{ending}"))
}

/// The path that version 0.1 gave a file that it set aside.
pub(crate) fn former_path(sessions: &Path, ledger: &str, lines: LedgerLines) -> PathBuf {
    sessions.join(format!("{ledger}{}", lines.ending()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        let folder = Path::new("sessions");
        for ledger in ["0a", "0a-0b", "0a.17", "0a-0b.17"] {
            for lines in LedgerLines::ALL {
                for path in [path(folder, ledger, lines), former_path(folder, ledger, lines)] {
                    let name = path.file_name().unwrap().to_str().unwrap();
                    let file = LedgerFile::of(name).unwrap();
                    assert_eq!((file.ledger, file.lines), (ledger, lines), "{name}");
                    assert_eq!(file.set_aside(), ledger.ends_with(".17").then_some(17), "{name}");
                    assert!(file.stem().starts_with("0a") && !file.stem().contains('.'), "{name}");
                }
            }
        }
        for name in ["", "x", "0a.calls", "0a.jsonl", "calls.jsonl"] {
            assert_eq!(LedgerFile::of(name), None, "{name}");
        }
    }

    #[test]
    fn a_collector_of_ledgers_does_not_match_one_that_was_set_aside() {
        for lines in LedgerLines::ALL {
            let path = path(Path::new(""), "0a.17", lines);
            assert!(!path.to_str().unwrap().ends_with(lines.ending()), "{path:?}");
        }
    }
}
