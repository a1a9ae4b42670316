//! The words of the grep, with its files separated from its pattern.

use super::forms::Parts;
use crate::rules::rewrite::grep;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// The words of the grep.
pub(super) struct Grep<'s> {
    items: Vec<Item<'s>>,
    files: Vec<&'s Word>,
    /// It prints the file's name in front of each line.
    prints_names: bool,
}

impl<'s> Grep<'s> {
    /// Reads the words.
    pub(super) fn of(parts: &Parts<'s>) -> Result<Self, &'static str> {
        let grep = parts.grep;
        let items = options::read(&grep.args, Spec::of("grep"));
        if options::has(&items, Some('r'), "recursive")
            || options::has(&items, Some('R'), "dereference-recursive")
        {
            return Err("it searches folders");
        }
        let files = grep::paths(grep, &items);
        // Next to another file, grep names the file of each line.
        let null = files.iter().position(|word| word.is("/dev/null"));
        let mut others = files.clone();
        if let Some(at) = null {
            others.remove(at);
        }
        let placeholders = match (&parts.placeholder, others.as_slice()) {
            (None, []) => 0,
            (Some(placeholder), [only]) if only.text == *placeholder => 1,
            _ => return Err("it searches other files too"),
        };
        let mentions = parts.placeholder.as_ref().map_or(0, |placeholder| {
            grep.args.iter().filter(|word| word.text.contains(placeholder.as_str())).count()
        });
        if mentions != placeholders || grep::read(grep, &items).patterns.is_empty() {
            return Err("its pattern is not known");
        }
        let asks = |flag, long| options::has(&items, Some(flag), long);
        let prints_names = !asks('h', "no-filename")
            && (!parts.each || asks('H', "with-filename") || null.is_some());
        Ok(Self { items, files, prints_names })
    }

    /// Whether it prints a line about a folder that it is given: none of its lines match.
    pub(super) fn answers_for_folders(&self) -> bool {
        grep::asks(&self.items, 'c') || grep::asks(&self.items, 'L')
    }

    /// Whether it counts matches in files, or in a folder, that it does not name.
    pub(super) fn counts_without_names(&self) -> bool {
        !self.prints_names && grep::asks(&self.items, 'c')
    }

    /// The command without its files, printing what its form prints.
    pub(super) fn command(&self, parts: &Parts, is_used: bool) -> Result<Command, &'static str> {
        let is_file = |word: &Word| self.files.iter().any(|file| std::ptr::eq(*file, word));
        let mut args: Vec<Word> =
            parts.grep.args.iter().filter(|word| !is_file(word)).cloned().collect();
        let asks = |flag, long| options::has(&self.items, Some(flag), long);
        let quiet = asks('q', "quiet") || asks('q', "silent");
        let lists = asks('l', "files-with-matches") || asks('L', "files-without-match");
        match (quiet, parts.prints && parts.each) {
            (true, true) => make_list(&mut args)?,
            (true, false) => return Err("it only tests whether something is there"),
            // One search prints the file's name before each line, not after the last one.
            (false, _) if parts.prints => return Err("it prints names as well as matches"),
            // A filter must get the same lines as before. For an agent that reads them the file's
            // name is worth more than the same lines.
            (false, _) if is_used && !self.prints_names && !lists && !asks('h', "no-filename") => {
                args.insert(0, Word::plain("-h"));
            }
            _ => {}
        }
        let mut grep = parts.grep.clone();
        grep.args = args;
        // Those of the whole form count.
        grep.redirections.clear();
        Ok(grep)
    }
}

/// Turns a grep that only tests into one that lists the files.
fn make_list(args: &mut [Word]) -> Result<(), &'static str> {
    for word in args {
        let letters = word.text.strip_prefix('-').filter(|letters| letters.contains('q'));
        match (word.text.as_str(), letters) {
            ("--quiet" | "--silent", _) => *word = Word::plain("-l"),
            (_, Some(letters)) if letters.chars().all(|flag| "qinwxsEFGPH".contains(flag)) => {
                let kept: String = letters.chars().filter(|flag| !"qnH".contains(*flag)).collect();
                *word = Word::plain(&format!("-l{kept}"));
            }
            _ => continue,
        }
        return Ok(());
    }
    Err("it only tests whether something is there")
}
