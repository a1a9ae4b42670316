//! Many edits of code without a test, a build or a check in between.

mod declared_check;
mod examples;
mod hooks;

use std::collections::BTreeSet;
use std::path::Path;

use crate::base::text;
use crate::project::languages;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::store::history::CallLine;
use crate::store::line::RAN;

pub(crate) const THRESHOLDS: &[Threshold] = &[EDITS];

const EDITS: Threshold = Threshold {
    rule: "many-edits-no-check",
    name: "edits",
    what: "edits of one language without a check",
    default: 20,
    least: 5,
    most: 1_000,
    because: "recorded sessions have 39 series of 12 and more such edits, 26 of 15, 9 of 20: most are checked when a feature is complete",
};

/// In as many files: repeated changes of one or two files are mostly one thing, which a linter or a
/// renaming asks for (two of those nine series).
const FILES: usize = 4;

/// In a longer pause the user may have checked the code, ms.
const PAUSE_MS: u64 = 30 * 60_000;

pub(crate) const RULE: Rule = Rule {
    id: "many-edits-no-check",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "20 edits in 4 or more files without a check",
    why: "A fault is easy to locate while only a few edits could have caused it. In 9,374 trajectories of 19 \
          agents those that put effort into validation succeed more often.",
    lesson: Some(
        "Run a check after every few edits: a fault shows where it was made while few lie between.",
    ),
    trigger: Trigger::Deferred {
        tools: &[Tool::Edit, Tool::Write],
        concerns: |case| {
            let path = case.event.input().file_path.as_deref().unwrap_or_default();
            let language = languages::of(path);
            language != languages::NONE && {
                let edited = format!("\"lang\":\"{language}\"");
                let passed = ["\"reads\":true", "\"lang\":\""];
                let (history, edits) = (case.history(), case.limit(&EDITS) as usize - 1);
                // Parsing the calls costs more than all of this, and a file is often edited many times.
                history.holds(&edited, edits) && {
                    let streak = history.streak(&passed, &RAN);
                    streak.has(&edited, edits)
                        && case
                            .hash("file", path)
                            .is_some_and(|file| streak.has_others(file.forms(), FILES - 1))
                }
            }
        },
        check,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 20, 2),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn check(case: &Case) -> Check<Finding> {
    let path = case.event.input().file_path.as_deref().unwrap_or_default();
    let language = languages::of(path);
    if language == languages::NONE || case.history().calls().is_empty() {
        return Err(Miss::No);
    }
    let file = Path::new(path);
    if !file.is_absolute() || case.environment.is_aside(file) {
        return Err(Miss::Near("the file is not part of the project"));
    }
    let series = Series::ending_with(case, path, language);
    if !case.reaches(&EDITS, series.edits as u64) {
        return Err(Miss::Near("fewer edits of this language came since the last check"));
    }
    if series.files < FILES {
        return Err(Miss::Near("the edits are of few files"));
    }
    if case.history().calls().iter().any(|call| !call.task.is_empty()) {
        return Err(Miss::Near("a command in the background may check what is edited"));
    }
    let may_check = |call: &CallLine| call.ran || !call.sel.is_empty() || !call.reads;
    if case.calls_of_others(series.since).iter().any(may_check) {
        return Err(Miss::Near("another agent of the session may have checked"));
    }
    if hooks::may_check(case) {
        return Err(Miss::Near(
            "hooks of the user or of a plugin follow an edit or a turn, and may check",
        ));
    }
    let command = declared_check::find(case, file, language)
        .ok_or(Miss::Near("no check is known that the project declares"))?;
    Ok(Finding::new(series.advice(path, command)))
}

/// The latest edits of one language, including this call, with only reads and other edits between
/// them.
struct Series {
    edits: usize,
    files: usize,
    /// When the first of them was made, unix ms.
    since: u64,
}

impl Series {
    /// The series that ends with an edit of the file at `path`. Any call that may have checked the
    /// code ends it: also a script, a sub-agent, an MCP server.
    fn ending_with(case: &Case, path: &str, language: &str) -> Self {
        let edited = case.hash("file", path).unwrap_or_default();
        let mut others: BTreeSet<&str> = BTreeSet::new();
        let mut edits = 1;
        let mut later = case.now_ms();
        for call in case.history().calls().iter().rev() {
            let may_check =
                call.ran || !call.sel.is_empty() || (!call.reads && call.lang.is_empty());
            if may_check || later.saturating_sub(call.t) > PAUSE_MS {
                break;
            }
            later = call.t;
            if call.lang == language {
                edits += 1;
                if call.file != edited {
                    others.insert(&call.file);
                }
            }
        }
        Self { edits, files: others.len() + 1, since: later }
    }

    /// What to say after an edit of the file at `path` that `command` could check.
    fn advice(&self, path: &str, command: String) -> Advice {
        let Self { edits, files, .. } = self;
        let fact = format!(
            "{edits} code edits in {files} files (last {}) and no check seen",
            text::file_name(path)
        );
        let plain = format!("{fact}: check them before the next edits");
        Advice::better(format!("{fact}; check them now"), command, plain)
    }
}
