//! A large result of an MCP tool.

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::output::kilobytes;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES];

const BYTES: Threshold = Threshold {
    rule: "mcp-large-output",
    name: "bytes",
    what: "bytes of a result",
    default: 32_000,
    least: 4_000,
    most: 1_000_000,
    because: "32,000 bytes are about 8,000 tokens, and clients refuse results over 25,000 tokens",
};

pub(crate) const RULE: Rule = Rule {
    id: "mcp-large-output",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "an MCP tool's result over 32 kB",
    why: "Results of 34,000 to 194,000 tokens are reported for many servers: they fill the context, \
          or fail at the client's limit of 25,000.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Mcp],
        concerns: |case| case.may_reach(&BYTES, case.event.result_bytes() as u64),
        check: large_result,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 5, 4),
    hits: &[
        Example::tool("mcp__dbt__list", "{}").given(&[Given::OutputBytes(170_000)]).says(
            "dbt list returned 170 kB: next time ask for less with its limit, filter or fields",
        ),
        Example::tool("mcp__playwright__browser_snapshot", "{}")
            .given(&[Given::OutputBytes(48_000)])
            .says("48 kB"),
        Example::tool("mcp__db__query", "{\"sql\":\"select * from t\"}")
            .given(&[Given::OutputBytes(33_000)]),
        Example::tool("mcp__plugin_a_context7__query-docs", "{}")
            .given(&[Given::OutputBytes(60_000)])
            .says("plugin_a_context7 query-docs"),
        Example::tool("mcp__ide__getDiagnostics", "{}").given(&[Given::OutputBytes(40_000)]),
        Example::tool("mcp__gh__list_issues", "{\"state\":\"all\"}")
            .given(&[Given::OutputBytes(90_000)]),
        Example::tool("mcp__fs__tree", "{\"path\":\"/r\"}")
            .given(&[Given::OutputBytes(50_000), Given::SubAgent]),
        Example::tool("mcp__x__y", "{}")
            .given(&[Given::OutputBytes(90_000), Given::Codex])
            .says("x y returned 90 kB"),
    ],
    misses: &[
        Example::tool("mcp__github__get_issue", "{\"n\":1}").given(&[Given::OutputBytes(4_000)]),
        Example::tool("mcp__db__query", "{\"sql\":\"select 1\"}").given(&[Given::OutputBytes(100)]),
        Example::tool("mcp__db__query", "{}").given(&[Given::OutputBytes(31_000)]),
        Example::tool("mcp__browser__screenshot", "{}").given(&[Given::Image]),
        Example::tool("WebFetch", "{\"url\":\"https://x.y\"}").given(&[Given::OutputBytes(90_000)]),
        Example::tool("Task", "{\"prompt\":\"x\"}").given(&[Given::OutputBytes(90_000)]),
        Example::tool("mcp__x__y", "{\"limit\":10,\"fields\":[\"a\"]}")
            .given(&[Given::OutputBytes(20_000)]),
        Example::tool("mcp__x__y", "{}"),
        Example::bash("mcp call x").given(&[Given::OutputBytes(12_000)]),
        Example::read("mcp__x__y.json").given(&[Given::OutputBytes(2_000)]),
        Example::tool("mcpx", "{}").given(&[Given::OutputBytes(90_000)]),
        Example::tool("mcp__a", "{}").given(&[Given::OutputBytes(90_000)]),
        Example::tool("mcp__a__\u{202e}b", "{}").given(&[Given::OutputBytes(90_000)]),
        Example::tool("mcp__x__y", "{}").given(&[Given::OutputBytes(90_000), Given::Failed("x")]),
    ],
    since: "0.1.0",
};

fn large_result(case: &Case) -> Check<Finding> {
    let bytes = case.event.result_bytes();
    if !case.reaches(&BYTES, bytes as u64) {
        return Err(Miss::Near("its result is short"));
    }
    // The bytes of a picture do not say what it costs.
    if case.event.response.holds_image() {
        return Err(Miss::Near("its result is a picture"));
    }
    let name = tool_in_words(&case.event.tool_name).ok_or(Miss::No)?;
    let size = kilobytes(bytes as u64);
    let advice = Advice::plain(format!(
        "{name} returned {size}: next time ask for less with its limit, filter or fields"
    ));
    Ok(Finding::new(advice).about(case.event.tool_name.as_ref()))
}

/// Server and tool of `mcp__server__tool`, if both are plain names.
fn tool_in_words(tool_name: &str) -> Option<String> {
    let (server, tool) = tool_name.strip_prefix("mcp__")?.rsplit_once("__")?;
    let is_name = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    (is_name(server) && is_name(tool)).then(|| text::excerpt(&format!("{server} {tool}")))
}
