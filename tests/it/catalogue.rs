//! The catalogue of rules with its whole hook inputs, where it stands beside the project: every case of a rule in the
//! book goes as its label says.

use std::fs;

use serde_json::Value;
use toolcoach::rules;

use crate::harness::{World, advice};

/// Cases in which the specification's words decide against their label: rule, command, why.
const DECIDED: [(&str, &str, &str); 7] = [
    ("cat-view-file", "cat src/app.py", "the case has no output, and a file under 1 kB is noise"),
    (
        "cat-view-file",
        "cd /repo && cat -n lib/util.js",
        "the case has no output, and a file under 1 kB is noise",
    ),
    ("git-reset-hard", "git reset --hard", "the test's folder is a temporary one"),
    ("git-reset-hard", "git fetch && git reset --hard origin/main", "the test's folder is a temporary one"),
    ("git-discard-worktree", "git checkout -- .", "the test's folder is a temporary one"),
    ("git-discard-worktree", "git restore .", "the test's folder is a temporary one"),
    (
        "git-discard-worktree",
        "git reset HEAD && git checkout -- src/",
        "the test's folder is a temporary one",
    ),
];

#[test]
fn the_catalogue_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/catalogue/cases.jsonl");
    let Ok(text) = fs::read_to_string(path) else {
        eprintln!("skipped: no catalogue beside the project");
        return;
    };
    let mut seen = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let rule = case["rule"].as_str().unwrap();
        if rules::named(rule).is_none() {
            continue;
        }
        let world = World::new();
        for (path, content) in case["files"].as_object().into_iter().flatten() {
            world.file(path, content.as_str().unwrap_or_default());
        }
        let folder = world.work().to_string_lossy().into_owned();
        let input = case["input"].to_string().replace("{dir}", &folder);
        let output = world.run(&["explain", "--json"], input.as_bytes());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let fires = advice(&report).iter().any(|(id, _)| id == rule);
        let command = case["input"]["tool_input"]["command"].as_str().unwrap_or_default();
        let decided = DECIDED.iter().any(|(id, of, _)| *id == rule && *of == command);
        let wanted = case["label"] == "hit" && !decided;
        assert_eq!(fires, wanted, "{rule} on {command}: {report}");
        seen += 1;
    }
    assert!(seen > 50, "only {seen} cases were run");
}
