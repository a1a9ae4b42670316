//! What there is instead of a program that is not on PATH.

use std::path::{Path, PathBuf};

use crate::project::environment::{Environment, is_executable, project_folders};
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::shell::Command;

/// What there is instead of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Substitute {
    /// A file of the project, by its path from the working directory.
    InProject(String),
    /// The same program by another name.
    Same(&'static str),
    /// A program for the same purpose with other options.
    Similar(&'static str),
}

impl Substitute {
    /// The nearest one to the program `name`, which `command` of this call was to start.
    pub(super) fn nearest(case: &Case, command: &Command, name: &str) -> Option<Self> {
        Self::in_project(case, command, name).or_else(|| Self::on_path(&case.environment, name))
    }

    fn in_project(case: &Case, command: &Command, name: &str) -> Option<Self> {
        let folder = case.told_folder_of(command)?;
        let path = file_of_project(&folder, name)?;
        let path = from_folder(&path, case.environment.cwd().unwrap_or(&folder));
        Some(Self::InProject(if path.contains('/') { path } else { format!("./{path}") }))
    }

    fn on_path(environment: &Environment, name: &str) -> Option<Self> {
        let on_path = |list: &'static [(&'static str, &'static [&'static str])]| {
            let programs = list.iter().find(|(of, _)| *of == name)?.1;
            programs.iter().copied().find(|program| environment.on_path(program))
        };
        let gnu = if cfg!(target_os = "linux") { on_path(GNU) } else { None };
        on_path(SAME)
            .or(gnu)
            .map(Self::Same)
            .or_else(|| on_path(SIMILAR).map(Self::Similar))
            .or_else(|| compose(environment, name).map(Self::Same))
    }
}

/// `(name, other names of the same program in the order of the search)`. Not `python` for
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

/// GNU's programs by the names that they have where the system brings others; on Linux they have
/// the plain names.
const GNU: &[(&str, &[&str])] = &[
    ("gmake", &["make"]),
    ("gsed", &["sed"]),
    ("gdate", &["date"]),
    ("ggrep", &["grep"]),
    ("greadlink", &["readlink"]),
    ("grealpath", &["realpath"]),
];

/// Programs for the same purpose with other options.
const SIMILAR: &[(&str, &[&str])] = &[
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

/// `docker compose` is a plugin: docker alone does not bring it.
fn compose(environment: &Environment, name: &str) -> Option<&'static str> {
    const FOLDERS: [&str; 4] = [
        "/usr/libexec/docker/cli-plugins",
        "/usr/lib/docker/cli-plugins",
        "/usr/local/lib/docker/cli-plugins",
        "/usr/local/libexec/docker/cli-plugins",
    ];
    let plugin = |folder: &Path| is_executable(&folder.join("docker-compose"));
    let own = environment.home().is_some_and(|home| plugin(&home.join(".docker/cli-plugins")));
    let is_installed = own || FOLDERS.iter().any(|folder| plugin(folder.as_ref()));
    (name == "docker-compose" && is_installed && environment.on_path("docker"))
        .then_some("docker compose")
}

/// The executable of the project that a program's name means.
fn file_of_project(folder: &Path, name: &str) -> Option<PathBuf> {
    let here = folder.join(name);
    if is_executable(&here) {
        return Some(here);
    }
    let own: &[&str] = match name {
        "gradle" | "gradlew" => &["gradlew"],
        "mvn" | "mvnw" => &["mvnw"],
        "rails" | "rake" | "rspec" | "bundle" | "spring" | "console" => &["bin"],
        "python3" => &[".venv/bin/python3", "venv/bin/python3"],
        _ => &[],
    };
    let own = |root: &Path| {
        own.iter()
            .map(|path| if *path == "bin" { root.join(path).join(name) } else { root.join(path) })
            .collect()
    };
    project_folders(folder)
        .flat_map(|root| {
            let mut paths: Vec<PathBuf> = own(root);
            let bins = ["node_modules/.bin", ".venv/bin", "venv/bin", "vendor/bin"];
            paths.extend(bins.iter().map(|bin| root.join(bin).join(name)));
            paths
        })
        .find(|path| is_executable(path))
}
