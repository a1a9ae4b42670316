//! The report as a page for users.

use std::path::Path;

use super::diagnosis::{Diagnosis, Status};
use super::report::DoctorReport;
use crate::base::{env, text};
use crate::ui::format::plural;
use crate::ui::layout::block;
use crate::ui::print::sentence_columns;
use crate::ui::style::Palette;

/// The column at which texts begin.
const INDENT: usize = 20;

/// The same where a line has fewer than [`NARROW`] columns.
const NARROW_INDENT: usize = 6;

/// Columns of a page that has no room for names of checks beside the texts.
const NARROW: usize = 60;

/// Renders the page, `width` columns wide.
pub(super) fn render(report: &DoctorReport, palette: Palette, width: usize) -> String {
    let is_narrow = width < NARROW;
    let indent = " ".repeat(if is_narrow { NARROW_INDENT } else { INDENT });
    let width = sentence_columns(width);
    let mut page = String::new();
    let mut last = "";
    for (check, diagnosis) in report.diagnoses() {
        let mark = match diagnosis.status {
            Status::Ok => palette.good("ok  "),
            Status::Warning => palette.warning("warn"),
            Status::Failure => palette.bad("FAIL"),
        };
        let name = if check == last { "" } else { check };
        last = check;
        let lead = if is_narrow {
            if !name.is_empty() {
                page.push_str(&format!("{}\n", palette.dim(name)));
            }
            format!("{mark}  ")
        } else {
            format!("{mark}  {} ", palette.dim(format!("{name:13}")))
        };
        page.push_str(&block(&lead, &indent, &summary(diagnosis), width));
        if let Some(mend) = &diagnosis.mend {
            let (lead, indent) = (format!("{indent}- "), format!("{indent}  "));
            page.push_str(&block(&lead, &indent, mend, width));
        }
        if let Some(command) = &diagnosis.command {
            // A command is never wrapped, so that users can copy it.
            page.push_str(&format!("{indent}$ {}\n", palette.bold(text::clean(command))));
        }
    }
    let [ok, warnings, failures] =
        [Status::Ok, Status::Warning, Status::Failure].map(|status| report.count(status));
    page.push('\n');
    page.push_str(&match (warnings, failures) {
        (0, 0) => palette.good(format!("Everything works: {}.", plural(ok, "check"))),
        (warnings, 0) => {
            format!("The hook works. {}", palette.warning(plural(warnings, "warning")))
        }
        (0, failures) => palette.bad(plural(failures, "failure")),
        (warnings, failures) => {
            format!(
                "{}, {}",
                palette.bad(plural(failures, "failure")),
                palette.warning(plural(warnings, "warning"))
            )
        }
    });
    page.push('\n');
    page
}

/// The text with its client and file.
fn summary(diagnosis: &Diagnosis) -> String {
    let client = diagnosis.client.map_or(String::new(), |(_, title)| format!("{title}: "));
    let file = diagnosis.path.as_ref().map(|path| {
        let position = diagnosis
            .position
            .map_or(String::new(), |position| format!(":{}:{}", position.line, position.column));
        format!("{}{position}", short(path))
    });
    let text = match (file, diagnosis.status) {
        (None, _) => format!("{client}{}", diagnosis.text),
        (Some(file), Status::Ok) => format!("{client}{} ({file})", diagnosis.text),
        (Some(file), _) => format!("{client}{file}: {}", diagnosis.text),
    };
    text::clean(&text)
}

/// The path with `~` for the home folder.
fn short(path: &Path) -> String {
    let below = env::home().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    below.map_or_else(|| path.display().to_string(), |below| format!("~/{}", below.display()))
}
