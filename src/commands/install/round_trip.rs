//! The hook registered in a file and taken out again, as `install` and `uninstall` do it, for any
//! content.
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "this is how a fuzz target tells what it found"
)]

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::agents::{AGENTS, Agent, Scope, Target};
use super::plan::{Aim, Plan};
use super::record::Records;
use super::registration::Settings;
use crate::commands::error::Error;

/// The settings of each agent with this content.
pub(crate) fn there_and_back(folder: &Path, content: &[u8]) {
    for agent in &AGENTS {
        let form = agent.form;
        let path = folder.join(agent.name).join("settings.json");
        // A project's file names the program as it is called, wherever the one at work stands.
        let target = Target { agent, scope: Scope::Project, path, form };
        fs::create_dir_all(folder.join(agent.name)).expect("a folder");
        fs::write(&target.path, content).expect("a file");
        let state = folder.join(format!("{}-state", agent.name));
        let told = there(&target, &state);
        let installed = fs::read(&target.path).expect("a file");
        let Ok(had_ours) = told else {
            assert!(installed == content, "{}: refused and changed", agent.name);
            continue;
        };
        let again = Plan::new(target.clone(), Aim::Install(None), &state, &Records::read(&state));
        assert!(!again.expect("a plan").changes(), "{}: installed twice", agent.name);
        back(&target, &state);
        let bare = fs::read(&target.path).unwrap_or_default();
        assert!(had_ours || bare == content, "{}: not given back", agent.name);
        assert!(!has_ours(&target, agent), "{}: something is left", agent.name);
        // Where nobody remembers how it was, our entries are cut out, and nothing else.
        fs::write(&target.path, &installed).expect("a file");
        back(&target, &folder.join(format!("{}-forgetful", agent.name)));
        assert!(!has_ours(&target, agent), "{}: something is left", agent.name);
        if !had_ours {
            let after = fs::read(&target.path).unwrap_or_default();
            assert_eq!(meaning(content), meaning(&after), "{}: something else is gone", agent.name);
        }
    }
}

/// Registers it; whether the file had entries of ours before.
fn there(target: &Target, state: &Path) -> Result<bool, Error> {
    Records::update(state, |records| {
        let plan = Plan::new(target.clone(), Aim::Install(None), state, records)?;
        plan.act(Aim::Install(None), state, records)?;
        Ok(plan.had_ours)
    })
}

fn back(target: &Target, state: &Path) {
    let done = Records::update(state, |records| {
        let plan = Plan::new(target.clone(), Aim::Uninstall, state, records)?;
        if plan.changes() { plan.act(Aim::Uninstall, state, records) } else { Ok(None) }
    });
    done.unwrap_or_else(|error| panic!("{}: {error}", target.agent.name));
}

fn has_ours(target: &Target, agent: &Agent) -> bool {
    let text = fs::read_to_string(&target.path).ok();
    Settings::read(&target.path, text.as_deref(), agent.form).expect("settings").has_ours()
}

/// What a file says, without what is empty and the version that some forms ask for.
fn meaning(content: &[u8]) -> Option<Value> {
    fn pruned(value: Value) -> Option<Value> {
        match value {
            Value::Object(members) => {
                let kept: serde_json::Map<String, Value> = members
                    .into_iter()
                    .filter_map(|(key, value)| Some((key, pruned(value)?)))
                    .collect();
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::Array(items) => {
                let kept: Vec<Value> = items.into_iter().filter_map(pruned).collect();
                (!kept.is_empty()).then_some(Value::Array(kept))
            }
            value => Some(value),
        }
    }
    let mut value: Value = serde_json::from_slice(content).ok()?;
    if let Some(members) = value.as_object_mut() {
        members.remove("version");
    }
    pruned(value)
}
