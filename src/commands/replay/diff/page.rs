//! The differences as a page for users.

use super::tally::{Change, ChangeTally, DiffTally, NO_MATCH, RuleDiff, SaidLine, Spoken};
use crate::commands::replay::page::Sheet;
use crate::commands::replay::trial::Trial;
use crate::ui::format::{count, days, plural};
use crate::ui::layout::{block, cut};
use crate::ui::print::sentence_columns;
use crate::ui::reason;
use crate::ui::style::Palette;
use crate::ui::table::{Align, Table};

/// Renders the page on this number of files, `width` columns wide.
pub(super) fn render(
    tally: &DiffTally,
    trial: &Trial,
    files: u64,
    palette: Palette,
    width: usize,
) -> String {
    let mut sheet = Sheet::new(palette, width);
    sheet.labelled("settings", &trial.in_words());
    if tally.calls == 0 {
        sheet.line(format!("No call found in {}.", plural(files, "file")));
        sheet.left_out(&tally.left_out);
        return sheet.text;
    }
    let days = days(tally.first_ms, tally.last_ms);
    let sessions = plural(tally.sessions.len() as u64, "session");
    sheet.labelled("calls", &format!("{} in {sessions}{days}", count(tally.calls)));
    sheet.labelled("now", &spoken(&tally.before));
    sheet.labelled("with it", &spoken(&tally.after));
    let parts: Vec<String> = Change::ALL
        .into_iter()
        .filter(|change| *tally.lines.of(*change) > 0)
        .map(|change| times(*tally.lines.of(change), change))
        .collect();
    let is_same = parts.is_empty();
    sheet.labelled("difference", &if is_same { "none".to_owned() } else { parts.join(", ") });
    sheet.left_out(&tally.left_out);
    let rules = tally.changed_rules();
    if !rules.is_empty() {
        sheet.text.push('\n');
        sheet.text.push_str(&table(&rules, palette, width));
    }
    for (id, rule) in rules {
        examples(&mut sheet, id, rule);
    }
    sheet.text
}

fn spoken(spoken: &Spoken) -> String {
    let lines = plural(spoken.lines, "line");
    format!("{lines} on {}, about {} tokens", plural(spoken.calls, "call"), count(spoken.chars / 4))
}

/// `1 line appears`, `3 lines vanish`.
fn times(number: u64, change: Change) -> String {
    let (one, many) = match change {
        Change::Appears => ("appears", "appear"),
        Change::Vanishes => ("vanishes", "vanish"),
        Change::Changes => ("changes", "change"),
    };
    format!("{} {}", plural(number, "line"), if number == 1 { one } else { many })
}

fn table(rules: &[(&'static str, &RuleDiff)], palette: Palette, width: usize) -> String {
    let mut table = Table::new(&[
        ("rule", Align::Left),
        ("now", Align::Right),
        ("with it", Align::Right),
        ("appear", Align::Right),
        ("vanish", Align::Right),
        ("change", Align::Right),
    ]);
    for (id, rule) in rules {
        let changed = |change| count(rule.lines.of(change).times);
        table.row([
            (*id).to_owned(),
            count(rule.before),
            count(rule.after),
            changed(Change::Appears),
            changed(Change::Vanishes),
            changed(Change::Changes),
        ]);
    }
    table.render(width, |heads| palette.dim(heads))
}

/// Each change of a rule, with why and examples.
fn examples(sheet: &mut Sheet, id: &str, rule: &RuleDiff) {
    for change in Change::ALL {
        let tally = rule.lines.of(change);
        if tally.times == 0 {
            continue;
        }
        let sessions = match tally.sessions.len() as u64 {
            0 => String::new(),
            number => format!(" in {}", plural(number, "session")),
        };
        let head = format!("{}: {}{sessions}", id, times(tally.times, change));
        let room = sentence_columns(sheet.width);
        let head = block("", "  ", &(head + &why(tally, change)), room);
        sheet.text.push_str(&format!("\n{}", head.replacen(id, &sheet.palette.bold(id), 1)));
        for example in &tally.examples {
            sheet.line(format!("  > {}", cut(&example.about, sheet.width - 4, "…")));
            let is_reweighed = match (&example.before, &example.after) {
                (Some(before), Some(after)) => before.severity != after.severity,
                _ => false,
            };
            for (mark, line) in [("-", &example.before), ("+", &example.after)] {
                if let Some(line) = line {
                    said(sheet, mark, line, is_reweighed);
                }
            }
        }
    }
}

/// Why lines are not said under the other settings.
fn why(tally: &ChangeTally, change: Change) -> String {
    let no_match = match change {
        Change::Appears => "did not match",
        _ => "no longer matches",
    };
    let reasons = tally
        .reasons
        .iter()
        .map(|(word, times)| (if *word == NO_MATCH { no_match } else { *word }, *times));
    let reasons = reason::counts(reasons);
    match (reasons.is_empty(), change) {
        (true, _) => String::new(),
        (false, Change::Appears) => format!("; until now: {}", reasons.join(", ")),
        (false, _) => format!("; with it: {}", reasons.join(", ")),
    }
}

fn said(sheet: &mut Sheet, mark: &str, line: &SaidLine, is_reweighed: bool) {
    let styled = match mark {
        "-" => sheet.palette.bad(mark),
        _ => sheet.palette.good(mark),
    };
    let severity = if is_reweighed { format!("({}) ", line.severity) } else { String::new() };
    for (at, text) in line.advice.lines().enumerate() {
        let (lead, severity) = if at == 0 {
            (format!("  {styled} "), severity.as_str())
        } else {
            ("    ".to_owned(), "")
        };
        let room = sentence_columns(sheet.width);
        sheet.text.push_str(&block(&lead, "    ", &format!("{severity}{text}"), room));
    }
}
