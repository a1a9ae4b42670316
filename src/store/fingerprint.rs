//! Normalizes commands and errors, so that the ledger hashes two of the same kind alike.

use super::ledger::Ledger;
use crate::project::programs::{self, Trait};
use crate::shell;
use crate::shell::{Joined, Script};

/// Longest fingerprint, bytes.
const MAX_BYTES: usize = 240;

/// The first line of an error, without its digits, paths and times.
pub(crate) fn of_error(error: &str) -> String {
    let line =
        error.lines().find(|line| !line.trim().is_empty() && !line.starts_with("Exit code "));
    let mut out = String::new();
    for word in line.unwrap_or_default().split_whitespace() {
        let word: String = if word.contains('/') {
            "/".to_owned()
        } else {
            word.chars().filter(|c| !c.is_ascii_digit()).collect()
        };
        if out.len() + word.len() > MAX_BYTES {
            break;
        }
        out.push_str(&word);
        out.push(' ');
    }
    out
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
pub(crate) fn key_of_text(ledger: &Ledger, text: &str) -> String {
    format!("t{}", ledger.hash("key", text))
}

/// The keys that a call with this command may have in the ledger, which depend on whether it was
/// parsed.
pub(crate) fn keys_of(ledger: &Ledger, command: &str) -> Vec<String> {
    let script = shell::parse(command).ok();
    let parsed = script.map(|script| key_of_script(ledger, &script));
    parsed.into_iter().chain([key_of_text(ledger, command)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn errors_are_the_same_if_their_words_are() {
        let a = of_error(
            "Exit code 1\nFile \"/a/b.py\", line 12: name 'x' is not defined at 12:00:01\nmore",
        );
        let b =
            of_error("Exit code 2\nFile \"/c/d.py\", line 9: name 'x' is not defined at 13:10:07");
        assert_eq!(a, b);
        assert_ne!(a, of_error("Exit code 1\nname 'y' is not defined"));
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
