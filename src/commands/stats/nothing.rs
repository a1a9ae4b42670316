//! What to say where no call passes the filter: which sessions, agents and times are known.

use super::filter::StatsFilter;
use super::read;
use super::statistics::Statistics;
use crate::base::calendar::Local;
use crate::commands::error::Error;
use crate::commands::transcripts;
use crate::store::ledger::Ledger;
use crate::store::ledgers;
use crate::store::rollup::Rollup;
use crate::ui::format::duration;

/// Most sessions that are named.
const MOST: usize = 3;

/// What to say where no call was ever seen.
pub(super) const NEVER: &str =
    "No call has ever been seen. Is the hook registered? `toolcoach doctor` checks.";

/// Why there is nothing, and what there is; `None` if nothing was asked for.
///
/// # Errors
/// When the state folder cannot be listed.
pub(super) fn in_words(stats: &Statistics) -> Result<Option<String>, Error> {
    let filter = &stats.filter;
    if !filter.is_set() {
        return Ok(None);
    }
    // Statistics of the whole store would decide what is learned; this only counts.
    let (folder, now) = (&stats.folder, stats.now);
    let all = read::tally(folder, &StatsFilter::default(), now, &Rollup::read_only(folder))?;
    let Some(last) = all.last_ms.filter(|_| all.calls > 0) else {
        return Ok(Some(NEVER.to_owned()));
    };
    let mut text = String::from("No call");
    if let Some(session) = &filter.session {
        text += &format!(" of session {session}");
    }
    if let Some(client) = filter.client {
        text += &format!(" of {}", client.name());
    }
    if let Some(since) = filter.since {
        text += &format!(", {}", since.in_words());
    }
    text += ".";
    if filter.session.is_some() {
        let known = known_sessions(stats)?;
        if !known.is_empty() {
            text += &format!(" The latest known sessions: {}.", known.join(", "));
        }
    }
    if filter.client.is_some() {
        let clients: Vec<&str> = all.clients.keys().map(String::as_str).collect();
        text += &format!(" Known agents: {}.", clients.join(", "));
    }
    let ago = duration(stats.now.saturating_sub(last));
    text += &format!(" The last call of all was {ago} ago, {}.", Local(last));
    Ok(Some(text))
}

/// The latest sessions that have both a transcript, which has their id, and a ledger.
fn known_sessions(stats: &Statistics) -> Result<Vec<String>, Error> {
    let folder = &stats.folder;
    let kept = ledgers::sessions(folder).map_err(Error::reading(folder))?;
    let is_kept = |id: &String| kept.contains_key(Ledger::new(folder, id, None).stem());
    Ok(transcripts::session_ids().into_iter().filter(is_kept).take(MOST).collect())
}
