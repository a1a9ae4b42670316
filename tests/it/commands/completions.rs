//! `toolcoach completions`, asked by the shells themselves.

use std::fs;

use crate::harness::{World, feed, have};

fn script(shell: &str) -> String {
    let (code, stdout, stderr) = World::new().told(&["completions", shell]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{shell}");
    stdout
}

/// A world with a custom rule, a muted rule, and a session with a transcript.
fn world() -> World {
    let world = World::new();
    world.settings(r#"{"rules": [{"id": "my-own", "program": "x", "text": "a b: c"}]}"#);
    assert_eq!(world.told(&["mute", "git-add-all"]).0, 0);
    let id = "0b7f4c1e-1111-4222-8333-444455556666";
    world.bash("ls").session(id).is_silent();
    let folder = world.root().join("home/.claude/projects/p");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{id}.jsonl")), "{}\n").unwrap();
    // A session that toolcoach never saw.
    fs::write(folder.join("0b7f4c1e-9999-4222-8333-444455556666.jsonl"), "{}\n").unwrap();
    world
}

/// Beginnings of lines, and what each shell must offer for the last word.
const CASES: &[(&str, &[&str])] = &[
    ("toolcoach inst", &["install"]),
    ("toolcoach rules masked-e", &["masked-exit-pipe"]),
    ("toolcoach rules my-", &["my-own"]),
    ("toolcoach mute git-push-f", &["git-push-force"]),
    ("toolcoach mute al", &["all"]),
    ("toolcoach unmute g", &["git-add-all"]),
    ("toolcoach replay --rule git-push-f", &["git-push-force"]),
    ("toolcoach install --scope pro", &["project"]),
    ("toolcoach install --client cli", &["cline"]),
    ("toolcoach hook --client wind", &["windsurf"]),
    ("toolcoach stats --format prom", &["prometheus"]),
    ("toolcoach stats --session 0b7f", &["0b7f4c1e-1111-4222-8333-444455556666"]),
    ("toolcoach log --session 0b7f", &["0b7f4c1e-1111-4222-8333-444455556666"]),
    ("toolcoach --color nev", &["never"]),
];

/// What a shell prints in the world, with the program on PATH under its name.
fn asked(world: &World, shell: &str, args: &[&str], text: &str) -> String {
    let bin = world.root().join("shell-bin");
    fs::create_dir_all(&bin).unwrap();
    let link = bin.join("toolcoach");
    if !link.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(crate::harness::binary(), &link).unwrap();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", bin.display());
    let mut command = world.program(shell, args);
    command.env("PATH", path).env("TERM", "dumb").arg("-c").arg(text);
    let output = feed(&mut command, b"");
    assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn bash_completes() {
    if !have("bash") {
        return;
    }
    let (world, script) = (world(), script("bash"));
    for (line, expected) in CASES {
        let words: Vec<&str> = line.split(' ').collect();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let ask = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; COMP_TYPE=9; \
             \"$(complete -p toolcoach | grep -o '_clap_complete_toolcoach')\" \
             toolcoach '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words.len() - 1
        );
        let found = asked(&world, "bash", &["--norc", "--noprofile"], &ask);
        let found: Vec<&str> =
            found.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(found, *expected, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn fish_completes() {
    if !have("fish") {
        return;
    }
    let (world, script) = (world(), script("fish"));
    for (line, expected) in CASES {
        let ask = format!("{script}\ncomplete -C '{line}'");
        let found = asked(&world, "fish", &["--no-config"], &ask);
        let found: Vec<&str> = found.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(found, *expected, "{line}");
    }
    let rules = format!("{script}\ncomplete -C 'toolcoach rules my-'");
    let found = asked(&world, "fish", &["--no-config"], &rules);
    assert_eq!(found, "my-own\ta b: c\n", "a rule is offered with its text");
}

/// The script's function, with zsh's own `_describe` and `compadd` in place of its line editor.
#[cfg(unix)]
#[test]
fn zsh_completes() {
    if !have("zsh") {
        return;
    }
    let (world, script) = (world(), script("zsh"));
    for (line, expected) in CASES {
        let words: Vec<String> = line.split(' ').map(|word| format!("'{word}'")).collect();
        let ask = format!(
            "autoload -U compinit && compinit -D -u\n{script}\n\
             function _describe() {{ local name=${{@[-1]}}; print -rl -- ${{(P)name}} }}\n\
             function compadd() {{ : }}\n\
             words=({}); CURRENT={}; _clap_dynamic_completer_toolcoach",
            words.join(" "),
            words.len()
        );
        let found = asked(&world, "zsh", &["-f"], &ask);
        let found: Vec<&str> = found.lines().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(found, *expected, "{line}: {found:?}");
    }
}

/// Whoever runs the hook with the variable of a shell's script still gets the hook.
#[test]
fn the_hook_answers_whatever_shells_ask() {
    let world = World::new();
    world.bash("git push -f origin main").env("TOOLCOACH_COMPLETE", "bash").says("git-push-force");
}

#[test]
fn an_unknown_shell_is_reported() {
    let (code, stdout, stderr) = World::new().told(&["completions", "tcsh"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("possible values: bash, elvish, fish, powershell, zsh"), "{stderr}");
}
