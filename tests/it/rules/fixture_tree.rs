//! A tree with everything that is awkward, and what a command finds in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::harness::{World, advice, have};

/// What everybody looks at.
pub const FILES: [(&str, &str); 17] = [
    ("src/main.rs", "fn main() {\n    // TODO: one\n    foo(bar);\n}\n"),
    ("src/lib.rs", "pub fn foo(x: u32) {}\n// todo lower\nlet a = b+c;\n"),
    ("src/deep/er/mod.rs", "foo|bar\nfoo bar\nfoobar\nx{1} xx\n"),
    ("src/deep/main_test.rs", "TODO foo\n"),
    ("src/Upper.RS", "FOO todo\n"),
    ("src/with space.rs", "TODO foo in a name with a blank\n"),
    ("docs/ünï côde.md", "naïve TODO\nFOO\n"),
    ("docs/guide.md", "foo.bar\na.b a+b a*b [x] ^y$\n"),
    ("api/mod.rs", "foo TODO\n"),
    ("tests/api/case_test.rs", "assert foo\nTODO\nTODO\n"),
    ("gen/out.rs", "TODO foo generated\n"),
    ("x.rs/inner.txt", "foo below a folder with a file's name\n"),
    ("crlf.rs", "TODO\r\nfoo bar\r\nend\r\n"),
    ("no-newline.rs", "last TODO"),
    ("empty.rs", ""),
    ("web/x.ts", "const foo = 1; // TODO\n"),
    ("web/x.tsx", "<foo>TODO</foo>\n"),
];

/// What ripgrep may leave out: ignored, hidden, binary.
const LEFT_OUT: [(&str, &str); 8] = [
    (".gitignore", "ignored/\n*.ignored\nsecret.rs\n"),
    ("ignored/gen.rs", "TODO foo ignored folder\n"),
    ("notes.ignored", "TODO foo ignored\n"),
    ("src/secret.rs", "TODO foo ignored by its name\n"),
    (".hidden/conf.rs", "TODO foo hidden folder\n"),
    (".hidden.rs", "TODO foo hidden\n"),
    ("src/.env", "TODO=foo\n"),
    ("src/blob.rs", "TODO foo\0\x01\x02"),
];

/// A repository with everything that is awkward, and one with what a rewrite must find.
pub struct Trees {
    pub whole: World,
    pub visible: World,
}

fn git(world: &World, args: &[&str]) {
    assert!(Command::new("git").args(args).current_dir(world.work()).status().unwrap().success());
}

/// `tracked`: the visible part is what git knows, hidden or not.
pub fn trees(tracked: bool) -> Trees {
    let trees = Trees { whole: World::new(), visible: World::new() };
    for world in [&trees.whole, &trees.visible] {
        for (path, text) in FILES {
            world.file(path, text);
        }
    }
    for (path, text) in LEFT_OUT {
        trees.whole.file(path, text);
        let ignored =
            ["ignored", "notes", "src/secret"].iter().any(|start| path.starts_with(start));
        if tracked && !ignored {
            trees.visible.file(path, text);
        }
    }
    #[cfg(unix)]
    for (target, link) in
        [("src/main.rs", "link.rs"), ("src", "linked"), ("nowhere.rs", "broken.rs")]
    {
        std::os::unix::fs::symlink(target, trees.whole.work().join(link)).unwrap();
    }
    for args in [&["init", "-q"][..], &["config", "core.quotePath", "false"], &["add", "-A"]] {
        git(&trees.whole, args);
    }
    trees
}

/// What a command prints, line by line, `./` in front of paths left out.
pub fn run(folder: &Path, command: &str) -> BTreeSet<String> {
    let output = Command::new("bash")
        .args(["-c", command])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("RIPGREP_CONFIG_PATH")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let rewritten =
        command.starts_with("rg ") || command.starts_with("git ") || command.starts_with("fd");
    let refused = rewritten && output.status.code().is_none_or(|code| code > 1);
    assert!(!refused, "{command}: {output:?}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| !line.contains("inary file"))
        .map(|line| line.strip_prefix("./").unwrap_or(line).to_owned())
        .filter(|line| !is_of_a_folder(folder, line))
        .collect()
}

/// grep counts no lines in a folder, and finds nothing there: neither is a finding.
fn is_of_a_folder(folder: &Path, line: &str) -> bool {
    match line.strip_suffix(":0") {
        Some(name) => folder.join(name).is_dir(),
        // A dot may well be what was found.
        None => {
            !matches!(line, "" | "." | "..") && folder.join(line.trim_end_matches('/')).is_dir()
        }
    }
}

/// The same command with blanks in names no longer in its way, without a grep of nothing where no
/// file is found, and with names in front of lines also where only one file is.
fn mended(command: &str) -> String {
    let zero = ["-print0", "-0"].iter().any(|sign| command.contains(sign));
    let mut mended =
        command.replace("| xargs ", if zero { "| xargs -r " } else { "| xargs -r -d '\\n' " });
    let several = command.contains(" {} +")
        || (command.contains("| xargs ")
            && ![" -n1 ", " -I"].iter().any(|sign| command.contains(sign)));
    let start = mended.find("| xargs ").or(mended.find("-exec ")).unwrap_or_default();
    let at = start + mended[start..].find("grep ").unwrap_or_default() + 5;
    if several && !mended[at..].contains("h ") {
        mended.insert_str(at, "-H ");
    }
    if command.starts_with("for ") { format!("IFS=$'\\n'; set -f; {mended}") } else { mended }
}

/// Lines without the name of the file that stands in front of them, and without lines that are
/// nothing but one.
fn nameless(lines: BTreeSet<String>) -> BTreeSet<String> {
    let paths = || FILES.iter().chain(&LEFT_OUT).map(|(path, _)| *path).chain(["link.rs"]);
    lines
        .into_iter()
        .filter(|line| !paths().any(|path| path == line))
        .map(|line| {
            let rest = paths().find_map(|path| line.strip_prefix(path)?.strip_prefix([':', '-']));
            rest.map(str::to_owned).unwrap_or(line)
        })
        .collect()
}

/// The rewrite that the binary suggests for a call, and the rule.
pub fn rewrite(report: &serde_json::Value) -> Option<(String, String)> {
    let (rule, text) = advice(report).into_iter().next()?;
    Some((rule, text.split('`').nth(1)?.to_owned()))
}

/// The rewrite that one rule suggests.
pub fn rewrite_of(report: &serde_json::Value, rule: &str) -> Option<String> {
    let (_, text) = advice(report).into_iter().find(|(found, _)| found == rule)?;
    text.split('`').nth(1).map(str::to_owned)
}

#[track_caller]
pub fn between(trees: &Trees, command: &str, better: &str, named: bool) {
    let form = |lines| {
        let mut lines = if named { lines } else { nameless(lines) };
        // Without a name it may be a folder's.
        lines.remove("0");
        lines
    };
    let original = mended(command);
    let found = form(run(&trees.whole.work(), better));
    let least = form(run(&trees.visible.work(), &original));
    let most = form(run(&trees.whole.work(), &original));
    let lost: Vec<_> = least.difference(&found).collect();
    let extra: Vec<_> = found.difference(&most).collect();
    assert!(
        lost.is_empty() && extra.is_empty(),
        "\n{command}\n{better}\nlost {lost:#?}\nextra {extra:#?}"
    );
}

pub fn have_all(programs: &[&str]) -> bool {
    programs.iter().all(|program| have(program))
}
