//! `toolcoach log`: what was said, about which command, and what came of it.
//!
//! The ledgers have hashes and the names of rules, the agents' own transcripts have commands. Both
//! are joined when the log is shown; nothing more is stored.

mod entry;
mod follow;
mod output;
mod page;
mod said;
mod search;

use std::path::Path;

use clap::Args;

use crate::base::state_dir;
use crate::commands::error::Error;
use crate::store::ledger::{self, Ledger};
use crate::ui::format;
use crate::ui::span::Since;
use crate::ui::style::Palette;
use output::{Log, LogFormat};
use said::{Memories, Scope};

/// Lines of advice that are shown if nothing else limits them.
const USUAL_COUNT: usize = 20;

/// What `log` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct LogOptions {
    /// Keep running and show each new line, until interrupted
    #[arg(short, long)]
    follow: bool,
    /// Only lines since then: a span such as 12h or 7d, a date such as 2026-11-20, `yesterday`
    #[arg(long, value_name = "TIME", value_parser = Since::parse)]
    since: Option<Since>,
    /// Only the session with this id, including its sub-agents
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Number of latest lines [default: 20, or all with --since or --session]
    #[arg(short = 'n', value_name = "COUNT")]
    count: Option<usize>,
    /// Output format
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    format: LogFormat,
    /// Print JSON, as `--format json` does
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// The command, or the tool and its file, of a call about which `rule` spoke at `t`, unix ms, and the
/// line that was said, as the transcript of its session has them. `ledger` is the name of its
/// ledger. Each is `None` if no transcript on this disk has it.
///
/// # Errors
/// When the state folder cannot be listed.
pub(crate) fn command_and_line(
    folder: &Path,
    ledger: &str,
    t: u64,
    rule: &str,
) -> Result<(Option<String>, Option<String>), Error> {
    let session = ledger.split('-').next().map(str::to_owned);
    let mut memories = Memories::read(&Scope { folder: folder.to_owned(), session })?;
    let mut said = memories.latest(t, usize::MAX);
    said.retain(|said| said.ledger == ledger && said.t == t && said.rule == rule);
    let entry = search::entries(folder, said).into_iter().next();
    Ok(entry.map(|entry| (entry.trace.command, entry.trace.line)).unwrap_or_default())
}

/// Prints the log.
///
/// # Errors
/// When the state folder is unknown or cannot be read, or stdout cannot be written.
pub(crate) fn run(options: &LogOptions) -> Result<(), Error> {
    let folder = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let session = options.session.as_deref().map(|id| Ledger::new(&folder, id, None));
    let session = session.map(|ledger| ledger.stem().to_owned());
    let scope = Scope { folder, session };
    let format = if options.json { LogFormat::Json } else { options.format };
    let log = Log { format, palette: Palette::of_stdout() };
    // Before the ledgers are read, so that a line that is added meanwhile is not missed.
    let sizes = follow::sizes(&scope)?;
    let mut memories = Memories::read(&scope)?;
    let since = options.since.map_or(0, |since| since.start(ledger::now_ms()));
    let is_limited = options.since.is_some() || options.session.is_some();
    let most = options.count.unwrap_or(if is_limited { usize::MAX } else { USUAL_COUNT });
    let entries = search::entries(&scope.folder, memories.latest(since, most));
    if memories.is_empty() {
        let folder = format::path(&scope.folder);
        let message = if sizes.is_empty() && scope.session.is_none() {
            format!(
                "nothing is recorded yet in {folder}; toolcoach doctor checks whether the hook works"
            )
        } else {
            "nothing has been said in the sessions that are still kept".to_owned()
        };
        log.notice(&message, !options.follow)?;
    } else if entries.is_empty() && most > 0 {
        log.notice("nothing was said in that time", !options.follow)?;
    }
    for entry in &entries {
        if !log.print(entry, false)? {
            return Ok(());
        }
    }
    if options.follow {
        return follow::follow(&log, &scope, sizes, memories.into_keys(), entries);
    }
    Ok(())
}
