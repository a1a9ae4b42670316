//! Checks of the clients' settings: found, understood, complete, once, with enough time, trusted.

use std::collections::BTreeMap;

use super::diagnosis::{Diagnosis, Status};
use super::matcher;
use super::scene::Scene;
use crate::commands::install;
use crate::commands::install::{ClientSurvey, CodexTrust, Hook, Launch, SettingsFile};
use crate::protocol::client::Client;
use crate::ui::format::plural;

/// The hooks of a client, with their files.
pub(super) fn hooks(survey: &ClientSurvey) -> impl Iterator<Item = (&SettingsFile, &Hook)> {
    survey.files.iter().flat_map(|file| file.hooks.iter().map(move |hook| (file, hook)))
}

/// The clients that have the hook.
pub(super) fn registered(scene: &Scene) -> impl Iterator<Item = &ClientSurvey> {
    scene.surveys.iter().filter(|survey| hooks(survey).next().is_some())
}

/// The command that renews a client's entries in the settings of this scope.
pub(super) fn install_command(survey: &ClientSurvey, scope: &str) -> String {
    let name = survey.client.name();
    match scope {
        "project" | "local" => format!("toolcoach install --client {name} --scope {scope}"),
        "managed" => format!("sudo toolcoach install --client {name} --scope managed"),
        _ => format!("toolcoach install --client {name}"),
    }
}

/// Whether Claude Code's settings have the hook. Some other clients run the hooks in these too.
fn claude_has_the_hook(scene: &Scene) -> bool {
    registered(scene).any(|survey| matches!(survey.client, Client::Claude(_)))
}

/// Which clients are here, and which of them have the hook.
pub(super) fn present(scene: &Scene) -> Vec<Diagnosis> {
    let deaf = scene
        .deaf
        .iter()
        .map(|client| Diagnosis::ok(format!("{} is here: {}", client.title, install::DEAF_REASON)));
    let deaf: Vec<Diagnosis> = deaf.collect();
    if scene.surveys.is_empty() && !deaf.is_empty() {
        return deaf;
    }
    if scene.surveys.is_empty() {
        return vec![
            Diagnosis::failure("no agent was found on this machine")
                .mend("install one, or set CLAUDE_CONFIG_DIR, CODEX_HOME or COPILOT_HOME to the folder of its \
                    settings; then")
                .run("toolcoach install"),
        ];
    }
    let none_registered = registered(scene).next().is_none();
    let diagnose = |survey: &ClientSurvey| {
        let command = install_command(survey, "user");
        let mut files: Vec<&SettingsFile> =
            survey.files.iter().filter(|file| !file.hooks.is_empty()).collect();
        files.dedup_by_key(|file| &file.path);
        let diagnosis = match files.as_slice() {
            [] if survey.reads_claude && claude_has_the_hook(scene) => Diagnosis::ok(
                "runs the hooks in Claude Code's settings, if its setting \"Third-party skills\" is on",
            ),
            [] if survey.files.iter().any(|file| file.fault.is_some()) => {
                Diagnosis::warning("its settings cannot be parsed").mend("see settings-file")
            }
            [] if scene.names_clients || none_registered => {
                Diagnosis::failure("does not have the hook").run(command)
            }
            [] => Diagnosis::ok(format!("found, without the hook (to add it: {command})")),
            [file, ..] => {
                let narrowed =
                    matcher::narrowed(survey).map(|tools| format!("for calls of {tools}"));
                let mut scopes: Vec<&str> = files.iter().map(|file| in_words(file.scope)).collect();
                if narrowed.is_some() {
                    scopes.retain(|words| *words != in_words("user"));
                }
                let parts = [scopes.join(" and "), narrowed.unwrap_or_default()];
                let parts: Vec<String> =
                    parts.into_iter().filter(|part| !part.is_empty()).collect();
                Diagnosis::ok(format!("has the hook, {}", parts.join(", "))).at(&file.path)
            }
        };
        diagnosis.about(survey)
    };
    scene.surveys.iter().map(diagnose).chain(deaf).collect()
}

/// Whose calls a file of this scope is for.
fn in_words(scope: &str) -> &'static str {
    match scope {
        "project" => "for everyone in this project",
        "local" => "for you in this project",
        "plugin" => "by a plugin",
        "managed" => "by your administrator's settings",
        _ => "for all your calls",
    }
}

/// Whether this program understands the files.
pub(super) fn understood(scene: &Scene) -> Vec<Diagnosis> {
    let diagnose = |survey: &ClientSurvey| -> Vec<Diagnosis> {
        let faults = survey.files.iter().filter_map(|file| Some((file, file.fault.as_ref()?)));
        let mut diagnoses: Vec<Diagnosis> = faults
            .map(|(file, fault)| {
                if file.scope == "managed" {
                    return Diagnosis::of_error(Status::Warning, fault)
                        .at(&file.path)
                        .mend("tell the administrator of these settings")
                        .about(survey);
                }
                let status = if survey.takes_comments { Status::Warning } else { Status::Failure };
                Diagnosis::of_error(status, fault)
                    .at(&file.path)
                    .mend("correct the file at that position, then")
                    .run(install_command(survey, file.scope))
                    .about(survey)
            })
            .collect();
        if diagnoses.is_empty() && !survey.files.is_empty() {
            let files = plural(survey.files.len() as u64, "file");
            diagnoses.push(Diagnosis::ok(format!("{files} read")).about(survey));
        }
        diagnoses
    };
    scene.surveys.iter().flat_map(diagnose).collect()
}

/// Whether every event is registered that `install` would register.
pub(super) fn complete(scene: &Scene) -> Vec<Diagnosis> {
    let diagnose = |survey: &ClientSurvey| {
        let has_hook = |event: &&str| hooks(survey).any(|(_, hook)| hook.event == **event);
        let missing: Vec<&str> =
            survey.events.iter().copied().filter(|event| !has_hook(event)).collect();
        let (file, position) = hooks(survey)
            .next()
            .map_or((None, None), |(file, hook)| (Some(file), Some(hook.position)));
        let scope = file.map_or("user", |file| file.scope);
        let is_deaf = missing.is_empty() && !hears_new_sessions(survey);
        let diagnosis = match missing.as_slice() {
            [] if is_deaf => Diagnosis::warning(
                "SessionStart is not registered for `startup`: new sessions get no lessons",
            )
            .run(install_command(survey, scope)),
            [] => Diagnosis::ok(format!("registered for {}", survey.events.join(", "))),
            [first, ..] if survey.events.first() == Some(first) => Diagnosis::failure(format!(
                "not registered for {}: no call is seen",
                missing.join(", ")
            ))
            .run(install_command(survey, scope)),
            _ => Diagnosis::warning(format!(
                "not registered for {}: {}",
                missing.join(", "),
                consequence(&missing)
            ))
            .run(install_command(survey, scope)),
        };
        let is_complete = missing.is_empty() && !is_deaf;
        let diagnosis = match (file, is_complete) {
            (Some(file), false) => diagnosis.at(&file.path),
            _ => diagnosis,
        };
        match (position, is_complete) {
            (Some(position), false) => diagnosis.at_position(position).about(survey),
            _ => diagnosis.about(survey),
        }
    };
    registered(scene).map(diagnose).collect()
}

/// Whether the hook gets the start of a new session, where `install` would register that. Version
/// 0.1 registered only what makes an agent forget.
fn hears_new_sessions(survey: &ClientSurvey) -> bool {
    const START: &str = "SessionStart";
    let covers = |matcher: &str| matches!(matcher, "" | "*") || matcher.contains("startup");
    !survey.events.contains(&START)
        || hooks(survey)
            .filter(|(_, hook)| hook.event == START)
            .any(|(_, hook)| hook.matcher.as_deref().is_none_or(covers))
}

/// What happens without these events.
fn consequence(events: &[&str]) -> &'static str {
    let misses_failures = events.iter().any(|event| event.ends_with("Failure"));
    if misses_failures {
        "failed calls are not seen"
    } else {
        "advice that the agent forgot in a context reset is not repeated"
    }
}

/// Whether each event is registered once. Claude Code runs a command that is in several settings
/// files only once, but a plugin's command in addition.
pub(super) fn once(scene: &Scene) -> Vec<Diagnosis> {
    let claude = registered(scene).find(|survey| matches!(survey.client, Client::Claude(_)));
    let diagnose = |survey: &ClientSurvey| {
        let mut runs: BTreeMap<&str, Vec<(&SettingsFile, &Launch)>> = BTreeMap::new();
        for (file, hook) in hooks(survey) {
            let launches = runs.entry(&hook.event).or_default();
            let is_merged = matches!(survey.client, Client::Claude(_)) && file.scope != "plugin";
            if !(is_merged
                && launches
                    .iter()
                    .any(|(other, launch)| other.scope != "plugin" && *launch == &hook.launch))
            {
                launches.push((file, &hook.launch));
            }
        }
        let doubled = runs.iter().find(|(_, runs)| runs.len() > 1);
        let diagnosis = match doubled {
            Some((event, runs)) => {
                let mut paths: Vec<&SettingsFile> = runs.iter().map(|(file, _)| *file).collect();
                paths.dedup_by_key(|file| &file.path);
                let diagnosis = Diagnosis::warning(format!(
                    "{event} starts it {} times, from {}",
                    runs.len(),
                    paths.iter().map(|file| file.path.to_string_lossy()).collect::<Vec<_>>().join(" and ")
                ));
                match paths.as_slice() {
                    [file] => diagnosis.run(install_command(survey, file.scope)),
                    _ => keep_one(diagnosis, survey, &paths),
                }
            }
            None => match claude.filter(|_| survey.reads_claude) {
                Some(claude) if hooks(claude).any(|(_, theirs)| !hooks(survey).any(|(_, hook)| hook.launch == theirs.launch)) => {
                    Diagnosis::warning(
                        "runs Claude Code's entry beside its own, if its setting \"Third-party skills\" is on",
                    )
                    .mend("if it is on")
                    .run(format!("toolcoach uninstall --client {}", survey.client.name()))
                }
                _ => Diagnosis::ok("registered once"),
            },
        };
        diagnosis.about(survey)
    };
    registered(scene).map(diagnose).collect()
}

/// Says which of several files should lose its entries: first the user's own file in the project,
/// then those that a plugin makes unnecessary.
fn keep_one(diagnosis: Diagnosis, survey: &ClientSurvey, files: &[&SettingsFile]) -> Diagnosis {
    let name = survey.client.name();
    let has_scope = |scope: &str| files.iter().any(|file| file.scope == scope);
    let scope = ["local", "project", "user"].into_iter().find(|scope| has_scope(scope));
    match scope {
        Some("project") if has_scope("user") => diagnosis
            .mend("remove it from one of them; to remove it from the project's settings")
            .run(format!("toolcoach uninstall --client {name} --scope project")),
        Some(scope) => {
            diagnosis.run(format!("toolcoach uninstall --client {name} --scope {scope}"))
        }
        None => diagnosis.mend("remove one of the plugins, with /plugin in the agent"),
    }
}

/// Whether the user told Codex to trust the hook. Codex silently skips hooks that it does not
/// trust.
pub(super) fn trusted(scene: &Scene) -> Vec<Diagnosis> {
    let diagnose = |survey: &ClientSurvey| {
        let with_trust = |trust: CodexTrust| -> Vec<(&SettingsFile, &Hook)> {
            hooks(survey)
                .filter(|(file, hook)| install::codex_trust(&file.path, hook) == trust)
                .collect()
        };
        let event_names = |hooks: &[(&SettingsFile, &Hook)]| {
            let mut events: Vec<&str> = hooks.iter().map(|(_, hook)| hook.event.as_str()).collect();
            events.dedup();
            events.join(", ")
        };
        let (unknown, off) = (with_trust(CodexTrust::Unknown), with_trust(CodexTrust::Off));
        let diagnosis = match (unknown.as_slice(), off.as_slice()) {
            ([(file, _), ..], _) => Diagnosis::warning(format!(
                "Codex has no record of trust for {}, so it skips the hook",
                event_names(&unknown)
            ))
            .at(&file.path)
            .mend("start codex, open /hooks, and trust it"),
            ([], [(file, _), ..]) => {
                Diagnosis::warning(format!("{} was switched off in Codex", event_names(&off)))
                    .at(&file.path)
                    .mend("start codex, open /hooks, and switch it on")
            }
            ([], []) => Diagnosis::ok(
                "Codex has a record of trust for it; /hooks shows whether the record is still valid",
            ),
        };
        diagnosis.about(survey)
    };
    registered(scene).filter(|survey| survey.client == Client::Codex).map(diagnose).collect()
}
