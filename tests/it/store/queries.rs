//! The queries of `docs/ledger.md` in real engines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use toolcoach::store::ledger_file::LedgerLines;
use toolcoach::store::rollup;
use toolcoach::upkeep::GRACE_MS;

use crate::harness::{binary, feed, have};
use crate::store::totals::{DAY_MS, date, days_ago, files, keep_up, ledger, run, terms};

const PAGE: &str = include_str!("../../../docs/ledger.md");

/// The engines that the page has SQL for, in the order of their blocks.
const ENGINES: [&str; 3] = ["sqlite3", "duckdb", "chdb"];

/// The page's blocks of SQL: one for each of [`ENGINES`], then those for all.
fn blocks() -> Vec<&'static str> {
    PAGE.split("```sql\n").skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

/// The SQL as ClickHouse reads it: what the page's `sed` does.
fn for_clickhouse(sql: &str) -> String {
    let mut pieces = sql.split("(line ->> '");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (path, rest) = piece.split_once("')").unwrap();
        out += &format!("nullIf(JSON_VALUE(line, '{path}'), ''){rest}");
    }
    out
}

/// What a query answers after the setup, row by row.
fn answers(engine: &str, state: &Path) -> Vec<Vec<String>> {
    let blocks = blocks();
    let (own, all) = blocks.split_at(ENGINES.len());
    let own = own[ENGINES.iter().position(|name| *name == engine).unwrap()];
    let mut script = if engine == "chdb" {
        own.to_owned() + &for_clickhouse(all[0])
    } else {
        let form = ".mode list\n.headers off\n.separator \"|\" \"\\n\"\n.nullvalue \"\"\n";
        own.to_owned() + all[0] + form
    };
    for query in &all[1..] {
        script += &format!("SELECT '--';\n{query}");
    }
    let mut command = Command::new(engine);
    command.current_dir(state).env("HOME", state);
    let output = feed(&mut command, script.as_bytes());
    let (text, errors) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && errors.is_empty(), "{engine}: {errors}");
    // Some write a whole fraction as 50.0, others as 50.
    let row = |line: &str| line.strip_suffix(".0").unwrap_or(line).to_owned();
    text.split("--\n").skip(1).map(|part| part.lines().map(row).collect()).collect()
}

/// Writes the ledger of a session that drew an arm: a line about its third call, then 60 calls of
/// which some show the rule, are written twice, or began before the line.
fn unit(state: &Path, n: u64, first_ms: u64) {
    let t = |at: u64| first_ms + at * 60_000;
    let arm = if n % 5 < 2 { "held_out" } else { "told" };
    let (mut calls, mut warnings) = (String::new(), String::new());
    for at in 0..63 {
        let mut line = json!({ "v": 1, "t": t(at), "call": format!("{at:016x}"), "tool": "Bash",
            "ok": true, "size": 100 * at, "us": 90, "via": "fast", "client": "claude", "dur": 1000 });
        match at {
            2 if arm == "told" => {
                line["hit"] = json!(["cat-view-file"]);
                line["say"] = json!(["cat-view-file"]);
            }
            2 => {
                line["hit"] = json!(["cat-view-file"]);
                line["held"] = json!({ "cat-view-file": "holdout" });
            }
            // In parallel with the line's call, and so no answer to it.
            3 => {
                line["hit"] = json!(["cat-view-file"]);
                line["dur"] = json!(90_000 + n * 10);
            }
            // One each: as the 39th, the 40th and the 41st call that counts, and much earlier.
            _ if at == [42, 43, 44, 10][n as usize % 4] => line["hit"] = json!(["cat-view-file"]),
            _ if at == 6 && n.is_multiple_of(3) => line["good"] = json!(["cat-view-file"]),
            _ => {}
        }
        let copies = if at == 8 && n.is_multiple_of(2) { 2 } else { 1 };
        (0..copies).for_each(|_| calls += &format!("{line}\n"));
    }
    let warning = json!({ "v": 1, "t": t(2), "call": format!("{:016x}", 2), "rule": "cat-view-file",
        "key": "00", "sev": "hint", "chars": 80, "arm": arm, "unit": true,
        "share": if n.is_multiple_of(7) { 0.5 } else { 0.2 } });
    warnings += &format!("{warning}\n");
    if n % 6 == 5 {
        warnings += &format!("{}\n", json!({ "v": 1, "t": t(9), "reset": "compact" }));
    }
    for (ending, text) in
        [(LedgerLines::Calls.ending(), calls), (LedgerLines::Warnings.ending(), warnings)]
    {
        let path = state.join(format!("sessions/{:016x}{ending}", 0xff00 + n));
        fs::write(&path, text).unwrap();
        date(&path, t(62));
    }
}

/// A store with days, ledgers that are not folded yet, resets, torn lines and two clients.
fn store() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_owned();
    for n in 0..12 {
        ledger(&state, &format!("{n:016x}"), 20 + n * 37, days_ago(1 + n * 2) - n * 3_600_000);
        let path = |ending: &str| state.join(format!("sessions/{n:016x}{ending}"));
        let change = |ending: &str, change: &dyn Fn(String) -> String| {
            let (path, modified) =
                (path(ending), fs::metadata(path(ending)).unwrap().modified().unwrap());
            fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
            fs::File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
        };
        if n % 3 == 0 {
            change(LedgerLines::Calls.ending(), &|text| {
                text.replace("\"claude\"", "\"codex\"") + "{\"v\":1,\"t\":17"
            });
        }
        if n % 4 == 1 {
            // Between the first advice and what follows it.
            let reset = format!(
                "{{\"v\":1,\"t\":{},\"reset\":\"compact\"}}\n",
                days_ago(1 + n * 2) - n * 3_600_000 + 90_000
            );
            change(LedgerLines::Warnings.ending(), &|text| {
                text.replacen('\n', &format!("\n{reset}"), 1)
            });
        }
    }
    for n in 0..40 {
        unit(&state, n, days_ago(2 + n % 20));
    }
    keep_up(&state);
    (folder, state)
}

#[test]
fn the_pages_queries_agree_with_the_program() {
    let engines: Vec<&str> = ENGINES.into_iter().filter(|engine| have(engine)).collect();
    let (_folder, state) = store();
    assert!(rollup::read(&state).len() > 5 && files(&state).len() >= 6);
    let found: Vec<_> = engines.iter().map(|engine| answers(engine, &state)).collect();
    let mut stats = Command::new(binary());
    stats.args(["stats", "--format", "json"]).env("TOOLCOACH_STATE_DIR", &state);
    let stats: Value = serde_json::from_slice(&feed(&mut stats, b"").stdout).unwrap();
    let told = stats["effect"]["told"]["units"].as_u64().unwrap();
    let days = rollup::read(&state);
    let counts = days.iter().flat_map(|day| day.effect.values());
    let folded: u64 = counts.map(|counts| counts.told.units).sum();
    assert!(folded > 5 && told > folded + 5, "{folded} of {told} are folded");
    // The program counts when it folds, too: then everything is in days.
    run(&state, &terms(60 * DAY_MS));
    run(&state, &terms(60 * DAY_MS + GRACE_MS));
    assert!(files(&state).is_empty());
    let days = rollup::read(&state);
    let mut uptake: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    let mut clients: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for day in &days {
        if day.rule.is_empty() {
            let sums = clients.entry(&day.client).or_default();
            *sums = [sums[0] + day.sessions, sums[1] + day.calls];
        } else {
            let sums = uptake.entry(&day.rule).or_default();
            *sums = [sums[0] + day.said, sums[1] + day.followed, sums[2] + day.repeated];
        }
    }
    let mut uptake: Vec<(u64, String)> = uptake
        .iter()
        .map(|(rule, [said, followed, repeated])| {
            let percent = (*followed as f64 * 1000.0 / (followed + repeated) as f64).round() / 10.0;
            (*said, format!("{rule}|{said}|{followed}|{repeated}|{percent}"))
        })
        .collect();
    uptake.sort_by_key(|(said, _)| std::cmp::Reverse(*said));
    let uptake: Vec<String> = uptake.into_iter().map(|(_, row)| row).collect();
    let mut clients: Vec<_> = clients.into_iter().collect();
    clients.sort_by_key(|(client, [_, calls])| (std::cmp::Reverse(*calls), *client));
    let clients: Vec<String> = clients
        .iter()
        .map(|(name, [sessions, calls])| format!("{name}|{sessions}|{calls}"))
        .collect();
    let said: u64 = days.iter().map(|day| day.said).sum();
    let number = |row: &str, at: usize| row.split('|').nth(at).unwrap().parse::<u64>().unwrap();
    for (engine, answers) in engines.iter().zip(&found) {
        let [by_week, by_rule, by_arm, by_client, slowest] = answers.as_slice() else {
            panic!("{engine}: {answers:?}")
        };
        assert_eq!(by_rule, &uptake, "{engine}");
        assert_eq!(by_client, &clients, "{engine}");
        let of_weeks =
            by_week.iter().map(|row| row.rsplit('|').next().unwrap().parse::<u64>().unwrap());
        assert_eq!(of_weeks.sum::<u64>(), said, "{engine}");
        // And `toolcoach stats` counts the same from both.
        assert_eq!(stats["advice"], said, "{engine}");
        assert_eq!(
            stats["sessions"],
            by_client.iter().map(|row| number(row, 1)).sum::<u64>(),
            "{engine}"
        );
        assert_eq!(stats["rules"].as_object().unwrap().len(), by_rule.len(), "{engine}");
        for row in by_rule {
            let rule = &stats["rules"][row.split('|').next().unwrap()];
            let counted = json!([number(row, 1), number(row, 2), number(row, 3)]);
            assert_eq!(
                json!([rule["said"], rule["followed"], rule["repeated"]]),
                counted,
                "{engine}: {row}"
            );
        }
        let mut arms = Vec::new();
        for effect in stats["effects"].as_array().unwrap() {
            for arm in ["held_out", "told"] {
                let counts = &effect[arm];
                let [units, again, followed] =
                    ["units", "again", "followed"].map(|key| &counts[key]);
                let rule = effect["rule"].as_str().unwrap();
                arms.push(format!("{rule}|{arm}|{units}|{again}|{followed}"));
            }
        }
        assert_eq!(by_arm, &arms, "{engine}");
        let clients = by_client.iter().map(|row| (row.split('|').next().unwrap(), number(row, 2)));
        assert_eq!(stats["clients"], json!(clients.collect::<BTreeMap<_, _>>()), "{engine}");
        assert!(by_week.len() >= 3, "{engine}: {by_week:?}");
        assert_eq!(slowest.len(), 10, "{engine}");
        let times: Vec<u64> =
            slowest.iter().map(|row| row.split('|').nth(3).unwrap().parse().unwrap()).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{engine}: {times:?}");
        assert_eq!(answers, &found[0], "{engine} and {}", engines[0]);
    }
}
