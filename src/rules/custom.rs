//! Custom rules: users write them into their settings. They become rules like those of the book and
//! pass the same matcher, judge, ledger and `explain`.

use super::advice::{Advice, Finding};
use super::book::retired;
use super::case::Case;
use super::gate;
use super::rule::{Events, Harm, Repeat, Rule, Severity};
use super::trigger::{Check, Miss, Trigger};
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
pub(super) fn is_taken(id: &str) -> bool {
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
