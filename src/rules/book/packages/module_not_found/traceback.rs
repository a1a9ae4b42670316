//! The module that Python says it cannot find.

use crate::project::python::is_python;

/// The module whose absence ended the run: the last that an error names, unless another exception
/// came after it, as when a program tries a module and goes on without it.
pub(super) fn missing_module(error: &str) -> Option<&str> {
    let is_exception = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        (last.ends_with("Error") || last.ends_with("Exception"))
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
    };
    // The exception after these words ended the run.
    let chained = ["another exception occurred:", "direct cause of the following exception:"];
    let error =
        chained.iter().fold(error, |error, words| error.rsplit(words).next().unwrap_or(error));
    let module = error.lines().filter_map(named).next_back()?;
    match error.lines().rfind(is_exception) {
        Some(last) if named(last).is_none() => None,
        _ => Some(module),
    }
}

/// The top-level module that a line of Python says it cannot find. Not one below it: then the
/// package is installed.
fn named(line: &str) -> Option<&str> {
    let line = line.trim();
    // pytest marks the lines of an error.
    let line = line.strip_prefix("E ").map_or(line, str::trim_start);
    let name = match line.strip_prefix("ModuleNotFoundError: No module named '") {
        Some(rest) => rest.strip_suffix('\'')?,
        // `/usr/bin/python3: No module named pytest`
        None => {
            let (program, rest) = line.split_once(": ")?;
            if !is_path_of_python(program) {
                return None;
            }
            match rest.strip_prefix("No module named ") {
                Some(name) => name,
                None => {
                    let rest =
                        rest.strip_prefix("Error while finding module specification for '")?;
                    rest.split_once("' (ModuleNotFoundError: No module named '")?
                        .1
                        .strip_suffix("')")?
                }
            }
        }
    };
    let is_name = (1..=40).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

fn is_path_of_python(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    is_python(name) && !program.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read_strictly() {
        for (line, module) in [
            ("ModuleNotFoundError: No module named 'httpx'", Some("httpx")),
            ("E   ModuleNotFoundError: No module named 'httpx'", Some("httpx")),
            ("/usr/bin/python3: No module named pytest", Some("pytest")),
            ("/opt/venv/bin/python3.12: No module named pytest", Some("pytest")),
            (
                "/usr/bin/python3: Error while finding module specification for 'a.b' (ModuleNotFoundError: No module named 'a')",
                Some("a"),
            ),
            ("ModuleNotFoundError: No module named 'httpx.auth'", None),
            ("ModuleNotFoundError: No module named 'a b'", None),
            ("ModuleNotFoundError: No module named 'a'; 'a' is not a package", None),
            ("assert 'No module named x' in text", None),
            ("say: No module named x", None),
            ("AssertionError: ModuleNotFoundError: No module named 'x'", None),
        ] {
            assert_eq!(named(line), module, "{line}");
        }
    }

    #[test]
    fn the_module_is_the_one_that_ended_the_run() {
        let missing = |name: &str| format!("ModuleNotFoundError: No module named '{name}'\n");
        let chain = "\nDuring handling of the above exception, another exception occurred:\n\n";
        assert_eq!(missing_module(&missing("a")), Some("a"));
        assert_eq!(
            missing_module(&format!("{}{chain}{}", missing("tomllib"), missing("tomli"))),
            Some("tomli")
        );
        assert_eq!(
            missing_module(&format!("{}{chain}RuntimeError: no driver", missing("a"))),
            None
        );
        assert_eq!(
            missing_module(&format!("{}{chain}app.NotConfigured: no driver", missing("a"))),
            None
        );
        assert_eq!(
            missing_module(&format!("{}Traceback:\nsqlalchemy.exc.ArgumentError: x", missing("a"))),
            None
        );
        assert_eq!(
            missing_module("E   ModuleNotFoundError: No module named 'a'\nERROR tests/a.py"),
            Some("a")
        );
        assert_eq!(missing_module("KeyError: 1"), None);
    }
}
