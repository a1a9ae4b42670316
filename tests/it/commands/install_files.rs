//! What `install` and `uninstall` do to files: all of them or none, and nothing is left beside them.

use std::fs;
use std::path::Path;

use crate::commands::install::Home;
use crate::commands::pages::one_line;

#[track_caller]
pub fn names_us(path: &Path) -> bool {
    String::from_utf8_lossy(&fs::read(path).unwrap()).contains("toolcoach")
}

#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn one_file_that_cannot_be_written_stops_all() {
    let home = Home::new();
    let claude = home.claude("{}\n");
    let gemini = home.put(".gemini/settings.json", "{}\n");
    let refused = |args: &[&str]| {
        let before = home.files();
        let (code, stdout, stderr) = home.world.told(args);
        assert_eq!(
            (code, stderr.contains(".gemini/settings.json: it is read-only")),
            (1, true),
            "{stderr}"
        );
        assert!(!stdout.contains(": wrote "), "{stdout}");
        assert_eq!(home.files(), before, "{args:?}");
    };
    set_mode(&gemini, 0o444);
    refused(&["install", "--yes"]);
    refused(&["install", "--dry-run"]);
    assert!(!home.world.state().join("backups").exists(), "no backup of what was not changed");
    home.does(&["install", "--yes", "--client", "claude"]);
    set_mode(&gemini, 0o644);
    home.does(&["install", "--yes"]);
    set_mode(&gemini, 0o444);
    refused(&["uninstall", "--yes"]);
    home.does(&["uninstall", "--yes", "--client", "claude"]);
    assert_eq!((names_us(&claude), names_us(&gemini)), (false, true));
}

/// A folder in which nothing can be made is found out before the first file has changed, and so is
/// one that has to be made first.
#[cfg(target_os = "linux")]
#[test]
fn one_folder_that_cannot_be_written_stops_all() {
    for folder in ["/proc/self", "/proc/self/nowhere/below"] {
        let home = Home::new();
        home.claude("{}\n");
        home.put(".gemini/settings.json", "{}\n");
        let before = home.files();
        let mut command = home.world.command(&["install", "--yes"]);
        // Copilot's file comes last.
        command.env("COPILOT_HOME", folder);
        command.args(["--client", "claude", "--client", "gemini", "--client", "copilot"]);
        let output = crate::harness::feed(&mut command, b"");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(home.files(), before, "{folder}");
        assert!(!home.world.state().join("backups").exists());
    }
}

/// The second of two files, and the records of both, cannot take their place.
#[cfg(target_os = "linux")]
#[test]
fn what_was_changed_is_put_back_when_a_later_step_fails() {
    if !crate::faults::steering::can_trace() {
        return;
    }
    for is_there in [true, false] {
        for failing in [2, 3] {
            let home = Home::new();
            fs::create_dir(home.path(".claude")).unwrap();
            fs::create_dir(home.path(".gemini")).unwrap();
            if is_there {
                home.claude("{\"a\": 1}\n");
                home.put(".gemini/settings.json", "{\"b\": 1}\n");
            }
            let fails = |args: &[&str]| {
                let before = home.files();
                let inject = format!("inject=rename,renameat,renameat2:error=EIO:when={failing}");
                let trace = ["-f", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2"];
                let start = ["-e", &inject, crate::harness::binary()];
                let all = [&trace[..], &start, args].concat();
                let mut command = home.world.program("/usr/bin/strace", &all);
                let output = crate::harness::feed(&mut command, b"");
                assert_eq!(output.status.code(), Some(1), "{failing} {args:?}: {output:?}");
                assert_eq!(home.files(), before, "{failing} {args:?}");
            };
            fails(&["install", "--yes"]);
            assert!(!home.world.state().join("backups").exists());
            home.does(&["install", "--yes"]);
            if is_there {
                fails(&["uninstall", "--yes"]);
            }
            home.does(&["uninstall", "--yes"]);
        }
    }
}

#[test]
fn uninstall_passes_over_what_does_not_name_us() {
    let large = |word: &str| {
        let mut text = vec![b'x'; (5 << 20) - 3];
        text.extend(word.as_bytes());
        text
    };
    let others: [(&str, Vec<u8>); 3] = [
        ("not UTF-8", b"{\"theme\":\"caf\xe9\"}".to_vec()),
        ("large", large("")),
        ("a comment", b"{ // mine\n}".to_vec()),
    ];
    for (what, content) in others {
        let home = Home::new();
        let claude = home.claude("{}\n");
        home.does(&["install", "--yes"]);
        let other = home.put(".gemini/settings.json", "");
        fs::write(&other, &content).unwrap();
        home.does(&["uninstall", "--yes"]);
        assert!(!names_us(&claude), "{what}");
        assert!(fs::read(&other).unwrap() == content, "{what}");
    }
    let home = Home::new();
    let claude = home.claude("{}\n");
    home.does(&["install", "--yes"]);
    fs::create_dir_all(home.path(".gemini/settings.json")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        for (folder, target) in [(".qwen", "settings.json"), (".factory", "nothing")] {
            fs::create_dir(home.path(folder)).unwrap();
            symlink(target, home.path(folder).join("settings.json")).unwrap();
        }
        fs::create_dir(home.path(".cursor")).unwrap();
        if crate::harness::have("mkfifo") {
            let fifo = home.path(".cursor/hooks.json");
            assert!(std::process::Command::new("mkfifo").arg(fifo).status().unwrap().success());
        }
    }
    home.does(&["uninstall", "--yes"]);
    assert!(!names_us(&claude));
    // What names us and is not understood is not passed over: the hook would stay in silence.
    for content in [b"{\"toolcoach\":\"caf\xe9\"}".to_vec(), large("toolcoach")] {
        let home = Home::new();
        let claude = home.claude("{}\n");
        home.does(&["install", "--yes"]);
        let other = home.put(".gemini/settings.json", "");
        fs::write(&other, &content).unwrap();
        let (code, _, stderr) = home.world.told(&["uninstall", "--yes"]);
        assert_eq!((code, stderr.contains(".gemini/settings.json:")), (1, true), "{stderr}");
        assert!(names_us(&claude));
    }
}

/// A file that is older than a minute.
#[cfg(unix)]
fn stale(path: &Path) {
    fs::write(path, "{\"env\":{\"ANTHROPIC_API_KEY\":\"sk-test\"}}").unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(90);
    fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
}

/// What a kill left, of this version or 0.1, goes with the next run; what another run may be about
/// to use, or others have made, stays.
#[cfg(unix)]
#[test]
fn what_a_kill_left_is_removed_by_a_later_run() {
    for args in [&["install", "--yes"][..], &["uninstall", "--yes"]] {
        let home = Home::new();
        home.claude("{}\n");
        let left = |name: &str| home.path(".claude").join(name);
        let gone = [
            left(".settings.json.toolcoach-4711"),
            left(".settings.json.toolcoach-4711-18a2f00d"),
            home.world.state().join("backups/0123456789abcdef0123456789abcdef-=4711-18a2f00d"),
        ];
        let kept = [
            left(".settings.json.toolcoach-notes"),
            left(".settings.json.toolcoach-"),
            left("settings.json.toolcoach-4711"),
            left(".settings.json.other-4711"),
        ];
        fs::create_dir_all(home.world.state().join("backups")).unwrap();
        gone.iter().chain(&kept).for_each(|path| stale(path));
        let fresh = left(".settings.json.toolcoach-12");
        fs::write(&fresh, "").unwrap();
        let folder = left(".settings.json.toolcoach-13");
        fs::create_dir(&folder).unwrap();
        home.does(
            &[args, &["--dry-run"]].concat()[..]
                .iter()
                .copied()
                .filter(|arg| *arg != "--yes")
                .collect::<Vec<_>>(),
        );
        assert!(gone.iter().all(|path| path.exists()), "a dry run removes nothing");
        home.does(args);
        assert!(gone.iter().all(|path| !path.exists()), "{args:?}");
        assert!(kept.iter().all(|path| path.exists()) && fresh.exists() && folder.exists());
    }
}

/// While it waits to take its place, a text with keys in it is nowhere near git.
#[cfg(target_os = "linux")]
#[test]
fn nothing_waits_in_a_folder_of_the_project() {
    use crate::faults::steering::can_trace;
    if !can_trace() {
        return;
    }
    let home = Home::new();
    home.world.file(".claude/settings.json", "{\"env\":{\"KEY\":\"sk-test\"}}\n");
    let trace = home.world.root().join("trace");
    let args = ["-f", "-y", "-e", "trace=openat,open,rename,renameat,renameat2,fchmod", "-o"];
    let install = ["install", "--client", "claude", "--scope", "project", "--yes"];
    let mut command = home.world.program(
        "/usr/bin/strace",
        &[&args[..], &[trace.to_str().unwrap(), crate::harness::binary()], &install].concat(),
    );
    assert!(crate::harness::feed(&mut command, b"").status.success());
    let trace = fs::read_to_string(trace).unwrap();
    let made: Vec<&str> = trace.lines().filter(|line| line.contains("O_CREAT")).collect();
    assert!(made.iter().any(|line| line.contains("/backups/") && line.contains("0600")), "{trace}");
    assert!(!made.iter().any(|line| line.contains("/.claude/")), "{made:#?}");
    assert!(
        trace
            .lines()
            .any(|line| line.contains("rename") && line.contains("/.claude/settings.json"))
    );
}

#[cfg(unix)]
#[test]
fn a_file_with_two_names_keeps_both() {
    use std::os::unix::fs::MetadataExt;
    let home = Home::new();
    let text = format!("{{\"a\": \"{}\"}}\n", "x".repeat(2000));
    let dotfile = home.put("dotfiles/claude.json", &text);
    let claude = home.path(".claude/settings.json");
    fs::create_dir_all(claude.parent().unwrap()).unwrap();
    fs::hard_link(&dotfile, &claude).unwrap();
    home.does(&["install", "--yes"]);
    assert!(names_us(&dotfile));
    assert_eq!(fs::read(&dotfile).unwrap(), fs::read(&claude).unwrap());
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&dotfile).unwrap(), text);
    assert_eq!(fs::metadata(&claude).unwrap().nlink(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn extended_attributes_stay() {
    let home = Home::new();
    let claude = home.claude("{}\n");
    let value = b"of the user\0\xff";
    let set = rustix::fs::setxattr(&claude, "user.note", value, rustix::fs::XattrFlags::empty());
    if set.is_err() {
        eprintln!("skipped: no extended attributes here");
        return;
    }
    home.does(&["install", "--yes"]);
    assert!(names_us(&claude));
    let mut kept = [0_u8; 64];
    let end = rustix::fs::getxattr(&claude, "user.note", &mut kept[..]).unwrap();
    assert_eq!(&kept[..end], value);
}

/// The copy of a file holds its keys, so there is none where the entries can be taken out again
/// without a trace.
#[test]
fn a_copy_is_kept_only_where_it_is_needed() {
    let key = "{\n  \"env\": { \"ANTHROPIC_API_KEY\": \"sk-test\" }\n}\n";
    let home = Home::new();
    let claude = home.claude(key);
    assert!(!home.does(&["install", "--yes"]).contains("; the original file: "));
    let kept = home.world.stored();
    assert!(!kept.values().any(|content| content.contains("sk-test")), "{kept:?}");
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&claude).unwrap(), key);
    // An empty list would go with the entry in it.
    let odd = "{ \"hooks\": { \"PostToolUse\": [ ] }, \"key\": \"sk-test\" }";
    fs::write(&claude, odd).unwrap();
    assert!(one_line(&home.does(&["install", "--yes"])).contains("; the original file: "));
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&claude).unwrap(), odd);
    assert!(!home.world.state().join("backups").exists());
}

/// Under sudo with the user's HOME, folders of root's would shut the user's own hook out.
#[cfg(unix)]
#[test]
fn root_makes_no_folders_of_its_own_in_the_home_of_a_user() {
    use std::os::unix::fs::{MetadataExt, chown};
    let home = Home::new();
    let claude = home.claude("{}\n");
    for path in [home.path(""), home.path(".claude"), claude.clone()] {
        if chown(path, Some(1234), Some(1234)).is_err() {
            eprintln!("skipped: only root can give files away");
            return;
        }
    }
    let told = |args: &[&str]| {
        let mut command = home.world.command(args);
        let output = crate::harness::feed(command.env_remove("TOOLCOACH_STATE_DIR"), b"");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let before = home.files();
    for args in [&["install", "--yes"][..], &["uninstall", "--yes"], &["mute", "grep-recursive"]] {
        let (code, stderr) = told(args);
        assert_eq!((code, stderr.contains("belongs to user 1234")), (Some(1), true), "{stderr}");
        assert_eq!(home.files(), before);
        assert!(!home.path(".local").exists());
    }
    // With a state folder of root's it may write the settings, whose new folders are the user's.
    home.does(&["install", "--yes", "--client", "claude", "--client", "copilot"]);
    for path in [&claude, &home.path(".copilot/hooks"), &home.path(".copilot/hooks/toolcoach.json")]
    {
        assert_eq!(fs::metadata(path).unwrap().uid(), 1234, "{}", path.display());
    }
}

#[test]
fn a_comment_is_called_one_and_two_ways_on_are_told() {
    for (text, at) in [("{\n  // mine\n}\n", ":2:3: "), ("{\"a\": /* mine */ 1}", ":1:7: ")] {
        let home = Home::new();
        let claude = home.claude("{}\n");
        let gemini = home.put(".gemini/settings.json", text);
        let (code, stdout, stderr) = home.world.told(&["install", "--yes"]);
        let expected = format!("{at}this is a comment");
        assert_eq!((code, stderr.contains(&expected)), (1, true), "{stderr}");
        assert!(stderr.contains("--client") && stderr.contains("entry above"), "{stderr}");
        assert!(!names_us(&claude));
        let (_, entry) = stdout.split_once("\n\n").unwrap();
        let entry: serde_json::Value = serde_json::from_str(entry).unwrap();
        assert_eq!(entry["hooks"]["AfterTool"][0]["matcher"], "*");
        // What it says to paste is what it would have written.
        fs::write(&gemini, "{}\n").unwrap();
        home.does(&["install", "--yes", "--client", "gemini"]);
        assert_eq!(crate::commands::install::read(&gemini), entry);
    }
    let home = Home::new();
    home.claude("{ \"a\": \"// none\", \"b\": 1x }");
    let (_, _, stderr) = home.world.told(&["install", "--yes"]);
    assert!(!stderr.contains("comment"), "{stderr}");
}

#[test]
fn the_line_of_the_plugin_is_known_as_ours() {
    let line = "command -v toolcoach >/dev/null 2>&1 || exit 0; exec toolcoach hook";
    let entry = |matcher: &str| serde_json::json!([{ "matcher": matcher, "hooks": [{ "type": "command", "command": line }] }]);
    let text = serde_json::json!({ "hooks": {
        "PostToolUse": entry("*"), "PostToolUseFailure": entry("*"),
        "SessionStart": entry("startup|compact|clear") } })
    .to_string();
    let home = Home::new();
    let claude = home.claude(&text);
    home.does(&["install", "--yes"]);
    let settings = crate::commands::install::read(&claude);
    assert_eq!(settings["hooks"]["PostToolUse"].as_array().unwrap().len(), 1, "{settings}");
    fs::write(&claude, &text).unwrap();
    home.does(&["uninstall", "--yes"]);
    assert!(!claude.exists() || !names_us(&claude));
    // In a project's settings it saves others an error on each call, and stays.
    home.world.file(".claude/settings.json", &text);
    let project = ["install", "--yes", "--client", "claude", "--scope", "project"];
    assert!(home.does(&project).contains("Nothing to do."));
    // One that does more is left alone.
    let more = line.replace("exit 0", "echo none");
    home.claude(&text.replace(line, &more));
    home.does(&["install", "--yes", "--client", "claude"]);
    let settings = crate::commands::install::read(&claude);
    assert_eq!(settings["hooks"]["PostToolUse"].as_array().unwrap().len(), 2, "{settings}");
}
