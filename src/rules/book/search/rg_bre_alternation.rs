//! grep's pattern syntax given to ripgrep.

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rewrite::alternation;
use crate::rules::rewrite::alternation::Basic;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::{Item, Spec, Value};
use crate::shell::words::quote;
use crate::shell::{Command, Joined, options};

/// Options of ripgrep that take a value.
const SPEC: Spec = Spec {
    short: "ABCEMTdefgjmrt",
    long: &[
        "after-context",
        "before-context",
        "color",
        "colors",
        "context",
        "context-separator",
        "encoding",
        "engine",
        "file",
        "glob",
        "iglob",
        "ignore-file",
        "max-columns",
        "max-count",
        "max-depth",
        "max-filesize",
        "path-separator",
        "pre",
        "pre-glob",
        "regexp",
        "replace",
        "sort",
        "sortr",
        "threads",
        "type",
        "type-add",
        "type-not",
    ],
    ..Spec::FLAGS_ONLY
};

pub(crate) const RULE: Rule = Rule {
    id: "rg-bre-alternation",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "grep's \\| given to rg or Grep, nothing found",
    why: "`rg 'foo\\|bar'` looks for a literal bar: it finds nothing where grep finds both, and an empty answer reads as \
          proof that there is nothing.",
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["rg"],
            subcommands: &[],
            signs: &["\\|", "\\{"],
            check: |case, command| legacy::on_command(case, command, searches_in_vain, ADVICE, KEY),
        },
        Trigger::Call {
            tools: &[Tool::Grep],
            check: |case| legacy::on_call(case, tool_searches_in_vain, ADVICE, KEY),
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["rg"],
        subcommands: &[],
        signs: &["|"],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                let bare =
                    |pattern: &Value| pattern.text.contains('|') && !pattern.text.contains("\\|");
                Verdict::when(patterns(command).is_some_and(|patterns| patterns.iter().any(bare)))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("rg -n 'foo\\|bar' src")
            .given(&[Given::Failed("Exit code 1")])
            .says("rg takes \\| as a literal |; as alternation: `rg -n 'foo|bar' src`"),
        Example::bash("rg -n 'foo\\|bar' src").says("`rg -n 'foo|bar' src`"),
        Example::bash("rg \"fn main\\|fn run\" -g '*.rs' . | head -20")
            .says("`rg 'fn main|fn run' -g '*.rs' . | head -20`"),
        Example::bash("cd web && rg -il 'useState?\\|useMemo'").says(
            "rg takes \\| in useState?\\|useMemo as a literal |; alternation has no backslash",
        ),
        Example::bash("rg -c 'a\\.b\\|c' | wc -l")
            .given(&[Given::Output("0\n")])
            .says("`rg -c 'a\\.b|c' | wc -l`"),
        Example::bash("rg 'get\\(One\\|Two\\)' lib 2>/dev/null || true")
            .says("`rg 'get(One|Two)' lib 2>/dev/null || true`"),
        Example::bash("rg -n '[0-9]\\{4\\}-[0-9]\\{2\\}' docs")
            .given(&[Given::Failed("Exit code 1")])
            .says(
                "rg takes \\{ as a literal brace; as an interval: `rg -n '[0-9]{4}-[0-9]{2}' docs`",
            ),
        Example::bash("rg -e 'foo\\|bar' -e baz .")
            .given(&[Given::Codex])
            .says("`rg -e 'foo|bar' -e baz .`"),
        Example::grep("newCmd\\|AddCommand.*run", "/repo/cli")
            .given(&[Given::Found(0)])
            .says("newCmd|AddCommand.*run"),
        Example::grep("f(x)\\|g", "src")
            .given(&[Given::Found(0)])
            .says("Grep takes \\| as a literal |"),
    ],
    misses: &[
        Example::bash("grep -n 'foo\\|bar' a").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg -F 'a\\|b'"),
        Example::bash("rg -n 'foo\\|bar' src").given(&[Given::Output("src/a.rs:1:foo|bar\n")]),
        Example::bash("rg -n 'foo\\|bar' src")
            .given(&[Given::Failed("Exit code 2\nrg: src: No such file")]),
        Example::bash("cd gone && rg 'foo\\|bar'")
            .given(&[Given::Failed("Exit code 1\nbash: cd: gone: No such file or directory")]),
        Example::bash("rg 'foo\\(' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg 'foo|bar' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg '^\\| name \\|' docs").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg 'a \\|\\| b' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg 'string \\| null' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg 'foo|a\\|b' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg '\\$\\{1\\}' scripts").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg -q 'foo\\|bar' src && echo y"),
        Example::bash("rg -v 'foo\\|bar' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg foo\\|bar src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg -f 'a\\|b' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg 'foo\\|bar' src > out.txt"),
        Example::bash("n=$(rg 'foo\\|bar' src | wc -l)"),
        Example::bash("rg 'foo\\|bar' src; rg baz src"),
        Example::bash("rg 'foo\\|bar' src | grep -v test"),
        Example::bash("ssh web \"rg 'foo\\|bar' /srv\""),
        Example::bash("git commit -m \"rg 'foo\\|bar' is literal\""),
        Example::bash("echo \"rg 'a\\|b'\" > notes.md"),
        Example::bash("rg 'foo\\|bar' src").given(&[Given::Background]),
        Example::bash("rg --files -g 'a\\|b'"),
        Example::bash("rg \"$x\\|y\" src"),
        Example::grep("foo\\|bar", "src").given(&[Given::Found(3)]),
        Example::grep("foo|bar", "src").given(&[Given::Found(0)]),
        Example::grep("foo\\(bar\\)", "src").given(&[Given::Found(0)]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise_syntax;
const KEY: Key = Key::Rule;

/// The patterns of an rg that searches for regular expressions; `None` for any other.
fn patterns(command: &Command) -> Option<Vec<Value<'_>>> {
    const OTHERS: [(char, &str); 9] = [
        ('F', "fixed-strings"),
        ('v', "invert-match"),
        ('q', "quiet"),
        ('f', "file"),
        ('h', "help"),
        ('V', "version"),
        ('L', "files-without-match"),
        ('0', "files"),
        ('0', "type-list"),
    ];
    let items = options::read(&command.args, SPEC);
    // `-L` follows links; only the long option is another search.
    if OTHERS
        .iter()
        .any(|(flag, long)| options::has(&items, Some(*flag).filter(|flag| *flag != 'L'), long))
    {
        return None;
    }
    let mut patterns: Vec<Value> = items
        .iter()
        .filter_map(|item| match item {
            Item::Short('e', value) | Item::Long("regexp", value) => *value,
            _ => None,
        })
        .collect();
    if patterns.is_empty() {
        let word = options::operands(&items).first().copied()?;
        patterns.push(Value { text: &word.text, word });
    }
    Some(patterns)
}

/// The first pattern that reads like grep's, or why it may be meant as it stands.
fn basic<'c>(command: &'c Command) -> Result<(Value<'c>, Basic), &'static str> {
    let mut because = "";
    for pattern in patterns(command).unwrap_or_default() {
        match pattern.literal().map(alternation::read) {
            Some(Ok(basic)) => return Ok((pattern, basic)),
            Some(Err(why)) => because = why,
            None => because = "its pattern is not known",
        }
    }
    Err(because)
}

fn searches_in_vain(case: &Case, command: &Command) -> Verdict {
    match basic(command) {
        Err("") => Verdict::No,
        Err(because) => Verdict::Near(because),
        Ok(_) if found_nothing(case, command) => Verdict::Fires,
        Ok(_) => Verdict::Near("it found something, or what it found is not known"),
    }
}

/// Whether what the call printed is what this search printed, and that is nothing.
fn found_nothing(case: &Case, command: &Command) -> bool {
    /// Programs that print nothing only if they are given nothing.
    const SILENT: [&str; 8] = ["head", "tail", "sort", "uniq", "cat", "cut", "nl", "tr"];
    let Some(script) = case.script() else { return false };
    if case.in_background() || command.depth > 0 || command.is_condition || command.in_function {
        return false;
    }
    let stages = match command.stage {
        None => vec![command],
        Some(stage) if stage.index == 0 => script.stages(stage.pipeline).unwrap_or_default(),
        Some(_) => return false,
    };
    let mut top = script.top().peekable();
    let enters = top.next_if(|first| first.is("cd")).is_some();
    let excused = |other: &Command| {
        matches!(other.program.as_str(), "true" | ":") && other.joined == Joined::Or
    };
    let belongs = |other: &&Command| stages.iter().any(|stage| stage.id == other.id);
    if !top.all(|other| belongs(&other) || excused(other))
        || !stages.last().is_some_and(|last| last.shows_output())
    {
        return false;
    }
    if !case.event.succeeded() {
        let error = case.event.error_text(400);
        // Exit 1 may be the cd's own, which says why.
        let silent = error.lines().skip(1).all(|line| line.trim().is_empty());
        return case.event.exit_code() == Some(1) && stages.len() == 1 && (silent || !enters);
    }
    let shown = case.event.shell();
    if shown.interrupted || shown.background_task.is_some() || case.event.response.raw_bytes() == 0
    {
        return false;
    }
    let behind = stages.get(1..).unwrap_or_default();
    match behind.split_last() {
        Some((last, others)) if last.is("wc") => {
            let counts = last.args.iter().all(|word| word.is("-l"));
            counts
                && others.iter().all(|stage| SILENT.contains(&stage.program.as_str()))
                && shown.stdout.head(8).trim() == "0"
        }
        _ => {
            shown.bytes() == 0
                && behind.iter().all(|stage| SILENT.contains(&stage.program.as_str()))
        }
    }
}

fn tool_searches_in_vain(case: &Case) -> Verdict {
    let input = case.event.input();
    let Some(pattern) = input.pattern.as_deref() else { return Verdict::No };
    if !case.environment.client.has_file_tools() {
        return Verdict::Near("what this client's search takes is not known");
    }
    let read = match alternation::read(pattern) {
        Err("") => return Verdict::No,
        Err(because) => return Verdict::Near(because),
        Ok(read) => read,
    };
    let found = case.event.response.grep();
    let nothing = found.files.or(found.lines).is_some()
        && found.files.unwrap_or_default() + found.lines.unwrap_or_default() == 0;
    if !nothing || !case.event.succeeded() || input.offset.is_some_and(|offset| offset > 0) {
        return Verdict::Near("it found something, or what it found is not known");
    }
    // Braces without alternatives are told of where the whole command can be.
    Verdict::when(read.operator == "\\|")
}

fn advise_syntax(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let Some(command) = occasion.command else {
        let pattern = case.event.input().pattern.as_deref()?;
        let better =
            alternation::read(pattern).ok()?.pattern.filter(|better| excerpt(better) == *better);
        let lead = "Grep takes \\| as a literal |";
        return legacy::plain(match (better, excerpt(pattern)) {
            (Some(better), _) => format!("{lead}; as alternation the pattern is {better}"),
            (None, excerpt) => format!("{lead} in {excerpt}; alternation is a bare |"),
        });
    };
    let (pattern, read) = basic(command).ok()?;
    let (literal, meaning) = match read.operator {
        "\\|" => ("a literal |", "alternation"),
        _ => ("a literal brace", "an interval"),
    };
    let operator = read.operator;
    let plain = format!(
        "rg takes {operator} in {} as {literal}; {meaning} has no backslash",
        excerpt(pattern.text)
    );
    let better = read.pattern.and_then(|better| {
        // An option and its value in one word stay as they are.
        let word = pattern.word;
        (word.text == pattern.text)
            .then(|| case.script()?.with_word(command, word, &quote(&better)))?
    });
    match better {
        Some(better) => {
            legacy::better(format!("rg takes {operator} as {literal}; as {meaning}"), better, plain)
        }
        None => legacy::plain(plain),
    }
}

/// A pattern as it may stand in a sentence.
fn excerpt(pattern: &str) -> String {
    if pattern.contains(['<', '>', '&', '`', '!']) {
        "its pattern".to_owned()
    } else {
        text::excerpt(pattern)
    }
}
