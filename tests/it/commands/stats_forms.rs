//! The forms of `toolcoach stats`: the page, Prometheus, HTML, files; and `explain --last`.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::commands::pages::one_line;
use crate::commands::stats::{stats, used};
use crate::commands::stats_effect::with_units;
use crate::harness::{World, have};

#[test]
fn the_engines_health_is_printed_alone() {
    let world = World::new();
    world.bash("grep -rn foo .").session("s").answer();
    let (code, page, _) = world.told(&["stats", "--health"]);
    assert_eq!(code, 0);
    assert!(page.contains("The engine's health") && page.contains("criteria"), "{page}");
    let whole = world.told(&["stats"]).1;
    let title = "What agents here do most";
    assert!(whole.contains(title) && !page.contains(title), "{whole}\n{page}");
    assert!(whole.contains("\n  Nothing is wrong. A call takes toolcoach "), "{whole}");
    assert!(!whole.contains("criteria") && !whole.contains("breakers"), "{whole}");
    assert!(world.told(&["stats", "-v"]).1.contains("criteria"));
    // What is wrong is on the first page, with what to do.
    world.hook(b"{");
    let whole = world.told(&["stats"]).1;
    assert!(whole.contains("errors      ") && !whole.contains("Nothing is wrong"), "{whole}");
    assert!(one_line(&whole).ends_with("`toolcoach doctor` says what to do."), "{whole}");
    assert_eq!(world.told(&["stats", "--health", "--json"]).0, 2);
}

#[test]
fn without_a_call_there_are_no_times() {
    let world = World::new();
    let report =
        |world: &World| serde_json::from_str::<Value>(&world.told(&["stats", "--json"]).1).unwrap();
    assert_eq!(report(&world)["time_us"], Value::Null);
    world.bash("ls").session("s").is_silent();
    assert!(report(&world)["time_us"]["mean"].as_u64().is_some());
}

#[test]
fn the_page_fits_eighty_columns_and_names_the_rules() {
    let world = used();
    with_units(&world, "sequential-independent-and-longer", (499, 0), (499, 499));
    let page = stats(&world, &[]);
    assert!(page.lines().any(|line| line.contains("-100 (")), "{page}");
    let state = world.state().to_string_lossy().into_owned();
    for line in page.lines().filter(|line| !line.contains(&state)) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let world = used();
    let page = stats(&world, &[]);
    for part in [
        "calls       5 in 2 sessions\n",
        "silent      60.0 %\n",
        "grep-recursive",
        "git-push-force",
        "What agents here do most\n",
        "not said    said before 1\n",
        "There is no control group yet",
        "last call   ",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let health = stats(&world, &["--health"]);
    for part in ["  [x] mean under 100 ms    ", "breakers    all closed: ", "errors      empty 1\n"]
    {
        assert!(health.contains(part), "{part} in {health}");
    }
    let page = page + &health;
    let state = world.state().to_string_lossy().into_owned();
    for line in page.lines().filter(|line| !line.contains(&state)) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(page.is_ascii(), "plain where nobody looks: {page}");
}

#[test]
fn a_window_without_calls_is_told_from_a_hook_that_never_ran() {
    let world = used();
    let page = stats(&world, &["--session", "none"]);
    assert!(
        one_line(&page).starts_with("No call of session none. The last call of all was "),
        "{page}"
    );
}

/// `script` of other systems takes other arguments.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_blocks_and_colours_unless_it_asks_for_none() {
    if !have("script") {
        return;
    }
    let world = used();
    let on_terminal = |env: &[(&str, &str)]| {
        let mut command = Command::new("script");
        let call = format!("'{}' stats --health", crate::harness::binary());
        command.args(["-qec", &call, "/dev/null"]).stdin(Stdio::null());
        command
            .env("TOOLCOACH_STATE_DIR", world.state())
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            // Where this is set, even a dumb terminal is taken for one with colours.
            .env_remove("CI");
        let output = command.env("LC_ALL", "C.UTF-8").envs(env.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let rich = on_terminal(&[]);
    assert!(
        rich.contains("\x1b[1mtoolcoach\x1b[0m") && rich.contains('█') && rich.contains('✓'),
        "{rich}"
    );
    for env in [[("NO_COLOR", "1")], [("TERM", "dumb")], [("LC_ALL", "C")]] {
        let plain = on_terminal(&env);
        assert!(plain.is_ascii() && !plain.contains('\x1b'), "{env:?}: {plain}");
    }
}

#[test]
fn prometheus_takes_the_metrics() {
    let world = used();
    with_units(&world, "masked-exit-pipe", (200, 60), (100, 70));
    fs::write(
        world.state().join("breakers.json"),
        format!(
            r#"{{"v":1,"breakers":{{"router":{{"failures":3,"opened":{}}}}}}}"#,
            toolcoach::store::ledger::now_ms()
        ),
    )
    .unwrap();
    for (world, part) in [
        (&World::new(), "toolcoach_answered_calls_total 0\n"),
        (&world, "{analyzer=\"router\"} 1\n"),
    ] {
        let metrics = stats(world, &["--format", "prometheus"]);
        assert!(metrics.contains(part), "{metrics}");
        if have("promtool") {
            let mut promtool = Command::new("promtool");
            let output =
                crate::harness::feed(promtool.args(["check", "metrics"]), metrics.as_bytes());
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{said}\n{metrics}");
        }
    }
    for args in [["--since", "7d"], ["--session", "a"]] {
        let (code, _, error) =
            world.told(&[&["stats", "--format", "prometheus"][..], &args[..]].concat());
        assert_eq!(code, 2);
        assert!(error.contains("computes its own windows"), "{error}");
    }
}

#[test]
fn the_page_on_statistics_names_metrics_that_there_are() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stats.md")).unwrap();
    let world = used();
    with_units(&world, "masked-exit-pipe", (200, 60), (100, 70));
    let metrics = stats(&world, &["--format", "prometheus"]);
    let names = |text: &str| -> BTreeSet<String> {
        let starts = text.match_indices("toolcoach_").map(|(at, _)| &text[at..]);
        let name =
            |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        starts.map(name).collect()
    };
    let missing: Vec<String> = names(&page).difference(&names(&metrics)).cloned().collect();
    assert!(names(&page).len() > 8 && missing.is_empty(), "{missing:?}");
}

#[test]
fn buckets_grow_up_to_the_count() {
    let metrics = stats(&used(), &["--format", "prometheus"]);
    let buckets: Vec<u64> = metrics
        .lines()
        .filter(|line| line.starts_with("toolcoach_call_duration_seconds_bucket"))
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert!(buckets.len() > 20 && buckets.is_sorted(), "{buckets:?}");
    assert_eq!(buckets.last(), Some(&5));
}

#[test]
fn a_file_is_replaced_as_a_whole_and_nothing_else_is_left() {
    let world = used();
    let folder = world.root().join("collector");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("toolcoach.prom");
    fs::write(&path, "old").unwrap();
    let file = path.to_str().unwrap();
    assert_eq!(stats(&world, &["--format", "prometheus", "--output", file]), "");
    assert!(fs::read_to_string(&path).unwrap().ends_with('\n'));
    let names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["toolcoach.prom"]);
    assert!(
        stats(&world, &["--output", "/dev/stdout"]).starts_with("toolcoach"),
        "no plain file is replaced"
    );
    #[cfg(unix)]
    {
        let link = world.root().join("link.prom");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        stats(&world, &["--format", "json", "--output", link.to_str().unwrap()]);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&path).unwrap().starts_with('{'));
    }
    let (code, _, error) = world.told(&["stats", "--output", "/nowhere/x.prom"]);
    assert_eq!(code, 1);
    assert!(error.starts_with("toolcoach: cannot write /nowhere/x.prom: "), "{error}");
}

#[test]
fn the_option_of_version_0_1_is_the_command() {
    let world = used();
    let text = |args: &[&str]| world.told(args);
    let (code, page, error) = text(&["stats", "--client", "codex"]);
    assert_eq!((code, error.as_str()), (0, ""));
    for args in [["--stats", "--client", "codex"], ["--client", "codex", "--stats"]] {
        assert_eq!(text(&args).1.lines().next(), page.lines().next(), "{args:?}");
    }
    assert_eq!(text(&["--client", "codex"]).0, 2, "an option of no command");
    assert_eq!(text(&["--stats", "--stats"]).0, 2);
    assert_eq!(text(&["explain", "--stats"]).0, 2, "another command's options");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let world = used();
    for args in [["--format", "text"], ["--format", "json"], ["--format", "prometheus"]] {
        let mut command = world.command(&[&["stats"][..], &args[..]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn the_last_advice_is_explained() {
    let world = World::new();
    let (code, page, _) = world.told(&["explain", "--last"]);
    assert_eq!((code, page.starts_with("Nothing has been said")), (0, true), "{page}");
    world.bash("npm test | tail -1").session("z").says("masked-exit-pipe");
    // A call with two lines, as where the hook is registered twice, is one.
    for _ in 0..2 {
        world.bash("true").session("s").agent("sub").id("t0").is_silent();
    }
    let call = world
        .bash("grep -rn foo .")
        .session("s")
        .agent("sub")
        .id("t1")
        .field("duration_ms", 49.into());
    call.says("grep-recursive");
    world.bash("rg foo .").session("s").agent("sub").is_silent();
    let (_, page, _) = world.told(&["explain", "--last"]);
    for part in [
        "grep-recursive (hint) spoke last, ",
        ", call 2, a sub-agent\n",
        "Bash of claude, succeeded after 49 ms, ",
        "the better form came next\n",
        "toolcoach rules grep-recursive\n",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    let last: Value =
        serde_json::from_str(&world.told(&["explain", "--last", "--json"]).1).unwrap();
    assert_eq!((&last["rule"], &last["outcome"]), (&"grep-recursive".into(), &"followed".into()));
    assert_eq!(last["call"]["tool"], "Bash");
    assert_eq!(world.told(&["explain", "--last", "--", "ls"]).0, 2, "one or the other");
}
