//! What `check` prints: a line for each fault, as compilers write them, and one for each file.

use std::path::Path;

use serde::Serialize;

use super::subject::CheckedFile;
use crate::base::file_error::FileError;
use crate::base::text;
use crate::settings;
use crate::ui::format::{path, plural};

/// Version of the JSON. It grows when a field changes its meaning.
const VERSION: u32 = 1;

/// Where settings would be.
fn nothing() -> String {
    let mut page = "No settings file counts here: nothing to check.\n".to_owned();
    if let Some(file) = settings::user_file() {
        page.push_str(&format!("Yours would be {}\n", path(&file)));
    }
    page + &format!("A project's would be {} in its root.\n", settings::PROJECT_FILE)
}

pub(super) fn text(checked: &[CheckedFile]) -> String {
    if checked.is_empty() {
        return nothing();
    }
    let mut page = String::new();
    for file in checked {
        for fault in &file.faults {
            page.push_str(&format!("{}\n", text::clean(&fault.to_string())));
        }
        if file.faults.is_empty() {
            let rules = plural(file.rules as u64, "custom rule");
            let examples = plural(file.examples as u64, "example");
            page.push_str(&format!("{}: ok, {rules}, {examples}\n", path(&file.path)));
        }
    }
    page
}

#[derive(Serialize)]
struct ReportJson<'c> {
    v: u32,
    faults: usize,
    files: Vec<FileJson<'c>>,
}

#[derive(Serialize)]
struct FileJson<'c> {
    path: &'c Path,
    whose: &'static str,
    rules: usize,
    examples: usize,
    faults: Vec<FaultJson>,
}

#[derive(Serialize)]
struct FaultJson {
    line: Option<usize>,
    column: Option<usize>,
    what: String,
}

/// # Errors
/// When a path is not UTF-8.
pub(super) fn json(checked: &[CheckedFile]) -> serde_json::Result<String> {
    let fault = |fault: &FileError| {
        let position = fault.position();
        FaultJson {
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            what: text::clean(fault.what()),
        }
    };
    let files = checked.iter().map(|file| FileJson {
        path: &file.path,
        whose: file.owner.as_str(),
        rules: file.rules,
        examples: file.examples,
        faults: file.faults.iter().map(fault).collect(),
    });
    let faults = checked.iter().map(|file| file.faults.len()).sum();
    let report = ReportJson { v: VERSION, faults, files: files.collect() };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}
