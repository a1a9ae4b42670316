//! Keeps rules silent: because the user's file, the project's file or a mute says so, or because
//! learning found that agents do not follow them.

use std::fmt;
use std::path::Path;

use super::judge::Held;
use crate::base::text;
use crate::project::environment::Environment;
use crate::rules::rule::Severity;
use crate::settings::Settings;
use crate::store::learned::Mute;
use crate::store::mutes::Until;
use crate::{rules, settings};

/// Why a rule must not speak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Suppression<'s> {
    /// A settings file disables it.
    Disabled(&'s Path),
    /// It is off by default, and the user does not enable it.
    OffByDefault,
    /// The user muted it.
    Muted(Until),
    /// Learning muted this rule, since agents do not follow it.
    Learned(&'s str, Mute),
}

impl Suppression<'_> {
    /// The reason as the ledger records it.
    pub(crate) fn held(self) -> Held {
        match self {
            Self::Disabled(_) | Self::OffByDefault => Held::Disabled,
            Self::Muted(_) => Held::Muted,
            Self::Learned(..) => Held::Learned,
        }
    }
}

impl fmt::Display for Suppression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Disabled(path) => {
                write!(f, "switched off in {}", text::clean(&path.to_string_lossy()))
            }
            Self::OffByDefault => f.write_str("off unless `enable` in the settings names it"),
            Self::Muted(until) => write!(f, "muted {until}"),
            Self::Learned(rule, mute) => {
                let file = settings::user_file().map(|path| text::clean(&path.to_string_lossy()));
                let file = file.as_deref().unwrap_or("the settings");
                let again = mute.repeated();
                write!(
                    f,
                    "muted by learning, as agents did the same again {again} of {} times",
                    mute.chances
                )?;
                write!(f, "; \"pin\": [\"{rule}\"] in {file} lets it speak")
            }
        }
    }
}

/// What the user's file says about `rule`. This file has been read already.
pub(crate) fn by_user<'s>(settings: &'s Settings, rule: &str) -> Option<Suppression<'s>> {
    let off = rules::is_off_by_default(rule) && !settings.enables(rule);
    settings
        .disables(rule)
        .map(Suppression::Disabled)
        .or_else(|| off.then_some(Suppression::OffByDefault))
}

/// What the project's file and the mutes say about `rule`. This reads them if they have not been
/// read yet.
pub(crate) fn by_others<'s>(
    settings: &'s Settings,
    environment: &Environment,
    rule: &str,
) -> Option<Suppression<'s>> {
    let disabled = settings.project_disables(rule, environment).map(Suppression::Disabled);
    disabled.or_else(|| settings.mutes().until(rule).map(Suppression::Muted))
}

/// What learning found about `rule`. This reads `learned.json` if it has not been read yet.
/// Whatever that file says, learning never suppresses a critical finding, a rule that the user
/// pins, or a custom rule.
pub(crate) fn by_learning<'s>(
    settings: &'s Settings,
    rule: &'s str,
    severity: Severity,
) -> Option<Suppression<'s>> {
    if severity == Severity::Critical || settings.pins(rule) || rules::named(rule).is_none() {
        return None;
    }
    settings.learned().mute(rule).map(|mute| Suppression::Learned(rule, *mute))
}

/// Why `rule` must not speak with this severity. `None` if it may.
pub(crate) fn of<'s>(
    settings: &'s Settings,
    environment: &Environment,
    rule: &'s str,
    severity: Severity,
) -> Option<Suppression<'s>> {
    by_user(settings, rule)
        .or_else(|| by_others(settings, environment, rule))
        .or_else(|| by_learning(settings, rule, severity))
}
