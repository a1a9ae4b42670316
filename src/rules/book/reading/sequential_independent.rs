//! A file read in adjoining parts, one call after the other.
//!
//! The rule speaks of parts of one file only: the lines of the next part follow from the input of
//! the call before, not from its result, so the agent could have made both calls at once. Nothing
//! shows this for Reads of several files, because a path may come from an earlier result, and the
//! ledger keeps no results. Recorded sessions contain 33 runs of four single Reads, and in none of
//! them did the agent know all the files beforehand.

use super::support::main_context::fills_main_context;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::store::history::CallLine;
use crate::store::ledger::Sought;

/// Fewer parts are not a habit.
const PARTS: usize = 3;

/// The largest gap or overlap of two adjoining parts, lines.
const SEAM_LINES: u64 = 10;

/// A Read of as many lines is large itself: `read-large-whole` speaks of one.
const READ_LINES: u64 = 800;

/// Claude Code may refuse to show more in one Read, bytes: its limit is 25,000 tokens, and dense
/// code has two and a half bytes to a token.
const READ_BYTES: u64 = 50_000;

/// Calls that follow each other faster come from one message, ms: results of one message arrive at
/// most 1.2 s apart (718 recorded pairs), and the first result of the next message arrives at least
/// 1.7 s later (99 % of 927 pairs).
const THOUGHT_MS: u64 = 1_500;

/// After a longer pause the user was at work, not the agent, ms.
const SILENCE_MS: u64 = 120_000;

/// Two adjoining parts of a file, and the time that an agent takes to ask for the next one.
const FROM_145: Given = Given::ReadPart("/r/a.go", 145, 100);
const FROM_245: Given = Given::ReadPart("/r/a.go", 245, 100);
const PAUSE: Given = Given::Passed(3_000);

pub(crate) const RULE: Rule = Rule {
    id: "sequential-independent",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "a file read in parts, one call each",
    why: "Each turn sends the whole context again. Consecutive parts do not depend on the result of the call \
          before, so one Read, or several in one message, shows them in one turn.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Read],
        concerns: |case| {
            let path = case.event.input().file_path.as_deref().unwrap_or_default();
            let range = case.range().filter(|_| fills_main_context(case)).and_then(lines);
            range.zip(case.hash("file", path)).is_some_and(|((first, _), file)| {
                let forms: Vec<&str> = file.forms().collect();
                case.history().has_streak("\"range\":", &forms, &[], PARTS - 1)
                    && case
                        .history()
                        .last()
                        .is_some_and(|call| part_before(&call, &file, first).is_some())
            })
        },
        check: adjoining_reads,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(1),
    hits: &[
        Example::read_range("/r/a.go", 345, 100).given(&[FROM_145, PAUSE, FROM_245, PAUSE]).says(
            "3 calls read adjoining parts of a.go: next time use one Read with offset=145 limit=300",
        ),
        Example::read_range("/r/a.go", 430, 50)
            .given(&[
                Given::ReadPart("/r/a.go", 240, 100),
                Given::Passed(2_400),
                Given::ReadPart("/r/a.go", 335, 100),
                Given::Passed(9_000),
            ])
            .says("offset=240 limit=240"),
        Example::read_range("/r/a.py", 501, 250)
            .given(&[
                Given::ReadPart("/r/a.py", 1, 250),
                PAUSE,
                Given::ReadPart("/r/a.py", 251, 250),
                PAUSE,
            ])
            .says("offset=1 limit=750"),
        // Some agents count lines from 0.
        Example::read_range("/r/a.py", 400, 200)
            .given(&[
                Given::ReadPart("/r/a.py", 0, 200),
                Given::Passed(60_000),
                Given::ReadPart("/r/a.py", 200, 200),
                Given::Passed(30_000),
            ])
            .says("offset=1 limit=599"),
        Example::read_range("/r/a.go", 300, 100).given(&[
            Given::After("ls"),
            Given::ReadPart("/r/a.go", 105, 100),
            PAUSE,
            Given::ReadPart("/r/a.go", 200, 105),
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 121, 20).given(&[
            Given::ReadPart("/r/a.go", 81, 20),
            Given::Passed(2_000),
            Given::ReadPart("/r/a.go", 101, 20),
            Given::Passed(2_000),
        ]),
        Example::read_range("/r/sub dir/a b.go", 300, 100)
            .given(&[
                Given::ReadPart("/r/sub dir/a b.go", 100, 100),
                PAUSE,
                Given::ReadPart("/r/sub dir/a b.go", 200, 100),
                PAUSE,
            ])
            .says("parts of a b.go"),
        Example::read_range("/r/a.go", 300, 100).given(&[
            Given::ReadPart("/r/b.go", 1, 100),
            Given::ReadPart("/r/a.go", 100, 100),
            PAUSE,
            Given::ReadPart("/r/a.go", 200, 100),
            PAUSE,
            Given::OutputBytes(8_000),
        ]),
    ],
    misses: &[
        // The calls came in one message.
        Example::read_range("/r/a.go", 345, 100).given(&[FROM_145, FROM_245]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            FROM_145,
            PAUSE,
            FROM_245,
            Given::Passed(700),
        ]),
        // The tool took most of the time.
        Example::read_range("/r/a.go", 345, 100).given(&[
            Given::Took(2_500),
            FROM_145,
            PAUSE,
            FROM_245,
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            FROM_145,
            PAUSE,
            FROM_245,
            Given::Passed(600_000),
        ]),
        Example::read_range("/r/a.go", 245, 100).given(&[FROM_145, PAUSE]),
        Example::read("/r/d.py").given(&[
            Given::ReadPart("/r/a.py", 1, 100),
            PAUSE,
            Given::ReadPart("/r/b.py", 1, 100),
            PAUSE,
            Given::ReadPart("/r/c.py", 1, 100),
            PAUSE,
        ]),
        Example::read_range("/r/d.py", 201, 100).given(&[
            Given::ReadPart("/r/a.py", 1, 100),
            PAUSE,
            Given::ReadPart("/r/b.py", 101, 100),
            PAUSE,
        ]),
        // The lines came from a search.
        Example::read_range("/r/a.go", 900, 60).given(&[
            FROM_145,
            PAUSE,
            Given::ReadPart("/r/a.go", 412, 40),
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            FROM_145,
            PAUSE,
            Given::Seen("Grep"),
            PAUSE,
            FROM_245,
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            FROM_145,
            PAUSE,
            FROM_245,
            PAUSE,
            Given::Edited("/r/a.go"),
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            Given::SubAgent,
            FROM_145,
            PAUSE,
            FROM_245,
            PAUSE,
        ]),
        // One Read of so many lines would be too large itself.
        Example::read_range("/r/a.py", 801, 400).given(&[
            Given::ReadPart("/r/a.py", 1, 400),
            PAUSE,
            Given::ReadPart("/r/a.py", 401, 400),
            PAUSE,
        ]),
        // Claude Code could refuse to show as much in one call.
        Example::read_range("/r/a.go", 401, 200).given(&[
            Given::OutputBytes(49_900),
            Given::ReadPart("/r/a.go", 1, 200),
            PAUSE,
            Given::ReadPart("/r/a.go", 201, 200),
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 2_001, 1_000).given(&[
            Given::ReadPart("/r/a.go", 1, 1_000),
            PAUSE,
            Given::ReadPart("/r/a.go", 1_001, 1_000),
            PAUSE,
        ]),
        // Backwards: the agent wanted the first lines because of the later ones.
        Example::read_range("/r/a.go", 1, 100).given(&[
            Given::ReadPart("/r/a.go", 201, 100),
            PAUSE,
            Given::ReadPart("/r/a.go", 101, 100),
            PAUSE,
        ]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            FROM_145,
            PAUSE,
            FROM_245,
            PAUSE,
            Given::Image,
        ]),
        // The same lines again are the matter of `reread-same-range`.
        Example::read_range("/r/a.go", 145, 100).given(&[FROM_145, PAUSE, FROM_145, PAUSE]),
    ],
    since: "0.1.0",
};

fn adjoining_reads(case: &Case) -> Check<Finding> {
    if !fills_main_context(case) {
        return Err(Miss::No);
    }
    let path = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
    let file = case.hash("file", path).ok_or(Miss::No)?;
    let (start, end) = case.range().and_then(lines).ok_or(Miss::No)?;
    if !case.event.response.read().is_text {
        return Err(Miss::Near("it is not text"));
    }
    let Streak { parts, start, bytes, is_at_once } = Streak::up_to(case, &file, start);
    if parts < PARTS {
        return Err(Miss::Near(if is_at_once {
            "calls were made at once"
        } else {
            "fewer adjoining parts were read in a row"
        }));
    }
    let total = end.saturating_sub(start);
    if total >= READ_LINES || bytes > READ_BYTES {
        return Err(Miss::Near("the parts are too much for one call"));
    }
    Ok(Finding::new(Advice::plain(format!(
        "{parts} calls read adjoining parts of {}: next time use one Read with offset={start} limit={total}",
        text::file_name(path)
    ))))
}

/// Adjoining parts of a file, read one call after the other.
struct Streak {
    parts: usize,
    /// First line of the first part.
    start: u64,
    /// Bytes of all the results.
    bytes: u64,
    /// A call before the streak read the part before, in the same message as the streak's first.
    is_at_once: bool,
}

impl Streak {
    /// The streak that ends with the call of `case`, a Read of `file` from line `start` on.
    fn up_to(case: &Case, file: &Sought, start: u64) -> Self {
        let bytes = case.event.result_bytes() as u64;
        let mut streak = Self { parts: 1, start, bytes, is_at_once: false };
        let mut began = case.now_ms().saturating_sub(case.event.duration_ms.unwrap_or(0));
        let forgotten = case.last_reset();
        for call in case.history().calls().iter().rev() {
            let part = part_before(call, file, streak.start).filter(|_| call.t > forgotten);
            let Some(start) = part else { break };
            let pause = began.saturating_sub(call.t);
            streak.is_at_once = pause < THOUGHT_MS;
            if streak.is_at_once || pause > SILENCE_MS {
                break;
            }
            began = call.t.saturating_sub(call.dur.unwrap_or(0));
            streak.bytes += call.size;
            streak.start = start;
            streak.parts += 1;
        }
        streak
    }
}

/// The first line and the line behind the last, of a Read that asked for both: `range` is the first
/// line and the number of lines, 0 for no limit.
fn lines((first, count): (u64, u64)) -> Option<(u64, u64)> {
    let first = first.max(1);
    (count > 0).then(|| (first, first.saturating_add(count)))
}

/// The first line of the part that `call` read of `file`, if the part from line `next` on adjoins
/// it.
fn part_before(call: &CallLine, file: &Sought, next: u64) -> Option<u64> {
    let (start, end) = call
        .range
        .and_then(lines)
        .filter(|_| call.tool == "Read" && call.ok && call.file == *file)?;
    (start < next && end.abs_diff(next) <= SEAM_LINES).then_some(start)
}
