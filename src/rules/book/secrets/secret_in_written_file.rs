//! A secret written into a file that a commit would take in.

mod examples;
mod file_kind;
mod sample;

use crate::base::text;
use crate::project::secrets::{self, configured};
use crate::project::secrets::{FoundSecret, Secret};
use crate::protocol::event::{Event, Tool};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use file_kind::{FileKind, is_env};

/// How much of what was written is searched, bytes.
const SEARCHED_BYTES: usize = 64 << 10;

/// How much of a secret is searched for in what the file contained before, characters: a line of a
/// key, and most others completely.
const PROBE_CHARS: usize = 40;

pub(crate) const RULE: Rule = Rule {
    id: "secret-in-written-file",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "a secret written to a file not ignored by git",
    why: "The file is the step before the commit, and a secret in a commit takes a rewrite of history and a rotation \
          (anthropics/claude-code#44730).",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Write, Tool::Edit],
        concerns: |case| may_write_secret(case.event),
        check,
    },
    better: None,
    needs: &[],
    // Each file once: the user is to move the secret, not to hear of it again.
    repeat: Repeat { first: 1, every: u32::MAX, max: u32::MAX, gap: 0 },
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

/// Whether the text that a call writes looks as if it held a secret. Then the text before the
/// change counts, all of it.
pub(crate) fn may_write_secret(event: &Event) -> bool {
    let input = event.input();
    let is_of_settings = input.file_path.as_deref().is_some_and(configured::is_of_settings);
    let may_configure = |text: &str| is_of_settings && configured::may_hold(text);
    [input.content, input.new_string]
        .iter()
        .map(|text| text.raw(SEARCHED_BYTES))
        .chain(input.edits.filter(|edits| edits.len() <= SEARCHED_BYTES))
        .any(|text| secrets::may_hold(text) || may_configure(text))
}

fn check(case: &Case) -> Check<Finding> {
    let written = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
    let texts = Texts::of(case);
    let of_settings = if configured::is_of_settings(written) {
        configured::every(&texts.new)
    } else {
        Vec::new()
    };
    let added: Vec<FoundSecret> = secrets::every(&texts.new)
        .into_iter()
        .chain(of_settings)
        .filter(|found| texts.adds(case, &found.secret))
        .collect();
    if added.is_empty() {
        return Err(Miss::No);
    }
    let path = case.environment.absolute(written).ok_or(Miss::No)?;
    let kind = FileKind::of(case, &path)?;
    let found = added
        .iter()
        .find(|found| !sample::is_sample(case, &path, &texts.new, found))
        .ok_or(Miss::Near("the text around it says that it is a sample"))?;
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let advice = advice(&found.secret, kind, &text::excerpt(&name));
    Ok(Finding::new(advice).about(written))
}

/// What to say about a secret in a file of this kind and `name`.
fn advice(secret: &Secret, kind: FileKind, name: &str) -> Advice {
    let git = match kind {
        FileKind::Tracked => ", which git tracks,",
        FileKind::Untracked => ", which git does not ignore,",
        FileKind::Program => "",
    };
    let fact = format!("{name}{git} now holds what looks like {}", secret.kind);
    Advice::plain(match (kind, &secret.variable) {
        (FileKind::Untracked, _) if is_env(name) => {
            format!("{fact}: an entry in .gitignore keeps it out of commits")
        }
        (_, Some(variable)) => {
            format!("{fact}: read it from the environment (${variable}) or from an ignored file")
        }
        (_, None) => format!("{fact}: read it from the environment or from an ignored file"),
    })
}

/// What a call wrote into the file, and what it replaced.
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

    /// Whether a secret was not in the file before, as far as the event says.
    fn adds(&self, case: &Case, secret: &Secret) -> bool {
        let probe: String = secret.text.chars().take(PROBE_CHARS).collect();
        !self.old.contains(&probe) && !case.event.response.write().original.contains(&probe)
    }
}
