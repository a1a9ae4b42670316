//! Pages in a browser: what a person sees of them in light and dark, on a screen and on a phone.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::sample;
use crate::harness::{World, have};

/// Measures each frame: how far it is wider than the screen, text with too little contrast (WCAG
/// AA: 4.5, large text 3), text that is too small, labels of an axis that overlap, links to
/// nowhere, and what a pointer alone would show.
const MEASURE: &str = include_str!("browser.js");

/// Width and height of the frames, px.
const SCREENS: [(u32, u32); 4] = [(1200, 900), (1024, 768), (800, 1000), (390, 844)];

/// A headless browser that reaches for nothing, and keeps nothing.
fn chromium(arguments: &[&str], page: &Path) -> Output {
    let profile = tempfile::tempdir().unwrap();
    let mut command = Command::new("chromium");
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=5000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .env("HOME", profile.path())
        .args(arguments)
        .arg(format!("file://{}", page.display()));
    command.output().unwrap()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// What there is to say against a page, of each screen and scheme.
fn complaints(page: &str) -> Vec<String> {
    let scratch = tempfile::tempdir().unwrap();
    let mut frames = String::new();
    for scheme in ["light", "dark"] {
        for (width, height) in SCREENS {
            frames += &format!(
                "<iframe name=\"{scheme}, {width} px\" style=\"border: 0; color-scheme: {scheme}; width: {width}px; \
                 height: {height}px\" srcdoc=\"{}\"></iframe>\n",
                escaped(page)
            );
        }
    }
    let path = scratch.path().join("frames.html");
    let whole = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><title>frames</title>\n{frames}<pre id=\"said\"></pre>\n<script>{MEASURE}</script>\n"
    );
    fs::write(&path, whole).unwrap();
    let output = chromium(&["--dump-dom"], &path);
    let dom = String::from_utf8_lossy(&output.stdout);
    let said = dom.split("<pre id=\"said\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let said = said.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let found: Value =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let mut found: Vec<String> =
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect();
    // The page by itself, as its reader opens it.
    let alone = scratch.path().join("page.html");
    fs::write(&alone, page).unwrap();
    let output = chromium(&["--dump-dom"], &alone);
    assert!(output.status.success(), "{output:?}");
    let log = String::from_utf8_lossy(&output.stderr);
    found.extend(log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned));
    found
}

/// Keeps pictures of a page for a person to look at.
fn pictures(name: &str, page: &str) {
    let Some(folder) = std::env::var_os("TOOLCOACH_PICTURES") else { return };
    fs::create_dir_all(&folder).unwrap();
    let folder = fs::canonicalize(folder).unwrap();
    fs::write(folder.join(format!("{name}.html")), page).unwrap();
    for scheme in ["light", "dark"] {
        for (width, _) in SCREENS {
            let height = if width < 600 { 6000 } else { 4200 };
            let frame = folder.join(format!("{name}-{scheme}-{width}.frame.html"));
            let style =
                format!("border: 0; color-scheme: {scheme}; width: {width}px; height: {height}px");
            fs::write(
                &frame,
                format!("<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"margin: 0\"><iframe style=\"{style}\" srcdoc=\"{}\"></iframe>", escaped(page)),
            )
            .unwrap();
            let picture = folder.join(format!("{name}-{scheme}-{width}.png"));
            let screenshot = format!("--screenshot={}", picture.display());
            chromium(&[&screenshot, &format!("--window-size={width},{height}")], &frame);
            fs::remove_file(frame).unwrap();
        }
    }
}

fn html(world: &World, arguments: &[&str]) -> String {
    let path = world.root().join("page.html");
    let (code, _, error) = world.told(&[arguments, &["--html", path.to_str().unwrap()]].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    fs::read_to_string(path).unwrap()
}

#[track_caller]
pub fn holds_up(name: &str, page: &str) {
    pictures(name, page);
    assert_eq!(complaints(page), Vec::<String>::new(), "{name}");
}

#[test]
fn the_measures_find_what_they_look_for() {
    if !have("chromium") {
        return;
    }
    let page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>bad</title>\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"></head>\
        <body style=\"background: #fff\"><p style=\"color: #999\">faint</p><p style=\"width: 900px\">wide</p>\
        <p style=\"font-size: 9px\">small</p><a href=\"#nowhere\">link</a><p title=\"secret\">hover</p>\
        <div class=\"x\"><span>one</span><span style=\"margin-left: -1em\">two</span></div>\
        <script>document.title = 'never'</script></body></html>";
    let found = complaints(page).join("\n");
    for part in [
        "light, 390 px: ",
        "wider than the screen",
        "contrast 2.8 of \"faint\"",
        "small text \"small\"",
        "no target #nowhere",
        "only a pointer shows \"secret\"",
        "\"one\" overlaps \"two\"",
        "dark, 1200 px: is not dark",
        ":CONSOLE",
    ] {
        assert!(found.contains(part), "{part} in {found}");
    }
    assert!(!found.contains("light, 1200 px: 0 px wider"), "{found}");
}

#[test]
fn the_page_of_statistics_holds_up_in_a_browser() {
    if !have("chromium") {
        return;
    }
    holds_up("stats", &html(&sample::used_for(45), &["stats"]));
    holds_up("stats-first-day", &html(&crate::commands::stats::used(), &["stats"]));
    holds_up("stats-empty", &html(&World::new(), &["stats"]));
}

#[test]
fn a_week_and_a_year_of_statistics_hold_up_in_a_browser() {
    if !have("chromium") {
        return;
    }
    holds_up("stats-week", &html(&sample::used_for(6), &["stats"]));
    holds_up("stats-year", &html(&sample::used_for(400), &["stats", "--since", "300d"]));
    holds_up("stats-nothing", &html(&sample::used_for(3), &["stats", "--session", "none"]));
}
