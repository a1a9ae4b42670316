//! The trees in which originals and rewrites run, and the same trees without what a rewrite may
//! leave out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use tempfile::TempDir;

use super::contents::{ASIDE, Class, LINKS, PLAIN, bytes};
use super::random::Random;

/// A kind of tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A repository in which everything is tracked.
    Clean,
    /// A repository with everything that a rewrite may leave out.
    Mixed,
    /// The same files without a repository.
    Outside,
    /// A linked work tree.
    Linked,
    /// A folder of the mixed repository.
    Below,
}

impl Kind {
    /// Whether it has files that a rewrite may leave out.
    pub fn has_aside(self) -> bool {
        matches!(self, Self::Mixed | Self::Outside | Self::Below)
    }

    /// Whether git knows the files.
    pub fn has_git(self) -> bool {
        self != Self::Outside
    }

    /// The working directory below the tree's root.
    fn folder(self) -> &'static str {
        if self == Self::Below { "src" } else { "" }
    }
}

/// A tree: its kind, whether git's files are there, and what is left out.
type Made = (Kind, bool, BTreeSet<Class>);

/// All trees, made when they are asked for.
pub struct Trees {
    root: TempDir,
    made: Mutex<BTreeMap<Made, PathBuf>>,
}

impl Trees {
    pub fn new() -> Self {
        Self {
            root: tempfile::Builder::new().prefix("differential").tempdir().unwrap(),
            made: Mutex::default(),
        }
    }

    /// A home that configures nothing.
    pub fn home(&self) -> PathBuf {
        let home = self.root.path().join("home");
        fs::create_dir_all(&home).unwrap();
        home
    }

    pub fn scratch(&self) -> &Path {
        self.root.path()
    }

    /// The working directory of the whole tree, where rewrites run. `is_read`: a filter reads what
    /// is found, and lines that are no text would stop it.
    pub fn whole(&self, kind: Kind, is_read: bool) -> PathBuf {
        self.tree(kind, true, &BTreeSet::new(), is_read)
    }

    /// The same tree without git's own files and without files of these classes, for originals.
    pub fn without(&self, kind: Kind, classes: &BTreeSet<Class>, is_read: bool) -> PathBuf {
        self.tree(kind, false, classes, is_read)
    }

    fn tree(
        &self,
        kind: Kind,
        is_whole: bool,
        without: &BTreeSet<Class>,
        is_read: bool,
    ) -> PathBuf {
        let mut without = without.clone();
        if is_read {
            without.insert(Class::Encoded);
        }
        let mut made = self.made.lock().unwrap();
        let count = made.len();
        made.entry((kind, is_whole, without.clone()))
            .or_insert_with(|| {
                let top = self.root.path().join(format!("t{count:03}"));
                let work = top.join("work");
                if is_whole && kind == Kind::Linked {
                    make_linked(&top);
                } else {
                    write_files(&work, kind, &without);
                }
                if is_whole && kind != Kind::Linked {
                    make_repository(&work, kind);
                }
                fs::canonicalize(work.join(kind.folder())).unwrap()
            })
            .clone()
    }
}

fn write_files(work: &Path, kind: Kind, without: &BTreeSet<Class>) {
    let mut random = Random::of_pair(7, 7);
    let aside = ASIDE.iter().map(|(path, classes)| (*path, *classes, kind.has_aside()));
    for (path, classes, is_here) in PLAIN.iter().map(|path| (*path, &[][..], true)).chain(aside) {
        // The same bytes in every tree.
        let content = bytes(path, &mut random);
        // Without a repository, nobody reads a .gitignore.
        let counts =
            |class: &Class| *class != Class::Ignored || kind.has_git() || path.contains("skipped");
        let mut classes = classes.iter().filter(|class| counts(class));
        if is_here && !classes.any(|class| without.contains(class)) {
            let path = work.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
    if !without.contains(&Class::Link) {
        for (target, link) in LINKS {
            symlink(target, work.join(link)).unwrap();
        }
    }
}

pub fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn make_repository(work: &Path, kind: Kind) {
    if !kind.has_git() {
        return;
    }
    git(work, &["init", "-q", "-b", "main"]);
    if kind.has_aside() {
        git(&work.join("nested"), &["init", "-q"]);
        let untracked = [
            "--",
            ".",
            ":!new_file.py",
            ":!src/untracked.rs",
            ":!lib/fresh",
            ":!nested",
            ":!docs/.draft.md",
        ];
        git(work, &[&["add"][..], &untracked].concat());
        git(work, &["add", "-f", "forced/file.py"]);
    } else {
        git(work, &["add", "-A"]);
    }
    git(work, &["commit", "-qm", "all"]);
}

fn make_linked(top: &Path) {
    let main = top.join("main");
    write_files(&main, Kind::Linked, &BTreeSet::new());
    make_repository(&main, Kind::Linked);
    git(&main, &["worktree", "add", "-q", "-b", "side", "../work"]);
}
