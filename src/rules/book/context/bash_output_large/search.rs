//! How a search prints less.

use super::bound::{Bound, LONG_LINE_BYTES};
use super::first_part::FEW_LINES;
use super::printer::Printer;
use crate::base::read;
use crate::rules::book::support::output::{OutputSize, kilobytes};
use crate::rules::case::Case;
use crate::shell::options::{Item, Spec};
use crate::shell::{Word, options};

/// Endings of files with JSON, in which a line is a whole record.
const JSON: [&str; 4] = [".json", ".jsonl", ".ndjson", ".geojson"];

/// Options with which a list of files would say nothing new, or that do not go with one.
const NO_LIST: [&str; 15] = [
    "json",
    "vimgrep",
    "passthru",
    "stats",
    "files",
    "type-list",
    "count",
    "count-matches",
    "files-with-matches",
    "files-without-match",
    "max-count",
    "only-matching",
    "invert-match",
    "quiet",
    "replace",
];

/// A pattern of so many alternatives is of several topics, and matches in so many files that their
/// list is no narrower. The recorded searches over 16 kB have 4 to 6 alternatives or 8 to 17.
const MANY_ALTERNATIVES: usize = 8;

/// Percent of the output that the path of one folder takes if that is its bulk: 30 to 40 in four
/// recorded searches of a folder by its absolute path, at most 4 in the others.
const FOLDER_PERCENT: usize = 30;

/// How much of an output is searched for such a path, bytes.
const SEARCHED_BYTES: usize = 32 << 10;

/// A search by rg or grep, with what its options say.
struct Search<'c> {
    items: Vec<Item<'c>>,
    is_rg: bool,
}

impl<'c> Search<'c> {
    fn of(printer: &Printer<'c>) -> Self {
        let command = printer.command;
        let items = options::read(&command.args, Spec::of(&command.program));
        Self { items, is_rg: command.is("rg") }
    }

    fn has(&self, letters: &str, names: &[&str]) -> bool {
        self.items.iter().any(|item| match item {
            Item::Short(letter, _) => letters.contains(*letter),
            Item::Long(name, _) => names.contains(name),
            Item::Operand(_) => false,
        })
    }

    /// The operands behind the pattern.
    fn paths(&self) -> Vec<&'c Word> {
        let has_pattern = self.has("ef", &["regexp", "file"]);
        options::operands(&self.items).into_iter().skip(usize::from(!has_pattern)).collect()
    }

    /// How many alternatives its patterns have in all.
    fn alternatives(&self) -> usize {
        let is_extended = self.is_rg || self.has("EP", &["extended-regexp", "perl-regexp"]);
        let patterns = self.items.iter().filter_map(|item| match item {
            Item::Short('e', value) | Item::Long("regexp", value) => value.map(|value| value.text),
            _ => None,
        });
        let mut patterns: Vec<&str> = patterns.collect();
        if patterns.is_empty() {
            let operands = options::operands(&self.items);
            patterns.extend(operands.first().map(|word| word.text.as_str()));
        }
        let bars = |pattern: &&str| {
            let escaped = pattern.matches("\\|").count();
            if is_extended { pattern.matches('|').count() - escaped } else { escaped }
        };
        patterns.iter().map(|pattern| bars(pattern) + 1).sum()
    }

    /// A path of it that holds far more than was meant: the home folder, or `.` beside folders in
    /// it, which are searched twice.
    fn wide_path(&self) -> Option<&'c Word> {
        let paths = self.paths();
        let is_below = |word: &&&Word| {
            word.literal().is_some_and(|text| {
                !text.starts_with(['/', '~']) && !text.starts_with("..") && !is_here(word)
            })
        };
        let is_wide = |word: &&&Word| {
            matches!(word.raw.as_str(), "~" | "~/" | "/" | "$HOME" | "\"$HOME\"")
                || (is_here(word) && paths.iter().any(|other| is_below(&other)))
        };
        paths.iter().find(is_wide).copied()
    }

    /// Whether it looks into a few files and nothing else, of which a list says little.
    fn is_of_files(&self, case: &Case) -> bool {
        let paths = self.paths();
        let is_file = |word: &&Word| {
            word.literal().is_some_and(|text| {
                case.environment.absolute(text).is_some_and(|path| read::is_file(&path))
                    || text.rsplit('/').next().is_some_and(|name| {
                        name.rsplit_once('.').is_some_and(|(stem, end)| {
                            // A number is no ending but a version: `v5@v5.17.0`.
                            !stem.is_empty() && end.starts_with(|c: char| c.is_ascii_alphabetic())
                        })
                    })
            })
        };
        (1..=4).contains(&paths.len()) && paths.iter().all(is_file)
    }
}

/// Whether a path is the working directory.
fn is_here(word: &Word) -> bool {
    word.is(".") || word.is("./")
}

/// The bound of a search with this output.
pub(super) fn bound(case: &Case, printer: &Printer, output: OutputSize) -> Bound {
    let OutputSize { bytes, bytes_per_line } = output;
    let search = Search::of(printer);
    let json = search.has("", &["json"]);
    if bytes_per_line > LONG_LINE_BYTES && !json {
        return long_matches(case, printer, &search);
    }
    let letters = if search.is_rg { "lcvqomrhV" } else { "lLcvqomV" };
    if search.has(letters, &NO_LIST) {
        return narrowed(printer, output);
    }
    if search.is_of_files(case) {
        let words = "narrow the pattern, or add -m 20";
        return Bound::new(printer.with_first_option("-m 20"), words).then("a narrower pattern");
    }
    let topics = search.alternatives();
    let has_many = topics >= MANY_ALTERNATIVES;
    if let Some(path) = search.wide_path() {
        let and = if has_many { ", and search for one topic at a time" } else { "" };
        let words = format!("leave {} out, which holds too much{and}", path.raw);
        let rewrite = (!has_many && search.paths().len() > 1).then(|| printer.with_word(path, ""));
        return Bound::new(rewrite.flatten(), words);
    }
    if has_many {
        return Bound::words(format!("search for one topic at a time, not for {topics}"));
    }
    if let Some(of_folder) = bytes_of_folder(case, bytes) {
        let is_all = bytes - of_folder < case.limit(&super::BYTES);
        let or = if is_all { "" } else { ", or list the files first with -l" };
        let size = kilobytes(of_folder);
        return Bound::words(format!("cd to the folder first, whose path makes {size} of it{or}"));
    }
    let words = "list the files first with -l, then search one of them";
    let number = printer.command.args.iter().find(|word| word.is("-n"));
    let rewrite = match number {
        Some(number) => printer.with_word(number, "-l"),
        None => printer.with_first_option("-l"),
    };
    Bound::new(rewrite, words).then("search one of these files")
}

/// How many of the `bytes` of the output are the path of one folder in front of its lines, if that
/// is the bulk.
fn bytes_of_folder(case: &Case, bytes: u64) -> Option<u64> {
    let text = case.event.shell().stdout.head(SEARCHED_BYTES);
    // The last line may be cut in its path.
    let mut lines = text.lines().filter(|line| line.starts_with('/') && line.contains(':'));
    let mut folder = lines.next()?;
    let mut count = 1;
    for line in lines {
        let common = folder.bytes().zip(line.bytes()).take_while(|(one, other)| one == other);
        let end = common.count();
        folder = folder.get(..end).unwrap_or_default();
        count += 1;
    }
    let length = folder.rfind('/')? + 1;
    let percent = length * count * 100 / text.len().max(1);
    (percent >= FOLDER_PERCENT).then_some(bytes * percent as u64 / 100)
}

/// The bound of `git grep`.
pub(super) fn git(printer: &Printer, output: OutputSize) -> Bound {
    if printer.has(&["-l", "-L", "-c", "-o", "--files-with", "--name-only", "--count", "--only"]) {
        return narrowed(printer, output);
    }
    let words = "list the files first with -l, then search one of them";
    Bound::new(printer.with_subcommand_option("-l"), words).then("search one of these files")
}

/// The first lines of what was found, if these are not all.
fn narrowed(printer: &Printer, output: OutputSize) -> Bound {
    if output.has_at_most(FEW_LINES) {
        return Bound::words("narrow the pattern or the path, as its lines are long");
    }
    let words = "narrow the pattern or the path, or add | head -50";
    Bound::new(printer.with_end("| head -50"), words)
}

fn long_matches(case: &Case, printer: &Printer, search: &Search) -> Bound {
    let is_json = |word: &&Word| JSON.iter().any(|ending| word.text.ends_with(ending));
    let paths = search.paths();
    if !paths.is_empty() && paths.iter().all(is_json) && case.environment.on_path("jq") {
        return Bound::words("let jq pick the fields, as the lines of this JSON are long");
    }
    if search.is_rg {
        let has_limit = search.has("M", &["max-columns"]);
        let rewrite = printer.with_first_option("-M 200").filter(|_| !has_limit);
        return Bound::new(rewrite, "add -M 200, which leaves long lines out");
    }
    Bound::new(printer.with_end("| cut -c1-200"), "add | cut -c1-200, as its lines are long")
}
