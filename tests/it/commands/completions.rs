//! `toolcoach completions`, asked by the shells themselves.

use std::process::Command;

use crate::harness::{World, have};

fn script(shell: &str) -> String {
    let (code, stdout, stderr) = World::new().told(&["completions", shell]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{shell}");
    stdout
}

/// What `program` prints when it runs `text`.
#[track_caller]
fn run(program: &str, args: &[&str], text: &str) -> String {
    let mut command = Command::new(program);
    let output = command.args(args).arg("-c").arg(text).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash_completes() {
    if !have("bash") {
        return;
    }
    let script = script("bash");
    let complete = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let ask = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; \"$(complete -p toolcoach | grep -o '_toolcoach')\" \
             toolcoach '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words.len() - 1
        );
        run("bash", &["--norc", "--noprofile"], &ask).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete("toolcoach inst"), ["install"]);
    assert_eq!(complete("toolcoach rules masked-e"), ["masked-exit-pipe"]);
    assert_eq!(complete("toolcoach mute git-push-f"), ["git-push-force"]);
    assert_eq!(complete("toolcoach install --scope pro"), ["project"]);
    assert_eq!(complete("toolcoach hook --client wind"), ["windsurf"]);
    assert_eq!(complete("toolcoach stats --format prom"), ["prometheus"]);
}

#[test]
fn fish_completes() {
    if !have("fish") {
        return;
    }
    let script = script("fish");
    let complete = |line: &str| {
        let found = run("fish", &["--no-config"], &format!("{script}\ncomplete -C '{line}'"));
        found.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(complete("toolcoach inst"), ["install"]);
    assert_eq!(complete("toolcoach hook --client wind"), ["windsurf"]);
}

#[test]
fn zsh_takes_the_script() {
    if !have("zsh") {
        return;
    }
    let script = script("zsh");
    run(
        "zsh",
        &["-f"],
        &format!(
            "autoload -U compinit && compinit -D -u\n{script}\ntypeset -f _toolcoach >/dev/null"
        ),
    );
    assert!(script.contains("masked-exit-pipe") && script.contains("windsurf"));
}

#[test]
fn an_unknown_shell_is_reported() {
    let (code, stdout, stderr) = World::new().told(&["completions", "tcsh"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("possible values: bash, elvish, fish, powershell, zsh"), "{stderr}");
}
