//! Runs triggers: which rules hold for a case, on which command, and which nearly did.

use super::advice::Finding;
use super::case::Case;
use super::custom;
use super::gate::Candidates;
use super::rule::{Rule, Severity};
use super::trigger::{Check, Miss, Trigger};
use crate::rules;
use crate::shell::{Command, options};

/// A rule that holds and has something to say.
#[derive(Clone)]
pub struct Match {
    /// The rule.
    pub rule: &'static Rule,
    /// How much it matters here.
    pub severity: Severity,
    /// The line as the agent would read it.
    pub text: String,
    /// What the finding is about; `None`: all findings of the rule are the same occasion.
    pub subject: Option<String>,
}

/// A rule that nearly fired.
pub struct Near {
    /// The rule.
    pub rule: &'static Rule,
    /// Why it did not.
    pub because: String,
}

/// What the rules found in a case.
#[derive(Default)]
pub struct Matches {
    /// Rules that hold, in the order of the rule book.
    pub hit: Vec<Match>,
    /// Rules whose better form was used.
    pub good: Vec<&'static Rule>,
    /// Near misses, collected only if the caller is curious.
    pub near: Vec<Near>,
}

/// Runs the `custom` rules, then the candidates of the book. `curious` collects near misses too.
pub fn look(
    case: &Case,
    candidates: Candidates,
    custom: &[&'static Rule],
    curious: bool,
) -> Matches {
    let mut matches = Matches::default();
    for rule in custom {
        consider(case, rule, curious, &mut matches);
    }
    for rule in candidates.hit.iter().filter_map(rules::at) {
        consider(case, rule, curious, &mut matches);
    }
    for rule in candidates.good.iter().filter_map(rules::at) {
        let is_used = |better| trigger_results(case, better).any(|result| result.is_ok());
        if rule.better.as_ref().is_some_and(is_used) {
            matches.good.push(rule);
        }
    }
    matches.settle();
    matches
}

impl Matches {
    /// Adds what another look found.
    pub fn extend(&mut self, other: Self) {
        self.hit.extend(other.hit);
        self.good.extend(other.good);
        self.near.extend(other.near);
        self.settle();
    }

    /// A call with the bad form is no progress, even if it uses the better form too.
    fn settle(&mut self) {
        let Self { hit, good, .. } = self;
        good.retain(|rule| !hit.iter().any(|found| found.rule.id == rule.id));
    }
}

/// Why a finding is not said although the rule holds.
const UNSPEAKABLE: &str =
    "its sentence is longer than 160 characters, or looks as if it contained a secret";

fn consider(case: &Case, rule: &'static Rule, curious: bool, matches: &mut Matches) {
    let mut near: Option<String> = None;
    for result in rule_results(case, rule) {
        let miss = match result {
            Ok(Finding { advice, severity, subject }) => match advice.render(rule.id) {
                Some(text) => {
                    let severity = severity.unwrap_or(rule.severity);
                    matches.hit.push(Match { rule, severity, text, subject });
                    return;
                }
                None => Miss::Near(UNSPEAKABLE),
            },
            Err(miss) => miss,
        };
        match miss {
            Miss::No => {}
            Miss::Near(because) => {
                near.get_or_insert_with(|| because.to_owned());
            }
            Miss::NoBetterForm => {
                near.get_or_insert_with(|| no_better_form(rule));
            }
        }
    }
    if curious && let Some(because) = near {
        matches.near.push(Near { rule, because });
    }
}

fn no_better_form(rule: &Rule) -> String {
    match rule.needs {
        [] => "no better form is known for this command".to_owned(),
        needs => {
            let needs: Vec<&str> = needs.iter().map(|need| need.as_str()).collect();
            format!("no better form is available here (it needs {})", needs.join(", "))
        }
    }
}

/// Whether an analyzer is worth starting for this trigger: a command or tool of its kind was
/// called.
pub fn concerns<T>(case: &Case, trigger: &Trigger<T>) -> bool {
    match trigger {
        Trigger::Deferred { tools, concerns, .. } => {
            tools.contains(&case.event.tool) && concerns(case)
        }
        Trigger::Command { programs, subcommands, .. } => {
            case.commands().any(|command| is_named(command, programs, subcommands))
        }
        Trigger::Call { tools, .. } => tools.contains(&case.event.tool),
        Trigger::AnyCommand { .. } | Trigger::Script { .. } => true,
        Trigger::Any(triggers) => triggers.iter().any(|trigger| concerns(case, trigger)),
        // No analyzer runs custom rules.
        Trigger::Custom(_) => false,
    }
}

/// Whether a trigger with these programs and sub-commands looks at the command.
fn is_named(command: &Command, programs: &[&str], subcommands: &[&str]) -> bool {
    (programs.is_empty() || programs.contains(&command.program.as_str()))
        && (subcommands.is_empty()
            || options::subcommand(&command.program, &command.args)
                .is_some_and(|(_, sub)| subcommands.contains(&sub)))
}

/// What the rule's trigger returns.
fn rule_results<'c>(
    case: &'c Case,
    rule: &'static Rule,
) -> Box<dyn Iterator<Item = Check<Finding>> + 'c> {
    match rule.trigger {
        Trigger::Custom(custom) => custom::checks(case, custom),
        _ => trigger_results(case, &rule.trigger),
    }
}

/// What the trigger's check returns for each command that it looks at, or for the call.
fn trigger_results<'c, T: 'static>(
    case: &'c Case,
    trigger: &'static Trigger<T>,
) -> Box<dyn Iterator<Item = Check<T>> + 'c> {
    match trigger {
        Trigger::Call { tools, check } | Trigger::Deferred { tools, check, .. } => {
            Box::new(tools.contains(&case.event.tool).then(|| check(case)).into_iter())
        }
        Trigger::Command { programs, subcommands, check, .. } => Box::new(
            case.commands()
                .filter(|command| is_named(command, programs, subcommands))
                .map(move |command| check(case, command)),
        ),
        Trigger::AnyCommand { check, .. } => {
            Box::new(case.commands().map(move |command| check(case, command)))
        }
        Trigger::Script { check, .. } => {
            Box::new(case.script().map(|script| check(case, script)).into_iter())
        }
        // The caller takes the first that holds.
        Trigger::Any(triggers) => {
            Box::new(triggers.iter().flat_map(move |trigger| trigger_results(case, trigger)))
        }
        // `rule_results` runs custom rules. They are never the trigger of a better form.
        Trigger::Custom(_) => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::environment::Environment;
    use crate::protocol::client::Client;
    use crate::protocol::event::{Event, Tool};
    use crate::rules::trigger::check;

    #[test]
    fn any_holds_where_one_of_its_triggers_does() {
        const SHOWS_FILE: Trigger<()> = Trigger::Any(&[
            Trigger::Call { tools: &[Tool::Read], check: |_| Ok(()) },
            Trigger::Command {
                programs: &["cat"],
                subcommands: &[],
                signs: &[],
                check: |_, command| check(!command.args.is_empty()),
            },
        ]);
        assert_eq!(SHOWS_FILE.alternatives().len(), 2);
        let holds = |tool: &str, input: &str| {
            let text = format!(
                r#"{{"hook_event_name":"PostToolUse","tool_name":"{tool}","tool_input":{{"command":"{input}"}}}}"#
            );
            let event = Event::parse(&text).unwrap();
            let case = Case::new(&event, Environment::new(Client::Claude(None), None), None);
            trigger_results(&case, &SHOWS_FILE).any(|result| result.is_ok())
        };
        assert!(holds("Read", ""));
        assert!(holds("Bash", "ls; cat x"));
        assert!(!holds("Bash", "cat"));
        assert!(!holds("Write", "cat x"));
    }
}
