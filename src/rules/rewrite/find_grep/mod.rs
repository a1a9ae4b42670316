//! A grep through the files that a find picks, as one search: `find -exec grep`,
//! `find | xargs grep`, `for f in $(find)`.

pub(crate) mod forms;
pub(crate) mod words;

use super::find::{Action, Files};
use super::place::Place;
use super::reader::{self, Use};
use super::{expression, git_grep, ripgrep};
use crate::project::programs::{self, Trait};
use crate::rules::case::classify::edits_in_place;
use crate::rules::trigger::{Check, Miss};
use crate::shell::is_shell;
use crate::shell::{Command, Joined, Redirection, Script, Stage, Word};
use forms::{Form, Parts};
use words::Grep;

/// A search through the files that a find picks.
#[derive(Debug, Clone)]
pub(crate) struct FindGrep<'s> {
    /// How it is put together.
    pub(crate) form: Form,
    files: Files<'s>,
    /// The grep without its files.
    grep: Command,
    /// The redirection of its errors as text, with a blank in front; empty for none.
    errors: &'static str,
    /// The filters after it as they were written.
    filters: &'s str,
    /// How what it prints is used.
    used: Use,
}

/// Whether a grep searches the files that `find` picks.
pub(crate) fn is_searched(script: &Script, find: &Command) -> bool {
    !matches!(forms::read(script, find), Err(Miss::No))
}

/// Whether a grep searches the files that `find` picks in a form that is not read: a script for a
/// shell, or a `while read` loop.
pub(crate) fn is_searched_loosely(script: &Script, find: &Command) -> bool {
    !is_searched(script, find) && forms::is_loose(script, find)
}

/// Reads a find whose files a grep searches.
///
/// # Errors
/// [`Miss::No`] if no grep does, [`Miss::Near`] if one search cannot do the same.
pub(crate) fn read<'s>(script: &'s Script, find: &'s Command) -> Check<FindGrep<'s>> {
    let parts = forms::read(script, find)?;
    assemble(script, find, parts).map_err(Miss::Near)
}

fn assemble<'s>(
    script: &'s Script,
    find: &'s Command,
    parts: Parts<'s>,
) -> Result<FindGrep<'s>, &'static str> {
    if !find.wrappers.iter().all(|wrapper| is_shell(wrapper) || *wrapper == "time")
        || !find.assignments.is_empty()
        || !parts.grep.assignments.is_empty()
    {
        return Err("it runs under another program");
    }
    if find.in_function || find.background || find.group_redirected || find.is_condition {
        return Err("it may not run, or its output is not read");
    }
    let files = expression::read(&find.args)?;
    if (files.action == Action::Print0) != parts.takes_null {
        return Err("find and xargs do not agree where a name ends");
    }
    let mut errors = redirected_errors(&find.redirections)?;
    if parts.form != Form::Exec {
        let own = if parts.form == Form::Xargs { parts.last } else { parts.grep };
        errors = [redirected_errors(&own.redirections)?, errors.trim_end_matches(" 2>&1")]
            .into_iter()
            .find(|errors| !errors.is_empty())
            .unwrap_or_default();
    }
    let filters = match parts.form {
        Form::Loop => "",
        Form::Exec | Form::Xargs => filters(script, parts.last.stage)?,
    };
    let is_used = find.in_substitution && parts.form != Form::Loop || !filters.is_empty();
    if filters.is_empty() && !keeps_status(script, &parts) {
        return Err("its exit status is used");
    }
    let words = Grep::of(&parts)?;
    let is_folder_counted = words.counts_without_names()
        || (!files.are_of_endings() && (words.answers_for_folders() || errors == " 2>&1"));
    if is_folder_counted && !files.files_only && counts_lines(script, parts.last.stage) {
        return Err("a folder that find picks counts as a line");
    }
    let grep = words.command(&parts, is_used)?;
    let used = reader::of(script, parts.last);
    Ok(FindGrep { form: parts.form, files, grep, errors, filters, used })
}

/// The text of a redirection that only concerns errors.
fn redirected_errors(redirections: &[Redirection]) -> Result<&'static str, &'static str> {
    match redirections {
        [] => Ok(""),
        [only] if only.fd == Some(2) && only.operator == ">" && only.target.is("/dev/null") => {
            Ok(" 2>/dev/null")
        }
        [only] if only.fd == Some(2) && only.operator == ">&" && only.target.is("1") => Ok(" 2>&1"),
        _ => Err("its output is redirected"),
    }
}

/// The text of the stages after `stage`, if they only choose and count lines.
fn filters(script: &Script, stage: Option<Stage>) -> Result<&str, &'static str> {
    const OTHER: &str = "its output is passed on";
    let Some(stage) = stage else { return Ok("") };
    let stages = script.stages(stage.pipeline).ok_or(OTHER)?;
    let later = stages.get(stage.index + 1..).unwrap_or_default();
    let only_filters = later.iter().all(|command| {
        programs::is(&command.program, Trait::ChoosesLines)
            && command.wrappers.len() == stages.first().map_or(0, |first| first.wrappers.len())
            && !edits_in_place(command)
            && redirected_errors(&command.redirections).is_ok()
    });
    if !only_filters {
        return Err(OTHER);
    }
    if later.is_empty() {
        return Ok("");
    }
    let text = script.text_after_stage(stage).map(str::trim).ok_or(OTHER)?;
    if text.starts_with('|') { Ok(text) } else { Err(OTHER) }
}

/// Whether one of the stages after `stage` counts lines.
fn counts_lines(script: &Script, stage: Option<Stage>) -> bool {
    let stages = stage.and_then(|stage| script.stages(stage.pipeline)).unwrap_or_default();
    let later = stage.and_then(|stage| stages.get(stage.index + 1..)).unwrap_or_default();
    later.iter().any(|command| command.is("wc") || command.is("uniq"))
}

/// Whether the next command ignores its status, or the status means the same for one search: find
/// and a loop succeed without a match.
fn keeps_status(script: &Script, parts: &Parts) -> bool {
    let outer = parts.last.depth.saturating_sub(u8::from(parts.form == Form::Loop));
    let next = script.after(parts.last).iter().find(|other| other.depth <= outer);
    let depends = next.is_some_and(|next| {
        matches!(next.joined, Joined::And | Joined::Or)
            && !matches!(next.program.as_str(), "true" | ":")
    });
    !depends || (parts.form != Form::Loop && !parts.each)
}

impl<'s> FindGrep<'s> {
    /// The folders as they were written.
    pub(crate) fn roots(&self) -> &[&'s Word] {
        self.files.roots()
    }

    /// The folder to which a path narrows the search, relative to the working directory.
    pub(crate) fn base(&self) -> Option<&str> {
        self.files.base.as_deref()
    }

    /// Whether it is limited to files with certain names.
    pub(crate) fn asks_for_names(&self) -> bool {
        !self.files.names.is_empty()
    }

    /// Whether find also picks links, which other programs do not follow.
    pub(crate) fn picks_links(&self) -> bool {
        !self.files.files_only
    }

    /// Whether [`Self::to_git_grep`] leaves binary files out.
    pub(crate) fn skips_binary_files(&self) -> bool {
        git_grep::skips_binary_files(&self.grep)
    }

    /// The search with ripgrep.
    pub(crate) fn to_ripgrep(&self) -> Option<String> {
        // The paths are those of find, printed as find prints them.
        let used = Use { reads_paths: false, ..self.used };
        let search = ripgrep::of_grep(&self.grep, &|_| Place::Folder, used)?;
        Some(self.with_rest(search.over(&self.files)?.render()))
    }

    /// The search with `git grep`.
    pub(crate) fn to_git_grep(&self) -> Option<String> {
        git_grep::over(&self.grep, &self.files, self.used).map(|search| self.with_rest(search))
    }

    fn with_rest(&self, search: String) -> String {
        let space = if self.filters.is_empty() { "" } else { " " };
        format!("{search}{}{space}{}", self.errors, self.filters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn rg(text: &str) -> Check<String> {
        let script = shell::parse(text).unwrap();
        let find = script.commands.iter().find(|command| command.is("find")).unwrap();
        assert_eq!(is_searched(&script, find), !matches!(read(&script, find), Err(Miss::No)));
        read(&script, find)?.to_ripgrep().ok_or(Miss::NoBetterForm)
    }

    #[test]
    fn each_form_becomes_one_search() {
        for (from, to) in [
            ("find . -name '*.sh' | xargs grep -l ticket", "rg -l -g '*.sh' ticket ."),
            (
                "find . -type f -name '*.ts' -exec grep -H useState {} \\;",
                "rg -H -g '*.ts' useState .",
            ),
            ("find . -name '*.go' -exec grep -n foo {} +", "rg -n -g '*.go' foo ."),
            ("find . -name '*.go' -exec grep foo '{}' ';'", "rg -g '*.go' foo ."),
            (
                r#"find cli -name "*.go" -type f -exec grep -l "a\.b\|c" {} \;"#,
                r"rg -l -g '*.go' 'a\.b|c' cli",
            ),
            ("find a b -print0 | xargs -0 -P4 grep -nE 'x|y'", "rg -n 'x|y' a b"),
            (
                "find . -name '*.c' | xargs -n1 grep -c x | sort -u",
                "rg --no-filename -c --include-zero -g '*.c' x . | sort -u",
            ),
            (
                "find . -name '*.c' | xargs -I{} grep -H x {} | head -3",
                "rg -H -g '*.c' x . | head -3",
            ),
            (
                "find . -name '*.c' 2>/dev/null | xargs grep x | wc -l",
                "rg -g '*.c' x . 2>/dev/null | wc -l",
            ),
            ("for f in $(find . -name '*.c'); do grep -n x \"$f\"; done", "rg -n -g '*.c' x ."),
            (
                "for f in $(find . -name '*.c'); do grep -qi x $f && echo $f; done",
                "rg -li -g '*.c' x .",
            ),
            ("find . -type f -exec grep -q x {} \\; -print", "rg -l x ."),
            ("find . -name '*.c' -exec grep x /dev/null {} \\; | head", "rg -g '*.c' x . | head"),
            (
                "find . -maxdepth 2 -iname '*.md' | sort | xargs egrep 'a+'",
                "rg --max-depth 2 --iglob '*.md' a+ .",
            ),
            (
                "find . -type f | xargs grep -hc x | wc -l",
                "rg --no-filename -c --include-zero x . | wc -l",
            ),
            (
                "find . -name '*.c' | xargs grep -L x | wc -l",
                "rg --files-without-match -g '*.c' x . | wc -l",
            ),
            ("x=$(find . -name '*.c' | xargs grep -l x)", "rg -l -g '*.c' x ."),
            ("find . -name '*.c' | xargs grep x && echo yes", "rg -g '*.c' x ."),
            (
                "ls; find . -name '*.c' | xargs grep x | grep -v y; ls",
                "rg -g '*.c' x . | grep -v y",
            ),
        ] {
            assert_eq!(rg(from), Ok(to.to_owned()), "{from}");
        }
    }

    #[test]
    fn what_one_search_cannot_do_is_refused() {
        for from in [
            "find . -name '*.c' | xargs grep -r x",
            "find . -print0 | xargs grep x",
            "find . | xargs -0 grep x",
            "find . -name '*.c' | head -5 | xargs grep x",
            "find . -name '*.c' | xargs grep -l x | xargs rm",
            "find . -name '*.c' | xargs grep -l x | while read f; do rm $f; done",
            "find . -name '*.c' | xargs grep x > out",
            "find . -name '*.c' | xargs grep x y.c",
            "find . -name '*.c' | xargs -I{} grep '{}' {}",
            "find . -name '*.c' | xargs grep",
            "find . -name '*.c' -exec grep x {} \\; && echo yes",
            "if find . -name '*.c' | xargs grep x; then echo y; fi",
            "f() { find . -name '*.c' | xargs grep x; }",
            "sudo find . -name '*.c' | xargs grep x",
            "find . -name '*.c' | sudo xargs grep x",
            "find . -name '*.c' | LC_ALL=C xargs grep x",
            "find . -name '*.c' -exec grep -n x {} \\; -print",
            "find . -name '*.c' -exec grep -q x {} \\;",
            "find . -name '*.c' -exec grep -q x {} + -print",
            "find . -name '*.c' -exec grep -P '(?<=a)b' {} +",
            "find . -name '*.c' -exec grep \"$p\" {} +",
            "for f in $(find . -name '*.c') b.c; do grep x $f; done",
            "for f in $(find . -name '*.c'); do echo $f; grep x $f; done",
            "for f in $(find . -name '*.c'); do grep x $f; done | sort",
            "for f in $(find . -name '*.c'); do ! grep -q x $f && echo $f; done",
            "find . -name '*.c' | xargs grep -hc x | wc -l",
            "find . -name 'c*' -exec grep -L x {} + | wc -l",
            "find . | xargs grep x 2>&1 | wc -l",
            "find . -mtime -1 -exec grep x {} +",
            "find . -execdir grep x {} +",
        ] {
            let found = rg(from);
            assert!(matches!(found, Err(Miss::Near(_) | Miss::NoBetterForm)), "{from}: {found:?}");
        }
        for from in [
            "find . -name '*.c' | xargs wc -l",
            "find . -name '*.c' | grep x",
            "find . -exec rm {} +; grep x a",
            "find . -name '*.c' | xargs rg x",
            "for f in $(find . -name '*.c'); do wc -l $f; done",
            "for f in $(find . -name '*.c'); do grep x notes; done",
        ] {
            assert_eq!(rg(from), Err(Miss::No), "{from}");
        }
    }
}
