//! Many reads in a row that fill the main context.

use crate::base::text;
use crate::protocol::client::Client;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::book::support::command_text::name;
use crate::rules::book::support::output::kilobytes;
use crate::rules::case::{Case, classify};
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::store::history::CallLine;
use crate::store::line::RAN;

/// Reads in a row.
const READS: usize = 20;

/// Bytes that they show together: 40,000 tokens, a fifth of a usual context. The recorded main
/// contexts reach 200 kB in one of 206, this in four.
const SHOWN_BYTES: u64 = 150_000;

/// A smaller result is no occasion to speak: only a call of average size or more is looked at.
const LARGE_BYTES: usize = 7_000;

/// What a client shows of a command's or a search's result at most.
const CUT_BYTES: u64 = 30_000;

/// A Read of text rarely shows more (its bound is 25,000 tokens): what is larger is taken for a
/// picture or a document.
const TEXT_BYTES: u64 = 80_000;

/// A longer silence is the user's, who may have begun something else, ms.
const SILENCE_MS: u64 = 30 * 60_000;

const READ: &str = "\"reads\":true";

pub(crate) const RULE: Rule = Rule {
    id: "mass-read-main",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "20 reads in a row and 150 kB in the main context",
    why: "What was read stays in the context and is sent with each turn of the session. A sub-agent reads in a context of \
          its own, of which only the answer comes back.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Read, Tool::Grep, Tool::Glob, Tool::Shell],
        concerns: |case| {
            case.event.result_bytes() >= LARGE_BYTES
                && is_meant(case)
                && case.history().has_streak(READ, &[READ], &RAN, READS - 1)
        },
        check: |case| legacy::on_call(case, verdict, ADVICE, KEY),
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(1),
    hits: &[
        Example::read("/r/z.py")
            .given(&[Given::OutputBytes(12_000), Given::Reads(19, 12_000)])
            .says("z.py is the last of 20 reads in a row, about 241 kB in the main context"),
        Example::read("/r/z.py").given(&[Given::OutputBytes(8_000), Given::Reads(19, 8_000)]),
        Example::read_range("/r/z.py", 1, 300)
            .given(&[Given::OutputBytes(9_000), Given::Reads(24, 7_500)]),
        Example::grep_with("foo", "{\"path\":\"/r\"}")
            .given(&[Given::OutputBytes(9_000), Given::Reads(19, 12_000)])
            .says("Grep is"),
        Example::bash("cat /r/a.log")
            .given(&[Given::OutputBytes(9_000), Given::Reads(19, 12_000)])
            .says("cat is"),
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
        // Sub-agents are in use: what is read here is meant to be.
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// A sub-agent reads aside already; Codex starts none unless the user wants it.
fn is_meant(case: &Case) -> bool {
    case.event.agent.is_none() && matches!(case.environment.client, Client::Claude(_))
}

/// How much of a result of so many bytes the model sees.
fn shown(tool: &str, bytes: u64) -> u64 {
    match tool {
        "Read" if bytes > TEXT_BYTES => 0,
        "Read" => bytes,
        _ => bytes.min(CUT_BYTES),
    }
}

/// Whether a call read: it looked at files or at what a command tells of them, and ran no test.
fn is_read(call: &CallLine) -> bool {
    call.ok && matches!(&*call.tool, "Read" | "Grep" | "Glob" | "Bash") && call.reads && !ran(call)
}

fn ran(call: &CallLine) -> bool {
    call.ran || !call.sel.is_empty()
}

/// How many reads in a row, this one included, and the bytes that they show.
fn reads(case: &Case) -> Result<(usize, u64), &'static str> {
    let event = case.event;
    if !classify::reads_only(case) || classify::runs(case).is_some() || classify::ran_besides(case)
    {
        return Err("it does more than read");
    }
    let forgotten = case.last_reset();
    if event.result_bytes() < LARGE_BYTES {
        return Err("it is small");
    }
    if case.is(Tool::Read) && !event.response.read().is_text {
        return Err("it is no text");
    }
    let (mut count, mut bytes) = (1, shown(event.tool_label(), event.result_bytes() as u64));
    let mut later = case.now_ms();
    for call in case.history().calls().iter().rev() {
        if !call.reads
            || ran(call)
            || call.t <= forgotten
            || later.saturating_sub(call.t) > SILENCE_MS
        {
            break;
        }
        later = call.t;
        if is_read(call) {
            count += 1;
            bytes += shown(&call.tool, call.size);
        }
    }
    match bytes {
        _ if count < READS => Err("fewer reads came in a row"),
        0..=SHOWN_BYTES => Err("the reads show little"),
        _ if case.has_seen("Task") || case.has_seen("Agent") => Err("sub-agents are in use"),
        _ => Ok((count, bytes)),
    }
}

fn verdict(case: &Case) -> Verdict {
    if !is_meant(case) || case.history().calls().is_empty() {
        return Verdict::No;
    }
    match reads(case) {
        Ok(_) => Verdict::Fires,
        Err(because) => Verdict::Near(because),
    }
}

fn advise(case: &Case, _: &Occasion) -> Option<Advice> {
    let (count, bytes) = reads(case).ok()?;
    let event = case.event;
    let what = match event.input().file_path.as_deref() {
        Some(path) => text::file_name(path),
        None => case
            .commands()
            .find(|command| !command.is("cd"))
            .map_or(event.tool_label().to_owned(), name),
    };
    legacy::plain(format!(
        "{what} is the last of {count} reads in a row, about {} in the main context: a sub-agent reads aside and brings back the answer",
        kilobytes(bytes)
    ))
}
