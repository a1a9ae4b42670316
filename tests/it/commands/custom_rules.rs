//! Own rules: they hit, miss, are counted and explained as those of the book.

use serde_json::{Value, json};

use crate::harness::{World, advice};

/// A world whose settings hold one custom rule `own`, with a text of its own.
fn with(rule: Value) -> World {
    let mut whole = json!({ "id": "own", "text": "this is known" });
    whole.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
    let world = World::new();
    world.settings(&json!({ "rules": [whole] }).to_string());
    world
}

fn near(world: &World, command: &str) -> String {
    let report = world.bash(command).explain();
    let near = report["near"].as_array().unwrap().iter().find(|near| near["rule"] == "own");
    near.map(|near| near["because"].as_str().unwrap().to_owned()).unwrap_or_default()
}

#[test]
fn a_program_is_found_where_it_runs_and_nowhere_else() {
    let world = with(json!({ "program": ["npm", "yarn"], "subcommand": ["install", "i"] }));
    for command in [
        "npm install",
        "cd app && npm i left-pad",
        "sudo yarn install --silent",
        "FOO=1 npm --prefix app install",
        "bash -c 'npm install'",
        "(npm install) | cat",
        "echo $(npm i)",
        "/usr/bin/npm install",
    ] {
        world.bash(command).says("own");
        let said = advice(&world.bash(command).explain());
        assert!(
            said.contains(&("own".into(), "[toolcoach] this is known (own)".into())),
            "{command}: {said:?}"
        );
    }
    for command in [
        "npm test",
        "npm run install-all",
        "pnpm install",
        "echo npm install",
        "git commit -m 'npm install'",
        "cat <<'EOF'\nnpm install\nEOF",
        "# npm install",
        "ssh web 'npm install'",
        "docker exec app npm install",
        "rg 'npm install'",
        "npm install --help",
        "setup() { npm install; }",
        "npm install 'unclosed",
        "npm",
        "npm-check install",
    ] {
        assert!(
            !advice(&world.bash(command).explain()).iter().any(|(id, _)| id == "own"),
            "{command}"
        );
    }
    assert_eq!(near(&world, "npm install --help"), "it only asks for help or the version");
    assert_eq!(
        near(&world, "setup() { npm install; }"),
        "it is in a function, which may not be called"
    );
}

#[test]
fn a_wrapper_is_meant_by_a_rule_about_nothing_else() {
    let world = with(json!({ "program": "sudo" }));
    world.bash("sudo systemctl restart x").says("own");
    world.bash("systemctl restart x").is_silent();
    let world = with(json!({ "program": "sudo", "flags": "-y" }));
    world.bash("sudo systemctl restart -y x").is_silent();
}

#[test]
fn flags_must_all_be_there() {
    let world = with(json!({ "program": "tar", "flags": ["-x", "--verbose"] }));
    for command in ["tar -xf a.tar --verbose", "tar --verbose -fxz a", "tar --verbose=2 -x"] {
        world.bash(command).says("own");
    }
    for command in [
        "tar -x",
        "tar --verbose",
        "tar -cf a --verbose",
        "tar --verbose -- -x",
        "tar --extract --verbose",
    ] {
        world.bash(command).is_silent();
    }
    assert_eq!(near(&world, "tar -x"), "it does not have all of the `flags`");
    let world = with(json!({ "program": "go", "subcommand": "test", "flags": "-race" }));
    for (command, speaks) in [
        ("go test -race ./...", true),
        ("go test -race=true", true),
        ("go test -racer", false),
        ("go test -v ./race", false),
    ] {
        assert_eq!(world.bash(command).answer().is_some(), speaks, "{command}");
    }
}

#[test]
fn words_and_paths_match_globs() {
    let world = with(json!({ "program": "python", "args": "setup.py" }));
    world.bash("python setup.py install").says("own");
    world.bash("python app/setup.py install").says("own");
    world.bash("python setup.pyc").is_silent();
    assert_eq!(near(&world, "python -m build"), "none of its words matches `args`");

    let world = with(json!({ "tool": ["Edit", "Write"], "path": "src/gen/**" }));
    let edit = |tool: &str, path: &str| world.call(tool, json!({ "file_path": path }));
    edit("Edit", "/repo/src/gen/a/b.rs").says("own");
    edit("Write", "/repo/src/gen/x").says("own");
    edit("Edit", "/repo/src/generated/b.rs").is_silent();
    edit("Read", "/repo/src/gen/x").is_silent();
    world.call("Edit", json!({})).is_silent();
    let report = edit("Edit", "/repo/src/main.rs").explain();
    assert_eq!(report["near"][0]["because"], "its path does not match `path`");

    let world = with(json!({ "tool": "mcp__db__*" }));
    world.call("mcp__db__query", json!({ "sql": "x" })).says("own");
    world.call("mcp__dbx__query", json!({})).is_silent();
    // Failed calls are looked at too.
    world.call("mcp__db__query", json!({})).failed("no such table").says("own");
}

#[test]
fn the_better_command_is_shown() {
    let world = with(json!({ "program": "npm", "better": "pnpm install" }));
    let said = world.bash("npm install").answer().unwrap();
    assert_eq!(said, "[toolcoach] this is known: `pnpm install` (own)");
    // Together too long: the text alone is said, and explain tells why.
    let world =
        with(json!({ "program": "npm", "text": "x".repeat(100), "better": "y".repeat(100) }));
    let said = world.bash("npm install").answer().unwrap();
    assert_eq!(said, format!("[toolcoach] {} (own)", "x".repeat(100)));
    let (_, _, stderr) = world.told(&["rules"]);
    assert!(stderr.contains("`better` is left out"), "{stderr}");
    // What hides is taken out, what looks like a secret is not said.
    let world = with(json!({ "program": "npm", "text": "a\u{202e}b\u{200b}c" }));
    assert_eq!(world.bash("npm i").answer().unwrap(), "[toolcoach] abc (own)");
    let world = with(json!({ "program": "npm", "text": "password=hunter2" }));
    world.bash("npm i").is_silent();
}

#[test]
fn they_are_remembered_held_back_and_counted() {
    let world = with(json!({ "program": "npm" }));
    let call =
        |n: usize, command: &str| world.bash(command).session("s").id(&format!("t{n}")).answer();
    assert!(call(1, "npm view x").is_some());
    assert!(call(2, "npm view x").is_none());
    let calls = world.lines("calls.jsonl");
    assert_eq!(calls[0]["say"], json!(["own"]));
    assert_eq!(calls[1]["held"], json!({ "own": "repeat" }));
    assert_eq!(world.lines("warnings.jsonl")[0]["sev"], "hint");
    let (_, page, _) = world.told(&["--stats"]);
    assert!(page.lines().any(|line| line.starts_with("own ") && line.contains("1")), "{page}");

    let world = with(json!({ "program": "npm", "severity": "critical" }));
    world.settings(
        &json!({ "budget": { "hints": 0, "warnings": 0 }, "rules": [
            { "id": "own", "program": "npm", "text": "x", "severity": "critical" },
            { "id": "mild", "program": "npm", "text": "y" }
        ] })
        .to_string(),
    );
    for n in 0..5 {
        let said = world.bash("npm view x").session("s").id(&format!("t{n}")).answer().unwrap();
        assert_eq!(said, "[toolcoach] x (own)", "{n}");
    }
    let world = with(json!({ "program": "npm", "severity": "warn" }));
    let said: Vec<usize> = (0..20)
        .filter(|n| world.bash("npm view x").session("s").id(&format!("t{n}")).answer().is_some())
        .collect();
    assert_eq!(said, [0, 5, 10]);
}

#[test]
fn an_own_rule_comes_before_a_hint_of_the_book_and_after_a_warning() {
    let world = with(json!({ "program": ["grep", "git"] }));
    world.bash("grep -rn foo .").says("own");
    let report = advice(&world.bash("grep -rn foo .").explain());
    assert_eq!(
        report.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(),
        ["own", "grep-recursive"]
    );
    world.bash("git push -f").says("git-push-force");
}

#[test]
fn names_of_the_book_and_names_that_are_taken_have_no_effect() {
    let world = World::new();
    world.settings(
        &json!({ "rules": [
            { "id": "git-push-force", "program": "ls", "text": "x" },
            { "id": "own", "program": "ls", "text": "first" },
            { "id": "own", "program": "ls", "text": "second" }
        ] })
        .to_string(),
    );
    assert_eq!(world.bash("ls").answer().unwrap(), "[toolcoach] first (own)");
    assert_eq!(advice(&world.bash("ls").explain()).len(), 1);
    let (_, _, stderr) = world.told(&["rules"]);
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert!(stderr.contains("`git-push-force` is a built-in rule"), "{stderr}");
}

#[test]
fn they_are_in_the_list_and_have_a_page() {
    let world = with(
        json!({ "program": "npm", "subcommand": ["install", "i"], "flags": "-g", "args": "left-*" }),
    );
    let (code, list, _) = world.told(&["rules"]);
    assert_eq!(code, 0);
    let line = list.lines().find(|line| line.starts_with("own ")).unwrap();
    let cells = line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(cells, "own hint custom: npm install|i with -g on left-*");
    assert!(list.lines().all(|line| line.chars().count() <= 80));
    let (_, page, _) = world.told(&["rules", "own"]);
    for part in [
        "own (hint, a custom rule)",
        "npm install|i with -g on left-*",
        "[toolcoach] this is known (own)",
    ] {
        assert!(page.contains(part), "{page}");
    }
    let (_, entries, _) = world.told(&["rules", "--format", "json"]);
    let entries: Value = serde_json::from_str(&entries).unwrap();
    let entry = entries.as_array().unwrap().iter().find(|entry| entry["id"] == "own").unwrap();
    assert_eq!(entry["own"], true);
    // The book as a document contains built-in rules only.
    let (_, book, _) = world.told(&["rules", "--format", "markdown"]);
    assert!(!book.contains("## own"));
    let (_, section, _) = world.told(&["rules", "own", "--format", "markdown"]);
    assert!(section.starts_with("## own\n\ncustom: npm"), "{section}");
}

#[test]
fn two_hundred_of_them_are_read_and_no_more() {
    let rules = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|n| json!({ "id": format!("r-{n}"), "program": format!("prog{n}"), "text": "x" }))
            .collect()
    };
    let world = World::new();
    world.settings(&json!({ "rules": rules(200) }).to_string());
    world.bash("prog0 && prog199").says("r-0");
    assert_eq!(advice(&world.bash("prog0 && prog199").explain()).len(), 2);
    world.settings(&json!({ "rules": rules(201) }).to_string());
    world.bash("prog199").says("r-199");
    world.bash("prog200").is_silent();
    let (_, _, stderr) = world.told(&["rules"]);
    assert!(stderr.contains("more than 200 custom rules"), "{stderr}");
}

#[test]
fn the_example_speaks() {
    let world = World::new();
    world.settings(include_str!("../../../config.example.json"));
    let (_, _, stderr) = world.told(&["rules"]);
    assert_eq!(stderr, "");
    world.bash("npm install").says("use-pnpm");
    world.bash("terraform -chdir=prod apply -auto-approve").says("apply-unseen");
    world.call("Edit", json!({ "file_path": "/repo/src/gen/a.rs" })).says("generated-code");
}

#[test]
fn keys_that_do_not_fit_together_are_told() {
    let of_commands = "`subcommand`, `flags` and `args` belong to `program`, not to `tool`";
    for (keys, told) in [
        (r#""program": "a", "path": "*.rs""#, "`path` belongs to `tool`, `args` to `program`"),
        (r#""tool": "Read", "subcommand": "a""#, of_commands),
        (r#""tool": "Read", "flags": "-x""#, of_commands),
        (r#""tool": "Read", "args": "*""#, of_commands),
    ] {
        let world = World::new();
        world.settings(&format!(r#"{{ "rules": [{{ "id": "x", "text": "y", {keys} }}] }}"#));
        let (_, _, stderr) = world.told(&["rules"]);
        assert!(stderr.contains(told), "{keys}: {stderr}");
    }
}

/// The longest value of each form, and values that do not have it.
#[test]
fn a_value_without_its_form_is_told() {
    let told = |key: &str, value: &str| {
        let mut rule = json!({ "id": "x", "text": "y", "program": "a" });
        rule[key] = json!(value);
        let world = World::new();
        world.settings(&json!({ "rules": [rule] }).to_string());
        world.told(&["rules"]).2
    };
    for (key, form, longest, good, bad) in [
        ("text", "1 to 160 characters", 160, "a/b c", ["", "a\nb"]),
        ("better", "a command of 1 to 120 characters", 120, "a 'b'", ["", "a `b`"]),
        ("args", "a glob of 1 to 200 characters", 200, "*/a b.rs", ["", "a\nb"]),
        ("subcommand", "a word of 1 to 200 characters", 200, "a/b", ["a b", "a\u{1}"]),
        ("program", "a program's name without a folder", 200, "a.b", ["a/b", "a b"]),
        ("flags", "a flag such as -x or --long", 200, "-x", ["x", "-x=1"]),
    ] {
        let long = if key == "flags" {
            format!("-{}", "x".repeat(longest - 1))
        } else {
            "x".repeat(longest)
        };
        for value in [good, &long] {
            assert_eq!(told(key, value), "", "{key}: {value}");
        }
        let longer = format!("{long}x");
        for value in bad.into_iter().chain([longer.as_str(), ""]) {
            assert!(told(key, value).contains(form), "{key}: {value:?}");
        }
    }
    for (key, value) in [("better", "a\nb"), ("flags", "--"), ("flags", "-é"), ("flags", "-x y")] {
        assert!(told(key, value).contains(": expected a "), "{key}: {value:?}");
    }
}
