//! A find by name as a file listing of ripgrep or fd.

use super::expression;
use super::find::{Action, Files};
use crate::shell::words::quote;
use crate::shell::{Command, Word};

/// A search for files by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listing<'c>(Files<'c>);

/// Reads a find that lists files by name.
///
/// # Errors
/// Why it does something else.
pub(crate) fn read(command: &Command) -> Result<Listing<'_>, &'static str> {
    let files = expression::read(&command.args)?;
    if files.action != Action::Print {
        return Err("it does more than list files");
    }
    if files.names.is_empty() {
        return Err("it names no file");
    }
    if files.max_depth == Some(1) {
        return Err("it lists one folder");
    }
    if files.has_path() {
        return Err("it asks for a part of a path");
    }
    // Without -type f, a name without an ending may be that of a folder. A file lister does not
    // list folders.
    if !files.files_only && !files.are_of_endings() {
        return Err("it may look for folders");
    }
    Ok(Listing(files))
}

impl Listing<'_> {
    /// The folders as they were written.
    pub(crate) fn roots(&self) -> &[&Word] {
        self.0.roots()
    }

    /// Whether it enters only some levels.
    pub(crate) fn is_bounded(&self) -> bool {
        self.0.max_depth.is_some()
    }

    /// Whether find lists links or folders too, which ripgrep and fd leave out.
    pub(crate) fn has_others(&self) -> bool {
        !self.0.files_only || self.0.prints_pruned
    }

    /// The listing as a command of ripgrep.
    pub(crate) fn to_ripgrep(&self) -> String {
        let mut words = vec!["rg --files".to_owned()];
        words.extend(self.0.max_depth.map(|depth| format!("--max-depth {depth}")));
        words.extend(
            self.0.globs().iter().map(|(option, glob)| format!("{option} {}", quote(glob))),
        );
        words.extend(self.0.folders());
        words.join(" ")
    }

    /// The listing as a command of fd, which takes one name. `program` is `fdfind` on Debian.
    pub(crate) fn to_fd(&self, program: &str) -> Option<String> {
        let [(name, ignores_case)] = self.0.names.as_slice() else { return None };
        // It would take a value that begins with a dash for an option.
        if self.0.left_out().any(|part| part.starts_with('-')) {
            return None;
        }
        let mut words = vec![format!("{program} {} -t f", if *ignores_case { "-i" } else { "-s" })];
        words.extend(self.0.max_depth.map(|depth| format!("-d {depth}")));
        words.extend(self.0.left_out().map(|part| format!("-E {}", quote(part))));
        let end = if name.starts_with('-') { "-- " } else { "" };
        words.push(format!("-g {end}{}", quote(name)));
        words.extend(self.0.folders());
        Some(words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn listing(text: &str) -> Result<(String, Option<String>), &'static str> {
        let script = shell::parse(text).unwrap();
        read(&script.commands[0]).map(|listing| (listing.to_ripgrep(), listing.to_fd("fd")))
    }

    #[test]
    fn names_become_globs() {
        for (from, rg, fd) in [
            ("find . -name '*.py'", "rg --files -g '*.py' .", Some("fd -s -t f -g '*.py' .")),
            (
                "find src -type f -iname '*Test*'",
                "rg --files --iglob '*Test*' src",
                Some("fd -i -t f -g '*Test*' src"),
            ),
            (
                r"find . -type f \( -name '*.ts' -o -name '*.tsx' \)",
                "rg --files -g '*.ts' -g '*.tsx' .",
                None,
            ),
            (
                "find . -name package.json -not -path './vendor/*'",
                "rg --files -g package.json -g '!/vendor/' .",
                Some("fd -s -t f -E /vendor/ -g package.json ."),
            ),
            (
                "find . -path ./node_modules -prune -o -name '*.ts' -print",
                "rg --files -g '*.ts' -g '!/node_modules/' .",
                Some("fd -s -t f -E /node_modules/ -g '*.ts' ."),
            ),
            (
                r"find . \( -name '*.ts' -o -name '*.tsx' \) -not -path '*/node_modules/*'",
                "rg --files -g '*.ts' -g '*.tsx' -g '!node_modules/' .",
                None,
            ),
            (
                "find -maxdepth 3 -name '*.md' ! -path '*/node_modules/*'",
                "rg --files --max-depth 3 -g '*.md' -g '!node_modules/' .",
                Some("fd -s -t f -d 3 -E node_modules/ -g '*.md' ."),
            ),
            (
                "find . -name '-dash*.py'",
                "rg --files -g '-dash*.py' .",
                Some("fd -s -t f -g -- '-dash*.py' ."),
            ),
            ("find . -name '#*.py'", "rg --files -g '[#]*.py' .", Some("fd -s -t f -g '#*.py' .")),
            (
                "find . -name '*.py' -not -path './-x/*'",
                "rg --files -g '*.py' -g '!/-x/' .",
                Some("fd -s -t f -E /-x/ -g '*.py' ."),
            ),
            ("find . -name '*.py' -not -path '*/-x/*'", "rg --files -g '*.py' -g '!-x/' .", None),
        ] {
            assert_eq!(listing(from), Ok((rg.to_owned(), fd.map(str::to_owned))), "{from}");
        }
    }

    #[test]
    fn what_a_file_lister_cannot_do_is_refused() {
        for from in [
            "find . -name '*.pyc' -delete",
            "find . -name '*.o' -exec rm {} +",
            "find . -name '*.rs' -print0",
            "find . -type d -name src",
            "find . -name tests",
            "find . -mtime -1 -name '*.rs'",
            "find . -maxdepth 1 -name '*.rs'",
            "find node_modules -name '*.js'",
            "find . -name '*.log'",
            "find . -name '.env'",
            "find . -path '*/api/*' -name '*.rs'",
            "find . -type f",
            r#"find . -name "$x""#,
            "find . -name *.rs",
            "find . -name '*.py '",
            "find . -name '*[[:space:]]*.py'",
            "find . -type f -name '*.ts' -o -name '*.js'",
            r"find . ! \( -name a.js -o -name b.js \)",
            r"find . -not \( -name a.js \) -type f",
            r"find . \( -name '*.py' -o -name '*.js' \) -name 'test*.py'",
            r"find . -name 'a*.py' -a \( -name '*.py' -o -name '*.js' \)",
            "find . -name 'a*.py' -name '*b.py'",
            "find . -name '*.jar'",
            "find * -name '*.js'",
        ] {
            assert!(listing(from).is_err(), "{from}");
        }
    }
}
