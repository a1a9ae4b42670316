//! Settings: the company's file, the user's, the project's, mutes and what was learned.
//!
//! Most calls have no settings and must not pay for them. Each call tries to open the company's
//! file, the user's and the record of trust, which fails at once if they do not exist. It looks for the project's
//! file only when a rule is about to speak or an analyzer to start, for the mutes only when a rule is
//! about to speak, and for what was learned only when its line may be held out. If the user
//! or the company trusts any project, it looks for the project's file on each call.

mod company;
mod custom_rule;
mod file;
mod form;
mod members;
mod parse;
mod tried;

use crate::base::{env, read};
use std::path::{Path, PathBuf};

use once_cell::unsync::OnceCell;

use crate::store::mutes::Mutes;
use crate::store::trust::TrustRecord;
pub(crate) use company::company_file;
pub(crate) use custom_rule::{Concern, CustomRule, Weight};
pub use file::{File, MAX_DEADLINE_MS, MAX_NUMBER, Owner};
pub(crate) use file::{ListedCustomRule, ListedRule};
pub use parse::keys;
use tried::TriedProject;

use crate::base::file_error::FileError;
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::store::learned::Learned;
use crate::store::ledger;

/// The name of a project's settings file.
pub(crate) const PROJECT_FILE: &str = ".toolcoach.json";

/// How much this program may say between two resets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most hints.
    pub hints: usize,
    /// Most warnings.
    pub warnings: usize,
    /// Fewest calls between two hints.
    pub gap: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { hints: 12, warnings: 6, gap: 3 }
    }
}

impl Budget {
    /// What the user's file allows, if there is one.
    pub(crate) fn of(user: Option<&File>) -> Self {
        let default = Self::default();
        Self {
            hints: user.and_then(|file| file.hints).unwrap_or(default.hints),
            warnings: user.and_then(|file| file.warnings).unwrap_or(default.warnings),
            gap: user.and_then(|file| file.gap).unwrap_or(default.gap),
        }
    }
}

/// The settings file of the project around a call.
#[derive(Debug, Default, Clone)]
pub struct ProjectFile {
    /// The file, if it exists and is valid.
    pub(crate) file: Option<File>,
    /// What is wrong with it.
    pub(crate) fault: Option<FileError>,
    /// The user or the company trusts its custom rules.
    pub(crate) trusted: bool,
}

/// The share of sessions in which a rule's lines are held out, if nobody sets it. A larger one tells
/// sooner whether a rule helps, and lets more sessions go without it.
const DEFAULT_HOLDOUT: f64 = 0.2;

/// All settings for one call. The default has none, and looks for none.
#[derive(Debug, Default, Clone)]
pub struct Settings {
    company: Option<File>,
    user: Option<File>,
    /// Why nothing of the company's file counts, or of the user's.
    faults: Vec<FileError>,
    state: Option<PathBuf>,
    reads_projects: bool,
    trust: OnceCell<Option<TrustRecord>>,
    project: OnceCell<ProjectFile>,
    mutes: OnceCell<Mutes>,
    learned: OnceCell<Learned>,
    tried: Option<Box<TriedProject>>,
}

impl Settings {
    /// Reads the company's file and the user's. `state` is the state folder, which contains trust, mutes and what was
    /// learned.
    pub(crate) fn load(state: Option<PathBuf>) -> Self {
        let mut settings = Self { state, reads_projects: true, ..Self::default() };
        if let Some(path) = company_file() {
            match File::read(&path, Owner::Company) {
                Ok(file) => settings.company = file,
                Err(fault) => settings.faults.push(fault),
            }
        }
        let Some((path, is_named)) = user_path() else { return settings };
        match File::read(&path, Owner::User) {
            Ok(None) if is_named => {
                let what = "TOOLCOACH_CONFIG names this file, but it does not exist".to_owned();
                settings.faults.push(FileError::Unreadable { path, what });
            }
            Ok(file) => settings.user = file,
            Err(fault) => settings.faults.push(fault),
        }
        settings
    }

    /// The settings of one file alone, for a look at their custom rules.
    pub(crate) fn of(user: File) -> Self {
        Self { user: Some(user), ..Self::default() }
    }

    /// The same settings for recorded calls: a rule that the user mutes now was not muted then. What
    /// was learned is not asked for, since no line of a recorded session is held out.
    pub(crate) fn for_replay(self) -> Self {
        Self { mutes: OnceCell::with_value(Mutes::default()), ..self }
    }

    /// The same settings for calls in another folder, which may belong to another project.
    pub(crate) fn for_other_dir(&self) -> Self {
        Self {
            company: self.company.clone(),
            user: self.user.clone(),
            faults: self.faults.clone(),
            state: self.state.clone(),
            reads_projects: self.reads_projects,
            trust: OnceCell::new(),
            project: OnceCell::new(),
            mutes: self.mutes.clone(),
            learned: self.learned.clone(),
            tried: self.tried.clone(),
        }
    }

    /// The user's file, if it exists and is valid.
    pub(crate) fn user(&self) -> Option<&File> {
        self.user.as_ref()
    }

    /// The project's file, which is searched for on the first use.
    pub(crate) fn project(&self, environment: &Environment) -> &ProjectFile {
        self.project.get_or_init(|| {
            if !self.reads_projects {
                return ProjectFile::default();
            }
            if let Some(tried) = self.tried_here(environment) {
                return tried;
            }
            match read::permitted(|| find(environment)) {
                Ok(None) => ProjectFile::default(),
                Ok(Some(file)) => {
                    let trusted =
                        self.trust().is_some_and(|trust| trust.covers(&file.path, &file.text))
                            || self.company_trusts(&file);
                    ProjectFile { file: Some(file), fault: None, trusted }
                }
                Err(fault) => ProjectFile { fault: Some(fault), ..ProjectFile::default() },
            }
        })
    }

    /// What is wrong with the files that have been read so far: what makes a file void, and what in
    /// a file does not count.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &FileError> {
        let project = self.project.get().and_then(|project| project.file.as_ref());
        let files = self.company.iter().chain(&self.user).chain(project);
        self.void().chain(files.flat_map(|file| &file.faults))
    }

    /// Every custom rule that counts, with its file: the company's, the user's, and those of a
    /// trusted project.
    pub(crate) fn custom_rules(
        &self,
        environment: &Environment,
    ) -> impl Iterator<Item = (&File, &ListedCustomRule)> {
        let may_be_trusted =
            self.tried.is_some() || self.company_trusts_any() || self.trust().is_some();
        let project =
            may_be_trusted.then(|| self.project(environment)).filter(|project| project.trusted);
        let files = self
            .company
            .iter()
            .chain(&self.user)
            .chain(project.and_then(|project| project.file.as_ref()));
        files.flat_map(|file| file.rules.iter().map(move |rule| (file, rule)))
    }

    /// The client, if neither the command line nor the event shows it.
    pub(crate) fn client(&self) -> Option<Client> {
        self.user.as_ref()?.client
    }

    /// The fault for which nothing of a file counts.
    pub(crate) fn void(&self) -> impl Iterator<Item = &FileError> {
        let project = self.project.get().and_then(|project| project.fault.as_ref());
        self.faults.iter().chain(project)
    }

    /// The path of the user's file, if it disables `rule`.
    pub(crate) fn disables(&self, rule: &str) -> Option<&Path> {
        self.user.as_ref().filter(|file| lists(&file.disable, rule)).map(|file| file.path.as_path())
    }

    /// The path of the project's file, if it disables `rule`.
    pub(crate) fn project_disables(&self, rule: &str, environment: &Environment) -> Option<&Path> {
        let file = self.project(environment).file.as_ref();
        file.filter(|file| lists(&file.disable, rule)).map(|file| file.path.as_path())
    }

    /// Whether the user enables a rule that is off by default.
    pub(crate) fn enables(&self, rule: &str) -> bool {
        self.user.as_ref().is_some_and(|file| lists(&file.enable, rule))
    }

    /// Whether the company or the user pins a rule, so that learning does not mute it.
    pub(crate) fn pins(&self, rule: &str) -> bool {
        self.company.iter().chain(&self.user).any(|file| lists(&file.pin, rule))
    }

    /// The number of a rule that the user's file sets.
    pub(crate) fn number(&self, rule: &str, name: &str) -> Option<u64> {
        number_in(self.user.as_ref()?, rule, name)
    }

    /// The number of a rule that the project's file sets.
    pub(crate) fn project_number(
        &self,
        rule: &str,
        name: &str,
        environment: &Environment,
    ) -> Option<u64> {
        number_in(self.project(environment).file.as_ref()?, rule, name)
    }

    /// The user's budget.
    pub(crate) fn budget(&self) -> Budget {
        Budget::of(self.user.as_ref())
    }

    /// The budget in this project, which is at most the user's.
    pub(crate) fn project_budget(&self, environment: &Environment) -> Budget {
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

    /// Most time for the analyzers in this project, ms, which is at most the user's.
    pub(crate) fn project_deadline_ms(&self, environment: &Environment) -> u64 {
        let project = self.project(environment).file.as_ref();
        let limit = project.and_then(|file| file.deadline_ms).unwrap_or(MAX_DEADLINE_MS);
        limit.min(self.deadline_ms())
    }

    /// Most time for the work on one call that the user's file allows, ms.
    pub(crate) fn deadline_ms(&self) -> u64 {
        let limit = self.user.as_ref().and_then(|file| file.deadline_ms);
        limit.unwrap_or(MAX_DEADLINE_MS).min(MAX_DEADLINE_MS)
    }

    /// How long the ledger of an idle session is kept, days.
    pub(crate) fn retention_days(&self) -> u64 {
        self.user.as_ref().and_then(|file| file.retention_days).unwrap_or(7)
    }

    /// The share of sessions in which a rule's lines are held out, from 0 to 1. A share in the
    /// environment counts more than the company's, and that more than the user's; one that is not a
    /// number is ignored.
    pub(crate) fn holdout(&self) -> f64 {
        let set = || self.company.iter().chain(&self.user).find_map(|file| file.holdout);
        env::holdout().or_else(set).unwrap_or(DEFAULT_HOLDOUT)
    }

    /// Whether a new session is told the habits of agents in its project. Each file may switch it
    /// off.
    pub(crate) fn lessons(&self, environment: &Environment) -> bool {
        let is_on = |file: Option<&File>| file.and_then(|file| file.lessons).unwrap_or(true);
        is_on(self.user.as_ref()) && is_on(self.project(environment).file.as_ref())
    }

    /// Whether a call's line keeps the client's id of the call, which is not a hash.
    pub(crate) fn keeps_tool_use_id(&self) -> bool {
        self.user.as_ref().is_some_and(|file| file.tool_use_id)
    }

    /// What the user muted, read on the first use.
    pub(crate) fn mutes(&self) -> &Mutes {
        self.mutes.get_or_init(|| {
            self.state
                .as_ref()
                .map(|folder| Mutes::read(folder, ledger::now_ms()))
                .unwrap_or_default()
        })
    }

    /// What is known of each rule's effect, read on the first use.
    pub(crate) fn learned(&self) -> &Learned {
        self.learned.get_or_init(|| {
            self.state
                .as_ref()
                .map(|folder| Learned::read(folder, ledger::now_ms()))
                .unwrap_or_default()
        })
    }

    fn trust(&self) -> Option<&TrustRecord> {
        self.trust.get_or_init(|| self.state.as_deref().and_then(TrustRecord::read)).as_ref()
    }
}

fn number_in(file: &File, rule: &str, name: &str) -> Option<u64> {
    file.set.iter().find(|set| set.rule == rule && set.name == name).map(|set| set.number)
}

fn lists(listed: &[ListedRule], rule: &str) -> bool {
    listed.iter().any(|listed| listed.id == rule)
}

/// The path of the user's file, which may not exist.
pub(crate) fn user_file() -> Option<PathBuf> {
    user_path().map(|(path, _)| path)
}

/// The path of the user's file, and whether `TOOLCOACH_CONFIG` names it.
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
/// work tree, else the one in the folder where the session began. Outside a work tree no parent
/// folder counts, since it may be anybody's.
///
/// # Errors
/// When the nearest file is not valid.
fn find(environment: &Environment) -> Result<Option<File>, FileError> {
    let root = environment.work_tree();
    let within = environment.cwd().into_iter().flat_map(|cwd| {
        cwd.ancestors().take_while(move |folder| {
            Some(*folder) == environment.cwd() || root.is_some_and(|root| folder.starts_with(root))
        })
    });
    let session_start = environment.project().filter(|folder| folder.is_absolute());
    for folder in within.chain(session_start) {
        if let Some(file) = File::read(&folder.join(PROJECT_FILE), Owner::Project)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}
