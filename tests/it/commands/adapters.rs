//! The files that connect opencode, pi and Cline: written, answered through, and removed, with every
//! other file as it was. Kimi Code gets none.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::commands::install::Home;
use crate::commands::pages::one_line;
use crate::harness::program;
use crate::harness::{binary, feed, have};

/// `(client, its file below home, its file in a project)`
const ADAPTERS: [(&str, &str, &str); 3] = [
    ("opencode", ".config/opencode/plugins/toolcoach.js", ".opencode/plugins/toolcoach.js"),
    ("pi", ".pi/agent/extensions/toolcoach.ts", ".pi/extensions/toolcoach.ts"),
    ("cline", ".cline/hooks/PostToolUse.sh", ".cline/hooks/PostToolUse.sh"),
];

/// What a command prints, on one line.
#[track_caller]
fn does(home: &Home, args: &[&str]) -> String {
    one_line(&home.does(args))
}

fn folders(root: &Path) -> usize {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).map(|path| 1 + folders(&path)).sum()
}

#[test]
fn each_is_written_once_works_and_goes_without_a_trace() {
    for (client, file, _) in ADAPTERS {
        let home = Home::new();
        home.put(".config/other/settings", "mine");
        let (before, folders_before) = (home.files(), folders(home.world.root()));
        let shown = does(&home, &["install", "--client", client, "--dry-run"]);
        assert!(shown.contains("will be created") && shown.contains(" @@ "), "{shown}");
        assert_eq!(home.files(), before);
        does(&home, &["install", "--client", client, "--yes"]);
        let text = fs::read_to_string(home.path(file)).unwrap();
        assert!(text.contains(binary()), "{text}");
        assert_eq!(home.files().len(), before.len() + 1);
        assert!(does(&home, &["install", "--client", client, "--yes"]).contains("Nothing to do."));
        // Without --client too, now that its folder is there.
        assert!(does(&home, &["install", "--yes"]).contains("is up to date"));
        let told = does(&home, &["doctor", "--client", client]);
        assert!(told.contains("a known call gets the right answer"), "{told}");
        does(&home, &["uninstall", "--yes"]);
        assert_eq!(home.files(), before);
        does(&home, &["uninstall", "--purge", "--yes"]);
        assert_eq!(folders(home.world.root()), folders_before);
    }
}

#[test]
fn an_older_one_is_renewed_without_records_and_goes() {
    for (client, file, _) in ADAPTERS {
        let home = Home::new();
        does(&home, &["install", "--client", client, "--yes"]);
        let path = home.path(file);
        let text = fs::read_to_string(&path).unwrap();
        // Another program, as after a move of it.
        fs::write(&path, text.replace(binary(), "/old/bin/toolcoach")).unwrap();
        fs::remove_dir_all(home.world.state()).unwrap();
        assert!(does(&home, &["install", "--client", client, "--yes"]).contains("will be renewed"));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        fs::remove_dir_all(home.world.state()).unwrap();
        does(&home, &["uninstall", "--yes"]);
        assert!(!path.exists());
    }
}

#[test]
fn what_another_wrote_is_refused_and_not_touched() {
    for (client, file, _) in ADAPTERS {
        let home = Home::new();
        let path = home.put(file, "#!/bin/sh\n# mine\n");
        let before = home.files();
        let (code, _, stderr) = home.world.told(&["install", "--client", client, "--yes"]);
        assert_eq!(
            (code, one_line(&stderr).contains("this file is not toolcoach's")),
            (1, true),
            "{stderr}"
        );
        assert!(does(&home, &["uninstall", "--yes"]).contains("No settings contain"));
        assert_eq!(home.files(), before);
        // What `install` wrote and somebody changed.
        fs::remove_file(&path).unwrap();
        does(&home, &["install", "--client", client, "--yes"]);
        let changed = fs::read_to_string(&path).unwrap() + "// mine\n";
        fs::write(&path, &changed).unwrap();
        for command in ["install", "uninstall"] {
            let (code, _, stderr) = home.world.told(&[command, "--client", client, "--yes"]);
            assert_eq!(
                (code, one_line(&stderr).contains("it was changed since")),
                (1, true),
                "{stderr}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), changed);
        }
        let (code, report, _) = home.world.told(&["doctor", "--client", client]);
        assert!(code == 1 && one_line(&report).contains("differs from what"), "{report}");
    }
}

#[test]
fn one_refused_file_leaves_the_others_as_they_are() {
    let home = Home::new();
    let claude = home.claude("{}\n");
    home.put(".cline/hooks/PostToolUse.sh", "#!/bin/sh\n");
    let (code, _, stderr) = home.world.told(&["install", "--yes"]);
    assert_eq!((code, one_line(&stderr).contains("PostToolUse.sh")), (1, true), "{stderr}");
    assert_eq!(fs::read_to_string(claude).unwrap(), "{}\n");
}

#[test]
fn a_project_names_the_program_without_its_path() {
    for (client, _, file) in ADAPTERS {
        let home = Home::new();
        let told = does(&home, &["install", "--client", client, "--scope", "project", "--yes"]);
        assert!(!told.contains("gets an error line"), "{told}");
        let text = fs::read_to_string(home.world.work().join(file)).unwrap();
        assert!(!text.contains(binary()) && text.contains("toolcoach"), "{text}");
        does(&home, &["uninstall", "--yes"]);
        assert!(!home.world.work().join(file).exists());
    }
}

#[test]
fn a_matcher_does_not_apply() {
    let home = Home::new();
    let told = does(&home, &["install", "--client", "pi", "--matcher", "bash", "--yes"]);
    assert!(told.contains("pi: --matcher does not apply"), "{told}");
}

#[test]
fn kimi_code_is_recognised_and_gets_nothing() {
    let home = Home::new();
    fs::create_dir(home.path(".kimi-code")).unwrap();
    let before = home.files();
    for args in [&["install", "--yes"][..], &["install", "--client", "kimi", "--yes"]] {
        let told = does(&home, args);
        assert!(told.contains("Kimi Code: skipped, because it starts hooks, but reads"), "{told}");
    }
    assert_eq!(home.files(), before);
    assert!(does(&home, &["doctor", "--client", "kimi"]).contains("Kimi Code is here"));
}

#[test]
fn clines_script_answers_and_is_quiet_without_the_program() {
    let home = Home::new();
    does(&home, &["install", "--client", "cline", "--yes"]);
    let path = home.path(ADAPTERS[2].1);
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap());
    assert_eq!(mode & 0o100, 0o100, "{mode:o}");
    let event = json!({ "hookName": "tool_result", "taskId": "t", "workspaceRoots": [home.world.work()],
        "tool_result": { "id": "c", "name": "run_commands", "input": { "commands": ["git push -f origin main"] },
            "output": [{ "query": "git push -f origin main", "result": "", "success": true }] } });
    let run = |path: &Path| {
        let mut shell = home.world.program("/bin/sh", &[&path.to_string_lossy()]);
        let output = feed(&mut shell, event.to_string().as_bytes());
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let said = run(&path)["contextModification"].take();
    assert!(said.as_str().unwrap().contains("(git-push-force)"), "{said}");
    let gone = fs::read_to_string(&path).unwrap().replace(binary(), "/gone/toolcoach");
    fs::write(&path, gone).unwrap();
    assert_eq!(run(&path), json!({}));
}

/// A call as opencode 1.18.33 hands it to a plugin.
fn of_opencode(command: &str) -> Value {
    json!({ "input": { "tool": "bash", "sessionID": "s", "callID": "c", "args": { "command": command } },
        "output": { "title": command, "output": "out\n", "metadata": { "output": "out\n", "exit": 1 } } })
}

/// The same as pi 1.6.0 hands it to an extension.
fn of_pi(command: &str) -> Value {
    json!({ "type": "tool_result", "toolName": "bash", "toolCallId": "c", "input": { "command": command },
        "content": [{ "type": "text", "text": "out\n\n\nCommand exited with code 1" }],
        "structuredContent": { "output": "out\n", "exit_code": 1 }, "isError": true })
}

/// What calls the adapter as its client does, and prints what became of the call.
const DRIVERS: [&str; 2] = [
    r#"import { readFileSync } from "node:fs"
import { Toolcoach } from "./toolcoach.mjs"
const call = JSON.parse(readFileSync(0, "utf8"))
const hooks = await Toolcoach({ directory: process.cwd() })
await hooks["tool.execute.after"](call.input, call.output)
console.log(JSON.stringify(call.output))
"#,
    r#"import { readFileSync } from "node:fs"
import extension from "./toolcoach.mjs"
const event = JSON.parse(readFileSync(0, "utf8"))
let handler
extension({ on: (name, given) => (handler = name === "tool_result" ? given : handler) })
const changed = await handler(event, { cwd: process.cwd(), sessionManager: { getSessionId: () => "s" } })
console.log(JSON.stringify({ ...event, ...changed }))
"#,
];

/// What node makes of a call: the adapter of one of the two clients, its text changed.
fn node(home: &Home, at: usize, call: &Value, change: &dyn Fn(String) -> String) -> Value {
    let folder = home.world.root();
    let (client, file, _) = ADAPTERS[at];
    does(home, &["install", "--client", client, "--yes"]);
    let text = change(fs::read_to_string(home.path(file)).unwrap());
    fs::write(folder.join("toolcoach.mjs"), text).unwrap();
    fs::write(folder.join("driver.mjs"), DRIVERS[at]).unwrap();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let node: PathBuf = std::env::split_paths(&paths)
        .map(|folder| folder.join("node"))
        .find(|path| path.is_file())
        .unwrap();
    let driver = folder.join("driver.mjs");
    let mut command = home.world.program(&node.to_string_lossy(), &[&driver.to_string_lossy()]);
    let output = feed(&mut command, call.to_string().as_bytes());
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_plugin_and_an_extension_add_the_answer_and_nothing_else() {
    if !have("node") {
        return;
    }
    let kept = |text: String| text;
    let home = Home::new();
    let told = node(&home, 0, &of_opencode("git push -f origin main"), &kept);
    let text = told["output"].as_str().unwrap();
    assert!(
        text.starts_with("out\n\n\n[toolcoach] ") && text.ends_with("(git-push-force)"),
        "{text}"
    );
    assert_eq!(told["metadata"], of_opencode("")["output"]["metadata"]);
    let silent = of_opencode("ls");
    assert_eq!(node(&home, 0, &silent, &kept), silent["output"]);

    // The calls of both have one session and id, and one call is answered once.
    let home = Home::new();
    let call = of_pi("git push -f origin main");
    let told = node(&home, 1, &call, &kept);
    let parts = told["content"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]), (2, &call["content"][0]));
    assert!(parts[1]["text"].as_str().unwrap().ends_with("(git-push-force)"), "{told}");
    assert_eq!(told["structuredContent"], call["structuredContent"]);
    assert_eq!(told["isError"], true);
    assert_eq!(node(&home, 1, &of_pi("ls"), &kept), of_pi("ls"));
}

/// The exit code and the ids arrive: the ledger has a failure.
#[test]
fn a_plugin_and_an_extension_tell_how_the_call_ended() {
    if !have("node") {
        return;
    }
    for (at, call) in
        [(0, of_opencode("git push -f origin main")), (1, of_pi("git push -f origin main"))]
    {
        let home = Home::new();
        node(&home, at, &call, &|text| text);
        let lines = home.world.lines(".jsonl");
        assert!(lines.iter().any(|line| line["ok"] == false), "{lines:?}");
    }
}

#[test]
fn a_missing_slow_or_wrong_program_leaves_the_call_as_it_is() {
    if !have("node") {
        return;
    }
    let home = Home::new();
    let stub = home.world.root().join("stub");
    let calls = [of_opencode("git push -f origin main"), of_pi("git push -f origin main")];
    for (at, call) in calls.iter().enumerate() {
        let unchanged = if at == 0 { &call["output"] } else { call };
        let gone = |text: String| text.replace(binary(), "/gone/toolcoach");
        assert_eq!(&node(&home, at, call, &gone), unchanged);
        let stubbed = |text: String| {
            text.replace(binary(), &stub.to_string_lossy())
                .replace("LIMIT_MS = 5000", "LIMIT_MS = 100")
        };
        for wrong in [
            "exit 3",
            "echo oops; exit 1",
            "echo '{\"additionalContext\":7}'",
            "exec >&-",
            "exec /bin/sleep 60",
            "kill -9 $$",
        ] {
            program(&stub, format!("#!/bin/sh\n{wrong}\n").as_bytes());
            assert_eq!(&node(&home, at, call, &stubbed), unchanged, "{wrong}");
        }
    }
}
