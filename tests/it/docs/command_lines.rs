//! Every command line of toolcoach that a page shows is one that the program takes.

use std::fs;

use clap::error::ErrorKind;

use super::pages::{ROOT, read};

/// Command lines: those of blocks for a shell, and what is between backticks in prose.
fn lines(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, part) in page.split("```").enumerate() {
        if at % 2 == 1 {
            let is_shell = part.starts_with("sh\n");
            found.extend(part.lines().filter(|_| is_shell).map(str::to_owned));
        } else {
            let prose = part.split_whitespace().collect::<Vec<_>>().join(" ");
            found.extend(prose.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found.retain(|line| line.starts_with("toolcoach "));
    found
}

/// The words of the command line, up to what is for the shell.
fn words(line: &str) -> Option<Vec<String>> {
    let is_for_the_shell =
        |word: &String| matches!(word.as_str(), "|" | "||" | "&&" | "&") || word.contains('>');
    let words = shlex::split(line)?;
    Some(words.into_iter().take_while(|word| !is_for_the_shell(word)).collect())
}

#[test]
fn every_command_line_of_a_page_is_understood() {
    let docs = fs::read_dir(format!("{ROOT}/docs")).unwrap();
    let names = docs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages = names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}"));
    let mut count = 0;
    for page in pages.chain(["README.md", "CONTRIBUTING.md"].map(str::to_owned)) {
        for line in lines(&read(&page)) {
            // A form with parts that may be left out is not a command line.
            if line.contains(['[', '…']) {
                continue;
            }
            let mut words = words(&line).unwrap_or_else(|| panic!("{page}: {line}"));
            // The older name, which the program replaces before it parses.
            if words[1] == "--stats" {
                words[1] = "stats".to_owned();
            }
            // The hook reads its own arguments.
            if words[1] == "hook" {
                continue;
            }
            // A value may be a name for one, such as RULE.
            if let Err(error) = toolcoach::cli::command().try_get_matches_from(words) {
                let is_wrong = matches!(
                    error.kind(),
                    ErrorKind::UnknownArgument
                        | ErrorKind::InvalidSubcommand
                        | ErrorKind::ArgumentConflict
                        | ErrorKind::TooManyValues
                );
                assert!(!is_wrong, "{page}: {line}: {error}");
            }
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}
