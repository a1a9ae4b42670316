//! Checks of what keeps a client from running hooks: switches, lists of names, administrators, and
//! entries for which it drops all.

use super::clients::{hooks, registered};
use super::diagnosis::{Diagnosis, Status};
use super::scene::Scene;
use crate::commands::install::ClientSurvey;
use crate::protocol::client::Client;

/// Whether the client runs hooks at all.
pub(super) fn switched_on(scene: &Scene) -> Vec<Diagnosis> {
    registered(scene).map(|survey| switch(survey).about(survey)).collect()
}

fn switch(survey: &ClientSurvey) -> Diagnosis {
    if let Some(path) = &survey.off {
        return Diagnosis::failure("all hooks are switched off").at(path).mend(
            match survey.client {
                Client::Gemini => "take `enabled` out of `hooksConfig` there, or make it true",
                Client::Codex => "take `hooks = false` out of [features] there",
                _ => "take `disableAllHooks` out of that file",
            },
        );
    }
    if let Some((path, scopes)) = &survey.restriction
        && !hooks(survey).any(|(file, _)| scopes.contains(&file.scope))
    {
        let plugins = if scopes.contains(&"plugin") { " and those of plugins" } else { "" };
        let text = format!("an administrator's settings let only their own hooks{plugins} run");
        return Diagnosis::failure(text)
            .at(path)
            .mend("ask the administrator for an entry of toolcoach in those settings");
    }
    if let Some((file, hook)) = hooks(survey).find(|(_, hook)| hook.is_disabled) {
        return Diagnosis::failure(format!(
            "the hook of {} is switched off by its name, in a list `disabled`",
            hook.event
        ))
        .at(&file.path)
        .at_position(hook.position)
        .mend("switch it on with /hooks in the agent, or take it out of that list");
    }
    Diagnosis::ok("hooks are on")
}

/// Whether the client takes the entries of other programs, too.
pub(super) fn accepted(scene: &Scene) -> Vec<Diagnosis> {
    let faults = |survey: &ClientSurvey| -> Vec<Diagnosis> {
        let refused: Vec<_> = survey.files.iter().flat_map(|file| &file.refused).collect();
        if refused.is_empty() && survey.is_strict {
            return vec![Diagnosis::ok("all entries have a known form").about(survey)];
        }
        refused
            .into_iter()
            .map(|fault| {
                let found = Diagnosis::of_file(Status::Failure, fault);
                let text = format!("{}: {} drops every hook for it", found.text, survey.title);
                Diagnosis { text, ..found }.mend("correct this entry, or take it out").about(survey)
            })
            .collect()
    };
    registered(scene).flat_map(faults).collect()
}
