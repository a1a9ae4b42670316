//! Reading a large file whole.

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;

/// A file of fewer lines has long ones: a range of lines would not help. Minified code, data.
const FEW_LINES: u64 = 50;

/// A Read of this many lines, or of this many bytes, is large. Of real whole-file reads 13 % have
/// over 800 lines.
const LARGE_READ_LINES: u64 = 800;
const LARGE_READ_BYTES: u64 = 32 << 10;

/// A sub-agent's context is thrown away, so it may read three times as much.
const SUB_AGENT_FACTOR: u64 = 3;

pub(crate) const RULE: Rule = Rule {
    id: "read-large-whole",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "Read of a large file without offset and limit",
    why: "What was read stays in the context and is paid for at every later step; reads take over two thirds of the \
          tokens of SWE-bench runs (arXiv 2601.16746).",
    trigger: Trigger::Call {
        tools: &[Tool::Read],
        check: |case| legacy::on_call(case, reads_large, ADVICE, KEY),
    },
    better: Some(Trigger::Call {
        tools: &[Tool::Read],
        check: |case| {
            legacy::good_call(case, |case| {
                let input = case.event.input();
                Verdict::when(input.offset.is_some() || input.limit.is_some())
            })
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, u32::MAX, 4),
    hits: &[
        Example::read("/r/src/big.rs").given(&[Given::Lines(2000)]).says("big.rs: 2000 lines"),
        Example::read("/r/CHANGELOG.md").given(&[Given::Lines(500), Given::OutputBytes(60_000)]),
        Example::read("/r/src/edge.rs").given(&[Given::Lines(800)]),
        Example::read("/r/src/wide.ts").given(&[Given::Lines(300), Given::OutputBytes(40_000)]),
        Example::read("/r/src/big.rs").given(&[Given::Lines(2500), Given::SubAgent]),
        Example::read("/r/a folder/ünïcode.txt").given(&[Given::Lines(900)]).says("ünïcode.txt"),
    ],
    misses: &[
        Example::read_range("/r/src/big.rs", 100, 80).given(&[Given::Lines(80)]),
        Example::read_range("/r/src/big.rs", 1, 2000).given(&[Given::Lines(2000)]),
        Example::read("/r/x.png").given(&[Given::Image]),
        Example::read("/r/src/small.rs").given(&[Given::Lines(799)]),
        Example::read("/r/src/big.rs").given(&[Given::Lines(2000), Given::SubAgent]),
        Example::read("/r/empty").given(&[Given::Lines(0)]),
        Example::read("/r/dist/app.min.js").given(&[Given::OutputBytes(60_000)]),
        Example::read("/r/notes.ipynb").given(&[Given::Lines(2000)]),
        Example::read("/r/gone.rs").given(&[Given::Failed("File does not exist.")]),
        Example::bash("cat /r/src/big.rs").given(&[Given::Lines(2000)]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, _| {
    let name = text::file_name(case.event.input().file_path.as_deref()?);
    let read = case.event.response.read();
    let size = match read.lines {
        Some(lines) => format!("{lines} lines"),
        None => format!("{} kB", read.content.bytes() / 1000),
    };
    legacy::plain(format!(
        "{name}: {size} read whole. Next time search it first (rg -n PATTERN FILE), then {}",
        case.partial_read()
    ))
};
const KEY: Key = Key::File;

fn reads_large(case: &Case) -> Verdict {
    let input = case.event.input();
    if input.offset.is_some() || input.limit.is_some() || input.pages {
        return Verdict::Near("it asked for a range");
    }
    // A small response cannot hold a large file: it need not be looked into.
    if (case.event.response.raw_bytes() as u64) < LARGE_READ_LINES {
        return Verdict::No;
    }
    let read = case.event.response.read();
    if !read.is_text {
        return Verdict::No;
    }
    let factor = if case.event.agent.is_some() { SUB_AGENT_FACTOR } else { 1 };
    if read.lines.is_some_and(|lines| lines < FEW_LINES) {
        return Verdict::Near("it has few and long lines");
    }
    if input.file_path.as_deref().is_some_and(|path| path.ends_with(".ipynb")) {
        return Verdict::No;
    }
    let large = read.lines.is_some_and(|lines| lines >= LARGE_READ_LINES * factor)
        || read.content.bytes() as u64 >= LARGE_READ_BYTES * factor;
    if large { Verdict::Fires } else { Verdict::Near("the file is not large") }
}
