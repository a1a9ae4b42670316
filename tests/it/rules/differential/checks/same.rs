//! Whether the advised command finds what the original finds.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::lines::{has_names, is_of_a_folder, is_of_unclear_file, is_refused, shown};
use super::reader;
use super::words::{announced, announces_folders, base_of};
use crate::rules::differential::contents::Class;
use crate::rules::differential::pair::{Check, Pair, Verdict};
use crate::rules::differential::run::{BINARY, Ran, Shell, nameless};
use crate::rules::differential::trees::Trees;

/// An original and what is advised for it, each with where it runs.
pub struct Search<'p> {
    pub pair: &'p Pair,
    /// The advised command without the filters behind it.
    pub base: &'p str,
    original: &'p Shell,
    advised: &'p Shell,
    /// The folder of the whole tree, of the same without git's own files, and of that without what
    /// the advice says is left out.
    whole: PathBuf,
    pub all: PathBuf,
    least: PathBuf,
    /// Nothing is left out of a tree in which only links could be.
    is_all: bool,
}

/// What a search and the advised one found: the original among all files, and among those that the
/// advice says are searched.
pub struct Found {
    pub most: Ran,
    pub few: Ran,
    pub found: Ran,
}

impl Search<'_> {
    pub fn among_all(&self, command: &str) -> Ran {
        self.original.run(&self.all, command)
    }

    /// The same command among the least files; `all` is what it found among all.
    pub fn among_least(&self, all: &Ran, command: &str) -> Ran {
        if self.is_all { all.clone() } else { self.original.run(&self.least, command) }
    }

    pub fn advised(&self, command: &str) -> Ran {
        self.advised.run(&self.whole, command)
    }

    /// Whether it is not known of which file a line is.
    pub fn is_nameless(&self, most: &Ran) -> bool {
        self.pair.kind.has_aside() && !has_names(most)
    }
}

/// Runs both and compares. `named`: the original names the file of each line.
pub fn same(
    pair: &Pair,
    named: bool,
    trees: &Trees,
    original: &Shell,
    advised: &Shell,
    text: &str,
    better: &str,
) -> Verdict {
    let mut aside = announced(text);
    aside.insert(Class::Encoded);
    let search = Search {
        pair,
        base: base_of(better, &pair.rest),
        original,
        advised,
        whole: trees.whole(pair.kind, pair.is_read()),
        all: trees.without(pair.kind, &BTreeSet::new(), pair.is_read()),
        least: trees.without(pair.kind, &aside, pair.is_read()),
        is_all: !pair.kind.has_aside() && !aside.contains(&Class::Link),
    };
    let most = search.among_all(&pair.mended);
    if is_refused(&most) {
        return Verdict::Refused;
    }
    let few = search.among_least(&most, &pair.mended);
    let found = Found { few, found: search.advised(search.base), most };
    // zsh refuses a glob that fits nothing, in the original as well.
    if found.found.errors.contains("zsh:") && found.found.errors.contains("no matches found") {
        return Verdict::Refused;
    }
    let verdict = lines(&search, &found, named, announces_folders(text));
    match verdict {
        Verdict::Equal | Verdict::Announced if !pair.rest.is_empty() => {
            reader::same(&search, &found, trees, verdict)
        }
        _ => verdict,
    }
}

/// Compares the lines and the errors.
fn lines(search: &Search, found: &Found, named: bool, without_folders: bool) -> Verdict {
    let Found { most, few, found } = found;
    let pair = search.pair;
    let has_folders = pair.lists && !without_folders;
    let counts = |line: &str| {
        let is_of_none = pair.check == Check::Pattern && (line == "0" || line.ends_with(":0"));
        !is_of_none && (has_folders || !is_of_a_folder(&search.all, line))
    };
    // git grep can leave binary files out, and says of them that they match if it does not.
    let is_clear = |line: &String| {
        most.lines.contains(line)
            || !is_of_unclear_file(line)
            || (line.starts_with(BINARY) && search.base.starts_with("git"))
    };
    let form = |ran: &Ran, is_named: bool| -> BTreeSet<String> {
        let names = !is_named && has_names(ran);
        let lines = ran.lines.iter().filter(|line| counts(line) && is_clear(line));
        let lines = lines.map(|line| if names { nameless(line) } else { line.clone() });
        lines.filter(|line| named || line != "0").collect()
    };
    // Of a single file grep gives no name, and the original has been made to give it.
    let is_as_written = pair.mended == pair.base;
    let named = named && (has_names(found) || is_as_written);
    // A line may begin like a name by chance.
    let is_literal = is_as_written && found.lines.is_subset(&most.lines);
    let (most_lines, few_lines, found_lines) = (
        form(most, named || is_as_written),
        form(few, named || is_as_written),
        form(found, named || is_literal),
    );
    // That a binary file matches is no line of it.
    let lost: Vec<&String> =
        few_lines.difference(&found_lines).filter(|line| !line.starts_with(BINARY)).collect();
    let is_known = !search.is_nameless(most);
    let extra: Vec<&String> = found_lines.difference(&most_lines).filter(|_| is_known).collect();
    let reason = match (lost.is_empty(), extra.is_empty()) {
        _ if !found.errors.is_empty() && most.errors.is_empty() => "a new error",
        (false, true) => "lost",
        (true, false) => "extra",
        (false, false) => "lost and extra",
        _ if found.errors.is_empty() && !most.errors.is_empty() && !few.errors.is_empty() => {
            "an error is gone"
        }
        _ if most_lines == found_lines => return Verdict::Equal,
        _ => return Verdict::Announced,
    };
    let errors = format!("  errors {:?}, {:?}\n", most.errors, found.errors);
    Verdict::Unequal { reason, shown: shown("lost", &lost) + &shown("extra", &extra) + &errors }
}
