//! Whether a regular expression of JavaScript has a match in the name of a tool.

use regex_lite::RegexBuilder;

/// What is known about a pattern and a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    /// The pattern is not valid: a client takes it for a name, or skips it.
    Invalid,
    /// The pattern has something that is not evaluated here, such as a look ahead.
    Unknown,
}

/// Most bytes of the compiled form. A project's settings may hold any pattern.
const SIZE_LIMIT: usize = 1 << 20;

/// Looks for a match anywhere in `name`, as JavaScript's `test` does. It takes time linear in the
/// name, which an engine of JavaScript's own kind does not promise.
pub(super) fn find(pattern: &str, name: &str) -> Match {
    match RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build() {
        Ok(regex) if regex.is_match(name) => Match::Yes,
        Ok(_) => Match::No,
        // What JavaScript knows beyond: looks around, back-references, more escapes, a brace that
        // is a literal. Or it is too large.
        Err(_) if pattern.contains("(?") || pattern.contains(['\\', '{']) => Match::Unknown,
        Err(_) if pattern.len() > 200 => Match::Unknown,
        Err(_) => Match::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_javascript_has_them() {
        for (pattern, name, expected) in [
            ("Bash", "Bash", Match::Yes),
            ("as", "Bash", Match::Yes),
            ("^as", "Bash", Match::No),
            ("^(Bash|Read)$", "Read", Match::Yes),
            ("^(Bash|Read)$", "BashOutput", Match::No),
            ("mcp__.*__write", "mcp__db__write_row", Match::Yes),
            ("^(?:Note.*)?Edit$", "NotebookEdit", Match::Yes),
            ("[B-C]a?s+h", "Cssh", Match::Yes),
            ("[^B]ash$", "Bash", Match::No),
            ("\\w+\\(", "Bash", Match::No),
            ("\\bBash\\b", "Bash", Match::Yes),
            ("a{2}", "aa", Match::Yes),
            ("Bash(git push:*)", "Bash", Match::No),
            ("", "Bash", Match::Yes),
            ("Bash|", "Read", Match::Yes),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaac", Match::No),
            ("(", "Bash", Match::Invalid),
            (")", "Bash", Match::Invalid),
            ("*", "Bash", Match::Invalid),
            ("[a", "Bash", Match::Invalid),
            ("^(?!Bash)", "Read", Match::Unknown),
            ("(a)\\1", "aa", Match::Unknown),
            ("Ba{sh", "Ba{sh", Match::Unknown),
            ("((a{999}){999}){999}", "Bash", Match::Unknown),
        ] {
            assert_eq!(find(pattern, name), expected, "{pattern} {name}");
        }
        let deep = format!("{}{}", "(".repeat(9999), ")".repeat(9999));
        assert_eq!(find(&deep, "Bash"), Match::Unknown);
    }
}
