//! The words of the grep, files and pattern told apart.

use super::forms::Part;
use crate::rules::rewrite::grep;
use crate::shell::options::Item;
use crate::shell::{Command, Word, options};

/// The words of the grep.
pub(super) struct Grep<'s> {
    items: Vec<Item<'s>>,
    files: Vec<&'s Word>,
    names: bool,
}

impl<'s> Grep<'s> {
    /// Reads the words and tells the pattern from the files.
    pub(super) fn of(part: &Part<'s>) -> Result<Self, &'static str> {
        let grep = part.grep;
        let items = options::read(&grep.args, grep::SPEC);
        if options::has(&items, Some('r'), "recursive")
            || options::has(&items, Some('R'), "dereference-recursive")
        {
            return Err("it searches folders");
        }
        let mut files = grep::paths(grep, &items);
        let extra = files.iter().position(|word| word.is("/dev/null"));
        let mut dropped: Vec<&Word> = extra.map(|at| files.remove(at)).into_iter().collect();
        let places = match (&part.place, files.as_slice()) {
            (None, []) => 0,
            (Some(place), [only]) if only.text == *place => 1,
            _ => return Err("it searches other files too"),
        };
        let named = part.place.as_ref().map_or(0, |place| {
            grep.args.iter().filter(|word| word.text.contains(place.as_str())).count()
        });
        if named != places || grep::read(grep, &items).patterns.is_empty() {
            return Err("its pattern is not known");
        }
        dropped.append(&mut files);
        let asks = |flag, long| options::has(&items, Some(flag), long);
        let names = !asks('h', "no-filename")
            && (!part.each || asks('H', "with-filename") || extra.is_some());
        Ok(Self { items, files: dropped, names })
    }

    /// The command without its files, printing what its form prints.
    pub(super) fn command(&self, part: &Part, is_used: bool) -> Result<Command, &'static str> {
        let is_file = |word: &Word| self.files.iter().any(|file| std::ptr::eq(*file, word));
        let mut args: Vec<Word> =
            part.grep.args.iter().filter(|word| !is_file(word)).cloned().collect();
        let asks = |flag, long| options::has(&self.items, Some(flag), long);
        let quiet = asks('q', "quiet") || asks('q', "silent");
        let lists = asks('l', "files-with-matches") || asks('L', "files-without-match");
        match (quiet, part.prints && part.each) {
            (true, true) => list(&mut args)?,
            (true, false) => return Err("it only tests whether something is there"),
            // The name behind the lines of a file becomes the name in front of each.
            (false, true) if is_used || lists || asks('c', "count") => {
                return Err("it prints names besides what it finds");
            }
            (false, false) if part.prints => return Err("it prints names besides what it finds"),
            // Lines without the name of their file are of no use to a reader, only to what comes
            // behind.
            (false, _) if is_used && !self.names && !lists && !asks('h', "no-filename") => {
                args.insert(0, Word::plain("-h"));
            }
            _ => {}
        }
        let mut grep = part.grep.clone();
        grep.args = args;
        Ok(grep)
    }
}

/// Makes a grep that only tests into one that names the files.
fn list(args: &mut [Word]) -> Result<(), &'static str> {
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
