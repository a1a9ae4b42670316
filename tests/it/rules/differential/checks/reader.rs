//! What reads the lines of a search, or runs by its status.

use std::collections::BTreeSet;

use super::lines::{is_of_unclear_file, shown};
use super::same::{Found, Search};
use crate::rules::differential::pair::Verdict;
use crate::rules::differential::run::{Ran, TOP, comparable, top_of};
use crate::rules::differential::trees::Trees;

/// What counts of what a reader printed. A path behind a count may begin with `./`, too.
fn form(ran: &Ran) -> BTreeSet<String> {
    let lines = ran.lines.iter().filter(|line| !is_of_unclear_file(line));
    lines.map(|line| line.replace(" ./", " ")).collect()
}

/// Compares what the reader makes of both; `verdict` is that of the lines.
pub fn same(search: &Search, found: &Found, trees: &Trees, verdict: Verdict) -> Verdict {
    let rest = search.pair.rest.as_str();
    let read = search.advised(&format!("{}{rest}", search.base));
    let originally = format!("{}{rest}", search.pair.mended);
    let all = search.among_all(&originally);
    let least = search.among_least(&all, &originally);
    if !search.pair.is_read() {
        return status(found, [&all, &least, &read], verdict);
    }
    // Which lines are the first depends on the order.
    let is_first = rest.contains("head") || rest.contains("tail");
    let is_same = |ran: &Ran| {
        if is_first { ran.raw.len() == read.raw.len() } else { form(ran) == form(&read) }
    };
    if is_same(&all) {
        return verdict;
    }
    // Neither is it known how many groups of lines there are.
    let is_unknown =
        search.is_nameless(&found.most) || found.found.raw.iter().any(|line| line == "--");
    if is_same(&least) || is_unknown {
        return Verdict::Announced;
    }
    let fed = fed(search, found, trees);
    if is_same(&fed) {
        return Verdict::Announced;
    }
    let show = |what, ran: &Ran| shown(what, &ran.raw.iter().collect::<Vec<_>>());
    let shown = show("original", &all) + &show("advised", &read) + &show("wanted", &fed);
    Verdict::Unequal { reason: "what reads it", shown }
}

/// Compares what a status decides: what is printed beside the lines of the search.
fn status(found: &Found, [all, least, read]: [&Ran; 3], verdict: Verdict) -> Verdict {
    let answer = |ran: &Ran, search: &Ran| -> BTreeSet<String> {
        form(ran).difference(&form(search)).cloned().collect()
    };
    let answers = [answer(all, &found.most), answer(least, &found.few)];
    let advised = answer(read, &found.found);
    if answers.contains(&advised) {
        return verdict;
    }
    let [original, _] = answers;
    let shown = shown("original", &original.iter().collect::<Vec<_>>())
        + &shown("advised", &advised.iter().collect::<Vec<_>>());
    Verdict::Unequal { reason: "status", shown }
}

/// What the reader makes of the original's own lines, without those that the advice leaves out.
fn fed(search: &Search, found: &Found, trees: &Trees) -> Ran {
    let Found { most, found, .. } = found;
    let is_found = |line: &&String| comparable(line).is_none_or(|line| found.lines.contains(&line));
    let own: BTreeSet<String> = most.raw.iter().filter_map(|line| comparable(line)).collect();
    let is_more = |line: &&String| comparable(line).is_some_and(|line| !own.contains(&line));
    let kept = most.raw.iter().filter(is_found).chain(found.raw.iter().filter(is_more));
    let top = top_of(&search.all).to_string_lossy();
    let text: String = kept.map(|line| format!("{}\n", line.replace(TOP, &top))).collect();
    let file = tempfile::NamedTempFile::new_in(trees.scratch()).unwrap();
    std::fs::write(file.path(), text).unwrap();
    search.among_all(&format!("cat '{}'{}", file.path().display(), search.pair.rest))
}
