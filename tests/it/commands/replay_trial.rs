//! `toolcoach replay --config FILE`: a settings file tried out on past sessions.

use std::fs;

use serde_json::{Value, json};

use crate::harness::World;

/// Shell calls of a session, as recorded hook inputs.
fn recording(world: &World, session: &str, cwd: &str, commands: &[&str]) {
    let line = |(nth, command): (usize, &&str)| {
        json!({ "hook_event_name": "PostToolUse", "session_id": session, "tool_use_id": format!("{session}{nth}"),
            "cwd": cwd, "tool_name": "Bash", "timestamp": format!("2026-11-01T10:{nth:02}:00.000Z"),
            "tool_input": { "command": command }, "tool_response": { "stdout": "", "stderr": "" } })
    };
    let text: String =
        commands.iter().enumerate().map(|call| format!("{}\n", line(call))).collect();
    world.file(&format!("past/{session}.jsonl"), &text);
}

/// A world with two recorded sessions, and these settings in force and to try.
fn world(in_force: &str, tried: &str) -> World {
    let world = World::new();
    recording(&world, "one", "/x", &["git add -A", "npm install", "git push -f origin topic"]);
    recording(&world, "two", "/y", &["git add -A", "ls"]);
    world.settings(in_force);
    world.file("new.json", tried);
    world
}

fn diff(world: &World, arguments: &[&str]) -> Value {
    let fixed =
        ["replay", "--config", "new.json", "--diff", "--json", "--have", "git,npm,rg", "past"];
    let (code, stdout, stderr) = world.told(&[&fixed, arguments].concat());
    assert_eq!((code, stderr.as_str()), (0, ""));
    serde_json::from_str(&stdout).unwrap()
}

const PNPM: &str = r#"{ "id": "use-pnpm", "program": "npm", "subcommand": "install", "text": "packages are installed with pnpm here" }"#;

#[test]
fn lines_that_appear_and_vanish_are_counted_by_rule_with_reasons_and_examples() {
    let world = world("{}", &format!(r#"{{ "disable": ["git-add-all"], "rules": [{PNPM}] }}"#));
    let report = diff(&world, &[]);
    assert_eq!((&report["v"], &report["whose"]), (&json!(1), &json!("user")));
    assert_eq!(
        (&report["calls"], &report["sessions"], &report["files"]),
        (&json!(5), &json!(2), &json!(2))
    );
    assert_eq!(
        (&report["appears"], &report["vanishes"], &report["changes"]),
        (&json!(1), &json!(2), &json!(0))
    );
    assert_eq!((&report["before"]["lines"], &report["after"]["lines"]), (&json!(3), &json!(2)));
    let silenced = &report["rules"]["git-add-all"];
    assert_eq!((&silenced["before"], &silenced["after"]), (&json!(2), &json!(0)));
    assert_eq!(silenced["vanishes"]["reasons"], json!({ "disabled": 2 }));
    assert_eq!(silenced["vanishes"]["sessions"], 2);
    let example = &silenced["vanishes"]["examples"][0];
    assert_eq!((&example["about"], &example["after"]), (&json!("git add -A"), &Value::Null));
    assert!(example["before"]["advice"].as_str().unwrap().ends_with("(git-add-all)"), "{example}");
    let custom = &report["rules"]["use-pnpm"];
    assert_eq!((&custom["before"], &custom["after"]), (&json!(0), &json!(1)));
    assert_eq!(custom["appears"]["reasons"], json!({ "no-match": 1 }));
    let unchanged = &report["rules"]["git-push-force"];
    assert_eq!((&unchanged["before"], &unchanged["after"]), (&json!(1), &json!(1)));
    for change in ["appears", "vanishes", "changes"] {
        assert_eq!(unchanged[change]["times"], 0);
    }
    assert_eq!(diff(&world, &["--jobs", "1"]), diff(&world, &["--jobs", "8"]));
    assert_eq!(diff(&world, &["--rule", "use-pnpm"])["rules"].as_object().unwrap().len(), 1);
    let none = diff(&world, &["--examples", "0"]);
    assert_eq!(none["rules"]["git-add-all"]["vanishes"]["examples"], json!([]));
}

#[test]
fn the_page_shows_what_changes_in_eighty_columns() {
    let world = world("{}", &format!(r#"{{ "disable": ["git-add-all"], "rules": [{PNPM}] }}"#));
    let arguments = ["replay", "--config", "new.json", "--diff", "--have", "git,npm,rg", "past"];
    let (code, page, stderr) = world.told(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for part in [
        "settings    new.json in place of your settings\n",
        "calls       5 in 2 sessions, 2026-11-01\n",
        "now         3 lines on 3 calls, about ",
        "with it     2 lines on 2 calls, about ",
        "difference  1 line appears, 2 lines vanish\n",
        "\nrule         now  with it  appear  vanish  change\n",
        "git-add-all    2        0       0       2       0\n",
        "\ngit-add-all: 2 lines vanish in 2 sessions; with it: disabled in the settings 2\n",
        "  > git add -A\n  - [toolcoach] ",
        "\nuse-pnpm: 1 line appears in 1 session; until now: did not match 1\n",
        "  > npm install\n  + [toolcoach] packages are installed with pnpm here (use-pnpm)\n",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("git-push-force"), "{page}");
    for line in page.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert_eq!(line, line.trim_end());
    }
    let narrow = world.command(&arguments).env("COLUMNS", "40").output().unwrap();
    let narrow = String::from_utf8(narrow.stdout).unwrap();
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
}

#[test]
fn other_words_and_another_severity_are_a_change() {
    let rule = |text: &str, severity: &str| {
        format!(
            r#"{{ "rules": [{{ "id": "use-pnpm", "program": "npm", "text": "{text}", "severity": "{severity}" }}] }}"#
        )
    };
    let world = world(&rule("use pnpm", "hint"), &rule("use pnpm", "warn"));
    let change = |world: &World| diff(world, &[])["rules"]["use-pnpm"]["changes"].clone();
    let reweighed = change(&world);
    assert_eq!(reweighed["times"], 1);
    assert_eq!(reweighed["examples"][0]["before"]["severity"], "hint");
    assert_eq!(reweighed["examples"][0]["after"]["severity"], "warn");
    let (_, page, _) = world.told(&["replay", "--config", "new.json", "--diff", "past"]);
    assert!(page.contains("  - (hint) [toolcoach] use pnpm (use-pnpm)\n  + (warn) [toolcoach] use pnpm (use-pnpm)\n"), "{page}");
    world.file("new.json", &rule("pnpm only", "hint"));
    let reworded = change(&world);
    assert_eq!(reworded["times"], 1);
    assert_eq!(reworded["examples"][0]["after"]["advice"], "[toolcoach] pnpm only (use-pnpm)");
}

#[test]
fn what_follows_from_a_change_is_shown_too() {
    // A call has room for one line.
    let world = world("{}", r#"{ "disable": ["masked-exit-pipe"] }"#);
    let both = "grep -rn foo . ; npm test 2>&1 | tail -5";
    recording(&world, "three", "/x", &[both]);
    let report = diff(&world, &[]);
    assert_eq!(
        report["rules"]["masked-exit-pipe"]["vanishes"]["reasons"],
        json!({ "disabled": 1 })
    );
    assert_eq!(report["rules"]["grep-recursive"]["appears"]["reasons"], json!({ "outranked": 1 }));
    // A smaller budget.
    world.file("new.json", r#"{ "budget": { "warnings": 0 } }"#);
    let report = diff(&world, &[]);
    assert_eq!(report["rules"]["git-add-all"]["vanishes"]["reasons"], json!({ "budget": 2 }));
}

#[test]
fn settings_that_change_nothing_say_so() {
    let world = world(
        r#"{ "disable": ["git-add-all"] }"#,
        r#"{ "disable": ["git-add-all", "grep-recursive"] }"#,
    );
    let report = diff(&world, &[]);
    assert_eq!(
        (&report["appears"], &report["vanishes"], &report["changes"]),
        (&json!(0), &json!(0), &json!(0))
    );
    let (code, page, _) = world.told(&["replay", "--config", "new.json", "--diff", "past"]);
    assert_eq!(code, 0);
    assert!(page.ends_with("difference  none\n"), "{page}");
}

#[test]
fn a_projects_file_counts_in_its_folder_and_is_trusted() {
    let world = World::new();
    let project = world.work().join("app");
    let inside = project.join("src");
    fs::create_dir_all(&inside).unwrap();
    fs::create_dir(project.join(".git")).unwrap();
    recording(&world, "inside", inside.to_str().unwrap(), &["git add -A", "npm install"]);
    recording(&world, "outside", "/elsewhere", &["git add -A", "npm install"]);
    let text = format!(r#"{{ "disable": ["git-add-all"], "rules": [{PNPM}] }}"#);
    world.file("app/.toolcoach.json", &text);
    let report = |arguments: &[&str]| -> Value {
        let (code, stdout, stderr) =
            world.told(&[&["replay", "--diff", "--json", "past", "--config"], arguments].concat());
        assert_eq!((code, stderr.as_str()), (0, ""));
        serde_json::from_str(&stdout).unwrap()
    };
    // It is there already, but nobody trusts its rules.
    let by_name = report(&["app/.toolcoach.json"]);
    assert_eq!(by_name["whose"], "project");
    assert_eq!((&by_name["appears"], &by_name["vanishes"]), (&json!(1), &json!(0)), "{by_name}");
    fs::remove_file(project.join(".toolcoach.json")).unwrap();
    world.file("new.json", &text);
    let named = report(&["new.json", "--as", "project", "--project", "app"]);
    assert_eq!(named["calls"], 2);
    assert_eq!((&named["appears"], &named["vanishes"]), (&json!(1), &json!(1)));
    let company = report(&["new.json", "--as", "company"]);
    assert_eq!((&company["appears"], &company["vanishes"]), (&json!(2), &json!(2)));
}

#[test]
fn without_diff_the_file_counts_as_if_it_were_in_force() {
    let world =
        world(r#"{ "disable": ["git-push-force"] }"#, &format!(r#"{{ "rules": [{PNPM}] }}"#));
    let (code, stdout, _) = world.told(&["replay", "--json", "--config", "new.json", "past"]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["rules"]["use-pnpm"]["said"]), (0, &json!(1)));
    assert_eq!(report["rules"]["git-push-force"]["said"], 1);
    let (_, page, _) =
        world.told(&["replay", "--config", "new.json", "--rule", "use-pnpm", "past"]);
    assert!(page.starts_with("settings    new.json in place of your settings\ncalls "), "{page}");
    assert!(page.contains("\nuse-pnpm "), "{page}");
}

#[test]
fn faults_of_the_file_are_reported() {
    let world = world("{}", r#"{ "disabel": ["git-add-all"], "disable": ["git-ad-all"] }"#);
    let tried = ["replay", "--config", "new.json", "--diff", "past"];
    let (code, page, stderr) = world.told(&tried);
    assert_eq!(code, 0);
    assert!(page.contains("difference  none\n"), "{page}");
    assert!(stderr.contains("new.json:1:3: ") && stderr.contains("new.json:1:43: "), "{stderr}");
    world.file("new.json", "{ \"disable\": [");
    let (code, page, stderr) = world.told(&tried);
    assert_eq!((code, page.as_str()), (1, ""));
    assert!(stderr.starts_with("toolcoach: new.json:1:"), "{stderr}");
    fs::remove_file(world.work().join("new.json")).unwrap();
    let (code, _, stderr) = world.told(&tried);
    assert_eq!((code, stderr.as_str()), (1, "toolcoach: new.json: there is no such file\n"));
    for wrong in [
        &["replay", "--diff", "past"][..],
        &["replay", "--as", "user", "past"],
        &["replay", "--config", "new.json", "--diff", "--html", "x.html", "past"],
    ] {
        assert_eq!(world.told(wrong).0, 2, "{wrong:?}");
    }
}
