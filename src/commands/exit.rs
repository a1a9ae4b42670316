//! The exit codes, in one list: `--help` and the manual pages are derived from it.

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked for.
    Done,
    /// It could not, or found a fault.
    Failed,
    /// Wrong usage.
    Usage,
    /// `explain --exit-code`: the hook would speak.
    Speaks,
}

impl Exit {
    /// All of them, in the order of their codes.
    pub(crate) const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::Usage, Self::Speaks];

    /// The code for the system.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Speaks => 3,
        }
    }

    /// The same in a word or two.
    pub(crate) fn in_short(self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::Failed => "failure",
            Self::Usage => "wrong usage",
            Self::Speaks => "would speak (explain --exit-code)",
        }
    }

    /// What it means, for users.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Done => "success; the hook always exits with 0, whatever it reads",
            Self::Failed => "failure, or `doctor` or `check` found a fault",
            Self::Usage => "wrong usage, such as an unknown option or rule",
            Self::Speaks => "with `explain --exit-code`: the hook would speak",
        }
    }
}
