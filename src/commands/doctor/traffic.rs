//! Checks of past calls: whether the hook got any, and how long it took.

use super::clients::registered;
use super::diagnosis::Diagnosis;
use super::scene::Scene;
use crate::base::deadline::P95_MS;
use crate::base::state_dir;
use crate::commands::breaker_line::BreakerLine;
use crate::commands::install;
use crate::commands::install::ClientSurvey;
use crate::engine::breakers::Breakers;
use crate::ui::format::{duration, micros, plural};

/// Whether the calls of each client arrive.
pub(super) fn arriving(scene: &Scene) -> Vec<Diagnosis> {
    // The checks of the state folder report one that cannot be read.
    let Ok(recent) = scene.recent() else { return Vec::new() };
    let diagnose = |survey: &ClientSurvey| {
        let diagnosis = match recent.last.get(survey.client.name()) {
            Some(last) => Diagnosis::ok(format!("last call {} ago", duration(scene.now.saturating_sub(*last)))),
            None => Diagnosis::warning("no call from it has ever been seen").mend(format!(
                "restart {}, let it run a command, and run doctor again; if the agent asks whether to trust \
                 the hook, trust it",
                survey.title
            )),
        };
        diagnosis.about(survey)
    };
    registered(scene).map(diagnose).collect()
}

/// Whether calls are fast enough.
pub(super) fn fast(scene: &Scene) -> Vec<Diagnosis> {
    let Ok(recent) = scene.recent() else { return Vec::new() };
    let calls = plural(recent.times.len() as u64, "call");
    vec![match recent.p95() {
        None => Diagnosis::ok(format!("{calls} so far: too few to judge by")),
        Some(us) => {
            let text = format!("p95 of the last {calls} is {}, in process", micros(us));
            let diagnosis = if us as f64 / 1000.0 < P95_MS {
                Diagnosis::ok(text)
            } else {
                Diagnosis::failure(format!("{text}; the limit is {P95_MS} ms")).mend(
                    "toolcoach stats shows where the time goes; `deadline_ms` in your settings lowers the limit of \
                     analyzers. The next calls are judged again",
                )
            };
            diagnosis.took(us)
        }
    }]
}

/// Whether the breakers of all analyzers are closed.
pub(super) fn breakers(scene: &Scene) -> Vec<Diagnosis> {
    let Some(folder) = &scene.state else { return Vec::new() };
    let lines = BreakerLine::all(&Breakers::read(folder, String::new()), scene.now);
    let diagnose = |line: &BreakerLine| {
        let last = line.last.map_or(String::new(), |last| format!(", most recently: {last}"));
        let text = format!(
            "{} is {} after {}{last}",
            line.analyzer,
            line.state,
            plural(line.failures.into(), "failure")
        );
        let mend = match line.next_try_ms {
            Some(next) => {
                format!(
                    "it is tried again in {}; to try it on the next call",
                    duration(next.saturating_sub(scene.now))
                )
            }
            None => "the next call that needs it tries it; to reset it now".to_owned(),
        };
        let diagnosis = if line.next_try_ms.is_some() {
            Diagnosis::failure(text)
        } else {
            Diagnosis::warning(text)
        };
        let path = folder.join(state_dir::BREAKERS);
        let command = format!("rm {}", install::quoted(&path.to_string_lossy()));
        diagnosis.at(&path).mend(mend).run(command)
    };
    let open: Vec<Diagnosis> =
        lines.iter().filter(|line| line.state != "closed").map(diagnose).collect();
    if open.is_empty() { vec![Diagnosis::ok("all breakers are closed")] } else { open }
}
