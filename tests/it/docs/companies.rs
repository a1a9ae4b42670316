//! The page for companies: each of its commands is run, or stands where it says that it is not.

use std::fs;
use std::path::Path;

use super::pages::read;
use crate::harness::{World, binary, feed, have_all};

/// The blocks for a shell under this mark.
fn blocks(page: &str, mark: &str) -> Vec<String> {
    let start = format!("<!-- {mark} -->\n```sh\n");
    let blocks = page.split(&start).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_command_of_the_page_for_companies_is_run_or_listed() {
    let page = read("docs/companies.md");
    let (run, not_run) = (blocks(&page, "run"), blocks(&page, "not run"));
    assert_eq!(
        run.len() + not_run.len(),
        page.matches("```").count() / 2,
        "a block without a mark"
    );
    let (before, _) = page.split_once("## Not run").unwrap();
    assert!(not_run.len() == 1 && blocks(before, "not run").is_empty());
    if !cfg!(unix) || !have_all(&["bash", "git", "sha256sum"]) {
        return;
    }
    let world = World::new();
    world.file(".toolcoach.json", "{\"disable\": [\"cd-prefix-cwd\"]}\n");
    world.bash("grep -rn foo .").session("a").says("grep-recursive");
    let script = format!(
        "set -euo pipefail\nsudo() {{ \"$@\"; }}\ngit init --quiet .\n\
         git remote add origin https://github.com/acme/app.git\n{}",
        run.join("\n")
    );
    let bin = Path::new(binary()).parent().unwrap().display().to_string();
    let mut bash = world.program("/usr/bin/env", &["bash", "-s"]);
    let managed = world.root().join("managed");
    let path = std::env::var("PATH").unwrap_or_default();
    bash.env("PATH", format!("{bin}:{path}")).env("TOOLCOACH_MANAGED_SETTINGS", &managed);
    let output = feed(&mut bash, script.as_bytes());
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    for told in [
        "every user of this machine has the hook",
        "policy.json: ok, 1 custom rule, 4 examples",
        "https://github.com/acme/app.git",
        ", 2 machines",
    ] {
        assert!(out.contains(told), "{told} in {out}\n{err}");
    }
    for folder in [managed, world.work().join("image/etc/claude-code")] {
        assert!(folder.join("managed-settings.d/toolcoach.json").is_file(), "{folder:?}");
    }
    let team = fs::read_to_string(world.work().join("team.json")).unwrap();
    assert!(team.contains("\"machines\": 2"), "{team}");
}
