//! The client's id of a call in the ledger, where the user wants it.

use serde_json::Value;

use crate::docs::schema::holds;
use crate::harness::World;

/// The stored texts that contain `word`, and whether it is a field of calls there.
fn kept(world: &World, word: &str) -> Vec<(String, bool)> {
    let stored = world.stored().into_iter().filter(|(_, text)| text.contains(word));
    stored
        .map(|(name, text)| {
            let lines: Vec<&str> = text.lines().filter(|line| line.contains(word)).collect();
            let is_field = |line: &&str| {
                let line: Value = serde_json::from_str(line).unwrap();
                line["tool_use_id"].as_str().is_some_and(|id| id.contains(word))
                    && line.to_string().matches(word).count() == 1
            };
            let is_calls = name.ends_with(".calls.jsonl");
            (name, is_calls && lines.iter().all(is_field))
        })
        .collect()
}

fn calls(world: &World) {
    world.bash("grep -rn foo .").session("s").id("toolu_xyzzy1").says("grep-recursive");
    world.bash("ls").session("s").id("toolu_xyzzy2").is_silent();
    world.bash("ls").session("s").agent("a").id("toolu_xyzzy3").is_silent();
    world.bash("ls").session("s").is_silent();
}

#[test]
fn the_clients_id_is_kept_only_where_the_user_says_so() {
    for settings in [
        None,
        Some("{}"),
        Some(r#"{"tool_use_id": false}"#),
        Some(r#"{"tool_use_id": "true"}"#),
        Some(r#"{"tool_use_id": null}"#),
    ] {
        let world = World::new();
        settings.map(|text| world.settings(text));
        // A project cannot say so: its file is invalid.
        world.file(".toolcoach.json", r#"{"tool_use_id": true}"#);
        calls(&world);
        assert!(kept(&world, "xyzzy").is_empty(), "{settings:?}");
    }
    let world = World::new();
    world.settings(r#"{"tool_use_id": true}"#);
    calls(&world);
    let kept = kept(&world, "xyzzy");
    assert!(kept.len() == 2 && kept.iter().all(|(_, is_field)| *is_field), "{kept:?}");
    let lines = world.lines(".calls.jsonl");
    let ids: Vec<&str> = lines.iter().filter_map(|line| line["tool_use_id"].as_str()).collect();
    assert_eq!((ids.len(), lines.len()), (3, 4), "{lines:?}");
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/ledger.schema.json")).unwrap();
    for line in &lines {
        assert!(holds(&schema, &schema, line), "{line}");
    }
    // What leaves the machine by `export` does not have it.
    let exported = world.root().join("exported");
    assert_eq!(world.told(&["export", exported.to_str().unwrap()]).0, 0);
    let mut files = 0;
    for entry in std::fs::read_dir(exported.join("sessions")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("xyzzy") && !text.contains("tool_use_id"), "{text}");
        files += 1;
    }
    assert!(files >= 2);
    // Whatever reads ledgers reads these, too: the second of two equal calls is told nothing.
    world.bash("grep -rn foo .").session("s").id("toolu_xyzzy4").is_silent();
    let (_, stats, _) = world.told(&["stats", "--format", "json"]);
    let stats: Value = serde_json::from_str(&stats).unwrap();
    assert_eq!((&stats["calls"], &stats["skipped_lines"]), (&5.into(), &0.into()));
}

#[test]
fn what_is_not_a_plain_word_is_not_kept() {
    let world = World::new();
    world.settings(r#"{"tool_use_id": true}"#);
    let long = "xyzzy".repeat(40);
    for id in ["xyzzy secret", "/home/xyzzy", "xyzzy\"", "xyzzy\u{202e}", "", &long] {
        world.bash("ls").session("s").id(id).is_silent();
    }
    assert!(kept(&world, "xyzzy").is_empty());
    assert_eq!(world.lines(".calls.jsonl").len(), 6);
}
