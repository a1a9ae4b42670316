//! Sets of rules, as bits.

/// A set of rules by their index in [`crate::rules::RULES`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleSet([u64; 4]);

impl RuleSet {
    /// No rule.
    pub const EMPTY: Self = Self([0; 4]);

    /// The same set with one rule more.
    pub const fn with(self, rule: usize) -> Self {
        let Self([a, b, c, d]) = self;
        let bit = 1 << (rule % 64);
        match rule / 64 {
            0 => Self([a | bit, b, c, d]),
            1 => Self([a, b | bit, c, d]),
            2 => Self([a, b, c | bit, d]),
            3 => Self([a, b, c, d | bit]),
            _ => self,
        }
    }

    /// Adds a rule.
    pub(crate) fn add(&mut self, rule: usize) {
        *self = self.with(rule);
    }

    /// The rules that are in both.
    pub fn within(self, other: Self) -> Self {
        let mut words = self.0;
        words.iter_mut().zip(other.0).for_each(|(word, mask)| *word &= mask);
        Self(words)
    }

    /// The rules that are in this one and not in the other.
    pub fn without(self, other: Self) -> Self {
        let mut words = self.0;
        words.iter_mut().zip(other.0).for_each(|(word, mask)| *word &= !mask);
        Self(words)
    }

    /// Whether no rule is in it.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// The rules in it, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        bits(self.0)
    }
}

/// The numbers of the bits that are set, in order.
pub(crate) fn bits<const N: usize>(words: [u64; N]) -> impl Iterator<Item = usize> {
    words.into_iter().enumerate().flat_map(|(at, mut word)| {
        std::iter::from_fn(move || {
            let bit = word.trailing_zeros() as usize;
            word &= word.wrapping_sub(1);
            (bit < 64).then_some(at * 64 + bit)
        })
    })
}
