//! The findings as a page for a person, in 80 columns.

use crate::base::env;
use std::path::Path;

use super::finding::{Finding, Status};
use super::{Report, count};
use crate::base::text;
use crate::ui::format::plural;
use crate::ui::format::wrapped;
use crate::ui::style::Ink;

/// Width of a line.
const WIDTH: usize = 80;

/// Where what was found begins.
const INDENT: usize = 20;

/// Renders the page.
pub(super) fn render(report: &Report, ink: Ink) -> String {
    let mut page = String::new();
    let mut last = "";
    for (check, finding) in report.lines() {
        let mark = match finding.status {
            Status::Ok => ink.good("ok  "),
            Status::Warning => ink.warning("warn"),
            Status::Failure => ink.bad("FAIL"),
        };
        let name = ink.dim(format!("{:13}", if check == last { "" } else { check }));
        last = check;
        page.push_str(&format!("{mark}  {name} {}", block(&found(finding), "")));
        if let Some(mend) = &finding.mend {
            page.push_str(&format!("{:INDENT$}{}", "", block(mend, "- ")));
        }
        if let Some(command) = &finding.command {
            // Whole, so that it can be copied.
            page.push_str(&format!("{:INDENT$}$ {}\n", "", ink.bold(text::clean(command))));
        }
    }
    let [ok, warnings, failures] =
        [Status::Ok, Status::Warning, Status::Failure].map(|status| count(report, status));
    page.push('\n');
    page.push_str(&match (warnings, failures) {
        (0, 0) => ink.good(format!("All is well: {}.", plural(ok, "check"))),
        (warnings, 0) => format!("The hook works. {}", ink.warning(plural(warnings, "warning"))),
        (0, failures) => ink.bad(plural(failures, "failure")),
        (warnings, failures) => {
            format!(
                "{}, {}",
                ink.bad(plural(failures, "failure")),
                ink.warning(plural(warnings, "warning"))
            )
        }
    });
    page.push('\n');
    page
}

/// What was found, with its agent and file.
fn found(finding: &Finding) -> String {
    let agent = finding.agent.map_or(String::new(), |(_, title)| format!("{title}: "));
    let file = finding.path.as_ref().map(|path| {
        let position = finding
            .position
            .map_or(String::new(), |position| format!(":{}:{}", position.line, position.column));
        format!("{}{position}", short(path))
    });
    let text = match (file, finding.status) {
        (None, _) => format!("{agent}{}", finding.found),
        (Some(file), Status::Ok) => format!("{agent}{} ({file})", finding.found),
        (Some(file), _) => format!("{agent}{file}: {}", finding.found),
    };
    text::clean(&text)
}

/// A path with the home as `~`.
fn short(path: &Path) -> String {
    let below = env::home().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    below.map_or_else(|| path.display().to_string(), |below| format!("~/{}", below.display()))
}

/// Text behind `INDENT`, with `lead` before its first line and as much room before the others.
fn block(text: &str, lead: &str) -> String {
    let lines = wrapped(text, WIDTH - INDENT - lead.len());
    let indent = " ".repeat(INDENT + lead.len());
    format!("{lead}{}\n", lines.trim_end().replace('\n', &format!("\n{indent}")))
}
