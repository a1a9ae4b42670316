//! Normalizes commands and errors, so that the ledger hashes two of the same kind alike.

use super::ledger::Ledger;
use crate::project::programs::{self, Trait};
use crate::protocol::event::{Event, Words};
use crate::shell;
use crate::shell::{Joined, Script};

/// Bytes of an error that its fingerprint covers. Claude Code cuts an error at 10,000 characters.
const ERROR_BYTES: usize = 12 << 10;

/// The text of a failed call's error without what differs from run to run; empty for a call that
/// succeeded.
pub(crate) fn of_failure(event: &Event) -> String {
    if event.succeeded() { String::new() } else { of_error(&event.error_text(ERROR_BYTES)) }
}

/// An error without its times, durations, process ids, addresses and temporary paths. Other numbers
/// stay: an error at another line, or with another count, is another error.
fn of_error(error: &str) -> String {
    let mut out = String::new();
    let mut words = error.split_whitespace().peekable();
    let mut before = "";
    while let Some(word) = words.next() {
        let is_amount = word.trim_start_matches('(').parse::<f64>().is_ok()
            && words
                .peek()
                .is_some_and(|unit| is_unit(unit.trim_end_matches([')', '.', ',', ';'])));
        let is_id = word.contains("pid=")
            || matches!(before, "pid" | "PID" | "Pid" | "process" | "pid:" | "PID:");
        if is_amount || is_id || word.split(['[', ']', '(', ')', '=', ',', ';']).any(is_volatile) {
            out.push('#');
        } else {
            out.push_str(word);
        }
        out.push(' ');
        before = word;
    }
    out
}

/// Units of time that stand apart from their number.
fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "s" | "ms"
            | "us"
            | "ns"
            | "sec"
            | "secs"
            | "second"
            | "seconds"
            | "milliseconds"
            | "min"
            | "minutes"
    )
}

/// Whether a word differs from run to run: a time, a duration, an address, a long hash, the name of
/// a temporary file.
fn is_volatile(word: &str) -> bool {
    let word = word.trim_matches(['\'', '"', '`', '.', ':', '<', '>']);
    if word.starts_with("/tmp/") || word.starts_with("/var/folders/") || word.starts_with("0x") {
        return true;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    // 12:00:01, 2026-01-31, 2026-01-31T12:00:01Z
    let is_moment = word.bytes().all(|b| b.is_ascii_digit() || b":-.,TZ+".contains(&b))
        && (word.matches(':').count() >= 2 || word.matches('-').count() == 2);
    // 5s, 1.25ms, 2m3.5s
    let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_duration = word.len() > number.len()
        && number.bytes().all(|b| b.is_ascii_digit() || b".mh".contains(&b))
        && ["s", "ms", "us", "ns", "m", "min"].iter().any(|unit| word.ends_with(unit));
    // At least eight hexadecimal digits with a letter among them, or a UUID.
    let is_hash = word.len() >= 8
        && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && word.bytes().any(|b| b.is_ascii_alphabetic());
    // The ports that systems give to clients begin at 32768.
    let port = word.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    is_moment || is_duration || is_hash || port.is_some_and(|port| port >= 32_768)
}

/// A script without what does not change its work: a leading `cd`, redirections, output filters,
/// spaces.
pub(crate) fn of_script(script: &Script) -> String {
    let mut out = String::new();
    let begins_with_cd = script.commands.first().is_some_and(|first| first.is("cd"))
        && script.commands.get(1).is_some_and(|next| {
            matches!(next.joined, Joined::And | Joined::Semicolon | Joined::Newline)
                && next.depth == 0
        });
    for command in script.commands.iter().skip(usize::from(begins_with_cd)) {
        // A call with another filter of its output is the same call.
        let is_filter =
            command.joined == Joined::Pipe && programs::is(&command.program, Trait::ShowsPart);
        if is_filter {
            continue;
        }
        out.push_str(match command.joined {
            Joined::First => "",
            Joined::And => "&& ",
            Joined::Or => "|| ",
            Joined::Semicolon | Joined::Newline => "; ",
            Joined::Pipe => "| ",
        });
        for (name, value) in &command.assignments {
            out.push_str(name);
            out.push('=');
            out.push_str(&value.raw);
            out.push(' ');
        }
        out.push_str(&command.program);
        for word in &command.args {
            out.push(' ');
            out.push_str(&word.raw);
        }
        out.push('\n');
    }
    // Without the `&& ` or `; ` that followed the `cd`.
    if begins_with_cd {
        out.split_once(' ').map_or(String::new(), |(_, rest)| rest.to_owned())
    } else {
        out
    }
}

/// The key in the ledger of a call whose input was parsed: a hash of the normalized script.
pub(crate) fn key_of_script(ledger: &Ledger, script: &Script) -> String {
    format!("n{}", ledger.hash("key", &of_script(script)))
}

/// The key in the ledger of a call whose input was not parsed: a hash of the text.
pub(crate) fn key_of_words(ledger: &Ledger, words: Words) -> String {
    format!("t{}", ledger.hash_of_words("key", words))
}

/// The keys that a call with this command may have in the ledger.
pub(crate) fn keys_of_command(ledger: &Ledger, command: &str) -> Vec<String> {
    keys_of(ledger, shell::parse(command).ok().as_ref(), command.into())
}

/// The keys that a call with this text may have in the ledger, which depend on whether it was
/// parsed.
pub(crate) fn keys_of(ledger: &Ledger, script: Option<&Script>, words: Words) -> Vec<String> {
    let parsed = script.map(|script| ("n", ledger.sought("key", &of_script(script))));
    let keys = parsed.into_iter().chain([("t", ledger.sought_words("key", words))]);
    keys.flat_map(|(kind, hash)| {
        hash.forms().map(|form| format!("{kind}{form}")).collect::<Vec<_>>()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn errors_are_the_same_if_only_times_and_ids_differ() {
        for (one, other) in [
            (
                "Exit code 1\n[12:00:01] boom (pid=4711) in 5.2s",
                "Exit code 1\n[12:07:44] boom (pid=9) in 61s",
            ),
            ("failed after 12 ms at 0x7ffe12", "failed after 9 ms at 0x7ffe99"),
            ("dial 127.0.0.1:51234: refused", "dial 127.0.0.1:40001: refused"),
            ("2026-01-31T10:00:00Z E /tmp/a1/x", "2026-02-01T11:00:00Z E /tmp/b2/x"),
            ("run 1f0c22de9a failed", "run 9a77cc01bb failed"),
        ] {
            assert_eq!(of_error(one), of_error(other), "{one}");
        }
    }

    #[test]
    fn errors_differ_if_their_words_or_counts_differ() {
        for (one, other) in [
            ("Exit code 2\nboom at line 1", "Exit code 2\nboom at line 2"),
            ("src/a.rs:12:5: error", "src/a.rs:19:5: error"),
            ("3 failed, 9 passed", "2 failed, 10 passed"),
            ("Traceback:\n  KeyError: 'a'", "Traceback:\n  KeyError: 'b'"),
            ("Exit code 1\nboom", "Exit code 2\nboom"),
        ] {
            assert_ne!(of_error(one), of_error(other), "{one}");
        }
    }

    #[test]
    fn filters_redirections_and_spaces_do_not_count() {
        let of = |text| of_script(&shell::parse(text).unwrap());
        let plain = of("npm test");
        for same in [
            "npm  test 2>&1 | tail -5",
            "cd /repo && npm test | grep FAIL | head",
            "npm test > log 2>&1",
        ] {
            assert_eq!(of(same), plain, "{same}");
        }
        assert_ne!(of("npm test -- a"), plain);
        assert_ne!(of("CI=1 npm test"), plain);
    }
}
