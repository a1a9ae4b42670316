//! `toolcoach stats --html`: the same story as the page on a terminal, in one file.

use std::fs;

use crate::commands::stats::{report, stats, used};
use crate::commands::stats_effect::with_units;
use crate::docs::sample;
use crate::harness::World;
use crate::store::totals::{days_ago, ledger};

#[test]
fn the_page_with_charts_is_self_contained() {
    let world = used();
    with_units(&world, "masked-exit-pipe", (200, 60), (100, 70));
    let path = world.root().join("stats.html");
    let said = stats(&world, &["--html", path.to_str().unwrap()]);
    assert_eq!(said, format!("Wrote {}\n", path.display()));
    let page = fs::read_to_string(&path).unwrap();
    for foreign in ["http:", "https:", "src=", "url(", "@import", "<script"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let links = page.split("href=\"").skip(1).map(|link| link.split('"').next().unwrap());
    for link in links {
        let target = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads away"));
        assert!(page.contains(&format!("id=\"{target}\"")), "{link} leads to nothing");
    }
    for part in [
        "prefers-color-scheme: dark",
        "<title>toolcoach: 5 calls of agents, ",
        "grep-recursive",
        "<b>5</b>",
        ">Does advice change it?</h2>",
        "30 % of 400 told",
        "helps</td>",
        "<dt>net</dt><dd>-240 (",
        "<code>&quot;pin&quot;: [&quot;masked-exit-pipe&quot;]</code>",
        ">The engine's health</h2>",
        "id=\"rule-grep-recursive\"",
        "</html>\n",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    is_balanced(&page);
}

/// Each element that is opened is closed, in order.
#[track_caller]
pub fn is_balanced(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if tag.ends_with('/') || ["meta", "!DOCTYPE"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn names_from_the_disk_are_text_on_the_page() {
    // What would end an element, an attribute or a comment, and begin one.
    let hostile = [
        "<script>zq</script>",
        "\"><img zq=",
        "' onload='zq",
        "</td></table><zq>",
        "&lt;zq&gt;<!--",
        "]]><zq>",
        "\u{202e}<zq\u{0}>",
    ];
    for name in hostile {
        let world = used();
        let state = world.root().join(format!("st{}", name.replace(['/', '\0'], "")));
        fs::create_dir_all(world.state()).unwrap();
        let day = |day: &str, rule: &str| {
            serde_json::json!({ "v": 1, "day": day, "client": name, "rule": rule, "hits": 3, "hit_sessions": 1, "spoke": 2,
                "said": 2, "followed": 2, "chars": 9, "calls": if rule.is_empty() { 9 } else { 0 }, "held": { name: 4 },
                "via": { name: 9 }, "effect": { "200000": { "told": { "units": 5 }, "held_out": { "units": 4 } } } })
        };
        let lines = [
            day("2026-11-02", name),
            day("2026-11-02", "team-rule"),
            day(name, name),
            day("2026-11-02", ""),
        ];
        fs::write(
            world.state().join("history.jsonl"),
            lines.map(|line| format!("{line}\n")).concat(),
        )
        .unwrap();
        let mutes = serde_json::json!({ "v": 1, "muted": { name: null, "grep-recursive": null } });
        fs::write(world.state().join("mutes.json"), mutes.to_string()).unwrap();
        let breakers = serde_json::json!({ "v": 1, "breakers": { name: { "failures": 3, "opened": 1, "last": name },
            "router": { "failures": 3, "opened": 1, "last": name } } });
        fs::write(world.state().join("breakers.json"), breakers.to_string()).unwrap();
        let error =
            serde_json::json!({ "v": 1, "t": toolcoach::store::ledger::now_ms(), "kind": name });
        fs::write(world.state().join("errors.jsonl"), format!("{error}\n")).unwrap();
        fs::rename(world.state(), &state).unwrap();
        let path = world.root().join("stats.html");
        let mut command = world.command(&["stats", "--html", path.to_str().unwrap()]);
        let output = command.env("TOOLCOACH_STATE_DIR", &state).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let page = fs::read_to_string(path).unwrap();
        assert!(page.contains("team-rule") && page.contains("zq"), "the names are shown: {page}");
        for raw in ["<zq", "<script", "<img", "<!--"] {
            assert!(!page.contains(raw), "{raw} of {name} in {page}");
        }
        is_balanced(&page);
    }
}

/// The words of a page without its tags, on one line.
fn words(page: &str) -> String {
    let (head, body) = page.split_once("</style>").unwrap();
    assert!(head.contains("<style>"));
    let mut text = String::new();
    for (at, part) in body.split('<').enumerate() {
        let part = if at == 0 { part } else { part.split_once('>').unwrap().1 };
        text += part;
        text.push(' ');
    }
    for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        text = text.replace(entity, sign);
    }
    plain(&text)
}

/// Without quotes, and with one blank between words and none before a sign that ends something.
fn plain(text: &str) -> String {
    let text = text.replace(['`', '"'], "");
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for sign in [".", ",", ";", ":", ")"] {
        text = text.replace(&format!(" {sign}"), sign);
    }
    text.replace("( ", "(")
}

/// The lines of a page of text, each with the lines that continue it.
fn logical_lines(page: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in page.lines().filter(|line| !line.is_empty()) {
        let depth = line.len() - line.trim_start().len();
        match lines.last_mut() {
            // Values of a label, and sentences.
            Some(last) if depth >= 12 || depth == 2 && last.starts_with("  ") => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

#[test]
fn what_the_terminal_says_is_on_the_page() {
    let world = sample::used_for(45);
    let path = world.root().join("stats.html");
    let text = stats(&world, &[]);
    stats(&world, &["--html", path.to_str().unwrap()]);
    let page = words(&fs::read_to_string(path).unwrap());
    // What has another form there: the head, columns of a table, bars and marks.
    let other = [
        "toolcoach,",
        "calls ",
        "silent ",
        "advice ",
        "rule ",
        "call ",
        "to ",
        "[",
        "last call",
        "storage",
        "toolcoach rules RULE",
        "toolcoach stats --health",
    ];
    let mut seen = 0;
    for line in logical_lines(&text) {
        for sentence in plain(&line).trim_start_matches("not said ").split_inclusive(". ") {
            let sentence = sentence.trim();
            if !other.iter().any(|start| sentence.starts_with(start)) {
                assert!(
                    page.contains(sentence),
                    "the terminal says {sentence:?}, and the page: {page}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen} of {text}");
}

#[test]
fn a_span_of_time_is_beside_the_one_before_it() {
    let world = World::new();
    assert_eq!(report(&world, &[])["compared"]["now"]["calls"], 0);
    ledger(&world.state(), "000000000000000a", 30, days_ago(3));
    let alone = stats(&world, &[]);
    assert!(!alone.contains("per 100 calls"), "nothing to compare: {alone}");
    ledger(&world.state(), "000000000000000b", 90, days_ago(10));
    ledger(&world.state(), "000000000000000c", 30, days_ago(40));
    for args in [&[][..], &["--since", "6d"]] {
        let compared = &report(&world, args)["compared"];
        let counts = |part: &str| {
            ["/calls", "/advice", "/rules/grep-recursive"]
                .map(|field| compared[part].pointer(field).unwrap().as_u64().unwrap())
        };
        assert_eq!((counts("now"), counts("before")), ([30, 3, 4], [90, 9, 12]), "{compared}");
    }
    let page = stats(&world, &["--since", "6d"]).split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = "In the last 6 days these came up 13.3 times per 100 calls (30 calls); in the 6 days before, 13.3 times (90 calls).";
    assert!(page.contains(sentence), "{page}");
    assert_eq!(report(&world, &["--client", "codex"])["compared"]["now"]["calls"], 0);
}
