//! Reads what the settings of clients say about this program, for `toolcoach doctor`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::adapter::{Adapter, Owner};
use super::clients::{ClientProfile, HookEvent, PROFILES, Scope, project_root};
use super::file::FileSnapshot;
use super::hook::{Hook, Launch};
use super::layout::HookLayout;
use super::managed_folder::MANAGED;
use super::registration::{ClientSettings, RegisteredEntry};
use super::{codex, entry, managed, shape, words};
use crate::base::file_error::{FileError, Position};
use crate::commands::error::Error;
use crate::protocol::client::Client;

/// A client, and what its settings contain.
pub(crate) struct ClientSurvey {
    pub(crate) client: Client,
    /// Its name for users.
    pub(crate) title: &'static str,
    /// Its settings folder exists, or its program is on PATH.
    is_installed: bool,
    /// The events that `install` registers. Without the first the hook gets no call.
    pub(crate) events: Vec<&'static str>,
    /// The files that exist, in order of precedence: the weakest first.
    pub(crate) files: Vec<SettingsFile>,
    /// The file that switches all hooks off.
    pub(crate) off: Option<PathBuf>,
    /// The file of an administrator that lets only hooks of some scopes run, and those scopes.
    pub(crate) restriction: Option<(PathBuf, &'static [&'static str])>,
    /// It counts time limits in seconds, whatever the number.
    pub(crate) counts_seconds: bool,
    /// It drops every hook of a file for one entry of another form.
    pub(crate) is_strict: bool,
    /// It runs the hooks in Claude Code's settings too.
    pub(crate) reads_claude: bool,
    /// It reads settings with comments in them, which this program does not.
    pub(crate) takes_comments: bool,
}

/// A file with a client's settings.
pub(crate) struct SettingsFile {
    pub(crate) path: PathBuf,
    /// Whose calls it is for: `user`, `project`, `local`, `plugin` or `managed`.
    pub(crate) scope: &'static str,
    /// Why this program cannot understand it.
    pub(crate) fault: Option<Error>,
    /// Entries of others for which the client drops every hook.
    pub(crate) refused: Vec<FileError>,
    /// The hooks of ours in it.
    pub(crate) hooks: Vec<Hook>,
    /// It sets `TOOLCOACH_DISABLE=1` for the client.
    pub(crate) is_silencing: bool,
}

/// Surveys the clients with these names, from the project here. Without names it surveys every
/// client that is on this machine or has our hook in a file.
///
/// # Errors
/// When the current folder no longer exists.
pub(crate) fn survey(names: &[String]) -> Result<Vec<ClientSurvey>, Error> {
    let root = project_root()?;
    let is_wanted = |profile: &&ClientProfile| {
        names.is_empty() || names.iter().any(|name| name == profile.name)
    };
    let all = PROFILES.iter().filter(is_wanted).map(|profile| survey_one(profile, &root));
    let is_relevant = |survey: &ClientSurvey| {
        !names.is_empty()
            || survey.is_installed
            || survey.files.iter().any(|file| !file.hooks.is_empty())
    };
    Ok(all.filter(is_relevant).collect())
}

fn survey_one(profile: &'static ClientProfile, root: &Path) -> ClientSurvey {
    let mut files: Vec<(SettingsFile, Option<ClientSettings>)> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for scope in [Scope::User, Scope::Project, Scope::Local] {
        let Ok(target) = profile.target(scope, root) else { continue };
        // In the home folder the project's file is also the user's.
        let real = target.path.canonicalize().unwrap_or_else(|_| target.path.clone());
        if !seen.contains(&real) {
            files.extend(read(profile, &target.path, scope.name(), target.layout));
            seen.push(real);
        }
    }
    let is_claude = profile.name == "claude";
    if is_claude {
        let managed = managed::files().into_iter();
        files.extend(managed.filter_map(|path| read(profile, &path, MANAGED, profile.layout)));
    }
    let restriction =
        files.iter().filter(|(file, _)| file.scope == MANAGED).find_map(|(file, settings)| {
            Some((file.path.clone(), managed::allowed(settings.as_ref()?)?))
        });
    // The lists of all files hold for the hooks of each.
    let disabled: Vec<String> = files
        .iter()
        .filter_map(|(_, settings)| settings.as_ref())
        .flat_map(|settings| disabled(profile, settings))
        .collect();
    for hook in files.iter_mut().flat_map(|(file, _)| &mut file.hooks) {
        hook.is_disabled = hook.names.iter().any(|name| disabled.contains(name));
    }
    let value = |pointer: &str| {
        files
            .iter()
            .rev()
            .find_map(|(file, settings)| Some((file.path.clone(), settings.as_ref()?.at(pointer)?)))
    };
    let off =
        profile.off.and_then(|(pointer, off)| value(pointer).filter(|(_, value)| *value == off));
    let off = off.map(|(path, _)| path);
    let plugins = if is_claude { plugins(profile, &value) } else { Vec::new() };
    ClientSurvey {
        client: Client::named(profile.name).unwrap_or(Client::Claude(None)),
        title: profile.title,
        is_installed: profile.is_installed(),
        events: profile.events.iter().map(|event| event.name).collect(),
        off: off.or_else(|| codex::off(profile)),
        files: files.into_iter().map(|(file, _)| file).chain(plugins).collect(),
        restriction,
        // Qwen Code takes 1000 and more for ms.
        counts_seconds: !profile.counts_ms && profile.timeout < 1000,
        is_strict: profile.is_strict,
        reads_claude: profile.reads_claude,
        takes_comments: profile.takes_comments,
    }
}

fn read(
    profile: &ClientProfile,
    path: &Path,
    scope: &'static str,
    layout: HookLayout,
) -> Option<(SettingsFile, Option<ClientSettings>)> {
    if let Some(adapter) = profile.adapter {
        return read_adapter(profile, adapter, path, scope).map(|file| (file, None));
    }
    let text = FileSnapshot::take(path).map(|snapshot| snapshot.text);
    let settings = match text {
        Ok(None) => return None,
        Ok(text) => ClientSettings::read(path, text.as_deref(), layout).map_err(Error::from),
        Err(error) => Err(error),
    };
    let mut file = SettingsFile {
        path: path.to_owned(),
        scope,
        fault: None,
        refused: Vec::new(),
        hooks: Vec::new(),
        is_silencing: false,
    };
    match settings {
        Ok(settings) => {
            file.hooks = hooks(profile, settings.entries(entry::is_ours));
            if profile.is_strict {
                file.refused = shape::faults(&settings);
            }
            file.is_silencing =
                settings.at("/env/TOOLCOACH_DISABLE").is_some_and(|value| value == "1");
            Some((file, Some(settings)))
        }
        Err(error) => {
            file.fault = Some(error);
            Some((file, None))
        }
    }
}

/// A file that is this program's alone; `None` if it is another's.
fn read_adapter(
    profile: &ClientProfile,
    adapter: &Adapter,
    path: &Path,
    scope: &'static str,
) -> Option<SettingsFile> {
    let text = FileSnapshot::take(path).map(|snapshot| snapshot.text);
    let (fault, hooks) = match text {
        Err(error) => (Some(error), Vec::new()),
        Ok(text) => match adapter.owner(text.as_deref()?) {
            Owner::Other => return None,
            Owner::Changed => {
                let what = "it differs from what `toolcoach install` writes".to_owned();
                let fault = FileError::Unreadable { path: path.to_owned(), what };
                (Some(fault.into()), Vec::new())
            }
            Owner::Ours(program) => {
                let words = [&program, "hook", "--client", profile.name].map(str::to_owned);
                let hook = |event: &HookEvent| Hook {
                    event: event.name.to_owned(),
                    matcher: None,
                    launch: Launch::Program(words.to_vec()),
                    is_async: false,
                    only_if: None,
                    names: Vec::new(),
                    is_disabled: false,
                    limit_ms: Some(f64::from(profile.timeout) * 1000.0),
                    position: Position::of(
                        text.as_deref().unwrap_or_default().as_bytes(),
                        adapter.program_at(),
                    ),
                    indices: Vec::new(),
                };
                (None, profile.events.iter().map(hook).collect())
            }
        },
    };
    let refused = Vec::new();
    Some(SettingsFile { path: path.to_owned(), scope, fault, refused, hooks, is_silencing: false })
}

/// The names by which a client may know an entry.
fn names(entry: &Value) -> Vec<String> {
    let texts = ["name", "command"].into_iter().filter_map(|key| entry.get(key)?.as_str());
    texts.map(str::to_owned).collect()
}

/// The names of hooks that the settings switch off.
fn disabled(profile: &ClientProfile, settings: &ClientSettings) -> Vec<String> {
    let lists = profile.disabled.iter().filter_map(|pointer| settings.at(pointer));
    let items = lists.filter_map(|list| list.as_array().cloned()).flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn hooks(profile: &ClientProfile, entries: Vec<RegisteredEntry>) -> Vec<Hook> {
    let hook = |entry: RegisteredEntry| {
        let limit =
            ["timeout", "timeoutSec"].iter().find_map(|key| entry.value.get(*key)?.as_f64());
        Some(Hook {
            launch: Launch::of(&entry.value)?,
            is_async: entry.value.get("async").is_some_and(|value| value == true),
            only_if: entry.value.get("if").and_then(Value::as_str).map(str::to_owned),
            names: names(&entry.value),
            is_disabled: false,
            event: entry.event,
            matcher: entry.matcher,
            limit_ms: limit.map(|limit| if profile.counts_ms { limit } else { limit * 1000.0 }),
            position: entry.position,
            indices: entry.indices,
        })
    };
    entries.into_iter().filter_map(hook).collect()
}

/// The files of Claude Code's plugins that have our hook: those of the plugin with our name, and of
/// any other plugin that starts our program. Claude Code 2.1 lists installed plugins in
/// `plugins/installed_plugins.json`, and enables them under `enabledPlugins`.
fn plugins(
    profile: &ClientProfile,
    value: &impl Fn(&str) -> Option<(PathBuf, Value)>,
) -> Vec<SettingsFile> {
    let Some(folder) = profile.folder() else { return Vec::new() };
    let list = FileSnapshot::take(&folder.join("plugins/installed_plugins.json"))
        .ok()
        .and_then(|snapshot| snapshot.text);
    let list = list.and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default();
    let mut plugin_files = Vec::new();
    for (id, installed) in list.get("plugins").and_then(Value::as_object).into_iter().flatten() {
        let key = id.replace('~', "~0").replace('/', "~1");
        if !value(&format!("/enabledPlugins/{key}")).is_some_and(|(_, value)| value == true) {
            continue;
        }
        // Version 2 has a list here; version 1 has one object.
        let installed = installed.as_array().and_then(|all| all.last()).unwrap_or(installed);
        let Some(root) = installed.get("installPath").and_then(Value::as_str).map(PathBuf::from)
        else {
            continue;
        };
        let path = root.join("hooks/hooks.json");
        let Some((mut file, settings)) = read(profile, &path, "plugin", HookLayout::GROUPS) else {
            continue;
        };
        if let Some(settings) = settings.filter(|_| id.split('@').next() == Some(words::PROGRAM)) {
            file.hooks = hooks(profile, settings.entries(entry::ends_in_ours));
        } else if file.hooks.is_empty() {
            continue;
        }
        for hook in &mut file.hooks {
            hook.launch = hook.launch.clone().within(&root);
        }
        plugin_files.push(file);
    }
    plugin_files
}
