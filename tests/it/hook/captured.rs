//! What clients really send: exit code, output and the id of the call are read from each of their
//! forms. `tests/fixtures/clients` has a folder for each client and version; more are beside the
//! project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::harness::{World, recorded};

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/clients");

/// `(client, the beginning of its calls' ids)`; no id is sent where there is none.
const CLIENTS: [(&str, Option<&str>); 10] = [
    ("claude", Some("toolu_")),
    ("codex", Some("toolu_")),
    ("gemini", None),
    ("qwen", Some("toolu_")),
    ("copilot", None),
    ("droid", None),
    ("cline", Some("toolu_")),
    ("opencode", Some("toolu_")),
    ("pi", Some("toolu_")),
    ("kimi", Some("toolu_")),
];

/// `(command, exit code of its failure, output)`: the same commands ran in every client.
const COMMANDS: [(&str, Option<i64>, &str); 9] = [
    ("echo out; echo err >&2; exit 3", Some(3), "out\nerr"),
    (
        "no_such_command_xyz --help",
        Some(127),
        "/bin/bash: line 1: no_such_command_xyz: command not found",
    ),
    ("echo out; echo warn >&2", None, "out\nwarn"),
    ("true", None, ""),
    ("grep -rn NOSUCHTHING src", Some(1), ""),
    (
        "cat <<'E'\nhéllo \"quoted\" \\back\n\tTab 日本\nE\ncd src && ls | wc -l",
        None,
        "héllo \"quoted\" \\back\n\tTab 日本\n2",
    ),
    ("sleep 0.2; echo p1", None, "p1"),
    (
        "ls /nonexistent_dir",
        Some(2),
        "ls: cannot access '/nonexistent_dir': No such file or directory",
    ),
    (
        "git push -f origin main",
        Some(1),
        "error: src refspec main does not match any\nerror: failed to push some refs to 'origin'",
    ),
];

/// One input, and what `explain` read of it.
struct Captured {
    client: String,
    name: String,
    command: Option<String>,
    report: Value,
}

impl Captured {
    fn of(path: &Path) -> Option<Self> {
        let folder = path.parent()?.file_name()?.to_str()?;
        let client = folder.strip_prefix("pascal-").unwrap_or(folder).split('-').next()?;
        CLIENTS.iter().find(|(name, _)| *name == client)?;
        let name = format!("{folder}/{}", path.file_name()?.to_str()?);
        let input = fs::read(path).unwrap();
        let event: Value = serde_json::from_slice(&input).unwrap();
        let places = ["/tool_input/command", "/toolArgs/command", "/tool_result/input/commands/0"];
        let command = places.iter().find_map(|place| event.pointer(place)?.as_str());
        let is_alone = event.pointer("/tool_result/input/commands/1").is_none();
        let output = World::new().run(&["explain", "--json"], &input);
        assert!(output.status.success(), "{name}: {output:?}");
        Some(Self {
            client: client.to_owned(),
            command: command.filter(|_| is_alone).map(str::to_owned),
            report: serde_json::from_slice(&output.stdout).unwrap(),
            name,
        })
    }

    fn output_bytes(&self) -> u64 {
        self.report["read"]["output_bytes"].as_u64().unwrap()
    }

    fn exit_code(&self) -> Option<i64> {
        self.report["read"]["exit_code"].as_i64()
    }
}

/// All of them, read once.
fn captured() -> &'static [Captured] {
    static ALL: OnceLock<Vec<Captured>> = OnceLock::new();
    ALL.get_or_init(read_all)
}

fn read_all() -> Vec<Captured> {
    let mut folders: Vec<PathBuf> = [OWN.into()].into_iter().chain(recorded("payloads")).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                found.extend(Captured::of(&path));
            }
        }
    }
    found
}

/// One of this project's own, read.
#[track_caller]
fn own(name: &str) -> Captured {
    let found = fs::read_dir(Path::new(OWN).join(name.split('/').next().unwrap())).unwrap();
    let mut paths = found.map(|entry| entry.unwrap().path());
    let start = Path::new(OWN).join(name);
    let path = paths.find(|path| path.to_str().unwrap().starts_with(start.to_str().unwrap()));
    Captured::of(&path.unwrap_or_else(|| panic!("{name} is not there"))).unwrap()
}

#[test]
fn each_client_and_the_id_of_its_call_is_recognised() {
    let mut seen = BTreeMap::<String, usize>::new();
    for one in captured() {
        assert_eq!(one.report["client"], one.client.as_str(), "{}", one.name);
        let start = CLIENTS.iter().find(|(name, _)| *name == one.client).unwrap().1;
        let id = one.report["read"]["call"].as_str();
        // The event of a batch is about many calls.
        if !one.name.contains("Batch") {
            assert_eq!(id.is_some(), start.is_some(), "{}: {id:?}", one.name);
            assert!(id.unwrap_or_default().starts_with(start.unwrap_or_default()), "{}", one.name);
        }
        *seen.entry(one.client.clone()).or_default() += 1;
    }
    eprintln!("read: {seen:?}");
}

#[test]
fn the_same_command_is_read_alike_in_every_client() {
    let mut seen = BTreeMap::<String, usize>::new();
    for one in captured() {
        let ran = one.command.as_deref().unwrap_or_default();
        let Some((_, code, output)) = COMMANDS.iter().find(|(command, ..)| *command == ran) else {
            continue;
        };
        // Codex does not tell the exit code.
        let code = code.filter(|_| one.client != "codex");
        assert_eq!(one.exit_code(), code, "{}: {}", one.name, one.report["read"]);
        let shell = if one.client == "opencode" { "/usr/bin/bash" } else { "/bin/bash" };
        let bytes = output.replace("/bin/bash", shell).len() as u64;
        // With a line break at the end, or without.
        let read = one.output_bytes();
        assert!(read == bytes || read == bytes + 1, "{}: {read} bytes, not {bytes}", one.name);
        let event = if code.is_some() { "PostToolUseFailure" } else { "PostToolUse" };
        assert_eq!(one.report["event"], event, "{}", one.name);
        *seen.entry(one.client.clone()).or_default() += 1;
    }
    eprintln!("read alike: {seen:?}");
    for (client, _) in CLIENTS {
        let is_recorded = fs::read_dir(OWN).unwrap().any(|entry| {
            entry.unwrap().file_name().to_string_lossy().starts_with(&format!("{client}-"))
        });
        assert!(!is_recorded || seen.contains_key(client), "{client}: {seen:?}");
    }
}

#[test]
fn what_only_one_client_has_is_read_too() {
    // Several commands are one call, of which one failed.
    let two = own("cline-3.0.65/shell-two-one-fails");
    assert_eq!(two.exit_code(), Some(2));
    let refused = "ls: cannot access '/nonexistent_dir': No such file or directory";
    assert_eq!(two.output_bytes(), "one\n".len() as u64 + refused.len() as u64);
    // Cline says that this call succeeded.
    let missing = own("cline-3.0.65/read-missing");
    assert_eq!(missing.report["event"], "PostToolUseFailure");
    assert_eq!((missing.exit_code(), missing.output_bytes()), (None, 89));
    assert_eq!(own("cline-3.0.65/read-two-one-missing").report["event"], "PostToolUse");
    assert_eq!(own("cline-3.0.65/bad-input").report["event"], "PostToolUseFailure");
    assert_eq!(own("cline-3.0.65/edit-nomatch").report["event"], "PostToolUseFailure");
    assert_eq!(own("cline-3.0.65/write-new").report["tool"], "Write");
    for (name, task) in
        [("copilot-1.0.102/shell-background", "bg1"), ("droid-0.215.0/shell-background", "15635")]
    {
        let background = own(name);
        assert_eq!(background.report["read"]["background_task"], task, "{name}");
        assert_eq!(background.exit_code(), None);
    }
    // A time-out is a success there, without an exit code.
    let late = own("droid-0.215.0/shell-timeout");
    assert_eq!(
        (late.report["event"].as_str(), late.exit_code()),
        (Some("PostToolUseFailure"), None)
    );
    assert_eq!(late.output_bytes(), 93);
    // Copilot CLI in the form of Claude Code.
    let failed = own("pascal-copilot-1.0.102/pascal-read-missing");
    assert_eq!((failed.report["client"].as_str(), failed.output_bytes()), (Some("copilot"), 19));
}

#[test]
fn an_image_is_not_read_as_text() {
    for name in ["droid-0.215.0/read-image", "cline-3.0.65/read-image"] {
        assert_eq!(own(name).output_bytes(), 0, "{name}");
    }
}
