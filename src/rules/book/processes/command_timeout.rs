//! A command that was stopped because its time was over.

use super::support::time_limit;
use crate::base::text;
use crate::project::questions::{self, Question};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;

/// The longest limit that the shell tool takes, ms.
const MAX_LIMIT_MS: u64 = 600_000;

/// Bytes of an error that are searched for a question.
const ERROR_BYTES: usize = 16 << 10;

/// What a question at the end of an output has in it.
#[rustfmt::skip]
const PROMPTS: [&str; 14] = [
    "[y/n]", "(y/n)", "[yes/no]", "(yes/no", "y/n)", "password:", "password for", "passphrase", "username", "press any key",
    "press enter", "are you sure", "ok to proceed", "do you want to",
];

const TIMED_OUT: Given = Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s");

pub(crate) const RULE: Rule = Rule {
    id: "command-timeout",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: None,
    summary: "a command that outlasts its time limit",
    why: "The reflex is to run it again, even with a shorter limit (anthropics/claude-code#158); the limit is \
          two minutes unless the call asks for more.",
    lesson: None,
    trigger: Trigger::Call { tools: &[Tool::Shell], check },
    better: None,
    needs: &[Need::Background],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("terraform apply")
            .given(&[TIMED_OUT])
            .says("terraform apply ran out of time and may have waited for an answer: pass its option for yes"),
        Example::bash("sudo ls").given(&[TIMED_OUT]).says("may have waited for a password: sudo -n fails at once"),
        Example::bash("cd app && rails console").given(&[TIMED_OUT]).says("rails console ran out of time"),
        Example::bash("make deploy")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s\nDrop the table users? [y/N] ")])
            .says("make deploy ran out of time and may have waited for an answer"),
        Example::bash("sudo apt-get install -y big")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s\nReading package lists...")])
            .says("run_in_background"),
        Example::bash("cargo build --release")
            .given(&[Given::Failed("Exit code 1\nCommand timed out after 2m 0.0s")])
            .says("cargo build --release"),
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 1\nCommand execution timed out\nExit code 143")]),
        Example::bash("make all")
            .given(&[
                Given::Failed("Exit code 143\nCommand timed out after 1s"),
                Given::Timeout(1000),
            ])
            .says("a timeout of up to 600000 ms"),
        Example::bash("npm run build").given(&[Given::Failed("Exit code 143")]),
        Example::bash("npm ci && npm run build")
            .given(&[Given::Failed("Exit code 143\nadded 3 packages"), Given::Took(120_400)])
            .says("the call with npm ran out of time"),
        Example::bash("./slow.sh").given(&[
            Given::Failed("Exit code 137"),
            Given::Timeout(5000),
            Given::Took(5100),
        ]),
        Example::bash("make all")
            .given(&[Given::Failed("Command timed out after 10m 0.0s"), Given::Timeout(600_000)])
            .says("run_in_background"),
        Example::bash("make all")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 10m 0.0s")])
            .says("use run_in_background, which reports its end (command-timeout)"),
        Example::bash("kill -0 $(cat app.pid); make test")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
    ],
    misses: &[
        Example::bash("timeout 5 tail -f x").given(&[Given::Failed("Exit code 1\nexit 124")]),
        Example::bash("timeout 5 tail -f x")
            .given(&[Given::Failed("Exit code 124"), Given::Took(5010)]),
        Example::bash("sleep 1").given(&[Given::Output("ok")]),
        Example::bash("curl https://example.org")
            .given(&[Given::Failed("Exit code 28\ncurl: (28) Connection timed out after 5001 ms")]),
        Example::bash("pytest").given(&[Given::Failed(
            "Exit code 1\nE   TimeoutError: Command timed out after 5s in test",
        )]),
        Example::bash("pkill -f myserver; make").given(&[Given::Failed("Exit code 143")]),
        Example::bash("kill $(cat app.pid)").given(&[Given::Failed("Exit code 143")]),
        Example::bash("npm run build").given(&[Given::Failed("Exit code 143"), Given::Took(3000)]),
        Example::bash("./oom").given(&[Given::Failed("Exit code 137\nKilled")]),
        Example::bash("bash -c 'kill -9 $$'")
            .given(&[Given::Failed("Exit code 137"), Given::Took(44)]),
        Example::bash("make all").given(&[
            Given::Failed("Exit code 143\nCommand timed out after 2m"),
            Given::Interrupted,
        ]),
        Example::bash("make all").given(&[
            Given::Failed("Exit code 143\nCommand timed out after 2m"),
            Given::Background,
        ]),
        Example::bash("make all")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m"), Given::Codex]),
        Example::bash("echo 'Command timed out after 2m'")
            .given(&[Given::Output("Command timed out after 2m")]),
        Example::bash("cat run.log; false")
            .given(&[Given::Failed("Exit code 1\nlog: Command timed out after 2m")]),
    ],
    since: "0.1.0",
};

fn check(case: &Case) -> Check<Finding> {
    let limit_ms = time_limit::outlasted(case).ok_or(Miss::No)?;
    if case.in_background() {
        return Err(Miss::Near("it ran in the background"));
    }
    if let Some(advice) = unanswered(case) {
        return Ok(Finding::new(advice));
    }
    if !case.environment.client.runs_in_background() {
        return Err(Miss::Near("this client cannot run it in the background"));
    }
    let call = spelled(case).ok_or(Miss::NoBetterForm)?;
    let other = if limit_ms < MAX_LIMIT_MS { ", or a timeout of up to 600000 ms" } else { "" };
    Ok(Finding::new(Advice::plain(format!(
        "{call} ran out of time: next time use run_in_background, which reports its end{other}"
    ))))
}

/// What to say of a call that seems to have waited for an answer: then more time does not help.
fn unanswered(case: &Case) -> Option<Advice> {
    let output = output_of(case);
    let waited = |command: &Command, how: &str| {
        Advice::plain(format!(
            "{} ran out of time and may have waited for an answer: {how}",
            command_text::spelled(command)
        ))
    };
    if let Some((command, question)) =
        case.commands().find_map(|command| Some((command, questions::asked_by(command)?)))
    {
        return Some(waited(command, way(&command.program, question)));
    }
    // What has printed something got its password.
    let asks_password = |command: &&Command| {
        let is_root = ["sudo", "doas"].iter().any(|name| command.is_under(name));
        is_root && !case.event.command().is_some_and(|text| text.contains("sudo -n"))
    };
    if output.is_empty()
        && let Some(command) = case.commands().find(asks_password)
    {
        let root = if command.is_under("doas") { "doas" } else { "sudo" };
        return Some(Advice::plain(format!(
            "{root} {} ran out of time and may have waited for a password: {root} -n fails at once, or let the user run it",
            command_text::spelled(command)
        )));
    }
    let last = output.lines().rev().find(|line| !line.trim().is_empty())?.to_lowercase();
    let asks = PROMPTS.iter().any(|prompt| last.contains(prompt));
    let command = case.commands().filter(|command| !command.is("cd")).last()?;
    asks.then(|| {
        waited(command, "answer it by an option or by input from a file, or let the user run it")
    })
}

/// How a call gets its answer.
fn way(program: &str, question: Question) -> &'static str {
    match question {
        Question::Console => "give it a command, a script or input from a file",
        Question::Page => "print the file without a pager",
        Question::Editor => "give the text by an option or a file, without an editor",
        Question::Secret | Question::Login => {
            "pass a token or key by file or environment, or let the user run it"
        }
        Question::Confirmation if program == "unzip" => "-o overwrites what exists, -n leaves it",
        Question::Confirmation => "pass its option for yes if the user agrees",
        Question::Answers => "answer by its options, or let the user run it",
    }
}

/// What the program printed, without the lines of the client.
fn output_of(case: &Case) -> String {
    let error = case.event.error_text(ERROR_BYTES);
    let is_clients = |line: &&str| {
        line.starts_with("Exit code ")
            || line.starts_with("Command timed out")
            || line.starts_with("Command execution timed out")
    };
    error.lines().filter(|line| !is_clients(line)).collect::<Vec<_>>().join("\n")
}

/// The call as a sentence names it. Of a script only the first program is named: the operators that
/// join its commands would look like markup.
fn spelled(case: &Case) -> Option<String> {
    let command = text::excerpt(case.event.command()?);
    if !command.contains(['<', '>', '&', '`']) {
        return Some(command);
    }
    let first = case
        .commands()
        .find(|command| !matches!(command.program.as_str(), "" | "cd" | "export"))?;
    Some(format!("the call with {}", text::excerpt(&first.program)))
}
