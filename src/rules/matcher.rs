//! Runs triggers: which rules hold for a case, on which command, and which nearly did.

use super::case::Case;
use super::custom;
use super::gate::Candidates;
use super::rule::{Occasion, Rule, Severity, Trigger, Verdict};
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
    /// What it is about, for what counts as the same occasion.
    pub subject: String,
}

/// A rule that looked and stayed silent.
pub struct Near {
    /// The rule.
    pub rule: &'static Rule,
    /// Why.
    pub because: String,
}

/// What the rules made of a case.
#[derive(Default)]
pub struct Matches {
    /// Rules that hold, in the order of the rule book.
    pub hit: Vec<Match>,
    /// Rules whose better form was used.
    pub good: Vec<&'static Rule>,
    /// Near misses; collected only for a curious caller.
    pub near: Vec<Near>,
}

/// Looks at the candidates of a case, first at the user's `own` rules. `curious` collects near misses too.
pub fn look(case: &Case, candidates: Candidates, own: &[&'static Rule], curious: bool) -> Matches {
    let mut matches = Matches::default();
    for rule in own {
        consider(case, rule, curious, &mut matches);
    }
    for rule in candidates.hit.iter().filter_map(rules::at) {
        consider(case, rule, curious, &mut matches);
    }
    for rule in candidates.good.iter().filter_map(rules::at) {
        if rule.better.as_ref().is_some_and(|better| holds(case, better)) {
            matches.good.push(rule);
        }
    }
    matches.settle();
    matches
}

impl Matches {
    /// Takes in what another look found.
    pub fn extend(&mut self, other: Self) {
        self.hit.extend(other.hit);
        self.good.extend(other.good);
        self.near.extend(other.near);
        self.settle();
    }

    /// A command that is still the bad form is no progress, whatever else stands in it.
    fn settle(&mut self) {
        let Self { hit, good, .. } = self;
        good.retain(|rule| !hit.iter().any(|found| found.rule.id == rule.id));
    }
}

fn consider(case: &Case, rule: &'static Rule, curious: bool, matches: &mut Matches) {
    let mut near: Option<String> = None;
    for (command, verdict) in verdicts(case, &rule.trigger) {
        let severity = match verdict {
            Verdict::No => continue,
            Verdict::Near(because) => {
                near.get_or_insert_with(|| because.to_owned());
                continue;
            }
            Verdict::Fires => rule.severity,
            Verdict::FiresAs(severity) => severity,
        };
        let occasion = Occasion { rule, command };
        let text = (rule.advice)(case, &occasion).and_then(|advice| advice.render(rule.id));
        if let Some(text) = text {
            let subject = rule.subject(case, &occasion);
            matches.hit.push(Match { rule, severity, text, subject });
            return;
        }
        near.get_or_insert_with(|| match rule.needs {
            [] => "no better form is known for this command".to_owned(),
            needs => {
                let needs: Vec<&str> = needs.iter().map(|need| need.as_str()).collect();
                format!("no better form is known here (it needs {})", needs.join(", "))
            }
        });
    }
    if curious && let Some(because) = near {
        matches.near.push(Near { rule, because });
    }
}

fn holds(case: &Case, trigger: &Trigger) -> bool {
    verdicts(case, trigger).any(|(_, verdict)| matches!(verdict, Verdict::Fires | Verdict::FiresAs(_)))
}

/// Whether an analyzer is worth starting for this trigger: a command or tool of its kind was called.
pub fn concerns(case: &Case, trigger: &Trigger) -> bool {
    match trigger {
        Trigger::Deferred { tools, concerns, .. } => tools.contains(&case.event.tool) && concerns(case),
        Trigger::Command { programs, subcommands, .. } => {
            case.commands().any(|command| is_meant(command, programs, subcommands))
        }
        Trigger::Call { tools, .. } => tools.contains(&case.event.tool),
        Trigger::Script { .. } => true,
        Trigger::Any(triggers) => triggers.iter().any(|trigger| concerns(case, trigger)),
        // An own rule is no analyzer's.
        Trigger::Custom(_) => false,
    }
}

fn is_meant(command: &Command, programs: &[&str], subcommands: &[&str]) -> bool {
    (programs.is_empty() || programs.contains(&command.program.as_str()))
        && (subcommands.is_empty()
            || options::subcommand(&command.program, &command.args)
                .is_some_and(|(_, sub)| subcommands.contains(&sub)))
}

/// What the trigger says of each command it concerns, or of the call.
fn verdicts<'c>(
    case: &'c Case,
    trigger: &'c Trigger,
) -> Box<dyn Iterator<Item = (Option<&'c Command>, Verdict)> + 'c> {
    match trigger {
        Trigger::Call { tools, when } | Trigger::Deferred { tools, when, .. } => {
            Box::new(tools.contains(&case.event.tool).then(|| (None, when(case))).into_iter())
        }
        Trigger::Command { programs, subcommands, when, .. } => Box::new(
            case.commands()
                .filter(|command| is_meant(command, programs, subcommands))
                .map(move |command| (Some(command), when(case, command))),
        ),
        Trigger::Script { when, .. } => {
            Box::new(case.script().map(|script| (None, when(case, script))).into_iter())
        }
        Trigger::Custom(own) => custom::verdicts(case, own),
        // The first that holds speaks.
        Trigger::Any(triggers) => Box::new(triggers.iter().flat_map(move |trigger| verdicts(case, trigger))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::environment::Environment;
    use crate::protocol::client::Client;
    use crate::protocol::event::{Event, Tool};

    #[test]
    fn any_holds_where_one_of_its_triggers_does() {
        const SHOWN: Trigger = Trigger::Any(&[
            Trigger::Call { tools: &[Tool::Read], when: |_| Verdict::Fires },
            Trigger::Command {
                programs: &["cat"],
                subcommands: &[],
                signs: &[],
                when: |_, command| Verdict::when(!command.args.is_empty()),
            },
        ]);
        assert_eq!(SHOWN.alternatives().len(), 2);
        let held = |tool: &str, input: &str| {
            let text = format!(
                r#"{{"hook_event_name":"PostToolUse","tool_name":"{tool}","tool_input":{{"command":"{input}"}}}}"#
            );
            let event = Event::parse(&text).unwrap();
            holds(&Case::new(&event, Environment::new(Client::Claude(None), None), None), &SHOWN)
        };
        assert!(held("Read", ""));
        assert!(held("Bash", "ls; cat x"));
        assert!(!held("Bash", "cat"));
        assert!(!held("Write", "cat x"));
    }
}
