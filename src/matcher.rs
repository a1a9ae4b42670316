//! Runs triggers: which rules hold for a case, on which command, and which nearly did.

use crate::case::Case;
use crate::gate::Candidates;
use crate::rule::{Occasion, Rule, Severity, Trigger, Verdict};
use crate::rules;
use crate::shell::{Command, options};

/// A rule that holds and has something to say.
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

/// Looks at the candidates of a case. `curious` collects near misses too.
pub fn look(case: &Case, candidates: Candidates, curious: bool) -> Matches {
    let mut matches = Matches::default();
    for rule in candidates.hit.iter().filter_map(rules::at) {
        consider(case, rule, curious, &mut matches);
    }
    for rule in candidates.good.iter().filter_map(rules::at) {
        let held = matches.hit.iter().any(|found| found.rule.id == rule.id);
        // A command that is still the bad form is no progress, whatever else stands in it.
        if !held && rule.better.as_ref().is_some_and(|better| holds(case, better)) {
            matches.good.push(rule);
        }
    }
    matches
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
        let occasion = Occasion { command };
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

/// What the trigger says of each command it concerns, or of the call.
fn verdicts<'c>(
    case: &'c Case,
    trigger: &'c Trigger,
) -> Box<dyn Iterator<Item = (Option<&'c Command>, Verdict)> + 'c> {
    match trigger {
        Trigger::Call { tools, when } => {
            Box::new(tools.contains(&case.event.tool).then(|| (None, when(case))).into_iter())
        }
        Trigger::Command { programs, subcommands, when, .. } => Box::new(
            case.commands()
                .filter(|command| programs.contains(&command.program.as_str()))
                .filter(|command| {
                    subcommands.is_empty()
                        || options::subcommand(&command.program, &command.args)
                            .is_some_and(|(_, sub)| subcommands.contains(&sub))
                })
                .map(move |command| (Some(command), when(case, command))),
        ),
        // The first that holds speaks.
        Trigger::Any(triggers) => Box::new(triggers.iter().flat_map(move |trigger| verdicts(case, trigger))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::event::{Event, Tool};
    use crate::facts::Facts;

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
            holds(&Case::new(&event, Facts::new(Client::Claude(None), None), None), &SHOWN)
        };
        assert!(held("Read", ""));
        assert!(held("Bash", "ls; cat x"));
        assert!(!held("Bash", "cat"));
        assert!(!held("Write", "cat x"));
    }
}
