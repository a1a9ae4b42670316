//! What may stand in a sentence for an agent: cleaned, cut, and free of anything that looks like a
//! secret.

use crate::project::secrets;

/// Most characters of the user's own words that are quoted outside a rewrite.
pub const MAX_QUOTED_CHARS: usize = 40;

/// Control characters, escapes and invisible Unicode (zero-width, bidirectional, tags, variation
/// selectors) taken out, line breaks and tabs turned into spaces: a repository must not be able to
/// hide words in a path.
pub fn clean(text: &str) -> String {
    // Nearly all is plain ASCII, where a look at its bytes does for one at its characters.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' => Some(' '),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        })
        .collect()
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// A page without anything that writes on the terminal it is shown on, or hides there: line breaks,
/// tabs and these styles (`1` is `ESC [ 1 m`) stay.
pub fn for_terminal(page: &str, styles: &[&str]) -> String {
    let mut shown = String::with_capacity(page.len());
    let mut rest = page.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            let style = rest.as_str().strip_prefix('[').and_then(|codes| codes.split_once('m'));
            if let Some((code, after)) = style.filter(|(code, _)| styles.contains(code)) {
                shown.extend(["\u{1b}[", code, "m"]);
                rest = after.chars();
            }
        } else if matches!(c, '\n' | '\t') || !(c.is_control() || is_invisible(c)) {
            shown.push(c);
        }
    }
    shown
}

/// JSON that means the same and shows everything that is in it: control characters and invisible
/// ones are escaped.
pub fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        // A bare line break stands between values, never in a string.
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            shown.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// `text` cleaned and cut to [`MAX_QUOTED_CHARS`] characters, with an ellipsis where it was cut. It
/// is cut before a backtick too: those mark what is to be run.
pub fn excerpt(text: &str) -> String {
    let text = clean(text);
    let whole = text.split('`').next().unwrap_or_default();
    if whole.len() == text.len() && text.chars().count() <= MAX_QUOTED_CHARS {
        return text;
    }
    let mut cut: String = whole.chars().take(MAX_QUOTED_CHARS - 1).collect();
    cut.push('…');
    cut
}

/// The last part of a path, cut like [`excerpt`].
pub fn file_name(path: &str) -> String {
    excerpt(path.rsplit('/').next().unwrap_or(path))
}

/// Whether something in `text` looks like a credential. It errs towards yes: then the sentence is
/// said without the user's words.
///
/// Every advice is looked at, so what costs little comes first: to set up one search costs more
/// than most words are worth.
pub fn looks_secret(text: &str) -> bool {
    /// Of `-----BEGIN`, the shortest of what is looked for in a word by itself.
    const SHORTEST: usize = 10;
    const NAMES: [&str; 6] = ["password=", "passwd=", "token=", "secret=", "api_key=", "apikey="];
    let assigns = text.contains('=');
    let is_key_char =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '.' | '=');
    let ends_with = |word: &str, end: &str| {
        let at = word.len().checked_sub(end.len());
        at.and_then(|at| word.get(at..)).is_some_and(|found| found.eq_ignore_ascii_case(end))
    };
    text.split(|c: char| !is_key_char(c)).any(|word| {
        // Its token is the next word.
        ends_with(word, "bearer")
            || assigns && NAMES.iter().any(|name| word.to_ascii_lowercase().contains(name))
            || word.len() >= SHORTEST
                && (begins_key(word) || has_known_shape(word) || is_random(word))
    }) || has_password_url(text)
}

/// `-----BEGIN`, in a word that may begin before.
fn begins_key(word: &str) -> bool {
    let begin = b"-----begin";
    word.as_bytes()
        .windows(begin.len())
        .any(|part| part.first() == Some(&b'-') && part.eq_ignore_ascii_case(begin))
}

/// The beginning of a known kind of secret, and enough behind it.
fn has_known_shape(word: &str) -> bool {
    secrets::SHAPES.iter().any(|shape| {
        let room = word.len().checked_sub(shape.prefix.len() + shape.suspicious);
        room.is_some_and(|room| word.find(shape.prefix).is_some_and(|at| at <= room))
    })
}

/// 32 or more characters of one alphabet with upper case, lower case and digits mixed: no word,
/// path or hash in hex.
fn is_random(word: &str) -> bool {
    let has = |test: fn(&char) -> bool| word.chars().filter(test).count() >= 3;
    word.len() >= 32
        && !word.contains(['/', '.'])
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
}

/// `scheme://user:password@host`
fn has_password_url(text: &str) -> bool {
    text.contains('@')
        && text.split("://").skip(1).any(|rest| {
            let authority = rest.split(['/', ' ', '"', '\'']).next().unwrap_or_default();
            authority.split_once('@').is_some_and(|(user, _)| user.contains(':'))
        })
}

/// The one of `known` that `word` was probably meant to be: at most a third of its characters
/// differ, or it is a part of the name.
pub fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if word.len() > 100 {
        return None;
    }
    let far = |name: &str| {
        let steps = distance(word, name);
        let shares_a_part = word
            .split('-')
            .any(|part| part.len() > 2 && name.split('-').any(|other| part == other));
        let near = steps * 3 <= word.chars().count().max(3)
            || shares_a_part
            || (word.len() > 2 && name.contains(word));
        near.then_some(steps)
    };
    known
        .filter_map(|name| Some((far(name)?, name)))
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, name)| name)
}

/// How many characters must be put in, taken out or changed to make one of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (at, x) in a.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let above = *cell;
            left = (corner + usize::from(x != y)).min(above + 1).min(left + 1);
            corner = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_guessed() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!((distance("", "abc"), distance("abc", ""), distance("same", "same")), (3, 3, 0));
        let known = ["grep-recursive", "git-push-force", "cat-view-file"];
        let guess = |word| nearest(word, known.into_iter());
        assert_eq!(guess("grep-recursve"), Some("grep-recursive"));
        assert_eq!(guess("push-force"), Some("git-push-force"));
        assert_eq!(guess("push"), Some("git-push-force"));
        assert_eq!(guess("zzzzzz"), None);
    }

    #[test]
    fn hidden_characters_are_taken_out() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{200b}d\ne"), "a[31mbcd e");
        assert_eq!(clean("naïve 日本 'x'"), "naïve 日本 'x'");
    }

    #[test]
    fn pages_keep_their_styles_and_nothing_else_that_acts() {
        let page =
            "\u{1b}[1mname\u{1b}[0m\tx\n\u{1b}[2J\u{1b}]0;t\u{7}a\u{9b}2J\u{e0041}\u{1b}[8m\u{1b}";
        assert_eq!(for_terminal(page, &["0", "1"]), "\u{1b}[1mname\u{1b}[0m\tx\n[2J]0;ta2J[8m");
        assert_eq!(for_terminal("\u{1b}[1mx\u{1b}[0m\r\n", &[]), "[1mx[0m\n");
    }

    #[test]
    fn json_means_the_same_and_shows_all() {
        let text = "a\u{202e}\u{e0041}\u{9b}\u{7f}é\n";
        let json = visible_json(&serde_json::to_string_pretty(&[text]).unwrap());
        assert_eq!(json, "[\n  \"a\\u202e\\udb40\\udc41\\u009b\\u007fé\\n\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }

    #[test]
    fn excerpts_are_bounded() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"é".repeat(41)).chars().count(), 40);
        assert_eq!(excerpt("\"$D\"/`date`"), "\"$D\"/…");
        assert_eq!(file_name("/a/b/c.rs"), "c.rs");
    }

    #[test]
    fn secrets_are_recognised_and_code_is_not() {
        for secret in [
            "rg 'sk-ant-api03-abcdefghijklmnop' .",
            "ghp_0123456789abcdefABCDEF",
            "git push https://u:hunter2@host/x",
            "PASSWORD=x",
            "curl -d my_token=1",
            "curl -H 'Authorization: Bearer $T'",
            "echo x-----BEGIN RSA PRIVATE KEY",
            "Zm9vYmFyQmF6cXV4MTIzNDU2Nzg5MGFiY2Q",
        ] {
            assert!(looks_secret(secret), "{secret}");
        }
        for plain in [
            "rg -n 'fn parse_tokens' src",
            "rg -n task-runner",
            "rg -n bearer_of a=b -- ----------- x@y",
            "rg --files -g '*.rs' crates/very_long_directory_name/of/some/project",
            "git diff 764802b0aa6c1bf1d1dbd2ba0b5a5fd0c1d2e3f4",
            "git push --force-with-lease origin feat/x",
        ] {
            assert!(!looks_secret(plain), "{plain}");
        }
    }
}
