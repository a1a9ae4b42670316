//! How a diff prints less.

use super::bound::{Bound, CUT_BYTES};
use super::by_program::first_part;
use super::printer::Printer;
use crate::rules::book::support::output::OutputSize;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};

/// More lines of context are more than usual.
const MANY_CONTEXT_LINES: u32 = 10;

/// Calls before this one in which a look at the size counts.
const LOOK_CALLS: usize = 4;

/// Options of a look at the size.
const LOOKS: [&str; 4] = ["--stat", "--shortstat", "--name-only", "--name-status"];

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
    if case.ran_lately(LOOK_CALLS, &looks(subcommand, &operands)) {
        return Err(Miss::Near("its size was looked at first"));
    }
    let rewrite = printer.with_subcommand_option("--stat");
    Ok(Bound::new(rewrite, "look with --stat first, then at one path").then("one path of it"))
}

/// The calls that look at how large a diff of these operands is.
fn looks(subcommand: &str, operands: &[&str]) -> Vec<String> {
    let joined = operands.join(" ");
    let mut of: Vec<(&str, String)> = vec![(subcommand, joined)];
    if let ("diff", [.., last]) = (subcommand, operands) {
        // The commit itself, shown.
        of.push(("show", (*last).to_owned()));
        if let [from, to] = operands {
            of.push(("diff", format!("{from}..{to}")));
            of.push(("diff", format!("{from}...{to}")));
        }
    }
    let forms = |(subcommand, of): (&str, String)| {
        LOOKS
            .iter()
            .flat_map(move |option| {
                let front = format!("git {subcommand} {option} {of}");
                [front.trim_end().to_owned(), format!("git {subcommand} {of} {option}")]
            })
            .collect::<Vec<_>>()
    };
    of.into_iter().flat_map(forms).collect()
}

/// The bound of `gh pr diff`.
pub(super) fn pull_request(printer: &Printer) -> Check<Bound> {
    if printer.has(&["--name-only"]) {
        return Err(Miss::Near("it is bounded already"));
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
