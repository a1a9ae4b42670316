//! Odd surroundings of a process, end to end: its streams, environment and folders. docs/faults.md
//! is the table.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use serde_json::json;
use toolcoach::base::deadline::INPUT;

use crate::harness::{UNHURRIED, World, answer, binary, feed, have, program, start, wait_until};

const PUSH: &str = "git push -f origin main";

/// Commands of people that write nothing.
pub const LOOKS: [&[&str]; 10] = [
    &["--stats"],
    &["--stats", "--format", "json"],
    &["explain", "--", PUSH],
    &["rules"],
    &["doctor"],
    &["log"],
    &["mute"],
    &["replay", "--json", "."],
    &["install", "--dry-run", "--client", "claude"],
    &["--help"],
];

/// A command of a person ended as it should: well, with an error in words, or as `doctor` does, with a
/// report that has a failure.
#[track_caller]
pub fn ended(output: &Output, of: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=2)), "{of}: {output:?}");
    let failed = output.status.code() != Some(0);
    assert!(
        !failed
            || stderr.starts_with("toolcoach: ")
            || stderr.starts_with("error: ")
            || String::from_utf8_lossy(&output.stdout).contains("FAIL  "),
        "{of}: {stderr}"
    );
    assert!(!stderr.contains("panicked"), "{of}: {stderr}");
}

/// The hook through a shell that does `redirections` to its streams.
fn redirected(world: &World, redirections: &str, args: &str, input: &[u8]) -> Output {
    let event = world.root().join("event.json");
    fs::write(&event, input).unwrap();
    let script = format!("\"$0\" {args} <\"$1\" {redirections}");
    let mut shell = world.program("/bin/sh", &["-c", &script, binary()]);
    feed(shell.arg(&event), b"")
}

/// Everything in the store is what the program writes there, to the last byte.
#[track_caller]
pub fn whole(world: &World) {
    for (name, text) in world.stored() {
        assert!(
            !text.contains("hookSpecificOutput") && !text.contains("[toolcoach]"),
            "{name}: {text}"
        );
        for line in text.lines().filter(|_| name.ends_with(".jsonl")) {
            assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{name}: {line}");
        }
        // A byte that says whether analyzers run on the main thread.
        let is_mark = name == "overruns" && ["X", "-"].contains(&text.as_str());
        assert!(is_mark || text.is_empty() || text.ends_with(['\n', '}']), "{name}: {text}");
    }
}

#[test]
fn closed_streams_are_no_files_of_ours() {
    for redirections in [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&-", "<&- 2>&-", "<&- >&- 2>&-"] {
        let world = World::new();
        let call = |id: &str| world.bash("grep -rn foo .").session("s").id(id).json();
        let output = redirected(&world, redirections, "", &call("1"));
        let (hears, speaks) =
            (!redirections.contains('<'), !redirections.split(' ').any(|part| part == ">&-"));
        assert_eq!(answer(&output).is_some(), hears && speaks, "{redirections}");
        whole(&world);
        assert_eq!(world.lines("warnings.jsonl").len(), usize::from(hears), "{redirections}");
        for args in LOOKS {
            let output = redirected(&world, redirections, &format!("'{}'", args.join("' '")), b"");
            assert!(
                matches!(output.status.code(), Some(0..=2)),
                "{redirections} {args:?}: {output:?}"
            );
        }
        whole(&world);
    }
}

/// Not even /dev/null is there to stand in for a closed stream.
#[cfg(target_os = "linux")]
#[test]
fn closed_streams_without_a_dev_folder_are_no_files_of_ours_either() {
    if !have("unshare") {
        return;
    }
    let world = World::new();
    let event = world.root().join("event.json");
    fs::write(&event, world.bash("grep -rn foo .").session("s").json()).unwrap();
    let script = "mount -t tmpfs none /dev 2>/dev/null || exit 77; exec \"$0\" <\"$1\" >&- 2>&-";
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "/bin/sh", "-c", script, binary()]).arg(&event);
    shell.env("TOOLCOACH_STATE_DIR", world.state()).env("HOME", world.root());
    let output = feed(&mut shell, b"");
    if output.status.code() != Some(0) {
        eprintln!("skipped: nothing can be mounted here");
        return;
    }
    assert_eq!(world.lines("warnings.jsonl").len(), 1);
    whole(&world);
}

#[test]
fn a_reader_that_is_gone_is_no_error() {
    let world = World::new();
    let input = world.bash(PUSH).session("s").json();
    for args in [&[][..], &["hook"]].into_iter().chain(LOOKS) {
        let mut child = start(&mut world.command(args));
        drop(child.stdout.take());
        drop(child.stderr.take());
        // A command that reads no stdin may be gone.
        let _ = child.stdin.take().unwrap().write_all(&input);
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), None, "{args:?}");
        let well = args.is_empty() || args == ["hook"];
        assert!(
            matches!(status.code(), Some(0..=2)) && (!well || status.code() == Some(0)),
            "{args:?}"
        );
    }
    whole(&world);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_survived_by_the_hook_and_told_by_the_rest() {
    let world = World::new();
    let said = redirected(&world, ">/dev/full", "", &world.bash(PUSH).session("s").json());
    assert_eq!(answer(&said), None);
    whole(&world);
    for args in ["rules", "--stats", "'explain' -- ls"] {
        let output = redirected(&world, ">/dev/full", args, b"");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args}");
        assert!(stderr.starts_with("toolcoach: cannot write the answer: "), "{args}: {stderr}");
    }
}

/// Sends each byte when the process has read the last one, without a time limit: the call is heard.
/// Then sends bytes without end, with the limit on: the process stops reading and ends, but not
/// before its limit.
#[cfg(target_os = "linux")]
#[test]
fn a_slow_stdin_is_heard_to_its_end_within_two_seconds() {
    use crate::faults::steering::{wait_for_end, wait_for_read};
    let world = World::new();
    let call = r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"git push -f"}}"#;
    let mut child = start(&mut world.unhurried(&[]));
    let mut stdin = child.stdin.take().unwrap();
    for byte in call.bytes() {
        stdin.write_all(&[byte]).unwrap();
        wait_for_read(&child);
    }
    drop(stdin);
    assert!(answer(&child.wait_with_output().unwrap()).is_some());

    let began = Instant::now();
    let mut child = start(&mut world.command(&[]));
    let mut stdin = child.stdin.take().unwrap();
    wait_until("nobody reads on", || stdin.write_all(b" ").is_err());
    wait_for_end(&mut child);
    let took = began.elapsed();
    assert_eq!(answer(&child.wait_with_output().unwrap()), None);
    assert!(took >= INPUT, "it gave up after {took:?}");
}

/// Runs each input with the time limit, where either bound may come first, and without it, where
/// only the size can end it.
#[test]
fn an_endless_stdin_is_read_to_its_bound() {
    for (name, script) in [
        ("text", "yes | \"$0\" \"$@\""),
        (
            "a string",
            "{ printf '{\"tool_response\":\"'; yes xxxxxxxxxxxxxxxxxxxxxxxx; } | \"$0\" \"$@\"",
        ),
        (
            "nothing",
            "{ while :; do printf '                                '; done; } | \"$0\" \"$@\"",
        ),
        ("/dev/zero", "\"$0\" \"$@\" </dev/zero"),
    ] {
        let world = World::new();
        for program in [&[binary()][..], &[UNHURRIED[0], UNHURRIED[1], binary()]] {
            let mut shell = world.program("/bin/sh", &[&["-c", script], program].concat());
            shell.env("PATH", std::env::var_os("PATH").unwrap_or_default());
            let output = feed(&mut shell, b"");
            assert!(
                output.stdout.is_empty() && output.status.code() == Some(0),
                "{name}: {output:?}"
            );
        }
        let errors = world.lines("errors.jsonl");
        assert!(errors.iter().all(|line| line["kind"] == "too-large"), "{name}: {errors:?}");
        assert!(
            !errors.is_empty() || !cfg!(target_os = "linux"),
            "{name}: it was read to no bound"
        );
        whole(&world);
    }
}

#[test]
fn an_empty_environment_is_enough() {
    let world = World::new();
    let bare = |args: &[&str], input: &[u8]| {
        let mut command = Command::new(binary());
        feed(command.args(args).env_clear().current_dir(world.work()), input)
    };
    assert!(answer(&bare(&[], &world.bash(PUSH).session("s").json())).is_some());
    assert_eq!(answer(&bare(&[], &world.bash("ls").session("s").json())), None);
    assert_eq!(answer(&bare(&[], b"nonsense")), None);
    for args in LOOKS {
        ended(&bare(args, b""), &args.join(" "));
    }
    assert_eq!(
        fs::read_dir(world.work()).unwrap().count(),
        0,
        "something was written where it stands"
    );
}

#[test]
fn any_path_variable_is_survived() {
    let world = World::new();
    let root = world.root();
    let folder = |n: usize| {
        let path = root.join(format!("p{n}"));
        fs::create_dir(&path).unwrap();
        path
    };
    let many: Vec<OsString> = (0..500).map(|n| folder(n).into()).collect();
    program(&Path::new(&many[200]).join("rg"), b"");
    std::os::unix::fs::symlink(root.join("loop"), root.join("loop")).unwrap();
    fs::write(root.join("file"), "").unwrap();
    fs::create_dir_all(root.join("odd/rg")).unwrap();
    let joined = many.join(OsStr::new(":"));
    let at = |name: &str| root.join(name).into_os_string();
    for (name, path) in [
        ("500 folders", joined.clone()),
        (
            "500 dead ones",
            (0..500).map(|n| at(&format!("dead{n}"))).collect::<Vec<_>>().join(OsStr::new(":")),
        ),
        (
            "a loop, a file, a folder of that name",
            [at("loop"), at("file"), at("odd")].join(OsStr::new(":")),
        ),
        ("empty", OsString::new()),
        ("colons", OsString::from(":".repeat(5000))),
        ("relative", OsString::from("bin:.:../bin")),
        ("no text", OsStr::from_bytes(b"/\xff\xfe:/bin\x80").to_owned()),
        ("100 KB", OsString::from("/x".repeat(50_000))),
    ] {
        let mut command = world.command(&[]);
        let said = answer(&feed(command.env("PATH", path), &world.bash("grep -rn foo .").json()));
        assert!(said.is_some(), "{name}");
    }
    let mut command = world.command(&[]);
    let said = answer(&feed(
        command.env("PATH", joined),
        &world.bash("grep -rn foo .").field("turn_id", json!("t")).json(),
    ));
    assert!(
        said.is_some_and(|said| said.contains("`rg ")),
        "the rg in the two hundredth folder is not found"
    );
}

#[test]
fn a_working_directory_that_is_deleted_is_survived() {
    let world = World::new();
    let event = world.root().join("event.json");
    let run = |args: &[&str], input: &[u8]| {
        let gone = world.root().join("gone");
        fs::create_dir_all(&gone).unwrap();
        fs::write(&event, input).unwrap();
        let script = "rmdir \"$PWD\"; event=$1; shift; exec \"$0\" \"$@\" <\"$event\"";
        let mut shell = world.program("/bin/sh", &["-c", script, binary()]);
        shell.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        feed(shell.arg(&event).args(args).current_dir(&gone), b"")
    };
    let gone = json!(world.root().join("gone"));
    assert!(
        answer(&run(&[], &world.bash(PUSH).session("s").field("cwd", gone.clone()).json()))
            .is_some()
    );
    assert!(
        answer(&run(&[], &world.bash(PUSH).session("t").field("cwd", json!(null)).json()))
            .is_some()
    );
    answer(&run(
        &[],
        &world.bash("npm install x && rm -rf node_modules").session("u").field("cwd", gone).json(),
    ));
    for args in LOOKS.into_iter().chain([
        &["trust", "--yes"][..],
        &["mute", "all", "--for", "ever"],
        &["unmute", "all"],
    ]) {
        ended(&run(args, b""), &args.join(" "));
    }
    whole(&world);
}

#[test]
fn paths_and_arguments_that_are_no_text_are_survived() {
    let odd = |bytes: &[u8]| OsStr::from_bytes(bytes).to_owned();
    for locale in ["C", "de_DE.ISO-8859-1", "xx_YY.nonsense", "tr_TR.UTF-8"] {
        let world = World::new();
        let folder = world.root().join(odd(b"st\xffte \xe9"));
        let home = world.root().join(odd(b"h\xf6me"));
        fs::create_dir_all(home.join(odd(b"w\xf6rk"))).unwrap();
        let run = |args: &[OsString], input: &[u8]| {
            let mut command = world.command(&[]);
            command
                .args(args)
                .env("TOOLCOACH_STATE_DIR", &folder)
                .env("HOME", &home)
                .env("LC_ALL", locale);
            command.env("CLAUDE_PROJECT_DIR", &home).env("AI_AGENT", odd(b"claude-code_\xff"));
            feed(command.current_dir(home.join(odd(b"w\xf6rk"))), input)
        };
        let call = world.bash("grep -rn foo .").session("s").json();
        assert!(answer(&run(&[], &call)).is_some(), "{locale}");
        assert!(answer(&run(&[], &call)).is_none(), "{locale}: nothing is remembered");
        assert!(folder.join("sessions").is_dir());
        for args in LOOKS {
            let args: Vec<OsString> = args.iter().map(OsString::from).collect();
            ended(&run(&args, b""), &format!("{args:?}"));
        }
        for args in [
            &[odd(b"\xff")][..],
            &["hook".into(), odd(b"--client=\xff")],
            &["hook".into(), "--client".into(), odd(b"\xff")],
            &["explain".into(), "--".into(), odd(b"grep -r \xff .")],
            &["replay".into(), odd(b"no\xff")],
            &["rules".into(), odd(b"no\xff")],
            &["--stats".into(), "--output".into(), odd(b"st\xffts")],
            &["mute".into(), odd(b"\xff")],
        ] {
            ended(&run(args, b""), &format!("{args:?}"));
        }
    }
}
