//! `toolcoach lessons`: what new sessions in the project here are told, and whether that changes
//! anything.

use std::io::{self, Write};

use serde::Serialize;

use super::context::Context;
use super::lesson_line::LessonLine;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::engine;
use crate::engine::lessons::{self, Lesson, MOST};
use crate::store::ledger::{self, Ledger};
use crate::store::lessons::Lessons;
use crate::store::rollup::Rollup;
use crate::ui::layout::block as wrapped;
use crate::ui::print::{self, print, print_json, print_sentences};
use crate::upkeep;

/// A lesson that is due; `lessons --json`.
#[derive(Debug, Serialize)]
struct DueLine<'l> {
    rule: &'static str,
    text: &'static str,
    /// Whether it is among the sentences that a new session is told.
    told: bool,
    /// The sessions of the last ones that were not told in which the rule came up.
    shown: usize,
    sessions: usize,
    effect: Option<&'l LessonLine>,
}

impl<'l> DueLine<'l> {
    fn of(at: usize, lesson: &Lesson, effects: &'l [LessonLine]) -> Self {
        Self {
            rule: lesson.rule.id,
            text: lesson.text,
            told: at < MOST,
            shown: lesson.due.shown,
            sessions: lesson.due.sessions,
            effect: effects.iter().find(|line| line.rule == lesson.rule.id),
        }
    }
}

/// Prints the lessons that are due for the project of the current folder.
///
/// # Errors
/// When the state folder is unknown, or the output cannot be written.
pub(crate) fn run(markdown: bool, json: bool) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let context = Context::new();
    // The project has the same hash in every session.
    let ledger = Ledger::new(&state, "", None);
    let project = engine::project(&context.environment, &ledger);
    let known = Lessons::read(&state);
    let due = lessons::due(&known, &ledger, &project, &context.settings, &context.environment);
    let effects = || {
        let rollup = Rollup::read(&state);
        let strata = upkeep::lessons::strata(&state, &rollup, ledger::now_ms());
        LessonLine::all(&strata, &known)
    };
    if json {
        let effects = effects();
        let lines: Vec<DueLine> =
            due.iter().enumerate().map(|(at, lesson)| DueLine::of(at, lesson, &effects)).collect();
        return Ok(print_json(&(serde_json::to_string_pretty(&lines)? + "\n"))?);
    }
    if markdown {
        if due.is_empty() {
            // A file that this is added to gets nothing. A closed stderr is not an error.
            let _ = writeln!(io::stderr(), "toolcoach: no lesson is due here");
        }
        return Ok(print(&block(&due))?);
    }
    if !context.settings.lessons(&context.environment) {
        print_sentences("Lessons are switched off (`\"lessons\": false` in the settings).\n\n")?;
    }
    if due.is_empty() {
        return Ok(print_sentences(
            "No lesson is due here.\nA lesson falls due when its rule came up in 3 of the last 10 sessions.\n",
        )?);
    }
    let mut text = String::new();
    let effects = effects();
    let width = print::sentence_columns(print::columns());
    let heading = format!("New sessions here start with these sentences, at most {MOST}:");
    text.push_str(&wrapped("", "", &heading, width));
    for (at, lesson) in due.iter().enumerate() {
        if at == MOST {
            text.push_str(&format!("\nAlso due, but not among the first {MOST}:\n"));
        }
        text.push_str(&paragraph(lesson, &effects, width));
    }
    text.push_str("\nFor CLAUDE.md or AGENTS.md:\n  toolcoach lessons --markdown\n");
    Ok(print(&text)?)
}

/// A lesson with what is known of it.
fn paragraph(lesson: &Lesson, effects: &[LessonLine], width: usize) -> String {
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
    let came_up =
        format!("{}: in {shown} of {sessions} sessions that were not told", lesson.rule.id);
    format!(
        "\n{}{}{}",
        wrapped("  ", "  ", lesson.text, width),
        wrapped("    ", "    ", &came_up, width),
        wrapped("    ", "    ", &effect, width)
    )
}

/// The sentences as a block for a file that agents read.
fn block(due: &[Lesson]) -> String {
    if due.is_empty() {
        return String::new();
    }
    let sentences: String = due.iter().map(|lesson| format!("- {}\n", lesson.text)).collect();
    format!("## Habits to avoid\n\n{sentences}")
}
