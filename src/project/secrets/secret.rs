//! A secret that was found, and how sure a search must be.

/// A secret that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The kind of secret, with its article.
    pub(crate) kind: &'static str,
    /// The secret itself. It is only hashed and compared, and must go nowhere else.
    pub(crate) text: String,
    /// The variable that the command assigns it to, or that programs usually read it from.
    pub(crate) variable: Option<String>,
}

/// How much a text must look like a real secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// The text is used as a credential, so anything but a placeholder counts.
    Used,
    /// The text may be sample data, so `abcdef...` and `123456...` do not count.
    Data,
}

/// The longest prefix of `text` in which all characters are `allowed`.
pub(super) fn leading(text: &str, allowed: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !allowed(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
