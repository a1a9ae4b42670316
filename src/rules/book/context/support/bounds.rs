//! The bounded form of a command that printed too much, by its family.

use crate::project::runner;
use crate::project::runner::Purpose;
use crate::rules::advice::Advice;
use crate::rules::book::context::bash_output_large::LARGE_BYTES;
use crate::rules::book::context::test_output_verbose::quiet;
use crate::rules::book::support::command_text::{name, sole, spelled, with_option};
use crate::rules::book::support::output::{Shown, kilobytes};
use crate::rules::case::Case;
use crate::rules::legacy::{self, Occasion};
use crate::shell::{Command, Script, options};

/// A diff is asked for to be read: it is large only where the clients begin to cut it (30,000
/// characters).
const LARGE_DIFF_BYTES: u64 = 24_000;

/// Lines longer than this on average are no lines to read: data in one piece.
const LONG_LINE_BYTES: u64 = 400;

/// What printed too much, and how it prints less.
pub(crate) struct Large {
    /// What it is called beside its better form.
    name: String,
    /// What it is called without one.
    spelled: String,
    /// The bounded command, and what may be said after it.
    better: Option<(String, &'static str)>,
    /// The same in words.
    plain: String,
}

impl Large {
    pub(crate) fn advice(self, bytes: u64) -> Option<Advice> {
        let size = kilobytes(bytes);
        let plain = format!("{size} of {}: {}", self.spelled, self.plain);
        match self.better {
            None => legacy::plain(plain),
            Some((command, "")) => {
                legacy::better(format!("{size} of {}", self.name), command, plain)
            }
            // What is said after a rewrite does not fit the form of one, so that it is held to the
            // same bounds here.
            Some((command, after)) if command.chars().count() <= 90 && !command.contains('`') => {
                legacy::plain(format!("{size} of {}: `{command}`, {after}", self.name))
            }
            Some((command, _)) => {
                legacy::better(format!("{size} of {}", self.name), command, plain)
            }
        }
    }
}

/// The kind of command, for what counts as the same occasion.
pub(crate) fn family(case: &Case, _: &Occasion) -> String {
    culprit(case).map(|(command, _)| name(command)).unwrap_or_default()
}

/// The command that printed, and whether it is all that the call is. `Err` says why it is not
/// known.
fn culprit<'c>(case: &'c Case<'_>) -> Result<(&'c Command, bool), &'static str> {
    if let Some(command) = sole(case) {
        return if command.shows_output() {
            Ok((command, true))
        } else {
            Err("its output went to a file")
        };
    }
    let script = case.script().ok_or("")?;
    // Programs that say a line or two; the end of a pipe stands for all of it.
    let says_little = |command: &&Command| {
        let quiet = matches!(
            command.program.as_str(),
            "cd" | "echo" | "printf" | "true" | "set" | "pwd" | "mkdir" | "export" | "head" | "wc"
        );
        !quiet && command.shows_output()
    };
    let mut loud = script.commands.iter().filter(says_little);
    match (loud.next(), loud.next()) {
        (Some(command), None) if command.remote => Err("it runs on another machine"),
        (Some(command), None) if command.depth == 0 && command.stage.is_none() => {
            Ok((command, false))
        }
        (Some(command), None) if command.stage.is_some() => {
            Err("its output is thinned out on purpose")
        }
        _ => Err("which command printed it is not known"),
    }
}

pub(crate) fn bounded(case: &Case) -> Result<Large, &'static str> {
    let Shown { bytes, line: average } = Shown::of(case);
    if bytes <= LARGE_BYTES || case.in_background() {
        return Err("");
    }
    let script = case.script().ok_or("")?;
    if script.pipelines.len() == 1
        && script.commands.iter().all(|command| command.stage.is_some())
        && let Some(last) = script.commands.last()
    {
        return thinned(script, last, average);
    }
    let (command, alone) = culprit(case)?;
    let sub = options::subcommand(&command.program, &command.args);
    let put = |words: &str| {
        let with = with_option(case, command, sub.map(|(at, _)| at), words);
        with.filter(|_| alone)
    };
    let append = |words: &str| alone.then(|| format!("{} {words}", script.text.trim()));
    let appendable = command.redirections.is_empty() && script.text.trim().lines().count() == 1;
    let has = |words: &[&str]| {
        command.args.iter().any(|word| words.iter().any(|known| word.text.starts_with(known)))
    };
    let name = name(command);
    let spelled = if runner::label(command).is_some() { name.clone() } else { spelled(command) };
    let large = |better: Option<String>, after: &'static str, plain: &str| {
        Ok(Large {
            name: name.clone(),
            spelled: spelled.clone(),
            better: better.map(|text| (text, after)),
            plain: plain.to_owned(),
        })
    };
    match (command.program.as_str(), sub.map(|(_, sub)| sub)) {
        ("git", Some("log")) => {
            let counted = command.args.iter().any(|word| {
                let text = word.text.as_str();
                text.starts_with("--max-count")
                    || text.starts_with("-n")
                    || text
                        .strip_prefix('-')
                        .is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
            });
            if counted || has(&["--since", "--after", "-L"]) {
                return Err("it is bounded already");
            }
            if has(&["-p", "--patch", "-u", "-S", "-G"]) {
                return large(put("-3"), "", "-3 shows the last three only");
            }
            let words = if has(&["--oneline", "--format", "--pretty", "--stat", "--graph"]) {
                "-20"
            } else {
                "--oneline -20"
            };
            large(put(words), "", "--oneline -20 shows the last twenty")
        }
        ("git", Some(sub @ ("diff" | "show"))) => {
            diff(command, sub, bytes).and_then(|found| match found {
                Diff::Context(option) => {
                    large(None, "", &format!("drop {option} and read the places that matter"))
                }
                Diff::Whole => large(put("--stat"), "then one path", "--stat first, then one path"),
                Diff::File => large(
                    append("| sed -n '1,200p'").filter(|_| appendable),
                    "",
                    "a range of its lines with | sed -n '1,200p'",
                ),
            })
        }
        ("gh", Some("pr"))
            if command.args.get(1).is_some_and(|word| word.is("diff"))
                && bytes > LARGE_DIFF_BYTES =>
        {
            if has(&["--name-only"]) {
                return Err("it is bounded already");
            }
            large(
                append("--name-only").filter(|_| appendable),
                "then one file",
                "--name-only first",
            )
        }
        ("git", Some("ls-files" | "ls-tree" | "branch" | "tag" | "for-each-ref"))
        | ("ls" | "tree", _) => {
            large(append("| head -50").filter(|_| appendable), "", "a narrower path, or | head -50")
        }
        ("find" | "fd", _)
            if !has(&["-exec", "-ok", "-delete", "-x", "-X", "--exec", "-fprint"]) =>
        {
            large(append("| head -50").filter(|_| appendable), "", "a narrower path, or | head -50")
        }
        ("rg", _) if average > LONG_LINE_BYTES => {
            let put = with_option(case, command, None, "-M 200")
                .filter(|_| alone && !has(&["-M", "--max-columns"]));
            large(put, "", "its lines are long: -M 200 leaves them out")
        }
        ("grep" | "egrep" | "fgrep" | "rg", _) if average > LONG_LINE_BYTES => large(
            append("| cut -c1-200").filter(|_| appendable),
            "",
            "its lines are long: | cut -c1-200",
        ),
        ("rg" | "grep", _)
            if has(&["-l", "--files", "-c", "--count", "-o", "-m", "--max-count"]) =>
        {
            large(
                append("| head -50").filter(|_| appendable),
                "",
                "a narrower path or pattern, or | head -50",
            )
        }
        ("rg" | "grep", _) => {
            let put = with_option(case, command, None, "-l").filter(|_| alone);
            large(put, "then a narrower path", "-l first, then a narrower path or pattern")
        }
        ("docker" | "podman" | "kubectl", Some("logs")) => {
            if has(&["--tail", "-n", "--since", "-f", "--follow"])
                && sub.is_some_and(|(at, _)| {
                    command.args.iter().skip(at).any(|word| word.text.starts_with('-'))
                })
            {
                return Err("it is bounded already");
            }
            large(put("--tail=100"), "", "--tail=100 shows the end")
        }
        ("npm" | "pnpm", Some("ls" | "list" | "ll" | "la")) if !has(&["--depth"]) => {
            let without_all = if has(&["--all", "-a"]) { None } else { put("--depth=0") };
            large(
                without_all,
                "",
                &format!("{} {} --depth=0 shows what is asked for directly", command.program, "ls"),
            )
        }
        ("curl", _) if !has(&["-o", "-O", "--output", "--remote-name", "-s -o"]) => large(
            append("-o /tmp/response").filter(|_| appendable),
            "then jq or rg it",
            "-o /tmp/response, then jq or rg it",
        ),
        ("cat" | "nl", _)
            if !case.environment.client.has_file_tools() && bytes > LARGE_DIFF_BYTES =>
        {
            let one = command.args.iter().filter(|word| !word.text.starts_with('-')).count() == 1;
            large(
                append("| sed -n '1,200p'").filter(|_| appendable && one),
                "",
                "a range of its lines with sed -n '1,200p'",
            )
        }
        // Files that are read to be read: other rules know them.
        ("cat" | "nl" | "sed" | "head" | "tail" | "bat" | "awk" | "less" | "jq", _) => {
            Err("it reads what it was asked to")
        }
        _ => match runner::purpose(command) {
            Some(Purpose::Test | Purpose::Install) if quiet(command).is_some() => {
                Err("a quiet option is advised")
            }
            Some(_) => {
                let log = |text: &str| {
                    format!("{} > /tmp/out.log 2>&1", text.trim_end_matches("2>&1").trim_end())
                };
                let bare =
                    command.redirections.iter().all(|redirection| redirection.operator == ">&");
                let better = (alone && bare).then(|| log(script.text.trim()));
                large(better, "then rg the log", "send it to a file, then rg that")
            }
            None => Err("no bounded form of it is known"),
        },
    }
}

/// How a diff is bounded.
enum Diff<'c> {
    /// It shows more context than usual.
    Context(&'c str),
    /// It shows many files.
    Whole,
    /// It is a file of a revision.
    File,
}

fn diff<'c>(command: &'c Command, sub: &str, bytes: u64) -> Result<Diff<'c>, &'static str> {
    let words = || command.args.iter().map(|word| word.text.as_str());
    if bytes <= LARGE_DIFF_BYTES {
        return Err("a diff of this size is read whole");
    }
    if words().any(|word| {
        ["--stat", "--name", "--short", "--num", "--dirstat", "--summary", "--quiet"]
            .iter()
            .any(|known| word.starts_with(known))
    }) {
        return Err("it is bounded already");
    }
    if let Some(option) = words().find(|word| {
        let lines = word.strip_prefix("--unified=").or_else(|| word.strip_prefix("-U"));
        lines.and_then(|lines| lines.parse::<u32>().ok()).is_some_and(|lines| lines > 10)
    }) {
        return Ok(Diff::Context(option));
    }
    // Behind the sub-command.
    let operands: Vec<&str> = words()
        .skip_while(|word| *word != sub)
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if sub == "show"
        && let [one] = operands.as_slice()
        && one.contains(':')
    {
        return Ok(Diff::File);
    }
    let last_is_file = operands.last().is_some_and(|word| {
        let file = word.rsplit('/').next().unwrap_or_default();
        !word.starts_with(':')
            && !word.contains("..")
            && file.rsplit_once('.').is_some_and(|(stem, _)| !stem.is_empty())
    });
    if last_is_file {
        return Err("single files are what it asks for");
    }
    Ok(Diff::Whole)
}

/// A pipeline that is bounded on purpose, and is large only where its lines are.
fn thinned(script: &Script, last: &Command, average: u64) -> Result<Large, &'static str> {
    let text = script.text.trim();
    // Behind a run one filter more would hide its status as well.
    if script.commands.iter().any(|command| runner::label(command).is_some()) {
        return Err("the pipe behind a run is another rule's");
    }
    let by_lines = matches!(last.program.as_str(), "head" | "tail" | "grep" | "rg" | "egrep");
    if !by_lines
        || average <= LONG_LINE_BYTES
        || !last.redirections.is_empty()
        || text.lines().count() != 1
    {
        return Err("its output is thinned out on purpose");
    }
    Ok(Large {
        name: "long lines".to_owned(),
        spelled: format!(
            "long lines from {}",
            script.commands.first().map(spelled).unwrap_or_default()
        ),
        better: Some((format!("{text} | cut -c1-200"), "")),
        plain: "| cut -c1-200 keeps the beginning of each".to_owned(),
    })
}
