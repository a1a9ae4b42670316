//! Transcripts of Claude Code: lines of JSON, in which a call stands twice, as the assistant's
//! `tool_use` and as the user's `tool_result`. Compared with the inputs of real hooks in 2.0.77,
//! 2.1.112 and 2.1.330: `toolUseResult` equals the hook's `tool_response`, or is `Error: ` and its
//! `error`, and a call gets no hook if and only if its result begins with `<tool_use_error>`.
//! Results stand in the order in which the calls ended.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use super::record::{Fields, Input, Kind, Pending, Record, Seen, quoted};
use crate::base::calendar::Utc;
use crate::protocol::client::{Client, Version};
use crate::protocol::json;
use crate::protocol::json::RawText;

/// The first version that tells its hook how long a call took.
const TELLS_DURATION: Version = Version(2, 1, 119);

/// What may have waited for the user's consent counts as a duration up to this only, ms.
const UNATTENDED_MS: u64 = 60_000;

/// How much of a session's own file is searched for the folder in which it began, bytes.
const HEAD_BYTES: u64 = 256 << 10;

/// How results begin that no tool made: the call was refused, rejected, or stopped before it began.
/// For such there is no hook.
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
struct Begun {
    /// The tool's name, JSON.
    name: String,
    /// Its input, JSON.
    input: String,
    /// When, unix ms.
    at: Option<u64>,
}

/// A transcript as it is read.
pub(super) struct Transcript {
    path: PathBuf,
    pending: Pending<Begun>,
    project: Option<PathBuf>,
    /// When the call before ended, unix ms.
    last_end: u64,
    /// The sub-agent to which a line belongs, by its id, where lines do not tell.
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

    /// Whether a line is one of a transcript: all have a type, and nearly all the session's id.
    pub(super) fn owns(fields: &Fields) -> bool {
        let of_no_session = || {
            matches!(
                fields.kind,
                Some("\"summary\"" | "\"file-history-snapshot\"" | "\"custom-title\"" | "\"mode\"")
            )
        };
        fields.kind.is_some()
            && fields.payload.is_none()
            && (fields.session.is_some() || of_no_session())
    }

    /// Takes in a line. `seen` holds the calls of files that this one was copied from.
    pub(super) fn read(
        &mut self,
        fields: &Fields,
        seen: &mut Seen,
        tell: &mut dyn FnMut(Record),
    ) -> Kind {
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
                Kind::Known
            }
            Some("\"user\"") if fields.summary.is_some_and(json::is_true) => {
                self.forget(fields, agent, time, tell)
            }
            Some("\"user\"") => self.end(fields, agent, time, seen, tell),
            Some("\"system\"") if fields.subtype == Some("\"compact_boundary\"") => {
                self.forget(fields, agent, time, tell)
            }
            _ => Kind::Known,
        }
    }

    /// The sub-agent that a line is of. Before sub-agents had ids and files of their own, their
    /// lines were a chain beside the main one.
    fn agent(&mut self, fields: &Fields) -> Option<String> {
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

    fn begin(&mut self, fields: &Fields, at: Option<u64>) {
        for block in blocks(fields.message) {
            if let Ok([Some("\"tool_use\""), Some(id), Some(name), input]) =
                json::pick(block, &["type", "id", "name", "input"])
            {
                let (name, input) = (name.to_owned(), input.unwrap_or("{}").to_owned());
                self.pending.begin(id.to_owned(), Begun { name, input, at });
            }
        }
    }

    /// The agent forgets what it has seen.
    fn forget(
        &self,
        fields: &Fields,
        agent: Option<String>,
        time_ms: Option<u64>,
        tell: &mut dyn FnMut(Record),
    ) -> Kind {
        let input =
            Input::new("SessionStart").raw("session_id", fields.session).text("source", "compact");
        self.tell(input.done(), fields, agent, time_ms, tell);
        Kind::Known
    }

    fn end(
        &mut self,
        fields: &Fields,
        agent: Option<String>,
        time: Option<u64>,
        seen: &mut Seen,
        tell: &mut dyn FnMut(Record),
    ) -> Kind {
        let names = ["type", "tool_use_id", "content", "is_error"];
        let results: Vec<[Option<&str>; 4]> = blocks(fields.message)
            .into_iter()
            .filter_map(|block| json::pick(block, &names).ok())
            .filter(|[kind, ..]| *kind == Some("\"tool_result\""))
            .collect();
        let mut kind = Kind::Known;
        for [_, id, content, is_error] in &results {
            let Some((id, begun)) = id.and_then(|id| Some((id, self.pending.end(id)?))) else {
                continue;
            };
            let started = begun.at.unwrap_or(0).max(self.last_end);
            self.last_end = self.last_end.max(time.unwrap_or(0));
            if !seen.is_new(id, time.unwrap_or(0)) {
                kind = Kind::Copied;
                continue;
            }
            let failed = is_error.is_some_and(json::is_true);
            let said = head(*content);
            let refused = fields.permission.is_some_and(|raw| !raw.contains("\"accept\""));
            if failed && (refused || NOT_RUN.iter().any(|sign| said.starts_with(sign))) {
                kind = Kind::Unhooked;
                continue;
            }
            // More than one result in a line: the client does not tell which one it is of.
            let result = fields.result.filter(|_| results.len() == 1);
            let input = Input::new(if failed { "PostToolUseFailure" } else { "PostToolUse" })
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
            self.tell(input.done(), fields, agent.clone(), time, tell);
        }
        kind
    }

    fn tell(
        &self,
        input: String,
        fields: &Fields,
        agent: Option<String>,
        time_ms: Option<u64>,
        tell: &mut dyn FnMut(Record),
    ) {
        let version =
            fields.version.and_then(json::string).and_then(|text| Version::parse(&text, '.'));
        tell(Record {
            input: Cow::Owned(input),
            agent: agent.map(Cow::Owned),
            client: Some(Client::Claude(version)),
            time_ms,
            project: self.project.as_deref().map(Cow::Borrowed),
        });
    }
}

/// The blocks of a message, JSON; none where it is plain text.
fn blocks(message: Option<&str>) -> Vec<&str> {
    let content =
        message.and_then(|raw| json::pick(raw, &["content"]).ok()).and_then(|[content]| content);
    let blocks = content.filter(|raw| raw.starts_with('['));
    let blocks =
        blocks.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw).ok()).unwrap_or_default();
    blocks.into_iter().map(RawValue::get).collect()
}

/// The texts of a result's content.
fn texts(content: Option<&str>) -> Vec<&str> {
    let Some(content) = content else { return Vec::new() };
    if !content.starts_with('[') {
        return vec![content];
    }
    let blocks: Vec<&RawValue> = serde_json::from_str(content).unwrap_or_default();
    blocks.into_iter().filter_map(|block| json::pick(block.get(), &["text"]).ok()?[0]).collect()
}

/// How the content begins.
fn head(content: Option<&str>) -> String {
    RawText::new(texts(content).first().copied()).head(300)
}

/// All of the content's text.
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

/// The response of a call, as JSON. Where the transcript holds only what the model was shown
/// (sub-agents before they had it), the parts of it that are looked at are made of that.
fn response<'r>(name: &str, result: Option<&'r str>, content: Option<&'r str>) -> Cow<'r, str> {
    if let Some(result) = result {
        return Cow::Borrowed(result);
    }
    let shown = || text(content);
    match name {
        "\"Bash\"" => Cow::Owned(format!(
            r#"{{"stdout":{},"stderr":"","interrupted":false}}"#,
            quoted(&shown())
        )),
        "\"Read\"" if !texts(content).is_empty() => {
            let text = shown();
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

/// A line of a file as Read shows it, without its number.
fn unnumbered(line: &str) -> &str {
    let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['\t', '→']).unwrap_or(line)
}

/// How long the call ran, ms, if the client would have told. The transcript has only the times at
/// which it was asked for and answered. Calls of one message may have waited for each other, so it
/// began when the one before ended at the latest: too short is better than too long. Where the user
/// may have been asked first, a long time is none.
fn duration(fields: &Fields, started: u64, ended: Option<u64>) -> Option<u64> {
    let version = fields.version.and_then(json::string).and_then(|text| Version::parse(&text, '.'));
    version.filter(|version| *version >= TELLS_DURATION)?;
    let took = ended?.checked_sub(started).filter(|_| started > 0)?;
    let unasked = fields.permission.is_some_and(|raw| raw.contains("\"source\":\"config\""));
    (unasked || took < UNATTENDED_MS).then_some(took)
}

/// The folder in which a session began, from its own file, which stands beside or above those of
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
    let head = BufReader::new(File::open(own?).ok()?.take(HEAD_BYTES));
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
    fn what_the_model_was_shown_becomes_a_response() {
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
    fn durations_are_told_where_the_client_tells_them() {
        let took = |version: &str, more: &str, ended: u64| {
            let line = format!(r#"{{"version":"{version}"{more}}}"#);
            duration(&Fields::of(&line).unwrap(), 1000, Some(ended))
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
