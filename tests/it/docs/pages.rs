//! The documents are made from the program, or run against it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::builder::Resettable;
use toolcoach::commands::manual;
use toolcoach::rules;

use crate::commands::install::Home;
use crate::commands::pages::one_line;
use crate::harness::World;

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub fn read(path: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The file holds `fresh`, or is made to with TOOLCOACH_BLESS=1.
pub fn check(path: &str, kept: &str, fresh: &str, whole: impl Fn() -> String) {
    if kept == fresh {
        return;
    }
    assert!(
        std::env::var_os("TOOLCOACH_BLESS").is_some(),
        "{path} is stale: run `just bless` (TOOLCOACH_BLESS=1 cargo test fresh)"
    );
    fs::write(format!("{ROOT}/{path}"), whole()).unwrap();
}

#[test]
fn the_table_of_numbers_is_fresh() {
    let mut table =
        String::from("| rule | number | from | bounds | why |\n|---|---|---:|---|---|\n");
    for number in rules::thresholds() {
        assert!((number.least..=number.most).contains(&number.default), "{number:?}");
        assert!(rules::named(number.rule).is_some(), "{number:?}");
        table.push_str(&format!(
            "| `{}` | `{}`: {} | {} | {} to {} | {} |\n",
            number.rule,
            number.name,
            number.what,
            number.default,
            number.least,
            number.most,
            number.because
        ));
    }
    let page = read("docs/settings.md");
    let (before, rest) = page.split_once("<!-- numbers -->\n").expect("a mark before the table");
    let (kept, after) = rest.split_once("<!-- /numbers -->").expect("a mark after the table");
    check("docs/settings.md", kept, &table, || {
        format!("{before}<!-- numbers -->\n{table}<!-- /numbers -->{after}")
    });
}

#[test]
fn the_settings_page_names_every_key_and_its_examples_are_valid() {
    let page = read("docs/settings.md");
    let schema: serde_json::Value = serde_json::from_str(&read("docs/config.schema.json")).unwrap();
    let keys =
        |pointer: &str| schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned();
    for key in keys("/properties").chain(keys("/$defs/rule/properties")) {
        assert!(page.contains(&format!("`{key}`")), "docs/settings.md does not name {key}");
    }
    let mut seen = 0;
    for text in [page, read("README.md")] {
        for block in text.split("```json\n").skip(1) {
            let world = World::new();
            world.settings(block.split("```").next().unwrap());
            world.bash("npm install").says("use-pnpm");
            assert_eq!(world.told(&["rules"]).2, "");
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

/// The row of a table that holds `mark`.
#[track_caller]
fn row<'a>(page: &'a str, mark: &str) -> &'a str {
    page.lines()
        .find(|line| line.starts_with('|') && line.contains(mark))
        .unwrap_or_else(|| panic!("no row {mark}"))
}

#[test]
fn the_install_tables_say_what_install_does() {
    let (_, _, refusal) = World::new().told(&["install", "--client", "?"]);
    let names = refusal.split("possible values: ").nth(1).unwrap().split(']').next().unwrap();
    let (readme, page) = (read("README.md"), read("docs/install.md"));
    let list = |mark: &str| readme.split(mark).nth(1).unwrap().split_once(['.', ':']).unwrap().0;
    let (seen, not_run) = (list("Seen at work in "), list("Not run: "));
    assert_eq!(names.split(", ").count(), 11);
    // Nothing is written for Kimi Code, which reads no answer.
    for name in names.split(", ").filter(|name| *name != "kimi") {
        let long = row(&page, &format!("| `{name}` |"));
        let home = Home::new();
        let folders = [
            ("user", home.path(""), "~/"),
            ("project", home.world.work(), ""),
            ("local", home.world.work(), ""),
        ];
        for (scope, folder, start) in folders {
            let args = ["install", "--client", name, "--scope", scope, "--yes"];
            let (code, told, _) = home.world.told(&args);
            let told = one_line(&told);
            if code != 0 {
                assert!(scope == "local" && !long.contains("local"), "{name}, {scope}");
                continue;
            }
            let path = told.split(": ").nth(1).unwrap().split(" will be created").next().unwrap();
            let path = Path::new(path).strip_prefix(folder).unwrap().display().to_string();
            assert!(long.contains(&format!("`{start}{path}`")), "docs/install.md, {name}: {path}");
            if scope == "user" {
                let agent = long.split('|').nth(2).unwrap().trim();
                let list = if told.contains("but not tried with") { not_run } else { seen };
                assert!(list.contains(agent), "README.md, {agent}: {list}");
            }
        }
    }
}

/// The sections of a manual page that clap does not make.
fn sections(command: &str, commands: &[String]) -> String {
    let escaped = |text: &str| text.replace('\\', "\\e").replace('-', "\\-");
    let section = |title: &str, entries: &[(String, &str)]| {
        let entry = |(term, about): &(String, &str)| {
            format!(".TP\n\\fB{}\\fR\n{}\n", escaped(term), escaped(about))
        };
        let entries: String = entries.iter().map(entry).collect();
        if entries.is_empty() { entries } else { format!(".SH \"{title}\"\n{entries}") }
    };
    let examples: Vec<_> = manual::examples(command)
        .iter()
        .map(|(line, about)| ((*line).to_owned(), *about))
        .collect();
    let others = commands
        .iter()
        .filter(|name| *name != command)
        .map(|name| format!("toolcoach\\-{name}(1)"));
    let others: Vec<String> = (!command.is_empty())
        .then(|| "toolcoach(1)".to_owned())
        .into_iter()
        .chain(others)
        .collect();
    [
        section("EXAMPLES", &examples),
        section("EXIT STATUS", &manual::exit_codes()),
        section("FILES", &manual::files()),
        section("ENVIRONMENT", &manual::environment()),
        format!(".SH \"SEE ALSO\"\n{}\n", others.join(", ")),
    ]
    .concat()
}

/// Every example of the manual is a line that the program takes.
#[test]
fn the_examples_of_the_manual_are_understood() {
    let mut count = 0;
    let command = toolcoach::cli::command();
    for name in std::iter::once("").chain(command.get_subcommands().map(clap::Command::get_name)) {
        for (line, _) in manual::examples(name) {
            let line = line.split(" >").next().unwrap();
            let words = shlex::split(line).unwrap();
            let parsed = command.clone().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
            count += 1;
        }
    }
    assert!(count > 20);
}

/// The manual lists every variable of ours that is read, but for those of tests.
#[test]
fn the_manual_has_every_variable() {
    let source = read("src/base/env.rs");
    let listed: String = manual::environment().into_iter().map(|(names, _)| names + ", ").collect();
    let read =
        source.split('"').filter(|name| name.starts_with("TOOLCOACH_") && !name.contains(' '));
    for name in read.filter(|name| {
        !["FAULT", "BLESS", "MANAGED", "COMPANY"].iter().any(|test| name.contains(test))
    }) {
        assert!(listed.contains(&format!("{name}, ")), "{name}");
    }
}

#[test]
fn the_manual_pages_are_fresh() {
    let scratch = tempfile::tempdir().unwrap();
    let command = toolcoach::cli::command();
    let commands: Vec<String> =
        command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    // The examples and the exit codes have sections of their own, the version is that of every
    // build, and a manual hides nothing.
    let for_manual = |command: clap::Command| {
        let command = command.mut_args(|arg| arg.hide_short_help(false));
        let is_own = |help: String| !help.starts_with("Where to save it:");
        if command.get_after_help().is_some_and(|help| is_own(help.to_string())) {
            return command.after_help(Resettable::Reset);
        }
        command
    };
    let version = env!("CARGO_PKG_VERSION");
    let mut command = for_manual(command.long_version(version).disable_help_subcommand(true))
        .mut_subcommands(for_manual);
    command.build();
    let named = commands.iter().map(|name| (name.as_str(), command.find_subcommand(name).unwrap()));
    for (name, command) in std::iter::once(("", &command)).chain(named) {
        let page = clap_mangen::Man::new(command.clone())
            .source(format!("toolcoach {version}"))
            .manual("toolcoach manual");
        let path = page.generate_to(scratch.path()).unwrap();
        let page = fs::read_to_string(&path).unwrap();
        let page = match page.split_once(".SH EXTRA\nWhere to save it:\n") {
            Some((page, places)) => format!("{page}.SH \"WHERE TO SAVE IT\"\n.nf\n{places}.fi\n"),
            None => page,
        };
        fs::write(&path, page + &sections(name, &commands)).unwrap();
    }
    let names = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let kept = format!("{ROOT}/docs/man");
    fs::create_dir_all(&kept).unwrap();
    let fresh = names(scratch.path());
    for name in fresh.union(&names(Path::new(&kept))) {
        let path = format!("docs/man/{name}");
        let old = fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_default();
        match fs::read_to_string(scratch.path().join(name)) {
            Ok(new) => check(&path, &old, &new, || new.clone()),
            Err(_) => panic!("{path}: there is no such command any more"),
        }
    }
    assert!(fresh.contains("toolcoach.1") && fresh.contains("toolcoach-install.1"), "{fresh:?}");
}

#[test]
fn the_doctors_table_of_checks_is_fresh() {
    let (code, table, _) = World::new().told(&["doctor", "--checks"]);
    assert_eq!(code, 0);
    let page = read("docs/doctor.md");
    let (before, rest) = page.split_once("<!-- checks -->\n").expect("a mark before the table");
    let (kept, after) = rest.split_once("<!-- /checks -->").expect("a mark after the table");
    let whole = || format!("{before}<!-- checks -->\n{table}<!-- /checks -->{after}");
    check("docs/doctor.md", kept, &table, whole);
}

/// A page of what holds names the test that shows each line of its tables, and that test is there.
#[test]
fn every_line_of_the_faults_and_of_the_threats_names_its_test() {
    for (path, least) in [("docs/faults.md", 25), ("docs/security.md", 20)] {
        let page = read(path);
        // A table's head and the line below it say nothing.
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
        let rows: Vec<&str> =
            rows.into_iter().filter(|line| !line.ends_with("| shown by |")).collect();
        assert!(rows.len() >= least, "{path} has {} lines", rows.len());
        for row in rows {
            let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
            let names: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            assert!(!names.is_empty(), "{path} names no test: {row}");
            for name in names {
                let (module, test) =
                    name.rsplit_once("::").unwrap_or_else(|| panic!("{path}: {name}"));
                let tests = read(&format!("tests/it/{}.rs", module.replace("::", "/")));
                let is_there = tests.split("#[test]").skip(1).any(|part| {
                    let start = part.split('{').next().unwrap();
                    start.contains(&format!("fn {test}()"))
                });
                assert!(is_there, "{path}: there is no test {name}");
            }
        }
    }
}

#[test]
fn the_replay_page_names_every_field_of_its_report() {
    fn keys(value: &serde_json::Value, free: &[&str], found: &mut Vec<String>) {
        for (key, below) in value.as_object().into_iter().flatten() {
            found.push(key.clone());
            // The keys of these are no fields.
            match below.as_object() {
                Some(named) if free.contains(&key.as_str()) => {
                    named.values().for_each(|below| keys(below, free, found));
                }
                _ => keys(below, free, found),
            }
        }
        value.as_array().into_iter().flatten().for_each(|below| keys(below, free, found));
    }
    let fixtures = format!("{ROOT}/tests/fixtures/transcripts");
    let output = World::new().run(&["replay", "--json", &fixtures], b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let page = read("docs/replay.md");
    let mut found = Vec::new();
    keys(&report, &["rules", "held", "clients"], &mut found);
    assert!(found.len() > 30, "{found:?}");
    for key in found {
        assert!(page.contains(&format!("`{key}`")), "docs/replay.md does not name {key}");
    }
}
