//! `toolcoach install` and `uninstall`: our entries in the settings of agents.
//!
//! Everything is worked out and shown before anything is written, and a file that is not understood
//! stops it all.

pub mod agents;
pub mod codex;
pub mod deduplicate;
pub mod diff;
pub mod document;
pub mod entry;
pub mod file;
pub mod plan;
pub mod purge;
pub mod record;
pub mod registration;
#[cfg(fuzzing)]
pub mod round_trip;
pub mod survey;

use crate::ui::prompt;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::base::env;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::project::environment;
use crate::ui::print::print;
pub(crate) use agents::on_path;
use agents::{AGENTS, Agent, Scope, Target};
pub(crate) use codex::{Trust as CodexTrust, trust as codex_trust};
pub(crate) use entry::{PROGRAM, quoted};
use plan::{Aim, Plan};

pub(crate) use record::Records;
#[cfg(fuzzing)]
pub(crate) use round_trip::there_and_back;
pub(crate) use survey::{Hook, Run, SettingsFile, Surveyed, survey};

/// What `install` can be told.
#[derive(Debug, Args)]
pub(crate) struct InstallOptions {
    /// An agent, found here or not; may be given again [default: all that are found]
    #[arg(long, value_name = "CLIENT", value_parser = names())]
    client: Vec<String>,
    /// For whose calls
    #[arg(long, value_enum, default_value_t)]
    scope: Scope,
    /// The tools whose calls it sees, as the agent's own settings name them, such as
    /// 'Bash|Read|Edit' [default: what is there, else all]
    #[arg(long, value_parser = matcher)]
    matcher: Option<String>,
    /// Show the change of each file, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// What `uninstall` can be told.
#[derive(Debug, Args)]
pub(crate) struct UninstallOptions {
    /// An agent; may be given again [default: all]
    #[arg(long, value_name = "CLIENT", value_parser = names())]
    client: Vec<String>,
    /// Only from these settings [default: yours, and every file that `install` wrote]
    #[arg(long, value_enum)]
    scope: Option<Scope>,
    /// Remove what toolcoach keeps, too: its settings and its state
    #[arg(long, conflicts_with_all = ["client", "scope"])]
    purge: bool,
    /// Show the change of each file, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// The names of the agents, as options take them.
pub(crate) fn names() -> PossibleValuesParser {
    AGENTS.iter().map(|agent| agent.name).collect::<Vec<_>>().into()
}

fn matcher(text: &str) -> Result<String, String> {
    let plain = !text.trim().is_empty() && !text.chars().any(char::is_control);
    plain.then(|| text.to_owned()).ok_or_else(|| "expected names of tools".to_owned())
}

/// Registers the hook.
///
/// # Errors
/// When a file is not understood or cannot be written, or nobody can be asked.
pub(crate) fn install(options: &InstallOptions) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let aim = Aim::Install(options.matcher.as_deref());
    let root = project()?;
    let agents: Vec<&'static Agent> = if options.client.is_empty() {
        AGENTS.iter().filter(|agent| agent.is_here()).collect()
    } else {
        options.client.iter().filter_map(|name| Agent::named(name)).collect()
    };
    let mut targets = Vec::new();
    for agent in agents {
        match agent.target(options.scope, &root) {
            Ok(target) => targets.push(target),
            // Nobody has named it.
            Err(Error::NoScope { .. }) if options.client.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    if targets.is_empty() {
        return Err(if env::home().is_none() { Error::NoHome } else { Error::NoAgent });
    }
    let records = Records::read(&state);
    let mut plans = Vec::new();
    for target in targets {
        plans.push(Plan::new(target, aim, &state, &records)?);
    }
    deduplicate::avoid(&mut plans, options, &root)?;
    let done = carry_out(&plans, aim, &state, options.dry_run, options.yes)?;
    if done {
        for plan in &plans {
            notes(plan)?;
        }
        print("To check: toolcoach doctor\n")?;
    }
    Ok(())
}

/// Takes the hook out.
///
/// # Errors
/// When a file is not understood or cannot be written, or nobody can be asked.
pub(crate) fn uninstall(options: &UninstallOptions) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let records = Records::read(&state);
    let wanted = |agent: &Agent| {
        options.client.is_empty() || options.client.iter().any(|name| name == agent.name)
    };
    let root = project()?;
    let mut targets: Vec<Target> = Vec::new();
    let mut homeless = false;
    for agent in AGENTS.iter().filter(|agent| wanted(agent)) {
        match agent.target(options.scope.unwrap_or_default(), &root) {
            Ok(target) => targets.extend(target.other().into_iter().chain([target])),
            Err(Error::NoScope { .. }) if options.client.is_empty() => {}
            Err(Error::NoHome) if options.client.is_empty() => homeless = true,
            Err(error) => return Err(error),
        }
    }
    if options.scope.is_none() {
        for (path, written) in &records.files {
            let Some(agent) = Agent::named(&written.agent).filter(|agent| wanted(agent)) else {
                continue;
            };
            let form = agent.form_of(path);
            targets.push(Target { agent, scope: Scope::User, path: path.clone(), form });
        }
    }
    if homeless && targets.is_empty() {
        return Err(Error::NoHome);
    }
    let mut plans: Vec<Plan> = Vec::new();
    for target in targets {
        let plan = Plan::new(target, Aim::Uninstall, &state, &records)?;
        if plan.changes() && !plans.iter().any(|other| other.found.real == plan.found.real) {
            plans.push(plan);
        }
    }
    carry_out(&plans, Aim::Uninstall, &state, options.dry_run, options.yes)?;
    if options.purge { purge::purge(&state, options.dry_run, options.yes) } else { Ok(()) }
}

/// The folder of the project here: its git work tree, else this one.
fn project() -> Result<PathBuf, Error> {
    let here = std::env::current_dir()?;
    Ok(environment::work_tree_around(&here).map_or_else(|| here.clone(), Path::to_owned))
}

/// Shows the plans, asks, and acts. Returns whether all is as wanted.
fn carry_out(plans: &[Plan], aim: Aim, state: &Path, dry: bool, yes: bool) -> Result<bool, Error> {
    for plan in plans {
        print(&format!("{}: {}\n", plan.target.agent.title, intent(plan, aim)))?;
    }
    let changes: Vec<&Plan> = plans.iter().filter(|plan| plan.changes()).collect();
    if dry {
        for plan in changes {
            let (before, after) = (plan.found.text.as_deref(), plan.after.as_deref());
            print(&format!("\n{}", diff::unified(&plan.target.path, before, after)))?;
        }
        return Ok(false);
    }
    if changes.is_empty() {
        let nothing = if aim == Aim::Uninstall {
            "No settings hold a hook of toolcoach."
        } else {
            "Nothing to do."
        };
        print(&format!("{nothing}\n"))?;
        return Ok(true);
    }
    let files = if changes.len() == 1 { "this file" } else { "these files" };
    if !yes && !agreed(&format!("Write {files}?"))? {
        return Ok(false);
    }
    for plan in changes {
        let backup = Records::update(state, |records| {
            let fresh = Plan::new(plan.target.clone(), aim, state, records)?;
            // Who was asked has agreed to what was shown, and to nothing else.
            if !yes && !fresh.is_like(plan) {
                return Err(Error::Changed { path: plan.target.path.clone() });
            }
            if fresh.changes() { fresh.act(aim, state, records) } else { Ok(None) }
        })?;
        let backup = backup
            .map(|name| format!(" The file as it was: {}", shown(&record::backup(state, &name))));
        print(&format!("{}: done.{}\n", plan.target.agent.title, backup.unwrap_or_default()))?;
    }
    Ok(true)
}

/// What is to become of a file, for people.
fn intent(plan: &Plan, aim: Aim) -> String {
    let path = shown(&plan.target.path);
    let link = if plan.found.text.is_some() && plan.target.path.is_symlink() {
        format!(" (a link to {})", shown(&plan.found.real))
    } else {
        String::new()
    };
    let what = match (&plan.found.text, &plan.after) {
        _ if !plan.changes() => "is as it should be",
        (None, _) => "is made",
        (_, None) => "held nothing else, and is removed",
        _ if aim == Aim::Uninstall => "loses its entries",
        _ if plan.had_ours => "gets its entries renewed",
        _ => "gets the hook",
    };
    format!("{path}{link} {what}")
}

/// What the user has to know when it is done.
fn notes(plan: &Plan) -> Result<(), Error> {
    let agent = plan.target.agent;
    if let Some(note) = agent.note.filter(|_| plan.changes()) {
        print(&format!("{note}\n"))?;
    }
    if !agent.tried {
        let title = agent.title;
        print(&format!(
            "{title}: written as its documents say; {title} itself was not run with it.\n"
        ))?;
    }
    if plan.target.scope == Scope::Project && plan.changes() {
        print(&format!(
            "{}: who works in this project without toolcoach on PATH gets an error line on each call; --scope local is \
             for you alone.\n",
            agent.title
        ))?;
    }
    Ok(())
}

/// Asks on the terminal.
///
/// # Errors
/// When there is none.
fn agreed(question: &str) -> Result<bool, Error> {
    let answer = prompt::confirm(question)?.ok_or_else(|| {
        Error::Usage(
            "stdin is no terminal to ask on: nothing was written. --yes does it".to_owned(),
        )
    })?;
    if !answer {
        print("Nothing was written.\n")?;
    }
    Ok(answer)
}

/// Names of folders may be a repository's.
fn shown(path: &Path) -> String {
    text::clean(&path.to_string_lossy())
}
