//! What is left on disk, and what happens when it cannot be.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use toolcoach::store::history::CallLine;
use toolcoach::store::ledger::{Ledger, now_ms};

use crate::harness::{World, answer, feed, have};

#[test]
fn nothing_of_a_command_path_output_or_session_is_stored() {
    let world = World::new();
    let secret = "xyzzy-plugh";
    let texts = [
        world.bash(&format!("grep -rn {secret} . && git push -f origin {secret}")),
        world
            .bash(&format!("cat {secret}"))
            .response(json!({ "stdout": secret, "backgroundTaskId": secret })),
        world.bash(secret).failed(&format!("Exit code 1\n{secret}: command not found")),
        world.call("Read", json!({ "file_path": format!("/{secret}"), "offset": 3, "limit": 5 })),
        world.call(&format!("mcp__{secret}__x"), json!({ "a": secret })),
        world.call(secret, json!({ "a": secret })),
    ];
    for (n, call) in texts.into_iter().enumerate() {
        call.session(secret)
            .agent(secret)
            .id(&format!("{secret}{n}"))
            .field("cwd", json!(format!("/{secret}")))
            .answer();
    }
    let stored = world.stored();
    assert_eq!(world.lines("calls.jsonl").len(), 6);
    for (name, text) in stored {
        assert!(!name.contains(secret) && !text.contains(secret), "{name}: {text}");
    }
}

#[test]
fn a_call_line_has_the_fields_of_version_1() {
    let world = World::new();
    let before = now_ms();
    let advice = world
        .bash("grep -rn foo . | head")
        .session("s")
        .id("t1")
        .field("duration_ms", json!(49))
        .answer()
        .unwrap();
    let time = before..=now_ms();
    world
        .call("Read", json!({ "file_path": "/a/b", "offset": 10, "limit": 20 }))
        .session("s")
        .is_silent();
    world.bash("pytest -q tests").session("s").failed("Exit code 2\nE  boom 12").is_silent();
    world
        .call("Bash", json!({ "command": "make", "run_in_background": true }))
        .response(json!({ "stdout": "", "backgroundTaskId": "b1" }))
        .session("s")
        .is_silent();
    let lines = world.lines("calls.jsonl");
    let first = &lines[0];
    assert_eq!(first["v"], 1);
    assert_eq!(first["tool"], "Bash");
    assert_eq!(first["ok"], true);
    assert_eq!(first["via"], "fast");
    assert_eq!(first["dur"], 49);
    assert_eq!(first["hit"], json!(["grep-recursive"]));
    assert_eq!(first["say"], json!(["grep-recursive"]));
    assert_eq!(first["client"], "claude");
    assert!(first["key"].as_str().unwrap().starts_with('n'), "{first}");
    for absent in ["good", "held", "range", "file", "err", "task", "sel", "ran", "lang"] {
        assert!(first.get(absent).is_none(), "{absent} in {first}");
    }
    assert_eq!(first["project"].as_str().map(str::len), Some(16), "{first}");
    assert!(lines[1..].iter().all(|line| line.get("project").is_none()), "{lines:?}");
    assert_eq!(lines[1]["range"], json!([10, 20]));
    assert!(lines[1]["file"].is_string());
    assert_eq!(lines[1]["good"], json!(["cat-view-file", "read-large-whole"]));
    assert_eq!(lines[2]["ok"], false);
    assert!(lines[2]["err"].is_string() && lines[2]["sel"].is_string(), "{}", lines[2]);
    assert!(lines[3]["task"].is_string(), "{}", lines[3]);
    world.bash("for p in a b; do cargo check -p $p; done").session("s").is_silent();
    world.call("Edit", json!({ "file_path": "/r/a.rs" })).session("s").is_silent();
    world.call("Edit", json!({ "file_path": "/r/README.md" })).session("s").is_silent();
    world.call("Edit", json!({ "file_path": "/r/a.rs" })).session("s").failed("no").is_silent();
    let told: Vec<Value> = world.lines("calls.jsonl").into_iter().skip(4).collect();
    assert_eq!((&told[0]["ran"], &told[0]["reads"]), (&json!(true), &json!(true)), "{}", told[0]);
    assert_eq!((&told[1]["lang"], &told[2]["lang"]), (&json!("rust"), &json!("none")));
    assert!(told[3].get("lang").is_none(), "{}", told[3]);
    let warning = &world.lines("warnings.jsonl")[0];
    assert_eq!(warning["rule"], "grep-recursive");
    assert_eq!(warning["call"], first["call"]);
    assert_eq!(warning["sev"], "hint");
    assert_eq!(warning["chars"], advice.chars().count());
    for line in [first, warning] {
        assert_eq!((&line["v"], &line["k"]), (&json!(1), &json!(true)), "{line}");
        assert!(time.contains(&line["t"].as_u64().unwrap()), "{time:?}: {line}");
    }
}

/// A state folder that cannot be used: what stands in its place is made by the function.
fn crippled(name: &str, make: impl Fn(&Path)) {
    let world = World::new();
    make(&world.state());
    let call = |command: &str| world.bash(command).session("s").answer();
    assert!(call("git push -f origin main").is_some(), "{name}: what is critical must be said");
    assert!(call("grep -rn foo .").is_none(), "{name}: without memory a hint is not said");
    assert!(call("ls").is_none(), "{name}");
    assert_eq!(world.hook(b"nonsense"), None, "{name}");
}

#[test]
fn without_a_store_only_what_is_critical_is_said() {
    crippled("a file", |state| fs::write(state, "x").unwrap());
    crippled("a file below", |state| {
        fs::create_dir(state).unwrap();
        fs::write(state.join("sessions"), "x").unwrap();
    });
    #[cfg(unix)]
    {
        crippled("a link to nowhere", |state| {
            std::os::unix::fs::symlink("/nowhere/at/all", state).unwrap()
        });
        crippled("a link elsewhere", |state| {
            let other = state.with_file_name("other");
            fs::create_dir(&other).unwrap();
            std::os::unix::fs::symlink(&other, state).unwrap();
        });
        crippled("/dev/full", |state| std::os::unix::fs::symlink("/dev/full", state).unwrap());
    }
}

/// A folder is in the place of the key. The hashes are those of version 0.1, and the lines must not say
/// otherwise.
#[test]
fn lines_without_the_machines_key_do_not_say_that_they_have_it() {
    let world = World::new();
    fs::create_dir_all(world.state().join("key")).unwrap();
    world.bash("git push -f origin main").session("s").says("git-push-force");
    let lines = [world.lines("calls.jsonl"), world.lines("warnings.jsonl")].concat();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.get("k").is_none()), "{lines:?}");
}

/// The state folder itself must not be a link, whatever it leads to. Above it people have links of
/// their own.
#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_folder_is_not_followed_and_one_above_it_is() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    world.bash("ls").session("old").is_silent();
    let other = world.root().join("other");
    fs::rename(world.state(), &other).unwrap();
    symlink(&other, world.state()).unwrap();
    world.bash("grep -rn foo .").session("new").is_silent();
    assert_eq!(fs::read_dir(other.join("sessions")).unwrap().count(), 1, "nothing is added");

    let link = world.root().join("link");
    symlink(world.root(), &link).unwrap();
    let state = link.join("beyond");
    let call = world.bash("grep -rn foo .").session("s");
    call.env("TOOLCOACH_STATE_DIR", state.to_str().unwrap()).says("grep-recursive");
    assert!(world.root().join("beyond/sessions").is_dir());
    let mut mute = world.command(&["mute", "git-push-force"]);
    let output = feed(mute.env("TOOLCOACH_STATE_DIR", &state), b"");
    assert!(output.status.success(), "{output:?}");
    assert!(world.root().join("beyond/mutes.json").is_file());
}

#[cfg(unix)]
#[test]
fn folders_and_files_are_private_and_links_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    world.bash("grep -rn foo .").session("s").says("grep-recursive");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.state()), 0o700);
    assert_eq!(mode(&world.state().join("sessions")), 0o700);
    for name in world.stored().keys() {
        assert_eq!(mode(&world.state().join(name)), 0o600, "{name}");
    }
    let ledger = Ledger::new(&world.state(), "t", None);
    let victim = world.root().join("victim");
    fs::write(&victim, "").unwrap();
    for kind in ["calls", "warnings"] {
        symlink(&victim, world.state().join(format!("sessions/{}.{kind}.jsonl", ledger.stem())))
            .unwrap();
    }
    world.bash("grep -rn foo .").session("t").is_silent();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "");
}

#[cfg(unix)]
#[test]
fn a_fifo_in_place_of_a_file_does_not_hold_it_up() {
    if !have("mkfifo") {
        return;
    }
    let world = World::new();
    let ledger = Ledger::new(&world.state(), "s", None);
    fs::create_dir_all(world.state().join("sessions")).unwrap();
    for kind in ["calls", "warnings"] {
        let path = world.state().join(format!("sessions/{}.{kind}.jsonl", ledger.stem()));
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }
    world.bash("git push -f origin main").session("s").says("git-push-force");
    world.bash("ls").session("s").is_silent();
}

/// Root may write anywhere, so a full disk is a small file system of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_survived() {
    if !have("unshare") {
        return;
    }
    let world = World::new();
    fs::create_dir(world.state()).unwrap();
    let script = "mount -t tmpfs -o size=16k,nr_inodes=20 none \"$TOOLCOACH_STATE_DIR\" 2>/dev/null || exit 77; \
                  head -c 100000 /dev/zero > \"$TOOLCOACH_STATE_DIR/filler\" 2>/dev/null; exec \"$0\"";
    for (command, speaks) in
        [("git push -f origin main", true), ("grep -rn foo .", false), ("ls", false)]
    {
        let mut unshare = std::process::Command::new("unshare");
        unshare.args(["-rm", "sh", "-c", script, crate::harness::binary()]);
        unshare.env("TOOLCOACH_STATE_DIR", world.state()).env("HOME", world.root());
        let output = feed(&mut unshare, &world.bash(command).session("s").json());
        if output.status.code() != Some(0) {
            eprintln!("skipped: no small file system can be mounted here");
            return;
        }
        assert_eq!(answer(&output).is_some(), speaks, "{command}");
    }
}

#[test]
fn garbage_in_the_store_is_skipped_and_counted() {
    let world = World::new();
    world.bash("grep -rn foo .").session("s").says("grep-recursive");
    for name in world.stored().keys() {
        let path = world.state().join(name);
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(
            b"{\"v\":1,\"t\":12,\"rule\":\n\xff\xfe\0\0\n{\"v\":99,\"rule\":\"grep-recursive\"}\n[]\n",
        );
        fs::write(&path, bytes).unwrap();
    }
    world.bash("grep -rn foo .").session("s").is_silent();
    world.bash("git push -f origin main").session("s").says("git-push-force");
    let stats = world.run(&["--stats", "--format", "json"], b"");
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    assert_eq!(stats["calls"], 3);
    assert!(stats["skipped_lines"].as_u64().unwrap() >= 6, "{stats}");
}

#[test]
fn the_errors_are_bounded() {
    let world = World::new();
    fs::create_dir(world.state()).unwrap();
    let line = "{\"v\":1,\"t\":1,\"kind\":\"empty\"}\n";
    fs::write(world.state().join("errors.jsonl"), line.repeat(70_000 / line.len())).unwrap();
    for _ in 0..3 {
        world.hook(b"");
    }
    assert_eq!(world.lines("errors.jsonl").len(), 3);
    assert!(world.stored()["errors.old.jsonl"].len() > 60_000);
}

#[test]
fn no_line_is_torn_or_lost_among_sixteen_writers() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let folder = folder.path();
            scope.spawn(move || {
                let ledger = Ledger::new(folder, "s", None);
                for n in 0..2000 {
                    let call = format!("{writer}-{n}-{}", "x".repeat(n % 300));
                    let line =
                        CallLine { v: 1, t: n as u64, call: call.into(), ..CallLine::default() };
                    ledger.append_call(&line).unwrap();
                }
            });
        }
    });
    let path =
        fs::read_dir(folder.path().join("sessions")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(path).unwrap();
    let mut calls: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<CallLine>(line).unwrap().call.into_owned())
        .collect();
    assert_eq!(calls.len(), 32_000);
    calls.sort();
    calls.dedup();
    assert_eq!(calls.len(), 32_000);
}

/// The same with processes, as clients start them. They run without time limits, since a call that is cut off notes
/// nothing.
#[test]
fn sixteen_processes_at_once_lose_nothing() {
    let world = World::new();
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let world = &world;
            scope.spawn(move || {
                for n in 0..20 {
                    world.bash("ls").session("s").id(&format!("{writer}-{n}")).is_silent();
                }
            });
        }
    });
    assert_eq!(world.lines("calls.jsonl").len(), 320);
}
