//! Where a JSON string may be cut.

/// Whether a JSON string, of which `text` is the inside, may end at this offset: in front of a
/// character, and not within an escape or between the two halves of a surrogate pair.
pub(crate) fn is_clean_end(text: &[u8], end: usize) -> bool {
    let Some(before) = text.get(..end) else { return false };
    if matches!(text.get(end), Some(0x80..=0xBF)) {
        return false;
    }
    let last = end.saturating_sub(UNIT_BYTES);
    let Some(at) = (last..end).rev().find(|at| text.get(*at) == Some(&b'\\')) else {
        return true;
    };
    let run = before.get(..=at).unwrap_or_default().iter().rev();
    if run.take_while(|byte| **byte == b'\\').count() % 2 == 0 {
        return true;
    }
    match before.get(at + 1..) {
        None | Some([]) => false,
        Some([b'u', digits @ ..]) => {
            let is_high =
                matches!(digits, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B', _, _]);
            digits.len() >= UNIT_BYTES - 2 && !is_high
        }
        Some(_) => true,
    }
}

/// Bytes of an escape of the form `\uXXXX`.
const UNIT_BYTES: usize = 6;
