//! What is wrong with a file that people edit, and where.

use std::path::{Path, PathBuf};

/// A position in a file. Line and column count from 1; columns are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub(crate) line: usize,
    /// The column.
    pub(crate) column: usize,
}

impl Position {
    /// The position of the byte at offset `at`. A byte order mark does not count as a column.
    pub(crate) fn of(text: &[u8], at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let before = before.strip_prefix("\u{feff}".as_bytes()).unwrap_or(before);
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Self {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    }
}

/// Why a file is not used, or why one of its entries has no effect.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileError {
    /// The file exists and cannot be read.
    #[error("{}: {what}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        what: String,
    },
    /// The content is not valid.
    #[error("{}:{}:{}: {what}", path.display(), position.line, position.column)]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where it is not valid.
        position: Position,
        /// What is wrong there.
        what: String,
    },
}

impl FileError {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. } | Self::Invalid { path, .. } => path,
        }
    }

    /// Where it is, unless it is about the whole file.
    pub(crate) fn position(&self) -> Option<Position> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Invalid { position, .. } => Some(*position),
        }
    }

    /// What is wrong, without the place.
    pub(crate) fn what(&self) -> &str {
        match self {
            Self::Unreadable { what, .. } | Self::Invalid { what, .. } => what,
        }
    }

    /// The kind under which `stats` counts the error.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "settings-unreadable",
            Self::Invalid { .. } => "settings-invalid",
        }
    }
}
