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
                Client::Gemini => {
                    "remove `enabled` from `hooksConfig` in that file, or set it to true"
                }
                Client::Codex => "remove `hooks = false` from [features] in that file",
                _ => "remove `disableAllHooks` from that file",
            },
        );
    }
    if let Some((path, scopes)) = &survey.restriction
        && !hooks(survey).any(|(file, _)| scopes.contains(&file.scope))
    {
        let plugins = if scopes.contains(&"plugin") { " and those of plugins" } else { "" };
        let text = format!("an administrator's settings allow only their own hooks{plugins}");
        return Diagnosis::failure(text)
            .at(path)
            .mend("ask the administrator to add toolcoach's entry to those settings");
    }
    if let Some((file, hook)) = hooks(survey).find(|(_, hook)| hook.is_disabled) {
        return Diagnosis::failure(format!(
            "the hook of {} is switched off by name, in a `disabled` list",
            hook.event
        ))
        .at(&file.path)
        .at_position(hook.position)
        .mend("switch it on with /hooks in the agent, or remove it from that list");
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
                let text =
                    format!("{}: {} drops every hook because of it", found.text, survey.title);
                Diagnosis { text, ..found }.mend("correct this entry, or remove it").about(survey)
            })
            .collect()
    };
    registered(scene).flat_map(faults).collect()
}
