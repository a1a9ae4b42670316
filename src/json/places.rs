//! Where one byte stands in a text, eight bytes at a time.
//!
//! JSON from tools is full of escapes, a quote or a backslash every thirty bytes. The standard library's search begins anew
//! behind each, which costs some hundred instructions; vectors would need a look at the processor, or unsafe code.

use std::slice::Iter;

/// The low seven bits of each byte of a word.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The places of a byte, in order.
pub(super) struct Places<'b> {
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
    pub(super) fn of(wanted: u8, bytes: &'b [u8]) -> Self {
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
    }
}
