//! Patterns of grep's syntaxes, quoted for the shell.

use crate::rules::differential::random::Random;

const WORDS: [&str; 24] = [
    "foo",
    "TODO",
    "bar",
    "todo",
    "o",
    "end",
    "x",
    "import",
    "interface",
    "useState",
    "naïve",
    "привет",
    "日本",
    "foo bar",
    "main",
    "foobar",
    "10",
    "Foo",
    "error:",
    "useMemo",
    "src/",
    "own line",
    "assert foo",
    "2024",
];
const LITERAL: [&str; 28] = [
    "interface{}",
    "fn main()",
    "a.b",
    "a+b",
    "a*b",
    "a?b",
    "x{1}",
    "[x]",
    "$HOME",
    "${foo}",
    "$(bar)",
    "foo(",
    "foo)",
    "{",
    "}",
    "back\\\\slash",
    "\"foo\"",
    "#include",
    "@decorator",
    "100%",
    "foo|bar",
    "--foo",
    "-x",
    "&&",
    "=>",
    "a=1&b",
    "~home",
    "!bang",
];
const BASIC: [&str; 35] = [
    "foo\\|foobar\\|foo_bar",
    "foo\\|bar",
    "foo\\|TODO\\|end",
    "\\(foo\\|bar\\)",
    "fo\\+",
    "fo\\?o",
    "o\\{2\\}",
    "o\\{2,3\\}",
    "^foo",
    "end$",
    "^$",
    "^  ",
    "foo.*bar",
    "[a-f]oo",
    "[^o]o",
    "[[:space:]]foo",
    "[[:upper:]]\\{4\\}",
    "\\<foo\\>",
    "\\<f",
    "o\\>",
    "\\bfoo\\b",
    "\\w\\+",
    "foo(x",
    "\\.",
    "\\*b",
    "*b",
    "a\\.b",
    "x{1}",
    "foo|bar",
    "\\[x\\]",
    "interface{}",
    "\\$HOME",
    "\\<.o",
    "^\\s*def",
    "fn .*(",
];
const EXTENDED: [&str; 35] = [
    "foo|foobar|foo_bar",
    "o|oo|ooo",
    "[^o]|bar",
    "foo|bar",
    "foo|TODO|end",
    "(foo|bar)+",
    "fo+",
    "fo?o",
    "o{2}",
    "o{2,3}",
    "^(foo|def)",
    "(end|one)$",
    "foo.*bar",
    "[a-f]oo",
    "[^o ]o",
    "[[:digit:]]+",
    "\\<foo\\>",
    "\\<.o",
    "\\bfoo\\b",
    "\\w+\\(",
    "foo\\(",
    "\\.",
    "a\\.b",
    "x\\{1\\}",
    "x{1}",
    "\\[x\\]",
    "interface\\{\\}",
    "\\$HOME",
    "fn \\w+",
    "^\\s+end",
    "import|from",
    "TODO|FIXME|XXX",
    "o\\>",
    "(a|b)\\.",
    "=|!",
];
const PERL: [&str; 18] = [
    "foo|bar",
    "\\bfoo\\b",
    "\\d+",
    "interface{}",
    "\\w+\\(",
    "fo{2}",
    "(?:foo|bar)",
    "x{1}",
    "^\\s+end",
    "\\d{4}-\\d{2}",
    "foo(?=bar)",
    "(?i)foo",
    "[^\\s]foo",
    "\\.",
    "{\\}",
    "\\$\\{",
    "a{,2}b",
    "\\x41",
];

/// Which patterns a grep reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Basic,
    Extended,
    Fixed,
    Perl,
}

/// A pattern, not yet quoted.
pub fn pattern(random: &mut Random, syntax: Syntax) -> String {
    let own: &[&str] = match syntax {
        Syntax::Basic => &BASIC,
        Syntax::Extended => &EXTENDED,
        Syntax::Fixed => &LITERAL,
        Syntax::Perl => &PERL,
    };
    match random.below(10) {
        0..3 => random.pick(&WORDS).to_owned(),
        3 => random.pick(&LITERAL).to_owned(),
        4 => {
            let (one, other) = (random.pick(own), random.pick(&WORDS));
            let between = random.pick(&["", ".*", " ", "\\.", "\\|", "|", "s*", "_"]);
            if random.chance(50) {
                format!("{one}{between}{other}")
            } else {
                format!("{other}{between}{one}")
            }
        }
        5 => {
            let parts = [
                "foo",
                "TODO",
                "b",
                ".",
                "\\|",
                "|",
                "\\(",
                "\\)",
                "(",
                ")",
                "*",
                "+",
                "\\+",
                "?",
                "^",
                "$",
                "[a-f]",
                "[^o]",
                "{1}",
                "\\{1\\}",
                "\\.",
                "\\b",
                "\\<",
                "\\>",
                " ",
                "x",
                "ï",
                "[[:alpha:]]",
                "\\w",
                "{",
                "}",
                "\\s",
            ];
            (0..2 + random.below(3)).map(|_| random.pick(&parts)).collect()
        }
        _ => random.pick(own).to_owned(),
    }
}

/// A word for the shell, in one of the ways in which people quote.
pub fn quoted(random: &mut Random, word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || "_/.:,=-".contains(c));
    if is_plain && random.chance(50) {
        return word.to_owned();
    }
    if word.contains('\'') || (random.chance(30) && !word.contains(['$', '`', '"', '!'])) {
        // A backslash before anything else stays in double quotes.
        if !word.contains("\\\\") && !word.contains(['$', '`', '"', '!']) {
            return format!("\"{word}\"");
        }
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
