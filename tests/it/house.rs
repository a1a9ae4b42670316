//! The rules of the house: layers, sizes, what the tree may not hold.

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file; generated ones aside.
const MAX_LINES: usize = 400;

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
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

/// The layer of each module, as the comments of `lib.rs` number them.
fn layers() -> Vec<(String, usize)> {
    let library = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let mut layer = 0;
    let mut layers = Vec::new();
    for line in library.lines() {
        if let Some(title) = line.strip_prefix("// ") {
            layer = title.split(' ').next().unwrap().parse().unwrap();
        } else if let Some((_, name)) =
            line.strip_suffix(';').and_then(|line| line.split_once("mod "))
        {
            layers.push((name.to_owned(), layer));
        }
    }
    layers
}

#[test]
fn layers_import_downward_only() {
    let layers = layers();
    let layer =
        |module: &str| layers.iter().find(|(name, _)| name == module).map(|(_, layer)| *layer);
    assert!(
        layers.len() > 20 && layers.iter().all(|(_, layer)| (1..=4).contains(layer)),
        "{layers:?}"
    );
    let mut checked = 0;
    for (path, text) in sources("src") {
        let relative = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
        let module =
            relative.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        let Some(own) = layer(&module) else { continue };
        for import in text.split("crate::").skip(1) {
            for name in import
                .trim_start_matches('{')
                .split([',', '}'])
                .take(if import.starts_with('{') { 8 } else { 1 })
            {
                let name: String =
                    name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(other) = layer(&name) {
                    assert!(
                        other <= own,
                        "{} (layer {own}) imports {name} (layer {other})",
                        relative.display()
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 50, "only {checked} imports were seen");
}

#[test]
fn files_are_short() {
    for folder in ["src", "tests", "benches", "examples"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            let generated = path.ends_with("gate/table.rs");
            assert!(generated || lines <= MAX_LINES, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn the_parser_is_known_to_one_folder_only() {
    for (path, text) in sources("src") {
        let inside = path.components().any(|part| part.as_os_str() == "shell");
        assert!(inside || !text.contains("rable::"), "{} names the parser", path.display());
    }
}

#[test]
fn programs_are_not_started_and_stdout_has_one_writer() {
    for (path, text) in sources("src") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Only the doctor starts programs: what agents would start, away from any call.
        let starts = text.contains("process::Command") || text.contains("process::{");
        assert!(!starts || path.ends_with("doctor/trial.rs"), "{name} starts a program");
        let prints = text.contains("io::stdout()");
        assert!(
            !prints || ["reply.rs", "cli.rs"].contains(&name.as_str()),
            "{name} writes to stdout"
        );
    }
}

#[test]
fn nothing_is_left_over() {
    for (path, text) in sources("src") {
        for mark in ["todo!", "unimplemented!", "dbg!", "FIXME", "#[ignore"] {
            assert!(!text.contains(mark), "{} holds {mark}", path.display());
        }
        for word in ["Manager", "Handler", "Helper", "utils"] {
            let named = ["struct ", "enum ", "trait ", "mod ", "fn "]
                .iter()
                .any(|kind| text.lines().any(|line| line.contains(kind) && line.contains(word)));
            assert!(!named, "{} names something {word}", path.display());
        }
    }
}
