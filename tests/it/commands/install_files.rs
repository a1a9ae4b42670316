//! What `install` and `uninstall` do to files: all of them or none, and nothing is left beside them.

use std::fs;
use std::path::Path;

use crate::commands::install::Home;

#[track_caller]
fn names_us(path: &Path) -> bool {
    String::from_utf8_lossy(&fs::read(path).unwrap()).contains("toolcoach")
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
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
        assert!(!stdout.contains("done"), "{stdout}");
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
