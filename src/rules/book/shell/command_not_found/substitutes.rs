//! Other names of programs: what does the same, and what does something like it.

use crate::rules::case::Case;

/// A program that stands in for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    pub(crate) program: &'static str,
    /// It takes other options.
    pub(crate) differs: bool,
}

/// The same program by another name, in the order in which they are looked for. Not `python` for
/// `python3`, which may be Python 2, and not `podman` for `docker`, which has other containers.
const SAME: &[(&str, &[&str])] = &[
    ("python", &["python3"]),
    ("pip", &["pip3"]),
    ("pip3", &["pip"]),
    ("fd", &["fdfind"]),
    ("fdfind", &["fd"]),
    ("bat", &["batcat"]),
    ("batcat", &["bat"]),
    ("node", &["nodejs"]),
    ("nodejs", &["node"]),
    ("make", &["gmake"]),
    ("timeout", &["gtimeout"]),
    ("gtimeout", &["timeout"]),
    ("realpath", &["grealpath"]),
    ("shuf", &["gshuf"]),
    ("tac", &["gtac"]),
    ("chromium", &["chromium-browser", "google-chrome"]),
    ("google-chrome", &["chromium", "chromium-browser"]),
];

/// GNU's programs by their names where others have the plain ones; on Linux they are the plain
/// ones.
const GNU: &[(&str, &[&str])] = &[
    ("gmake", &["make"]),
    ("gsed", &["sed"]),
    ("gdate", &["date"]),
    ("ggrep", &["grep"]),
    ("greadlink", &["readlink"]),
    ("grealpath", &["realpath"]),
];

/// Programs for the same purpose with other options.
const LIKE: &[(&str, &[&str])] = &[
    ("rg", &["grep"]),
    ("ag", &["rg", "grep"]),
    ("ack", &["rg", "grep"]),
    ("wget", &["curl"]),
    ("curl", &["wget"]),
    ("ifconfig", &["ip"]),
    ("ip", &["ifconfig"]),
    ("netstat", &["ss", "lsof"]),
    ("ss", &["netstat", "lsof"]),
    ("lsof", &["ss", "netstat"]),
    ("telnet", &["nc"]),
    ("ncat", &["nc"]),
    ("md5", &["md5sum"]),
    ("md5sum", &["md5"]),
    ("shasum", &["sha256sum"]),
    ("sha256sum", &["shasum"]),
    ("fd", &["find"]),
    ("bat", &["cat"]),
];

/// What stands in on PATH for `name`.
pub(crate) fn of(case: &Case, name: &str) -> Option<Stand> {
    let on_path = |list: &'static [(&'static str, &'static [&'static str])]| {
        let programs = list.iter().find(|(of, _)| *of == name)?.1;
        programs.iter().copied().find(|program| case.environment.on_path(program))
    };
    let gnu = if cfg!(target_os = "linux") { on_path(GNU) } else { None };
    let same = on_path(SAME).or(gnu).map(|program| Stand { program, differs: false });
    same.or_else(|| on_path(LIKE).map(|program| Stand { program, differs: true }))
        .or_else(|| compose(case, name))
}

/// `docker compose` is a plugin: docker alone does not bring it.
fn compose(case: &Case, name: &str) -> Option<Stand> {
    const FOLDERS: [&str; 4] = [
        "/usr/libexec/docker/cli-plugins",
        "/usr/lib/docker/cli-plugins",
        "/usr/local/lib/docker/cli-plugins",
        "/usr/local/libexec/docker/cli-plugins",
    ];
    let plugin = |folder: &std::path::Path| {
        crate::project::environment::is_executable(&folder.join("docker-compose"))
    };
    let own = case.environment.home().is_some_and(|home| plugin(&home.join(".docker/cli-plugins")));
    let is_there = own || FOLDERS.iter().any(|folder| plugin(folder.as_ref()));
    (name == "docker-compose" && is_there && case.environment.on_path("docker"))
        .then_some(Stand { program: "docker compose", differs: false })
}
