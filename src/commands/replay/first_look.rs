//! What a person reads who has typed no more than `replay`: where it looked, and what to do next.

use std::path::Path;

use crate::base::{env, text};
use crate::commands::runner;
use crate::commands::transcripts::OwnFolder;
use crate::ui::format::plural;

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
pub(super) fn next() -> String {
    let own = runner::own_command();
    format!(
        "\nWhy a rule exists and when it is silent:\n  {own} rules RULE\n\
         So that your agents read such lines from now on; it asks before it writes:\n  \
         {own} install\n\
         Then, whether advice changes anything:\n  {own} stats\n"
    )
}

/// A path as a person writes it: `~` for the home.
pub(super) fn below_home(path: &Path) -> String {
    let rest = env::home().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    let shown = rest.map_or_else(|| path.to_owned(), |rest| Path::new("~").join(rest));
    text::clean(&shown.to_string_lossy())
}
