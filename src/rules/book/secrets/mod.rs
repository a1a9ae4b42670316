//! Secrets that reach the transcript.

pub(crate) mod secret_in_written_file;
pub(crate) mod secret_on_cmdline;
pub(crate) mod secret_printed;
