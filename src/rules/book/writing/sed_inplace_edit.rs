//! A few files edited in place with a stream editor.

use std::path::Path;

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::project_file::is_project_file;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// For a bulk change of more files `sed -i` is right.
const MAX_EDITED_FILES: usize = 3;

pub(crate) const RULE: Rule = Rule {
    id: "sed-inplace-edit",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "sed -i on a few files of the project",
    why: "sed -i succeeds when nothing matched, and with line numbers from an earlier look it \
          changes the wrong line.",
    trigger: Trigger::Command {
        programs: &["sed", "gsed", "perl", "ruby", "awk", "gawk"],
        subcommands: &[],
        signs: &["-"],
        check: in_place_edit,
    },
    better: Some(Trigger::Call { tools: &[Tool::Edit], check: |_| Ok(()) }),
    needs: &[Need::FileTools],
    repeat: Repeat::nth(2, 1, 2),
    hits: &[
        Example::bash("sed -i 's/foo/bar/' src/app.py").says("sed -i on app.py"),
        Example::bash("perl -pi -e 's/a/b/g' lib/x.rb").says("perl -i on x.rb"),
        Example::bash("gawk -i inplace '{print}' a.txt"),
        Example::bash("sed -i '' -e 's/a/b/' -e 's/c/d/' a.txt"),
        Example::bash("sed -i.bak '12d' src/a.rs && cargo check"),
        Example::bash("sed -E -i 's/a+/b/' a.txt b.txt c.txt"),
        Example::bash("perl -i -pe 's/a/b/' a.txt"),
        Example::bash("sed -Ei 's/a+/b/' a.txt"),
        Example::bash("perl -0pi -e 's/a/b/' a.txt"),
        Example::bash("sed -i '.bak' 's/a/b/' src/app.py").says("sed -i on app.py"),
    ],
    misses: &[
        Example::bash("sed -n '1,20p' a.txt"),
        Example::bash("rg -l foo | xargs sed -i 's/foo/bar/g'"),
        Example::bash("sed -i 's/a/b/' src/*.py"),
        Example::bash("git commit -m \"stop using sed -i\""),
        Example::bash("sed -i 's/a/b/' a b c d"),
        Example::bash("sed -i 's/a/b/' /etc/hosts"),
        Example::bash("sed 's/-i/x/' a.txt"),
        Example::bash("perl -Ilib -ne 'print' a.txt"),
        Example::bash("sed -i 's/a/b/' a.txt").given(&[Given::Codex]),
        Example::bash("find . -name '*.c' -exec sed -i 's/a/b/' {} +"),
        Example::bash("ssh web \"sed -i 's/a/b/' x.conf\""),
        Example::bash("sed -i 's/a/b/' \"$file\""),
        Example::bash("for f in a b; do sed -i 's/a/b/' $f; done"),
        Example::bash("awk '{print}' -i.txt"),
        Example::bash("perl -Mstrict -Mwarnings -ne 'print' x.py"),
        Example::bash("perl tools/fix.pl -i x.py"),
        Example::bash("ruby -rdigest -ne 'puts' x.rb"),
    ],
    since: "0.1.0",
};

fn in_place_edit(case: &Case, command: &Command) -> Check<Finding> {
    let editor = Editor::of(command).ok_or(Miss::No)?;
    let paths = edited_files(editor, command)?;
    if !case.environment.client.has_file_tools() {
        return Err(Miss::Near("this client has no Edit tool"));
    }
    if !paths.iter().all(|path| is_project_file(case, path)) {
        return Err(Miss::Near("a file is not of the project"));
    }
    let first = paths.first().ok_or(Miss::NoBetterForm)?;
    Ok(Finding::new(Advice::plain(format!(
        "{} on {} succeeds even if nothing matched; Edit fails loudly, and replace_all changes every place",
        editor.in_place_form(),
        text::file_name(first)
    ))))
}

/// A program that can edit files in place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Editor {
    Sed,
    Perl,
    Ruby,
    Awk,
}

impl Editor {
    fn of(command: &Command) -> Option<Self> {
        match command.program.as_str() {
            "sed" | "gsed" => Some(Self::Sed),
            "perl" => Some(Self::Perl),
            "ruby" => Some(Self::Ruby),
            "awk" | "gawk" => Some(Self::Awk),
            _ => None,
        }
    }

    /// How an edit in place is called in a sentence.
    fn in_place_form(self) -> &'static str {
        match self {
            Self::Sed => "sed -i",
            Self::Perl => "perl -i",
            Self::Ruby => "ruby -i",
            Self::Awk => "awk -i inplace",
        }
    }

    /// Its options that take a value.
    fn spec(self) -> Spec {
        match self {
            Self::Sed => Spec {
                short: "efl",
                long: &["expression", "file", "line-length"],
                ..Spec::FLAGS_ONLY
            },
            Self::Awk => Spec {
                short: "iFvfe",
                long: &["include", "assign", "file", "field-separator"],
                ..Spec::FLAGS_ONLY
            },
            Self::Perl | Self::Ruby => Spec { short: "eI", ..Spec::FLAGS_ONLY },
        }
    }

    /// Letters of options whose value is the rest of the word: an `i` in it is not the option.
    fn letters_with_value(self) -> &'static [char] {
        match self {
            Self::Sed => &['e', 'f', 'l'],
            _ => &['e', 'E', 'I', 'M', 'm', 'C', 'D', 'F', 'K', 'r', 'x'],
        }
    }

    /// Takes the `-i` out of `word`. Behind the letter is the ending of the backup: `-i.bak`,
    /// `-pi.orig`. Returns the word without both, empty if nothing else is in it; `None` if the
    /// word has no such option.
    fn without_in_place(self, word: &Word) -> Option<Word> {
        // In awk it is a value: `-i inplace`.
        if self == Self::Awk {
            return None;
        }
        let letters = word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
        let (before, _) = letters.split_once('i')?;
        if before.contains(self.letters_with_value()) {
            return None;
        }
        // In `perl -pie` the `e` behind the `i` is the backup's ending, so it is cut too.
        Some(if before.is_empty() { Word::default() } else { Word::plain(&format!("-{before}")) })
    }
}

/// The files that `command` edits in place: a few literal ones.
fn edited_files(editor: Editor, command: &Command) -> Check<Vec<&str>> {
    let mut is_in_place = false;
    let mut args: Vec<Word> = Vec::with_capacity(command.args.len());
    for word in &command.args {
        match editor.without_in_place(word) {
            Some(rest) => {
                is_in_place = true;
                if !rest.text.is_empty() {
                    args.push(rest);
                }
            }
            None => args.push(word.clone()),
        }
    }
    // BSD sed takes the backup's ending as a word of its own: here an empty one.
    args.retain(|word| !(word.text.is_empty() && word.quoted));
    let mut has_script = false;
    let mut operands = Vec::new();
    for item in options::read(&args, editor.spec()) {
        match item {
            Item::Short('i', Some(value)) | Item::Long("include", Some(value)) => {
                is_in_place |= value.text == "inplace"
            }
            Item::Long("in-place", _) => is_in_place = true,
            Item::Short('e' | 'f', Some(_)) | Item::Long("expression" | "file", Some(_)) => {
                has_script = true
            }
            Item::Operand(word) => operands.push(word),
            _ => {}
        }
    }
    // Without `-e`, perl and ruby run a file, and the options behind it are that program's own.
    let runs_file = matches!(editor, Editor::Perl | Editor::Ruby) && !has_script;
    if !is_in_place || runs_file {
        return Err(Miss::No);
    }
    // The backup's ending for BSD sed once more: here `.bak`.
    if operands.len() > 2
        && !has_script
        && operands.first().is_some_and(|word| word.text.starts_with('.'))
    {
        operands.remove(0);
    }
    if command.is_under("xargs") || command.is_under("find") {
        return Err(Miss::Near("it changes files that were found"));
    }
    let files = operands.get(usize::from(!has_script)..).unwrap_or_default();
    if files.is_empty() {
        return Err(Miss::No);
    }
    if files.len() > MAX_EDITED_FILES || files.iter().any(|word| word.globs) {
        return Err(Miss::Near("it changes many files"));
    }
    // The operands are borrowed from `args`: the command has the same words.
    let paths: Option<Vec<&str>> = files
        .iter()
        .map(|word| {
            let text = word.literal()?;
            command.args.iter().find(|own| own.text == text).map(|own| own.text.as_str())
        })
        .collect();
    paths
        .filter(|paths| paths.iter().all(|path| Path::new(path).file_name().is_some()))
        .ok_or(Miss::Near("its files are not literal"))
}
