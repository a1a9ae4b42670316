//! What a command asks pip to do.

use crate::project::python::is_python;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Word};

/// Tools: nobody installs them as packages of the project.
const TOOLS: [&str; 24] = [
    "uv",
    "poetry",
    "pdm",
    "pipenv",
    "pipx",
    "pip",
    "pip-tools",
    "setuptools",
    "wheel",
    "virtualenv",
    "hatch",
    "hatchling",
    "conda",
    "build",
    "twine",
    "awscli",
    "aws-sam-cli",
    "httpie",
    "cookiecutter",
    "copier",
    "yt-dlp",
    "glances",
    "tldr",
    "pgcli",
];

/// Options that do not change what is installed.
const NOISE: [&str; 10] = [
    "-q",
    "-qq",
    "--quiet",
    "-y",
    "--yes",
    "--disable-pip-version-check",
    "--no-input",
    "--no-cache-dir",
    "--no-color",
    "--progress-bar=off",
];

/// Options that install into another place than the active environment.
const ELSEWHERE: [&str; 7] =
    ["-t", "--target", "--prefix", "--root", "--python", "--user", "--break-system-packages"];

/// Options with the next word as their value.
const WITH_VALUE: [&str; 8] = [
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-c",
    "--constraint",
    "--trusted-host",
];

/// What a command asks pip to do.
pub(super) struct Pip<'c> {
    pub(super) removes: bool,
    /// It asks for newer versions.
    pub(super) upgrades: bool,
    /// Packages by name, wheels by path.
    pub(super) packages: Vec<&'c Word>,
    /// The place that it installs as a link: `.`, `.[dev]`, `../lib`.
    pub(super) editable: Option<&'c Word>,
    /// Every word of it is understood.
    pub(super) is_whole: bool,
}

impl<'c> Pip<'c> {
    pub(super) fn of(command: &'c Command) -> Check<Self> {
        let words = words_of_pip(command).ok_or(Miss::No)?;
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
        let mut pip = Self {
            removes,
            upgrades: false,
            packages: Vec::new(),
            editable: None,
            is_whole: sub == 0,
        };
        pip.read(words.get(sub + 1..).unwrap_or_default())?;
        if pip.installs_tools() {
            return Err(Miss::Near("it installs a tool, not a package of the project"));
        }
        pip.is_whole &= pip.packages.iter().all(|word| is_package(word) || is_wheel(word))
            && pip.editable.is_some() == pip.packages.is_empty();
        Ok(pip)
    }

    fn read(&mut self, words: &'c [Word]) -> Check<()> {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            let is = |name: &str| text == name || text.starts_with(&format!("{name}="));
            if ELSEWHERE.iter().any(|name| is(name)) {
                return Err(Miss::Near("it installs into another place"));
            }
            if text.starts_with("-r") || is("--requirement") {
                return Err(Miss::Near("it installs from a requirements file"));
            }
            match text {
                "-e" | "--editable" => self.editable = words.next(),
                "-U" | "--upgrade" => self.upgrades = true,
                _ if WITH_VALUE.contains(&text) => {
                    words.next();
                    self.is_whole = false;
                }
                _ if text.starts_with('-') => self.is_whole &= NOISE.contains(&text),
                _ if is_project(text) => self.editable = Some(word),
                _ => self.packages.push(word),
            }
        }
        Ok(())
    }

    fn installs_tools(&self) -> bool {
        let is_tool = |word: &&Word| TOOLS.contains(&name_of(word));
        !self.packages.is_empty() && self.packages.iter().all(is_tool)
    }

    /// The extras of the project itself, if that is what it installs: none for `.`, `dev` for
    /// `.[dev]`.
    pub(super) fn extras_of_project(&self) -> Option<Vec<&'c str>> {
        let text = self.editable?.literal()?;
        let rest = text.strip_prefix("./").or_else(|| text.strip_prefix('.'))?;
        if rest.is_empty() {
            return Some(Vec::new());
        }
        let names = rest.strip_prefix('[')?.strip_suffix(']')?;
        Some(names.split(',').map(str::trim).collect())
    }
}

/// The words behind `pip`, whoever launches it.
fn words_of_pip(command: &Command) -> Option<&[Word]> {
    let mut words = command.args.as_slice();
    let mut program = command.program.as_str();
    if matches!(program, "uv" | "poetry" | "pdm" | "pipenv") {
        let [run, launched, rest @ ..] = words else { return None };
        (run.is("run")).then_some(())?;
        program = launched.literal()?;
        words = rest;
    }
    if is_python(program) {
        let at = words.iter().position(|word| !word.text.starts_with('-') || word.is("-m"))?;
        let [m, pip, rest @ ..] = words.get(at..)? else { return None };
        return (m.is("-m") && pip.is("pip")).then_some(rest);
    }
    program.starts_with("pip").then_some(words)
}

/// Whether an operand is the project in the folder itself.
fn is_project(text: &str) -> bool {
    text == "." || text == "./" || text.starts_with(".[") || text.starts_with("./[")
}

/// The name in a requirement: `httpx` of `httpx[http2]>=0.27`.
pub(super) fn name_of(word: &Word) -> &str {
    word.text.split(['=', '<', '>', '[', '~', '!']).next().unwrap_or_default()
}

fn is_package(word: &Word) -> bool {
    word.literal().is_some_and(|text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !text.contains(['/', '@', ';', ' '])
            && !text.ends_with(".whl")
            && !text.ends_with(".gz")
    })
}

/// Whether a word is the path of a built package. A path without a folder may be taken for a name.
pub(super) fn is_wheel(word: &Word) -> bool {
    word.literal().is_some_and(|text| {
        (text.ends_with(".whl") || text.ends_with(".tar.gz"))
            && (text.starts_with("./") || text.starts_with("../") || text.starts_with('/'))
    })
}
