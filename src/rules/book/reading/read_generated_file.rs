//! Reading what nobody wrote by hand.

use std::path::Path;

use super::support::generated::Kind;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::protocol::response::ReadResult;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// A smaller part of a generated file is no loss, bytes.
const SMALL_BYTES: u64 = 4 << 10;

/// A package's source is read to learn how it works: only much of it is a loss, bytes.
const SMALL_PACKAGE_BYTES: u64 = 16 << 10;

/// A longer line is one that nobody wrote, characters.
const LONG_LINE: usize = 500;

/// How much of a file is looked at for long lines, bytes.
const LOOK_BYTES: usize = 16 << 10;

pub(crate) const RULE: Rule = Rule {
    id: "read-generated-file",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "a lock file, bundle or build output read",
    why: "What a machine wrote is large and says little: a package manager or a search answers in a few lines \
          (generated, dependency and lock files are what anthropics/claude-code#61835 counts).",
    trigger: Trigger::Any(&[
        Trigger::Call {
            tools: &[Tool::Read],
            check: |case| legacy::on_call(case, |case| verdict(case, read(case)), ADVICE, KEY),
        },
        Trigger::Command {
            programs: &["cat", "head", "tail", "less", "more", "bat", "batcat", "sed"],
            subcommands: &[],
            signs: &SIGNS,
            check: |case, command| {
                legacy::on_command(
                    case,
                    command,
                    |case, command| verdict(case, shown(case, command)),
                    ADVICE,
                    KEY,
                )
            },
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["rg", "grep", "jq"],
        subcommands: &[],
        signs: &SIGNS,
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                Verdict::when(command.args.iter().any(|word| Kind::of(&word.text).is_some()))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, u32::MAX, 4),
    hits: &[
        Example::read("/r/package-lock.json").given(&[Given::OutputBytes(64_000)]).says(
            "package-lock.json (64 kB) is a lock file: npm ls NAME or rg -n -A2 '/NAME\"' package-lock.json",
        ),
        Example::read("/r/Cargo.lock")
            .given(&[Given::Lines(700), Given::OutputBytes(9000)])
            .says("cargo tree -i NAME"),
        Example::bash("cat dist/app.min.js").given(&[Given::OutputBytes(90_000)]).says("app.min.js (90 kB)"),
        Example::bash("sed -n '1,200p' coverage/lcov.info")
            .given(&[Given::OutputBytes(12_000)])
            .says("lcov.info (12 kB)"),
        Example::bash("head -300 pnpm-lock.yaml").given(&[Given::OutputBytes(12_000)]).says("pnpm why NAME"),
        Example::bash("cd web && cat yarn.lock").given(&[Given::OutputBytes(30_000)]).says("yarn why NAME"),
        Example::read("/r/api/v1/user.pb.go").given(&[Given::OutputBytes(30_000)]).says(".proto"),
        Example::read("/r/node_modules/x/lib/index.js")
            .given(&[Given::OutputBytes(40_000)])
            .says("code of a package"),
        Example::read("/r/data/all.json").given(&[Given::OutputBytes(40_000)]).says("jq"),
        Example::read("/r/app/__snapshots__/page.test.tsx.snap")
            .given(&[Given::OutputBytes(20_000)])
            .says("snapshot"),
        Example::bash("cat .git/logs/HEAD")
            .given(&[Given::OutputBytes(20_000), Given::Programs(&["git"])])
            .says("`git reflog -20`"),
        Example::bash("cat poetry.lock")
            .given(&[Given::OutputBytes(50_000), Given::Codex])
            .says("poetry show NAME"),
        Example::read("/r/dist/main.css.map").given(&[Given::OutputBytes(50_000)]).says("source map"),
        Example::read("/r/.next/server/page.js").given(&[Given::OutputBytes(50_000)]).says("left by a build"),
    ],
    misses: &[
        Example::read("/r/node_modules/react/package.json")
            .given(&[Given::Lines(150), Given::OutputBytes(6000)]),
        Example::read("/r/node_modules/react/README.md").given(&[Given::OutputBytes(60_000)]),
        Example::read("/r/node_modules/@types/node/fs.d.ts").given(&[Given::OutputBytes(60_000)]),
        Example::read("/r/node_modules/x/lib/index.js").given(&[Given::Lines(200), Given::OutputBytes(9000)]),
        Example::read("/r/src/dist.ts").given(&[Given::Lines(200), Given::OutputBytes(5000)]),
        Example::read("/r/go.sum").given(&[Given::OutputBytes(600)]),
        Example::read_range("/r/package-lock.json", 1000, 100).given(&[Given::OutputBytes(6000)]),
        Example::read("/r/package-lock.json")
            .given(&[Given::OutputBytes(64_000), Given::Edited("/r/package-lock.json")]),
        Example::read("/r/build/webpack.config.js").given(&[Given::Lines(150), Given::OutputBytes(6000)]),
        Example::read("/r/docs/essay.md").given(&[Given::OutputBytes(40_000)]),
        Example::read("/r/dist/logo.png").given(&[Given::Image]),
        Example::read("{dir}/src/index.ts").given(&[
            Given::Cwd("{dir}"),
            Given::Lines(300),
            Given::OutputBytes(9000),
        ]),
        Example::bash("rg -n '\"lodash\"' package-lock.json").given(&[Given::OutputBytes(300)]),
        Example::bash("cat package-lock.json | jq .packages").given(&[Given::OutputBytes(9000)]),
        Example::bash("sed -n '/name = \"serde\"/,/^$/p' Cargo.lock").given(&[Given::OutputBytes(9000)]),
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, occasion| {
    let found = match occasion.command {
        Some(command) => shown(case, command),
        None => read(case),
    };
    advise(case, found.ok()?)
};
const KEY: Key = Key::Of(|case, occasion| kind_of(case, occasion).to_owned());

/// Parts of the paths that [`Kind::of`] knows. A hashed name without one of them is not worth a
/// look at every `cat`.
const SIGNS: [&str; 26] = [
    "lock",
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

/// A generated file whose text the agent was shown.
struct Shown<'c> {
    path: &'c str,
    kind: Option<Kind>,
    bytes: u64,
}

impl Shown<'_> {
    /// One word for what counts as the same.
    fn name(&self) -> &'static str {
        self.kind.map_or("long lines", Kind::name)
    }
}

fn verdict(case: &Case, shown: Result<Shown, &'static str>) -> Verdict {
    let shown = match shown {
        Ok(shown) => shown,
        Err("") => return Verdict::No,
        Err(because) => return Verdict::Near(because),
    };
    let small = if shown.kind == Some(Kind::Package) { SMALL_PACKAGE_BYTES } else { SMALL_BYTES };
    if shown.bytes <= small {
        return Verdict::Near("little of the file was shown");
    }
    let path = case.environment.absolute(shown.path);
    let path = path.as_deref().map_or(shown.path.into(), Path::to_string_lossy);
    if case.calls_on(&path).any(|call| matches!(call.tool.as_ref(), "Edit" | "Write" | "MultiEdit"))
    {
        return Verdict::Near("the file is edited in this session");
    }
    Verdict::Fires
}

fn kind_of(case: &Case, occasion: &Occasion) -> &'static str {
    let found = match occasion.command {
        Some(command) => shown(case, command),
        None => read(case),
    };
    found.map_or("", |shown| shown.name())
}

/// The kind of the file at `path`, looked at below the project's folder: a project may lie in a
/// folder of any name.
fn kind(case: &Case, path: &str) -> Option<Kind> {
    Kind::of(path)?;
    let Some(absolute) = case.environment.absolute(path) else { return Kind::of(path) };
    let root = case.environment.work_tree().or(case.environment.cwd());
    let below = root.and_then(|root| absolute.strip_prefix(root).ok()).unwrap_or(&absolute);
    Kind::of(&below.to_string_lossy())
}

/// The file of a whole Read, if it is generated. An error without a reason is not worth one.
fn read<'c>(case: &'c Case) -> Result<Shown<'c>, &'static str> {
    let input = case.event.input();
    // The length of the JSON is known without a look into it.
    if (case.event.response.raw_bytes() as u64) <= SMALL_BYTES {
        return Err("");
    }
    let path = input.file_path.as_deref().ok_or("")?;
    let kind = kind(case, path);
    if kind.is_none() && !may_be_minified(path) {
        return Err("");
    }
    if input.offset.is_some() || input.limit.is_some() || input.pages {
        return Err("it asked for a range");
    }
    let read = case.event.response.read();
    if !read.is_text {
        return Err("");
    }
    if kind.is_none() && !has_long_lines(&read) {
        return Err("");
    }
    Ok(Shown { path, kind, bytes: read.content.bytes() as u64 })
}

/// Whether long lines in such a file mean that no person wrote it. Prose has them too.
fn may_be_minified(path: &str) -> bool {
    !path.ends_with("/package.json")
        && [".js", ".mjs", ".cjs", ".css", ".json"].iter().any(|ending| path.ends_with(ending))
}

/// Whether over 30 % of the lines at the start are long.
fn has_long_lines(read: &ReadResult) -> bool {
    // With so many lines for its length it cannot be.
    if read
        .lines
        .is_some_and(|lines| read.content.bytes() as u64 / lines.max(1) < LONG_LINE as u64 * 3 / 10)
    {
        return false;
    }
    let head = read.content.head(LOOK_BYTES);
    let long = head.lines().filter(|line| line.len() > LONG_LINE).count();
    long * 10 > head.lines().count() * 3
}

/// The generated file that a command shows, and nothing else does.
fn shown<'c>(case: &Case, command: &'c Command) -> Result<Shown<'c>, &'static str> {
    let word = operand(command).ok_or("")?;
    let path = word.literal().ok_or("its operand is not literal")?;
    let kind = kind(case, path).ok_or("")?;
    let script = case.script().ok_or("")?;
    let alone = match script.commands.as_slice() {
        [_] => true,
        [first, _] => first.is("cd"),
        _ => false,
    };
    if !alone
        || command.depth > 0
        || command.reads_pipe
        || !command.shows_output()
        || !command.wrappers.is_empty()
    {
        return Err("it is part of something larger");
    }
    Ok(Shown { path, kind: Some(kind), bytes: case.event.shell().bytes() })
}

/// The one file that the command shows, whole or a range of its lines.
fn operand(command: &Command) -> Option<&Word> {
    let spec = match command.program.as_str() {
        "head" | "tail" => Spec { short: "nc", long: &["lines", "bytes"], ..Spec::FLAGS_ONLY },
        "sed" => Spec { short: "ef", long: &["expression", "file"], ..Spec::FLAGS_ONLY },
        _ => Spec::FLAGS_ONLY,
    };
    let items = options::read(&command.args, spec);
    let operands = options::operands(&items);
    if command.is("sed") {
        // A pattern as an address is a search, which is the better form.
        let quiet =
            items.iter().all(|item| matches!(item, Item::Short('n', None) | Item::Operand(_)));
        let [script, file] = operands.as_slice() else { return None };
        return (quiet && is_line_range(script)).then_some(*file);
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

fn advise(case: &Case, shown: Shown) -> Option<Advice> {
    let name = text::file_name(shown.path);
    let lead = format!("{name} ({} kB)", shown.bytes.div_ceil(1000));
    let search = if case.environment.on_path("rg") || case.environment.client.brings_rg() {
        "rg -n"
    } else {
        "grep -n"
    };
    let Some(kind) = shown.kind else {
        return legacy::plain(if name.ends_with(".json") {
            format!("{lead} has very long lines: jq keys shows its shape, jq .KEY one part of it")
        } else {
            format!(
                "{lead} is minified: search it with {search} -o '.{{0,80}}NAME.{{0,80}}', or read its source"
            )
        });
    };
    legacy::plain(match kind {
        Kind::Lock(lock) => {
            let search = format!("{search} {} {name}", lock.pattern);
            let query =
                if lock.query.is_empty() { search } else { format!("{} or {search}", lock.query) };
            format!("{lead} is a lock file: {query} shows one package")
        }
        Kind::Bundle => {
            format!(
                "{lead} is a bundle: {search} -o '.{{0,80}}NAME.{{0,80}}' shows one place, and its source is shorter"
            )
        }
        Kind::SourceMap => {
            format!("{lead} is a source map, nothing to read: the source it points to says more")
        }
        Kind::Protobuf => {
            format!("{lead} is made by protoc: the .proto file says the same in fewer lines")
        }
        Kind::Snapshot => {
            format!(
                "{lead} is a snapshot: {search} -A20 'TEST NAME' {name} shows what one test expects"
            )
        }
        Kind::Coverage => {
            format!("{lead} is a coverage report: {search} -A9 'NAME' {name} shows one file's part")
        }
        Kind::Output => {
            format!("{lead} was left by a build or a run: the source it was made from says more")
        }
        Kind::Package => format!(
            "{lead} is the code of a package: {search} NAME finds the place, then {} shows it",
            case.partial_read()
        ),
        Kind::Reflog => {
            let lead = format!("{lead} is git's own record");
            return match name.as_str() {
                "packed-refs" => legacy::plain(format!(
                    "{lead}: git show-ref NAME or git branch -a answers in a few lines"
                )),
                _ if !case.environment.on_path("git") => {
                    legacy::plain(format!("{lead}, not a file to read"))
                }
                _ => legacy::better(
                    lead.clone(),
                    "git reflog -20",
                    format!("{lead}: git reflog shows the last entries"),
                ),
            };
        }
    })
}
