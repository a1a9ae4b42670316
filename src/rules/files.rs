//! Looking at files, changing and removing them.

use std::path::Path;

use crate::case::Case;
use crate::event::Tool;
use crate::example::{Example, Given};
use crate::rewrite::find;
use crate::rule::{Advice, Events, Harm, Key, Need, Repeat, Rule, Severity, Trigger, Verdict};
use crate::rules::{removal, views};
use crate::shell::options::{self, Item, Spec};
use crate::shell::{Command, Word};
use crate::text;

pub(super) const RULES: &[Rule] =
    &[views::CAT_VIEW_FILE, READ_LARGE_WHOLE, SED_INPLACE_EDIT, removal::RM_RF_DANGEROUS];

/// Whether a literal path may be a file of the project: not in a temporary or system folder.
pub(super) fn is_project_file(case: &Case, path: &str) -> bool {
    let Some(path) = case.facts.absolute(path) else {
        return !path.starts_with(['/', '~']) && !path.starts_with("..");
    };
    let root = case.facts.work_tree().or(case.facts.cwd());
    // What git keeps for itself is looked at, not edited.
    root.is_some_and(|root| path.starts_with(root))
        && !path.components().any(|part| part.as_os_str() == ".git")
}

/// Whether a file is one that somebody writes: no lock file, no output, no secrets.
pub(super) fn is_edited_by_hand(path: &str) -> bool {
    const OTHERS: [&str; 22] = [
        ".csv",
        ".tsv",
        ".jsonl",
        ".pem",
        ".key",
        ".crt",
        ".enc",
        ".patch",
        ".lock",
        "-lock.json",
        "-lock.yaml",
        ".log",
        ".png",
        ".jpg",
        ".gif",
        ".pdf",
        ".ipynb",
        ".min.js",
        ".map",
        ".sum",
        ".env",
        ".out",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let made = path.split('/').any(|part| find::IGNORED_PARTS.contains(&part));
    !made && !name.starts_with(".env") && !OTHERS.iter().any(|ending| path.ends_with(ending))
}

/// A file of fewer lines has long ones: a range of lines would not help. Minified code, data.
const FEW_LINES: u64 = 50;

/// A Read of this many lines, or of this many bytes, is large. Of real whole-file reads 13 % have over 800 lines.
const LARGE_READ_LINES: u64 = 800;
const LARGE_READ_BYTES: u64 = 32 << 10;

/// A sub-agent's context is thrown away, so it may read three times as much.
const SUB_AGENT_FACTOR: u64 = 3;

const READ_LARGE_WHOLE: Rule = Rule {
    id: "read-large-whole",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    summary: "Read of a large file without offset and limit",
    why: "What was read stays in the context and is paid for at every later step; reads take over two thirds of the \
          tokens of SWE-bench runs (arXiv 2601.16746).",
    trigger: Trigger::Call { tools: &[Tool::Read], when: reads_large },
    better: Some(Trigger::Call {
        tools: &[Tool::Read],
        when: |case| {
            let input = case.event.input();
            Verdict::when(input.offset.is_some() || input.limit.is_some())
        },
    }),
    advice: |case, _| {
        let name = text::file_name(case.event.input().file_path.as_deref()?);
        let read = case.event.response.read();
        let size = match read.lines {
            Some(lines) => format!("{lines} lines"),
            None => format!("{} kB", read.content.bytes() / 1000),
        };
        Advice::plain(format!(
            "{name}: {size} read whole. Next time search it first (rg -n PATTERN FILE), then {}",
            case.partial_read()
        ))
    },
    needs: &[],
    key: Key::File,
    repeat: Repeat::nth(1, u32::MAX, 4),
    hits: &[
        Example::read("/r/src/big.rs").given(&[Given::Lines(2000)]).says("big.rs: 2000 lines"),
        Example::read("/r/CHANGELOG.md").given(&[Given::Lines(500), Given::OutputBytes(60_000)]),
        Example::read("/r/src/edge.rs").given(&[Given::Lines(800)]),
        Example::read("/r/src/wide.ts").given(&[Given::Lines(300), Given::OutputBytes(40_000)]),
        Example::read("/r/src/big.rs").given(&[Given::Lines(2500), Given::SubAgent]),
        Example::read("/r/a folder/ünïcode.txt").given(&[Given::Lines(900)]).says("ünïcode.txt"),
    ],
    misses: &[
        Example::read_range("/r/src/big.rs", 100, 80).given(&[Given::Lines(80)]),
        Example::read_range("/r/src/big.rs", 1, 2000).given(&[Given::Lines(2000)]),
        Example::read("/r/x.png").given(&[Given::Image]),
        Example::read("/r/src/small.rs").given(&[Given::Lines(799)]),
        Example::read("/r/src/big.rs").given(&[Given::Lines(2000), Given::SubAgent]),
        Example::read("/r/empty").given(&[Given::Lines(0)]),
        Example::read("/r/dist/app.min.js").given(&[Given::OutputBytes(60_000)]),
        Example::read("/r/notes.ipynb").given(&[Given::Lines(2000)]),
        Example::read("/r/gone.rs").given(&[Given::Failed("File does not exist.")]),
        Example::bash("cat /r/src/big.rs").given(&[Given::Lines(2000)]),
    ],
    since: "0.1.0",
};

fn reads_large(case: &Case) -> Verdict {
    let input = case.event.input();
    if input.offset.is_some() || input.limit.is_some() || input.pages {
        return Verdict::Near("it asked for a range");
    }
    // A small response cannot hold a large file: it need not be looked into.
    if (case.event.response.raw_bytes() as u64) < LARGE_READ_LINES {
        return Verdict::No;
    }
    let read = case.event.response.read();
    if !read.is_text {
        return Verdict::No;
    }
    let factor = if case.event.agent.is_some() { SUB_AGENT_FACTOR } else { 1 };
    if read.lines.is_some_and(|lines| lines < FEW_LINES) {
        return Verdict::Near("it has few and long lines");
    }
    if input.file_path.as_deref().is_some_and(|path| path.ends_with(".ipynb")) {
        return Verdict::No;
    }
    let large = read.lines.is_some_and(|lines| lines >= LARGE_READ_LINES * factor)
        || read.content.bytes() as u64 >= LARGE_READ_BYTES * factor;
    if large { Verdict::Fires } else { Verdict::Near("the file is not large") }
}

/// More files than this are a bulk change, which is what `sed -i` is for.
const MAX_EDITED_FILES: usize = 3;

const SED_INPLACE_EDIT: Rule = Rule {
    id: "sed-inplace-edit",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Success,
    summary: "sed -i on a few files of the project",
    why: "sed -i succeeds when nothing matched, and with line numbers from an earlier look it changes the wrong line.",
    trigger: Trigger::Command {
        programs: &["sed", "gsed", "perl", "ruby", "awk", "gawk"],
        subcommands: &[],
        signs: &["-"],
        when: |case, command| match edited_files(command) {
            None => Verdict::No,
            Some(Err(because)) => Verdict::Near(because),
            Some(Ok(_)) if !case.facts.client.has_file_tools() => {
                Verdict::Near("this client has no Edit tool")
            }
            Some(Ok(paths)) if paths.iter().all(|path| is_project_file(case, path)) => Verdict::Fires,
            Some(Ok(_)) => Verdict::Near("a file is not of the project"),
        },
    },
    better: Some(Trigger::Call { tools: &[Tool::Edit], when: |_| Verdict::Fires }),
    advice: |_, occasion| {
        let command = occasion.command?;
        let paths = edited_files(command)?.ok()?;
        let name = text::file_name(paths.first()?);
        Advice::plain(format!(
            "{} on {name} succeeds even if nothing matched; Edit fails loudly, and replace_all changes every place",
            match command.program.as_str() {
                "sed" | "gsed" => "sed -i",
                "perl" => "perl -i",
                "ruby" => "ruby -i",
                _ => "awk -i inplace",
            }
        ))
    },
    needs: &[Need::FileTools],
    key: Key::Rule,
    repeat: Repeat::nth(2, 1, 2),
    hits: &[
        Example::bash("sed -i 's/foo/bar/' src/app.py").says("sed -i on app.py"),
        Example::bash("perl -pi -e 's/a/b/g' lib/x.rb").says("perl -i on x.rb"),
        Example::bash("gawk -i inplace '{print}' a.txt"),
        Example::bash("sed -i '' -e 's/a/b/' -e 's/c/d/' a.txt"),
        Example::bash("sed -i.bak '12d' src/a.rs && cargo check"),
        Example::bash("sed -E -i 's/a+/b/' a.txt b.txt c.txt"),
        Example::bash("perl -i -pe 's/a/b/' a.txt"),
        Example::bash("sed -Ei 's/a+/b/' a.txt"),
        Example::bash("perl -0pi -e 's/a/b/' a.txt"),
        Example::bash("sed -i '.bak' 's/a/b/' src/app.py").says("sed -i on app.py"),
    ],
    misses: &[
        Example::bash("sed -n '1,20p' a.txt"),
        Example::bash("rg -l foo | xargs sed -i 's/foo/bar/g'"),
        Example::bash("sed -i 's/a/b/' src/*.py"),
        Example::bash("git commit -m \"stop using sed -i\""),
        Example::bash("sed -i 's/a/b/' a b c d"),
        Example::bash("sed -i 's/a/b/' /etc/hosts"),
        Example::bash("sed 's/-i/x/' a.txt"),
        Example::bash("perl -Ilib -ne 'print' a.txt"),
        Example::bash("sed -i 's/a/b/' a.txt").given(&[Given::Codex]),
        Example::bash("find . -name '*.c' -exec sed -i 's/a/b/' {} +"),
        Example::bash("ssh web \"sed -i 's/a/b/' x.conf\""),
        Example::bash("sed -i 's/a/b/' \"$file\""),
        Example::bash("for f in a b; do sed -i 's/a/b/' $f; done"),
        Example::bash("awk '{print}' -i.txt"),
        Example::bash("perl -Mstrict -Mwarnings -ne 'print' x.py"),
        Example::bash("perl tools/fix.pl -i x.py"),
        Example::bash("ruby -rdigest -ne 'puts' x.rb"),
    ],
    since: "0.1.0",
};

/// The files that a command edits in place; `None` if it does not, an error if they are not a few literal ones.
fn edited_files(command: &Command) -> Option<Result<Vec<&str>, &'static str>> {
    let spec = match command.program.as_str() {
        "sed" | "gsed" => {
            Spec { short: "efl", long: &["expression", "file", "line-length"], ..Spec::FLAGS_ONLY }
        }
        "awk" | "gawk" => Spec {
            short: "iFvfe",
            long: &["include", "assign", "file", "field-separator"],
            ..Spec::FLAGS_ONLY
        },
        _ => Spec { short: "eI", long: &[], ..Spec::FLAGS_ONLY },
    };
    // Letters after which the rest of a word is their value: no `i` in it is the option.
    let takes_rest: &[char] = match command.program.as_str() {
        "sed" | "gsed" => &['e', 'f', 'l'],
        _ => &['e', 'E', 'I', 'M', 'm', 'C', 'D', 'F', 'K', 'r', 'x'],
    };
    let mut in_place = false;
    let mut has_script = false;
    let mut args: Vec<Word> = Vec::with_capacity(command.args.len());
    for word in &command.args {
        // What follows the letter is the backup's ending: `-i.bak`, `-pi.orig`. Only before the script's letter.
        let letters = word.text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let cut = letters.and_then(|rest| {
            rest.find('i').filter(|at| !rest.get(..*at).unwrap_or_default().contains(takes_rest))
        });
        match (command.program.as_str(), cut, letters) {
            ("awk" | "gawk", ..) | (_, None, _) => args.push(word.clone()),
            (_, Some(at), Some(rest)) => {
                in_place = true;
                let before = rest.get(..at).unwrap_or_default();
                // `perl -i -pe`, `perl -pie`: the `e` after `i` is its ending, so only what stands before counts.
                if !before.is_empty() {
                    args.push(Word::plain(&format!("-{before}")));
                }
            }
            (_, Some(_), None) => args.push(word.clone()),
        }
    }
    // BSD sed takes an empty ending as a word of its own.
    args.retain(|word| !(word.text.is_empty() && word.quoted));
    let items = options::read(&args, spec);
    let mut operands = Vec::new();
    for item in &items {
        match item {
            Item::Short('i', Some(value)) | Item::Long("include", Some(value)) => {
                in_place |= value.text == "inplace"
            }
            Item::Long("in-place", _) => in_place = true,
            Item::Short('e' | 'f', Some(_)) | Item::Long("expression" | "file", Some(_)) => has_script = true,
            Item::Operand(word) => operands.push(*word),
            _ => {}
        }
    }
    // Without a script of its own, perl or ruby runs a file and the options behind it are that program's.
    let runs_file = matches!(command.program.as_str(), "perl" | "ruby") && !has_script;
    if !in_place || runs_file {
        return None;
    }
    // BSD sed takes the backup's ending as a word of its own.
    if operands.len() > 2 && !has_script && operands.first().is_some_and(|word| word.text.starts_with('.')) {
        operands.remove(0);
    }
    if command.is_under("xargs") || command.is_under("find") {
        return Some(Err("it changes files that were found"));
    }
    let files = operands.get(usize::from(!has_script)..).unwrap_or_default();
    if files.is_empty() {
        return None;
    }
    if files.len() > MAX_EDITED_FILES || files.iter().any(|word| word.globs) {
        return Some(Err("it changes many files"));
    }
    let literal: Option<Vec<&str>> = files
        .iter()
        .map(|word| {
            let text = word.literal()?;
            command.args.iter().find(|own| own.text == text).map(|own| own.text.as_str())
        })
        .collect();
    Some(
        literal
            .filter(|paths| paths.iter().all(|path| Path::new(path).file_name().is_some()))
            .ok_or("its files are not literal"),
    )
}
