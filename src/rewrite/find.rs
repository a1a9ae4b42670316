//! find by name as a file listing of ripgrep or fd.

use crate::shell::words::quote;
use crate::shell::{Command, Word};

/// A search for files by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    roots: Vec<String>,
    names: Vec<(String, bool)>,
    excluded: Vec<String>,
    max_depth: Option<u32>,
    files_only: bool,
}

/// Names that are mostly ignored or generated: a lister that skips ignored files would not find them.
const IGNORED_PARTS: [&str; 12] = [
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
const IGNORED_ENDINGS: [&str; 13] = [
    ".pyc", ".o", ".class", ".so", ".a", ".dll", ".log", ".tmp", ".swp", ".bak", ".orig", ".cache", ".min.js",
];

/// What a find expression asks, if it asks for names of files only.
///
/// # Errors
/// Why it is something else.
pub(crate) fn read(command: &Command) -> Result<Listing, &'static str> {
    let mut listing = Listing::default();
    let mut words = command.args.iter().peekable();
    while let Some(word) = words.next_if(|word| !is_expression(word)) {
        listing.roots.push(word.raw.clone());
    }
    let mut negated = false;
    let mut alternatives = false;
    let mut group = 0_i32;
    while let Some(word) = words.next() {
        let mut value = || words.next().and_then(Word::literal).ok_or("a value of find is not literal");
        match word.text.as_str() {
            "-name" | "-iname" if !negated => {
                let ignores_case = word.text == "-iname";
                listing.names.push((value()?.to_owned(), ignores_case));
            }
            "-name" => {
                listing
                    .excluded
                    .push(plain_name(value()?).ok_or("an excluded name is a pattern")?.to_owned());
            }
            "-path" | "-wholename" if negated => {
                let path = value()?;
                let part = path
                    .strip_prefix("*/")
                    .or_else(|| path.strip_prefix("./"))
                    .and_then(|part| part.strip_suffix("/*"))
                    .and_then(plain_name)
                    .ok_or("an excluded path is a pattern")?;
                let anchor = if path.starts_with("./") { "/" } else { "" };
                if anchor == "/" && listing.roots.iter().any(|root| root != ".") {
                    return Err("an excluded path is not under the working directory");
                }
                listing.excluded.push(format!("{anchor}{part}/"));
            }
            "-type" => match value()? {
                "f" => listing.files_only = true,
                _ => return Err("it asks for directories or links"),
            },
            "-maxdepth" => {
                listing.max_depth = Some(value()?.parse().map_err(|_| "-maxdepth is not a number")?)
            }
            "-not" | "!" => {
                negated = true;
                continue;
            }
            "-o" | "-or" => alternatives = true,
            "-print" | "-a" | "-and" => {}
            "(" => group += 1,
            ")" => group -= 1,
            _ => return Err("it uses predicates that a file listing cannot express"),
        }
        negated = false;
    }
    // `-type f -name a -o -name b` binds otherwise than it reads.
    if alternatives && group == 0 && listing.files_only && !command.args.iter().any(|word| word.text == "(") {
        return Err("it mixes -o and -type without brackets");
    }
    if alternatives && !listing.excluded.is_empty() {
        return Err("it mixes -o and exclusions");
    }
    if !alternatives && listing.names.len() > 1 {
        return Err("it wants several names at once");
    }
    listing.check()
}

fn is_expression(word: &Word) -> bool {
    word.text.starts_with('-') || matches!(word.text.as_str(), "(" | ")" | "!" | ",")
}

/// A name without pattern characters.
fn plain_name(name: &str) -> Option<&str> {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && !name.is_empty()).then_some(name)
}

impl Listing {
    fn check(self) -> Result<Self, &'static str> {
        if self.names.is_empty() {
            return Err("it names no file");
        }
        if self.max_depth == Some(1) {
            return Err("it lists one folder");
        }
        for (name, _) in &self.names {
            if name.contains(['{', '}', '\\', '/', '!']) || name.starts_with('.') {
                return Err("its name pattern means something else to a file lister");
            }
            let ignored = IGNORED_PARTS.contains(&name.as_str())
                || IGNORED_ENDINGS.iter().any(|ending| name.ends_with(ending));
            if ignored {
                return Err("it looks for files that are mostly ignored");
            }
            // Without -type f a name without an ending may be a folder's, which a file lister does not show.
            let has_ending = name.rsplit_once('.').is_some_and(|(_, ending)| {
                !ending.is_empty() && ending.chars().all(|c| c.is_ascii_alphanumeric())
            });
            if !self.files_only && !has_ending {
                return Err("it may look for folders");
            }
        }
        let under_ignored = |root: &String| root.split('/').any(|part| IGNORED_PARTS.contains(&part));
        if self.roots.iter().any(under_ignored) {
            return Err("it looks into an ignored folder");
        }
        Ok(self)
    }

    /// The roots as they were written.
    pub(crate) fn roots(&self) -> &[String] {
        &self.roots
    }

    /// The listing of ripgrep.
    pub(crate) fn to_ripgrep(&self) -> String {
        let mut words = vec!["rg --files".to_owned()];
        words.extend(self.max_depth.map(|depth| format!("--max-depth {depth}")));
        for (name, ignores_case) in &self.names {
            words.push(format!("{} {}", if *ignores_case { "--iglob" } else { "-g" }, quote(name)));
        }
        words.extend(self.excluded.iter().map(|part| format!("-g {}", quote(&format!("!{part}")))));
        words.push(if self.roots.is_empty() { ".".to_owned() } else { self.roots.join(" ") });
        words.join(" ")
    }

    /// The listing of fd, for one name: its program is `fdfind` on Debian.
    pub(crate) fn to_fd(&self, program: &str) -> Option<String> {
        let [(name, ignores_case)] = self.names.as_slice() else { return None };
        let mut words = vec![format!("{program} {} -t f", if *ignores_case { "-i" } else { "-s" })];
        words.extend(self.max_depth.map(|depth| format!("-d {depth}")));
        words.extend(self.excluded.iter().map(|part| format!("-E {}", quote(part))));
        words.push(format!("-g {}", quote(name)));
        words.push(if self.roots.is_empty() { ".".to_owned() } else { self.roots.join(" ") });
        Some(words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn listing(text: &str) -> Result<Listing, &'static str> {
        read(&shell::parse(text).unwrap().commands[0])
    }

    #[test]
    fn names_become_globs() {
        for (from, rg, fd) in [
            ("find . -name '*.py'", "rg --files -g '*.py' .", Some("fd -s -t f -g '*.py' .")),
            (
                "find src -type f -iname '*Test*'",
                "rg --files --iglob '*Test*' src",
                Some("fd -i -t f -g '*Test*' src"),
            ),
            (
                r"find . -type f \( -name '*.ts' -o -name '*.tsx' \)",
                "rg --files -g '*.ts' -g '*.tsx' .",
                None,
            ),
            (
                "find . -name package.json -not -path './vendor/*'",
                "rg --files -g package.json -g '!/vendor/' .",
                Some("fd -s -t f -E /vendor/ -g package.json ."),
            ),
            (
                "find -maxdepth 3 -name '*.md' ! -path '*/node_modules/*'",
                "rg --files --max-depth 3 -g '*.md' -g '!node_modules/' .",
                Some("fd -s -t f -d 3 -E node_modules/ -g '*.md' ."),
            ),
        ] {
            let listing = listing(from).unwrap();
            assert_eq!(listing.to_ripgrep(), rg, "{from}");
            assert_eq!(listing.to_fd("fd").as_deref(), fd, "{from}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for from in [
            "find . -name '*.pyc' -delete",
            "find . -name '*.o' -exec rm {} +",
            "find . -name '*.rs' -print0",
            "find . -type d -name src",
            "find . -name tests",
            "find . -mtime -1 -name '*.rs'",
            "find . -maxdepth 1 -name '*.rs'",
            "find node_modules -name '*.js'",
            "find . -name '*.log'",
            "find . -name '.env'",
            "find . -path '*/api/*' -name '*.rs'",
            "find . -type f",
            r#"find . -name "$x""#,
            "find . -name *.rs",
            "find . -type f -name '*.ts' -o -name '*.js'",
        ] {
            assert!(listing(from).is_err(), "{from}");
        }
    }
}
