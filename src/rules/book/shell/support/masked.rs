//! Runs whose exit status a pipe hides.

use super::form;
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell;
use crate::shell::options::{self, Spec};
use crate::shell::{Command, Joined, Script};

/// A run before a pipe whose last stage decides the status.
pub(crate) struct Masked<'s> {
    /// The run.
    pub(crate) run: &'s Command,
    /// Its name in a sentence.
    pub(crate) label: String,
    /// The last stage of the pipe.
    pub(crate) last: &'s Command,
    /// The pipeline, by index.
    pub(crate) pipeline: usize,
    /// The first command of the pipeline: the run, or the first one of its group.
    pub(crate) first: &'s Command,
}

impl<'s> Masked<'s> {
    /// # Errors
    /// A miss where `run` is not the first stage of a pipe, alone or as the end of a group, is no
    /// test, build or check, or where its status is asked for all the same.
    pub(crate) fn of(case: &'s Case, run: &'s Command) -> Check<Self> {
        let script = case.script().ok_or(Miss::No)?;
        let (pipeline, first) = match run.stage {
            Some(stage) if stage.index == 0 => (stage.pipeline, run),
            Some(_) => return Err(Miss::No),
            None => around(script, run).ok_or(Miss::No)?,
        };
        let last = script
            .last_stage(pipeline)
            .filter(|last| programs::is(&last.program, Trait::HidesStatus));
        let last = last.ok_or(Miss::No)?;
        let label = runner::label(run)
            .or_else(|| form::label(case, run))
            .or_else(|| in_container(script, run))
            .ok_or(Miss::Near("it is no test, build or check"))?;
        if keeps_status(script) {
            return Err(Miss::Near("it asks for the status of every stage"));
        }
        let asks = |word: &shell::Word| word.is("-q") || word.is("--quiet") || word.is("--silent");
        if run.is_condition || last.is_condition || last.args.iter().any(asks) {
            return Err(Miss::Near("the filter's answer is what it asks for"));
        }
        Ok(Self { run, label, last, pipeline, first })
    }

    /// Whether the run is a stage itself, and not a part of one.
    pub(crate) fn is_plain(&self) -> bool {
        self.run.stage.is_some()
    }

    /// What the script does with the pipe's status, the gravest first.
    pub(crate) fn consequence<'c>(&self, script: &'c Script) -> Option<Consequence<'c>> {
        let chained = |joined: Joined| matches!(joined, Joined::And | Joined::Pipe);
        let gate = self
            .following(script)
            .take_while(|next| chained(next.joined))
            .find(|next| is_gated(next));
        if let Some(gate) = gate {
            return Some(Consequence::Gate(gate));
        }
        let next = self.following(script).next()?;
        match next.joined {
            Joined::And | Joined::Semicolon | Joined::Newline if claims_success(next) => {
                Some(Consequence::Claim(next))
            }
            // Grep and its like fail where nothing matches, whatever the run did.
            Joined::Or
                if is_print(next) && !programs::is(&self.last.program, Trait::AnswersByStatus) =>
            {
                Some(Consequence::Never(next))
            }
            _ => None,
        }
    }

    /// The commands that follow the pipeline at its level.
    pub(crate) fn following<'c>(
        &self,
        script: &'c Script,
    ) -> impl Iterator<Item = &'c Command> + use<'c> {
        let depth = self.last.depth;
        let after = script.after(self.last).iter();
        after.filter(move |other| other.depth == depth && !other.in_substitution)
    }
}

/// What a script does with a status that says nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consequence<'s> {
    /// It prints that all is well, whatever the run did.
    Claim(&'s Command),
    /// It would print the failure, but never gets there.
    Never(&'s Command),
    /// It writes what is meant to depend on the run: a commit, a push, a release.
    Gate(&'s Command),
}

/// The label of a run in a container, whose status is that of the command which starts it there:
/// `docker compose exec app pytest`.
fn in_container(script: &Script, command: &Command) -> Option<String> {
    let starts =
        matches!(command.program.as_str(), "docker" | "podman" | "nerdctl" | "docker-compose");
    let inner = script.after(command).first()?;
    let is_inside = inner.remote && inner.depth > command.depth;
    (starts && is_inside).then(|| runner::label(inner)).flatten()
}

/// Words that claim success.
const CLAIMS: [&str; 20] = [
    "ok",
    "okay",
    "done",
    "pass",
    "passed",
    "passes",
    "passing",
    "success",
    "succeeded",
    "successful",
    "clean",
    "green",
    "good",
    "fine",
    "valid",
    "complete",
    "completed",
    "built",
    "compiles",
    "✅",
];

/// Words of a failure.
const FAILURES: [&str; 5] = ["fail", "failed", "failing", "error", "errors"];

/// Other words with which an `echo` does not claim it, or shows the status.
const NO_CLAIMS: [&str; 5] = ["exit", "status", "rc", "code", "not"];

/// Whether a command prints that all is well.
pub(crate) fn claims_success(command: &Command) -> bool {
    let has = |words: &[&str]| has_word(command, words);
    is_print(command)
        && !command.args.iter().any(|word| word.expands)
        && has(&CLAIMS)
        && !has(&NO_CLAIMS)
        && !has(&FAILURES)
}

/// Whether a command is a grep whose pattern has words of success and of failure, so that the lines
/// that it prints show which of them it was.
pub(crate) fn asks_for_both_verdicts(command: &Command) -> bool {
    let items = options::read(&command.args, Spec::of("grep"));
    programs::is(&command.program, Trait::IsGrep)
        && !options::has(&items, Some('v'), "invert-match")
        && !options::has(&items, Some('c'), "count")
        && has_word(command, &CLAIMS)
        && has_word(command, &FAILURES)
}

/// Whether an argument contains one of these words, in any case.
fn has_word(command: &Command, words: &[&str]) -> bool {
    let is_one = |word: &str| words.contains(&word);
    command.args.iter().any(|arg| {
        let text = arg.text.to_lowercase();
        text.split(|c: char| !(c.is_alphanumeric() || c == '✅')).any(is_one)
    })
}

fn is_print(command: &Command) -> bool {
    matches!(command.program.as_str(), "echo" | "printf") && command.shows_output()
}

/// Whether a command writes where others see it.
fn is_gated(command: &Command) -> bool {
    let sub = options::subcommand(&command.program, &command.args).map(|(_, sub)| sub);
    let Some(sub) = sub else { return false };
    let has = |word: &str| command.args.iter().any(|arg| arg.is(word));
    match command.program.as_str() {
        "git" => {
            let goes_on = matches!(sub, "rebase" | "cherry-pick" | "revert" | "am");
            (matches!(sub, "commit" | "push" | "merge") && !has("--dry-run") && !has("--abort"))
                || (goes_on && has("--continue"))
        }
        "gh" => matches!(sub, "pr" | "release") && (has("create") || has("merge")),
        "npm" | "pnpm" | "yarn" | "cargo" | "poetry" | "uv" | "gem" => sub == "publish",
        "docker" | "podman" => sub == "push",
        "terraform" | "tofu" | "kubectl" => sub == "apply",
        "helm" => matches!(sub, "upgrade" | "install"),
        "fly" | "flyctl" | "vercel" | "firebase" | "cdk" | "serverless" | "wrangler" => {
            sub == "deploy"
        }
        _ => false,
    }
}

/// Whether the script asks for the status of every stage of a pipe.
pub(crate) fn keeps_status(script: &Script) -> bool {
    let text = &script.text;
    let set = text.contains("o pipefail") && !text.contains("+o pipefail");
    set || text.contains("PIPESTATUS") || text.contains("pipestatus")
}

/// The pipeline whose first stage is a group, or a `bash -c`, that ends with the status of `run`;
/// and the first command of that stage.
fn around<'s>(script: &'s Script, run: &'s Command) -> Option<(usize, &'s Command)> {
    if let Some(shell) = run.wrappers.last().filter(|wrapper| shell::is_shell(wrapper)) {
        let starts = |other: &&Command| other.is(shell) && other.depth + 1 == run.depth;
        let parent = script.before(run).iter().rfind(starts)?;
        let stage = parent.stage.filter(|stage| stage.index == 0)?;
        let inside = |other: &&Command| other.depth >= run.depth && other.is_under(shell);
        let rest = script.after(run).iter().take_while(inside);
        return decides(run, rest).then_some((stage.pipeline, parent));
    }
    if !run.writes_pipe {
        return None;
    }
    let (pipeline, end) = script.group_before_pipe(run)?;
    let rest = script.after(run).iter().take_while(|other| other.id < end.id);
    let first = script.commands.iter().find(|other| script.is_in_pipeline(other, pipeline))?;
    decides(run, rest).then_some((pipeline, first))
}

/// Whether a group or an inner script ends with the status of `run`, with `rest` behind it.
fn decides<'s>(run: &Command, rest: impl Iterator<Item = &'s Command>) -> bool {
    let mut same_level = rest.filter(|other| other.depth == run.depth && !other.in_substitution);
    same_level.all(|other| other.joined == Joined::And)
}
