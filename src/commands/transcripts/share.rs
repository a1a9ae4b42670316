//! Shares the sessions of one file among threads. Each thread reads all of the file, and replays the
//! calls of its own sessions: reading takes a tenth of the time that replaying does.

use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// Which lines of a file a thread takes: all, or those of some sessions.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    at: u64,
    of: u64,
}

impl Default for Share {
    fn default() -> Self {
        Self { at: 0, of: 1 }
    }
}

impl Share {
    /// All shares of a file that `threads` read.
    pub(crate) fn among(threads: usize) -> impl Iterator<Item = Self> {
        let of = threads.max(1) as u64;
        (0..of).map(move |at| Self { at, of })
    }

    /// Whether it has the calls of this session. The first share has what is of no session.
    pub(super) fn takes(self, session: Option<&str>) -> bool {
        let Some(session) = session.filter(|_| self.of > 1) else { return self.at == 0 };
        let mut hasher = SipHasher13::new();
        hasher.write(session.as_bytes());
        hasher.finish() % self.of == self.at
    }
}
