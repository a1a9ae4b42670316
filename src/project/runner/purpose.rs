//! What a run is for.

use super::label;
use crate::shell::Command;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It runs tests.
    Test,
    /// It checks types, style or faults, and makes nothing.
    Check,
    /// It makes something from the sources.
    Build,
    /// It installs packages, or changes files in other ways.
    Install,
    /// The name of the task does not say what it is for.
    Task,
}

/// Words in a label or a task's name that say what it is for. The first purpose with a match
/// counts.
const PURPOSES: [(Purpose, &[&str]); 4] = [
    (
        Purpose::Install,
        &[
            "install", "i", "sync", "update", "add", "deploy", "publish", "release", "fix",
            "format", "fmt", "write",
        ],
    ),
    (
        Purpose::Test,
        &[
            "test",
            "tests",
            "t",
            "tst",
            "spec",
            "unit",
            "e2e",
            "pytest",
            "jest",
            "vitest",
            "mocha",
            "rspec",
            "phpunit",
            "ctest",
            "nextest",
            "unittest",
            "tox",
            "nox",
            "playwright",
            "integration",
        ],
    ),
    (
        Purpose::Check,
        &[
            "check",
            "lint",
            "typecheck",
            "types",
            "tsc",
            "clippy",
            "c",
            "vet",
            "eslint",
            "mypy",
            "pyright",
            "verify",
            "golangci",
            "ruff",
        ],
    ),
    (
        Purpose::Build,
        &[
            "build", "b", "compile", "make", "gmake", "ninja", "cmake", "assemble", "package",
            "doc", "bench", "generate",
        ],
    ),
];

/// What `command` runs for. `None` if it is not a run.
pub(crate) fn purpose(command: &Command) -> Option<Purpose> {
    let label = label(command)?;
    let takes_tasks = [
        "make",
        "gmake",
        "just",
        "ninja",
        "rake",
        "mvn",
        "mvnw",
        "gradle",
        "gradlew",
        "xcodebuild",
    ];
    let task = if takes_tasks.contains(&label.as_str()) {
        command.args.iter().find(|word| !word.text.starts_with('-') && !word.text.contains('='))
    } else {
        None
    };
    // A target or task that is named says what it is for. Without one, `make` makes everything.
    let named = task.map_or(label.as_str(), |word| word.text.as_str());
    let words = || named.split([' ', ':', '-', '_', '/', '.']);
    if label.ends_with(" ci") {
        return Some(Purpose::Install);
    }
    let found = PURPOSES.iter().find(|(_, known)| words().any(|word| known.contains(&word)));
    Some(found.map_or(Purpose::Task, |(purpose, _)| *purpose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn the_name_of_a_task_gives_its_purpose() {
        let of = |text: &str| purpose(&shell::parse(text).unwrap().commands[0]);
        for (text, expected) in [
            ("npm run test:unit", Purpose::Test),
            ("go test ./...", Purpose::Test),
            ("mise run test:ci", Purpose::Test),
            ("uv run python -m pytest -q", Purpose::Test),
            ("make test", Purpose::Test),
            ("cargo clippy", Purpose::Check),
            ("golangci-lint run", Purpose::Check),
            ("npx tsc --noEmit", Purpose::Check),
            ("make -j4", Purpose::Build),
            ("cargo build", Purpose::Build),
            ("npm ci", Purpose::Install),
            ("npm run lint:fix", Purpose::Install),
            ("mise run fmt", Purpose::Install),
            ("make deploy-test", Purpose::Install),
            ("mise run dup", Purpose::Task),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
        assert_eq!(of("ls"), None);
    }
}
