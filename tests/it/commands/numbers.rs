//! Numbers of rules that a settings file sets.

use serde_json::json;

use crate::harness::World;

/// A call that printed 20 kB, which `bash-output-large` mentions from 16 kB on.
fn speaks(world: &World) -> bool {
    let call =
        world.bash("git log").response(json!({ "stdout": "x".repeat(20_000), "stderr": "" }));
    call.answer().is_some_and(|answer| answer.contains("bash-output-large"))
}

#[test]
fn a_number_of_a_rule_can_be_set() {
    let world = World::new();
    assert!(speaks(&world));
    world.settings(r#"{ "set": { "bash-output-large": { "bytes": 32000 } } }"#);
    assert!(!speaks(&world));
    world.settings(r#"{ "set": { "bash-output-large": { "bytes": 10000 } } }"#);
    assert!(speaks(&world));
    // JSON has one kind of number.
    world.settings(r#"{ "set": { "bash-output-large": { "bytes": 32000.0 } } }"#);
    assert!(!speaks(&world));
    world.settings(r#"{ "set": { "bash-output-large": { "bytes": 10000 } } }"#);
    // A project can only raise it.
    world.file(".toolcoach.json", r#"{ "set": { "bash-output-large": { "bytes": 30000 } } }"#);
    assert!(!speaks(&world));
    world.file(".toolcoach.json", r#"{ "set": { "bash-output-large": { "bytes": 5000 } } }"#);
    world.settings(r#"{ "set": { "bash-output-large": { "bytes": 32000 } } }"#);
    assert!(!speaks(&world));
}

#[test]
fn a_number_is_of_its_rule_alone() {
    let world = World::new();
    world.settings(
        r#"{ "set": { "bash-output-large": { "bytes": 32000 }, "read-generated-file": { "bytes": 8000 } } }"#,
    );
    assert!(!speaks(&world));
    let lines = json!({ "stdout": "x\n".repeat(10_000), "stderr": "" });
    world.bash("cat Cargo.lock").response(lines).says("read-generated-file");
}

#[test]
fn a_number_without_effect_is_reported_with_its_position() {
    for (content, told) in [
        (
            r#"{ "set": { "bash-output-larg": { "bytes": 1 } } }"#,
            "config.json:1:43: `bash-output-larg` is not a rule; the nearest is `bash-output-large`",
        ),
        (
            r#"{ "set": { "git-no-verify": { "bytes": 1 } } }"#,
            "config.json:1:40: `git-no-verify` has no numbers to set",
        ),
        (
            r#"{ "set": { "bash-output-large": { "lines": 1 } } }"#,
            "config.json:1:44: `bash-output-large` has no number `lines`; it has bytes",
        ),
        (
            r#"{ "set": { "bash-output-large": { "bytes": 1 } } }"#,
            "config.json:1:44: `bytes` of `bash-output-large` is a number from 4000 to 1000000",
        ),
        (
            r#"{ "set": { "bash-output-large": { "bytes": 8000.5 } } }"#,
            "expected a whole number from 0 to 1000000000",
        ),
        (
            r#"{ "set": { "bash-output-large": { "bytes": "x" } } }"#,
            "config.json:1:44: invalid type: string \"x\", expected a whole number from 0 to 1000000000",
        ),
    ] {
        let world = World::new();
        world.settings(content);
        let (_, _, stderr) = world.told(&["rules"]);
        assert!(stderr.contains(told), "{content}: {stderr}");
    }
}
