//! git commands in their safer form.

use crate::shell::{Command, Word, options};

/// `git push --force REMOTE REF` with a lease in place of the force and everything else as it was
/// written. `None` unless it pushes branches to a named remote: git compares a lease with the
/// remote-tracking branch.
pub(crate) fn push_with_lease(command: &Command) -> Option<String> {
    if !command.wrappers.is_empty() || !command.assignments.is_empty() {
        return None;
    }
    let (at, _) = options::subcommand("git", &command.args)?;
    let own = command.args.get(at + 1..)?;
    let forces_all = own.iter().any(|word| is_force(&word.text) || has_force_letter(&word.text));
    let has_lease = own.iter().any(|word| word.text.starts_with("--force-with-lease"));
    let mut words = vec![command.spelled.clone()];
    words.extend(command.args.get(..=at)?.iter().map(|word| word.raw.clone()));
    if !has_lease {
        words.push("--force-with-lease".to_owned());
    }
    let mut operands = 0;
    let mut words_left = own.iter();
    while let Some(word) = words_left.next() {
        match word.text.as_str() {
            "-f" => {}
            text if is_force(text) => {}
            text if WITH_VALUE.contains(&text) => {
                words.push(word.raw.clone());
                words.extend(words_left.next().map(|value| value.raw.clone()));
            }
            "--tags" | "--mirror" | "--all" => return None,
            text if has_force_letter(text) => words.push(without_force_letter(text)?),
            text if text.starts_with('-') => words.push(word.raw.clone()),
            text => {
                operands += 1;
                let is_first = operands == 1;
                // The lease is for all references: one that was not forced must stay so.
                let is_forced = forces_all || text.starts_with('+');
                let can_lease =
                    if is_first { is_named_remote(word) } else { is_forced && !is_tag(text) };
                if !can_lease {
                    return None;
                }
                words.push(if !is_first && text.starts_with('+') {
                    word.raw.replacen('+', "", 1)
                } else {
                    word.raw.clone()
                });
            }
        }
    }
    Some(words.join(" "))
}

/// Options of push whose value is the next word.
const WITH_VALUE: [&str; 5] = ["-o", "--push-option", "--repo", "--receive-pack", "--exec"];

/// Whether it is `--force`, whole or cut short.
fn is_force(text: &str) -> bool {
    text.len() > "--fo".len() && "--force".starts_with(text)
}

/// Whether it is a cluster of short options with `f` in it: `-uf`.
fn has_force_letter(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|letters| !letters.starts_with('-') && letters.contains('f'))
}

/// A cluster of short options without its `f`, if the other letters are known to take no value.
fn without_force_letter(cluster: &str) -> Option<String> {
    let kept = cluster.replace('f', "");
    let is_known = kept.len() > 1 && kept.chars().all(|c| matches!(c, '-' | 'u' | 'v' | 'q'));
    is_known.then_some(kept)
}

/// Whether the first operand of a push is the name of a remote, not a path or URL.
fn is_named_remote(word: &Word) -> bool {
    word.literal().is_some_and(|text| text != "." && !text.contains([':', '/']))
}

/// Whether a reference is said to be a tag, or reads like a version.
fn is_tag(text: &str) -> bool {
    let name = text.trim_start_matches('+');
    let version = name.strip_prefix('v').unwrap_or(name);
    name.contains("refs/tags/") || version.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn the_force_becomes_a_lease() {
        for (from, to) in [
            ("git push --force origin feat/x", "git push --force-with-lease origin feat/x"),
            ("git push -fu origin main", "git push --force-with-lease -u origin main"),
            ("git -C repo push origin +main", "git -C repo push --force-with-lease origin main"),
            ("git push -f", "git push --force-with-lease"),
            ("git push -o ci.skip -f origin a", "git push --force-with-lease -o ci.skip origin a"),
            (
                "git push --force-with-lease=a:1 --force origin a",
                "git push --force-with-lease=a:1 origin a",
            ),
            ("git push origin '+HEAD:main'", "git push --force-with-lease origin 'HEAD:main'"),
        ] {
            let script = shell::parse(from).unwrap();
            assert_eq!(push_with_lease(&script.commands[0]).as_deref(), Some(to));
        }
        for from in [
            "git push origin +a b",
            "git push -f . HEAD:x",
            "git push -f \"$URL\" main",
            "git push -f --tags",
        ] {
            assert_eq!(push_with_lease(&shell::parse(from).unwrap().commands[0]), None, "{from}");
        }
    }
}
