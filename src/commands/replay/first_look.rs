//! What a person reads who has typed no more than `replay`: where it looked, and what to do next.

use std::path::Path;

use super::tally::ReplayTally;
use crate::base::{env, text};
use crate::commands::transcripts::OwnFolder;
use crate::commands::{habit, runner};
use crate::rules;
use crate::ui::format::plural;
use crate::ui::layout::block;
use crate::ui::print;

/// Where transcripts were looked for and what was found, as a line of the page. Empty if the user
/// named the files.
pub(super) fn looked(folders: &[OwnFolder]) -> String {
    let found: Vec<String> = folders
        .iter()
        .filter(|folder| folder.files > 0)
        .map(|folder| {
            let files = plural(folder.files, "file");
            format!("{files} of {} in {}", folder.client, below_home(&folder.path))
        })
        .collect();
    if found.is_empty() {
        String::new()
    } else {
        format!("read        {}\n", found.join("\n            "))
    }
}

/// What to do next, after a page with advice.
pub(super) fn next(tally: &ReplayTally) -> String {
    let own = runner::own_command();
    let width = print::sentence_columns(print::columns());
    let lessons: String =
        lessons(tally).map(|lesson| block("  - ", "    ", lesson, width)).collect();
    let lessons = if lessons.is_empty() {
        lessons
    } else {
        format!(
            "\nA third of the sessions or more have these habits. Lines for CLAUDE.md or AGENTS.md that could prevent them:\n{lessons}"
        )
    };
    format!(
        "{lessons}\nWhy a rule exists and when it is silent:\n  {own} rules RULE\n\
         To let your agents read such lines from now on (it asks before it writes):\n  \
         {own} install\n\
         To see later whether advice changes anything:\n  {own} stats\n"
    )
}

/// The sentences about habits, the most frequent first.
pub(super) fn lessons(tally: &ReplayTally) -> impl Iterator<Item = &'static str> {
    let all = tally.sessions.len() as u64;
    let rules = tally.rules_by_use().into_iter();
    let habits = rules.filter(move |(_, rule)| habit::is_habit(rule.sessions.len() as u64, all));
    habits.filter_map(|(id, _)| rules::named(id)?.lesson).take(habit::MOST)
}

/// A path as a person writes it: `~` for the home.
pub(super) fn below_home(path: &Path) -> String {
    let rest = env::home().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    let shown = rest.map_or_else(|| path.to_owned(), |rest| Path::new("~").join(rest));
    text::clean(&shown.to_string_lossy())
}
