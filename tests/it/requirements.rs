//! What tests need: the program under test, other programs on PATH, and recordings beside the
//! project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// The binary under test: the one that cargo has built for the tests, or the one whose absolute path
/// `TOOLCOACH_TEST_BINARY` has, such as a release. Empty in `examples/rule.rs`, which shares this file
/// and is the program itself.
pub fn binary() -> &'static str {
    static BINARY: LazyLock<String> = LazyLock::new(|| {
        let built = option_env!("CARGO_BIN_EXE_toolcoach").unwrap_or_default();
        match std::env::var("TOOLCOACH_TEST_BINARY") {
            Ok(named) if !built.is_empty() => {
                assert!(Path::new(&named).is_absolute(), "TOOLCOACH_TEST_BINARY={named}");
                named
            }
            _ => built.to_owned(),
        }
    });
    &BINARY
}

/// Whether the binary under test is a release: it has nothing that only tests need, and no more time
/// than agents give it.
pub fn is_release() -> bool {
    let is_built_for_tests = cfg!(any(debug_assertions, feature = "fault-injection"));
    !is_built_for_tests || std::env::var_os("TOOLCOACH_TEST_BINARY").is_some()
}

/// Whether a program is on the real PATH. Without it a test skips, unless TOOLCOACH_REQUIRE names
/// it.
pub fn have(program: &str) -> bool {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join(program).is_file());
    assert!(
        found || !is_required(program),
        "{program} is required by TOOLCOACH_REQUIRE and not on PATH"
    );
    if !found {
        eprintln!("skipped: {program} is not on PATH");
    }
    found
}

/// Whether all of these are on the real PATH.
pub fn have_all(programs: &[&str]) -> bool {
    programs.iter().all(|program| have(program))
}

/// Whether TOOLCOACH_REQUIRE names this program. Then a test that needs it must not skip.
pub fn is_required(program: &str) -> bool {
    let required = std::env::var("TOOLCOACH_REQUIRE").unwrap_or_default();
    required.split(',').any(|name| name == program)
}

/// A file or folder of recordings, below the folder that `TOOLCOACH_CORPUS` names or beside the
/// project; `None`, with a message, where there is none.
pub fn recorded(path: &str) -> Option<PathBuf> {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into();
    let path = std::env::var_os("TOOLCOACH_CORPUS").map_or_else(beside, PathBuf::from).join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there (TOOLCOACH_CORPUS)", path.display());
        return None;
    }
    Some(path)
}

/// The recorded shell commands, where they stand beside the project; none, with a message,
/// elsewhere.
pub fn recorded_commands() -> Vec<String> {
    let Some(path) = recorded("corpus/agent_commands.jsonl.gz").filter(|_| have("gzip")) else {
        return Vec::new();
    };
    let output = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let command = |line: &str| -> String {
        serde_json::from_str::<Value>(line).unwrap()["cmd"].as_str().unwrap().to_owned()
    };
    lines.lines().map(command).collect()
}

/// How many calls are compared, unless `TOOLCOACH_CALLS` says another number.
const RECORDED_CALLS: usize = if cfg!(debug_assertions) { 300 } else { 5000 };

/// The first recorded calls for which a client runs its hook; none, with a message, where there is
/// no recording.
pub fn recorded_calls() -> Vec<Value> {
    let Some(path) = recorded("corpus/agent_events.jsonl.gz").filter(|_| have("gzip")) else {
        return Vec::new();
    };
    let wanted = std::env::var("TOOLCOACH_CALLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(RECORDED_CALLS);
    let output = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let calls = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    calls.filter(|call| call["x_event_fires"] != false).take(wanted).collect()
}

/// Every captured input, with its file: those of the project, and those beside it where there are
/// such.
pub fn payloads() -> Vec<(String, String)> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures").into();
    let mut folders: Vec<PathBuf> = [own].into_iter().chain(recorded("payloads")).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
