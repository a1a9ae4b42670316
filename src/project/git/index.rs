//! Reads the index of a git work tree, versions 2 to 4: the tracked paths, with the size and time
//! that each file had when git last looked. Starting git for this would cost more than the rest of
//! a call.

/// Largest index that is read, bytes: 50,000 paths of 100 bytes, with 62 bytes of numbers each.
pub(crate) const MAX_BYTES: u64 = 8 << 20;

/// Most paths of an index that is read.
pub(crate) const MAX_PATHS: u32 = 50_000;

/// Bytes of an entry's ten numbers, which an object name follows.
const NUMBERS_BYTES: usize = 40;

/// Bytes of an object name, and of the checksum at the end: SHA-1 or SHA-256.
const NAME_BYTES: [usize; 2] = [20, 32];

/// The flag that says that a second word of flags follows.
const EXTENDED: u16 = 0x4000;

/// The flag bits that contain the path's length, or are all set if it does not fit.
const LENGTH: u16 = 0x0fff;

/// One tracked path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEntry<'i> {
    /// The path relative to the work tree, with `/` between its parts.
    pub path: &'i [u8],
    /// The size of the file in bytes, truncated to 32 bits.
    pub size: u32,
    /// When the file was last modified, unix time in seconds, truncated to 32 bits.
    pub(crate) modified: u32,
}

/// Calls `visit` with each tracked path of `index`, in order. `None` if the index is too large, not
/// of a known kind, or only a part of what git tracks: a split index, whose other part is in another
/// file, or a sparse one, which names folders instead of their files. `visit` may have got some of
/// its paths by then.
pub fn visit(index: &[u8], mut visit: impl FnMut(IndexEntry)) -> Option<()> {
    let mut rest = Reader(index);
    if rest.bytes(4)? != b"DIRC" {
        return None;
    }
    let version = rest.number()?;
    let count = rest.number()?;
    if !(2..=4).contains(&version) || count > MAX_PATHS {
        return None;
    }
    let name_bytes = *NAME_BYTES.iter().find(|bytes| rest.fits(count, version, **bytes))?;
    let mut path = Vec::new();
    for _ in 0..count {
        let before = rest.0.len();
        let mut fixed = Reader(rest.bytes(NUMBERS_BYTES + name_bytes)?);
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
        let length = usize::from(flags & LENGTH);
        // In an index with other object names, the lengths do not agree.
        if length < usize::from(LENGTH) && length != path.len() {
            return None;
        }
        if version < 4 {
            // One to eight NULs pad the entry to a multiple of eight bytes; one is read already.
            let length = before - rest.0.len();
            rest.bytes(length.next_multiple_of(8) - length)?;
        }
        visit(IndexEntry { path: &path, size, modified });
    }
    rest.ends(name_bytes)
}

struct Reader<'i>(&'i [u8]);

impl<'i> Reader<'i> {
    fn bytes(&mut self, count: usize) -> Option<&'i [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Whether the first of `count` entries, or the end behind none, is as with object names of
    /// this many bytes.
    fn fits(&self, count: u32, version: u32, name_bytes: usize) -> bool {
        let mut rest = Reader(self.0);
        if count == 0 {
            return rest.ends(name_bytes).is_some();
        }
        let mut length = || {
            rest.bytes(NUMBERS_BYTES + name_bytes)?;
            let flags = rest.short()?;
            if flags & EXTENDED != 0 {
                rest.short()?;
            }
            if version == 4 {
                rest.offset()?;
            }
            let length = rest.until_nul()?.len();
            Some(length.min(usize::from(LENGTH)) == usize::from(flags & LENGTH))
        };
        length() == Some(true)
    }

    /// Reads what is behind the entries: extensions and a checksum. `None` if it is not that, or if
    /// git could not do without an extension, which begins with a small letter then: `link` of a
    /// split index, `sdir` of a sparse one.
    fn ends(&mut self, checksum_bytes: usize) -> Option<()> {
        while self.0.len() > checksum_bytes {
            let name = self.bytes(4)?;
            if !name.first()?.is_ascii_uppercase() {
                return None;
            }
            let length = self.number()?;
            self.bytes(usize::try_from(length).ok()?)?;
        }
        (self.0.len() == checksum_bytes).then_some(())
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

    /// A number of variable length, encoded as offsets in pack files are.
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
    fn unknown_versions_and_torn_indexes_are_refused() {
        assert_eq!(paths(b""), None);
        assert_eq!(paths(b"DIRC\0\0\0\x05\0\0\0\0"), None);
        assert_eq!(paths(b"DIRC\0\0\0\x02\xff\xff\xff\xff"), None);
        assert_eq!(paths(b"DIRC\0\0\0\x02\0\0\0\0"), None);
        let empty = [&b"DIRC\0\0\0\x02\0\0\0\0"[..], &[7; 20]].concat();
        assert_eq!(paths(&empty), Some(Vec::new()));
        let of = |extension: &[u8]| [&empty[..12], extension, &[7; 32]].concat();
        assert_eq!(paths(&of(b"")), Some(Vec::new()));
        assert_eq!(paths(&of(b"TREE\0\0\0\x02ab")), Some(Vec::new()));
        for unknown in [&b"sdir\0\0\0\0"[..], b"link\0\0\0\x02ab", b"TREE\0\0\0\x03ab"] {
            assert_eq!(paths(&of(unknown)), None, "{unknown:?}");
        }
    }
}
