//! Reads transcripts of Claude Code. They are lines of JSON, in which a call is twice: as the
//! assistant's `tool_use` and as the user's `tool_result`.
//!
//! A comparison with the inputs of real hooks in 2.0.77, 2.1.112 and 2.1.330 showed three facts.
//! `toolUseResult` equals the hook's `tool_response`, or is `Error: ` and its `error`. A call gets
//! no hook if and only if its result begins with `<tool_use_error>`. Results are in the order in
//! which the calls ended.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use super::nested;
use super::record::{HookInput, LineFields, LineKind, Pending, Record, SeenCalls, quoted};
use crate::base::calendar::Utc;
use crate::base::read;
use crate::protocol::client::{Client, Version};
use crate::protocol::json;
use crate::protocol::json::RawText;

/// The first version that sends its hook the duration of a call.
const SENDS_DURATION: Version = Version(2, 1, 119);

/// Longest duration, ms, of a call that may have waited for the user's consent.
const UNATTENDED_MS: u64 = 60_000;

/// How much of a session's own file is searched for its first folder, bytes.
const HEAD_BYTES: u64 = 256 << 10;

/// How results begin if no tool ran: the call was refused, rejected, or stopped before it began.
/// The client runs no hook then.
const NOT_RUN: [&str; 8] = [
    "<tool_use_error>",
    "The user doesn't want to ",
    "The user rejected ",
    "[Request interrupted by user",
    "Permission to use ",
    "Permission for this ",
    "PreToolUse:",
    "Hook PreToolUse:",
];

/// A call that has begun.
struct ClaudeCall {
    /// The tool's name, JSON.
    name: String,
    /// Its input, JSON.
    input: String,
    /// When it began, unix ms.
    at: Option<u64>,
}

/// The state of reading a transcript.
pub(super) struct Transcript {
    path: PathBuf,
    pending: Pending<ClaudeCall>,
    project: Option<PathBuf>,
    /// When the previous call ended, unix ms.
    last_end: u64,
    /// The sub-agent of a line, by the id of the line, in versions whose lines do not name it.
    chains: HashMap<String, String>,
}

impl Transcript {
    /// The transcript in this file.
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            pending: Pending::default(),
            project: None,
            last_end: 0,
            chains: HashMap::new(),
        }
    }

    /// Whether a line is from a transcript. All its lines have a type, and nearly all have the
    /// session's id.
    pub(super) fn owns(fields: &LineFields) -> bool {
        let has_no_session = || {
            matches!(
                fields.kind,
                Some("\"summary\"" | "\"file-history-snapshot\"" | "\"custom-title\"" | "\"mode\"")
            )
        };
        fields.kind.is_some()
            && fields.payload.is_none()
            && (fields.session.is_some() || has_no_session())
    }

    /// Reads a line. `seen` has the calls of the files that this one is a copy of.
    pub(super) fn read(
        &mut self,
        fields: &LineFields,
        seen: &mut SeenCalls,
        emit: &mut dyn FnMut(Record),
    ) -> LineKind {
        let nested = nested::message(fields);
        let fields = nested.as_ref().unwrap_or(fields);
        let agent = self.agent(fields);
        if self.project.is_none()
            && let Some(cwd) = fields.cwd.and_then(json::string)
        {
            let parent = agent.is_some().then(|| fields.session.and_then(json::string)).flatten();
            let began = parent.and_then(|session| began_in(&self.path, &session));
            self.project = Some(began.unwrap_or_else(|| PathBuf::from(&*cwd)));
        }
        let time = fields
            .timestamp
            .and_then(json::string)
            .and_then(|text| Utc::parse(&text))
            .map(|time| time.0);
        match fields.kind {
            Some("\"assistant\"") => {
                self.begin(fields, time);
                LineKind::Known
            }
            Some("\"user\"") if fields.summary.is_some_and(json::is_true) => {
                self.compact(fields, agent, time, emit)
            }
            Some("\"user\"") => {
                let mut is_new = |id: &str| {
                    let time = time.unwrap_or(0);
                    seen.insert(id, time, agent.as_deref(), nested.is_some())
                };
                self.end(fields, agent.clone(), time, &mut is_new, emit)
            }
            Some("\"system\"") if fields.subtype == Some("\"compact_boundary\"") => {
                self.compact(fields, agent, time, emit)
            }
            _ => LineKind::Known,
        }
    }

    /// The sub-agent of a line. In versions in which sub-agents had no ids and files of their own,
    /// their lines were a chain beside the main one.
    fn agent(&mut self, fields: &LineFields) -> Option<String> {
        if let Some(agent) = fields.agent.and_then(json::string) {
            return Some(agent.into_owned());
        }
        if !fields.sidechain.is_some_and(json::is_true) {
            return None;
        }
        let id = fields.uuid?;
        let parent = fields.parent.and_then(|parent| self.chains.get(parent));
        let root = parent.cloned().unwrap_or_else(|| id.trim_matches('"').to_owned());
        self.chains.insert(id.to_owned(), root.clone());
        Some(root)
    }

    fn begin(&mut self, fields: &LineFields, at: Option<u64>) {
        for block in blocks(fields.message) {
            if let Ok([Some("\"tool_use\""), Some(id), Some(name), input]) =
                json::pick(block, &["type", "id", "name", "input"])
            {
                let (name, input) = (name.to_owned(), input.unwrap_or("{}").to_owned());
                self.pending.begin(id.to_owned(), ClaudeCall { name, input, at });
            }
        }
    }

    /// The agent's context was compacted.
    fn compact(
        &self,
        fields: &LineFields,
        agent: Option<String>,
        time_ms: Option<u64>,
        emit: &mut dyn FnMut(Record),
    ) -> LineKind {
        let input = HookInput::new("SessionStart")
            .raw("session_id", fields.session)
            .text("source", "compact");
        self.emit(input.done(), fields, agent, time_ms, emit);
        LineKind::Known
    }

    fn end(
        &mut self,
        fields: &LineFields,
        agent: Option<String>,
        time: Option<u64>,
        is_new: &mut dyn FnMut(&str) -> bool,
        emit: &mut dyn FnMut(Record),
    ) -> LineKind {
        let names = ["type", "tool_use_id", "content", "is_error"];
        let results: Vec<[Option<&str>; 4]> = blocks(fields.message)
            .into_iter()
            .filter_map(|block| json::pick(block, &names).ok())
            .filter(|[kind, ..]| *kind == Some("\"tool_result\""))
            .collect();
        let mut kind = LineKind::Known;
        for [_, id, content, is_error] in &results {
            let Some((id, begun)) = id.and_then(|id| Some((id, self.pending.end(id)?))) else {
                continue;
            };
            let started = begun.at.unwrap_or(0).max(self.last_end);
            self.last_end = self.last_end.max(time.unwrap_or(0));
            if !is_new(id) {
                kind = LineKind::Copied;
                continue;
            }
            let failed = is_error.is_some_and(json::is_true);
            let start = head(*content);
            let refused = fields.permission.is_some_and(|raw| !raw.contains("\"accept\""));
            if failed && (refused || NOT_RUN.iter().any(|sign| start.starts_with(sign))) {
                kind = LineKind::Unhooked;
                continue;
            }
            // With several results in a line, `toolUseResult` does not say which of them it is.
            let result = fields.result.filter(|_| results.len() == 1);
            let input = HookInput::new(if failed { "PostToolUseFailure" } else { "PostToolUse" })
                .raw("session_id", fields.session)
                .raw("cwd", fields.cwd)
                .raw("tool_name", Some(&begun.name))
                .raw("tool_input", Some(&begun.input));
            let input = if failed {
                let interrupted =
                    content.is_some_and(|raw| raw.contains("[Request interrupted by user"));
                let interrupted = interrupted.then_some("true");
                input.raw("error", Some(&error(result, *content))).raw("is_interrupt", interrupted)
            } else {
                input.raw("tool_response", Some(&response(&begun.name, result, *content)))
            };
            let took = duration(fields, started, time).map(|ms| ms.to_string());
            let input = input.raw("tool_use_id", Some(id)).raw("duration_ms", took.as_deref());
            self.emit(input.done(), fields, agent.clone(), time, emit);
        }
        kind
    }

    fn emit(
        &self,
        input: String,
        fields: &LineFields,
        agent: Option<String>,
        time_ms: Option<u64>,
        emit: &mut dyn FnMut(Record),
    ) {
        let version =
            fields.version.and_then(json::string).and_then(|text| Version::parse(&text, '.'));
        emit(Record {
            input: Cow::Owned(input),
            agent: agent.map(Cow::Owned),
            client: Some(Client::Claude(version)),
            time_ms,
            project: self.project.as_deref().map(Cow::Borrowed),
        });
    }
}

/// The blocks of a message, JSON; empty if the message is plain text.
fn blocks(message: Option<&str>) -> Vec<&str> {
    let content =
        message.and_then(|raw| json::pick(raw, &["content"]).ok()).and_then(|[content]| content);
    let blocks = content.filter(|raw| raw.starts_with('['));
    let blocks =
        blocks.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw).ok()).unwrap_or_default();
    blocks.into_iter().map(RawValue::get).collect()
}

/// The text blocks of a result's content, JSON.
fn texts(content: Option<&str>) -> Vec<&str> {
    let Some(content) = content else { return Vec::new() };
    if !content.starts_with('[') {
        return vec![content];
    }
    let blocks: Vec<&RawValue> = serde_json::from_str(content).unwrap_or_default();
    blocks.into_iter().filter_map(|block| json::pick(block.get(), &["text"]).ok()?[0]).collect()
}

/// The beginning of the content's first text.
fn head(content: Option<&str>) -> String {
    RawText::new(texts(content).first().copied()).head(300)
}

/// The whole text of the content.
fn text(content: Option<&str>) -> String {
    texts(content).into_iter().filter_map(json::string).collect::<Vec<_>>().join("\n")
}

/// The error of a failed call, as JSON.
fn error(result: Option<&str>, content: Option<&str>) -> String {
    match result.filter(|raw| raw.starts_with('"')) {
        Some(raw) => {
            raw.strip_prefix("\"Error: ").map_or_else(|| raw.to_owned(), |rest| format!("\"{rest}"))
        }
        None => quoted(&text(content)),
    }
}

/// The response of a call, as JSON. Old transcripts of sub-agents have only the text for the model.
/// This makes the fields that rules look at from that text.
fn response<'r>(name: &str, result: Option<&'r str>, content: Option<&'r str>) -> Cow<'r, str> {
    if let Some(result) = result {
        return Cow::Borrowed(result);
    }
    let model_text = || text(content);
    match name {
        "\"Bash\"" => Cow::Owned(format!(
            r#"{{"stdout":{},"stderr":"","interrupted":false}}"#,
            quoted(&model_text())
        )),
        "\"Read\"" if !texts(content).is_empty() => {
            let text = model_text();
            let text = text.split("\n\n<system-reminder>").next().unwrap_or_default();
            let lines: Vec<&str> = text.lines().map(unnumbered).collect();
            let file = format!(
                r#"{{"content":{},"numLines":{}}}"#,
                quoted(&lines.join("\n")),
                lines.len()
            );
            Cow::Owned(format!(r#"{{"type":"text","file":{file}}}"#))
        }
        _ => Cow::Borrowed(content.unwrap_or("null")),
    }
}

/// A line of the output of Read, without its number.
fn unnumbered(line: &str) -> &str {
    let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['\t', '→']).unwrap_or(line)
}

/// The duration of the call, ms, if the client would have sent it. The transcript has only the
/// times of its request and of its result. Calls of one message may have waited for each other, so
/// this counts from the end of the previous call: too short is better than too long. A long time in
/// which the user may have been asked for consent is not a duration.
fn duration(fields: &LineFields, started: u64, ended: Option<u64>) -> Option<u64> {
    let version = fields.version.and_then(json::string).and_then(|text| Version::parse(&text, '.'));
    version.filter(|version| *version >= SENDS_DURATION)?;
    let took = ended?.checked_sub(started).filter(|_| started > 0)?;
    let needed_no_consent =
        fields.permission.is_some_and(|raw| raw.contains("\"source\":\"config\""));
    (needed_no_consent || took < UNATTENDED_MS).then_some(took)
}

/// The folder in which a session began. Its own file, which says so, is beside or above those of
/// its sub-agents.
fn began_in(path: &Path, session: &str) -> Option<PathBuf> {
    let is_name =
        !session.is_empty() && session.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let name = format!("{session}.jsonl");
    let own = path
        .ancestors()
        .skip(1)
        .take(3)
        .map(|folder| folder.join(&name))
        .find(|path| is_name && path.is_file());
    let head = BufReader::new(read::open(&own?).ok()?.take(HEAD_BYTES));
    let mut cwds = head.lines().map_while(Result::ok).filter_map(|line| {
        let [cwd] = json::pick(&line, &["cwd"]).ok()?;
        cwd.and_then(json::string).map(|cwd| PathBuf::from(&*cwd))
    });
    cwds.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_for_the_model_becomes_a_response() {
        let read =
            response("\"Read\"", None, Some(r#""     1→a\n    12→\n13\tb\n\n<system-reminder>x""#));
        assert_eq!(read, r#"{"type":"text","file":{"content":"a\n\nb","numLines":3}}"#);
        let bash = response("\"Bash\"", None, Some(r#"[{"type":"text","text":"a\"b"}]"#));
        assert_eq!(bash, r#"{"stdout":"a\"b","stderr":"","interrupted":false}"#);
        assert_eq!(
            response("\"Read\"", None, Some(r#"[{"type":"image"}]"#)),
            r#"[{"type":"image"}]"#
        );
        assert_eq!(response("\"Bash\"", Some("{}"), Some("\"a\"")), "{}");
        assert_eq!(error(Some(r#""Error: Exit code 1\nno""#), None), r#""Exit code 1\nno""#);
        assert_eq!(error(None, Some(r#"[{"type":"text","text":"no"}]"#)), "\"no\"");
    }

    #[test]
    fn a_duration_is_known_if_the_client_sends_it() {
        let took = |version: &str, more: &str, ended: u64| {
            let line = format!(r#"{{"version":"{version}"{more}}}"#);
            duration(&LineFields::of(&line).unwrap(), 1000, Some(ended))
        };
        let config = r#","permissionDecision":{"decision":"accept","source":"config"}"#;
        let user = r#","permissionDecision":{"decision":"accept","source":"user"}"#;
        assert_eq!(took("2.1.330", config, 121_000), Some(120_000));
        assert_eq!(took("2.1.330", user, 121_000), None, "the user may have waited");
        assert_eq!(took("2.1.330", user, 3000), Some(2000));
        assert_eq!(took("2.1.330", config, 500), None, "clocks may be set back");
        assert_eq!(took("2.1.112", config, 3000), None);
    }
}
