//! Keeps rules silent because the company's file, the user's, the project's or a mute says so.

use std::fmt;
use std::path::Path;

use super::judge::Held;
use crate::base::text;
use crate::project::environment::Environment;
use crate::rules;
use crate::settings::Settings;
use crate::store::mutes::{ALL, Until};

/// Why a rule must not speak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Suppression<'s> {
    /// A settings file disables it.
    Disabled(&'s Path),
    /// It is off by default, and the user does not enable it.
    OffByDefault,
    /// The user muted it.
    Muted(Until),
}

impl Suppression<'_> {
    /// The reason as the ledger records it.
    pub(crate) fn held(self) -> Held {
        match self {
            Self::Disabled(_) | Self::OffByDefault => Held::Disabled,
            Self::Muted(_) => Held::Muted,
        }
    }
}

impl fmt::Display for Suppression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Disabled(path) => {
                write!(f, "disabled in {}", text::clean(&path.to_string_lossy()))
            }
            Self::OffByDefault => f.write_str("off unless `enable` in the settings names it"),
            Self::Muted(until) => write!(f, "muted {until}"),
        }
    }
}

/// What the company's file and the user's say about `rule`. Both have been read already.
pub(crate) fn by_user<'s>(settings: &'s Settings, rule: &str) -> Option<Suppression<'s>> {
    if let Some(path) = settings.company_disables(rule) {
        return Some(Suppression::Disabled(path));
    }
    if settings.company_insists(rule).is_some() {
        return None;
    }
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
    if settings.company_insists(rule).is_some() {
        // Nobody is kept from having quiet for an hour.
        return settings.mutes().named(ALL).map(Suppression::Muted);
    }
    let disabled = settings.project_disables(rule, environment).map(Suppression::Disabled);
    disabled.or_else(|| settings.mutes().until(rule).map(Suppression::Muted))
}

/// Why `rule` must not speak. `None` if it may.
pub(crate) fn of<'s>(
    settings: &'s Settings,
    environment: &Environment,
    rule: &str,
) -> Option<Suppression<'s>> {
    by_user(settings, rule).or_else(|| by_others(settings, environment, rule))
}
