//! What the first lines of a recording show: whose it is, and what it derives from.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use super::lineage::RolloutMeta;
use super::lines::{RecordedLine, RecordedLines};
use super::record::LineFields;
use crate::protocol::json;

/// How much of a recording is its head, bytes and lines. The beginnings of a rollout and of those
/// that it was forked from have 20 kB each.
const HEAD_BYTES: u64 = 1 << 20;
const HEAD_LINES: usize = 100;

/// The head of a recording.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    /// The time of the first line, as written.
    pub(super) time: String,
    /// The first message of a transcript of Claude Code.
    pub(super) message: Option<String>,
    /// The session, which sub-agents share with the agent that started them.
    pub(super) session: Option<String>,
    /// Whether a transcript of Claude Code is that of a sub-agent.
    pub(super) is_of_agent: bool,
    /// Whether it is a hook input.
    pub(super) is_input: bool,
    /// The id of a rollout, and those of its parent and of the parent's.
    pub(super) rollout: Option<String>,
    pub(super) parents: Vec<String>,
}

impl Beginning {
    /// Reads the head of a file, which is empty if it cannot be read.
    pub(super) fn of(path: &Path) -> Self {
        let mut beginning = Self::default();
        // Reading a pipe here would consume it.
        if !fs::metadata(path).is_ok_and(|meta| meta.is_file()) {
            return beginning;
        }
        let Ok(mut lines) = RecordedLines::head(path, HEAD_BYTES) else { return beginning };
        for _ in 0..HEAD_LINES {
            let Ok(Some(RecordedLine::Text(line))) = lines.next() else { break };
            let Some(fields) = LineFields::of(line.trim_start_matches('\u{feff}')) else {
                continue;
            };
            if beginning.read(&fields) {
                break;
            }
        }
        beginning
    }

    /// Takes in a line. Returns whether it was the last one of the head.
    fn read(&mut self, fields: &LineFields) -> bool {
        let text = |raw: Option<&str>| raw.and_then(json::string).map(Cow::into_owned);
        if self.time.is_empty() {
            self.time = text(fields.timestamp).unwrap_or_default();
        }
        if fields.kind == Some("\"session_meta\"") {
            let meta = RolloutMeta::of(fields.payload.unwrap_or_default());
            self.session = self.session.take().or(meta.session).or(meta.id.clone());
            match self.rollout {
                None => self.rollout = meta.id,
                Some(_) => self.parents.extend(meta.id),
            }
            self.parents.extend(meta.parent);
            return false;
        }
        if fields.payload.is_some() {
            return fields.kind == Some("\"response_item\"");
        }
        self.session = self.session.take().or(text(fields.session));
        self.message = text(fields.uuid);
        self.is_of_agent |= fields.agent.is_some() || fields.sidechain.is_some_and(json::is_true);
        self.is_input |= fields.event.is_some();
        self.message.is_some() || self.is_input
    }
}
