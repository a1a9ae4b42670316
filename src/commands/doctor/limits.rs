//! Checks of the time that a client gives the hook.

use super::clients::{hooks, install_command, registered};
use super::diagnosis::Diagnosis;
use super::scene::Scene;
use crate::base::deadline;
use crate::commands::install::{ClientSurvey, Hook, SettingsFile};

/// The longest limit that can be meant, ms. From here on it is one in ms where seconds are counted.
const MAX_MS: f64 = 600_000.0;

/// Whether the client waits long enough, and not longer than anybody means. A hook that the client
/// kills gives no advice.
pub(super) fn waits_long_enough(scene: &Scene) -> Vec<Diagnosis> {
    registered(scene).map(|survey| limit(survey).about(survey)).collect()
}

fn limit(survey: &ClientSurvey) -> Diagnosis {
    let min_ms = deadline::CALL.as_millis() as f64;
    let of = |is_wanted: &dyn Fn(&Hook) -> bool| hooks(survey).find(|(_, hook)| is_wanted(hook));
    let at = |diagnosis: Diagnosis, (file, hook): (&SettingsFile, &Hook)| {
        diagnosis.at(&file.path).at_position(hook.position).run(install_command(survey, file.scope))
    };
    if let Some(found) = of(&|hook| hook.limit_ms.is_some_and(|limit| limit < min_ms)) {
        let (event, limit) = (&found.1.event, found.1.limit_ms.unwrap_or_default());
        let text = format!(
            "the time limit of {event} is {limit} ms: the agent ends the hook before it answers"
        );
        return at(Diagnosis::failure(text), found);
    }
    let is_long = |hook: &Hook| hook.limit_ms.is_some_and(|limit| limit > MAX_MS);
    if let Some(found) = of(&is_long).filter(|_| survey.counts_seconds) {
        let limit = found.1.limit_ms.unwrap_or_default() / 1000.0;
        let text = format!(
            "the time limit of {} is {limit} s: {} counts seconds, not ms",
            found.1.event, survey.title
        );
        return at(Diagnosis::warning(text), found);
    }
    if let Some(found) = of(&|hook| hook.is_async) {
        let text = format!(
            "`async` of {}: the agent does not wait, so it reads the advice several requests later",
            found.1.event
        );
        return at(Diagnosis::warning(text), found);
    }
    let limits = hooks(survey).filter_map(|(_, hook)| hook.limit_ms);
    Diagnosis::ok(match limits.reduce(f64::min) {
        Some(limit) => format!("the limit is {} s a call", limit / 1000.0),
        None => "the agent's own time limit applies".to_owned(),
    })
}
