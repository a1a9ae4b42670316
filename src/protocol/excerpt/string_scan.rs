//! Finds the end of a JSON string that arrives in pieces, and counts what is in it.

use crate::base::bytes::ByteOffsets;

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

impl StringScan {
    /// Reads on to the quote that ends the string, whose offset it returns, or through all of
    /// `bytes`. The quote is not counted.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<usize> {
        // Bytes before this offset belong to an escape, which ended with a line break if `breaks`.
        let mut escape = 0;
        let mut breaks = self.tally.ends_line;
        if self.is_escaped
            && let Some(escaped) = bytes.first()
        {
            self.is_escaped = false;
            breaks = self.count(*escaped);
            escape = 1;
        }
        let mut end = None;
        for at in ByteOffsets::of([b'"', b'\\'], bytes) {
            if at < escape {
                continue;
            }
            if bytes.get(at) == Some(&b'"') {
                end = Some(at);
                break;
            }
            escape = at + 2;
            match bytes.get(at + 1) {
                Some(escaped) => breaks = self.count(*escaped),
                None => self.is_escaped = true,
            }
        }
        let read = end.unwrap_or(bytes.len());
        self.tally.bytes += read;
        if read > 0 {
            self.tally.ends_line = breaks && escape == read;
        }
        end
    }

    /// Counts the escape of this byte. Whether it is a line break.
    fn count(&mut self, escaped: u8) -> bool {
        self.tally.escapes += 1;
        self.tally.units += usize::from(escaped == b'u');
        self.tally.breaks += usize::from(escaped == b'n');
        escaped == b'n'
    }
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

    proptest! {
        #[test]
        fn pieces_are_counted_as_the_whole(
            bytes in prop::collection::vec(prop_oneof![4 => Just(b'\\'), 4 => Just(b'n'), 1 => Just(b'"'), 2 => Just(b'u'), 9 => any::<u8>()], 0..200),
            cuts in prop::collection::vec(0..200_usize, 0..6),
        ) {
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
