//! `toolcoach install` from the cache of a package runner: the program is copied to a lasting place
//! first, and `uninstall` takes it away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::commands::install::{Home, read};
use crate::commands::pages::one_line;
use crate::harness::{answer, binary, feed, program};

const NPX: &str = ".npm/_npx/5753122cc860c8d6/node_modules/@toolcoach/linux-x64/bin";

/// A home with Claude Code and Codex, and the program in a folder of it.
struct Cached {
    home: Home,
    program: PathBuf,
}

impl Cached {
    fn new(folder: &str) -> Self {
        let home = Home::new();
        home.claude("{}");
        fs::create_dir(home.path(".codex")).unwrap();
        let mut cached = Self { home, program: PathBuf::new() };
        cached.put(folder, &fs::read(binary()).unwrap());
        cached
    }

    fn put(&mut self, folder: &str, bytes: &[u8]) {
        self.program = self.home.path(folder).join("toolcoach");
        fs::create_dir_all(self.program.parent().unwrap()).unwrap();
        program(&self.program, bytes);
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(args).env_clear().env("HOME", self.home.path(""));
        // As uvx does, which is not a reason to stay there.
        command.env("PATH", self.program.parent().unwrap());
        command.env("TOOLCOACH_STATE_DIR", self.home.world.state());
        feed(command.current_dir(self.home.world.work()), b"")
    }

    #[track_caller]
    fn does(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn copy(&self) -> PathBuf {
        self.home.world.state().join("bin/toolcoach")
    }

    fn settings(&self) -> PathBuf {
        self.home.path(".claude/settings.json")
    }

    /// What Claude Code starts.
    fn registered(&self) -> PathBuf {
        let settings = read(&self.settings());
        settings["hooks"]["PostToolUse"][0]["hooks"][0]["command"].as_str().unwrap().into()
    }
}

#[test]
fn the_hook_outlives_the_cache_and_a_new_version() {
    let mut cached = Cached::new(NPX);
    let told = one_line(&cached.does(&["install", "--yes"]));
    assert!(told.contains("will be created, a copy of this program"), "{told}");
    assert!(told.contains(&format!("{} doctor", cached.copy().display())), "{told}");
    assert_eq!(cached.registered(), cached.copy());
    assert!(cached.does(&["install", "--yes"]).contains("Nothing to do."));

    // The next version is in another folder of the cache, and the first one is gone.
    fs::remove_dir_all(cached.home.path(".npm")).unwrap();
    let call = cached.home.world.bash("git push -f origin main").json();
    let mut hook = Command::new(cached.registered());
    hook.arg("hook").env_clear().env("HOME", cached.home.path(""));
    hook.env("TOOLCOACH_STATE_DIR", cached.home.world.state());
    assert!(answer(&feed(&mut hook, &call)).unwrap().contains("git-push-force"));
    let before = fs::read(cached.settings()).unwrap();
    let newer = [fs::read(binary()).unwrap(), b"newer".to_vec()].concat();
    cached.put(&NPX.replace("5753", "1234"), &newer);
    let told = one_line(&cached.does(&["install", "--yes"]));
    assert!(told.contains("will be replaced by a copy of this program"), "{told}");
    assert!(fs::read(cached.copy()).unwrap() == newer);
    assert_eq!(fs::read(cached.settings()).unwrap(), before, "Codex would ask for trust again");

    // One agent still starts it; then none does.
    cached.does(&["uninstall", "--yes", "--client", "claude"]);
    assert!(cached.copy().exists());
    let told = one_line(&cached.does(&["uninstall", "--yes"]));
    assert!(told.contains("bin/toolcoach is removed"), "{told}");
    assert!(!cached.copy().parent().unwrap().exists());
    assert_eq!(fs::read_to_string(cached.settings()).unwrap(), "{}");
}

#[test]
fn purge_leaves_nothing_of_the_copy() {
    let cached = Cached::new(".cache/uv/archive-v0/4ACzdGvTp7cj2iaT/bin");
    cached.does(&["install", "--yes"]);
    assert_eq!(cached.registered(), cached.copy());
    // The copy itself can do it, once the cache is gone.
    let mut copy = Command::new(cached.copy());
    copy.args(["uninstall", "--purge", "--yes"]).env_clear().env("HOME", cached.home.path(""));
    copy.env("TOOLCOACH_STATE_DIR", cached.home.world.state());
    let output = feed(copy.current_dir(cached.home.world.work()), b"");
    assert!(output.status.success(), "{output:?}");
    assert!(!cached.home.world.state().exists());
}

#[test]
fn nothing_is_copied_without_need() {
    // A folder that only resembles a cache.
    let cached = Cached::new(".npm/npx/node_modules");
    cached.does(&["install", "--yes"]);
    assert_eq!(cached.registered(), cached.program);
    assert!(!cached.copy().exists());

    let cached = Cached::new(NPX);
    let told = one_line(&cached.does(&["install", "--dry-run"]));
    assert!(told.contains("will be created, a copy of this program"), "{told}");
    // Without --yes there is nobody to ask.
    assert!(!cached.run(&["install"]).status.success());
    // Its settings name the program without a path.
    cached.does(&["install", "--yes", "--client", "claude", "--scope", "project"]);
    assert!(!cached.copy().exists());
}

#[test]
fn a_program_that_stays_takes_over_from_the_copy() {
    let cached = Cached::new(NPX);
    cached.does(&["install", "--yes"]);
    assert!(cached.copy().exists());
    let told = cached.home.does(&["install", "--yes"]);
    assert!(told.contains("bin/toolcoach is removed"), "{told}");
    assert_eq!(cached.registered(), Path::new(binary()));
    assert!(!cached.copy().exists());
}

#[test]
fn where_the_copy_cannot_be_written_nothing_is() {
    let cached = Cached::new(NPX);
    // A file where the folder has to be.
    fs::create_dir_all(cached.home.world.state()).unwrap();
    fs::write(cached.home.world.state().join("bin"), "").unwrap();
    let output = cached.run(&["install", "--yes"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("bin/toolcoach"), "{told}");
    assert_eq!(fs::read_to_string(cached.settings()).unwrap(), "{}");
}

#[test]
fn doctor_warns_of_an_entry_in_a_cache() {
    let cached = Cached::new(NPX);
    cached.does(&["install", "--yes", "--client", "claude"]);
    let told = String::from_utf8(cached.run(&["doctor"]).stdout).unwrap();
    assert!(!told.contains("cache that may be emptied"), "{told}");
    let text = fs::read_to_string(cached.settings()).unwrap();
    let (copy, program) = (cached.copy(), cached.program.clone());
    let text = text.replace(copy.to_str().unwrap(), program.to_str().unwrap());
    fs::write(cached.settings(), text).unwrap();
    let told = String::from_utf8(cached.run(&["doctor", "--json"]).stdout).unwrap();
    assert!(told.contains("which is in a cache that may be emptied"), "{told}");
    // What doctor suggests mends it.
    assert!(told.contains("toolcoach install --client claude"), "{told}");
    cached.does(&["install", "--yes", "--client", "claude"]);
    assert_eq!(cached.registered(), copy);
}

#[test]
fn an_entry_to_paste_comes_with_the_copy_to_make() {
    let cached = Cached::new(NPX);
    cached.home.claude("// mine\n{}");
    let output = cached.run(&["install", "--yes", "--client", "claude"]);
    assert_eq!(output.status.code(), Some(1));
    let told = one_line(&String::from_utf8(output.stdout).unwrap());
    let copy = format!("copy {} to {}, because", cached.program.display(), cached.copy().display());
    assert!(told.contains(&copy), "{told}");
    assert!(!cached.copy().exists());
}
