//! How a test run or an installer prints less.

use crate::project::runner;
use crate::shell::{Command, Word, options};

/// The options of a program that say how much it prints.
struct Verbosity {
    program: &'static str,
    /// Its sub-commands; empty for any call.
    subcommands: &'static [&'static str],
    /// The option that makes it quiet; empty if it is enough to leave out a loud one.
    quiet: &'static str,
    /// Options that make it loud. The quiet one replaces them.
    loud: &'static [&'static str],
    /// Beginnings of options with which the agent chose how much it wants to see.
    explicit: &'static [&'static str],
}

const NPM_INSTALL: &[&str] = &["install", "i", "ci", "add"];

const APT: &[&str] = &["install", "update", "upgrade", "dist-upgrade"];

const fn verbosity(
    program: &'static str,
    subcommands: &'static [&'static str],
    quiet: &'static str,
    explicit: &'static [&'static str],
) -> Verbosity {
    Verbosity { program, subcommands, quiet, loud: &[], explicit }
}

const VERBOSITIES: [Verbosity; 26] = [
    Verbosity {
        program: "pytest",
        subcommands: &[],
        quiet: "-q",
        loud: &["-v", "-vv", "-vvv", "--verbose"],
        explicit: &["-q", "--quiet", "--tb", "-s", "--capture", "-r", "--pdb", "--durations"],
    },
    Verbosity {
        program: "cargo",
        subcommands: &["test", "t"],
        quiet: "-q",
        loud: &["-v", "--verbose"],
        explicit: &["-q", "--quiet", "--nocapture", "--show-output", "--message-format", "--doc"],
    },
    Verbosity {
        program: "go",
        subcommands: &["test"],
        quiet: "",
        loud: &["-v"],
        explicit: &["-json", "-run", "-bench"],
    },
    Verbosity {
        program: "ctest",
        subcommands: &[],
        quiet: "--output-on-failure",
        loud: &["-V", "--verbose", "-VV"],
        explicit: &["-R", "-Q"],
    },
    verbosity("vitest", &[], "--reporter=dot", &["--reporter", "--silent", "-t"]),
    verbosity("jest", &[], "--silent", &["--silent", "--reporters", "-t", "--coverage", "--json"]),
    verbosity("mocha", &[], "--reporter=dot", &["--reporter", "-R"]),
    verbosity("playwright", &["test"], "--reporter=line", &["--reporter", "--quiet", "--debug"]),
    verbosity("rspec", &[], "--format=progress", &["--format", "-f"]),
    verbosity("phpunit", &[], "--no-progress", &["--no-progress", "--testdox", "--filter"]),
    verbosity("mvn", &[], "-q", &["-q", "--quiet", "-X", "-e"]),
    verbosity("mvnw", &[], "-q", &["-q", "--quiet", "-X", "-e"]),
    verbosity("gradle", &[], "-q", &["-q", "--quiet", "--info", "--debug", "--stacktrace"]),
    verbosity("gradlew", &[], "-q", &["-q", "--quiet", "--info", "--debug", "--stacktrace"]),
    verbosity(
        "npm",
        NPM_INSTALL,
        "--loglevel=error",
        &["--silent", "-s", "-q", "--quiet", "--loglevel", "--verbose", "--json", "-d"],
    ),
    verbosity(
        "pnpm",
        NPM_INSTALL,
        "--loglevel=error",
        &["--silent", "-s", "--reporter", "--loglevel"],
    ),
    verbosity("apt-get", APT, "-qq", &["-q", "--quiet", "-s", "--simulate"]),
    verbosity("apt", APT, "-qq", &["-q", "--quiet", "-s", "--simulate"]),
    verbosity("yarn", &["install", "add"], "--silent", &["-s", "--silent", "--json"]),
    verbosity("bundle", &["install"], "--quiet", &["--quiet", "--verbose"]),
    verbosity("apk", &["add", "update"], "-q", &["-q", "--quiet", "-s"]),
    verbosity("pip", &["install"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    verbosity("pip3", &["install"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    verbosity("uv", &["sync"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    verbosity("poetry", &["install"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
    verbosity("composer", &["install", "update"], "-q", &["-q", "--quiet", "-v", "--dry-run"]),
];

impl Verbosity {
    /// The entry for a call of `program` with these arguments.
    fn of(program: &str, args: &[Word]) -> Option<&'static Self> {
        VERBOSITIES.iter().find(|verbosity| {
            let has_subcommand = || {
                options::subcommand(program, args)
                    .is_some_and(|(_, subcommand)| verbosity.subcommands.contains(&subcommand))
            };
            verbosity.program == program && (verbosity.subcommands.is_empty() || has_subcommand())
        })
    }

    fn is_loud(&self, word: &Word) -> bool {
        self.loud.contains(&word.text.as_str())
    }

    fn is_explicit(&self, word: &Word) -> bool {
        !self.is_loud(word) && self.explicit.iter().any(|known| word.text.starts_with(known))
    }
}

/// A change to a command that makes its run quiet.
pub(crate) struct QuietForm {
    /// The option to add; empty if it is enough to leave out `loud`.
    pub(crate) option: &'static str,
    /// The index of the argument behind which it goes; `None`: behind the program.
    pub(crate) after: Option<usize>,
    /// The loud option that it replaces: the index of the argument, and the text as it is written.
    pub(crate) loud: Option<(usize, String)>,
}

/// How `command` prints less; `None` if no way is known, or if its options say how much to print.
pub(crate) fn quiet_form(command: &Command) -> Option<QuietForm> {
    let installs = ["apt-get", "apt", "apk"].contains(&command.program.as_str());
    if !installs && runner::label(command).is_none() {
        return None;
    }
    let (program, args) =
        runner::reached(command, |program, args| Verbosity::of(program, args).is_some())?;
    let verbosity = Verbosity::of(program, args)?;
    if args.iter().any(|word| verbosity.is_explicit(word)) {
        return None;
    }
    let loud = args.iter().position(|word| verbosity.is_loud(word));
    // Without a loud option ctest prints little, and its quiet one prints more.
    if loud.is_none() && (verbosity.quiet.is_empty() || verbosity.program == "ctest") {
        return None;
    }
    // The words of the launcher are in front: `uv run pytest`.
    let launcher = command.args.len() - args.len();
    let subcommand = if verbosity.subcommands.is_empty() {
        None
    } else {
        options::subcommand(program, args).map(|(at, _)| at)
    };
    let after = subcommand.map(|at| launcher + at).or(launcher.checked_sub(1));
    let loud = loud.and_then(|at| Some((launcher + at, args.get(at)?.raw.clone())));
    Some(QuietForm { option: verbosity.quiet, after, loud })
}
