//! A few files edited in place with a stream editor.

mod editor;
mod examples;
mod moved;

use self::editor::{Editor, edited_files};
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::project_file::is_file_of_project;
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "sed-inplace-edit",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "sed -i on a few files of the project",
    why: "sed -i succeeds when nothing matched, and with line numbers from an earlier look it \
          changes the wrong line.",
    lesson: Some(
        "Change files of the project with Edit: `sed -i` succeeds even when nothing matched.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["sed", "gsed", "perl", "ruby", "awk", "gawk"],
            subcommands: &[],
            signs: &["-", "mv "],
            check: in_place_edit,
        },
        Trigger::Command {
            programs: &["ed"],
            subcommands: &[],
            signs: &["<"],
            check: in_place_edit,
        },
    ]),
    better: Some(Trigger::Call { tools: &[Tool::Edit], check: |_| Ok(()) }),
    needs: &[Need::FileTools],
    repeat: Repeat::nth(2, 1, 2),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn in_place_edit(case: &Case, command: &Command) -> Check<Finding> {
    let editor = Editor::of(command).ok_or(Miss::No)?;
    let script = case.script().ok_or(Miss::No)?;
    let moved = moved::over(script, command);
    let paths = match moved {
        Some((path, _)) => vec![path],
        None => edited_files(editor, command)?,
    };
    if !case.environment.client.has_file_tools() {
        return Err(Miss::Near("this client has no Edit tool"));
    }
    if ["sudo", "doas", "su", "run0"].iter().any(|wrapper| command.is_under(wrapper)) {
        return Err(Miss::Near("Edit lacks the rights"));
    }
    if command.args.iter().any(|word| word.expands) {
        return Err(Miss::Near("the shell fills in a value"));
    }
    if command.args.iter().any(edit_cannot) {
        return Err(Miss::Near("Edit cannot do it"));
    }
    let done = moved.map_or(command, |(_, mv)| mv);
    if !script.after(done).iter().all(is_another_edit) {
        return Err(Miss::Near("the call looks at it, or goes on"));
    }
    if !paths.iter().all(|path| is_file_of_project(case, command, path)) {
        return Err(Miss::Near("a file is not part of the project"));
    }
    let first = paths.first().ok_or(Miss::NoBetterForm)?;
    let form = if moved.is_some() { editor.moved_form() } else { editor.in_place_form() };
    Ok(Finding::new(Advice::plain(format!(
        "{form} {} succeeds even if nothing matched: use Edit, which fails then (replace_all changes every place)",
        text::file_name(first)
    ))))
}

/// Whether a word holds a change that Edit has no form for: a carriage return, white space at every
/// line's end, upper and lower case.
fn edit_cannot(word: &Word) -> bool {
    ["\\r", "\\x0", "[[:space:]]", "\\s*$", " *$", "+$/", "\\U", "\\L", "\\u", "y/"]
        .iter()
        .any(|form| word.text.contains(form))
}

/// Whether the command makes one more such edit, or says something: it does not look at the file.
fn is_another_edit(command: &Command) -> bool {
    matches!(command.program.as_str(), "echo" | "true" | "cd" | ":" | "printf")
        || Editor::of(command).is_some_and(|editor| edited_files(editor, command).is_ok())
}
