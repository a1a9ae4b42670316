//! Rules that are not to speak because somebody said so: in the user's file, in the project's, by a mute.

use std::fmt;
use std::path::Path;

use crate::facts::Facts;
use crate::judge::Held;
use crate::rules;
use crate::settings::{Settings, Until};
use crate::text;

/// Why a rule is not to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence<'s> {
    /// A settings file switches it off.
    Disabled(&'s Path),
    /// It is off for all who do not ask for it.
    OffByDefault,
    /// The user muted it.
    Muted(Until),
}

impl Silence<'_> {
    /// The word for it in the ledger.
    pub fn held(self) -> Held {
        match self {
            Self::Disabled(_) | Self::OffByDefault => Held::Disabled,
            Self::Muted(_) => Held::Muted,
        }
    }
}

impl fmt::Display for Silence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Disabled(path) => write!(f, "switched off in {}", text::clean(&path.to_string_lossy())),
            Self::OffByDefault => f.write_str("off unless `enable` in the settings names it"),
            Self::Muted(until) => write!(f, "muted {until}"),
        }
    }
}

/// What the user's file says of `rule`. It is in memory anyhow.
pub fn by_user<'s>(settings: &'s Settings, rule: &str) -> Option<Silence<'s>> {
    let off = rules::is_off_by_default(rule) && !settings.enables(rule);
    settings.disables(rule).map(Silence::Disabled).or_else(|| off.then_some(Silence::OffByDefault))
}

/// What the project's file and the mutes say of `rule`. They are read for it.
pub fn by_others<'s>(settings: &'s Settings, facts: &Facts, rule: &str) -> Option<Silence<'s>> {
    let disabled = settings.project_disables(rule, facts).map(Silence::Disabled);
    disabled.or_else(|| settings.mutes().until(rule).map(Silence::Muted))
}

/// Why `rule` is not to speak, if it is not to.
pub fn of<'s>(settings: &'s Settings, facts: &Facts, rule: &str) -> Option<Silence<'s>> {
    by_user(settings, rule).or_else(|| by_others(settings, facts, rule))
}
