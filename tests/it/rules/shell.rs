//! What is a command and what is not, through `toolcoach explain`'s eyes: the library's parse.

use toolcoach::shell;
use toolcoach::shell::{Joined, LoopKind, Script};

fn parse(text: &str) -> Script {
    shell::parse(text).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"))
}

fn programs(text: &str) -> Vec<String> {
    parse(text).commands.iter().map(|command| command.program.clone()).collect()
}

#[test]
fn commands_are_found_wherever_they_run() {
    for (text, expected) in [
        ("a; b && c || d | e\nf &", "a b c d e f"),
        ("(a; b)", "a b"),
        ("{ a; } > x", "a"),
        ("if a; then b; elif c; then d; else e; fi", "a b c d e"),
        ("while a; do b; done", "a b"),
        ("for x in $(a); do b $x; done", "a b"),
        ("case $(a) in x) b;; y|z) c;; esac", "a b c"),
        ("x=$(a) b `c`", "b a c"),
        ("echo \"$(a \"$(b)\")\"", "echo a b"),
        ("diff <(a) <(b)", "diff a b"),
        ("echo ${x:-$(a)}", "echo a"),
        ("[[ $(a) == x ]] && b", "a b"),
        ("(( $(a) > 1 ))", "a"),
        ("echo $(( $(a) + 1 ))", "echo a"),
        ("cat <<EOF\n$(a)\n`b`\nEOF", "cat a b"),
        ("cat <<< \"$(a)\"", "cat a"),
        ("f() { a; }; f", "a f"),
        ("! a", "a"),
        ("time a", "a"),
        ("coproc a", "a"),
        ("'a' \"b\"", "a"),
        ("\\a x", "a"),
        ("/usr/bin/a x", "a"),
        ("> x a", "a"),
        ("A=1 B=2 a", "a"),
        ("a \\\n  --x", "a"),
        ("bash <<'EOF'\na | b\nEOF", "bash a b"),
    ] {
        assert_eq!(programs(text).join(" "), expected, "{text}");
    }
}

#[test]
fn text_is_data() {
    for text in [
        "echo 'grep -r x .'",
        "echo \"a; grep -r x .\"",
        "git commit -m 'x && grep -r y'",
        "cat <<'EOF'\n$(grep x)\nEOF",
        "cat <<EOF\ngrep x\nEOF",
        "ls # grep x",
        "python3 - <<'EOF'\nimport os; os.system('grep x')\nEOF",
        "ssh_grep x",
        "alias g='grep -r'",
        "printf '%s' \"\\`grep x\\`\"",
    ] {
        assert!(!programs(text).contains(&"grep".to_owned()), "{text}: {:?}", programs(text));
    }
}

#[test]
fn wrappers_are_peeled() {
    for (text, wrappers) in [
        ("sudo grep x", "sudo"),
        ("sudo -u root -E A=1 grep x", "sudo"),
        ("env -i A=1 B=2 grep x", "env"),
        ("time -p grep x", "time"),
        ("timeout -k 5 -s KILL 10 grep x", "timeout"),
        ("timeout --signal=KILL 10s grep x", "timeout"),
        ("nice -n 5 nohup stdbuf -oL grep x", "nice nohup stdbuf"),
        ("command grep x", "command"),
        ("exec grep x", "exec"),
        ("bash -c 'grep x'", "bash"),
        ("sh -ec \"grep x\"", "sh"),
        ("sudo bash -lc 'cd x && grep x'", "sudo bash"),
        ("ls | xargs -0 -n 1 -I{} grep x {}", "xargs"),
        ("ls | xargs grep x", "xargs"),
        ("find . -type f -exec grep x {} +", "find"),
        ("find . -exec sudo grep x {} \\;", "find sudo"),
        ("doas grep x", "doas"),
        ("rtk grep x", "rtk"),
        ("rtk proxy grep x", "rtk"),
        ("eval 'grep x'", "eval"),
        ("mise exec -- grep x", "mise"),
        ("mise exec node@20 -- grep x", "mise"),
        ("direnv exec . grep x", "direnv"),
        ("flock -w 5 /tmp/l grep x", "flock"),
        ("op run --env-file=.env -- grep x", "op"),
        ("dotenvx run -f .env -- grep x", "dotenvx"),
        ("nix develop -c grep x", "nix"),
        ("nix develop .#ci --command sudo grep x", "nix sudo"),
    ] {
        let script = parse(text);
        let grep = script
            .commands
            .iter()
            .find(|command| command.is("grep"))
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(grep.wrappers.join(" "), wrappers, "{text}");
        assert_eq!(grep.args[0].text, "x", "{text}");
        assert!(!grep.remote);
    }
    for text in [
        "command -v grep",
        "which grep",
        "type grep",
        "sudo -l",
        "env",
        "xargs",
        "timeout 5",
        "bash script.sh -c 'grep x'",
    ] {
        assert!(!programs(text).contains(&"grep".to_owned()), "{text}");
    }
}

#[test]
fn what_runs_elsewhere_is_marked() {
    for text in [
        "ssh host grep x",
        "ssh -p 22 -i key host 'cd /a; grep x | head'",
        "docker exec -it app grep x",
        "docker compose exec -T web bash -c 'grep x'",
        "docker run --rm -v /a:/b image grep x",
        "kubectl exec -n ns pod -c app -- grep x",
        "podman exec app sh -c \"grep x\"",
        "ssh host <<'EOF'\ngrep x\nEOF",
    ] {
        let script = parse(text);
        let grep = script
            .commands
            .iter()
            .find(|command| command.is("grep"))
            .unwrap_or_else(|| panic!("{text}"));
        assert!(grep.remote, "{text}");
    }
    assert!(parse("docker build . && grep x").commands.iter().all(|command| !command.remote));
}

#[test]
fn places_are_known() {
    let script = parse("a | b | c && d || e; (f)\ng > out 2>&1; h &");
    let of = |name: &str| script.commands.iter().find(|command| command.is(name)).unwrap();
    assert_eq!(script.pipelines.len(), 1);
    assert_eq!(script.pipeline_text(0), Some("a | b | c"));
    assert_eq!(script.stages(0).unwrap().len(), 3);
    assert!(!of("a").reads_pipe && of("a").writes_pipe);
    assert!(of("b").reads_pipe && of("b").writes_pipe);
    assert!(of("c").reads_pipe && !of("c").writes_pipe);
    assert_eq!(
        (of("c").joined, of("d").joined, of("e").joined),
        (Joined::Pipe, Joined::And, Joined::Or)
    );
    assert!(of("h").background && !of("g").background && of("f").in_subshell && of("f").depth == 1);
    assert_eq!(of("g").joined, Joined::Newline);
    assert!(!of("g").shows_output() && of("d").shows_output());
    // The parser counts characters, not bytes.
    let script = parse("é 'ü' | b; c");
    assert_eq!(script.pipeline_text(0), Some("é 'ü' | b"));
    assert_eq!(script.text_after(&script.commands[0]), Some(" | b; c"));
}

#[test]
fn conditions_groups_and_redirections_are_heeded() {
    let script = parse("if a; then b; fi; { c; d; } > log; x | while read l; do e; done");
    let of = |name: &str| script.commands.iter().find(|command| command.is(name)).unwrap();
    assert!(of("a").is_condition && !of("b").is_condition);
    assert!(of("c").group_redirected && !of("c").shows_output());
    assert!(of("e").reads_pipe && of("e").stage.is_none());
}

#[test]
fn loops_and_heredocs_are_told() {
    let script =
        shell::parse("a; until b; do sleep 5; c; done; for i in 1 2; do d $(e); done").unwrap();
    let programs = |range: &std::ops::Range<usize>| -> Vec<&str> {
        script.range(range).iter().map(|command| command.program.as_str()).collect()
    };
    let [until, counted] = script.loops.as_slice() else { panic!("{:?}", script.loops) };
    assert_eq!(until.kind, LoopKind::Until);
    assert_eq!(programs(&until.condition), ["b"]);
    assert_eq!(programs(&until.body), ["sleep", "c"]);
    assert_eq!(script.loop_text(until), Some("until b; do sleep 5; c; done"));
    assert!(matches!(&counted.kind, LoopKind::For(words) if words.len() == 2));
    assert_eq!(programs(&counted.body), ["d", "e"]);

    let script = shell::parse("cat > a.py <<'EOF'\nx = 1\nEOF\nf() { g; }").unwrap();
    let heredoc = script.commands[0].redirections.iter().find_map(|r| r.heredoc.clone()).unwrap();
    assert_eq!((heredoc.text.as_str(), heredoc.quoted), ("x = 1\n", true));
    assert_eq!(script.functions, ["f"]);
    assert!(script.commands[1].in_function);
}
