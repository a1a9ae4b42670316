//! Checks of the settings of this program, and of the programs that its advice can name.

use std::path::Path;

use super::clients::registered;
use super::diagnosis::{Diagnosis, Status};
use super::scene::Scene;
use crate::base::env;
use crate::base::file_error::FileError;
use crate::commands::install;
use crate::rules::rule::Need;
use crate::rules::{custom, problems};
use crate::settings::{File, PROJECT_FILE};
use crate::store::mutes::ALL;
use crate::ui::format::plural;
use crate::{rules, settings};

/// Whether something silences the whole hook.
pub(super) fn silenced(scene: &Scene) -> Vec<Diagnosis> {
    let mut diagnoses = Vec::new();
    if env::is_disabled() {
        diagnoses.push(
            Diagnosis::warning(
                "TOOLCOACH_DISABLE=1 is set here: agents that you start from here get no advice",
            )
            .run("unset TOOLCOACH_DISABLE"),
        );
    }
    for survey in &scene.surveys {
        for file in survey.files.iter().filter(|file| file.is_silencing) {
            diagnoses.push(
                Diagnosis::warning("its settings set TOOLCOACH_DISABLE=1: it gets no advice")
                    .at(&file.path)
                    .mend("remove TOOLCOACH_DISABLE from `env` in that file")
                    .about(survey),
            );
        }
    }
    if let Some(until) = scene.context.settings.mutes().named(ALL) {
        diagnoses.push(
            Diagnosis::warning(format!("every rule is muted {until}")).run("toolcoach unmute all"),
        );
    }
    if diagnoses.is_empty() {
        diagnoses.push(Diagnosis::ok("not silenced"));
    }
    diagnoses
}

/// Whether the user's settings are valid.
pub(super) fn settings(scene: &Scene) -> Vec<Diagnosis> {
    let Some(path) = settings::user_file() else {
        return vec![Diagnosis::ok("none: there is no home folder to look in")];
    };
    let text = || if path.exists() { "valid" } else { "none, so the defaults apply" };
    problems(
        scene,
        |fault| fault.path() == path,
        || Diagnosis::ok(text()).at(&path),
        Status::Failure,
    )
}

/// Whether the company's settings are valid, and out of its users' hands. Most machines have none,
/// and nobody there wants to read of it.
pub(super) fn company(scene: &Scene) -> Vec<Diagnosis> {
    let settings = &scene.context.settings;
    let Some(path) = settings::company_file() else { return Vec::new() };
    let is_company = |fault: &FileError| fault.path() == path;
    if settings.company().is_none() && !settings.void().any(is_company) {
        return Vec::new();
    }
    let summary = |file: &File| {
        let [disabled, pinned, rules, trusted] =
            [file.disable.len(), file.pin.len(), file.rules.len(), file.trust.len()];
        format!(
            "valid: it disables {disabled}, pins {pinned}, adds {}, trusts {}",
            plural(rules as u64, "custom rule"),
            plural(trusted as u64, "project")
        )
    };
    let valid = || {
        let text = settings.company().map(summary).unwrap_or_default();
        Diagnosis::ok(text).at(&path)
    };
    let mut diagnoses = problems(scene, is_company, valid, Status::Failure);
    if may_be_written(&path) {
        diagnoses.push(
            Diagnosis::warning(
                "users other than its owner may write to it, so they can change the policy",
            )
            .at(&path)
            .run(format!("sudo chmod go-w {}", install::quoted(&path.to_string_lossy()))),
        );
    }
    diagnoses
}

/// Whether others than the owner of a file may write it.
#[cfg(unix)]
fn may_be_written(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn may_be_written(_: &Path) -> bool {
    false
}

/// Whether the project's settings are valid, and its custom rules trusted.
pub(super) fn project(scene: &Scene) -> Vec<Diagnosis> {
    let (settings, environment) = (&scene.context.settings, &scene.context.environment);
    let project = settings.project(environment);
    if let Some((count, file)) = custom::untrusted(settings, environment) {
        let rules = if count == 1 {
            "1 custom rule is not trusted".to_owned()
        } else {
            format!("{count} custom rules are not trusted")
        };
        return vec![Diagnosis::warning(rules).at(&file.path).run("toolcoach trust")];
    }
    let is_in_project =
        |fault: &FileError| fault.path().file_name().is_some_and(|name| name == PROJECT_FILE);
    let valid = || match &project.file {
        None => Diagnosis::ok(format!("no {PROJECT_FILE} here")),
        Some(file) if file.rules.is_empty() => Diagnosis::ok("valid").at(&file.path),
        Some(file) => Diagnosis::ok("valid, and its custom rules are trusted").at(&file.path),
    };
    problems(scene, is_in_project, valid, Status::Warning)
}

/// The problems of one file: a fault that makes all of it void, or entries without effect.
fn problems(
    scene: &Scene,
    is_in_file: impl Fn(&FileError) -> bool,
    valid: impl FnOnce() -> Diagnosis,
    void: Status,
) -> Vec<Diagnosis> {
    let (settings, environment) = (&scene.context.settings, &scene.context.environment);
    let is_void =
        |problem: &FileError| settings.void().any(|fault| fault.to_string() == problem.to_string());
    let diagnoses: Vec<Diagnosis> = problems::problems(settings, environment)
        .iter()
        .filter(|problem| is_in_file(problem))
        .map(|problem| {
            if is_void(problem) {
                Diagnosis::of_file(void, problem)
                    .mend("correct it; until then all of this file is ignored")
            } else {
                Diagnosis::of_file(Status::Warning, problem)
                    .mend("correct it; the rest of the file counts")
            }
        })
        .collect();
    if diagnoses.is_empty() { vec![valid()] } else { diagnoses }
}

/// Whether the programs that rules suggest are on PATH, unless the clients bring them along.
pub(super) fn programs(scene: &Scene) -> Vec<Diagnosis> {
    let mut needs: Vec<Need> = Vec::new();
    for need in rules::all().flat_map(|rule| rule.needs).filter(|need| !need.programs().is_empty())
    {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    let is_met = |need: &Need| {
        need.programs().iter().any(|program| scene.context.environment.finds(program))
    };
    let is_brought = |need: &Need| {
        *need == Need::Ripgrep
            && registered(scene).all(|survey| survey.client.brings_rg())
            && registered(scene).next().is_some()
    };
    // A rule can speak if one of its needs is met.
    let mute_rules = |need: &Need| {
        rules::all()
            .filter(|rule| rule.needs.contains(need))
            .filter(|rule| !rule.needs.iter().any(|need| is_met(need) || is_brought(need)))
            .count()
    };
    let diagnose = |need: &Need| {
        let names = need.programs().join(" or ");
        match mute_rules(need) {
            _ if is_met(need) => Diagnosis::ok(format!("{names} is on PATH")),
            0 => Diagnosis::ok(format!("{names} is not on PATH, but no rule needs it")),
            rules => Diagnosis::warning(format!(
                "{names} is not on PATH here: {} cannot suggest it",
                plural(rules as u64, "rule")
            ))
            .mend(format!("install {}", need.package())),
        }
    };
    needs.iter().map(diagnose).collect()
}
