//! A file read in adjoining parts, one call after the other.
//!
//! Of calls that could have been made at once, these alone are known for sure: what the lines of
//! the next part are hangs on the last call's input, not on its result. Whether the path of another
//! file came from a result is told by texts that nobody keeps; of 33 runs of four single Reads in
//! recorded sessions, none was of files that were all known before.

use crate::base::text;
use crate::protocol::client::Client;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::store::history::CallLine;

/// Parts that make a habit.
const PARTS: usize = 3;

/// What lies between the end of one part and the beginning of the next at most, either way, lines.
const SEAM_LINES: u64 = 10;

/// As many as a Read shows unless it is asked for another number.
const READ_LINES: u64 = 2_000;

/// More could be refused: Claude Code shows at most 25,000 tokens, and dense code has two and a
/// half bytes to one.
const READ_BYTES: u64 = 50_000;

/// Results of one message come at most 1.2 s apart (718 pairs), the first of the next message 1.7 s
/// later and more (99 % of 927 pairs), ms.
const THOUGHT_MS: u64 = 1_500;

/// A longer silence is the user's, ms.
const SILENCE_MS: u64 = 120_000;

/// Two parts of a file that lie side by side, and a while in which an agent reads one and asks for
/// the next.
const FROM_145: Given = Given::ReadPart("/r/a.go", 145, 100);
const FROM_245: Given = Given::ReadPart("/r/a.go", 245, 100);
const PAUSE: Given = Given::Passed(3_000);

pub(crate) const RULE: Rule = Rule {
    id: "sequential-independent",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "a file read in adjoining parts, one call each",
    why: "Each turn sends the whole context again. Parts that follow each other are known without the result of the call \
          before, so that one Read, or several in one message, shows them in one turn.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Read],
        concerns: |case| {
            let path = case.event.input().file_path.as_deref().unwrap_or_default();
            let range = case.range().filter(|_| is_meant(case)).and_then(lines);
            range.zip(case.hash("file", path)).is_some_and(|((first, _), file)| {
                case.history().has_streak("\"range\":", &[&file], &[], PARTS - 1)
                    && case.history().last().is_some_and(|call| before(&call, &file, first).is_some())
            })
        },
        check: |case| legacy::on_call(case, verdict, ADVICE, KEY),
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(1),
    hits: &[
        Example::read_range("/r/a.go", 345, 100)
            .given(&[
                FROM_145,
                PAUSE,
                FROM_245,
                PAUSE,
            ])
            .says("3 adjoining parts of a.go read, a call each: Read with offset=145 limit=300 shows the same lines at once"),
        Example::read_range("/r/a.go", 430, 50)
            .given(&[
                Given::ReadPart("/r/a.go", 240, 100),
                Given::Passed(2_400),
                Given::ReadPart("/r/a.go", 335, 100),
                Given::Passed(9_000),
            ])
            .says("offset=240 limit=240"),
        Example::read_range("/r/a.py", 801, 400)
            .given(&[
                Given::ReadPart("/r/a.py", 1, 400),
                PAUSE,
                Given::ReadPart("/r/a.py", 401, 400),
                PAUSE,
            ])
            .says("offset=1 limit=1200"),
        // Some count from 0.
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
        // In one message.
        Example::read_range("/r/a.go", 345, 100)
            .given(&[FROM_145, FROM_245]),
        Example::read_range("/r/a.go", 345, 100).given(&[
            FROM_145,
            PAUSE,
            FROM_245,
            Given::Passed(700),
        ]),
        // Much of the time was the tool's own.
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
        Example::read_range("/r/a.go", 245, 100)
            .given(&[FROM_145, PAUSE]),
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
        // In one call it would be refused.
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
        // Backwards: the first lines were wanted because of the later ones.
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
        // The same lines, which another rule speaks of.
        Example::read_range("/r/a.go", 145, 100).given(&[
            FROM_145,
            PAUSE,
            FROM_145,
            PAUSE,
        ]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// A sub-agent's turns send a context of its own, and a small one. Codex reads by shell commands
/// only.
fn is_meant(case: &Case) -> bool {
    case.event.agent.is_none() && matches!(case.environment.client, Client::Claude(_))
}

/// First line and the one behind the last, of a Read that asked for both.
fn lines((first, count): (u64, u64)) -> Option<(u64, u64)> {
    let first = first.max(1);
    (count > 0).then(|| (first, first.saturating_add(count)))
}

/// The first line of the part that `call` read of this file, if what begins at `first` goes on from
/// there.
fn before(call: &CallLine, file: &str, first: u64) -> Option<u64> {
    let part =
        call.range.and_then(lines).filter(|_| call.tool == "Read" && call.ok && call.file == file);
    part.filter(|(start, stop)| *start < first && stop.abs_diff(first) <= SEAM_LINES)
        .map(|(start, _)| start)
}

/// How many parts were read, this one included, and what they are together: first line and number
/// of lines.
fn parts(case: &Case) -> Result<(usize, u64, u64), &'static str> {
    let path = case.event.input().file_path.as_deref().ok_or("")?;
    let file = case.hash("file", path).ok_or("")?;
    let (mut first, end) = case.range().and_then(lines).ok_or("")?;
    if !case.event.response.read().is_text {
        return Err("it is no text");
    }
    let mut bytes = case.event.result_bytes() as u64;
    let mut began = case.now_ms().saturating_sub(case.event.duration_ms.unwrap_or(0));
    let forgotten = case.last_reset();
    let (mut count, mut at_once) = (1, false);
    for call in case.history().calls().iter().rev() {
        let Some(start) = before(call, &file, first).filter(|_| call.t > forgotten) else { break };
        if began.saturating_sub(call.t) < THOUGHT_MS {
            at_once = true;
            break;
        }
        if began.saturating_sub(call.t) > SILENCE_MS {
            break;
        }
        began = call.t.saturating_sub(call.dur.unwrap_or(0));
        bytes += call.size;
        first = start;
        count += 1;
    }
    match end.saturating_sub(first) {
        _ if count < PARTS && at_once => Err("calls were made at once"),
        _ if count < PARTS => Err("fewer adjoining parts were read in a row"),
        total if total > READ_LINES || bytes > READ_BYTES => {
            Err("the parts are too much for one call")
        }
        total => Ok((count, first, total)),
    }
}

fn verdict(case: &Case) -> Verdict {
    if !is_meant(case) {
        return Verdict::No;
    }
    match parts(case) {
        Ok(_) => Verdict::Fires,
        Err("") => Verdict::No,
        Err(because) => Verdict::Near(because),
    }
}

fn advise(case: &Case, _: &Occasion) -> Option<Advice> {
    let (count, first, total) = parts(case).ok()?;
    let file = text::file_name(case.event.input().file_path.as_deref()?);
    legacy::plain(format!(
        "{count} adjoining parts of {file} read, a call each: Read with offset={first} limit={total} shows the same lines at once"
    ))
}
