//! What a person sees at a terminal of 80 columns: each page is kept as text, so that a change of
//! it is seen in review, and can be drawn as a picture.

use std::fs;
use std::process::{Command, Stdio};

use super::pages::{ROOT, check};
use super::sample;
use crate::harness::{World, feed, have};

/// Widest line, in columns.
const COLUMNS: usize = 80;

/// Each page: its name, the days of use in its store, and the command.
const PAGES: [(&str, u64, &[&str]); 7] = [
    ("stats", 45, &["stats"]),
    ("stats-health", 45, &["stats", "--health"]),
    ("stats-nothing", 0, &["stats"]),
    ("replay", 0, &["replay", "--examples", "1", "{fixtures}"]),
    ("rules-one", 0, &["rules", "grep-recursive"]),
    ("lessons", 0, &["lessons"]),
    ("log", 0, &["log"]),
];

fn world(days: u64) -> World {
    if days == 0 { World::new() } else { sample::used_for(days) }
}

fn arguments(command: &[&str]) -> Vec<String> {
    let fixtures = format!("{ROOT}/tests/fixtures/transcripts");
    command.iter().map(|word| word.replace("{fixtures}", &fixtures)).collect()
}

/// The page with a constant in place of what differs from run to run: dates, times, sizes of the
/// store, folders, and how long something took.
fn constant(page: &str, world: &World) -> String {
    let root = world.root().to_string_lossy().into_owned();
    let page = page.replace(&root, "/home/me").replace(ROOT, "/home/me/toolcoach");
    let is_volatile = |line: &str| line.ends_with(", without process start");
    let starts = ["last call", "storage"];
    let lines =
        page.lines().map(|line| match starts.iter().find(|start| line.starts_with(*start)) {
            Some(start) => format!("{start} ..."),
            None if is_volatile(line) => "time ...".to_owned(),
            None => dates_as_zeros(line),
        });
    lines.map(|line| line + "\n").collect()
}

/// Puts zeros into each date, such as 2026-11-30.
fn dates_as_zeros(line: &str) -> String {
    let mut chars: Vec<char> = line.chars().collect();
    for at in 0..chars.len().saturating_sub(9) {
        let is_date = (0..10).all(|nth| match nth {
            4 | 7 => chars[at + nth] == '-',
            _ => chars[at + nth].is_ascii_digit(),
        });
        if is_date {
            (0..10).filter(|nth| ![4, 7].contains(nth)).for_each(|nth| chars[at + nth] = '0');
        }
    }
    chars.into_iter().collect()
}

#[test]
fn the_screens_are_fresh() {
    let folder = format!("{ROOT}/tests/fixtures/screens");
    fs::create_dir_all(&folder).unwrap();
    for (name, days, command) in PAGES {
        let world = world(days);
        let arguments = arguments(command);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = feed(&mut world.unhurried(&arguments), b"");
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let page = constant(&printed, &world);
        assert!(!page.is_empty(), "{name}");
        for line in page.lines().filter(|line| !line.contains("/home/me")) {
            assert!(line.chars().count() <= COLUMNS, "{name}: {line}");
        }
        let path = format!("tests/fixtures/screens/{name}.txt");
        let kept = fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_default();
        check(&path, &kept, &page, || page.clone());
    }
}

/// The SGR codes that pages use, as classes of a picture.
fn class(code: &str) -> Option<&'static str> {
    Some(match code {
        "1" => "bold",
        "2" => "faint",
        "31" => "red",
        "32" => "green",
        "33" => "yellow",
        "36" => "cyan",
        _ => return None,
    })
}

/// Text with SGR codes as lines of an SVG, and the codes that it knows no colour for.
fn drawn(text: &str) -> (String, Vec<String>) {
    let (mut svg, mut unknown) = (String::new(), Vec::new());
    let lines: Vec<&str> = text.lines().collect();
    let mut classes: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        svg += &format!("<text x=\"16\" y=\"{}\" xml:space=\"preserve\">", 34 + at * 19);
        for (nth, part) in line.split("\u{1b}[").enumerate() {
            let text = match part.split_once('m').filter(|_| nth > 0) {
                Some((codes, text)) => {
                    for code in codes.split(';') {
                        match class(code) {
                            Some(class) => classes.push(class),
                            None if ["0", ""].contains(&code) => classes.clear(),
                            None => unknown.push(code.to_owned()),
                        }
                    }
                    text
                }
                None => part,
            };
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('\r', "");
            svg += &format!("<tspan class=\"{}\">{text}</tspan>", classes.join(" "));
        }
        svg += "</text>\n";
    }
    let (width, height) = (COLUMNS * 8 + 32, lines.len() * 19 + 32);
    let style = "text { font: 13.3px 'DejaVu Sans Mono', monospace; fill: #e6edf3; white-space: pre } \
        .bold { font-weight: bold } .faint { fill: #9198a1 } .red { fill: #ff7b72 } .green { fill: #7ee787 } \
        .yellow { fill: #d29922 } .cyan { fill: #79c0ff }";
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\"><style>{style}</style>\
         <rect width=\"100%\" height=\"100%\" fill=\"#0d1117\"/>\n{svg}</svg>\n"
    );
    (svg, unknown)
}

/// `script` of other systems takes other arguments.
#[cfg(target_os = "linux")]
#[test]
fn each_screen_can_be_drawn() {
    if !have("script") {
        return;
    }
    for (name, days, command) in PAGES {
        let world = world(days);
        let words: Vec<String> =
            arguments(command).iter().map(|word| format!("'{word}'")).collect();
        let call = format!(
            "stty cols {COLUMNS} 2>/dev/null; '{}' {}",
            crate::harness::binary(),
            words.join(" ")
        );
        let mut script = Command::new("script");
        script.args(["-qec", &call, "/dev/null"]).stdin(Stdio::null());
        script.env("TOOLCOACH_STATE_DIR", world.state()).env("HOME", world.root().join("home"));
        script.env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8").env_remove("NO_COLOR");
        let output = script.current_dir(world.work()).output().unwrap();
        let page = String::from_utf8(output.stdout).unwrap();
        let (svg, unknown) = drawn(&page);
        assert!(unknown.is_empty(), "{name} has styles without a colour: {unknown:?}");
        assert!(!svg.contains('\u{1b}'), "{name}: {svg}");
        if let Some(folder) = std::env::var_os("TOOLCOACH_PICTURES") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(std::path::Path::new(&folder).join(format!("screen-{name}.svg")), svg)
                .unwrap();
        }
    }
}
