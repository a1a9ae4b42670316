//! Calls that document and test the rule.

use crate::rules::example::{Example, Given};

/// The work tree says where the project ends.
const TREE: Given = Given::Branch("main");
const CARGO: Given = Given::File("Cargo.toml", "[package]\nname = \"a\"\n");
const ON_PATH: Given =
    Given::Programs(&["cargo", "go", "npm", "pnpm", "ruff", "mypy", "make", "rg"]);
const RUST: Given = Given::Edits(19, "{dir}/src/b.rs");

pub(super) const HITS: &[Example] = &[
    Example::edit("{dir}/src/a.rs")
        .given(&[TREE, CARGO, ON_PATH, RUST])
        .says("20 code edits in 20 files (last a.rs) and no check seen; check them now: `cargo check --all-targets`"),
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
        .says("31 code edits in 31 files (last a.go) and no check seen; check them now: `go vet ./...`"),
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
    // Only searches, reads, an edit of text and a refused edit in between.
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
];

pub(super) const MISSES: &[Example] = &[
    Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, Given::Edits(18, "{dir}/src/b.rs")]),
    Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, Given::MadeBefore(19)]),
    // A sub-agent made the check.
    Example::edit("{dir}/src/a.rs").given(&[TREE, CARGO, ON_PATH, RUST, Given::AfterAgent("cargo check")]),
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
    // A check that never ends, one that fixes files, and no check at all.
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
];
