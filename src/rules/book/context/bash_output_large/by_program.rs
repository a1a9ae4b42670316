//! How a command prints less, by its program.

use super::bound::{Bound, CUT_BYTES};
use super::first_part::{FEW_LINES, first_part};
use super::printer::Printer;
use super::{diff, query, request, search};
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::project::runner::Purpose;
use crate::rules::book::context::support::quiet::quiet_form;
use crate::rules::book::support::output::OutputSize;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};

/// The bound of the command that printed the output.
pub(super) fn bound(case: &Case, printer: &Printer, output: OutputSize) -> Check<Bound> {
    let bytes = output.bytes;
    let command = printer.command;
    match (command.program.as_str(), printer.subcommand()) {
        ("git", Some("log")) => git_log(case, printer),
        ("git", Some(subcommand @ ("diff" | "show"))) => {
            diff::git(case, printer, subcommand, output)
        }
        ("gh", Some("pr"))
            if command.args.get(1).is_some_and(|word| word.is("diff")) && bytes > CUT_BYTES =>
        {
            diff::pull_request(case, printer, bytes)
        }
        ("git", Some("ls-files" | "ls-tree" | "branch" | "tag" | "for-each-ref"))
        | ("ls" | "tree", _) => Ok(first_lines(printer, output)),
        ("find" | "fd", _)
            if !printer.has(&["-exec", "-ok", "-delete", "-x", "-X", "--exec", "-fprint"]) =>
        {
            Ok(first_lines(printer, output))
        }
        ("rg", _) => Ok(search::bound(case, printer, output)),
        (program, _) if programs::is(program, Trait::IsGrep) => {
            Ok(search::bound(case, printer, output))
        }
        ("git", Some("grep")) => Ok(search::git(printer, output)),
        ("docker" | "podman" | "kubectl" | "docker-compose", Some("logs")) => query::logs(printer),
        ("docker" | "podman", Some("compose")) if printer.words_behind("compose").any(is_logs) => {
            query::logs(printer)
        }
        ("npm" | "pnpm", Some("ls" | "list" | "ll" | "la")) if !printer.has(&["--depth"]) => {
            Ok(packages(printer))
        }
        ("curl", _) => request::bound(printer),
        ("cat" | "nl", _) if !case.environment.client.has_file_tools() && bytes > CUT_BYTES => {
            Ok(file(printer, output))
        }
        // The agent reads a file on purpose, and other rules look at that.
        ("cat" | "nl" | "sed" | "head" | "tail" | "bat" | "awk" | "less" | "jq", _) => {
            Err(Miss::Near("it reads what it was asked to"))
        }
        _ => run(printer),
    }
}

/// Bytes of an output in which commits are counted.
const SEARCHED_BYTES: usize = 64 << 10;

fn is_logs(word: &str) -> bool {
    word == "logs"
}

fn git_log(case: &Case, printer: &Printer) -> Check<Bound> {
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
        let text = case.event.shell().stdout.head(SEARCHED_BYTES);
        let commits = text.lines().filter(|line| line.starts_with("commit ")).count();
        if (1..=3).contains(&commits) {
            return Ok(Bound::words("look with --stat in place of -p first, then at one path"));
        }
        let rewrite = printer.with_subcommand_option("-3");
        return Ok(Bound::new(rewrite, "add -3, which shows the last three"));
    }
    let has_format = printer.has(&["--oneline", "--format", "--pretty", "--stat", "--graph"]);
    let option = if has_format { "-20" } else { "--oneline -20" };
    let rewrite = printer.with_subcommand_option(option);
    Ok(Bound::new(rewrite, "add --oneline -20, which shows the last twenty"))
}

fn first_lines(printer: &Printer, output: OutputSize) -> Bound {
    if output.has_at_most(FEW_LINES) {
        return Bound::new(
            printer.with_end("| head -c 4000"),
            "name a narrower path, or add | head -c 4000",
        );
    }
    Bound::new(printer.with_end("| head -50"), "name a narrower path, or add | head -50")
}

fn packages(printer: &Printer) -> Bound {
    let shows_all = printer.has(&["--all", "-a"]);
    let rewrite = printer.with_subcommand_option("--depth=0").filter(|_| !shows_all);
    let program = &printer.command.program;
    Bound::new(rewrite, format!("use {program} ls --depth=0, or name the package"))
}

fn file(printer: &Printer, output: OutputSize) -> Bound {
    let operands = printer.command.args.iter().filter(|word| !word.text.starts_with('-'));
    let is_one = operands.count() == 1;
    first_part(printer, output).rewritten_if(is_one)
}

fn run(printer: &Printer) -> Check<Bound> {
    let words = "send it to a file, then search that with rg";
    match runner::purpose(printer.command) {
        Some(Purpose::Test | Purpose::Install) if quiet_form(printer.command).is_some() => {
            Err(Miss::Near("a quiet option is advised"))
        }
        // What a task does is not known: it may be wrong to do it twice.
        Some(Purpose::Task) => Ok(Bound::words(words)),
        Some(_) => Ok(Bound::new(printer.with_log(), words).then("rg the log")),
        None => query::bound(printer),
    }
}
