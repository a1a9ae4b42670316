//! The counts as a page for users.

use super::tally::{ReplayRuleTally, ReplayTally};
use crate::base::text;
use crate::commands::transcripts::LeftOut;
use crate::ui::format::{count, days, micros, plural, share};
use crate::ui::layout::{self, block, cut};
use crate::ui::print::sentence_columns;
use crate::ui::style::Palette;

/// The column at which values begin.
const LABEL: usize = 12;

/// Most unreadable files that are named.
const MAX_NAMED: usize = 3;

/// Renders the page on this number of files, `width` columns wide.
pub(super) fn render(tally: &ReplayTally, files: u64, palette: Palette, width: usize) -> String {
    let mut page = Sheet::new(palette, width);
    if tally.calls == 0 {
        page.line(format!("No call found in {}.", plural(files, "file")));
        page.left_out(&tally.left_out);
        return page.text;
    }
    let days = days(tally.first_ms, tally.last_ms);
    let sessions = plural(tally.sessions.len() as u64, "session");
    page.labelled("calls", &format!("{} in {sessions}{days}", count(tally.calls)));
    let answered = tally.calls - tally.silent;
    let text = format!(
        "{}; {} would have got a line, about {} tokens in all",
        share(tally.silent, tally.calls),
        plural(answered, "call"),
        count(tally.chars / 4)
    );
    page.labelled("silent", &text);
    let text = format!(
        "{} in all, {} a call, without process start",
        micros(tally.us),
        micros(tally.us / tally.calls)
    );
    page.labelled("time", &text);
    page.left_out(&tally.left_out);
    for (id, rule) in tally.rules_by_use() {
        page.rule(id, rule);
    }
    page.text
}

/// A page in the making.
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) palette: Palette,
    /// Width of a line, columns.
    pub(super) width: usize,
}

impl Sheet {
    /// An empty page, `width` columns wide.
    pub(super) fn new(palette: Palette, width: usize) -> Self {
        Self { text: String::new(), palette, width }
    }

    pub(super) fn line(&mut self, text: String) {
        self.text.push_str(&text);
        self.text.push('\n');
    }

    /// Appends a text behind its label.
    pub(super) fn labelled(&mut self, label: &str, text: &str) {
        let (label, indent) =
            (self.palette.dim(format!("{label:LABEL$}")), format!("{:LABEL$}", ""));
        self.text.push_str(&block(&label, &indent, text, sentence_columns(self.width)));
    }

    /// Appends what was not read.
    pub(super) fn left_out(&mut self, left_out: &LeftOut) {
        let parts: Vec<String> = [
            (left_out.unhooked_calls, "call without a hook", "calls without a hook"),
            (
                left_out.copied_calls,
                "call copied from another session",
                "calls copied from other sessions",
            ),
            (left_out.unreadable_lines, "unreadable line", "unreadable lines"),
            (left_out.foreign_lines, "foreign line", "foreign lines"),
        ]
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| {
            format!("{} {}", count(number), if number == 1 { one } else { many })
        })
        .collect();
        if !parts.is_empty() {
            self.labelled("left out", &parts.join(", "));
        }
        let files = &left_out.unreadable_files;
        for (at, path) in files.iter().take(MAX_NAMED).enumerate() {
            let label = if at == 0 { "unreadable" } else { "" };
            self.labelled(label, &text::clean(path));
        }
        if let Some(more) = files.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
            self.labelled("", &format!("and {} more", count(more as u64)));
        }
    }

    fn rule(&mut self, id: &str, rule: &ReplayRuleTally) {
        let sessions = match rule.sessions.len() as u64 {
            0 => String::new(),
            number => format!(" in {}", plural(number, "session")),
        };
        let name = layout::pad(&self.palette.bold(id), 25);
        let times = format!("{}{sessions}", plural(rule.said, "time"));
        let head = format!("{name} {times}");
        if layout::width(&head) <= self.width {
            self.line(format!("\n{head}"));
        } else {
            self.line(format!("\n{}\n  {times}", name.trim_end()));
        }
        for example in &rule.examples {
            self.line(format!("  > {}", cut(&example.about, self.width - 4, "…")));
            for line in example.advice.lines() {
                let room = sentence_columns(self.width);
                self.text.push_str(&block("    ", "    ", line, room));
            }
        }
    }
}
