//! `toolcoach check`: what is wrong with settings, where, and what their examples do.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::docs::pages::{ROOT, read};
use crate::harness::{World, feed, have};

const FILE: &str = ".toolcoach.json";

/// Checks this content of a project's file: the exit code, and what is printed, without the path.
fn check(content: &str) -> (i32, String) {
    let world = World::new();
    world.file(FILE, content);
    let (code, page, stderr) = world.told(&["check", FILE]);
    assert_eq!(stderr.is_empty(), code == 0, "{stderr}");
    (code, page.replace(FILE, "F"))
}

/// A file with one custom rule of these keys.
fn rule(keys: Value) -> String {
    let mut rule = json!({ "id": "own", "text": "this is known" });
    rule.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    json!({ "rules": [rule] }).to_string()
}

#[test]
fn a_right_file_passes_and_says_what_was_looked_at() {
    let (code, page) = check(
        r#"{"disable": ["git-push-force"], "rules": [
          {"id": "use-pnpm", "program": ["npm", "yarn"], "subcommand": "install", "text": "use pnpm",
           "hits": ["npm install", "cd app && sudo yarn install"], "misses": ["npm test", "echo npm install"]},
          {"id": "generated", "tool": ["Edit", "Write"], "path": "src/gen/**", "text": "made by make gen",
           "hits": ["Edit src/gen/a.rs"], "misses": ["Edit src/a.rs", "Read src/gen/a.rs"]}]}"#,
    );
    assert_eq!((code, page.as_str()), (0, "F: ok, 2 custom rules, 7 examples\n"));
    assert_eq!(check("{}"), (0, "F: ok, 0 custom rules, 0 examples\n".to_owned()));
}

#[test]
fn every_fault_of_a_file_is_said_with_its_place() {
    let (code, page) = check(
        "{\n  \"disabel\": [],\n  \"pin\": [],\n  \"disable\": [\"Grep\", \"grep-recursve\"],\n  \
         \"budget\": { \"gap\": 1001, \"hint\": 2 },\n  \"rules\": [\n    \
         { \"id\": \"a\", \"text\": \"t\", \"program\": \"x\", \"extra\": 1, \"flags\": \"y\" },\n    \
         { \"id\": \"b\", \"text\": \"t\", \"program\": \"x\" },\n    \
         { \"id\": \"b\", \"text\": \"t\", \"program\": \"y\" },\n    \
         { \"id\": \"git-push-force\", \"text\": \"t\", \"program\": \"y\" }\n  ]\n}\n",
    );
    let found: Vec<&str> = page.lines().collect();
    let expected = [
        "F:2:3: unknown key `disabel`; the nearest is `disable`",
        "F:3:3: `pin` counts in the file of a company or a user only",
        "F:4:15: expected a rule's id",
        "F:4:23: there is no rule `grep-recursve`; the nearest is `grep-recursive`",
        "F:5:22: expected a whole number from 0 to 1000",
        "F:5:28: unknown key `hint`; the nearest is `hints`",
        "F:7:47: unknown key `extra`",
        "F:7:",
        "F:9:5: there is already a custom rule `b`; this one has no effect",
        "F:10:5: `git-push-force` is a built-in rule; a custom rule needs another id",
    ];
    assert_eq!(code, 1);
    assert_eq!(found.len(), expected.len(), "{page}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
    assert!(found[7].contains("expected a flag such as -x or --long"), "{page}");
}

#[test]
fn a_file_that_is_no_json_is_one_fault() {
    for (content, expected) in [
        ("", "F:1:1: EOF while parsing a value"),
        ("[]", "F:1:1: invalid type: sequence, expected a JSON object"),
        ("{\"disable\": [\"a\",]}", "F:1:18: expected value"),
        ("{\n  // no comments\n}", "F:2:3: this is a comment; settings are plain JSON"),
    ] {
        let (code, page) = check(content);
        assert_eq!((code, page.lines().count()), (1, 1), "{content}: {page}");
        assert!(page.starts_with(expected), "{page}");
    }
    let world = World::new();
    let (code, page, stderr) = world.told(&["check", "none.json"]);
    assert_eq!((code, page.as_str()), (1, "none.json: there is no such file\n"));
    assert_eq!(stderr, "toolcoach: 1 fault\n");
}

/// What can never speak is a fault, at its own place; what only looks like it is none.
#[test]
fn a_rule_that_can_never_speak_is_a_fault() {
    for (keys, value, told) in [
        (json!({ "program": "python*" }), "\"python*\"", "compared as a name, not as a glob"),
        (json!({ "program": ["npm", "npm|yarn"] }), "\"npm|yarn\"", "a list: [\"npm\", \"yarn\"]"),
        (json!({ "program": "npm", "subcommand": "i*" }), "\"i*\"", "a sub-command is compared"),
        (json!({ "program": "npm", "subcommand": "-g" }), "\"-g\"", "name it in `flags`"),
        (json!({ "program": "npm", "flags": "--no-*" }), "\"--no-*\"", "a flag is compared"),
        (json!({ "program": "cc", "args": "*.{c,h}" }), "\"*.{c,h}\"", "`{` is a letter here"),
        (json!({ "tool": "Edit", "path": "*.{ts,tsx}" }), "\"*.{ts,tsx}\"", "`{` is a letter"),
        (json!({ "tool": "Edit", "path": "*.[ch]" }), "\"*.[ch]\"", "`[` is a letter here"),
        (json!({ "tool": "Edit", "path": "./src/**" }), "\"./src/**\"", "write `src/**`"),
        (json!({ "tool": "Edit", "path": "~/x" }), "\"~/x\"", "`~` is a letter here"),
        (json!({ "tool": "Edit", "path": "src/gen/" }), "\"src/gen/\"", "`src/gen/**` matches all"),
        (json!({ "tool": "Edit", "path": "src\\gen" }), "\"src\\\\gen\"", "separated by `/`"),
        (json!({ "tool": "Bash", "path": "src/**" }), "\"src/**\"", "no path of its own"),
        (json!({ "tool": ["Edit|Write"] }), "\"Edit|Write\"", "[\"Edit\", \"Write\"]"),
        (json!({ "tool": "edit" }), "\"edit\"", "there is no tool `edit`; it is `Edit`"),
    ] {
        let content = rule(keys);
        let column = content.find(value).unwrap() + 1;
        let (code, page) = check(&content);
        assert_eq!((code, page.lines().count()), (1, 1), "{content}: {page}");
        assert!(page.starts_with(&format!("F:1:{column}: custom rule `own`: ")), "{page}");
        assert!(page.contains(told), "{page}");
    }
    for keys in [
        json!({ "program": "[" }),
        json!({ "program": "python", "args": "{a,b}" }),
        json!({ "tool": "mcp__db__*" }),
        json!({ "tool": "Edit", "path": "app/[slug]/page.tsx" }),
        json!({ "tool": "Edit", "path": "{{cookiecutter.name}}/**" }),
        json!({ "tool": ["Bash", "Edit"], "path": "src/**" }),
    ] {
        let (code, page) = check(&rule(keys));
        assert_eq!(code, 0, "{page}");
    }
}

#[test]
fn a_text_that_is_too_long_or_never_said_is_a_fault() {
    for (keys, told) in [
        (json!({ "program": "x", "text": "y".repeat(161) }), "1 to 160 characters"),
        (json!({ "program": "x", "text": "password=hunter2" }), "looks like it contains a secret"),
        (
            json!({ "program": "x", "text": "y".repeat(100), "better": "z".repeat(100) }),
            "longer than 160 characters, so `better` is left out",
        ),
    ] {
        let (code, page) = check(&rule(keys));
        assert!(code == 1 && page.contains(told), "{page}");
    }
}

#[test]
fn an_example_that_does_not_do_as_it_says_is_a_fault() {
    let npm = |hits: &[&str], misses: &[&str]| {
        check(&rule(json!({ "program": "npm", "subcommand": "install", "args": "left-*",
            "hits": hits, "misses": misses })))
    };
    assert_eq!(npm(&["npm install left-pad"], &["npm install right-pad"]).0, 0);
    for (hits, misses, told) in [
        (
            vec!["npm install x"],
            vec![],
            "`hits`: the rule `own` does not speak on `npm install x`: none of its words matches `args`",
        ),
        (vec!["npm test left-x"], vec![], "none of its commands is one that the rule looks at"),
        (vec!["npm install 'left-"], vec![], "`hits`: the rule `own` does not speak on"),
        (
            vec![],
            vec!["sudo npm install left-pad"],
            "`misses`: the rule `own` speaks on `sudo npm install left-pad`",
        ),
    ] {
        let (code, page) = npm(&hits, &misses);
        assert_eq!((code, page.lines().count()), (1, 1), "{page}");
        assert!(page.contains(told), "{page}");
    }
    // The place is that of the example, not of the rule.
    let world = World::new();
    world.file(
        FILE,
        "{\"rules\": [{\"id\": \"own\", \"text\": \"x\", \"tool\": \"Edit\", \"path\": \"/a/*\",\n\
         \"hits\": [\"Edit /a/b\",\n  \"Edit b\", \"Write /a/b\"]}]}",
    );
    let (code, page, stderr) = world.told(&["check", FILE]);
    assert_eq!((code, stderr.as_str()), (1, "toolcoach: 2 faults\n"));
    assert!(page.starts_with(".toolcoach.json:3:3: `hits`: "), "{page}");
    assert!(page.lines().nth(1).unwrap().starts_with(".toolcoach.json:3:13: "), "{page}");
    // An example has a form, and there are not endlessly many.
    for (examples, told) in [
        (json!([""]), "a call of 1 to 1000 characters"),
        (json!(["x".repeat(1001)]), "a call of 1 to 1000 characters"),
        (json!([1]), "a call of 1 to 1000 characters"),
        (json!("npm install"), "expected a sequence"),
        (json!(vec!["npm"; 51]), "at most 50 examples"),
    ] {
        let (code, page) = check(&rule(json!({ "program": "npm", "hits": examples })));
        assert!(code == 1 && page.contains(told), "{page}");
    }
    // A command of several lines is one example.
    let (code, page) = check(&rule(json!({ "program": "npm", "hits": ["cd x\nnpm i"] })));
    assert_eq!(code, 0, "{page}");
}

#[test]
fn whose_a_file_is_decides_what_it_may_say() {
    let world = World::new();
    let content = r#"{"pin": ["git-push-force"], "budget": {}}"#;
    world.file(FILE, content);
    world.file("config.json", content);
    assert_eq!(world.told(&["check", "config.json"]).0, 0, "a user's");
    for (whose, told) in [("project", "`pin` counts"), ("company", "`budget` counts")] {
        let (code, page, _) = world.told(&["check", "--as", whose, "config.json"]);
        assert!(code == 1 && page.contains(told) && page.lines().count() == 1, "{page}");
    }
    assert_eq!(world.told(&["check", "--as", "user", FILE]).0, 0);
    assert_eq!(world.told(&["check", "--as", "user"]).0, 2, "no file");
    assert_eq!(world.told(&["check", "--as", "nobody", FILE]).0, 2);
    let sum = "a".repeat(64);
    for (trust, told) in [
        (json!([{ "remote": "github.com/a/b", "sha256": sum }]), None),
        (json!([{ "remote": "github.com/a/b" }]), Some("together with the `sha256`")),
        (json!([{ "sha256": sum }]), Some("together with the `sha256`")),
        (json!([{ "remote": "github.com/a/b", "sha256": "A1" }]), Some("64 lower-case")),
        (json!(["github.com/a/b"]), Some("expected a JSON object")),
    ] {
        world.file("company.json", &json!({ "trust": trust }).to_string());
        let (code, page, _) = world.told(&["check", "--as", "company", "company.json"]);
        assert_eq!(code, i32::from(told.is_some()), "{page}");
        assert!(page.contains(told.unwrap_or("ok")) && page.lines().count() == 1, "{page}");
    }
}

#[test]
fn without_a_name_it_checks_what_counts_here() {
    let world = World::new();
    let (code, page, _) = world.told(&["check"]);
    assert!(code == 0 && page.contains("/config.json\nA project's would be .tool"), "{page}");
    let user = world.settings(
        r#"{"budget": {"hints": 5}, "disable": ["mine"],
        "rules": [{"id": "mine", "program": "x", "text": "y"}]}"#,
    );
    world.file(
        FILE,
        r#"{"budget": {"hints": 30, "warnings": 1, "gap": 0}, "rules": [{"id": "mine", "program": "x", "text": "y"}]}"#,
    );
    let (code, page, _) = world.told(&["check"]);
    assert_eq!(code, 1);
    let lines: Vec<&str> = page.lines().collect();
    assert_eq!(lines.len(), 4, "{page}");
    assert_eq!(lines[0], format!("{}: ok, 1 custom rule, 0 examples", user.display()));
    let project = world.work().join(FILE);
    for (line, told) in lines[1..].iter().zip([
        ":1:22: a project can only make it say less: 5 counts here, not 30",
        ":1:48: a project can only make it say less: 3 counts here, not 0",
        ":1:62: there is already a custom rule `mine`",
    ]) {
        assert!(line.starts_with(&format!("{}{told}", project.display())), "{line}");
    }
    // doctor and explain say the same.
    let (_, _, stderr) = world.told(&["explain", "--", "ls"]);
    assert!(stderr.contains("5 counts here, not 30"), "{stderr}");
    // Two projects do not know of each other, whatever their rules are called.
    world.file("a/.toolcoach.json", &rule(json!({ "program": "x" })));
    world.file("b/.toolcoach.json", &rule(json!({ "program": "y" })));
    assert_eq!(world.told(&["check", "a/.toolcoach.json", "b/.toolcoach.json"]).0, 0);
    // One file that is broken does not hide the other.
    world.file("a/.toolcoach.json", "broken");
    let (code, page, _) = world.told(&["check", "a/.toolcoach.json", "b/.toolcoach.json"]);
    assert!(
        code == 1 && page.lines().count() == 2 && page.contains("b/.toolcoach.json: ok"),
        "{page}"
    );
}

#[test]
fn machines_get_an_object() {
    let world = World::new();
    world.file(FILE, &rule(json!({ "program": "npm", "hits": ["npm i", "ls"] })));
    let (code, json, _) = world.told(&["check", "--json", FILE, "none"]);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["v"], &report["faults"]), (&json!(1), &json!(2)));
    let file = &report["files"][1];
    assert_eq!(
        (&file["path"], &file["whose"], &file["rules"], &file["examples"]),
        (&json!(FILE), &json!("project"), &json!(1), &json!(2))
    );
    assert_eq!(file["faults"][0]["line"], 1);
    assert!(file["faults"][0]["what"].as_str().unwrap().starts_with("`hits`: "));
    assert_eq!(report["files"][0]["faults"][0]["line"], Value::Null);
}

/// One mistyped key leaves the rest of a file as it is, and everybody who looks is told.
#[test]
fn one_unknown_key_keeps_the_rest() {
    let world = World::new();
    world.file(
        FILE,
        r#"{"disable": ["git-push-force"], "disabel": ["x"], "rules": [{"id": "own", "program": "npm", "text": "x"}]}"#,
    );
    let push = "git push -f origin main";
    world.bash(push).is_silent();
    let told = ".toolcoach.json:1:33: unknown key `disabel`; the nearest is `disable`";
    assert!(world.told(&["explain", "--", push]).2.contains(told));
    assert!(world.told(&["check"]).1.contains(told));
    let (code, _, stderr) = world.told(&["trust", "--yes"]);
    assert!(code == 0 && stderr.contains(told), "the rules are as they should be: {stderr}");
    world.bash("npm install").says("own");
    let (_, report, _) = world.told(&["doctor", "--json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["check"] == "project").unwrap();
    assert_eq!((&finding["status"], &finding["line"]), (&json!("warning"), &json!(1)));
    assert!(finding["mend"].as_str().unwrap().contains("the rest of the file counts"), "{finding}");
    assert_eq!(world.lines("errors.jsonl")[0]["kind"], "settings-invalid");
}

#[test]
fn what_has_no_effect_is_not_trusted() {
    for content in [
        rule(json!({ "id": "grep-recursive", "program": "grep" })),
        rule(json!({ "tool": "Edit", "path": "*.{ts,tsx}" })),
        rule(json!({ "program": "python*" })),
        rule(json!({ "program": "npm", "progam": "x" })),
    ] {
        let world = World::new();
        world.file(FILE, &content);
        let (code, page, stderr) = world.told(&["trust", "--yes"]);
        assert_eq!((code, page.as_str()), (1, ""), "{stderr}");
        let (_, checked, _) = world.told(&["check", FILE]);
        let what = checked.trim_end().split_once(": ").unwrap().1;
        assert!(stderr.contains(what), "trust says {stderr}, check {checked}");
        assert!(stderr.ends_with("nothing was trusted; correct the file first\n"), "{stderr}");
        assert!(!world.stored().contains_key("trust.json"));
    }
}

/// The lines of a YAML file with this key, without the key.
fn values(yaml: &str, key: &str) -> Vec<String> {
    let prefix = format!("{key}: ");
    let value =
        |line: &str| line.trim_start_matches([' ', '-']).strip_prefix(&prefix).map(str::to_owned);
    yaml.lines().filter_map(value).collect()
}

/// pre-commit appends the names of the files to `entry`.
#[test]
fn the_pre_commit_hook_runs_check_on_projects_files() {
    let yaml = read(".pre-commit-hooks.yaml");
    let (entries, files) = (values(&yaml, "entry"), values(&yaml, "files"));
    assert_eq!(values(&yaml, "id").len(), 2);
    assert_eq!(values(&yaml, "language"), ["system", "rust"]);
    assert!(entries.iter().all(|entry| entry == "toolcoach check"), "{entries:?}");
    for pattern in files {
        let pattern = regex_lite::Regex::new(&pattern).unwrap();
        assert!(pattern.is_match(FILE) && pattern.is_match("a/b/.toolcoach.json"));
        assert!(!pattern.is_match("x.toolcoach.json") && !pattern.is_match(".toolcoach.jsonl"));
    }
    let world = World::new();
    world.file(FILE, "{}");
    world.file("a/.toolcoach.json", "{\"x\": 1}");
    let (code, page, _) = world.told(&["check", FILE, "a/.toolcoach.json"]);
    assert!(code == 1 && page.contains("\na/.toolcoach.json:1:2: "), "{page}");
}

/// The action's own script, with the program on PATH as in a job that has installed it.
#[cfg(unix)]
#[test]
fn the_action_marks_the_line_of_each_fault() {
    let yaml = read("packaging/action/action.yml");
    assert_eq!(values(&yaml, "using"), ["composite"]);
    assert_eq!(values(&yaml, "run"), ["'\"$GITHUB_ACTION_PATH/run\"'"]);
    let script = read("packaging/action/run");
    for name in ["FILES", "WHOSE", "VERSION", "REPOSITORY"] {
        assert_eq!(values(&yaml, name).len(), 1, "{name}");
        assert!(script.contains(&format!("${name}")) || script.contains(&format!("${{{name}")));
    }
    // Nothing of an input may become part of the script.
    assert!(!script.contains("${{"));
    if !have("bash") {
        return;
    }
    let world = World::new();
    world.file(FILE, "{}");
    world.file("100%.json", "{\n\"x\": 1, \"disable\": [\"50%\"]}");
    let bin = Path::new(crate::harness::binary()).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let run = |files: &str, whose: &str| {
        let mut bash =
            world.program("/usr/bin/env", &["bash", &format!("{ROOT}/packaging/action/run")]);
        let bash = bash.env("PATH", &path).env("FILES", files).env("WHOSE", whose);
        let output = feed(bash, b"");
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(FILE, ""), (0, format!("{FILE}: ok, 0 custom rules, 0 examples\n")));
    let (code, page) = run("100%.json .toolcoach.json", "project");
    assert_eq!(code, 1);
    assert!(page.contains("\n::error file=100%25.json,line=2,col=1::unknown key `x`"), "{page}");
    assert_eq!(page.matches("::error ").count(), 2, "{page}");
    assert!(page.ends_with("ok, 0 custom rules, 0 examples\n"), "{page}");
    // The script is as it is tested, and can be run.
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(format!("{ROOT}/packaging/action/run")).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
}
