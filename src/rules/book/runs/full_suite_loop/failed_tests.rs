//! Which tests have failed, by the names in the output of their run.
//!
//! Anybody may have written that output. A name counts only if it consists of a strict set of
//! characters, and a test in a file only if the file exists.

use super::suite_run::TestRunner;
use crate::base::read;
use crate::base::text;
use crate::rules::case::Case;

/// A longer output is not searched, bytes: clients show 30,000 characters.
const OUTPUT_BYTES: usize = 64 << 10;

/// The failed tests that the call's output names, each once. Empty where the output may name only
/// some of them, or where a name has an unknown form.
pub(super) fn names(case: &Case, runner: TestRunner) -> Vec<String> {
    let event = case.event;
    if event.result_bytes() > OUTPUT_BYTES {
        return Vec::new();
    }
    let text = if event.succeeded() {
        let result = event.shell();
        result.stdout.head(OUTPUT_BYTES) + "\n" + &result.stderr.head(OUTPUT_BYTES)
    } else {
        event.error_text(OUTPUT_BYTES)
    };
    let names = names_in(runner, &text)
        .filter(|names| are_complete(runner, &text, names))
        .unwrap_or_default();
    let has_files = matches!(runner, TestRunner::Pytest | TestRunner::Jest | TestRunner::Vitest);
    let exists = |name: &String| {
        let path = name.split("::").next().unwrap_or_default();
        case.environment.cwd().is_some_and(|cwd| read::is_file(cwd.join(path)))
    };
    if has_files && !names.iter().all(exists) { Vec::new() } else { names }
}

/// Whether the output names as many tests as it counts failures. A filter behind the run may have
/// cut the list.
fn are_complete(runner: TestRunner, text: &str, names: &[String]) -> bool {
    let failures =
        |line: &str| line.split_once(" failed")?.0.rsplit(' ').next()?.parse::<usize>().ok();
    match runner {
        // A test with several sets of values is named once for each.
        TestRunner::Pytest => {
            let lines = text.lines().filter(|line| line.starts_with("FAILED ")).count();
            text.lines().filter_map(failures).next_back().is_none_or(|stated| stated <= lines)
        }
        TestRunner::Cargo => {
            let results = text.lines().filter(|line| line.starts_with("test result: FAILED"));
            results.filter_map(failures).sum::<usize>() <= names.len()
        }
        TestRunner::Go | TestRunner::Jest | TestRunner::Vitest => true,
    }
}

/// The names in `text`; `None` if one of them is not a name that the runner prints.
fn names_in(runner: TestRunner, text: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut listed = false;
    for line in text.lines() {
        let name = match runner {
            TestRunner::Pytest => {
                line.strip_prefix("FAILED ").and_then(|rest| rest.split([' ', '[']).next())
            }
            TestRunner::Go => line.strip_prefix("--- FAIL: ").and_then(first_word),
            TestRunner::Jest => line.strip_prefix("FAIL ").and_then(first_word),
            TestRunner::Vitest => {
                let rest = line.trim_start().strip_prefix("FAIL ");
                rest.map(str::trim_start).and_then(first_word)
            }
            TestRunner::Cargo => {
                // The names are listed under a title, indented.
                let entry = line.strip_prefix("    ").filter(|_| listed);
                listed = line == "failures:" || (listed && entry.is_some());
                entry.or_else(|| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"))
            }
        };
        let Some(name) = name else { continue };
        if !is_name(runner, name) {
            return None;
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Some(names)
}

fn first_word(text: &str) -> Option<&str> {
    text.split(' ').next()
}

fn is_name(runner: TestRunner, name: &str) -> bool {
    let extra = match runner {
        TestRunner::Go => "_",
        TestRunner::Cargo => "_:",
        TestRunner::Pytest => "_:./-",
        TestRunner::Jest | TestRunner::Vitest => "_./-@",
    };
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    begins
        && !name.split(['/', ':', '.']).any(|part| part.starts_with('-'))
        && name.len() <= text::MAX_NAME_BYTES
        && name.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        && (runner != TestRunner::Pytest || name.contains("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_tests_are_found_by_name() {
        let of = |runner, text: &str| names_in(runner, text).unwrap_or_default().join(" ");
        let text = "..F\nFAILED tests/a.py::test_b[1-x] - AssertionError: FAILED\nFAILED tests/a.py::T::test_c\n1 failed";
        assert_eq!(of(TestRunner::Pytest, text), "tests/a.py::test_b tests/a.py::T::test_c");
        let text = "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/sub (0.00s)\nFAIL\nFAIL\tx/y\t0.3s\n--- FAIL: TestB (1s)";
        assert_eq!(of(TestRunner::Go, text), "TestA TestB");
        let text = "test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\nthread panicked\n    c\n\nfailures:\n    a::b\n    d\n\ntest result: FAILED";
        assert_eq!(of(TestRunner::Cargo, text), "a::b d");
        assert_eq!(
            of(TestRunner::Jest, "PASS src/b.test.ts\nFAIL src/a.test.ts (5.1 s)\n"),
            "src/a.test.ts"
        );
        assert_eq!(
            of(TestRunner::Vitest, " FAIL  src/a.test.ts > adds > one\n FAIL  src/a.test.ts > two"),
            "src/a.test.ts"
        );
        assert_eq!(of(TestRunner::Go, "--- FAIL: Test$(rm) (0s)"), "");
        assert_eq!(of(TestRunner::Cargo, "---- src/lib.rs - f (line 3) stdout ----"), "");
        assert_eq!(of(TestRunner::Pytest, "FAILED --x::y"), "");
        assert_eq!(of(TestRunner::Pytest, "FAILED a/-x.py::y"), "");
    }

    #[test]
    fn a_truncated_list_is_recognized() {
        let of = |runner, text: &str| {
            are_complete(runner, text, &names_in(runner, text).unwrap_or_default())
        };
        assert!(of(
            TestRunner::Pytest,
            "FAILED a.py::b[1]\nFAILED a.py::b[2]\n== 2 failed, 1 passed in 3s =="
        ));
        assert!(of(TestRunner::Pytest, "FAILED a.py::b"));
        assert!(!of(TestRunner::Pytest, "FAILED a.py::b\n40 failed, 1 passed in 3s"));
        assert!(of(
            TestRunner::Cargo,
            "failures:\n    a::b\n\ntest result: FAILED. 3 passed; 1 failed; 0 ignored"
        ));
        assert!(!of(
            TestRunner::Cargo,
            "failures:\n    a::b\n\ntest result: FAILED. 3 passed; 9 failed; 0 ignored"
        ));
    }
}
