//! The same lines of an unchanged file read a third time.

use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::base::read;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::store::history::CallLine;

/// A shorter result costs less than advice about it, bytes.
const SHORT_BYTES: usize = 2_000;

/// Reads of the same lines before this one. An agent may need the second read for an edit.
const EARLIER_READS: usize = 2;

/// A file's date may lag behind the clock by a tick of the kernel, ms: 10 at the slowest setting
/// (100 Hz).
const CLOCK_TICK_MS: u64 = 10;

pub(crate) const RULE: Rule = Rule {
    id: "reread-same-range",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "the same unchanged lines read a third time",
    why: "What was read stays in the context. Re-reads of the same range are up to 8.7 % of all that agents \
          read, with one file read 16 times; 89 % of the files read more than once are read at other lines, \
          which is not waste.",
    lesson: Some(
        "Lines that were read stay in the context: read them again only after they have changed.",
    ),
    trigger: Trigger::Deferred {
        tools: &[Tool::Read],
        concerns: |case| {
            let path = case.event.input().file_path.as_deref().unwrap_or_default();
            case.event.result_bytes() > SHORT_BYTES && case.recalls_read(path, EARLIER_READS)
        },
        check: unchanged_reread,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 3, 4),
    hits: &[
        Example::read("{dir}/a.py")
            .given(&[Given::OutputBytes(4_000), Given::File("a.py", "x\n"), Given::MadeBefore(2)])
            .says("a.py has not changed since these lines were read 1 call ago (3 times in all)"),
        Example::read("{dir}/portfolio.toml").given(&[
            Given::OutputBytes(5_000),
            Given::File("portfolio.toml", "{}\n"),
            Given::MadeBefore(2),
        ]),
        Example::read_range("{dir}/a.py", 10, 200).given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(2),
        ]),
        Example::read("{dir}/a.py")
            .given(&[
                Given::OutputBytes(4_000),
                Given::File("a.py", "x\n"),
                Given::MadeBefore(2),
                Given::After("ls"),
                Given::Seen("Read"),
            ])
            .says("3 calls ago"),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(2),
            Given::Edited("b.py"),
        ]),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(2),
            Given::EditFailed("{dir}/b.py"),
        ]),
        Example::read("{dir}/sub/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("sub/a.py", "x\n"),
            Given::MadeBefore(2),
            Given::After("cargo fmt"),
        ]),
        Example::read("{dir}/a.md").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.md", "x\n"),
            Given::SubAgent,
            Given::MadeBefore(2),
        ]),
    ],
    misses: &[
        Example::read("{dir}/a.py").given(&[Given::OutputBytes(4_000), Given::File("a.py", "x\n")]),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(1),
        ]),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(2),
            Given::Edited("{dir}/a.py"),
        ]),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(2),
            Given::EditFailed("{dir}/a.py"),
        ]),
        // Somebody else changed the file: a formatter, a checkout or the user.
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::MadeBefore(2),
            Given::File("a.py", "x\n"),
        ]),
        Example::read("{dir}/gone.py").given(&[Given::OutputBytes(4_000), Given::MadeBefore(2)]),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(500),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(3),
        ]),
        Example::read("{dir}/a.png").given(&[
            Given::Image,
            Given::File("a.png", "x"),
            Given::MadeBefore(2),
        ]),
        Example::read_range("{dir}/a.py", 400, 50).given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::Seen("Read"),
            Given::Seen("Read"),
        ]),
        Example::read("{dir}/a.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("a.py", "x\n"),
            Given::MadeBefore(2),
            Given::Compacted,
        ]),
        Example::read("a.py").given(&[Given::OutputBytes(4_000), Given::MadeBefore(2)]),
        Example::read("{dir}/a/").given(&[
            Given::OutputBytes(4_000),
            Given::File("a/b.py", ""),
            Given::MadeBefore(2),
        ]),
        Example::read("{dir}/a.ipynb").given(&[
            Given::Image,
            Given::File("a.ipynb", "{}"),
            Given::MadeBefore(2),
        ]),
        Example::read("{dir}/b.py").given(&[
            Given::OutputBytes(4_000),
            Given::File("b.py", "x\n"),
            Given::After("cat {dir}/b.py"),
            Given::After("cat {dir}/b.py"),
        ]),
    ],
    since: "0.1.0",
};

fn unchanged_reread(case: &Case) -> Check<Finding> {
    let path = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
    if case.event.result_bytes() <= SHORT_BYTES || !case.event.response.read().is_text {
        return Err(Miss::Near("it is short, or not text"));
    }
    let file = case.hash("file", path).ok_or(Miss::No)?;
    let range = case.range();
    let forgotten = case.last_reset();
    let calls = case.history().calls();
    let reads: Vec<(usize, &CallLine)> = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| call.ok && call.tool == "Read" && call.file == file)
        .filter(|(_, call)| call.range == range && call.t > forgotten)
        .collect();
    let [(_, first), .., (last, _)] = reads.as_slice() else {
        return Err(Miss::Near("these lines were read less often"));
    };
    let since = calls.get(last + 1..).unwrap_or_default();
    // After a refused edit the agent has to look again.
    if since.iter().any(|call| call.file == file && call.tool != "Read") {
        return Err(Miss::Near("an edit came in between"));
    }
    let modified =
        modified(Path::new(path)).ok_or(Miss::Near("whether it changed is not known"))?;
    if modified + CLOCK_TICK_MS > first.t {
        return Err(Miss::Near("the file changed in between"));
    }
    let (times, ago) = (reads.len() + 1, since.len() + 1);
    let advice = Advice::plain(format!(
        "{} has not changed since these lines were read {ago} {} ago ({times} times in all): use the text from then",
        text::file_name(path),
        if ago == 1 { "call" } else { "calls" },
    ));
    Ok(Finding::new(advice).about(path))
}

/// When a regular file was last changed, unix ms.
fn modified(path: &Path) -> Option<u64> {
    let meta = read::metadata(path).ok().filter(|meta| path.is_absolute() && meta.is_file())?;
    let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_millis() as u64)
}
