//! What the program advises, asked in this process or through the built binary.

use std::path::Path;
use std::sync::Arc;

use once_cell::unsync::OnceCell;
use serde_json::json;
use toolcoach::engine::{self, analyzers};
use toolcoach::project::environment::Environment;
use toolcoach::protocol;
use toolcoach::protocol::client::Client;
use toolcoach::rules::case::Case;

use crate::harness::{World, advice};

/// A client, and the programs on its PATH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub name: &'static str,
    client: Option<Client>,
    agent: Option<&'static str>,
    pub programs: &'static [&'static str],
}

/// Claude Code whose shell has its own fast grep.
pub const FAST_CLAUDE: Place = Place {
    name: "Claude Code 2.1.330",
    client: None,
    agent: Some("claude-code_2-1-330_harness"),
    programs: &["git", "rg", "fdfind", "tree"],
};

/// Claude Code before that.
pub const OLD_CLAUDE: Place = Place {
    name: "Claude Code 2.1.112",
    client: None,
    agent: Some("claude-code_2-1-112_harness"),
    programs: &["git", "tree"],
};

pub const CODEX: Place = Place {
    name: "Codex",
    client: Some(Client::Codex),
    agent: None,
    programs: &["git", "rg", "fdfind", "tree"],
};

/// Codex where only git can search.
pub const ONLY_GIT: Place =
    Place { name: "Codex with git", client: Some(Client::Codex), agent: None, programs: &["git"] };

/// Codex where only fd can list.
pub const ONLY_FD: Place = Place {
    name: "Codex with fd",
    client: Some(Client::Codex),
    agent: None,
    programs: &["fdfind"],
};

/// How a call ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    Printed(String),
    Failed(String),
}

/// A line of advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advised {
    pub rule: String,
    pub text: String,
}

impl Advised {
    /// The command that it gives.
    pub fn command(&self) -> Option<&str> {
        self.text.split('`').nth(1)
    }
}

fn event(folder: &Path, command: &str, outcome: &Outcome) -> serde_json::Value {
    let mut event = json!({
        "hook_event_name": "PostToolUse", "cwd": folder, "tool_name": "Bash", "tool_input": { "command": command },
    });
    match outcome {
        Outcome::Printed(stdout) => {
            event["tool_response"] = json!({ "stdout": stdout, "stderr": "" })
        }
        Outcome::Failed(error) => {
            event["hook_event_name"] = json!("PostToolUseFailure");
            event["error"] = json!(error);
        }
    }
    event
}

/// What is advised about a call, most important first.
pub fn advised(place: Place, folder: &Path, command: &str, outcome: &Outcome) -> Vec<Advised> {
    let input = event(folder, command, outcome).to_string();
    let translation = OnceCell::new();
    let name = |named: Option<Client>| place.client.or(named);
    let (event, client) = protocol::read(&input, &translation, name, place.agent).unwrap();
    let programs: Vec<String> = place.programs.iter().map(|name| (*name).to_owned()).collect();
    let environment = Environment::new(client, folder.to_str()).with_programs(Arc::from(programs));
    let case = Case::new(&event, environment, None);
    let examination = engine::examine(&case, true, |tasks| analyzers::look(&case, tasks, true));
    let hits = examination.matches.hit.iter();
    hits.map(|hit| Advised { rule: hit.rule.id.to_owned(), text: hit.text.clone() }).collect()
}

/// The same through the binary.
pub fn advised_by_binary(
    place: Place,
    folder: &Path,
    command: &str,
    outcome: &Outcome,
) -> Vec<Advised> {
    let world = World::new();
    world.programs(place.programs);
    let mut call = world.bash(command);
    for (name, value) in event(folder, command, outcome).as_object().unwrap() {
        call = call.field(name, value.clone());
    }
    if let Outcome::Failed(error) = outcome {
        call = call.failed(error);
    }
    if place.client.is_some() {
        call = call.field("turn_id", json!("t"));
    }
    if let Some(agent) = place.agent {
        call = call.env("AI_AGENT", agent);
    }
    let lines = advice(&call.explain());
    lines.into_iter().map(|(rule, text)| Advised { rule, text }).collect()
}
