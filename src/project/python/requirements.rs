//! What a Python project requires: the lists of `pyproject.toml` and `requirements.txt`.

use std::path::Path;

use toml::Value;

use super::pyproject::{PyProject, strings};
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
    let mut found: Vec<List> = of_pyproject(&PyProject::parse(&text), manager, is_meant);
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
    let project = PyProject::parse(&environment.read_text(&root.join("pyproject.toml"))?);
    let has = |tables: &[&str]| project.table(tables).any(|(key, _)| key == name);
    if has(&["project", "optional-dependencies"]) || has(&["tool", "poetry", "extras"]) {
        return Some(List::Extra(name.to_owned()));
    }
    let groups: [&[&str]; 3] = [
        &["dependency-groups"],
        &["tool", "pdm", "dev-dependencies"],
        &["tool", "poetry", "group"],
    ];
    groups.into_iter().any(has).then(|| List::Group {
        name: name.to_owned(),
        is_default: manager != "uv" || name == "dev",
    })
}

/// Whether the project in `root` can be built, so that a package manager installs it too.
pub(crate) fn has_build_system(environment: &Environment, root: &Path) -> bool {
    let text = environment.read_text(&root.join("pyproject.toml")).unwrap_or_default();
    PyProject::parse(&text).has_table("build-system")
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

fn of_pyproject(
    project: &PyProject,
    manager: Option<&str>,
    is_meant: impl Fn(&str) -> bool,
) -> Vec<List> {
    let is_listed = |value: &Value| {
        strings(value).into_iter().filter_map(requirement).any(|name| is_meant(&name))
    };
    let is_listed_at = |path: &[&str]| project.at(path).is_some_and(is_listed);
    let listed = |path: &[&str]| {
        project.table(path).filter(|(_, value)| is_listed(value)).map(|(name, _)| name).collect()
    };
    let uv_groups = project.at(&["tool", "uv", "default-groups"]);
    let group = |name: &str| {
        let is_default = match (manager, uv_groups) {
            // uv installs the group `dev` unless its settings name others, the rest all of them.
            (Some("uv"), Some(named)) => {
                named.as_str() == Some("all") || strings(named).contains(&name)
            }
            (Some("uv"), None) => name == "dev",
            (manager, _) => manager.is_some(),
        };
        List::Group { name: name.to_owned(), is_default }
    };
    let mut found = Vec::new();
    if is_listed_at(&["project", "dependencies"]) {
        found.push(List::Main);
    }
    let extras: Vec<&str> = listed(&["project", "optional-dependencies"]);
    found.extend(extras.into_iter().map(|name| List::Extra(name.to_owned())));
    let groups: Vec<&str> = listed(&["dependency-groups"]);
    found.extend(groups.into_iter().map(group));
    if is_listed_at(&["tool", "uv", "dev-dependencies"]) {
        found.push(group("dev"));
    }
    let groups: Vec<&str> = listed(&["tool", "pdm", "dev-dependencies"]);
    let of_pdm = |name: &str| List::Group { name: name.to_owned(), is_default: true };
    found.extend(groups.into_iter().map(of_pdm));
    let has = |path: &[&str]| {
        project.table(path).any(|(name, value)| is_meant(name) && !is_optional(value))
    };
    if has(&["tool", "poetry", "dependencies"]) || has(&["tool", "poetry", "dev-dependencies"]) {
        found.push(List::Main);
    }
    for (name, group) in project.table(&["tool", "poetry", "group"]) {
        if has(&["tool", "poetry", "group", name, "dependencies"]) {
            found.push(List::Group { name: name.to_owned(), is_default: !is_optional(group) });
        }
    }
    found
}

/// Whether Poetry installs it only if asked: a dependency, one of its forms, or a group.
fn is_optional(value: &Value) -> bool {
    let says_so =
        |value: &Value| value.get("optional").and_then(Value::as_bool).unwrap_or_default();
    says_so(value) || value.as_array().is_some_and(|forms| forms.iter().any(says_so))
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
            of_pyproject(&PyProject::parse(text), Some("uv"), |package| brings(package, module))
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
        assert_eq!(of("project = { dependencies = ['a'] }", "a"), [List::Main]);
        assert_eq!(of("[dependency-groups]\n\"dev.x\" = ['a']", "a"), [group("dev.x", false)]);
        assert_eq!(of("description = \"\"\"\n[project]\ndependencies = ['a']\n\"\"\"", "a"), []);
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
