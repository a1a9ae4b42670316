//! Searches in bytes that ask nothing of the processor.
//!
//! `memchr` is faster on long texts, but at its first use it asks the processor what it can do, and
//! a virtual one takes 75 us to answer: more than all the rest of a call. The hook uses these;
//! whoever reads whole stores uses memchr.

use std::slice::Iter;

/// Bytes that are looked at in one step.
const BLOCK: usize = 64;

/// The places of a byte, in order. JSON from tools has a quote or a backslash every thirty bytes,
/// and the standard library's search begins anew behind each: an event of 300 KB took 2.9 million
/// instructions so.
pub(crate) struct Places<'b> {
    blocks: Iter<'b, [u8; BLOCK]>,
    /// The last bytes, fewer than a block.
    rest: &'b [u8],
    wanted: u8,
    /// Where the block at hand begins, and the next one.
    at: usize,
    next: usize,
    /// A bit for each byte of the block at hand that is such a place and was not told yet.
    left: u64,
}

impl<'b> Places<'b> {
    /// The places of `wanted` in `bytes`.
    pub(crate) fn of(wanted: u8, bytes: &'b [u8]) -> Self {
        let (blocks, rest) = bytes.as_chunks();
        Self { blocks: blocks.iter(), rest, wanted, at: 0, next: 0, left: 0 }
    }

    /// The mask of what is left after the last whole block.
    #[cold]
    fn mask_of_rest(&mut self) -> Option<u64> {
        let rest = std::mem::take(&mut self.rest);
        let mut block = [!self.wanted; BLOCK];
        block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        (!rest.is_empty()).then(|| mask(&block, self.wanted))
    }
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = match self.blocks.next() {
                Some(block) => mask(block, self.wanted),
                None => self.mask_of_rest()?,
            };
            (self.at, self.next) = (self.next, self.next + BLOCK);
        }
        let place = self.at + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(place)
    }
}

/// A bit for each byte of the block that is `wanted`, the lowest for the first.
///
/// Compilers make vector instructions of the comparison. It takes 60 instructions a block, most of
/// them to make bits of bytes; SSE2 has a single one for that, which safe code cannot ask for.
#[inline]
fn mask(block: &[u8; BLOCK], wanted: u8) -> u64 {
    let mut found = [0; BLOCK];
    found.iter_mut().zip(block).for_each(|(found, byte)| *found = u8::from(*byte == wanted));
    // The product brings the lowest bit of each byte into the highest byte, in order.
    let bits = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    found.as_chunks().0.iter().rev().fold(0, |mask, word| mask << 8 | bits(word))
}

/// A text that is searched for in the end of a ledger: Horspool's search (R. N. Horspool, Practical
/// fast searching in strings, 1980), which skips by what stands under the needle's end and looks at
/// few of the bytes.
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
        fn every_place_is_told_and_no_other(bytes in prop::collection::vec(prop_oneof![Just(b'"'), Just(b'\\'), any::<u8>()], 0..200)) {
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
