//! The environment of a call on this machine: folders, programs, git. Each fact is looked up once,
//! and only if a rule asks for it.

use crate::base::env;
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use once_cell::unsync::OnceCell;

use super::git::index;
use crate::base::{read, text};
use crate::protocol::client::Client;
use crate::protocol::event::Event;

/// Most folders of PATH that are searched.
const MAX_PATH_FOLDERS: usize = 256;

/// Largest file of git's that holds one path or name, bytes.
const MAX_POINTER_BYTES: u64 = 4 << 10;

/// Most parent folders that are searched for the root of a work tree.
const MAX_PARENTS: usize = 64;

/// The environment of one call.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The client that sent the event.
    pub(crate) client: Client,
    cwd: Option<PathBuf>,
    path: Option<OsString>,
    /// The programs on PATH, if they are given instead of looked up.
    given_programs: Option<Arc<[String]>>,
    home: Option<PathBuf>,
    project: Option<PathBuf>,
    looked_up: RefCell<Vec<(&'static str, bool)>>,
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
            given_programs: None,
            home: env::home(),
            project: env::claude_project_dir(),
            looked_up: RefCell::new(Vec::new()),
            work_tree: OnceCell::new(),
            branch: OnceCell::new(),
            index: OnceCell::new(),
            trouble: Cell::new(false),
        }
    }

    /// This process's environment, for the call of `event`. A folder that the call names and that
    /// does not exist is no folder to judge in.
    pub fn of_call(client: Client, event: &Event) -> Self {
        let is_missing =
            |cwd: &&str| event.named_folder().is_some() && !read::is_dir(Path::new(cwd));
        Self::new(client, event.cwd().filter(|cwd| !is_missing(cwd)))
    }

    /// The working directory after the call, if the event has an absolute one.
    pub(crate) fn cwd(&self) -> Option<&Path> {
        self.cwd.as_deref()
    }

    /// The user's home folder.
    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The folder in which the client's session began.
    pub(crate) fn project(&self) -> Option<&Path> {
        self.project.as_deref()
    }

    /// Whether `path` is a temporary one outside the project, or outside the working directory if
    /// the project is not known. Some projects are under `/tmp` themselves.
    pub(crate) fn is_aside(&self, path: &Path) -> bool {
        let root = self.project().or(self.cwd());
        is_temporary(path) && !root.is_some_and(|root| path.starts_with(root))
    }

    /// The same environment with another project folder.
    pub(crate) fn with_project(self, project: Option<PathBuf>) -> Self {
        Self { project, ..self }
    }

    /// Whether `program` is an executable file in a folder of PATH.
    pub(crate) fn on_path(&self, program: &'static str) -> bool {
        if let Some((_, known)) = self.looked_up.borrow().iter().find(|(name, _)| *name == program)
        {
            return *known;
        }
        let found = self.finds(program);
        self.looked_up.borrow_mut().push((program, found));
        found
    }

    /// The same environment with these programs on PATH, and no others.
    pub fn with_programs(self, programs: Arc<[String]>) -> Self {
        Self { given_programs: Some(programs), ..self }
    }

    /// Like [`Self::on_path`] for any name, without remembering the result.
    pub(crate) fn finds(&self, program: &str) -> bool {
        match &self.given_programs {
            Some(programs) => programs.iter().any(|name| name == program),
            None => self.located(program).is_some(),
        }
    }

    /// The first executable file of this name in a folder of PATH.
    pub(crate) fn located(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(self.path.as_ref()?)
            .take(MAX_PATH_FOLDERS)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(program))
            .find(|path| is_executable(path))
    }

    /// The folder of the active Python environment. The hook inherits it from the client, as the
    /// client's shell does.
    pub(crate) fn python_environment(&self) -> Option<PathBuf> {
        env::python_environment()
    }

    /// Whether `PYTHONPATH` is set. The hook inherits it from the client, as the client's shell
    /// does.
    pub(crate) fn has_python_path(&self) -> bool {
        env::python_path().is_some()
    }

    /// Where Claude Code keeps its settings, if not in `~/.claude`.
    pub(crate) fn claude_config_dir(&self) -> Option<PathBuf> {
        env::claude_config_dir()
    }

    /// The root of the git work tree around the working directory.
    pub(crate) fn work_tree(&self) -> Option<&Path> {
        self.work_tree
            .get_or_init(|| work_tree_around(self.cwd.as_deref()?).map(Path::to_owned))
            .as_deref()
    }

    /// The index of the work tree around the working directory. `None` if there is none, or if it
    /// is too large.
    fn index(&self) -> Option<&[u8]> {
        self.index.get_or_init(|| self.read(&self.index_file()?, index::MAX_BYTES)).as_deref()
    }

    /// Where the index of the work tree around the working directory is.
    pub(crate) fn index_file(&self) -> Option<PathBuf> {
        Some(self.git_folder()?.join("index"))
    }

    /// Calls `visit` with each path that git tracks in the work tree around the working directory.
    /// `None` if that is not known.
    pub(crate) fn visit_tracked(&self, visit: impl FnMut(index::IndexEntry)) -> Option<()> {
        index::visit(self.index()?, visit)
    }

    /// Whether the work tree holds a part of what git tracks, or did.
    pub(crate) fn is_sparse_checkout(&self) -> bool {
        self.git_folder().is_some_and(|git| read::exists(git.join("info/sparse-checkout")))
    }

    /// The text of a file in the repository's git folder, up to 8 MB. `None` in a linked work tree,
    /// whose git folder contains only part of the repository.
    pub(crate) fn git_text(&self, name: &str) -> Option<String> {
        let git = self.git_folder()?;
        if read::exists(git.join("commondir")) {
            return None;
        }
        let bytes = self.read(&git.join(name), index::MAX_BYTES)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The commit that a reference points to, whether loose or packed.
    pub(crate) fn reference(&self, name: &str) -> Option<String> {
        if let Some(text) = self.git_text(name) {
            return Some(text.trim_end().to_owned());
        }
        let packed = self.git_text("packed-refs")?;
        let mut pairs = packed.lines().filter_map(|line| line.split_once(' '));
        pairs.find(|(_, reference)| *reference == name).map(|(commit, _)| commit.to_owned())
    }

    /// What the last line of HEAD's log says: `commit (amend): x`.
    pub(crate) fn last_reflog(&self) -> Option<String> {
        let log = self.git_folder()?.join("logs/HEAD");
        let log = self.read(&log, index::MAX_BYTES)?;
        let log = String::from_utf8_lossy(&log);
        log.lines().next_back()?.split_once('\t').map(|(_, what)| what.to_owned())
    }

    /// Whether git keeps a stash in this work tree; `false` where it is a linked one.
    pub(crate) fn has_stash(&self) -> bool {
        self.git_folder().is_some_and(|git| read::exists(git.join("refs/stash")))
    }

    /// Whether a merge waits for its commit.
    pub(crate) fn is_merging(&self) -> bool {
        self.git_folder().is_some_and(|git| read::exists(git.join("MERGE_HEAD")))
    }

    /// Whether git tracks the file at `path`. `None` if that is not known.
    pub(crate) fn is_tracked(&self, path: &Path) -> Option<bool> {
        let relative = path.strip_prefix(self.work_tree()?).ok()?.to_str()?;
        let relative = text::slashed(relative.into());
        let mut found = false;
        self.visit_tracked(|entry| found |= entry.path == relative.as_bytes())?;
        Some(found)
    }

    /// The whole of a file of the project. `None` if it does not exist, or is larger than `limit`
    /// bytes. A file that exists and cannot be read is noted as trouble.
    pub(crate) fn read(&self, path: &Path, limit: u64) -> Option<Vec<u8>> {
        read::read(path, limit).unwrap_or_else(|_| {
            self.note_trouble();
            None
        })
    }

    /// The text of a manifest or source file of the project.
    pub(crate) fn read_text(&self, path: &Path) -> Option<String> {
        self.read(path, read::MAX_BYTES).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The branch that is checked out. `None` for a detached HEAD, outside a work tree, or if its
    /// name is not plain: advice may repeat it.
    pub(crate) fn branch(&self) -> Option<&str> {
        self.head().filter(|name| text::is_plain_name(name))
    }

    /// The branch that is checked out, whatever its name.
    fn head(&self) -> Option<&str> {
        self.branch
            .get_or_init(|| {
                let head = self.read_pointer(&self.git_folder()?.join("HEAD"))?;
                head.strip_prefix("ref: refs/heads/").map(|name| name.trim_end().to_owned())
            })
            .as_deref()
    }

    /// The text of a file that holds one path or name.
    fn read_pointer(&self, path: &Path) -> Option<String> {
        String::from_utf8(self.read(path, MAX_POINTER_BYTES)?).ok()
    }

    /// Whether the work tree at `root` is a linked one, which shares its stashes with the others
    /// of the repository.
    pub(crate) fn is_linked(&self, root: &Path) -> bool {
        self.git_folder_of(root)
            .is_some_and(|git| git != root.join(".git") && read::exists(git.join("commondir")))
    }

    /// Whether the repository has no commit yet, as far as loose and packed references show.
    pub(crate) fn is_fresh_repository(&self) -> bool {
        let (Some(git), Some(branch)) = (self.git_folder(), self.head()) else { return false };
        !read::exists(git.join("refs/heads").join(branch))
            && !read::exists(git.join("packed-refs"))
            && !read::exists(git.join("commondir"))
            && !read::exists(git.join("reftable"))
    }

    /// The git folder: `.git`, or in a linked work tree the folder that the file `.git` points to.
    fn git_folder(&self) -> Option<PathBuf> {
        self.git_folder_of(self.work_tree()?)
    }

    /// The git folder of the work tree at `root`.
    fn git_folder_of(&self, root: &Path) -> Option<PathBuf> {
        let git = root.join(".git");
        if read::is_dir(&git) {
            return Some(git);
        }
        let pointer = self.read_pointer(&git)?;
        let target = Path::new(pointer.strip_prefix("gitdir:")?.trim());
        Some(if target.is_absolute() { target.to_owned() } else { root.join(target) })
    }

    /// Notes that an existing file could not be read, so that an analyzer that needs it cannot do
    /// its work.
    pub(crate) fn note_trouble(&self) {
        self.trouble.set(true);
    }

    /// Whether an existing file could not be read.
    pub(crate) fn has_trouble(&self) -> bool {
        self.trouble.get()
    }

    /// `path` as an absolute path: `~` and `..` are resolved by name, and a relative path starts at
    /// the working directory.
    pub(crate) fn absolute(&self, path: &str) -> Option<PathBuf> {
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
pub(crate) fn work_tree_around(folder: &Path) -> Option<&Path> {
    folder.ancestors().take(MAX_PARENTS).find(|folder| read::exists(folder.join(".git")))
}

/// The folders from `folder` up to the root of its work tree. Without a work tree only `folder`,
/// since nothing shows where the project ends.
pub(crate) fn project_folders(folder: &Path) -> impl Iterator<Item = &Path> {
    let root = work_tree_around(folder).unwrap_or(folder);
    folder.ancestors().take(MAX_PARENTS).take_while(move |above| above.starts_with(root))
}

/// `path` without `.` and `..`. Symbolic links are not resolved.
pub(crate) fn normal(path: &Path) -> PathBuf {
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

/// Whether `path` is below a folder for temporary files.
pub(crate) fn is_temporary(path: &Path) -> bool {
    ["/tmp", "/var/tmp", "/private/tmp"]
        .iter()
        .any(|folder| path.starts_with(folder) && path != Path::new(folder))
}

/// Whether `path` is an executable file.
#[cfg(unix)]
pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    read::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whether `path` is an executable file.
#[cfg(not(unix))]
pub(crate) fn is_executable(path: &Path) -> bool {
    // npm's programs are scripts, which Bash starts too.
    const ENDINGS: [&str; 2] = ["exe", "cmd"];
    let has_ending = path
        .extension()
        .is_some_and(|end| ENDINGS.iter().any(|known| end.eq_ignore_ascii_case(known)));
    let with = |end: &str| {
        let mut path = path.as_os_str().to_owned();
        path.push(".");
        path.push(end);
        PathBuf::from(path)
    };
    if has_ending {
        read::is_file(path)
    } else {
        ENDINGS.iter().any(|end| read::is_file(with(end)))
    }
}
