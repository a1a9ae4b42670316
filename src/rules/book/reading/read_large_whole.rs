//! A large file read whole.

mod instructions;

use self::instructions::instructs;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::diff_size::looks_at_size;
use crate::rules::book::support::project_file::is_project_file;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger, check};

/// A large file of fewer lines is minified code or data: its lines are long, and a range of lines
/// does not help.
const FEW_LINES: u64 = 50;

pub(crate) const THRESHOLDS: &[Threshold] = &[LINES, BYTES];

const LINES: Threshold = Threshold {
    rule: "read-large-whole",
    name: "lines",
    what: "lines of a Read",
    default: 800,
    least: 100,
    most: 1_000_000,
    because: "13 % of the whole-file reads in recorded sessions have over 800 lines",
};

const BYTES: Threshold = Threshold {
    rule: "read-large-whole",
    name: "bytes",
    what: "bytes of a Read of fewer lines",
    default: 32_768,
    least: 4_000,
    most: 1_000_000,
    because: "32 KiB are 8,000 tokens, as many as 800 lines of 40 characters",
};

/// A sub-agent may read three times as much, because its context is thrown away.
const SUB_AGENT_FACTOR: u64 = 3;

pub(crate) const RULE: Rule = Rule {
    id: "read-large-whole",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "Read of a large file without offset and limit",
    why: "What was read stays in the context and is paid for at every later step; reads take over \
          two thirds of the tokens of SWE-bench runs (arXiv 2601.16746).",
    lesson: Some("Search a large file first, then read only the lines around what was found."),
    trigger: Trigger::Call { tools: &[Tool::Read], check: large_whole_read },
    better: Some(Trigger::Call {
        tools: &[Tool::Read],
        check: |case| {
            let input = case.event.input();
            check(input.offset.is_some() || input.limit.is_some())
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, u32::MAX, 4),
    hits: &[
        Example::read("/r/src/big.rs")
            .given(&[Given::Lines(2000)])
            .says("big.rs was read whole (2000 lines): next time search it with rg -n, then Read"),
        Example::read("/r/CHANGELOG.md").given(&[Given::Lines(500), Given::OutputBytes(60_000)]),
        Example::read("/r/src/edge.rs").given(&[Given::Lines(800)]),
        // A part of it was read long ago, or of another file.
        Example::read("/r/src/big.rs").given(&[
            Given::Lines(2000),
            Given::ReadPart("/r/src/big.rs", 1, 60),
            Given::Edited("/r/src/a.rs"),
            Given::After("cargo test"),
            Given::Edited("/r/src/a.rs"),
        ]),
        Example::read("/r/src/big.rs")
            .given(&[Given::Lines(2000), Given::ReadPart("/r/src/other.rs", 1, 60)]),
        // Code, though its name speaks of a plan.
        Example::read("/r/src/query_plan.rs").given(&[Given::Lines(900)]),
        Example::read("/r/docs/api.md").given(&[Given::Lines(2000)]),
        // The way to review a branch.
        Example::read("/r/src/common.go")
            .given(&[
                Given::Cwd("/r"),
                Given::Lines(1208),
                Given::After("git diff main...HEAD --stat"),
                Given::ReadPart("/r/src/a.go", 1, 300),
            ])
            .says("for a review git diff main...HEAD -- FILE shows what changed in it"),
        // It searches for something else.
        Example::read("/r/src/common.go")
            .given(&[
                Given::Cwd("/r"),
                Given::Lines(1208),
                Given::After("git diff main...HEAD --stat"),
                Given::Seen("Grep"),
            ])
            .says("search it with rg -n"),
        // The client's file of an output, long after.
        Example::read("/home/dev/.claude/projects/-r/s/tool-results/b1.txt").given(&[
            Given::Lines(1500),
            Given::After("git diff main...HEAD"),
            Given::Edited("/r/src/a.go"),
        ]),
        Example::read("/r/src/wide.ts").given(&[Given::Lines(300), Given::OutputBytes(40_000)]),
        Example::read("/r/src/big.rs").given(&[Given::Lines(2500), Given::SubAgent]),
        Example::read("/r/a folder/ünïcode.txt").given(&[Given::Lines(900)]).says("ünïcode.txt"),
    ],
    misses: &[
        Example::read("/r/posthog-telemetry-implementation.md").given(&[Given::Lines(1035)]),
        Example::read("/home/dev/.claude/projects/-r/s/tool-results/b1.txt")
            .given(&[Given::Lines(1500), Given::After("git diff main...HEAD")]),
        // It read parts of it just before, and then wanted all.
        Example::read("/r/src/common.go").given(&[
            Given::Lines(1110),
            Given::ReadPart("/r/src/common.go", 570, 60),
            Given::ReadPart("/r/src/common.go", 475, 20),
        ]),
        Example::read("/r/src/big.rs").given(&[
            Given::Lines(2000),
            Given::ReadPart("/r/src/big.rs", 1, 60),
            Given::After("git status"),
        ]),
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
        Example::read("/r/CLAUDE.md").given(&[Given::Lines(900)]),
        Example::read("/r/.claude/skills/deploy/SKILL.md").given(&[Given::Lines(900)]),
        Example::read("/r/README.md").given(&[Given::Lines(900)]),
        Example::read("/r/docs/plans/2026-cache.md").given(&[Given::Lines(900)]),
        Example::read("/r/docs/ROADMAP.md").given(&[Given::Lines(900)]),
        Example::read("/r/docs/auth-design-spec.md").given(&[Given::Lines(900)]),
        Example::read("/r/.github/copilot-instructions.md").given(&[Given::Lines(900)]),
        Example::read("/r/src/big.rs").given(&[Given::Lines(2000), Given::Edited("/r/src/big.rs")]),
    ],
    since: "0.1.0",
};

fn large_whole_read(case: &Case) -> Check<Finding> {
    let input = case.event.input();
    if input.offset.is_some() || input.limit.is_some() || input.pages {
        return Err(Miss::Near("it asked for a range"));
    }
    // A response with fewer bytes than a large file has lines need not be parsed.
    if (case.event.response.raw_bytes() as u64) < LINES.least {
        return Err(Miss::No);
    }
    let read = case.event.response.read();
    if !read.is_text {
        return Err(Miss::No);
    }
    if read.lines.is_some_and(|lines| lines < FEW_LINES) {
        return Err(Miss::Near("it has few and long lines"));
    }
    let path = input.file_path.as_deref();
    if path.is_some_and(|path| path.ends_with(".ipynb")) {
        return Err(Miss::No);
    }
    let path = path.ok_or(Miss::NoBetterForm)?;
    if instructs(path) {
        return Err(Miss::Near("it has to be read whole"));
    }
    let factor = if case.event.agent.is_some() { SUB_AGENT_FACTOR } else { 1 };
    let is_large = read.lines.is_some_and(|lines| case.reaches(&LINES, lines / factor))
        || case.reaches(&BYTES, read.content.bytes() as u64 / factor);
    if !is_large {
        return Err(Miss::Near("the file is not large"));
    }
    if written_just_now(case, path) {
        return Err(Miss::Near("it was written just now"));
    }
    if read_in_part(case, path) {
        return Err(Miss::Near("it read a part of it just before"));
    }
    if is_rest_of_output(case, path) {
        return Err(Miss::Near("it is the rest of the last call's output"));
    }
    let size = match read.lines {
        Some(lines) => format!("{lines} lines"),
        None => format!("{} kB", read.content.bytes() / 1000),
    };
    let name = text::file_name(path);
    let advice = Advice::plain(match reviewed(case).filter(|_| is_project_file(case, path)) {
        Some(range) => format!(
            "{name} was read whole ({size}): for a review git diff {range} -- FILE shows what changed in it"
        ),
        None => format!(
            "{name} was read whole ({size}): next time search it with rg -n, then {}",
            case.partial_read()
        ),
    });
    Ok(Finding::new(advice).about(path))
}

/// Whether the client saved the output of the call just before in this file, since it was too long
/// to be shown: to go on reading there is what the client asks for.
fn is_rest_of_output(case: &Case, path: &str) -> bool {
    path.contains("/.claude/projects/")
        && path.contains("/tool-results/")
        && case.history().last().is_some_and(|last| matches!(&*last.tool, "Bash" | "Grep"))
}

/// Calls before this one in which a look at a branch makes it a review.
const REVIEW_CALLS: usize = 5;

/// The range of commits of which the agent asked how much they change. It has only read files
/// since: a search is for something else than the changes.
fn reviewed(case: &Case) -> Option<String> {
    const BASES: [&str; 4] = ["main", "master", "origin/main", "origin/master"];
    let reviews = |range: &String| {
        let look = case.last_run(REVIEW_CALLS, &looks_at_size("diff", &[range]));
        look.is_some_and(|(_, since)| since.iter().all(|call| call.tool == "Read"))
    };
    BASES
        .iter()
        .flat_map(|base| ["...", ".."].map(|dots| format!("{base}{dots}HEAD")))
        .find(reviews)
}

/// Whether one of the last calls read a part of the file: then the whole of it is wanted on purpose.
fn read_in_part(case: &Case, path: &str) -> bool {
    let Some(file) = case.hash("file", path) else { return false };
    let mut lately = case.history().calls().iter().rev().take(JUST_NOW_CALLS);
    lately.any(|call| {
        call.ok
            && call.file == file
            && call.tool == "Read"
            && call.range.is_some_and(|(_, count)| count > 0)
    })
}

/// Calls in which a file counts as read or written just now.
const JUST_NOW_CALLS: usize = 3;

/// Whether the agent wrote the file in one of the last calls, and looks at the whole of it.
fn written_just_now(case: &Case, path: &str) -> bool {
    let Some(file) = case.hash("file", path) else { return false };
    let mut lately = case.history().calls().iter().rev().take(JUST_NOW_CALLS);
    lately.any(|call| {
        call.ok && call.file == file && matches!(&*call.tool, "Write" | "Edit" | "MultiEdit")
    })
}
