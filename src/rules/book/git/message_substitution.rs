//! Words of a message that the shell ran as commands.

use super::support::command::{Git, subcommand};
use super::support::output::{printed, reports_commit};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, options};

/// What a shell says of a word that is no command.
const TELLS: [&str; 6] = [
    "command not found",
    "Permission denied",
    "permission denied",
    "No such file or directory",
    "no such file or directory",
    "Is a directory",
];

pub(crate) const RULE: Rule = Rule {
    id: "message-substitution",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "message words that the shell ran as commands",
    why: "In double quotes the shell runs what is in backticks, so the stored message lacks those words; the \
          command still succeeds.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git", "gh"],
        subcommands: &["commit", "tag", "notes", "merge", "pr", "issue", "release", "api"],
        signs: &["`", "$("],
        check,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git commit -m \"Use `parse_args` in main\"")
            .given(&[Given::Output(NOT_FOUND)])
            .says("git commit --amend"),
        Example::bash("git add a.py && git commit -m \"Use `parse_args` in main\" && git push")
            .given(&[Given::Output(NOT_FOUND)])
            .says("next time put the message in single quotes"),
        Example::bash("git commit -m \"Drop $(parse_args) from main\"")
            .given(&[Given::Output(NOT_FOUND)]),
        Example::bash("git commit -qm \"See `src/a.rs` for it\"").given(&[Given::Output(
            "/bin/bash: line 1: src/a.rs: Permission denied\n[main 1234567] See  for it\n",
        )]),
        Example::bash("git commit -F - <<EOF\nUse `parse_args`\nEOF")
            .given(&[Given::Output(NOT_FOUND)]),
        Example::bash("gh pr create --title x --body \"Adds `parse_args`\"")
            .given(&[Given::Output(
                "zsh:1: command not found: parse_args\nhttps://github.com/a/b/pull/5\n",
            )])
            .says("the text of gh pr create"),
        Example::bash("gh issue comment 5 --body \"Fixed in `parse_args`.\"").given(&[
            Given::Output("bash: parse_args: command not found\nhttps://github.com/a/b/issues/5\n"),
        ]),
        Example::bash("git tag -a v1 -m \"With `parse_args`\"")
            .given(&[Given::Output("(eval):1: command not found: parse_args\n")])
            .says("the message of git tag"),
        Example::bash("git commit -m \"fix\" -m \"Call `parse_args` first\"")
            .given(&[Given::Output(NOT_FOUND)]),
        Example::bash("git merge --no-ff topic -m \"Brings `parse_args`\"")
            .given(&[Given::Output("bash: parse_args: command not found\nMerge made\n")]),
    ],
    misses: &[
        Example::bash("git commit -m 'Use `parse_args` in main'")
            .given(&[Given::Output("[main 1234567] Use `parse_args` in main\n")]),
        Example::bash("git commit -m \"Use \\`parse_args\\` in main\"")
            .given(&[Given::Output("[main 1234567] Use `parse_args` in main\n")]),
        Example::bash("git commit -m \"Use `parse_args` in main\"").given(&[Given::Failed(
            "Exit code 127\nbash: parse_args: command not found\nnothing to commit",
        )]),
        Example::bash("git commit -m \"$(cat <<'EOF'\nUse `parse_args`\nEOF\n)\"")
            .given(&[Given::Output("[main 1234567] Use `parse_args`\n")]),
        Example::bash("git commit -m \"Release $(cat VERSION)\"")
            .given(&[Given::Output("[main 1234567] Release 1.2\n")]),
        Example::bash("git commit -m \"Release $(cat VERSION)\"")
            .given(&[Given::Output("make: foo: command not found\n[main 1234567] Release 1.2\n")]),
        Example::bash("git commit -F - <<'EOF'\nUse `parse_args`\nEOF")
            .given(&[Given::Output("[main 1234567] Use `parse_args`\n")]),
        Example::bash("parse_args; git commit -m \"Use it\"").given(&[Given::Output(NOT_FOUND)]),
        Example::bash("git log --grep \"`date +%Y`\"").given(&[Given::Output("x\n")]),
        Example::bash("gh pr view 5 --json body").given(&[Given::Output(NOT_FOUND)]),
        Example::bash("gh pr create --body-file /tmp/body.md")
            .given(&[Given::Output("https://github.com/a/b/pull/5\n")]),
        Example::bash("git commit -m \"On `date`\"")
            .given(&[Given::Output("[main 1234567] On Mon\n")]),
        Example::bash("git commit -m \"Use `parse_args` in main\"")
            .given(&[Given::Output("[main 1234567] Use x in main\n")]),
        Example::bash("git commit -am \"Bump to $(node -p 1)\"")
            .given(&[Given::Output("npm: command not found\n[main 1234567] Bump to 1\n")]),
        Example::bash("echo \"git commit -m `parse_args`\"").given(&[Given::Output(NOT_FOUND)]),
    ],
    since: "0.2.0",
};

const NOT_FOUND: &str = "/bin/bash: line 1: parse_args: command not found\n[main 1234567] Use  in main\n 1 file changed\n";

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let text = printed(case);
    if !TELLS.iter().any(|tell| text.contains(tell)) {
        return Err(Miss::No);
    }
    let ran = substituted(command);
    let is_told = |word: &String| {
        text.lines().any(|line| {
            let names = line.split([' ', ':', '\'']).any(|part| part == word);
            names && TELLS.iter().any(|tell| line.contains(tell))
        })
    };
    if !ran.iter().any(is_told) {
        return Err(Miss::Near("nothing in the message was run in vain"));
    }
    let is_commit = subcommand(command) == Some("commit");
    let is_kept = if is_commit { reports_commit(&text) } else { case.event.succeeded() };
    let is_quiet = Git::of(command).is_some_and(|git| git.has('q', "quiet"));
    let is_silent = is_quiet && case.event.succeeded();
    if !(is_kept || is_silent) {
        return Err(Miss::Near("the message was not kept"));
    }
    let (_, sub) = options::subcommand(&command.program, &command.args).ok_or(Miss::No)?;
    let pushes = case.commands().any(|other| subcommand(other) == Some("push"));
    Ok(Finding::new(Advice::plain(match (command.program.as_str(), sub) {
        ("gh", sub) => {
            let verb = command.args.get(1).and_then(|word| word.literal()).unwrap_or_default();
            let is_verb = verb.len() <= 10 && verb.chars().all(|c| c.is_ascii_lowercase());
            let verb = if is_verb { format!(" {verb}") } else { String::new() };
            format!(
                "the shell ran words in the text of gh {sub}{verb}, so they are missing there: edit that text, and give \
                 it in a file, with --body-file"
            )
        }
        (_, "commit") if !pushes => {
            "the shell ran words in the message of git commit, so they are missing there: mend it with git commit \
             --amend -F FILE, or -m and single quotes"
                .to_owned()
        }
        (_, sub) => format!(
            "the shell ran words in the message of git {sub}, so they are missing there: next time put the message in \
             single quotes, or in a file (-F)"
        ),
    })))
}

/// The first word of each substitution in the words and here-documents of a command.
fn substituted(command: &Command) -> Vec<String> {
    let words = command.args.iter().filter(|word| word.expands).map(|word| word.raw.as_str());
    let fed = command.redirections.iter().filter_map(|redirection| {
        let heredoc = redirection.heredoc.as_ref()?;
        (!heredoc.quoted).then_some(heredoc.text.as_str())
    });
    words.chain(fed).flat_map(first_words).collect()
}

fn first_words(text: &str) -> Vec<String> {
    let text = text.replace("\\`", "").replace("\\$", "");
    let in_backticks = text.split('`').skip(1).step_by(2);
    let in_brackets = text.split("$(").skip(1);
    in_backticks
        .chain(in_brackets)
        .filter_map(|inside| {
            let word = inside.split([' ', ')', '\n', ';', '|', '`']).next()?;
            let is_word = word.len() >= 2
                && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
            is_word.then(|| word.to_owned())
        })
        .collect()
}
