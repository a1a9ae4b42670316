//! The files that a find expression picks, and what it does with them. Only what a search or a file
//! lister can pick too.

use crate::shell::Word;
use crate::shell::words::quote;

/// Files under some folders, chosen by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Files<'c> {
    pub(super) roots: Vec<&'c Word>,
    /// The folder below the working directory to which `-path './folder/*'` narrows the roots.
    pub(super) base: Option<String>,
    /// Patterns of names, and whether each ignores case. A name fits one of them; empty for any
    /// name.
    pub(super) names: Vec<(String, bool)>,
    /// Patterns of what is left out, written as in an ignore file.
    pub(super) excluded: Vec<String>,
    /// A name of a folder that the path of every file contains.
    pub(super) within: Option<String>,
    /// How many levels are entered; `None` for all.
    pub(super) max_depth: Option<u32>,
    /// Folders and links are left out.
    pub(super) files_only: bool,
    /// Without an action, find also prints the folders that it does not enter.
    pub(super) prints_pruned: bool,
    /// What is done with them.
    pub(crate) action: Action<'c>,
}

/// What find does with what it finds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Action<'c> {
    /// It prints each name on a line.
    #[default]
    Print,
    /// It prints names that end with a zero byte.
    Print0,
    /// It runs a command.
    Run {
        /// The words of the command.
        words: &'c [Word],
        /// The command runs once for each file.
        each: bool,
        /// The name is printed if the command succeeds.
        prints: bool,
    },
}

/// Names of folders that are mostly ignored or generated. A file lister skips them.
pub(crate) const IGNORED_PARTS: [&str; 12] = [
    "node_modules",
    "target",
    "dist",
    "build",
    ".git",
    ".venv",
    "venv",
    "__pycache__",
    "coverage",
    "vendor",
    ".next",
    "site-packages",
];

/// Endings of generated and usually ignored files.
const IGNORED_ENDINGS: [&str; 25] = [
    ".pyc",
    ".o",
    ".class",
    ".so",
    ".a",
    ".dll",
    ".log",
    ".tmp",
    ".swp",
    ".bak",
    ".orig",
    ".cache",
    ".min.js",
    ".min.css",
    ".jar",
    ".map",
    ".whl",
    ".wasm",
    ".gcda",
    ".gcno",
    ".db",
    ".sqlite",
    ".sqlite3",
    "coverage.xml",
    "compile_commands.json",
];

/// Whether a name has an ending, and that has no pattern characters.
pub(super) fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        !ending.is_empty() && ending.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Whether other programs read a name's pattern as find and grep do. ripgrep drops a blank at its
/// end, and neither ripgrep nor fd knows the named classes of POSIX.
pub(super) fn is_read_alike(name: &str) -> bool {
    !name.ends_with(char::is_whitespace)
        && !["[:", "[.", "[="].iter().any(|mark| name.contains(mark))
}

/// A name's pattern as a glob of ripgrep, which takes a line that begins with `#` for a comment.
pub(super) fn for_ripgrep(name: &str) -> String {
    match name.strip_prefix('#') {
        Some(rest) => format!("[#]{rest}"),
        None => name.to_owned(),
    }
}

/// Whether a pattern may fit a name, case ignored. A set in brackets counts as any character.
pub(super) fn may_fit(pattern: &str, name: &str) -> bool {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        tokens.push(if c == '[' { '?' } else { c });
        if c == '[' {
            // As the first character, a closing bracket is a member.
            let mut members = chars.by_ref().skip_while(|c| matches!(c, '!' | '^'));
            members.next();
            let _ = members.find(|c| *c == ']');
        }
    }
    let name: Vec<char> = name.chars().collect();
    fits(&tokens, &name)
}

/// Whether a pattern with stars fits a name. It only goes back to the last star, so that no pattern
/// takes exponential time.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut in_pattern, mut in_name) = (0, 0);
    // The index of the last star, and where in the name its match ends.
    let mut star = None;
    while let Some(c) = name.get(in_name) {
        match pattern.get(in_pattern) {
            Some('*') => {
                star = Some((in_pattern, in_name));
                in_pattern += 1;
            }
            Some(token) if *token == '?' || token.eq_ignore_ascii_case(c) => {
                in_pattern += 1;
                in_name += 1;
            }
            _ => {
                let Some((at, end)) = star else { return false };
                star = Some((at, end + 1));
                (in_pattern, in_name) = (at + 1, end + 1);
            }
        }
    }
    pattern.iter().skip(in_pattern).all(|token| *token == '*')
}

impl<'c> Files<'c> {
    /// The folders as they were written.
    pub(crate) fn roots(&self) -> &[&'c Word] {
        &self.roots
    }

    /// The folders to search, as words of a command.
    pub(super) fn folders(&self) -> Vec<String> {
        match &self.base {
            Some(folder) => vec![folder.clone()],
            None if self.roots.is_empty() => vec![".".to_owned()],
            None => self.roots.iter().map(|word| word.raw.clone()).collect(),
        }
    }

    /// Whether every root is the working directory.
    pub(super) fn start_here(&self) -> bool {
        self.roots.iter().all(|root| matches!(root.raw.as_str(), "." | "./"))
    }

    /// Whether each has a name with an ending, which folders rarely have.
    pub(super) fn are_of_endings(&self) -> bool {
        !self.names.is_empty() && self.names.iter().all(|(name, _)| has_ending(name))
    }

    /// Whether a path narrows the files, beyond names and what is left out.
    pub(super) fn has_path(&self) -> bool {
        self.within.is_some() || self.base.is_some()
    }

    /// What is left out, as options of ripgrep ready for the shell; `None` if the files are chosen by
    /// something else, too.
    pub(crate) fn exclusions(&self) -> Option<Vec<String>> {
        let is_all = self.names.is_empty() && self.max_depth.is_none() && !self.has_path();
        is_all.then(|| {
            self.globs().iter().map(|(option, glob)| format!("{option} {}", quote(glob))).collect()
        })
    }

    /// Whether a name to search fits what is left out.
    fn names_fit(&self, part: &str) -> bool {
        let part = part.trim_matches('/');
        self.names.iter().any(|(name, _)| may_fit(name, part))
    }

    /// What is left out and would be found by a file lister. It leaves hidden files out anyway, except
    /// those that fit a glob.
    pub(super) fn left_out(&self) -> impl Iterator<Item = &String> {
        self.excluded.iter().filter(|part| {
            let is_hidden = part.trim_start_matches('/').starts_with('.');
            !is_hidden
                || self.within.is_some()
                || self.names_fit(part)
                || (*part == ".*" && !self.names.is_empty())
        })
    }

    /// The globs of ripgrep: option and pattern, not yet quoted.
    pub(super) fn globs(&self) -> Vec<(&'static str, String)> {
        let mut globs: Vec<_> = self
            .names
            .iter()
            .map(|(name, ignores_case)| {
                let name = match &self.within {
                    Some(folder) => format!("**/{folder}/**/{name}"),
                    None => for_ripgrep(name),
                };
                (if *ignores_case { "--iglob" } else { "-g" }, name)
            })
            .collect();
        if let (Some(folder), true) = (&self.within, globs.is_empty()) {
            globs.push(("-g", format!("**/{folder}/**")));
        }
        globs.extend(self.left_out().map(|part| ("-g", format!("!{part}"))));
        globs
    }

    /// The files, without what a file lister leaves out anyway.
    ///
    /// # Errors
    /// Why a file lister would not pick the same.
    pub(super) fn checked(mut self) -> Result<Self, &'static str> {
        if self.names.iter().any(|(name, _)| name == "*") {
            // A glob that fits everything makes ripgrep list hidden and ignored files.
            self.names.clear();
        }
        for (name, _) in &self.names {
            if name.contains(['{', '}', '\\', '/'])
                || name.starts_with(['.', '!'])
                || !is_read_alike(name)
                || may_fit(name, ".git")
            {
                return Err("its name pattern means something else to a file lister");
            }
            if IGNORED_PARTS.contains(&name.as_str())
                || IGNORED_ENDINGS.iter().any(|ending| name.ends_with(ending))
            {
                return Err("it looks for files that are mostly ignored");
            }
        }
        let is_ignored =
            |root: &&Word| root.text.split('/').any(|part| IGNORED_PARTS.contains(&part));
        if self.roots.iter().any(is_ignored) {
            return Err("it looks into an ignored folder");
        }
        // find compares a path from its root on, other programs compare what is below.
        let leaves_out = |root: &str| {
            root.split('/').any(|part| {
                !matches!(part, "" | "." | "..")
                    && self.excluded.iter().any(|line| may_fit(line.trim_matches('/'), part))
            })
        };
        if self.roots.iter().any(|root| leaves_out(&root.text))
            || self.base.as_deref().is_some_and(leaves_out)
        {
            return Err("it leaves out a folder that it starts in");
        }
        // The path of `$PWD` may hold any name, but hardly one of a folder that is ignored.
        let may_be_above = |line: &String| {
            let name = line.trim_matches('/');
            !name.starts_with('.') && !has_ending(name) && !IGNORED_PARTS.contains(&name)
        };
        if self.roots.iter().any(|root| root.expands) && self.excluded.iter().any(may_be_above) {
            return Err("it may leave out a folder that it starts in");
        }
        if self.base.is_some() && self.max_depth.is_some() {
            return Err("its depth is counted from another folder");
        }
        // ripgrep reads globs that ignore case after all others, and the last that fits decides.
        let ignores_case = self.names.iter().any(|(_, ignores_case)| *ignores_case);
        let is_undone = |part: &&String| !part.ends_with('/') || self.names_fit(part);
        if ignores_case && (self.within.is_some() || self.left_out().any(|part| is_undone(&part))) {
            return Err("it leaves files out of names in any case");
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name) in [
            ("*", ".git"),
            ("*.*", ".git"),
            ("*git*", ".git"),
            ("*T", ".git"),
            (".gi[a-t]", ".git"),
            ("*[]]*a", "x.a"),
            ("*a*b*c", "xaabbcc"),
            ("?git", ".git"),
        ] {
            assert!(may_fit(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.py", ".git"),
            ("*.[ch]", ".git"),
            ("git", ".git"),
            ("*.gi", ".git"),
            ("*test*", ".git"),
        ] {
            assert!(!may_fit(pattern, name), "{pattern} {name}");
        }
        let long = "*a".repeat(200);
        assert!(!may_fit(&long, &format!("{}b", "a".repeat(2000))));
    }
}
