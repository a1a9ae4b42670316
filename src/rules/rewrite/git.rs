//! git commands in their safer form.

use crate::shell::{Command, Word, options};

/// `git push --force REMOTE REF` with the lease in place of the force, everything else kept as it
/// was written. Only for branches of a named remote: a lease needs the remote-tracking branch to
/// compare with.
pub(crate) fn push_with_lease(command: &Command) -> Option<String> {
    if !command.wrappers.is_empty() || !command.assignments.is_empty() {
        return None;
    }
    let (at, _) = options::subcommand("git", &command.args)?;
    let own = command.args.get(at + 1..)?;
    let is_flag = |word: &Word| {
        word.is("--force")
            || word
                .text
                .strip_prefix('-')
                .is_some_and(|rest| !rest.starts_with('-') && rest.contains('f'))
    };
    let forces_all = own.iter().any(is_flag);
    let leased = own.iter().any(|word| word.text.starts_with("--force-with-lease"));
    let mut words = vec![command.spelled.clone()];
    words.extend(command.args.get(..=at)?.iter().map(|word| word.raw.clone()));
    if !leased {
        words.push("--force-with-lease".to_owned());
    }
    let mut operands = 0;
    for word in own {
        let raw = word.raw.as_str();
        match word.text.as_str() {
            "--force" | "-f" => {}
            "--tags" | "--mirror" | "--all" => return None,
            text if text.starts_with('-') && !text.starts_with("--") && text.contains('f') => {
                // Only clusters of plain flags may lose a letter.
                let kept: String = text.chars().filter(|c| *c != 'f').collect();
                (kept.len() > 1 && kept.chars().all(|c| matches!(c, '-' | 'u' | 'v' | 'q')))
                    .then_some(())?;
                words.push(kept);
            }
            text if text.starts_with('-') => words.push(raw.to_owned()),
            text => {
                operands += 1;
                // The first operand is the remote; the others may be tags.
                let named = match operands {
                    1 => word.literal().is_some() && text != "." && !text.contains([':', '/']),
                    // A lease is for all: a reference without a `+` must not come under force by
                    // it.
                    _ => !is_tag(text) && (forces_all || text.starts_with('+')),
                };
                named.then_some(())?;
                let forced = operands > 1 && text.starts_with('+');
                words.push(if forced { raw.replacen('+', "", 1) } else { raw.to_owned() });
            }
        }
    }
    Some(words.join(" "))
}

/// A reference that says to be a tag, or reads like a version.
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
