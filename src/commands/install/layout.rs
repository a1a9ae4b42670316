//! The ways in which clients lay out hooks in their settings.

/// How a client lays out its hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HookLayout {
    /// The events are keys of `hooks`, not of the top object.
    pub(super) wrapped: bool,
    /// An event lists groups with a matcher, and a group lists the commands.
    pub(super) grouped: bool,
    /// The file has `"version": 1`.
    pub(super) versioned: bool,
    /// The key of a command is the shell that runs it, and the key of a time limit has its unit.
    pub(super) by_shell: bool,
}

impl HookLayout {
    /// Claude Code's, which most clients copied.
    pub(super) const GROUPS: Self =
        Self { wrapped: true, grouped: true, versioned: false, by_shell: false };
    /// The same without `hooks`.
    pub(super) const BARE: Self = Self { wrapped: false, ..Self::GROUPS };
    /// Cursor's.
    pub(super) const LIST: Self = Self { grouped: false, versioned: true, ..Self::GROUPS };
    /// Copilot's.
    pub(super) const COPILOT: Self = Self { by_shell: true, ..Self::LIST };
}
