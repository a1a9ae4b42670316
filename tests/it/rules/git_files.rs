//! git's own files, read as git reads them: what it tracks and what it ignores.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;
use toolcoach::project::environment::Environment;
use toolcoach::project::git::ignore::is_ignored;
use toolcoach::project::git::index::visit;
use toolcoach::protocol::client::Client;

use crate::harness::{World, advice};

/// Runs git in `folder`; what it printed. `None` if it failed.
fn try_git(folder: &Path, args: &[&str], input: &str) -> Option<String> {
    let mut child = Command::new("git")
        .args(args)
        .current_dir(folder)
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "a")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "a@example.org")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(input.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    // `git check-ignore` exits with 1 if nothing is ignored.
    let is_done = output.status.success() || args.first() == Some(&"check-ignore");
    is_done.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[track_caller]
fn git(folder: &Path, args: &[&str]) -> String {
    try_git(folder, args, "").unwrap_or_else(|| panic!("git {args:?} failed"))
}

/// A new repository. `None` without git, or with one that cannot make it.
fn repository(options: &[&str]) -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let args = [&["init", "-q"], options].concat();
    if try_git(folder.path(), &args, "").is_none() {
        eprintln!("skipped: no git that does `git {}`", args.join(" "));
        return None;
    }
    Some(folder)
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn paths(index: &[u8]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    visit(index, |entry| found.push(String::from_utf8_lossy(entry.path).into_owned()))?;
    Some(found)
}

fn index(root: &Path) -> Vec<u8> {
    fs::read(root.join(".git/index")).unwrap()
}

/// The index holds what git says that it tracks.
#[track_caller]
fn agrees(root: &Path, what: &str) {
    let listed = git(root, &["ls-files", "-z"]);
    let listed: Vec<String> = listed.split_terminator('\0').map(str::to_owned).collect();
    assert_eq!(paths(&index(root)).as_deref(), Some(&*listed), "{what}");
}

#[test]
fn an_index_of_every_version_and_both_kinds_of_names_is_read() {
    for format in ["sha1", "sha256"] {
        let Some(folder) = repository(&[&format!("--object-format={format}")]) else { continue };
        let root = folder.path();
        assert_eq!(try_git(root, &["read-tree", "--empty"], ""), Some(String::new()));
        agrees(root, "an empty index");
        for n in 0..20 {
            write(root, &format!("src/file{}.rs", "a".repeat(n)), "abc");
        }
        write(root, &format!("src/{}/deep.rs", "x".repeat(200)), "abc");
        write(root, "ü/ä b.rs", "abc");
        git(root, &["add", "."]);
        for version in ["2", "4"] {
            git(root, &["update-index", "--index-version", version]);
            agrees(root, &format!("{format}, version {version}"));
            // Several threads begin the short forms of paths anew; without a checksum its bytes are zero.
            for setting in ["index.threads=4", "index.skipHash=true"] {
                git(root, &["-c", setting, "update-index", "--force-write-index"]);
                agrees(root, &format!("{format}, version {version}, {setting}"));
            }
        }
        git(root, &["update-index", "--index-version", "2"]);
        git(root, &["commit", "-qm", "x"]);
        agrees(root, "with a cache of trees");
        // An intent to add makes an extended entry: version 3.
        write(root, "z", "");
        git(root, &["add", "-N", "z"]);
        let index = index(root);
        assert_eq!(index[7], 3);
        agrees(root, "version 3");
        let whole = paths(&index).unwrap();
        for end in 0..index.len().min(3000) {
            // Cut anywhere, it is refused, or all paths are there.
            if let Some(found) = paths(&index[..end]) {
                assert_eq!(found, whole, "{end}");
            }
        }
    }
}

#[test]
fn an_index_that_holds_only_a_part_is_not_known() {
    for format in ["sha1", "sha256"] {
        let Some(folder) = repository(&[&format!("--object-format={format}")]) else { continue };
        let root = folder.path();
        for path in ["a/x.rs", "a/y.rs", "b/x.rs", "c.rs"] {
            write(root, path, "abc");
        }
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "x"]);
        git(root, &["update-index", "--split-index"]);
        write(root, "d.rs", "abc");
        git(root, &["add", "d.rs"]);
        assert_eq!(paths(&index(root)), None, "split");
        git(root, &["update-index", "--no-split-index"]);
        agrees(root, "whole again");
        git(root, &["sparse-checkout", "set", "--cone", "--no-sparse-index", "a"]);
        agrees(root, "a sparse checkout with a full index");
        git(root, &["sparse-checkout", "set", "--cone", "--sparse-index", "a"]);
        assert_eq!(paths(&index(root)), None, "sparse");
    }
}

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn line(&mut self) -> String {
        const PIECES: [&str; 38] = [
            "a",
            "b",
            "c",
            "a",
            "b",
            "ab",
            "*",
            "*",
            "**",
            "?",
            "[ab]",
            "[!a]",
            "[^b]",
            "[a-b]",
            "\\a",
            "\\*",
            "{a,b}",
            "[[:alpha:]]",
            "[[:upper:]]",
            "[[:x:]]",
            "/",
            "/",
            "/**/",
            "**/",
            "/**",
            "A",
            "é",
            "#",
            "!",
            " ",
            "\\ ",
            "[",
            "]",
            "[]a]",
            "[a",
            "\\",
            "[\\]a]",
            "[a-",
        ];
        let mut line = String::new();
        line.push_str(self.pick(&["", "", "", "!", "/"]));
        for _ in 0..=self.below(4) {
            line.push_str(self.pick(&PIECES));
        }
        line.push_str(self.pick(&["", "", "", "", "/", "/", " ", "\t", "\r", "\\ "]));
        line
    }
}

/// The paths that random lists in a real repository are asked about.
fn tree(root: &Path) -> Vec<String> {
    const NAMES: [&str; 16] = [
        "a", "b", "ab", "c", "A", "é", "a b", "#a", "!a", "{a,b}", "[a", "]", "a ", "-", "abc", "B",
    ];
    let mut files = Vec::new();
    for folder in ["", "a/", "b/", "ab/", "a/b/", "a/a/", "b/a/b/", "c/b/", "A/"] {
        fs::create_dir_all(root.join(folder)).unwrap();
        files.extend(NAMES.iter().map(|name| format!("{folder}{name}")));
    }
    // Where a folder is, or on disks that do not know the name, there is no such file.
    files.retain(|path| !root.join(path).is_dir() && fs::write(root.join(path), "").is_ok());
    files
}

#[test]
fn what_git_ignores_is_what_the_lists_are_read_to_ignore() {
    for ignores_case in ["false", "true"] {
        let Some(folder) = repository(&[]) else { return };
        let root = folder.path().canonicalize().unwrap();
        let files = tree(&root);
        git(&root, &["config", "core.ignoreCase", ignores_case]);
        let mut ignored_paths = 0;
        for seed in 1..=60_u64 {
            let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let mut lists = String::new();
            for list in [".gitignore", "a/.gitignore", "b/.gitignore", ".git/info/exclude"] {
                let count = if list == ".gitignore" { 3 } else { random.below(3) };
                let lines: Vec<String> = (0..count).map(|_| random.line()).collect();
                let end = random.pick(&["", "\n", "\r\n"]);
                let text = random.pick(&["", "", "\u{feff}"]).to_owned() + &lines.join("\n") + end;
                write(&root, list, &text);
                lists.push_str(&format!("{list}: {text:?}\n"));
            }
            let asked = files.join("\0");
            let said = try_git(&root, &["check-ignore", "--no-index", "-z", "--stdin"], &asked);
            let said = said.unwrap();
            let ignored: HashSet<&str> = said.split_terminator('\0').collect();
            ignored_paths += ignored.len();
            for path in &files {
                let environment = Environment::new(Client::Claude(None), root.to_str());
                let found = is_ignored(&environment, &root, &root.join(path));
                assert_eq!(found, Some(ignored.contains(&**path)), "{path:?} by\n{lists}");
            }
        }
        assert!(ignored_paths > 500, "lists ignored something: {ignored_paths}");
    }
}

/// A world whose working directory is a repository.
fn world() -> Option<World> {
    let world = World::new();
    let made = try_git(&world.work(), &["init", "-q"], "").is_some();
    if !made {
        eprintln!("skipped: no git");
    }
    made.then_some(world)
}

/// What the hook says of a secret in this new file.
fn said(world: &World, path: &str) -> Option<String> {
    let content = "TOKEN='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'\n";
    world.file(path, content);
    let call = world
        .call("Write", json!({ "file_path": world.work().join(path), "content": content }))
        .response(json!({ "type": "create" }));
    let lines = advice(&call.explain());
    lines.into_iter().find(|(rule, _)| rule == "secret-in-written-file").map(|(_, text)| text)
}

#[test]
fn a_list_that_git_may_not_read_so_says_nothing_about_the_file() {
    let Some(world) = world() else { return };
    let root = world.work();
    let untracked = "which git does not ignore";
    assert!(said(&world, "cfg.py").unwrap().contains(untracked));

    world.file(".gitignore", "CFG.PY\n");
    assert!(said(&world, "cfg.py").unwrap().contains(untracked), "another case is another name");
    git(&root, &["config", "core.ignoreCase", "true"]);
    assert_eq!(said(&world, "cfg.py"), None, "where case is ignored");
    git(&root, &["config", "core.ignoreCase", "false"]);

    world.file(".gitignore", &"x\n".repeat(600_000));
    assert_eq!(said(&world, "cfg.py"), None, "a list that is too long to be read");
    fs::remove_file(root.join(".gitignore")).unwrap();
    world.file("lists/usual", "*.log\n");
    std::os::unix::fs::symlink("lists/usual", root.join(".gitignore")).unwrap();
    assert_eq!(said(&world, "cfg.py"), None, "a link, which git follows or not");
    fs::remove_file(root.join(".gitignore")).unwrap();

    // What a user's list takes back counts only in the list that git reads.
    let home = world.root().join("home");
    fs::create_dir_all(home.join(".config/git")).unwrap();
    fs::write(home.join(".config/git/ignore"), "cfg.py\n").unwrap();
    assert_eq!(said(&world, "cfg.py"), None);
    fs::write(home.join(".gitconfig"), "[core]\nexcludesFile = ~/other\n").unwrap();
    fs::write(home.join("other"), "!cfg.py\n").unwrap();
    assert_eq!(said(&world, "cfg.py"), None, "two lists");
}

#[test]
fn a_list_that_a_sparse_checkout_leaves_out_still_counts() {
    let Some(world) = world() else { return };
    let root = world.work();
    world.file("app/.gitignore", "cfg.py\n");
    world.file("app/a.py", "");
    world.file("lib/b.py", "");
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "x"]);
    for index in ["--no-sparse-index", "--sparse-index"] {
        git(&root, &["sparse-checkout", "set", "--cone", index, "lib"]);
        assert!(!root.join("app").exists());
        assert_eq!(said(&world, "app/cfg.py"), None, "{index}");
        assert!(try_git(&root, &["check-ignore", "app/cfg.py"], "").unwrap().contains("cfg.py"));
        fs::remove_dir_all(root.join("app")).unwrap();
    }
}

#[test]
fn tracked_files_are_known_in_a_repository_with_sha_256() {
    let world = World::new();
    let root = world.work();
    if try_git(&root, &["init", "-q", "--object-format=sha256"], "").is_none() {
        eprintln!("skipped: no git that knows SHA-256");
        return;
    }
    world.file("cfg.py", "");
    git(&root, &["add", "."]);
    assert!(said(&world, "cfg.py").unwrap().contains("which git tracks"));
    git(&root, &["update-index", "--split-index"]);
    // Whether git tracks it is not known now, and that it does not ignore it is true.
    assert!(said(&world, "cfg.py").unwrap().contains("which git does not ignore"));
    world.file(".gitignore", "cfg.py\n");
    assert_eq!(said(&world, "cfg.py"), None);
}
