//! Alternation in the syntax of another search: grep's given to ripgrep, extended to grep and basic to
//! grep -E.

mod grep_bars;

use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite::basic_pattern::{self, BasicPattern, Operator};
use crate::rules::rewrite::pattern::Syntax;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::options::{self, Item, Spec, Value};
use crate::shell::words::quote;
use crate::shell::{Command, Joined, Script};

pub(crate) const RULE: Rule = Rule {
    id: "rg-bre-alternation",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "an alternation taken literally, nothing found",
    why: "`rg 'foo\\|bar'` and `grep 'foo|bar'` look for a literal bar: they find nothing where both words are, and an \
          empty answer reads as proof that there is nothing (in two recorded sessions 18 such searches, all empty).",
    lesson: None,
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["rg"],
            subcommands: &[],
            signs: &["\\|", "\\{"],
            check: rg_in_vain,
        },
        Trigger::Command {
            programs: &["grep", "egrep", "ggrep"],
            subcommands: &[],
            signs: &["|"],
            check: grep_in_vain,
        },
        Trigger::Call { tools: &[Tool::Grep], check: grep_tool_in_vain },
    ]),
    better: Some(Trigger::Any(&[
        Trigger::Command {
            programs: &["rg"],
            subcommands: &[],
            signs: &["|"],
            check: |_, command| {
                let is_extended =
                    |pattern: &Value| pattern.text.contains('|') && !pattern.text.contains("\\|");
                check(patterns(command).is_some_and(|patterns| patterns.iter().any(is_extended)))
            },
        },
        Trigger::Command {
            programs: &["grep", "egrep", "ggrep"],
            subcommands: &[],
            signs: &["|"],
            check: |_, command| check(grep_bars::alternates(command)),
        },
    ])),
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
        Example::bash("rg 'fo\\+\\|ba\\?r' src")
            .says("rg takes \\|, \\+ and \\? in fo\\+\\|ba\\?r as literals"),
        Example::bash("rg -c 'a\\.b\\|c' | wc -l")
            .given(&[Given::Output("0\n")])
            .says("`rg -c 'a\\.b|c' | wc -l`"),
        Example::bash("rg 'get\\(One\\|Two\\)' lib 2>/dev/null || true")
            .says("`rg 'get(One|Two)' lib 2>/dev/null || true`"),
        Example::bash("rg 'new\\(\\)\\|default\\(\\)' src")
            .says("`rg 'new\\(\\)|default\\(\\)' src`"),
        Example::bash("rg -n '[0-9]\\{4\\}-[0-9]\\{2\\}' docs")
            .given(&[Given::Failed("Exit code 1")])
            .says(
                "rg takes \\{ as a literal brace; as an interval: `rg -n '[0-9]{4}-[0-9]{2}' docs`",
            ),
        Example::bash("rg -e 'foo\\|bar' -e baz .")
            .given(&[Given::Codex])
            .says("`rg -e 'foo|bar' -e baz .`"),
        Example::bash("grep -rn 'foo|bar' .")
            .given(&[Given::Failed("Exit code 1")])
            .says("grep takes a bare | as a literal; as alternation: `grep -rn 'foo\\|bar' .`"),
        Example::bash("egrep 'foo\\|bar' src/app.py 2>/dev/null")
            .given(&[Given::Failed("Exit code 1")])
            .says("egrep takes \\| as a literal |; as alternation: `egrep 'foo|bar' src/app.py"),
        Example::grep("newCmd\\|AddCommand.*run", "/repo/cli")
            .given(&[Given::Found(0)])
            .says("newCmd|AddCommand.*run"),
        Example::grep("f(x)\\|g", "src")
            .given(&[Given::Found(0)])
            .says("Grep takes \\| as a literal |"),
    ],
    misses: &[
        Example::bash("grep -n 'foo\\|bar' a").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep -nE 'foo|bar' a").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep -n 'a || b' a").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep -F 'foo|bar' a").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep '^| name |' a.md").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep 'string | null' a.ts").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep -E 'a\\||b' a").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep 'foo|bar' a").given(&[Given::Output("foo|bar\n")]),
        Example::bash("ps aux | grep 'foo|bar'").given(&[Given::Failed("Exit code 1")]),
        Example::bash("grep -q 'foo|bar' a || echo none"),
        Example::bash("rg -F 'a\\|b'"),
        Example::bash("rg -n 'foo\\|bar' src").given(&[Given::Output("src/a.rs:1:foo|bar\n")]),
        Example::bash("rg -n 'foo\\|bar' src")
            .given(&[Given::Failed("Exit code 2\nrg: src: No such file")]),
        Example::bash("cd gone && rg 'foo\\|bar'")
            .given(&[Given::Failed("Exit code 1\nbash: cd: gone: No such file or directory")]),
        Example::bash("rg 'foo\\(' src").given(&[Given::Failed("Exit code 1")]),
        Example::bash("rg 'new\\(\\)' src").given(&[Given::Failed("Exit code 1")]),
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

fn rg_in_vain(case: &Case, command: &Command) -> Check<Finding> {
    let (pattern, basic) = basic_pattern(command)?;
    if !found_nothing(case, command) {
        return Err(Miss::Near("it found something, or what it found is not known"));
    }
    Ok(Finding::new(advise_rg(case, command, pattern, basic)))
}

/// Whether a grep found nothing because of bars that it takes literally.
pub(super) fn misses_alternatives(case: &Case, command: &Command) -> bool {
    grep_bars::read(command).is_ok() && found_nothing(case, command)
}

fn grep_in_vain(case: &Case, command: &Command) -> Check<Finding> {
    let bars = grep_bars::read(command)?;
    if !found_nothing(case, command) {
        return Err(Miss::Near("it found something, or what it found is not known"));
    }
    let (literal, lead) = match bars.syntax {
        Syntax::Extended => ("\\|", "as a literal |; as alternation"),
        _ => ("a bare |", "as a literal; as alternation"),
    };
    let lead = format!("{} takes {literal} {lead}", command.program);
    let plain =
        format!("{lead} it is {}", if bars.syntax == Syntax::Extended { "|" } else { "\\|" });
    let word = bars.pattern.word;
    let whole = case.script().filter(|_| word.text == bars.pattern.text);
    let better = whole.and_then(|script| script.with_word(command, word, &quote(&bars.meant)));
    Ok(Finding::new(match better {
        Some(better) => Advice::better(lead, better, plain),
        None => Advice::plain(plain),
    }))
}

fn grep_tool_in_vain(case: &Case) -> Check<Finding> {
    let input = case.event.input();
    let pattern = input.pattern.as_deref().ok_or(Miss::No)?;
    if !case.environment.client.has_file_tools() {
        return Err(Miss::Near("what this client's search takes is not known"));
    }
    let basic = basic_pattern::read(pattern)?;
    let found = case.event.response.grep();
    let is_empty = found.files.or(found.lines).is_some()
        && found.files.unwrap_or_default() + found.lines.unwrap_or_default() == 0;
    if !is_empty || !case.event.succeeded() || input.offset.is_some_and(|offset| offset > 0) {
        return Err(Miss::Near("it found something, or what it found is not known"));
    }
    // An interval is reported only for rg, where the advice can show the whole command.
    check(basic.operator == Operator::Alternation)?;
    Ok(Finding::new(advise_grep_tool(pattern, basic)))
}

/// The first pattern that reads like grep's.
fn basic_pattern(command: &Command) -> Check<(Value<'_>, BasicPattern)> {
    let mut miss = Miss::No;
    for pattern in patterns(command).unwrap_or_default() {
        let text = pattern.literal().ok_or(Miss::Near("its pattern is not known"));
        match text.and_then(basic_pattern::read) {
            Ok(basic) => return Ok((pattern, basic)),
            Err(because) => miss = because,
        }
    }
    Err(miss)
}

/// The patterns of an rg that prints what matches regular expressions; `None` for any other.
fn patterns(command: &Command) -> Option<Vec<Value<'_>>> {
    const OTHER_SEARCHES: [(char, &str); 9] = [
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
    let items = options::read(&command.args, Spec::of("rg"));
    // `-L` follows links; only the long option is another search.
    if OTHER_SEARCHES
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

/// Whether the call printed nothing, and is this search alone.
fn found_nothing(case: &Case, command: &Command) -> bool {
    let Some(script) = case.script() else { return false };
    if case.in_background() || command.depth > 0 || command.is_condition || command.in_function {
        return false;
    }
    let Some(stages) = pipeline_from(script, command) else { return false };
    let mut top = script.top().peekable();
    let begins_with_cd = top.next_if(|first| first.is("cd")).is_some();
    let ignores_status = |other: &Command| {
        matches!(other.program.as_str(), "true" | ":") && other.joined == Joined::Or
    };
    let is_stage = |other: &Command| stages.iter().any(|stage| stage.id == other.id);
    if !top.all(|other| is_stage(other) || ignores_status(other))
        || !stages.last().is_some_and(|last| last.shows_output())
    {
        return false;
    }
    if case.event.succeeded() {
        return printed_nothing(case, stages.get(1..).unwrap_or_default());
    }
    // Exit code 1 may be that of the cd, which prints why.
    let error = case.event.error_text(400);
    let is_silent = error.lines().skip(1).all(|line| line.trim().is_empty());
    case.event.exit_code() == Some(1) && stages.len() == 1 && (is_silent || !begins_with_cd)
}

/// The commands of the pipeline that `command` begins, or only the command itself.
fn pipeline_from<'c>(script: &'c Script, command: &'c Command) -> Option<Vec<&'c Command>> {
    match command.stage {
        None => Some(vec![command]),
        Some(stage) if stage.index == 0 => script.stages(stage.pipeline),
        Some(_) => None,
    }
}

/// Whether a successful call printed nothing because these filters of its search got nothing.
fn printed_nothing(case: &Case, filters: &[&Command]) -> bool {
    let result = case.event.shell();
    if result.interrupted
        || result.background_task.is_some()
        || case.event.response.raw_bytes() == 0
    {
        return false;
    }
    let is_transparent = |filter: &&Command| programs::is(&filter.program, Trait::KeepsEmptiness);
    match filters.split_last() {
        Some((last, others)) if last.is("wc") => {
            last.args.iter().all(|word| word.is("-l"))
                && others.iter().all(is_transparent)
                && result.stdout.head(8).trim() == "0"
        }
        _ => result.bytes() == 0 && filters.iter().all(is_transparent),
    }
}

fn advise_rg(case: &Case, command: &Command, pattern: Value, basic: BasicPattern) -> Advice {
    let (operator, literal, meaning) = match basic.operator {
        Operator::Alternation => ("\\|", "a literal |", "alternation"),
        Operator::Interval => ("\\{", "a literal brace", "an interval"),
    };
    let marks: Vec<&str> = ["\\|", "\\{", "\\+", "\\?"]
        .into_iter()
        .filter(|mark| pattern.text.contains(mark))
        .collect();
    let plain = match marks.as_slice() {
        [others @ .., last] if !others.is_empty() => format!(
            "rg takes {} and {last} in {} as literals; as operators they have no backslash",
            others.join(", "),
            excerpt(pattern.text)
        ),
        _ => format!(
            "rg takes {operator} in {} as {literal}; {meaning} has no backslash",
            excerpt(pattern.text)
        ),
    };
    // An option and its value in one word stay as they are.
    let is_whole = pattern.word.text == pattern.text;
    // Which part of a line -o prints depends on the order of the alternatives.
    let prints_part =
        options::has(&options::read(&command.args, Spec::of("rg")), Some('o'), "only-matching");
    let translated = basic.translated.filter(|_| is_whole && !prints_part);
    let better = translated.and_then(|translated| {
        case.script()?.with_word(command, pattern.word, &quote(&translated))
    });
    match better {
        Some(better) => {
            Advice::better(format!("rg takes {operator} as {literal}; as {meaning}"), better, plain)
        }
        None => Advice::plain(plain),
    }
}

fn advise_grep_tool(pattern: &str, basic: BasicPattern) -> Advice {
    let lead = "Grep takes \\| as a literal |";
    match basic.translated.filter(|translated| excerpt(translated) == *translated) {
        Some(translated) => {
            Advice::plain(format!("{lead}; as alternation the pattern is {translated}"))
        }
        None => Advice::plain(format!("{lead} in {}; alternation is a bare |", excerpt(pattern))),
    }
}

/// A pattern as a sentence may quote it.
fn excerpt(pattern: &str) -> String {
    if text::has_markup(pattern) { "its pattern".to_owned() } else { text::excerpt(pattern) }
}
