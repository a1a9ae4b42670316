//! Reads rollouts of Codex. They are lines of JSON with a type and a payload.
//!
//! A shell call is a `function_call` (`exec_command`, `shell_command`, `shell`) or a
//! `local_shell_call`. Its output begins with a few lines about the run, which the hook does not
//! get (0.169.0). Outputs are in the order of the calls, not of their ends.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use super::lineage::{Lineage, SeenRollouts, Whose};
use super::record::{HookInput, LineFields, LineKind, Pending, Record, quoted};
use crate::base::calendar::Utc;
use crate::protocol::client::Client;
use crate::protocol::{codex, json};

/// How outputs begin if no tool ran.
const NOT_RUN: [&str; 6] = [
    "unsupported call",
    "failed to parse function arguments",
    "exec command rejected by user",
    codex::DID_NOT_START,
    "execution error",
    "aborted by user",
];

/// A call that has begun.
struct CodexCall {
    /// The tool's name as the hook gets it.
    name: String,
    /// Its input, JSON. The hook does not get the folder that a call names (`workdir`), so it is
    /// left out.
    input: String,
}

impl CodexCall {
    fn shell(command: &str) -> Self {
        let input = format!(r#"{{"command":{}}}"#, quoted(command));
        Self { name: "Bash".to_owned(), input }
    }
}

/// The state of reading a rollout.
pub(super) struct Rollout {
    lineage: Lineage,
    cwd: Option<PathBuf>,
    pending: Pending<(CodexCall, Whose)>,
}

impl Rollout {
    /// The rollout in this file.
    pub(super) fn new(path: &Path) -> Self {
        // A rollout without the session's id at its beginning has it at the end of its name.
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let stem = name.and_then(|name| name.split(".jsonl").next().map(str::to_owned));
        Self { lineage: Lineage::new(stem), cwd: None, pending: Pending::default() }
    }

    /// Whether a line is from a rollout. In the first versions a line is a bare payload.
    pub(super) fn owns(fields: &LineFields) -> bool {
        match fields.kind.map(|kind| kind.trim_matches('"')) {
            Some(
                "session_meta" | "turn_context" | "response_item" | "event_msg" | "compacted"
                | "world_state",
            ) => fields.payload.is_some(),
            Some(
                "token_usage_record"
                | "function_call"
                | "function_call_output"
                | "local_shell_call",
            ) => true,
            _ => fields.payload.is_some() && fields.timestamp.is_some(),
        }
    }

    /// Reads a line. `seen` has the calls of the rollouts that this one may have copies of.
    pub(super) fn read(
        &mut self,
        line: &str,
        fields: &LineFields,
        seen: &SeenRollouts,
        emit: &mut dyn FnMut(Record),
    ) -> LineKind {
        let time = fields
            .timestamp
            .and_then(json::string)
            .and_then(|text| Utc::parse(&text))
            .map(|time| time.0);
        if let Some(time) = time {
            self.lineage.line_at(time);
        }
        let payload = fields.payload.unwrap_or(line);
        match fields.kind {
            Some("\"session_meta\"") => {
                let is_own = self.lineage.begin(payload);
                self.learn(payload, is_own || self.cwd.is_none());
                LineKind::Known
            }
            Some("\"turn_context\"") => {
                self.turn(payload, seen);
                self.learn(payload, true);
                LineKind::Known
            }
            Some("\"compacted\"") => {
                if !self.lineage.is_copying() {
                    let input = HookInput::new("SessionStart").text("source", "compact");
                    self.emit(input, Whose::Own, time, emit);
                }
                LineKind::Known
            }
            Some("\"event_msg\"") => {
                if let Ok([Some("\"task_started\"" | "\"turn_started\"")]) =
                    json::pick(payload, &["type"])
                {
                    self.turn(payload, seen);
                }
                LineKind::Known
            }
            _ => self.item(payload, time, seen, emit),
        }
    }

    /// Adds the calls of the rollout to those that were read.
    pub(super) fn end_reading(self, seen: &mut SeenRollouts) {
        self.lineage.end(seen);
    }

    fn turn(&mut self, payload: &str, seen: &SeenRollouts) {
        if let Ok([Some(id)]) = json::pick(payload, &["turn_id"])
            && let Some(id) = json::string(id)
        {
            self.lineage.turn(&id, seen);
        }
    }

    /// Takes the folder of a beginning or a turn, if it counts.
    fn learn(&mut self, payload: &str, counts: bool) {
        let Ok([Some(cwd)]) = json::pick(payload, &["cwd"]) else { return };
        if let Some(cwd) = json::string(cwd).filter(|_| counts) {
            self.cwd = Some(PathBuf::from(&*cwd));
        }
    }

    fn item(
        &mut self,
        payload: &str,
        time: Option<u64>,
        seen: &SeenRollouts,
        emit: &mut dyn FnMut(Record),
    ) -> LineKind {
        let names = ["type", "call_id", "name", "arguments", "action", "output", "input"];
        let Ok([Some(kind), id, name, arguments, action, output, input]) =
            json::pick(payload, &names)
        else {
            return LineKind::Known;
        };
        let Some(id) = id else { return LineKind::Known };
        if kind.ends_with("_output\"") {
            return self.end(id, output.unwrap_or("null"), time, emit);
        }
        if !matches!(kind, "\"function_call\"" | "\"local_shell_call\"" | "\"custom_tool_call\"") {
            return LineKind::Known;
        }
        let parts = [Some(id), name, arguments, action, input].map(Option::unwrap_or_default);
        let whose = self.lineage.whose(&parts, seen);
        if whose == Whose::Copied {
            return LineKind::Copied;
        }
        let name = name.and_then(json::string).unwrap_or_default();
        let begun = match kind {
            "\"function_call\"" => {
                let arguments = arguments.and_then(json::string).unwrap_or_default();
                match command(&name, &arguments) {
                    // `apply_patch` as a shell call is not a call of the shell tool.
                    Some(command) if command.trim_start().starts_with("apply_patch") => None,
                    Some(command) => Some(CodexCall::shell(&command)),
                    None if name == "view_image" || name.starts_with("mcp__") => {
                        Some(CodexCall { name: name.into_owned(), input: arguments.into_owned() })
                    }
                    None => None,
                }
            }
            "\"local_shell_call\"" => action.and_then(|action| {
                let command = script(&words(action, "command")?);
                Some(CodexCall::shell(&command))
            }),
            "\"custom_tool_call\"" if name == "apply_patch" => {
                let input = format!(r#"{{"command":{}}}"#, input.unwrap_or("\"\""));
                Some(CodexCall { name: name.into_owned(), input })
            }
            _ => None,
        };
        match begun {
            Some(begun) => {
                self.pending.begin(id.to_owned(), (begun, whose));
                LineKind::Known
            }
            None => LineKind::Unhooked,
        }
    }

    fn end(
        &mut self,
        id: &str,
        output: &str,
        time: Option<u64>,
        emit: &mut dyn FnMut(Record),
    ) -> LineKind {
        let Some((begun, whose)) = self.pending.end(id) else { return LineKind::Known };
        let response = match json::string(output) {
            Some(text) => match hook_output(&text) {
                Some(output) => Cow::Owned(quoted(&output)),
                None => return LineKind::Unhooked,
            },
            None => Cow::Borrowed(output),
        };
        let input = HookInput::new("PostToolUse")
            .text("tool_name", &begun.name)
            .raw("tool_input", Some(&begun.input))
            .raw("tool_response", Some(&response))
            .raw("tool_use_id", Some(id));
        self.emit(input, whose, time, emit);
        LineKind::Known
    }

    /// Emits a record.
    fn emit(
        &self,
        input: HookInput,
        whose: Whose,
        time_ms: Option<u64>,
        emit: &mut dyn FnMut(Record),
    ) {
        let (session, agent) = self.lineage.session(whose);
        let (session, agent) = (session.map(quoted), agent.map(quoted));
        let cwd = self.cwd.as_ref().map(|cwd| quoted(&cwd.to_string_lossy()));
        let input = input
            .raw("session_id", session.as_deref())
            .raw("agent_id", agent.as_deref())
            .raw("cwd", cwd.as_deref())
            .text("turn_id", "");
        let input = Cow::Owned(input.done());
        emit(Record { input, client: Some(Client::Codex), time_ms, ..Record::default() });
    }
}

/// The shell text in the arguments of a function with this name.
fn command(name: &str, arguments: &str) -> Option<String> {
    let key = match name {
        "exec_command" => "cmd",
        "shell_command" | "shell" | "container.exec" | "local_shell" => "command",
        _ => return None,
    };
    words(arguments, key).map(|words| script(&words))
}

/// A string, or the strings of a list.
fn words(object: &str, name: &str) -> Option<Vec<String>> {
    let [raw] = json::pick(object, &[name]).ok()?;
    let raw = raw?;
    if let Some(text) = json::string(raw) {
        return Some(vec![text.into_owned()]);
    }
    let list: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
    list.into_iter().map(|word| json::string(word.get()).map(Cow::into_owned)).collect()
}

/// The shell text that the words of a call run: the text for a shell, or the words themselves.
fn script(words: &[String]) -> String {
    match words {
        [shell, option, text]
            if option.starts_with('-') && option.ends_with('c') && is_shell(shell) =>
        {
            text.clone()
        }
        [text] => text.clone(),
        words => words.iter().map(|word| quoted_word(word)).collect::<Vec<_>>().join(" "),
    }
}

fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("bash" | "sh" | "zsh" | "dash"))
}

/// The word quoted for a shell.
fn quoted_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

/// The part of an output that the hook gets; `None` if the client runs no hook for it.
fn hook_output(output: &str) -> Option<Cow<'_, str>> {
    if NOT_RUN.iter().any(|sign| output.starts_with(sign)) {
        return None;
    }
    if output.starts_with('{')
        && let Ok([Some(text), Some(_)]) = json::pick(output, &["output", "metadata"])
    {
        return json::string(text).map(|text| Cow::Owned(text.into_owned()));
    }
    let signs = ["Chunk ID: ", "Wall time: ", "Exit code: ", "Command: "];
    let Some((about, text)) = output.split_once("\nOutput:\n").filter(|(about, _)| {
        about.lines().count() <= 8 && signs.iter().any(|sign| about.starts_with(sign))
    }) else {
        return Some(Cow::Borrowed(output));
    };
    // The command still runs, and the rollout will not have its end.
    (!about.lines().any(|line| line.starts_with(codex::GOES_ON))).then_some(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_loses_its_shell() {
        let of = |name, arguments| command(name, arguments);
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(of("exec_command", r#"{"cmd":"ls | wc -l"}"#), is("ls | wc -l"));
        assert_eq!(of("shell", r#"{"command":["bash","-lc","ls | wc -l"]}"#), is("ls | wc -l"));
        assert_eq!(
            of("shell", r#"{"command":["rg","-n","it's","src"]}"#),
            is(r"rg -n 'it'\''s' src")
        );
        assert_eq!(of("shell_command", r#"{"command":"ls","workdir":"/x"}"#), is("ls"));
        assert_eq!(of("update_plan", r#"{"plan":[]}"#), None);
        assert_eq!(of("exec_command", "{"), None);
    }

    #[test]
    fn an_output_loses_the_lines_about_the_run() {
        let of = |output: &str| hook_output(output).map(Cow::into_owned);
        let is = |text: &str| Some(text.to_owned());
        let about = "Chunk ID: ddae35\nWall time: 0.0001 seconds\nProcess exited with code 0\nOriginal token count: 8";
        assert_eq!(of(&format!("{about}\nOutput:\na\nOutput:\nb\n")), is("a\nOutput:\nb\n"));
        assert_eq!(of("Exit code: 1\nWall time: 0 seconds\nOutput:\nno\n"), is("no\n"));
        assert_eq!(of(r#"{"output":"yes\n","metadata":{"exit_code":0}}"#), is("yes\n"));
        assert_eq!(of("a\nOutput:\nb"), is("a\nOutput:\nb"), "it is the tool's own");
        let going =
            "Chunk ID: 1\nWall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\n";
        assert_eq!(of(going), None);
        assert_eq!(of("unsupported call: apply_patch"), None);
    }
}
