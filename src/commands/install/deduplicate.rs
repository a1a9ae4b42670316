//! Prevents entries that would run the hook twice for one call: skips them unless the user named
//! the client, and says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::clients::{ClientProfile, Scope};
use super::file::FileSnapshot;
use super::managed;
use super::options::InstallOptions;
use super::plan::Plan;
use super::registration::ClientSettings;
use super::words::PROGRAM;
use crate::commands::error::Error;
use crate::ui::format;
use crate::ui::print::print;

/// Removes the plans for clients that run the hook without an entry of their own.
///
/// # Errors
/// When stdout cannot be written.
pub(super) fn deduplicate(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    root: &Path,
) -> Result<(), Error> {
    let Some(claude) = ClientProfile::named("claude") else { return Ok(()) };
    leave_to_administrator(plans, options, claude)?;
    leave_to_plugin(plans, options, claude, root)?;
    leave_to_claude(plans, options, claude, root)
}

/// The settings of an administrator run the hook already, for every user.
fn leave_to_administrator(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    claude: &'static ClientProfile,
) -> Result<(), Error> {
    let is_own = |plan: &Plan| {
        plan.target.profile.name == claude.name && plan.target.scope != Scope::Managed
    };
    let Some(plan) = plans.iter().find(|plan| is_own(plan)) else { return Ok(()) };
    let Some(path) = managed::with_hook(claude) else { return Ok(()) };
    let (title, path) = (claude.title, format::path(&path));
    if !options.client.is_empty() || plan.had_ours {
        return Ok(print(&format!(
            "{title}: the administrator's {path} also runs the hook. {title} starts the same program once, but \
             one at another path a second time for each call\n"
        ))?);
    }
    plans.retain(|plan| !is_own(plan));
    Ok(print(&format!(
        "{title}: skipped, because the administrator's {path} already runs the hook\n"
    ))?)
}

/// Claude Code's plugin runs the hook already.
fn leave_to_plugin(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    claude: &'static ClientProfile,
    root: &Path,
) -> Result<(), Error> {
    // The administrator's own plugins are not those of the users.
    let is_claude = |plan: &Plan| {
        plan.target.profile.name == claude.name && plan.target.scope != Scope::Managed
    };
    let Some(plan) = plans.iter().find(|plan| is_claude(plan)) else { return Ok(()) };
    let Some((name, path)) = plugin(claude, root) else { return Ok(()) };
    let (title, path) = (claude.title, format::path(&path));
    let off = format!("claude plugin disable {name}");
    if !options.client.is_empty() || plan.had_ours {
        return Ok(print(&format!(
            "{title}: the plugin {name}, enabled in {path}, also runs the hook, so each call starts two \
             processes. To disable the plugin: {off}\n"
        ))?);
    }
    plans.retain(|plan| !is_claude(plan));
    Ok(print(&format!(
        "{title}: skipped, because the plugin {name}, enabled in {path}, already runs the hook. An entry \
         costs less, since it starts no shell; to use one: {off}, then install again\n"
    ))?)
}

/// The plugin of this program that Claude Code's settings enable, with the file that enables it.
/// The project's settings override the user's.
fn plugin(claude: &'static ClientProfile, root: &Path) -> Option<(String, PathBuf)> {
    let mut plugins = BTreeMap::new();
    for scope in [Scope::User, Scope::Project, Scope::Local] {
        let Ok(target) = claude.target(scope, root) else { continue };
        let text = FileSnapshot::take(&target.path)
            .ok()
            .and_then(|snapshot| snapshot.text)
            .unwrap_or_default();
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

/// A client that also runs the hooks in Claude Code's settings would run ours twice.
fn leave_to_claude(
    plans: &mut Vec<Plan>,
    options: &InstallOptions,
    claude: &'static ClientProfile,
    root: &Path,
) -> Result<(), Error> {
    let by_claude = plans.iter().any(|plan| plan.target.profile.name == claude.name)
        || [Scope::User, options.scope].into_iter().any(|scope| {
            let target = claude.target(scope, root).ok();
            let read = target
                .and_then(|target| Some((FileSnapshot::take(&target.path).ok()?.text, target)));
            read.is_some_and(|(text, target)| {
                let settings = ClientSettings::read(&target.path, text.as_deref(), target.layout);
                settings.is_ok_and(|settings| settings.has_ours())
            })
        });
    if !by_claude {
        return Ok(());
    }
    for plan in plans.iter().filter(|plan| plan.target.profile.reads_claude && !plan.had_ours) {
        let (title, name) = (plan.target.profile.title, plan.target.profile.name);
        print(&if options.client.is_empty() {
            format!(
                "{title}: skipped, because it runs the hooks in Claude Code's settings if its setting \
                 \"Third-party skills\" is on. If it is off: toolcoach install --client {name}\n"
            )
        } else {
            format!(
                "{title}: if its setting \"Third-party skills\" is on, it also runs Claude Code's entry.\n"
            )
        })?;
    }
    let named = !options.client.is_empty();
    plans.retain(|plan| named || !plan.target.profile.reads_claude || plan.had_ours);
    Ok(())
}
