//! A call that the client rejected, sent again as it was.

use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};

/// Earlier calls among which the first of its kind is looked for.
const RECENT_CALLS: usize = 20;

/// Bytes of the error that are read.
const ERROR_BYTES: usize = 400;

/// Any tool: what counts is that the client did not run it.
const TOOLS: [Tool; 9] = [
    Tool::Shell,
    Tool::Read,
    Tool::Edit,
    Tool::Write,
    Tool::Grep,
    Tool::Glob,
    Tool::Agent,
    Tool::Mcp,
    Tool::Other,
];

/// The error of an Edit whose `old_string` is not in the file.
const NOT_FOUND: &str = "<tool_use_error>String to replace not found in file.";

pub(crate) const RULE: Rule = Rule {
    id: "invalid-call-repeated",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Rejections,
    analyzer: Some(Analyzer::Performance),
    summary: "the same invalid call again",
    why: "A client rejects an invalid call before any hook runs; sent again unchanged it is rejected again, and each try \
          costs a turn with the whole context.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &TOOLS,
        concerns: |case| !case.keys().is_empty(),
        check: repeated_rejection,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::edit("src/app.py")
            .given(&[Given::Rejected(NOT_FOUND), Given::MadeBefore(1)])
            .says("this Edit of app.py was rejected before: read the place again, then copy old_string from it"),
        Example::tool("Read", r#"{"path":"src/app.py"}"#)
            .given(&[
                Given::Rejected(
                    "<tool_use_error>InputValidationError: Read failed due to the following issues:\nThe required \
                     parameter `file_path` is missing\nAn unexpected parameter `path` was provided</tool_use_error>",
                ),
                Given::MadeBefore(1),
            ])
            .says("this Read was rejected before, unchanged: give it the required parameter file_path"),
        Example::edit("src/app.py")
            .given(&[
                Given::Rejected(
                    "<tool_use_error>Found 3 matches of the string to replace, but replace_all is false.",
                ),
                Given::MadeBefore(1),
            ])
            .says("its old_string fits several places: add lines around it, or set replace_all"),
        Example::tool("Bash", r#"{"cmd":"ls"}"#)
            .given(&[
                Given::Rejected(
                    "<tool_use_error>InputValidationError: Bash failed due to the following issues:\nThe required \
                     parameter `command` is missing\nAn unexpected parameter `cmd` was provided</tool_use_error>",
                ),
                Given::MadeBefore(1),
                Given::Edited("a.py"),
            ])
            .says("this Bash was rejected before, unchanged: give it the required parameter command"),
        Example::edit("src/a b.py")
            .given(&[Given::Rejected(NOT_FOUND), Given::MadeBefore(1), Given::Seen("Read")])
            .says("this Edit was rejected before: read the place again"),
        Example::tool("Edit", r#"{"file_path":"a.py","old_string":"x","new_string":"x"}"#)
            .given(&[
                Given::Rejected(
                    "<tool_use_error>No changes to make: old_string and new_string are exactly the same.",
                ),
                Given::MadeBefore(1),
            ])
            .says("this call was rejected before, unchanged"),
        Example::tool("Bash", r#"{"command":42}"#)
            .given(&[
                Given::Rejected(
                    "<tool_use_error>InputValidationError: Bash failed due to the following issue:\nThe parameter \
                     `command` type is expected as `string` but provided as `number`",
                ),
                Given::MadeBefore(1),
            ])
            .says("change what its error names"),
        Example::edit("src/app.py")
            .given(&[Given::Rejected(NOT_FOUND), Given::MadeBefore(1), Given::After("cargo check")])
            .says("copy old_string from it"),
        Example::tool("mcp__db__query", r#"{"q":1}"#)
            .given(&[
                Given::SubAgent,
                Given::Rejected("<tool_use_error>InputValidationError: x"),
                Given::MadeBefore(1),
            ]),
        Example::tool("NoSuchTool", r#"{"a":1}"#)
            .given(&[
                Given::Rejected("<tool_use_error>Error: No such tool available: NoSuchTool"),
                Given::MadeBefore(2),
            ])
            .says("this call was rejected before, unchanged: change what its error names"),
    ],
    misses: &[
        Example::edit("src/app.py").given(&[Given::Rejected(NOT_FOUND)]),
        Example::edit("src/app.py").given(&[
            Given::Rejected(NOT_FOUND),
            Given::EditFailed("src/other.py"),
        ]),
        Example::edit("src/app.py").given(&[
            Given::Rejected(NOT_FOUND),
            Given::MadeBefore(1),
            Given::Edited("src/app.py"),
        ]),
        Example::edit("src/app.py").given(&[
            Given::Failed("String to replace not found in file."),
            Given::MadeBefore(1),
        ]),
        Example::edit("src/app.py").given(&[Given::MadeBefore(1)]),
        Example::edit("src/app.py").given(&[
            Given::Rejected(NOT_FOUND),
            Given::Seen("Edit"),
        ]),
        Example::tool("Read", r#"{"file_path":"a.py"}"#)
            .given(&[Given::Rejected("1\tx = 1"), Given::MadeBefore(2)]),
        Example::tool("Edit", r#"{"file_path":"a.py","old_string":"x","new_string":"y"}"#)
            .given(&[Given::Rejected(NOT_FOUND), Given::EditFailed("a.py")]),
        Example::edit("src/app.py").given(&[
            Given::Rejected(NOT_FOUND),
            Given::MadeBefore(1),
            Given::Edits(1, "src/other.py"),
        ]),
        Example::tool("Read", r#"{"path":"a.py"}"#)
            .given(&[Given::Rejected("<tool_use_error>InputValidationError: x"), Given::Seen("Read")]),
        Example::tool("Bash", r#"{"cmd":"ls"}"#)
            .given(&[Given::Rejected("<tool_use_error>InputValidationError: x"), Given::After("ls")]),
        Example::tool("Write", r#"{"file_path":"a.py"}"#)
            .given(&[Given::Rejected("<tool_use_error>InputValidationError: x")]),
        Example::bash("cat a.log")
            .given(&[Given::Rejected("1: <tool_use_error>"), Given::MadeBefore(2)]),
        Example::bash("false").given(&[Given::Failed("Exit code 1"), Given::MadeBefore(1)]),
        Example::bash("ls").given(&[Given::Rejected("done"), Given::MadeBefore(1)]),
    ],
    since: "0.2.0",
};

fn repeated_rejection(case: &Case) -> Check<Finding> {
    if !case.environment.client.has_file_tools() {
        return Err(Miss::Near("this client has tools of other names"));
    }
    let keys = case.keys();
    let calls = case.history().calls();
    let recent = calls.get(calls.len().saturating_sub(RECENT_CALLS)..).unwrap_or_default();
    let is_same = |key: &str| keys.iter().any(|own| own == key);
    let Some(earlier) = recent.iter().rposition(|call| !call.ok && is_same(&call.key)) else {
        return Err(Miss::Near("it was not rejected before"));
    };
    // An Edit that did not fit may fit once the file was changed.
    let path = case.event.input().file_path.as_deref();
    let changed = recent.get(earlier + 1..).unwrap_or_default().iter().any(|call| {
        call.ok && matches!(call.tool.as_ref(), "Edit" | "MultiEdit" | "Write" | "NotebookEdit")
    });
    if changed && path.is_some() {
        return Err(Miss::Near("a file was changed since"));
    }
    Ok(Finding::new(advise(case)).about(keys.first().cloned().unwrap_or_default()))
}

fn advise(case: &Case) -> Advice {
    let error = case.event.error_text(ERROR_BYTES);
    if error.starts_with(NOT_FOUND) && case.event.tool == Tool::Edit {
        let path = case.event.input().file_path.as_deref();
        let file =
            path.and_then(|path| path.rsplit(['/', '\\']).next()).filter(|name| is_plain(name));
        let of = file.map(|name| format!(" of {name}")).unwrap_or_default();
        return Advice::plain(format!(
            "this Edit{of} was rejected before: read the place again, then copy old_string from it"
        ));
    }
    if error.contains("matches of the string to replace") {
        return Advice::plain(
            "this Edit was rejected before: its old_string fits several places: add lines around it, or set replace_all",
        );
    }
    // The name of a parameter is a plain word between backticks.
    let parameter = error
        .split_once("required parameter `")
        .and_then(|(_, rest)| rest.split_once("` is missing"))
        .map(|(name, _)| name)
        .filter(|name| is_plain(name));
    match parameter {
        Some(name) => Advice::plain(format!(
            "this {} was rejected before, unchanged: give it the required parameter {name}",
            case.event.tool_label()
        )),
        None => {
            Advice::plain("this call was rejected before, unchanged: change what its error names")
        }
    }
}

/// Whether a name of a file or parameter may be part of a sentence.
fn is_plain(name: &str) -> bool {
    name.len() <= 40
        && !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
