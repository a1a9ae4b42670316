//! What a Python project requires: the lists of `pyproject.toml` and `requirements.txt`.

use std::path::Path;

use super::pyproject::{entries, strings};
use crate::project::environment::Environment;

/// The files beside `pyproject.toml` that list packages.
const LISTS: [&str; 4] =
    ["requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements/dev.txt"];

/// A list that names a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum List {
    /// What the project itself needs.
    Main,
    /// An extra, installed on request.
    Extra(String),
    /// A group for people who work on the project.
    Group {
        name: String,
        /// The project's package manager installs it unasked.
        is_default: bool,
    },
    /// A file of requirements.
    File(&'static str),
}

impl List {
    /// Whether the project's package manager installs it unasked.
    pub(crate) fn is_default(&self) -> bool {
        match self {
            Self::Main | Self::File(_) => true,
            Self::Extra(_) => false,
            Self::Group { is_default, .. } => *is_default,
        }
    }

    /// The file that contains it.
    pub(crate) fn file(&self) -> &'static str {
        if let Self::File(name) = self { name } else { "pyproject.toml" }
    }
}

/// The list in `root` that brings the module, if one does; one that `manager` installs unasked
/// comes before others.
pub(crate) fn list_with(
    environment: &Environment,
    root: &Path,
    manager: Option<&str>,
    module: &str,
) -> Option<List> {
    let is_meant = |package: &str| brings(package, module);
    let text = environment.read_text(&root.join("pyproject.toml")).unwrap_or_default();
    let mut found: Vec<List> = of_pyproject(&text, manager, is_meant);
    // A manager that locks packages goes by its own lists.
    let files = if manager.is_none() { &LISTS[..] } else { &[] };
    found.extend(files.iter().filter_map(|name| {
        let text = environment.read_text(&root.join(name))?;
        text.lines()
            .filter_map(requirement)
            .any(|package| is_meant(&package))
            .then_some(List::File(name))
    }));
    let at = found.iter().position(List::is_default).unwrap_or_default();
    found.into_iter().nth(at)
}

/// The list of this name in the `pyproject.toml` of `root`: an extra, or a group.
pub(crate) fn list_named(
    environment: &Environment,
    root: &Path,
    manager: &str,
    name: &str,
) -> Option<List> {
    let text = environment.read_text(&root.join("pyproject.toml"))?;
    let entries = entries(&text);
    let has = |key: &str| {
        let below = format!("{key}.");
        entries.iter().any(|(of, _)| of == key || of.starts_with(&below))
    };
    let extras = ["project.optional-dependencies", "tool.poetry.extras"];
    if extras.iter().any(|table| has(&format!("{table}.{name}"))) {
        return Some(List::Extra(name.to_owned()));
    }
    let groups = ["dependency-groups", "tool.pdm.dev-dependencies", "tool.poetry.group"];
    groups.iter().any(|table| has(&format!("{table}.{name}"))).then(|| List::Group {
        name: name.to_owned(),
        is_default: manager != "uv" || name == "dev",
    })
}

/// Whether the project in `root` can be built, so that a package manager installs it too.
pub(crate) fn has_build_system(environment: &Environment, root: &Path) -> bool {
    let text = environment.read_text(&root.join("pyproject.toml")).unwrap_or_default();
    text.lines().any(|line| line.trim() == "[build-system]")
}

/// `(module, package)` where their names differ.
const NAMES: [(&str, &str); 24] = [
    ("yaml", "pyyaml"),
    ("PIL", "pillow"),
    ("cv2", "opencv-python"),
    ("cv2", "opencv-python-headless"),
    ("sklearn", "scikit-learn"),
    ("skimage", "scikit-image"),
    ("bs4", "beautifulsoup4"),
    ("dotenv", "python-dotenv"),
    ("dateutil", "python-dateutil"),
    ("docx", "python-docx"),
    ("pptx", "python-pptx"),
    ("multipart", "python-multipart"),
    ("jose", "python-jose"),
    ("slugify", "python-slugify"),
    ("magic", "python-magic"),
    ("jwt", "pyjwt"),
    ("attr", "attrs"),
    ("serial", "pyserial"),
    ("git", "gitpython"),
    ("psycopg2", "psycopg2-binary"),
    ("rest_framework", "djangorestframework"),
    ("fitz", "pymupdf"),
    ("OpenSSL", "pyopenssl"),
    ("MySQLdb", "mysqlclient"),
];

fn brings(package: &str, module: &str) -> bool {
    let package = normal(package);
    package == normal(module) || NAMES.iter().any(|(of, name)| *of == module && *name == package)
}

/// A name as package indexes compare it (PEP 503).
fn normal(name: &str) -> String {
    name.chars()
        .map(|c| if matches!(c, '_' | '.') { '-' } else { c.to_ascii_lowercase() })
        .collect()
}

/// The package of a requirement; `None` where a marker limits it to some systems.
fn requirement(text: &str) -> Option<String> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let name: String = text
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect();
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    (starts && !text.contains(';')).then_some(name)
}

fn of_pyproject(text: &str, manager: Option<&str>, is_meant: impl Fn(&str) -> bool) -> Vec<List> {
    let entries = entries(text);
    let value = |wanted: &str| {
        entries.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str())
    };
    let uv_groups = value("tool.uv.default-groups");
    let group = |name: &str| {
        let is_default = match (manager, uv_groups) {
            // uv installs the group `dev` unless its settings name others, the rest all of them.
            (Some("uv"), Some(named)) => {
                named.contains("\"all\"") || strings(named).iter().any(|of| of == name)
            }
            (Some("uv"), None) => name == "dev",
            (manager, _) => manager.is_some(),
        };
        List::Group { name: name.to_owned(), is_default }
    };
    let mut found = Vec::new();
    for (key, value) in &entries {
        let listed = || {
            strings(value).iter().filter_map(|text| requirement(text)).any(|name| is_meant(&name))
        };
        let list = match key.split('.').collect::<Vec<_>>().as_slice() {
            ["project", "dependencies"] if listed() => List::Main,
            ["project", "optional-dependencies", name] if listed() => {
                List::Extra((*name).to_owned())
            }
            ["dependency-groups", name] if listed() => group(name),
            ["tool", "uv", "dev-dependencies"] if listed() => group("dev"),
            ["tool", "pdm", "dev-dependencies", name] if listed() => {
                List::Group { name: (*name).to_owned(), is_default: true }
            }
            ["tool", "poetry", "dependencies", name]
                if is_meant(name) && !value.contains("optional") =>
            {
                List::Main
            }
            ["tool", "poetry", "dev-dependencies", name] if is_meant(name) => List::Main,
            ["tool", "poetry", "group", group, "dependencies", name] if is_meant(name) => {
                let optional = format!("tool.poetry.group.{group}.optional");
                let is_default =
                    !entries.iter().any(|(key, value)| *key == optional && value == "true");
                List::Group { name: (*group).to_owned(), is_default }
            }
            _ => continue,
        };
        found.push(list);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_kind_are_read() {
        let text = r#"
[project]
name = "a"
dependencies = [
    "httpx[http2]>=0.27",  # the client
    'PyYAML',
    "tomli; python_version < '3.11'",
]
[project.optional-dependencies]
dev = ["pytest"]
[dependency-groups]
dev = ["ruff", {include-group = "docs"}]
docs = ["mkdocs"]
[tool.uv]
dev-dependencies = ["black"]
"#;
        let of = |text: &str, module: &str| {
            of_pyproject(text, Some("uv"), |package| brings(package, module))
        };
        let group = |name: &str, is_default| List::Group { name: name.to_owned(), is_default };
        assert_eq!(of(text, "httpx"), [List::Main]);
        assert_eq!(of(text, "yaml"), [List::Main]);
        assert_eq!(of(text, "tomli"), []);
        assert_eq!(of(text, "pytest"), [List::Extra("dev".to_owned())]);
        assert_eq!(of(text, "ruff"), [group("dev", true)]);
        assert_eq!(of(text, "docs"), []);
        assert_eq!(of(text, "mkdocs"), [group("docs", false)]);
        assert_eq!(of(text, "black"), [group("dev", true)]);
        let text = "[tool.poetry.dependencies]\npython = '^3.11'\nhttpx = {version='1', extras=['http2']}\n\
                    orjson = {version='3', optional=true}\n\
                    [tool.poetry.group.test.dependencies]\npytest='8'\n\
                    [tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\nmkdocs='1'\n";
        assert_eq!(of(text, "httpx"), [List::Main]);
        assert_eq!(of(text, "orjson"), []);
        assert_eq!(of(text, "pytest"), [group("test", true)]);
        assert_eq!(of(text, "mkdocs"), [group("docs", false)]);
        assert_eq!(of("project.dependencies = ['a.b-c']", "a_b_c"), [List::Main]);
        assert_eq!(of("[project]\ndependencies = [\n", "a"), []);
    }

    #[test]
    fn a_line_of_requirements_names_a_package() {
        for (line, package) in [
            ("httpx>=0.27", Some("httpx")),
            ("ruamel.yaml == 1  # why", Some("ruamel.yaml")),
            ("uvicorn[standard]", Some("uvicorn")),
            ("# httpx", None),
            ("-r base.txt", None),
            ("pywin32; sys_platform == 'win32'", None),
            ("", None),
        ] {
            assert_eq!(requirement(line).as_deref(), package, "{line}");
        }
    }
}
