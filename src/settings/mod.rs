//! Settings: the user's file, the project's, and what was muted from the command line.
//!
//! Most calls have none and must not pay for them. The user's file is opened on each call, which
//! fails at once where there is none. Whether any project is trusted is asked in the same way. The
//! project's own file, the mutes and what was learned are looked for only when something is about
//! to be said; the project's file also where one is trusted.

pub mod custom_rule;
pub mod file;
pub mod form;

use crate::base::env;
use std::path::{Path, PathBuf};

use once_cell::unsync::OnceCell;

use crate::store::mutes::{ALL, Mutes};
use crate::store::trust::Trust;
pub use custom_rule::{Concern, CustomRule, Weight};
pub use file::{File, MAX_DEADLINE_MS, MAX_OWN_RULES, Named, Own, Owner};
pub use form::{MAX_BETTER_CHARS, MAX_TEXT_CHARS};

use crate::base::file_error::FileError;
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::store::learned::Learned;
use crate::store::ledger;

/// The name of a project's file.
pub const PROJECT_FILE: &str = ".toolcoach.json";

/// How much may be said in one context: between two resets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Hints.
    pub hints: usize,
    /// Warnings.
    pub warnings: usize,
    /// Calls between two hints.
    pub gap: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { hints: 12, warnings: 6, gap: 3 }
    }
}

/// The file of the project around a call.
#[derive(Debug, Default)]
pub struct Project {
    /// What it says, if there is one and it is valid.
    pub file: Option<File>,
    /// What is wrong with it.
    pub fault: Option<FileError>,
    /// The user trusts its own rules.
    pub trusted: bool,
}

/// All settings for one call. By default there are none, and none are looked for.
#[derive(Debug, Default)]
pub struct Settings {
    user: Option<File>,
    fault: Option<FileError>,
    state: Option<PathBuf>,
    reads_projects: bool,
    trust: OnceCell<Option<Trust>>,
    project: OnceCell<Project>,
    mutes: OnceCell<Mutes>,
    learned: OnceCell<Learned>,
}

impl Settings {
    /// Reads the user's file. `state` is the folder of trust, of mutes and of what was learned.
    pub fn load(state: Option<PathBuf>) -> Self {
        let mut settings = Self { state, reads_projects: true, ..Self::default() };
        let Some((path, asked_for)) = user_path() else { return settings };
        match File::read(&path, Owner::User) {
            Ok(None) if asked_for => {
                let what = "TOOLCOACH_CONFIG names it, and it is not there".to_owned();
                settings.fault = Some(FileError::Unreadable { path, what });
            }
            Ok(file) => settings.user = file,
            Err(fault) => settings.fault = Some(fault),
        }
        settings
    }

    /// The same for calls of the past: what is muted now, by the user or by what was learned, was
    /// not muted then.
    pub fn for_replay(self) -> Self {
        let (mutes, learned) = (Mutes::default(), Learned::default());
        Self { mutes: OnceCell::with_value(mutes), learned: OnceCell::with_value(learned), ..self }
    }

    /// The same for calls in another folder, where another project's file counts.
    pub fn for_other_dir(&self) -> Self {
        Self {
            user: self.user.clone(),
            fault: self.fault.clone(),
            state: self.state.clone(),
            reads_projects: self.reads_projects,
            trust: OnceCell::new(),
            project: OnceCell::new(),
            mutes: self.mutes.clone(),
            learned: self.learned.clone(),
        }
    }

    /// The user's file, if there is one and it is valid.
    pub fn user(&self) -> Option<&File> {
        self.user.as_ref()
    }

    /// The project's file, looked for when first asked.
    pub fn project(&self, environment: &Environment) -> &Project {
        self.project.get_or_init(|| {
            if !self.reads_projects {
                return Project::default();
            }
            match find(environment) {
                Ok(None) => Project::default(),
                Ok(Some(file)) => {
                    let trusted =
                        self.trust().is_some_and(|trust| trust.covers(&file.path, &file.text));
                    Project { file: Some(file), fault: None, trusted }
                }
                Err(fault) => Project { fault: Some(fault), ..Project::default() },
            }
        })
    }

    /// What is wrong with the files that were read so far.
    pub fn faults(&self) -> impl Iterator<Item = &FileError> {
        self.fault.iter().chain(self.project.get().and_then(|project| project.fault.as_ref()))
    }

    /// Every own rule that counts, with the file it stands in: the user's, and those of a trusted
    /// project.
    pub fn custom_rules(&self, environment: &Environment) -> impl Iterator<Item = (&File, &Own)> {
        let project =
            self.trust().map(|_| self.project(environment)).filter(|project| project.trusted);
        let files = self.user.iter().chain(project.and_then(|project| project.file.as_ref()));
        files.flat_map(|file| file.rules.iter().map(move |own| (file, own)))
    }

    /// The agent, where neither the command line nor the call tells.
    pub fn client(&self) -> Option<Client> {
        self.user.as_ref()?.client
    }

    /// The user's file, if it switches `rule` off.
    pub fn disables(&self, rule: &str) -> Option<&Path> {
        self.user.as_ref().filter(|file| lists(&file.disable, rule)).map(|file| file.path.as_path())
    }

    /// The project's file, if it switches `rule` off.
    pub fn project_disables(&self, rule: &str, environment: &Environment) -> Option<&Path> {
        let file = self.project(environment).file.as_ref();
        file.filter(|file| lists(&file.disable, rule)).map(|file| file.path.as_path())
    }

    /// Whether the user asks for a rule that is off by default.
    pub fn enables(&self, rule: &str) -> bool {
        self.user.as_ref().is_some_and(|file| lists(&file.enable, rule))
    }

    /// Whether the user keeps a rule that learning would mute.
    pub fn pins(&self, rule: &str) -> bool {
        self.user.as_ref().is_some_and(|file| lists(&file.pin, rule))
    }

    /// The user's budget.
    pub fn budget(&self) -> Budget {
        let (default, user) = (Budget::default(), self.user.as_ref());
        Budget {
            hints: user.and_then(|file| file.hints).unwrap_or(default.hints),
            warnings: user.and_then(|file| file.warnings).unwrap_or(default.warnings),
            gap: user.and_then(|file| file.gap).unwrap_or(default.gap),
        }
    }

    /// The budget in this project, which is at most the user's.
    pub fn project_budget(&self, environment: &Environment) -> Budget {
        let (user, project) = (self.budget(), self.project(environment).file.as_ref());
        Budget {
            hints: project
                .and_then(|file| file.hints)
                .map_or(user.hints, |hints| hints.min(user.hints)),
            warnings: project
                .and_then(|file| file.warnings)
                .map_or(user.warnings, |warnings| warnings.min(user.warnings)),
            gap: project.and_then(|file| file.gap).map_or(user.gap, |gap| gap.max(user.gap)),
        }
    }

    /// Most time for one call, ms. A project's file lowers it where it is read anyhow.
    pub fn deadline_ms(&self) -> u64 {
        let project = self.project.get().and_then(|project| project.file.as_ref());
        let asked =
            [self.user.as_ref(), project].into_iter().flatten().filter_map(|file| file.deadline_ms);
        asked.fold(MAX_DEADLINE_MS, u64::min)
    }

    /// How long an idle session is kept, days.
    pub fn retention_days(&self) -> u64 {
        self.user.as_ref().and_then(|file| file.retention_days).unwrap_or(7)
    }

    /// What is muted, read when first asked.
    pub fn mutes(&self) -> &Mutes {
        self.mutes.get_or_init(|| {
            self.state
                .as_ref()
                .map(|folder| Mutes::read(folder, ledger::now_ms()))
                .unwrap_or_default()
        })
    }

    /// What learning mutes, read when first asked.
    pub fn learned(&self) -> &Learned {
        self.learned.get_or_init(|| {
            self.state
                .as_ref()
                .map(|folder| Learned::read(folder, ledger::now_ms()))
                .unwrap_or_default()
        })
    }

    fn trust(&self) -> Option<&Trust> {
        self.trust.get_or_init(|| self.state.as_deref().and_then(Trust::read)).as_ref()
    }
}

fn lists(names: &[Named], rule: &str) -> bool {
    names.iter().any(|name| name.id == rule)
}

/// Where the user's file is or would be.
pub fn user_file() -> Option<PathBuf> {
    user_path().map(|(path, _)| path)
}

/// Where the user's file is, and whether the user named it.
fn user_path() -> Option<(PathBuf, bool)> {
    if let Some(path) = env::toolcoach_config() {
        return Some((path, true));
    }
    let folder = if cfg!(windows) {
        env::app_data()
    } else {
        env::xdg_config_home().or_else(|| env::home().map(|home| home.join(".config")))
    };
    let path = folder.map(|folder| folder.join("toolcoach/config.json"));
    path.map(|path| (path, false))
}

/// The file of the project: the nearest one between the working directory and the root of its git
/// work tree, else the one where the session began. Outside of a work tree no folder above counts:
/// it may be anybody's.
///
/// # Errors
/// When the nearest one is not valid.
fn find(environment: &Environment) -> Result<Option<File>, FileError> {
    let root = environment.work_tree();
    let within = environment.cwd().into_iter().flat_map(|cwd| {
        cwd.ancestors().take_while(move |folder| {
            Some(*folder) == environment.cwd() || root.is_some_and(|root| folder.starts_with(root))
        })
    });
    let began = environment.project().filter(|folder| folder.is_absolute());
    for folder in within.chain(began) {
        if let Some(file) = File::read(&folder.join(PROJECT_FILE), Owner::Project)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}
