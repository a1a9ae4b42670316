//! `toolcoach install` and `uninstall`: our entries in the settings of clients.
//!
//! Both commands plan and show every change before they write anything. A file that they do not
//! understand stops them.

mod adapter;
mod aside;
mod by_hand;
mod clients;
mod codex;
mod command_line;
mod consent;
mod deaf;
mod deduplicate;
mod diff;
mod document;
mod entry;
mod file;
mod guard;
mod hook;
mod inherit;
mod lasting;
mod layout;
mod managed;
mod managed_folder;
mod matcher;
mod options;
mod plan;
mod purge;
mod record;
mod regex;
mod registration;
#[cfg(fuzzing)]
mod round_trip;
mod shape;
mod staged;
mod survey;
mod transaction;
mod unique_keys;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::{env, state_dir};
use crate::commands::error::Error;
use crate::ui::format;
use crate::ui::print::{print, print_sentences};
use clients::{ClientProfile, PROFILES, Scope, Target, project_root};
use entry::EntryOptions;
use lasting::LastingCopy;
use plan::{Goal, Plan};

pub(crate) use clients::on_path;
pub(crate) use codex::{CodexTrust, trust as codex_trust};
pub(crate) use command_line::quoted;
pub(crate) use deaf::{DeafClient, REASON as DEAF_REASON, deaf};
pub(crate) use hook::{Hook, Launch};
pub(crate) use matcher::{Reach, reach};
pub(crate) use options::{InstallOptions, UninstallOptions, names};
pub(crate) use record::Records;
#[cfg(fuzzing)]
pub(crate) use round_trip::round_trip;
pub(crate) use survey::{ClientSurvey, SettingsFile, survey};
pub(crate) use words::PROGRAM;

/// Registers the hook.
///
/// # Errors
/// When a file is not understood or cannot be written, or the user cannot be asked.
pub(crate) fn install(options: &InstallOptions) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let entries = EntryOptions { batch: options.batch, if_found: options.if_found };
    let goal = Goal::Install { matcher: options.matcher.as_deref(), options: entries };
    check_scope(options)?;
    let root = project_root()?;
    let profiles: Vec<&'static ClientProfile> = if options.client.is_empty() {
        // The administrator's own account need not have the agents of the users.
        let is_managed = options.scope == Scope::Managed;
        let is_here = |profile: &&ClientProfile| {
            if is_managed { profile.is_managed } else { profile.is_installed() }
        };
        PROFILES.iter().filter(is_here).collect()
    } else {
        options.client.iter().filter_map(|name| ClientProfile::named(name)).collect()
    };
    let mut is_known = false;
    for client in deaf(&options.client) {
        print_sentences(&format!("{}: skipped, because {DEAF_REASON}\n", client.title))?;
        is_known = true;
    }
    let mut targets = Vec::new();
    for profile in profiles {
        match profile.target(options.scope, &root) {
            Ok(target) => targets.push(target),
            // The user did not name this client.
            Err(Error::NoScope { .. }) if options.client.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    if targets.is_empty() && is_known {
        return Ok(print("Nothing to do.\n")?);
    }
    if targets.is_empty() {
        return Err(if env::home().is_none() { Error::NoHome } else { Error::NoClient });
    }
    if let Some(matcher) = &options.matcher {
        for target in &targets {
            target.check_matcher(matcher)?;
            if target.profile.adapter.is_some() {
                let title = target.profile.title;
                print_sentences(&format!(
                    "{title}: --matcher does not apply; the hook sees every call\n"
                ))?;
            }
        }
    }
    if options.scope == Scope::Managed {
        if !options.dry_run {
            managed::check()?;
        }
        managed::check_program()?;
    }
    let records = Records::read(&state);
    if !options.dry_run {
        state_dir::check_owner(&state)
            .map_err(|source| Error::Store { folder: state.clone(), source })?;
        aside::sweep(&state, targets.iter().map(|target| target.path.as_path()));
    }
    let mut plans = Vec::new();
    for target in targets {
        let plan = Plan::new(target.clone(), goal, &state, &records);
        plans.push(match plan {
            Ok(plan) => plan,
            Err(error) => {
                return Err(by_hand::to_paste(
                    error,
                    &target,
                    options.matcher.as_deref(),
                    entries,
                )?);
            }
        });
    }
    deduplicate::deduplicate(&mut plans, options, &root)?;
    // A project's settings name the program without a path.
    let by_path = plans.iter().any(|plan| plan.target.scope != Scope::Project);
    let copy = if by_path { LastingCopy::needed()? } else { None };
    let done = carry_out(&plans, copy.as_ref(), goal, &state, options.dry_run, options.yes)?;
    if done {
        lasting::remove_unused(&state)?;
        for plan in &plans {
            if plan.target.scope == Scope::Managed {
                managed::open_to_all(&plan.snapshot.real)?;
            }
            notes(plan, options)?;
        }
        print(&format!("To check that it works:\n  {} doctor\n", lasting::command(&state)))?;
    }
    Ok(())
}

/// Checks that options which are for one scope are used with it.
fn check_scope(options: &InstallOptions) -> Result<(), Error> {
    let what = match options.if_found {
        true if options.scope != Scope::Project => "--if-found is for --scope project",
        true if cfg!(windows) => {
            "--if-found needs a POSIX shell, which agents do not use on Windows"
        }
        _ => return Ok(()),
    };
    Err(Error::Usage(format!("install: {what}")))
}

/// Removes the hook.
///
/// # Errors
/// When a file is not understood or cannot be written, or the user cannot be asked.
pub(crate) fn uninstall(options: &UninstallOptions) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let records = Records::read(&state);
    let is_wanted = |profile: &ClientProfile| {
        options.client.is_empty() || options.client.iter().any(|name| name == profile.name)
    };
    let root = project_root()?;
    let mut targets: Vec<Target> = Vec::new();
    let mut has_no_home = false;
    for profile in PROFILES.iter().filter(|profile| is_wanted(profile)) {
        match profile.target(options.scope.unwrap_or_default(), &root) {
            Ok(target) => targets.extend(target.other().into_iter().chain([target])),
            Err(Error::NoScope { .. }) if options.client.is_empty() => {}
            Err(Error::NoHome) if options.client.is_empty() => has_no_home = true,
            Err(error) => return Err(error),
        }
    }
    if options.scope.is_none() {
        for (path, written) in &records.files {
            let Some(profile) =
                ClientProfile::named(&written.client).filter(|profile| is_wanted(profile))
            else {
                continue;
            };
            let layout = profile.layout_of(path);
            targets.push(Target { profile, scope: Scope::User, path: path.clone(), layout });
        }
    }
    if has_no_home && targets.is_empty() {
        return Err(Error::NoHome);
    }
    if !options.dry_run {
        if options.scope == Some(Scope::Managed) {
            managed::check()?;
        }
        state_dir::check_owner(&state)
            .map_err(|source| Error::Store { folder: state.clone(), source })?;
        aside::sweep(&state, targets.iter().map(|target| target.path.as_path()));
    }
    let mut plans: Vec<Plan> = Vec::new();
    for target in targets {
        let plan =
            Plan::new(target, Goal::Uninstall, &state, &records).map_err(by_hand::to_take_out)?;
        if plan.changes() && !plans.iter().any(|other| other.snapshot.real == plan.snapshot.real) {
            plans.push(plan);
        }
    }
    if let Some(farewell) = lasting::farewell(&state) {
        print_sentences(&format!("{PROGRAM}: {farewell}\n"))?;
    }
    if carry_out(&plans, None, Goal::Uninstall, &state, options.dry_run, options.yes)? {
        lasting::remove_unused(&state)?;
    }
    if options.purge { purge::purge(&state, options.dry_run, options.yes) } else { Ok(()) }
}

/// Shows the plans, asks, and carries them out, after the copy of the program that they may name.
/// Returns whether every file is as planned.
fn carry_out(
    plans: &[Plan],
    copy: Option<&LastingCopy>,
    goal: Goal,
    state: &Path,
    dry: bool,
    yes: bool,
) -> Result<bool, Error> {
    for plan in plans {
        print_sentences(&format!("{}: {}\n", plan.target.profile.title, intent(plan, goal)))?;
    }
    if let Some(copy) = copy {
        print_sentences(&format!("{PROGRAM}: {}\n", copy.intent()))?;
    }
    for plan in plans {
        let title = plan.target.profile.title;
        for fault in &plan.refused {
            print_sentences(&format!(
                "{fault}: because of this entry {title} drops every hook, including toolcoach's; correct it, \
                 or remove it\n"
            ))?;
        }
    }
    let changes: Vec<&Plan> = plans.iter().filter(|plan| plan.changes()).collect();
    for plan in &changes {
        plan.snapshot.check_writable()?;
    }
    if dry {
        for plan in changes {
            let (before, after) = (plan.snapshot.text.as_deref(), plan.after.as_deref());
            print(&format!("\n{}", diff::unified(&plan.target.path, before, after)))?;
        }
        return Ok(false);
    }
    if changes.is_empty() && copy.is_none() {
        let nothing = if goal == Goal::Uninstall {
            "No settings contain toolcoach's hook."
        } else {
            "Nothing to do."
        };
        print_sentences(&format!("{nothing}\n"))?;
        return Ok(true);
    }
    let count = changes.len() + usize::from(copy.is_some());
    let files = if count == 1 { "this file" } else { "these files" };
    if !yes && !consent::ask(&format!("Write {files}?"))? {
        return Ok(false);
    }
    if let Some(copy) = copy {
        copy.make()?;
        print_sentences(&format!("{PROGRAM}: wrote {}\n", format::path(copy.path())))?;
    }
    let act = |records: &mut Records| {
        let mut fresh = Vec::new();
        for plan in &changes {
            let again = Plan::new(plan.target.clone(), goal, state, records)?;
            // The user agreed to the change that was shown, and to no other.
            if !yes && !again.is_like(plan) {
                return Err(Error::Changed { path: plan.target.path.clone() });
            }
            fresh.push(again);
        }
        // Another process may have done it meanwhile.
        fresh.retain(Plan::changes);
        let done = transaction::carry_out(&fresh, goal, state, records)?;
        Ok((fresh.into_iter().map(|plan| plan.snapshot.real).collect::<Vec<_>>(), done))
    };
    let updated = Records::update(state, act, |(_, done)| done.undo(state));
    if updated.is_err() && copy.is_some() {
        // No file names the copy. The error that is reported says why.
        let _ = lasting::remove_unused(state);
    }
    let (files, done) = updated?;
    let backups: BTreeMap<_, _> = files.into_iter().zip(done.backups).collect();
    for plan in changes {
        let backup = backups.get(&plan.snapshot.real).and_then(Option::as_ref).map(|name| {
            format!("; the original file: {}", format::path(&record::backup(state, name)))
        });
        print_sentences(&format!(
            "{}: {} {}{}\n",
            plan.target.profile.title,
            if plan.after.is_some() { "wrote" } else { "removed" },
            format::path(&plan.target.path),
            backup.unwrap_or_default()
        ))?;
    }
    Ok(true)
}

/// The sentence that says how the file will change.
fn intent(plan: &Plan, goal: Goal) -> String {
    let path = format::path(&plan.target.path);
    let link = if plan.snapshot.text.is_some() && plan.target.path.is_symlink() {
        format!(" (a link to {})", format::path(&plan.snapshot.real))
    } else {
        String::new()
    };
    let what = match (&plan.snapshot.text, &plan.after) {
        _ if !plan.changes() => "is up to date",
        (None, _) => "will be created",
        (_, None) if plan.target.profile.adapter.is_some() => "will be removed",
        (_, None) => "contains nothing else and will be removed",
        _ if goal == Goal::Uninstall => "will lose toolcoach's entries",
        _ if plan.target.profile.adapter.is_some() => "will be renewed",
        _ if plan.had_ours => "will get renewed entries",
        _ => "will get the hook",
    };
    format!("{path}{link} {what}")
}

/// Prints what the user has to know afterwards.
fn notes(plan: &Plan, options: &InstallOptions) -> Result<(), Error> {
    let profile = plan.target.profile;
    let is_managed = plan.target.scope == Scope::Managed;
    if let Some(note) = profile.note.filter(|_| plan.changes() && !is_managed) {
        print_sentences(&format!("{note}\n"))?;
    }
    if !profile.tried {
        let title = profile.title;
        print_sentences(&format!(
            "{title}: written as its documentation describes, but not tried with {title} itself.\n"
        ))?;
    }
    if is_managed && plan.changes() {
        print(&format!(
            "{}: every user of this machine has the hook from the next session on. Settings that come from \
             a server or a device profile replace these.\n",
            profile.title
        ))?;
    }
    // An adapter looks whether the program is there.
    let reports = profile.adapter.is_none() && !options.if_found;
    if plan.target.scope == Scope::Project && plan.changes() && reports {
        print_sentences(&format!(
            "{}: anyone who works in this project without toolcoach on PATH gets an error line on each call; \
             --if-found avoids that, and --scope local is for you alone.\n",
            profile.title
        ))?;
    }
    Ok(())
}
