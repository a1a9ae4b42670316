//! Many edits of code without a test, a build or a check in between.

use std::collections::BTreeSet;
use std::path::Path;

use super::support::checks;
use crate::base::text;
use crate::project::languages;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::store::line::RAN;

/// Edits of one language. Recorded sessions have 39 runs of 12 and more edits without a check, 26
/// of 15, 9 of 20: most are checked when a feature is whole.
const EDITS: usize = 20;

/// In as many files: what is changed over and over in one or two is mostly one thing, which a
/// linter or a new name asks for (two of those nine runs).
const FILES: usize = 4;

/// After a longer silence the user may have checked what there was, ms.
const SILENCE_MS: u64 = 30 * 60_000;

/// Where the project ends is told by its work tree.
const TREE: Given = Given::Branch("main");
const CARGO: Given = Given::File("Cargo.toml", "[package]\nname = \"a\"\n");
const ON_PATH: Given =
    Given::Programs(&["cargo", "go", "npm", "pnpm", "ruff", "mypy", "make", "rg"]);
const RUST: Given = Given::Edits(19, "{dir}/src/b.rs");

pub(crate) const RULE: Rule = Rule {
    id: "many-edits-no-check",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "20 edits of code, in 4 files and more, without a check",
    why: "A fault shows where it was made while few edits lie between. In 9,374 trajectories of 19 agents those that put \
          effort into validation succeed more often.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Edit, Tool::Write],
        concerns: |case| {
            let path = case.event.input().file_path.as_deref().unwrap_or_default();
            let language = languages::of(path);
            language != languages::NONE && {
                let edited = format!("\"lang\":\"{language}\"");
                let passed = ["\"reads\":true", "\"lang\":\""];
                case.history().has_streak(&edited, &passed, &RAN, EDITS - 1)
            }
        },
        check: |case| legacy::on_call(case, verdict, ADVICE, KEY),
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 20, 2),
    hits: &[
        Example::edit("{dir}/src/a.rs")
            .given(&[TREE, CARGO, ON_PATH, RUST])
            .says("20 code edits in 20 files with no check in between, a.rs the latest: `cargo check --all-targets`"),
        Example::edit("{dir}/api/src/a.rs")
            .given(&[TREE, Given::File("api/Cargo.toml", ""), ON_PATH, RUST])
            .says("`cargo check --all-targets --manifest-path api/Cargo.toml`"),
        Example::edit("{dir}/crates/a/src/a.rs")
            .given(&[
                TREE,
                Given::File("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
                Given::File("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"),
                ON_PATH,
                RUST,
            ])
            .says("`cargo check --workspace --all-targets`"),
        Example::edit("{dir}/a.go")
            .given(&[TREE, Given::File("go.mod", "module a\n"), ON_PATH, Given::Edits(30, "{dir}/b.go")])
            .says("31 code edits in 31 files with no check in between, a.go the latest: `go vet ./...`"),
        Example::edit("{dir}/e2e/a_test.go")
            .given(&[
                TREE,
                Given::File("go.mod", "module a\n"),
                Given::File("e2e/a_test.go", "//go:build e2e\n\npackage e2e\n"),
                ON_PATH,
                Given::Edits(19, "{dir}/e2e/b_test.go"),
            ])
            .says("`go vet -tags=e2e ./...`"),
        Example::edit("{dir}/web/a.ts")
            .given(&[
                TREE,
                Given::File("web/package.json", "{\"scripts\":{\"typecheck\":\"tsc --noEmit\"}}"),
                Given::File("web/pnpm-lock.yaml", ""),
                Given::Executable("web/node_modules/.bin/tsc"),
                ON_PATH,
                Given::Edits(19, "{dir}/web/b.tsx"),
            ])
            .says("`pnpm -C web run typecheck`"),
        Example::write("{dir}/a.ts")
            .given(&[
                TREE,
                Given::File("package.json", "{\"scripts\":{\"lint\":\"eslint .\",\"test\":\"vitest run\"}}"),
                Given::File("package-lock.json", "{}"),
                Given::Executable("node_modules/.bin/eslint"),
                ON_PATH,
                Given::Edits(19, "{dir}/b.ts"),
            ])
            .says("`npm run lint`"),
        Example::edit("{dir}/a.js")
            .given(&[
                TREE,
                Given::File("package.json", "{\"scripts\":{\"test\":\"jest\"}}"),
                Given::File("package-lock.json", "{}"),
                Given::Executable("node_modules/.bin/jest"),
                ON_PATH,
                Given::Edits(19, "{dir}/b.js"),
            ])
            .says("`npm run test`"),
        Example::edit("{dir}/a.py")
            .given(&[
                TREE,
                Given::File("pyproject.toml", "[tool.ruff]\nline-length = 99\n"),
                ON_PATH,
                Given::Edits(19, "{dir}/b.py"),
            ])
            .says("`ruff check`"),
        Example::edit("{dir}/src/a.py")
            .given(&[
                TREE,
                Given::File("pyproject.toml", "[tool.mypy]\nfiles = [\"src\"]\n"),
                ON_PATH,
                Given::Edits(19, "{dir}/b.py"),
            ])
            .says("`mypy`"),
        Example::edit("{dir}/a.c")
            .given(&[
                TREE,
                Given::File("Makefile", "CC := cc\n\ncheck: all\n\t./test\n"),
                ON_PATH,
                Given::Edits(19, "{dir}/b.c"),
            ])
            .says("`make check`"),
        // Searches, reads, texts and edits that were refused lie in between.
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            Given::Edits(10, "{dir}/src/b.rs"),
            Given::After("git diff --stat"),
            Given::Seen("Grep"),
            Given::Edited("{dir}/README.md"),
            Given::EditFailed("{dir}/src/b.rs"),
            Given::Seen("TodoWrite"),
            Given::Edits(9, "{dir}/src/c.rs"),
        ]),
        // The client's own hook is this program.
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            Given::File(
                ".claude/settings.json",
                "{\"hooks\":{\"PostToolUse\":[{\"matcher\":\"*\",\"hooks\":[{\"command\":\"toolcoach\"}]}]}}",
            ),
            RUST,
        ]),
    ],
    misses: &[
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, Given::Edits(18, "{dir}/src/b.rs")]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, Given::MadeBefore(19)]),
        Example::edit("{dir}/README.md").given(&[TREE, CARGO, ON_PATH, Given::Edits(19, "{dir}/README.md")]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, Given::Edits(30, "{dir}/config.toml")]),
        Example::edit("{dir}/README.md").given(&[TREE, CARGO, ON_PATH, RUST]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, Given::Edits(19, "{dir}/web/a.ts")]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, ON_PATH, RUST]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, RUST]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST, Given::After("cargo check")]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            RUST,
            Given::After("cargo fmt && cargo test && git commit -am x"),
        ]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            RUST,
            Given::After("for p in a b; do cargo check -p $p; done"),
        ]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST, Given::After("./scripts/check.sh")]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST, Given::After("node demo.js")]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            RUST,
            Given::Seen("mcp__ide__getDiagnostics"),
        ]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST, Given::Seen("Task")]),
        Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST, Given::Passed(3_600_000)]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            RUST,
            Given::Failed("String to replace not found in file."),
        ]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            Given::File(
                ".claude/settings.json",
                "{\"hooks\":{\"PostToolUse\":[{\"matcher\":\"Edit|Write\",\"hooks\":[{\"command\":\"cargo check\"}]}]}}",
            ),
            RUST,
        ]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            Given::File(
                ".claude/settings.local.json",
                "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"make verify\"}]}]}}",
            ),
            RUST,
        ]),
        Example::edit("/elsewhere/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST]),
        // Built on another system only.
        Example::edit("{dir}/a_windows.go").given(&[
            TREE,
            Given::File("go.mod", "module a\n"),
            ON_PATH,
            Given::Edits(19, "{dir}/b_windows.go"),
        ]),
        Example::edit("{dir}/a.go").given(&[
            TREE,
            Given::File("go.mod", "module a\n"),
            Given::File("a.go", "//go:build linux && !cgo\n\npackage a\n"),
            ON_PATH,
            Given::Edits(19, "{dir}/b.go"),
        ]),
        // What checks is not installed.
        Example::edit("{dir}/a.ts").given(&[
            Given::File("package.json", "{\"scripts\":{\"typecheck\":\"tsc --noEmit\"}}"),
            Given::File("package-lock.json", "{}"),
            ON_PATH,
            Given::Edits(19, "{dir}/b.ts"),
        ]),
        Example::edit("{dir}/a.c").given(&[
            TREE,
            Given::File("Makefile", "lint:\n\tclang-format -i *.c\n"),
            ON_PATH,
            Given::Edits(19, "{dir}/b.c"),
        ]),
        // A watcher checks each of them.
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            Given::Started("cargo watch -x check"),
            RUST,
        ]),
        Example::edit("{dir}/src/a.rs").given(&[
            TREE,
            CARGO,
            ON_PATH,
            Given::File(".claude/settings.json", "{\"enabledPlugins\":{\"rust-analyzer-lsp@official\":true}}"),
            RUST,
        ]),
        // A check that never ends, one that mends, none at all.
        Example::edit("{dir}/a.ts").given(&[
            Given::File(
                "package.json",
                "{\"scripts\":{\"lint\":\"eslint --fix .\",\"check\":\"tsc-all\",\"tsc\":\"tsc --watch\",\"test\":\"echo \\\"Error: no test specified\\\" && exit 1\"}}",
            ),
            Given::File("package-lock.json", "{}"),
            ON_PATH,
            Given::Edits(19, "{dir}/b.ts"),
        ]),
        Example::edit("{dir}/a.py").given(&[
            TREE,
            Given::File("pyproject.toml", "[project]\nname = \"ruff-mypy\"\n"),
            ON_PATH,
            Given::Edits(19, "{dir}/b.py"),
        ]),
        Example::edit("{dir}/a.c").given(&[
            TREE,
            Given::File("Makefile", "check := yes\n\nall:\n\tcc a.c\n"),
            ON_PATH,
            Given::Edits(19, "{dir}/b.c"),
        ]),
        Example::bash("sed -i s/a/b/ src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// How many edits of this language came since anything else than reads and edits, this one
/// included, and in how many files. What is not known to check nothing counts as a check: a script,
/// a sub-agent, an MCP server.
fn edits(case: &Case, path: &str, language: &str) -> (usize, usize) {
    let mut files: BTreeSet<&str> = BTreeSet::new();
    let own = case.hash("file", path).unwrap_or_default();
    let mut later = case.now_ms();
    let mut count = 1;
    for call in case.history().calls().iter().rev() {
        let ran = call.ran || !call.sel.is_empty();
        if ran || (!call.reads && call.lang.is_empty()) || later.saturating_sub(call.t) > SILENCE_MS
        {
            break;
        }
        later = call.t;
        if call.lang == language {
            count += 1;
            files.insert(&call.file);
        }
    }
    let other = files.iter().filter(|file| **file != own).count();
    (count, other + 1)
}

fn verdict(case: &Case) -> Verdict {
    let path = case.event.input().file_path.as_deref().unwrap_or_default();
    let language = languages::of(path);
    if language == languages::NONE || case.history().calls().is_empty() {
        return Verdict::No;
    }
    let file = Path::new(path);
    if !file.is_absolute() || case.environment.is_aside(file) {
        return Verdict::Near("the file is no part of the project");
    }
    match edits(case, path, language) {
        (count, _) if count < EDITS => {
            return Verdict::Near("fewer edits of this language came since the last check");
        }
        (_, files) if files < FILES => return Verdict::Near("the edits are of few files"),
        _ => {}
    }
    if case.history().calls().iter().any(|call| !call.task.is_empty()) {
        return Verdict::Near("a command in the background may check what is edited");
    }
    if checks::by_hooks(case) {
        return Verdict::Near(
            "hooks of the user or of a plugin follow an edit or a turn, and may check",
        );
    }
    match checks::declared(case, file, language) {
        Some(_) => Verdict::Fires,
        None => Verdict::Near("no check is known that the project declares"),
    }
}

fn advise(case: &Case, _: &Occasion) -> Option<Advice> {
    let path = case.event.input().file_path.as_deref()?;
    let language = languages::of(path);
    let check = checks::declared(case, Path::new(path), language)?;
    let (count, files) = edits(case, path, language);
    let lead = format!(
        "{count} code edits in {files} files with no check in between, {} the latest",
        text::file_name(path)
    );
    let plain = format!("{lead}: a check finds faults while few edits lie between");
    legacy::better(lead, check, plain)
}
