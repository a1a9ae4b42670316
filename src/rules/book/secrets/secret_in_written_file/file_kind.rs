//! Where a secret was written: where a commit takes it in, or where it may lie.

use std::path::Path;

use super::{is_env, stem_and_ending};
use crate::project::environment::{Environment, work_tree_around};
use crate::project::git::ignore;
use crate::project::secrets;
use crate::rules::case::Case;
use crate::rules::legacy::Verdict;

/// A place in which a secret is in danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// git tracks the file.
    Tracked,
    /// git neither tracks nor ignores it: the next `git add` takes it in.
    Open,
    /// A program's text outside any work tree.
    Program,
}

/// Words of names that say that what is kept there is made up, or about secrets.
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

/// The same of folders in which even a file of variables holds made up ones; in tests and examples
/// it may be real.
const OF_FIXTURES: [&str; 6] = ["testdata", "fixture", "fixtures", "mock", "mocks", "snapshots"];

/// Endings of texts for people, of what a machine has made, and of what is public.
const ENDINGS: [&str; 32] = [
    "md", "mdx", "markdown", "rst", "txt", "adoc", "html", "htm", "svg", "map", "lock", "sum",
    "snap", "patch", "diff", "log", "pub", "crt", "cer", "csr", "pdf", "po", "jsonl", "csv", "tsv",
    "har", "css", "xml", "tex", "example", "sample", "template",
];

/// Names of lock files without such an ending.
const LOCKS: [&str; 4] = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "go.sum"];

/// Endings of programs' texts: outside a work tree only there a secret is certainly not in its
/// place.
const PROGRAMS: [&str; 22] = [
    "py", "sh", "bash", "zsh", "js", "mjs", "cjs", "ts", "tsx", "jsx", "go", "rs", "rb", "php",
    "java", "kt", "cs", "swift", "c", "cpp", "pl", "lua",
];

impl Place {
    /// The place of the file at `path`.
    ///
    /// # Errors
    /// The verdict where a secret may lie, or may be no secret.
    pub(super) fn of(case: &Case, path: &Path) -> Result<Self, Verdict> {
        // git keeps a symbolic link as such: what is written through it lies where it leads.
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let is_aside = case.environment.is_aside(path) && case.environment.is_aside(&real);
        let path = real.as_path();
        let root = path.parent().and_then(work_tree_around);
        let below = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        if is_of_samples(below) {
            return Err(Verdict::Near("its name says that samples are kept there"));
        }
        if is_aside {
            return Err(Verdict::Near("it is a temporary file aside of the project"));
        }
        let Some(root) = root else { return Self::outside(case, path) };
        if below.starts_with(".git") {
            return Err(Verdict::Near("it is git's own"));
        }
        let of_root = Environment::new(case.environment.client, root.to_str());
        if ignore::is_filtered(&of_root, root, path) {
            return Err(Verdict::Near("git commits it through a filter, which may encrypt it"));
        }
        let tracked = of_root.is_tracked(path);
        if tracked == Some(true) {
            return Ok(Self::Tracked);
        }
        match ignore::is_ignored(&of_root, root, path) {
            Some(false) => Ok(Self::Open),
            Some(true) if tracked.is_none() => Err(Verdict::Near("git ignores the file, or may")),
            Some(true) => Err(Verdict::Near("git ignores the file")),
            None => Err(Verdict::Near("whether git ignores the file is not known")),
        }
    }

    /// The place of a file that no work tree is around.
    fn outside(case: &Case, path: &Path) -> Result<Self, Verdict> {
        let (_, ending) = stem_and_ending(path);
        let is_hidden =
            path.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
        let of_system =
            ["/etc", "/run", "/var", "/opt", "/usr"].iter().any(|folder| path.starts_with(folder));
        // Below a temporary folder that is the project itself, parts of the path above it say
        // nothing.
        let is_hidden =
            is_hidden && !case.environment.cwd().is_some_and(|cwd| path.starts_with(cwd));
        if is_hidden || of_system || !PROGRAMS.contains(&ending.as_str()) {
            return Err(Verdict::Near("no work tree is around it, and secrets may lie there"));
        }
        Ok(Self::Program)
    }
}

fn is_of_samples(path: &Path) -> bool {
    let (stem, ending) = stem_and_ending(path);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let says = |part: &str, words: &[&str]| {
        secrets::parts(part).iter().any(|word| words.contains(&word.as_str()))
    };
    let any = |words: &[&str]| {
        path.components().any(|part| says(&part.as_os_str().to_string_lossy(), words))
    };
    if is_env(&name) {
        return says(&name, &OF_SAMPLES) || any(&OF_FIXTURES);
    }
    ENDINGS.contains(&ending.as_str())
        || LOCKS.contains(&&*name)
        || stem.ends_with(".min")
        || any(&OF_SAMPLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_samples_are_known() {
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
            assert!(is_of_samples(Path::new(path)), "{path}");
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
            assert!(!is_of_samples(Path::new(path)), "{path}");
        }
    }
}
