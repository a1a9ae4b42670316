//! What git rules say of what git really prints, and that what they suggest runs: real
//! repositories, no editor and no terminal.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::harness::{World, advice, have};

/// A repository with two commits on `main`.
struct Repository {
    world: World,
    folder: PathBuf,
}

impl Repository {
    fn new() -> Option<Self> {
        if !have("git") || !have("bash") {
            return None;
        }
        let world = World::new();
        let folder = world.work();
        let made = Self { world, folder };
        made.run("git init -q && git symbolic-ref HEAD refs/heads/main");
        made.run("echo one > a.txt && echo one > b.txt && git add . && git commit -qm one");
        made.run("echo two >> a.txt && git commit -qam two");
        Some(made)
    }

    /// Runs a script in the folder; whether it succeeded, and all that it printed.
    fn try_in(&self, folder: &Path, script: &str) -> (Option<i32>, String) {
        let output = Command::new("bash")
            .args(["-c", &format!("exec 2>&1; {script}")])
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.world.root())
            .env("TERM", "dumb")
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "a")))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "a@example.org")))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    #[track_caller]
    fn run(&self, script: &str) -> String {
        let (code, text) = self.try_in(&self.folder, script);
        assert_eq!(code, Some(0), "{script}: {text}");
        text
    }

    /// Runs a command and tells what the rule says of it. A temporary folder makes rules about lost
    /// work silent, so the hook is told another one where `elsewhere`.
    fn said(&self, rule: &str, command: &str, elsewhere: bool) -> Option<String> {
        let (code, printed) = self.try_in(&self.folder, command);
        let call = match code {
            Some(0) => {
                self.world.bash(command).response(json!({ "stdout": printed, "stderr": "" }))
            }
            code => self
                .world
                .bash(command)
                .failed(&format!("Exit code {}\n{printed}", code.unwrap_or(1))),
        };
        let cwd = if elsewhere { Path::new("/repo") } else { &self.folder };
        let report = call.field("cwd", json!(cwd)).explain();
        advice(&report).into_iter().find(|(id, _)| id == rule).map(|(_, text)| text)
    }

    /// The command that the rule suggests for one that has just been run.
    #[track_caller]
    fn suggested(&self, rule: &str, command: &str, elsewhere: bool) -> String {
        let text = self
            .said(rule, command, elsewhere)
            .unwrap_or_else(|| panic!("{rule} is silent on {command}"));
        text.split('`').nth(1).unwrap_or_else(|| panic!("no command in {text}")).to_owned()
    }

    /// Leaves `main` with a conflict with `other` in a.txt.
    fn diverge(&self) {
        self.run("git checkout -q -b other HEAD~1 && echo other >> a.txt && git commit -qam other && git checkout -q main");
    }

    fn resolve(&self) {
        self.run("echo both > a.txt && git add a.txt");
    }
}

#[test]
fn what_needs_an_editor_is_told_and_the_other_form_runs_without() {
    let rule = "git-interactive";
    let Some(repository) = Repository::new() else { return };
    repository.run("echo three >> b.txt && git add b.txt");
    assert!(repository.said(rule, "git commit", false).is_some());
    assert!(repository.said(rule, "git tag -a v1", false).is_some());
    assert!(repository.said(rule, "git add --dry-run b.txt", false).is_none());
    let amend = repository.suggested(rule, "git commit --amend", false);
    assert_eq!(amend, "git commit --amend --no-edit");
    repository.run(&amend);
    assert_eq!(repository.run("git log --format=%s -1"), "two\n");

    repository.run("echo four >> b.txt && git commit -qa --fixup HEAD");
    repository.run("echo five >> b.txt && git commit -qa --squash HEAD~1 --no-edit");
    let squash = repository.suggested(rule, "git rebase -i --autosquash HEAD~3", false);
    repository.run(&squash);
    assert_eq!(repository.run("git log --format=%s"), "two\none\n");
    assert!(repository.run("cat b.txt").ends_with("four\nfive\n"));
    assert!(repository.said(rule, "git rebase -i HEAD~1", false).is_some());
    assert!(repository.said(rule, "GIT_SEQUENCE_EDITOR=: git rebase -i HEAD~1", false).is_none());

    repository.run("echo six >> b.txt");
    assert!(repository.said(rule, "git add -p", false).is_some());
    assert!(repository.said(rule, "git checkout -p", false).is_some());
    assert!(repository.said(rule, "printf 'n\\n' | git add -p", false).is_none());
    repository.run("git checkout -q -- b.txt");
    assert!(repository.said(rule, "git add -p", false).is_none(), "there is nothing to ask about");
    assert!(repository.said(rule, "git commit", false).is_none(), "there is nothing to commit");
}

#[test]
fn what_goes_on_after_a_conflict_goes_on_without_an_editor() {
    let rule = "git-interactive";
    for (stop, command) in [
        ("git rebase other", "git rebase --continue"),
        ("git merge other", "git merge --continue"),
        ("git merge other", "git commit"),
    ] {
        let Some(repository) = Repository::new() else { return };
        repository.diverge();
        repository.run(&format!("{stop} || true"));
        // Nothing is resolved: that is another failure.
        assert!(repository.said(rule, command, false).is_none(), "{command}");
        repository.resolve();
        let text =
            repository.said(rule, command, false).unwrap_or_else(|| panic!("silent on {command}"));
        if command.ends_with("--continue") {
            repository.run(text.split('`').nth(1).unwrap());
            assert_eq!(repository.run("git status --short"), "");
        }
    }
}

#[test]
fn what_is_about_to_be_lost_is_kept_by_what_is_suggested() {
    let rule = "git-discard-worktree";
    let Some(repository) = Repository::new() else { return };
    let change = || repository.run("echo new >> a.txt && echo note > note.txt");
    change();
    let stash = repository.suggested(rule, "git checkout a.txt", true);
    assert!(
        repository.said(rule, "git checkout a.txt", true).is_none(),
        "the file is clean by now"
    );
    assert!(repository.said(rule, "git checkout .", true).is_none(), "and so is all");
    assert!(repository.said(rule, "git checkout main", true).is_none());
    change();
    assert_eq!(repository.suggested(rule, "git checkout HEAD a.txt", true), stash);
    change();
    repository.run(&stash);
    assert_eq!(repository.run("git status --short"), "?? note.txt\n");
    assert!(repository.run("git stash show -p").contains("+new"));

    let restored = repository.suggested(rule, "git stash drop", true);
    repository.run(&restored);
    assert!(repository.run("git stash list").contains("restored"));
    assert!(repository.run("git stash show -p").contains("+new"));

    let look = repository.suggested(rule, "git clean -fd", true);
    assert!(
        repository.said(rule, "git clean -fd", true).is_none(),
        "there is nothing left to delete"
    );
    repository.run("echo note > note.txt");
    assert_eq!(repository.run(&look), "Would remove note.txt\n");
    assert_eq!(repository.run("cat note.txt"), "note\n");

    // Without force, git itself keeps what would be lost.
    repository.diverge();
    repository.run("echo new >> a.txt");
    let switch = repository.suggested(rule, "git checkout -f other", true);
    repository.run("git checkout -q main && echo new >> a.txt");
    let (code, printed) = repository.try_in(&repository.folder, &switch);
    assert!(code != Some(0) && printed.contains("would be overwritten"), "{switch}: {printed}");
}

#[test]
fn rejected_pushes_are_told_by_what_git_prints() {
    let rule = "git-push-rejected";
    let Some(repository) = Repository::new() else { return };
    let clone = repository.world.root().join("clone");
    repository
        .run("git init -q --bare ../server && git remote add origin ../server && git push -q -u origin main");
    repository.run(
        "git -C ../server symbolic-ref HEAD refs/heads/main && git clone -q ../server ../clone",
    );
    let others = |script: &str| {
        let (code, printed) = repository.try_in(&clone, script);
        assert_eq!(code, Some(0), "{script}: {printed}");
    };
    others("echo x > x.txt && git add . && git commit -qm others && git push -q origin main");
    repository.run("echo y > y.txt && git add . && git commit -qm mine");
    let pull = repository.suggested(rule, "git push origin main", false);
    assert_eq!(pull, "git pull --rebase origin main");
    assert_eq!(repository.suggested(rule, "git push", false), "git pull --rebase");
    repository.run("git fetch -q");
    for (command, has) in [
        ("git push origin main", "git fetch origin && git log --oneline main..origin/main"),
        ("git push", "git fetch && git log --oneline 'HEAD..@{u}'"),
        (
            "git push --force-with-lease=main:HEAD origin main",
            "git fetch origin && git log --oneline main..origin/main",
        ),
    ] {
        let look = repository.suggested(rule, command, false);
        assert_eq!(look, has);
        assert!(repository.run(&look).ends_with("others\n"), "{look}");
    }
    repository.run(&pull);
    assert!(repository.said(rule, "git push", false).is_none());
    assert_eq!(repository.run("git log --format=%s -2"), "mine\nothers\n");

    repository.run("git tag v1 && git push -q origin v1 && git tag -f v1 HEAD~1");
    assert!(
        repository.said(rule, "git push origin v1", false).is_none(),
        "a tag is another matter"
    );
    assert!(repository.said(rule, "git push origin nosuch", false).is_none());
    repository
        .run("git -C ../server config receive.denyNonFastForwards true && git commit -q --amend -m mine2");
    assert!(
        repository
            .said(rule, "git push --force", false)
            .is_some_and(|text| text.contains("rewritten"))
    );
}

#[cfg(unix)]
#[test]
fn hooks_that_refuse_are_told_from_hooks_that_pass() {
    let rule = "commit-hook-failed";
    let Some(repository) = Repository::new() else { return };
    repository.run("git init -q --bare ../server && git remote add origin ../server");
    let hook = |name: &str, script: &str| {
        let path = repository.folder.join(".git/hooks").join(name);
        crate::harness::program(&path, format!("#!/bin/sh\n{script}\n").as_bytes());
    };
    hook("pre-commit", "echo 'pre-commit hook passed, none failed'");
    assert!(
        repository.said(rule, "git commit -m x", false).is_none(),
        "there is nothing to commit"
    );
    hook("pre-commit", "printf 'ruff....Failed\\n- hook id: ruff\\n- exit code: 1\\n'; exit 1");
    repository.run("echo x >> a.txt");
    let text = repository.said(rule, "git commit -am x", false).unwrap();
    assert!(text.contains("hook ruff failed"), "{text}");
    assert_eq!(repository.run("git log --format=%s -1"), "two\n", "the commit did not happen");
    hook("pre-commit", "echo 'pre-commit hook passed'");
    hook("commit-msg", "echo 'husky - commit-msg script failed (code 1)'; exit 1");
    let text = repository.said(rule, "git commit -am x", false).unwrap();
    assert!(text.contains("refused the message"), "{text}");
    hook("commit-msg", "exit 0");
    hook("pre-push", "echo 'husky - pre-push script failed (code 1)'; exit 1");
    let text =
        repository.said(rule, "git commit -qam x && git push -u origin main", false).unwrap();
    assert!(text.contains("nothing was pushed"), "{text}");
    assert_eq!(repository.run("git log --format=%s -1"), "x\n", "the commit did");
}

#[test]
fn looking_from_outside_shows_the_same() {
    let Some(repository) = Repository::new() else { return };
    repository.run("mkdir sub && echo x > sub/x && git add . && git commit -qm sub");
    for look in [
        "git log --oneline",
        "git log --format='%s %an' 2>/dev/null | head -2",
        "git show HEAD:./x | wc -l && git status --short",
        "git ls-files | sort -r; git log --stat |& grep -c 'x'",
        "git diff HEAD~1 -- ../a.txt x | tail -n 4",
        "git merge-base HEAD HEAD~1 || git rev-parse HEAD",
    ] {
        // The client tells the folder after the call, to which the cd led.
        let command = format!("cd sub && {look}");
        let call = repository.world.bash(&command).field("cwd", json!("/repo/sub"));
        let said = advice(&call.explain()).into_iter().find(|(id, _)| id == "cd-prefix-cwd");
        let (_, text) = said.unwrap_or_else(|| panic!("silent on {command}"));
        let better = text.split('`').nth(1).unwrap();
        let better = better.replace("/repo/sub", "sub");
        assert_eq!(
            repository.run(&better),
            repository.run(&format!("cd sub && {look}")),
            "{better}"
        );
    }
}
