//! Prometheus' alerts, with its own tools, and the metrics as node_exporter serves them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use crate::harness::{World, have, wait_until};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/prometheus");

/// The names of metrics in a text, as the alerts use them.
fn names(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_part(c)).filter(|word| word.starts_with("toolcoach_"));
    words.collect()
}

#[test]
fn each_alert_fires_when_it_should_and_not_before() {
    let rules = fs::read_to_string(format!("{FOLDER}/toolcoach.rules.yml")).unwrap();
    let tests = fs::read_to_string(format!("{FOLDER}/toolcoach.test.yml")).unwrap();
    let alerts: Vec<&str> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 2, "{rules}");
    for alert in &alerts {
        let (_, after) = tests.split_once(&format!("alertname: {alert}\n")).unwrap();
        assert!(after.trim_start().starts_with("exp_alerts: []"), "{alert} must also stay silent");
    }
    let page = include_str!("../../../docs/stats.md");
    for alert in alerts {
        assert!(page.contains(&format!("`{alert}`")), "docs/stats.md does not name {alert}");
    }
    // What they look at is there.
    let world = World::new();
    world.bash("ls").session("s").is_silent();
    let (_, metrics, _) = world.told(&["stats", "--format", "prometheus"]);
    let used = names(&rules);
    assert!(used.len() >= 3 && used.is_subset(&names(&metrics)), "{used:?}");

    if !have("promtool") {
        return;
    }
    for args in [["check", "rules", "toolcoach.rules.yml"], ["test", "rules", "toolcoach.test.yml"]]
    {
        let output = Command::new("promtool").args(args).current_dir(FOLDER).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn node_exporter_serves_the_metrics() {
    if !have("prometheus-node-exporter") {
        return;
    }
    let world = World::new();
    world.bash("grep -rn foo .").session("s").says("grep-recursive");
    let folder = world.root().join("textfile");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("toolcoach.prom");
    let args = ["stats", "--format", "prometheus", "--output", file.to_str().unwrap()];
    assert_eq!(world.told(&args).0, 0);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let mut exporter = Command::new("prometheus-node-exporter")
        .args(["--collector.disable-defaults", "--collector.textfile"])
        .arg(format!("--collector.textfile.directory={}", folder.display()))
        .arg(format!("--web.listen-address={address}"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut served = String::new();
    let scrape = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&address)?;
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    };
    wait_until("node_exporter answers", || {
        served = scrape().unwrap_or_default();
        !served.is_empty()
    });
    exporter.kill().unwrap();
    exporter.wait().unwrap();
    assert!(served.contains("node_textfile_scrape_error 0"), "{served}");
    // It sorts labels, and writes some numbers in another form.
    let ours = |text: &str| -> BTreeSet<(String, BTreeSet<String>, String)> {
        let number = |text: &str| text.parse::<f64>().map_or(text.to_owned(), |n| n.to_string());
        let sample = |line: &str| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) =
                name.strip_suffix('}').unwrap_or(name).split_once('{').unwrap_or((name, ""));
            let label = |label: &str| match label.strip_prefix("le=\"") {
                Some(bound) => number(bound.trim_end_matches('"')),
                None => label.to_owned(),
            };
            (name.to_owned(), labels.split(',').map(label).collect(), number(value))
        };
        text.lines().filter(|line| line.starts_with("toolcoach_")).map(sample).collect()
    };
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(ours(&served), ours(&written));
}
