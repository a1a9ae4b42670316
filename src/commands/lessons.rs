//! `toolcoach lessons`: what new sessions in the project here are told, and whether that changes
//! anything.

use std::io::{self, Write};

use super::context::Context;
use super::lesson_line::LessonLine;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::engine;
use crate::engine::lessons::{self, Lesson, MOST};
use crate::store::ledger::{self, Ledger};
use crate::store::lessons::Lessons;
use crate::store::rollup::Rollup;
use crate::ui::format::wrapped;
use crate::ui::print::print;
use crate::upkeep;

/// Width of a line, characters.
const WIDTH: usize = 80;

/// How far a lesson is indented, characters.
const INDENT: usize = 2;

/// A blank at which no line is broken.
const NO_BREAK: &str = "\u{1}";

/// Prints the lessons that are due for the project of the current folder.
///
/// # Errors
/// When the state folder is unknown, or the output cannot be written.
pub(crate) fn run(markdown: bool) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let context = Context::new();
    // The project has the same hash in every session.
    let ledger = Ledger::new(&state, "", None);
    let project = engine::project(&context.environment, &ledger);
    let known = Lessons::read(&state);
    let due = lessons::due(&known, &ledger, &project, &context.settings, &context.environment);
    if markdown {
        if due.is_empty() {
            // A file that this is added to gets nothing. A closed stderr is not an error.
            let _ = writeln!(io::stderr(), "toolcoach: no lesson is due here");
        }
        return Ok(print(&block(&due))?);
    }
    let mut text = String::new();
    if !context.settings.lessons(&context.environment) {
        text.push_str("Lessons are switched off (\"lessons\": false in the settings).\n\n");
    }
    if due.is_empty() {
        text.push_str(
            "No lesson is due here.\nA lesson falls due when its rule came up in 3 of the last 10 sessions.\n",
        );
        return Ok(print(&text)?);
    }
    let effects = {
        let rollup = Rollup::read(&state);
        let strata = upkeep::lessons::strata(&state, &rollup, ledger::now_ms());
        LessonLine::all(&strata, &known)
    };
    text.push_str(&format!("New sessions here start with these sentences, at most {MOST}:\n"));
    for (at, lesson) in due.iter().enumerate() {
        if at == MOST {
            text.push_str("\nAlso due, but not among the first {MOST}:\n");
        }
        text.push_str(&paragraph(lesson, &effects));
    }
    text.push_str("\nFor CLAUDE.md or AGENTS.md: toolcoach lessons --markdown\n");
    Ok(print(&text)?)
}

/// A lesson with what is known of it.
fn paragraph(lesson: &Lesson, effects: &[LessonLine]) -> String {
    let indented = |text: &str, by: usize| -> String {
        let indent = " ".repeat(by);
        let lines = wrapped(&held_together(text), WIDTH - by).replace(NO_BREAK, " ");
        lines.lines().map(|line| format!("{indent}{line}\n")).collect()
    };
    let effect = match effects.iter().find(|line| line.rule == lesson.rule.id) {
        None => "its effect is not known yet".to_owned(),
        Some(line) => format!(
            "came up in {} of {} sessions that were told, and in {} of {} that were not; difference in points: {}",
            line.told.shown,
            line.told.units,
            line.held_out.shown,
            line.held_out.units,
            line.in_words()
        ),
    };
    let (shown, sessions) = (lesson.due.shown, lesson.due.sessions);
    format!(
        "\n{}{}{}",
        indented(lesson.text, INDENT),
        indented(
            &format!("{}: in {shown} of {sessions} sessions that were not told", lesson.rule.id),
            2 * INDENT
        ),
        indented(&effect, 2 * INDENT)
    )
}

/// The text with [`NO_BREAK`] for each blank within backticks, so that no command is broken.
fn held_together(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(
        |(at, part)| {
            if at % 2 == 1 { part.replace(' ', NO_BREAK) } else { part.to_owned() }
        },
    );
    parts.collect::<Vec<_>>().join("`")
}

/// The sentences as a block for a file that agents read.
fn block(due: &[Lesson]) -> String {
    if due.is_empty() {
        return String::new();
    }
    let sentences: String = due.iter().map(|lesson| format!("- {}\n", lesson.text)).collect();
    format!("## Habits to avoid\n\n{sentences}")
}
