//! Calls that stand in more than one file count once in `toolcoach replay`: copies of Codex and of
//! Claude Code in the forms that their files have.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::replay::report;
use crate::harness::World;

const FIRST: &str = "2026-11-23T02:08:06.838Z";
const SECOND: &str = "2026-11-24T02:08:06.838Z";
const LATER: &str = "2026-11-24T02:09:00.000Z";

fn line(time: &str, kind: &str, payload: Value) -> String {
    json!({ "timestamp": time, "type": kind, "payload": payload }).to_string()
}

fn meta(time: &str, id: &str, more: Value) -> String {
    let mut payload = json!({ "id": id, "timestamp": time, "cwd": "/home/dev/app" });
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    line(time, "session_meta", payload)
}

fn call(time: &str, id: &str, command: &str) -> String {
    let arguments = json!({ "cmd": command }).to_string();
    let call = json!({ "type": "function_call", "name": "exec_command", "arguments": arguments, "call_id": id });
    let output = json!({ "type": "function_call_output", "call_id": id, "output": "x" });
    [line(time, "response_item", call), line(time, "response_item", output)].join("\n")
}

fn turn(time: &str, id: &str) -> String {
    line(time, "turn_context", json!({ "turn_id": id, "cwd": "/home/dev/app" }))
}

/// The two calls of a parent.
fn two(time: &str) -> String {
    [call(time, "c1", "git push -f origin x"), call(time, "c2", "git add -A")].join("\n")
}

fn write(world: &World, path: &str, lines: &[String]) {
    let path = world.work().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

/// The calls, sessions, lines of advice and copies in the files here.
fn counts(world: &World) -> [u64; 4] {
    let report = report(world, &["."]);
    let of = |pointer: &str| report.pointer(pointer).unwrap().as_u64().unwrap();
    [of("/calls"), of("/sessions"), of("/advice"), of("/left_out/copied_calls")]
}

fn parent(world: &World) {
    write(world, "rollout-a-p.jsonl", &[meta(FIRST, "p", json!({})), two(FIRST)]);
}

fn fork(world: &World, id: &str, own: &str) {
    let lines = [
        meta(SECOND, id, json!({ "forked_from_id": "p" })),
        meta(SECOND, "p", json!({})),
        two(SECOND),
        call(LATER, own, "ls"),
    ];
    write(world, &format!("rollout-b-{id}.jsonl"), &lines);
}

#[test]
fn the_history_of_a_fork_of_codex_counts_once() {
    let world = World::new();
    parent(&world);
    fork(&world, "f", "c3");
    assert_eq!(counts(&world), [3, 2, 2, 2]);
    fork(&world, "g", "c4");
    assert_eq!(counts(&world), [4, 3, 2, 4]);
    // A fork of the fork, whose file comes before it.
    let lines = [
        meta(LATER, "h", json!({ "forked_from_id": "f" })),
        meta(LATER, "f", json!({ "forked_from_id": "p" })),
        meta(LATER, "p", json!({})),
        two(LATER),
        call(LATER, "c3", "ls"),
        call(LATER, "c5", "git push -f origin x"),
    ];
    write(&world, "rollout-0-h.jsonl", &lines);
    assert_eq!(counts(&world), [5, 4, 3, 7], "it has a memory of its own");
}

#[test]
fn a_fork_comes_after_its_parent_whatever_the_clock_says() {
    let world = World::new();
    fork(&world, "f", "c3");
    let add = call(LATER, "c9", "git add -A");
    let lines = [meta(LATER, "p", json!({})), two(LATER), add];
    write(&world, "rollout-z-p.jsonl", &lines);
    assert_eq!(counts(&world), [4, 2, 2, 2], "the parent said it before");
}

#[test]
fn a_fork_whose_parent_is_not_there_counts_for_both() {
    let world = World::new();
    let push = "git push -f origin x";
    let lines = |id: &str, own: &str| {
        [
            meta(SECOND, id, json!({ "forked_from_id": "p" })),
            meta(SECOND, "p", json!({})),
            call(SECOND, "c1", push),
            call(LATER, own, push),
        ]
    };
    write(&world, "rollout-f.jsonl", &lines("f", "c2"));
    assert_eq!(counts(&world), [2, 2, 2, 0], "each says it in a session of its own");
    write(&world, "rollout-g.jsonl", &lines("g", "c3"));
    assert_eq!(counts(&world), [3, 3, 3, 1]);
}

#[test]
fn a_fork_without_a_note_of_its_parent_is_known_by_the_parents_beginning() {
    let world = World::new();
    parent(&world);
    let lines = [
        meta(SECOND, "f", json!({})),
        meta(SECOND, "p", json!({})),
        two(SECOND),
        call(LATER, "c3", "ls"),
    ];
    write(&world, "rollout-f.jsonl", &lines);
    assert_eq!(counts(&world), [3, 2, 2, 2]);
}

#[test]
fn a_sub_agent_of_codex_is_part_of_its_session_and_has_a_memory_of_its_own() {
    let world = World::new();
    parent(&world);
    let spawn = json!({
        "session_id": "p",
        "source": { "subagent": { "thread_spawn": { "parent_thread_id": "p", "depth": 1 } } },
    });
    // With the parent's history and its times, and without.
    let copied =
        [meta(SECOND, "s", spawn.clone()), two(FIRST), call(LATER, "c3", "git push -f origin x")];
    write(&world, "rollout-s.jsonl", &copied);
    let fresh = [meta(SECOND, "t", spawn), call(LATER, "c4", "git push -f origin x")];
    write(&world, "rollout-t.jsonl", &fresh);
    assert_eq!(counts(&world), [4, 1, 4, 2]);
}

#[test]
fn ids_that_are_alike_are_no_copies() {
    let world = World::new();
    parent(&world);
    write(&world, "rollout-b-q.jsonl", &[meta(SECOND, "q", json!({})), two(SECOND)]);
    assert_eq!(counts(&world), [4, 2, 4, 0], "the sessions have nothing to do with each other");
    // A model that counts its calls: after the fork, both go on with c3.
    parent(&world);
    let (before, after) =
        ("01a20629-0000-7000-8000-000000000000", "01a30000-0000-7000-8000-000000000000");
    let own = "01a20e00-0000-7000-8000-000000000000";
    let history = |time| [turn(time, before), two(time)].join("\n");
    let lines = [meta(FIRST, "p", json!({})), history(FIRST), call(FIRST, "c3", "ls")];
    write(&world, "rollout-a-p.jsonl", &lines);
    let begin = json!({ "id": own, "cwd": "/home/dev/app", "forked_from_id": "p" });
    let lines = [
        line(SECOND, "session_meta", begin),
        meta(SECOND, "p", json!({})),
        history(SECOND),
        turn(SECOND, after),
        call(LATER, "c3", "ls"),
    ];
    write(&world, "rollout-c-f.jsonl", &lines);
    assert_eq!(counts(&world), [6, 3, 4, 2]);
}

#[test]
fn a_rollout_in_two_places_counts_once() {
    let world = World::new();
    parent(&world);
    let long = [meta(FIRST, "p", json!({})), two(FIRST), call(LATER, "c3", "ls")];
    write(&world, "archived_sessions/rollout-a-p.jsonl", &long);
    assert_eq!(counts(&world), [3, 1, 2, 2], "it was resumed after it was copied");
    // The ids of a model that counts its calls may come again in one session.
    let again = [meta(FIRST, "p", json!({})), call(FIRST, "0", "ls"), call(FIRST, "0", "ls")];
    write(&world, "rollout-a-p.jsonl", &again);
    write(&world, "archived_sessions/rollout-a-p.jsonl", &again);
    assert_eq!(counts(&world), [2, 1, 0, 2]);
}

#[test]
fn the_archive_of_codex_is_read_without_a_path() {
    let world = World::new();
    let archive = world.root().join("home/.codex/archived_sessions");
    fs::create_dir_all(&archive).unwrap();
    fs::write(archive.join("rollout-p.jsonl"), meta(FIRST, "p", json!({})) + "\n" + &two(FIRST))
        .unwrap();
    assert_eq!(report(&world, &[])["calls"], 2);
}

fn pack(folder: &Path, name: &str) {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    let text = fs::read(folder.join(name)).unwrap();
    let packed = compress_to_vec(text.as_slice(), CompressionLevel::Fastest);
    fs::write(folder.join(format!("{name}.zst")), packed).unwrap();
}

#[test]
fn a_rollout_of_last_month_is_read_packed_and_counts_once_beside_the_plain_one() {
    let world = World::new();
    parent(&world);
    fork(&world, "f", "c3");
    pack(&world.work(), "rollout-a-p.jsonl");
    assert_eq!(counts(&world), [3, 2, 2, 4]);
    fs::remove_file(world.work().join("rollout-a-p.jsonl")).unwrap();
    assert_eq!(counts(&world), [3, 2, 2, 2]);
}

#[test]
fn where_nothing_can_be_read_it_says_so_and_ends_with_1() {
    let world = World::new();
    let (code, page, stderr) = world.told(&["replay", "."]);
    assert_eq!((code, page.as_str()), (1, ""));
    assert_eq!(stderr, "toolcoach: no .jsonl, .jsonl.gz or .jsonl.zst in .\n");
    fs::write(world.work().join("rollout-old.jsonl.zst"), b"\x28\xb5\x2f\xfd").unwrap();
    for extra in ["", "{\"level\":\"info\"}\n"] {
        fs::write(world.work().join("log.jsonl"), extra).unwrap();
        let (code, page, stderr) = world.told(&["replay", "."]);
        assert_eq!(code, 1, "{page}");
        assert_eq!(
            stderr,
            "toolcoach: no line of these files is part of a transcript or a hook input\n"
        );
        assert!(page.contains("unreadable  ./rollout-old.jsonl.zst\n"), "{page}");
        let (code, json, _) = world.told(&["replay", "--json", "."]);
        let report: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(code, 1);
        assert_eq!(report["left_out"]["unreadable_files"], json!(["./rollout-old.jsonl.zst"]));
    }
    // A session in which no tool was used was read.
    write(&world, "rollout-p.jsonl", &[meta(FIRST, "p", json!({}))]);
    assert_eq!(world.told(&["replay", "."]).0, 0);
}

/// A message of a sub-agent as its own transcript has it.
fn message(kind: &str, time: &str, block: Value) -> Value {
    json!({
        "type": kind, "timestamp": time, "uuid": format!("{kind} {time}"),
        "message": { "role": kind, "content": [block] },
    })
}

/// The two messages of a call.
fn messages(id: &str, command: &str) -> [Value; 2] {
    let used =
        json!({ "type": "tool_use", "id": id, "name": "Bash", "input": { "command": command } });
    let ended =
        json!({ "type": "tool_result", "tool_use_id": id, "content": "ok", "is_error": false });
    [message("assistant", FIRST, used), message("user", "2026-11-23T02:08:09.000Z", ended)]
}

fn of_claude(more: Value, agent: Option<&str>) -> String {
    let mut line = json!({
        "sessionId": "s", "version": "2.1.39", "cwd": "/x", "timestamp": LATER, "isSidechain": agent.is_some(),
    });
    if let Some(agent) = agent {
        line["agentId"] = agent.into();
    }
    line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    line.to_string()
}

/// The lines of progress in a session's own transcript.
fn progress(agent: &str, id: &str, command: &str) -> String {
    let of = |mut message: Value| {
        // Some have the time of the line only.
        message.as_object_mut().unwrap().remove("timestamp").unwrap();
        let data = json!({
            "message": message, "normalizedMessages": [], "type": "agent_progress", "prompt": "p", "agentId": agent,
        });
        of_claude(
            json!({ "type": "progress", "data": data, "uuid": id, "parentToolUseID": "t" }),
            None,
        )
    };
    messages(id, command).map(of).join("\n")
}

#[test]
fn calls_of_sub_agents_in_lines_of_progress_count_once() {
    let world = World::new();
    let start = "2026-11-23T02:08:00.000Z";
    let begun = of_claude(message("user", start, json!({ "type": "text", "text": "go" })), None);
    let hook = of_claude(json!({ "type": "progress", "data": { "type": "hook_progress" } }), None);
    let push = "git push -f origin x";
    let lines = [
        begun,
        hook,
        progress("a", "t1", push),
        progress("b", "t2", push),
        progress("b", "t2", push),
    ];
    write(&world, "s.jsonl", &lines);
    assert_eq!(counts(&world), [2, 1, 2, 1], "each sub-agent has a memory of its own");
    // The same call and one more in the transcript of the sub-agent.
    let own = [messages("t1", push), messages("t3", "git add -A")].concat();
    let own: Vec<String> = own.into_iter().map(|line| of_claude(line, Some("a"))).collect();
    write(&world, "s/subagents/agent-a.jsonl", &own);
    assert_eq!(counts(&world), [3, 1, 3, 2]);
    let report = report(&world, &["s.jsonl", "s/subagents/agent-a.jsonl"]);
    assert_eq!(report["left_out"]["foreign_lines"], 0);
}

#[test]
fn the_folder_that_a_call_of_codex_names_is_left_out_as_its_hook_does_not_get_it() {
    let world = World::new();
    let there = world.root().join("there");
    fs::create_dir_all(there.join(".git")).unwrap();
    let arguments = json!({ "cmd": "git add -A", "workdir": there }).to_string();
    let parts = [
        meta(FIRST, "p", json!({})),
        line(
            FIRST,
            "response_item",
            json!({ "type": "function_call", "name": "exec_command", "arguments": arguments, "call_id": "c" }),
        ),
        line(
            FIRST,
            "response_item",
            json!({ "type": "function_call_output", "call_id": "c", "output": "" }),
        ),
    ];
    write(&world, "rollout-p.jsonl", &parts);
    fs::write(there.join(".toolcoach.json"), r#"{ "disable": ["git-add-all"] }"#).unwrap();
    assert_eq!(counts(&world), [1, 1, 1, 0]);
}

#[test]
fn threads_share_the_sessions_of_a_large_file() {
    let world = World::new();
    let output = "error: it failed\n".repeat(2_000);
    let commands = ["cargo test 2>&1 | tail -5", "git push -f", "grep -rn foo .", "cat a.py"];
    let mut lines = String::new();
    for n in 0..160 {
        let call = world
            .bash(commands[n % commands.len()])
            .response(json!({ "stdout": output, "stderr": "" }))
            .session(&format!("s{}", n % 7))
            .id(&format!("t{n}"));
        lines += &String::from_utf8(call.json()).unwrap();
        lines += "\n";
    }
    lines += "{\"cmd\": \"git push --force\"}\nnot JSON\n{\"foreign\": 1}\n\n";
    world.file("inputs.jsonl", &lines);
    let file = world.work().join("inputs.jsonl");
    assert!(lines.len() > 5 << 20, "a short file is not shared");
    let of = |jobs: &str| {
        let mut report = report(&world, &["--jobs", jobs, file.to_str().unwrap()]);
        report.as_object_mut().unwrap().remove("time_us");
        report
    };
    let alone = of("1");
    assert_eq!((&alone["sessions"], &alone["calls"]), (&json!(7), &json!(161)));
    assert_eq!(alone["left_out"]["unreadable_lines"], 1);
    assert_eq!(alone["left_out"]["foreign_lines"], 1);
    for jobs in ["2", "3", "16"] {
        assert_eq!(of(jobs), alone, "{jobs} threads");
    }
}
