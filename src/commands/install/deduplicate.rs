//! What would run the hook twice for one call: left out where nobody has named it, and told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::agents::{Agent, Scope};
use super::entry::PROGRAM;
use super::plan::Plan;
use super::{InstallOptions, file, registration, shown};
use crate::commands::error::Error;
use crate::ui::print::print;

/// Takes out of `plans` what runs the hook without them.
///
/// # Errors
/// When stdout cannot be written.
pub(super) fn avoid(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    root: &Path,
) -> Result<(), Error> {
    let Some(claude) = Agent::named("claude") else { return Ok(()) };
    leave_to_plugin(plans, options, claude, root)?;
    leave_to_claude(plans, options, claude, root)
}

/// Claude Code's plugin is this hook, too.
fn leave_to_plugin(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    claude: &'static Agent,
    root: &Path,
) -> Result<(), Error> {
    let is_claude = |plan: &Plan| plan.target.agent.name == claude.name;
    let Some(plan) = plans.iter().find(|plan| is_claude(plan)) else { return Ok(()) };
    let Some((name, path)) = plugin(claude, root) else { return Ok(()) };
    let (title, path) = (claude.title, shown(&path));
    let off = format!("claude plugin disable {name}");
    if !options.client.is_empty() || plan.had_ours {
        return Ok(print(&format!(
            "{title}: its plugin {name}, which {path} enables, runs the hook too: two processes a call. To end that: \
             {off}\n"
        ))?);
    }
    plans.retain(|plan| !is_claude(plan));
    Ok(print(&format!(
        "{title}: left out. Its plugin {name}, which {path} enables, runs the hook already. An entry costs less, since it \
         starts no shell; for that: {off}, then install again\n"
    ))?)
}

/// The plugin of this program that Claude Code's settings enable, and the last of them that says
/// so: a project's count more than the user's.
fn plugin(claude: &'static Agent, root: &Path) -> Option<(String, PathBuf)> {
    let mut plugins = BTreeMap::new();
    for scope in [Scope::User, Scope::Project, Scope::Local] {
        let Ok(target) = claude.target(scope, root) else { continue };
        let text = file::look(&target.path).ok().and_then(|found| found.text).unwrap_or_default();
        let Ok(mut settings) = serde_json::from_str::<Value>(&text) else { continue };
        let Some(Value::Object(named)) = settings.get_mut("enabledPlugins").map(Value::take) else {
            continue;
        };
        for (name, enabled) in named {
            if name.split('@').next() == Some(PROGRAM) {
                plugins.insert(name, (enabled == true, target.path.clone()));
            }
        }
    }
    plugins.into_iter().find_map(|(name, (enabled, path))| enabled.then_some((name, path)))
}

/// An agent that runs the hooks in Claude Code's settings too would run ours twice.
fn leave_to_claude(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    claude: &'static Agent,
    root: &Path,
) -> Result<(), Error> {
    let by_claude = plans.iter().any(|plan| plan.target.agent.name == claude.name)
        || [Scope::User, options.scope].into_iter().any(|scope| {
            let target = claude.target(scope, root).ok();
            let found =
                target.and_then(|target| Some((file::look(&target.path).ok()?.text, target)));
            found.is_some_and(|(text, target)| {
                let settings =
                    registration::Settings::read(&target.path, text.as_deref(), target.form);
                settings.is_ok_and(|settings| settings.has_ours())
            })
        });
    if !by_claude {
        return Ok(());
    }
    for plan in plans.iter().filter(|plan| plan.target.agent.reads_claude && !plan.had_ours) {
        let (title, name) = (plan.target.agent.title, plan.target.agent.name);
        print(&if options.client.is_empty() {
            format!(
                "{title}: left out. It runs the hooks in Claude Code's settings, if its setting \"Third-party skills\" \
                 is on; if it is off: toolcoach install --client {name}\n"
            )
        } else {
            format!(
                "{title}: if its setting \"Third-party skills\" is on, it runs Claude Code's entry too.\n"
            )
        })?;
    }
    let named = !options.client.is_empty();
    plans.retain(|plan| named || !plan.target.agent.reads_claude || plan.had_ours);
    Ok(())
}
