//! A command, where it runs, and what counts as the same.

use super::advise::{Outcome, Place};
use super::trees::Kind;

/// A generated command.
#[derive(Debug, Clone)]
pub struct Pair {
    pub kind: Kind,
    pub place: Place,
    /// The search, listing or run.
    pub base: String,
    /// What reads it: filters behind pipes, or what runs by its status.
    pub rest: String,
    /// The base where no blank in a name breaks it.
    pub mended: String,
    /// Its lines are names, of folders too.
    pub lists: bool,
    pub outcome: Outcome,
    pub check: Check,
}

/// What the advised command must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It finds what the original finds. `named`: the original names the file of each line.
    Same { named: bool },
    /// It narrows what was too much.
    Narrow,
    /// It finds what grep finds with the pattern.
    Pattern,
    /// It lists a part of the tree.
    Listing,
    /// It shows whether the run fails.
    Masked { fails: bool },
    /// It prints no secret.
    Secret,
    /// It prints less.
    Large,
    /// It loses no work.
    Git { is_linked: bool },
}

impl Check {
    /// Whether it looks at the advice of a rule.
    pub fn is_about(self, rule: &str) -> bool {
        match self {
            Self::Same { .. } | Self::Narrow => true,
            Self::Pattern => rule == "rg-bre-alternation",
            Self::Listing => rule == "list-tree-unbounded",
            Self::Masked { .. } => rule == "masked-exit-pipe",
            Self::Secret => rule == "secret-printed",
            Self::Large => rule.ends_with("-large") || rule.ends_with("-verbose"),
            Self::Git { .. } => rule.starts_with("git-"),
        }
    }
}

impl Pair {
    /// A search that prints much.
    pub fn search(kind: Kind, place: Place, base: String, rest: &str) -> Self {
        let printed = "src/main.rs:10:    let foo = bar(1);\n".repeat(300);
        Self {
            kind,
            place,
            mended: base.clone(),
            base,
            rest: rest.to_owned(),
            lists: false,
            outcome: Outcome::Printed(printed),
            check: Check::Same { named: true },
        }
    }

    /// Whether a filter reads what is found.
    pub fn is_read(&self) -> bool {
        self.rest.replace("||", "").contains('|')
    }

    /// The whole command.
    pub fn command(&self) -> String {
        format!("{}{}", self.base, self.rest)
    }
}

/// How a pair compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both find the same.
    Equal,
    /// They differ in what the advice announces.
    Announced,
    /// The original is refused by its own program: nobody means it.
    Refused,
    /// They differ.
    Unequal { reason: &'static str, shown: String },
}
