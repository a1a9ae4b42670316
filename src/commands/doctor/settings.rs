//! Checks of what the user told this program, and of the programs that it can name.

use super::agents::registered;
use super::finding::{Finding, Status};
use super::{Scene, agents};
use crate::base::env;
use crate::base::file_error::FileError;
use crate::rules::custom;
use crate::rules::rule::Need;
use crate::settings::PROJECT_FILE;
use crate::store::mutes::ALL;
use crate::ui::format::plural;
use crate::{rules, settings};

/// Whether something keeps it silent altogether.
pub(super) fn silenced(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    if env::is_disabled() {
        findings.push(
            Finding::warning(
                "TOOLCOACH_DISABLE=1 is set here: agents that are started from here get nothing said",
            )
            .run("unset TOOLCOACH_DISABLE"),
        );
    }
    for agent in &scene.agents {
        for file in agent.files.iter().filter(|file| file.is_silencing) {
            findings.push(
                Finding::warning("its settings set TOOLCOACH_DISABLE=1: it gets nothing said")
                    .at(&file.path)
                    .mend("take TOOLCOACH_DISABLE out of `env` there")
                    .about(agent),
            );
        }
    }
    if let Some(until) = scene.here.settings.mutes().named(ALL) {
        findings.push(
            Finding::warning(format!("every rule is muted {until}")).run("toolcoach unmute all"),
        );
    }
    if findings.is_empty() {
        findings.push(Finding::ok("nothing silences it"));
    }
    findings
}

/// Whether the user's settings are understood.
pub(super) fn settings(scene: &Scene) -> Vec<Finding> {
    let Some(path) = settings::user_file() else {
        return vec![Finding::ok("none, and no home to look in")];
    };
    let absent = || if path.exists() { "valid" } else { "none, so the defaults hold" };
    problems(
        scene,
        |fault| fault.path() == path,
        || Finding::ok(absent()).at(&path),
        Status::Failure,
    )
}

/// Whether the project's settings are understood, and its own rules trusted.
pub(super) fn project(scene: &Scene) -> Vec<Finding> {
    let (settings, environment) = (&scene.here.settings, &scene.here.environment);
    let project = settings.project(environment);
    if let Some((count, file)) = custom::untrusted(settings, environment) {
        let rules = if count == 1 {
            "1 own rule waits".to_owned()
        } else {
            format!("{count} own rules wait")
        };
        return vec![
            Finding::warning(format!("{rules} for your trust, and says nothing"))
                .at(&file.path)
                .run("toolcoach trust"),
        ];
    }
    let is_here =
        |fault: &FileError| fault.path().file_name().is_some_and(|name| name == PROJECT_FILE);
    let fine = || match &project.file {
        None => Finding::ok(format!("no {PROJECT_FILE} here")),
        Some(file) if file.rules.is_empty() => Finding::ok("valid").at(&file.path),
        Some(file) => Finding::ok("valid, and its own rules are trusted").at(&file.path),
    };
    problems(scene, is_here, fine, Status::Warning)
}

/// The problems of one file: one that makes it void, or entries without effect.
fn problems(
    scene: &Scene,
    is_meant: impl Fn(&FileError) -> bool,
    fine: impl FnOnce() -> Finding,
    void: Status,
) -> Vec<Finding> {
    let (settings, environment) = (&scene.here.settings, &scene.here.environment);
    let faults: Vec<&FileError> = settings.faults().collect();
    let findings: Vec<Finding> = custom::problems(settings, environment)
        .iter()
        .filter(|problem| is_meant(problem))
        .map(|problem| {
            if faults.iter().any(|fault| fault.to_string() == problem.to_string()) {
                Finding::of_file(void, problem)
                    .mend("correct it there; until then nothing of this file counts")
            } else {
                Finding::of_file(Status::Warning, problem)
                    .mend("correct it there; it has no effect")
            }
        })
        .collect();
    if findings.is_empty() { vec![fine()] } else { findings }
}

/// Whether the programs are here that rules suggest, as far as the agents do not bring them.
pub(super) fn programs(scene: &Scene) -> Vec<Finding> {
    let mut needs: Vec<Need> = Vec::new();
    for need in rules::all().flat_map(|rule| rule.needs).filter(|need| !need.programs().is_empty())
    {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    let is_met =
        |need: &Need| need.programs().iter().any(|program| scene.here.environment.finds(program));
    let brought = |need: &Need| {
        *need == Need::Ripgrep
            && agents::registered(scene).all(|agent| agent.client.brings_rg())
            && registered(scene).next().is_some()
    };
    // A rule speaks if one of its needs is met.
    let is_mute = |need: &Need| {
        rules::all()
            .filter(|rule| rule.needs.contains(need))
            .filter(|rule| !rule.needs.iter().any(|need| is_met(need) || brought(need)))
            .count()
    };
    let told = |need: &Need| {
        let names = need.programs().join(" or ");
        match is_mute(need) {
            _ if is_met(need) => Finding::ok(format!("{names} is on PATH")),
            0 => Finding::ok(format!("{names} is not on PATH, and nothing needs it")),
            rules => Finding::warning(format!(
                "{names} is not on PATH here: {} cannot suggest it",
                plural(rules as u64, "rule")
            ))
            .mend(format!("install {}", need.package())),
        }
    };
    needs.iter().map(told).collect()
}
