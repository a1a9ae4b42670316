//! How a command prints less, by its program.

use super::bound::{Bound, CUT_BYTES, LONG_LINE_BYTES};
use super::diff;
use super::printer::Printer;
use crate::project::runner;
use crate::project::runner::Purpose;
use crate::rules::book::context::support::quiet::quiet_form;
use crate::rules::book::support::output::OutputSize;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};

/// The bound of the command that printed the output.
pub(super) fn bound(case: &Case, printer: &Printer, output: OutputSize) -> Check<Bound> {
    let OutputSize { bytes, bytes_per_line } = output;
    let command = printer.command;
    match (command.program.as_str(), printer.subcommand()) {
        ("git", Some("log")) => git_log(printer),
        ("git", Some(subcommand @ ("diff" | "show"))) => diff::git(printer, subcommand, bytes),
        ("gh", Some("pr"))
            if command.args.get(1).is_some_and(|word| word.is("diff")) && bytes > CUT_BYTES =>
        {
            diff::pull_request(printer)
        }
        ("git", Some("ls-files" | "ls-tree" | "branch" | "tag" | "for-each-ref"))
        | ("ls" | "tree", _) => Ok(first_lines(printer, "a narrower path, or | head -50")),
        ("find" | "fd", _)
            if !printer.has(&["-exec", "-ok", "-delete", "-x", "-X", "--exec", "-fprint"]) =>
        {
            Ok(first_lines(printer, "a narrower path, or | head -50"))
        }
        ("rg" | "grep" | "egrep" | "fgrep", _) if bytes_per_line > LONG_LINE_BYTES => {
            Ok(long_matches(printer))
        }
        ("rg" | "grep", _) => Ok(matches(printer)),
        ("docker" | "podman" | "kubectl", Some("logs")) => logs(printer),
        ("npm" | "pnpm", Some("ls" | "list" | "ll" | "la")) if !printer.has(&["--depth"]) => {
            Ok(packages(printer))
        }
        ("curl", _) if !printer.has(&["-o", "-O", "--output", "--remote-name", "-s -o"]) => {
            let words = "-o /tmp/response, then jq or rg it";
            Ok(Bound::new(printer.with_end("-o /tmp/response"), words).then("then jq or rg it"))
        }
        ("cat" | "nl", _) if !case.environment.client.has_file_tools() && bytes > CUT_BYTES => {
            Ok(file(printer))
        }
        // The agent reads a file on purpose, and other rules look at that.
        ("cat" | "nl" | "sed" | "head" | "tail" | "bat" | "awk" | "less" | "jq", _) => {
            Err(Miss::Near("it reads what it was asked to"))
        }
        _ => run(printer),
    }
}

fn git_log(printer: &Printer) -> Check<Bound> {
    let has_count = printer.command.args.iter().any(|word| {
        let text = word.text.as_str();
        text.starts_with("--max-count")
            || text.starts_with("-n")
            || text.strip_prefix('-').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
    });
    if has_count || printer.has(&["--since", "--after", "-L"]) {
        return Err(Miss::Near("it is bounded already"));
    }
    if printer.has(&["-p", "--patch", "-u", "-S", "-G"]) {
        let rewrite = printer.with_subcommand_option("-3");
        return Ok(Bound::new(rewrite, "-3 shows the last three only"));
    }
    let has_format = printer.has(&["--oneline", "--format", "--pretty", "--stat", "--graph"]);
    let option = if has_format { "-20" } else { "--oneline -20" };
    let rewrite = printer.with_subcommand_option(option);
    Ok(Bound::new(rewrite, "--oneline -20 shows the last twenty"))
}

fn first_lines(printer: &Printer, words: &str) -> Bound {
    Bound::new(printer.with_end("| head -50"), words)
}

fn long_matches(printer: &Printer) -> Bound {
    if printer.command.is("rg") {
        let has_limit = printer.has(&["-M", "--max-columns"]);
        let rewrite = printer.with_first_option("-M 200").filter(|_| !has_limit);
        return Bound::new(rewrite, "its lines are long: -M 200 leaves them out");
    }
    Bound::new(printer.with_end("| cut -c1-200"), "its lines are long: | cut -c1-200")
}

fn matches(printer: &Printer) -> Bound {
    if printer.has(&["-l", "--files", "-c", "--count", "-o", "-m", "--max-count"]) {
        return first_lines(printer, "a narrower path or pattern, or | head -50");
    }
    Bound::new(printer.with_first_option("-l"), "-l first, then a narrower path or pattern")
        .then("then a narrower path")
}

fn logs(printer: &Printer) -> Check<Bound> {
    if printer.has(&["--tail", "-n", "--since", "-f", "--follow"])
        && printer.words_from_subcommand().any(|word| word.starts_with('-'))
    {
        return Err(Miss::Near("it is bounded already"));
    }
    let rewrite = printer.with_subcommand_option("--tail=100");
    Ok(Bound::new(rewrite, "--tail=100 shows the end"))
}

fn packages(printer: &Printer) -> Bound {
    let shows_all = printer.has(&["--all", "-a"]);
    let rewrite = printer.with_subcommand_option("--depth=0").filter(|_| !shows_all);
    let program = &printer.command.program;
    Bound::new(rewrite, format!("{program} ls --depth=0 shows what is asked for directly"))
}

fn file(printer: &Printer) -> Bound {
    let operands = printer.command.args.iter().filter(|word| !word.text.starts_with('-'));
    let is_one = operands.count() == 1;
    let rewrite = printer.with_end("| sed -n '1,200p'").filter(|_| is_one);
    Bound::new(rewrite, "a range of its lines with sed -n '1,200p'")
}

fn run(printer: &Printer) -> Check<Bound> {
    match runner::purpose(printer.command) {
        Some(Purpose::Test | Purpose::Install) if quiet_form(printer.command).is_some() => {
            Err(Miss::Near("a quiet option is advised"))
        }
        Some(_) => Ok(Bound::new(printer.with_log(), "send it to a file, then rg that")
            .then("then rg the log")),
        None => Err(Miss::Near("no bounded form of it is known")),
    }
}
