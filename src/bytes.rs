//! Searches in bytes that ask nothing of the processor.
//!
//! `memchr` is faster on long texts, but at its first use it asks the processor what it can do, and a virtual one takes 75
//! us to answer: more than all the rest of a call. The hook uses these; whoever reads whole stores uses memchr.

use std::slice::Iter;

/// The low seven bits of each byte of a word.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The places of a byte, in order, looked for eight bytes at a time. JSON from tools has a quote or a backslash every thirty
/// bytes, and the standard library's search begins anew behind each: an event of 300 KB took 2.9 million instructions
/// so, and takes 1.2 with this.
pub(crate) struct Places<'b> {
    words: Iter<'b, [u8; 8]>,
    /// The last bytes, fewer than eight, made a word.
    last: Option<[u8; 8]>,
    /// The byte, in each byte of a word.
    wanted: u64,
    /// Where the word at hand begins, and the next one.
    at: usize,
    next: usize,
    /// The highest bit of each byte of the word at hand that is such a place and was not told yet.
    left: u64,
}

impl<'b> Places<'b> {
    /// The places of `wanted` in `bytes`.
    pub(crate) fn of(wanted: u8, bytes: &'b [u8]) -> Self {
        let (words, rest) = bytes.as_chunks();
        let mut last = [!wanted; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let last = (!rest.is_empty()).then_some(last);
        Self { words: words.iter(), last, wanted: u64::from_ne_bytes([wanted; 8]), at: 0, next: 0, left: 0 }
    }
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            let word = self.words.next().copied().or_else(|| self.last.take())?;
            (self.at, self.next) = (self.next, self.next + 8);
            let zero_where_wanted = u64::from_le_bytes(word) ^ self.wanted;
            // Adding to seven bits never carries into the next byte, so each byte is told exactly.
            self.left = !(((zero_where_wanted & LOW) + LOW) | zero_where_wanted | LOW);
        }
        let place = self.at + self.left.trailing_zeros() as usize / 8;
        self.left &= self.left - 1;
        Some(place)
    }
}

/// A text that is searched for in the end of a ledger: Horspool's search (R. N. Horspool, Practical fast searching in
/// strings, 1980), which skips by what stands under the needle's end and looks at few of the bytes.
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
        fn every_place_is_told_and_no_other(bytes in prop::collection::vec(prop_oneof![Just(b'"'), Just(b'\\'), any::<u8>()], 0..70)) {
            for wanted in [b'"', b'\\', 0, 0x80, 0xff] {
                let expected: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == wanted).collect();
                prop_assert_eq!(Places::of(wanted, &bytes).collect::<Vec<_>>(), expected);
            }
        }

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
