//! Own rules: what users wrote into their settings, as rules like those of the book. They pass the
//! same matcher, judge, ledger and `explain`.

use super::advice::{Advice, Finding};
use super::book::retired;
use super::case::Case;
use super::gate;
use super::rule::{Events, Harm, Repeat, Rule, Severity};
use super::trigger::{Check, Miss, Trigger};
use crate::base::file_error::FileError;
use crate::base::nearest::nearest;
use crate::base::{glob, text};
use crate::project::environment::Environment;
use crate::protocol::event::Event;
use crate::rules;
use crate::settings::{Concern, CustomRule, File, Settings, Weight};
use crate::shell::options::Spec;
use crate::shell::{Command, options};

/// The own rules that could have something to do with `event`.
pub fn candidates(
    settings: &Settings,
    environment: &Environment,
    event: &Event,
) -> Vec<&'static Rule> {
    let own: Vec<&'static CustomRule> =
        settings.custom_rules(environment).map(|(_, own)| own.rule).collect();
    if own.is_empty() {
        return Vec::new();
    }
    let candidates = gate::custom::candidates(&own, event);
    let is_first =
        |rule: &&'static CustomRule| own.iter().find(|other| other.id == rule.id) == Some(rule);
    candidates
        .into_iter()
        .filter(|rule| !is_taken(&rule.id) && is_first(rule))
        .map(as_rule)
        .collect()
}

/// Every own rule that counts, as a rule, with the file it stands in.
pub fn all<'s>(
    settings: &'s Settings,
    environment: &Environment,
) -> Vec<(&'static Rule, &'s File)> {
    let mut all: Vec<(&'static Rule, &File)> = Vec::new();
    for (file, own) in settings.custom_rules(environment) {
        if !is_taken(&own.rule.id) && !all.iter().any(|(rule, _)| rule.id == own.rule.id) {
            all.push((as_rule(own.rule), file));
        }
    }
    all
}

/// Whether an id means a rule of the book, of today or of once.
fn is_taken(id: &str) -> bool {
    rules::named(id).is_some() || retired::named(id).is_some()
}

/// An own rule as one of the book. It lives as long as the process, which is one call.
pub fn as_rule(own: &'static CustomRule) -> &'static Rule {
    // What a user took the trouble to write comes before what the book says of style.
    let (severity, harm, repeat) = match own.weight {
        Weight::Hint => (Severity::Hint, Harm::Waste, Repeat::HINT),
        Weight::Warn => (Severity::Warn, Harm::WrongResult, Repeat::nth(1, 5, 3)),
        Weight::Critical => (Severity::Critical, Harm::WrongResult, Repeat::always(u32::MAX)),
    };
    Box::leak(Box::new(Rule {
        id: &own.id,
        severity,
        harm,
        events: Events::Both,
        analyzer: None,
        summary: &own.text,
        why: "",
        trigger: Trigger::Custom(own),
        better: None,
        needs: &[],
        repeat,
        hits: &[],
        misses: &[],
        since: "",
    }))
}

/// What an own rule says.
pub fn advice(own: &CustomRule) -> Advice {
    match &own.better {
        Some(better) => Advice::better(&own.text, better, &own.text),
        None => Advice::plain(&own.text),
    }
}

/// What a custom rule finds in each command it concerns, or in the call.
pub(crate) fn checks<'c>(
    case: &'c Case,
    own: &'static CustomRule,
) -> Box<dyn Iterator<Item = Check<Finding>> + 'c> {
    let found = |()| Finding::new(advice(own));
    match &own.concern {
        Concern::Command { programs, subcommands, flags, args } => Box::new(
            case.commands()
                .filter(move |command| is_one_of(command, programs, &own.concern))
                .filter(|command| {
                    let found = options::subcommand(&command.program, &command.args);
                    subcommands.is_empty()
                        || found.is_some_and(|(_, found)| {
                            subcommands.iter().any(|wanted| wanted == found)
                        })
                })
                .map(move |command| of_command(command, flags, args.as_deref()).map(found)),
        ),
        Concern::Call { tools, path } => {
            let concerned = tools.iter().any(|tool| glob::matches(tool, &case.event.tool_name));
            Box::new(concerned.then(|| of_call(case, path.as_deref()).map(found)).into_iter())
        }
    }
}

/// Whether the command is one of these programs. Wrappers are peeled off commands; a rule about
/// nothing but the wrapper (`sudo`) means them.
fn is_one_of(command: &Command, programs: &[String], concern: &Concern) -> bool {
    let narrows = match concern {
        Concern::Command { subcommands, flags, args, .. } => {
            !subcommands.is_empty() || !flags.is_empty() || args.is_some()
        }
        Concern::Call { .. } => false,
    };
    programs.contains(&command.program)
        || (!narrows && programs.iter().any(|program| command.is_under(program)))
}

fn of_command(command: &Command, flags: &[String], args: Option<&str>) -> Check<()> {
    let words = || command.args.iter().map(|word| word.text.as_str());
    if command.in_function {
        Err(Miss::Near("it stands in a function, which may not be called"))
    } else if words()
        .take_while(|word| *word != "--")
        .any(|word| matches!(word, "--help" | "--version"))
    {
        Err(Miss::Near("it only asks for help or the version"))
    } else if !flags.iter().all(|flag| has_flag(command, flag)) {
        Err(Miss::Near("its `flags` are not all there"))
    } else if args.is_some_and(|args| !words().any(|word| glob::matches(args, word))) {
        Err(Miss::Near("no word of it matches `args`"))
    } else {
        Ok(())
    }
}

/// `-x` may stand in a cluster, `--long` may have a value; `-long` is how find, java and go spell
/// it.
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

fn of_call(case: &Case, path: Option<&str>) -> Check<()> {
    let Some(pattern) = path else { return Ok(()) };
    let input = case.event.input();
    match input.file_path.as_deref().or(input.path.as_deref()) {
        None => Err(Miss::Near("the call names no path")),
        Some(path) if glob::matches(pattern, path) => Ok(()),
        Some(_) => Err(Miss::Near("its path does not match `path`")),
    }
}

/// Everything that is wrong with the settings for a call with these environment: first what makes a
/// file invalid, then entries that have no effect. What the book does not know is no reason to drop
/// a whole file.
pub fn problems(settings: &Settings, environment: &Environment) -> Vec<FileError> {
    let project = settings.project(environment).file.as_ref();
    let mut problems: Vec<FileError> = settings.faults().cloned().collect();
    let mut own: Vec<&str> = Vec::new();
    for file in settings.user().into_iter().chain(project) {
        for entry in &file.rules {
            let id = entry.rule.id.as_str();
            let what = if is_taken(id) {
                format!("`{id}` is a rule of the book: an own rule needs another id")
            } else if own.contains(&id) {
                format!("there is an own rule `{id}` already: this one has no effect")
            } else {
                own.push(id);
                match unspoken(entry.rule) {
                    Some(why) => format!("own rule `{id}`: {why}"),
                    None => continue,
                }
            };
            problems.push(file.fault(entry.at, what));
        }
    }
    for file in settings.user().into_iter().chain(project) {
        for name in file.disable.iter().chain(&file.enable).chain(&file.pin) {
            if !is_taken(&name.id) && !own.contains(&name.id.as_str()) {
                let hint = suggestion(&name.id, own.iter().copied());
                let what = format!("no rule is called `{}`{hint}", name.id);
                problems.push(file.fault(name.at, what));
            }
        }
    }
    problems
}

/// Why an own rule does not say what it is meant to.
fn unspoken(own: &CustomRule) -> Option<&'static str> {
    match (advice(own).render(&own.id), &own.better) {
        (None, _) => Some("the text looks like it holds a secret and is never said"),
        (Some(said), Some(better)) if !said.contains(better.as_str()) => Some(
            "`text` and `better` are longer than 160 characters together: `better` is left out",
        ),
        _ => None,
    }
}

/// `; the nearest is ...`, if a rule of the book or one of `own` has a similar name.
pub fn suggestion<'o>(id: &str, own: impl Iterator<Item = &'o str>) -> String {
    let known = rules::all().map(|rule| rule.id).chain(own);
    nearest(id, known).map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default()
}

/// The own rules of the project's file that wait for trust: how many, in which file.
pub fn untrusted<'s>(
    settings: &'s Settings,
    environment: &Environment,
) -> Option<(usize, &'s File)> {
    let project = settings.project(environment);
    let file = project.file.as_ref().filter(|file| !project.trusted && !file.rules.is_empty())?;
    Some((file.rules.len(), file))
}

/// What an own rule looks at, in words.
pub fn concern(own: &CustomRule) -> String {
    let one_of = |words: &[String]| words.join("|");
    let words = match &own.concern {
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
