//! What is true on this machine, looked up only when a rule that matched asks, and once.

use crate::base::env;
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use once_cell::unsync::OnceCell;

use super::git::index;
use crate::base::read;
use crate::protocol::client::Client;

/// Folders of PATH that are searched.
const MAX_PATH_FOLDERS: usize = 256;

/// Folders between the working directory and the root that are searched for a work tree.
const MAX_PARENTS: usize = 64;

/// What surrounds one call: looked up when asked, and once.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The agent that called.
    pub client: Client,
    cwd: Option<PathBuf>,
    path: Option<OsString>,
    having: Option<Arc<[String]>>,
    home: Option<PathBuf>,
    project: Option<PathBuf>,
    programs: RefCell<Vec<(&'static str, bool)>>,
    work_tree: OnceCell<Option<PathBuf>>,
    branch: OnceCell<Option<String>>,
    index: OnceCell<Option<Vec<u8>>>,
    trouble: Cell<bool>,
}

impl Environment {
    /// This process's environment, for a call in `cwd`.
    pub fn new(client: Client, cwd: Option<&str>) -> Self {
        Self {
            client,
            cwd: cwd.filter(|cwd| Path::new(cwd).is_absolute()).map(PathBuf::from),
            path: env::path(),
            having: None,
            home: env::home(),
            project: env::claude_project_dir(),
            programs: RefCell::new(Vec::new()),
            work_tree: OnceCell::new(),
            branch: OnceCell::new(),
            index: OnceCell::new(),
            trouble: Cell::new(false),
        }
    }

    /// The working directory after the call, if the client told an absolute one.
    pub fn cwd(&self) -> Option<&Path> {
        self.cwd.as_deref()
    }

    /// The user's home.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The directory in which the client's session began.
    pub fn project(&self) -> Option<&Path> {
        self.project.as_deref()
    }

    /// Whether `path` is a temporary one aside of what is worked on: the project, or the working
    /// directory where the client does not tell. Some projects do live under `/tmp`.
    pub fn is_aside(&self, path: &Path) -> bool {
        let root = self.project().or(self.cwd());
        is_temporary(path) && !root.is_some_and(|root| path.starts_with(root))
    }

    /// The same environment with another project.
    pub fn with_project(self, project: Option<PathBuf>) -> Self {
        Self { project, ..self }
    }

    /// Whether `program` is an executable file in a folder of PATH.
    pub fn on_path(&self, program: &'static str) -> bool {
        if let Some((_, known)) = self.programs.borrow().iter().find(|(name, _)| *name == program) {
            return *known;
        }
        let found = self.finds(program);
        self.programs.borrow_mut().push((program, found));
        found
    }

    /// The same environment where these programs, and no others, are on PATH.
    pub fn with_programs(self, programs: Arc<[String]>) -> Self {
        Self { having: Some(programs), ..self }
    }

    /// The same for a name that is not ours, looked up each time.
    pub fn finds(&self, program: &str) -> bool {
        match &self.having {
            Some(having) => having.iter().any(|name| name == program),
            None => self.located(program).is_some(),
        }
    }

    /// The first executable file of this name in a folder of PATH.
    pub fn located(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(self.path.as_ref()?)
            .take(MAX_PATH_FOLDERS)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(program))
            .find(|path| is_executable(path))
    }

    /// The folder of the Python environment that is active here, and so in the client's shell.
    pub fn python_environment(&self) -> Option<PathBuf> {
        env::python_environment()
    }

    /// Whether `PYTHONPATH` is set here, and so in the client's shell.
    pub fn has_python_path(&self) -> bool {
        env::python_path().is_some()
    }

    /// Where Claude Code keeps its settings, if not in `~/.claude`.
    pub fn claude_config_dir(&self) -> Option<PathBuf> {
        env::claude_config_dir()
    }

    /// The root of the git work tree around the working directory.
    pub fn work_tree(&self) -> Option<&Path> {
        self.work_tree
            .get_or_init(|| work_tree_around(self.cwd.as_deref()?).map(Path::to_owned))
            .as_deref()
    }

    /// The index of the work tree around the working directory; `None` where there is none or it is
    /// too large.
    fn index(&self) -> Option<&[u8]> {
        self.index
            .get_or_init(|| self.read(&self.git_folder()?.join("index"), index::MAX_BYTES))
            .as_deref()
    }

    /// Shows `visit` each path that git tracks in the work tree around the working directory.
    /// `None` if that is not known.
    pub fn visit_tracked(&self, visit: impl FnMut(index::Entry)) -> Option<()> {
        index::visit(self.index()?, visit)
    }

    /// The text of a file in the repository's own folder, up to 8 MB; `None` in a linked work tree,
    /// which shares part of its folder with others.
    pub fn git_text(&self, name: &str) -> Option<String> {
        let git = self.git_folder()?;
        if git.join("commondir").exists() {
            return None;
        }
        let bytes = self.read(&git.join(name), index::MAX_BYTES)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The commit that a reference names, loose or packed.
    pub fn reference(&self, name: &str) -> Option<String> {
        if let Some(text) = self.git_text(name) {
            return Some(text.trim_end().to_owned());
        }
        let packed = self.git_text("packed-refs")?;
        let mut pairs = packed.lines().filter_map(|line| line.split_once(' '));
        pairs.find(|(_, of)| *of == name).map(|(commit, _)| commit.to_owned())
    }

    /// Whether git tracks the file at `path`; `None` if that is not known.
    pub fn is_tracked(&self, path: &Path) -> Option<bool> {
        let relative = path.strip_prefix(self.work_tree()?).ok()?.to_str()?;
        let mut found = false;
        self.visit_tracked(|entry| found |= entry.path == relative.as_bytes())?;
        Some(found)
    }

    /// The whole of a file of the project; `None` where there is none or it is larger than `limit`
    /// bytes. What is there and cannot be read is noted as trouble.
    pub fn read(&self, path: &Path, limit: u64) -> Option<Vec<u8>> {
        read::read(path, limit).unwrap_or_else(|_| {
            self.note_trouble();
            None
        })
    }

    /// The text of a manifest or source file.
    pub fn read_text(&self, path: &Path) -> Option<String> {
        self.read(path, read::MAX_BYTES).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The branch that is checked out; `None` when detached or not in a work tree.
    pub fn branch(&self) -> Option<&str> {
        self.branch
            .get_or_init(|| {
                let git = self.git_folder()?;
                let head = fs::read_to_string(git.join("HEAD")).ok()?;
                head.strip_prefix("ref: refs/heads/").map(|name| name.trim_end().to_owned())
            })
            .as_deref()
    }

    /// Whether the repository has no commit yet, as far as loose and packed references tell.
    pub fn is_fresh_repository(&self) -> bool {
        let (Some(git), Some(branch)) = (self.git_folder(), self.branch()) else { return false };
        !git.join("refs/heads").join(branch).exists()
            && !git.join("packed-refs").exists()
            && !git.join("commondir").exists()
            && !git.join("reftable").exists()
    }

    /// `.git`, or the folder that a `.git` file of a linked work tree points to.
    fn git_folder(&self) -> Option<PathBuf> {
        let git = self.work_tree()?.join(".git");
        if git.is_dir() {
            return Some(git);
        }
        let pointer = fs::read_to_string(&git).ok()?;
        let target = Path::new(pointer.strip_prefix("gitdir:")?.trim());
        Some(if target.is_absolute() { target.to_owned() } else { self.work_tree()?.join(target) })
    }

    /// Notes that something that is there could not be read: an analyzer that needs it cannot do
    /// its work.
    pub fn note_trouble(&self) {
        self.trouble.set(true);
    }

    /// Whether something that is there could not be read.
    pub fn has_trouble(&self) -> bool {
        self.trouble.get()
    }

    /// `path` made absolute against the working directory, `~` and dots resolved by name only.
    pub fn absolute(&self, path: &str) -> Option<PathBuf> {
        let path = match path.strip_prefix('~') {
            Some("") => self.home()?.to_owned(),
            Some(rest) => self.home()?.join(rest.strip_prefix('/')?),
            None => PathBuf::from(path),
        };
        let path = if path.is_absolute() { path } else { self.cwd()?.join(path) };
        Some(normal(&path))
    }
}

/// The root of the git work tree around `folder`.
pub fn work_tree_around(folder: &Path) -> Option<&Path> {
    folder.ancestors().take(MAX_PARENTS).find(|folder| folder.join(".git").exists())
}

/// The folders from `folder` up to the root of its work tree. Without a work tree: the folder
/// itself only, since nothing says where the project ends.
pub fn project_folders(folder: &Path) -> impl Iterator<Item = &Path> {
    let root = work_tree_around(folder).unwrap_or(folder);
    folder.ancestors().take(MAX_PARENTS).take_while(move |above| above.starts_with(root))
}

/// `path` without `.` and `..`, by name only.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Whether `path` lies below a folder for temporary files.
pub fn is_temporary(path: &Path) -> bool {
    ["/tmp", "/var/tmp", "/private/tmp"]
        .iter()
        .any(|folder| path.starts_with(folder) && path != Path::new(folder))
}

/// Whether `path` is a file that can be run.
#[cfg(unix)]
pub fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whether `path` is a file that can be run.
#[cfg(not(unix))]
pub fn is_executable(path: &Path) -> bool {
    path.with_extension("exe").is_file()
}
