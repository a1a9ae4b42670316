//! Checks of the calls for which a client starts the hook.

use super::clients::{hooks, install_command, registered};
use super::diagnosis::Diagnosis;
use super::scene::Scene;
use crate::commands::install;
use crate::commands::install::{ClientSurvey, Hook, Reach, SettingsFile};
use crate::protocol::client::Client;

/// The hooks for tool calls, each with what its matcher lets through.
fn reaches(survey: &ClientSurvey) -> Vec<(&SettingsFile, &Hook, Reach)> {
    // The others, such as the start of a session, have matchers that name no tool.
    let is_call = |event: &str| {
        let first = survey.events.first().copied().unwrap_or_default();
        event == first || event.strip_suffix("Failure") == Some(first)
    };
    hooks(survey)
        .filter(|(_, hook)| is_call(&hook.event))
        .map(|(file, hook)| (file, hook, install::reach(survey.client, hook.matcher.as_deref())))
        .collect()
}

/// The tools whose calls the hook sees, where these are not all. Calls that fail count with the
/// others.
pub(super) fn narrowed(survey: &ClientSurvey) -> Option<String> {
    let mut tools: Vec<String> = Vec::new();
    let first = survey.events.first().copied().unwrap_or_default();
    for (_, hook, reach) in reaches(survey) {
        match reach {
            _ if hook.event != first => {}
            Reach::All => return None,
            Reach::Some(names) if !tools.contains(&names) => tools.push(names),
            Reach::Some(_) => {}
            Reach::None => {}
        }
    }
    Some(if tools.is_empty() { "no tool".to_owned() } else { tools.join(", ") })
}

/// Whether the matchers let calls through.
pub(super) fn lets_through(scene: &Scene) -> Vec<Diagnosis> {
    registered(scene).filter_map(|survey| Some(diagnose(survey)?.about(survey))).collect()
}

fn diagnose(survey: &ClientSurvey) -> Option<Diagnosis> {
    let reaches = reaches(survey);
    let at = |diagnosis: Diagnosis, file: &SettingsFile, hook: &Hook| {
        diagnosis.at(&file.path).at_position(hook.position)
    };
    let all =
        |file: &SettingsFile| format!("{} --matcher '*'", install_command(survey, file.scope));
    let dead = reaches.iter().find(|(_, _, reach)| *reach == Reach::None);
    if let Some((file, hook, _)) = dead {
        let matcher = hook.matcher.as_deref().unwrap_or_default();
        let text = format!("the matcher `{matcher}` of {} names no tool", hook.event);
        let is_alone = !reaches
            .iter()
            .any(|(_, other, reach)| other.event == hook.event && *reach != Reach::None);
        // The tools of servers may have any name in other agents.
        let is_sure = matches!(survey.client, Client::Claude(_));
        let diagnosis = if is_alone && is_sure {
            Diagnosis::failure(format!("{text}: no call is seen"))
        } else {
            Diagnosis::warning(format!("{text} that toolcoach knows"))
        };
        return Some(at(diagnosis, file, hook).mend("for all calls").run(all(file)));
    }
    if let Some((file, hook, _)) = reaches.iter().find(|(_, hook, _)| hook.only_if.is_some()) {
        let rule = hook.only_if.as_deref().unwrap_or_default();
        let text = format!("{} is started only for calls that `if` allows: {rule}", hook.event);
        return Some(
            at(Diagnosis::warning(text), file, hook).run(install_command(survey, file.scope)),
        );
    }
    (!reaches.is_empty()).then(|| {
        Diagnosis::ok(match narrowed(survey) {
            None => "it sees the calls of all tools".to_owned(),
            Some(tools) => format!("it sees calls of {tools}"),
        })
    })
}
