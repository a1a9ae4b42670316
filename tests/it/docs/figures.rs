//! Figures in the README and in docs are in what a command has printed (`docs/figures`, made by
//! `scripts/figures`) or in a page of docs that names the command.

use std::fs;
use std::path::{Path, PathBuf};

use crate::docs::pages::{check, read};

fn pages(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md" || extension == "txt")
        {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn docs() -> Vec<(PathBuf, String)> {
    pages(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")))
}

/// Numbers of three digits and more, or with a fraction, as they are written.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '_' | '-' | '#' | '/');
    text.split(move |c| !is_part(c))
        .map(|word| word.trim_matches(['.', ',']))
        .filter(|word| word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')))
        .filter(|word| word.contains('.') || word.chars().filter(char::is_ascii_digit).count() >= 3)
}

/// The page with what `figures` contain in place of blocks that begin with the same command: as many
/// lines.
fn quoting(page: &str, figures: &[(PathBuf, String)]) -> (String, usize) {
    let mut fresh = String::new();
    let mut blocks = 0;
    for (at, part) in page.split("```\n$ ").enumerate() {
        if at == 0 {
            fresh += part;
            continue;
        }
        let (block, rest) = part.split_once("```").expect("the end of a block");
        let mut lines = block.lines();
        let typed = lines.next().expect("a command");
        // `| head -9` says that the rest is left out.
        let command = typed.split(" | head").next().unwrap_or_default();
        let figure =
            figures.iter().find(|(_, text)| text.lines().next() == Some(&format!("$ {command}")));
        let (_, figure) = figure.unwrap_or_else(|| panic!("no figure is made by: {command}"));
        let shown: Vec<&str> = figure.lines().skip(1).take(lines.count()).collect();
        fresh += &format!("```\n$ {typed}\n{}\n```{rest}", shown.join("\n"));
        blocks += 1;
    }
    (fresh, blocks)
}

#[test]
fn what_pages_quote_is_fresh() {
    for (path, least) in
        [("README.md", 0), ("docs/replay.md", 1), ("docs/stats.md", 1), ("docs/results.md", 0)]
    {
        let page = read(path);
        let (fresh, blocks) = quoting(&page, &docs());
        assert!(blocks >= least, "{path} quotes {blocks} blocks");
        check(path, &page, &fresh, || fresh.clone());
    }
}

/// The rows of the bench of whole processes, each by its cells.
pub fn rows(output: &str) -> Vec<Vec<&str>> {
    let rows = output.lines().filter(|line| line.starts_with("| ") && line.contains("B |"));
    rows.map(|line| line.split('|').map(str::trim).collect())
        .filter(|row: &Vec<&str>| row.len() == 12)
        .collect()
}

/// The ratio of a case to the floor, as the bench printed it, and its goal.
pub fn ratio<'o>(output: &'o str, size: &str, case: &str) -> (&'o str, &'o str) {
    let rows = rows(output);
    let row = rows.iter().find(|row| row[1] == size && row[2] == case);
    let row = row.unwrap_or_else(|| panic!("no row {size}, {case}"));
    (row[6], row[7].split(',').next().unwrap_or_default())
}

/// The worst silent call of a build, of the tools that the goals are about.
pub fn worst_silent<'o>(output: &'o str, build: &str, size: &str) -> (&'o str, &'o str) {
    let cases = ["Bash", "Read", "Edit"].map(|tool| format!("{build}: silent, {tool}"));
    let number = |cell: &(&str, &str)| cell.0.parse::<f64>().expect("a ratio");
    let ratios = cases.iter().map(|case| ratio(output, size, case));
    ratios.max_by(|one, other| number(one).total_cmp(&number(other))).expect("three tools")
}

/// Times of whole processes as multiples of the floor, a row a size; with `goals`, each beside its
/// own.
fn speed(goals: bool) -> String {
    let output = read("docs/figures/process.txt");
    let mut text = if goals {
        "| payload | silent | goal | speaks | goal | glibc: silent | glibc: speaks | `/bin/true` |\n|---|---:|---:|---:|---:|---:|---:|---:|\n".to_owned()
    } else {
        "| payload | silent | speaks | `/bin/true` |\n|---|---:|---:|---:|\n".to_owned()
    };
    for size in ["1 KB", "30 KB", "300 KB", "3 MB"] {
        let (silent, silent_goal) = worst_silent(&output, "musl", size);
        let (speaks, speaks_goal) = ratio(&output, size, "musl: speaks");
        let (truth, _) = ratio(&output, size, "/bin/true");
        text += &if goals {
            let (glibc_silent, _) = worst_silent(&output, "glibc", size);
            let (glibc_speaks, _) = ratio(&output, size, "glibc: speaks");
            format!(
                "| {size} | {silent} | {silent_goal} | {speaks} | {speaks_goal} | {glibc_silent} | {glibc_speaks} | {truth} |\n"
            )
        } else {
            format!("| {size} | {silent} | {speaks} | {truth} |\n")
        };
    }
    text
}

/// What a command has printed, without the line that names it.
fn printed(figure: &str) -> String {
    let text = read(figure);
    text.split_once('\n').expect("a command").1.trim_end().to_owned() + "\n"
}

/// What is between the marks of a page is what a command has printed.
#[test]
fn tables_are_fresh() {
    let linear = format!("```text\n{}```\n", printed("docs/figures/linear.txt"));
    for (path, mark, fresh) in [
        ("docs/results.md", "speed", speed(false)),
        ("docs/performance.md", "speed", speed(true)),
        ("docs/performance.md", "profile", printed("docs/figures/profile.txt")),
        ("docs/fuzzing.md", "linear", linear),
    ] {
        let page = read(path);
        let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
        let (before, rest) = page.split_once(&begin).expect("a mark before the table");
        let (kept, after) = rest.split_once(&end).expect("a mark after the table");
        check(path, kept, &fresh, || format!("{before}{begin}{fresh}{end}{after}"));
    }
}

/// Those of the page of results are in another page, so that it adds none of its own.
#[test]
fn every_figure_of_the_readme_and_of_the_results_is_in_docs() {
    let results = Path::new("docs/results.md");
    let docs = docs();
    let known: Vec<&str> = docs
        .iter()
        .filter(|(path, _)| !path.ends_with(results))
        .flat_map(|(_, text)| numbers(text))
        .collect();
    for (path, least) in [("README.md", 10), ("docs/results.md", 40)] {
        let page = read(path);
        let missing: Vec<&str> = numbers(&page).filter(|number| !known.contains(number)).collect();
        assert!(numbers(&page).count() >= least, "the figures of {path} were seen");
        assert!(missing.is_empty(), "{path} has figures that are in no page of docs: {missing:?}");
    }
}

#[test]
fn every_kept_output_names_its_command() {
    let made = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/figures")).unwrap();
    for (path, text) in
        docs().into_iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "txt"))
    {
        let command =
            text.lines().next().and_then(|line| line.strip_prefix("$ ")).expect("a command");
        let name = path.file_stem().unwrap().to_string_lossy();
        assert!(
            made.contains(&format!("figure {name} {command}\n")),
            "{}: {command}",
            path.display()
        );
    }
}
