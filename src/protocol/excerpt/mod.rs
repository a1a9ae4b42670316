//! The part of an input that is kept. Most of a large input is one long text, such as a command's
//! output, of which rules look at the beginning, the size and the number of lines. The rest is
//! counted while it arrives, so that neither memory nor time grows with it.
//!
//! What is kept is JSON with shorter texts in it, and a list of the [`Cut`]s. Readers of a text ask
//! that list how much is missing.

mod brackets;
mod clean_end;
mod cut;
mod reader;
mod string_scan;

pub(crate) use clean_end::is_clean_end;
pub use cut::{Cut, Kept};
pub(crate) use reader::Reader;
pub(crate) use string_scan::StringScan;

/// How much of one text is kept, bytes of JSON. No rule looks further into a text.
pub(crate) const KEPT_BYTES: usize = 64 << 10;

/// What is kept of `document` where little is kept, so that a short document is cut as well: 64 bytes
/// of a text, members of an array up to 256 bytes. It arrives in pieces of `piece` bytes.
#[cfg(fuzzing)]
pub fn small(document: &[u8], piece: usize, may_cut: reader::MayCut) -> Excerpt {
    let limits = reader::Limits { text: 64, members: 256 };
    let (first, rest) = document.split_at(document.len().min(piece).min(limits.text));
    let mut reader = Reader::with_limits(limits, first.to_vec(), 0, may_cut);
    rest.chunks(piece.max(1)).for_each(|piece| reader.add(piece));
    reader.finish().into_excerpt()
}

/// What is kept of an input, as it came.
#[derive(Debug)]
pub struct Received {
    bytes: Vec<u8>,
    /// Where the input begins.
    start: usize,
    cuts: Vec<Cut>,
}

impl Received {
    /// An input of which everything is kept, and that begins at `start` in `bytes`.
    pub(crate) fn whole(bytes: Vec<u8>, start: usize) -> Self {
        Self { bytes, start, cuts: Vec::new() }
    }

    /// The input as text. Bytes that are not UTF-8 become U+FFFD, which may take longer than a call
    /// has for 16 MB of them.
    pub fn into_excerpt(self) -> Excerpt {
        match String::from_utf8(self.bytes) {
            Ok(text) => Excerpt { text, start: self.start, cuts: self.cuts },
            Err(error) => {
                let bytes = error.as_bytes().get(self.start..).unwrap_or_default();
                Excerpt::repaired(bytes, self.cuts)
            }
        }
    }
}

/// An input, of which long texts are kept in part.
#[derive(Debug, Default)]
pub struct Excerpt {
    text: String,
    /// Where the input begins.
    start: usize,
    /// Offsets in the input.
    cuts: Vec<Cut>,
}

impl Excerpt {
    /// An input of which everything is kept.
    pub(crate) fn whole(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Replacing bytes moves the cuts behind them.
    fn repaired(bytes: &[u8], cuts: Vec<Cut>) -> Self {
        let mut repaired = Self::default();
        let mut from = 0;
        for cut in cuts {
            let part = bytes.get(from..cut.at).unwrap_or_default();
            repaired.text.push_str(&String::from_utf8_lossy(part));
            from = cut.at;
            repaired.cuts.push(Cut { at: repaired.text.len(), ..cut });
        }
        let rest = bytes.get(from..).unwrap_or_default();
        repaired.text.push_str(&String::from_utf8_lossy(rest));
        repaired
    }

    /// What is kept, with what is missing of it.
    pub fn kept(&self) -> Kept<'_> {
        Kept::new(self.text.get(self.start..).unwrap_or_default(), &self.cuts)
    }
}
