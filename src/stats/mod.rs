//! `toolcoach --stats`: what the ledgers tell.

mod page;
mod tally;

use std::path::PathBuf;

use crate::breaker::Breakers;
use crate::cli;
use crate::client::Client;
use crate::error::Error;
use crate::learn;
use crate::ledger;
use crate::rollup::Rollup;
use crate::settings::Mutes;
use crate::state::{self, Haste};

pub(crate) use tally::{BreakerLine, Tally};

/// Which calls are counted.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// Only calls of the last so many ms.
    pub(crate) since_ms: Option<u64>,
    /// Only the session with this id (its main agent).
    pub(crate) session: Option<String>,
    /// Only calls of this agent.
    pub(crate) client: Option<Client>,
}

/// Prints the statistics.
///
/// # Errors
/// When there is no place for state, or it cannot be read.
pub(crate) fn run(filter: &Filter, json: bool) -> Result<(), Error> {
    let folder: PathBuf = state::folder().ok_or(Error::NoStateFolder)?;
    // Learning looks at all there is, whatever the page is narrowed to. A store that cannot be written only keeps it
    // from calls, which say so themselves.
    let _ = learn::renew(&folder, &Rollup::read(&folder), ledger::now_ms(), Haste::None, || false);
    let tally = Tally::read(&folder, filter)?;
    let mutes = Mutes::read(&folder, ledger::now_ms());
    let breakers = Breakers::read(&folder);
    let text = if json {
        serde_json::to_string_pretty(&tally.report(&folder, &mutes, &breakers))? + "\n"
    } else {
        page::render(&tally, &folder, &mutes, &breakers)
    };
    cli::print(&text)
}

/// A span of time such as `90s`, `30m`, `12h`, `7d`, `2w` in ms.
///
/// # Errors
/// What was expected.
pub(crate) fn parse_span(text: &str) -> Result<u64, String> {
    let expected = || "expected a number and s, m, h, d or w, such as 7d".to_owned();
    let unit = text.chars().last().ok_or_else(expected)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return Err(expected()),
    };
    let count: u64 = text.trim_end_matches(unit).parse().map_err(|_| expected())?;
    count.checked_mul(seconds * 1000).ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::parse_span;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        assert_eq!(parse_span("7d"), Ok(7 * 86_400_000));
        assert_eq!(parse_span("90s"), Ok(90_000));
        for wrong in ["", "d", "7", "7y", "-1d", "99999999999999999w"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
