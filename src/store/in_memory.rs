//! One session's ledger in memory, for the replay of recorded sessions. It keeps the bytes that the
//! files would have, so a rule sees what it would have seen in the hook.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::history::{History, TAIL_BYTES};
use super::line::{CallLine, WarningLine};

/// Most bytes of calls that are kept. It is more than is ever read back, so that the bytes rarely
/// move.
const MAX_CALLS_BYTES: usize = 2 * TAIL_BYTES as usize;

/// A handle on the memory of one session and agent.
#[derive(Debug, Clone, Default)]
pub(super) struct InMemory(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    /// The end of `calls.jsonl`.
    calls: Vec<u8>,
    /// Bytes of calls that were dropped from the front.
    dropped_bytes: u64,
    /// `warnings.jsonl`, parsed. Budgets and resets keep it short.
    warnings: Vec<WarningLine>,
    /// The session's clock, unix ms.
    now_ms: u64,
}

impl InMemory {
    /// The session's clock, unix ms.
    pub(super) fn now_ms(&self) -> u64 {
        self.lock().now_ms
    }

    /// Sets the clock forward to `ms`, unix time. It never goes back.
    pub(super) fn advance(&self, ms: u64) {
        let mut lines = self.lock();
        lines.now_ms = lines.now_ms.max(ms);
    }

    /// Appends a call without the time that this program took for it. The digits of that time would
    /// decide how many lines fit into what is read back.
    pub(super) fn append_call(&self, line: &CallLine) -> io::Result<()> {
        let Lines { calls, dropped_bytes, .. } = &mut *self.lock();
        serde_json::to_writer(&mut *calls, &CallLine { us: 0, ..line.clone() })?;
        calls.push(b'\n');
        if calls.len() >= MAX_CALLS_BYTES {
            let cut = calls.len() - TAIL_BYTES as usize;
            calls.drain(..cut);
            *dropped_bytes += cut as u64;
        }
        Ok(())
    }

    pub(super) fn append_warnings(&self, lines: &[WarningLine]) {
        self.lock().warnings.extend_from_slice(lines);
    }

    /// The last calls.
    pub(super) fn recent(&self) -> History {
        let lines = self.lock();
        let start = lines.calls.len().saturating_sub(TAIL_BYTES as usize);
        let tail = lines.calls.get(start..).unwrap_or_default();
        History::new(tail.to_vec(), lines.dropped_bytes + lines.calls.len() as u64)
    }

    /// All warnings.
    pub(super) fn warnings(&self) -> Vec<WarningLine> {
        self.lock().warnings.clone()
    }

    /// A poisoned lock is as good as another: no update is left half done by a panic.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::OnDisk;

    #[test]
    fn a_long_session_reads_back_what_a_file_would_give() {
        let folder = tempfile::tempdir().unwrap();
        let (on_disk, in_memory) = (OnDisk::new(folder.path(), "s"), InMemory::default());
        for t in 0..2000_u64 {
            let line = CallLine {
                v: 1,
                t,
                call: format!("{t:016x}").into(),
                hit: vec!["x".into()],
                ..Default::default()
            };
            on_disk.append_call(&line, String::new).unwrap();
            in_memory.append_call(&CallLine { us: t, ..line }).unwrap();
            if t % 97 == 0 {
                let (disk, memory) = (on_disk.recent().unwrap(), in_memory.recent());
                assert_eq!(disk.calls(), memory.calls(), "{t}");
            }
        }
        let lines = in_memory.lock();
        assert!(lines.calls.len() <= MAX_CALLS_BYTES && lines.dropped_bytes > 0);
    }
}
