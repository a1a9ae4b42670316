//! Looking again and again at the output of a background task.

use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::store::history::CallLine;

/// Looks that are further apart are not polling, ms.
const CLOSE_MS: u64 = 60_000;

/// A look at output that grew by more was worth it, bytes.
const GROWN_BYTES: u64 = 2_000;

/// After so many earlier looks in a row another one is polling.
const LOOKS: usize = 2;

pub(crate) const RULE: Rule = Rule {
    id: "poll-background-output",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "a third look at a background task's output",
    why: "The client says when a background task ends. Each look adds the output to the context again: one turn looked \
          about 25 times in 14 minutes.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Read, Tool::Shell, Tool::Other],
        concerns: |case| {
            is_look(case) && case.keys().iter().any(|key| case.history().holds(key, LOOKS))
        },
        check,
    },
    better: None,
    needs: &[Need::Background],
    repeat: Repeat::nth(1, 5, 3),
    hits: &[
        Example::read("/tmp/claude/tasks/b1.output")
            .given(&[Given::MadeBefore(2)])
            .says("b1 was polled 3 times in a row: the client reports its end"),
        Example::tool("TaskOutput", "{\"task_id\":\"b1\",\"block\":false}")
            .given(&[Given::MadeBefore(2)])
            .says("b1 was polled 3 times"),
        Example::tool("BashOutput", "{\"bash_id\":\"b1\"}").given(&[Given::MadeBefore(2)]),
        Example::bash("tail -5 /tmp/claude/-r/tasks/b1.output").given(&[Given::MadeBefore(2)]),
        Example::bash("cat /tmp/claude/-r/tasks/b1.output | tail -5")
            .given(&[Given::MadeBefore(2)]),
        Example::bash("wc -l /tmp/claude/-r/tasks/b1.output").given(&[Given::MadeBefore(2)]),
        Example::bash("sleep 5; tail -5 /tmp/claude/tasks/b7f3.output")
            .given(&[Given::MadeBefore(2)])
            .says("b7f3"),
        Example::read("/private/tmp/claude-501/-r/tasks/b1.output")
            .given(&[Given::OutputBytes(900), Given::MadeBefore(2)]),
        Example::tool("BashOutput", "{\"bash_id\":\"b1\"}").given(&[
            Given::MadeBefore(1),
            Given::After("sleep 20"),
            Given::MadeBefore(1),
            Given::After("sleep 20"),
        ]),
    ],
    misses: &[
        // There is other work between the looks.
        Example::tool("BashOutput", "{\"bash_id\":\"b1\"}").given(&[
            Given::MadeBefore(1),
            Given::Edited("src/a.py"),
            Given::MadeBefore(1),
            Given::After("rg foo"),
        ]),
        Example::read("/tmp/claude/tasks/b1.output")
            .given(&[Given::MadeBefore(2), Given::After("ls")]),
        Example::read("/tmp/claude/tasks/b1.output"),
        Example::read("/tmp/claude/tasks/b1.output").given(&[Given::MadeBefore(1)]),
        Example::tool("TaskOutput", "{\"task_id\":\"b1\",\"block\":true}")
            .given(&[Given::MadeBefore(3)]),
        Example::tool("TaskOutput", "{\"task_id\":\"b1\",\"block\":false}"),
        Example::tool("TaskOutput", "{\"task_id\":\"b1\"}").given(&[Given::MadeBefore(3)]),
        Example::tool("TaskOutput", "{\"task_id\":\"b1\",\"block\":false}")
            .given(&[Given::Output("\"status\":\"completed\""), Given::MadeBefore(3)]),
        Example::read("/r/tasks/b1.txt").given(&[Given::MadeBefore(3)]),
        Example::read("/r/b1.output").given(&[Given::MadeBefore(3)]),
        Example::bash("tail -5 /r/build.log").given(&[Given::MadeBefore(3)]),
        Example::bash("rm /tmp/claude/tasks/b1.output").given(&[Given::MadeBefore(3)]),
        Example::bash("tail -f /tmp/claude/tasks/b1.output")
            .given(&[Given::Background, Given::MadeBefore(3)]),
        Example::tool("TodoWrite", "{\"todos\":[]}").given(&[Given::MadeBefore(4)]),
        Example::tool("TaskUpdate", "{\"task_id\":\"b1\"}").given(&[Given::MadeBefore(4)]),
        Example::bash("echo /tmp/claude/tasks/b1.output").given(&[Given::MadeBefore(3)]),
        Example::bash("git log -- /r/tasks/b1.output").given(&[Given::MadeBefore(3)]),
        Example::bash("tail -5 /tmp/claude/tasks/b1.output")
            .given(&[Given::Codex, Given::MadeBefore(2)]),
    ],
    since: "0.1.0",
};

fn check(case: &Case) -> Check<Finding> {
    trigger::check(is_look(case) && case.environment.client.runs_in_background())?;
    let task = task(case).ok_or(Miss::No)?;
    let keys = case.keys();
    let is_look = |call: &&CallLine| keys.iter().any(|key| *key == call.key);
    let mut earlier = case
        .history()
        .calls()
        .iter()
        .rev()
        // A call that only waits is not other work.
        .filter(|call| is_look(call) || !call.hit.iter().any(|rule| rule == "sleep-wait"))
        .take_while(is_look)
        .peekable();
    let size = case.event.result_bytes() as u64;
    if earlier.peek().is_some_and(|last| last.size + GROWN_BYTES < size) {
        return Err(Miss::Near("there was more to see"));
    }
    let mentions = |sign: &&str| case.event.response.mentions(sign);
    if case.is(Tool::Other) && ["completed", "failed", "killed"].iter().any(mentions) {
        return Err(Miss::Near("the task has ended"));
    }
    let earlier = in_a_row(case.now_ms(), earlier);
    if earlier < LOOKS {
        return Err(Miss::Near("it is the first or second look"));
    }
    let advice = Advice::plain(format!(
        "{task} was polled {} times in a row: the client reports its end, so do other work or end the turn",
        earlier + 1
    ));
    Ok(Finding::new(advice).about(keys.last().cloned().unwrap_or_default()))
}

/// How many of the `earlier` calls, newest first, are close together before `now_ms`.
fn in_a_row<'c>(now_ms: u64, earlier: impl Iterator<Item = &'c CallLine<'static>>) -> usize {
    let mut next_ms = now_ms;
    let is_close = |call: &&CallLine| {
        let gap_ms = next_ms.saturating_sub(call.t);
        next_ms = call.t;
        gap_ms < CLOSE_MS
    };
    earlier.take_while(is_close).count()
}

/// Whether the call looks at a background task's output, as far as its text says without parsing.
fn is_look(case: &Case) -> bool {
    let is_output = |path: &str| path.contains("/tasks/") && path.contains(".output");
    let event = case.event;
    match event.tool {
        Tool::Read => event.input().file_path.as_deref().is_some_and(is_output),
        Tool::Shell => event.command().is_some_and(is_output) && !case.in_background(),
        _ => {
            // TaskOutput waits for the end unless its input says not to.
            let goes_on =
                |raw: &str| raw.contains("\"block\":false") || raw.contains("\"block\": false");
            match event.tool_name.as_ref() {
                "BashOutput" => true,
                "TaskOutput" | "AgentOutputTool" => event.raw_input.is_some_and(goes_on),
                _ => false,
            }
        }
    }
}

/// The task's name, as the client gave it.
fn task(case: &Case) -> Option<String> {
    let event = case.event;
    let input = event.input();
    let path = match event.tool {
        Tool::Read => input.file_path.as_deref()?.to_owned(),
        Tool::Shell => {
            let looks = ["tail", "head", "cat", "wc", "ls", "stat"];
            let of_look =
                case.commands().filter(|command| looks.contains(&command.program.as_str()));
            let mut words = of_look.flat_map(|command| &command.args);
            words
                .find(|word| word.text.contains("/tasks/"))
                .and_then(|word| word.literal())?
                .to_owned()
        }
        _ => format!("/tasks/{}.output", input.task.as_deref()?),
    };
    let name = path.rsplit_once("/tasks/")?.1.strip_suffix(".output")?;
    let is_name = !name.is_empty()
        && name.len() <= 40
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name.then(|| name.to_owned())
}
