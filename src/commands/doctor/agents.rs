//! Checks of the agents' settings: found, understood, complete, once, with enough time, trusted.

use std::collections::BTreeMap;

use super::finding::{Finding, Status};
use super::{Scene, install_command};
use crate::base::deadline;
use crate::commands::install;
use crate::commands::install::{CodexTrust, Hook, Run, SettingsFile, Surveyed};
use crate::protocol::client::Client;
use crate::ui::format::plural;

/// The hooks of an agent, with the files that they stand in.
pub(super) fn hooks(agent: &Surveyed) -> impl Iterator<Item = (&SettingsFile, &Hook)> {
    agent.files.iter().flat_map(|file| file.hooks.iter().map(move |hook| (file, hook)))
}

/// The agents that have the hook.
pub(super) fn registered(scene: &Scene) -> impl Iterator<Item = &Surveyed> {
    scene.agents.iter().filter(|agent| hooks(agent).next().is_some())
}

/// The agents that run the hooks in Claude Code's settings, while these have ours.
fn by_claude(scene: &Scene) -> bool {
    registered(scene).any(|agent| matches!(agent.client, Client::Claude(_)))
}

/// Which agents are here, and which have the hook.
pub(super) fn found(scene: &Scene) -> Vec<Finding> {
    if scene.agents.is_empty() {
        return vec![
            Finding::failure("no agent is found on this machine")
                .mend("install one, or tell where its settings are: CLAUDE_CONFIG_DIR, CODEX_HOME, COPILOT_HOME; then")
                .run("toolcoach install"),
        ];
    }
    let nobody = registered(scene).next().is_none();
    let told = |agent: &Surveyed| {
        let command = install_command(agent, "user");
        let mut files: Vec<&SettingsFile> =
            agent.files.iter().filter(|file| !file.hooks.is_empty()).collect();
        files.dedup_by_key(|file| &file.path);
        let finding = match files.as_slice() {
            [] if agent.reads_claude && by_claude(scene) => Finding::ok(
                "runs the hooks in Claude Code's settings, if its setting \"Third-party skills\" is on",
            ),
            [] if agent.files.iter().any(|file| file.fault.is_some()) => {
                Finding::warning("its settings are not understood").mend("see settings-file")
            }
            [] if scene.asked || nobody => Finding::failure("has not the hook").run(command),
            [] => Finding::ok(format!("here without the hook; {command} gives it")),
            [file, ..] => {
                let scopes: Vec<&str> = files.iter().map(|file| in_words(file.scope)).collect();
                Finding::ok(format!("has the hook, {}", scopes.join(" and "))).at(&file.path)
            }
        };
        finding.about(agent)
    };
    scene.agents.iter().map(told).collect()
}

/// For whom a file is.
fn in_words(scope: &str) -> &'static str {
    match scope {
        "project" => "for everybody in this project",
        "local" => "for you in this project",
        "plugin" => "by a plugin",
        _ => "for all your calls",
    }
}

/// Whether the files are understood.
pub(super) fn understood(scene: &Scene) -> Vec<Finding> {
    let told = |agent: &Surveyed| -> Vec<Finding> {
        let faults = agent.files.iter().filter_map(|file| Some((file, file.fault.as_ref()?)));
        let mut findings: Vec<Finding> = faults
            .map(|(file, fault)| {
                let status = if agent.takes_comments { Status::Warning } else { Status::Failure };
                Finding::of_error(status, fault)
                    .at(&file.path)
                    .mend("correct the file there, then")
                    .run(install_command(agent, file.scope))
                    .about(agent)
            })
            .collect();
        if findings.is_empty() && !agent.files.is_empty() {
            let files = plural(agent.files.len() as u64, "file");
            findings.push(Finding::ok(format!("{files} read")).about(agent));
        }
        findings
    };
    scene.agents.iter().flat_map(told).collect()
}

/// Whether the agent runs hooks at all.
pub(super) fn switched_on(scene: &Scene) -> Vec<Finding> {
    let told = |agent: &Surveyed| {
        let finding = match &agent.off {
            None => Finding::ok("hooks are on"),
            Some(path) => {
                Finding::failure("all hooks are switched off").at(path).mend(match agent.client {
                    Client::Gemini => "take `enabled` out of `hooksConfig` there, or make it true",
                    Client::Codex => "take `hooks = false` out of [features] there",
                    _ => "take `disableAllHooks` out of that file",
                })
            }
        };
        finding.about(agent)
    };
    registered(scene).map(told).collect()
}

/// Whether every event is registered that `install` would register.
pub(super) fn complete(scene: &Scene) -> Vec<Finding> {
    let told = |agent: &Surveyed| {
        let has = |event: &&str| hooks(agent).any(|(_, hook)| hook.event == **event);
        let missing: Vec<&str> = agent.events.iter().copied().filter(|event| !has(event)).collect();
        let (file, position) = hooks(agent)
            .next()
            .map_or((None, None), |(file, hook)| (Some(file), Some(hook.position)));
        let scope = file.map_or("user", |file| file.scope);
        let finding = match missing.as_slice() {
            [] => Finding::ok(format!("registered for {}", agent.events.join(", "))),
            [first, ..] if agent.events.first() == Some(first) => Finding::failure(format!(
                "not registered for {}: no call is seen",
                missing.join(", ")
            ))
            .run(install_command(agent, scope)),
            _ => Finding::warning(format!(
                "not registered for {}: {}",
                missing.join(", "),
                lost(&missing)
            ))
            .run(install_command(agent, scope)),
        };
        let finding = match (file, missing.is_empty()) {
            (Some(file), false) => finding.at(&file.path),
            _ => finding,
        };
        match (position, missing.is_empty()) {
            (Some(position), false) => finding.at_position(position).about(agent),
            _ => finding.about(agent),
        }
    };
    registered(scene).map(told).collect()
}

fn lost(events: &[&str]) -> &'static str {
    let fails = events.iter().any(|event| event.ends_with("Failure"));
    if fails { "calls that fail are not seen" } else { "what the agent forgot is not said again" }
}

/// Whether each event is registered once. Claude Code runs the same command in several files once;
/// a plugin's counts by itself.
pub(super) fn once(scene: &Scene) -> Vec<Finding> {
    let claude = registered(scene).find(|agent| matches!(agent.client, Client::Claude(_)));
    let told = |agent: &Surveyed| {
        let mut runs: BTreeMap<&str, Vec<(&SettingsFile, &Run)>> = BTreeMap::new();
        for (file, hook) in hooks(agent) {
            let of = runs.entry(&hook.event).or_default();
            let joins = matches!(agent.client, Client::Claude(_)) && file.scope != "plugin";
            if !(joins
                && of.iter().any(|(other, run)| other.scope != "plugin" && *run == &hook.run))
            {
                of.push((file, &hook.run));
            }
        }
        let doubled = runs.iter().find(|(_, runs)| runs.len() > 1);
        let finding = match doubled {
            Some((event, runs)) => {
                let mut paths: Vec<&SettingsFile> = runs.iter().map(|(file, _)| *file).collect();
                paths.dedup_by_key(|file| &file.path);
                let finding = Finding::warning(format!(
                    "{event} starts it {} times, from {}",
                    runs.len(),
                    paths.iter().map(|file| file.path.to_string_lossy()).collect::<Vec<_>>().join(" and ")
                ));
                match paths.as_slice() {
                    [file] => finding.run(install_command(agent, file.scope)),
                    _ => keep_one(finding, agent, &paths),
                }
            }
            None => match claude.filter(|_| agent.reads_claude) {
                Some(claude) if hooks(claude).any(|(_, theirs)| !hooks(agent).any(|(_, hook)| hook.run == theirs.run)) => {
                    Finding::warning(
                        "runs Claude Code's entry beside its own, if its setting \"Third-party skills\" is on",
                    )
                    .mend("if it is on")
                    .run(format!("toolcoach uninstall --client {}", agent.client.name()))
                }
                _ => Finding::ok("registered once"),
            },
        };
        finding.about(agent)
    };
    registered(scene).map(told).collect()
}

/// Which of several files loses the entries: the user's own in a project first, then those that a
/// plugin makes needless.
fn keep_one(finding: Finding, agent: &Surveyed, files: &[&SettingsFile]) -> Finding {
    let name = agent.client.name();
    let has = |scope: &str| files.iter().any(|file| file.scope == scope);
    let scope = ["local", "project", "user"].into_iter().find(|scope| has(scope));
    match scope {
        Some("project") if has("user") => finding
            .mend("take it out of one of them; out of the project's")
            .run(format!("toolcoach uninstall --client {name} --scope project")),
        Some(scope) => finding.run(format!("toolcoach uninstall --client {name} --scope {scope}")),
        None => finding.mend("remove one of the plugins, with /plugin in the agent"),
    }
}

/// Whether the agent waits long enough. A hook that is ended by its agent has said nothing.
pub(super) fn patient(scene: &Scene) -> Vec<Finding> {
    let least = deadline::CALL.as_millis() as f64;
    let told = |agent: &Surveyed| {
        let short = hooks(agent).find(|(_, hook)| hook.limit_ms.is_some_and(|limit| limit < least));
        let finding = match short {
            Some((file, hook)) => Finding::failure(format!(
                "the time limit of {} is {} ms: it is ended before it answers",
                hook.event,
                hook.limit_ms.unwrap_or_default()
            ))
            .at(&file.path)
            .at_position(hook.position)
            .run(install_command(agent, file.scope)),
            None => {
                let limits = hooks(agent).filter_map(|(_, hook)| hook.limit_ms);
                Finding::ok(match limits.reduce(f64::min) {
                    Some(limit) => format!("it has {} s for a call", limit / 1000.0),
                    None => "it has the agent's own time limit".to_owned(),
                })
            }
        };
        finding.about(agent)
    };
    registered(scene).map(told).collect()
}

/// Whether Codex has been told to trust the hook; it passes over others without a word.
pub(super) fn trusted(scene: &Scene) -> Vec<Finding> {
    let told = |agent: &Surveyed| {
        let of = |trust: CodexTrust| -> Vec<(&SettingsFile, &Hook)> {
            hooks(agent)
                .filter(|(file, hook)| install::codex_trust(&file.path, hook) == trust)
                .collect()
        };
        let named = |hooks: &[(&SettingsFile, &Hook)]| {
            let mut events: Vec<&str> = hooks.iter().map(|(_, hook)| hook.event.as_str()).collect();
            events.dedup();
            events.join(", ")
        };
        let (unknown, off) = (of(CodexTrust::Unknown), of(CodexTrust::Off));
        let finding = match (unknown.as_slice(), off.as_slice()) {
            ([(file, _), ..], _) => Finding::warning(format!(
                "Codex has no record of trust for {}, and passes over it",
                named(&unknown)
            ))
            .at(&file.path)
            .mend("start codex, open /hooks, and trust it"),
            ([], [(file, _), ..]) => {
                Finding::warning(format!("{} was switched off in Codex", named(&off)))
                    .at(&file.path)
                    .mend("start codex, open /hooks, and switch it on")
            }
            ([], []) => Finding::ok(
                "Codex has a record of trust for it; /hooks shows whether it still fits",
            ),
        };
        finding.about(agent)
    };
    registered(scene).filter(|agent| agent.client == Client::Codex).map(told).collect()
}
