//! A run of all tests, and the same command with only some of them.

use crate::project::runner;
use crate::shell::words::quote;
use crate::shell::{Command, Word, options};

/// A test runner that can select single tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TestRunner {
    Pytest,
    Cargo,
    Go,
    Jest,
    Vitest,
}

// Options that select a part of the tests. One that ends in `=` counts with any value.

const PYTEST: [&str; 14] = [
    "-k",
    "-k=",
    "-m",
    "-m=",
    "--lf",
    "--last-failed",
    "--nf",
    "--sw",
    "--stepwise",
    "--deselect",
    "--deselect=",
    "--testmon",
    "--pyargs",
    "--ff",
];
const CARGO: [&str; 17] = [
    "-p",
    "--package",
    "--package=",
    "--exclude",
    "--exclude=",
    "--test",
    "--test=",
    "--tests",
    "--lib",
    "--bin",
    "--bin=",
    "--bins",
    "--examples",
    "--doc",
    "--skip",
    "--ignored",
    "--exact",
];
const GO: [&str; 12] = [
    "-run", "-run=", "-bench", "-bench=", "-fuzz", "-fuzz=", "-skip", "-skip=", "-args", "--run",
    "--run=", "-C",
];
const JEST: [&str; 18] = [
    "-t",
    "-t=",
    "--testNamePattern",
    "--testNamePattern=",
    "-o",
    "--onlyChanged",
    "-f",
    "--onlyFailures",
    "--changed",
    "--changedSince",
    "--changedSince=",
    "--findRelatedTests",
    "--testPathPattern",
    "--testPathPattern=",
    "--testPathPatterns=",
    "--shard=",
    "--project",
    "--project=",
];

impl TestRunner {
    fn of(program: &str, args: &[Word]) -> Option<Self> {
        let subcommand = || options::subcommand(program, args).map(|(_, sub)| sub);
        match program {
            "pytest" => Some(Self::Pytest),
            "cargo" if matches!(subcommand(), Some("test" | "t")) => Some(Self::Cargo),
            "go" if subcommand() == Some("test") => Some(Self::Go),
            "jest" => Some(Self::Jest),
            "vitest" => Some(Self::Vitest),
            _ => None,
        }
    }

    /// What selects one test, in words.
    pub(super) fn selector(self) -> &'static str {
        match self {
            Self::Pytest => "FILE::NAME",
            Self::Cargo => "by its name",
            Self::Go => "-run NAME",
            Self::Jest | Self::Vitest => "by its file",
        }
    }

    /// Whether an option selects a part of the tests.
    fn is_selection(self, option: &str) -> bool {
        let selections: &[&str] = match self {
            Self::Pytest => &PYTEST,
            Self::Cargo => &CARGO,
            Self::Go => &GO,
            Self::Jest | Self::Vitest => &JEST,
        };
        let is_known =
            |known: &&str| option == *known || (known.ends_with('=') && option.starts_with(*known));
        // `-kNAME` in one word.
        let is_joined =
            self == Self::Pytest && (option.starts_with("-k") || option.starts_with("-m"));
        selections.iter().any(is_known) || is_joined
    }
}

/// A command that runs all tests.
pub(super) struct SuiteRun<'c> {
    pub(super) command: &'c Command,
    pub(super) runner: TestRunner,
    /// The words of a launcher (`uv run pytest`) in front of the runner's own.
    launcher: &'c [Word],
    /// The words of the runner itself.
    args: &'c [Word],
}

impl<'c> SuiteRun<'c> {
    /// `command` as a run of all tests; `None` if it is something else, or may select a part of
    /// them.
    pub(super) fn of(command: &'c Command) -> Option<Self> {
        runner::label(command)?;
        let (program, args) =
            runner::reached(command, |program, args| TestRunner::of(program, args).is_some())?;
        let runner = TestRunner::of(program, args)?;
        let launcher = command.args.get(..command.args.len().checked_sub(args.len())?)?;
        let run = Self { command, runner, launcher, args };
        run.takes_all().then_some(run)
    }

    fn takes_all(&self) -> bool {
        if self.args.iter().any(|word| word.expands || self.runner.is_selection(&word.text)) {
            return false;
        }
        let mut operands = self.operands().peekable();
        match self.runner {
            TestRunner::Go => operands.peek().is_some() && operands.all(|word| word.is("./...")),
            _ => operands.all(|word| self.is_root(word)),
        }
    }

    /// The words that are neither options nor the sub-command. The value of an option, written as a
    /// word of its own, counts as an operand: such a command is left alone.
    fn operands(&self) -> impl Iterator<Item = &'c Word> + use<'c> {
        let subcommand = match self.runner {
            TestRunner::Cargo => options::subcommand("cargo", self.args).map(|(at, _)| at),
            TestRunner::Go => options::subcommand("go", self.args).map(|(at, _)| at),
            TestRunner::Vitest => self.args.first().filter(|word| word.is("run")).map(|_| 0),
            TestRunner::Pytest | TestRunner::Jest => None,
        };
        let takes_toolchain = self.runner == TestRunner::Cargo;
        self.args.iter().enumerate().filter_map(move |(at, word)| {
            let is_option =
                word.text.starts_with('-') || (takes_toolchain && word.text.starts_with('+'));
            (Some(at) != subcommand && !is_option).then_some(word)
        })
    }

    /// Whether an operand means all tests.
    fn is_root(&self, word: &Word) -> bool {
        let text = word.text.trim_start_matches("./").trim_end_matches('/');
        self.runner == TestRunner::Pytest
            && word.literal().is_some()
            && matches!(text, "" | "." | "test" | "tests")
    }

    /// The command with only the tests of these names, without redirections and filters.
    pub(super) fn narrowed_to(&self, names: &[String]) -> String {
        let command = self.command;
        let mut words: Vec<String> = command
            .assignments
            .iter()
            .map(|(name, value)| format!("{name}={}", value.raw))
            .collect();
        words.push(command.spelled.clone());
        words.extend(self.launcher.iter().map(|word| word.raw.clone()));
        let subcommand = options::subcommand("go", self.args).map(|(at, _)| at);
        for (at, word) in self.args.iter().enumerate() {
            // A part of the tests does not reach the coverage that all of them must reach.
            let is_coverage =
                word.text.starts_with("--cov-fail-under") || word.text.starts_with("--coverage");
            if self.is_root(word) || is_coverage {
                continue;
            }
            words.push(word.raw.clone());
            if self.runner == TestRunner::Go && Some(at) == subcommand {
                words.push("-run".to_owned());
                words.push(match names {
                    [name] => format!("'^{name}$'"),
                    several => format!("'^({})$'", several.join("|")),
                });
            }
        }
        match self.runner {
            TestRunner::Go => {}
            TestRunner::Cargo => {
                let has_separator = self.args.iter().any(|word| word.is("--"));
                words.extend((names.len() > 1 && !has_separator).then(|| "--".to_owned()));
                words.extend(names.iter().cloned());
            }
            TestRunner::Pytest | TestRunner::Jest | TestRunner::Vitest => {
                words.extend(names.iter().map(|name| quote(name)))
            }
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn a_run_of_all_tests_is_recognized_and_narrowed() {
        let of = |text: &str| {
            let script = shell::parse(text).unwrap();
            SuiteRun::of(&script.commands[0])
                .map(|run| run.narrowed_to(&["a".to_owned(), "b".to_owned()]))
        };
        for (text, narrowed) in [
            ("pytest", "pytest a b"),
            ("uv run pytest -q tests/", "uv run pytest -q a b"),
            ("pytest --cov=src --cov-fail-under=80", "pytest --cov=src a b"),
            ("X=1 python3 -m pytest -x", "X=1 python3 -m pytest -x a b"),
            ("cargo +nightly test --workspace", "cargo +nightly test --workspace -- a b"),
            ("cargo test -- --test-threads=1", "cargo test -- --test-threads=1 a b"),
            ("go test -race -count=1 ./...", "go test -run '^(a|b)$' -race -count=1 ./..."),
            ("npx jest --silent", "npx jest --silent a b"),
            ("pnpm vitest run", "pnpm vitest run a b"),
        ] {
            assert_eq!(of(text).as_deref(), Some(narrowed), "{text}");
        }
        for text in [
            "pytest tests/a.py",
            "pytest -k x",
            "pytest -kx",
            "pytest tests/unit",
            "pytest --lf",
            "pytest $X",
            "cargo test -p core",
            "cargo test name",
            "cargo test --lib",
            "cargo test -- name",
            "cargo nextest run",
            "go test ./pkg",
            "go test",
            "go test -run X ./...",
            "go test -run=X ./...",
            "go vet ./...",
            "go test ./... -args x",
            "npx jest src/a.test.ts",
            "jest -t x",
            "vitest run src",
            "npm test",
            "make test",
            "pytest --help",
            "cargo build",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
