//! Shares the files, and the sessions of a large file of hook inputs, among threads. The counts do
//! not depend on which thread reads which.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::commands::error::Error;
use crate::commands::transcripts::{Share, Sources, Unit};
use crate::ui::progress::Progress;

/// Stack of a thread, bytes. The parser needs one as large as the main thread's.
const STACK_BYTES: usize = 16 << 20;

/// How often the progress bar moves.
const TICK: Duration = Duration::from_millis(100);

/// Replays calls and counts them, on one thread.
pub(super) trait Counter: Send {
    /// Replays a share of files that belong together. Adds the number of bytes read to `progress`.
    fn read(&mut self, files: &[PathBuf], share: Share, progress: &AtomicU64);

    /// Adds what another thread counted.
    fn add(&mut self, other: Self);
}

/// Reads all files with as many counters as there are threads, and returns their sum. `jobs` is the
/// number of threads.
///
/// # Errors
/// When the system refuses to start even one thread.
pub(super) fn count<C: Counter>(
    sources: &Sources,
    jobs: Option<NonZero<usize>>,
    counter: impl Fn() -> C,
) -> Result<C, Error> {
    let units = &sources.units;
    let whole = units.iter().map(|unit| unit.bytes).sum();
    let (next, progress) = (AtomicUsize::new(0), AtomicU64::new(0));
    let threads = jobs.or(thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let parts: Vec<(&Unit, Share)> = units.iter().flat_map(|unit| unit.shares(threads)).collect();
    let work = |mut counter: C| {
        while let Some((unit, share)) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            counter.read(&unit.files, *share, &progress);
        }
        counter
    };
    let threads = threads.min(parts.len());
    let mut total = counter();
    thread::scope(|scope| {
        let (done, counted) = mpsc::channel();
        for at in 0..threads {
            let (done, work, counter) = (done.clone(), &work, counter());
            let started =
                thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, move || {
                    // The receiver outlives all threads.
                    let _ = done.send(work(counter));
                });
            match started {
                Err(source) if at == 0 => return Err(Error::NoThread(source)),
                // The threads that did start do the work.
                Err(_) => break,
                Ok(_) => {}
            }
        }
        drop(done);
        let mut bar = Progress::new();
        loop {
            match counted.recv_timeout(TICK) {
                Ok(counter) => total.add(counter),
                Err(RecvTimeoutError::Timeout) => bar.show(progress.load(Ordering::Relaxed), whole),
                Err(RecvTimeoutError::Disconnected) => return Ok(total),
            }
        }
    })
}
