//! The index of a git work tree, versions 2 to 4: which paths are tracked, and the size and time
//! they had when git last looked. Starting git for it would cost more than all the rest.

/// Most bytes of an index that are read: 50,000 paths of 100 bytes with their 62 bytes of numbers
/// each.
pub const MAX_BYTES: u64 = 8 << 20;

/// Most paths that are looked at.
pub const MAX_PATHS: u32 = 50_000;

/// Bytes before an entry's flags, with SHA-1 names: ten numbers and the name.
const FIXED_BYTES: usize = 40 + 20;

/// The flag of an entry with a second word of flags.
const EXTENDED: u16 = 0x4000;

/// The flag bits that hold a path's length, as far as it fits.
const LENGTH: u16 = 0x0fff;

/// One tracked path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'i> {
    /// Relative to the work tree, `/` between its parts.
    pub path: &'i [u8],
    /// Bytes, cut to 32 bits.
    pub size: u32,
    /// When it was last changed, in seconds, cut to 32 bits.
    pub modified: u32,
}

/// Shows `visit` each tracked path of `index`, in order. `None` if it is no index of a known kind,
/// or too large; what was shown then is not all there is.
pub fn visit(index: &[u8], mut visit: impl FnMut(Entry)) -> Option<()> {
    let mut rest = Reader(index);
    if rest.bytes(4)? != b"DIRC" {
        return None;
    }
    let version = rest.number()?;
    let count = rest.number()?;
    if !(2..=4).contains(&version) || count > MAX_PATHS {
        return None;
    }
    let mut path = Vec::new();
    for _ in 0..count {
        let before = rest.0.len();
        let mut fixed = Reader(rest.bytes(FIXED_BYTES)?);
        fixed.bytes(8)?;
        let modified = fixed.number()?;
        fixed.bytes(24)?;
        let size = fixed.number()?;
        let flags = rest.short()?;
        if flags & EXTENDED != 0 {
            rest.short()?;
        }
        let kept = if version == 4 { path.len().checked_sub(rest.offset()?)? } else { 0 };
        path.truncate(kept);
        path.extend_from_slice(rest.until_nul()?);
        let told = usize::from(flags & LENGTH);
        // An index with longer object names does not come out even here.
        if told < usize::from(LENGTH) && told != path.len() {
            return None;
        }
        if version < 4 {
            // One to eight NULs up to a multiple of eight; one is behind us.
            let length = before - rest.0.len();
            rest.bytes(length.next_multiple_of(8) - length)?;
        }
        visit(Entry { path: &path, size, modified });
    }
    Some(())
}

struct Reader<'i>(&'i [u8]);

impl<'i> Reader<'i> {
    fn bytes(&mut self, count: usize) -> Option<&'i [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.bytes(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    fn short(&mut self) -> Option<u16> {
        self.bytes(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    fn until_nul(&mut self) -> Option<&'i [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = self.bytes(end)?;
        self.bytes(1)?;
        Some(text)
    }

    /// A number of variable length, as pack files write offsets.
    fn offset(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let byte = *self.bytes(1)?.first()?;
            value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(index: &[u8]) -> Option<Vec<(String, u32)>> {
        let mut found = Vec::new();
        visit(index, |entry| {
            found.push((String::from_utf8_lossy(entry.path).into_owned(), entry.size))
        })?;
        Some(found)
    }

    #[test]
    fn what_is_no_index_is_refused() {
        assert_eq!(paths(b""), None);
        assert_eq!(paths(b"DIRC\0\0\0\x05\0\0\0\0"), None);
        assert_eq!(paths(b"DIRC\0\0\0\x02\xff\xff\xff\xff"), None);
        assert_eq!(paths(b"DIRC\0\0\0\x02\0\0\0\0"), Some(Vec::new()));
    }
}
