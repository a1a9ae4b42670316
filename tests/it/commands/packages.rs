//! The packages of a release: made from this program, installed where neither Rust nor a registry
//! is, and pointing at one repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::docs::pages::read;
use crate::harness::{binary, have, have_all};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs `python3 packaging` for a folder of packages; its output if it succeeds, else its error.
fn packaging(dist: &Path, args: &[&str]) -> Result<String, String> {
    let mut python = Command::new("python3");
    python.args(["-B", "packaging", "--dist"]).arg(dist).args(args).current_dir(ROOT);
    let output = python.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn targets() -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(&read("packaging/targets.json")).unwrap();
    list.iter().map(|entry| entry["target"].as_str().unwrap().to_owned()).collect()
}

/// A program to pack that takes no time.
fn small(folder: &Path) -> String {
    let path = folder.join("toolcoach");
    fs::write(&path, "\x7fELF").unwrap();
    path.to_str().unwrap().to_owned()
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn every_package_installs_answers_and_goes_without_a_trace() {
    if !have_all(&["python3", "node", "npm", "npx", "strip"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (program, dist) = (folder.path().join("toolcoach"), folder.path().join("dist"));
    // Symbols and small packages would take a minute.
    let stripped = Command::new("strip").arg("-o").arg(&program).arg(binary()).status().unwrap();
    assert!(stripped.success());
    let program = program.to_str().unwrap();
    packaging(&dist, &["--level", "1", "target", "x86_64-unknown-linux-musl", program]).unwrap();
    packaging(&dist, &["release"]).unwrap();
    let mut trial = Command::new(format!("{ROOT}/scripts/packages-test"));
    let output = trial.arg(&dist).output().unwrap();
    let (table, error) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{error}");
    for way in ["npm", "npx", "npx by name", "pip", "install.sh"] {
        let row = table.lines().find(|line| line.starts_with(&format!("| {way} |"))).unwrap();
        assert!(!row.contains("not run"), "{row}");
    }
}

#[test]
fn the_same_commit_makes_the_same_bytes() {
    if !have("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    let [first, second] = ["first", "second"].map(|name| {
        let dist = folder.path().join(name);
        for target in targets() {
            packaging(&dist, &["target", &target, &program]).unwrap();
        }
        packaging(&dist, &["release"]).unwrap();
        fs::read_to_string(dist.join("SHA256SUMS")).unwrap()
    });
    assert_eq!(first, second);
    // Each target is in an archive, a wheel and an npm package; four files are for all of them.
    assert_eq!(first.lines().count(), targets().len() * 3 + 4);
}

#[test]
fn a_release_that_lacks_a_target_or_a_repository_is_refused() {
    if !have("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    let (last, others) = (targets().pop().unwrap(), targets().len() - 1);
    for target in &targets()[..others] {
        packaging(folder.path(), &["target", target, &program]).unwrap();
    }
    let error = packaging(folder.path(), &["release", "--complete"]).unwrap_err();
    assert!(error.contains(&format!("has no archive for {last}")), "{error}");
    packaging(folder.path(), &["target", &last, &program]).unwrap();
    let complete = packaging(folder.path(), &["release", "--complete"]);
    let is_published = !env!("CARGO_PKG_REPOSITORY").contains("OWNER/REPOSITORY");
    assert_eq!(complete.is_ok(), is_published, "{complete:?}");
    let error = packaging(folder.path(), &["target", "no-such-target", &program]).unwrap_err();
    assert!(error.contains("has no target no-such-target"), "{error}");
}

/// `cargo binstall` fills in a pattern of its own.
#[test]
fn binstall_downloads_what_is_packed() {
    if !have("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    let manifest = read("Cargo.toml");
    let value = |part: &str, key: &str| {
        let part = manifest.split(part).nth(1).unwrap();
        let line = part.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    };
    for target in targets() {
        let special = format!("[package.metadata.binstall.overrides.{target}]");
        let part =
            if manifest.contains(&special) { &special } else { "[package.metadata.binstall]" };
        let suffix = match value(part, "pkg-fmt").as_str() {
            "tgz" => ".tar.gz",
            "zip" => ".zip",
            other => panic!("{other}"),
        };
        let url = value("[package.metadata.binstall]", "pkg-url")
            .replace("{ name }", env!("CARGO_PKG_NAME"))
            .replace("{ version }", env!("CARGO_PKG_VERSION"))
            .replace("{ target }", &target)
            .replace("{ archive-suffix }", suffix);
        packaging(folder.path(), &["target", &target, &program]).unwrap();
        let name = url.rsplit('/').next().unwrap();
        assert!(folder.path().join(name).is_file(), "{name}");
    }
}

/// Cargo.toml names the repository; pages and packages follow.
#[test]
fn pages_name_the_repository_of_cargo_toml() {
    let name = env!("CARGO_PKG_REPOSITORY").splitn(4, '/').nth(3).unwrap();
    let mut seen = 0;
    for page in ["README.md", "docs/install.md", "docs/packages.md"] {
        let text = read(page);
        for mark in ["--repo ", "marketplace add "] {
            for rest in text.split(mark).skip(1) {
                let word = rest.split_whitespace().next().unwrap();
                assert_eq!(word, name, "{page}: {mark}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "{seen}");
}
