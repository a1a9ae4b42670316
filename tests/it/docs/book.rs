//! `docs/` as a book: its table of contents follows from `docs/README.md`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::pages::{check, read};
use crate::harness::have;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Targets of the links in `text` that are pages, in their order, each once.
fn pages_linked(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
        if link.ends_with(".md") && !found.contains(&link) {
            found.push(link);
        }
    }
    found
}

/// The first heading of a page.
fn title(page: &str) -> String {
    let text = read(page);
    text.lines().find_map(|line| line.strip_prefix("# ")).expect("a heading").to_owned()
}

fn summary() -> String {
    let mut summary = format!("# Summary\n\n[{}](README.md)\n", title("docs/README.md"));
    for part in read("docs/README.md").split("\n**").skip(1) {
        let (name, list) = part.split_once("**\n").expect("the end of a part's name");
        summary += &format!("\n# {name}\n\n");
        for page in pages_linked(list) {
            summary += &format!("- [{}]({page})\n", title(&format!("docs/{page}")));
            let Some(folder) = page.strip_suffix("README.md") else { continue };
            for below in pages_linked(&read(&format!("docs/{page}"))) {
                let page = format!("{folder}{below}");
                summary += &format!("  - [{}]({page})\n", title(&format!("docs/{page}")));
            }
        }
    }
    summary
}

#[test]
fn the_summary_of_the_book_is_fresh() {
    let kept = fs::read_to_string(format!("{ROOT}/docs/SUMMARY.md")).unwrap_or_default();
    let fresh = summary();
    check("docs/SUMMARY.md", &kept, &fresh, || fresh.clone());
}

fn markdown(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            markdown(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            let page = path.strip_prefix(format!("{ROOT}/docs")).unwrap();
            found.push(page.display().to_string());
        }
    }
}

/// The book contains the files of `docs/` only, and no page for a folder.
#[test]
fn every_page_is_in_the_book_and_every_link_leads_to_a_file_of_it() {
    let docs = Path::new(ROOT).join("docs");
    let mut pages = Vec::new();
    markdown(&docs, &mut pages);
    let summary = read("docs/SUMMARY.md");
    for page in pages {
        assert!(
            page == "SUMMARY.md" || summary.contains(&format!("({page})")),
            "not in it: {page}"
        );
        let text = read(&format!("docs/{page}"));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if link.is_empty() || link.contains("://") || link.contains(' ') {
                continue;
            }
            let target = docs.join(&page).parent().unwrap().join(link);
            let target = target.canonicalize().unwrap_or_else(|_| panic!("{page}: {link}"));
            assert!(target.is_file() && target.starts_with(&docs), "{page}: {link}");
        }
    }
}

#[test]
fn mdbook_builds_the_book_with_a_search() {
    if !have("mdbook") {
        return;
    }
    let target = tempfile::tempdir().unwrap();
    let built = Command::new("mdbook")
        .args(["build", "--dest-dir", &target.path().display().to_string(), ROOT])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{told}");
    assert!(!told.contains("WARN") && !told.contains("ERROR"), "{told}");
    let page = fs::read_to_string(target.path().join("results.html")).unwrap();
    assert!(page.contains("<h1 id=\"results\">"), "{page}");
    let index = fs::read_dir(target.path())
        .unwrap()
        .any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with("searchindex"));
    assert!(index, "an index to search in");
}
