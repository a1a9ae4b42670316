//! Runs the examples of custom rules: of each call the rule speaks, or it does not.

use serde_json::{Value, json};

use crate::base::file_error::FileError;
use crate::base::text;
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::protocol::event::{Event, Tool, kind_of_tool};
use crate::rules::case::Case;
use crate::rules::gate::Candidates;
use crate::rules::{custom, matcher};
use crate::settings::{Concern, File, ListedCustomRule, Settings};

/// Runs every example of a file: how many there are, and which do not do as they say.
pub(super) fn run(file: &File) -> (usize, Vec<FileError>) {
    let (mut run, mut faults) = (0, Vec::new());
    for entry in &file.rules {
        let hits = entry.hits.iter().map(|example| (example, true));
        for (example, speaks) in hits.chain(entry.misses.iter().map(|example| (example, false))) {
            run += 1;
            let (id, call) = (&entry.rule.id, text::clean(&example.call));
            let what = match look(entry, &example.call) {
                Outcome::Speaks if speaks => continue,
                Outcome::Silent(_) if !speaks => continue,
                Outcome::Speaks => format!("`misses`: the rule `{id}` speaks on `{call}`"),
                Outcome::Silent(why) => {
                    format!("`hits`: the rule `{id}` does not speak on `{call}`: {why}")
                }
            };
            faults.push(file.fault(example.at, what));
        }
    }
    (run, faults)
}

/// What a rule does about an example.
enum Outcome {
    Speaks,
    /// It is silent, for this reason.
    Silent(String),
}

fn look(entry: &ListedCustomRule, call: &str) -> Outcome {
    let event = composed_event(&entry.rule.concern, call).to_string();
    let event = match Event::parse(event.as_str()) {
        Ok(event) => event,
        Err(error) => return Outcome::Silent(error.to_string()),
    };
    let alone = File { rules: vec![entry.clone()], ..File::default() };
    let case = Case::new(&event, Environment::new(Client::Claude(None), None), None)
        .with_settings(Settings::of(alone));
    let rules = custom::candidates(&case.settings, &case.environment, &event);
    let matches = matcher::look(&case, Candidates::default(), &rules, true);
    if !matches.hit.is_empty() {
        return Outcome::Speaks;
    }
    let near = matches.near.first().map(|near| near.because.clone());
    let refused = || case.refusal().map(|refusal| refusal.reason().to_owned());
    let other = match entry.rule.concern {
        Concern::Command { .. } => "none of its commands is one that the rule looks at",
        Concern::Call { .. } => "an example names a tool and a path, such as `Edit src/a.rs`",
    };
    Outcome::Silent(near.or_else(refused).unwrap_or_else(|| other.to_owned()))
}

/// The event of an example: a command, or a tool with the path that it works on.
fn composed_event(concern: &Concern, call: &str) -> Value {
    let (tool, input) = match concern {
        Concern::Command { .. } => ("Bash", call),
        Concern::Call { .. } => call.split_once(' ').unwrap_or((call, "")),
    };
    let input = match kind_of_tool(tool) {
        Tool::Shell => json!({ "command": input }),
        _ if input.is_empty() => json!({}),
        _ => json!({ "file_path": input }),
    };
    json!({ "hook_event_name": "PostToolUse", "tool_name": tool, "tool_input": input, "tool_response": {} })
}
