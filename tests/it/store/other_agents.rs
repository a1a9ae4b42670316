//! What the other agents of a session did counts for each of them, and what other sessions did does not.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Call, World};

/// Who makes a call: the session and, but for its main agent, the sub-agent.
type Who = (&'static str, Option<&'static str>);

fn by<'w>(call: Call<'w>, (session, agent): Who, id: &str) -> Call<'w> {
    let call = call.session(session).id(id);
    agent.into_iter().fold(call, Call::agent)
}

/// Runs the tests twice, with an edit by `editor` before the first run or between the two; returns
/// whether the second run is told that nothing has changed.
fn is_told(runner: Who, editor: Who, is_between: bool) -> bool {
    let world = World::new();
    let run = |id: &str| {
        let run = world.bash("cargo test").field("duration_ms", json!(9_000));
        by(run, runner, id).answer().is_some_and(|said| said.contains("(rerun-tests-no-change)"))
    };
    let edit = || {
        let path = world.work().join("a.rs");
        by(world.call("Edit", json!({ "file_path": path })), editor, "edit").is_silent();
    };
    // So that what belongs to nobody else is not taken for another's either.
    by(world.bash("ls"), runner, "ls").is_silent();
    if !is_between {
        edit();
        // The ledger keeps milliseconds: a call in the same one may be the later.
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(!run("one"));
    if is_between {
        edit();
    }
    run("two")
}

#[test]
fn a_change_by_any_agent_of_the_session_counts_and_no_other() {
    let (main, one, other) = (("s", None), ("s", Some("a")), ("s", Some("b")));
    for (runner, editor) in [(main, one), (one, main), (one, other), (main, main), (one, one)] {
        assert!(!is_told(runner, editor, true), "{editor:?} changed a file between {runner:?}'s");
        assert!(is_told(runner, editor, false), "{editor:?} changed a file before {runner:?}'s");
    }
    for editor in [("t", None), ("t", Some("a"))] {
        for runner in [main, one] {
            assert!(is_told(runner, editor, true), "{editor:?} is not of {runner:?}'s session");
        }
    }
}
