//! Byte searches that do not probe the processor's features.
//!
//! `memchr` is faster on long texts, but its first use executes CPUID, which traps to the
//! hypervisor on a virtual machine and takes 75 us there: more than the rest of a call. The hook
//! uses these searches; code that reads whole stores uses memchr.

use std::slice::Iter;

use wide::u8x64;

/// Bytes compared in one step.
pub(crate) const BLOCK: usize = 64;

/// The offsets of bytes in a slice that are one of `N` values, in ascending order.
///
/// JSON from tools has a quote or a backslash every thirty bytes, and the standard library's search
/// starts over after each of them: an event of 300 KB took 2.9 million instructions that way.
pub(crate) struct ByteOffsets<'b, const N: usize> {
    blocks: Iter<'b, [u8; BLOCK]>,
    /// The last bytes, fewer than a block.
    rest: &'b [u8],
    wanted: [u8; N],
    /// Where the current block begins.
    block_start: usize,
    /// Where the next block begins.
    next_start: usize,
    /// One bit for each match in the current block that has not been returned yet.
    pending: u64,
}

impl<'b, const N: usize> ByteOffsets<'b, N> {
    /// The offsets of `wanted` in `bytes`.
    pub(crate) fn of(wanted: [u8; N], bytes: &'b [u8]) -> Self {
        let (blocks, rest) = bytes.as_chunks();
        Self { blocks: blocks.iter(), rest, wanted, block_start: 0, next_start: 0, pending: 0 }
    }

    /// The mask of the bytes after the last whole block.
    #[cold]
    fn mask_of_rest(&mut self) -> Option<u64> {
        let rest = std::mem::take(&mut self.rest);
        let mut block = [0; BLOCK];
        block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        // Zeros that only fill the block are no matches.
        let ours = u64::MAX.checked_shr((BLOCK - rest.len()) as u32)?;
        Some(mask_of_any(&block, self.wanted) & ours)
    }
}

impl<const N: usize> Iterator for ByteOffsets<'_, N> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.pending == 0 {
            self.pending = match self.blocks.next() {
                Some(block) => mask_of_any(block, self.wanted),
                None => self.mask_of_rest()?,
            };
            (self.block_start, self.next_start) = (self.next_start, self.next_start + BLOCK);
        }
        let offset = self.block_start + self.pending.trailing_zeros() as usize;
        self.pending &= self.pending - 1;
        Some(offset)
    }
}

/// One bit for each byte of the block that is one of `wanted`, the lowest bit for the first byte.
#[inline]
fn mask_of_any<const N: usize>(block: &[u8; BLOCK], wanted: [u8; N]) -> u64 {
    wanted.iter().fold(0, |found, wanted| found | mask(block, *wanted))
}

/// One bit for each byte of the block that is `wanted`, the lowest bit for the first byte.
///
/// SSE2, which each x86-64 processor has, takes 18 instructions for it. What the compiler makes of
/// a loop takes 60, most of which pack bytes into bits.
#[inline]
pub(crate) fn mask(block: &[u8; BLOCK], wanted: u8) -> u64 {
    u8x64::from(*block).simd_eq(u8x64::splat(wanted)).to_bitmask()
}

/// A substring search for the end of a ledger: Horspool's algorithm (R. N. Horspool, Practical fast
/// searching in strings, 1980). It skips ahead by the byte aligned with the end of the needle, so
/// it reads few of the bytes.
pub(crate) struct Finder<'n> {
    needle: &'n [u8],
    /// How far the needle may move when this byte is aligned with its end.
    skips: [u8; 256],
}

impl<'n> Finder<'n> {
    /// Prepares a search for `needle`. An empty needle is never found.
    pub(crate) fn new(needle: &'n str) -> Self {
        let needle = needle.as_bytes();
        // A skip capped at 255 is still correct, only slower.
        let capped = |distance: usize| u8::try_from(distance).unwrap_or(u8::MAX);
        let mut skips = [capped(needle.len()); 256];
        for (at, byte) in needle.iter().enumerate().take(needle.len().saturating_sub(1)) {
            if let Some(skip) = skips.get_mut(usize::from(*byte)) {
                *skip = capped(needle.len() - 1 - at);
            }
        }
        Self { needle, skips }
    }

    /// The number of matches in `bytes` without overlaps, at most `limit`.
    pub(crate) fn count(&self, bytes: &[u8], limit: usize) -> usize {
        let Some(last) = self.needle.last() else { return 0 };
        let (mut from, mut count) = (0, 0);
        while count < limit
            && let Some(window) = bytes.get(from..from + self.needle.len())
            && let Some(end) = window.last()
        {
            if end == last && window == self.needle {
                count += 1;
                from += self.needle.len();
            } else {
                from += usize::from(self.skips.get(usize::from(*end)).copied().unwrap_or(1));
            }
        }
        count
    }

    /// Whether the needle occurs in `bytes`.
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
        fn every_offset_is_found_and_no_other(bytes in prop::collection::vec(prop_oneof![Just(b'"'), Just(b'\\'), any::<u8>()], 0..200)) {
            for wanted in [b'"', b'\\', 0, 0x80, 0xff] {
                let expected: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == wanted).collect();
                prop_assert_eq!(ByteOffsets::of([wanted], &bytes).collect::<Vec<_>>(), expected);
            }
            let expected: Vec<usize> = (0..bytes.len()).filter(|at| b"\"\0".contains(&bytes[*at])).collect();
            prop_assert_eq!(ByteOffsets::of(*b"\"\0", &bytes).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn it_counts_as_the_standard_library_does(text in "[ab\"]{0,80}", needle in "[ab\"]{1,4}", limit in 0..9_usize) {
        let expected = text.matches(&needle).count().min(limit);
        prop_assert_eq!(Finder::new(&needle).count(text.as_bytes(), limit), expected);
        }
    }

    #[test]
    fn a_needle_may_be_longer_than_a_skip_or_empty() {
        let long = "x".repeat(300) + "y";
        assert!(Finder::new(&long).is_in(("z".repeat(999) + &long).as_bytes()));
        assert!(!Finder::new(&long).is_in("x".repeat(999).as_bytes()));
        assert!(!Finder::new("").is_in(b"x"));
    }
}
