//! A whole file written again although little of it changed.

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::generated_file::GeneratedKind;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES, KEPT_PERCENT];

const BYTES: Threshold = Threshold {
    rule: "write-over-existing",
    name: "bytes",
    what: "bytes of the file",
    default: 2_048,
    least: 500,
    most: 1_000_000,
    because: "a Write of a shorter file costs no more than an Edit with its context",
};

const KEPT_PERCENT: Threshold = Threshold {
    rule: "write-over-existing",
    name: "kept_percent",
    what: "percent of its lines that are kept",
    default: 81,
    least: 50,
    most: 100,
    because: "of nine recorded Writes that kept 70 % of the lines, Edits would surely have been shorter for the \
              six that changed at most 11 %, not for the three that changed 21 % and more",
};

/// The cost of an Edit of one place besides the changed lines, in lines: the call itself, and the
/// lines around that make the place unique. Of 20 recorded Writes that kept 70 % of the lines half
/// changed so many places that Edits would have saved little.
const PLACE_LINES: usize = 8;

pub(crate) const RULE: Rule = Rule {
    id: "write-over-existing",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "Write of a whole file in which little changed",
    why: "Every kept line costs output tokens, at five times the price of input, and may be lost unnoticed: 350 \
          to 400 thousand tokens instead of 10 to 20 (anthropics/claude-code#29742).",
    lesson: Some(
        "Change an existing file with Edit: Write sends every line that stays the same, and may lose some.",
    ),
    trigger: Trigger::Call { tools: &[Tool::Write], check: small_change_by_write },
    better: Some(Trigger::Call { tools: &[Tool::Edit], check: |_| Ok(()) }),
    needs: &[Need::FileTools],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::write("/r/src/app.py")
            .given(&[Given::Rewrites(240, 6)])
            .says("a Write of all of app.py changed 6 of its 240 lines"),
        Example::write("/r/x.ts").given(&[Given::Rewrites(400, 20)]).says("20 of its 400 lines"),
        Example::write("/r/README.md").given(&[Given::Rewrites(100, 1)]),
        Example::write("/r/src/edge.rs")
            .given(&[Given::Rewrites(100, 19)])
            .says("19 of its 100 lines"),
        Example::write("/r/package.json").given(&[Given::Rewrites(90, 2)]),
        Example::write("/r/src/app.py").given(&[Given::Rewrites(240, 6), Given::SubAgent]),
        Example::write("/r/src/app.py")
            .given(&[Given::Rewrites(240, 6), Given::Edited("/r/src/app.py")]),
        Example::write("/r/big.go")
            .given(&[Given::Rewrites(9000, 12)])
            .says("12 of its 9000 lines"),
        Example::write("/r/a folder/ünïcode.txt")
            .given(&[Given::Rewrites(80, 2)])
            .says("ünïcode.txt"),
    ],
    misses: &[
        Example::write("/r/new.py").given(&[Given::OutputBytes(9000)]),
        Example::write("/r/.prettierrc").given(&[Given::Rewrites(3, 1)]),
        Example::write("/r/src/app.py").given(&[Given::Rewrites(385, 82)]),
        Example::write("/r/src/edge.rs").given(&[Given::Rewrites(100, 20)]),
        Example::write("/r/src/app.py").given(&[Given::Rewrites(60, 12)]),
        Example::write("/r/src/app.py").given(&[Given::Rewrites(240, 240)]),
        Example::write("/r/src/app.py").given(&[Given::Rewrites(240, 0)]),
        Example::write("/r/package-lock.json").given(&[Given::Rewrites(4000, 6)]),
        Example::write("/r/Cargo.lock").given(&[Given::Rewrites(400, 6)]),
        Example::write("/r/tests/fixtures/user.json").given(&[Given::Rewrites(400, 6)]),
        Example::write("/r/testdata/golden.txt").given(&[Given::Rewrites(400, 6)]),
        Example::write("/r/dist/main.js").given(&[Given::Rewrites(400, 6)]),
        Example::write("/r/data.csv").given(&[Given::Rewrites(400, 6)]),
        Example::write("/r/notes.ipynb").given(&[Given::Rewrites(400, 6)]),
        Example::write("/r/src/app.py").given(&[Given::Rewrites(240, 6), Given::Codex]),
        Example::write("/r/src/app.py")
            .given(&[Given::Rewrites(240, 6), Given::EditFailed("/r/src/app.py")]),
        // The Edit failed a few calls before.
        Example::write("/r/src/app.py").given(&[
            Given::Rewrites(240, 6),
            Given::EditFailed("/r/src/app.py"),
            Given::After("git checkout src/app.py || echo none"),
            Given::ReadPart("/r/src/app.py", 1, 50),
        ]),
        Example::write("/r/src/app.py").given(&[Given::Failed("EACCES: permission denied")]),
        Example::bash("cat > /r/src/app.py < /tmp/new"),
    ],
    since: "0.1.0",
};

fn small_change_by_write(case: &Case) -> Check<Finding> {
    let input = case.event.input();
    // This length counts escapes in full; the exact one is checked below.
    if input.content.is_shorter(BYTES.least as usize) || !case.environment.client.has_file_tools() {
        return Err(Miss::No);
    }
    let path = input.file_path.as_deref().ok_or(Miss::No)?;
    if is_written_whole(path) {
        return Err(Miss::Near("such a file is written whole"));
    }
    if !case.event.response.write().is_update {
        return Err(Miss::Near("it created the file"));
    }
    if !case.reaches(&BYTES, input.content.bytes() as u64) {
        return Err(Miss::Near("the file is small"));
    }
    let change = Change::of(case)
        .filter(|change| change.changed() > 0)
        .ok_or(Miss::Near("the client sends no patch"))?;
    if !case.reaches(&KEPT_PERCENT, (change.kept() * 100 / change.lines().max(1)) as u64) {
        return Err(Miss::Near("much of the file changed"));
    }
    if change.lines_by_edits() * 2 >= change.now {
        return Err(Miss::Near("Edits of that many places would not be much shorter"));
    }
    if has_failed_edit(case, path) {
        return Err(Miss::Near("an Edit of the file has failed"));
    }
    let advice = Advice::plain(format!(
        "a Write of all of {} changed {} of its {} lines: use Edit, which sends the change only",
        text::file_name(path),
        change.changed(),
        change.lines()
    ));
    Ok(Finding::new(advice).about(path))
}

/// How a Write changed a file.
struct Change {
    /// Lines of the file now.
    now: usize,
    removed: usize,
    added: usize,
    /// Places that changed, each with lines around it.
    places: usize,
}

impl Change {
    /// Reads the change from the client's patch, because clients leave out the text before the
    /// change where the file is large.
    fn of(case: &Case) -> Option<Self> {
        let patch = case.event.response.write().patch?;
        let now = case.event.input().content.lines();
        Some(Self { now, removed: patch.removed, added: patch.added, places: patch.hunks })
    }

    fn before(&self) -> usize {
        (self.now + self.removed).saturating_sub(self.added)
    }

    /// Lines of the longer of both texts.
    fn lines(&self) -> usize {
        self.now.max(self.before())
    }

    fn changed(&self) -> usize {
        self.removed.max(self.added)
    }

    fn kept(&self) -> usize {
        self.before().saturating_sub(self.removed)
    }

    /// Lines that Edits of every place would have sent.
    fn lines_by_edits(&self) -> usize {
        self.removed + self.added + self.places * PLACE_LINES
    }
}

/// Whether an Edit of the file failed since the last Write of it.
fn has_failed_edit(case: &Case, path: &str) -> bool {
    case.calls_on(path)
        .rev()
        .take_while(|call| !(call.ok && call.tool == "Write"))
        .any(|call| matches!(call.tool.as_ref(), "Edit" | "MultiEdit") && !call.ok)
}

/// Whether such a file is usually written as a whole: by a machine, as data, or as the expected
/// output of a test.
fn is_written_whole(path: &str) -> bool {
    const DATA: [&str; 9] =
        [".lock", ".csv", ".tsv", ".jsonl", ".ndjson", ".ipynb", ".svg", ".golden", ".geojson"];
    const FOLDERS: [&str; 8] = [
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
        "test_data",
        "golden",
        "snapshots",
        "__snapshots__",
    ];
    DATA.iter().any(|ending| path.ends_with(ending))
        || path.split('/').any(|part| FOLDERS.contains(&part))
        || GeneratedKind::of(path).is_some()
}
