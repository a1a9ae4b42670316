//! What the README shows and claims, run against the program or compared with kept figures.

use std::fs;

use serde_json::json;
use toolcoach::rules;
use toolcoach::rules::rule::{Rule, Severity};

use super::figures::{rows, worst_silent};
use super::pages::{ROOT, check, read};
use crate::harness::World;

/// A reader of two minutes reads no more.
const MAX_LINES: usize = 200;

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= MAX_LINES, "{lines} lines: move a part to docs");
}

/// A row for each topic, which is a folder of the book with a file for each rule.
#[test]
fn the_readmes_table_is_fresh() {
    let mut table = String::from("| about | rules |\n|---|---|\n");
    let mut listed = 0;
    let book = format!("{ROOT}/src/rules/book");
    let mut topics: Vec<_> = fs::read_dir(&book).unwrap().map(|entry| entry.unwrap()).collect();
    topics.sort_by_key(fs::DirEntry::file_name);
    for topic in topics.iter().filter(|entry| entry.path().is_dir()) {
        let is_of_topic = |rule: &&Rule| {
            let file = topic.path().join(rule.id.replace('-', "_"));
            file.is_dir() || file.with_extension("rs").is_file()
        };
        let rules: Vec<String> = rules::all()
            .filter(is_of_topic)
            .map(|rule| match rule.severity {
                Severity::Critical => format!("**`{}`**", rule.id),
                _ => format!("`{}`", rule.id),
            })
            .collect();
        if rules.is_empty() {
            continue;
        }
        listed += rules.len();
        let about = fs::read_to_string(topic.path().join("mod.rs")).unwrap();
        let about = about.lines().next().unwrap().trim_start_matches("//! ").trim_end_matches('.');
        table += &format!("| {about} | {} |\n", rules.join(", "));
    }
    assert_eq!(listed, rules::all().count(), "each rule is in one topic");
    let readme = read("README.md");
    let (before, rest) = readme.split_once("<!-- rules -->\n").expect("a mark before the table");
    let (kept, after) = rest.split_once("<!-- /rules -->").expect("a mark after the table");
    check("README.md", kept, &table, || {
        format!("{before}<!-- rules -->\n{table}<!-- /rules -->{after}")
    });
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let readme = read("README.md");
    let picture = readme.split("<!-- picture -->").nth(1).expect("marks around the picture");
    let world = World::new();
    let mut seen = 0;
    let mut lines = picture.lines();
    while let Some(line) = lines.next() {
        if let Some(command) = line.strip_prefix("> ") {
            let shown = lines.next().unwrap();
            assert_eq!(
                world.bash(command).field("cwd", json!("/repo")).answer().as_deref(),
                Some(shown),
                "{command}"
            );
            seen += 1;
        }
    }
    assert!(seen >= 4, "the picture shows {seen} commands");
}

/// The commands of the sentence about silence, as they are written there.
#[test]
fn the_readme_names_commands_that_get_silence() {
    let readme = read("README.md");
    let sentence = readme.split("it stays silent on ").nth(1).unwrap().split("`. ").next();
    let commands: Vec<&str> = sentence.unwrap().split('`').skip(1).step_by(2).collect();
    assert_eq!(commands.len(), 4, "{commands:?}");
    for command in commands {
        World::new().bash(command).is_silent();
    }
}

#[test]
fn the_first_command_of_the_readme_is_answered_every_time() {
    let readme = read("README.md");
    let input = readme.split("< ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let world = World::new();
    for programs in [&["rg"][..], &[]] {
        world.programs(programs);
        let answer = world.hook(read(input).as_bytes()).unwrap();
        assert!(readme.contains(&answer), "{answer}");
    }
}

#[test]
fn the_commands_of_the_readme_are_commands() {
    let readme = read("README.md");
    let blocks = readme.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines: Vec<&str> =
        blocks.flat_map(str::lines).filter(|line| line.starts_with("toolcoach ")).collect();
    assert!(lines.len() >= 5, "{lines:?}");
    for line in lines {
        let name = line.split_whitespace().nth(1).unwrap();
        let (code, told, _) = World::new().told(&[name, "--help"]);
        assert_eq!(code, 0, "{line}");
        for option in line.split(" -- ").next().unwrap().split_whitespace() {
            assert!(!option.starts_with("--") || told.contains(option), "{line}: {option}");
        }
    }
    // What a newcomer types first is answered, whatever the machine has.
    let example = readme.split("toolcoach explain '").nth(1).unwrap().split('\'').next().unwrap();
    let (_, page, _) = World::new().told(&["--help"]);
    assert!(page.contains(&format!("toolcoach explain '{example}'")), "{page}");
    for programs in [&["rg"][..], &[]] {
        let world = World::new();
        world.programs(programs);
        let (code, told, _) = world.told(&["explain", example]);
        assert_eq!(code, 0);
        assert!(told.contains("[toolcoach] "), "{example}: {told}");
    }
}

#[test]
fn the_readme_names_the_rust_version_that_cargo_asks_for() {
    let cargo = read("Cargo.toml");
    let version = cargo.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(read("README.md").contains(&format!("Rust {version} or newer")), "{version}");
}

/// Numbers that are too short for the test of every figure in `figures`.
#[test]
fn the_readmes_results_follow_from_the_figures() {
    let readme = read("README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let process = read("docs/figures/process.txt");
    let times = |size: &str| worst_silent(&process, "musl", size).0;
    let (small, large) = (times("1 KB"), times("300 KB"));
    let slowest = |build: &str| {
        let cases = ["Bash", "Read", "Edit"].map(|tool| format!("{build}: silent, {tool}"));
        let rows = rows(&process).into_iter();
        let of_cases =
            rows.filter(|row| row[1] == "1 KB" && cases.iter().any(|case| case == row[2]));
        let slowest = of_cases.map(|row| row[3].parse::<u32>().unwrap()).max().unwrap();
        format!("about {:.1} ms", f64::from(slowest) / 1000.0)
    };
    let stats = read("docs/figures/stats.txt");
    let words = |begin: &str| -> Vec<&str> {
        stats.lines().find(|line| line.starts_with(begin)).unwrap().split_whitespace().collect()
    };
    let (calls, advice, said) = (words("calls "), words("advice "), words("said "));
    let tokens: f64 = said[5].replace(',', "").parse().unwrap();
    let lines: f64 = said[1].parse().unwrap();
    let silent: f64 = words("silent ")[1].parse().unwrap();
    assert!(silent > 98.0, "more than 98 % of calls are silent: {silent}");
    let prose = stats.split_whitespace().collect::<Vec<_>>().join(" ");
    let difference = prose.split("difference ").nth(1).unwrap().split(':').next().unwrap();
    for claim in [
        format!("{small} times as long as a program that only reads its input"),
        format!("{large} times for 300 KB"),
        format!("takes {}, and stores", slowest("musl")),
        format!("{} for 1 KB of input", slowest("musl")),
        format!("`cargo static-install` takes {}", slowest("glibc")),
        format!("{} lines on {} recorded calls, {} % of them", advice[1], calls[1], advice[4]),
        format!("about {:.0} tokens a line", tokens / lines),
        format!("about {:.0} tokens, on {} % of calls", tokens / lines, advice[4]),
        format!("a difference of {difference}"),
    ] {
        assert!(readme.contains(&claim), "the README does not say: {claim}");
    }
}
