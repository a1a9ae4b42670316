//! `toolcoach doctor` on programs, settings and state that are broken, each of which it names and
//! mends.

use std::fs;
use std::time::Instant;

use serde_json::{Value, json};
use toolcoach::store::ledger::now_ms;

use crate::commands::doctor::{Clinic, sick};
use crate::harness::{PATIENCE, binary, program, wait_until};

#[test]
fn a_program_that_moved() {
    let clinic = Clinic::new();
    let path = clinic.starts("");
    fs::remove_file(path).unwrap();
    clinic.mend(&clinic.has("program", "failure", "which does not exist"));
    clinic.is_well();
}

#[test]
fn a_program_that_may_not_be_executed() {
    let clinic = Clinic::new();
    let path = clinic.starts("");
    program(&path, &fs::read(binary()).unwrap());
    clinic.is_well();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let finding = clinic.has("program", "failure", "is not executable");
    assert_eq!(finding["command"], format!("chmod +x {}", path.display()));
    clinic.mend(&finding);
    clinic.is_well();
}

/// A program that calls itself this version, and does `otherwise` where it is the hook.
fn impostor(otherwise: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "#!/bin/sh\nPATH=/usr/bin:/bin\n[ \"$1\" = --version ] && {{ echo toolcoach {version}; exit; }}\n{otherwise}\n"
    )
}

#[test]
fn another_version_and_another_program() {
    let clinic = Clinic::new();
    clinic.starts(
        &impostor(&format!("exec {binary} hook", binary = binary()))
            .replace(env!("CARGO_PKG_VERSION"), "0.0.1"),
    );
    clinic.mend(&clinic.has("program", "warning", "version 0.0.1; this is"));
    clinic.is_well();
    clinic.starts("#!/bin/sh\necho hello\n");
    clinic.mend(&clinic.has("program", "failure", "which is not toolcoach"));
    clinic.is_well();
}

#[test]
fn answers_that_no_agent_takes() {
    for (otherwise, found) in [
        (
            format!("echo noise\nexec {binary} hook", binary = binary()),
            "more than one line, the first of them: noise",
        ),
        (
            format!("echo noise >&2\nexec {binary} hook", binary = binary()),
            "writes to stderr: noise",
        ),
        ("cat >/dev/null".to_owned(), "says nothing about `git push --force origin main`"),
        (
            format!("{binary} hook | sed s/PostToolUse/AfterTool/", binary = binary()),
            "`hookEventName` is \"AfterTool\"",
        ),
        (
            format!("{binary} hook | sed 's/^{{/{{\"continue\":true,/'", binary = binary()),
            "it has an unexpected key `continue`",
        ),
        (format!("{binary} hook; exit 2", binary = binary()), "exit code 2"),
    ] {
        let clinic = Clinic::new();
        clinic.starts(&impostor(&otherwise));
        clinic.mend(&clinic.has("answer", "failure", found));
        clinic.is_well();
    }
}

/// Doctor stops the command instead of waiting 300 s for it to end. The limit of a minute only
/// catches that wait. The test then waits until the command's child is gone.
#[test]
fn a_command_that_hangs_is_stopped_with_all_it_started() {
    let clinic = Clinic::new();
    let mark = clinic.world().root().join("pid");
    clinic.starts(&impostor(&format!("sleep 300 & echo $! >{}; wait", mark.display())));
    let start = Instant::now();
    let finding = clinic.has("answer", "failure", "did not end within 5 s and was stopped");
    assert!(start.elapsed() < PATIENCE, "it waited {:?}", start.elapsed());
    let pid = fs::read_to_string(mark).unwrap();
    wait_until("what it started is gone", || {
        let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        state.is_empty() || state.contains(") Z ")
    });
    clinic.mend(&finding);
    clinic.is_well();
    // One that does not even tell its version is not tried further.
    clinic.starts("#!/bin/sh\nexec /bin/sleep 300\n");
    clinic.has("program", "failure", "does not answer --version within 5 s");
}

#[test]
fn a_program_of_the_project_is_not_run() {
    for line in ["./bin/toolcoach hook", "\"$PWD/bin/toolcoach\" hook", "bin/toolcoach"] {
        let clinic = Clinic::new();
        let mark = clinic.world().root().join("ran");
        let script = format!("#!/bin/sh\n: >{}\n", mark.display());
        program(&clinic.world().work().join("bin/toolcoach"), script.as_bytes());
        let entry = json!([{ "hooks": [{ "type": "command", "command": line }] }]);
        for (file, scope) in [("settings.json", "project"), ("settings.local.json", "local")] {
            let settings = json!({ "hooks": { "PostToolUse": entry } });
            clinic.world().file(&format!(".claude/{file}"), &settings.to_string());
            let (code, report) = clinic.report(&[]);
            let of = |check: &str| {
                sick(&report).into_iter().find(|finding| finding["check"] == check).unwrap()
            };
            let program = of("program");
            assert_eq!((code, &program["status"]), (0, &json!("warning")), "{line}");
            let found = program["found"].as_str().unwrap();
            assert!(found.ends_with("which is not this program, and was not run"), "{program}");
            assert!(!mark.exists(), "it ran what a repository brought");
            assert!(of("once")["command"].as_str().unwrap().ends_with(&format!("--scope {scope}")));
            clinic.mend(&of("once"));
            clinic.is_well();
        }
    }
}

#[test]
fn what_silences_it() {
    let clinic = Clinic::new().with("TOOLCOACH_DISABLE", "1");
    let finding = clinic.has("silenced", "warning", "TOOLCOACH_DISABLE=1 is set here");
    assert_eq!(finding["command"], "unset TOOLCOACH_DISABLE");
    let clinic = clinic.without_env();
    clinic.is_well();
    clinic.change(|settings| settings["env"] = json!({ "TOOLCOACH_DISABLE": "1" }));
    clinic.has("silenced", "warning", "its settings set TOOLCOACH_DISABLE=1");
    clinic.change(|settings| drop(settings.as_object_mut().unwrap().remove("env")));
    clinic.home.does(&["mute", "all", "--for", "1h"]);
    clinic.mend(&clinic.has("silenced", "warning", "every rule is muted until"));
    clinic.is_well();
}

#[test]
fn own_settings_that_are_not_valid() {
    let clinic = Clinic::new();
    let path = clinic.world().settings("{\n  \"deadline_ms\": 900\n}\n");
    let finding = clinic.has("settings", "warning", "75");
    assert_eq!((&finding["path"], &finding["line"]), (&json!(path), &json!(2)));
    clinic.world().settings("{\n  \"disable\": [\"grep-recursiv\"]\n}\n");
    let finding = clinic.has(
        "settings",
        "warning",
        "there is no rule `grep-recursiv`; the nearest is `grep-recursive`",
    );
    assert_eq!(finding["line"], 2);
    clinic.world().settings("{\n  \"disable\": [\"grep-recursive\"]\n}\n");
    clinic.is_well();
    // A fault of the project's file is reported too.
    clinic.world().file(".toolcoach.json", "{\"pin\": []}");
    clinic.has("project", "warning", "`pin` counts in the file of a company or a user only");
    clinic.world().file(
        ".toolcoach.json",
        r#"{"rules": [{"id": "use-pnpm", "program": "npm", "text": "pnpm"}]}"#,
    );
    clinic.mend(&clinic.has("project", "warning", "1 custom rule is not trusted"));
    clinic.is_well();
}

#[test]
fn programs_that_advice_could_name() {
    let clinic = Clinic::new();
    clinic.world().programs(&[]);
    clinic.is_well(); // Claude Code brings rg.
    clinic.home.put(".qwen/settings.json", "{}");
    clinic.home.does(&["install", "--yes"]);
    let call = json!({ "hook_event_name": "PostToolUse", "session_id": "q", "tool_call_id": "c",
        "tool_name": "run_shell_command", "tool_input": { "command": "ls" }, "tool_response": { "llmContent": "x" } });
    clinic.world().run(&[], call.to_string().as_bytes());
    let (code, report) = clinic.report(&[]);
    let sick = sick(&report);
    assert!(code == 0 && sick.iter().all(|finding| finding["check"] == "programs"), "{sick:#?}");
    assert_eq!(sick[0]["mend"], "install ripgrep");
    clinic.world().programs(&["rg"]);
    clinic.is_well();
}

#[test]
fn a_state_folder_that_cannot_be_written() {
    let clinic = Clinic::new();
    let state = clinic.world().state();
    let aside = clinic.world().root().join("aside");
    fs::rename(&state, &aside).unwrap();
    fs::write(&state, "in the way").unwrap();
    let finding = clinic.has("state", "failure", "is not a folder");
    clinic.mend(&finding);
    fs::rename(&aside, &state).unwrap();
    clinic.is_well();
    fs::rename(&state, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &state).unwrap();
    let finding = clinic.has("state", "failure", "is a symbolic link, which is not followed");
    let place = format!("TOOLCOACH_STATE_DIR={}", aside.display());
    assert!(finding["mend"].as_str().unwrap().ends_with(&place), "{finding}");
    fs::remove_file(&state).unwrap();
    fs::rename(&aside, &state).unwrap();
    clinic.is_well();
}

#[test]
fn a_state_folder_that_is_not_private_or_not_ones_own() {
    let clinic = Clinic::new();
    let state = clinic.world().state();
    let mode = |mode| {
        fs::set_permissions(&state, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap()
    };
    mode(0o755);
    clinic.mend(&clinic.has("private", "warning", "other users can open it (mode 755)"));
    clinic.is_well();
    mode(0o500);
    let is_root = fs::write(state.join("probe"), "").is_ok();
    if !is_root {
        clinic.mend(&clinic.has("state", "failure", "is not writable"));
        clinic.is_well();
        return;
    }
    eprintln!("root can write anywhere: seen from there");
    fs::remove_file(state.join("probe")).unwrap();
    mode(0o700);
    let name =
        clinic.world().stored().into_keys().find(|name| name.ends_with(".calls.jsonl")).unwrap();
    std::os::unix::fs::chown(state.join(&name), Some(12_345), None).unwrap();
    let mut finding = clinic.has("private", "warning", "belongs to another user");
    assert!(finding["path"].as_str().unwrap().ends_with(&name), "{finding}");
    let command = finding["command"].as_str().unwrap().replace("sudo ", "");
    finding["command"] = json!(command);
    clinic.mend(&finding);
    clinic.is_well();
}

#[test]
fn files_that_are_not_understood() {
    let clinic = Clinic::new();
    let now = now_ms();
    for (name, text, found) in [
        ("learned.json", "{\"v\":1,\n\"decided\":7}".to_owned(), "invalid type"),
        ("learned.json", format!("{{\"v\":2,\"t\":{now},\"decided\":{{}}}}"), "version 2"),
        ("breakers.json", "{".to_owned(), "EOF"),
        ("mutes.json", "[]".to_owned(), ""),
        ("trust.json", "x".repeat(300 << 10), "larger than 256 KiB"),
        ("installs.json", "\u{0}".to_owned(), "expected value"),
        ("errors.jsonl", "torn\n{\"v\":1".to_owned(), "2 lines cannot be read"),
    ] {
        let path = clinic.world().state().join(name);
        fs::write(&path, text).unwrap();
        let finding = clinic.has("files", "warning", found);
        assert_eq!(finding["path"], json!(path));
        clinic.mend(&finding);
        assert!(!path.exists());
        clinic.is_well();
    }
    for input in [&b""[..], b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\"}"] {
        clinic.world().run(&[], input);
    }
    clinic.mend(&clinic.has("inputs", "warning", "not understood: empty 1, unknown-event 1"));
    clinic.is_well();
}

/// Writes a session of `count` calls of `us` each, one per millisecond from `from` on.
fn calls(clinic: &Clinic, count: u64, us: u64, from: u64) {
    let line = |n| {
        json!({ "v": 1, "t": from + n, "us": us, "via": "fast", "client": "claude" }).to_string()
            + "\n"
    };
    let path = clinic.world().state().join(format!("sessions/{us:016x}.calls.jsonl"));
    fs::write(&path, (0..count).map(line).collect::<String>()).unwrap();
}

#[test]
fn calls_that_are_not_seen_or_too_slow() {
    let clinic = Clinic::new();
    fs::remove_dir_all(clinic.world().state()).unwrap();
    clinic.has("calls", "warning", "no call from it has ever been seen");
    clinic.world().bash("ls").session("s").is_silent();
    clinic.is_well();
    let now = now_ms();
    calls(&clinic, 100, 400_000, now - 1000);
    let finding = clinic.has(
        "speed",
        "failure",
        "p95 of the last 101 calls is 400 ms, in process; the limit is 150 ms",
    );
    assert_eq!(finding["us"], 400_000);
    // The last 500 are fast, though of all of them one in seven was not.
    calls(&clinic, 600, 300, now);
    clinic.is_well();
}

#[test]
fn breakers_that_are_open_and_a_store_that_is_too_large() {
    let clinic = Clinic::new();
    let path = clinic.world().state().join("breakers.json");
    let broken = |opened: u64| {
        let text = json!({ "v": 1, "breakers": { "router": { "failures": 3, "last": "panic", "opened": opened } } });
        fs::write(&path, text.to_string()).unwrap();
    };
    broken(now_ms());
    clinic.mend(&clinic.has(
        "breakers",
        "failure",
        "router is open after 3 failures, most recently: panic",
    ));
    clinic.is_well();
    broken(now_ms() - 600_000);
    clinic.mend(&clinic.has("breakers", "warning", "router is half-open"));
    clinic.is_well();
    let large = clinic.world().state().join("sessions/0.warnings.jsonl");
    fs::File::create(&large).unwrap().set_len(30 << 20).unwrap();
    clinic.has("size", "failure", "31 MB of 20 MB at most");
    fs::remove_file(large).unwrap();
    clinic.is_well();
}

#[test]
fn the_report_is_what_the_schema_says() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/doctor.schema.json")).unwrap();
    let clinic = Clinic::new();
    let well = clinic.report(&[]).1;
    clinic.starts(&impostor("echo noise"));
    clinic
        .change(|settings| drop(settings["hooks"].as_object_mut().unwrap().remove("SessionStart")));
    let ill = clinic.report(&[]).1;
    for report in [&well, &ill] {
        assert!(crate::docs::json_schema::holds(&schema, &schema, report), "{report:#}");
        let mut more = report.clone();
        more["findings"][0]["more"] = json!(1);
        assert!(
            !crate::docs::json_schema::holds(&schema, &schema, &more),
            "the schema takes anything"
        );
    }
    let (_, table, _) = clinic.world().told(&["doctor", "--checks"]);
    let ids: Vec<&str> =
        table.lines().skip(2).map(|line| line.split('`').nth(1).unwrap()).collect();
    let known = &schema["properties"]["findings"]["items"]["properties"];
    assert_eq!(known["check"]["enum"], json!(ids));
    let (_, _, refusal) = clinic.world().told(&["doctor", "--client", "?"]);
    let clients = refusal.split("possible values: ").nth(1).unwrap().split(']').next().unwrap();
    assert_eq!(known["client"]["anyOf"][0]["enum"], json!(clients.split(", ").collect::<Vec<_>>()));
    // Every field of the report is one of the schema, and the other way round.
    for (report, fields) in [(&well, &schema["properties"]), (&well["findings"][0], known)] {
        let keys = |value: &Value| {
            value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(keys(report), keys(fields));
    }
}

#[test]
fn new_sessions_that_are_not_heard() {
    let clinic = Clinic::new();
    // Version 0.1 registered what makes an agent forget, and no more.
    clinic.change(|settings| {
        settings["hooks"]["SessionStart"][0]["matcher"] = json!("compact|clear");
    });
    let finding = clinic.has("events", "warning", "new sessions get no lessons");
    assert!(finding["line"].is_u64(), "{finding}");
    clinic.mend(&finding);
    clinic.is_well();
}
