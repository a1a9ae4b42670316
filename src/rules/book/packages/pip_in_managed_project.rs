//! pip in a Python project whose packages another tool keeps.

use std::path::Path;

use super::support::place;
use crate::project::environment::normal;
use crate::project::python::managed_project::ManagedProject;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Word};

const UV: Given = Given::File("uv.lock", "version = 1\n");
const ALL: Given = Given::Programs(&["uv", "poetry", "pdm", "pipenv", "pip", "rg"]);

pub(crate) const RULE: Rule = Rule {
    id: "pip-in-managed-project",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::Router),
    summary: "pip install in a project of uv or poetry",
    why: "pip changes the environment but not the lock file, so the next sync takes the package out and another \
          machine never has it. Of ten agent files that forbid pip, nine do so for this.",
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["pip", "pip3"],
            subcommands: &["install", "uninstall"],
            signs: &[],
            check: pip_in_project,
        },
        Trigger::Command {
            programs: &["python", "python3"],
            subcommands: &[],
            signs: &["-m pip"],
            check: pip_in_project,
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["uv", "poetry", "pdm"],
        subcommands: &["add", "remove"],
        signs: &[],
        check: |_, _| Ok(()),
    }),
    needs: &[],
    repeat: Repeat::nth(1, 1000, 3),
    hits: &[
        Example::bash("pip install requests")
            .given(&[UV, ALL])
            .says("a uv project (uv.lock): `uv add requests`"),
        Example::bash("source .venv/bin/activate && pip3 install httpx")
            .given(&[UV, ALL])
            .says("`uv add httpx`"),
        Example::bash("python -m pip install -q 'httpx>=0.27' rich")
            .given(&[UV, ALL])
            .says("`uv add 'httpx>=0.27' rich`"),
        Example::bash("pip uninstall -y requests").given(&[UV, ALL]).says("`uv remove requests`"),
        Example::bash("pip install pandas")
            .given(&[Given::File("poetry.lock", ""), ALL])
            .says("a poetry project (poetry.lock): `poetry add pandas`"),
        Example::bash("pip install pandas")
            .given(&[Given::File("pdm.lock", ""), ALL])
            .says("`pdm add pandas`"),
        Example::bash("pip install pandas")
            .given(&[Given::File("Pipfile.lock", "{}"), ALL])
            .says("`pipenv install pandas`"),
        Example::bash("pip install pandas")
            .given(&[
                Given::File(
                    "pyproject.toml",
                    "[project]\nname = 'a'\n\n[tool.uv]\ndev-dependencies = []\n",
                ),
                ALL,
            ])
            .says("a uv project (pyproject.toml)"),
        Example::bash("pip install -e .").given(&[UV, ALL]).says("`uv sync`"),
        Example::bash("pip install --upgrade requests")
            .given(&[UV, ALL])
            .says("not in its lock file"),
        Example::bash("sudo pip install requests").given(&[UV, ALL]).says("not in its lock file"),
        Example::bash("pip install requests").given(&[UV]).says("uv is not on PATH"),
        Example::bash("cd api && pip install requests")
            .given(&[Given::File("api/uv.lock", ""), ALL])
            .says("`cd api && uv add requests`"),
        Example::bash("pip install requests")
            .given(&[UV, ALL, Given::Failed("Exit code 1\nerror: externally-managed-environment")])
            .says("`uv add requests`"),
    ],
    misses: &[
        Example::bash("uv pip install requests").given(&[UV, ALL]),
        Example::bash("pip install requests").given(&[Given::File("requirements.txt", ""), ALL]),
        Example::bash("pip install requests").given(&[
            Given::File("pyproject.toml", "[project]\nname = 'a'\n[tool.uvicorn]\n"),
            ALL,
        ]),
        Example::bash("echo 'pip install x'").given(&[UV, ALL]),
        Example::bash("pip list").given(&[UV, ALL]),
        Example::bash("pip --version").given(&[UV, ALL]),
        Example::bash("pip install --help").given(&[UV, ALL]),
        Example::bash("pip install uv").given(&[UV, ALL]),
        Example::bash("pip install --upgrade pip").given(&[UV, ALL]),
        Example::bash("/opt/tools/.venv/bin/pip install requests").given(&[UV, ALL]),
        Example::bash("source /tmp/venv/bin/activate && pip install requests").given(&[UV, ALL]),
        Example::bash("python3 -m venv /tmp/v && . /tmp/v/bin/activate && pip install requests")
            .given(&[UV, ALL]),
        Example::bash("pip install --target /tmp/lib requests").given(&[UV, ALL]),
        Example::bash("pip install -r docs/requirements.txt").given(&[UV, ALL]),
        Example::bash("pip install requests").given(&[UV, Given::File("poetry.lock", ""), ALL]),
        Example::bash("docker run --rm python pip install requests").given(&[UV, ALL]),
        Example::bash("ssh host 'pip install requests'").given(&[UV, ALL]),
        Example::bash("cat > Dockerfile <<'EOF'\nRUN pip install requests\nEOF").given(&[UV, ALL]),
        Example::bash("python -c 'import pip' && python -m pip list").given(&[UV, ALL]),
        Example::bash("conda activate x && pip install requests").given(&[UV, ALL]),
        Example::bash("f() { pip install requests; }").given(&[UV, ALL]),
        Example::bash("cd /elsewhere && pip install requests").given(&[UV, ALL]),
        Example::bash("grep -rn 'pip install' docs").given(&[UV, ALL]),
    ],
    since: "0.1.0",
};

fn pip_in_project(case: &Case, command: &Command) -> Check<Finding> {
    let pip = Pip::of(command)?;
    place::outside_function(command)?;
    let folder = place::folder_of(case, command)?;
    let project = ManagedProject::around(&case.environment, &folder)?;
    if is_elsewhere(case, command, &project.root) {
        return Err(Miss::Near("it installs into another environment"));
    }
    let advice = advice(case, command, &pip, &folder, &project);
    Ok(Finding::new(advice).about(command.raw_args()))
}

/// Tools: nobody installs them as packages of the project.
const TOOLS: [&str; 12] = [
    "uv",
    "poetry",
    "pdm",
    "pipenv",
    "pipx",
    "pip",
    "setuptools",
    "wheel",
    "virtualenv",
    "hatch",
    "conda",
    "build",
];

/// What a command asks pip to do.
struct Pip<'c> {
    removes: bool,
    packages: Vec<&'c Word>,
    /// It installs the project itself.
    is_project: bool,
    /// Every word of it is understood.
    is_whole: bool,
}

impl<'c> Pip<'c> {
    fn of(command: &'c Command) -> Check<Self> {
        let mut words = command.args.iter();
        if command.program.starts_with("python") {
            let module = words.by_ref().find(|word| !word.text.starts_with('-') || word.is("-m"));
            if !(module.is_some_and(|word| word.is("-m"))
                && words.next().is_some_and(|word| word.is("pip")))
            {
                return Err(Miss::No);
            }
        }
        let words: Vec<&Word> = words.collect();
        if words.iter().any(|word| {
            matches!(word.text.as_str(), "-h" | "--help" | "--dry-run" | "--version" | "-V")
        }) {
            return Err(Miss::No);
        }
        let sub = words.iter().position(|word| !word.text.starts_with('-')).ok_or(Miss::No)?;
        let removes = match words.get(sub).map(|word| word.text.as_str()) {
            Some("install") => false,
            Some("uninstall") => true,
            _ => return Err(Miss::No),
        };
        let mut pip = Self { removes, packages: Vec::new(), is_project: false, is_whole: true };
        for (at, word) in words.iter().enumerate().filter(|(at, _)| *at != sub) {
            let text = word.text.as_str();
            let elsewhere = ["-t", "--target", "--prefix", "--root", "--python"];
            if elsewhere.iter().any(|name| text == *name || text.starts_with(&format!("{name}="))) {
                return Err(Miss::Near("it installs into a folder of its own"));
            }
            if matches!(text, "-r" | "--requirement")
                || text.starts_with("--requirement=")
                || text.starts_with("-r")
            {
                return Err(Miss::Near("it goes by a list of its own"));
            }
            match text {
                "-q"
                | "-qq"
                | "--quiet"
                | "-y"
                | "--yes"
                | "--disable-pip-version-check"
                | "--no-input"
                | "--no-cache-dir" => {}
                "-e" | "--editable" => pip.is_project = true,
                "." => pip.is_project = true,
                _ if text.starts_with('-') => pip.is_whole = false,
                // It may be the value of an option.
                _ if at > 0 => pip.packages.push(word),
                _ => {}
            }
        }
        let name = |word: &&Word| {
            word.text.split(['=', '<', '>', '[', '~', '!']).next().unwrap_or_default().to_owned()
        };
        if !pip.packages.is_empty()
            && pip.packages.iter().map(name).all(|name| TOOLS.contains(&name.as_str()))
        {
            return Err(Miss::Near("it installs a tool, not a package of the project"));
        }
        let is_package = |word: &&Word| {
            word.literal().is_some_and(|text| {
                text.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && !text.contains(['/', '@', ';', ' '])
            })
        };
        pip.is_whole &=
            pip.packages.iter().all(is_package) && pip.is_project == pip.packages.is_empty();
        Ok(pip)
    }
}

/// Whether another environment than the project's own is active.
fn is_elsewhere(case: &Case, command: &Command, root: &Path) -> bool {
    let activates_other = |other: &Command| match other.program.as_str() {
        "source" | "." => other.args.first().is_some_and(|word| {
            let own = [".venv", "venv"].map(|name| root.join(name).join("bin/activate"));
            let file = case.folder_of(other).map(|folder| normal(&folder.join(&word.text)));
            word.text.ends_with("activate") && !file.is_some_and(|file| own.contains(&file))
        }),
        "conda" | "mamba" | "micromamba" | "workon" | "pyenv" | "virtualenv" => true,
        "python" | "python3" => other.args.iter().any(|word| word.is("venv")),
        _ => false,
    };
    command.spelled.contains(['/', '$'])
        || command.assigned("VIRTUAL_ENV").is_some()
        || case.commands().take_while(|other| other.id != command.id).any(activates_other)
}

fn advice(
    case: &Case,
    command: &Command,
    pip: &Pip,
    folder: &Path,
    project: &ManagedProject,
) -> Advice {
    let (manager, name) = (project.manager, project.manager.name);
    let did = if pip.removes { "uninstall" } else { "install" };
    let fact = format!("pip {did} in a {name} project ({})", project.evidence);
    let is_on_path = case.environment.on_path(name);
    let absence = if is_on_path { String::new() } else { format!("; {name} is not on PATH here") };
    let plain = match (pip.removes, pip.is_project) {
        (true, _) => {
            format!(
                "{fact}: its lock file still names the package, and the next sync brings it back{absence}"
            )
        }
        (false, true) => {
            format!("{fact}: what pip installs need not be what the lock file names{absence}")
        }
        (false, false) => {
            format!(
                "{fact}: the package is not in its lock file, so that other environments lack it{absence}"
            )
        }
    };
    // A sync installs the dependencies of the folder's project, not of one above.
    let is_whole = pip.is_whole
        && command.wrappers.is_empty()
        && (!pip.is_project || folder == project.package);
    if !is_whole || !is_on_path {
        return Advice::plain(plain);
    }
    let packages: Vec<&str> = pip.packages.iter().map(|word| word.raw.as_str()).collect();
    let rewrite = match (pip.is_project, pip.removes) {
        (true, _) => format!("{name} {}", manager.sync),
        (false, true) => format!("{name} {} {}", manager.remove, packages.join(" ")),
        (false, false) => format!("{name} {} {}", manager.add, packages.join(" ")),
    };
    Advice::better(fact, place::from_cwd(case, folder, rewrite), plain)
}
