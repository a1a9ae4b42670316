//! Whatever a repository, a file name, a command or an output is made of: nothing that acts on a
//! terminal or hides from a reader comes out, and no secret. docs/security.md says who and why.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use toolcoach::ui::print::STYLES;

use crate::harness::{World, answer, feed};

/// Escapes as 7 and 8 bits, a title, a backspace; bidirectional, zero-width, tags, variation
/// selectors, line separators.
const HOSTILE: &str = "\u{1b}[31m\u{1b}[8m\u{1b}[2J\u{1b}]0;pwn\u{7}\u{9b}31m\u{8}\u{7f}\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}\u{e0041}\u{fe0f}\u{2028}\u{ad}";

/// What must not come out.
fn acts_or_hides(c: char) -> bool {
    let is_plain = matches!(c, '\n' | '\t');
    !is_plain && (c.is_control() || HOSTILE.contains(c) && !c.is_ascii())
}

#[track_caller]
fn clean(bytes: &[u8], of: &str) {
    let text = String::from_utf8_lossy(bytes);
    let found: String = text.chars().filter(|c| acts_or_hides(*c)).collect();
    assert!(found.is_empty(), "{of} shows {found:?} in {text:?}");
}

/// A page without the styles that pages may have. What is hostile has others too, which stay.
fn without_styles(page: &[u8]) -> Vec<u8> {
    let page = String::from_utf8_lossy(page).into_owned();
    STYLES.iter().fold(page, |page, style| page.replace(&format!("\u{1b}[{style}m"), "")).into()
}

/// A name with all of it, fit for a file.
fn name(stem: &str) -> String {
    format!("{stem}{HOSTILE}x")
}

/// A world in whose every corner there is something hostile, and the folder where one stands.
fn hostile() -> (World, PathBuf) {
    let world = World::new();
    let folder = world.work().join(name("repo"));
    fs::create_dir_all(folder.join(".git")).unwrap();
    let written = |path: &str, text: &str| fs::write(folder.join(path), text).unwrap();
    written(".git/HEAD", &format!("ref: refs/heads/{}\n", name("main")));
    written(
        "package.json",
        &json!({ "name": name("p"), "scripts": { name("test"): name("x"), "test": "jest" } })
            .to_string(),
    );
    written("pnpm-lock.yaml", "");
    written(&name("parser"), "x");
    written("parser.py", "x = 1\n");
    written(
        ".toolcoach.json",
        &json!({ "rules": [{ "id": "own", "program": "ls", "text": name("t") }],
        "disable": [name("d")], name("key"): 1 })
        .to_string(),
    );
    let home = world.root().join("home");
    fs::create_dir_all(home.join(".claude")).unwrap();
    fs::write(home.join(".claude/settings.json"), json!({ name("key"): name("v"), "hooks": { "PostToolUse": [
        { "matcher": name("m"), "hooks": [{ "type": "command", "command": format!("toolcoach {HOSTILE}") }] }] } })
        .to_string()).unwrap();
    (world, folder)
}

/// Calls whose every field is hostile.
fn calls(world: &World, folder: &std::path::Path) -> Vec<Vec<u8>> {
    let (cwd, h) = (json!(folder), HOSTILE);
    let file = folder.join(name("file")).to_string_lossy().into_owned();
    let commands = [
        format!("grep -rn 'foo{h}' ."),
        format!("grep -rn foo src{h}"),
        format!("cat src/a{h}.py"),
        format!("find . -name '*{h}.py'"),
        format!("git push -f origin ma{h}in"),
        format!("rm -rf $X/{h}"),
        format!("npm install left-pad{h}"),
        format!("cd {h} && ls"),
        format!("npm test{h} | tail -5"),
        format!("sed -n '1,20p' a{h}.py"),
        format!("vim a{h}.py"),
        format!("ssh host{h}"),
        format!("export A{h}=1"),
        format!("git commit --no-verify -m 'x{h}'"),
        format!("git checkout -- a{h}.py"),
        format!("echo x > a{h}.py"),
        format!("sleep 100; curl http://x{h}.y/"),
        h.to_owned(),
    ];
    let mut inputs = Vec::new();
    for (n, command) in commands.iter().enumerate() {
        let call = || world.bash(command).field("cwd", cwd.clone()).id(&format!("{h}{n}"));
        inputs.push(
            call().response(json!({ "stdout": format!("{h}\n").repeat(3000), "stderr": h })).json(),
        );
        for error in [
            format!("Exit code 127\nbash: line 1: foo{h}: command not found"),
            format!("Exit code 1\ncat: a{h}.py: No such file or directory"),
            format!("Exit code 1\nError: connect ECONNREFUSED 127.0.0.1:54{h}32"),
            format!("Exit code 1\nModuleNotFoundError: No module named 'a{h}b'"),
            format!("Exit code 128\nfatal: pathspec '{h}' did not match any files"),
            format!("Command timed out after 2m 0s {h}"),
        ] {
            inputs.push(call().failed(&error).json());
        }
    }
    let content = "x\n".repeat(900);
    for tool in
        ["Read", "Edit", "Write", "Grep", "Glob", &format!("mcp__a{h}__b{h}"), &format!("Tool{h}")]
    {
        let input = json!({ "file_path": file, "pattern": format!("p{h}"), "path": format!("d{h}"), "content": content,
            "old_string": h, "new_string": h, "task_id": h, h: h });
        let response = json!({ "type": "text", "stdout": h,
            "file": { "filePath": file, "content": content, "numLines": 900 } });
        inputs.push(
            world.call(tool, input.clone()).field("cwd", cwd.clone()).response(response).json(),
        );
        let error =
            format!("<tool_use_error>String to replace not found in file.{h}</tool_use_error>");
        inputs.push(world.call(tool, input).field("cwd", cwd.clone()).failed(&error).json());
    }
    inputs
}

#[test]
fn the_agent_hears_nothing_that_acts_or_hides() {
    let (world, folder) = hostile();
    let mut heard = 0;
    for input in calls(&world, &folder) {
        let mut event: Value = serde_json::from_slice(&input).unwrap();
        for (session, client) in
            [(None, None), (Some(format!("s{HOSTILE}")), Some("gemini")), (None, Some("cursor"))]
        {
            event["session_id"] = json!(session);
            let args: Vec<&str> =
                client.map_or(Vec::new(), |client| vec!["hook", "--client", client]);
            let output =
                feed(world.command(&args).current_dir(&folder), event.to_string().as_bytes());
            assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
            if client.is_none() {
                heard += usize::from(answer(&output).is_some());
            }
            let text = String::from_utf8(output.stdout).unwrap();
            let line: Option<Value> =
                (!text.is_empty()).then(|| serde_json::from_str(&text).unwrap());
            clean(text.as_bytes(), &event.to_string());
            // Not as an escape of JSON either.
            let mut texts = Vec::new();
            strings(line.as_ref().unwrap_or(&Value::Null), &mut texts);
            for told in texts {
                clean(told.replace('\n', " ").as_bytes(), &event.to_string());
            }
        }
    }
    assert!(heard > 30, "only {heard} calls were answered");
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(values) => values.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[test]
fn a_person_is_shown_nothing_that_acts_or_hides() {
    let (world, folder) = hostile();
    let state = folder.join(name("state"));
    let run = |args: &[&str], input: &[u8]| {
        let mut command = world.command(args);
        // Where someone asks for colours, ours are all there is.
        command.env("TOOLCOACH_STATE_DIR", &state).env("CLICOLOR_FORCE", "1").current_dir(&folder);
        let output = feed(&mut command, input);
        assert!(matches!(output.status.code(), Some(0..=2)), "{args:?}: {output:?}");
        let of = format!("{args:?}");
        clean(&without_styles(&output.stdout), &of);
        clean(&without_styles(&output.stderr), &of);
        output
    };
    let inputs = calls(&world, &folder);
    for (n, input) in inputs.iter().enumerate() {
        if n % 3 == 0 {
            run(&["explain"], input);
            run(&["explain", "--json"], input);
        }
        let mut event: Value = serde_json::from_slice(input).unwrap();
        event["session_id"] = json!(format!("s{HOSTILE}"));
        feed(world.command(&[]).env("TOOLCOACH_STATE_DIR", &state), event.to_string().as_bytes());
    }
    // The same as a transcript of recorded inputs.
    let recorded = folder.join(format!("{}.jsonl", name("calls")));
    let lines: Vec<String> =
        inputs.iter().map(|input| String::from_utf8(input.clone()).unwrap()).collect();
    fs::write(&recorded, lines.join("\n") + "\nbroken\n").unwrap();
    let (recorded, odd) = (recorded.to_str().unwrap(), name("no"));
    let out = folder.join(name("out")).to_string_lossy().into_owned();
    for settings in [
        json!({ name("key"): 1 }),
        json!({ "rules": [{ "id": "own", "program": "ls", "text": name("t"), "better": name("b") }] }),
        json!({ "rules": [{ "id": "own", "program": "ls", "text": "plain" }], "disable": ["no-such-rule"] }),
    ] {
        fs::write(folder.join(".toolcoach.json"), settings.to_string()).unwrap();
        for args in [
            &["--stats"][..],
            &["--stats", "--format", "json"],
            &["--stats", "--format", "prometheus"],
            &["--stats", "--session", &odd],
            &["--stats", "--session", &odd, "--format", "json"],
            &["--stats", "--since", &odd],
            &["--stats", "--client", &odd],
            &["--stats", "--output", &out],
            &["--stats", "--html", &out],
            &["--stats", "--html", &format!("{out}/x/y")],
            &["explain", "--last"],
            &["explain", "--last", "--json"],
            &["log"],
            &["log", "--format", "json"],
            &["log", "--session", &odd],
            &["log", "--since", &odd],
            &["log", "-n", &odd],
            &["explain", "--", &format!("cat a{HOSTILE}.py; git push -f {HOSTILE}")],
            &["explain", "--json", "--", &format!("cat a{HOSTILE}.py; git push -f {HOSTILE}")],
            &["explain", "--cwd", &odd, "--", "ls"],
            &["doctor"],
            &["doctor", "--json"],
            &["replay", recorded],
            &["replay", "--json", recorded],
            &["replay", &odd],
            &["replay", "--rule", &odd, recorded],
            &["replay", "--have", &odd, recorded],
            &["rules"],
            &["rules", "--format", "json"],
            &["rules", &odd],
            &["rules", "own"],
            &["mute"],
            &["mute", &odd],
            &["unmute", &odd],
            &["trust"],
            &["trust", "--yes"],
            &["rules", "own", "--format", "json"],
            &["trust", "--revoke"],
            &["install", "--dry-run", "--client", "claude"],
            &["install", "--dry-run", "--client", "claude", "--scope", "project"],
            &["install", "--client", &odd],
            &["install", "--yes", "--client", "claude"],
            &["uninstall", "--dry-run"],
            &["uninstall", "--yes", "--purge", "--dry-run"],
            &[&odd],
            &[&format!("--{odd}")],
            &["rules", "--format", &odd],
            &["rules", "a", &odd],
        ] {
            run(args, b"");
        }
        for input in [
            format!("{{\"{HOSTILE}"),
            HOSTILE.to_owned(),
            json!({ "hook_event_name": HOSTILE }).to_string(),
        ] {
            run(&["explain"], input.as_bytes());
        }
        fs::write(
            world.root().join("home/.claude/settings.json"),
            format!("{{\"{HOSTILE}\": broken"),
        )
        .unwrap();
    }
}

#[test]
fn no_secret_of_a_command_is_shown() {
    const SECRETS: [&str; 3] = [
        "ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh",
        "sk-ant-api03-x7Kq2mVt9RzW4bNc8LpJ0001",
        "hunter2hunter2",
    ];
    let world = World::new();
    let commands: Vec<String> = SECRETS
        .iter()
        .flat_map(|secret| {
            [
                format!("curl -H 'Authorization: Bearer {secret}' https://api.x/user | head -5"),
                format!("git push -f https://user:{secret}@host/x.git main"),
                format!("export API_TOKEN={secret}; grep -rn foo ."),
                format!("mysql -u root --password={secret} shop"),
                format!("PGPASSWORD={secret} psql -h db && git commit --no-verify -m x"),
                format!("cat src/a.py # password={secret}"),
                format!("rm -rf $X/y; login --token={secret}"),
            ]
        })
        .collect();
    let check = |output: &std::process::Output, of: &str| {
        let shown =
            String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat())
                .into_owned();
        for secret in SECRETS {
            assert!(!shown.contains(&secret[4..]), "{of} shows it: {shown}");
        }
    };
    let mut recording = String::new();
    for (n, command) in commands.iter().enumerate() {
        for call in [
            world.bash(command),
            world.bash(command).failed(&format!("Exit code 1\n{command}: not found")),
        ] {
            let input = call.session("s").id(&format!("t{n}")).json();
            for args in [&[][..], &["explain"], &["explain", "--json"]] {
                check(&world.run(args, &input), command);
            }
            recording += std::str::from_utf8(&input).unwrap();
            recording.push('\n');
        }
        check(&world.run(&["explain", "--", command], b""), command);
    }
    world.file("calls.jsonl", &recording);
    for args in [
        &["replay", "--examples", "100", "calls.jsonl"][..],
        &["replay", "--json", "--examples", "100", "calls.jsonl"],
        &["--stats"],
        &["explain", "--last"],
        &["log"],
        &["log", "--format", "json"],
        &["doctor"],
    ] {
        check(&world.run(args, b""), &args.join(" "));
    }
    for (name, text) in world.stored() {
        assert!(SECRETS.iter().all(|secret| !text.contains(&secret[4..])), "{name}: {text}");
    }
}
