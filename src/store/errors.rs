//! The inputs that could not be read: `errors.jsonl` in the state folder.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk::append;
use super::ledger::now_ms;
use super::line::LINE_VERSION;
use crate::base::state_dir;

/// `errors.jsonl` is renamed to `errors.old.jsonl` when it reaches this size, bytes.
const MAX_ERRORS_BYTES: u64 = 64 << 10;

/// One line of `errors.jsonl`: an input that could not be read, without a byte of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ErrorLine {
    /// [`LINE_VERSION`]
    pub(crate) v: u32,
    /// Unix time, ms.
    pub(crate) t: u64,
    /// [`crate::protocol::error::EventError::kind`]
    pub(crate) kind: String,
}

/// Counts an input that could not be read.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn append_error(folder: &Path, kind: &str) -> io::Result<()> {
    let path = folder.join(state_dir::ERRORS);
    if fs::symlink_metadata(&path).is_ok_and(|meta| meta.len() >= MAX_ERRORS_BYTES) {
        fs::rename(&path, folder.join(state_dir::OLD_ERRORS))?;
    }
    append(&path, &[ErrorLine { v: LINE_VERSION, t: now_ms(), kind: kind.to_owned() }])
}
