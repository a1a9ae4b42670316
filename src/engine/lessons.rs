//! What a new session is told before its first call: lessons of rules that agents of the project
//! break again and again. `docs/effect.md` has the design.

use super::{note, suppress};
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::rules;
use crate::rules::advice::TAG;
use crate::rules::case::Case;
use crate::rules::rule::{Need, Rule};
use crate::settings::Settings;
use crate::store::effect::Verdict;
use crate::store::habits::Habits;
use crate::store::history::{Arm, LINE_VERSION, WarningLine};
use crate::store::ledger::{self, Ledger};
use crate::store::lessons::{DueLesson, Lessons};

/// Most lessons that a session is told. One that is held out leaves its place empty.
pub(crate) const MOST: usize = 3;

/// The share of sessions that are not told a lesson until there is a verdict about it, and then.
const SHARES: (f64, f64) = (0.5, 0.1);

/// A lesson that is due for a new session.
pub(crate) struct Lesson {
    /// Its rule.
    pub(crate) rule: &'static Rule,
    /// The sentence.
    pub(crate) text: &'static str,
    /// How often the rule came up.
    pub(crate) due: DueLesson,
}

/// Whether a rule has a lesson.
pub(crate) fn has_lesson(rule: &str) -> bool {
    rules::named(rule).is_some_and(|rule| rule.lesson.is_some())
}

/// The lessons that are due in the project with this hash, the most frequent first: the first
/// [`MOST`] of them have a place. The last sessions are read as they are now.
pub(crate) fn due(
    lessons: &Lessons,
    ledger: &Ledger,
    project: &str,
    settings: &Settings,
    environment: &Environment,
) -> Vec<Lesson> {
    let Some(state) = ledger.state() else { return Vec::new() };
    let now = ledger::now_ms();
    let mut habits = lessons.project(project);
    habits.look_again(|stem| Habits::read(state, stem, now, has_lesson));
    let lesson = |due: DueLesson| {
        let rule = rules::named(&due.rule)?;
        let text = rule.lesson?;
        let is_wanted = is_true_for(environment.client, rule)
            && suppress::of(settings, environment, rule.id).is_none();
        is_wanted.then_some(Lesson { rule, text, due })
    };
    habits.due().into_iter().filter_map(lesson).collect()
}

/// The lines for a new session, whose lots this draws and notes. None if it is not new, or if they
/// cannot be noted: without a note the session might be told them again.
pub(super) fn at_start(case: &Case, ledger: &Ledger) -> Vec<String> {
    let (event, settings, environment) = (case.event, &case.settings, &case.environment);
    let is_new = event.source.as_deref() == Some("startup") && event.agent.is_none();
    if !is_new || ledger.machine().is_none() || !environment.client.hears_at_start() {
        return Vec::new();
    }
    if !settings.lessons(environment) || ledger.has_calls() {
        return Vec::new();
    }
    let project = note::project(environment, ledger);
    let known = ledger.state().map(Lessons::read).unwrap_or_default();
    let due = due(&known, ledger, &project, settings, environment);
    if due.is_empty() {
        return Vec::new();
    }
    let noted: Vec<(WarningLine, String)> = due
        .iter()
        .take(MOST)
        .map(|lesson| {
            let text = line(lesson);
            let judged = known.judged(lesson.rule.id).map(|judged| judged.verdict);
            let is_judged = judged.is_some_and(|verdict| verdict != Verdict::TooFew);
            let share = if is_judged { SHARES.1 } else { SHARES.0 };
            // A user without a hold-out for rules has none for lessons.
            let share = (settings.holdout() > 0.0).then_some(share);
            let noted = WarningLine {
                v: LINE_VERSION,
                t: ledger.now_ms(),
                keyed: ledger.is_keyed(),
                lesson: lesson.rule.id.to_owned(),
                chars: text.chars().count() as u64,
                arm: share.map(|share| ledger.arm_of_lesson(lesson.rule.id, share)),
                share,
                session: ledger.session(),
                ..WarningLine::default()
            };
            (noted, text)
        })
        .collect();
    let Ok(mut claim) = ledger.claim() else { return Vec::new() };
    // The hook is registered twice, or the session is not new.
    if !claim.said.is_empty() {
        return Vec::new();
    }
    let lines: Vec<WarningLine> = noted.iter().map(|(line, _)| line.clone()).collect();
    if claim.append(&lines).is_err() {
        return Vec::new();
    }
    let is_told = |line: &WarningLine| line.arm_of_lesson() == Some(Arm::Told);
    noted.into_iter().filter(|(line, _)| is_told(line)).map(|(_, text)| text).collect()
}

/// A lesson as the agent reads it.
fn line(lesson: &Lesson) -> String {
    format!("{TAG}from earlier sessions here: {} ({})", lesson.text, lesson.rule.id)
}

/// Whether the sentence names only what the client has.
fn is_true_for(client: Client, rule: &Rule) -> bool {
    rule.needs.iter().all(|need| match need {
        Need::FileTools => client.has_file_tools(),
        Need::Background => client.runs_in_background(),
        Need::Ripgrep | Need::Fd | Need::WorkTree => true,
    })
}
