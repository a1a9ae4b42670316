//! What agents of a project do again and again: `lessons.json` in the state folder.
//!
//! For each project the file lists the last sessions with what they showed, so that the start of a
//! session need not list ledgers. The first call of a session adds it, after its answer, and the
//! upkeep adds what a ledger shows before it folds it. A project is known by its hash only. Losing
//! the file means that no lesson is due for some sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::effect::{Judged, Strata, verdict};
use super::habits::Habits;
use crate::base::file_error::FileError;
use crate::base::id::is_id;
use crate::base::state_dir::{self, Patience};

/// The sessions that decide about a lesson: the last ones that were not told it.
pub(crate) const SESSIONS: usize = 10;

/// A rule that came up in so many of them is a habit.
pub(crate) const HABIT: usize = 3;

/// A rule that came up in at most so many of them is learnt.
const LEARNT: usize = 1;

/// Most sessions that are listed for a project. Told ones are among them.
const LISTED: usize = 2 * SESSIONS;

/// Most projects. The one with the oldest last session goes first.
const PROJECTS: usize = 64;

/// Largest file, bytes.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// The content of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Lessons {
    v: u32,
    /// The last verdict about each lesson: it stays until the next look.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    judged: BTreeMap<String, Judged>,
    /// The projects, by their hash.
    projects: BTreeMap<String, ProjectHabits>,
}

/// The habits of a project's agents.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ProjectHabits {
    /// When the last session began, unix ms.
    t: u64,
    /// The last sessions, oldest first.
    sessions: Vec<SessionHabits>,
    /// The lessons that are due. For each, whether its rule came up in sessions that were not told
    /// it and are no longer listed, oldest first: `0` or `1`.
    due: BTreeMap<String, String>,
}

/// A session of a project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct SessionHabits {
    /// The stem of its ledger.
    s: String,
    #[serde(flatten)]
    habits: Habits,
}

/// A lesson that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueLesson {
    /// Its rule.
    pub(crate) rule: String,
    /// In how many of the last sessions that were not told it the rule came up.
    pub(crate) shown: usize,
    /// How many such sessions there are, at most [`SESSIONS`].
    pub(crate) sessions: usize,
}

impl Lessons {
    /// Reads the file. One that is missing or invalid knows no project.
    pub(crate) fn read(state: &Path) -> Self {
        let bytes = state_dir::read_small(&path(state), MAX_FILE_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let mut lessons = read.filter(|lessons| lessons.v == 1).unwrap_or_default();
        lessons.v = 1;
        lessons.judged.retain(|rule, _| is_id(rule));
        lessons
    }

    /// Checks that the file is valid or missing.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn check(state: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(state), MAX_FILE_BYTES)
    }

    /// Changes the file, as one process at a time.
    ///
    /// # Errors
    /// When the store cannot be written, or another process is writing for too long.
    pub(crate) fn change(
        state: &Path,
        patience: Patience,
        change: impl FnOnce(&mut Self),
    ) -> io::Result<()> {
        state_dir::update(&path(state), patience, || {
            let mut lessons = Self::read(state);
            change(&mut lessons);
            lessons.forget_old();
            lessons.to_bytes()
        })
    }

    /// The habits of the project with this hash. Those of a project that is not known are empty.
    pub(crate) fn project(&self, hash: &str) -> ProjectHabits {
        self.projects.get(hash).cloned().unwrap_or_default()
    }

    /// The same, to be changed.
    pub(crate) fn project_mut(&mut self, hash: &str) -> &mut ProjectHabits {
        self.projects.entry(hash.to_owned()).or_default()
    }

    /// Whether what a session showed is still wanted.
    pub(crate) fn awaits(&self, project: &str, stem: &str) -> bool {
        self.projects.get(project).is_some_and(|habits| habits.open().any(|open| open == stem))
    }

    /// The last verdict about the lesson of a rule.
    pub(crate) fn judged(&self, rule: &str) -> Option<&Judged> {
        self.judged.get(rule)
    }

    /// Judges each lesson that has reached a further look, by its counts.
    pub(crate) fn judge(&mut self, strata: &Strata) {
        let rules: BTreeSet<&str> =
            strata.iter().map(|(stratum, _)| stratum.rule.as_str()).collect();
        for rule in rules {
            let judged = verdict::judge(self.judged(rule), strata.of_rule(rule));
            self.judged.extend(judged.map(|judged| (rule.to_owned(), judged)));
        }
    }

    /// Forgets the projects with the oldest sessions, until the file is small enough.
    fn forget_old(&mut self) {
        let is_small = |lessons: &Self| {
            let bytes = lessons.to_bytes().map_or(0, |bytes| bytes.len() as u64);
            bytes <= MAX_FILE_BYTES && lessons.projects.len() <= PROJECTS
        };
        while !is_small(self) {
            let oldest = self.projects.iter().min_by_key(|(_, habits)| habits.t);
            let Some(hash) = oldest.map(|(hash, _)| hash.clone()) else { break };
            self.projects.remove(&hash);
        }
    }

    fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl ProjectHabits {
    /// Adds the session that begins at `now`, unix ms. One that goes on is there already.
    pub(crate) fn begin(&mut self, stem: &str, now: u64) {
        if self.sessions.iter().any(|session| session.s == stem) {
            return;
        }
        self.t = self.t.max(now);
        self.sessions.push(SessionHabits { s: stem.to_owned(), ..SessionHabits::default() });
        while self.sessions.len() > LISTED {
            let SessionHabits { habits, .. } = self.sessions.remove(0);
            for (rule, shown) in &mut self.due {
                if habits.calls > 0 && !habits.told.contains(rule) {
                    shown.push(if habits.hit.contains(rule) { '1' } else { '0' });
                    let spare = shown.len().saturating_sub(SESSIONS);
                    *shown = shown.get(spare..).unwrap_or_default().to_owned();
                }
            }
        }
    }

    /// Adds what a listed session showed. What is final stays.
    pub(crate) fn note(&mut self, stem: &str, habits: Habits) {
        let session = self.sessions.iter_mut().find(|session| session.s == stem);
        if let Some(session) = session.filter(|session| !session.habits.is_final) {
            session.habits = habits;
        }
    }

    /// Looks at the listed sessions again that may have shown more since, with `look`.
    pub(crate) fn look_again(&mut self, look: impl Fn(&str) -> Option<Habits>) {
        for session in self.sessions.iter_mut().filter(|session| !session.habits.is_final) {
            if let Some(habits) = look(&session.s) {
                session.habits = habits;
            }
        }
    }

    /// Keeps in mind which lessons are due.
    pub(crate) fn settle(&mut self) {
        let due: BTreeSet<String> = self.due().into_iter().map(|lesson| lesson.rule).collect();
        self.due.retain(|rule, _| due.contains(rule));
        for rule in due {
            self.due.entry(rule).or_default();
        }
    }

    /// The lessons that are due, those first whose rule came up most often. A lesson falls due by
    /// [`HABIT`], and stays due until it is learnt; between the two, nothing changes.
    pub(crate) fn due(&self) -> Vec<DueLesson> {
        let shown = self.sessions.iter().flat_map(|session| &session.habits.hit);
        let rules: BTreeSet<&String> = shown.chain(self.due.keys()).collect();
        let mut due: Vec<DueLesson> = rules
            .into_iter()
            .filter_map(|rule| {
                let lesson = self.lesson(rule);
                let is_learnt = lesson.sessions == SESSIONS && lesson.shown <= LEARNT;
                let was_due = self.due.contains_key(rule) && !is_learnt;
                (was_due || lesson.shown >= HABIT).then_some(lesson)
            })
            .collect();
        // The sort is stable, so equal ones stay in the order of their names.
        due.sort_by_key(|lesson| std::cmp::Reverse(lesson.shown));
        due
    }

    /// In how many of the last sessions that were not told its lesson the rule came up.
    fn lesson(&self, rule: &str) -> DueLesson {
        let untold = |session: &&SessionHabits| {
            session.habits.calls > 0 && !session.habits.told.contains(rule)
        };
        let listed = self.sessions.iter().rev().filter(untold);
        let listed = listed.map(|session| session.habits.hit.contains(rule));
        let older = self.due.get(rule).map_or("", String::as_str).chars().rev();
        let last = listed.chain(older.map(|shown| shown == '1')).take(SESSIONS);
        let (mut shown, mut sessions) = (0, 0);
        for is_shown in last {
            sessions += 1;
            shown += usize::from(is_shown);
        }
        DueLesson { rule: rule.to_owned(), shown, sessions }
    }

    /// The sessions that may show more.
    fn open(&self) -> impl Iterator<Item = &str> {
        let open = self.sessions.iter().filter(|session| !session.habits.is_final);
        open.map(|session| session.s.as_str())
    }
}

fn path(state: &Path) -> PathBuf {
    state.join(state_dir::LESSONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits(hit: bool, told: bool) -> Habits {
        let rule = |is: bool| is.then(|| "x".to_owned()).into_iter().collect();
        Habits { calls: 5, is_final: true, hit: rule(hit), told: rule(told) }
    }

    /// Adds sessions: `-` shows the rule, `.` does not; `+` and `:` the same of told ones.
    fn add(project: &mut ProjectHabits, sessions: &str) {
        for sign in sessions.chars() {
            let stem = format!("{}", project.t);
            project.begin(&stem, project.t + 1);
            project.note(&stem, habits("-+".contains(sign), "+:".contains(sign)));
            project.settle();
        }
    }

    /// In how many of how many sessions it came up, if it is due.
    fn due(sessions: &str) -> Option<(usize, usize)> {
        let mut project = ProjectHabits::default();
        add(&mut project, sessions);
        project.due().pop().map(|lesson| (lesson.shown, lesson.sessions))
    }

    #[test]
    fn three_of_the_last_ten_sessions_make_a_habit() {
        assert_eq!(due("--"), None);
        assert_eq!(due("---"), Some((3, 3)));
        assert_eq!(due("-.-......-"), Some((3, 10)));
        assert_eq!(due("-.-.......-"), None, "of eleven");
    }

    #[test]
    fn it_is_learnt_when_ten_untold_sessions_show_it_once() {
        assert_eq!(due("---........"), Some((2, 10)), "neither a habit nor learnt");
        assert_eq!(due("---........."), None);
        assert_eq!(due("---.........-."), None, "learnt stays learnt");
        assert_eq!(due("---.........-.-.-"), Some((3, 10)), "the habit is back");
    }

    #[test]
    fn told_sessions_do_not_count() {
        assert_eq!(due("---::::::::::::"), Some((3, 3)), "they would, without the lesson");
        assert_eq!(due("---++++++"), Some((3, 3)));
        let many = format!("---{}", ":".repeat(200));
        assert_eq!(due(&many), Some((3, 3)), "no longer listed");
        let slow = format!("---{}", ":::::::::.".repeat(9));
        assert_eq!(due(&slow), None, "nine of ten were told for a hundred sessions");
        assert_eq!(due(&format!("---{}", ":::::::::.".repeat(8))), Some((2, 10)));
        assert_eq!(due("---.........+++"), None);
    }

    #[test]
    fn a_session_that_was_not_looked_at_counts_neither_way() {
        let mut project = ProjectHabits::default();
        add(&mut project, "---");
        project.begin("open", 9);
        assert_eq!(project.due()[0].sessions, 3);
        project.begin("open", 10);
        assert_eq!(project.sessions.len(), 4, "a session that goes on");
        assert_eq!(project.open().collect::<Vec<_>>(), ["open"]);
        project.look_again(|stem| (stem == "open").then(|| habits(true, false)));
        assert_eq!(project.due()[0].shown, 4);
        project.note("open", habits(false, false));
        assert_eq!(project.due()[0].shown, 4, "final");
    }

    #[test]
    fn the_file_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let rules: BTreeSet<String> = (0..30).map(|n| format!("a-rule-with-a-name-{n}")).collect();
        Lessons::change(&state, Patience::Command, |lessons| {
            for project in 0..200_u64 {
                let habits = lessons.project_mut(&format!("{project:016x}"));
                for session in 0..LISTED {
                    habits.begin(&format!("{session:016x}"), project);
                    let shown = Habits { calls: 100, hit: rules.clone(), ..Habits::default() };
                    habits.note(&format!("{session:016x}"), shown);
                }
            }
        })
        .unwrap();
        let length = std::fs::metadata(path(&state)).unwrap().len();
        assert!(length <= MAX_FILE_BYTES && length > MAX_FILE_BYTES / 2, "{length}");
        let lessons = Lessons::read(&state);
        assert!(lessons.projects.contains_key(&format!("{:016x}", 199)), "the newest stays");
        assert!(!lessons.projects.contains_key(&format!("{:016x}", 0)));
        assert!(Lessons::check(&state).is_ok());
    }
}
