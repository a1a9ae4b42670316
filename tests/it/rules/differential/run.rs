//! Runs a command as an agent's shell does, and reads what it prints.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::contents::{ASIDE, Class, LINKS, PLAIN};

/// What stdin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdin {
    Null,
    Closed,
    /// A pipe in which nothing comes.
    Pipe,
}

/// Longer than any of these commands takes, seconds.
const PATIENCE: &str = "20";

/// Where commands run.
#[derive(Debug, Clone)]
pub struct Shell {
    pub home: PathBuf,
    /// The PATH.
    pub path: String,
    pub stdin: Stdin,
    /// `bash` or `zsh`.
    pub program: &'static str,
    /// Variables of its own.
    pub variables: Vec<(String, String)>,
}

/// What a command printed.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Lines as they were printed.
    pub raw: Vec<String>,
    /// The same, made comparable.
    pub lines: BTreeSet<String>,
    pub errors: String,
    pub status: Option<i32>,
}

impl Shell {
    pub fn run(&self, folder: &Path, command: &str) -> Ran {
        let output = self.output(folder, command);
        let dir = top_of(folder).to_string_lossy().into_owned();
        let stdout = String::from_utf8_lossy(&output.stdout).replace(&dir, TOP);
        let raw: Vec<String> = stdout.split_terminator('\n').map(str::to_owned).collect();
        // grep says on stderr that a binary file matches, the others say it on stdout.
        let stderr = String::from_utf8_lossy(&output.stderr).replace(&dir, TOP);
        let (binary, errors): (Vec<&str>, Vec<&str>) =
            stderr.lines().partition(|line| line.contains("binary file matches"));
        let errors: Vec<&str> =
            errors.into_iter().filter(|line| !line.ends_with(": Is a directory")).collect();
        let lines = raw.iter().map(String::as_str).chain(binary);
        Ran {
            lines: lines.filter_map(comparable).collect(),
            errors: errors.join("\n"),
            raw,
            status: output.status.code(),
        }
    }

    fn output(&self, folder: &Path, command: &str) -> Output {
        let script = match self.stdin {
            Stdin::Closed => format!("exec <&-\n{command}"),
            _ => command.to_owned(),
        };
        let mut child = Command::new("timeout");
        child
            .args([PATIENCE, self.program, "-c", &script])
            .current_dir(folder)
            .env_clear()
            .env("HOME", &self.home)
            .env("PATH", &self.path)
            .env("LC_ALL", "C.UTF-8")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("PWD", folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(if self.stdin == Stdin::Pipe { Stdio::piped() } else { Stdio::null() });
        let mut child = child.spawn().unwrap();
        drop(child.stdin.take());
        child.wait_with_output().unwrap()
    }
}

/// Stands for the tree's folder in what a command prints.
pub const TOP: &str = "{tree}";

/// In front of the name of a binary file that matches.
pub const BINARY: &str = "BINARY ";

/// The folder of a tree, which the path of the same tree without some files does not have.
pub fn top_of(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.ends_with("work")).unwrap_or(folder)
}

/// A line without what does not count: `./` in front of a path, the words about a binary file.
pub fn comparable(line: &str) -> Option<String> {
    if matches!(line, "--" | "./") {
        return None;
    }
    let plain = |path: &str| format!("{BINARY}{}", path.strip_prefix("./").unwrap_or(path));
    if let Some(rest) = line.strip_prefix("grep: ")
        && let Some(path) = rest.strip_suffix(": binary file matches")
    {
        return Some(plain(path));
    }
    if let Some(rest) = line.strip_prefix("Binary file ")
        && let Some(path) = rest.strip_suffix(" matches")
    {
        return Some(plain(path));
    }
    if line.starts_with("WARNING: stopped searching") || line.starts_with("binary file matches (") {
        return None;
    }
    for words in [": binary file matches (found", ": WARNING: stopped searching binary file"] {
        if let Some((path, _)) = line.split_once(words) {
            return Some(plain(path));
        }
    }
    let line = line.strip_prefix("./").unwrap_or(line);
    Some(
        line.strip_prefix("{tree}/./")
            .map_or_else(|| line.to_owned(), |rest| format!("{TOP}/{rest}")),
    )
}

/// Every path of the trees.
pub fn paths() -> impl Iterator<Item = &'static str> {
    let aside = ASIDE.iter().map(|(path, _)| *path);
    PLAIN.into_iter().chain(aside).chain(LINKS.iter().map(|(_, link)| *link))
}

/// The path in front of a line, or that it is, and the rest.
pub fn split_path(line: &str) -> Option<(&'static str, &str)> {
    let line = line.strip_prefix(BINARY).unwrap_or(line);
    // Of a tree that is looked at from its folder `src`, too.
    let below = paths().filter_map(|path| path.strip_prefix("src/"));
    paths()
        .chain(below)
        .filter_map(|path| {
            let rest = line.strip_prefix(path)?;
            (rest.is_empty() || rest.starts_with([':', '-'])).then_some((path, rest))
        })
        .max_by_key(|(path, _)| path.len())
}

/// A line without the name of the file in front.
pub fn nameless(line: &str) -> String {
    match split_path(line) {
        Some((_, rest)) if !rest.is_empty() => rest[1..].to_owned(),
        _ => line.to_owned(),
    }
}

/// The paths of files of one of these classes.
pub fn paths_without(classes: &BTreeSet<Class>) -> impl Iterator<Item = &'static str> {
    let classes = classes.clone();
    ASIDE
        .iter()
        .filter(move |(_, of)| {
            of.iter().any(|class| *class != Class::Untracked && classes.contains(class))
        })
        .map(|(path, _)| *path)
}
