//! What is wrong with settings: what does not count, what has no effect, and custom rules that can
//! never speak. `explain`, `doctor`, `trust` and `check` all say it in these words.

use super::custom::{advice, is_taken};
use super::silent;
use super::threshold::Threshold;
use crate::base::file_error::FileError;
use crate::base::nearest::nearest;
use crate::base::text;
use crate::project::environment::Environment;
use crate::rules;
use crate::settings::{Budget, CustomRule, File, Owner, Settings};

/// Everything that is wrong with the settings for a call in this environment: first what does not
/// count, then entries that have no effect. An unknown rule does not make a file void.
pub(crate) fn problems(settings: &Settings, environment: &Environment) -> Vec<FileError> {
    let project = settings.project(environment).file.as_ref();
    let files = settings.company().into_iter().chain(settings.user()).chain(project);
    let files: Vec<&File> = files.collect();
    settings.faults().cloned().chain(without_effect(&files)).collect()
}

/// Entries of these files that have no effect. The files are in the order in which they count.
pub(crate) fn without_effect(files: &[&File]) -> Vec<FileError> {
    let (mut problems, custom) = of_custom_rules(files);
    for file in files {
        for set in &file.set {
            if let Some(what) = why_without_effect(&set.rule, &set.name, set.number) {
                problems.push(file.fault(set.at, what));
            }
        }
    }
    for file in files {
        for name in file.disable.iter().chain(&file.enable).chain(&file.pin) {
            if !is_taken(&name.id) && !custom.contains(&name.id.as_str()) {
                let hint = suggestion(&name.id, custom.iter().copied());
                let what = format!("there is no rule `{}`{hint}", name.id);
                problems.push(file.fault(name.at, what));
            }
        }
    }
    let company = files.iter().find(|file| file.owner == Owner::Company).copied();
    let others = files.iter().filter(|file| file.owner != Owner::Company);
    problems.extend(
        company.into_iter().flat_map(|company| {
            others.clone().flat_map(move |file| below_the_company(file, company))
        }),
    );
    let user = files.iter().find(|file| file.owner == Owner::User).copied();
    let projects = files.iter().filter(|file| file.owner == Owner::Project);
    problems.extend(projects.flat_map(|file| above_the_user(file, Budget::of(user))));
    problems
}

/// Custom rules of these files that have no effect, or not all that they should, and the ids of the
/// others.
pub(crate) fn of_custom_rules<'f>(files: &[&'f File]) -> (Vec<FileError>, Vec<&'f str>) {
    let (mut problems, mut custom) = (Vec::new(), Vec::new());
    for file in files {
        for entry in &file.rules {
            let id = entry.rule.id.as_str();
            let what = if is_taken(id) {
                Some(format!("`{id}` is a built-in rule; a custom rule needs another id"))
            } else if custom.contains(&id) {
                Some(format!("there is already a custom rule `{id}`; this one has no effect"))
            } else {
                custom.push(id);
                for doubt in silent::doubts(entry.rule) {
                    let at = file.offset_of(entry.at, doubt.key, doubt.value);
                    problems.push(file.fault(at, format!("custom rule `{id}`: {}", doubt.what)));
                }
                why_incomplete(entry.rule).map(|why| format!("custom rule `{id}`: {why}"))
            };
            problems.extend(what.map(|what| file.fault(entry.at, what)));
        }
    }
    (problems, custom)
}

/// Entries of a file that the company's file overrides.
fn below_the_company(file: &File, company: &File) -> Vec<FileError> {
    let path = text::clean(&company.path.to_string_lossy());
    let disabled = file.disable.iter().filter(|name| company.insists(&name.id)).map(|name| {
        file.fault(name.at, format!("`{}` is pinned in {path}, so it speaks", name.id))
    });
    let wanted = file.enable.iter().chain(&file.pin);
    let silent = wanted.filter(|name| company.disables(&name.id)).map(|name| {
        file.fault(name.at, format!("`{}` is disabled in {path}, so it is silent", name.id))
    });
    let share = company.holdout.filter(|_| file.holdout.is_some());
    let share = share.map(|share| {
        let at = file.offset_of(file.start(), "holdout", "");
        file.fault(at, format!("`holdout` is {share} in {path}, which counts"))
    });
    disabled.chain(silent).chain(share).collect()
}

/// Numbers of a project's budget by which this program would say more than the user's allows.
fn above_the_user(project: &File, user: Budget) -> Vec<FileError> {
    let is_above = |number: Option<usize>, most: usize| number.filter(|number| *number > most);
    let is_below = |number: Option<usize>, least: usize| number.filter(|number| *number < least);
    [
        ("hints", is_above(project.hints, user.hints), user.hints),
        ("warnings", is_above(project.warnings, user.warnings), user.warnings),
        ("gap", is_below(project.gap, user.gap), user.gap),
    ]
    .into_iter()
    .filter_map(|(key, number, counts)| {
        let what =
            format!("a project can only make it say less: {counts} counts here, not {}", number?);
        Some(project.fault(project.offset_in("budget", key), what))
    })
    .collect()
}

/// Why a number that a file sets has no effect, or another one.
fn why_without_effect(rule: &str, name: &str, number: u64) -> Option<String> {
    let own: Vec<&Threshold> =
        rules::thresholds().filter(|threshold| threshold.rule == rule).collect();
    if own.is_empty() {
        let known = rules::thresholds().map(|threshold| threshold.rule);
        let hint = nearest(rule, known).map(|near| format!("; the nearest is `{near}`"));
        let what = if is_taken(rule) { "has no numbers to set" } else { "is not a rule" };
        return Some(format!("`{}` {what}{}", text::excerpt(rule), hint.unwrap_or_default()));
    }
    let names: Vec<&str> = own.iter().map(|threshold| threshold.name).collect();
    let Some(threshold) = own.iter().find(|threshold| threshold.name == name) else {
        return Some(format!(
            "`{rule}` has no number `{}`; it has {}",
            text::excerpt(name),
            names.join(", ")
        ));
    };
    let (least, most) = (threshold.least, threshold.most);
    (!(least..=most).contains(&number))
        .then(|| format!("`{name}` of `{rule}` is a number from {least} to {most}"))
}

/// Why a custom rule does not say all of its text.
fn why_incomplete(custom: &CustomRule) -> Option<&'static str> {
    match (advice(custom).render(&custom.id), &custom.better) {
        (None, _) => Some("the text looks like it contains a secret, so it is never said"),
        (Some(said), Some(better)) if !said.contains(better.as_str()) => Some(
            "`text` and `better` together are longer than 160 characters, so `better` is left out",
        ),
        _ => None,
    }
}

/// `; the nearest is ...`, if a rule of the book or one of the `custom` rules has a similar id.
pub(crate) fn suggestion<'c>(id: &str, custom: impl Iterator<Item = &'c str>) -> String {
    let known = rules::all().map(|rule| rule.id).chain(custom);
    nearest(id, known).map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default()
}
