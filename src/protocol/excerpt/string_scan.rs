//! Finds the end of a JSON string that arrives in pieces, and counts what is in it.

use wide::u8x64;

use crate::base::bytes::{BLOCK, mask};

/// What a JSON string holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextTally {
    /// Bytes of JSON.
    pub(crate) bytes: usize,
    /// Escapes.
    pub(crate) escapes: usize,
    /// Escapes of the form `\uXXXX`.
    pub(crate) units: usize,
    /// Escaped line breaks.
    pub(crate) breaks: usize,
    /// It ends with a line break.
    pub(crate) ends_line: bool,
}

/// A JSON string that is being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct StringScan {
    /// What was read so far.
    pub(crate) tally: TextTally,
    /// The last byte was a backslash that escapes the next byte.
    is_escaped: bool,
}

/// Blocks that are counted in lanes of one byte before these are added up.
const LANE_BLOCKS: usize = 255;

/// Every second byte of a block.
const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;

impl StringScan {
    /// Reads on to the quote that ends the string, whose offset it returns, or through all of
    /// `bytes`. The quote is not counted.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            let read = self.read_block(block, BLOCK);
            if read < BLOCK {
                return Some(at + read);
            }
            at += BLOCK;
            at += self.read_plain(bytes.get(at - 1..).unwrap_or_default());
        }
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return None;
        }
        let mut last = [0; BLOCK];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let read = self.read_block(&last, rest.len());
        (read < rest.len()).then_some(at + read)
    }

    /// Reads blocks after the first of these bytes, up to one with a quote that ends the string, or
    /// with two backslashes in a row. Returns how many bytes that is.
    ///
    /// Where no backslash is escaped, each escapes the next byte. So a block is compared with itself,
    /// one byte later, and 77 instructions are enough for it.
    fn read_plain(&mut self, bytes: &[u8]) -> usize {
        if !self.is_escaped && bytes.first() == Some(&b'\\') {
            return 0;
        }
        let block = |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk::<BLOCK>());
        let is = |block: u8x64, byte| block.simd_eq(u8x64::splat(byte));
        let mut read = 0;
        let mut is_plain = true;
        while is_plain {
            let [mut escapes, mut units, mut breaks] = [u8x64::ZERO; 3];
            for _ in 0..LANE_BLOCKS {
                let (Some(before), Some(block)) = (block(read), block(read + 1)) else {
                    is_plain = false;
                    break;
                };
                let escaped = is(u8x64::from(*before), b'\\');
                let block = u8x64::from(*block);
                if (is(block, b'"') & !escaped | is(block, b'\\') & escaped).any() {
                    is_plain = false;
                    break;
                }
                // What is equal is 255, which is -1.
                escapes -= escaped;
                units -= escaped & is(block, b'u');
                breaks -= escaped & is(block, b'n');
                read += BLOCK;
            }
            self.tally.escapes += sum(escapes);
            self.tally.units += sum(units);
            self.tally.breaks += sum(breaks);
        }
        self.tally.bytes += read;
        if read > 0 {
            let last = bytes.get(read - 1..=read).unwrap_or_default();
            self.is_escaped = last.ends_with(b"\\");
            self.tally.ends_line = last == b"\\n";
        }
        read
    }

    /// Reads up to a quote in the first `len` bytes of `block`. Returns how much that is.
    ///
    /// It takes a block at once, not one escape after the other: an output has one every thirty
    /// bytes, at 45 instructions each.
    #[inline]
    fn read_block(&mut self, block: &[u8; BLOCK], len: usize) -> usize {
        let escaped = self.escaped(mask(block, b'\\'), len);
        let quotes = mask(block, b'"') & !escaped;
        let read = (quotes.trailing_zeros() as usize).min(len);
        let escaped = escaped & first(read);
        let mut breaks = 0_u64;
        if escaped != 0 {
            breaks = escaped & mask(block, b'n');
            self.count(block, escaped, breaks);
        }
        if read > 0 {
            self.tally.ends_line = breaks >> (read - 1) == 1;
        }
        self.tally.bytes += read;
        read
    }

    /// The bytes in a block that are escaped, by its backslashes. Notes whether the byte after the
    /// first `len` is.
    ///
    /// This is the method of simdjson (`json_escape_scanner.h`): in a run of backslashes every second
    /// one escapes, beginning with the first, and a subtraction carries through all runs at once.
    #[inline]
    fn escaped(&mut self, backslashes: u64, len: usize) -> u64 {
        let before = u64::from(std::mem::take(&mut self.is_escaped));
        if backslashes == 0 {
            return before;
        }
        // A backslash that is escaped begins no run.
        let begins = backslashes & !before;
        let alternating = (begins << 1 | ODD).wrapping_sub(begins) ^ ODD;
        let escaped = alternating ^ (backslashes | before);
        self.is_escaped = match len {
            BLOCK => alternating & backslashes & !first(BLOCK - 1) != 0,
            len => escaped >> len & 1 == 1,
        };
        escaped
    }

    /// Counts the escapes of a block, some of which are `breaks`.
    #[inline]
    fn count(&mut self, block: &[u8; BLOCK], escaped: u64, breaks: u64) {
        let lines = breaks.count_ones() as usize;
        self.tally.breaks += lines;
        self.tally.escapes += lines;
        let others = escaped & !breaks;
        if others != 0 {
            self.tally.escapes += others.count_ones() as usize;
            self.tally.units += (others & mask(block, b'u')).count_ones() as usize;
        }
    }
}

/// The sum of all lanes.
fn sum(lanes: u8x64) -> usize {
    lanes.to_array().into_iter().map(usize::from).sum()
}

/// The first `len` bytes of a block.
#[inline]
fn first(len: usize) -> u64 {
    u64::MAX.checked_shr((BLOCK - len) as u32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Byte by byte, without a thought for speed.
    fn slowly(bytes: &[u8]) -> (Option<usize>, TextTally) {
        let mut tally = TextTally::default();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match (byte, bytes.get(at + 1)) {
                (b'"', _) => return (Some(at), tally),
                (b'\\', Some(escaped)) => {
                    tally.bytes += 2;
                    tally.escapes += 1;
                    tally.units += usize::from(*escaped == b'u');
                    tally.breaks += usize::from(*escaped == b'n');
                    tally.ends_line = *escaped == b'n';
                    at += 2;
                }
                _ => {
                    tally.bytes += 1;
                    tally.ends_line = false;
                    at += 1;
                }
            }
        }
        (None, tally)
    }

    /// Most strings are plain for many blocks.
    fn word() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            30 => Just(b"a line of words\\n".to_vec()),
            10 => Just(b"\\u00e9\\\"\\t".to_vec()),
            2 => Just(b"\\\\".to_vec()),
            1 => prop::collection::vec(prop_oneof![4 => Just(b'\\'), 4 => Just(b'n'), 1 => Just(b'"'), 9 => any::<u8>()], 0..9),
        ]
    }

    #[test]
    fn long_strings_are_counted_to_the_end() {
        for words in [r"\nab\u00e9\n", r"\n\t\u"] {
            let text = words.repeat(60_000);
            let mut scan = StringScan::default();
            assert_eq!(scan.read(text.as_bytes()), None);
            assert_eq!(scan.tally, slowly(text.as_bytes()).1);
        }
    }

    proptest! {
        #[test]
        fn pieces_are_counted_as_the_whole(
            words in prop::collection::vec(word(), 0..300),
            cuts in prop::collection::vec(0..2000_usize, 0..6),
        ) {
            let bytes = words.concat();
            let (end, tally) = slowly(&bytes);
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|at| *at < bytes.len()).collect();
            cuts.sort_unstable();
            let (mut scan, mut from, mut found) = (StringScan::default(), 0, None);
            for to in cuts.into_iter().chain([bytes.len()]) {
                found = scan.read(&bytes[from..to]).map(|at| from + at);
                if found.is_some() {
                    break;
                }
                from = to;
            }
            prop_assert_eq!(found, end);
            prop_assert_eq!(scan.tally, tally);
        }
    }
}
