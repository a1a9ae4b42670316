//! `toolcoach explain` and `toolcoach rules`, as a person and as a machine reads them.

use serde_json::{Value, json};

use crate::commands::pages::one_line;
use crate::harness::{Call, World, advice, answer, feed};
use crate::requirements::recorded_calls;

fn text(world: &World, args: &[&str]) -> String {
    let output = world.run(args, b"");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_command_is_explained_with_its_near_misses() {
    let world = World::new();
    let page = text(&world, &["explain", "--", "grep -rn TODO . && cat x | grep -r y"]);
    assert!(page.starts_with("grep-recursive (hint)\n  [toolcoach] grep -r also reads"), "{page}");
    let page = text(&world, &["explain", "--", "grep -rn foo src"]);
    assert!(page.contains("Nothing to say: no rule matches."), "{page}");
    assert!(
        one_line(&page).contains(
            "grep-recursive: it searches a named folder, and is not known to have printed much"
        ),
        "{page}"
    );
    let page = text(&world, &["explain", "--", "ls"]);
    assert!(page.contains("no rule looks at this call") && !page.contains("gate"), "{page}");
    assert!(text(&world, &["explain", "-v", "ls"]).contains(", gate "));
    let page = text(&world, &["explain", "--", "git push -f 'unclosed"]);
    assert!(page.contains("Nothing to say: the command is not valid Bash."), "{page}");
    assert!(world.stored().is_empty(), "explain writes nothing");
}

#[test]
fn its_flags_make_another_call() {
    let world = World::new();
    let explain =
        |args: &[&str]| text(&world, &[&["explain"], args, &["--", "grep -rn foo src"]].concat());
    assert!(explain(&["--size", "9000"]).starts_with("grep-recursive"));
    assert!(
        explain(&["-v", "--event", "failure", "--error", "Exit code 2"])
            .contains("Bash failure (exit code 2) of claude")
    );
    assert!(
        explain(&["-v", "--error", "Exit code 2"]).contains("Bash failure (exit code 2) of claude")
    );
    assert!(explain(&["-v", "--client", "codex"]).contains("of codex"));
    assert!(explain(&["--size", "9k"]).starts_with("grep-recursive"));
    for (args, said) in [
        (["--size", "9x"], "such as 100k"),
        (["--size", "17000k"], "the hook reads at most 16 MB"),
        (["--size=0", "--event=success"], "--error is for a command that failed"),
    ] {
        let args = [&["explain", "--error", "x"], &args[..], &["--", "ls"]].concat();
        let (code, _, stderr) = world.told(&args);
        assert!(code == 2 && stderr.contains(said), "{args:?}: {stderr}");
    }
    let page = text(&world, &["explain", "--cwd", "/repo", "--", "git -C /tmp/x reset --hard"]);
    assert!(page.contains("it is in a temporary clone"), "{page}");
}

/// Words are words again, one word is a script, and the command is there to be copied.
#[test]
fn words_keep_their_quotes() {
    let world = World::new();
    let words = text(&world, &["explain", "--", "grep", "-rn", "foo bar", "."]);
    assert!(words.contains("\n  $ rg -n 'foo bar' .\n"), "{words}");
    let script = "grep -rn 'foo bar' .";
    assert_eq!(text(&world, &["explain", "--", script]), words);
    assert_eq!(text(&world, &["explain", script]), words);
    let page = text(&world, &["explain", "--", "echo", "git push -f && rm -rf $X/a"]);
    assert!(page.contains("Nothing to say"), "an operator within a word is none: {page}");
}

#[test]
fn the_exit_code_says_whether_the_hook_would_speak() {
    let world = World::new();
    for (command, expected) in [("git push -f origin main", 3), ("ls", 0), ("grep -rn foo src", 0)]
    {
        let (code, _, stderr) = world.told(&["explain", "--exit-code", command]);
        assert_eq!((code, stderr.as_str()), (expected, ""), "{command}");
        assert_eq!(world.told(&["explain", command]).0, 0);
    }
    assert_eq!(world.told(&["mute", "git-push-force"]).0, 0);
    let (code, page, _) = world.told(&["explain", "--exit-code", "git push -f origin main"]);
    assert_eq!(code, 0, "what is muted is not said: {page}");
}

#[test]
fn the_machines_form_has_every_stage() {
    let world = World::new();
    let report: Value = serde_json::from_str(&text(
        &world,
        &["explain", "--json", "--", "rm -rf $X/a; npm test | tail"],
    ))
    .unwrap();
    let mut keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["advice", "client", "event", "near", "read", "stages", "tool"]);
    assert_eq!(report["event"], "PostToolUse");
    let rules: Vec<String> = advice(&report).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["rm-rf-dangerous", "masked-exit-pipe"], "in the judge's order");
    assert_eq!(report["advice"][0]["severity"], "critical");
    assert_eq!(report["advice"][0]["path"], "fast");
    let stages: Vec<&str> =
        report["stages"].as_array().unwrap().iter().map(|s| s["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["read", "gate", "parse", "rules", "analyzers"]);
    assert!(report["stages"][0]["us"].is_u64());
}

#[test]
fn every_line_has_why_it_is_not_said() {
    let world = World::new();
    let of = |call: &Call| call.explain()["advice"].clone();
    let call = |id: &str| world.bash("grep -rn foo . ; npm test | tail -5").session("s").id(id);
    let first = of(&call("a"));
    assert_eq!((&first[0]["rule"], &first[0]["said"]), (&json!("masked-exit-pipe"), &json!(true)));
    assert_eq!((&first[1]["said"], &first[1]["held"]), (&json!(false), &json!("outranked")));
    assert!(world.stored().is_empty(), "explain writes nothing: {:?}", world.stored());
    call("a").says("masked-exit-pipe");
    assert_eq!(of(&call("a"))[0]["held"], "doubled");
    assert_eq!(of(&call("b"))[0]["held"], "repeat");
    let grep = world.bash("grep -rn foo .").session("t").id("a");
    assert_eq!(of(&grep.env("TOOLCOACH_HOLDOUT", "1"))[0]["held"], "holdout");
    assert_eq!(world.told(&["mute", "grep-recursive"]).0, 0);
    let muted = &of(&world.bash("grep -rn foo .").session("t").id("a"))[0];
    assert_eq!(
        (&muted["held"], &muted["silenced"]),
        (&json!("muted"), &json!("muted until unmuted"))
    );
    let page = text(
        &world,
        &["explain", "--", "npm test | tail -5; git push -f origin main; kill %1 | cat"],
    );
    assert!(
        !page.contains("Not said: a more important"),
        "what is critical leaves room for another: {page}"
    );
    let page = text(&world, &["explain", "--", "grep -rn foo .; npm test | tail -5"]);
    assert!(page.contains("  Not said: muted until unmuted\n"), "{page}");
}

/// What is said of recorded calls, one after the other, is what `explain` announced.
#[test]
fn the_hook_says_what_explain_announces() {
    let world = World::new();
    let (mut said, mut announced) = (0, 0);
    for mut call in recorded_calls() {
        let fields = call.as_object_mut().unwrap();
        fields.insert("agent_id".into(), fields["x_agent_id"].clone());
        let input = call.to_string();
        let run = |args: &[&str]| {
            let mut command = world.unhurried(args);
            feed(command.env("TOOLCOACH_HOLDOUT", "0.5"), input.as_bytes())
        };
        let explained = run(&["explain", "--json"]);
        let heard = answer(&run(&[]));
        // What a client does not read, and what is no call, has no explanation.
        let Ok(report) = serde_json::from_slice::<Value>(&explained.stdout) else {
            assert_eq!(heard, None, "{input}");
            continue;
        };
        let lines: Vec<&str> = report["advice"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["said"] == true)
            .map(|line| line["text"].as_str().unwrap())
            .collect();
        let expected = (!lines.is_empty()).then(|| lines.join("\n"));
        assert_eq!(heard, expected, "{input}\n{report}");
        said += usize::from(heard.is_some());
        announced += report["advice"].as_array().unwrap().len();
    }
    eprintln!("{announced} findings, {said} answers, as announced");
}

#[test]
fn the_rule_book_is_listed_and_shown() {
    let world = World::new();
    let list = text(&world, &["rules"]);
    assert_eq!(
        list.lines()
            .filter(|line| line.contains("  hint ")
                || line.contains("  warn ")
                || line.contains("critical"))
            .count(),
        toolcoach::rules::all().count()
    );
    let page = text(&world, &["rules", "grep-recursive"]);
    for part in ["Why: ", "Needs: rg on PATH", "Speaks on:", "Silent on:"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let entries: Value =
        serde_json::from_str(&text(&world, &["rules", "--format", "json"])).unwrap();
    assert_eq!(entries.as_array().unwrap().len(), toolcoach::rules::all().count());
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
}
