//! What a call of gh asks for.

use crate::rules::trigger::{Check, Miss};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, options};

/// The kinds of calls that print at length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It changes something, and prints what it made.
    Write,
    /// It prints the log of a run.
    Log,
    /// It prints objects.
    Read,
    /// A query of GraphQL.
    Query,
}

impl Kind {
    /// What the finding is about.
    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Log => "log",
            Self::Read => "read",
            Self::Query => "query",
        }
    }
}

/// A call of gh that may print at length.
pub(super) struct Asked {
    pub(super) kind: Kind,
    /// Its name in a sentence: `gh api`.
    pub(super) name: String,
    /// A filter that picks what is usually wanted of such an answer.
    pub(super) filter: Option<&'static str>,
}

/// The options of gh that take a value.
const SPEC: Spec = Spec::new(
    "XfFHqtRLsBbHjp",
    &[
        "method",
        "field",
        "raw-field",
        "header",
        "input",
        "jq",
        "template",
        "repo",
        "limit",
        "json",
        "job",
        "attempt",
        "state",
        "branch",
        "cache",
        "hostname",
        "preview",
        "search",
    ],
);

/// Filters for the fields of `--json` that are long, the longest first.
const FIELDS: [(&str, &str); 9] = [
    ("statusCheckRollup", ".statusCheckRollup[] | {name, conclusion}"),
    ("comments", ".comments[] | {author: .author.login, body}"),
    ("jobs", ".jobs[] | {name, conclusion}"),
    ("latestReviews", ".latestReviews[] | {author: .author.login, state, body}"),
    ("reviews", ".reviews[] | {author: .author.login, state, body}"),
    ("commits", ".commits[].messageHeadline"),
    ("files", ".files[].path"),
    ("projectItems", "del(.projectItems)"),
    ("body", "del(.body)"),
];

/// Filters for the lists of the API, by the end of their path.
const LISTS: [(&str, &str); 6] = [
    ("/comments", ".[] | {user: .user.login, path, line, body}"),
    ("/reviews", ".[] | {user: .user.login, state, body}"),
    ("/files", ".[] | {filename, additions, deletions}"),
    ("/commits", ".[] | {sha, message: .commit.message}"),
    ("/jobs", ".jobs[] | {id, name, conclusion}"),
    ("/runs", ".workflow_runs[] | {id, name, conclusion}"),
];

impl Asked {
    pub(super) fn of(command: &Command) -> Check<Self> {
        let (at, sub) = options::subcommand("gh", &command.args).ok_or(Miss::No)?;
        let items = options::read(command.args.get(at + 1..).unwrap_or_default(), SPEC);
        let has = |short, long| options::has(&items, short, long);
        if has(Some('q'), "jq") || has(Some('t'), "template") || has(None, "silent") {
            return Err(Miss::Near("it picks what it wants"));
        }
        let operands = options::operands(&items);
        let first = operands.first().and_then(|word| word.literal()).unwrap_or_default();
        if sub == "api" {
            return Ok(Self::of_api(first, &items));
        }
        let name = format!("gh {sub} {first}");
        if (sub, first) == ("run", "view") && (has(None, "log") || has(None, "log-failed")) {
            return Ok(Self { kind: Kind::Log, name, filter: None });
        }
        let fields = items.iter().find_map(|item| match item {
            Item::Long("json", Some(value)) => Some(value.text),
            _ => None,
        });
        let fields = fields.ok_or(Miss::Near("its text is what was asked for"))?;
        let has_field = |name: &str| fields.split(',').any(|field| field.trim() == name);
        let filter = FIELDS.iter().find(|(field, _)| has_field(field)).map(|(_, filter)| *filter);
        // A list has one object more around it.
        let filter = filter.filter(|_| first == "view");
        Ok(Self { kind: Kind::Read, name, filter })
    }

    fn of_api(path: &str, items: &[Item]) -> Self {
        let name = "gh api".to_owned();
        let method = items.iter().find_map(|item| match item {
            Item::Short('X', Some(value)) | Item::Long("method", Some(value)) => Some(value.text),
            _ => None,
        });
        let sends = items.iter().any(|item| {
            matches!(
                item,
                Item::Short('f' | 'F', _) | Item::Long("field" | "raw-field" | "input", _)
            )
        });
        let path = path.split('?').next().unwrap_or_default();
        if path == "graphql" {
            return Self { kind: Kind::Query, name, filter: None };
        }
        let writes = method.map_or(sends, |method| !method.eq_ignore_ascii_case("get"));
        if writes {
            return Self { kind: Kind::Write, name, filter: None };
        }
        if path.ends_with("/logs") {
            return Self { kind: Kind::Log, name, filter: None };
        }
        let filter = LISTS.iter().find(|(end, _)| path.ends_with(end)).map(|(_, filter)| *filter);
        Self { kind: Kind::Read, name, filter }
    }
}
