//! Runs that no list has: scripts and sub-commands whose name says that they test or build.

use crate::base::read;
use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::rules::case::Case;
use crate::shell::Command;

/// Words that a name has if it says so. The gate looks for them too.
pub(crate) const WORDS: [&str; 11] = [
    "test",
    "check",
    "lint",
    "verify",
    "build",
    "validate",
    "e2e",
    "compile",
    "tests",
    "checks",
    "typecheck",
];

/// Programs that run the file among their operands.
const INTERPRETERS: [&str; 14] = [
    "bash", "sh", "zsh", "python", "python3", "node", "ruby", "perl", "php", "tsx", "ts-node",
    "deno", "bun", "source",
];

/// Programs that take names of files, in which such a word means nothing.
const TAKES_FILES: [&str; 18] = [
    "tar", "zip", "unzip", "tree", "chmod", "chown", "touch", "open", "code", "xxd", "strings",
    "eza", "tokei", "cloc", "scc", "curl", "wget", "test",
];

/// The label of a run of that kind: `test.sh`, `openspec validate`.
pub(crate) fn label(case: &Case, command: &Command) -> Option<String> {
    if runner::is_query(&command.program, &command.args) || is_reader(command) {
        return None;
    }
    let program = command.program.as_str();
    // What the list of runners knows and does not call a run is none.
    let is_known = runner::PROGRAMS.contains(&program);
    let asks_version = command.args.first().is_some_and(|word| word.is("version"));
    // `./test.sh`, `run-tests`, `npx markdownlint`
    if says(program) && !is_known && !asks_version && !matches!(program, "[" | "test" | "checks") {
        return Some(text::excerpt(program));
    }
    if INTERPRETERS.contains(&program) {
        let script = command.args.iter().find(|word| !word.text.starts_with('-'))?.literal()?;
        let name = text::file_name(script);
        let is_option = command
            .args
            .first()
            .is_some_and(|word| matches!(word.text.as_str(), "-c" | "-e" | "-m" | "-"));
        return (!is_option && name.contains('.') && says(&name)).then(|| text::excerpt(&name));
    }
    let (inner, _) = runner::reached(command, |name, _| says(name)).unwrap_or_default();
    if !inner.is_empty() && inner != program {
        return Some(text::excerpt(&format!("{program} {inner}")));
    }
    let mut operands = command.args.iter().filter(|word| !word.text.starts_with('-'));
    let first = operands.next()?.literal()?;
    let verb = match first {
        "compose" => operands.next()?.literal()?,
        first => first,
    };
    let is_verb = WORDS.contains(&verb.split(':').next().unwrap_or(verb));
    // `tokei build`: a folder of that name is there.
    let is_file = || case.environment.cwd().is_some_and(|cwd| read::exists(cwd.join(verb)));
    let takes_subcommands = programs::is(program, Trait::HasSubcommands) || !is_file();
    let may_run = first == "compose" || !is_known;
    (is_verb && may_run && takes_subcommands && !program.is_empty())
        .then(|| text::excerpt(&format!("{program} {verb}")))
}

/// Whether one of the words of a name says that it tests or builds, and none that it serves.
fn says(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = || name.split(['-', '_', '.', ':']);
    let serves = parts().any(|part| {
        runner::is_server(part) || matches!(part, "server" | "data" | "util" | "utils")
    });
    let is_linter = parts().next().is_some_and(|stem| {
        stem.len() > 5
            && (stem.ends_with("lint") || stem.ends_with("check"))
            && stem != "healthcheck"
    });
    !serves && (is_linter || parts().any(|part| WORDS.contains(&part)))
}

/// Whether the program reads or moves files, so that its operands name some.
fn is_reader(command: &Command) -> bool {
    let is = |wanted| programs::is(&command.program, wanted);
    is(Trait::ReadsOnly)
        || is(Trait::PrintsFiles)
        || is(Trait::ChangesFolders)
        || (is(Trait::TakesText) && !INTERPRETERS.contains(&command.program.as_str()))
        || TAKES_FILES.contains(&command.program.as_str())
}

/// The signs of such a run in a text.
pub(crate) const SIGNS: &[&str] =
    &["test", "check", "lint", "verify", "build", "validate", "e2e", "compile"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::environment::Environment;
    use crate::protocol::client::Client;
    use crate::protocol::event::Event;

    #[test]
    fn the_name_of_a_script_or_a_subcommand_says_that_it_runs_something() {
        let of = |command: &str| {
            let text = serde_json::json!({ "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": { "command": command } }).to_string();
            let event = Event::parse(&text).unwrap();
            let case = Case::new(&event, Environment::new(Client::Claude(None), None), None);
            case.commands().find_map(|command| label(&case, command))
        };
        for (command, expected) in [
            ("./test.sh", "test.sh"),
            ("sh script/renovate_validate.sh", "renovate_validate.sh"),
            ("python3 run_tests.py -v", "run_tests.py"),
            ("openspec validate x --strict", "openspec validate"),
            ("docker compose build web", "docker build"),
            ("npx markdownlint docs", "npx markdownlint"),
            ("hadolint Dockerfile", "hadolint"),
            ("brew test jq", "brew test"),
        ] {
            assert_eq!(of(command).as_deref(), Some(expected), "{command}");
        }
        for command in [
            "cat test.sh",
            "ls build",
            "grep check src",
            "./test-server.sh",
            "git check-ignore x",
            "kubectl get checks",
            "python3 -c 'test'",
            "node server.js",
            "tree build",
            "./latest",
            "gh pr checks 3",
            "./test.sh --help",
            "golangci-lint version",
            "hadolint version",
            "npm view test",
            "curl test",
        ] {
            assert_eq!(of(command), None, "{command}");
        }
    }
}
