//! Generated pipelines and patterns: whatever the generator makes, the rewrite finds what the
//! original finds.

use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::rules::fixture_tree::{have_all, rewrite, run, trees};

use super::equivalence_pipelines::compare;

/// How many generated calls are compared.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

/// Generated pipelines: any tests of find, any flags and patterns of grep, any of the forms.
#[test]
fn generated_pipelines_find_the_same() {
    if !have_all(&["bash", "git", "grep", "find", "xargs", "rg"]) {
        return;
    }
    let trees = trees(false);
    let roots = prop::sample::select(vec![".", "src", "./", "src docs", ""]);
    let prune = prop::sample::select(vec![
        "",
        "",
        "-path ./gen -prune -o ",
        "-type d -name api -prune -o ",
    ]);
    let tests = prop::sample::subsequence(
        vec![
            "-maxdepth 2",
            "-type f",
            "-not -path '*/api/*'",
            "-not -path './gen/*'",
            "-not -path '*/.*'",
            "! -name '*_test.rs'",
        ],
        0..3,
    );
    let names = prop::sample::select(vec![
        "-name '*.rs'",
        "-name '*.rs'",
        "-name 'm*.rs'",
        "-iname '*.RS'",
        "-name '*.t[st]*'",
        "\\( -name '*.rs' -o -name '*.md' \\)",
        "\\( -iname '*.rs' -o -name 'g*' \\)",
        "-path '*/deep/*'",
        "",
    ]);
    let form = prop::sample::select(vec![
        ("-exec grep ", " {} \\;", false),
        ("-exec grep ", " {} +", true),
        ("-print | xargs grep ", "", true),
        ("-print0 | xargs -0 grep ", "", true),
        ("-print | xargs -n1 grep ", "", false),
        ("-print | xargs -I{} grep -H ", " {}", true),
        ("-print | xargs egrep ", "", true),
        ("-exec fgrep -H ", " {} \\;", true),
        ("-exec grep -q ", " {} \\; -print", true),
    ]);
    let flags = prop::sample::subsequence(
        vec!["n", "i", "w", "l", "c", "o", "H", "h", "v", "x", "s"],
        0..4,
    );
    let pattern = prop::collection::vec(
        prop::sample::select(vec![
            "foo", "TODO", "b", ".", "\\|", "|", "\\(", "\\)", "(", ")", "*", "+", "?", "^", "$",
            "[a-f]", "{1}", "\\.", "\\b", " ", "x", "ï",
        ]),
        1..4,
    );
    let filter =
        prop::sample::select(vec!["", "", "", " | sort -u", " | head -99999", " 2>/dev/null"]);
    let mut runner = TestRunner::new(Config {
        cases: cases(200),
        failure_persistence: None,
        ..Config::default()
    });
    let compared = std::cell::Cell::new(0_u32);
    runner
        .run(
            &(roots, prune, tests, names, form, flags, pattern, filter),
            |(roots, prune, tests, names, (start, end, many), flags, pattern, filter)| {
                let pattern = pattern.concat();
                let flags: String = flags.iter().map(|flag| format!("-{flag} ")).collect();
                let command = format!(
                    "find {roots} {prune}{names} {} {start}{flags}-e '{pattern}'{end}{filter}",
                    tests.join(" ")
                );
                // A pattern that grep refuses, or warns of, is nobody's search.
                let kind = if start.contains("egrep") {
                    "-E"
                } else if start.contains("fgrep") {
                    "-F"
                } else {
                    "-G"
                };
                let tried = Command::new("grep")
                    .args([kind, "-e", &pattern, "/dev/null"])
                    .output()
                    .unwrap();
                if tried.status.code() == Some(2) || !tried.stderr.is_empty() {
                    return Ok(());
                }
                let named = many
                    || filter.starts_with(" |")
                    || flags.contains("-l")
                    || flags.contains("-H");
                if compare(&trees, &command, "find-grep-pipeline", named) {
                    compared.set(compared.get() + 1);
                }
                Ok(())
            },
        )
        .unwrap();
    eprintln!("{} of {} generated pipelines were compared", compared.get(), cases(200));
    assert!(compared.get() > cases(200) / 5, "only {} rewrites were compared", compared.get());
}

/// Generated patterns in grep's syntax: where a rewrite is made, it finds what grep finds.
#[test]
fn generated_patterns_find_what_grep_finds() {
    if !have_all(&["bash", "git", "grep", "rg"]) {
        return;
    }
    let trees = trees(false);
    let part = prop::sample::select(vec![
        "foo", "TODO", "bar", "b", "x", "[a-f]", "[^o]", "\\.", "\\*", "\\b", "\\(", "\\)",
        "\\{2\\}", "^", "$", "*", " ", "ï", ".", "\\[", "(", "+",
    ]);
    let alternative = prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat());
    let pattern = prop::collection::vec(alternative, 2..4).prop_map(|parts| parts.join("\\|"));
    let mut runner = TestRunner::new(Config {
        cases: cases(200),
        failure_persistence: None,
        ..Config::default()
    });
    let compared = std::cell::Cell::new(0_u32);
    runner
        .run(&pattern, |pattern| {
            // An empty group is nobody's: these are the parentheses of a call.
            if pattern.contains("\\(\\)") {
                return Ok(());
            }
            let command = format!("rg -n -e '{pattern}' src docs tests crlf.rs");
            let call = trees.whole.bash(&command).failed("Exit code 1");
            let original = command.replace("rg -n", "grep -rn");
            let tried = Command::new("grep").args(["-e", &pattern, "/dev/null"]).output().unwrap();
            let refused = tried.status.code() == Some(2) || !tried.stderr.is_empty();
            let Some((_, better)) = rewrite(&call.explain()).filter(|_| !refused) else {
                return Ok(());
            };
            assert_eq!(
                run(&trees.whole.work(), &better),
                run(&trees.visible.work(), &original),
                "\n{original}\n{better}"
            );
            compared.set(compared.get() + 1);
            Ok(())
        })
        .unwrap();
    eprintln!("{} of {} generated patterns were compared", compared.get(), cases(200));
    assert!(compared.get() > cases(200) / 20, "only {} rewrites were compared", compared.get());
}
