//! Why the project around a folder is not known.

/// Why the project around a folder is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// There is none.
    NoProject,
    /// The files of the project do not make it clear. This says what is missing.
    Unclear(&'static str),
}
