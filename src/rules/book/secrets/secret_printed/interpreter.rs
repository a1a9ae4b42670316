//! Programs that print the environment from a script on their command line.

use crate::shell::Command;

/// The interpreters.
pub(super) const INTERPRETERS: [&str; 6] = ["python", "python3", "node", "ruby", "perl", "php"];

/// Whether a script on the command line of an interpreter prints the whole environment.
pub(super) fn prints_environment(command: &Command) -> bool {
    const WHOLE: [(&str, &[&str]); 5] = [
        ("os.environ", &["print"]),
        ("process.env", &["console.", "print"]),
        ("ENV", &["puts", "p ENV", "print", "pp ENV", "inspect"]),
        ("%ENV", &["print"]),
        ("getenv()", &["print_r", "var_dump", "echo"]),
    ];
    let is_script =
        |flag: &str| matches!(flag, "-c" | "-e" | "-p" | "-r" | "eval" | "--eval" | "--print");
    INTERPRETERS.contains(&command.program.as_str())
        && command.args.iter().any(|word| is_script(&word.text))
        && command.args.iter().any(|word| {
            WHOLE.iter().any(|(variable, printers)| {
                let is_printed = printers.iter().any(|printer| word.text.contains(printer))
                    || command.args.iter().any(|flag| flag.is("-p"));
                is_printed && holds_whole(&word.text, variable)
            })
        })
}

/// Whether `text` uses all of the environment, not one variable or the names.
fn holds_whole(text: &str, variable: &str) -> bool {
    text.match_indices(variable).any(|(at, _)| {
        let after = text.get(at + variable.len()..).unwrap_or_default();
        let picks = ["[", "_", ".get", ".keys", ".fetch"];
        let is_one = picks.iter().any(|start| after.starts_with(start))
            || after.starts_with(|c: char| c.is_ascii_alphanumeric())
            || variable == "process.env" && after.starts_with('.');
        !is_one
            && !text.contains("Object.keys")
            && !text.contains("sorted(os.environ)")
            && !text.contains("list(os.environ)")
    })
}
