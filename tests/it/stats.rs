//! `toolcoach --stats`.

use serde_json::{Value, json};

use crate::harness::World;

fn stats(world: &World, args: &[&str]) -> String {
    let output = world.run(&[&["--stats"], args].concat(), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn report(world: &World, args: &[&str]) -> Value {
    serde_json::from_str(&stats(world, &[&["--format", "json"], args].concat())).unwrap()
}

/// Two sessions, one of them Codex's: five calls, two of them answered.
fn used() -> World {
    let world = World::new();
    world.bash("ls").session("a").is_silent();
    world.bash("grep -rn foo .").session("a").says("grep-recursive");
    world.bash("grep -rn foo .").session("a").is_silent();
    world.bash("rg foo .").session("a").is_silent();
    world.bash("git push -f origin main").session("b").field("turn_id", json!("t")).says("git-push-force");
    world.hook(b"");
    world
}

#[test]
fn nothing_seen_is_said_so() {
    let page = stats(&World::new(), &[]);
    assert!(page.starts_with("No call ever seen: is the hook registered?"), "{page}");
    assert_eq!(report(&World::new(), &[])["calls"], 0);
}

#[test]
fn what_happened_is_counted() {
    let world = used();
    let report = report(&world, &[]);
    assert_eq!(report["calls"], 5);
    assert_eq!(report["sessions"], 2);
    assert_eq!(report["silent_percent"], 60.0);
    assert_eq!(report["advice"], 2);
    assert_eq!(report["fast_path_of_advice_percent"], 100.0);
    assert_eq!(report["rules"]["grep-recursive"], json!({ "hits": 2, "said": 1, "good": 1 }));
    assert_eq!(report["held"], json!({ "repeat": 1 }));
    assert_eq!(report["errors"], json!({ "empty": 1 }));
    assert_eq!(report["clients"], json!({ "claude": 4, "codex": 1 }));
    assert!(report["storage_bytes"].as_u64().unwrap() > 500);
    let time = &report["time_us"];
    let at = |name: &str| time[name].as_u64().unwrap();
    assert!(
        at("p50") <= at("p95") && at("p95") <= at("p99") && at("p99") <= at("max") && at("max") > 0,
        "{time}"
    );
    for criterion in report["criteria"].as_array().unwrap() {
        assert_eq!(criterion["met"], true, "{criterion}");
    }
    assert!(report["last_call_ms"].is_u64());
}

#[test]
fn it_can_be_narrowed() {
    let world = used();
    assert_eq!(report(&world, &["--client", "codex"])["calls"], 1);
    assert_eq!(report(&world, &["--session", "a"])["calls"], 4);
    assert_eq!(report(&world, &["--since", "1h"])["calls"], 5);
    let path = world.state().join("sessions").read_dir().unwrap().next().unwrap().unwrap().path();
    assert!(path.exists());
    // Before the window nothing counts.
    let old = "{\"v\":1,\"t\":1000,\"tool\":\"Bash\",\"ok\":true,\"size\":1,\"us\":9,\"via\":\"none\",\"client\":\"claude\"}\n";
    std::fs::write(world.state().join("sessions/0000000000000000.calls.jsonl"), old).unwrap();
    assert_eq!(report(&world, &[])["calls"], 6);
    assert_eq!(report(&world, &["--since", "7d"])["calls"], 5);
}

#[test]
fn the_page_fits_eighty_columns_and_names_the_rules() {
    let world = used();
    let page = stats(&world, &[]);
    for part in [
        "calls       5 in 2 sessions, 60 % silent",
        "grep-recursive",
        "git-push-force",
        "held back   repeat 1",
        "errors      empty 1",
        "mean under 100 ms     met",
        "last call",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let state = world.state().to_string_lossy().into_owned();
    for line in page.lines().filter(|line| !line.contains(&state)) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
