//! The report as a page of 80 columns for users.

use std::path::Path;

use super::diagnosis::{Diagnosis, Status};
use super::report::DoctorReport;
use crate::base::{env, text};
use crate::ui::format::{plural, wrapped};
use crate::ui::style::Palette;

/// Width of a line, characters.
const WIDTH: usize = 80;

/// The column at which texts begin.
const INDENT: usize = 20;

/// Renders the page.
pub(super) fn render(report: &DoctorReport, palette: Palette) -> String {
    let mut page = String::new();
    let mut last = "";
    for (check, diagnosis) in report.diagnoses() {
        let mark = match diagnosis.status {
            Status::Ok => palette.good("ok  "),
            Status::Warning => palette.warning("warn"),
            Status::Failure => palette.bad("FAIL"),
        };
        let name = palette.dim(format!("{:13}", if check == last { "" } else { check }));
        last = check;
        page.push_str(&format!("{mark}  {name} {}", block(&summary(diagnosis), "")));
        if let Some(mend) = &diagnosis.mend {
            page.push_str(&format!("{:INDENT$}{}", "", block(mend, "- ")));
        }
        if let Some(command) = &diagnosis.command {
            // A command is never wrapped, so that users can copy it.
            page.push_str(&format!("{:INDENT$}$ {}\n", "", palette.bold(text::clean(command))));
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

/// The text wrapped and indented by [`INDENT`], with `lead` before its first line.
fn block(text: &str, lead: &str) -> String {
    let lines = wrapped(text, WIDTH - INDENT - lead.len());
    let indent = " ".repeat(INDENT + lead.len());
    format!("{lead}{}\n", lines.trim_end().replace('\n', &format!("\n{indent}")))
}
