//! The rules of the house, held by tests instead of conventions: layers, names, sizes, who may do
//! what, and pages that keep up with the code.

mod imports;
mod reading;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use imports::Imports;
use toolcoach::rules;

use crate::docs::pages::read;

/// The folders of `src/` from the bottom up; then the files beside them. Each imports only what
/// comes before it.
const LAYERS: [&str; 13] = [
    "base", "protocol", "shell", "project", "store", "settings", "rules", "engine", "upkeep", "ui",
    "commands", "cli", "main",
];

/// Most files that may import each other in a circle, within one folder.
const MOST_IN_A_CIRCLE: usize = 4;

/// Most lines of a file, examples of rules and generated files aside.
const MAX_LINES: usize = 400;

/// Every `.rs` file below a folder of the project, with its text.
pub fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string()
}

/// The text without its test modules, which come last in a file.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap()
}

#[test]
fn folders_import_downward_only() {
    let imports = Imports::read();
    let layer = |module: &[String]| match module.first() {
        // What lib.rs itself names is no layer's.
        None => LAYERS.len(),
        Some(first) => LAYERS
            .iter()
            .position(|layer| layer == first)
            .unwrap_or_else(|| panic!("src/{first} is not a layer: add it to LAYERS, or move it")),
    };
    let arrows = imports.arrows();
    let upward: Vec<String> = arrows
        .iter()
        .filter(|arrow| layer(&arrow.to) > layer(&arrow.from))
        .map(|arrow| {
            let (from, to) = (imports.file(&arrow.from), imports.file(&arrow.to));
            format!("src/{from} imports {} of src/{to}, which is above it", arrow.name)
        })
        .collect();
    assert!(upward.is_empty(), "{}", upward.join("\n"));
    assert!(arrows.len() > 500, "only {} imports were seen", arrows.len());
}

#[test]
fn circles_of_imports_stay_small_and_within_a_folder() {
    let imports = Imports::read();
    for circle in imports.circles() {
        let files: Vec<&str> = circle.iter().map(|module| imports.file(module)).collect();
        assert!(circle.len() <= MOST_IN_A_CIRCLE, "{} files in a circle: {files:?}", files.len());
        let folder = |file: &str| file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let first = folder(files[0]);
        // A rule's parts lie in a folder of its name, beside it.
        let inside =
            |file: &&str| folder(file).starts_with(&first) || first.starts_with(&folder(file));
        assert!(files.iter().all(inside), "a circle crosses folders: {files:?}");
    }
}

#[test]
fn a_rule_is_in_the_file_of_its_id() {
    let mut listed = 0;
    for (path, text) in sources("src/rules/book") {
        let parts: Vec<String> = path
            .strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/book"))
            .unwrap()
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let is_rule_file = parts.len() == 2 && parts[0] != "support" && parts[1] != "mod.rs";
        let rules = text.matches(": Rule = Rule {").count();
        assert_eq!(rules, usize::from(is_rule_file), "{} holds {rules} rules", shown(&path));
        if is_rule_file {
            let id = parts[1].trim_end_matches(".rs").replace('_', "-");
            assert!(text.contains(&format!("    id: \"{id}\",")), "{} is not {id}", shown(&path));
            assert!(rules::named(&id).is_some(), "{id} is not listed: run `just bless`");
            listed += 1;
        }
    }
    assert_eq!(listed, rules::RULES.len());
}

/// What only some files may do: words, files, and what the words do.
const RESERVED: [(&[&str], &[&str], &str); 4] = [
    (&["env::var"], &["src/base/env.rs"], "reads the environment"),
    (&["io::stdout"], &["src/protocol/reply.rs", "src/ui/print.rs"], "writes to stdout"),
    (&["process::Command", "process::{"], &["src/commands/doctor/trial.rs"], "starts a program"),
    (&["rable::"], &["src/shell/"], "names the parser"),
];

#[test]
fn environment_stdout_processes_and_parser_have_one_place_each() {
    for (path, text) in sources("src") {
        let name = shown(&path);
        for (words, places, does) in RESERVED {
            if let Some(word) = words.iter().find(|word| without_tests(&text).contains(*word)) {
                let may = places.iter().any(|place| name.starts_with(place));
                assert!(may, "{name} {does} (`{word}`); only {places:?} may");
            }
        }
    }
}

#[test]
fn commands_are_imported_by_the_command_line_only() {
    for arrow in Imports::read().arrows() {
        assert!(
            arrow.to != ["cli"] || arrow.from == ["main"],
            "{arrow:?}: cli is imported by main only"
        );
    }
}

#[test]
fn no_two_public_types_share_a_name() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (path, text) in sources("src") {
        for item in syn::parse_file(&text).unwrap().items {
            let (name, visibility) = match &item {
                syn::Item::Struct(item) => (&item.ident, &item.vis),
                syn::Item::Enum(item) => (&item.ident, &item.vis),
                syn::Item::Trait(item) => (&item.ident, &item.vis),
                syn::Item::Type(item) => (&item.ident, &item.vis),
                _ => continue,
            };
            // What only the parent sees is a part of it.
            let is_shared = match visibility {
                syn::Visibility::Public(_) => true,
                syn::Visibility::Restricted(of) => of.path.is_ident("crate"),
                syn::Visibility::Inherited => false,
            };
            if is_shared && let Some(first) = seen.insert(name.to_string(), shown(&path)) {
                panic!("{name} is public in {first} and in {}", shown(&path));
            }
        }
    }
    assert!(seen.len() > 100, "only {} types were seen", seen.len());
}

/// Lines beside the examples of a rule, which are data.
fn lines_of_code(text: &str) -> usize {
    let mut lines = 0;
    let mut end = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match end {
            Some(at) if indent == at && line.trim_start().starts_with(']') => end = None,
            Some(_) => {}
            None => {
                let start = line.trim_start();
                let is_list = start.starts_with("hits: &[")
                    || start.starts_with("misses: &[")
                    || start.contains(": &[Example] = &[");
                if is_list && line.ends_with('[') {
                    end = Some(indent);
                }
                lines += 1;
            }
        }
    }
    lines
}

#[test]
fn files_are_short() {
    for folder in ["src", "tests", "benches", "examples"] {
        for (path, text) in sources(folder) {
            let lines = lines_of_code(&text);
            let is_generated = path.ends_with("gate/table.rs");
            assert!(is_generated || lines <= MAX_LINES, "{} has {lines} lines", shown(&path));
        }
    }
}

#[test]
fn nothing_is_left_over() {
    for (path, text) in sources("src") {
        for mark in ["todo!", "unimplemented!", "dbg!", "FIXME", "#[ignore"] {
            assert!(!text.contains(mark), "{} contains {mark}", shown(&path));
        }
        for word in ["Manager", "Handler", "Helper", "utils"] {
            // npm and uv are package managers, whatever we think of the word.
            let text = text.replace("PackageManager", "");
            let named = ["struct ", "enum ", "trait ", "mod ", "fn "]
                .iter()
                .any(|kind| text.lines().any(|line| line.contains(kind) && line.contains(word)));
            assert!(!named, "{} names something {word}", shown(&path));
        }
    }
}

#[test]
fn the_architecture_page_shows_the_layers() {
    let page = read("docs/architecture.md");
    let line: String = page
        .lines()
        .skip_while(|line| !line.starts_with("`base` ←"))
        .take_while(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let names: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
    let layers: Vec<String> = LAYERS[..11].iter().map(|layer| (*layer).to_owned()).collect();
    assert_eq!(names[..11], layers.iter().map(String::as_str).collect::<Vec<_>>()[..]);
    for layer in &LAYERS[..11] {
        assert!(
            page.contains(&format!("| `{layer}/` |")),
            "docs/architecture.md has no row {layer}"
        );
    }
}

/// Pages under `docs` and beside the README, with their path from the root.
fn pages() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(shown(&path));
            }
        }
    }
    let mut found: Vec<String> = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
        .iter()
        .map(|page| (*page).to_owned())
        .collect();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"), &mut found);
    found
}

#[test]
fn every_page_is_linked_and_every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut linked = vec![root.join("README.md")];
    for page in pages() {
        let text = read(&page);
        for link in text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            if link.is_empty() || link.contains("://") || link.contains(' ') {
                continue;
            }
            let target = root.join(&page).parent().unwrap().join(link);
            let target = target.canonicalize().unwrap_or_else(|_| panic!("{page} links to {link}"));
            if root.join(&page) != target {
                linked.push(target);
            }
        }
    }
    for page in pages() {
        assert!(linked.contains(&root.join(&page)), "no page links to {page}");
    }
}

#[test]
fn pages_count_nothing_that_grows() {
    for page in ["CHANGELOG.md", "README.md", "docs/architecture.md", "docs/adding-a-rule.md"] {
        let text = read(page);
        let count = format!("{} rules", rules::RULES.len());
        assert!(!text.contains(&count), "{page} counts the rules: it goes stale with the next one");
    }
}

#[test]
fn the_page_for_new_rules_agrees_with_its_test() {
    let page = read("docs/adding-a-rule.md");
    let wanted = format!(
        "At least {} hits and {} misses",
        crate::rules::example_world::LEAST_HITS,
        crate::rules::example_world::LEAST_MISSES
    );
    assert!(page.contains(&wanted), "docs/adding-a-rule.md does not say {wanted:?}");
    for field in ["id", "severity", "trigger", "better", "repeat", "since", "analyzer"] {
        assert!(
            page.contains(&format!("`{field}`")),
            "docs/adding-a-rule.md does not explain {field}"
        );
    }
}

#[test]
fn the_toolchain_and_the_rust_version_agree() {
    let of = |page: &str, key: &str| {
        let text = read(page);
        let line = text.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
        line.split('"').nth(1).unwrap().to_owned()
    };
    let channel = of("rust-toolchain.toml", "channel");
    assert!(
        channel.starts_with(&of("Cargo.toml", "rust-version")),
        "rust-toolchain.toml and rust-version in Cargo.toml disagree"
    );
}
