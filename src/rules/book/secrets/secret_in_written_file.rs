//! A secret written into a file that a commit would take in.

pub mod examples;
pub mod file_kind;
pub mod sample;

use std::path::Path;

use crate::base::text;
use crate::project::secrets;
use crate::project::secrets::FoundSecret;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use file_kind::Place;

/// How much of what was written is searched, bytes.
const SEARCHED_BYTES: usize = 64 << 10;

/// How much of a secret is looked for in what was there before: a line of a key, the whole of most
/// others.
const PROBE_BYTES: usize = 40;

pub(crate) const RULE: Rule = Rule {
    id: "secret-in-written-file",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "a secret written into a file that git does not ignore",
    why: "The file is the step before the commit, and a secret in a commit takes a rewrite of history and a rotation \
          (anthropics/claude-code#44730).",
    trigger: Trigger::Deferred {
        tools: &[Tool::Write, Tool::Edit],
        concerns: |case| {
            let input = case.event.input();
            [input.content, input.new_string]
                .iter()
                .any(|text| secrets::may_hold(text.raw(SEARCHED_BYTES)))
                || input
                    .edits
                    .is_some_and(|edits| edits.len() <= SEARCHED_BYTES && secrets::may_hold(edits))
        },
        check: |case| {
            legacy::on_call(
                case,
                |case| match Written::of(case) {
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
    // Each file once: what was named is to be moved, not named again.
    repeat: Repeat { first: 1, every: u32::MAX, max: u32::MAX, gap: 0 },
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, _| Written::of(case).ok()?.advice();
const KEY: Key = Key::File;

/// A secret with the file that it was written into.
struct Written {
    found: FoundSecret,
    place: Place,
    name: String,
}

impl Written {
    /// # Errors
    /// The verdict where there is none, or where it is in its place.
    fn of(case: &Case) -> Result<Self, Verdict> {
        let input = case.event.input();
        let path = input.file_path.as_deref().ok_or(Verdict::No)?;
        let texts = Texts::of(case);
        let mut found = secrets::every(&texts.new)
            .into_iter()
            .filter(|found| texts.adds(case, found))
            .peekable();
        if found.peek().is_none() {
            return Err(Verdict::No);
        }
        let path = case.environment.absolute(path).ok_or(Verdict::No)?;
        let place = Place::of(case, &path)?;
        let found = found.find(|found| !sample::is_shown(case, &path, &texts.new, found));
        let found = found.ok_or(Verdict::Near("what stands around it says that it is a sample"))?;
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        Ok(Self { found, place, name: text::excerpt(&name) })
    }

    fn advice(&self) -> Option<Advice> {
        let Self { found, place, name } = self;
        let kind = found.secret.kind;
        let fact = match place {
            Place::Tracked => format!("{name}, which git tracks, now holds what looks like {kind}"),
            Place::Open => {
                format!("{name}, which git does not ignore, now holds what looks like {kind}")
            }
            Place::Program => format!("{name} now holds what looks like {kind}"),
        };
        let variable = found.secret.variable.as_deref();
        legacy::plain(match (place, variable) {
            (Place::Open, _) if is_env(name) => {
                format!("{fact}: an entry in .gitignore keeps it out of commits")
            }
            (_, Some(name)) => {
                format!("{fact}: read it from the environment (${name}) or from an ignored file")
            }
            (_, None) => format!("{fact}: read it from the environment or from an ignored file"),
        })
    }
}

/// Whether a file is one of variables for the environment.
fn is_env(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || name.ends_with(".env")
}

/// What a call has written, and what it took out for it.
struct Texts {
    new: String,
    old: String,
}

impl Texts {
    fn of(case: &Case) -> Self {
        #[derive(serde::Deserialize)]
        struct Edit {
            #[serde(default)]
            old_string: String,
            #[serde(default)]
            new_string: String,
        }
        let input = case.event.input();
        let mut new =
            [input.content, input.new_string].map(|text| text.head(SEARCHED_BYTES)).concat();
        let mut old = input.old_string.head(SEARCHED_BYTES);
        let edits: Vec<Edit> = input
            .edits
            .filter(|edits| edits.len() <= SEARCHED_BYTES)
            .and_then(|edits| serde_json::from_str(edits).ok())
            .unwrap_or_default();
        for edit in edits {
            new.push('\n');
            new.push_str(&edit.new_string);
            old.push('\n');
            old.push_str(&edit.old_string);
        }
        Self { new, old }
    }

    /// Whether a secret was not in the file before, as far as the call tells.
    fn adds(&self, case: &Case, found: &FoundSecret) -> bool {
        let probe: String = found.secret.text.chars().take(PROBE_BYTES).collect();
        !self.old.contains(&probe) && !case.event.response.write().original.contains(&probe)
    }
}

/// The last part of a path without its ending, and the ending, in small letters.
fn stem_and_ending(path: &Path) -> (String, String) {
    let of = |part: Option<&std::ffi::OsStr>| {
        part.map(|part| part.to_string_lossy().to_lowercase()).unwrap_or_default()
    };
    (of(path.file_stem()), of(path.extension()))
}
