//! `-r` given to ripgrep as if it meant "recursive".

use super::support::better_search::part_of;
use super::support::scope;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite::pattern::{self, Syntax};
use crate::rules::rewrite::place::{self, Place};
use crate::rules::rewrite::ripgrep;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::options::{Item, Value};
use crate::shell::words::split_at_word;
use crate::shell::{Command, Word};

/// Letters that agents put behind the `r` of grep. As one word behind `-r` they are a replacement to
/// ripgrep, and nobody replaces what he looks for by them.
const LETTERS_OF_GREP: &str = "nilwHohcEsIvFP";

pub(crate) const RULE: Rule = Rule {
    id: "rg-replace",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "rg -rn, where -r replaces",
    why: "`rg -rn foo` prints every hit as `n`, and the agent reads text that no file contains: 18 of 23,429 \
          recorded calls, in four sessions.",
    lesson: Some(
        "Leave `-r` out of `rg`: it searches folders anyway, and `-r` replaces what it finds.",
    ),
    trigger: Trigger::Command {
        programs: &["rg"],
        subcommands: &[],
        signs: &["r"],
        check: replaces_by_letters,
    },
    better: Some(Trigger::Command {
        programs: &["rg"],
        subcommands: &[],
        signs: &[],
        check: |_, command| check(!command.reads_pipe && cluster(command).is_none()),
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("rg -rn get_env src")
            .given(&[Given::Output("src/a.py:n(1)\n")])
            .says("-r replaces each match by \"n\", it is not \"recursive\": `rg -n get_env src`"),
        Example::bash("rg -rn \"profileSlug\" --glob '*.ts' -g '!test/**' | head -20")
            .given(&[Given::Output("lib/a.ts:  if (n.n)\n")])
            .says("; for that part: `rg -n \"profileSlug\" --glob '*.ts' -g '!test/**'`"),
        Example::bash("cd web && rg -rni 'use cache' app lib")
            .given(&[Given::Codex])
            .says("`cd web && rg -ni 'use cache' app lib`"),
        // What grep calls another name, or does by itself.
        Example::bash("rg -rn -E 'foo|bar' src").says("`rg -n 'foo|bar' src`"),
        Example::bash("rg -rnE 'foo|bar' src 2>/dev/null")
            .says("`rg -n 'foo|bar' src 2>/dev/null`"),
        Example::bash("rg -rhn foo src").says("`rg -n --no-filename foo src`"),
        Example::bash("rg -rnI foo src").says("`rg -n foo src`"),
        Example::bash("rg -rn foo --include='*.rs' --exclude-dir=gen src")
            .says("`rg -n foo -g '*.rs' -g '!gen/' src`"),
        Example::bash("rg -rnP '(?<=a)b' src").says("it is recursive without -r (rg-replace)"),
        Example::bash("rg -rn foo --exclude=build src").says("it is recursive without -r (rg-r"),
        Example::bash("rg -rl foo src").says("`rg -l foo src`"),
        Example::bash("rg -nr foo src")
            .given(&[Given::File("src", "")])
            .says("-r replaces each match by \"foo\", it is not \"recursive\": `rg -n foo src`"),
        Example::bash("rg -r foo .").says("`rg foo .`"),
        Example::bash("bash -c 'rg -rn foo src'")
            .says("rg -r replaces each match by the word behind it; it is recursive without -r"),
    ],
    misses: &[
        Example::bash("rg --no-filename --replace '$name' 'fn (?P<name>\\w+)_test' src"),
        Example::bash("rg -or '$1' 'version = \"(.*)\"' Cargo.toml"),
        Example::bash("rg -o -r '$1' 'v(\\d+)' -g '*.toml'"),
        Example::bash("rg -r X 'secret=\\S+' notes.txt"),
        Example::bash("rg -r '' foo src"),
        Example::bash("rg -nr new old src"),
        Example::bash("rg -n --sort path 'redact' src"),
        Example::bash("rg -n redact src"),
        Example::bash("rg -tr foo src"),
        Example::bash("rg -e -rn src"),
        Example::bash("rg -- -rn src"),
        Example::bash("rg -rn"),
        Example::bash("grep -rn foo src"),
        Example::bash("ssh web 'rg -rn foo /srv'"),
        Example::bash("echo 'rg -rn foo'"),
        Example::bash("git commit -m 'rg -rn replaces'"),
        Example::bash("rg --help | rg -rn x"),
        Example::bash("rg -rn foo src > out.txt"),
    ],
    since: "0.2.0",
};

/// A cluster of options with an `r` that was meant as "recursive".
struct Cluster<'c> {
    word: &'c Word,
    /// The text that ripgrep puts in place of each match.
    replacement: &'c str,
    /// The cluster without the `r`; empty if nothing is left.
    meant: String,
    /// The only other operand, if the replacement is the word that was meant as the pattern.
    path: Option<&'c Word>,
}

fn replaces_by_letters(case: &Case, command: &Command) -> Check<Finding> {
    let cluster = cluster(command).ok_or(Miss::No)?;
    if command.reads_pipe {
        return Err(Miss::Near("it reads a pipe"));
    }
    if !command.writes_pipe && !command.shows_output() {
        return Err(Miss::Near("nobody reads what it prints"));
    }
    // In `rg -r foo src` the word `src` is the pattern, unless it is where foo was to be looked for.
    if let Some(path) = cluster.path
        && !scope::is_whole_tree(case, path)
        && !matches!(place::of(case, command, path), Place::Folder | Place::File)
    {
        return Err(Miss::Near("its last word may be what it looks for"));
    }
    let plain = "rg -r replaces each match by the word behind it; it is recursive without -r";
    let advice = match better(case, command, &cluster) {
        Some(better) => Advice::better(
            format!(
                "-r replaces each match by \"{}\", it is not \"recursive\"{}",
                cluster.replacement,
                part_of(case, &[command])
            ),
            better,
            plain,
        ),
        None => Advice::plain(plain),
    };
    Ok(Finding::new(advice))
}

/// The first cluster of options with such an `r`.
fn cluster(command: &Command) -> Option<Cluster<'_>> {
    let options = command.args.iter().position(|word| word.is("--"));
    let options = command.args.get(..options.unwrap_or(command.args.len()))?;
    let (at, letters) = options.iter().enumerate().find_map(|(at, word)| {
        let letters = word.literal()?.strip_prefix('-')?;
        // The value of `-e`, `-t`, ... is no cluster.
        let takes_value = |before: &Word| {
            before.text.starts_with('-') && before.text.ends_with(['e', 'f', 't', 'T', 'g'])
        };
        let is_value =
            at.checked_sub(1).and_then(|before| options.get(before)).is_some_and(takes_value);
        (letters.contains('r') && !is_value).then_some((at, letters))
    })?;
    let word = options.get(at)?;
    let (before, after) = letters.split_once('r')?;
    if !before.chars().all(|c| LETTERS_OF_GREP.contains(c)) {
        return None;
    }
    if !after.is_empty() {
        let has_pattern = command.args.iter().any(|word| !word.text.starts_with('-'));
        let is_meant = after.chars().all(|c| LETTERS_OF_GREP.contains(c)) && has_pattern;
        let meant = format!("-{before}{after}");
        return is_meant.then_some(Cluster { word, replacement: after, meant, path: None });
    }
    let [replacement, path] = command.args.get(at + 1..)? else { return None };
    let replacement = replacement.literal().filter(|text| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.is_empty()
    })?;
    let meant = if before.is_empty() { String::new() } else { format!("-{before}") };
    Some(Cluster { word, replacement, meant, path: Some(path) })
}

/// Long options of grep that say what ripgrep does anyway.
const NEEDLESS: [&str; 2] = ["recursive", "extended-regexp"];

/// Long options of grep that ripgrep does not know.
const UNKNOWN: [&str; 9] = [
    "exclude-from",
    "binary-files",
    "basic-regexp",
    "perl-regexp",
    "dereference-recursive",
    "directories",
    "devices",
    "label",
    "initial-tab",
];

/// The letters of ripgrep's options with a value, but for `-E` and `-r`.
const WITH_VALUE: &str = "ABCMTefgjmtd";

/// The command with the cluster that was meant, and with each option of grep as ripgrep calls it.
/// `None` where one has no counterpart.
fn better(case: &Case, command: &Command, cluster: &Cluster) -> Option<String> {
    let own = case.script()?.text_of(command)?;
    let (before, mut rest) = own.split_once(command.spelled.as_str())?;
    let mut out = format!("{before}{}", command.spelled);
    let mut words = command.args.iter();
    let (mut is_value, mut are_operands) = (false, false);
    while let Some(word) = words.next() {
        let (between, after) = split_at_word(rest, &word.raw)?;
        rest = after;
        let text = word.text.as_str();
        let translated = if std::ptr::eq(word, cluster.word) {
            letters(command, &cluster.meant)?
        } else if is_value || are_operands || !text.starts_with('-') {
            word.raw.clone()
        } else if let Some(long) = text.strip_prefix("--") {
            are_operands = long.is_empty();
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(Value { text: value, word })),
                None => (long, None),
            };
            if matches!(name, "include" | "exclude" | "exclude-dir") {
                let value = match value {
                    Some(value) => value,
                    None => {
                        let word = words.next()?;
                        rest = split_at_word(rest, &word.raw)?.1;
                        Value { text: &word.text, word }
                    }
                };
                ripgrep::filter(Item::Long(name, Some(value)))?
            } else if NEEDLESS.contains(&name) {
                String::new()
            } else {
                (!UNKNOWN.contains(&name)).then(|| word.raw.clone())?
            }
        } else {
            letters(command, text)?
        };
        is_value = !is_value && !are_operands && takes_next(text);
        if !translated.is_empty() {
            out.push_str(between);
            out.push_str(&translated);
        }
    }
    case.in_folder_of(command, format!("{out}{rest}"))
}

/// Whether the value of a cluster's last option is the next word.
fn takes_next(text: &str) -> bool {
    let letters = text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    letters.is_some_and(|letters| {
        letters.find(|c: char| WITH_VALUE.contains(c)).is_some_and(|at| at + 1 == letters.len())
    })
}

/// A cluster of grep as ripgrep's options: its `-E` names an encoding, its `-h` prints the help and
/// its `-I` and `-s` mean other things.
fn letters(command: &Command, cluster: &str) -> Option<String> {
    let own = cluster.trim_start_matches('-');
    if own.contains(|c: char| WITH_VALUE.contains(c)) {
        let flags = own.split(|c: char| WITH_VALUE.contains(c)).next().unwrap_or_default();
        return (!flags.contains(['E', 'h', 'I', 'r', 'R', 's'])).then(|| cluster.to_owned());
    }
    let (mut kept, mut long) = (String::new(), String::new());
    for letter in own.chars() {
        match letter {
            'E' | 'I' => {}
            'h' => long.push_str(" --no-filename"),
            's' => long.push_str(" --no-messages"),
            // Few builds of ripgrep know Perl's expressions, and most patterns need none.
            'P' => is_plain_perl(command).then_some(())?,
            'r' | 'R' | 'y' | 'Z' => return None,
            _ => kept.push(letter),
        }
    }
    let kept = if kept.is_empty() { kept } else { format!("-{kept}") };
    Some(format!("{kept}{long}").trim_start().to_owned())
}

/// Whether the pattern means the same to ripgrep without `-P`.
fn is_plain_perl(command: &Command) -> bool {
    let pattern = command.args.iter().find(|word| !word.text.starts_with('-'));
    let text = pattern.and_then(Word::literal).unwrap_or_default();
    pattern::translate(text, Syntax::Perl).is_some_and(|translated| translated == text)
}
