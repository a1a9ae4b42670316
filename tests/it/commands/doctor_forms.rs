//! `toolcoach doctor`: how it looks, and that it leaves nothing behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::commands::doctor::{Clinic, when_quick};
use crate::harness::{World, binary, feed, have};

#[test]
fn the_page_fits_eighty_columns_and_is_plain_where_nobody_looks() {
    let clinic = Clinic::new();
    let (code, page, stderr) = when_quick(|| clinic.world().told(&["doctor"]));
    assert_eq!((code, stderr.as_str()), (0, ""));
    for part in [
        "ok    agents        Claude Code: has the hook, for all your calls",
        "(~/.claude/settings.json)",
        "\nEverything works: ",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    clinic.home.does(&["mute", "all", "--for", "ever"]);
    clinic.world().settings("{\n  7\n}\n");
    let (code, page, stderr) = when_quick(|| clinic.world().told(&["doctor"]));
    assert_eq!((code, stderr.as_str()), (1, ""), "the page has the count");
    for part in [
        "warn  silenced      every rule is muted until unmuted\n                    $ toolcoach unmute all\n",
        "FAIL  settings      ~/.config/toolcoach/config.json:2:3: key must be a string",
        "                    - correct it; until then all of this file is ignored\n",
        "\n1 failure, 1 warning\n",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let root = clinic.world().root().to_string_lossy().into_owned();
    assert!(page.is_ascii(), "{page}");
    for line in page.lines().filter(|line| !line.contains(&root) && !line.contains(binary())) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// `script` of other systems takes other arguments.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_unless_it_asks_for_none() {
    if !have("script") {
        return;
    }
    let clinic = Clinic::new();
    clinic.home.does(&["mute", "all", "--for", "ever"]);
    clinic.world().settings("[]");
    let on_terminal = |env: &[(&str, &str)]| {
        let mut command = Command::new("script");
        command
            .args(["-qec", &format!("'{binary}' doctor", binary = binary()), "/dev/null"])
            .stdin(Stdio::null());
        command
            .env_clear()
            .env("HOME", clinic.home.path(""))
            .env("PATH", "/usr/bin:/bin")
            .env("TERM", "xterm");
        command.env("LC_ALL", "C.UTF-8").env("TOOLCOACH_STATE_DIR", clinic.world().state());
        let output =
            command.current_dir(clinic.world().work()).envs(env.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let rich = on_terminal(&[]);
    for part in ["\x1b[32mok", "\x1b[1m\x1b[33mwarn", "\x1b[1m\x1b[31mFAIL"] {
        assert!(rich.contains(part), "{part:?} in {rich:?}");
    }
    let plain = on_terminal(&[("NO_COLOR", "1")]);
    assert!(plain.contains("FAIL  settings") && !plain.contains('\x1b'), "{plain}");
}

/// Everything below a folder: what it is, when it changed, and what is in it.
fn everything(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, (SystemTime, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let changed = fs::symlink_metadata(&path).unwrap().modified().unwrap();
            found.insert(path.clone(), (changed, fs::read(&path).unwrap_or_default()));
            if path.is_dir() && !path.is_symlink() {
                walk(&path, found);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, &mut found);
    found
}

#[test]
fn nothing_is_written_but_in_a_folder_that_goes() {
    let clinic = Clinic::new();
    clinic.world().bash("grep -rn foo .").session("s").says("grep-recursive");
    let temporary = clinic.world().root().join("tmp");
    fs::create_dir(&temporary).unwrap();
    // A call that is tried out takes no part in learning, muting or budgets of real ones.
    for prepare in [&["mute", "git-push-force"][..], &["mute", "all", "--for", "ever"]] {
        clinic.home.does(prepare);
        let before = everything(clinic.world().root());
        for args in [&["doctor"][..], &["doctor", "--json"]] {
            let output = feed(clinic.world().command(args).env("TMPDIR", &temporary), b"");
            assert_eq!(output.status.code(), Some(0), "{output:?}");
        }
        let mut after = everything(clinic.world().root());
        // Its own folder came and went.
        after.insert(temporary.clone(), before[&temporary].clone());
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        assert!(after == before, "something was written");
    }
    // Without a place to write to, nothing can be tried out.
    let nowhere = clinic.world().root().join("nowhere");
    let output = feed(clinic.world().command(&["doctor"]).env("TMPDIR", &nowhere), b"");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        stderr.starts_with(&format!("toolcoach: cannot write {}: ", nowhere.display())),
        "{stderr}"
    );
}

#[test]
fn every_agent_that_install_knows_is_tried_out() {
    let clinic = Clinic::new();
    let (_, _, refusal) = clinic.world().told(&["install", "--client", "?"]);
    let names = refusal.split("possible values: ").nth(1).unwrap().split(']').next().unwrap();
    let mut seen = 0;
    // Nothing is registered with Kimi Code, which reads no answer.
    for name in names.split(", ").filter(|name| *name != "kimi") {
        clinic.home.does(&["install", "--yes", "--client", name]);
        let report = clinic.report(&["--client", name]).1;
        let answer = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| finding["check"] == "answer");
        let found = answer.unwrap()["found"].as_str().unwrap();
        assert!(found.starts_with("a known call gets the right answer in "), "{name}: {found}");
        seen += 1;
    }
    assert_eq!(seen, 10);
}

/// The scripts of docs/doctor.md, run as they stand there.
#[test]
fn the_monitoring_scripts_of_the_page_report_failures() {
    if !have("jq") {
        return;
    }
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/doctor.md")).unwrap();
    let nagios = page.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let cron = page.lines().find(|line| line.starts_with("17 9 * * 1-5  ")).unwrap();
    let cron = cron[14..].replace("$HOME/.cargo/bin/toolcoach", binary());
    let clinic = Clinic::new();
    let run = |script: &str| {
        let folder = Path::new(binary()).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", script])
            .env_clear()
            .env("HOME", clinic.home.path(""))
            .current_dir(clinic.world().work());
        shell
            .env("PATH", format!("{}:{path}", folder.display()))
            .env("TOOLCOACH_STATE_DIR", clinic.world().state());
        let output = when_quick(|| feed(&mut shell, b""));
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(nagios), (Some(0), "toolcoach is well\n".to_owned()));
    assert_eq!(run(&cron), (Some(0), String::new()));
    clinic.home.does(&["mute", "all", "--for", "ever"]);
    assert_eq!(run(nagios), (Some(1), "silenced: every rule is muted until unmuted\n".to_owned()));
    assert_eq!(run(&cron), (Some(0), String::new()));
    clinic.change(|settings| settings["disableAllHooks"] = true.into());
    let (code, line) = run(nagios);
    assert_eq!((code, line.lines().count()), (Some(2), 1), "{line}");
    assert!(
        line.starts_with("hooks-on (claude): all hooks are switched off; silenced: "),
        "{line}"
    );
    let (_, mail) = run(&cron);
    assert!(mail.contains("FAIL  hooks-on"), "{mail}");
    assert_eq!(run(&nagios.replace("toolcoach doctor --json", "false")).0, Some(3));
}

#[test]
fn without_a_home_it_says_so() {
    let world = World::new();
    let mut command = world.command(&["doctor"]);
    let output = feed(command.env_remove("HOME").env_remove("TOOLCOACH_STATE_DIR"), b"");
    let page = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    for part in
        ["FAIL  agents        no agent was found", "FAIL  state         there is no state folder"]
    {
        assert!(page.contains(part), "{page}");
    }
}
