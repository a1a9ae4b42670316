//! Many reads in a row that fill the main context.

use super::support::main_context::fills_main_context;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text::name;
use crate::rules::book::support::output::kilobytes;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::store::history::CallLine;
use crate::store::line::RAN;

pub(crate) const THRESHOLDS: &[Threshold] = &[READS, BYTES];

const READS: Threshold = Threshold {
    rule: "mass-read-main",
    name: "reads",
    what: "reads in a row",
    default: 20,
    least: 5,
    most: 1_000,
    because: "four of 206 recorded main contexts have 20 reads and 150 kB in a row",
};

const BYTES: Threshold = Threshold {
    rule: "mass-read-main",
    name: "bytes",
    what: "bytes that they show",
    default: 150_000,
    least: 20_000,
    most: 10_000_000,
    because: "150 kB are 40,000 tokens, a fifth of a usual context; one of 206 recorded ones reaches 200 kB",
};

/// The check skips calls with a smaller result, bytes: this is an average one.
const LARGE_BYTES: usize = 7_000;

/// The reads before the call that show whether the agent still takes in much.
const LATEST: usize = 5;

/// If the latest reads show less on average, the agent follows one thing in small steps, whose text
/// it needs itself, bytes. In five recorded streaks the average before the call was 1.5 kB in the
/// one that was such a trace, and 4.7 kB and more in those of which an answer would have done.
const SMALL_BYTES: u64 = 4_000;

/// A result of Grep of so many bytes has a cheaper form of its own.
const LARGE_SEARCH_BYTES: usize = 12_000;

/// The most that a client shows of the result of a command or a search, bytes.
const CUT_BYTES: u64 = 30_000;

/// A larger Read counts as a picture or a document, bytes: clients show at most 25,000 tokens of a
/// text.
const TEXT_BYTES: u64 = 80_000;

/// After a longer pause the user may have begun something else, ms.
const SILENCE_MS: u64 = 30 * 60_000;

/// The field of a ledger line that marks a read.
const READ: &str = "\"reads\":true";

pub(crate) const RULE: Rule = Rule {
    id: "mass-read-main",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "20 reads in a row, 150 kB, in the main context",
    why: "What was read stays in the context and is sent with each turn of the session. A sub-agent reads in \
          its own context, and only its answer comes back.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Read, Tool::Grep, Tool::Glob, Tool::Shell],
        concerns: |case| {
            case.event.result_bytes() >= LARGE_BYTES
                && fills_main_context(case)
                && case.history().has_streak(READ, &[READ], &RAN, case.limit(&READS) as usize - 1)
        },
        check: many_reads,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(1),
    hits: &[
        Example::read("/r/z.py")
            .given(&[Given::OutputBytes(12_000), Given::Reads(19, 12_000)])
            .says("20 reads in a row, up to z.py, put about 241 kB into the context"),
        Example::read("/r/z.py").given(&[Given::OutputBytes(8_000), Given::Reads(19, 8_000)]),
        Example::read_range("/r/z.py", 1, 300)
            .given(&[Given::OutputBytes(9_000), Given::Reads(24, 7_500)]),
        Example::grep_with("foo", "{\"path\":\"/r\"}")
            .given(&[Given::OutputBytes(9_000), Given::Reads(19, 12_000)])
            .says("up to Grep"),
        Example::grep_with("foo", "{\"path\":\"/r\",\"output_mode\":\"content\"}")
            .given(&[Given::OutputBytes(31_000), Given::Reads(19, 12_000)])
            .says("this Grep 31 kB: output_mode files_with_matches shows less"),
        Example::bash("cat /r/a.log")
            .given(&[Given::OutputBytes(9_000), Given::Reads(19, 12_000)])
            .says("up to cat"),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(9_000),
            Given::Reads(10, 12_000),
            Given::After("git log -3"),
            Given::Seen("TodoWrite"),
            Given::Reads(9, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(9_000),
            Given::Edited("/r/a.py"),
            Given::Reads(19, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(9_000),
            Given::Reads(10, 12_000),
            Given::EditFailed("/r/a.py"),
            Given::Reads(9, 12_000),
        ]),
    ],
    misses: &[
        // It follows one thing in small steps.
        Example::grep_with("SessionID", "{\"path\":\"/r\",\"output_mode\":\"content\"}").given(&[
            Given::OutputBytes(17_000),
            Given::Reads(14, 12_000),
            Given::Reads(8, 2_000),
        ]),
        Example::read("/r/z.py").given(&[Given::OutputBytes(12_000), Given::Reads(19, 2_000)]),
        Example::read("/r/z.py").given(&[Given::OutputBytes(12_000), Given::Reads(18, 12_000)]),
        Example::read("/r/z.py").given(&[Given::OutputBytes(500), Given::Reads(19, 12_000)]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Reads(10, 12_000),
            Given::Edited("/r/a.py"),
            Given::Reads(12, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Reads(10, 12_000),
            Given::After("cargo test"),
            Given::Reads(12, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Reads(10, 12_000),
            Given::After("python3 fix.py"),
            Given::Reads(12, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Reads(10, 12_000),
            Given::Seen("Task"),
            Given::Reads(12, 12_000),
        ]),
        // The agent uses sub-agents, so it reads here on purpose.
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Seen("Agent"),
            Given::Reads(19, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::SubAgent,
            Given::Reads(19, 12_000),
        ]),
        Example::bash("cat /r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Codex,
            Given::Reads(19, 12_000),
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Reads(19, 12_000),
            Given::Compacted,
        ]),
        Example::read("/r/z.py").given(&[
            Given::OutputBytes(12_000),
            Given::Reads(12, 12_000),
            Given::Passed(3_600_000),
            Given::Reads(12, 12_000),
        ]),
        // Pictures.
        Example::read("/r/z.py").given(&[Given::OutputBytes(12_000), Given::Reads(19, 300_000)]),
        Example::read("/r/z.png").given(&[Given::Image, Given::Reads(19, 12_000)]),
        Example::bash("cargo test").given(&[Given::OutputBytes(12_000), Given::Reads(19, 12_000)]),
        Example::bash("python3 report.py")
            .given(&[Given::OutputBytes(12_000), Given::Reads(19, 12_000)]),
        Example::read("/r/z.py").given(&[Given::OutputBytes(12_000)]),
    ],
    since: "0.1.0",
};

fn many_reads(case: &Case) -> Check<Finding> {
    if !fills_main_context(case) || case.history().is_empty() {
        return Err(Miss::No);
    }
    if !classify::reads_only(case) || classify::runs(case).is_some() || classify::ran_besides(case)
    {
        return Err(Miss::Near("it does more than read"));
    }
    let event = case.event;
    if event.result_bytes() < LARGE_BYTES {
        return Err(Miss::Near("it is small"));
    }
    if case.is(Tool::Read) && !event.response.read().is_text {
        return Err(Miss::Near("it is not text"));
    }
    // Parsing only these calls tells most of the long streaks that are traces.
    let latest: Vec<u64> = shown(case.history().newest()).take(LATEST).collect();
    if latest.iter().sum::<u64>() <= SMALL_BYTES * latest.len() as u64 {
        return Err(Miss::Near("the latest reads are small"));
    }
    let Streak { reads, bytes } = Streak::up_to(case);
    if !case.reaches(&READS, reads as u64) {
        return Err(Miss::Near("fewer reads came in a row"));
    }
    if !case.reaches(&BYTES, bytes) {
        return Err(Miss::Near("the reads show little"));
    }
    if case.has_seen("Task") || case.has_seen("Agent") {
        return Err(Miss::Near("sub-agents are in use"));
    }
    let last_read = match event.input().file_path.as_deref() {
        Some(path) => text::file_name(path),
        None => case
            .commands()
            .find(|command| !command.is("cd"))
            .map_or(event.tool_label().to_owned(), name),
    };
    if case.is(Tool::Grep) && event.result_bytes() >= LARGE_SEARCH_BYTES {
        return Ok(Finding::new(Advice::plain(format!(
            "{reads} reads in a row put about {} into the context, this Grep {}: output_mode files_with_matches shows less, or a sub-agent hands back the answer only",
            kilobytes(bytes),
            kilobytes(event.result_bytes() as u64)
        ))));
    }
    Ok(Finding::new(Advice::plain(format!(
        "{reads} reads in a row, up to {last_read}, put about {} into the context: hand the next ones to a sub-agent and ask for the answer only",
        kilobytes(bytes)
    ))))
}

/// Reads in a row.
struct Streak {
    reads: usize,
    /// Bytes that they put before the model.
    bytes: u64,
}

impl Streak {
    /// The streak that the call of `case`, a read itself, continues.
    fn up_to(case: &Case) -> Self {
        let event = case.event;
        let forgotten = case.last_reset();
        let mut next = case.now_ms();
        let in_streak = case.history().newest().take_while(|call| {
            let pause = next.saturating_sub(call.t);
            next = call.t;
            call.reads && !runs_checks(call) && call.t > forgotten && pause <= SILENCE_MS
        });
        let own = visible_bytes(event.tool_label(), event.result_bytes() as u64);
        shown(in_streak).fold(Self { reads: 1, bytes: own }, |streak, bytes| Self {
            reads: streak.reads + 1,
            bytes: streak.bytes + bytes,
        })
    }
}

/// The bytes that reads among `calls` put before the model. Other calls that change nothing, such as
/// a to-do list, are no reads.
fn shown<'c>(calls: impl Iterator<Item = CallLine<'c>>) -> impl Iterator<Item = u64> {
    calls
        .filter(|call| call.ok && matches!(&*call.tool, "Read" | "Grep" | "Glob" | "Bash"))
        .map(|call| visible_bytes(&call.tool, call.size))
}

/// How many of the `bytes` of a result the model sees.
fn visible_bytes(tool: &str, bytes: u64) -> u64 {
    match tool {
        "Read" if bytes > TEXT_BYTES => 0,
        "Read" => bytes,
        _ => bytes.min(CUT_BYTES),
    }
}

/// Whether the call ran tests, a build or a check.
fn runs_checks(call: &CallLine) -> bool {
    call.ran || !call.sel.is_empty()
}
