//! The memory of a session of the past: the lines of a ledger, held as its files would hold them,
//! so that whoever reads them back sees what the hook would have seen.

use std::io;

use super::history::{CallLine, History, WarningLine};
use super::ledger::TAIL_BYTES;

/// Bytes of calls that may gather before the oldest go; more than is ever read back, so that they
/// rarely move.
const MAX_CALLS_BYTES: usize = 2 * TAIL_BYTES as usize;

/// What one session and agent remembers.
#[derive(Debug, Default)]
pub struct Transient {
    /// The end of `calls.jsonl`.
    calls: Vec<u8>,
    /// Bytes of calls that are gone.
    gone: u64,
    /// `warnings.jsonl`, as lines. Budgets and resets keep it short.
    pub said: Vec<WarningLine>,
    /// What time it is in that session, unix ms.
    pub now_ms: u64,
}

impl Transient {
    /// Appends one call. How long this program took for it is left out: it would decide, by its
    /// digits, how many lines can be read back.
    ///
    /// # Errors
    /// When it cannot be put into JSON.
    pub fn append_call(&mut self, line: &CallLine) -> io::Result<()> {
        serde_json::to_writer(&mut self.calls, &CallLine { us: 0, ..line.clone() })?;
        self.calls.push(b'\n');
        if let Some(excess) = self.calls.len().checked_sub(MAX_CALLS_BYTES) {
            let cut = excess + MAX_CALLS_BYTES - TAIL_BYTES as usize;
            self.calls.drain(..cut);
            self.gone += cut as u64;
        }
        Ok(())
    }

    /// The last calls.
    pub fn recent(&self) -> History {
        let start = self.calls.len().saturating_sub(TAIL_BYTES as usize);
        let tail = self.calls.get(start..).unwrap_or_default();
        History::new(tail.to_vec(), self.gone + self.calls.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_session_reads_back_what_a_file_would_give() {
        let folder = tempfile::tempdir().unwrap();
        let on_disk = crate::store::ledger::Ledger::new(folder.path(), "s", None);
        let mut memory = Transient::default();
        for t in 0..2000_u64 {
            let line = CallLine {
                v: 1,
                t,
                call: format!("{t:016x}").into(),
                hit: vec!["x".into()],
                ..Default::default()
            };
            on_disk.append_call(&line).unwrap();
            memory.append_call(&CallLine { us: t, ..line }).unwrap();
            if t % 97 == 0 {
                let (disk, memory) = (on_disk.recent(), memory.recent());
                assert_eq!(disk.calls(), memory.calls(), "{t}");
            }
        }
        assert!(memory.calls.len() <= MAX_CALLS_BYTES && memory.gone > 0);
    }
}
