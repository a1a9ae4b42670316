//! What a client may do to the signals of the hook, end to end.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Child;

use toolcoach::base::deadline::{CALL, INPUT};

use crate::harness::{World, answer, binary, feed, have, start, wait_until};

/// Starts the hook by a program that changes its signals, and lets its stdin stall.
fn stalled(world: &World, program: &str, args: &[&str]) -> Child {
    let mut command = world.program("/usr/bin/env", &[program]);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let mut child = start(command.args(args).arg(binary()));
    // Where the program does not know these arguments, nobody reads.
    let _ = child.stdin.as_mut().unwrap().write_all(b"{\"hook_event_name\":");
    child
}

/// Waits for the end of a child whose stdin stays open, and returns its exit code.
fn end(mut child: Child) -> Option<i32> {
    let mut code = None;
    wait_until("the hook ends by itself", || {
        code = child.try_wait().unwrap().map(|status| status.code());
        code.is_some()
    });
    code.flatten()
}

#[test]
fn an_ignored_alarm_switches_no_time_limit_off() {
    if !have("env") {
        return;
    }
    let world = World::new();
    match end(stalled(&world, "env", &["--ignore-signal=ALRM"])) {
        Some(125) => eprintln!("skipped: env ignores no signals"),
        code => assert_eq!(code, Some(0)),
    }
}

#[test]
fn a_timer_that_cannot_be_had_is_replaced() {
    if !have("prlimit") {
        return;
    }
    let world = World::new();
    assert_eq!(end(stalled(&world, "prlimit", &["--sigpending=0"])), Some(0));
}

/// A file that may not grow: the answer comes all the same.
#[test]
fn the_signal_of_a_file_that_may_not_grow_keeps_no_answer_back() {
    let world = World::new();
    let script = "ulimit -c 0; ulimit -f 0; exec \"$0\"";
    for session in ["", "s"] {
        let call = world.bash("git reset --hard").session(session).json();
        let output = feed(&mut world.program("/bin/sh", &["-c", script, binary()]), &call);
        let heard = answer(&output).unwrap_or_default();
        assert!(heard.ends_with("(git-reset-hard)"), "{session}: {heard}");
    }
}

/// Runs a call that may not make any file larger than this many blocks of 512 bytes.
fn limited(world: &World, blocks: u64, id: &str) {
    let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\"");
    let call = world.bash("ls -la").session("s").id(id).json();
    answer(&feed(&mut world.program("/bin/sh", &["-c", &script, binary()]), &call));
}

#[test]
fn a_short_write_costs_its_own_line_only() {
    let world = World::new();
    let calls = || world.lines("calls.jsonl").len();
    let size = |path: &Path| fs::metadata(path).unwrap().len();
    world.bash("ls -la").session("s").id("0").is_silent();
    let path = fs::read_dir(world.state().join("sessions")).unwrap().next().unwrap().unwrap();
    let (path, line) = (path.path(), size(&path.path()));
    let mut made = 1;
    // Until a part of a line has room in the last block.
    while (512 - size(&path) % 512) % 512 < 20 || 512 - size(&path) % 512 > line / 2 {
        world.bash("ls -la").session("s").id(&made.to_string()).is_silent();
        made += 1;
    }
    let before = fs::read(&path).unwrap();
    limited(&world, size(&path).div_ceil(512), "short");
    assert_eq!(fs::read(&path).unwrap(), before, "what was written is taken back");
    world.bash("ls -la").session("s").id("next").is_silent();
    assert_eq!(calls(), made + 1);
    assert!(fs::read_to_string(&path).unwrap().ends_with("}\n"));
}

/// The worst that can be sent: sixteen megabytes that each become three bytes.
#[test]
fn bytes_that_are_no_text_have_the_time_of_a_call() {
    let world = World::new();
    let mut call = world.bash("git push -f").session("s").json();
    call.truncate(call.len() - 1);
    call.extend(b",\"z\":\"");
    call.resize(16_000_000, 0xff);
    call.extend(b"\"}");
    let began = std::time::Instant::now();
    let output = feed(&mut world.command(&[]), &call);
    let took = began.elapsed();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    // The limits of both stages, with room for a machine that is busy.
    let limit = INPUT + 2 * CALL;
    assert!(took < limit + std::time::Duration::from_secs(10), "{took:?}");
}
