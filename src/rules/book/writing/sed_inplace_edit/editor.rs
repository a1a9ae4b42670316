//! Programs that edit files in place, and the files that a command of theirs edits.

use std::path::Path;

use crate::rules::trigger::{Check, Miss};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// For a bulk change of more files `sed -i` is right.
const MAX_EDITED_FILES: usize = 3;

/// A program that can edit files in place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Editor {
    Sed,
    Perl,
    Ruby,
    Awk,
    Ed,
}

impl Editor {
    pub(super) fn of(command: &Command) -> Option<Self> {
        match command.program.as_str() {
            "sed" | "gsed" => Some(Self::Sed),
            "perl" => Some(Self::Perl),
            "ruby" => Some(Self::Ruby),
            "awk" | "gawk" => Some(Self::Awk),
            "ed" => Some(Self::Ed),
            _ => None,
        }
    }

    /// How an edit in place is called in a sentence.
    pub(super) fn in_place_form(self) -> &'static str {
        match self {
            Self::Sed => "sed -i on",
            Self::Perl => "perl -i on",
            Self::Ruby => "ruby -i on",
            Self::Awk => "awk -i inplace on",
            Self::Ed => "ed on",
        }
    }

    /// How an edit into another file that then takes the place of the first is called.
    pub(super) fn moved_form(self) -> &'static str {
        match self {
            Self::Sed => "sed with mv over",
            Self::Perl => "perl with mv over",
            Self::Ruby => "ruby with mv over",
            Self::Awk => "awk with mv over",
            Self::Ed => "ed with mv over",
        }
    }

    /// Its options that take a value.
    fn spec(self) -> Spec {
        match self {
            // The letter of the option itself is looked for apart.
            Self::Sed => Spec { attached: "", ..Spec::of("sed") },
            Self::Awk => Spec::new("iFvfe", &["include", "assign", "file", "field-separator"]),
            Self::Ed => Spec::new("p", &["prompt"]),
            Self::Perl | Self::Ruby => Spec::new("eI", &[]),
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
        if matches!(self, Self::Awk | Self::Ed) {
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
pub(super) fn edited_files(editor: Editor, command: &Command) -> Check<Vec<&str>> {
    let mut is_in_place = editor == Editor::Ed;
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
    let mut has_script = editor == Editor::Ed;
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
