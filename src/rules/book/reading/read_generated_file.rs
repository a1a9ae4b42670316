//! A generated file read: a lock file, a bundle, the output of a build.

use std::path::Path;

use crate::base::text;
use crate::protocol::event::Tool;
use crate::protocol::response::ReadResult;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::generated_file::GeneratedKind;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES, PACKAGE_BYTES];

const BYTES: Threshold = Threshold {
    rule: "read-generated-file",
    name: "bytes",
    what: "bytes shown of the file",
    default: 4_096,
    least: 1_024,
    most: 1_000_000,
    because: "4 KiB are 1,000 tokens of what a search answers in a few lines",
};

const PACKAGE_BYTES: Threshold = Threshold {
    rule: "read-generated-file",
    name: "package_bytes",
    what: "bytes shown of a package's source",
    default: 16_384,
    least: 1_024,
    most: 1_000_000,
    because: "an agent reads it to learn how the package works, up to 4,000 tokens of it",
};

/// A person does not write a longer line, bytes.
const LONG_LINE: usize = 500;

/// The check looks for long lines in this much of a file, bytes.
const HEAD_BYTES: usize = 16 << 10;

/// Parts of the paths that [`GeneratedKind::of`] knows. A bundle may have none of them, only a hash
/// in its name: such names are too few for a look at every `cat`.
const SIGNS: [&str; 28] = [
    "lock",
    "generated",
    ".gen.",
    ".sum",
    ".resolved",
    "shrinkwrap",
    ".min.",
    ".bundle.",
    ".chunk.",
    ".map",
    ".pb.",
    "_pb2",
    ".snap",
    "coverage",
    "lcov",
    "clover",
    "dist",
    "build/",
    "target/",
    ".next",
    ".nuxt",
    ".svelte-kit",
    "-cache",
    "__pycache__",
    "node_modules",
    "site-packages",
    ".git/",
    "/_next/",
];

pub(crate) const RULE: Rule = Rule {
    id: "read-generated-file",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "a lock file, bundle or build output read",
    why: "A generated file is large and says little; a package manager or a search answers in a few lines \
          (anthropics/claude-code#61835 counts generated, dependency and lock files).",
    lesson: None,
    trigger: Trigger::Any(&[
        Trigger::Call { tools: &[Tool::Read], check: |case| finding(case, &Shown::by_read(case)?) },
        Trigger::Command {
            programs: &["cat", "head", "tail", "less", "more", "bat", "batcat", "sed", "nl", "jq"],
            subcommands: &[],
            signs: &SIGNS,
            check: |case, command| finding(case, &Shown::by_command(case, command)?),
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["rg", "grep", "jq"],
        subcommands: &[],
        signs: &SIGNS,
        check: |_, command| {
            check(command.args.iter().any(|word| GeneratedKind::of(&word.text).is_some()))
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, u32::MAX, 4),
    hits: &[
        Example::read("/r/package-lock.json").given(&[Given::OutputBytes(64_000)]).says(
            "package-lock.json (64 kB) is a lock file: look up one package with npm ls NAME or \
             rg -n -A2 '/NAME\"' package-lock.json",
        ),
        Example::read("/r/Cargo.lock")
            .given(&[Given::Lines(700), Given::OutputBytes(9000)])
            .says("cargo tree -i NAME"),
        Example::bash("cat dist/app.min.js")
            .given(&[Given::OutputBytes(90_000)])
            .says("app.min.js (90 kB)"),
        Example::bash("sed -n '1,200p' coverage/lcov.info")
            .given(&[Given::OutputBytes(12_000)])
            .says("lcov.info (12 kB)"),
        Example::bash("head -300 pnpm-lock.yaml")
            .given(&[Given::OutputBytes(12_000)])
            .says("pnpm why NAME"),
        Example::bash("cd web && cat yarn.lock")
            .given(&[Given::OutputBytes(30_000)])
            .says("yarn why NAME"),
        Example::read("/r/api/v1/user.pb.go").given(&[Given::OutputBytes(30_000)]).says(".proto"),
        Example::read("/r/node_modules/x/lib/index.js")
            .given(&[Given::OutputBytes(40_000)])
            .says("code of a package"),
        Example::read("/r/data/all.json").given(&[Given::OutputBytes(40_000)]).says("jq"),
        Example::read("/r/app/__snapshots__/page.test.tsx.snap")
            .given(&[Given::OutputBytes(20_000)])
            .says("snapshot"),
        Example::bash("cat .git/packed-refs")
            .given(&[Given::OutputBytes(20_000)])
            .says("ask git show-ref NAME or git branch -a"),
        Example::bash("cat .git/logs/refs/heads/main")
            .given(&[Given::OutputBytes(20_000), Given::Programs(&["rg"])])
            .says("read its last lines with tail"),
        Example::bash("cat .git/logs/HEAD")
            .given(&[Given::OutputBytes(20_000), Given::Programs(&["git"])])
            .says("`git reflog -20`"),
        Example::bash("cat poetry.lock")
            .given(&[Given::OutputBytes(50_000), Given::Codex])
            .says("poetry show NAME"),
        Example::read("/r/dist/main.css.map")
            .given(&[Given::OutputBytes(50_000)])
            .says("source map"),
        Example::read("/r/.next/server/page.js")
            .given(&[Given::OutputBytes(50_000)])
            .says("left by a build"),
        Example::bash("jq . package-lock.json")
            .given(&[Given::OutputBytes(20_000)])
            .says("npm ls NAME"),
        Example::bash("nl -ba package-lock.json").given(&[Given::OutputBytes(20_000)]),
        Example::bash("cat pnpm-lock.yaml | head -300")
            .given(&[Given::OutputBytes(20_000)])
            .says("pnpm why NAME"),
        Example::bash("cat src/schema.generated.ts")
            .given(&[Given::OutputBytes(20_000)])
            .says("was left by a build or a run"),
    ],
    misses: &[
        Example::read("/r/node_modules/react/package.json")
            .given(&[Given::Lines(150), Given::OutputBytes(6000)]),
        Example::read("/r/node_modules/react/README.md").given(&[Given::OutputBytes(60_000)]),
        Example::read("/r/node_modules/@types/node/fs.d.ts").given(&[Given::OutputBytes(60_000)]),
        Example::read("/r/node_modules/x/lib/index.js")
            .given(&[Given::Lines(200), Given::OutputBytes(9000)]),
        Example::read("/r/src/dist.ts").given(&[Given::Lines(200), Given::OutputBytes(5000)]),
        Example::read("/r/go.sum").given(&[Given::OutputBytes(600)]),
        Example::read_range("/r/package-lock.json", 1000, 100).given(&[Given::OutputBytes(6000)]),
        Example::read("/r/package-lock.json")
            .given(&[Given::OutputBytes(64_000), Given::Edited("/r/package-lock.json")]),
        Example::read("/r/build/webpack.config.js")
            .given(&[Given::Lines(150), Given::OutputBytes(6000)]),
        Example::read("/r/docs/essay.md").given(&[Given::OutputBytes(40_000)]),
        Example::read("/r/dist/logo.png").given(&[Given::Image]),
        Example::read("{dir}/src/index.ts").given(&[
            Given::Cwd("{dir}"),
            Given::Lines(300),
            Given::OutputBytes(9000),
        ]),
        Example::bash("rg -n '\"lodash\"' package-lock.json").given(&[Given::OutputBytes(300)]),
        Example::bash("jq '.packages | keys' package-lock.json").given(&[Given::OutputBytes(9000)]),
        Example::bash("cat package-lock.json | rg -A2 lodash").given(&[Given::OutputBytes(9000)]),
        Example::bash("nl -ba src/generator.ts").given(&[Given::OutputBytes(9000)]),
        Example::bash("cat pnpm-lock.yaml | head -20").given(&[Given::OutputBytes(700)]),
        Example::bash("cat docs/generated.md").given(&[Given::OutputBytes(9000)]),
        Example::bash("cat package-lock.json | jq .packages").given(&[Given::OutputBytes(9000)]),
        Example::bash("sed -n '/name = \"serde\"/,/^$/p' Cargo.lock")
            .given(&[Given::OutputBytes(9000)]),
        Example::bash("head -20 Cargo.lock").given(&[Given::OutputBytes(700)]),
        Example::bash("cat Cargo.lock; cargo test").given(&[Given::OutputBytes(90_000)]),
        Example::bash("cat yarn.lock > /tmp/y").given(&[Given::OutputBytes(9000)]),
        Example::bash("cat \"$LOCK\"").given(&[Given::OutputBytes(90_000)]),
        Example::bash("cat .git/hooks/pre-commit").given(&[Given::OutputBytes(6000)]),
        Example::bash("ssh web cat app/yarn.lock").given(&[Given::OutputBytes(90_000)]),
        Example::bash("echo cat yarn.lock").given(&[Given::OutputBytes(9000)]),
        Example::bash("git commit -m 'cat Cargo.lock'").given(&[Given::OutputBytes(9000)]),
    ],
    since: "0.1.0",
};

fn finding(case: &Case, shown: &Shown) -> Check<Finding> {
    let is_package = shown.kind == Some(GeneratedKind::Package);
    let least = if is_package { &PACKAGE_BYTES } else { &BYTES };
    if !case.reaches(least, shown.bytes) {
        return Err(Miss::Near("little of the file was shown"));
    }
    let path = case.environment.absolute(shown.path);
    let path = path.as_deref().map_or(shown.path.into(), Path::to_string_lossy);
    if case.calls_on(&path).any(|call| matches!(call.tool.as_ref(), "Edit" | "Write" | "MultiEdit"))
    {
        return Err(Miss::Near("the file is edited in this session"));
    }
    let subject = shown.kind.map_or("long lines", GeneratedKind::subject);
    Ok(Finding::new(advice(case, shown)).about(subject))
}

/// A generated file whose text a call showed to the agent.
struct Shown<'c> {
    path: &'c str,
    /// `None`: only its long lines say that it is generated.
    kind: Option<GeneratedKind>,
    bytes: u64,
}

impl<'c> Shown<'c> {
    /// The file of a Read without a range, if it is generated.
    fn by_read(case: &'c Case) -> Check<Self> {
        let input = case.event.input();
        // The length of the JSON is known without parsing it.
        if (case.event.response.raw_bytes() as u64) < BYTES.least {
            return Err(Miss::No);
        }
        let path = input.file_path.as_deref().ok_or(Miss::No)?;
        let kind = kind_in_project(case, path);
        if kind.is_none() && !may_be_minified(path) {
            return Err(Miss::No);
        }
        if input.offset.is_some() || input.limit.is_some() || input.pages {
            return Err(Miss::Near("it asked for a range"));
        }
        let read = case.event.response.read();
        if !read.is_text || (kind.is_none() && !has_long_lines(&read)) {
            return Err(Miss::No);
        }
        Ok(Self { path, kind, bytes: read.content.bytes() as u64 })
    }

    /// The generated file that `command` shows, if the call does nothing else.
    fn by_command(case: &Case, command: &'c Command) -> Check<Self> {
        let word = file_operand(command).ok_or(Miss::No)?;
        let path = word.literal().ok_or(Miss::Near("its operand is not literal"))?;
        let kind = kind_in_project(case, path).ok_or(Miss::No)?;
        let script = case.script().ok_or(Miss::No)?;
        let stages = command.stage.and_then(|stage| script.stages(stage.pipeline));
        let stages = stages.unwrap_or_else(|| vec![command]);
        let others = script.commands.len().saturating_sub(stages.len());
        let is_alone = match others {
            0 => true,
            1 => script.commands.first().is_some_and(|first| first.is("cd")),
            _ => false,
        };
        // Behind it are only programs that show a range of the lines.
        let shows_lines = |stage: &&Command| {
            matches!(stage.program.as_str(), "head" | "tail" | "cat" | "nl" | "less")
                || stage.is("sed") && stage.args.last().is_some_and(is_line_range)
        };
        let shows = stages.last().is_some_and(|last| last.shows_output())
            && stages.get(1..).unwrap_or_default().iter().all(shows_lines);
        if !is_alone
            || command.depth > 0
            || command.reads_pipe
            || !shows
            || !command.wrappers.is_empty()
        {
            return Err(Miss::Near("it is part of something larger"));
        }
        Ok(Self { path, kind: Some(kind), bytes: case.event.shell().bytes() })
    }
}

/// The kind of the file at `path` by the part of the path that is below the project's root: folders
/// above it say nothing, a project may be anywhere.
fn kind_in_project(case: &Case, path: &str) -> Option<GeneratedKind> {
    let kind = GeneratedKind::of(path)?;
    let Some(absolute) = case.environment.absolute(path) else { return Some(kind) };
    let root = case.environment.work_tree().or(case.environment.cwd());
    let below = root.and_then(|root| absolute.strip_prefix(root).ok()).unwrap_or(&absolute);
    GeneratedKind::of(&below.to_string_lossy())
}

/// Whether long lines in such a file mean that a machine wrote it. Prose has long lines too.
fn may_be_minified(path: &str) -> bool {
    !path.ends_with("/package.json")
        && [".js", ".mjs", ".cjs", ".css", ".json"].iter().any(|ending| path.ends_with(ending))
}

/// Whether over 30 % of the lines at the start are long.
fn has_long_lines(read: &ReadResult) -> bool {
    // A short average line rules it out without a look at the text.
    if read
        .lines
        .is_some_and(|lines| read.content.bytes() as u64 / lines.max(1) < LONG_LINE as u64 * 3 / 10)
    {
        return false;
    }
    let head = read.content.head(HEAD_BYTES);
    let long = head.lines().filter(|line| line.len() > LONG_LINE).count();
    long * 10 > head.lines().count() * 3
}

/// The one file that the command shows, whole or a range of its lines.
fn file_operand(command: &Command) -> Option<&Word> {
    let items = options::read(&command.args, Spec::of(&command.program));
    let operands = options::operands(&items);
    if command.is("jq") {
        // Another filter is a question, which is the better form.
        let [filter, file] = operands.as_slice() else { return None };
        return filter.is(".").then_some(*file);
    }
    if command.is("sed") {
        // A pattern as an address is a search, which is the better form.
        let is_quiet =
            items.iter().all(|item| matches!(item, Item::Short('n', None) | Item::Operand(_)));
        let [script, file] = operands.as_slice() else { return None };
        return (is_quiet && is_line_range(script)).then_some(*file);
    }
    match operands.as_slice() {
        [file] => Some(file),
        _ => None,
    }
}

/// `12p`, `1,200p`, `1,$p`
fn is_line_range(script: &Word) -> bool {
    script.text.strip_suffix('p').is_some_and(|lines| {
        !lines.is_empty() && lines.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '$'))
    })
}

fn advice(case: &Case, shown: &Shown) -> Advice {
    let name = text::file_name(shown.path);
    let lead = format!("{name} ({} kB)", shown.bytes.div_ceil(1000));
    let search = if case.environment.on_path("rg") || case.environment.client.brings_rg() {
        "rg -n"
    } else {
        "grep -n"
    };
    Advice::plain(match shown.kind {
        None if name.ends_with(".json") => {
            format!(
                "{lead} has very long lines: look at its shape with jq keys, then at one part with jq .KEY"
            )
        }
        None => format!(
            "{lead} is minified: search it with {search} -o '.{{0,80}}NAME.{{0,80}}', or read its source"
        ),
        Some(GeneratedKind::Lock(lock)) => {
            let search = format!("{search} {} {name}", lock.pattern);
            let query =
                if lock.query.is_empty() { search } else { format!("{} or {search}", lock.query) };
            format!("{lead} is a lock file: look up one package with {query}")
        }
        Some(GeneratedKind::Bundle) => format!(
            "{lead} is a bundle: read its source, or search it with {search} -o '.{{0,80}}NAME.{{0,80}}'"
        ),
        Some(GeneratedKind::SourceMap) => {
            format!("{lead} is a source map: read the source that it points to")
        }
        Some(GeneratedKind::Protobuf) => {
            format!("{lead} is made by protoc: read the .proto file instead")
        }
        Some(GeneratedKind::Snapshot) => {
            format!("{lead} is a snapshot: look up one test with {search} -A20 'TEST NAME' {name}")
        }
        Some(GeneratedKind::Coverage) => {
            format!("{lead} is a coverage report: look up one file with {search} -A9 'NAME' {name}")
        }
        Some(GeneratedKind::Output) => {
            format!("{lead} was left by a build or a run: read the source that it was made from")
        }
        Some(GeneratedKind::Package) => format!(
            "{lead} is the code of a package: find the place with {search} NAME, then {}",
            case.partial_read()
        ),
        Some(GeneratedKind::Reflog) => return git_record(case, &name, &lead),
    })
}

fn git_record(case: &Case, name: &str, lead: &str) -> Advice {
    let lead = format!("{lead} is git's own record");
    if name == "packed-refs" {
        return Advice::plain(format!("{lead}: ask git show-ref NAME or git branch -a"));
    }
    if !case.environment.on_path("git") {
        return Advice::plain(format!("{lead}: read its last lines with tail"));
    }
    let plain = format!("{lead}: ask git reflog for the last entries");
    Advice::better(lead, "git reflog -20", plain)
}
