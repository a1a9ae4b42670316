//! Knows runners: programs whose exit status is their result, such as tests, builds, linters, type
//! checkers and installers.

mod purpose;
mod table;

use crate::shell::{Command, Word, options};
pub(crate) use purpose::{Purpose, purpose};
pub(crate) use table::PROGRAMS;
use table::{LAUNCHER_OPTIONS_WITH_VALUE, QUERIES, QUERIES_OF, RUNNERS, Runs, SERVERS, WATCHES};

/// Whether a task serves or watches, by its name: `dev`, `web:dev`, `dev-server`.
pub(crate) fn is_server(task: &str) -> bool {
    task.split([':', '-']).any(|part| SERVERS.contains(&part))
}

/// Whether a word makes a program print something about itself instead of doing its work:
/// `--help`, `--list-tests`, `--check-config`.
pub(crate) fn is_inquiry(word: &str) -> bool {
    let is_list = word.strip_prefix("--list").is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(|c: char| c == '-' || c.is_ascii_uppercase())
    });
    is_list
        || (word.starts_with("--") && QUERIES.contains(&word) && !WATCHES.contains(&word))
        || matches!(word, "--test-config" | "--configtest" | "--dump" | "-V")
}

/// What `command` runs, as a short label (`npm test`, `uv run pytest`). `None` if it is not a run.
pub(crate) fn label(command: &Command) -> Option<String> {
    let (program, args) = own_script(command).unwrap_or((&command.program, &command.args));
    // Most commands are no run, which is cheaper to find out than that they are no query.
    label_of(program, args, 0).filter(|_| !is_query(program, args))
}

/// The script with sub-commands that an interpreter runs: `python manage.py test`, `php artisan
/// test`.
fn own_script(command: &Command) -> Option<(&str, &[Word])> {
    let (script, rest) = command.args.split_first()?;
    match command.program.as_str() {
        "python" | "python3" if script.text.ends_with("manage.py") => Some(("manage.py", rest)),
        "php" if script.text.ends_with("artisan") => Some(("artisan", rest)),
        _ => None,
    }
}

/// Whether a command only asks `program` for information, or never ends.
pub(crate) fn is_query(program: &str, args: &[Word]) -> bool {
    // `gh pr checks --watch` ends with the checks.
    if program == "gh" {
        return args.iter().any(|word| word.is("--help"));
    }
    let queries = QUERIES_OF
        .iter()
        .find(|(names, _)| names.contains(&program))
        .map_or(&[][..], |(_, words)| words);
    let matches = |word: &Word, known: &&str| match known.strip_suffix(':') {
        Some(start) => word.text.starts_with(start) && word.text.contains(':'),
        None => word.is(known),
    };
    let is_make_query = |word: &Word| {
        matches!(program, "make" | "gmake")
            && word
                .text
                .strip_prefix('-')
                .is_some_and(|rest| !rest.starts_with('-') && rest.contains(['n', 'p', 'q']))
    };
    let is_server_task = |word: &Word| {
        matches!(program, "make" | "gmake" | "just" | "task") && is_server(&word.text)
    };
    // A task of a subproject: `:app:tasks`.
    let is_query_task = |word: &Word| {
        matches!(program, "gradle" | "gradlew")
            && word.text.rsplit_once(':').is_some_and(|(_, task)| queries.contains(&task))
    };
    // A test may be called `list`, so such a word counts only as the first or second one.
    let asks = |at: usize, word: &Word| {
        QUERIES.iter().any(|known| word.is(known) && (at < 2 || known.starts_with('-')))
    };
    args.iter().enumerate().any(|(at, word)| {
        is_make_query(word)
            || is_server_task(word)
            || is_query_task(word)
            || queries.iter().any(|known| matches(word, known))
            || is_inquiry(&word.text) && word.text.starts_with("--list")
            || asks(at, word)
    })
}

/// The first word that is neither an option nor the value of one.
fn first_operand(args: &[Word]) -> Option<(usize, &Word)> {
    let mut at = 0;
    while let Some(word) = args.get(at).filter(|word| word.text.starts_with('-')) {
        at += if LAUNCHER_OPTIONS_WITH_VALUE.contains(&word.text.as_str()) { 2 } else { 1 };
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
            // What it watches says more than the option.
            let what = (name == "gh").then(|| {
                let words = args.iter().filter_map(Word::literal);
                words
                    .take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
                    .collect::<Vec<_>>()
                    .join(" ")
            });
            Some(format!(
                "{name} {}",
                what.filter(|what| !what.is_empty()).as_deref().unwrap_or(flag)
            ))
        }
        Runs::Sub(subs) => {
            let (at, sub) = options::subcommand(name, args)?;
            if !subs.contains(&sub) {
                return None;
            }
            // Without the option it formats.
            if (name, sub) == ("cargo", "fmt") && !args.iter().any(|word| word.is("--check")) {
                return None;
            }
            if (name, sub) == ("nix", "flake") && !args.iter().any(|word| word.is("check")) {
                return None;
            }
            let runs_scripts =
                matches!(name, "npm" | "pnpm" | "yarn" | "bun" | "mise" | "deno" | "turbo" | "nx");
            if !runs_scripts || !matches!(sub, "run" | "run-script" | "r" | "task") {
                return Some(format!("{name} {sub}"));
            }
            // `npm run` alone lists the scripts.
            let task = first_operand(args.get(at + 1..)?)?.1.literal()?;
            // `npm run env` prints the environment.
            (!is_server(task) && task != "env").then(|| format!("{name} {sub} {task}"))
        }
        Runs::Starts(words) => {
            let rest = started_words(words, args)?;
            let (inner, inner_args) = started(rest)?;
            if depth >= 2 || is_query(inner, inner_args) {
                return None;
            }
            let started = match label_of(inner, inner_args, depth + 1) {
                Some(started) => started,
                // `yarn workspace web test` runs a script of the workspace.
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

/// The words after a launcher's sub-command: its options, and then what it starts.
fn started_words<'c>(words: &[&str], args: &'c [Word]) -> Option<&'c [Word]> {
    let mut rest = args;
    for word in words {
        let at = rest.iter().position(|arg| arg.is(word))?;
        rest = rest.get(at + 1..)?;
    }
    // The name of the workspace comes first.
    if words == ["workspace"] { rest.get(1..) } else { Some(rest) }
}

/// The program that a launcher starts, without its path, and its words.
fn started(rest: &[Word]) -> Option<(&str, &[Word])> {
    let (at, inner) = first_operand(rest)?;
    Some((inner.literal()?.rsplit('/').next()?, rest.get(at + 1..)?))
}

/// The program for which `is_wanted` returns true, with its words: the command's own program, or
/// one that it starts through launchers such as `npx` and `uv run`.
pub(crate) fn reached(
    command: &Command,
    is_wanted: impl Fn(&str, &[Word]) -> bool,
) -> Option<(&str, &[Word])> {
    let mut program = (command.program.as_str(), command.args.as_slice());
    // `uv run python -m pytest` takes three steps.
    for _ in 0..3 {
        if is_wanted(program.0, program.1) {
            return Some(program);
        }
        let launches = RUNNERS.iter().filter(|(name, _)| *name == program.0);
        program = launches
            .filter_map(|(_, runs)| if let Runs::Starts(words) = runs { Some(words) } else { None })
            .find_map(|words| started(started_words(words, program.1)?))?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn label_of_text(text: &str) -> Option<String> {
        label(&shell::parse(text).unwrap().commands[0])
    }

    #[test]
    fn runs_have_a_label_and_queries_have_none() {
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
            ("mise exec -- cargo test", "cargo test"),
            ("op run -- npm test", "npm test"),
            ("conda run -n ml pytest", "conda run pytest"),
            ("cmake --build build", "cmake --build"),
            ("python -m pip install -e .", "python -m pip install"),
            ("ctest -V", "ctest"),
            ("golangci-lint run ./...", "golangci-lint run"),
            ("pre-commit run -a", "pre-commit run"),
            ("npm run -w web test", "npm run test"),
            ("mvn -V test", "mvn"),
            ("npm run -s lint", "npm run lint"),
            ("npm run test:watcher-unit", "npm run test:watcher-unit"),
            ("docker build .", "docker build"),
            ("terraform plan -no-color", "terraform plan"),
            ("python3 manage.py test", "manage.py test"),
            ("php artisan test", "artisan test"),
            ("node --test", "node --test"),
            ("cargo fmt --all --check", "cargo fmt"),
            ("nix flake check", "nix flake"),
            ("gh pr checks 7 --watch", "gh pr checks"),
        ] {
            assert_eq!(label_of_text(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "npm ls",
            "npm run",
            "npm run env",
            "npm test -- --listTests",
            "ruff check --show-settings",
            "npx tsc --traceResolution",
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
            "cargo fmt",
            "nix flake show",
            "gh pr checks 7",
            "docker compose up",
            "task dev",
        ] {
            assert_eq!(label_of_text(text), None, "{text}");
        }
    }
}
