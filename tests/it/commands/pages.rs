//! How pages look: as wide as the reader's terminal, in colours where they are wanted, in the
//! reader's time zone.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::commands::stats::used;
use crate::commands::stats_effect::with_units;
use crate::harness::{World, binary, feed, have};

/// The words of a page, whatever its width.
pub fn one_line(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A world in which every page has something to show.
fn busy() -> World {
    let world = used();
    with_units(&world, "sequential-independent", (499, 0), (499, 499));
    let long = r#"{"id": "mine", "program": "日本", "text": "日本語の長い文章はどこでも改行できるが、空白がないので単語では折り返せない"}"#;
    world.settings(&format!(r#"{{"rules": [{long}]}}"#));
    assert_eq!(world.told(&["mute", "git-add-all", "--for", "1h"]).0, 0);
    let transcript = r#"{"hook_event_name":"PostToolUse","session_id":"s","tool_name":"Bash","cwd":"/","tool_input":{"command":"COMMAND"}}"#;
    let long =
        transcript.replace("COMMAND", &format!("git push -f origin {}", "branch ".repeat(30)));
    let cjk = transcript.replace("COMMAND", &format!("日本 {}", "日本語 ".repeat(30)));
    world.file("past.jsonl", &format!("{long}\n{cjk}\n"));
    world
}

const PAGES: &[&[&str]] = &[
    &["explain", "git push -f origin main; npm test | tail -5; grep -rn foo src"],
    &["explain", "ls"],
    &["explain", "日本 x"],
    &["explain", "--last"],
    &["explain", "-v", "git push -f 'unclosed"],
    &["stats"],
    &["stats", "--health"],
    &["stats", "--session", "nope"],
    &["rules"],
    &["rules", "masked-exit-pipe"],
    &["rules", "mine"],
    &["doctor"],
    &["replay", "past.jsonl"],
    &["log"],
    &["lessons"],
    &["mute"],
    &["unmute", "git-push-force"],
    &["install", "--client", "claude", "--dry-run"],
    &["uninstall"],
    &["uninstall", "--purge", "--dry-run"],
    &["trust"],
    &["--help"],
    &["-h"],
    &[],
    &["help", "explain"],
    &["install", "--help"],
    &["stats", "--help"],
];

/// Whether a line may be longer than the page: a command, a setting, a path or a file, each to be
/// copied.
fn is_copied(line: &str, world: &World) -> bool {
    let text = line.trim_start();
    line.contains(&*world.root().to_string_lossy())
        || text.starts_with("$ ")
        // clap does not wrap it.
        || line.starts_with("Usage: ")
        || text.starts_with("toolcoach ") && line.starts_with("  ")
        || line.starts_with(['+', '-', '@'])
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let world = busy();
    for columns in [40_usize, 80, 200] {
        for args in PAGES {
            let mut command = world.command(args);
            let output = feed(command.env("COLUMNS", columns.to_string()), b"");
            let page = String::from_utf8(output.stdout).unwrap();
            for line in page.lines().filter(|line| !is_copied(line, &world)) {
                assert!(line.width() <= columns, "{columns}: {args:?}: {line:?}\n{page}");
                // clap leaves blanks in empty lines of its help.
                let is_help = args.iter().any(|arg| arg.contains("help"));
                assert!(is_help || line == line.trim_end(), "{columns}: {args:?}: {line:?}");
            }
        }
    }
    let wide = |columns: &str, args: &[&str]| {
        let page = feed(world.command(args).env("COLUMNS", columns), b"").stdout;
        String::from_utf8(page).unwrap().lines().map(UnicodeWidthStr::width).max().unwrap()
    };
    assert!(wide("200", PAGES[0]) > 80, "a wide terminal is used");
    assert!(
        (61..=80).contains(&wide("wide", &["explain", PAGES[0][1]])),
        "no number counts as unset"
    );
    assert!(wide("7", &["explain", PAGES[0][1]]) <= 48, "narrower than any terminal");
}

/// What a command prints on a terminal of its own (util-linux).
#[cfg(target_os = "linux")]
fn on_a_terminal(world: &World, columns: u32, line: &str) -> String {
    let line = format!("stty cols {columns} rows 24; {line}");
    let mut script = world.program("/usr/bin/script", &["-qec", &line, "/dev/null"]);
    script.env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh").env("LANG", "C.UTF-8");
    String::from_utf8(feed(script.env("TERM", "xterm"), b"").stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_tells_its_width_and_columns_overrides_it() {
    if !have("script") {
        return;
    }
    let world = busy();
    let widest = |columns, line: &str| {
        let page = on_a_terminal(&world, columns, line).replace('\r', "");
        let plain = page.lines().filter(|line| !is_copied(line, &world));
        plain.map(UnicodeWidthStr::width).max().unwrap()
    };
    let explain = format!(
        "NO_COLOR=1 '{binary}' explain 'grep -rn foo .; npm test | tail -5'",
        binary = binary()
    );
    assert!((41..=60).contains(&widest(60, &explain)));
    assert!((61..=90).contains(&widest(90, &explain)));
    assert!((61..=90).contains(&widest(40, &format!("COLUMNS=90 {explain}"))));
    let rich =
        on_a_terminal(&world, 80, &format!("'{binary}' rules git-push-force", binary = binary()));
    assert!(rich.contains("\u{1b}[1mgit-push-force\u{1b}[0m"), "{rich:?}");
}

#[test]
fn colours_are_where_the_user_wants_them() {
    let world = busy();
    let is_coloured = |args: &[&str], env: &[(&str, &str)]| {
        let output = feed(world.command(args).envs(env.iter().copied()), b"");
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    for page in [&["explain", "git push -f"][..], &["stats"], &["rules"], &["doctor"], &["nope"]] {
        let with = |options: &[&'static str]| [options, page].concat();
        assert!(!is_coloured(&with(&[]), &[]), "{page:?}: a pipe gets none");
        assert!(is_coloured(&with(&["--color", "always"]), &[]), "{page:?}");
        assert!(is_coloured(&with(&["--color=always"]), &[("NO_COLOR", "1")]), "{page:?}");
        assert!(is_coloured(&with(&[]), &[("FORCE_COLOR", "1")]), "{page:?}");
        assert!(is_coloured(&with(&[]), &[("CLICOLOR_FORCE", "1")]), "{page:?}");
        assert!(!is_coloured(&with(&[]), &[("FORCE_COLOR", "0")]), "{page:?}");
        for off in ["NO_COLOR", "FORCE_COLOR"] {
            let env = [("FORCE_COLOR", "1"), (off, "1")];
            let args = with(if off == "NO_COLOR" { &[] } else { &["--color=never"] });
            assert!(!is_coloured(&args, &env), "{page:?}: {env:?}");
        }
    }
    let json = |args: &[&str]| is_coloured(&[args, &["--color", "always"]].concat(), &[]);
    assert!(!json(&["stats", "--json"]) && !json(&["rules", "--json"]), "JSON has no colours");
    let (code, _, stderr) = world.told(&["--color", "sometimes", "rules"]);
    assert!(code == 2 && stderr.contains("possible values: auto, always, never"), "{stderr}");
}

#[test]
fn times_are_those_of_the_readers_clock() {
    let world = used();
    let in_zone = |zone: &str, args: &[&str]| {
        let output = feed(world.command(args).env("TZ", zone), b"");
        assert!(output.status.success(), "{output:?}");
        one_line(&String::from_utf8(output.stdout).unwrap())
    };
    let muted = in_zone("XYZ-5:30", &["mute", "git-add-all", "--for", "1h"]);
    assert!(muted.contains(" XYZ (for 1 h)."), "{muted}");
    assert!(in_zone("XYZ-5:30", &["mute"]).ends_with(" XYZ"));
    assert!(in_zone("UTC", &["mute"]).ends_with(" UTC"));
    assert!(in_zone("XYZ-5:30", &["log"]).contains(" XYZ "));
    let last = in_zone("XYZ3", &["stats", "--health"]);
    assert!(last.contains(" XYZ storage "), "{last}");
}

#[test]
fn since_takes_what_people_say() {
    let world = used();
    let calls = |since: &str| {
        let (code, json, stderr) = world.told(&["stats", "--json", "--since", since]);
        assert_eq!(code, 0, "{since}: {stderr}");
        serde_json::from_str::<Value>(&json).unwrap()["calls"].as_u64().unwrap()
    };
    let all = calls("52w");
    assert!(all > 0);
    for since in
        ["yesterday", "1d12h", "2020-01-31", "2020-01-31 12:00", "2020-01-31T12:00:00+01:00"]
    {
        assert_eq!(calls(since), all, "{since}");
    }
    assert_eq!(calls("2999-01-01"), 0);
    for wrong in ["soon", "2020-13-01", "3", "1month"] {
        let (code, _, stderr) = world.told(&["log", "--since", wrong]);
        assert!(code == 2 && stderr.contains("a date such as 2026-11-20"), "{wrong}: {stderr}");
    }
    let page = one_line(&world.told(&["stats", "--since", "2999-01-01"]).1);
    assert!(
        page.starts_with("No call, since 2999-01-01 00:00 UTC. The last call of all was "),
        "{page}"
    );
    let page = one_line(&world.told(&["stats", "--client", "qwen"]).1);
    assert!(page.starts_with("No call of qwen. Known agents: claude"), "{page}");
}

#[test]
fn quiet_and_verbose_print_less_and_more() {
    let world = used();
    let (code, stdout, stderr) = world.told(&["mute", "-q", "git-add-all"]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", ""));
    assert!(world.told(&["mute", "--quiet"]).1.contains("git-add-all"), "a result is printed");
    assert_eq!(world.told(&["-q", "unmute", "git-add-all"]).1, "");
    let lines = |args: &[&str]| world.told(args).1.lines().count();
    assert!(lines(&["explain", "-v", "ls"]) > lines(&["explain", "ls"]));
    assert!(lines(&["rules", "-v", "grep-recursive"]) > lines(&["rules", "grep-recursive"]));
    assert_eq!(world.told(&["-q", "-v", "rules"]).0, 2);
}

#[test]
fn every_report_has_a_form_for_machines() {
    let world = busy();
    for args in [
        &["explain", "--json", "ls"][..],
        &["explain", "--last", "--json"],
        &["stats", "--json"],
        &["rules", "--json"],
        &["rules", "--json", "grep-recursive"],
        &["doctor", "--json"],
        &["replay", "--json", "past.jsonl"],
        &["log", "--json", "-n", "1"],
        &["lessons", "--json"],
        &["mute", "--json"],
    ] {
        let json = world.told(args).1;
        assert!(serde_json::from_str::<Value>(&json).is_ok(), "{args:?}: {json}");
    }
    let same = |args: &[&str]| world.told(args).1;
    assert_eq!(same(&["rules", "--format", "json"]), same(&["rules", "--json"]));
    let mutes: Value = serde_json::from_str(&same(&["mute", "--json"])).unwrap();
    assert_eq!(mutes[0]["rule"], "git-add-all");
    assert!(mutes[0]["until_ms"].is_u64(), "{mutes}");
}

#[test]
fn nobody_mutes_everything_for_ever_by_accident() {
    let world = World::new();
    let (code, _, stderr) = world.told(&["mute", "all"]);
    assert!(code == 2 && stderr.contains("--for 1h or --for ever"), "{stderr}");
    let (code, _, stderr) = world.told(&["mute", "git-add-all", "--for", "0s"]);
    assert!(code == 2 && stderr.contains("must last longer than 0"), "{stderr}");
    assert!(world.stored().is_empty());
    assert_eq!(world.told(&["mute", "all", "--for", "ever"]).0, 0);
    assert_eq!(world.told(&["mute"]).1, "all  until unmuted\n");
    #[cfg(target_os = "linux")]
    if have("script") {
        let line = format!("'{binary}' mute all", binary = binary());
        let mut script = world.program("/usr/bin/script", &["-qec", &line, "/dev/null"]);
        script.env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh");
        let output = feed(&mut script, b"2h\n");
        let page = one_line(&String::from_utf8(output.stdout).unwrap());
        assert!(
            page.contains("Every rule is muted until ") && page.contains("(for 2 h)."),
            "{page}"
        );
    }
}

#[test]
fn a_replay_can_be_narrowed_to_a_time_and_a_project() {
    let world = World::new();
    let call = |time: &str, cwd: &str| {
        json!({ "hook_event_name": "PostToolUse", "session_id": "s", "tool_name": "Bash", "cwd": cwd, "ts": time,
            "tool_input": { "command": "git push -f origin main" } })
    };
    let lines = [
        call("2026-11-20T10:00:00Z", "/a"),
        // An hour later, although the digits are smaller.
        call("2026-11-20T09:00:00-02:00", "/b"),
        call("2026-11-22T10:00:00Z", "/b/c"),
    ];
    world.file("past.jsonl", &lines.map(|line| line.to_string() + "\n").concat());
    let calls = |args: &[&str]| {
        let (code, report, stderr) =
            world.told(&[&["replay", "--json", "past.jsonl"], args].concat());
        assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
        serde_json::from_str::<Value>(&report).unwrap()["calls"].as_u64().unwrap()
    };
    assert_eq!(calls(&[]), 3);
    assert_eq!(calls(&["--since", "2026-11-20T10:30:00Z"]), 2);
    assert_eq!(calls(&["--since", "2026-11-22"]), 1);
    assert_eq!(calls(&["--project", "/b"]), 2);
    assert_eq!(calls(&["--project", "/b", "--since", "2026-11-21"]), 1);
    assert_eq!(calls(&["--project", "/"]), 3);
    assert_eq!(calls(&["--project", "/nowhere"]), 0);
}

/// No agent sends an empty input; somebody tried the hook by hand.
#[cfg(unix)]
#[test]
fn an_empty_input_is_no_fault_of_an_agent() {
    let world = World::new();
    let inputs = || {
        let report: Value = serde_json::from_str(&world.told(&["doctor", "--json"]).1).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|finding| finding["check"] == "inputs").unwrap()
    };
    assert!(world.run(&[], b"").stdout.is_empty());
    let finding = inputs();
    assert_eq!(finding["status"], "ok");
    assert_eq!(finding["found"], "every input of the last day was understood; 1 run had no input");
    assert!(world.run(&[], b"{\"hook_event_name\":").stdout.is_empty());
    assert_eq!(inputs()["status"], "warning");
}

#[test]
fn tips_are_near_or_what_was_meant() {
    let world = World::new();
    for (word, tip) in [
        ("instal", "a similar subcommand exists: 'install'"),
        ("statz", "a similar subcommand exists: 'stats'"),
        ("status", "a similar subcommand exists: 'stats'"),
        ("history", "a similar subcommand exists: 'log'"),
        ("init", "a similar subcommand exists: 'install'"),
        ("remove", "a similar subcommand exists: 'uninstall'"),
        ("update", ""),
        ("version", ""),
        ("config", ""),
    ] {
        let (code, _, stderr) = world.told(&[word]);
        assert_eq!(code, 2, "{word}");
        assert!(stderr.contains(tip), "{word}: {stderr}");
        assert_eq!(stderr.contains("tip:"), !tip.is_empty(), "{word}: {stderr}");
    }
    let tip = |args: &[&str]| world.told(args).2.contains("tip: a similar argument exists");
    assert!(tip(&["stats", "--sinse", "7d"]) && !tip(&["replay", "--xyz"]));
}
