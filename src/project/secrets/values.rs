//! Values: made up, made by chance, or chosen as a password.

use super::{Care, Secret, leading};

/// Words that say of a value that it stands for another.
const PLACEHOLDERS: [&str; 24] = [
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
];

/// Whether `text` says of itself that it is no real value.
pub fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || text.contains(['<', '>', '{', '}', '$', '[', ']', '`'])
}

/// Whether no hand wrote it: no placeholder, many different characters.
pub(super) fn is_made_by_chance(text: &str, care: Care) -> bool {
    let kinds = distinct(text);
    kinds >= 8.min(text.len() / 2)
        && !is_placeholder(text)
        && !is_periodic(text)
        && (care == Care::Used || !has_run(text))
}

fn distinct(text: &str) -> usize {
    let mut seen: Vec<char> = text.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

/// The same few characters at least twice and nothing else: `1234abcd1234abcd`.
fn is_periodic(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=bytes.len() / 2)
        .take(16)
        .any(|period| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b))
}

/// Six letters or digits in their order: chance makes them once in a million, a hand all the time.
fn has_run(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut length = 1;
    lower.as_bytes().windows(2).any(|pair| {
        let next = matches!(pair, [a, b] if a.is_ascii_alphanumeric() && a.wrapping_add(1) == *b);
        length = if next { length + 1 } else { 1 };
        length >= 6
    })
}

/// Whether `text`, the value of something that is named as a secret, is one that a machine made: of
/// one piece, letters and digits in turn. Words joined by dashes, paths and versions are not.
pub fn is_random(text: &str) -> bool {
    let of_form = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.~".contains(&b));
    let class = |b: u8| match b {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        // A separator is no turn.
        _ => 9,
    };
    let turns = text
        .as_bytes()
        .windows(2)
        .filter(
            |pair| matches!(pair, [a, b] if class(*a) != class(*b) && class(*a) + class(*b) <= 3),
        )
        .count();
    (16..=2048).contains(&text.len())
        && of_form
        && !text.starts_with(['/', '.', '~'])
        && text.bytes().filter(u8::is_ascii_digit).count() >= 2
        && turns * 5 >= text.len()
        && distinct(text) >= 10
        && is_made_by_chance(text, Care::Data)
}

/// What people write where a password is asked for and does not matter.
const DEFAULTS: [&str; 21] = [
    "password", "passwd", "secret", "postgres", "mysql", "maria", "mongo", "redis", "rabbit",
    "docker", "root", "admin", "guest", "default", "local", "1234", "qwerty", "letmein", "abc123",
    "dev", "pass",
];

/// Whether `text` is a password that somebody keeps, not the one of a database in a container.
pub fn is_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.chars().count() >= 6
        && !text.contains(char::is_whitespace)
        && !is_placeholder(text)
        && !DEFAULTS.iter().any(|word| lower.contains(word))
}

/// Whether `text` is a password that no hand types for a moment: eight characters of three kinds.
pub fn is_strong_password(text: &str) -> bool {
    let has = |test: fn(char) -> bool| usize::from(text.contains(test));
    let kinds = has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| c.is_ascii_punctuation());
    text.len() >= 8 && kinds >= 3 && !text.starts_with(['/', '.', '~']) && is_password(text) && {
        let spelled: String = text.to_ascii_lowercase().chars().map(meant).collect();
        !DEFAULTS.iter().any(|word| spelled.contains(word))
    }
}

/// The letter that people mean by a sign in its place: `P@ssw0rd`.
fn meant(c: char) -> char {
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
/// made up one.
pub fn of_url(text: &str) -> Option<Secret> {
    text.match_indices("://").find_map(|(at, _)| {
        let scheme = text.get(..at)?.chars().next_back()?;
        let rest = text.get(at + 3..)?;
        // A regular expression has brackets and stars where a URL has none.
        let authority = leading(rest, |c| c.is_ascii_alphanumeric() || "._~%!+=@:-&,;".contains(c));
        let (user, host) = authority.rsplit_once('@')?;
        let (user, password) = user.split_once(':')?;
        let ends = rest.get(authority.len()..)?.chars().next();
        let whole =
            ends.is_none_or(|c| matches!(c, '/' | '?' | '#' | '"' | '\'') || c.is_whitespace());
        let host = leading(host, |c| c != ':');
        let real = scheme.is_ascii_alphanumeric()
            && whole
            && password != user
            && is_password(password)
            && !is_local_host(host);
        real.then(|| Secret {
            kind: "a password in a URL",
            text: password.to_owned(),
            variable: None,
        })
    })
}

/// Whether a host is this machine, a container beside it or a made up one. A name without a dot is
/// one of a container network or an alias.
pub fn is_local_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let made_up = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")));
    let labels = || host.split(['.', '-']);
    made_up
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
    fn chance_is_told_from_words() {
        for random in ["9fK2mQ7vX4bT8nZ1cR6w", "d41d8cd98f00b204e9800998ecf8427e"] {
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
    fn what_anybody_types_is_no_strong_password() {
        for text in ["P@ssw0rd", "S3cr3t123", "Passw0rd!", "Adm1n#2024", "abcdefgh"] {
            assert!(!is_strong_password(text), "{text}");
        }
        assert!(is_strong_password("kV9xq2Lm"));
    }

    #[test]
    fn a_url_tells_its_password_unless_it_stays_here() {
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
