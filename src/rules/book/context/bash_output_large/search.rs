//! How a search prints less.

use super::bound::{Bound, LONG_LINE_BYTES};
use super::by_program::FEW_LINES;
use super::printer::Printer;
use crate::rules::book::support::output::OutputSize;
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

    /// Whether it looks into a few files and nothing else, of which a list says little.
    fn is_of_files(&self, case: &Case) -> bool {
        let paths = self.paths();
        let is_file = |word: &&Word| {
            word.literal().is_some_and(|text| {
                case.environment.absolute(text).is_some_and(|path| path.is_file())
                    || text.rsplit('/').next().is_some_and(|name| {
                        name.rsplit_once('.').is_some_and(|(stem, end)| {
                            !stem.is_empty() && !end.is_empty() && !text.ends_with('/')
                        })
                    })
            })
        };
        (1..=4).contains(&paths.len()) && paths.iter().all(is_file)
    }
}

/// The bound of a search that printed so much.
pub(super) fn bound(case: &Case, printer: &Printer, output: OutputSize) -> Bound {
    let search = Search::of(printer);
    let json = search.has("", &["json"]);
    if output.bytes_per_line > LONG_LINE_BYTES && !json {
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
    let words = "list the files first with -l, then search one of them";
    Bound::new(printer.with_first_option("-l"), words).then("search one of these files")
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
