//! The README's pictures: a kept output of the program, drawn as a terminal for light and dark
//! pages.

use std::fs;

use super::pages::{check, read};
#[cfg(not(debug_assertions))]
use crate::harness::{World, have, recorded};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lines of the figure that a picture shows: the totals and four rules.
const LINES: usize = 26;

/// Widest line, in characters.
const COLUMNS: usize = 80;

/// px: the advance of a character in the fonts below at `FONT_SIZE`, a line, and the margin.
const CHARACTER: f64 = 8.0;
const LINE: usize = 19;
const MARGIN: usize = 20;
const FONT_SIZE: f64 = 13.3;

struct Colours {
    name: &'static str,
    page: &'static str,
    border: &'static str,
    text: &'static str,
    faint: &'static str,
    rule: &'static str,
    call: &'static str,
}

const SCHEMES: [Colours; 2] = [
    Colours {
        name: "light",
        page: "#ffffff",
        border: "#d1d9e0",
        text: "#1f2328",
        faint: "#59636e",
        rule: "#0550ae",
        call: "#116329",
    },
    Colours {
        name: "dark",
        page: "#0d1117",
        border: "#3d444d",
        text: "#f0f6fc",
        faint: "#9198a1",
        rule: "#79c0ff",
        call: "#7ee787",
    },
];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn span(class: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<tspan class=\"{class}\">{}</tspan>", escaped(text))
}

/// A line of the page of replay: a total, a rule's head, a call, or advice.
fn coloured(line: &str) -> String {
    if let Some(advice) = line.strip_prefix("    ") {
        return format!("    {}", span("text", advice));
    }
    if let Some(call) = line.strip_prefix("  > ") {
        return format!("  {}{}", span("faint", "> "), span("call", call));
    }
    if let Some(command) = line.strip_prefix("$ ") {
        return format!("{}{}", span("faint", "$ "), span("text", command));
    }
    let (name, rest) = line.split_at(line.find("  ").unwrap_or(line.len()));
    // A rule's id has a hyphen; the totals' names have none.
    let (first, second) = if name.contains('-') { ("rule", "faint") } else { ("faint", "text") };
    format!("{}{}", span(first, name), span(second, rest))
}

fn picture(lines: &[&str], colours: &Colours) -> String {
    let width = (COLUMNS as f64 * CHARACTER) as usize + 2 * MARGIN;
    let height = lines.len() * LINE + 2 * MARGIN;
    let Colours { page, border, text, faint, rule, call, .. } = colours;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
         {height}\" role=\"img\" aria-labelledby=\"title\">\n\
         <title id=\"title\">Output of toolcoach replay on recorded sessions</title>\n\
         <style>\n\
         text {{ font: {FONT_SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, \"Liberation Mono\", \
         \"DejaVu Sans Mono\", monospace; white-space: pre }}\n\
         .text {{ fill: {text} }} .faint {{ fill: {faint} }} .call {{ fill: {call} }}\n\
         .rule {{ fill: {rule}; font-weight: bold }}\n\
         </style>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{page}\" stroke=\"{border}\"/>\n",
        width - 1,
        height - 1
    );
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        // Whatever font is there, a line is as wide as its characters on the grid.
        svg += &format!(
            "<text x=\"{MARGIN}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" \
             xml:space=\"preserve\">{}</text>\n",
            MARGIN + (at + 1) * LINE - 5,
            line.chars().count() as f64 * CHARACTER,
            coloured(line)
        );
    }
    svg + "</svg>\n"
}

#[test]
fn the_pictures_are_fresh() {
    let output = read("docs/figures/replay.txt");
    let lines: Vec<&str> = output.lines().take(LINES).collect();
    assert!(lines.iter().all(|line| line.chars().count() <= COLUMNS));
    assert_eq!(lines.iter().filter(|line| line.starts_with("  > ")).count(), 4, "{lines:?}");
    for colours in &SCHEMES {
        let path = format!("docs/pictures/replay-{}.svg", colours.name);
        assert!(read("README.md").contains(&format!("\"{path}\"")), "the README shows {path}");
        let kept = fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_default();
        let fresh = picture(&lines, colours);
        check(&path, &kept, &fresh, || fresh.clone());
    }
}

/// What the pictures show is what this program says. A debug build would take minutes.
#[cfg(not(debug_assertions))]
#[test]
fn recorded_calls_are_replayed_as_the_pictures_show() {
    let Some(events) = recorded("corpus/agent_events.jsonl.gz").filter(|_| have("gzip")) else {
        return;
    };
    let world = World::new();
    let unpacked = std::process::Command::new("gzip").arg("-dc").arg(events).output().unwrap();
    world.file("agent_events.jsonl", &String::from_utf8(unpacked.stdout).unwrap());
    let arguments = ["replay", "--examples", "1", "agent_events.jsonl"];
    let (code, page, error) = world.told(&arguments);
    assert_eq!((code, error.as_str()), (0, ""));
    let fresh = format!("$ toolcoach {}\n{page}", arguments.join(" "));
    let kept = read("docs/figures/replay.txt");
    // How long it took differs from run to run.
    let lasting = |text: &str| -> String {
        let lines = text.lines().filter(|line| !line.starts_with("time        "));
        lines.map(|line| format!("{line}\n")).collect()
    };
    check("docs/figures/replay.txt", &lasting(&kept), &lasting(&fresh), || fresh.clone());
}
