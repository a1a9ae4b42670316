//! What comes before a command and makes it safe: a value, a test, a `cd` that must succeed.

use crate::shell::{Command, Known, Script, Word};

/// Whether the script gives `name` a value before `command`, or stops where it has none.
pub(super) fn is_set(script: &Script, command: &Command, name: &str) -> bool {
    if script.loop_variables.iter().any(|variable| variable == name) {
        return true;
    }
    let before = script.before(command);
    // `${X:-x}` and `$X/y` are read by `Known`.
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
    given || Known::at(script, command).is_set(name)
}

/// The folder of the last `cd` in front, if `command` runs only where that succeeded.
pub(super) fn guarding_folder<'c>(script: &'c Script, command: &Command) -> Option<&'c Word> {
    let before = script.before(command);
    let cd = before.iter().rfind(|other| matches!(other.program.as_str(), "cd" | "pushd"))?;
    Known::at(script, command).has_succeeded(cd).then(|| cd.args.first()).flatten()
}
