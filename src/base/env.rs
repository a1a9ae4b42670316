//! Every environment variable that the program reads, each by one function.
//!
//! An empty variable counts as unset. The hook inherits the client's environment, which is also
//! the environment of the agent's shell.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The variables that mean something to users, each with what it does. Those that name a program's
/// environment (`VIRTUAL_ENV`, `PYTHONPATH`, `GIT_CONFIG_GLOBAL` ...) are read as that program reads
/// them.
pub(crate) const VARIABLES: &[(&str, &str)] = &[
    ("TOOLCOACH_DISABLE", "1: the hook does nothing"),
    ("TOOLCOACH_STATE_DIR", "the state folder, an absolute path"),
    ("TOOLCOACH_CONFIG", "the user's settings file, an absolute path"),
    ("TOOLCOACH_HOLDOUT", "the share of sessions in which lines are withheld, 0 to 1"),
    ("TOOLCOACH_COMPLETE", "set by the completion scripts"),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "the folders for settings and state"),
    (
        "CLAUDE_CONFIG_DIR, CODEX_HOME, COPILOT_HOME, PI_CODING_AGENT_DIR, CLINE_DIR",
        "the folders of the agents' settings",
    ),
    ("TOOLCOACH_MANAGED_SETTINGS", "the folder of Claude Code's managed settings, absolute"),
    ("OTEL_RESOURCE_ATTRIBUTES", "attributes of the resource in `stats --format otlp`"),
    ("COLUMNS", "the width of pages; if it is not set, the terminal's, else 80"),
    ("NO_COLOR", "no colours"),
    ("FORCE_COLOR, CLICOLOR_FORCE", "colours also where stdout is not a terminal"),
    ("TERM", "dumb: neither colours nor a progress bar"),
    ("TZ", "the time zone in which times are shown"),
];

fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn path_in(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A relative path would mean a different folder in each working directory, so it counts as unset.
fn absolute_path_in(name: &str) -> Option<PathBuf> {
    path_in(name).filter(|path| path.is_absolute())
}

/// `TOOLCOACH_DISABLE=1`: the hook does nothing.
pub(crate) fn is_disabled() -> bool {
    env::var_os("TOOLCOACH_DISABLE").is_some_and(|value| value == "1")
}

/// `TOOLCOACH_HOLDOUT`: the share of sessions in which a rule's lines are held out, from 0 to 1. For
/// tests and demonstrations.
pub(crate) fn holdout() -> Option<f64> {
    text("TOOLCOACH_HOLDOUT")?.parse().ok().filter(|share| (0.0..=1.0).contains(share))
}

/// `TOOLCOACH_STATE_DIR`: the state folder. In a relative one a repository could bring the user's
/// trust along.
pub(crate) fn toolcoach_state_dir() -> Option<PathBuf> {
    absolute_path_in("TOOLCOACH_STATE_DIR")
}

/// `TOOLCOACH_CONFIG`: the user's settings file. A repository could bring a relative one.
pub(crate) fn toolcoach_config() -> Option<PathBuf> {
    absolute_path_in("TOOLCOACH_CONFIG")
}

/// The variables with a path that is relative, so that they count as unset.
pub(crate) fn relative_paths() -> impl Iterator<Item = &'static str> {
    let is_relative = |name: &&str| path_in(name).is_some_and(|path| path.is_relative());
    ["TOOLCOACH_STATE_DIR", "TOOLCOACH_CONFIG", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME"]
        .into_iter()
        .filter(is_relative)
}

/// The user's home, if absolute: `HOME`; on Windows `USERPROFILE` where `HOME` is not set.
pub(crate) fn home() -> Option<PathBuf> {
    let windows = || if cfg!(windows) { absolute_path_in("USERPROFILE") } else { None };
    absolute_path_in("HOME").or_else(windows)
}

/// `XDG_STATE_HOME`, if absolute, as the XDG specification demands.
pub(crate) fn xdg_state_home() -> Option<PathBuf> {
    absolute_path_in("XDG_STATE_HOME")
}

/// `XDG_CONFIG_HOME`, if absolute, as the XDG specification demands.
pub(crate) fn xdg_config_home() -> Option<PathBuf> {
    absolute_path_in("XDG_CONFIG_HOME")
}

/// `LOCALAPPDATA`, Windows' folder for state.
pub(crate) fn local_app_data() -> Option<PathBuf> {
    absolute_path_in("LOCALAPPDATA")
}

/// `APPDATA`, Windows' folder for settings.
pub(crate) fn app_data() -> Option<PathBuf> {
    absolute_path_in("APPDATA")
}

/// `ProgramData`, Windows' folder for settings of a whole machine.
pub(crate) fn program_data() -> Option<PathBuf> {
    absolute_path_in("ProgramData")
}

/// `TOOLCOACH_COMPANY_CONFIG`: the company's settings file. For tests: a release does not know it, so
/// that nobody's environment stands above the company.
#[cfg(any(debug_assertions, feature = "fault-injection"))]
pub(crate) fn company_config() -> Option<PathBuf> {
    absolute_path_in("TOOLCOACH_COMPANY_CONFIG")
}

/// `PATH`, unparsed.
pub(crate) fn path() -> Option<OsString> {
    env::var_os("PATH")
}

/// `CLAUDE_PROJECT_DIR`: the folder in which Claude Code's session began.
pub(crate) fn claude_project_dir() -> Option<PathBuf> {
    path_in("CLAUDE_PROJECT_DIR")
}

/// `CLAUDE_CONFIG_DIR`: where Claude Code keeps settings and transcripts instead of `~/.claude`.
pub(crate) fn claude_config_dir() -> Option<PathBuf> {
    absolute_path_in("CLAUDE_CONFIG_DIR")
}

/// `TOOLCOACH_MANAGED_SETTINGS`: where the settings of an administrator of Claude Code are, instead of
/// the system's folder. For tests, and for images of machines.
pub(crate) fn managed_settings() -> Option<PathBuf> {
    absolute_path_in("TOOLCOACH_MANAGED_SETTINGS")
}

/// `CLAUDE_CODE_REMOTE_SESSION_ID`: the id of a cloud session. It stays the same while the client's
/// own session id changes.
pub(crate) fn claude_remote_session() -> Option<String> {
    text("CLAUDE_CODE_REMOTE_SESSION_ID")
}

/// `AI_AGENT`: the client with its version. Claude Code 2.1.330 sets it, 2.1.112 does not.
pub(crate) fn ai_agent() -> Option<String> {
    text("AI_AGENT")
}

/// `CODEX_HOME`: where Codex keeps settings and transcripts instead of `~/.codex`.
pub(crate) fn codex_home() -> Option<PathBuf> {
    absolute_path_in("CODEX_HOME")
}

/// `COPILOT_HOME`: where Copilot CLI keeps settings instead of `~/.copilot`.
pub(crate) fn copilot_home() -> Option<PathBuf> {
    absolute_path_in("COPILOT_HOME")
}

/// `OTEL_RESOURCE_ATTRIBUTES`: what an export for OpenTelemetry says that it is about, unparsed.
pub(crate) fn otel_resource_attributes() -> Option<String> {
    text("OTEL_RESOURCE_ATTRIBUTES")
}

/// `PI_CODING_AGENT_DIR`: where pi keeps settings instead of `~/.pi/agent`.
pub(crate) fn pi_coding_agent_dir() -> Option<PathBuf> {
    absolute_path_in("PI_CODING_AGENT_DIR")
}

/// `CLINE_DIR`: where Cline keeps settings instead of `~/.cline`.
pub(crate) fn cline_dir() -> Option<PathBuf> {
    absolute_path_in("CLINE_DIR")
}

/// The folder of the active Python environment: `VIRTUAL_ENV`, `UV_PROJECT_ENVIRONMENT` or
/// `CONDA_PREFIX`. Conda activates its base environment by default, so that one counts as little as
/// the system's Python.
pub(crate) fn python_environment() -> Option<PathBuf> {
    let is_base = || text("CONDA_DEFAULT_ENV").is_some_and(|name| name == "base");
    path_in("VIRTUAL_ENV")
        .or_else(|| path_in("UV_PROJECT_ENVIRONMENT"))
        .or_else(|| path_in("CONDA_PREFIX").filter(|_| !is_base()))
}

/// `PYTHONPATH`, unparsed.
pub(crate) fn python_path() -> Option<OsString> {
    env::var_os("PYTHONPATH").filter(|value| !value.is_empty())
}

/// `GIT_CONFIG_GLOBAL`: the user's git configuration instead of `~/.gitconfig`.
pub(crate) fn git_config_global() -> Option<PathBuf> {
    path_in("GIT_CONFIG_GLOBAL")
}

/// Whether the terminal displays characters beyond ASCII: the first of `LC_ALL`, `LC_CTYPE` and
/// `LANG` that is set names the encoding. Many containers set none of them, but the terminals in
/// front of them display Unicode.
pub(crate) fn is_unicode_locale() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(text);
    locale.is_none_or(|name| name.to_lowercase().replace('-', "").contains("utf8"))
}

/// `TERM=dumb`: a terminal that cannot move its cursor.
pub(crate) fn is_dumb_terminal() -> bool {
    text("TERM").is_some_and(|term| term == "dumb")
}

/// `COLUMNS`: how wide pages are. Shells set it; where it is exported, it counts before the terminal.
pub(crate) fn columns() -> Option<usize> {
    text("COLUMNS")?.parse().ok()
}

/// `FORCE_COLOR`: the user wants colours also where stdout is not a terminal (force-color.org);
/// `0` and `false` do not force any.
pub(crate) fn is_color_forced() -> bool {
    text("FORCE_COLOR").is_some_and(|value| !matches!(value.as_str(), "0" | "false"))
}

/// `NO_COLOR`: the user wants no colours (no-color.org).
pub(crate) fn no_color() -> bool {
    text("NO_COLOR").is_some()
}

/// `TOOLCOACH_BLESS`: tests regenerate generated files instead of comparing them.
#[cfg(test)]
pub(crate) fn is_blessing() -> bool {
    env::var_os("TOOLCOACH_BLESS").is_some()
}

/// `TOOLCOACH_FAULT_NOW`: what the clock says in tests, unix ms.
#[cfg(feature = "fault-injection")]
pub(crate) fn fault_now_ms() -> Option<u64> {
    text("TOOLCOACH_FAULT_NOW")?.parse().ok()
}

/// `TOOLCOACH_FAULT` and `TOOLCOACH_FAULT_IN`: which fault to inject, and where.
#[cfg(feature = "fault-injection")]
pub(crate) fn fault() -> Option<(String, String)> {
    text("TOOLCOACH_FAULT").zip(text("TOOLCOACH_FAULT_IN"))
}

/// `TOOLCOACH_FAULT_CLOCK`: how far the breakers' clock is moved, ms.
#[cfg(feature = "fault-injection")]
pub(crate) fn fault_clock_ms() -> Option<i64> {
    text("TOOLCOACH_FAULT_CLOCK")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read for tests, and what names an environment that other programs made.
    const NOT_LISTED: [&str; 16] = [
        "AI_AGENT",
        "APPDATA",
        "CLAUDE_CODE_REMOTE_SESSION_ID",
        "CONDA_DEFAULT_ENV",
        "HOME",
        "LOCALAPPDATA",
        "PATH",
        "PYTHONPATH",
        "ProgramData",
        "TOOLCOACH_BLESS",
        "TOOLCOACH_COMPANY_CONFIG",
        "TOOLCOACH_FAULT",
        "TOOLCOACH_FAULT_CLOCK",
        "TOOLCOACH_FAULT_IN",
        "TOOLCOACH_FAULT_NOW",
        "USERPROFILE",
    ];

    #[test]
    fn every_variable_that_is_read_is_listed_for_users() {
        let source = include_str!("env.rs");
        let calls = ["text(\"", "absolute_path_in(\"", "env::var(\"", "env::var_os(\""];
        let read = calls.iter().flat_map(|call| source.split(call).skip(1));
        let mut seen = 0;
        for name in read.filter_map(|rest| rest.split('"').next()) {
            let is_name = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
            if name.is_empty() || !name.bytes().all(is_name) {
                continue;
            }
            seen += 1;
            let is_listed = VARIABLES.iter().any(|(names, _)| names.split(", ").any(|n| n == name));
            assert!(is_listed != NOT_LISTED.contains(&name), "{name}");
        }
        assert!(seen > 20, "only {seen} names were seen");
    }
}
