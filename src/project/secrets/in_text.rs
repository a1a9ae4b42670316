//! Decides whether a sentence may contain a secret.

use super::shapes::SHAPES;

/// Whether something in `text` looks like a credential. It errs toward yes, in which case the
/// advice is given without the user's words.
///
/// All advice is checked, so the cheap tests come first: most words are so short that setting up
/// one search costs more than the other tests.
pub fn looks_secret(text: &str) -> bool {
    /// The length of `-----BEGIN`, the shortest text that makes a word suspicious by itself.
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
        // The token after it is a word of its own.
        ends_with(word, "bearer")
            || assigns && NAMES.iter().any(|name| word.to_ascii_lowercase().contains(name))
            || word.len() >= SHORTEST
                && (begins_key(word) || has_known_shape(word) || is_random(word))
    }) || has_password_url(text)
}

/// Whether the word contains `-----BEGIN`, in any case.
fn begins_key(word: &str) -> bool {
    let begin = b"-----begin";
    word.as_bytes()
        .windows(begin.len())
        .any(|part| part.first() == Some(&b'-') && part.eq_ignore_ascii_case(begin))
}

/// Whether the word contains the prefix of a known shape, with enough characters after it.
fn has_known_shape(word: &str) -> bool {
    SHAPES.iter().any(|shape| {
        let room = word.len().checked_sub(shape.prefix.len() + shape.suspicious);
        room.is_some_and(|room| word.find(shape.prefix).is_some_and(|at| at <= room))
    })
}

/// Whether the word has 32 or more characters that mix upper case, lower case and digits, unlike
/// words, paths and hexadecimal hashes.
fn is_random(word: &str) -> bool {
    let has = |test: fn(&char) -> bool| word.chars().filter(test).count() >= 3;
    word.len() >= 32
        && !word.contains(['/', '.'])
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
}

/// Whether the text contains `scheme://user:password@host`.
fn has_password_url(text: &str) -> bool {
    text.contains('@')
        && text.split("://").skip(1).any(|rest| {
            let authority = rest.split(['/', ' ', '"', '\'']).next().unwrap_or_default();
            authority.split_once('@').is_some_and(|(user, _)| user.contains(':'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_look_secret_and_code_does_not() {
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
