//! Where a repository comes from: the remotes in its configuration, by host and path.

use std::path::{Path, PathBuf};

use crate::base::read;
use crate::project::environment::work_tree_around;

/// Largest file that points to a git folder, bytes.
const MAX_POINTER_BYTES: u64 = 4096;

/// Host and path of a remote in lower case, however it is written: `github.com/owner/name` of
/// `git@github.com:Owner/name.git`, `ssh://git@github.com:22/owner/name` or
/// `https://user@github.com/owner/name/`. `None` for a path on this machine.
pub(crate) fn place(remote: &str) -> Option<String> {
    let (authority, path) = match remote.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split_once('/')?,
        None => {
            let end = remote.find([':', '/'])?;
            let (authority, path) = remote.split_at_checked(end)?;
            (authority, path.get(1..)?)
        }
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    // `../x` and `C:\x` are paths.
    let is_host = host.len() > 1 && !host.starts_with('.') && !path.contains('\\');
    (is_host && !path.is_empty()).then(|| format!("{host}/{path}").to_lowercase())
}

/// The places of all remotes of the repository around `folder`. Empty if there is none.
pub(crate) fn places(folder: &Path) -> Vec<String> {
    let text = |path: &Path, limit| {
        read::read(path, limit)
            .ok()
            .flatten()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    let git = work_tree_around(folder).and_then(|root| {
        let git = root.join(".git");
        if read::is_dir(&git) {
            return Some(git);
        }
        let pointer = text(&git, MAX_POINTER_BYTES)?;
        Some(root.join(pointer.strip_prefix("gitdir:")?.trim()))
    });
    let Some(git) = git else { return Vec::new() };
    // A linked work tree shares the configuration of its repository.
    let shared = text(&git.join("commondir"), MAX_POINTER_BYTES);
    let git = shared.map_or(git.clone(), |path| git.join(PathBuf::from(path.trim())));
    let config = text(&git.join("config"), read::MAX_BYTES).unwrap_or_default();
    urls(&config).filter_map(|url| place(&url)).collect()
}

/// The `url` of each remote in a git configuration.
fn urls(config: &str) -> impl Iterator<Item = String> {
    let mut is_remote = false;
    config.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with('[') {
            is_remote = line.to_lowercase().starts_with("[remote ");
            return None;
        }
        let (key, value) = line.split_once('=')?;
        let is_url = is_remote && key.trim().eq_ignore_ascii_case("url");
        is_url.then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_is_known_however_it_is_written() {
        for remote in [
            "git@github.com:Acme/app.git",
            "github.com:acme/app",
            "https://github.com/acme/app",
            "https://user:token@GitHub.com/acme/app.git/",
            "ssh://git@github.com:22/acme/app.git",
            "git://github.com/acme/app",
            "github.com/acme/app",
        ] {
            assert_eq!(place(remote).as_deref(), Some("github.com/acme/app"), "{remote}");
        }
        for remote in
            ["/srv/git/app.git", "../app", "file:///srv/app", "C:\\app", "C:/app", "app", "", "x:"]
        {
            assert_eq!(place(remote), None, "{remote}");
        }
        assert_ne!(place("https://github.com.evil.org/acme/app"), place("github.com/acme/app"));
        assert_ne!(place("https://evil.org/github.com/acme/app"), place("github.com/acme/app"));
    }

    #[test]
    fn only_urls_of_remotes_count() {
        let config = "[core]\n\turl = a.org/x\n[remote \"origin\"]\n\turl = git@b.org:x/y.git\n\tpushurl = c.org/x\n\
                      [branch \"main\"]\n\turl = d.org/x\n[Remote \"up\"]\n URL=\"e.org/x\"\n";
        assert_eq!(urls(config).collect::<Vec<_>>(), ["git@b.org:x/y.git", "e.org/x"]);
    }
}
