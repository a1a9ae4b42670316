//! An edit by way of another file: `sed … f > t && mv t f`.

use crate::shell::{Command, Script};

/// The file that the output of `command` replaces, if that output goes to another file and the next
/// command moves it back; and that next command.
pub(super) fn over<'s>(script: &'s Script, command: &'s Command) -> Option<(&'s str, &'s Command)> {
    let redirection = command.redirections.iter().find(|redirection| redirection.takes_stdout())?;
    let other = redirection.target.literal()?;
    let mv = script.after(command).iter().find(|next| next.is("mv"))?;
    let operands: Vec<&str> = mv
        .args
        .iter()
        .filter(|word| !word.text.starts_with('-'))
        .filter_map(|word| word.literal())
        .collect();
    let [from, to] = operands.as_slice() else { return None };
    let path = command.args.iter().find(|word| word.literal() == Some(*to))?;
    (*from == other && script.after(command).first().is_some_and(|next| next.id == mv.id))
        .then_some((path.text.as_str(), mv))
}
