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

/// What a find expression asks, if it asks for names of files only.
///
/// # Errors
/// Why it is something else.
pub(crate) fn read(command: &Command) -> Result<Listing, &'static str> {
    let mut listing = Listing::default();
    let mut words = command.args.iter().peekable();
    while let Some(word) = words.next_if(|word| !is_expression(word)) {
        if word.globs {
            return Err("its folders are a pattern");
        }
        listing.roots.push(word.raw.clone());
    }
    let rest: Vec<&Word> = words.collect();
    let rest = listing.pruned(&rest)?;
    let mut negated = false;
    // Names in brackets, names outside, and whether `-o` joins them there.
    let (mut inside, mut outside) = (0_usize, 0_usize);
    let (mut or_inside, mut or_outside) = (false, false);
    let mut group = false;
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let mut value =
            || words.next().and_then(|word| word.literal()).ok_or("a value of find is not literal");
        match word.text.as_str() {
            "-name" | "-iname" if !negated => {
                listing.names.push((value()?.to_owned(), word.text == "-iname"));
                *(if group { &mut inside } else { &mut outside }) += 1;
            }
            "-name" => listing.exclude_name(value()?)?,
            "-path" | "-wholename" if negated => listing.exclude_path(value()?)?,
            "-type" if value()? == "f" => listing.files_only = true,
            "-type" => return Err("it asks for directories or links"),
            "-maxdepth" => {
                listing.max_depth = Some(value()?.parse().map_err(|_| "-maxdepth is not a number")?);
            }
            "-not" | "!" if !negated => {
                negated = true;
                continue;
            }
            "-o" | "-or" => *(if group { &mut or_inside } else { &mut or_outside }) = true,
            "-print" | "-a" | "-and" => {}
            "(" if !group && !negated && inside == 0 => group = true,
            ")" => group = false,
            _ => return Err("it uses predicates that a file listing cannot express"),
        }
        negated = false;
    }
    // `a -o b -type f` binds otherwise than it reads, and names on both sides of a bracket must both hold.
    let plain = !or_outside || (inside == 0 && listing.excluded.is_empty() && !listing.files_only);
    let one_set = inside == 0 || outside == 0;
    let all_alike = (inside <= 1 || or_inside) && (outside <= 1 || or_outside);
    if !plain || !one_set || !all_alike || (or_inside && inside == 0) {
        return Err("it combines its tests in a way that a file listing cannot");
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
    /// Takes `-path X -prune -o` and `-name X -prune -o` from the front: folders that are left out.
    fn pruned<'w>(&mut self, mut words: &'w [&'w Word]) -> Result<&'w [&'w Word], &'static str> {
        while let [test, value, prune, or, rest @ ..] = words {
            if !prune.is("-prune") || !(or.is("-o") || or.is("-or")) {
                break;
            }
            let value = value.literal().ok_or("a value of find is not literal")?;
            match test.text.as_str() {
                "-name" => self.exclude_name(value)?,
                "-path" | "-wholename" => self.exclude_path(&format!("{value}/*"))?,
                _ => return Err("it prunes by something else than a name"),
            }
            words = rest;
        }
        Ok(words)
    }

    fn exclude_name(&mut self, name: &str) -> Result<(), &'static str> {
        self.excluded.push(plain_name(name).ok_or("an excluded name is a pattern")?.to_owned());
        Ok(())
    }

    fn exclude_path(&mut self, path: &str) -> Result<(), &'static str> {
        let part = path
            .strip_prefix("*/")
            .or_else(|| path.strip_prefix("./"))
            .and_then(|part| part.strip_suffix("/*"))
            .and_then(plain_name)
            .ok_or("an excluded path is a pattern")?;
        let anchor = if path.starts_with("./") { "/" } else { "" };
        if anchor == "/" && self.roots.iter().any(|root| root != ".") {
            return Err("an excluded path is not under the working directory");
        }
        self.excluded.push(format!("{anchor}{part}/"));
        Ok(())
    }

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
                "find . -path ./node_modules -prune -o -name '*.ts' -print",
                "rg --files -g '*.ts' -g '!/node_modules/' .",
                Some("fd -s -t f -E /node_modules/ -g '*.ts' ."),
            ),
            (
                r"find . \( -name '*.ts' -o -name '*.tsx' \) -not -path '*/node_modules/*'",
                "rg --files -g '*.ts' -g '*.tsx' -g '!node_modules/' .",
                None,
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
            r"find . ! \( -name a.js -o -name b.js \)",
            r"find . -not \( -name a.js \) -type f",
            r"find . \( -name '*.py' -o -name '*.js' \) -name 'test*.py'",
            r"find . -name 'a*.py' -a \( -name '*.py' -o -name '*.js' \)",
            "find . -name 'a*.py' -name '*b.py'",
            "find . -name '*.jar'",
            "find * -name '*.js'",
        ] {
            assert!(listing(from).is_err(), "{from}");
        }
    }
}
