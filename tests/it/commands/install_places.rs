//! Where `toolcoach install` writes, and the form and the command that each agent gets.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::commands::install::{Home, ours, read};
use crate::commands::install_files::names_us;
#[cfg(unix)]
use crate::commands::install_files::set_mode;
use crate::harness::{binary, feed};

#[cfg(unix)]
#[test]
fn a_path_that_a_shell_would_take_apart_is_quoted() {
    let home = Home::new();
    let path = home.claude("{}");
    fs::create_dir(home.path(".codex")).unwrap();
    let folder = home.world.root().join("it's $HOME; a b");
    fs::create_dir(&folder).unwrap();
    let program = folder.join("toolcoach");
    crate::harness::program(&program, &fs::read(binary()).unwrap());
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(&program);
        let command = command.args(args).env_clear().env("HOME", home.path(""));
        feed(
            command.env("TOOLCOACH_STATE_DIR", home.world.state()).current_dir(home.world.work()),
            b"",
        )
    };
    assert!(run(&["install", "--yes"]).status.success());
    for file in [path.clone(), home.path(".codex/hooks.json")] {
        let hook = read(&file)["hooks"]["PostToolUse"][0]["hooks"][0].clone();
        assert_eq!(hook.get("args"), None, "old versions would run the command without its quotes");
        let mut shell = std::process::Command::new("/bin/sh");
        shell
            .args(["-c", hook["command"].as_str().unwrap()])
            .env_clear()
            .env("HOME", home.path(""));
        let answer = crate::harness::answer(&feed(
            &mut shell,
            &home.world.bash("git push -f origin main").json(),
        ));
        assert!(answer.unwrap().contains("git-push-force"));
    }
    assert!(String::from_utf8_lossy(&run(&["install", "--yes"]).stdout).contains("Nothing to do."));
    // Another copy takes over, and knows what the first one wrote.
    home.does(&["install", "--yes"]);
    assert_eq!(ours(&read(&path)).len(), 3);
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    assert!(!home.path(".codex/hooks.json").exists());
}

#[cfg(unix)]
#[test]
fn the_command_is_the_place_on_path_that_stays() {
    let home = Home::new();
    let path = home.claude("{}");
    let link = home.world.root().join("bin/toolcoach");
    std::os::unix::fs::symlink(binary(), &link).unwrap();
    home.does(&["install", "--yes"]);
    let command =
        |path: &Path| read(path)["hooks"]["PostToolUse"][0]["hooks"][0]["command"].clone();
    assert_eq!(command(&path), json!(link));
    // Another program of that name is not this one.
    fs::remove_file(&link).unwrap();
    fs::write(&link, "").unwrap();
    home.does(&["install", "--yes"]);
    assert_eq!(command(&path), binary());
}

#[test]
fn every_client_gets_its_own_form() {
    let home = Home::new();
    for folder in [".claude", ".codex", ".gemini", ".qwen", ".cursor", ".copilot", ".factory"] {
        fs::create_dir(home.path(folder)).unwrap();
    }
    let before = home.files();
    let told = home.does(&["install", "--yes"]);
    assert!(told.contains("/hooks") && told.contains("Cursor: skipped"), "{told}");
    assert!(!home.path(".cursor/hooks.json").exists());
    home.does(&["install", "--yes", "--client", "cursor", "--matcher", "Shell"]);
    let line = format!("{binary} hook", binary = binary());
    let command = |timeout: u32| json!({ "type": "command", "command": line, "timeout": timeout });
    let group = |timeout: u32| json!([{ "matcher": "*", "hooks": [command(timeout)] }]);
    for (file, pointer, expected) in [
        (".codex/hooks.json", "/hooks/PostToolUse", group(5)),
        (".gemini/settings.json", "/hooks/AfterTool", group(5000)),
        (".qwen/settings.json", "/hooks/PostToolUseFailure", group(5000)),
        (".factory/hooks.json", "/PostToolUse", group(5)),
        (
            ".cursor/hooks.json",
            "/hooks/postToolUse",
            json!([{ "matcher": "Shell", "command": line, "timeout": 5 }]),
        ),
        (".cursor/hooks.json", "/version", json!(1)),
        (
            ".copilot/hooks/toolcoach.json",
            "/hooks/postToolUseFailure",
            json!([{ "type": "command", "bash": line, "timeoutSec": 5 }]),
        ),
    ] {
        assert_eq!(read(&home.path(file)).pointer(pointer), Some(&expected), "{file}");
    }
    home.does(&["uninstall", "--yes"]);
    assert_eq!(home.files(), before);
    assert!(!home.path(".copilot/hooks").exists(), "a folder that was made goes, too");
}

#[test]
fn droid_keeps_hooks_that_a_new_file_would_hide() {
    let home = Home::new();
    let text = "{\n  \"hooks\": {\"Stop\": []}\n}\n";
    let path = home.put(".factory/settings.json", text);
    home.does(&["install", "--yes"]);
    assert!(!home.path(".factory/hooks.json").exists());
    assert_eq!(ours(&read(&path)).len(), 1);
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_folders_that_clients_are_told_count() {
    let home = Home::new();
    let elsewhere = home.world.root().join("else where");
    for (client, variable, file) in [
        ("claude", "CLAUDE_CONFIG_DIR", "settings.json"),
        ("codex", "CODEX_HOME", "hooks.json"),
        ("copilot", "COPILOT_HOME", "hooks/toolcoach.json"),
    ] {
        let mut command = home.world.command(&["install", "--yes", "--client", client]);
        // Also where there is no home.
        let output = feed(command.env_remove("HOME").env(variable, &elsewhere), b"");
        assert!(output.status.success(), "{output:?}");
        assert!(elsewhere.join(file).is_file(), "{file}");
    }
    assert!(home.files().is_empty());
    // The records know the way back, without the variables.
    home.does(&["uninstall", "--yes"]);
    assert!(!elsewhere.exists());
}

#[test]
fn scopes_have_their_files() {
    let home = Home::new();
    home.world.file(".git/HEAD", "ref: refs/heads/main\n");
    home.world.file("deep/x", "");
    home.claude("{}");
    let at = |args: &[&str]| {
        let output =
            feed(home.world.command(args).current_dir(home.world.work().join("deep")), b"");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let before = home.files();
    assert!(at(&["install", "--yes", "--scope", "project"]).contains("without toolcoach on PATH"));
    at(&["install", "--yes", "--scope", "local"]);
    let project = read(&home.world.work().join(".claude/settings.json"));
    assert_eq!(project["hooks"]["PostToolUse"][0]["hooks"][0]["command"], "toolcoach");
    assert_eq!(ours(&read(&home.world.work().join(".claude/settings.local.json"))).len(), 3);
    assert_eq!(read(&home.path(".claude/settings.json")), json!({}));
    at(&["uninstall", "--yes", "--scope", "project"]);
    assert!(!home.world.work().join(".claude/settings.json").exists());
    at(&["uninstall", "--yes"]);
    assert_eq!(home.files(), before);
    let (code, _, stderr) =
        home.world.told(&["install", "--yes", "--scope", "local", "--client", "codex"]);
    assert_eq!((code, stderr.contains("Codex has no local settings")), (1, true), "{stderr}");
}

#[cfg(unix)]
#[test]
fn an_entry_of_a_project_can_be_silent_where_the_program_is_missing() {
    const LINE: &str = "command -v toolcoach >/dev/null 2>&1 || exit 0; exec toolcoach hook";
    let home = Home::new();
    for (client, file) in [
        ("claude", ".claude/settings.json"),
        ("codex", ".codex/hooks.json"),
        ("gemini", ".gemini/settings.json"),
        ("qwen", ".qwen/settings.json"),
        ("cursor", ".cursor/hooks.json"),
        ("copilot", ".github/hooks/toolcoach.json"),
        ("droid", ".factory/hooks.json"),
    ] {
        let install = ["install", "--yes", "--scope", "project", "--client", client];
        let quiet = [&install[..], &["--if-found"]].concat();
        // An entry without it is renewed.
        home.does(&install);
        let path = home.world.work().join(file);
        assert!(!read(&path).to_string().contains(LINE), "{client}");
        assert!(!home.does(&quiet).contains("without toolcoach on PATH"), "{client}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(LINE) && !text.contains("\"args\""), "{client}: {text}");
        // Both ways it stays.
        for again in [&quiet[..], &install] {
            assert!(home.does(again).contains("Nothing to do."), "{client}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        home.does(&["uninstall", "--yes", "--scope", "project", "--client", client]);
        assert!(!path.exists(), "{client}");
    }
    let output = home.world.program("/bin/sh", &["-c", LINE]).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
    let (code, _, stderr) = home.world.told(&["install", "--yes", "--if-found"]);
    assert_eq!(
        (code, stderr.as_str()),
        (2, "toolcoach: install: --if-found is for --scope project\n")
    );
}

#[cfg(unix)]
#[test]
fn a_program_of_another_name_writes_no_entry_that_it_would_not_know_again() {
    let home = Home::new();
    let path = home.claude("{}");
    let renamed = home.path("tc");
    crate::harness::program(&renamed, &fs::read(binary()).unwrap());
    let run = |path: &Path| {
        let mut command = std::process::Command::new(path);
        command
            .args(["install", "--client", "claude", "--yes"])
            .env_clear()
            .env("HOME", home.path(""))
            .env("TOOLCOACH_STATE_DIR", home.world.state())
            .env("PATH", home.path("bin"))
            .current_dir(home.world.work());
        feed(&mut command, b"")
    };
    let output = run(&renamed);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("by the program name toolcoach"), "{stderr}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    // A link of the right name on PATH will do.
    fs::create_dir(home.path("bin")).unwrap();
    std::os::unix::fs::symlink(&renamed, home.path("bin/toolcoach")).unwrap();
    assert!(run(&renamed).status.success());
    assert!(fs::read_to_string(&path).unwrap().contains("bin/toolcoach"));
}

#[test]
fn a_folder_that_is_no_absolute_path_counts_as_unset() {
    for value in ["~/.config/cc", "cc", ""] {
        let home = Home::new();
        let claude = home.claude("{}\n");
        let mut command = home.world.command(&["install", "--yes", "--client", "claude"]);
        let output = crate::harness::feed(command.env("CLAUDE_CONFIG_DIR", value), b"");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert_eq!(stderr.contains("CLAUDE_CONFIG_DIR"), !value.is_empty(), "{stderr}");
        assert!(names_us(&claude), "{value}");
        assert_eq!(home.files().len(), 1, "{value}: {:?}", home.files().keys());
    }
}

/// Where a new text cannot be moved from the state folder, it waits beside the settings.
#[cfg(target_os = "linux")]
#[test]
fn a_state_folder_on_another_file_system_is_no_obstacle() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let claude = home.claude("{}\n");
    set_mode(&claude, 0o640);
    let is_as_it_should_be = |names: bool| {
        assert_eq!(names_us(&claude), names);
        assert_eq!(fs::metadata(&claude).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(home.files().len(), 1, "{:?}", home.files().keys());
    };
    if let Ok(state) = tempfile::tempdir_in("/dev/shm") {
        for command in ["install", "uninstall"] {
            let mut command_there = home.world.command(&[command, "--yes"]);
            let output = crate::harness::feed(
                command_there.env("TOOLCOACH_STATE_DIR", state.path().join("state")),
                b"",
            );
            assert!(output.status.success(), "{output:?}");
            is_as_it_should_be(command == "install");
        }
    }
    // A mount of the same file system is only found out by the attempt.
    if !crate::faults::steering::can_trace() {
        return;
    }
    let args = ["-f", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2"];
    let inject = ["-e", "inject=rename,renameat,renameat2:error=EXDEV:when=1"];
    let install = [crate::harness::binary(), "install", "--yes"];
    let mut command =
        home.world.program("/usr/bin/strace", &[&args[..], &inject, &install].concat());
    let output = crate::harness::feed(&mut command, b"");
    assert!(output.status.success(), "{output:?}");
    is_as_it_should_be(true);
    assert!(!home.world.state().join("backups").exists());
}
