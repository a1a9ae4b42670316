//! How a diff prints less.

use super::bound::{Bound, CUT_BYTES};
use super::first_part::first_part;
use super::printer::Printer;
use crate::rules::book::git::support::command::Git;
use crate::rules::book::git::support::look::looked_lately;
use crate::rules::book::support::diff_size::looks_at_size;
use crate::rules::book::support::output::OutputSize;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};

/// More lines of context are more than usual.
const MANY_CONTEXT_LINES: u32 = 10;

/// Calls before this one in which a look at the size counts.
const LOOK_CALLS: usize = 5;

/// A smaller diff of the agent's own edits, right behind a status, is read before the commit, as
/// clients tell it to, bytes. The recorded one has 28 kB; one of 50 kB was cut and read in parts.
const OWN_BYTES: u64 = 40_000;

/// A smaller diff of a pull request is read whole where the client shows it, bytes. The recorded
/// one has 30 kB and is followed by its review; one of 40 kB was cut.
const REVIEW_BYTES: u64 = 35_000;

/// How much of an output is searched for the note of a client that cut it, bytes.
const NOTE_BYTES: usize = 512;

/// Beginnings of options that print a summary instead of the diff.
const SUMMARIES: [&str; 7] =
    ["--stat", "--name", "--short", "--num", "--dirstat", "--summary", "--quiet"];

/// The bound of `git diff` or `git show`.
pub(super) fn git(
    case: &Case,
    printer: &Printer,
    subcommand: &str,
    output: OutputSize,
) -> Check<Bound> {
    if output.bytes <= CUT_BYTES {
        return Err(Miss::Near("a diff of this size is read whole"));
    }
    if printer.has(&SUMMARIES) {
        return Err(Miss::Near("it is bounded already"));
    }
    let words = || printer.command.args.iter().map(|word| word.text.as_str());
    if let Some(option) = words().find(|word| has_much_context(word)) {
        return Ok(Bound::words(format!("leave {option} out, and read the places that matter")));
    }
    let operands: Vec<&str> = words()
        .skip_while(|word| *word != subcommand)
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    // A file of a revision: `git show HEAD:src/a.rs`.
    if subcommand == "show"
        && let [one] = operands.as_slice()
        && one.contains(':')
    {
        return Ok(first_part(printer, output));
    }
    if operands.last().is_some_and(|word| is_file(word)) {
        return Err(Miss::Near("single files are what it asks for"));
    }
    let own: Vec<&str> = words().skip_while(|word| *word != subcommand).skip(1).collect();
    if case.ran_lately(LOOK_CALLS, &looks(subcommand, &own)) {
        return if is_cut(case) {
            Ok(Bound::words("one path at a time, behind --"))
        } else {
            Err(Miss::Near("its size was looked at first"))
        };
    }
    if own.is_empty()
        && subcommand == "diff"
        && output.bytes < OWN_BYTES
        && follows_own_edits(case, printer)
    {
        return Err(Miss::Near("it reviews its own edits"));
    }
    let rewrite = printer.with_subcommand_option("--stat");
    Ok(Bound::new(rewrite, "look with --stat first, then at one path").then("one path of it"))
}

/// The calls that look at how large what `git subcommand own` shows is.
fn looks(subcommand: &str, own: &[&str]) -> Vec<String> {
    let mut looks = looks_at_size(subcommand, own);
    let front: Vec<&str> = own.iter().take_while(|word| **word != "--").copied().collect();
    if front.len() < own.len() {
        looks.extend(looks_at_size(subcommand, &front));
    }
    let revisions: Vec<&str> = front.into_iter().filter(|word| !word.starts_with('-')).collect();
    if let ("diff", [.., last]) = (subcommand, revisions.as_slice()) {
        // The commit itself, shown.
        looks.extend(looks_at_size("show", &[last]));
        if let [from, to] = revisions.as_slice() {
            for dots in ["..", "..."] {
                looks.extend(looks_at_size("diff", &[&format!("{from}{dots}{to}")]));
            }
        }
    }
    looks
}

/// Whether the client showed the agent a part of the output only.
fn is_cut(case: &Case) -> bool {
    let result = case.event.shell();
    result.persisted_bytes.is_some()
        || result.stdout.head(NOTE_BYTES).contains("Total output lines:")
}

/// Whether the agent edited files in this session and asked for the status right before.
fn follows_own_edits(case: &Case, printer: &Printer) -> bool {
    Git::of(printer.command).is_some_and(|git| looked_lately(case, 1, &git))
        && case.history().calls().iter().any(|call| call.is_edit())
}

/// The bound of `gh pr diff`.
pub(super) fn pull_request(case: &Case, printer: &Printer, bytes: u64) -> Check<Bound> {
    if printer.has(&["--name-only"]) {
        return Err(Miss::Near("it is bounded already"));
    }
    if bytes < REVIEW_BYTES && !is_cut(case) {
        return Err(Miss::Near("a diff of this size is read whole"));
    }
    // It takes no path.
    let rewrite = printer.with_end("> /tmp/pr.diff");
    Ok(Bound::new(rewrite, "send it to a file, then search that with rg").then("rg that file"))
}

fn has_much_context(option: &str) -> bool {
    let lines = option.strip_prefix("--unified=").or_else(|| option.strip_prefix("-U"));
    lines
        .and_then(|lines| lines.parse::<u32>().ok())
        .is_some_and(|lines| lines > MANY_CONTEXT_LINES)
}

/// Whether an operand is a file rather than a revision, a folder or a pathspec with magic.
fn is_file(operand: &str) -> bool {
    let name = operand.rsplit('/').next().unwrap_or_default();
    !operand.starts_with(':')
        && !operand.contains("..")
        && name.rsplit_once('.').is_some_and(|(stem, _)| !stem.is_empty())
}
