//! Recorded sessions: transcripts of Claude Code, rollouts of Codex, and recorded hook inputs.
//!
//! Each call of a recording becomes the input that the hook would have got. `replay` passes all of
//! them through the engine; `log` looks for those on which something was said.

pub(crate) mod about;
mod beginning;
mod claude;
mod codex;
mod families;
mod files;
mod heard;
mod lineage;
mod lines;
mod nested;
mod packed;

mod record;
mod recorded;
mod sessions;
mod share;
mod sources;

pub(crate) use families::Unit;
pub(crate) use files::{FirstAnswer, RecordReader, read_into, read_twice};
pub use files::{LeftOut, read};
pub(crate) use heard::Heard;
pub(crate) use record::Record;
pub use sessions::{Conditions, Replayed};
pub use share::Share;
pub(crate) use sources::{OwnFolder, Sources, of_sessions, session_ids};
