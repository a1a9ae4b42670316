//! Why the project around a folder is not known.

/// Why the project around a folder is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// There is none.
    NoProject,
    /// Its files do not say for certain; what is missing.
    Unclear(&'static str),
}
