//! Files as other programs make them: git's index, a FIFO where a file is looked for.

use std::path::Path;
use std::process::Command;

use toolcoach::base::read::read;
use toolcoach::project::git::index::visit;

fn paths(index: &[u8]) -> Option<Vec<(String, u32)>> {
    let mut found = Vec::new();
    visit(index, |entry| {
        found.push((String::from_utf8_lossy(entry.path).into_owned(), entry.size))
    })?;
    Some(found)
}

fn git(folder: &Path, args: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .output()
        .is_ok_and(|out| out.status.success())
}

#[test]
fn gits_own_indexes_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    if !git(root, &["init", "-q"]) {
        eprintln!("skipped: no git");
        return;
    }
    let long = format!("src/{}/deep.rs", "x".repeat(200));
    let mut wanted: Vec<(String, u32)> =
        (0..20).map(|n| (format!("src/file{}.rs", "a".repeat(n)), 3)).collect();
    wanted.push((long, 3));
    for (path, _) in &wanted {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "abc").unwrap();
    }
    wanted.sort();
    assert!(git(root, &["add", "src"]));
    // An intent to add makes an extended entry: version 3.
    std::fs::write(root.join("z"), "").unwrap();
    for version in ["2", "4"] {
        assert!(git(root, &["update-index", "--index-version", version]));
        let index = std::fs::read(root.join(".git/index")).unwrap();
        assert_eq!(paths(&index).unwrap(), wanted, "version {version}");
    }
    assert!(git(root, &["update-index", "--index-version", "2"]));
    assert!(git(root, &["add", "-N", "z"]));
    let index = std::fs::read(root.join(".git/index")).unwrap();
    assert_eq!(index[7], 3);
    assert_eq!(paths(&index).unwrap().last(), Some(&("z".to_owned(), 0)));
    for end in 0..index.len().min(3000) {
        // Cut anywhere, it is no index or a whole one, and nothing panics.
        let _ = paths(&index[..end]);
    }
}

#[cfg(unix)]
#[test]
fn a_fifo_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fifo");
    if !std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .is_ok_and(|status| status.success())
    {
        eprintln!("skipped: no mkfifo");
        return;
    }
    assert_eq!(read(&path, 9).unwrap(), None);
}
