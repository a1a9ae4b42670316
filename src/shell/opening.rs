//! Finds the first word of a shell text that does something, without parsing. The gate uses it for
//! rules about whole scripts.

use super::wrappers;

/// The first word of the first command in `text` that is neither a `cd` nor an assignment. It skips
/// comments. Returns `=` if there are only assignments (and `cd`), `()` for the definition of a
/// function, and an empty text if this scan cannot know.
///
/// It reads no further than that word, so its cost does not depend on the length of the script.
pub(crate) fn opening(text: &str) -> &str {
    let mut rest = text;
    let mut assigns = false;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ends_command(c));
        if rest.is_empty() {
            return if assigns { "=" } else { "" };
        }
        if rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, below)| below);
            continue;
        }
        let (word, after) = rest.split_at(word_end(rest));
        let after = after.trim_start_matches([' ', '\t']);
        let is_alone = after.is_empty() || after.starts_with(ends_command);
        if wrappers::assignment(word).is_some() {
            // `A=1 make` runs make.
            if !is_alone {
                return "";
            }
            assigns = true;
            rest = after;
        } else if word == "cd" {
            rest = after_command(after);
        } else if word.ends_with("()") || after.starts_with("()") {
            return "()";
        } else {
            return word;
        }
    }
}

fn ends_command(c: char) -> bool {
    matches!(c, ';' | '&' | '|' | '\n')
}

/// The text from the end of the command on.
fn after_command(mut text: &str) -> &str {
    while !text.is_empty() && !text.starts_with(ends_command) {
        // A redirection operator is skipped like a word.
        let end = word_end(text).max(text.chars().next().map_or(0, char::len_utf8));
        text = text.get(end..).unwrap_or_default().trim_start_matches([' ', '\t']);
    }
    text
}

/// The length of the word at the start of `text`: up to a blank or an operator outside quotes and
/// substitutions.
fn word_end(text: &str) -> usize {
    let (mut single, mut double, mut depth) = (false, false, 0_usize);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if !single => {
                chars.next();
            }
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            '(' if !single && text.get(..at).is_some_and(|before| before.ends_with('$')) => {
                depth += 1
            }
            '(' if depth > 0 && !single => depth += 1,
            ')' if depth > 0 && !single => depth -= 1,
            c if !single && !double && depth == 0 => {
                // `f()` keeps its parentheses.
                if c == '(' && text.get(at..).is_some_and(|rest| rest.starts_with("()")) {
                    return at + 2;
                }
                if c.is_whitespace() || ends_command(c) || matches!(c, '<' | '>' | '(' | ')') {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opening_is_the_first_word_that_does_something() {
        for (text, word) in [
            ("export A=1", "export"),
            ("  # the environment\n\nsource .venv/bin/activate", "source"),
            ("cd 'my web' && source x", "source"),
            ("cd a; cd b\n. ./.env", "."),
            ("cd web", ""),
            ("A=1", "="),
            ("A='b c'; B=\"$(go env X \"y z\") w\" && C=$(f (1 2))\n", "="),
            ("cd x && A=1", "="),
            ("A=1 make", ""),
            ("A=1; make", "make"),
            ("f() { ls; }", "()"),
            ("f () { ls; }", "()"),
            ("function f { ls; }", "function"),
            ("(cd x)", ""),
            ("ls|wc", "ls"),
            ("cd \"$X\" 2>/dev/null || ls", "ls"),
            ("", ""),
            ("A='open", "="),
            ("é=1", "é=1"),
        ] {
            assert_eq!(opening(text), word, "{text}");
        }
    }
}
