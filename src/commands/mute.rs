//! `toolcoach mute` and `unmute`: the quick way to mute a rule. Settings switch it off for good.

use std::path::PathBuf;

use super::context::Context;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::store::ledger;
use crate::store::mutes::{ALL, Mutes, Until};
use crate::ui::format::{COLUMNS, wrapped};
use crate::ui::print::print;

/// Mutes a rule or [`ALL`], for a span in ms or until it is unmuted. Without a rule, lists the
/// muted rules.
///
/// # Errors
/// When there is no such rule, or the store cannot be written.
pub(crate) fn mute(rule: Option<&str>, span_ms: Option<u64>) -> Result<(), Error> {
    let (folder, context) = (folder()?, Context::new());
    let Some(rule) = rule else {
        let now = ledger::now_ms();
        return Ok(print(&list(&Mutes::read(&folder, now), &context))?);
    };
    if rule != ALL {
        context.rule(rule)?;
        if let Some(path) = context.settings.company_insists(rule) {
            return Err(Error::Pinned { rule: text::excerpt(rule), path: path.to_owned() });
        }
    }
    let now = ledger::now_ms();
    let until = span_ms.map_or(Until::Unmuted, |span| Until::Time(now.saturating_add(span)));
    write(folder, now, |mutes| mutes.mute(rule, until))?;
    let what = if rule == ALL { "Every rule".to_owned() } else { rule.to_owned() };
    Ok(print(&match until {
        Until::Time(_) => format!("{what} is muted {until}.\n"),
        Until::Unmuted => format!("{what} is muted until `toolcoach unmute {rule}`.\n"),
    })?)
}

/// Lets a rule speak again; with [`ALL`], every rule.
///
/// # Errors
/// When there is no such rule, or the store cannot be written.
pub(crate) fn unmute(rule: &str) -> Result<(), Error> {
    let (folder, context) = (folder()?, Context::new());
    let now = ledger::now_ms();
    let mutes = Mutes::read(&folder, now);
    let was_muted =
        if rule == ALL { mutes.iter().count() > 0 } else { mutes.named(rule).is_some() };
    if was_muted {
        write(folder, now, |mutes| mutes.unmute(rule))?;
    } else if rule != ALL {
        // A muted rule may have left the book since, but an unknown id is a typo.
        context.rule(rule)?;
    }
    let result = match (rule == ALL, was_muted) {
        (true, true) => "Nothing is muted any more.".to_owned(),
        (true, false) => "Nothing was muted.".to_owned(),
        (false, true) => format!("{rule} is no longer muted."),
        (false, false) => format!("{rule} was not muted."),
    };
    let is_still = rule != ALL && mutes.named(ALL).is_some();
    let all = if is_still { "\nAll rules are still muted (`toolcoach unmute all`)." } else { "" };
    let learned = match context.learned_mutes().find(|(name, _)| *name == rule || rule == ALL) {
        Some(_) if rule == ALL => {
            "\nSome rules are muted by learning; `toolcoach mute` lists them.".to_owned()
        }
        Some((_, why)) => format!("\n{}", wrapped(&format!("It is {why}."), COLUMNS).trim_end()),
        None => String::new(),
    };
    Ok(print(&format!("{result}{all}{learned}\n"))?)
}

fn folder() -> Result<PathBuf, Error> {
    state_dir::folder().ok_or(Error::NoStateFolder)
}

fn write(folder: PathBuf, now: u64, change: impl FnOnce(&mut Mutes)) -> Result<(), Error> {
    Mutes::update(&folder, now, change).map_err(|source| Error::Store { folder, source })
}

fn list(mutes: &Mutes, context: &Context) -> String {
    let muted = mutes.iter().map(|(name, until)| (name, until.to_string()));
    let learned = context
        .learned_mutes()
        .map(|(name, _)| (name, "by learning (`toolcoach rules ID` says why)".to_owned()));
    let all: Vec<(&str, String)> = muted.chain(learned).collect();
    let width = all.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: String = all.iter().map(|(name, how)| format!("{name:width$}  {how}\n")).collect();
    if lines.is_empty() { "Nothing is muted.\n".to_owned() } else { lines }
}
