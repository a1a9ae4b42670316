//! Programs whose exit status is their result: tests, builds, linters, type checkers, installers.

use crate::shell::{Command, Script, Word, options};

/// Which calls of a program are runs.
#[derive(Debug, Clone, Copy)]
enum Runs {
    /// Every call.
    Any,
    /// Calls of these sub-commands.
    Sub(&'static [&'static str]),
    /// It starts another runner, named after these words (none: after its options).
    Starts(&'static [&'static str]),
}

const SCRIPTS: Runs = Runs::Sub(&[
    "test",
    "t",
    "tst",
    "run",
    "run-script",
    "build",
    "lint",
    "typecheck",
    "check",
    "ci",
    "install",
    "i",
]);

/// The one list of runners: rules, gate and ledger derive from it.
const RUNNERS: [(&str, Runs); 53] = [
    ("npm", SCRIPTS),
    ("pnpm", SCRIPTS),
    ("yarn", SCRIPTS),
    ("bun", SCRIPTS),
    ("npx", Runs::Starts(&[])),
    ("bunx", Runs::Starts(&[])),
    ("uvx", Runs::Starts(&[])),
    ("uv", Runs::Starts(&["run"])),
    ("poetry", Runs::Starts(&["run"])),
    ("pdm", Runs::Starts(&["run"])),
    ("pipenv", Runs::Starts(&["run"])),
    ("hatch", Runs::Starts(&["run"])),
    ("bundle", Runs::Starts(&["exec"])),
    ("python", Runs::Starts(&["-m"])),
    ("python3", Runs::Starts(&["-m"])),
    ("cargo", Runs::Sub(&["test", "t", "build", "b", "check", "c", "clippy", "nextest", "bench", "doc"])),
    ("go", Runs::Sub(&["test", "build", "vet", "generate", "install"])),
    ("mise", Runs::Sub(&["run", "r"])),
    ("make", Runs::Any),
    ("gmake", Runs::Any),
    ("just", Runs::Any),
    ("ninja", Runs::Any),
    ("ctest", Runs::Any),
    ("pytest", Runs::Any),
    ("unittest", Runs::Any),
    ("tox", Runs::Any),
    ("nox", Runs::Any),
    ("jest", Runs::Any),
    ("vitest", Runs::Any),
    ("mocha", Runs::Any),
    ("playwright", Runs::Sub(&["test"])),
    ("tsc", Runs::Any),
    ("vue-tsc", Runs::Any),
    ("eslint", Runs::Any),
    ("ruff", Runs::Sub(&["check", "format"])),
    ("mypy", Runs::Any),
    ("pyright", Runs::Any),
    ("golangci-lint", Runs::Sub(&["run"])),
    ("rspec", Runs::Any),
    ("rake", Runs::Any),
    ("phpunit", Runs::Any),
    ("mvn", Runs::Any),
    ("mvnw", Runs::Any),
    ("gradle", Runs::Any),
    ("gradlew", Runs::Any),
    ("dotnet", Runs::Sub(&["test", "build"])),
    ("bazel", Runs::Sub(&["test", "build"])),
    ("mix", Runs::Sub(&["test", "compile"])),
    ("swift", Runs::Sub(&["test", "build"])),
    ("deno", Runs::Sub(&["test", "lint", "check"])),
    ("turbo", Runs::Sub(&["run"])),
    ("pre-commit", Runs::Sub(&["run"])),
    ("xcodebuild", Runs::Any),
];

/// The programs by which a runner's call may begin.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub const PROGRAMS: [&str; RUNNERS.len()] = {
    let mut programs = [""; RUNNERS.len()];
    let mut at = 0;
    while at < RUNNERS.len() {
        programs[at] = RUNNERS[at].0;
        at += 1;
    }
    programs
};

/// Options that make a runner tell about itself instead of running.
const TELLS: [&str; 14] = [
    "--help",
    "-h",
    "--version",
    "-V",
    "--list",
    "-l",
    "--collect-only",
    "--co",
    "--dry-run",
    "--just-print",
    "--showConfig",
    "--print-config",
    "--listFiles",
    "--list-tests",
];

/// What `command` runs, as a short label (`npm test`, `uv run pytest`); `None` if it is no run.
pub fn label(command: &Command) -> Option<String> {
    let tells = command.args.iter().take_while(|word| !word.is("--")).any(|word| TELLS.contains(&word.text.as_str()))
        // What stands after `--` goes to the tests: `cargo test -- --list`.
        || command.args.iter().any(|word| word.is("--list") || word.is("--help"))
        || (matches!(command.program.as_str(), "make" | "gmake" | "ninja")
            && command.args.iter().any(|word| word.is("-n") || word.is("help")));
    if tells { None } else { label_of(&command.program, &command.args, 0) }
}

fn label_of(program: &str, args: &[Word], depth: u8) -> Option<String> {
    let (name, runs) = RUNNERS.iter().find(|(name, _)| *name == program)?;
    match runs {
        Runs::Any => Some((*name).to_owned()),
        Runs::Sub(subs) => {
            let (at, sub) = options::subcommand(program, args)?;
            // `npm run` alone lists the scripts.
            let lists = matches!(sub, "run" | "run-script" | "r") && args.len() == at + 1;
            if !subs.contains(&sub) || lists {
                return None;
            }
            let task = args
                .get(at + 1)
                .filter(|_| matches!(sub, "run" | "run-script" | "r"))
                .and_then(Word::literal);
            Some(task.map_or_else(|| format!("{name} {sub}"), |task| format!("{name} {sub} {task}")))
        }
        Runs::Starts(words) => {
            let mut rest = args;
            for word in *words {
                let at = rest.iter().position(|arg| arg.is(word))?;
                rest = rest.get(at + 1..)?;
            }
            let at = rest.iter().position(|word| !word.text.starts_with('-'))?;
            let inner = rest.get(at)?.literal()?;
            let inner = inner.rsplit('/').next()?;
            let started =
                if depth < 2 { label_of(inner, rest.get(at + 1..)?, depth + 1)? } else { return None };
            let prefix: String = words.iter().map(|word| format!(" {word}")).collect();
            Some(format!("{name}{prefix} {started}"))
        }
    }
}

/// The runner of a script with what it selects (its words without options), so that the same run behind another
/// output filter is known again. `None` if the script runs none.
pub fn selection(script: &Script) -> Option<String> {
    let command = script.commands.iter().find(|command| !command.remote && label(command).is_some())?;
    let selected =
        command.args.iter().filter(|word| !word.text.starts_with('-')).map(|word| word.raw.as_str());
    Some(std::iter::once(command.program.as_str()).chain(selected).collect::<Vec<_>>().join(" "))
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
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_selection_leaves_filters_and_options_out() {
        let of = |text: &str| selection(&shell::parse(text).unwrap());
        assert_eq!(of("pytest -q tests/a.py 2>&1 | tail -5"), of("cd x && pytest tests/a.py -v"));
        assert_ne!(of("pytest tests/a.py"), of("pytest"));
    }
}
