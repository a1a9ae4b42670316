//! Whether the advised command finds what the original finds.

use std::collections::BTreeSet;
use std::path::Path;

use crate::rules::differential::contents::{ASIDE, Class};
use crate::rules::differential::pair::{Check, Pair, Verdict};
use crate::rules::differential::run::{
    BINARY, Ran, Shell, TOP, comparable, nameless, split_path, top_of,
};
use crate::rules::differential::trees::Trees;

/// The classes of files that a line of advice says are left out.
pub fn announced(text: &str) -> BTreeSet<Class> {
    let words = text.split('`').step_by(2).collect::<String>().to_lowercase();
    let mut classes = BTreeSet::new();
    for (word, class) in [
        ("hidden", Class::Hidden),
        ("ignored", Class::Ignored),
        ("binary", Class::Binary),
        ("tracked", Class::Untracked),
        ("link", Class::Link),
        ("repositor", Class::Nested),
    ] {
        if words.contains(word) {
            classes.insert(class);
        }
    }
    // What is ignored is not tracked either, but for what was added by force.
    if words.contains("untracked") || words.contains("tracked files") {
        classes.insert(Class::Untracked);
    }
    classes
}

/// Whether a line of advice says that folders are not listed.
fn announces_folders(text: &str) -> bool {
    ["lists folders", "links and folders", "folders and links", "files only"]
        .iter()
        .any(|words| text.contains(words))
}

/// The base of the advised command, without the filters that the original has too.
pub fn base_of<'a>(better: &'a str, rest: &str) -> &'a str {
    let base = better.strip_suffix(rest.trim()).map_or(better, str::trim_end);
    match base.strip_suffix(" 2>/dev/null") {
        Some(base) if rest.starts_with(" 2>/dev/null") => base,
        _ => base,
    }
}

pub fn shown(what: &str, lines: &[&String]) -> String {
    let mut text = format!("  {what} ({}):\n", lines.len());
    for line in lines.iter().take(6) {
        text += &format!("    {}\n", line.chars().take(150).collect::<String>());
    }
    text
}

/// Whether a line is of a file that the programs may take for text or not.
pub fn is_of_unclear_file(line: &str) -> bool {
    if line.contains('\u{fffd}') {
        return true;
    }
    let line = line.strip_prefix(BINARY).unwrap_or(line);
    ASIDE.iter().any(|(path, classes)| {
        // A link may lead to it.
        let name = path.rsplit_once('/').map_or(*path, |(_, name)| name);
        line.contains(name)
            && classes.iter().any(|class| matches!(class, Class::Encoded | Class::Binary))
    })
}

/// Whether lines have names in front. A line may begin like one by chance.
pub fn has_names(ran: &Ran) -> bool {
    ran.lines.iter().filter(|line| split_path(line).is_some()).count() * 2 > ran.lines.len()
}

/// Whether a line says that nothing is in a folder.
fn is_of_a_folder(top: &Path, line: &str) -> bool {
    let name = line.strip_suffix(":0").unwrap_or(line).trim_end_matches('/');
    line == "0" || !matches!(line, "" | "..") && top.join(name).is_dir()
}

pub fn is_refused(ran: &Ran) -> bool {
    const COMPLAINTS: [&str; 12] = [
        "warning: ",
        "conflicting matchers",
        "find: expected an expression",
        "grep: Invalid",
        "grep: Unmatched",
        "grep: Trailing",
        "grep: invalid",
        "grep: missing",
        "grep: exceeded",
        "grep: nothing to repeat",
        "grep: quantifier",
        "grep: the -P option",
    ];
    COMPLAINTS.iter().any(|words| ran.errors.contains(words))
        || (ran.status == Some(2) && !ran.errors.contains("No such file") && !ran.errors.is_empty())
}

/// Runs both and compares.
pub fn same(
    pair: &Pair,
    named: bool,
    trees: &Trees,
    original: &Shell,
    advised: &Shell,
    text: &str,
    better: &str,
) -> Verdict {
    let base = base_of(better, &pair.rest);
    let mut aside = announced(text);
    aside.insert(Class::Encoded);
    let (whole, all, least) = (
        trees.whole(pair.kind, pair.is_read()),
        trees.without(pair.kind, &BTreeSet::new(), pair.is_read()),
        trees.without(pair.kind, &aside, pair.is_read()),
    );
    let most = original.run(&all, &pair.mended);
    if is_refused(&most) {
        return Verdict::Refused;
    }
    // Nothing is left out of a tree in which only links could be.
    let is_all = !pair.kind.has_aside() && !aside.contains(&Class::Link);
    let without = |ran: &Ran, command: &str| {
        if is_all { ran.clone() } else { original.run(&least, command) }
    };
    let few = without(&most, &pair.mended);
    let found = advised.run(&whole, base);
    // A folder holds no line, and what names no file may be given one.
    let has_folders = pair.lists && !announces_folders(text);
    let is_of_a_folder = |line: &str| !has_folders && is_of_a_folder(&all, line);
    let is_uncounted =
        |line: &str| pair.check == Check::Pattern && (line == "0" || line.ends_with(":0"));
    let form = |ran: &Ran, is_named: bool| -> BTreeSet<String> {
        let names = !is_named && has_names(ran);
        let lines = ran.lines.iter().filter(|line| !is_of_a_folder(line) && !is_uncounted(line));
        // git grep can leave binary files out, and says of them that they match if it does not.
        let lines = lines.filter(|line| {
            most.lines.contains(*line)
                || !is_of_unclear_file(line)
                || (line.starts_with(BINARY) && base.starts_with("git"))
        });
        let lines = lines.map(|line| if names { nameless(line) } else { line.clone() });
        lines.filter(|line| named || line != "0").collect()
    };
    // Of a single file grep gives no name, and the original has been made to give it.
    let named = named && (has_names(&found) || pair.mended == pair.base);
    let (most_lines, few_lines, found_lines) = (
        form(&most, named || pair.mended == pair.base),
        form(&few, named || pair.mended == pair.base),
        form(&found, named),
    );
    // That a binary file matches is no line of it.
    let lost: Vec<&String> =
        few_lines.difference(&found_lines).filter(|line| !line.starts_with(BINARY)).collect();
    // Without names it is not known which line is of such a file.
    let is_unknown = pair.kind.has_aside() && !has_names(&most);
    let extra: Vec<&String> = found_lines.difference(&most_lines).filter(|_| !is_unknown).collect();
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
    // zsh refuses a glob that fits nothing, in the original as well.
    if found.errors.contains("zsh:") && found.errors.contains("no matches found") {
        return Verdict::Refused;
    }
    if !found.errors.is_empty() && most.errors.is_empty() {
        return unequal("a new error", format!("  {}\n", found.errors));
    }
    if !lost.is_empty() || !extra.is_empty() {
        let reason = match (lost.is_empty(), extra.is_empty()) {
            (false, true) => "lost",
            (true, false) => "extra",
            _ => "lost and extra",
        };
        return unequal(reason, shown("lost", &lost) + &shown("extra", &extra));
    }
    if found.errors.is_empty() && !most.errors.is_empty() && !few.errors.is_empty() {
        return unequal("an error is gone", format!("  {}\n", most.errors));
    }
    let verdict = if most_lines == found_lines { Verdict::Equal } else { Verdict::Announced };
    if pair.rest.is_empty() {
        return verdict;
    }
    // What reads it.
    let whole_text = format!("{base}{}", pair.rest);
    let read = advised.run(&whole, &whole_text);
    let originally = format!("{}{}", pair.mended, pair.rest);
    let with_all = original.run(&all, &originally);
    let with_few = without(&with_all, &originally);
    // A path behind a count may begin with `./`, too.
    let form = |ran: &Ran| -> BTreeSet<String> {
        let lines = ran.lines.iter().filter(|line| !is_of_unclear_file(line));
        lines.map(|line| line.replace(" ./", " ")).collect()
    };
    let accepted = |ran: &Ran| {
        if pair.rest.contains("head") || pair.rest.contains("tail") {
            ran.raw.len() == read.raw.len()
        } else {
            form(ran) == form(&read)
        }
    };
    if !pair.is_read() {
        // What the status decides.
        let answer = |ran: &Ran, search: &Ran| -> BTreeSet<String> {
            form(ran).difference(&form(search)).cloned().collect()
        };
        let answers = (answer(&with_all, &most), answer(&with_few, &few), answer(&read, &found));
        if answers.2 == answers.0 || answers.2 == answers.1 {
            return verdict;
        }
        let shown_both = shown("original", &answers.0.iter().collect::<Vec<_>>())
            + &shown("advised", &answers.2.iter().collect::<Vec<_>>());
        return unequal("status", shown_both);
    }
    if accepted(&with_all) {
        return verdict;
    }
    if accepted(&with_few) {
        return Verdict::Announced;
    }
    // Nor how many groups of lines there are.
    if is_unknown || found.raw.iter().any(|line| line == "--") {
        return Verdict::Announced;
    }
    let mut shown_both = shown("original", &with_all.raw.iter().collect::<Vec<_>>())
        + &shown("advised", &read.raw.iter().collect::<Vec<_>>());
    {
        // The original's own lines, without those that the advice leaves out.
        let mut kept: Vec<&String> = most
            .raw
            .iter()
            .filter(|line| comparable(line).is_none_or(|line| found.lines.contains(&line)))
            .collect();
        let own: BTreeSet<String> = most.raw.iter().filter_map(|line| comparable(line)).collect();
        kept.extend(
            found
                .raw
                .iter()
                .filter(|line| comparable(line).is_some_and(|line| !own.contains(&line))),
        );
        let text: String = kept
            .iter()
            .map(|line| format!("{}\n", line.replace(TOP, &top_of(&all).to_string_lossy())))
            .collect();
        let file = tempfile::NamedTempFile::new_in(trees.scratch()).unwrap();
        std::fs::write(file.path(), text).unwrap();
        let fed = original.run(&all, &format!("cat '{}'{}", file.path().display(), pair.rest));
        if accepted(&fed) {
            return Verdict::Announced;
        }
        shown_both += &shown("wanted", &fed.raw.iter().collect::<Vec<_>>());
    }
    unequal("what reads it", shown_both)
}
