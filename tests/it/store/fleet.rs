//! The SQL of `docs/fleet.md` in ClickHouse (as chDB), over a generated fleet.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use toolcoach::store::ledger::now_ms;

use crate::harness::{World, binary, feed, have};
use crate::store::machines::Fleet;

const PAGE: &str = include_str!("../../../docs/fleet.md");

/// The page's blocks of SQL below a heading.
fn blocks(heading: &str) -> Vec<&'static str> {
    let (_, part) = PAGE.split_once(&format!("# {heading}\n")).unwrap();
    let part = part.split("\n##").next().unwrap();
    part.split("```sql\n").skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

/// What the page's questions answer, row by row, after these blocks of its loading, run in a folder
/// of machines.
fn answers(machines: &Path, loads: &[usize]) -> Vec<Vec<String>> {
    let mut script = blocks("Tables").concat();
    let loading = blocks("Loading");
    loads.iter().for_each(|at| script += loading[*at]);
    script += &blocks("Views").concat();
    for question in blocks("Questions") {
        write!(script, "SELECT '--';\n{question}").unwrap();
    }
    let mut chdb = Command::new("chdb");
    chdb.current_dir(machines).env("HOME", machines);
    let output = feed(&mut chdb, script.as_bytes());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split("--\n").skip(1).map(|part| part.lines().map(str::to_owned).collect()).collect()
}

/// What `toolcoach stats` counts over all of these machines.
fn stats(machines: &Path) -> Value {
    let mut command = Command::new(binary());
    command.args(["stats", "--format", "json", "--state"]).args(folders(machines));
    let output = feed(command.env("HOME", machines), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The folders of the machines, in order.
fn folders(machines: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(machines).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.join("sessions").is_dir()).collect();
    folders.sort();
    folders
}

/// Compares the answers with what the program counts.
fn agree(answers: &[Vec<String>], stats: &Value) {
    let [days, clients, rules, outcomes, effects, lessons, _silent] = answers else {
        panic!("{answers:?}")
    };
    let fields = |row: &String| row.split('|').map(str::to_owned).collect::<Vec<String>>();
    let number = |field: &str| -> Value {
        if field.is_empty() { Value::Null } else { serde_json::from_str(field).unwrap() }
    };

    let expected =
        stats["days"].as_array().unwrap().iter().map(|day| {
            format!("{}|{}|{}", day["day"].as_str().unwrap(), day["calls"], day["advice"])
        });
    assert_eq!(days, &expected.collect::<Vec<String>>());

    let clients: Vec<Vec<String>> = clients.iter().map(fields).collect();
    let calls: BTreeMap<&str, Value> =
        clients.iter().map(|row| (row[0].as_str(), number(&row[3]))).collect();
    assert_eq!(stats["clients"], json!(calls));
    let sessions: u64 = clients.iter().map(|row| row[2].parse::<u64>().unwrap()).sum();
    assert_eq!(stats["sessions"], sessions);

    assert_eq!(stats["rules"].as_object().unwrap().len(), rules.len());
    for row in rules.iter().map(fields) {
        let rule = &stats["rules"][&row[0]];
        for (at, key) in ["hits", "sessions", "bytes", "ms", "said", "good"].iter().enumerate() {
            assert_eq!(rule[key], number(&row[at + 1]), "{key} of {}", row[0]);
        }
        assert_eq!(rule["held"], number(&row[7].replace('\'', "\"")), "{}", row[0]);
    }
    for row in outcomes.iter().map(fields) {
        let rule = &stats["rules"][&row[0]];
        for (at, key) in ["followed", "repeated", "open", "chars"].iter().enumerate() {
            assert_eq!(rule[key], number(&row[at + 2]), "{key} of {}", row[0]);
        }
    }

    let close = |found: &str, expected: &Value, what: &str| {
        let found = number(found);
        let distance =
            found.as_f64().zip(expected.as_f64()).map(|(one, other)| (one - other).abs());
        assert!(
            found == *expected || distance.is_some_and(|distance| distance < 1.5e-4),
            "{what}: {found} and {expected}"
        );
    };
    let lines = |key: &str| stats[key].as_array().unwrap().clone();
    let named = |name: &str, rows: Vec<Value>| {
        rows.into_iter().find(|line| line["rule"] == *name).unwrap_or_else(|| panic!("no {name}"))
    };
    assert_eq!(effects.len(), lines("effects").len() + 1);
    for row in effects.iter().map(fields) {
        let line = if row[0] == "all" {
            stats["effect"].clone()
        } else {
            named(&row[0], lines("effects"))
        };
        for (first, arm) in [(1, "told"), (5, "held_out")] {
            for (at, key) in ["units", "again", "followed", "open"].iter().enumerate() {
                assert_eq!(line[arm][key], number(&row[first + at]), "{arm} {key} of {}", row[0]);
            }
        }
        for (at, key) in ["again_difference", "low", "high"].iter().enumerate() {
            close(&row[9 + at], &line[key], &format!("{key} of {}", row[0]));
        }
    }
    assert_eq!(lessons.len(), lines("lessons").len());
    for row in lessons.iter().map(fields) {
        let line = named(&row[0], lines("lessons"));
        for (first, arm) in [(1, "told"), (4, "held_out")] {
            for (at, key) in ["units", "shown", "open"].iter().enumerate() {
                assert_eq!(line[arm][key], number(&row[first + at]), "{arm} {key} of {}", row[0]);
            }
        }
        for (at, key) in ["difference", "low", "high"].iter().enumerate() {
            close(&row[7 + at], &line[key], &format!("{key} of the lesson of {}", row[0]));
        }
    }
}

/// Writes what a collector makes of the ledgers that it follows: a line with its machine, file, and
/// byte in the file.
fn collect(machines: &Path) {
    let mut collected = String::new();
    for machine in folders(machines) {
        let host = machine.file_name().unwrap().to_str().unwrap();
        for entry in fs::read_dir(machine.join("sessions")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "jsonl") {
                continue;
            }
            let mut pos = 0;
            for line in fs::read_to_string(&path).unwrap().split_inclusive('\n') {
                if let Some(whole) = line.strip_suffix('\n') {
                    let line = json!({ "host": host, "file": path, "pos": pos, "line": whole });
                    writeln!(collected, "{line}").unwrap();
                }
                pos += line.len();
            }
        }
    }
    fs::create_dir(machines.join("collected")).unwrap();
    fs::write(machines.join("collected/1.jsonl"), collected).unwrap();
}

#[test]
fn the_pages_sql_agrees_with_the_program_over_200_000_calls() {
    if !have("chdb") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let fleet = Fleet { machines: 160, calls: 200_000, seed: 3, now_ms: now_ms() };
    fleet.write(folder.path()).unwrap();
    let stats = stats(folder.path());
    assert!(stats["calls"].as_u64().unwrap() > 200_000, "some are written twice");
    assert!(stats["effect"]["held_out"]["units"].as_u64().unwrap() > 1000);
    assert!(stats["effect"]["told"]["open"].as_u64().unwrap() > 0, "some sessions go on");
    assert!(stats["effects"][0]["low"].is_f64() && stats["lessons"][0]["low"].is_f64());
    let answers = answers(folder.path(), &[0]);
    agree(&answers, &stats);
    assert!(!answers.last().unwrap().is_empty(), "machines with no call for a week");
}

#[test]
fn lines_that_arrive_twice_or_another_way_count_once() {
    if !have("chdb") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let fleet = Fleet { machines: 24, calls: 6_000, seed: 5, now_ms: now_ms() };
    fleet.write(folder.path()).unwrap();
    let machines = folders(folder.path());

    // Days of version 0.1, and a reason that only it wrote.
    let old = r#"{"v":1,"day":"2026-09-22","client":"claude","rule":"grep-recursive","sessions":3,"said":4,"followed":1,"repeated":2,"open":1,"chars":520,"hits":9,"spoke":4,"good":1,"held":{"learned":2}}
{"v":1,"day":"2026-09-22","client":"claude","sessions":5,"calls":812,"answered":14,"via":{"none":812},"us":{"sum":251004,"max":2904,"buckets":[0,0,3,90,400,200,119]},"last":1795391999000}
{"v":2,"day":"2026-09-23","client":"claude","calls":7}
"#;
    fs::write(machines[0].join("history.jsonl"), old).unwrap();

    // A session that was resumed after its ledger had been set aside; and of another ledger, some
    // lines and a whole one are in the days.
    let sessions = machines[1].join("sessions");
    let stem = "00000000000000ff";
    let call = |t: u64, call: u64, hit: &str| {
        format!(
            "{{\"v\":1,\"t\":{t},\"call\":\"{call:016x}\",\"tool\":\"Bash\",\"ok\":true,\"size\":1,\"us\":9,\"via\":\"fast\",{hit}\"client\":\"codex\"}}\n"
        )
    };
    let warning = |t: u64, call: u64| {
        format!(
            "{{\"v\":1,\"t\":{t},\"call\":\"{call:016x}\",\"rule\":\"git-add-all\",\"chars\":9,\"arm\":\"told\",\"share\":0.2,\"unit\":true}}\n"
        )
    };
    let t = now_ms() - 20 * 86_400_000;
    let bad = "\"hit\":[\"git-add-all\"],\"say\":[\"git-add-all\"],";
    let again = "\"hit\":[\"git-add-all\"],";
    let first = call(t, 1, bad) + &call(t + 9, 2, "");
    let second = call(t + 900_000_000, 3, again) + &call(t + 900_000_009, 4, again);
    fs::write(sessions.join(format!("{stem}.{}.calls.aside", t + 99)), &first).unwrap();
    fs::write(sessions.join(format!("{stem}.{}.warnings.aside", t + 99)), warning(t, 1)).unwrap();
    fs::write(sessions.join(format!("{stem}.calls.jsonl")), second).unwrap();
    let part = "00000000000000fe.1700000000000";
    fs::write(sessions.join(format!("{part}.calls.aside")), &first).unwrap();
    let whole = "00000000000000fd.1700000000000";
    fs::write(sessions.join(format!("{whole}.calls.aside")), &first).unwrap();
    let bytes = call(t, 1, bad).len();
    let folded = format!(
        "{{\"v\":1,\"folded\":\"{part}\",\"calls\":{bytes}}}\n{{\"v\":1,\"folded\":\"{whole}\",\"whole\":true}}\n"
    );
    fs::write(machines[1].join("history.jsonl"), folded).unwrap();

    let stats = stats(folder.path());
    assert_eq!(stats["rules"]["grep-recursive"]["held"]["learned"], 2);
    collect(folder.path());
    let once = answers(folder.path(), &[0]);
    agree(&once, &stats);
    // What machines export has other hashes and the same figures.
    let exported = tempfile::tempdir().unwrap();
    for machine in &machines {
        let mut export = Command::new(binary());
        export.arg("export").arg(exported.path().join(machine.file_name().unwrap()));
        export.env("TOOLCOACH_STATE_DIR", machine).env("HOME", folder.path());
        assert!(feed(&mut export, b"").status.success());
    }
    assert_eq!(answers(exported.path(), &[0]), once, "exported");
    assert_eq!(answers(folder.path(), &[0, 1, 0]), once, "loaded twice, and collected");
}

/// The statements for a cluster, as the page's `sed` makes them, and those beside them.
fn for_cluster() -> Vec<String> {
    let (_, sed) = PAGE.split_once("```sh\nsed ").unwrap();
    let script = format!("sed {}", sed.split("```").next().unwrap());
    let made = [blocks("Tables").concat(), blocks("Views").concat()].concat();
    let output = feed(Command::new("bash").args(["-c", &script]), made.as_bytes());
    let made = String::from_utf8(output.stdout).unwrap() + &blocks("On a cluster").concat();
    made.split(";\n").map(str::trim).filter(|sql| !sql.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_statements_for_a_cluster_are_parsed() {
    if !have("chdb") || !have("bash") {
        return;
    }
    let statements = for_cluster();
    assert_eq!(statements.len(), 25, "{statements:#?}");
    let replicated = |sql: &&String| sql.contains("= ReplicatedReplacingMergeTree");
    assert_eq!(statements.iter().filter(replicated).count(), 5);
    assert_eq!(statements.iter().filter(|sql| sql.contains("FROM units_all GROUP BY")).count(), 1);
    assert!(statements.iter().all(|sql| sql.contains(" ON CLUSTER fleet ")), "{statements:#?}");
    let folder = tempfile::tempdir().unwrap();
    let mut chdb = Command::new("chdb");
    chdb.current_dir(folder.path()).env("HOME", folder.path());
    let explained: Vec<String> =
        statements.iter().map(|sql| format!("EXPLAIN AST {sql};\n")).collect();
    let output = feed(&mut chdb, explained.concat().as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn calls_join_with_the_agents_telemetry_by_their_id() {
    if !have("chdb") {
        return;
    }
    let world = World::new();
    world.settings(r#"{"tool_use_id": true}"#);
    world.bash("grep -rn foo .").session("s").id("toolu_1").says("grep-recursive");
    world.bash("ls").session("s").id("toolu_2").is_silent();
    let telemetry = "CREATE TABLE otel_logs (LogAttributes Map(LowCardinality(String), String)) ENGINE = Memory;
INSERT INTO otel_logs VALUES ({'tool_use_id': 'toolu_1', 'team': 'db'}), ({'tool_use_id': 'toolu_2'}), ({'x': 'y'});\n";
    let join = blocks("The agent's own telemetry").concat();
    let script = [&*blocks("Tables").concat(), blocks("Loading")[0], telemetry, &join].concat();
    let mut chdb = Command::new("chdb");
    chdb.current_dir(world.root()).env("HOME", world.root());
    let output = feed(&mut chdb, script.as_bytes());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        text,
        "state|claude|Bash|['grep-recursive']|['grep-recursive']|{'tool_use_id':'toolu_1','team':'db'}\n"
    );
}

#[test]
fn a_fleet_is_the_same_for_the_same_seed() {
    let write = |seed| {
        let folder = tempfile::tempdir().unwrap();
        Fleet { machines: 5, calls: 300, seed, now_ms: 1_800_000_000_000 }
            .write(folder.path())
            .unwrap();
        let mut files = BTreeMap::new();
        for machine in folders(folder.path()) {
            for entry in fs::read_dir(machine.join("sessions")).unwrap() {
                let path = entry.unwrap().path();
                let text = fs::read_to_string(&path).unwrap();
                files.insert(path.strip_prefix(folder.path()).unwrap().to_owned(), text);
            }
        }
        files
    };
    assert_eq!(write(1), write(1));
    assert_ne!(write(1), write(2));
}
