//! Whether the advised command finds what the original finds.

use std::collections::BTreeSet;

use super::contents::{ASIDE, Class};
use super::pair::{Pair, Verdict};
use super::run::{Ran, Shell, nameless, split_path};
use super::trees::Trees;

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

/// The base of the advised command, without the filters that the original has too.
fn base_of<'a>(better: &'a str, rest: &str) -> &'a str {
    better.strip_suffix(rest.trim()).map_or(better, str::trim_end)
}

fn shown(what: &str, lines: &[&String]) -> String {
    let mut text = format!("  {what} ({}):\n", lines.len());
    for line in lines.iter().take(6) {
        text += &format!("    {}\n", line.chars().take(150).collect::<String>());
    }
    text
}

/// Whether a line is of a file that the programs may take for text or not.
fn is_of_unclear_file(line: &str) -> bool {
    let Some((path, _)) = split_path(line) else { return false };
    ASIDE.iter().any(|(other, classes)| {
        *other == path && classes.iter().any(|class| matches!(class, Class::Encoded | Class::Binary))
    })
}

fn is_refused(ran: &Ran) -> bool {
    let errors = &ran.errors;
    ran.status == Some(2) && !errors.contains("No such file") && !errors.contains("Is a directory")
        || errors.contains("warning: ")
        || errors.contains("conflicting matchers")
}

/// Runs both and compares.
pub fn same(pair: &Pair, named: bool, trees: &Trees, original: &Shell, advised: &Shell, text: &str, better: &str) -> Verdict {
    let base = base_of(better, &pair.rest);
    let mut aside = announced(text);
    aside.insert(Class::Encoded);
    let (whole, all, least) = (
        trees.whole(pair.kind),
        trees.without(pair.kind, &BTreeSet::new()),
        trees.without(pair.kind, &aside),
    );
    let most = original.run(&all, &pair.mended);
    if is_refused(&most) {
        return Verdict::Refused;
    }
    let few = original.run(&least, &pair.mended);
    let found = advised.run(&whole, base);
    let form = |lines: &BTreeSet<String>| -> BTreeSet<String> {
        if named { lines.clone() } else { lines.iter().map(|line| nameless(line)).collect() }
    };
    let (most_lines, few_lines, found_lines) =
        (form(&most.lines), form(&few.lines), form(&found.lines));
    let lost: Vec<&String> = few_lines.difference(&found_lines).collect();
    let unclear: Vec<String> = most_lines.iter().chain(&found_lines).filter(|line| is_of_unclear_file(line)).cloned().collect();
    let extra: Vec<&String> = found_lines
        .difference(&most_lines)
        .filter(|line| !unclear.contains(line))
        .collect();
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
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
    let accepted = |ran: &Ran| {
        if pair.rest.contains("head") || pair.rest.contains("tail") {
            ran.lines.len() == read.lines.len()
        } else {
            ran.lines == read.lines
        }
    };
    let originally = format!("{}{}", pair.mended, pair.rest);
    let with_all = original.run(&all, &originally);
    let with_few = original.run(&least, &originally);
    if accepted(&with_all) {
        return verdict;
    }
    if accepted(&with_few) {
        return Verdict::Announced;
    }
    let mut shown_both = shown("original", &with_all.raw.iter().collect::<Vec<_>>())
        + &shown("advised", &read.raw.iter().collect::<Vec<_>>());
    if pair.rest.trim_start().starts_with('|') && !pair.rest.trim_start().starts_with("||") {
        // The original's own lines, without those that the advice leaves out.
        let mut kept: Vec<&String> = most
            .raw
            .iter()
            .filter(|line| super::run::comparable(line).is_none_or(|line| found.lines.contains(&line)))
            .collect();
        kept.extend(found.raw.iter().filter(|line| {
            super::run::comparable(line).is_some_and(|line| !most.lines.contains(&line))
        }));
        let text: String = kept.iter().map(|line| format!("{}\n", line.replace("{dir}", &all.to_string_lossy()))).collect();
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
