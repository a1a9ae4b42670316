//! Derives the programming language of a file from the ending of its name.

/// The language of a file without code: text, settings, data.
pub(crate) const NONE: &str = "none";

/// `(name in ledgers, endings)`. Templates and style sheets are left out, since linters and type
/// checkers do not read them.
const LANGUAGES: [(&str, &[&str]); 12] = [
    ("rust", &["rs"]),
    ("go", &["go"]),
    ("python", &["py", "pyi"]),
    (
        "javascript",
        &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro"],
    ),
    ("c", &["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "m", "mm"]),
    ("java", &["java", "kt", "kts", "scala", "groovy"]),
    ("ruby", &["rb", "rake"]),
    ("php", &["php"]),
    ("swift", &["swift"]),
    ("csharp", &["cs", "fs", "vb"]),
    ("elixir", &["ex", "exs"]),
    ("zig", &["zig"]),
];

/// The language of the file at `path`; [`NONE`] if it has no code, as far as the name shows.
pub(crate) fn of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    LANGUAGES
        .iter()
        .find(|(_, endings)| endings.contains(&ending))
        .map_or(NONE, |(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides() {
        assert_eq!(of("/r/src/a.rs"), "rust");
        assert_eq!(of("a.test.tsx"), "javascript");
        for path in ["README.md", "Makefile", "a.rs/notes", "package.json", "", "rs"] {
            assert_eq!(of(path), NONE, "{path}");
        }
    }
}
