//! A second version of a file beside the first.

use std::path::{Path, PathBuf};

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;

/// What makes a second version of a name, behind `_`, `-` or `.`.
const SUFFIXES: [&str; 16] = [
    "new",
    "old",
    "backup",
    "bak",
    "copy",
    "final",
    "enhanced",
    "improved",
    "fixed",
    "updated",
    "refactored",
    "rewritten",
    "optimized",
    "original",
    "orig",
    "revised",
];

/// What is put behind a whole name for a copy of what was there.
const ENDINGS: [&str; 3] = ["bak", "orig", "old"];

/// Folders in which several versions of one thing are what is kept.
const OF_VERSIONS: [&str; 13] = [
    "test",
    "tests",
    "__tests__",
    "spec",
    "fixtures",
    "fixture",
    "testdata",
    "examples",
    "migrations",
    "snapshots",
    "__snapshots__",
    "api",
    "prompts",
];

const TRACKED: Given = Given::Tracked(&["parser.rs", "src/app.py"]);
const PARSER: Given = Given::File("parser.rs", "fn parse() {}\n");
const APP: Given = Given::File("src/app.py", "print()\n");

pub(crate) const RULE: Rule = Rule {
    id: "debt-filename",
    severity: Severity::Warn,
    harm: Harm::Style,
    events: Events::Success,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "parser_v2.rs written beside parser.rs",
    why: "Two versions of one module live side by side from then on, callers keep the old one, and the next reader \
          cannot tell which counts; git keeps the old version anyway.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Write],
        concerns: |case| {
            case.event
                .input()
                .file_path
                .as_deref()
                .is_some_and(|path| original_name(path).is_some())
        },
        check: |case| {
            legacy::on_call(
                case,
                |case| match Second::of(case) {
                    Ok(_) => Verdict::Fires,
                    Err(verdict) => verdict,
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 1000, 3),
    hits: &[
        Example::write("{dir}/parser_v2.rs")
            .given(&[PARSER, TRACKED])
            .says("parser_v2.rs stands beside parser.rs"),
        Example::write("{dir}/parser_new.rs")
            .given(&[PARSER, TRACKED])
            .says("an edit of parser.rs"),
        Example::write("{dir}/parser-copy.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser.rs.bak")
            .given(&[PARSER, TRACKED])
            .says("git keeps the old version"),
        Example::write("{dir}/parser.rs.orig").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser_enhanced.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser.old.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/src/app_final.py").given(&[APP, TRACKED]).says("app_final.py"),
        Example::write("{dir}/src/app-V3.py").given(&[APP, TRACKED]),
    ],
    misses: &[
        Example::write("{dir}/parser_v2.rs").given(&[TRACKED]),
        Example::write("{dir}/parser_v2.rs").given(&[PARSER]),
        Example::write("{dir}/parser_v2.rs").given(&[PARSER, Given::Tracked(&["other.rs"])]),
        Example::write("{dir}/parser_v3.rs").given(&[
            PARSER,
            Given::File("parser_v2.rs", ""),
            Given::Tracked(&["parser.rs", "parser_v2.rs"]),
        ]),
        Example::write("{dir}/parser_v2.rs").given(&[PARSER, TRACKED, Given::Rewrites(40, 3)]),
        Example::write("{dir}/templates.py").given(&[Given::Tracked(&["templates.py"])]),
        Example::write("{dir}/whats-new.md").given(&[Given::Tracked(&["README.md"])]),
        Example::write("{dir}/renew.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/api/v2/parser.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/tests/fixtures/a_new.json").given(&[
            Given::File("tests/fixtures/a.json", "{}"),
            Given::Tracked(&["tests/fixtures/a.json"]),
        ]),
        Example::write("{dir}/db/migrations/users_v2.sql").given(&[
            Given::File("db/migrations/users.sql", ""),
            Given::Tracked(&["db/migrations/users.sql"]),
        ]),
        Example::write("{dir}/parser_v2.py").given(&[PARSER, TRACKED]),
        Example::write("{dir}/_new.rs").given(&[PARSER, TRACKED]),
        Example::write("/tmp/x/test_backup.py"),
        Example::write("{dir}/parser_v2.rs").given(&[
            PARSER,
            TRACKED,
            Given::Failed("EACCES: permission denied"),
        ]),
        Example::read("{dir}/parser_v2.rs").given(&[PARSER, TRACKED]),
        Example::bash("cp parser.rs parser.rs.bak").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser_test.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser_2024.rs").given(&[PARSER, TRACKED]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, _| {
    let Second { name, original } = Second::of(case).ok()?;
    legacy::plain(said(&name, &original))
};
const KEY: Key = Key::File;

/// A file that was written as a second version of another in its folder.
struct Second {
    name: String,
    original: String,
}

impl Second {
    /// # Errors
    /// The verdict where it is none.
    fn of(case: &Case) -> Result<Self, Verdict> {
        let path = case.event.input().file_path.as_deref().ok_or(Verdict::No)?;
        let Some((original, is_copy)) = original_name(path) else { return Err(Verdict::No) };
        if case.event.response.write().is_update {
            return Err(Verdict::Near("the file was there before"));
        }
        let path = case.environment.absolute(path).ok_or(Verdict::No)?;
        let folder = path.parent().ok_or(Verdict::No)?;
        let sibling: PathBuf = folder.join(&original);
        if !sibling.is_file() {
            return Err(Verdict::Near("there is no file of which it is a second version"));
        }
        let root = case
            .environment
            .work_tree()
            .ok_or(Verdict::Near("nothing keeps the old version: no git work tree"))?;
        let below = sibling
            .strip_prefix(root)
            .map_err(|_| Verdict::Near("it lies outside the work tree"))?;
        let is_of_versions = |folder: &Path| {
            folder.components().any(|part| {
                let part = part.as_os_str().to_string_lossy();
                OF_VERSIONS.iter().any(|name| part.eq_ignore_ascii_case(name))
            })
        };
        if below.parent().is_some_and(is_of_versions) {
            return Err(Verdict::Near("versions are what its folder keeps"));
        }
        let kept = State::of(
            case,
            below,
            &original,
            path.file_name().map(|name| name.to_string_lossy().into_owned()),
        );
        match kept {
            Some(State { is_tracked: true, has_versions: false, size }) => {
                // A copy of work that git has not seen is the only one.
                let is_as_kept = sibling.metadata().is_ok_and(|meta| meta.len() as u32 == size);
                if is_copy && !is_as_kept {
                    return Err(Verdict::Near("the original has changes that git does not keep"));
                }
            }
            Some(State { has_versions: true, .. }) => {
                return Err(Verdict::Near("its versions are kept side by side"));
            }
            Some(_) => return Err(Verdict::Near("git does not track the original")),
            None => return Err(Verdict::Near("what git tracks is not known")),
        }
        let name = path.file_name().ok_or(Verdict::No)?.to_string_lossy().into_owned();
        Ok(Self { name, original })
    }
}

fn said(name: &str, original: &str) -> String {
    let (name, original) = (text::excerpt(name), text::excerpt(original));
    format!(
        "{name} stands beside {original}, two versions of one file; an edit of {original} changes it in place, and git keeps the old version"
    )
}

/// What git tracks of a file and its like.
struct State {
    is_tracked: bool,
    /// Other versions of the name are tracked: they are meant to be.
    has_versions: bool,
    size: u32,
}

impl State {
    /// `path` is relative to the work tree; `written` is the name that is new.
    fn of(case: &Case, path: &Path, original: &str, written: Option<String>) -> Option<Self> {
        let path = path.to_str()?.as_bytes();
        let folder = path.len().checked_sub(original.len())?;
        let mut state = Self { is_tracked: false, has_versions: false, size: 0 };
        case.environment.visit_tracked(|entry| {
            if entry.path == path {
                (state.is_tracked, state.size) = (true, entry.size);
            }
            // Of the same folder, and neither of the two.
            let inside = entry.path.get(..folder) == path.get(..folder);
            let name = entry.path.get(folder..).and_then(|name| std::str::from_utf8(name).ok());
            if let Some(name) = name.filter(|name| inside && Some(*name) != written.as_deref()) {
                state.has_versions |= original_name(name).is_some_and(|(of, _)| of == original);
            }
        })?;
        Some(state)
    }
}

/// The name of which the last part of `path` is a second version, and whether it is named as a copy
/// of the first.
fn original_name(path: &str) -> Option<(String, bool)> {
    let name = path.rsplit('/').next()?;
    let (stem, ending) = name.rsplit_once('.')?;
    if ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) && stem.contains('.') {
        return Some((stem.to_owned(), true));
    }
    let at = stem.rfind(['_', '-', '.'])?;
    let (base, suffix) = stem.split_at_checked(at)?;
    let suffix = suffix.get(1..)?.to_ascii_lowercase();
    let is_number = |rest: &str| {
        (1..=2).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_version = suffix.strip_prefix('v').is_some_and(is_number);
    if base.is_empty() || !(is_version || SUFFIXES.contains(&suffix.as_str())) {
        return None;
    }
    let is_copy =
        matches!(suffix.as_str(), "old" | "backup" | "bak" | "copy" | "original" | "orig");
    Some((format!("{base}.{ending}"), is_copy))
}
