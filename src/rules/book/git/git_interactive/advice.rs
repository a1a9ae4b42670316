//! What the rule says of each thing that git asks for.

use super::ask::Ask;
use crate::rules::advice::Advice;
use crate::rules::book::git::support::call::can_run_again;
use crate::rules::book::git::support::command::Git;
use crate::rules::case::Case;
use crate::shell::Command;

/// How each sentence about an editor goes on.
const UNUSABLE: &str = "which cannot be used here";

impl Ask {
    /// What is said of `command`, which asks for this.
    pub(crate) fn advice(self, case: &Case, command: &Command, git: &Git) -> Advice {
        let sub = git.sub;
        let own = git.own_text();
        let head = format!("git {}{sub}", git.global_text());
        // A rewritten command would lose the assignments in front.
        let can_rewrite = command.assignments.is_empty() && can_run_again(case, command);
        match self {
            Self::Message | Self::TagMessage => {
                let from = if command.reads_pipe { "-F - from the pipe" } else { "-F from a file" };
                Advice::plain(format!(
                    "git {sub} takes its message from an editor, {UNUSABLE}: give it with -m, or \
                     with {from}"
                ))
            }
            Self::Amend => {
                let fact = format!("git commit --amend opens an editor, {UNUSABLE}");
                let keeps_words =
                    !git.has('e', "edit") && !git.own.iter().any(|word| word.raw == "--");
                Advice::with_rewrite(
                    format!("{fact}; -m gives a new message, this keeps the old one"),
                    (can_rewrite && keeps_words).then(|| format!("{head} {own} --no-edit")),
                    format!("{fact}: -m gives a new message, --no-edit keeps the old one"),
                )
            }
            Self::TodoList => {
                // A list that git makes is worth taking as it is, any other is meant to be edited.
                let is_made = git.has_long("autosquash") || git.has_long("exec");
                Advice::with_rewrite(
                    "git rebase -i opens an editor, which nobody can use here; this takes its list as it is",
                    (can_rewrite && is_made)
                        .then(|| format!("GIT_SEQUENCE_EDITOR=: GIT_EDITOR=: {head} {own}")),
                    format!(
                        "git rebase opens its list in an editor, {UNUSABLE}: let \
                         GIT_SEQUENCE_EDITOR name a command that edits it"
                    ),
                )
            }
            Self::Continue => {
                let fact =
                    format!("git {sub} --continue opens the message in an editor, {UNUSABLE}");
                Advice::with_rewrite(
                    format!("{fact}; this keeps it"),
                    can_rewrite.then(|| format!("GIT_EDITOR=true {head} {own}")),
                    format!("{fact}: GIT_EDITOR=true in front keeps it"),
                )
            }
            Self::AtTerminal => {
                let fact = format!("git {sub} opens an editor, {UNUSABLE}");
                Advice::with_rewrite(
                    format!("{fact}; this keeps the message that git makes"),
                    can_rewrite.then(|| format!("{head} --no-edit {own}")),
                    format!("{fact}: --no-edit keeps the message that git makes"),
                )
            }
            Self::EditOption => Advice::plain(format!(
                "git {sub} --edit opens an editor, {UNUSABLE}: without --edit it keeps the \
                 message that git makes"
            )),
            Self::Patch => Advice::plain(format!(
                "git add -e opens the patch in an editor, {UNUSABLE}: name whole files, or git \
                 apply --cached a patch file"
            )),
            Self::Note => Advice::plain(format!(
                "git notes takes its text from an editor, {UNUSABLE}: give it with -m, or with -F from a file"
            )),
            Self::Settings if sub == "branch" => Advice::plain(format!(
                "git branch --edit-description opens an editor, {UNUSABLE}: set it with git config \
                 branch.NAME.description TEXT"
            )),
            Self::Settings => Advice::plain(format!(
                "git config -e opens an editor, {UNUSABLE}: set one value with git config NAME VALUE"
            )),
            Self::Something => Advice::plain(format!(
                "git {sub} opened an editor, {UNUSABLE}: next time put GIT_EDITOR=true in front, which keeps the text as \
                 it is"
            )),
            Self::Answers if sub == "clean" => Advice::plain(
                "git clean -i asks at a terminal, and there is none here: -n in its place lists \
                 what would go, rm takes what is named",
            ),
            Self::Answers => {
                let how = if git.has('p', "patch") { "-p" } else { "-i" };
                Advice::plain(format!(
                    "git {sub} {how} asks at a terminal, and there is none here: name whole \
                     files, or pipe in the answers, one a line"
                ))
            }
        }
    }
}
