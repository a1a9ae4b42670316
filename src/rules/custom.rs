//! Custom rules: users write them into their settings. They become rules like those of the book and
//! pass the same matcher, judge, ledger and `explain`.

use super::advice::{Advice, Finding};
use super::book::retired;
use super::case::Case;
use super::gate;
use super::rule::{Events, Harm, Repeat, Rule, Severity};
use super::threshold::Threshold;
use super::trigger::{Check, Miss, Trigger};
use crate::base::file_error::FileError;
use crate::base::nearest::nearest;
use crate::base::{glob, text};
use crate::project::environment::Environment;
use crate::protocol::event::{Event, Outcome};
use crate::rules;
use crate::settings::{Concern, CustomRule, File, Settings, Weight};
use crate::shell::options::Spec;
use crate::shell::{Command, options};

/// The custom rules that could speak of `event`.
pub(crate) fn candidates(
    settings: &Settings,
    environment: &Environment,
    event: &Event,
) -> Vec<&'static Rule> {
    let custom: Vec<&'static CustomRule> =
        settings.custom_rules(environment).map(|(_, entry)| entry.rule).collect();
    if custom.is_empty() || event.outcome() == Some(Outcome::Rejection) {
        return Vec::new();
    }
    let candidates = gate::custom::candidates(&custom, event);
    let is_first =
        |rule: &&'static CustomRule| custom.iter().find(|other| other.id == rule.id) == Some(rule);
    candidates
        .into_iter()
        .filter(|rule| !is_taken(&rule.id) && is_first(rule))
        .map(as_rule)
        .collect()
}

/// Every custom rule that counts, as a rule, with its settings file.
pub(crate) fn all<'s>(
    settings: &'s Settings,
    environment: &Environment,
) -> Vec<(&'static Rule, &'s File)> {
    let mut all: Vec<(&'static Rule, &File)> = Vec::new();
    for (file, entry) in settings.custom_rules(environment) {
        let custom = entry.rule;
        if !is_taken(&custom.id) && !all.iter().any(|(rule, _)| rule.id == custom.id) {
            all.push((as_rule(custom), file));
        }
    }
    all
}

/// Whether an id belongs to a rule of the book, or to a retired one.
fn is_taken(id: &str) -> bool {
    rules::named(id).is_some() || retired::named(id).is_some()
}

/// A custom rule in the form of the book's. It lives as long as the process, which is one call.
pub(crate) fn as_rule(custom: &'static CustomRule) -> &'static Rule {
    // The advice that a user took the trouble to write comes before the book's advice about style.
    let (severity, harm, repeat) = match custom.weight {
        Weight::Hint => (Severity::Hint, Harm::Waste, Repeat::HINT),
        Weight::Warn => (Severity::Warn, Harm::WrongResult, Repeat::nth(1, 5, 3)),
        Weight::Critical => (Severity::Critical, Harm::WrongResult, Repeat::always(u32::MAX)),
    };
    Box::leak(Box::new(Rule {
        id: &custom.id,
        severity,
        harm,
        events: Events::Both,
        analyzer: None,
        summary: &custom.text,
        why: "",
        lesson: None,
        trigger: Trigger::Custom(custom),
        better: None,
        needs: &[],
        repeat,
        hits: &[],
        misses: &[],
        since: "",
    }))
}

/// What a custom rule says.
pub(crate) fn advice(custom: &CustomRule) -> Advice {
    match &custom.better {
        Some(better) => Advice::better(&custom.text, better, &custom.text),
        None => Advice::plain(&custom.text),
    }
}

/// What a custom rule finds in each command that it looks at, or in the call.
pub(crate) fn checks<'c>(
    case: &'c Case,
    custom: &'static CustomRule,
) -> Box<dyn Iterator<Item = Check<Finding>> + 'c> {
    let finding = |()| Finding::new(advice(custom));
    match &custom.concern {
        Concern::Command { programs, subcommands, flags, args } => Box::new(
            case.commands()
                .filter(move |command| is_one_of(command, programs, &custom.concern))
                .filter(|command| {
                    let used = options::subcommand(&command.program, &command.args);
                    subcommands.is_empty()
                        || used.is_some_and(|(_, used)| {
                            subcommands.iter().any(|wanted| wanted == used)
                        })
                })
                .map(move |command| check_words(command, flags, args.as_deref()).map(finding)),
        ),
        Concern::Call { tools, path } => {
            let concerned = tools.iter().any(|tool| glob::matches(tool, &case.event.tool_name));
            Box::new(concerned.then(|| check_path(case, path.as_deref()).map(finding)).into_iter())
        }
    }
}

/// Whether the command runs one of these programs. Wrappers are peeled off commands, so a rule that
/// names nothing but a program (`sudo`) looks at the command's wrappers too.
fn is_one_of(command: &Command, programs: &[String], concern: &Concern) -> bool {
    let is_narrowed = match concern {
        Concern::Command { subcommands, flags, args, .. } => {
            !subcommands.is_empty() || !flags.is_empty() || args.is_some()
        }
        Concern::Call { .. } => false,
    };
    programs.contains(&command.program)
        || (!is_narrowed && programs.iter().any(|program| command.is_under(program)))
}

fn check_words(command: &Command, flags: &[String], args: Option<&str>) -> Check<()> {
    let words = || command.args.iter().map(|word| word.text.as_str());
    if command.in_function {
        Err(Miss::Near("it is in a function, which may not be called"))
    } else if words()
        .take_while(|word| *word != "--")
        .any(|word| matches!(word, "--help" | "--version"))
    {
        Err(Miss::Near("it only asks for help or the version"))
    } else if !flags.iter().all(|flag| has_flag(command, flag)) {
        Err(Miss::Near("it does not have all of the `flags`"))
    } else if args.is_some_and(|args| !words().any(|word| glob::matches(args, word))) {
        Err(Miss::Near("none of its words matches `args`"))
    } else {
        Ok(())
    }
}

/// Whether the command has an option: `-x`, also in a cluster (`-vx`); `--long`, also with a value;
/// or `-long`, the spelling of find, java and go.
fn has_flag(command: &Command, flag: &str) -> bool {
    let items = || options::read(&command.args, Spec::FLAGS_ONLY);
    let mut letters = flag.strip_prefix('-').unwrap_or_default().chars();
    match (flag.strip_prefix("--"), letters.next(), letters.next()) {
        (Some(long), ..) => options::has(&items(), None, long),
        (None, Some(short), None) => options::has(&items(), Some(short), ""),
        _ => command.args.iter().take_while(|word| word.text != "--").any(|word| {
            word.text
                .strip_prefix(flag)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }),
    }
}

fn check_path(case: &Case, path: Option<&str>) -> Check<()> {
    let Some(pattern) = path else { return Ok(()) };
    let input = case.event.input();
    match input.file_path.as_deref().or(input.path.as_deref()) {
        None => Err(Miss::Near("the call names no path")),
        Some(path) if glob::matches(pattern, path) => Ok(()),
        Some(_) => Err(Miss::Near("its path does not match `path`")),
    }
}

/// Everything that is wrong with the settings for a call in this environment: first what makes a
/// file invalid, then entries that have no effect. An unknown rule does not make a file invalid.
pub(crate) fn problems(settings: &Settings, environment: &Environment) -> Vec<FileError> {
    let project = settings.project(environment).file.as_ref();
    let mut problems: Vec<FileError> = settings.faults().cloned().collect();
    let mut custom: Vec<&str> = Vec::new();
    for file in settings.user().into_iter().chain(project) {
        for entry in &file.rules {
            let id = entry.rule.id.as_str();
            let what = if is_taken(id) {
                format!("`{id}` is a built-in rule; a custom rule needs another id")
            } else if custom.contains(&id) {
                format!("there is already a custom rule `{id}`; this one has no effect")
            } else {
                custom.push(id);
                match why_incomplete(entry.rule) {
                    Some(why) => format!("custom rule `{id}`: {why}"),
                    None => continue,
                }
            };
            problems.push(file.fault(entry.at, what));
        }
    }
    for file in settings.user().into_iter().chain(project) {
        for set in &file.set {
            if let Some(what) = why_without_effect(&set.rule, &set.name, set.number) {
                problems.push(file.fault(set.at, what));
            }
        }
    }
    for file in settings.user().into_iter().chain(project) {
        for name in file.disable.iter().chain(&file.enable).chain(&file.pin) {
            if !is_taken(&name.id) && !custom.contains(&name.id.as_str()) {
                let hint = suggestion(&name.id, custom.iter().copied());
                let what = format!("there is no rule `{}`{hint}", name.id);
                problems.push(file.fault(name.at, what));
            }
        }
    }
    problems
}

/// Why a number that a file sets has no effect, or another one.
fn why_without_effect(rule: &str, name: &str, number: u64) -> Option<String> {
    let own: Vec<&Threshold> =
        rules::thresholds().filter(|threshold| threshold.rule == rule).collect();
    if own.is_empty() {
        let known = rules::thresholds().map(|threshold| threshold.rule);
        let hint = nearest(rule, known).map(|near| format!("; the nearest is `{near}`"));
        let what = if is_taken(rule) { "has no numbers to set" } else { "is not a rule" };
        return Some(format!("`{}` {what}{}", text::excerpt(rule), hint.unwrap_or_default()));
    }
    let names: Vec<&str> = own.iter().map(|threshold| threshold.name).collect();
    let Some(threshold) = own.iter().find(|threshold| threshold.name == name) else {
        return Some(format!(
            "`{rule}` has no number `{}`; it has {}",
            text::excerpt(name),
            names.join(", ")
        ));
    };
    let (least, most) = (threshold.least, threshold.most);
    (!(least..=most).contains(&number))
        .then(|| format!("`{name}` of `{rule}` is a number from {least} to {most}"))
}

/// Why a custom rule does not say all of its text.
fn why_incomplete(custom: &CustomRule) -> Option<&'static str> {
    match (advice(custom).render(&custom.id), &custom.better) {
        (None, _) => Some("the text looks like it contains a secret, so it is never said"),
        (Some(said), Some(better)) if !said.contains(better.as_str()) => Some(
            "`text` and `better` together are longer than 160 characters, so `better` is left out",
        ),
        _ => None,
    }
}

/// `; the nearest is ...`, if a rule of the book or one of the `custom` rules has a similar id.
pub(crate) fn suggestion<'c>(id: &str, custom: impl Iterator<Item = &'c str>) -> String {
    let known = rules::all().map(|rule| rule.id).chain(custom);
    nearest(id, known).map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default()
}

/// How many custom rules of the project's file the user does not trust yet, and the file.
pub(crate) fn untrusted<'s>(
    settings: &'s Settings,
    environment: &Environment,
) -> Option<(usize, &'s File)> {
    let project = settings.project(environment);
    let file = project.file.as_ref().filter(|file| !project.trusted && !file.rules.is_empty())?;
    Some((file.rules.len(), file))
}

/// What a custom rule looks at, in words.
pub(crate) fn concern(custom: &CustomRule) -> String {
    let one_of = |words: &[String]| words.join("|");
    let words = match &custom.concern {
        Concern::Command { programs, subcommands, flags, args } => {
            let subcommands = if subcommands.is_empty() {
                String::new()
            } else {
                format!(" {}", one_of(subcommands))
            };
            let flags = if flags.is_empty() {
                String::new()
            } else {
                format!(" with {}", flags.join(" and "))
            };
            let args = args.as_ref().map(|args| format!(" on {args}")).unwrap_or_default();
            format!("{}{subcommands}{flags}{args}", one_of(programs))
        }
        Concern::Call { tools, path } => {
            let path = path.as_ref().map(|path| format!(" of {path}")).unwrap_or_default();
            format!("{}{path}", one_of(tools))
        }
    };
    text::clean(&words)
}
