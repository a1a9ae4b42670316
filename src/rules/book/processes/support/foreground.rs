//! Commands that hold their call until they end.

use crate::project::runner;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Script};

/// Beginnings of options that limit how long a program runs.
const LIMITS: [&str; 7] = [
    "--timeout",
    "--request-timeout",
    "--max-time",
    "--max-duration",
    "--duration",
    "--deadline",
    "--exit-after",
];

/// `Err` if an option limits how long `command` runs, or if it only prints something about itself.
///
/// # Errors
/// [`Miss::Near`] with what ends it.
pub(crate) fn goes_on(case: &Case, command: &Command) -> Check<()> {
    let has = |test: fn(&str) -> bool| command.args.iter().any(|word| test(&word.text));
    if has(runner::is_inquiry) {
        return Err(Miss::Near("it prints something about itself and ends"));
    }
    if has(|word| LIMITS.iter().any(|limit| word.starts_with(limit))) {
        return Err(Miss::Near("an option limits its time"));
    }
    if has_own_limit(case) {
        return Err(Miss::Near("the call sets a time limit of its own"));
    }
    Ok(())
}

/// Whether the call has a time limit of its own: it asks for one in the foreground, or it is a
/// Monitor, which has one unless it is persistent.
pub(crate) fn has_own_limit(case: &Case) -> bool {
    let input = case.event.input();
    if case.event.tool_name == "Monitor" {
        return !case
            .event
            .raw_input
            .is_some_and(|raw| raw.replace(' ', "").contains("\"persistent\":true"));
    }
    input.timeout.is_some() && !input.run_in_background
}

/// Whether the next stage of its pipe ends when it has seen enough: `tail -f x | head -3`.
pub(crate) fn is_cut(script: &Script, command: &Command) -> bool {
    let Some(stage) = command.stage else { return false };
    let stages = script.stages(stage.pipeline).unwrap_or_default();
    let has =
        |stage: &Command, test: fn(&str) -> bool| stage.args.iter().any(|word| test(&word.text));
    stages.iter().skip(stage.index + 1).any(|next| match next.program.as_str() {
        "head" => true,
        "grep" | "rg" => has(next, |word| {
            word.starts_with("-m") || word.starts_with("--max-count") || word == "-q"
        }),
        "sed" | "awk" => has(next, |word| word.ends_with('q') || word.contains("exit")),
        _ => next.is_under("timeout"),
    })
}

/// `Ok` if the call waits for `command` to end.
///
/// # Errors
/// [`Miss::Near`] with what makes the call go on without it.
pub(crate) fn waits_for(case: &Case, command: &Command) -> Check<()> {
    if case.in_background() || command.background {
        return Err(Miss::Near("it runs in the background"));
    }
    if command.is_under("timeout") || command.is_under("gtimeout") {
        return Err(Miss::Near("it runs under a time limit"));
    }
    if command.is_under("nohup") || command.is_under("setsid") {
        return Err(Miss::Near("it is set apart from the shell"));
    }
    if command.in_function {
        return Err(Miss::Near("it is in a function, which may not be called"));
    }
    Ok(())
}
