//! Editing a few files in place with a stream editor.

use crate::rules::case::Case;
use std::path::Path;

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::book::support::project_file::is_project_file;
use crate::rules::example::Example;
use crate::rules::example::Given;
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// More files than this are a bulk change, which is what `sed -i` is for.
const MAX_EDITED_FILES: usize = 3;

pub(crate) const RULE: Rule = Rule {
    id: "sed-inplace-edit",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "sed -i on a few files of the project",
    why: "sed -i succeeds when nothing matched, and with line numbers from an earlier look it changes the wrong line.",
    trigger: Trigger::Command {
        programs: &["sed", "gsed", "perl", "ruby", "awk", "gawk"],
        subcommands: &[],
        signs: &["-"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match edited_files(command) {
                    None => Verdict::No,
                    Some(Err(because)) => Verdict::Near(because),
                    Some(Ok(_)) if !case.environment.client.has_file_tools() => {
                        Verdict::Near("this client has no Edit tool")
                    }
                    Some(Ok(paths)) if paths.iter().all(|path| is_project_file(case, path)) => {
                        Verdict::Fires
                    }
                    Some(Ok(_)) => Verdict::Near("a file is not of the project"),
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Call {
        tools: &[Tool::Edit],
        check: |case| legacy::good_call(case, |_| Verdict::Fires),
    }),
    needs: &[Need::FileTools],
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |_, occasion| {
    let command = occasion.command?;
    let paths = edited_files(command)?.ok()?;
    let name = text::file_name(paths.first()?);
    legacy::plain(format!(
        "{} on {name} succeeds even if nothing matched; Edit fails loudly, and replace_all changes every place",
        match command.program.as_str() {
            "sed" | "gsed" => "sed -i",
            "perl" => "perl -i",
            "ruby" => "ruby -i",
            _ => "awk -i inplace",
        }
    ))
};
const KEY: Key = Key::Rule;

/// The files that a command edits in place; `None` if it does not, an error if they are not a few
/// literal ones.
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
        // What follows the letter is the backup's ending: `-i.bak`, `-pi.orig`. Only before the
        // script's letter.
        let letters = word.text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let cut = letters.and_then(|rest| {
            rest.find('i').filter(|at| !rest.get(..*at).unwrap_or_default().contains(takes_rest))
        });
        match (command.program.as_str(), cut, letters) {
            ("awk" | "gawk", ..) | (_, None, _) => args.push(word.clone()),
            (_, Some(at), Some(rest)) => {
                in_place = true;
                let before = rest.get(..at).unwrap_or_default();
                // `perl -i -pe`, `perl -pie`: the `e` after `i` is its ending, so only what stands
                // before counts.
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
            Item::Short('e' | 'f', Some(_)) | Item::Long("expression" | "file", Some(_)) => {
                has_script = true
            }
            Item::Operand(word) => operands.push(*word),
            _ => {}
        }
    }
    // Without a script of its own, perl or ruby runs a file and the options behind it are that
    // program's.
    let runs_file = matches!(command.program.as_str(), "perl" | "ruby") && !has_script;
    if !in_place || runs_file {
        return None;
    }
    // BSD sed takes the backup's ending as a word of its own.
    if operands.len() > 2
        && !has_script
        && operands.first().is_some_and(|word| word.text.starts_with('.'))
    {
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
