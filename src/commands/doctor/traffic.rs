//! Checks of the calls that were made: that there are any, and what they took.

use super::Scene;
use super::agents::registered;
use super::finding::Finding;
use crate::base::deadline::P95_MS;
use crate::base::state_dir;
use crate::commands::breaker_line::BreakerLine;
use crate::commands::install;
use crate::commands::install::Surveyed;
use crate::engine::breaker::Breakers;
use crate::ui::format::ago;
use crate::ui::format::{micros, plural};

/// How many of the last calls are judged by their time: enough that one of twenty is no accident.
pub(super) const CALLS: usize = 500;

/// Whether each agent's calls arrive.
pub(super) fn seen(scene: &Scene) -> Vec<Finding> {
    // Where it cannot be read, that was told of the state folder.
    let Ok(recent) = scene.recent() else { return Vec::new() };
    let told = |agent: &Surveyed| {
        let finding = match recent.last.get(agent.client.name()) {
            Some(last) => Finding::ok(format!("last call {} ago", ago(scene.now.saturating_sub(*last)))),
            None => Finding::warning("no call of it ever seen").mend(format!(
                "start {} anew, let it run a command, and look again; what an agent asks to be trusted, trust",
                agent.title
            )),
        };
        finding.about(agent)
    };
    registered(scene).map(told).collect()
}

/// Whether calls are as fast as they must be.
pub(super) fn fast(scene: &Scene) -> Vec<Finding> {
    let Ok(recent) = scene.recent() else { return Vec::new() };
    let calls = plural(recent.times.len() as u64, "call");
    vec![match recent.p95() {
        None => Finding::ok(format!("{calls} so far: too few to judge by")),
        Some(us) => {
            let text = format!("p95 of the last {calls} is {}, in process", micros(us));
            let finding = if us as f64 / 1000.0 < P95_MS {
                Finding::ok(text)
            } else {
                Finding::failure(format!("{text}; the limit is {P95_MS} ms")).mend(
                    "toolcoach --stats shows where the time goes; `deadline_ms` in your settings lowers the limit of \
                     analyzers. The next calls count anew",
                )
            };
            finding.took(us)
        }
    }]
}

/// Whether every analyzer is at work.
pub(super) fn breakers(scene: &Scene) -> Vec<Finding> {
    let Some(folder) = &scene.state else { return Vec::new() };
    let lines = BreakerLine::all(&Breakers::read(folder), scene.now);
    let told = |line: &BreakerLine| {
        let last = line.last.map_or(String::new(), |last| format!(", the last time by {last}"));
        let text = format!(
            "{} is {} after {}{last}",
            line.analyzer,
            line.state,
            plural(line.failures.into(), "failure")
        );
        let mend = match line.next_try_ms {
            Some(next) => {
                format!(
                    "it is tried again in {}; to have it at once",
                    ago(next.saturating_sub(scene.now))
                )
            }
            None => "the next call that concerns it tries; to have it at once".to_owned(),
        };
        let finding = if line.next_try_ms.is_some() {
            Finding::failure(text)
        } else {
            Finding::warning(text)
        };
        let path = folder.join(state_dir::BREAKERS);
        let command = format!("rm {}", install::quoted(&path.to_string_lossy()));
        finding.at(&path).mend(mend).run(command)
    };
    let sick: Vec<Finding> = lines.iter().filter(|line| line.state != "closed").map(told).collect();
    if sick.is_empty() { vec![Finding::ok("all breakers are closed")] } else { sick }
}
