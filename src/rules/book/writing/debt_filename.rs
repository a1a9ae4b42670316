//! A second version of a file written beside the first.

use std::path::Path;

use crate::base::read;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};

/// Words that mark a second version of a file, at the end of its stem behind `_`, `-` or `.`.
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

/// Endings behind a whole name that mark a copy of the file.
const COPY_ENDINGS: [&str; 3] = ["bak", "orig", "old"];

/// Folders that keep several versions of one file on purpose.
const VERSION_FOLDERS: [&str; 13] = [
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
    why: "From then on two versions of one module exist side by side, callers keep using the old one, and the \
          next reader cannot tell which is current; git keeps the old version anyway.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Write],
        concerns: |case| {
            case.event
                .input()
                .file_path
                .as_deref()
                .is_some_and(|path| VersionName::of(path).is_some())
        },
        check: second_version,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 1000, 3),
    hits: &[
        Example::write("{dir}/parser_v2.rs")
            .given(&[PARSER, TRACKED])
            .says("parser_v2.rs is a second version of parser.rs"),
        Example::write("{dir}/parser_new.rs")
            .given(&[PARSER, TRACKED])
            .says("edit parser.rs itself"),
        Example::write("{dir}/parser-copy.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser.rs.bak")
            .given(&[PARSER, TRACKED])
            .says("git keeps the old one"),
        Example::write("{dir}/parser.rs.orig").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser_enhanced.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/parser.old.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/src/new_app.py")
            .given(&[APP, TRACKED])
            .says("new_app.py is a second version of app.py"),
        Example::write("{dir}/src/appV2.py")
            .given(&[APP, TRACKED])
            .says("appV2.py is a second version of app.py"),
        Example::write("{dir}/parserNew.rs").given(&[PARSER, TRACKED]),
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
        Example::write("{dir}/new_user.py")
            .given(&[Given::File("user.py", "x\n"), Given::Tracked(&["user.py"])]),
        Example::write("{dir}/parserNews.rs").given(&[PARSER, TRACKED]),
        Example::write("{dir}/new_parser.rs").given(&[PARSER]),
        Example::write("{dir}/parser_2024.rs").given(&[PARSER, TRACKED]),
    ],
    since: "0.1.0",
};

fn second_version(case: &Case) -> Check<Finding> {
    let written = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
    let VersionName { original, is_copy } = VersionName::of(written).ok_or(Miss::No)?;
    if case.event.response.write().is_update {
        return Err(Miss::Near("the file was there before"));
    }
    let path = case.environment.absolute(written).ok_or(Miss::No)?;
    let folder = path.parent().ok_or(Miss::No)?;
    let name = path.file_name().ok_or(Miss::No)?.to_string_lossy();
    let sibling = folder.join(&original);
    if !read::is_file(&sibling) {
        return Err(Miss::Near("it is not a second version of another file"));
    }
    let root = case
        .environment
        .work_tree()
        .ok_or(Miss::Near("nothing keeps the old version: no git work tree"))?;
    let below =
        sibling.strip_prefix(root).map_err(|_| Miss::Near("it is outside the work tree"))?;
    if below.parent().is_some_and(keeps_versions) {
        return Err(Miss::Near("versions are what its folder keeps"));
    }
    let tracked = Tracked::of(case, below, &original, &name)
        .ok_or(Miss::Near("what git tracks is not known"))?;
    if tracked.has_versions {
        return Err(Miss::Near("its versions are kept side by side"));
    }
    let size = tracked.size.ok_or(Miss::Near("git does not track the original"))?;
    // A copy of changes that git has not seen is their only copy.
    let is_as_tracked = read::metadata(&sibling).is_ok_and(|meta| meta.len() as u32 == size);
    if is_copy && !is_as_tracked {
        return Err(Miss::Near("the original has changes that git does not keep"));
    }
    let (name, original) = (text::excerpt(&name), text::excerpt(&original));
    let advice = Advice::plain(format!(
        "{name} is a second version of {original} beside it: edit {original} itself, as git keeps the old one"
    ));
    Ok(Finding::new(advice).about(written))
}

fn keeps_versions(folder: &Path) -> bool {
    folder.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        VERSION_FOLDERS.iter().any(|name| part.eq_ignore_ascii_case(name))
    })
}

/// What git tracks of a file and its versions.
struct Tracked {
    /// Bytes of the file in the index; `None` if git does not track it.
    size: Option<u32>,
    /// Git tracks other versions of the file, so people keep them on purpose.
    has_versions: bool,
}

impl Tracked {
    /// What git tracks of `path`, which is relative to the work tree and ends in the name
    /// `original`, besides the new file `written` in the same folder. `None` if the index cannot be
    /// read.
    fn of(case: &Case, path: &Path, original: &str, written: &str) -> Option<Self> {
        let path = text::slashed(path.to_str()?.into());
        let path = path.as_bytes();
        let folder = path.len().checked_sub(original.len())?;
        let mut tracked = Self { size: None, has_versions: false };
        case.environment.visit_tracked(|entry| {
            if entry.path == path {
                tracked.size = Some(entry.size);
            }
            let is_in_folder = entry.path.get(..folder) == path.get(..folder);
            let name = entry.path.get(folder..).and_then(|name| std::str::from_utf8(name).ok());
            if let Some(name) = name.filter(|name| is_in_folder && *name != written) {
                tracked.has_versions |=
                    VersionName::of(name).is_some_and(|version| version.original == original);
            }
        })?;
        Some(tracked)
    }
}

/// The name in front of `V2` or a word such as `New`: `app` of `appV2`.
fn second_in_camel_case(stem: &str) -> Option<&str> {
    const WORDS: [&str; 9] = [
        "New",
        "Old",
        "Copy",
        "Backup",
        "Fixed",
        "Enhanced",
        "Improved",
        "Refactored",
        "Rewritten",
    ];
    let is_base =
        |base: &&str| base.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let word = WORDS.iter().find_map(|word| stem.strip_suffix(word));
    let number = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let version = number.strip_suffix('V').filter(|_| number.len() < stem.len());
    word.or(version).filter(is_base)
}

/// The name behind a word such as `new_`, where that is not the name of a thing of its own: a new
/// user is another page than a user.
fn second_by_prefix(stem: &str) -> Option<&str> {
    const WORDS: [&str; 9] = [
        "new",
        "old",
        "fixed",
        "improved",
        "enhanced",
        "refactored",
        "rewritten",
        "updated",
        "copy_of",
    ];
    const THINGS: [&str; 24] = [
        "account", "article", "comment", "customer", "document", "event", "file", "group",
        "invoice", "issue", "item", "member", "message", "note", "order", "page", "password",
        "post", "product", "project", "session", "task", "team", "user",
    ];
    let base = WORDS
        .iter()
        .find_map(|word| stem.strip_prefix(word).and_then(|rest| rest.strip_prefix(['_', '-'])))?;
    let is_thing = THINGS.contains(&base) || THINGS.iter().any(|thing| base.starts_with(thing));
    (base.len() >= 3 && !is_thing).then_some(base)
}

/// A file name that marks a second version of another file.
struct VersionName {
    /// The name of the other file.
    original: String,
    /// It marks a copy of the other file as it was, not a file to replace it.
    is_copy: bool,
}

impl VersionName {
    /// Reads the last part of `path`; `None` if it is any other name.
    fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?;
        let (stem, ending) = name.rsplit_once('.')?;
        if COPY_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) && stem.contains('.')
        {
            return Some(Self { original: stem.to_owned(), is_copy: true });
        }
        if let Some(original) = second_in_camel_case(stem).or_else(|| second_by_prefix(stem)) {
            let is_copy = stem.to_ascii_lowercase().contains("copy") || stem.starts_with("old");
            return Some(Self { original: format!("{original}.{ending}"), is_copy });
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
        Some(Self { original: format!("{base}.{ending}"), is_copy })
    }
}
