//! grep as `git grep`, which reads the same patterns and searches tracked files.

use super::filters::{Filters, alternatives};
use super::find::Files;
use super::grep::{self, agrees, asks, letter, pattern_text, prints_paths, value};
use super::pattern::{Syntax, may_be_empty, translate};
use super::place::{LookUp, Place};
use super::reader::{Use, silenced_errors};
use crate::shell::options::{self, Item, Spec};
use crate::shell::words::quote;
use crate::shell::{Command, Word};

/// A name of files to search, and whether it ignores case.
type Name = (String, bool);

/// What is left out of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exclusion {
    /// Files of this name.
    Files(String),
    /// What is in folders of this name.
    Folder(String),
    /// Files of this name, and what is in folders of it.
    Both(String),
    /// A path below the working directory.
    Top(String),
}

/// `command`, a grep of folders, as `git grep`.
pub(crate) fn of_grep(command: &Command, look_up: LookUp, used: Use) -> Option<String> {
    let items = options::read(&command.args, Spec::of("grep"));
    let filters = Filters::read(&items)?;
    let operands = grep::read(command, &items).operands;
    // git ignores a path that does not exist, follows no link and fails outside the work tree.
    let is_searched = |operand: &&Word| match look_up(operand) {
        Place::Folder => true,
        Place::File => filters.is_empty(),
        Place::Link | Place::Missing | Place::Unknown => false,
    };
    if !operands.iter().all(is_searched)
        || operands.iter().any(|word| filters.exclude_operand(word))
    {
        return None;
    }
    let may_be_outside = |word: &&Word| {
        word.expands
            || word.raw.starts_with(['/', '~', ':'])
            || word.raw.split('/').any(|part| part == "..")
    };
    // git prints `src/a` for what grep prints as `./src/a`.
    let changes_paths = operands.iter().any(|word| word.raw.starts_with('.'));
    if operands.iter().any(may_be_outside)
        || (changes_paths && used.reads_paths && prints_paths(&items))
    {
        return None;
    }
    let pathspecs = if filters.is_empty() {
        operands.iter().map(|word| word.raw.clone()).collect()
    } else {
        let folders: Vec<&str> =
            operands.iter().map(|word| word.literal()).collect::<Option<_>>()?;
        pathspecs_of_filters(&filters, &folders)?
    };
    render(command, &items, pathspecs, used)
}

/// Whether the rewrite of `command` leaves binary files out: a list of files names them.
pub(crate) fn skips_binary_files(command: &Command) -> bool {
    let items = options::read(&command.args, Spec::of("grep"));
    !asks(&items, 'l') && !asks(&items, 'L') || asks(&items, 'I')
}

fn pathspecs_of_filters(filters: &Filters, folders: &[&str]) -> Option<Vec<String>> {
    let expanded = |names: &[String]| -> Option<Vec<String>> {
        let each: Vec<Vec<String>> =
            names.iter().map(|name| alternatives(name)).collect::<Option<_>>()?;
        Some(each.concat())
    };
    let names: Vec<Name> =
        expanded(&filters.included)?.into_iter().map(|name| (name, false)).collect();
    let files = expanded(&filters.excluded)?.into_iter().map(Exclusion::Files);
    let left_out = expanded(&filters.excluded_folders)?.into_iter().map(Exclusion::Folder);
    pathspecs(&names, folders, &files.chain(left_out).collect::<Vec<_>>())
}

/// `command`, a grep of the files that a find picks, as `git grep`.
pub(super) fn over(command: &Command, files: &Files, used: Use) -> Option<String> {
    if files.within.is_some() || files.max_depth.is_some() {
        return None;
    }
    let items = options::read(&command.args, Spec::of("grep"));
    let folders = files.folders();
    let changes_paths = folders.iter().any(|folder| folder.starts_with('.'));
    if changes_paths && used.reads_paths && prints_paths(&items) {
        return None;
    }
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let excluded: Vec<Exclusion> = files.excluded.iter().map(|line| read_line(line)).collect();
    render(command, &items, pathspecs(&files.names, &folders, &excluded)?, used)
}

/// What a line of an ignore file leaves out.
fn read_line(line: &str) -> Exclusion {
    match (line.strip_prefix('/'), line.strip_suffix('/')) {
        (Some(top), _) => Exclusion::Top(top.to_owned()),
        (_, Some(folder)) => Exclusion::Folder(folder.to_owned()),
        // A name without wildcards may be a folder's, and so may a hidden one.
        _ if line.starts_with('.') || !line.contains(['*', '?', '[']) => {
            Exclusion::Both(line.to_owned())
        }
        _ => Exclusion::Files(line.to_owned()),
    }
}

/// The command with these pathspecs, ready for the shell.
fn render(command: &Command, items: &[Item], pathspecs: Vec<String>, used: Use) -> Option<String> {
    let reading = grep::read(command, items);
    let [pattern] = reading.patterns.as_slice() else { return None };
    if !agrees(items, &reading, used) {
        return None;
    }
    // In a binary file the programs find different lines that do not match.
    if asks(items, 'v') && (asks(items, 'l') || asks(items, 'L')) {
        return None;
    }
    let mut flags = String::new();
    let mut words = Vec::new();
    for item in items {
        match (letter(item), value(item)) {
            // The pattern is read apart. git grep enters folders, names the file of each line and
            // is silent about what it cannot read. `I` is set below.
            (Some('r' | 's' | 'H' | 'G' | 'I'), None) | (Some('e'), Some(_)) => {}
            // Not `c`: with it, git grep leaves out the files without a match.
            (
                Some(flag @ ('n' | 'i' | 'w' | 'l' | 'L' | 'o' | 'v' | 'h' | 'E' | 'F' | 'P')),
                None,
            ) => {
                flags.push(flag);
            }
            (Some(flag @ ('A' | 'B' | 'C')), Some(value)) => {
                words.push(format!("-{flag}{}", value.literal()?.parse::<u32>().ok()?));
            }
            (Some('d'), Some(value)) => (value.text == "recurse").then_some(())?,
            (None, value) => match item {
                Item::Operand(_) => {}
                Item::Long("include" | "exclude" | "exclude-dir", Some(_)) => {}
                Item::Long("line-buffered", None) => {}
                Item::Long("color" | "colour", _) => {
                    value
                        .is_none_or(|value| matches!(value.text, "never" | "auto"))
                        .then_some(())?;
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    match command.program.as_str() {
        "egrep" if !asks(items, 'F') => flags.push('E'),
        "fgrep" => flags.push('F'),
        _ => {}
    }
    // Both programs print a line about a binary file, but not the same. A list names it.
    if skips_binary_files(command) {
        flags.push('I');
    }
    words.insert(0, clusters(&flags));
    let text = pattern_text(pattern)?;
    if reading.syntax.is_some_and(|syntax| !reads_alike(text, syntax)) {
        return None;
    }
    // To git only ASCII letters are those of a word.
    if asks(items, 'w') && !text.is_ascii() {
        return None;
    }
    words.push(if text.starts_with('-') { format!("-e {}", quote(text)) } else { quote(text) });
    if !pathspecs.is_empty() {
        words.push("--".to_owned());
        words.extend(pathspecs);
    }
    // git prints a path that is not ASCII quoted and escaped unless it is told not to.
    let config = if prints_paths(items) { "-c core.quotePath=off " } else { "" };
    let errors = silenced_errors(command);
    Some(format!("git {config}grep --untracked {}{errors}", words.join(" ")))
}

/// The letters as options. git takes `-lin` for a mistyped `--line-number`, and refuses it, so that no
/// cluster may be the beginning of a long option's name: none has more than two letters.
fn clusters(flags: &str) -> String {
    let letters: Vec<char> = flags.chars().collect();
    let pairs = letters.chunks(2).map(|pair| format!("-{}", pair.iter().collect::<String>()));
    pairs.collect::<Vec<_>>().join(" ")
}

/// Whether git's library of expressions takes the pattern as grep does, which is lenient about
/// operators with nothing to act on.
fn reads_alike(pattern: &str, syntax: Syntax) -> bool {
    // What grep -P reads, git's -P reads too: both use PCRE.
    let Some(translated) = translate(pattern, syntax) else {
        return syntax == Syntax::Perl && !pattern.contains('$');
    };
    // git also finds the empty text behind the last line break of a file.
    if may_be_empty(&translated) {
        return false;
    }
    let braces = |text: &str| text.matches(r"\{").count();
    // A brace that begins no interval is a literal to grep -E and an error to git grep -E.
    syntax != Syntax::Extended || braces(&translated) <= braces(pattern)
}

/// Files below `folders` whose names fit one of `names`, without those that are `excluded`.
fn pathspecs(names: &[Name], folders: &[&str], excluded: &[Exclusion]) -> Option<Vec<String>> {
    let prefixes: Vec<String> = match folders {
        [] => vec![String::new()],
        _ => folders.iter().map(|folder| prefix(folder)).collect::<Option<_>>()?,
    };
    let mut specs = Vec::new();
    for prefix in prefixes {
        if names.is_empty() && !prefix.is_empty() {
            specs.push(prefix.clone());
        }
        for (name, ignores_case) in names {
            specs.push(match (is_ending(name), ignores_case) {
                (true, false) => format!("{prefix}{name}"),
                (false, false) => format!(":(glob){prefix}**/{name}"),
                // With icase, git would ignore the case of the folder's name, too.
                (_, true) if prefix.is_empty() => format!(":(icase,glob)**/{name}"),
                (_, true) => return None,
            });
        }
    }
    for exclusion in excluded {
        match exclusion {
            Exclusion::Top(path) => specs.push(format!(":!{path}")),
            // git leaves its own folder out.
            Exclusion::Folder(name) if name == ".git" => {}
            Exclusion::Folder(name) => specs.push(format!(":(exclude,glob)**/{name}/**")),
            Exclusion::Files(name) if is_ending(name) => specs.push(format!(":!{name}")),
            Exclusion::Files(name) => specs.push(format!(":(exclude,glob)**/{name}")),
            Exclusion::Both(name) => {
                specs.push(format!(":(exclude,glob)**/{name}"));
                specs.push(format!(":(exclude,glob)**/{name}/**"));
            }
        }
    }
    Some(specs.iter().map(|spec| quote(spec)).collect())
}

/// How the paths of files below `folder` begin; `None` if it may be outside the work tree, where
/// git grep finds nothing, or if its name would be a pattern to git.
fn prefix(folder: &str) -> Option<String> {
    let prefix = match folder.trim_end_matches('/').trim_start_matches("./") {
        "" | "." => return Some(String::new()),
        path => format!("{path}/"),
    };
    let may_be_outside =
        prefix.starts_with(['/', '~', ':', '.']) || prefix.split('/').any(|part| part == "..");
    let is_pattern = prefix.contains(['*', '?', '[', '\\', '$', '"', '\'']);
    (!may_be_outside && !is_pattern).then_some(prefix)
}

/// Whether a name's pattern is `*` and an ending: then it fits the end of a path as well.
fn is_ending(name: &str) -> bool {
    name.strip_prefix('*').is_some_and(|rest| !rest.contains(['*', '?', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rewrite::reader;
    use crate::shell;

    #[test]
    fn patterns_are_kept_and_filters_become_pathspecs() {
        let git = |text: &str| {
            let script = shell::parse(text).unwrap();
            let command = &script.commands[0];
            let look_up = |word: &Word| match word.raw.as_str() {
                "readme" => Place::File,
                "link" => Place::Link,
                "nosuch" => Place::Missing,
                _ => Place::Folder,
            };
            of_grep(command, &look_up, reader::of(&script, command))
        };
        for (from, to) in [
            (r"grep -rn 'a\|b' src", r"-nI 'a\|b' -- src"),
            ("grep -rn foo", "-nI foo"),
            ("grep -rnI foo", "-nI foo"),
            ("grep -rn foo --include='*.rs' .", "-nI foo -- '*.rs'"),
            ("grep -rn foo --include='*.rs' src/", "-nI foo -- 'src/*.rs'"),
            ("grep -rn foo --include='a*.rs' src", "-nI foo -- ':(glob)src/**/a*.rs'"),
            ("grep -rlin foo", "-li -n foo"),
            ("grep -rl foo --exclude-dir=gen .", "-l foo -- ':(exclude,glob)**/gen/**'"),
            (
                "grep -rl foo --exclude-dir={a,.git,b} .",
                "-l foo -- ':(exclude,glob)**/a/**' ':(exclude,glob)**/b/**'",
            ),
            ("grep -rlE 'a|b' --exclude='*.md' .", "-lE 'a|b' -- ':!*.md'"),
            ("grep -rl foo --exclude=api .", "-l foo -- ':(exclude,glob)**/api'"),
            ("grep -rn foo --include=*.{a,b} .", "-nI foo -- '*.a' '*.b'"),
            ("grep --recursive --line-number foo", "-nI foo"),
            ("grep -rn foo src readme", "-nI foo -- src readme"),
            ("grep -rn foo src | cut -d/ -f2", "-nI foo -- src"),
        ] {
            let to = format!("git -c core.quotePath=off grep --untracked {to}");
            assert_eq!(git(from), Some(to), "{from}");
        }
        assert_eq!(git("grep -rh foo ."), Some("git grep --untracked -hI foo -- .".to_owned()));
        for from in [
            "grep -rn foo --include='*.rs' /srv/x",
            "grep -rn foo /srv/x",
            "grep -rn foo ../x",
            "grep -rn foo \"$DIR\"",
            "grep -rn foo src nosuch",
            "grep -rn foo link",
            "grep -rn foo src readme --exclude='*.md'",
            "grep -rn foo src --exclude-dir=src",
            "grep -rn foo . --exclude='*.md' --include='*.c'",
            "grep -rov foo .",
            "grep -rl foo . | cut -d/ -f2",
            "grep -rnx foo .",
            "grep -rnE 'interface{}' .",
            "grep -rLE '^$' .",
            "grep -rn foo src/../docs",
            "grep -rc foo .",
        ] {
            assert_eq!(git(from), None, "{from}");
        }
    }
}
