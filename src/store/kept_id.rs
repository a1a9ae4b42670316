//! The client's id of a call at the end of its line, which a user may want kept.
//!
//! [`CallLine`] has no field for it: calls whose ids are not kept, which most are, must not pay for
//! it, and no reader in this program needs it.

use std::io;

use super::ledger::Ledger;
use super::line::{CallLine, TOOL_USE_ID};

impl Ledger {
    /// Appends a call with the client's id of it; otherwise as [`Ledger::append_call_in`]. The line
    /// of a recorded session is not kept at all.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn append_call_with_id(
        &self,
        line: &CallLine,
        id: &str,
        project: impl FnOnce() -> String,
    ) -> io::Result<bool> {
        match self.files() {
            Some(files) => files.append_call_as(line, project, |line| with_id(line, id)),
            None => self.append_call_in(line, project),
        }
    }
}

/// The JSON of a line that ends with the id.
fn with_id(line: &CallLine, id: &str) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.pop();
    bytes.extend_from_slice(TOOL_USE_ID.as_bytes());
    serde_json::to_writer(&mut bytes, id)?;
    bytes.push(b'}');
    Ok(bytes)
}
