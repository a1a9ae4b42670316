//! One entry in an agent's settings: how it is written, and how one of ours is known again.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::agents::{Scope, Target, on_path};
use crate::base::text;
use crate::commands::error::Error;

/// Our program's name.
pub(crate) const PROGRAM: &str = "toolcoach";

/// How an agent lays out its hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The events stand under `hooks`, not at the top.
    pub(super) wrapped: bool,
    /// An event lists groups with a matcher, and these list the commands.
    pub(super) grouped: bool,
    /// The file says `"version": 1`.
    pub(super) versioned: bool,
    /// Commands are named by the shell that runs them, and time limits by their unit.
    by_shell: bool,
}

impl Form {
    /// Claude Code's, which most have taken over.
    pub(super) const GROUPS: Self =
        Self { wrapped: true, grouped: true, versioned: false, by_shell: false };
    /// The same without `hooks`.
    pub(super) const BARE: Self = Self { wrapped: false, ..Self::GROUPS };
    /// Cursor's.
    pub(super) const LIST: Self = Self { grouped: false, versioned: true, ..Self::GROUPS };
    /// Copilot's.
    pub(super) const COPILOT: Self = Self { by_shell: true, ..Self::LIST };
}

/// A command of a hook. Absent keys are not written.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Command {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matcher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    powershell: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_sec: Option<u32>,
}

/// A command under an event.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) event: &'static str,
    /// The matcher of its group.
    pub(super) matcher: Option<String>,
    pub(super) command: Command,
}

/// The entries for `target`, whose calls of tools `matcher` narrows.
///
/// # Errors
/// When the program's own path is not known, or no text.
pub(super) fn wanted(target: &Target, matcher: &str) -> Result<Vec<Entry>, Error> {
    let program = program(target.scope)?;
    let agent = target.agent;
    let entry = |event: &super::agents::Event| {
        let matcher = event.only.unwrap_or(matcher).to_owned();
        let mut command = Command { kind: Some("command"), ..Command::default() };
        if target.form.by_shell {
            if cfg!(windows) {
                command.powershell = Some(format!("& '{}' hook", program.replace('\'', "''")));
            } else {
                command.bash = Some(format!("{} hook", quoted(&program)));
            }
            command.timeout_sec = Some(agent.timeout);
        } else {
            // Versions that do not know `args` run the command alone, in a shell, where it does the
            // same. That must not depend on quotes, which the new way would take for a part of the
            // name.
            let direct = agent.starts_programs && (cfg!(windows) || quoted(&program) == program);
            command.args = direct.then_some(["hook"]);
            command.command =
                Some(if direct { program.clone() } else { format!("{} hook", quoted(&program)) });
            command.timeout = Some(agent.timeout);
        }
        if target.form.grouped {
            return Entry { event: event.name, matcher: Some(matcher), command };
        }
        if !target.form.by_shell {
            command.kind = None;
        }
        // In a list all calls are meant where none are named.
        command.matcher = Some(matcher).filter(|matcher| matcher != "*");
        Entry { event: event.name, matcher: None, command }
    };
    Ok(agent.events.iter().map(entry).collect())
}

/// How this program is started later: by its path, or where others read the file too, by its name.
fn program(scope: Scope) -> Result<String, Error> {
    if scope == Scope::Project {
        return Ok(PROGRAM.to_owned());
    }
    let running = std::env::current_exe()?;
    let path = lasting(&running).unwrap_or(running);
    match path.to_str() {
        Some(text) if runs_hook(&[text.to_owned()]) => Ok(text.to_owned()),
        // Its entries would not be known again: written twice, and never taken out.
        Some(_) => Err(Error::Usage(format!(
            "{}: this program is called {PROGRAM}, and its entries are known by that name: rename it",
            text::clean(&path.to_string_lossy())
        ))),
        None => {
            Err(Error::Usage(format!("{}: the path of this program is not UTF-8", path.display())))
        }
    }
}

/// The place on PATH that leads to the running program: package managers move the program with each
/// version and keep a link to it, and a command that stays the same stays trusted.
fn lasting(running: &Path) -> Option<PathBuf> {
    let real = running.canonicalize().ok()?;
    on_path(PROGRAM).find(|path| path.canonicalize().is_ok_and(|found| found == real))
}

/// A word as `sh` reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Whether an entry, whoever wrote it and for whichever version, runs this program as a hook, and
/// does nothing else.
pub(super) fn is_ours(entry: &Value) -> bool {
    let texts =
        ["command", "bash", "powershell"].into_iter().filter_map(|key| entry.get(key)?.as_str());
    let mut found = false;
    for text in texts {
        let words = match entry.get("args").and_then(Value::as_array) {
            Some(args) => {
                let args = args.iter().map(|arg| arg.as_str().map(str::to_owned));
                [Some(text.to_owned())].into_iter().chain(args).collect()
            }
            None => words(text.strip_prefix("& ").unwrap_or(text)),
        };
        if !words.is_some_and(|words| runs_hook(&words)) {
            return false;
        }
        found = true;
    }
    found
}

/// Whether an entry of our own plugin comes to run this program as a hook, after it has seen that
/// there is one.
pub(super) fn comes_to_us(entry: &Value) -> bool {
    let line = entry.get("command").and_then(Value::as_str).unwrap_or_default();
    let last = line.rsplit([';', '&']).next().unwrap_or_default().trim();
    is_ours(entry)
        || is_ours(&serde_json::json!({ "command": last.strip_prefix("exec ").unwrap_or(last) }))
}

fn runs_hook(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((program, arguments)) = words.split_first() else { return false };
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    name == PROGRAM
        && match arguments {
            [] | ["hook"] | ["hook", "--client", _] => true,
            ["hook", option] => option.starts_with("--client="),
            _ => false,
        }
}

/// The words of a simple command; `None` for anything that is more, which only its author can
/// judge. The shell's grammar is not asked: a Windows path without quotes is a word here.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut rest = text.trim().chars().peekable();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (None, ' ' | '\t') => words.extend(word.take()),
            (None, ';' | '&' | '|' | '<' | '>' | '(' | ')' | '`' | '\n' | '#')
            | (Some('"'), '`') => {
                return None;
            }
            (None | Some('"'), '$') if rest.peek() == Some(&'(') => return None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), close) if open == close => quote = None,
            (None | Some('"'), '\\')
                if rest.peek().is_some_and(|next| " '\"$`\\".contains(*next)) =>
            {
                word.get_or_insert_default().extend(rest.next());
            }
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn our_entries_are_known_by_program_and_arguments() {
        for command in [
            "toolcoach",
            "/home/ana/.cargo/bin/toolcoach hook",
            "\"$HOME/.cargo/bin/toolcoach\" hook --client codex",
            "'/a b/it'\\''s/toolcoach' hook",
            "C:\\Users\\ana\\toolcoach.exe hook --client=claude",
            "& 'C:\\a b\\toolcoach.exe' hook",
            "  ~/bin/toolcoach\thook ",
            "/a\\ b/toolcoach",
        ] {
            assert!(is_ours(&json!({ "command": command })), "{command}");
        }
        for command in [
            "",
            "/opt/toolcoach/bin/other hook",
            "python3 /opt/toolcoach/toolcoach hook",
            "toolcoach-wrapper",
            "mytoolcoach hook",
            "toolcoach --stats",
            "toolcoach hook | tee log",
            "tee log | toolcoach hook",
            "toolcoach hook; other",
            "other && toolcoach hook",
            "echo toolcoach",
            "$(which toolcoach) hook",
            "'toolcoach hook'",
            "\"toolcoach",
            "toolcoach hook extra",
        ] {
            assert!(!is_ours(&json!({ "command": command })), "{command}");
        }
        assert!(is_ours(&json!({ "command": "/a b/toolcoach", "args": [] })));
        assert!(is_ours(&json!({ "command": "toolcoach.exe", "args": ["hook"], "timeout": 9 })));
        assert!(!is_ours(&json!({ "command": "sh", "args": ["toolcoach", "hook"] })));
        assert!(!is_ours(&json!({ "command": "toolcoach", "args": ["hook", 1] })));
        assert!(is_ours(&json!({ "bash": "/x/toolcoach hook" })));
        assert!(!is_ours(&json!({ "bash": "/x/toolcoach hook", "powershell": "other" })));
        assert!(!is_ours(&json!("toolcoach")));
    }

    #[test]
    fn what_is_quoted_reads_back() {
        for path in ["/a/b", "/a b/c", "/it's/x", "/$HOME/`x`", "/a\"b", "/a\\ b"] {
            assert_eq!(words(&format!("{} hook", quoted(path))).unwrap(), [path, "hook"], "{path}");
        }
    }
}
