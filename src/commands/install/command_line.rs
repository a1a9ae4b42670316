//! The line by which the shell of a client starts this program.
//!
//! On Windows no line with quotes does so in every shell. PowerShell takes a quoted path for a text
//! and needs `&` before it (openai/codex#46454), which cmd.exe takes for an error.

/// The shell that a client runs commands in on Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WindowsShell {
    /// PowerShell: Gemini CLI 0.61.0, Codex (max-sixty/worktrunk#4239), Cursor
    /// (thedotmack/claude-mem#2507).
    PowerShell,
    /// cmd.exe: Droid (entireio/cli#2349).
    Cmd,
    /// cmd.exe, which gets quotes in a form that it does not read (QwenLM/qwen-code#11778), unless
    /// the entry names PowerShell: Qwen Code 0.24.4.
    CmdOrNamed,
}

/// A line for a shell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ShellLine {
    pub(super) text: String,
    /// The shell that the entry must name for it.
    pub(super) shell: Option<&'static str>,
}

/// The line that runs `program` as a hook: for `sh`, or on Windows for the shell of the client.
pub(super) fn hook_line(program: &str, windows: Option<WindowsShell>) -> ShellLine {
    let line = |text| ShellLine { text, shell: None };
    let Some(shell) = windows else { return line(format!("{} hook", quoted(program))) };
    if is_plain_on_windows(program) {
        return line(format!("{program} hook"));
    }
    let called = || format!("{} hook", called(program));
    match shell {
        WindowsShell::PowerShell => line(called()),
        // A path has no double quotes.
        WindowsShell::Cmd => line(format!("\"{program}\" hook")),
        WindowsShell::CmdOrNamed => ShellLine { text: called(), shell: Some("powershell") },
    }
}

/// The program as PowerShell calls it.
pub(super) fn called(program: &str) -> String {
    format!("& '{}'", program.replace('\'', "''"))
}

/// The program that a line of PowerShell calls by a quoted path.
pub(super) fn called_program(line: &str) -> Option<String> {
    let rest = line.strip_prefix("& '")?;
    let mut path = String::new();
    for part in rest.split("''") {
        match part.split_once('\'') {
            Some((end, _)) => return Some(path + end),
            None => path = path + part + "'",
        }
    }
    None
}

/// The program as a user types it.
pub(crate) fn typed(program: &str) -> String {
    if cfg!(windows) && !is_plain_on_windows(program) { called(program) } else { quoted(program) }
}

/// Whether both shells of Windows take a path as it is.
fn is_plain_on_windows(path: &str) -> bool {
    !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || "_-+.:\\/~".contains(c))
}

/// The word quoted for `sh`; on Windows for PowerShell, where it is an argument.
pub(crate) fn quoted(word: &str) -> String {
    if cfg!(windows) {
        let is_plain = is_plain_on_windows(word);
        return if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "''")) };
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::super::entry::is_ours;
    use super::super::words::words;
    use super::*;

    #[cfg(not(windows))]
    #[test]
    fn a_quoted_word_reads_back() {
        for path in ["/a/b", "/a b/c", "/it's/x", "/$HOME/`x`", "/a\"b", "/a\\ b"] {
            assert_eq!(words(&format!("{} hook", quoted(path))).unwrap(), [path, "hook"], "{path}");
        }
    }

    #[test]
    fn a_line_for_windows_is_what_its_shell_runs_and_is_recognised() {
        use WindowsShell::{Cmd, CmdOrNamed, PowerShell};
        let (plain, blank) =
            (r"C:\Users\ana\bin\toolcoach.exe", r"C:\Users\Ana O'Neil\toolcoach.exe");
        for shell in [PowerShell, Cmd, CmdOrNamed] {
            let line = hook_line(plain, Some(shell));
            assert_eq!(line, ShellLine { text: format!("{plain} hook"), shell: None });
        }
        let called = r"& 'C:\Users\Ana O''Neil\toolcoach.exe' hook";
        let in_quotes = r#""C:\Users\Ana O'Neil\toolcoach.exe" hook"#;
        for (shell, text, named) in [
            (PowerShell, called, None),
            (Cmd, in_quotes, None),
            (CmdOrNamed, called, Some("powershell")),
        ] {
            let line = hook_line(blank, Some(shell));
            assert_eq!(line, ShellLine { text: text.to_owned(), shell: named });
        }
        for special in ["&", "(", "%", "$", "`", ",", ";", "^", "!", " "] {
            assert!(!is_plain_on_windows(&format!("C:\\a{special}b")), "{special}");
        }
        for line in [plain, called, in_quotes] {
            assert!(is_ours(&serde_json::json!({ "command": line })), "{line}");
        }
        assert_eq!(words(in_quotes).unwrap()[1], "hook");
        assert_eq!(called_program(called).unwrap(), blank);
        for line in ["& 'C:\\a", "'C:\\a'", "& C:\\a"] {
            assert_eq!(called_program(line), None, "{line}");
        }
    }
}
