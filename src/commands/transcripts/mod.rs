//! Recorded sessions: transcripts of Claude Code, rollouts of Codex, and recorded hook inputs.
//!
//! Each call of a recording becomes the input that the hook would have got. `replay` passes all of
//! them through the engine; `log` looks for those on which something was said.

pub(crate) mod about;
mod claude;
mod codex;
mod files;
mod lines;
mod record;
mod recorded;
mod sessions;
mod sources;

pub use files::{LeftOut, read};
pub use sessions::{Conditions, Replayed};
pub(crate) use sources::Sources;
