//! What kind of file a secret was written into: one in which it is in danger, or one in which it
//! may be.

use std::path::Path;

use crate::base::read;
use crate::project::environment::{Environment, work_tree_around};
use crate::project::git::ignore;
use crate::project::secrets;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};

/// A file in which a secret is in danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    /// git tracks the file.
    Tracked,
    /// git neither tracks nor ignores it: the next `git add` takes it in.
    Untracked,
    /// The source of a program, outside any work tree.
    Program,
}

/// Words of names of files whose secrets are invented, or whose subject is secrets.
const OF_SAMPLES: [&str; 54] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "spec",
    "specs",
    "conftest",
    "e2e",
    "cypress",
    "golden",
    "factories",
    "stories",
    "storybook",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "mocked",
    "stub",
    "stubs",
    "fake",
    "fakes",
    "dummy",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "doc",
    "docs",
    "snapshot",
    "snapshots",
    "cassettes",
    "template",
    "templates",
    "dist",
    "vendor",
    "seed",
    "seeds",
    "localhost",
    "snakeoil",
    "redact",
    "redaction",
    "redactor",
    "sanitize",
    "sanitizer",
    "scrub",
    "mask",
    "masking",
    "scanner",
    "detector",
    "gitleaks",
    "trufflehog",
];

/// The same of folders in which even a `.env` file contains invented secrets; in tests and examples
/// it may be real.
const OF_FIXTURES: [&str; 6] = ["testdata", "fixture", "fixtures", "mock", "mocks", "snapshots"];

/// Endings of texts for people, of generated files, and of public ones.
const ENDINGS: [&str; 32] = [
    "md", "mdx", "markdown", "rst", "txt", "adoc", "html", "htm", "svg", "map", "lock", "sum",
    "snap", "patch", "diff", "log", "pub", "crt", "cer", "csr", "pdf", "po", "jsonl", "csv", "tsv",
    "har", "css", "xml", "tex", "example", "sample", "template",
];

/// Names of lock files without such an ending.
const LOCKS: [&str; 4] = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "go.sum"];

/// Endings of programs' sources: outside a work tree a secret is certainly misplaced only in these.
const SOURCES: [&str; 22] = [
    "py", "sh", "bash", "zsh", "js", "mjs", "cjs", "ts", "tsx", "jsx", "go", "rs", "rb", "php",
    "java", "kt", "cs", "swift", "c", "cpp", "pl", "lua",
];

impl FileKind {
    /// The kind of the file at `path`.
    ///
    /// # Errors
    /// A near miss for a file that may contain a secret, or only samples.
    pub(super) fn of(case: &Case, path: &Path) -> Check<Self> {
        // git stores a symbolic link as such: a write through it goes to its target.
        let real = read::canonical(path).unwrap_or_else(|_| path.to_owned());
        let is_aside = case.environment.is_aside(path) && case.environment.is_aside(&real);
        let path = real.as_path();
        let root = path.parent().and_then(work_tree_around);
        let below = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        if is_for_samples(below) {
            return Err(Miss::Near("its name says that samples are kept there"));
        }
        if is_aside {
            return Err(Miss::Near("it is a temporary file outside the project"));
        }
        let Some(root) = root else { return Self::outside(case, path) };
        if below.starts_with(".git") {
            return Err(Miss::Near("it is git's own"));
        }
        let at_root = Environment::new(case.environment.client, root.to_str());
        if ignore::is_filtered(&at_root, root, path) {
            return Err(Miss::Near("git commits it through a filter, which may encrypt it"));
        }
        let tracked = at_root.is_tracked(path);
        if tracked == Some(true) {
            return Ok(Self::Tracked);
        }
        match ignore::is_ignored(&at_root, root, path) {
            Some(false) => Ok(Self::Untracked),
            Some(true) if tracked.is_none() => Err(Miss::Near("git ignores the file, or may")),
            Some(true) => Err(Miss::Near("git ignores the file")),
            None => Err(Miss::Near("whether git ignores the file is not known")),
        }
    }

    /// The kind of a file outside any work tree.
    fn outside(case: &Case, path: &Path) -> Check<Self> {
        let (_, ending) = stem_and_ending(path);
        let is_hidden =
            path.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
        let is_of_system =
            ["/etc", "/run", "/var", "/opt", "/usr"].iter().any(|folder| path.starts_with(folder));
        // The path of the project itself may have a hidden part, which says nothing.
        let is_hidden =
            is_hidden && !case.environment.cwd().is_some_and(|cwd| path.starts_with(cwd));
        if is_hidden || is_of_system || !SOURCES.contains(&ending.as_str()) {
            return Err(Miss::Near("no work tree is around it, and secrets may lie there"));
        }
        Ok(Self::Program)
    }
}

fn is_for_samples(path: &Path) -> bool {
    let (stem, ending) = stem_and_ending(path);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let has_word = |part: &str, words: &[&str]| {
        secrets::parts(part).iter().any(|word| words.contains(&word.as_str()))
    };
    let any_part_has_word = |words: &[&str]| {
        path.components().any(|part| has_word(&part.as_os_str().to_string_lossy(), words))
    };
    if is_env(&name) {
        return has_word(&name, &OF_SAMPLES) || any_part_has_word(&OF_FIXTURES);
    }
    ENDINGS.contains(&ending.as_str())
        || LOCKS.contains(&&*name)
        || stem.ends_with(".min")
        || any_part_has_word(&OF_SAMPLES)
}

/// Whether a file of this name contains variables of the environment.
pub(super) fn is_env(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || name.ends_with(".env")
}

/// The file name without its ending, and the ending, both in lower case.
fn stem_and_ending(path: &Path) -> (String, String) {
    let lower = |part: Option<&std::ffi::OsStr>| {
        part.map(|part| part.to_string_lossy().to_lowercase()).unwrap_or_default()
    };
    (lower(path.file_stem()), lower(path.extension()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_for_samples_are_recognized_by_name() {
        for path in [
            "tests/a.py",
            "src/test_a.py",
            "a_test.go",
            "src/a.spec.ts",
            "testdata/key.pem",
            ".env.example",
            "a.md",
            "package-lock.json",
            "a.min.js",
            "examples/a/main.go",
            "src/redact.go",
            "a.pub",
            "docs/conf.py",
            "src/secretScanner.ts",
            "Cargo.lock",
            "src/__tests__/a.ts",
            "cert/localhost-key.pem",
            "tests/fixtures/.env",
            "src/Button.stories.tsx",
        ] {
            assert!(is_for_samples(Path::new(path)), "{path}");
        }
        for path in [
            "src/latest.py",
            "contest/a.py",
            "src/cfg.py",
            ".env",
            "deploy.sh",
            "config/prod.yaml",
            "prod.env",
            "examples/chat/.env",
        ] {
            assert!(!is_for_samples(Path::new(path)), "{path}");
        }
    }
}
