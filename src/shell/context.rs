//! What the walk knows about the surroundings of a node, which a command there inherits.

use super::command::{Command, CommandId, Joined, Stage};

/// What the walk knows about the surroundings of a node.
#[derive(Debug, Clone)]
pub(super) struct NodeContext {
    pub(super) depth: u8,
    pub(super) joined: Joined,
    pub(super) stage: Option<Stage>,
    pub(super) reads_pipe: bool,
    pub(super) writes_pipe: bool,
    pub(super) group_redirected: bool,
    pub(super) background: bool,
    pub(super) in_substitution: bool,
    pub(super) in_subshell: bool,
    pub(super) is_condition: bool,
    pub(super) in_function: bool,
    pub(super) wrappers: Vec<&'static str>,
    pub(super) remote: bool,
    /// The spans of the nodes refer to the script's own text.
    pub(super) has_spans: bool,
}

impl NodeContext {
    /// Inside a group.
    pub(super) fn inside(&self) -> Self {
        Self { depth: self.depth + 1, joined: Joined::First, stage: None, ..self.clone() }
    }

    /// Inside a substitution or a separate script, to which the surrounding pipes do not apply.
    pub(super) fn detached(&self) -> Self {
        Self {
            reads_pipe: false,
            writes_pipe: false,
            group_redirected: false,
            background: false,
            is_condition: false,
            has_spans: false,
            ..self.inside()
        }
    }

    pub(super) fn substituted(&self) -> Self {
        Self { in_substitution: true, in_subshell: true, ..self.detached() }
    }

    /// A command in this context; `resolve` fills in the rest.
    pub(super) fn command(&self, id: CommandId) -> Command {
        Command {
            id,
            program: String::new(),
            spelled: String::new(),
            chars: None,
            args: Vec::new(),
            assignments: Vec::new(),
            redirections: Vec::new(),
            stage: self.stage,
            reads_pipe: self.reads_pipe,
            writes_pipe: self.writes_pipe,
            group_redirected: self.group_redirected,
            background: self.background,
            joined: self.joined,
            depth: self.depth,
            in_substitution: self.in_substitution,
            in_subshell: self.in_subshell,
            is_condition: self.is_condition,
            in_function: self.in_function,
            wrappers: self.wrappers.clone(),
            remote: self.remote,
        }
    }
}
