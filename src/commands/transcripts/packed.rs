//! Decompresses files on the way: gzip, and the Zstandard of Codex, which keeps rollouts older than
//! a week so. The first bytes decide, not the name.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Size of the read buffer, bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// Largest window of a Zstandard frame, bytes: how much of it is in memory. `zstd` itself refuses
/// more unless told.
const MAX_WINDOW_BYTES: u64 = 128 << 20;

/// The first bytes of gzip, and of Zstandard.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Reads a source, decompressed if it is compressed.
///
/// # Errors
/// When the source cannot be read.
pub(super) fn unpacked<'s>(source: impl Read + 's) -> io::Result<Box<dyn BufRead + 's>> {
    let mut source = BufReader::with_capacity(BUFFER_BYTES, source);
    let start = source.fill_buf()?;
    let (is_gzip, is_zstd) = (start.starts_with(&GZIP), start.starts_with(&ZSTD));
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(source)))
    } else if is_zstd {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, ZstdFrames::new(source)))
    } else {
        Box::new(source)
    })
}

/// The content of Zstandard frames one after the other.
struct ZstdFrames<R> {
    source: R,
    decoder: FrameDecoder,
    is_in_frame: bool,
}

impl<R: BufRead> ZstdFrames<R> {
    fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW_BYTES);
        Self { source, decoder, is_in_frame: false }
    }

    /// Begins the next frame with content. Returns whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = Read::by_ref(&mut self.source).take(u64::from(length));
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_in_frame && !self.begin()? {
                return Ok(0);
            }
            self.is_in_frame = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder
                    .decode_blocks(&mut self.source, one)
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            self.is_in_frame = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn text(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        unpacked(bytes)?.read_to_string(&mut text).map(|_| text)
    }

    fn frame(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    #[test]
    fn frames_follow_each_other() {
        let long = "a line of a rollout\n".repeat(50_000);
        let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        let all = [frame(&long), frame(""), skipped, frame("end")].concat();
        assert_eq!(text(&all).unwrap(), format!("{long}end"));
    }

    #[test]
    fn what_is_cut_or_garbage_is_an_error() {
        let whole = frame("text of a rollout");
        for end in ZSTD.len()..whole.len() {
            assert!(text(&whole[..end]).is_err(), "{end} of {} bytes", whole.len());
        }
        assert!(text(&[&whole[..], b"garbage"].concat()).is_err());
        let mut wide = ZSTD.to_vec();
        // A window of 2 GiB.
        wide.extend([0x00, 21 << 3, 0, 0]);
        assert!(text(&wide).is_err());
    }
}
