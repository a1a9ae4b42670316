//! The shell tool's time limit, and the calls that it stopped.

use crate::rules::case::Case;

/// The limit of a call that asks for none, ms; seen in Claude Code 2.1.112 and 2.1.330.
const DEFAULT_LIMIT_MS: u64 = 120_000;

/// Bytes of an error that are searched for the client's own sentence.
const ERROR_BYTES: usize = 2048;

/// The time limit that stopped the failed shell call, ms; `None` if something else ended it.
pub(crate) fn outlasted(case: &Case) -> Option<u64> {
    let event = case.event;
    if event.succeeded() || event.is_interrupt {
        return None;
    }
    let limit = event.input().timeout.unwrap_or(DEFAULT_LIMIT_MS);
    let error = event.error_text(ERROR_BYTES);
    // The client's line is the first or second; a program may print the same words further down.
    let mut first_lines = error.lines().take(2);
    let stated = first_lines.clone().find_map(|line| line.strip_prefix("Command timed out after "));
    if let Some(duration) = stated {
        // The user may have set another default, which only this sentence states.
        return Some(minutes_as_ms(duration).unwrap_or(limit));
    }
    if first_lines.any(|line| line.starts_with("Command execution timed out")) {
        return Some(limit);
    }
    // Claude Code 2.1.112 has no such sentence, only the signal.
    let code = event.exit_code();
    let is_stopped = match event.duration_ms {
        Some(took) => matches!(code, Some(143 | 137)) && took >= limit,
        None => code == Some(143) && error.lines().count() == 1 && !kills(case),
    };
    is_stopped.then_some(limit)
}

/// The minutes of `10m 0.0s`, as ms.
fn minutes_as_ms(duration: &str) -> Option<u64> {
    let minutes: u64 = duration.split_once('m')?.0.parse().ok()?;
    minutes.checked_mul(60_000)
}

/// Whether the script itself ends processes or limits their time: then the signal may be its own.
fn kills(case: &Case) -> bool {
    case.commands().any(|command| {
        matches!(command.program.as_str(), "kill" | "pkill" | "killall" | "fuser" | "xargs")
            || command.is_under("timeout")
            || command.is_under("gtimeout")
    })
}
