//! Which tests a run says have failed, and how its runner is told to run only those.
//!
//! Names come from the output, which anybody may have written: they pass as strict sets of
//! characters, and tests in files only where the file is there.

use crate::project::runner;
use crate::rules::case::Case;
use crate::shell::words::quote;
use crate::shell::{Command, Word, options};

/// A runner that takes a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pytest,
    Cargo,
    Go,
    Jest,
    Vitest,
}

/// A longer output is not looked through: clients show 30,000 characters.
const OUTPUT_BYTES: usize = 64 << 10;

/// Longer names are none that people write.
const NAME_BYTES: usize = 120;

/// Words that tell a runner to take a part of the tests; what ends in `=` with any value.
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

impl Kind {
    fn of(program: &str, args: &[Word]) -> Option<Self> {
        let sub = || options::subcommand(program, args).map(|(_, sub)| sub);
        match program {
            "pytest" => Some(Self::Pytest),
            "cargo" if matches!(sub(), Some("test" | "t")) => Some(Self::Cargo),
            "go" if sub() == Some("test") => Some(Self::Go),
            "jest" => Some(Self::Jest),
            "vitest" => Some(Self::Vitest),
            _ => None,
        }
    }

    /// How one test is chosen, in words.
    pub(crate) fn choice(self) -> &'static str {
        match self {
            Self::Pytest => "FILE::NAME",
            Self::Cargo => "a test's name",
            Self::Go => "-run with a test's name",
            Self::Jest | Self::Vitest => "a test file's path",
        }
    }
}

/// A runner's call that takes all tests there are.
pub(crate) struct Whole<'c> {
    pub(crate) kind: Kind,
    /// The words of the runner itself, behind those of a launcher.
    args: &'c [Word],
    /// Words of the launcher.
    before: usize,
}

/// `command` as a run of all tests; `None` if it is none, or takes a part of them as far as anybody
/// can tell.
pub(crate) fn whole(command: &Command) -> Option<Whole<'_>> {
    runner::label(command)?;
    let (program, args) =
        runner::reached(command, |program, args| Kind::of(program, args).is_some())?;
    let kind = Kind::of(program, args)?;
    let whole = Whole { kind, args, before: command.args.len().checked_sub(args.len())? };
    whole.takes_all().then_some(whole)
}

impl<'c> Whole<'c> {
    fn takes_all(&self) -> bool {
        let selects: &[&str] = match self.kind {
            Kind::Pytest => &PYTEST,
            Kind::Cargo => &CARGO,
            Kind::Go => &GO,
            Kind::Jest | Kind::Vitest => &JEST,
        };
        let chosen = |text: &str| {
            let short =
                text.get(..2).filter(|_| self.kind == Kind::Pytest && !text.starts_with("--"));
            selects
                .iter()
                .any(|known| text == *known || (known.ends_with('=') && text.starts_with(known)))
                || short.is_some_and(|short| matches!(short, "-k" | "-m"))
        };
        let mut operands = self.operands();
        let known = !self.args.iter().any(|word| word.expands || chosen(&word.text));
        known
            && match self.kind {
                Kind::Go => {
                    operands.clone().next().is_some() && operands.all(|word| word.is("./..."))
                }
                _ => operands.all(|word| self.is_root(word)),
            }
    }

    /// The words that are neither options nor the sub-command. An option's value counts as one: who
    /// writes it apart is left alone.
    fn operands(&self) -> impl Iterator<Item = &'c Word> + Clone + use<'c> {
        let sub = match self.kind {
            Kind::Cargo => options::subcommand("cargo", self.args).map(|(at, _)| at),
            Kind::Go => options::subcommand("go", self.args).map(|(at, _)| at),
            Kind::Vitest => self.args.first().filter(|word| word.is("run")).map(|_| 0),
            Kind::Pytest | Kind::Jest => None,
        };
        let toolchain = self.kind == Kind::Cargo;
        self.args.iter().enumerate().filter_map(move |(at, word)| {
            let is_option = word.text.starts_with('-') || (toolchain && word.text.starts_with('+'));
            (Some(at) != sub && !is_option).then_some(word)
        })
    }

    /// Whether an operand stands for all tests.
    fn is_root(&self, word: &Word) -> bool {
        let text = word.text.trim_start_matches("./").trim_end_matches('/');
        self.kind == Kind::Pytest
            && word.literal().is_some()
            && matches!(text, "" | "." | "test" | "tests")
    }

    /// The command with `names` in the place of all tests, redirections and filters left out.
    pub(crate) fn narrowed(&self, command: &Command, names: &[String]) -> String {
        let mut words: Vec<String> = command
            .assignments
            .iter()
            .map(|(name, value)| format!("{name}={}", value.raw))
            .collect();
        words.push(command.spelled.clone());
        let (launcher, own) =
            command.args.split_at_checked(self.before).unwrap_or((&[], &command.args));
        words.extend(launcher.iter().map(|word| word.raw.clone()));
        let sub = options::subcommand("go", self.args).map(|(at, _)| at);
        for (at, word) in own.iter().enumerate() {
            // A part of the tests covers less than what all of them have to.
            let is_bound =
                word.text.starts_with("--cov-fail-under") || word.text.starts_with("--coverage");
            if self.is_root(word) || is_bound {
                continue;
            }
            words.push(word.raw.clone());
            if self.kind == Kind::Go && Some(at) == sub {
                words.push("-run".to_owned());
                words.push(match names {
                    [name] => format!("'^{name}$'"),
                    several => format!("'^({})$'", several.join("|")),
                });
            }
        }
        let apart = own.iter().any(|word| word.is("--"));
        match self.kind {
            Kind::Go => {}
            Kind::Cargo => {
                words.extend((names.len() > 1 && !apart).then(|| "--".to_owned()));
                words.extend(names.iter().cloned());
            }
            Kind::Pytest | Kind::Jest | Kind::Vitest => {
                words.extend(names.iter().map(|name| quote(name)))
            }
        }
        words.join(" ")
    }
}

/// The failed tests that the call's output names, each once; none if one of them has another form.
pub(crate) fn names(case: &Case, kind: Kind) -> Vec<String> {
    let event = case.event;
    let result = event.shell();
    let text = match event.succeeded() {
        _ if event.result_bytes() > OUTPUT_BYTES => return Vec::new(),
        true => result.stdout.head(OUTPUT_BYTES) + "\n" + &result.stderr.head(OUTPUT_BYTES),
        false => event.error_text(OUTPUT_BYTES),
    };
    let found = named(kind, &text).filter(|names| is_all(kind, &text, names)).unwrap_or_default();
    let in_files = matches!(kind, Kind::Pytest | Kind::Jest | Kind::Vitest);
    let is_there = |name: &String| {
        let path = name.split("::").next().unwrap_or_default();
        case.environment.cwd().is_some_and(|cwd| cwd.join(path).is_file())
    };
    if in_files && !found.iter().all(is_there) { Vec::new() } else { found }
}

/// Whether as many tests are named as the run says have failed: a filter behind it may have cut the
/// list.
fn is_all(kind: Kind, text: &str, names: &[String]) -> bool {
    let number =
        |line: &str| line.split_once(" failed")?.0.rsplit(' ').next()?.parse::<usize>().ok();
    match kind {
        // A test with several sets of values is named once for each.
        Kind::Pytest => {
            let lines = text.lines().filter(|line| line.starts_with("FAILED ")).count();
            text.lines().filter_map(number).next_back().is_none_or(|stated| stated <= lines)
        }
        Kind::Cargo => {
            let results = text.lines().filter(|line| line.starts_with("test result: FAILED"));
            results.filter_map(number).sum::<usize>() <= names.len()
        }
        Kind::Go | Kind::Jest | Kind::Vitest => true,
    }
}

fn named(kind: Kind, text: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut listed = false;
    for line in text.lines() {
        let name = match kind {
            Kind::Pytest => {
                line.strip_prefix("FAILED ").map(|rest| rest.split([' ', '[']).next().unwrap_or(""))
            }
            Kind::Go => {
                line.strip_prefix("--- FAIL: ").map(|rest| rest.split(' ').next().unwrap_or(""))
            }
            Kind::Jest => {
                line.strip_prefix("FAIL ").map(|rest| rest.split(' ').next().unwrap_or(""))
            }
            Kind::Vitest => {
                let rest = line.trim_start().strip_prefix("FAIL ").map(str::trim_start);
                rest.map(|rest| rest.split(' ').next().unwrap_or(""))
            }
            Kind::Cargo => {
                // The list of names stands under a title, indented.
                let entry = line.strip_prefix("    ").filter(|_| listed);
                listed = line == "failures:" || (listed && entry.is_some());
                entry.or_else(|| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"))
            }
        };
        let Some(name) = name else { continue };
        if !is_name(kind, name) {
            return None;
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Some(names)
}

fn is_name(kind: Kind, name: &str) -> bool {
    let extra = match kind {
        Kind::Go => "_",
        Kind::Cargo => "_:",
        Kind::Pytest => "_:./-",
        Kind::Jest | Kind::Vitest => "_./-@",
    };
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    begins
        && name.len() <= NAME_BYTES
        && name.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        && (kind != Kind::Pytest || name.contains("::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn failed_tests_are_named() {
        let of = |kind, text: &str| named(kind, text).unwrap_or_default().join(" ");
        let text = "..F\nFAILED tests/a.py::test_b[1-x] - AssertionError: FAILED\nFAILED tests/a.py::T::test_c\n1 failed";
        assert_eq!(of(Kind::Pytest, text), "tests/a.py::test_b tests/a.py::T::test_c");
        let text = "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/sub (0.00s)\nFAIL\nFAIL\tx/y\t0.3s\n--- FAIL: TestB (1s)";
        assert_eq!(of(Kind::Go, text), "TestA TestB");
        let text = "test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\nthread panicked\n    c\n\nfailures:\n    a::b\n    d\n\ntest result: FAILED";
        assert_eq!(of(Kind::Cargo, text), "a::b d");
        assert_eq!(
            of(Kind::Jest, "PASS src/b.test.ts\nFAIL src/a.test.ts (5.1 s)\n"),
            "src/a.test.ts"
        );
        assert_eq!(
            of(Kind::Vitest, " FAIL  src/a.test.ts > adds > one\n FAIL  src/a.test.ts > two"),
            "src/a.test.ts"
        );
        assert_eq!(of(Kind::Go, "--- FAIL: Test$(rm) (0s)"), "");
        assert_eq!(of(Kind::Cargo, "---- src/lib.rs - f (line 3) stdout ----"), "");
        assert_eq!(of(Kind::Pytest, "FAILED --x::y"), "");
    }

    #[test]
    fn a_list_that_was_cut_is_known() {
        let of = |kind, text: &str| is_all(kind, text, &named(kind, text).unwrap_or_default());
        assert!(of(
            Kind::Pytest,
            "FAILED a.py::b[1]\nFAILED a.py::b[2]\n== 2 failed, 1 passed in 3s =="
        ));
        assert!(of(Kind::Pytest, "FAILED a.py::b"));
        assert!(!of(Kind::Pytest, "FAILED a.py::b\n40 failed, 1 passed in 3s"));
        assert!(of(
            Kind::Cargo,
            "failures:\n    a::b\n\ntest result: FAILED. 3 passed; 1 failed; 0 ignored"
        ));
        assert!(!of(
            Kind::Cargo,
            "failures:\n    a::b\n\ntest result: FAILED. 3 passed; 9 failed; 0 ignored"
        ));
    }

    #[test]
    fn all_tests_are_told_from_some() {
        let of = |text: &str| {
            let script = shell::parse(text).unwrap();
            whole(&script.commands[0])
                .map(|it| it.narrowed(&script.commands[0], &["a".to_owned(), "b".to_owned()]))
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
