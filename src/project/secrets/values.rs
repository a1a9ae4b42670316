//! Tells placeholders, generated secrets and passwords apart.

use super::secret::{Care, Secret, leading};

/// Words in a value that only stands for another.
const PLACEHOLDERS: [&str; 31] = [
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "your",
    "dummy",
    "fake",
    "sample",
    "redacted",
    "xxxx",
    "****",
    "...",
    "…",
    "insert",
    "replace",
    "test",
    "demo",
    "mock",
    "foobar",
    "mytoken",
    "not-a",
    "not_a",
    "deadbeef",
    "x-oauth-basic",
    "x-access-token",
    "x-token-auth",
    "correcthorse",
    "goes-here",
    "goeshere",
    "cafebabe",
];

/// Whether `text` is a placeholder for a value, or code that produces one.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || text.contains(['<', '>', '{', '}', '$', '[', ']', '`'])
}

/// Whether a machine generated the text: it has many different characters and is not a placeholder.
pub(super) fn looks_generated(text: &str, care: Care) -> bool {
    let least_run = if care == Care::Used { 8 } else { 6 };
    distinct(text) >= 8.min(text.len() / 2)
        && !is_placeholder(text)
        && !is_periodic(text)
        && !has_run(text, least_run)
}

/// How many different characters the text has.
fn distinct(text: &str) -> usize {
    let mut chars: Vec<char> = text.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    chars.len()
}

/// Whether the text repeats up to 16 characters and contains nothing else: `1234abcd1234abcd`.
fn is_periodic(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=bytes.len() / 2)
        .take(16)
        .any(|period| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b))
}

/// Whether this many letters or digits are in their order, such as `abcdef`, `fedcba`, `aabbcc` or
/// `qwerty`. A generator produces a run of six once in a million times, people all the time.
fn has_run(text: &str, least: usize) -> bool {
    let mut bytes = text.to_ascii_lowercase().into_bytes();
    // `00112233` counts as `0123`.
    bytes.dedup();
    let counts = |step: fn(u8) -> u8| {
        let mut length = 1;
        bytes.windows(2).any(|pair| {
            let next = matches!(pair, [a, b] if a.is_ascii_alphanumeric() && step(*a) == *b);
            length = if next { length + 1 } else { 1 };
            length >= least
        })
    };
    let text = text.to_ascii_lowercase();
    counts(|byte| byte.wrapping_add(1))
        || counts(|byte| byte.wrapping_sub(1))
        || KEYBOARD_ROWS.iter().any(|row| text.contains(row))
}

/// Keys beside each other, as people type them for a sample.
const KEYBOARD_ROWS: [&str; 4] = ["qwertyu", "asdfghj", "zxcvbnm", "1q2w3e4r"];

/// Whether `text`, the value under a name for secrets, is a generated one: it is in one piece, and
/// letters and digits alternate. Words joined by dashes, paths and versions are not.
pub(crate) fn is_random(text: &str) -> bool {
    let has_form = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.~".contains(&b));
    let class = |b: u8| match b {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        // A separator never counts as a change of class.
        _ => 9,
    };
    let changes = text
        .as_bytes()
        .windows(2)
        .filter(
            |pair| matches!(pair, [a, b] if class(*a) != class(*b) && class(*a) + class(*b) <= 3),
        )
        .count();
    // A short one must mix more.
    let has = |class: fn(&u8) -> bool| text.bytes().any(|byte| class(&byte));
    let is_mixed =
        has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && changes * 3 >= text.len();
    (12..=2048).contains(&text.len())
        && (text.len() >= 16 || is_mixed)
        && has_form
        && !text.starts_with(['/', '.', '~'])
        && text.bytes().filter(u8::is_ascii_digit).count() >= 2
        && changes * 5 >= text.len()
        && distinct(text) >= 10
        && looks_generated(text, Care::Data)
}

/// What people write as a password that does not matter.
const DEFAULTS: [&str; 21] = [
    "password", "passwd", "secret", "postgres", "mysql", "maria", "mongo", "redis", "rabbit",
    "docker", "root", "admin", "guest", "default", "local", "1234", "qwerty", "letmein", "abc123",
    "dev", "pass",
];

/// Whether `text` is a password that protects something, and not that of a throwaway database.
pub(crate) fn is_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.chars().count() >= 6
        && !text.contains(char::is_whitespace)
        && !is_placeholder(text)
        && !DEFAULTS.iter().any(|word| lower.contains(word))
        && !has_run(text, 6)
}

/// Whether `text` is a password that nobody makes up for a throwaway: it has at least eight
/// characters of at least three kinds.
pub(crate) fn is_strong_password(text: &str) -> bool {
    let has = |test: fn(char) -> bool| usize::from(text.contains(test));
    let kinds = has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| c.is_ascii_punctuation());
    text.len() >= 8 && kinds >= 3 && !text.starts_with(['/', '.', '~']) && is_password(text) && {
        let letters: String = text.to_ascii_lowercase().chars().map(letter_meant).collect();
        !DEFAULTS.iter().any(|word| letters.contains(word))
    }
}

/// The letter for which people write this character: `P@ssw0rd`.
fn letter_meant(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        c => c,
    }
}

/// The password in `scheme://user:password@host`, unless the host is this machine, a container or a
/// made-up one.
pub(crate) fn of_url(text: &str) -> Option<Secret> {
    text.match_indices("://").find_map(|(at, _)| {
        let scheme = text.get(..at)?.chars().next_back()?;
        let rest = text.get(at + 3..)?;
        // A regular expression that matches URLs has brackets and stars here.
        let authority = leading(rest, |c| c.is_ascii_alphanumeric() || "._~%!+=@:-&,;".contains(c));
        let (user, host) = authority.rsplit_once('@')?;
        let (user, password) = user.split_once(':')?;
        let next = rest.get(authority.len()..)?.chars().next();
        let is_whole =
            next.is_none_or(|c| matches!(c, '/' | '?' | '#' | '"' | '\'') || c.is_whitespace());
        let host = leading(host, |c| c != ':');
        let is_real = scheme.is_ascii_alphanumeric()
            && is_whole
            && password != user
            && is_password(password)
            && !is_local_host(host);
        is_real.then(|| Secret {
            kind: "a password in a URL",
            text: password.to_owned(),
            variable: None,
        })
    })
}

/// Whether a host is this machine, a container on it or a made-up one. A name without a dot is that
/// of a container, or an alias.
pub(crate) fn is_local_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_reserved = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")));
    let labels = || host.split(['.', '-']);
    is_reserved
        || labels().any(|label| {
            matches!(label, "example" | "your" | "yourdomain" | "yourhost" | "mycompany")
        })
        || !host.contains('.')
        || host.starts_with("127.")
        || host == "0.0.0.0"
        || host == "host.docker.internal"
        || [".local", ".localhost", ".test", ".example", ".invalid"]
            .iter()
            .any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_values_are_random_and_words_are_not() {
        for random in
            ["hT7vkq92LmZx4Rb", "9fK2mQ7vX4bT8nZ1cR6w", "d41d8cd98f00b204e9800998ecf8427e"]
        {
            assert!(is_random(random), "{random}");
        }
        for word in [
            "my-super-secret-token-1",
            "SUPERSECRET",
            "/run/secrets/token01",
            "v1.2.3-beta.4.build",
            "short1",
        ] {
            assert!(!is_random(word), "{word}");
        }
    }

    #[test]
    fn a_common_password_is_not_strong() {
        for text in ["P@ssw0rd", "S3cr3t123", "Passw0rd!", "Adm1n#2024", "abcdefgh"] {
            assert!(!is_strong_password(text), "{text}");
        }
        assert!(is_strong_password("kV9xq2Lm"));
    }

    #[test]
    fn a_url_gives_its_password_unless_the_host_is_local() {
        let found = |text: &str| of_url(text).map(|secret| secret.text);
        assert_eq!(found("postgres://app:kV9xq2Lm@db.acme.io:5432/x").as_deref(), Some("kV9xq2Lm"));
        for text in [
            "postgres://app:kV9xq2Lm@localhost/x",
            "postgres://app:kV9xq2Lm@db:5432/x",
            "https://user:password@git.acme.io/x",
            "https://kV9xq2Lm:kV9xq2Lm@git.acme.io/x",
            "postgres://app:kV9xq2Lm@your-host.com/x",
            "postgres://app:kV9xq2Lm@db.example.io/x",
            "https://u:$PW@git.acme.io",
            "s#https://[^:]*:[^@]*@#x#",
            "git@github.com:a/b",
            "https://github.com/a/b",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
