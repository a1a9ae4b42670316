//! grep as `git grep`, which reads the same patterns and looks at tracked files.

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
    // Braces are no pattern to git, and a name that is left out here is a file's only.
    if names.iter().any(|(name, _)| name.contains('{')) {
        return None;
    }
    let operands = grep::read(command, &items).operands;
    let folders: Vec<&str> = operands.iter().map(|word| word.literal()).collect::<Option<_>>()?;
    if names.is_empty() && excluded.is_empty() {
        // git finds nothing outside of the work tree, and says so loudly.
        let inside = folders
            .iter()
            .all(|folder| !folder.starts_with(['/', '~', ':']) && !folder.starts_with(".."));
        let paths = operands.iter().map(|word| word.raw.clone()).collect();
        return inside.then(|| render(command, &items, paths))?;
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
            // It enters folders, skips binary files and names the file of each line by itself.
            (Some('r' | 'I' | 's' | 'H' | 'G'), _)
            | (_, Item::Operand(_) | Item::Short('e', _)) => {}
            // Not `c`: it leaves out the files without a match.
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

/// Files below `folders` whose names fit one of `names`, less what is `excluded` as in an ignore
/// file.
fn pathspecs(
    names: &[(String, bool)],
    folders: &[&str],
    excluded: &[String],
) -> Option<Vec<String>> {
    let mut specs = Vec::new();
    let all = [""];
    for folder in if folders.is_empty() { &all } else { folders } {
        let below = match folder.trim_end_matches('/').trim_start_matches("./") {
            "" | "." => String::new(),
            path => format!("{path}/"),
        };
        // Outside of the work tree git finds nothing, and a pattern in a folder's name is one to
        // git.
        if below.starts_with(['/', '~', ':', '.'])
            || below.contains(['*', '?', '[', '\\', '$', '"', '\''])
        {
            return None;
        }
        if names.is_empty() && !below.is_empty() {
            specs.push(below.clone());
        }
        for (name, ignores_case) in names {
            specs.push(match (simple(name), ignores_case) {
                (true, false) => format!("{below}{name}"),
                (false, false) => format!(":(glob){below}**/{name}"),
                // The folder's name would count in any case too.
                (_, true) => below.is_empty().then(|| format!(":(icase,glob)**/{name}"))?,
            });
        }
    }
    for part in excluded {
        match (part.strip_prefix('/'), part.strip_suffix('/')) {
            (Some(top), _) => specs.push(format!(":!{top}")),
            (_, Some(folder)) => specs.push(format!(":(exclude,glob)**/{folder}/**")),
            _ if part.starts_with('.') => return None,
            _ if simple(part) => specs.push(format!(":!{part}")),
            _ => {
                // A name without a pattern may be a folder's: what is below it goes too.
                let plain = !part.contains(['*', '?', '[']);
                specs.push(format!(":(exclude,glob)**/{part}"));
                specs.extend(plain.then(|| format!(":(exclude,glob)**/{part}/**")));
            }
        }
    }
    Some(specs.iter().map(|spec| quote(spec)).collect())
}

/// Whether a name's pattern is `*` and an ending: then it fits the end of a path as well.
fn simple(name: &str) -> bool {
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
