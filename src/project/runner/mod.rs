//! Programs whose exit status is their result: tests, builds, linters, type checkers, installers.

pub mod table;

use crate::shell::{Command, Word, options};
pub use table::PROGRAMS;
use table::{LAUNCH_VALUES, RUNNERS, Runs, SERVERS, TELLS, TELLS_OF};

/// Whether a task's name says that it serves or watches: `dev`, `web:dev`, `dev-server`.
pub(crate) fn is_server(task: &str) -> bool {
    task.split([':', '-']).any(|part| SERVERS.contains(&part))
}

/// What `command` runs, as a short label (`npm test`, `uv run pytest`); `None` if it is no run.
pub fn label(command: &Command) -> Option<String> {
    if tells(&command.program, &command.args) {
        None
    } else {
        label_of(&command.program, &command.args, 0)
    }
}

/// Whether a call of `program` tells about itself, or never ends.
fn tells(program: &str, args: &[Word]) -> bool {
    let own = TELLS_OF
        .iter()
        .find(|(names, _)| names.contains(&program))
        .map_or(&[][..], |(_, words)| words);
    let matches = |word: &Word, known: &&str| match known.strip_suffix(':') {
        Some(start) => word.text.starts_with(start) && word.text.contains(':'),
        None => word.is(known),
    };
    // A test may be called `list`; only as the first or second word is it a question.
    let asks_make = |word: &Word| {
        matches!(program, "make" | "gmake")
            && word
                .text
                .strip_prefix('-')
                .is_some_and(|rest| !rest.starts_with('-') && rest.contains(['n', 'p', 'q']))
    };
    let serves =
        |word: &Word| matches!(program, "make" | "gmake" | "just") && is_server(&word.text);
    // A task of a project within the build: `:app:tasks`.
    let task_tells = |word: &Word| {
        matches!(program, "gradle" | "gradlew")
            && word.text.rsplit_once(':').is_some_and(|(_, task)| own.contains(&task))
    };
    args.iter().enumerate().any(|(at, word)| {
        asks_make(word)
            || serves(word)
            || task_tells(word)
            || own.iter().any(|known| matches(word, known))
            || TELLS.iter().any(|known| word.is(known) && (at < 2 || known.starts_with('-')))
    })
}

/// The first word that is neither an option nor the value of one.
fn first_operand(args: &[Word]) -> Option<(usize, &Word)> {
    let mut at = 0;
    while let Some(word) = args.get(at).filter(|word| word.text.starts_with('-')) {
        at += if LAUNCH_VALUES.contains(&word.text.as_str()) { 2 } else { 1 };
    }
    args.get(at).map(|word| (at, word))
}

fn label_of(program: &str, args: &[Word], depth: u8) -> Option<String> {
    let mut entries = RUNNERS.iter().filter(|(name, _)| *name == program);
    entries.find_map(|(name, runs)| label_by(name, *runs, args, depth))
}

fn label_by(name: &str, runs: Runs, args: &[Word], depth: u8) -> Option<String> {
    match runs {
        Runs::Any => Some(name.to_owned()),
        Runs::Flag(flags) => {
            let flag = flags.iter().find(|flag| args.iter().any(|word| word.is(flag)))?;
            Some(format!("{name} {flag}"))
        }
        Runs::Sub(subs) => {
            let (at, sub) = options::subcommand(name, args)?;
            if !subs.contains(&sub) {
                return None;
            }
            let of_scripts =
                matches!(name, "npm" | "pnpm" | "yarn" | "bun" | "mise" | "deno" | "turbo" | "nx");
            if !of_scripts || !matches!(sub, "run" | "run-script" | "r" | "task") {
                return Some(format!("{name} {sub}"));
            }
            // `npm run` alone lists the scripts.
            let task = first_operand(args.get(at + 1..)?)?.1.literal()?;
            (!is_server(task)).then(|| format!("{name} {sub} {task}"))
        }
        Runs::Starts(words) => {
            let rest = started_words(words, args)?;
            let (inner, own) = started(rest)?;
            if depth >= 2 || tells(inner, own) {
                return None;
            }
            let started = match label_of(inner, own, depth + 1) {
                Some(started) => started,
                // `yarn workspace web test`: a script of the workspace.
                None if words == ["workspace"] => {
                    label_of("yarn", rest, depth + 1)?.replacen("yarn ", "", 1)
                }
                None => return None,
            };
            let prefix: String = words.iter().map(|word| format!(" {word}")).collect();
            Some(format!("{name}{prefix} {started}"))
        }
    }
}

/// The words after a launcher's own: what it starts, with the launcher's options in front.
fn started_words<'c>(words: &[&str], args: &'c [Word]) -> Option<&'c [Word]> {
    let mut rest = args;
    for word in words {
        let at = rest.iter().position(|arg| arg.is(word))?;
        rest = rest.get(at + 1..)?;
    }
    // A workspace is named before what runs in it.
    if words == ["workspace"] { rest.get(1..) } else { Some(rest) }
}

/// The program that is started, without its path, and its words.
fn started(rest: &[Word]) -> Option<(&str, &[Word])> {
    let (at, inner) = first_operand(rest)?;
    Some((inner.literal()?.rsplit('/').next()?, rest.get(at + 1..)?))
}

/// The program that `command` runs, itself or through launchers such as `npx` and `uv run`, if it
/// is one of those that are `wanted`; with its words.
pub(crate) fn reached(
    command: &Command,
    wanted: impl Fn(&str, &[Word]) -> bool,
) -> Option<(&str, &[Word])> {
    let mut program = (command.program.as_str(), command.args.as_slice());
    // As deep as `uv run python -m pytest`.
    for _ in 0..3 {
        if wanted(program.0, program.1) {
            return Some(program);
        }
        let launches = RUNNERS.iter().filter(|(name, _)| *name == program.0);
        program = launches
            .filter_map(|(_, runs)| if let Runs::Starts(words) = runs { Some(words) } else { None })
            .find_map(|words| started(started_words(words, program.1)?))?;
    }
    None
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Tests.
    Test,
    /// Types, style, faults: nothing is made.
    Check,
    /// Something is made from the sources.
    Build,
    /// Packages are fetched and put in place.
    Install,
    /// A task whose name does not tell.
    Task,
}

/// Words of a label or of a task's name that tell what it is for, in the order of asking.
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

/// What the run of `command` is for; `None` if it is none.
pub fn purpose(command: &Command) -> Option<Purpose> {
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
    // A make without a target makes all; a named target says what it is.
    let named = task.map_or(label.as_str(), |word| word.text.as_str());
    let words = || named.split([' ', ':', '-', '_', '/', '.']);
    if label.ends_with(" ci") {
        return Some(Purpose::Install);
    }
    let told = PURPOSES.iter().find(|(_, known)| words().any(|word| known.contains(&word)));
    Some(told.map_or(Purpose::Task, |(purpose, _)| *purpose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn of(text: &str) -> Option<String> {
        label(&shell::parse(text).unwrap().commands[0])
    }

    #[test]
    fn runs_are_told_from_questions() {
        for (text, expected) in [
            ("npm test", "npm test"),
            ("npm --prefix web run build", "npm run build"),
            ("uv run pytest -q", "uv run pytest"),
            ("python3 -m pytest tests", "python3 -m pytest"),
            ("npx vitest run", "npx vitest"),
            ("cargo +nightly test -p a", "cargo test"),
            ("./gradlew build", "gradlew"),
            ("timeout 60 make -j4", "make"),
            ("uv run --frozen python -m pytest", "uv run python -m pytest"),
            ("pnpm exec vitest run", "pnpm exec vitest"),
            ("pnpm vitest run", "pnpm vitest"),
            ("yarn jest", "yarn jest"),
            ("yarn workspace web test", "yarn workspace test"),
            ("npx -p typescript tsc --noEmit", "npx tsc"),
            ("mise exec -- cargo test", "mise exec cargo test"),
            ("cmake --build build", "cmake --build"),
            ("python -m pip install -e .", "python -m pip install"),
            ("ctest -V", "ctest"),
            ("golangci-lint run ./...", "golangci-lint run"),
            ("pre-commit run -a", "pre-commit run"),
            ("npm run -w web test", "npm run test"),
            ("mvn -V test", "mvn"),
            ("npm run -s lint", "npm run lint"),
            ("npm run test:watcher-unit", "npm run test:watcher-unit"),
        ] {
            assert_eq!(of(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "npm ls",
            "npm run",
            "cargo --version",
            "cargo test -- --list",
            "make -n",
            "go env",
            "uv pip list",
            "python3 x.py",
            "npx create-vite",
            "pytest --collect-only",
            "make help",
            "npm run dev",
            "npm run test:watch",
            "npm run --workspace web dev",
            "npm run dev-server",
            "npm test -- --watch",
            "nx test web --watch",
            "make -pRrq",
            "just dev",
            "./gradlew :app:tasks",
            "pre-commit",
            "tsc --watch",
            "./gradlew tasks",
            "mvn dependency:tree",
            "go test -list .",
            "cargo nextest list",
            "npx vitest list",
            "rake -T",
            "make -qp",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_run_is_told_by_its_name() {
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
