//! Numbers of a rule that a user can set.

/// A number from which on a rule speaks. Its file declares it; the settings, their schema, the
/// documentation and `toolcoach rules` derive from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// The id of the rule.
    pub rule: &'static str,
    /// Its name in a settings file.
    pub name: &'static str,
    /// What it counts, with the unit.
    pub what: &'static str,
    /// The number unless a file sets another one.
    pub default: u64,
    /// The smallest number that it may be.
    pub least: u64,
    /// The largest number that it may be.
    pub most: u64,
    /// Why the default is what it is, in figures.
    pub because: &'static str,
}

impl Threshold {
    /// The number that a file sets, within the bounds.
    pub(crate) fn bounded(&self, number: u64) -> u64 {
        number.clamp(self.least, self.most)
    }
}
