//! A text that is searched for in the end of a ledger.
//!
//! Horspool's search (R. N. Horspool, Practical fast searching in strings, 1980): it skips by what stands under the
//! needle's end. `memchr::memmem` is faster on long texts, but at its first use it asks the processor what it can do, and
//! a virtual one takes 75 us to answer: as much as all the rest of a call. The Horspool search of 16 KB for a hash takes 4.

/// A text to be found.
pub(crate) struct Needle<'n> {
    text: &'n [u8],
    /// For each byte how far the needle may move on when it stands under the needle's end.
    skips: [u8; 256],
}

impl<'n> Needle<'n> {
    /// Looks for `text`. Nothing is found of an empty one.
    pub(crate) fn new(text: &'n str) -> Self {
        let text = text.as_bytes();
        let far = |distance: usize| u8::try_from(distance).unwrap_or(u8::MAX);
        let mut skips = [far(text.len()); 256];
        for (at, byte) in text.iter().enumerate().take(text.len().saturating_sub(1)) {
            if let Some(skip) = skips.get_mut(usize::from(*byte)) {
                *skip = far(text.len() - 1 - at);
            }
        }
        Self { text, skips }
    }

    /// How often it stands in `bytes`, without overlaps, up to `enough`.
    pub(crate) fn count(&self, bytes: &[u8], enough: usize) -> usize {
        let Some(last) = self.text.last() else { return 0 };
        let (mut from, mut count) = (0, 0);
        while count < enough
            && let Some(under) = bytes.get(from..from + self.text.len())
            && let Some(end) = under.last()
        {
            if end == last && under == self.text {
                count += 1;
                from += self.text.len();
            } else {
                from += usize::from(self.skips.get(usize::from(*end)).copied().unwrap_or(1));
            }
        }
        count
    }

    /// Whether it stands in `bytes`.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.count(bytes, 1) == 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_counts_as_the_standard_library_does(text in "[ab\"]{0,80}", needle in "[ab\"]{1,4}", enough in 0..9_usize) {
            let expected = text.matches(&needle).count().min(enough);
            prop_assert_eq!(Needle::new(&needle).count(text.as_bytes(), enough), expected);
        }
    }

    #[test]
    fn long_needles_and_none() {
        let long = "x".repeat(300) + "y";
        assert!(Needle::new(&long).is_in(("z".repeat(999) + &long).as_bytes()));
        assert!(!Needle::new(&long).is_in("x".repeat(999).as_bytes()));
        assert!(!Needle::new("").is_in(b"x"));
    }
}
