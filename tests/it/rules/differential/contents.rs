//! The files of the trees: names and lines that are awkward.

use super::random::Random;

/// Why a rewrite may leave a file out, if the advice says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Hidden,
    Ignored,
    Binary,
    Untracked,
    Link,
    /// In a repository inside.
    Nested,
    /// Text that is not UTF-8, or begins like text: the programs disagree on what is text at all.
    Encoded,
}

/// What everybody looks at.
pub const PLAIN: [&str; 44] = [
    "src/main.rs",
    "src/lib.rs",
    "src/deep/er/mod.rs",
    "src/deep/main_test.rs",
    "src/Upper.RS",
    "src/with space.rs",
    "src/app.py",
    "src/a.py",
    "src/app.ts",
    "src/app.test.ts",
    "src/app.tsx",
    "src/style.css",
    "src/query.sql",
    "src/api",
    "docs/a folder/notes.md",
    "docs/ünï/côde.md",
    "docs/guide.md",
    "docs/日本.md",
    "README.md",
    "TODO",
    "Makefile",
    "tests/test_app.py",
    "tests/util.py",
    "tests/api/case_test.go",
    "tests/fixtures/data.json",
    "latest/old.py",
    "latest/new.ts",
    "api/mod.rs",
    "api/latest/x.py",
    "lib/api/handler.js",
    "lib/util.js",
    "config/settings.json",
    "config/app.yaml",
    "config/app.toml",
    "crlf.txt",
    "crlf.py",
    "no-newline.rs",
    "empty.py",
    "gen/out.rs",
    "x.rs/inner.rs",
    "scripts/run.sh",
    "a/b/c/Deep.java",
    "cmd/main.go",
    "ünï.py",
];

/// Links: what they lead to, and their names.
pub const LINKS: [(&str, &str); 4] = [
    ("src/main.rs", "link.rs"),
    ("../docs", "src/docslink"),
    ("src", "linked"),
    ("nowhere.py", "broken.py"),
];

/// What rewrites may leave out: path and why.
pub const ASIDE: [(&str, &[Class]); 27] = [
    (".gitignore", &[Class::Hidden]),
    (".ignore", &[Class::Hidden]),
    (".github/workflows/ci.yml", &[Class::Hidden]),
    (".hidden/conf.rs", &[Class::Hidden]),
    (".hidden.py", &[Class::Hidden]),
    ("src/.env", &[Class::Hidden]),
    ("docs/.draft.md", &[Class::Hidden, Class::Untracked]),
    ("ignored/gen.rs", &[Class::Ignored, Class::Untracked]),
    ("ignored/deep/er.py", &[Class::Ignored, Class::Untracked]),
    ("notes.ignored", &[Class::Ignored, Class::Untracked]),
    ("src/secret.rs", &[Class::Ignored, Class::Untracked]),
    ("src/deep/secret.py", &[Class::Ignored, Class::Untracked]),
    ("node_modules/pkg/index.js", &[Class::Ignored, Class::Untracked]),
    ("target/debug/x.rs", &[Class::Ignored, Class::Untracked]),
    ("forced/file.py", &[Class::Ignored]),
    ("skipped/x.py", &[Class::Ignored]),
    ("src/skipped.ts", &[Class::Ignored]),
    ("new_file.py", &[Class::Untracked]),
    ("src/untracked.rs", &[Class::Untracked]),
    ("lib/fresh/y.js", &[Class::Untracked]),
    ("nested/a.py", &[Class::Untracked, Class::Nested]),
    ("nested/src/b.rs", &[Class::Untracked, Class::Nested]),
    ("src/blob.rs", &[Class::Binary]),
    ("bin.dat", &[Class::Binary]),
    ("src/latin1.py", &[Class::Encoded]),
    ("docs/utf16.md", &[Class::Encoded]),
    ("lib/late.js", &[Class::Binary, Class::Encoded]),
];

pub const GITIGNORE: &str =
    "ignored/\n*.ignored\n# foo TODO\nsecret.*\nnode_modules\n/target/\nforced/\n";
pub const IGNORE: &str = "skipped/\nskipped.ts\n# TODO foo\n";

/// Lines full of what means something to somebody.
pub const LINES: [&str; 52] = [
    "foo",
    "TODO: one",
    "// TODO foo bar",
    "todo lower",
    "FOO upper",
    "foobar",
    "foo_bar = 1",
    "foo-bar",
    "foo.bar(1)",
    "foo|bar",
    "fn main() {",
    "pub fn foo(x: u32) {}",
    "def foo():",
    "class Foo(Base):",
    "import os, sys",
    "from foo import bar as baz",
    "const foo = (a, b) => a + b;",
    "interface{} foo",
    "type Foo interface {",
    "map[string]interface{}{}",
    "x{1} xx",
    "a.b a+b a*b a?b",
    "[x] [TODO] []",
    "^y$ end",
    "end",
    "  end  ",
    "back\\slash \\n \\d",
    "tab\there\tTODO",
    "\"double\" 'single' `tick`",
    "$HOME ${foo} $(bar) $1",
    "100% #include <stdio.h>",
    "@decorator(foo) ~home !bang",
    "http://example.com/foo?a=1&b=2#top",
    "2024-01-02 12:34:56",
    "12345 0xFF 3.14",
    "naïve café ünï",
    "привет TODO мир",
    "日本語 foo",
    "foo foo foo",
    "TODO(bob): foo, bar; baz",
    "if (foo && bar || !baz) {",
    "foo == bar != baz",
    "--foo --bar=baz -x",
    "src/none.rs:10: foo",
    "{\"foo\": \"bar\", \"n\": 1}",
    "<foo>TODO</foo>",
    "error: foo not found",
    "assert foo == 1",
    "useState useMemo useEffect",
    "oo o ooo",
    "SELECT * FROM foo WHERE a='b';",
    "*b **bold** *foo*",
];

/// The bytes of a file.
pub fn bytes(path: &str, random: &mut Random) -> Vec<u8> {
    match path {
        ".gitignore" => return GITIGNORE.into(),
        ".ignore" => return IGNORE.into(),
        _ if path.contains("empty.") => return Vec::new(),
        _ => {}
    }
    let mut lines: Vec<&str> = (0..5 + random.below(14)).map(|_| random.pick(&LINES)).collect();
    if random.chance(20) {
        lines.push("");
    }
    let own = format!("own line of {}", path.replace('/', " "));
    lines.push(&own);
    let text = lines.join("\n") + "\n";
    match path {
        _ if path.contains("crlf") => text.replace('\n', "\r\n").into(),
        _ if path.contains("no-newline") => format!("{text}last TODO foo").into(),
        _ if path.ends_with("blob.rs") || path.ends_with("bin.dat") => {
            [b"TODO foo\0\x01\x02\n", text.as_bytes()].concat()
        }
        // The first bytes look like text.
        _ if path.ends_with("late.js") => {
            let numbered: String = (0..300)
                .flat_map(|number| text.lines().map(move |line| format!("{number} {line}\n")))
                .collect();
            [numbered.as_bytes(), b"\0\0 TODO foo\n"].concat()
        }
        _ if path.contains("latin1") => {
            [text.replace(|c: char| !c.is_ascii(), "").as_bytes(), b"caf\xe9 TODO foo\n"].concat()
        }
        _ if path.contains("utf16") => {
            let units = format!("\u{feff}{text}");
            units.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        _ => text.into(),
    }
}
