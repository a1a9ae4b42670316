//! What an assignment says about its variable.

use super::super::words::Word;
use super::super::wrappers;
use super::fact::Fact;
use super::fact::{unquoted, variable};
use super::state::State;

/// The state after these assignments: what was known of the variables is forgotten.
pub(super) fn assign(state: State, words: &[Word]) -> State {
    let mut facts = state?;
    for word in words {
        let Some((name, _)) = wrappers::assignment(&word.text) else { continue };
        let value = Word {
            text: word.text.split_once('=').map(|(_, text)| text.to_owned()).unwrap_or_default(),
            raw: word.raw.split_once('=').map(|(_, raw)| raw.to_owned()).unwrap_or_default(),
            ..word.clone()
        };
        let is_set = has_value(&value, &facts);
        facts.retain(|fact| match fact {
            Fact::Set(set) => set != name,
            Fact::Test(test, _) => !test.reads(name),
            Fact::Ran(..) => true,
        });
        if is_set {
            facts.push(Fact::Set(name.to_owned()));
        }
    }
    Some(facts)
}

/// Whether a value cannot be empty.
fn has_value(value: &Word, facts: &[Fact]) -> bool {
    let text = value.text.as_str();
    if !value.expands {
        return !text.is_empty();
    }
    if let Some(name) = variable(unquoted(&value.raw)) {
        return facts.iter().any(|fact| match fact {
            Fact::Set(set) => *set == name,
            Fact::Test(test, holds) => test.sets(*holds).as_deref() == Some(&name),
            Fact::Ran(..) => false,
        });
    }
    // `${D:-x}`, or an expansion with something around it.
    let braced = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match braced.filter(|inside| !inside.contains("${")) {
        Some(inside) => [":-", ":=", ":?"].iter().any(|operator| {
            inside.split_once(operator).is_some_and(|(_, default)| {
                *operator == ":?" || !default.is_empty() && !default.starts_with('$')
            })
        }),
        None => {
            text.split('$').next().is_some_and(|before| !before.is_empty()) || {
                // What follows the last expansion.
                let after = text.rsplit(['}', '$', ')']).next().unwrap_or_default();
                let name_end = after
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(after.len());
                let rest = if text.ends_with(after) && text.contains(&format!("${after}")) {
                    after.get(name_end..).unwrap_or_default()
                } else {
                    after
                };
                !rest.is_empty()
            }
        }
    }
}
