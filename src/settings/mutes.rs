//! What the user muted from the command line: `mutes.json` in the state folder.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::form::is_id;
use crate::state;

/// The name that stands for every rule.
pub const ALL: &str = "all";

/// Largest file, bytes: some thousand rules.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Until when something is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Until {
    /// Unix time, ms.
    Time(u64),
    /// Until the user says otherwise.
    Unmuted,
}

impl Until {
    fn is_over(self, now: u64) -> bool {
        matches!(self, Self::Time(end) if end <= now)
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Time(ms) => write!(f, "until {}", Utc(*ms)),
            Self::Unmuted => f.write_str("until unmuted"),
        }
    }
}

/// What is muted now. A file that is not there or not understood mutes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mutes {
    v: u32,
    muted: BTreeMap<String, Until>,
}

impl Mutes {
    /// Reads what is muted at `now`, unix ms.
    pub fn read(folder: &Path, now: u64) -> Self {
        let bytes = state::read_small(&path(folder), MAX_FILE_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let mut mutes = read.filter(|mutes| mutes.v == 1).unwrap_or_default();
        mutes.muted.retain(|name, until| is_id(name) && !until.is_over(now));
        mutes
    }

    /// Until when `rule` is muted, by its name or with all.
    pub fn until(&self, rule: &str) -> Option<Until> {
        [rule, ALL].into_iter().filter_map(|name| self.named(name)).max()
    }

    /// Until when this very name is muted.
    pub fn named(&self, name: &str) -> Option<Until> {
        self.muted.get(name).copied()
    }

    /// Every name that is muted, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Until)> {
        self.muted.iter().map(|(name, until)| (name.as_str(), *until))
    }

    /// Changes what is muted, dropping what is over.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn update(folder: &Path, now: u64, change: impl FnOnce(&mut Self)) -> io::Result<()> {
        state::update(&path(folder), state::Haste::None, || {
            let mut mutes = Self::read(folder, now);
            change(&mut mutes);
            mutes.v = 1;
            let mut bytes = serde_json::to_vec(&mutes)?;
            bytes.push(b'\n');
            Ok(bytes)
        })
    }

    /// Mutes a name; what was said before of it no longer counts.
    pub fn mute(&mut self, name: &str, until: Until) {
        self.muted.insert(name.to_owned(), until);
    }

    /// Lets a name speak again; with [`ALL`], every name.
    pub fn unmute(&mut self, name: &str) {
        if name == ALL {
            self.muted.clear();
        }
        self.muted.remove(name);
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("mutes.json")
}

/// A unix time in ms, shown to the minute. UTC, since the standard library knows no time zones.
struct Utc(u64);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let minutes = self.0 / 60_000;
        let (days, minutes) = (minutes / 1440, minutes % 1440);
        // Years that begin in March have the leap day at their end (H. Hinnant, chrono-compatible date algorithms).
        let days = days + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_of_two_mutes_counts_and_what_is_over_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        Mutes::update(folder, 0, |mutes| {
            mutes.mute("a", Until::Time(10));
            mutes.mute("b", Until::Unmuted);
            mutes.mute(ALL, Until::Time(20));
        })
        .unwrap();
        let at = |now, rule| Mutes::read(folder, now).until(rule);
        assert_eq!(at(5, "a"), Some(Until::Time(20)));
        assert_eq!(at(5, "b"), Some(Until::Unmuted));
        assert_eq!(at(20, "a"), None);
        Mutes::update(folder, 30, |_| {}).unwrap();
        assert_eq!(Mutes::read(folder, 0).iter().collect::<Vec<_>>(), [("b", Until::Unmuted)]);
        Mutes::update(folder, 30, |mutes| mutes.unmute(ALL)).unwrap();
        assert_eq!(Mutes::read(folder, 0).iter().count(), 0);
    }

    #[test]
    fn times_are_shown_as_dates() {
        let shown = |ms| Utc(ms).to_string();
        assert_eq!(shown(0), "1970-01-01 00:00 UTC");
        assert_eq!(shown(951_782_399_000), "2000-02-28 23:59 UTC");
        assert_eq!(shown(951_782_400_000), "2000-02-29 00:00 UTC");
        assert_eq!(shown(1_772_323_200_000), "2026-03-01 00:00 UTC");
        assert_eq!(shown(1_798_761_599_000), "2026-12-31 23:59 UTC");
    }
}
