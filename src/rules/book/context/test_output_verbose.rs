//! Tests and installers that print what went well at length.

use crate::project::runner;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::book::support::command_text::{name, sole, with_option};
use crate::rules::book::support::output::{MEASURED_BYTES, Shown, kilobytes};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::{Command, Word, options};

/// Less is not worth a line: 2,000 tokens.
const LONG_BYTES: u64 = 8_000;

/// What failed is wanted in the output; only where there is more than one screen of it is most of
/// it something else.
const LONG_FAILURE_BYTES: u64 = 16_000;

pub(crate) const RULE: Rule = Rule {
    id: "test-output-verbose",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "tests or an installer without the quiet option",
    why: "The names of tests that pass and of packages that are fetched say nothing for the next step; a quiet option \
          keeps the failures and the exit code.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let bytes = case.event.result_bytes();
            bytes as u64 > LONG_BYTES
                && bytes <= MEASURED_BYTES
                && case.parsed().is_some()
                && talker(case).is_some()
        },
        check: |case| legacy::on_call(case, verdict, ADVICE, KEY),
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 5, 3),
    hits: &[
        Example::bash("pytest tests")
            .given(&[Given::OutputBytes(22_000), Given::Lines(300)])
            .says("`pytest -q tests`"),
        Example::bash("uv run pytest -v tests/a.py")
            .given(&[Given::OutputBytes(9_000)])
            .says("`uv run pytest -q tests/a.py`"),
        Example::bash("cd api && python3 -m pytest")
            .given(&[Given::OutputBytes(22_000)])
            .says("`cd api && python3 -m pytest -q`"),
        Example::bash("npm install")
            .given(&[Given::OutputBytes(9_000)])
            .says("`npm install --loglevel=error`"),
        Example::bash("npm ci 2>&1")
            .given(&[Given::OutputBytes(9_000)])
            .says("`npm ci --loglevel=error 2>&1`"),
        Example::bash("npx jest").given(&[Given::OutputBytes(30_000)]).says("`npx jest --silent`"),
        Example::bash("npx vitest run")
            .given(&[Given::OutputBytes(12_000)])
            .says("`npx vitest --reporter=dot run`"),
        Example::bash("go test -v ./...")
            .given(&[Given::OutputBytes(40_000)])
            .says("`go test ./...`"),
        Example::bash("cargo test --workspace")
            .given(&[Given::OutputBytes(20_000)])
            .says("`cargo test -q --workspace`"),
        Example::bash("python -m pip install -r requirements.txt")
            .given(&[Given::OutputBytes(9_000)])
            .says("`python -m pip install -q -r requirements.txt`"),
        Example::bash("./gradlew test")
            .given(&[Given::OutputBytes(9_000)])
            .says("`./gradlew -q test`"),
        Example::bash("ctest -V")
            .given(&[Given::OutputBytes(9_000)])
            .says("`ctest --output-on-failure`"),
        Example::bash("git pull; cargo test; git status")
            .given(&[Given::OutputBytes(20_000)])
            .says("20 kB with cargo test: -q leaves out what went well"),
    ],
    misses: &[
        Example::bash("pytest -q").given(&[Given::OutputBytes(1_000)]),
        Example::bash("go test ./...").given(&[Given::OutputBytes(1_500)]),
        Example::bash("go test ./...").given(&[Given::OutputBytes(15_000)]),
        Example::bash("pytest -q tests/test_a.py::test_b").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest --tb=short").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest -qq").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest tests | tail -200").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest tests > /tmp/t.log; cat /tmp/t.log")
            .given(&[Given::OutputBytes(10_000)]),
        Example::bash("npm install --silent").given(&[Given::OutputBytes(10_000)]),
        Example::bash("npm test").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo test --quiet").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo build").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo test -- --list").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cargo test -- --nocapture").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest -s tests/a.py").given(&[Given::OutputBytes(10_000)]),
        Example::bash("ssh ci 'pytest tests'").given(&[Given::OutputBytes(10_000)]),
        Example::bash("cat pytest.log").given(&[Given::OutputBytes(10_000)]),
        Example::bash("pytest tests").given(&[Given::OutputBytes(22_000), Given::Background]),
        Example::bash("npx jest --reporters=summary").given(&[Given::OutputBytes(10_000)]),
        Example::bash("vitest run --reporter dot").given(&[Given::OutputBytes(10_000)]),
        Example::bash("git commit -m 'pytest tests'").given(&[Given::OutputBytes(10_000)]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key =
    Key::Of(|case, _| talker(case).map(|(command, _)| name(command)).unwrap_or_default());

/// How a program is made to print less.
struct Voice {
    program: &'static str,
    /// Its sub-commands; none: any call.
    subs: &'static [&'static str],
    /// The option that makes it quiet; empty if it is enough to leave out a loud one.
    quiet: &'static str,
    /// Options that make it loud, which the quiet one replaces.
    loud: &'static [&'static str],
    /// Beginnings of options that say how much is wanted.
    told: &'static [&'static str],
}

const NPM_INSTALL: &[&str] = &["install", "i", "ci", "add"];

const fn voice(
    program: &'static str,
    subs: &'static [&'static str],
    quiet: &'static str,
    told: &'static [&'static str],
) -> Voice {
    Voice { program, subs, quiet, loud: &[], told }
}

const VOICES: [Voice; 21] = [
    Voice {
        program: "pytest",
        subs: &[],
        quiet: "-q",
        loud: &["-v", "-vv", "-vvv", "--verbose"],
        told: &["-q", "--quiet", "--tb", "-s", "--capture", "-r", "--pdb", "--durations"],
    },
    Voice {
        program: "cargo",
        subs: &["test", "t"],
        quiet: "-q",
        loud: &["-v", "--verbose"],
        told: &["-q", "--quiet", "--nocapture", "--show-output", "--message-format", "--doc"],
    },
    Voice {
        program: "go",
        subs: &["test"],
        quiet: "",
        loud: &["-v"],
        told: &["-json", "-run", "-bench"],
    },
    Voice {
        program: "ctest",
        subs: &[],
        quiet: "--output-on-failure",
        loud: &["-V", "--verbose", "-VV"],
        told: &["-R", "-Q"],
    },
    voice("vitest", &[], "--reporter=dot", &["--reporter", "--silent", "-t"]),
    voice("jest", &[], "--silent", &["--silent", "--reporters", "-t", "--coverage", "--json"]),
    voice("mocha", &[], "--reporter=dot", &["--reporter", "-R"]),
    voice("playwright", &["test"], "--reporter=line", &["--reporter", "--quiet", "--debug"]),
    voice("rspec", &[], "--format=progress", &["--format", "-f"]),
    voice("phpunit", &[], "--no-progress", &["--no-progress", "--testdox", "--filter"]),
    voice("mvn", &[], "-q", &["-q", "--quiet", "-X", "-e"]),
    voice("mvnw", &[], "-q", &["-q", "--quiet", "-X", "-e"]),
    voice("gradle", &[], "-q", &["-q", "--quiet", "--info", "--debug", "--stacktrace"]),
    voice("gradlew", &[], "-q", &["-q", "--quiet", "--info", "--debug", "--stacktrace"]),
    voice(
        "npm",
        NPM_INSTALL,
        "--loglevel=error",
        &["--silent", "-s", "-q", "--quiet", "--loglevel", "--verbose", "--json", "-d"],
    ),
    voice("pnpm", NPM_INSTALL, "--loglevel=error", &["--silent", "-s", "--reporter", "--loglevel"]),
    voice("pip", &["install"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    voice("pip3", &["install"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    voice("uv", &["sync"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    voice("poetry", &["install"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    voice("composer", &["install", "update"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
];

/// How the call of a run is made quiet.
pub(crate) struct Quiet {
    voice: &'static Voice,
    /// The index of the word behind which the option goes; none: behind the program.
    after: Option<usize>,
    /// The loud option that it replaces, as it is written.
    loud: Option<String>,
}

/// How `command` prints less; `None` if no way is known, or it says itself how much it is to print.
pub(crate) fn quiet(command: &Command) -> Option<Quiet> {
    runner::label(command)?;
    let of = |program: &str, args: &[Word]| {
        VOICES.iter().find(|voice| {
            let sub = || options::subcommand(program, args).map(|(_, sub)| sub);
            voice.program == program
                && (voice.subs.is_empty() || sub().is_some_and(|sub| voice.subs.contains(&sub)))
        })
    };
    let (program, args) = runner::reached(command, |program, args| of(program, args).is_some())?;
    let voice = of(program, args)?;
    let told = |word: &Word| {
        let is_loud = voice.loud.contains(&word.text.as_str());
        !is_loud && voice.told.iter().any(|known| word.text.starts_with(known))
    };
    if args.iter().any(told) {
        return None;
    }
    let loud = args
        .iter()
        .find(|word| voice.loud.contains(&word.text.as_str()))
        .map(|word| word.raw.clone());
    if loud.is_none() && (voice.quiet.is_empty() || voice.program == "ctest") {
        return None;
    }
    // The words of the launcher stand in front.
    let before = command.args.len() - args.len();
    let sub = if voice.subs.is_empty() {
        None
    } else {
        options::subcommand(program, args).map(|(at, _)| at)
    };
    let after = sub.map(|at| before + at).or(before.checked_sub(1));
    Some(Quiet { voice, after, loud })
}

/// The run of the call that could print less.
fn talker<'c>(case: &'c Case<'_>) -> Option<(&'c Command, Quiet)> {
    case.commands().find_map(|command| Some((command, quiet(command)?)))
}

fn verdict(case: &Case) -> Verdict {
    if case.in_background() {
        return Verdict::No;
    }
    let Some((command, _)) = talker(case) else { return Verdict::No };
    let bytes = Shown::of(case).bytes;
    if !command.shows_output() || command.in_function {
        return Verdict::Near("its output is thinned out or sent to a file");
    }
    match bytes {
        0..=LONG_BYTES => Verdict::Near("its output is short"),
        _ if !case.event.succeeded() && bytes <= LONG_FAILURE_BYTES => {
            Verdict::Near("what failed is wanted")
        }
        _ => Verdict::Fires,
    }
}

fn advise(case: &Case, _: &Occasion) -> Option<Advice> {
    let (command, quiet) = talker(case)?;
    let size = kilobytes(Shown::of(case).bytes);
    let name = name(command);
    let Quiet { voice, after, loud } = quiet;
    let plain = match (voice.quiet, loud.as_deref()) {
        ("", Some(loud)) => format!("{size} with {name}: without {loud} it shows what failed"),
        (option, _) => format!("{size} with {name}: {option} leaves out what went well"),
    };
    let alone = sole(case).is_some_and(|only| only.id == command.id);
    let better = match loud {
        _ if !alone => None,
        None => with_option(case, command, after, voice.quiet),
        Some(loud) => {
            let text = case.script()?.text.trim();
            let mut words: Vec<&str> = text.split(' ').collect();
            let at = words.iter().position(|word| *word == loud)?;
            match words.get_mut(at) {
                Some(word) if !voice.quiet.is_empty() => *word = voice.quiet,
                _ => drop(words.remove(at)),
            }
            Some(words.join(" "))
        }
    };
    match better {
        Some(better) => {
            legacy::better(format!("{size} of {name}; less of what went well"), better, plain)
        }
        None => legacy::plain(plain),
    }
}
