//! Nothing twice, a small budget, and what makes it start anew.

use serde_json::{Value, json};

use crate::harness::World;

/// Each call its own id, as from a client.
fn call(world: &World, n: usize, command: &str) -> Option<String> {
    world.bash(command).session("s").id(&format!("t{n}")).answer()
}

/// The agent forgets what it has read.
fn reset(world: &World) {
    let event = json!({ "hook_event_name": "SessionStart", "session_id": "s", "source": "clear" });
    assert_eq!(world.hook(event.to_string().as_bytes()), None);
}

#[test]
fn a_hint_is_said_once_and_again_after_forty_calls_twice_in_all() {
    let world = World::new();
    let said: Vec<usize> =
        (0..120).filter(|n| call(&world, *n, "grep -rn foo .").is_some()).collect();
    assert_eq!(said, [0, 41]);
}

#[test]
fn other_sessions_and_sub_agents_have_a_memory_of_their_own() {
    let world = World::new();
    let grep = || world.bash("grep -rn foo .").session("s");
    grep().says("grep-recursive");
    grep().is_silent();
    grep().agent("a").says("grep-recursive");
    grep().agent("a").is_silent();
    world.bash("grep -rn foo .").session("t").says("grep-recursive");
}

#[test]
fn without_a_session_every_call_is_answered_and_nothing_stored() {
    let world = World::new();
    for _ in 0..3 {
        world.bash("grep -rn foo .").says("grep-recursive");
    }
    assert!(world.stored().is_empty());
}

#[test]
fn a_reset_makes_it_start_anew() {
    let world = World::new();
    let reset = |source: &str| {
        let event =
            json!({ "hook_event_name": "SessionStart", "session_id": "s", "source": source });
        assert_eq!(world.hook(event.to_string().as_bytes()), None);
    };
    assert!(call(&world, 1, "grep -rn foo .").is_some());
    reset("resume");
    assert!(call(&world, 2, "grep -rn foo .").is_none());
    for (n, source) in [(3, "compact"), (4, "clear")] {
        reset(source);
        assert!(call(&world, n, "grep -rn foo .").is_some(), "{source}");
    }
    let lines = world.lines("warnings.jsonl");
    let resets: Vec<&Value> = lines.iter().filter(|line| line["reset"].is_string()).collect();
    assert_eq!(resets.len(), 2);
    assert!(resets.iter().all(|line| line["k"] == true && line["v"] == 1), "{resets:?}");
}

#[test]
fn a_habit_begins_anew_after_a_reset() {
    let world = World::new();
    assert!(call(&world, 1, "cd . && ls").is_none(), "the first occasion of two");
    reset(&world);
    assert!(call(&world, 2, "cd . && ls").is_none(), "the first since the reset");
    assert!(call(&world, 3, "cd . && ls").is_some());
}

/// What the agent has forgotten it must read again.
#[test]
fn lines_that_were_read_before_a_reset_may_be_read_again() {
    for is_reset in [false, true] {
        let world = World::new();
        world.file("a.py", "x\n");
        let path = world.work().join("a.py");
        let changed = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(changed).unwrap();
        let read = |n: usize| {
            let content = format!("{}\n", "x".repeat(99)).repeat(40);
            let file = json!({ "filePath": path, "content": content, "numLines": 40 });
            let read = world.call("Read", json!({ "file_path": path })).session("s");
            let read = read.id(&format!("r{n}")).response(json!({ "type": "text", "file": file }));
            read.answer().is_some_and(|said| said.contains("(reread-same-range)"))
        };
        assert!(!read(0) && !read(1));
        if is_reset {
            reset(&world);
            assert!(!read(2) && !read(3));
        }
        assert!(read(4), "the third time since then");
    }
}

/// A rule that is content with being heard once finds nothing more, until the agent has forgotten it.
#[test]
fn what_a_rule_has_said_counts_until_a_reset() {
    let world = World::new();
    let run = |id: &str| {
        let run = world.bash("npm test 2>&1 | tail -20").session("s").id(id);
        run.response(json!({ "stdout": "1 passed\n", "stderr": "" })).answer().is_some()
    };
    assert!(run("a"));
    assert!(!run("b"));
    assert!(world.lines("calls.jsonl")[1].get("hit").is_none());
    reset(&world);
    assert!(run("c"));
}

#[test]
fn the_same_call_twice_speaks_once() {
    let world = World::new();
    let push = || world.bash("git push -f origin main").session("s").id("same");
    push().says("git-push-force");
    push().is_silent();
    world.bash("git push -f origin main").session("s").id("other").says("git-push-force");
    let held: Vec<Value> =
        world.lines("calls.jsonl").into_iter().filter(|line| line["held"].is_object()).collect();
    assert_eq!(held[0]["held"]["git-push-force"], "doubled");
}

#[test]
fn a_call_that_another_process_has_noted_is_no_repetition_of_itself() {
    let world = World::new();
    let run = |id: &str| {
        world.bash("cargo test").session("s").id(id).field("duration_ms", json!(9_000)).answer()
    };
    assert_eq!((run("a"), run("a")), (None, None));
    assert!(run("b").is_some_and(|said| said.contains("rerun-tests-no-change")));
}

#[test]
fn pictures_and_refused_reads_fill_no_context() {
    let read = |world: &World, n: usize, name: &str| {
        let file = json!({ "filePath": name, "content": "x".repeat(12_000), "numLines": 9 });
        let call = world.call("Read", json!({ "file_path": format!("/r/{n}{name}") }));
        let call = call
            .response(json!({ "type": "text", "file": file }))
            .session("s")
            .id(&format!("r{n}"));
        if name == "gone.py" { call.failed(&"x".repeat(12_000)).answer() } else { call.answer() }
    };
    for (name, speaks) in [("a.py", true), ("a.PNG", false), ("gone.py", false)] {
        let world = World::new();
        for n in 0..19 {
            assert_eq!(read(&world, n, name), None, "{name}");
        }
        let said = read(&world, 19, "last.py").is_some_and(|said| said.contains("mass-read-main"));
        assert_eq!(said, speaks, "{name}");
    }
}

#[test]
fn some_rules_wait_for_the_habit_and_count_occasions() {
    let world = World::new();
    let spoken = |command: &str, calls: std::ops::Range<usize>| -> Vec<usize> {
        calls.filter(|n| call(&world, *n, command).is_some()).collect()
    };
    // Second occasion, once.
    assert_eq!(spoken("cd . && ls", 0..40), [1]);
    // First, then every third, three times.
    let masked = |n: &usize| call(&world, *n, &format!("npm test -- {n} | tail -5")).is_some();
    assert_eq!((100..140).filter(masked).collect::<Vec<_>>(), [100, 103, 106]);
}

#[test]
fn hints_keep_three_calls_apart_and_warnings_do_not() {
    let world = World::new();
    assert!(call(&world, 1, "grep -rn foo .").is_some());
    assert!(call(&world, 2, "find . -name '*.py'").is_none(), "a hint right after another");
    assert!(call(&world, 3, "npm test | tail -5").is_some(), "a warning does not wait");
    assert!(call(&world, 4, "ls").is_none());
    assert!(call(&world, 5, "find . -name '*.py'").is_some());
    let held: Vec<Value> =
        world.lines("calls.jsonl").into_iter().filter(|line| line["held"].is_object()).collect();
    assert_eq!(held[0]["held"], json!({ "find-name-search": "gap" }));
}

#[test]
fn the_budget_of_warnings_is_kept_and_what_is_critical_is_outside_it() {
    let world = World::new();
    let said =
        (0..20).filter(|n| call(&world, *n, "git commit --no-verify -m x").is_some()).count();
    assert_eq!(said, 6);
    assert!(call(&world, 30, "git push -f origin main").is_some());
    let last =
        world.lines("calls.jsonl").into_iter().rev().find(|line| line["held"].is_object()).unwrap();
    assert_eq!(last["held"]["git-no-verify"], "budget");
}

#[test]
fn a_cd_is_judged_by_where_the_shell_was() {
    let world = World::new();
    let at = |command: &str, n: usize, cwd: &str| {
        world.bash(command).session("s").id(&format!("t{n}")).field("cwd", json!(cwd)).answer()
    };
    // The client tells the directory after the call's own cd: a real move looks like a needless
    // one.
    for n in 0..6 {
        let (command, cwd) =
            if n % 2 == 0 { ("cd /a && ./run", "/a") } else { ("cd /b && ./run", "/b") };
        let said = at(command, n, cwd);
        assert_eq!(said, None, "{n}");
    }
    assert_eq!(at("ls", 10, "/a"), None);
    at("cd /a && ./run", 11, "/a");
    let said = at("cd /a && ./run", 12, "/a").unwrap();
    assert!(said.contains("since the shell is there; next time: `./run`"), "{said}");
}

/// Runs without time limits, so that the call which speaks is not cut off.
#[test]
fn parallel_calls_that_deserve_the_same_hint_get_it_once() {
    for round in 0..10 {
        let world = World::new();
        let said: usize = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..5)
                .map(|n| {
                    let world = &world;
                    scope.spawn(move || {
                        let call = world.bash("grep -rn foo .").session("s").id(&format!("t{n}"));
                        call.answer().is_some()
                    })
                })
                .collect();
            calls.into_iter().map(|call| usize::from(call.join().unwrap())).sum()
        });
        assert_eq!(said, 1, "round {round}");
        assert_eq!(world.lines("warnings.jsonl").len(), 1);
        assert_eq!(world.lines("calls.jsonl").len(), 5);
    }
}

#[test]
fn analyzers_are_spared_where_the_fast_path_has_the_word_and_asked_where_it_is_held_back() {
    let world = World::new();
    let large = "a line of a page that goes on\n".repeat(3000);
    let large = json!({ "stdout": large, "stderr": "", "interrupted": false });
    let search = |n: usize| {
        let call = world.bash("grep -rn foo .").session("s").id(&format!("t{n}"));
        call.response(large.clone()).answer().unwrap_or_default()
    };
    assert!(search(1).contains("(grep-recursive)"));
    for n in 2..5 {
        call(&world, n, "true");
    }
    // The same thing is not said again, so there is room for what an analyzer knows.
    assert!(search(5).contains("(bash-output-large)"));
    let calls = world.lines("calls.jsonl");
    let of = |id: usize| {
        (calls[id]["via"].as_str().unwrap(), calls[id]["hit"].as_array().unwrap().len())
    };
    assert_eq!(of(0), ("fast", 1));
    assert_eq!(of(4), ("deep", 2));
}

/// What waits for no turn to speak must not take the lock for it.
#[test]
fn a_call_without_a_finding_leaves_no_file_of_warnings() {
    let world = World::new();
    world.bash("ls").session("s").is_silent();
    let names: Vec<String> = world.stored().into_keys().collect();
    assert!(names.iter().any(|name| name.ends_with(".calls.jsonl")), "{names:?}");
    assert!(!names.iter().any(|name| name.ends_with(".warnings.jsonl")), "{names:?}");
}

/// A lock file is one subject, a bundle another.
#[test]
fn what_is_said_once_of_each_subject_is_not_said_again_of_the_same() {
    let world = World::new();
    let text = "x\n".repeat(40_000);
    let said = |n: usize, command: &str| {
        for pause in 0..3 {
            call(&world, 10 * n + pause, "true");
        }
        let call = world.bash(command).session("s").id(&format!("t{n}"));
        call.response(json!({ "stdout": text, "stderr": "" })).answer().unwrap_or_default()
    };
    assert!(said(1, "cat Cargo.lock").contains("(read-generated-file)"));
    assert!(!said(2, "cat api/Cargo.lock").contains("(read-generated-file)"));
    assert!(said(3, "cat dist/app.min.js").contains("(read-generated-file)"));
}

/// The fast path has a hint ready, and an analyzer knows what matters more.
#[test]
fn a_warning_of_an_analyzer_comes_before_a_hint_of_the_fast_path() {
    let world = World::new();
    world.file("package.json", "{}");
    world.file("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
    world.bash("grep -rn foo .").session("s").says("grep-recursive");
    world
        .bash("grep -rn foo . ; npm install left-pad")
        .session("t")
        .says("wrong-js-package-manager");
}
