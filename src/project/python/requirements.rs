//! What a Python project says that it needs: the lists of `pyproject.toml` and `requirements.txt`.
//!
//! No TOML crate: only lists of strings and the keys of a table are wanted, and what cannot be read
//! counts as not said.

use std::path::Path;

use crate::rules::case::Case;

/// Most bytes of a value that are put together from several lines.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// The files beside `pyproject.toml` that list packages.
const LISTS: [&str; 4] =
    ["requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements/dev.txt"];

/// A list in which a package stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum List {
    /// What the project itself needs.
    Main,
    /// An extra, installed on request.
    Extra(String),
    /// A group for who works on the project.
    Group {
        name: String,
        /// The project's tool installs it unasked.
        is_default: bool,
    },
    /// A file of requirements.
    File(&'static str),
}

impl List {
    /// Whether the project's tool installs it unasked.
    pub(crate) fn is_default(&self) -> bool {
        match self {
            Self::Main | Self::File(_) => true,
            Self::Extra(_) => false,
            Self::Group { is_default, .. } => *is_default,
        }
    }

    /// The file in which it stands.
    pub(crate) fn file(&self) -> &'static str {
        if let Self::File(name) = self { name } else { "pyproject.toml" }
    }
}

/// The list in `root` that brings the module, if one does: one that is installed unasked before
/// others.
pub(crate) fn lists(case: &Case, root: &Path, keeper: Option<&str>, module: &str) -> Option<List> {
    let is_meant = |package: &str| brings(package, module);
    let text = case.environment.read_text(&root.join("pyproject.toml")).unwrap_or_default();
    let mut found: Vec<List> = of_pyproject(&text, keeper, is_meant);
    // A tool that locks packages goes by its own lists.
    let files = if keeper.is_none() { &LISTS[..] } else { &[] };
    found.extend(files.iter().filter_map(|name| {
        let text = case.environment.read_text(&root.join(name))?;
        text.lines()
            .filter_map(requirement)
            .any(|package| is_meant(&package))
            .then_some(List::File(name))
    }));
    let at = found.iter().position(List::is_default).unwrap_or_default();
    found.into_iter().nth(at)
}

/// The strings of the list under `key` of a `pyproject.toml`.
pub(crate) fn list(text: &str, key: &str) -> Vec<String> {
    entries(text)
        .iter()
        .find(|(of, _)| of == key)
        .map(|(_, value)| strings(value))
        .unwrap_or_default()
}

/// Whether something builds and installs the project itself.
pub(crate) fn is_installed_itself(case: &Case, root: &Path) -> bool {
    let text = case.environment.read_text(&root.join("pyproject.toml")).unwrap_or_default();
    text.lines().any(|line| line.trim() == "[build-system]")
}

/// Packages whose module is called otherwise.
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

/// The package of a requirement; none where a marker says that it is not wanted everywhere.
fn requirement(text: &str) -> Option<String> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let name: String = text
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect();
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    (starts && !text.contains(';')).then_some(name)
}

fn of_pyproject(text: &str, keeper: Option<&str>, is_meant: impl Fn(&str) -> bool) -> Vec<List> {
    let entries = entries(text);
    let value = |wanted: &str| {
        entries.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str())
    };
    let uv_groups = value("tool.uv.default-groups");
    let group = |name: &str| {
        let is_default = match (keeper, uv_groups) {
            // uv installs the group `dev` unless it is told others, the rest all of them.
            (Some("uv"), Some(named)) => {
                named.contains("\"all\"") || strings(named).iter().any(|of| of == name)
            }
            (Some("uv"), None) => name == "dev",
            (keeper, _) => keeper.is_some(),
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

/// Each key with the tables above it, and its value as it is written, comments at the ends of lines
/// taken out.
fn entries(text: &str) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    let mut table = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = uncommented(line).trim();
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_matches(['[', ']', ' ']).replace(['"', '\'', ' '], "");
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.replace(['"', '\'', ' '], "");
        let mut value = value.trim().to_owned();
        while value.starts_with('[') && !is_closed(&value) && value.len() < MAX_VALUE_BYTES {
            let Some(next) = lines.next() else { break };
            value.push_str(uncommented(next));
            value.push('\n');
        }
        entries.push((if table.is_empty() { key } else { format!("{table}.{key}") }, value));
    }
    entries
}

/// A line up to its comment.
fn uncommented(line: &str) -> &str {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') => return line.get(..at).unwrap_or_default(),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    line
}

/// Whether the brackets of a list are closed again.
fn is_closed(value: &str) -> bool {
    let (mut quote, mut depth) = (None, 0_i32);
    for c in value.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth -= 1,
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    depth <= 0
}

/// The strings of a list; those in tables within it are the names of other groups, and not looked
/// at.
fn strings(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut quote, mut depth, mut text) = (None, 0_i32, String::new());
    for c in value.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth -= 1,
            (Some(open), c) if open == c => {
                quote = None;
                let whole = std::mem::take(&mut text);
                if depth == 0 {
                    found.push(whole);
                }
            }
            (Some(_), c) => text.push(c),
            _ => {}
        }
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
