//! `toolcoach log`: ledgers that the hook wrote, joined with transcripts of the same calls.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};

use serde_json::{Value, json};

use crate::commands::pages::one_line;
use crate::harness::{PATIENCE, World, start};

/// When calls of transcripts took place.
const TIME: &str = "2026-11-23T02:06:58.000Z";

/// Appends lines to a file of the world's home.
fn append(world: &World, path: &str, lines: &[Value]) -> PathBuf {
    use std::io::Write;

    let path = world.root().join("home").join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = fs::File::options().create(true).append(true).open(&path).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    path
}

/// Writes a call into the transcript of a session of Claude Code, and what it heard.
fn claude(world: &World, session: &str, id: &str, command: &str, heard: Option<&str>) -> PathBuf {
    let line = |kind: &str, more: Value| {
        let mut line = json!({
            "type": kind, "sessionId": session, "cwd": world.work(), "version": "2.1.112",
            "timestamp": TIME, "uuid": format!("{id}-{kind}"),
        });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line
    };
    let call =
        json!({ "type": "tool_use", "id": id, "name": "Bash", "input": { "command": command } });
    let result = json!({ "type": "tool_result", "tool_use_id": id, "content": "" });
    let mut lines = vec![
        line("assistant", json!({ "message": { "content": [call] } })),
        line(
            "user",
            json!({ "message": { "content": [result] }, "toolUseResult": { "stdout": "", "stderr": "" } }),
        ),
    ];
    if let Some(heard) = heard {
        let attachment =
            json!({ "type": "hook_additional_context", "content": [heard], "toolUseID": id });
        lines.push(line("attachment", json!({ "attachment": attachment })));
    }
    append(world, &format!(".claude/projects/-work/{session}.jsonl"), &lines)
}

/// Runs the hook on a call, which it answers.
fn said(world: &World, session: &str, id: &str, command: &str) -> String {
    world.bash(command).session(session).id(id).answer().expect("an answer")
}

fn log(world: &World, args: &[&str]) -> String {
    let (code, stdout, stderr) = world.told(&[&["log"], args].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    assert!(stdout.lines().all(|line| line.chars().count() <= 80), "{stdout}");
    assert!(!stdout.contains('\u{1b}'), "{stdout:?}");
    stdout
}

fn objects(world: &World, args: &[&str]) -> Vec<Value> {
    let (code, stdout, stderr) = world.told(&[&["log", "--format", "json"], args].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_last_line_is_explained_with_its_command() {
    let world = World::new();
    let line = said(&world, "s", "t1", "grep -rn foo .");
    let last = |args: &[&str]| world.told(&[&["explain", "--last"], args].concat()).1;
    assert!(last(&[]).contains("  command     never stored, and no transcript"), "{}", last(&[]));
    let object = || serde_json::from_str::<Value>(&last(&["--json"])).unwrap();
    assert_eq!([&object()["command"], &object()["line"]], [&Value::Null; 2]);
    claude(&world, "s", "t1", "grep -rn foo .", None);
    assert_eq!([&object()["command"], &object()["line"]], ["grep -rn foo .", &*line]);
    assert!(one_line(&last(&[])).contains(&format!(" said {line} length ")), "{}", last(&[]));
}

#[test]
fn a_line_is_shown_with_its_command_and_what_came_of_it() {
    let world = World::new();
    let line = said(&world, "s", "t1", "grep -rn foo .");
    claude(&world, "s", "t1", "grep -rn foo .", None);
    world.bash("rg -n foo").session("s").id("t2").is_silent();
    said(&world, "s", "t3", "git push -f origin main");
    claude(&world, "s", "t3", "git push -f origin main", None);
    said(&world, "s", "t4", "npm test | tail -1");
    claude(&world, "s", "t4", "npm test | tail -1", None);
    said(&world, "s", "t5", "git push -f origin main");
    claude(&world, "s", "t5", "git push -f origin main", None);
    let page = log(&world, &[]);
    let lines: Vec<&str> = page.lines().collect();
    assert!(lines[0].contains(" UTC  better form  grep-recursive            work"), "{page}");
    assert_eq!(lines[1], "  > grep -rn foo .", "{page}");
    let rest = lines[2].trim_start();
    assert!(line.starts_with(&format!("[toolcoach] {rest}")), "{line:?} and {rest:?}");
    assert!(page.contains(" same again   git-push-force "), "{page}");
    assert!(page.contains(" neither yet  masked-exit-pipe "), "{page}");
    assert_eq!(log(&world, &["-n", "1"]).matches("  > ").count(), 1);
    assert_eq!(log(&world, &["-n", "0"]), "");
    let found = objects(&world, &["-n", "4"]);
    assert_eq!(found[0]["line"], line.as_str());
    assert_eq!(found[0]["project"], "work");
    assert_eq!(
        (&found[0]["outcome"], &found[1]["outcome"]),
        (&json!("followed"), &json!("repeated"))
    );
    assert_eq!(found[0]["line_from"], "evaluation");
    assert!(found[0]["session_file"].as_str().unwrap().ends_with("/-work/s.jsonl"));
    assert!(found.windows(2).all(|two| two[0]["t"].as_u64() <= two[1]["t"].as_u64()), "{found:?}");
}

#[test]
fn what_the_transcript_heard_is_believed_before_the_rule_of_today() {
    let world = World::new();
    said(&world, "s", "t1", "grep -rn foo .");
    let heard = "[toolcoach] words of an older version (grep-recursive)";
    claude(&world, "s", "t1", "grep -rn foo .", Some(heard));
    let found = objects(&world, &[]);
    assert_eq!((&found[0]["line"], &found[0]["line_from"]), (&json!(heard), &json!("transcript")));
    assert!(log(&world, &[]).contains("\n    words of an older version\n"));
}

#[test]
fn a_session_of_codex_and_a_sub_agent_are_found() {
    let world = World::new();
    let id = "01a20629-182f-7390-8338-64856014e8f0";
    let call = world.bash("grep -rn foo .").session(id).id("c1").field("turn_id", json!("1"));
    let line = call.response(json!("")).answer().expect("an answer");
    let of =
        |payload: Value| json!({ "timestamp": TIME, "type": "response_item", "payload": payload });
    let arguments = json!({ "cmd": "grep -rn foo ." }).to_string();
    let text =
        json!([{ "type": "input_text", "text": "[toolcoach] as it was said (grep-recursive)" }]);
    let lines = [
        json!({ "timestamp": TIME, "type": "session_meta", "payload": { "id": id, "cwd": world.work() } }),
        of(
            json!({ "type": "function_call", "name": "exec_command", "arguments": arguments, "call_id": "c1" }),
        ),
        of(
            json!({ "type": "function_call_output", "call_id": "c1", "output": "Exit code: 0\nOutput:\n" }),
        ),
    ];
    let path = format!(".codex/sessions/2026/11/23/rollout-2026-11-23T02-08-06-{id}.jsonl");
    append(&world, &path, &lines);
    let found = objects(&world, &[]);
    assert_eq!((&found[0]["command"], &found[0]["line"]), (&json!("grep -rn foo ."), &json!(line)));
    append(
        &world,
        &path,
        &[of(json!({ "type": "message", "role": "developer", "content": text }))],
    );
    let found = objects(&world, &[]);
    assert_eq!(found[0]["line"], "[toolcoach] as it was said (grep-recursive)");

    world.bash("npm test | tail -1").session("s").agent("a1").id("t1").says("masked-exit-pipe");
    let main = claude(&world, "s", "t0", "ls", None);
    let own = claude(&world, "x", "t1", "npm test | tail -1", None);
    let text = fs::read_to_string(&own).unwrap();
    fs::remove_file(own).unwrap();
    let text = text.replace(r#""sessionId":"x""#, r#""sessionId":"s","agentId":"a1""#);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    append(&world, ".claude/projects/-work/s/subagents/agent-a1.jsonl", &lines);
    let found = objects(&world, &["--session", "s"]);
    assert_eq!((found.len(), &found[0]["command"]), (1, &json!("npm test | tail -1")), "{found:?}");
    fs::remove_file(main).unwrap();
}

#[test]
fn a_sub_agent_of_codex_is_found_in_the_archive() {
    let world = World::new();
    let [root, own] =
        ["01a20629-182f-7390-8338-64856014e8f0", "01a20629-9999-7390-8338-64856014e8f0"];
    let call = world.bash("grep -rn foo .").session(root).agent(own).id("c1");
    call.field("turn_id", json!("1")).response(json!("")).answer().expect("an answer");
    let of =
        |kind: &str, payload: Value| json!({ "timestamp": TIME, "type": kind, "payload": payload });
    let arguments = json!({ "cmd": "grep -rn foo ." }).to_string();
    let spawn = json!({ "subagent": { "thread_spawn": { "parent_thread_id": root } } });
    let lines = [
        of(
            "session_meta",
            json!({ "id": own, "session_id": root, "cwd": world.work(), "source": spawn }),
        ),
        of(
            "response_item",
            json!({ "type": "function_call", "name": "exec_command", "arguments": arguments, "call_id": "c1" }),
        ),
        of(
            "response_item",
            json!({ "type": "function_call_output", "call_id": "c1", "output": "" }),
        ),
    ];
    append(
        &world,
        &format!(".codex/archived_sessions/rollout-2026-11-23T02-08-06-{own}.jsonl"),
        &lines,
    );
    let found = objects(&world, &[]);
    assert_eq!(found[0]["command"], "grep -rn foo .", "{found:?}");
}

#[test]
fn without_a_transcript_the_ledgers_own_facts_are_shown() {
    let world = World::new();
    said(&world, "s", "t1", "grep -rn foo .");
    let page = log(&world, &[]);
    assert!(page.contains("  > transcript gone: Bash of claude, succeeded, "), "{page}");
    assert!(page.contains("    The rule: "), "{page}");
    let found = objects(&world, &[]);
    for field in ["session_file", "project", "command"] {
        assert!(found[0][field].is_null(), "{field} in {found:?}");
    }
    assert_eq!(found[0]["line_from"], "summary");
    claude(&world, "s", "t2", "ls", None);
    assert!(log(&world, &[]).contains("  > not in the transcript: Bash of claude"));
    let call = world.bash("grep -rn foo .").session("q").field("tool_call_id", json!("c1"));
    call.says("grep-recursive");
    assert!(
        log(&world, &["--session", "q"])
            .contains("  > no transcript in a known form: Bash of qwen")
    );
}

#[test]
fn nothing_of_a_command_acts_on_the_terminal_and_no_secret_is_shown() {
    let world = World::new();
    let odd = "grep -rn 'a\u{1b}]0;title\u{7}\u{1b}[31mb\u{202e}' .";
    said(&world, "s", "t1", odd);
    claude(&world, "s", "t1", odd, None);
    let secret = "sk-ant-api03-abcdefghijklmnopqrstuv";
    let leaking = format!("git push -f https://u:hunter2@host/x {secret}");
    said(&world, "s", "t2", &leaking);
    let heard = format!("[toolcoach] never {secret} (git-push-force)");
    claude(&world, "s", "t2", &leaking, Some(&heard));
    for args in [&[][..], &["--format", "json"]] {
        let (_, stdout, _) = world.told(&[&["log"], args].concat());
        assert!(!stdout.contains(secret) && !stdout.contains("hunter2"), "{stdout}");
        assert!(stdout.contains("git ... (not shown: it may hold a secret)"), "{stdout}");
        let is_odd = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!stdout.contains(is_odd) && stdout.contains("]0;title[31mb"), "{stdout:?}");
    }
}

#[test]
fn a_session_and_a_span_limit_it() {
    let world = World::new();
    said(&world, "s", "t1", "grep -rn foo .");
    said(&world, "r", "t1", "npm test | tail -1");
    let rules = |args: &[&str]| -> Vec<String> {
        let found = objects(&world, args);
        found.iter().map(|line| line["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules(&[]), ["grep-recursive", "masked-exit-pipe"]);
    assert_eq!(rules(&["--session", "r"]), ["masked-exit-pipe"]);
    assert_eq!(rules(&["--since", "1d", "-n", "1"]), ["masked-exit-pipe"]);
    let (code, page, _) = world.told(&["log", "--session", "nobody"]);
    assert_eq!(
        (code, page.as_str()),
        (0, "nothing has been said in the sessions that are still kept\n")
    );
}

#[test]
fn an_absent_store_and_wrong_arguments_are_reported() {
    let world = World::new();
    let (code, page, stderr) = world.told(&["log"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(page.starts_with("nothing is recorded yet in "), "{page}");
    let (code, stdout, stderr) = world.told(&["log", "--format", "json"]);
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert!(stderr.starts_with("toolcoach: nothing is recorded yet"), "{stderr}");
    assert!(world.stored().is_empty(), "it writes nothing");
    for (args, part) in [
        (&["--since", "soon"][..], "expected a span such as 7d"),
        (&["-n", "few"], "invalid value 'few' for '-n <COUNT>'"),
        (&["--format", "xml"], "possible values: text, json"),
        (&["more"], "unexpected argument 'more'"),
    ] {
        let (code, stdout, stderr) = world.told(&[&["log"], args].concat());
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}");
        assert!(stderr.contains(part), "{args:?}: {stderr}");
    }
}

/// A log that is followed, and its lines as they come.
struct Followed {
    child: Child,
    lines: Receiver<String>,
}

impl Followed {
    fn start(mut command: Command) -> Self {
        let mut child = start(&mut command);
        let stdout = child.stdout.take().unwrap();
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for the next entry.
    fn next(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("a line");
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_followed_log_shows_what_is_said_later_and_what_comes_of_it() {
    let world = World::new();
    said(&world, "s", "t1", "grep -rn foo .");
    claude(&world, "s", "t1", "grep -rn foo .", None);
    let log = Followed::start(world.command(&["log", "--follow", "--format", "json"]));
    assert_eq!(log.next()["command"], "grep -rn foo .");
    // The client writes a call into the transcript after its hooks have ended.
    said(&world, "s", "t2", "npm test | tail -1");
    claude(&world, "s", "t2", "npm test | tail -1", None);
    let second = log.next();
    assert_eq!(
        (&second["command"], &second["outcome"]),
        (&json!("npm test | tail -1"), &json!("open"))
    );
    world.bash("rg -n foo").session("s").id("t3").is_silent();
    let again = log.next();
    assert_eq!((&again["rule"], &again["outcome"]), (&json!("grep-recursive"), &json!("followed")));
    // Its transcript does not come.
    said(&world, "new", "t1", "git push -f origin main");
    let gone = log.next();
    assert_eq!((&gone["rule"], &gone["command"]), (&json!("git-push-force"), &Value::Null));
}

#[test]
fn a_closed_pipe_ends_it_without_an_error() {
    let world = World::new();
    for session in 0..30 {
        said(&world, &session.to_string(), "t1", "grep -rn foo .");
    }
    for args in [&["log", "-n", "30"][..], &["log", "-f"]] {
        let mut child = start(&mut world.command(args));
        let mut stdout = child.stdout.take().unwrap();
        // It has begun.
        stdout.read_exact(&mut [0; 10]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

/// What a command prints on a terminal of its own (util-linux).
#[cfg(target_os = "linux")]
fn on_a_terminal(world: &World, columns: &str, env: &str) -> String {
    let line = format!("stty cols {columns} rows 24; {env} '{}' log", crate::harness::binary());
    let mut script = world.program("/usr/bin/script", &["-qec", &line, "/dev/null"]);
    script.env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh").env("LANG", "C.UTF-8");
    let output = crate::harness::feed(&mut script, b"");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_unless_it_wants_none_and_lines_of_its_width() {
    if !crate::harness::have("script") {
        return;
    }
    let world = World::new();
    let long = format!("grep -rn foo . {}", "dir/file.txt ".repeat(20));
    said(&world, "s", "t1", &long);
    claude(&world, "s", "t1", &long, None);
    let page = on_a_terminal(&world, "80", "TERM=xterm");
    assert!(page.contains("\u{1b}[1mgrep-recursive"), "{page:?}");
    let plain = on_a_terminal(&world, "100", "TERM=xterm NO_COLOR=1");
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let command = plain.lines().find(|line| line.starts_with("  > ")).unwrap().trim_end();
    assert_eq!(command.chars().count(), 100, "{plain}");
    assert!(command.ends_with('…'), "{plain}");
}
