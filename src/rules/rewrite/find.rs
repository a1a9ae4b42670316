//! The files that a find expression picks, and what it does with them, where a search or a lister
//! can pick the same.

use crate::shell::Word;

/// Files under some folders, chosen by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Files<'c> {
    pub(super) roots: Vec<&'c Word>,
    /// A folder below the working directory that stands for the roots: what `-path './folder/*'`
    /// leaves of them.
    pub(super) base: Option<String>,
    /// Patterns of which a name fits one, and whether case does not count; empty for any name.
    pub(super) names: Vec<(String, bool)>,
    /// What is left out, as in an ignore file.
    pub(super) excluded: Vec<String>,
    /// A folder that lies on the way to every file.
    pub(super) within: Option<String>,
    /// Levels that are entered.
    pub(super) max_depth: Option<u32>,
    /// No folders and links.
    pub(super) files_only: bool,
    /// What is done with them.
    pub(crate) action: Action<'c>,
}

/// What find does with what it finds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Action<'c> {
    /// A name a line.
    #[default]
    Print,
    /// Names that end with a zero byte.
    Print0,
    /// A command.
    Run {
        /// Its words.
        words: &'c [Word],
        /// It is started once for each file.
        each: bool,
        /// The name is printed where it succeeds.
        prints: bool,
    },
}

/// Names that are mostly ignored or generated: a lister that skips ignored files would not find
/// them.
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

/// The ending of a file's name, if it has one without pattern characters.
pub(super) fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        !ending.is_empty() && ending.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Whether a pattern may fit a name in any case: a set in brackets is taken for any character.
fn may_fit(pattern: &str, name: &str) -> bool {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        tokens.push(if c == '[' { '?' } else { c });
        if c == '[' {
            // A bracket that comes first is a member.
            let mut members = chars.by_ref().skip_while(|c| matches!(c, '!' | '^'));
            members.next();
            let _ = members.find(|c| *c == ']');
        }
    }
    let name: Vec<char> = name.chars().collect();
    fits(&tokens, &name)
}

/// The usual walk for patterns with stars: back to the last star only, so that no pattern takes
/// long.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut own) = (0, 0);
    let mut star = None;
    while let Some(c) = name.get(own) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, own));
                at += 1;
            }
            Some(token) if *token == '?' || token.eq_ignore_ascii_case(c) => {
                at += 1;
                own += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, own) = (place + 1, taken + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|token| *token == '*')
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

    /// Whether they are all that is below the working directory.
    pub(super) fn start_here(&self) -> bool {
        self.roots.iter().all(|root| matches!(root.raw.as_str(), "." | "./"))
    }

    /// Whether only a part of what is below a folder is meant, beyond names and what is left out.
    pub(super) fn has_path(&self) -> bool {
        self.within.is_some() || self.base.is_some()
    }

    /// The globs of ripgrep, ready to be quoted: option and pattern.
    pub(super) fn globs(&self) -> Vec<(&'static str, String)> {
        let mut globs: Vec<_> = self
            .names
            .iter()
            .map(|(name, ignores_case)| {
                let name = match &self.within {
                    Some(folder) => format!("**/{folder}/**/{name}"),
                    None => name.clone(),
                };
                (if *ignores_case { "--iglob" } else { "-g" }, name)
            })
            .collect();
        if let (Some(folder), true) = (&self.within, globs.is_empty()) {
            globs.push(("-g", format!("**/{folder}/**")));
        }
        globs.extend(self.excluded.iter().map(|part| ("-g", format!("!{part}"))));
        globs
    }

    /// The files, if a lister picks the same.
    ///
    /// # Errors
    /// Why it would not.
    pub(super) fn checked(mut self) -> Result<Self, &'static str> {
        if self.names.iter().any(|(name, _)| name == "*") {
            // A glob that fits everything would bring back what is hidden or ignored.
            self.names.clear();
        }
        for (name, _) in &self.names {
            if name.contains(['{', '}', '\\', '/'])
                || name.starts_with(['.', '!'])
                || may_fit(name, ".git")
            {
                return Err("its name pattern means something else to a file lister");
            }
            let ignored = IGNORED_PARTS.contains(&name.as_str())
                || IGNORED_ENDINGS.iter().any(|ending| name.ends_with(ending));
            if ignored {
                return Err("it looks for files that are mostly ignored");
            }
        }
        let under_ignored =
            |root: &&Word| root.text.split('/').any(|part| IGNORED_PARTS.contains(&part));
        if self.roots.iter().any(under_ignored) {
            return Err("it looks into an ignored folder");
        }
        if self.base.is_some() && self.max_depth.is_some() {
            return Err("its depth is counted from another folder");
        }
        let (names, within) = (&self.names, self.within.is_some());
        let fits = |part: &String| {
            let part = part.trim_matches('/');
            names.iter().any(|(name, _)| may_fit(name, part))
        };
        // What is hidden is left out already, but for what a glob brings back.
        self.excluded.retain(|part| {
            let hidden = part.trim_start_matches('/').starts_with('.');
            !hidden || within || fits(part) || (part == ".*" && !names.is_empty())
        });
        // Globs that ignore case are looked at last, and the last that fits decides.
        let ignores_case = names.iter().any(|(_, ignores_case)| *ignores_case);
        if ignores_case
            && (within || self.excluded.iter().any(|part| !part.ends_with('/') || fits(part)))
        {
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
