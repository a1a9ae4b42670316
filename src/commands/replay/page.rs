//! The counts as a page of 80 columns for users.

use super::tally::{ReplayRuleTally, ReplayTally};
use crate::base::text;
use crate::commands::transcripts::about::shortened;
use crate::ui::format::{count, days, micros, plural, share};

/// Width of a line, characters.
const WIDTH: usize = 80;

/// Indentation of lines of advice, characters.
const INDENT: usize = 4;

/// Most unreadable files that are named.
const MAX_NAMED: usize = 3;

/// Renders the page on this number of files.
pub(super) fn render(tally: &ReplayTally, files: u64) -> String {
    let mut page = ReplayPage(String::new());
    if tally.calls == 0 {
        page.line(format!("No call found in {}.", plural(files, "file")));
        page.left_out(tally);
        return page.0;
    }
    let days = days(tally.first_ms, tally.last_ms);
    page.line(format!(
        "calls       {} in {}{days}",
        count(tally.calls),
        plural(tally.sessions.len() as u64, "session")
    ));
    let answered = tally.calls - tally.silent;
    page.line(format!(
        "silent      {}; {} would have got a line, about {} tokens in all",
        share(tally.silent, tally.calls),
        plural(answered, "call"),
        count(tally.chars / 4)
    ));
    page.line(format!(
        "time        {} in all, {} a call, without process start",
        micros(tally.us),
        micros(tally.us / tally.calls)
    ));
    page.left_out(tally);
    for (id, rule) in tally.rules_by_use() {
        page.rule(id, rule);
    }
    page.0
}

struct ReplayPage(String);

impl ReplayPage {
    fn line(&mut self, text: String) {
        self.0.push_str(&text);
        self.0.push('\n');
    }

    fn left_out(&mut self, tally: &ReplayTally) {
        let left_out = &tally.left_out;
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
            self.wrapped("left out    ", &parts.join(", "), 12);
        }
        let files = &left_out.unreadable_files;
        for (at, path) in files.iter().take(MAX_NAMED).enumerate() {
            let label = if at == 0 { "unreadable" } else { "" };
            self.line(format!("{label:12}{}", text::clean(path)));
        }
        if let Some(more) = files.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
            self.line(format!("{:12}and {} more", "", count(more as u64)));
        }
    }

    fn rule(&mut self, id: &str, rule: &ReplayRuleTally) {
        let sessions = match rule.sessions.len() as u64 {
            0 => String::new(),
            number => format!(" in {}", plural(number, "session")),
        };
        self.line(format!("\n{id:26}{}{sessions}", plural(rule.said, "time")));
        for example in &rule.examples {
            self.line(format!("  > {}", shortened(&example.about, WIDTH - INDENT)));
            for line in example.advice.lines() {
                self.wrapped("    ", line, INDENT);
            }
        }
    }

    /// Wraps a text over as many lines as it needs. All but the first are indented.
    fn wrapped(&mut self, lead: &str, text: &str, indent: usize) {
        let mut line = lead.to_owned();
        let mut length = lead.chars().count();
        let mut is_fresh = true;
        for word in text.split(' ') {
            let mut word = word;
            let room = WIDTH - indent;
            let chars = word.chars().count();
            if !is_fresh && length + 1 + chars > WIDTH {
                self.line(std::mem::replace(&mut line, " ".repeat(indent)));
                (length, is_fresh) = (indent, true);
            }
            // A word that is longer than a line is cut at the end of the line.
            while word.chars().count() > room {
                let at = word.char_indices().nth(WIDTH - length).map_or(word.len(), |(at, _)| at);
                let (head, rest) = word.split_at(at);
                line.push_str(head);
                self.line(std::mem::replace(&mut line, " ".repeat(indent)));
                (length, word) = (indent, rest);
            }
            if !is_fresh {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += word.chars().count();
            is_fresh = false;
        }
        self.line(line);
    }
}
