//! `toolcoach mute` and `unmute`: the quick way to mute a rule. Settings switch it off for good.

use std::path::PathBuf;

use serde::Serialize;

use super::context::Context;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::store::ledger;
use crate::store::mutes::{ALL, Mutes, Until};
use crate::ui::format::duration;
use crate::ui::print::{self, print, print_json};
use crate::ui::prompt;
use crate::ui::span::MuteSpan;
use crate::ui::table::{Align, Table};

/// Mutes a rule or [`ALL`] for a while, or until it is unmuted. Without a rule, lists the muted
/// rules. Every rule is muted for ever only if the user says so.
///
/// # Errors
/// When there is no such rule, nobody says for how long every rule is muted, or the store cannot
/// be written.
pub(crate) fn mute(rule: Option<&str>, span: Option<MuteSpan>, json: bool) -> Result<(), Error> {
    let (folder, context) = (folder()?, Context::new());
    let Some(rule) = rule else {
        let mutes = Mutes::read(&folder, ledger::now_ms());
        if json {
            let lines: Vec<MuteLine> = lines(&mutes, &context).collect();
            return Ok(print_json(&(serde_json::to_string_pretty(&lines)? + "\n"))?);
        }
        return Ok(print(&list(&mutes, &context))?);
    };
    let span = match span {
        None if rule == ALL => ask()?,
        None => MuteSpan::Ever,
        Some(span) => span,
    };
    if rule != ALL {
        context.rule(rule)?;
        if let Some(path) = context.settings.company_insists(rule) {
            return Err(Error::Pinned { rule: text::excerpt(rule), path: path.to_owned() });
        }
    }
    let now = ledger::now_ms();
    let until = match span {
        MuteSpan::Ever => Until::Unmuted,
        MuteSpan::Ms(ms) => Until::Time(now.saturating_add(ms)),
    };
    write(folder, now, |mutes| mutes.mute(rule, until))?;
    let what = if rule == ALL { "Every rule".to_owned() } else { rule.to_owned() };
    Ok(print::confirm(&match span {
        MuteSpan::Ms(ms) => format!("{what} is muted {until} (for {}).", duration(ms)),
        MuteSpan::Ever => format!("{what} is muted until `toolcoach unmute {rule}`."),
    })?)
}

/// Asks for how long every rule is to be muted.
fn ask() -> Result<MuteSpan, Error> {
    let answer = prompt::ask("Mute every rule for how long (such as 1h, 7d, ever)? ")?;
    let answer = answer.ok_or_else(|| {
        Error::Usage("mute all: say for how long, such as --for 1h or --for ever".to_owned())
    })?;
    MuteSpan::parse(&answer).map_err(|expected| Error::Usage(format!("mute all: {expected}")))
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
        Some((_, why)) => format!("\nIt is {why}."),
        None => String::new(),
    };
    Ok(print::confirm(&format!("{result}{all}{learned}"))?)
}

fn folder() -> Result<PathBuf, Error> {
    state_dir::folder().ok_or(Error::NoStateFolder)
}

fn write(folder: PathBuf, now: u64, change: impl FnOnce(&mut Mutes)) -> Result<(), Error> {
    Mutes::update(&folder, now, change).map_err(|source| Error::Store { folder, source })
}

/// A rule that is muted; `mute --json`.
#[derive(Debug, Serialize)]
struct MuteLine<'m> {
    rule: &'m str,
    /// `user` or `learning`.
    by: &'static str,
    /// Until when, unix ms; null until it is unmuted.
    until_ms: Option<u64>,
}

/// What is muted: by the user, then by learning.
fn lines<'m>(mutes: &'m Mutes, context: &'m Context) -> impl Iterator<Item = MuteLine<'m>> {
    let by_user = mutes.iter().map(|(rule, until)| MuteLine {
        rule,
        by: "user",
        until_ms: if let Until::Time(ms) = until { Some(ms) } else { None },
    });
    let learned = context.learned_mutes();
    by_user.chain(learned.map(|(rule, _)| MuteLine { rule, by: "learning", until_ms: None }))
}

fn list(mutes: &Mutes, context: &Context) -> String {
    let mut table = Table::new(&[("", Align::Left), ("", Align::Text)]);
    for line in lines(mutes, context) {
        let how = match line.by {
            "user" => line.until_ms.map_or(Until::Unmuted, Until::Time).to_string(),
            _ => "by learning (`toolcoach rules ID` says why)".to_owned(),
        };
        table.row([line.rule.to_owned(), how]);
    }
    if table.is_empty() {
        return "Nothing is muted.\n".to_owned();
    }
    table.render(print::columns(), str::to_owned)
}
