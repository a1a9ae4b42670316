//! grep as `git grep`, which reads the same patterns and searches tracked files.

use super::find::Files;
use super::grep;
use super::grep::SPEC;
use crate::shell::options::Item;
use crate::shell::words::quote;
use crate::shell::{Command, options};

/// `command`, a grep of folders, as `git grep`.
pub(crate) fn to_git_grep(command: &Command) -> Option<String> {
    let items = options::read(&command.args, SPEC);
    let (mut names, mut excluded) = (Vec::new(), Vec::new());
    for item in &items {
        match item {
            Item::Long("include", Some(value)) => names.push((grep::glob(value)?, false)),
            Item::Long("exclude", Some(value)) => excluded.push(grep::glob(value)?),
            Item::Long("exclude-dir", Some(value)) => {
                excluded.push(format!("{}/", grep::glob(value)?))
            }
            _ => {}
        }
    }
    // git does not expand braces in a pathspec.
    if names.iter().any(|(name, _)| name.contains('{')) {
        return None;
    }
    let operands = grep::read(command, &items).operands;
    let folders: Vec<&str> = operands.iter().map(|word| word.literal()).collect::<Option<_>>()?;
    if names.is_empty() && excluded.is_empty() {
        // git grep fails outside the work tree.
        let may_be_outside =
            |folder: &&str| folder.starts_with(['/', '~', ':']) || folder.starts_with("..");
        if folders.iter().any(may_be_outside) {
            return None;
        }
        let paths = operands.iter().map(|word| word.raw.clone()).collect();
        return render(command, &items, paths);
    }
    render(command, &items, pathspecs(&names, &folders, &excluded)?)
}

/// `command`, a grep of the files that a find picks, as `git grep`.
pub(super) fn over(command: &Command, files: &Files) -> Option<String> {
    if files.within.is_some() || files.max_depth.is_some() {
        return None;
    }
    let items = options::read(&command.args, SPEC);
    let folders = files.folders();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    render(command, &items, pathspecs(&files.names, &folders, &files.excluded)?)
}

/// The command with these pathspecs, ready for the shell.
fn render(command: &Command, items: &[Item], pathspecs: Vec<String>) -> Option<String> {
    let mut flags = String::new();
    let mut words = Vec::new();
    for item in items {
        let flag = match item {
            Item::Short(flag, None) => Some(*flag),
            Item::Long(name, None) => grep::letter(name),
            _ => None,
        };
        match (flag, item) {
            // git grep enters folders, skips binary files and names the file of each line anyway.
            (Some('r' | 'I' | 's' | 'H' | 'G'), _)
            | (_, Item::Operand(_) | Item::Short('e', _)) => {}
            // Not `c`: with it, git grep leaves out the files without a match.
            (Some(flag @ ('n' | 'i' | 'w' | 'l' | 'L' | 'o' | 'v' | 'h' | 'E' | 'F' | 'P')), _) => {
                flags.push(flag);
            }
            (_, Item::Short(flag @ ('A' | 'B' | 'C'), Some(value))) => {
                words.push(format!("-{flag}{}", value.literal()?.parse::<u32>().ok()?));
            }
            (_, Item::Long("color" | "colour" | "include" | "exclude" | "exclude-dir", _)) => {}
            (_, Item::Long("extended-regexp", None)) => flags.push('E'),
            (_, Item::Long("fixed-strings", None)) => flags.push('F'),
            _ => return None,
        }
    }
    match command.program.as_str() {
        "egrep" => flags.push('E'),
        "fgrep" => flags.push('F'),
        _ => {}
    }
    if !flags.is_empty() {
        words.insert(0, format!("-{flags}"));
    }
    let reading = grep::read(command, items);
    let [pattern] = reading.patterns.as_slice() else { return None };
    let text = pattern.literal().filter(|text| !text.is_empty() && !text.contains('\n'))?;
    words.push(if text.starts_with('-') { format!("-e {}", quote(text)) } else { quote(text) });
    if !pathspecs.is_empty() {
        words.push("--".to_owned());
        words.extend(pathspecs);
    }
    Some(format!("git grep {}", words.join(" ")))
}

/// Files below `folders` whose names fit one of `names`, without those that an ignore file with the
/// lines `excluded` would ignore.
fn pathspecs(
    names: &[(String, bool)],
    folders: &[&str],
    excluded: &[String],
) -> Option<Vec<String>> {
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
    for line in excluded {
        match (line.strip_prefix('/'), line.strip_suffix('/')) {
            (Some(top), _) => specs.push(format!(":!{top}")),
            (_, Some(folder)) => specs.push(format!(":(exclude,glob)**/{folder}/**")),
            _ if line.starts_with('.') => return None,
            _ if is_ending(line) => specs.push(format!(":!{line}")),
            _ => {
                specs.push(format!(":(exclude,glob)**/{line}"));
                // A name without wildcards may be a folder's.
                if !line.contains(['*', '?', '[']) {
                    specs.push(format!(":(exclude,glob)**/{line}/**"));
                }
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
    let may_be_outside = prefix.starts_with(['/', '~', ':', '.']);
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
    use crate::shell;

    #[test]
    fn patterns_are_kept_and_filters_become_pathspecs() {
        let git = |text: &str| to_git_grep(&shell::parse(text).unwrap().commands[0]);
        for (from, to) in [
            (r"grep -rn 'a\|b' src", Some(r"git grep -n 'a\|b' -- src")),
            ("grep -rn foo", Some("git grep -n foo")),
            ("grep -rn foo --include='*.rs' .", Some("git grep -n foo -- '*.rs'")),
            ("grep -rn foo --include='*.rs' src/", Some("git grep -n foo -- 'src/*.rs'")),
            (
                "grep -rn foo --include='a*.rs' src",
                Some("git grep -n foo -- ':(glob)src/**/a*.rs'"),
            ),
            (
                "grep -rl foo --exclude-dir=gen .",
                Some("git grep -l foo -- ':(exclude,glob)**/gen/**'"),
            ),
            ("grep -rlE 'a|b' --exclude='*.md' .", Some("git grep -lE 'a|b' -- ':!*.md'")),
            ("grep --recursive --line-number foo", Some("git grep -n foo")),
            ("grep -rn foo --include='*.rs' /srv/x", None),
            ("grep -rn foo --include=*.{a,b} .", None),
            ("grep -rn foo /srv/x", None),
            ("grep -rn foo ../x", None),
            ("grep -rn foo \"$DIR\"", None),
            ("grep -rnx foo .", None),
            ("grep -rc foo .", None),
        ] {
            assert_eq!(git(from).as_deref(), to, "{from}");
        }
    }
}
