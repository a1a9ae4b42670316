//! Reads an input to its end.

use std::io;

use super::dialect;
use super::error::{EventError, MAX_INPUT_BYTES};
use super::event::Event;
use super::excerpt::{KEPT_BYTES, Reader, Received};

/// Bytes that are read at once after the first piece. Each page that a larger one touches for the
/// first time costs a page fault: an Edit of 300 KB took 405 us with the large pieces, 378 with
/// these. In an input of 3 MB, more system calls cost more than that: 1,634 us instead of 1,512.
const PIECE_BYTES: usize = 16 << 10;

/// Pieces of an input of which [`FIRST_BYTES`] were read: what a pipe holds on Linux.
const LARGE_PIECE_BYTES: usize = 64 << 10;

/// Where the large pieces begin.
const FIRST_BYTES: usize = 512 << 10;

/// Room for the first piece and what is kept after it, so that nothing is copied to grow.
const ROOM_BYTES: usize = 132 << 10;

/// Where bytes that the kernel copies begin: at a multiple of this. Large pieces of memory begin 16
/// bytes into a page, behind the allocator's own words. To a place 1 to 31 bytes further into its
/// page than the source is in its own, some processors copy at half the speed: on an AMD EPYC,
/// reading 3 MB took 3,624 us there and 1,700 at any other place, 300 KB 528 and 341.
const ALIGNMENT: usize = 64;

/// Everything on stdin, without the ends of long texts if `may_cut` permits it. That is asked about
/// an event in Claude Code's form, of which it gets the members before the first long text.
///
/// # Errors
/// When the input is too large, or cannot be read.
pub(crate) fn read(may_cut: impl Fn(&Event) -> bool) -> Result<Received, EventError> {
    read_pieces(fill_from_stdin, may_cut)
}

/// The same, of any input: `fill` appends bytes to a piece until that has the given size, or a few
/// more, or the input ends.
///
/// # Errors
/// When the input is too large, or cannot be read.
pub fn read_pieces(
    mut fill: impl FnMut(&mut Vec<u8>, usize) -> io::Result<()>,
    may_cut: impl Fn(&Event) -> bool,
) -> Result<Received, EventError> {
    let mut fill =
        move |piece: &mut Vec<u8>, size| fill(piece, size).map_err(|_| EventError::Empty);
    let mut first = room(ROOM_BYTES);
    let blanks = first.len();
    let end = blanks + KEPT_BYTES;
    fill(&mut first, end)?;
    if first.len() < end {
        return Ok(Received::whole(first, blanks));
    }
    // A file or a large pipe gives more than was asked for.
    let rest = first.split_off(end);
    let may_cut = |members: &str, current: &[u8]| dialect::may_be_cut(members, current, &may_cut);
    let mut total = KEPT_BYTES + rest.len();
    let mut reader = Reader::new(first, blanks, &may_cut);
    reader.add(&rest);
    let mut size = 0;
    let mut piece = Vec::new();
    loop {
        let wanted = if total < FIRST_BYTES { PIECE_BYTES } else { LARGE_PIECE_BYTES };
        if size != wanted {
            size = wanted;
            piece = room(size);
        }
        let blanks = piece.len();
        fill(&mut piece, blanks + size)?;
        let bytes = piece.get(blanks..).unwrap_or_default();
        total += bytes.len();
        if total > MAX_INPUT_BYTES {
            return Err(EventError::TooLarge);
        }
        reader.add(bytes);
        if bytes.len() < size {
            return Ok(reader.finish());
        }
        piece.truncate(blanks);
    }
}

/// Room for `bytes`, behind as many blanks as move its beginning to a multiple of [`ALIGNMENT`].
fn room(bytes: usize) -> Vec<u8> {
    let mut room: Vec<u8> = Vec::with_capacity(ALIGNMENT + bytes);
    let blanks = room.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
    room.resize(blanks, b' ');
    // No more than that: the rest of a page that was read in part keeps its place in the pipe, and
    // the writer fills it in smaller pieces (3 MB: 151 system calls in place of 112).
    room.shrink_to(blanks + bytes);
    room
}

/// Reads without the buffer of the standard library's stdin, which begins with small pieces.
#[cfg(target_os = "linux")]
fn fill_from_stdin(piece: &mut Vec<u8>, size: usize) -> io::Result<()> {
    use rustix::buffer::spare_capacity;

    while piece.len() < size {
        match rustix::io::read(rustix::stdio::stdin(), spare_capacity(piece)) {
            Ok(0) => break,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn fill_from_stdin(piece: &mut Vec<u8>, size: usize) -> io::Result<()> {
    use std::io::Read;

    let missing = size - piece.len();
    io::stdin().lock().take(missing as u64).read_to_end(piece).map(drop)
}
