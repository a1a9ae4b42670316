//! Secrets that reach the transcript.

pub mod secret_in_written_file;
pub mod secret_on_cmdline;
pub mod secret_printed;
