//! One entry in a client's settings: writes ours, and recognizes them later.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::clients::{HookEvent, Scope, Target, on_path};
use super::command_line::{called, hook_line, quoted};
use super::words::{PROGRAM, is_program, words};
use super::{guard, lasting};
use crate::base::text;
use crate::commands::error::Error;

/// The command of a hook as the settings have it.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HookCommand {
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
    shell: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_sec: Option<u32>,
}

impl HookCommand {
    /// Whether an entry is this one, or runs the same command after a look whether it is there:
    /// what that saves others who read the file is not taken away.
    pub(super) fn is(&self, value: &Value) -> bool {
        if serde_json::to_value(self).is_ok_and(|own| own == *value) {
            return true;
        }
        let line = ["command", "bash"].into_iter().find_map(|key| value.get(key)?.as_str());
        let Some(line) = line.filter(|_| value.get("args").is_none()) else { return false };
        let inner = guard::inner(line);
        let own = match (self.command.as_ref().or(self.bash.as_ref()), self.args) {
            (Some(program), Some(args)) => {
                let args = args.into_iter().map(str::to_owned);
                Some([program.clone()].into_iter().chain(args).collect())
            }
            (Some(line), None) => words(line),
            (None, _) => None,
        };
        inner != line && own.is_some() && words(inner) == own
    }
}

/// A command of ours and the event that starts it.
#[derive(Debug, Clone)]
pub(super) struct HookEntry {
    pub(super) event: &'static str,
    /// The matcher of its group; `None` in a layout without groups.
    pub(super) matcher: Option<String>,
    pub(super) command: HookCommand,
}

/// What a user wants of entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct EntryOptions {
    /// The event of all calls of a message is among them, where the client has one.
    pub(super) batch: bool,
    /// They look whether the program is there, and do nothing where it is not.
    pub(super) if_found: bool,
}

/// The entries for `target`. `matcher` narrows its tool calls.
///
/// # Errors
/// When the path of this program is unknown, is not UTF-8, or has another file name.
pub(super) fn entries_for(
    target: &Target,
    matcher: &str,
    options: EntryOptions,
) -> Result<Vec<HookEntry>, Error> {
    let program = program(target.scope)?;
    let profile = target.profile;
    let entry = |event: &HookEvent| {
        let matcher = event.only.unwrap_or(matcher).to_owned();
        let mut command = HookCommand { kind: Some("command"), ..HookCommand::default() };
        let looking = options.if_found.then(|| guard::line(&program));
        if target.layout.by_shell {
            if cfg!(windows) {
                command.powershell = Some(format!("{} hook", called(&program)));
            } else {
                let line = looking.unwrap_or_else(|| format!("{} hook", quoted(&program)));
                command.bash = Some(line);
            }
            command.timeout_sec = Some(profile.timeout);
        } else {
            // Versions that do not know `args` run the command alone, in a shell, where it does the
            // same. This works only without quotes: newer versions would read them as a part of the
            // name.
            let direct = profile.starts_programs
                && looking.is_none()
                && (cfg!(windows) || quoted(&program) == program);
            command.args = direct.then_some(["hook"]);
            if let Some(line) = looking {
                command.command = Some(line);
            } else if direct {
                command.command = Some(program.clone());
            } else {
                let line = hook_line(&program, cfg!(windows).then_some(profile.windows));
                (command.command, command.shell) = (Some(line.text), line.shell);
            }
            command.timeout = Some(profile.timeout);
        }
        if target.layout.grouped {
            return HookEntry { event: event.name, matcher: Some(matcher), command };
        }
        if !target.layout.by_shell {
            command.kind = None;
        }
        // In a list a command without a matcher gets every call.
        command.matcher = Some(matcher).filter(|matcher| matcher != "*");
        HookEntry { event: event.name, matcher: None, command }
    };
    Ok(profile
        .events
        .iter()
        .chain(profile.batch.iter().filter(|_| options.batch))
        .map(entry)
        .collect())
}

/// How the client starts this program: by its path or that of its copy, or by its name if other
/// users read the file too.
///
/// # Errors
/// When the path of this program is unknown, is not UTF-8, or has another file name.
pub(super) fn program(scope: Scope) -> Result<String, Error> {
    if scope == Scope::Project {
        return Ok(PROGRAM.to_owned());
    }
    let running = std::env::current_exe()?;
    let path = lasting::place(&running).or_else(|| stable_path(&running)).unwrap_or(running);
    match path.to_str() {
        Some(text) if runs_hook(&[text.to_owned()]) => Ok(text.to_owned()),
        // `is_ours` would not recognize its entries: they would be written twice and never removed.
        Some(_) => Err(Error::Usage(format!(
            "{}: toolcoach recognises its entries by the program name {PROGRAM}; rename this file",
            text::clean(&path.to_string_lossy())
        ))),
        None => {
            Err(Error::Usage(format!("{}: the path of this program is not UTF-8", path.display())))
        }
    }
}

/// The path on PATH that leads to the running program. Package managers move the program with each
/// version but keep a link to it, and clients keep trusting a command that does not change.
fn stable_path(running: &Path) -> Option<PathBuf> {
    let real = running.canonicalize().ok()?;
    on_path(PROGRAM).find(|path| path.canonicalize().is_ok_and(|other| other == real))
}

/// Whether an entry runs this program as a hook and does nothing else. Who wrote it, and for which
/// version, does not matter.
pub(super) fn is_ours(entry: &Value) -> bool {
    let texts =
        ["command", "bash", "powershell"].into_iter().filter_map(|key| entry.get(key)?.as_str());
    let mut has_command = false;
    for text in texts {
        let words = match entry.get("args").and_then(Value::as_array) {
            Some(args) => {
                let args = args.iter().map(|arg| arg.as_str().map(str::to_owned));
                [Some(text.to_owned())].into_iter().chain(args).collect()
            }
            None => words(guard::inner(text.strip_prefix("& ").unwrap_or(text))),
        };
        if !words.is_some_and(|words| runs_hook(&words)) {
            return false;
        }
        has_command = true;
    }
    has_command
}

/// Whether an entry of our own plugin runs this program as a hook in the end. What it does before
/// that is this project's own.
pub(super) fn ends_in_ours(entry: &Value) -> bool {
    let line = entry.get("command").and_then(Value::as_str).unwrap_or_default();
    let last = line.rsplit([';', '&']).next().unwrap_or_default().trim();
    is_ours(entry)
        || is_ours(&serde_json::json!({ "command": last.strip_prefix("exec ").unwrap_or(last) }))
}

fn runs_hook(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((program, arguments)) = words.split_first() else { return false };
    is_program(program)
        && match arguments {
            [] | ["hook"] | ["hook", "--client", _] => true,
            ["hook", option] => option.starts_with("--client="),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_of_ours_has_our_program_and_arguments() {
        for command in [
            "toolcoach",
            "/home/ana/.cargo/bin/toolcoach hook",
            "\"$HOME/.cargo/bin/toolcoach\" hook --client codex",
            "'/a b/it'\\''s/toolcoach' hook",
            "C:\\Users\\ana\\toolcoach.exe hook --client=claude",
            "& 'C:\\a b\\toolcoach.exe' hook",
            "  ~/bin/toolcoach\thook ",
            "/a\\ b/toolcoach",
            "command -v toolcoach >/dev/null 2>&1 || exit 0; exec toolcoach hook",
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
}
