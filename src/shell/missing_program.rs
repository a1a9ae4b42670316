//! What shells say of a program that they did not find.

/// The program that a line of a shell says it did not find. Bash and sudo print
/// `bash: line 1: NAME: command not found`, dash and busybox `sh: 1: NAME: not found`, zsh
/// `zsh:1: command not found: NAME`.
pub(crate) fn missing_program(line: &str) -> Option<&str> {
    let line = line.trim();
    let (shell, name) = match line.rsplit_once("command not found: ") {
        Some((shell, name)) => (shell, name),
        None => {
            let before = line
                .strip_suffix(": command not found")
                .or_else(|| line.strip_suffix(": not found"));
            // Some shells and wrappers add the status.
            let before = before.or_else(|| line.strip_suffix(": command not found (127)"))?;
            before.rsplit_once(": ")?
        }
    };
    let shell = shell.split(':').next().unwrap_or_default();
    let shell = shell.rsplit('/').next().unwrap_or_default();
    let is_shell = matches!(
        shell,
        "bash" | "sh" | "dash" | "ash" | "zsh" | "ksh" | "(eval)" | "sudo" | "environment"
    );
    let is_name = (1..=40).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'));
    (is_shell && is_name).then_some(name)
}
