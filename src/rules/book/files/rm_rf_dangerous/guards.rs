//! What comes before a command and makes it safe: a value, a test, a `cd` that must succeed.

use crate::shell::{Command, Joined, Script, Word};

/// Whether the script gives `name` a value before `command`, or stops where it has none.
pub(super) fn is_set(script: &Script, command: &Command, name: &str) -> bool {
    if script.loop_variables.iter().any(|variable| variable == name) {
        return true;
    }
    let before = script.before(command);
    let has_value = |text: &str| {
        let unknown = text.starts_with('$') && !text.starts_with("$()");
        !text.is_empty() && (!unknown || text.contains(":?"))
    };
    let given = before.iter().any(|other| match other.program.as_str() {
        "" => other.assigned(name).is_some_and(|value| has_value(&value.text)),
        "read" => other.args.iter().any(|word| word.is(name)),
        "export" | "declare" | "local" | "readonly" => other.args.iter().any(|word| {
            word.text.split_once('=').is_some_and(|(key, value)| key == name && has_value(value))
        }),
        ":" => other.args.iter().any(|word| word.text.contains(&format!("${{{name}:?"))),
        _ => false,
    });
    // Only a test counts that `&&` joins the command to.
    let mut joined = command.joined;
    let tested = before.iter().rev().take_while(|other| {
        let linked = joined == Joined::And;
        joined = other.joined;
        linked
    });
    given
        || tested.into_iter().any(|other| is_test_of(other, name))
        || is_test_text(script, command, name)
}

/// `[ -n "$D" ]` or `[ -d "$D" ]`: quoted, since an empty variable without quotes is not an
/// operand.
fn is_test_of(command: &Command, name: &str) -> bool {
    let [flag, word, ..] = command.args.as_slice() else { return false };
    matches!(command.program.as_str(), "[" | "test")
        && matches!(flag.text.as_str(), "-n" | "-d" | "-e")
        && command.args.iter().all(|word| !matches!(word.text.as_str(), "-o" | "!"))
        && (word.raw == format!("\"${name}\"") || word.raw == format!("\"${{{name}}}\""))
}

/// The same as `[[ ]] &&`. The parser does not make a command of it, so that this searches the text
/// that `&&` joins `command` to.
fn is_test_text(script: &Script, command: &Command, name: &str) -> bool {
    let names = [
        format!("${name}"),
        format!("\"${name}\""),
        format!("${{{name}}}"),
        format!("\"${{{name}}}\""),
    ];
    let is_test = |text: &str| {
        let condition =
            text.strip_prefix("[[").and_then(|text| text.strip_suffix("]]")).unwrap_or_default();
        let words: Vec<&str> = condition.split_whitespace().collect();
        matches!(words.as_slice(), ["-n" | "-d" | "-e", word] if names.iter().any(|name| name == word))
    };
    let before = script.text_before(command).unwrap_or_default().trim_end();
    let Some(chain) = before.strip_suffix("&&") else { return false };
    // A sign that ends a chain ends it in quotes too: the text before it is left out.
    let chain = chain.replace(">&", ">").replace("&>", ">").replace("&&", "\0");
    let chain = chain.rsplit([';', '\n', '|', '&']).next().unwrap_or_default();
    chain.split('\0').any(|text| is_test(text.trim_matches(['(', '{', ' ', '\t'])))
}

/// The folder of a `cd` in front that must succeed for `command` to run: by `&&`, by `|| exit`, or
/// under `set -e`.
pub(super) fn guarding_folder<'c>(script: &'c Script, command: &Command) -> Option<&'c Word> {
    let before = script.before(command);
    let cd = before.iter().rfind(|other| matches!(other.program.as_str(), "cd" | "pushd"))?;
    let until_command = || script.after(cd).iter().take_while(|other| other.id <= command.id);
    let chained =
        until_command().all(|other| other.joined == Joined::And || other.depth > cd.depth);
    let mut next = until_command().take(3);
    let leaves = next.any(|other| matches!(other.program.as_str(), "exit" | "return"))
        && until_command()
            .next()
            .is_some_and(|next| next.joined == Joined::Or || next.depth > cd.depth);
    let stops = before.iter().any(|other| {
        other.is("set")
            && other
                .args
                .first()
                .is_some_and(|word| word.text.starts_with('-') && word.text.contains('e'))
    });
    if chained || leaves || stops { cd.args.first() } else { None }
}
