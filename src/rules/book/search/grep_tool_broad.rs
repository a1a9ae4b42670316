//! A Grep call that returns more lines than anybody reads.

use crate::base::read;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::protocol::json;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES];

const BYTES: Threshold = Threshold {
    rule: "grep-tool-broad",
    name: "bytes",
    what: "bytes of a result",
    default: 12_000,
    least: 2_000,
    most: 1_000_000,
    because: "12,000 bytes are 3,000 tokens, three times what a page of matches takes",
};

/// What uses an exact name is the answer, not the way to it: such a result is broad from so many
/// bytes on. Of two recorded searches for one name, the one with 12,695 bytes was read as it was,
/// the one with 17,804 bytes was searched again.
const NAME_BYTES: u64 = 16_000;

/// A name of so many characters or more is no part of other words.
const NAME_CHARS: usize = 12;

/// A pattern of so few characters, or fewer, is a part of many words.
const SHORT_PATTERN: usize = 3;

pub(crate) const RULE: Rule = Rule {
    id: "grep-tool-broad",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Router),
    summary: "Grep showing matching lines of a whole project",
    why: "Agents work better from a list of the files that match than from all matching lines with their context \
          (SWE-agent caps such results at 50).",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Grep],
        concerns: |case| case.may_reach(&BYTES, case.event.result_bytes() as u64),
        check: |case| Ok(Finding::new(advise(case, broad_search(case)?))),
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 4, 3),
    hits: &[
        Example::grep_with("user", r#"{"output_mode":"content"}"#)
            .given(&[Given::Found(812), Given::OutputBytes(40_000)])
            .says("Grep for 'user' showed 812 lines (40 KB); output_mode files_with_matches"),
        Example::grep_with("id", r#"{"output_mode":"content","-C":3}"#)
            .given(&[Given::OutputBytes(30_000)])
            .says("30 KB"),
        Example::grep_with("user", r#"{"output_mode":"content","path":"."}"#)
            .given(&[Given::Found(300), Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"content","path":"{dir}"}"#)
            .given(&[Given::Found(300), Given::OutputBytes(20_000)])
            .says("300 lines"),
        Example::grep_with("user", r#"{"output_mode":"content","path":"{dir}/"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("fn", r#"{"output_mode":"content","path":"src","glob":"*.rs"}"#)
            .given(&[Given::File("src/a.rs", "fn a() {}\n"), Given::OutputBytes(20_000)])
            .says("a longer pattern"),
        Example::grep_with("currentSessionIDWithFallback", r#"{"output_mode":"content","-C":3}"#)
            .given(&[Given::Found(171), Given::OutputBytes(17_800)])
            .says("showed 171 lines"),
        Example::grep_with("Claude Code", r#"{"output_mode":"content"}"#)
            .given(&[Given::OutputBytes(13_000)]),
        Example::grep_with("import", r#"{"output_mode":"content","-n":true}"#)
            .given(&[Given::Found(500), Given::OutputBytes(50_000)]),
        Example::grep_with("unwrap|expect", r#"{"output_mode":"content","head_limit":0}"#)
            .given(&[Given::OutputBytes(50_000)]),
    ],
    misses: &[
        Example::grep_with("SessionIDConflictError", r#"{"output_mode":"content"}"#)
            .given(&[Given::Found(118), Given::OutputBytes(12_600)]),
        Example::grep_with("user", "{}").given(&[Given::OutputBytes(2_000)]),
        Example::grep_with("user", "{}").given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"files_with_matches"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"count"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"content"}"#)
            .given(&[Given::OutputBytes(2_000)]),
        Example::grep_with("user", r#"{"output_mode":"content"}"#)
            .given(&[Given::OutputBytes(11_000)]),
        Example::grep_with("user", r#"{"output_mode":"content","head_limit":100}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"content","path":"src/auth"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"content","glob":"*.py"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"content","type":"ts"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("user", r#"{"output_mode":"content","path":"{dir}/src/a.rs"}"#)
            .given(&[Given::OutputBytes(20_000)]),
        Example::grep_with("fn", r#"{"output_mode":"content","path":"src/a.rs"}"#)
            .given(&[Given::File("src/a.rs", "fn a() {}\n"), Given::OutputBytes(20_000)]),
        Example::grep_with("id", r#"{"output_mode":"files_with_matches"}"#)
            .given(&[Given::OutputBytes(30_000)]),
        Example::grep_with("user", r#"{"output_mode":"content"}"#)
            .given(&[Given::Failed("Path does not exist")]),
        Example::bash("rg -n user . | head -20").given(&[Given::OutputBytes(2_000)]),
        Example::read("src/a.rs").given(&[Given::OutputBytes(20_000)]),
    ],
    since: "0.1.0",
};

/// Why a search matched more than the agent looked for.
#[derive(Clone, Copy)]
enum Broad {
    /// It looked at every file of the project.
    Everywhere,
    /// It looked for a few letters, in a part of the project.
    ShortPattern,
}

fn broad_search(case: &Case) -> Check<Broad> {
    let input = case.event.input();
    let [mode, glob, kind, limit] = case
        .event
        .raw_input
        .and_then(|raw| json::pick(raw, &["output_mode", "glob", "type", "head_limit"]).ok())
        .ok_or(Miss::No)?;
    // The advice names options of Claude Code's Grep tool.
    if mode != Some("\"content\"") || !case.environment.client.has_file_tools() {
        return Err(Miss::No);
    }
    if !case.reaches(&BYTES, case.event.result_bytes() as u64) {
        return Err(Miss::Near("the result is not large"));
    }
    let pattern = input.pattern.as_deref().unwrap_or_default();
    if is_name(pattern) && (case.event.result_bytes() as u64) < NAME_BYTES {
        return Err(Miss::Near("it shows what uses one name"));
    }
    if limit.and_then(json::number).is_some_and(|limit| limit > 0) {
        return Err(Miss::Near("it was limited to a number of lines"));
    }
    let path = input.path.as_deref().unwrap_or(".");
    let path = case.environment.absolute(path).ok_or(Miss::No)?;
    let top = case.environment.work_tree().or(case.environment.cwd());
    if glob.is_none() && kind.is_none() && top.is_some_and(|top| top.starts_with(&path)) {
        return Ok(Broad::Everywhere);
    }
    let is_short =
        pattern.chars().count() <= SHORT_PATTERN && pattern.chars().all(char::is_alphanumeric);
    if is_short && read::is_dir(&path) {
        return Ok(Broad::ShortPattern);
    }
    Err(Miss::Near("it was narrowed to a folder, a glob or a type"))
}

/// Whether a pattern is one long name: it matches nothing else.
fn is_name(pattern: &str) -> bool {
    pattern.chars().count() >= NAME_CHARS
        && pattern.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn advise(case: &Case, broad: Broad) -> Advice {
    let pattern = text::excerpt(case.event.input().pattern.as_deref().unwrap_or_default());
    let size = case.event.result_bytes() / 1000;
    let showed = match case.event.response.grep().lines {
        Some(lines) if lines > 0 => format!("{lines} lines ({size} KB)"),
        _ => format!("{size} KB"),
    };
    let narrower = match broad {
        Broad::Everywhere => "output_mode files_with_matches, then one path, glob or type",
        Broad::ShortPattern => "a longer pattern or output_mode files_with_matches",
    };
    // A pattern with markup is not quoted.
    let named = if text::has_markup(&pattern) {
        "Grep".to_owned()
    } else {
        format!("Grep for '{pattern}'")
    };
    Advice::plain(format!("{named} showed {showed}; {narrower} shows less"))
}
