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
        // Zeros that only fill the block are no matches.
        let ours = first_bits(rest.len());
        (ours != 0).then(|| mask_of_any(&block_of(rest), self.wanted) & ours)
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

/// The offset of the last `wanted` in `bytes`.
pub(crate) fn last_of(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let (rest, blocks) = bytes.as_rchunks();
    let in_block = blocks.iter().enumerate().rev().find_map(|(at, block)| {
        last_bit(mask(block, wanted)).map(|bit| rest.len() + at * BLOCK + bit)
    });
    in_block.or_else(|| last_bit(mask(&block_of(rest), wanted) & first_bits(rest.len())))
}

/// A substring search for the ledger. It compares two bytes of the needle with 64 places at once,
/// and the whole needle where both match (as W. Mula describes it, SIMD-friendly algorithms for
/// substring searching, 2016). Horspool's algorithm, which skips ahead by the needle's length, took
/// three times as many instructions for the short needles of an Edit.
pub(crate) struct Finder<'n> {
    needle: &'n [u8],
    /// The offsets of its two least common bytes.
    rare: [usize; 2],
}

impl<'n> Finder<'n> {
    /// Prepares a search for `needle`. An empty needle is never found.
    pub(crate) fn new(needle: &'n str) -> Self {
        let needle = needle.as_bytes();
        let mut rare = [0, needle.len().saturating_sub(1)];
        for (at, byte) in needle.iter().enumerate() {
            let is_rarer = |than: usize| {
                needle.get(than).is_some_and(|than| commonness(*byte) < commonness(*than))
            };
            let [first, second] = rare;
            if is_rarer(first) {
                rare = [at, first];
            } else if at != first && is_rarer(second) {
                rare = [first, at];
            }
        }
        Self { needle, rare }
    }

    /// The number of matches in `bytes` without overlaps, at most `limit`.
    pub(crate) fn count(&self, bytes: &[u8], limit: usize) -> usize {
        let (mut rest, mut count) = (bytes, 0);
        while count < limit
            && let Some(at) = self.first_in(rest)
        {
            count += 1;
            rest = rest.get(at + self.needle.len()..).unwrap_or_default();
        }
        count
    }

    /// Whether the needle occurs in `bytes`.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.first_in(bytes).is_some()
    }

    /// Where the needle occurs first in `bytes`.
    fn first_in(&self, bytes: &[u8]) -> Option<usize> {
        let places = self.places(bytes);
        (0..places).step_by(BLOCK).find_map(|from| {
            let mut found = self.candidates(bytes, from, places);
            while found != 0 {
                let at = from + found.trailing_zeros() as usize;
                if self.is_at(at, bytes) {
                    return Some(at);
                }
                found &= found - 1;
            }
            None
        })
    }

    /// Where the needle occurs last in `bytes`.
    pub(crate) fn last_in(&self, bytes: &[u8]) -> Option<usize> {
        let places = self.places(bytes);
        (0..places.div_ceil(BLOCK)).rev().find_map(|block| {
            let from = block * BLOCK;
            let mut found = self.candidates(bytes, from, places);
            while let Some(bit) = last_bit(found) {
                if self.is_at(from + bit, bytes) {
                    return Some(from + bit);
                }
                found ^= 1 << bit;
            }
            None
        })
    }

    /// At how many places of `bytes` the needle may begin.
    fn places(&self, bytes: &[u8]) -> usize {
        match self.needle.len() {
            0 => 0,
            length => (bytes.len() + 1).saturating_sub(length),
        }
    }

    /// The places from `from` on, as bits of a block, where both rare bytes stand.
    #[inline]
    fn candidates(&self, bytes: &[u8], from: usize, places: usize) -> u64 {
        let both = self.rare.map(|at| {
            let wanted = self.needle.get(at).copied().unwrap_or_default();
            mask_from(from + at, bytes, wanted)
        });
        let [first, second] = both;
        first & second & first_bits(places - from)
    }

    fn is_at(&self, at: usize, bytes: &[u8]) -> bool {
        bytes.get(at..at + self.needle.len()) == Some(self.needle)
    }
}

/// How common a byte is in a line of a ledger: quotes end each word, and hashes are many.
fn commonness(byte: u8) -> u8 {
    match byte {
        b'"' | b':' | b',' => 3,
        b'0'..=b'9' | b'a'..=b'f' => 2,
        b'l' | b'o' | b'r' | b's' | b't' | b'u' => 1,
        _ => 0,
    }
}

/// One bit for each of the 64 bytes from `from` on that is `wanted`.
#[inline]
fn mask_from(from: usize, bytes: &[u8], wanted: u8) -> u64 {
    if let Some(block) = bytes.get(from..).and_then(|here| here.first_chunk()) {
        mask(block, wanted)
    } else if let Some(block) = bytes.last_chunk() {
        // Of the last block, what stands before `from` is shifted out.
        let before = (from + BLOCK - bytes.len()) as u32;
        mask(block, wanted).checked_shr(before).unwrap_or_default()
    } else {
        mask(&block_of(bytes), wanted).checked_shr(from as u32).unwrap_or_default()
    }
}

/// Fewer bytes than a block, followed by zeros.
#[cold]
fn block_of(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    block
}

/// A mask of the first so many bytes of a block.
fn first_bits(count: usize) -> u64 {
    if count >= BLOCK { u64::MAX } else { (1 << count) - 1 }
}

fn last_bit(mask: u64) -> Option<usize> {
    mask.checked_ilog2().map(|bit| bit as usize)
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
        fn it_counts_as_the_standard_library_does(text in "[ab\"z]{0,200}", needle in "[ab\"z]{1,4}", limit in 0..9_usize) {
        let expected = text.matches(&needle).count().min(limit);
        let finder = Finder::new(&needle);
        prop_assert_eq!(finder.count(text.as_bytes(), limit), expected);
        prop_assert_eq!(finder.first_in(text.as_bytes()), text.find(&needle));
        prop_assert_eq!(finder.last_in(text.as_bytes()), text.rfind(&needle));
        prop_assert_eq!(last_of(b'a', text.as_bytes()), text.rfind('a'));
        }
    }

    #[test]
    fn a_needle_may_be_longer_than_a_block_or_empty() {
        let long = "x".repeat(300) + "y";
        for before in [0, 1, 63, 64, 65, 999] {
            let bytes = "z".repeat(before) + &long;
            assert_eq!(Finder::new(&long).first_in(bytes.as_bytes()), Some(before));
            assert_eq!(Finder::new(&long).last_in(bytes.as_bytes()), Some(before));
        }
        assert!(!Finder::new(&long).is_in("x".repeat(999).as_bytes()));
        assert!(!Finder::new("").is_in(b"x") && Finder::new("").last_in(b"x").is_none());
    }
}
