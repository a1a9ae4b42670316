//! Conflicts that a merge, rebase, pull or cherry-pick left in the work tree.

use std::path::Path;

use super::support::call::ran_here;
use super::support::command::Git;
use super::support::output::printed;
use crate::base::read;
use crate::base::text;
use crate::protocol::client::Client;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::Command;

/// At most so many files are named; of more, the advice only gives the number.
const NAMED: usize = 2;

const BOTH: &str = "Exit code 1\nAuto-merging a.py\nCONFLICT (content): Merge conflict in \
                    a.py\nCONFLICT (content): Merge conflict in src/b.py\nerror: could not apply \
                    1234567... x";
const ONE: &str = "Exit code 1\nCONFLICT (content): Merge conflict in a.py\nAutomatic merge \
                   failed; fix conflicts and then commit the result.";

const POPPED: &str = "Exit code 1\nAuto-merging a.py\nCONFLICT (content): Merge conflict in \
                      a.py\nThe stash entry is kept in case you need it again.";

pub(crate) const RULE: Rule = Rule {
    id: "git-merge-conflict",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "a merge or rebase that stopped at conflicts",
    why: "The reflex is checkout --theirs or reset --hard, which drops one side's work; git waits \
          for an edit of the files, an add, and a --continue that opens no editor.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["merge", "rebase", "pull", "cherry-pick", "revert", "stash"],
        signs: &[],
        check: |case, command| {
            let stop = Stop::of(case, command)?;
            Ok(Finding::new(stop.advice()))
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git rebase main").given(&[Given::Failed(BOTH), Given::Codex]).says(
            "conflicts in a.py, src/b.py: edit them, git add them, then: `GIT_EDITOR=: git rebase \
             --continue`",
        ),
        Example::bash("git merge feature")
            .given(&[Given::Failed(ONE), Given::Codex])
            .says("`GIT_EDITOR=: git merge --continue`"),
        Example::bash("git cherry-pick abc123")
            .given(&[Given::Failed(ONE), Given::Codex])
            .says("git cherry-pick --continue"),
        Example::bash("git revert abc123")
            .given(&[Given::Failed(ONE), Given::Codex])
            .says("git revert --continue"),
        Example::bash("git pull --rebase origin main")
            .given(&[Given::Failed(BOTH), Given::Codex])
            .says("git rebase --continue"),
        Example::bash("git pull origin main")
            .given(&[Given::Failed(ONE), Given::Codex, Given::File(".git/MERGE_HEAD", "x")])
            .says("git merge --continue"),
        Example::bash("git pull")
            .given(&[Given::Failed(ONE), Given::Codex, Given::File(".git/rebase-merge/done", "x")])
            .says("git rebase --continue"),
        Example::bash("git merge feature | tail -5")
            .given(&[Given::Output("CONFLICT (content): Merge conflict in a.py\n"), Given::Codex])
            .says("conflicts in a.py"),
        Example::bash("git rebase main")
            .given(&[
                Given::Codex,
                Given::Failed(
                    "Exit code 1\nCONFLICT (content): Merge conflict in a\nCONFLICT (content): \
                     Merge conflict in b\nCONFLICT (add/add): Merge conflict in c",
                ),
            ])
            .says("3 files"),
        Example::bash("git rebase main")
            .given(&[
                Given::Codex,
                Given::Failed("Exit code 1\nCONFLICT (content): Merge conflict in a b$(x).py"),
            ])
            .says("1 file"),
        Example::bash("git stash pop")
            .given(&[Given::Failed(POPPED)])
            .says("conflicts in a.py and kept the stash"),
        Example::bash("git stash apply stash@{1}").given(&[Given::Failed(POPPED)]),
        Example::bash("git checkout main && git stash pop 2>&1 | tail -5")
            .given(&[Given::Output("CONFLICT (content): Merge conflict in a.py\n")]),
    ],
    misses: &[
        Example::bash("git merge feature").given(&[Given::Failed(ONE)]),
        Example::bash("git cherry-pick abc123").given(&[Given::Failed(ONE)]),
        Example::bash("git merge -m --abort x").given(&[Given::Failed(ONE)]),
        Example::bash("git stash pop").given(&[Given::Output("Dropped refs/stash@{0}")]),
        Example::bash("git stash list && git stash show").given(&[Given::Failed(POPPED)]),
        Example::bash("git stash pop; git checkout --theirs . && git reset")
            .given(&[Given::Failed(POPPED)]),
        Example::bash("git merge x").given(&[Given::Output("Fast-forward")]),
        Example::bash("git merge x || git merge --abort")
            .given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("git merge --abort").given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("git rebase --skip && git status")
            .given(&[Given::Output("Successfully rebased")]),
        Example::bash("git log --grep 'CONFLICT (content)'")
            .given(&[Given::Output("CONFLICT (content): Merge conflict in a")]),
        Example::bash("git merge-tree a b")
            .given(&[Given::Output("CONFLICT (content): Merge conflict in a.py")]),
        Example::bash("git merge feature -X theirs")
            .given(&[Given::Output("Merge made by the 'ort' strategy.")]),
        Example::bash("git merge x")
            .given(&[Given::Failed("Exit code 1\nmerge: x - not something we can merge")]),
        Example::bash("git rebase main").given(&[Given::Failed(
            "Exit code 1\nerror: cannot rebase: You have unstaged changes.",
        )]),
        Example::bash("ssh host git merge x").given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("(cd sub && git merge x)").given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("git -C ../other merge x").given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("git merge --squash x").given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("git merge x && cat notes")
            .given(&[Given::Output("on CONFLICT (content) see docs")]),
        Example::bash("echo 'git merge x'")
            .given(&[Given::Output("CONFLICT (content): Merge conflict in a.py")]),
        Example::bash("git pull").given(&[Given::Failed(ONE), Given::Codex]),
        Example::bash("git merge x; git reset --merge").given(&[Given::Failed(ONE), Given::Codex]),
    ],
    since: "0.1.0",
};

/// Where git stopped.
struct Stop {
    /// The command that `--continue` resumes: `merge`, `rebase`, ...
    operation: &'static str,
    /// The files with conflicts.
    files: Vec<String>,
}

impl Stop {
    fn of(case: &Case, command: &Command) -> Check<Self> {
        let text = printed(case);
        let files: Vec<String> =
            text.lines().filter_map(conflicting_file).map(str::to_owned).collect();
        if files.is_empty() {
            return Err(Miss::No);
        }
        let git = Git::of(command).ok_or(Miss::No)?;
        let ends = ["abort", "quit", "squash", "no-commit"].iter().any(|how| git.has_long(how));
        // `-n` of merge, rebase and pull leaves out a summary.
        if ends || matches!(git.sub, "cherry-pick" | "revert") && git.has_short('n') {
            return Err(Miss::Near("there is nothing that goes on with --continue"));
        }
        if !ran_here(case, command, &git) {
            return Err(Miss::Near("it ran in another folder"));
        }
        if case.commands().any(gives_up) {
            return Err(Miss::Near("the call itself gave it up"));
        }
        if git.sub == "stash" {
            let operands = git.operands();
            let is_pop = operands.first().is_some_and(|verb| verb.is("pop"));
            check(is_pop || operands.first().is_some_and(|verb| verb.is("apply")))?;
            return Ok(Self { operation: if is_pop { "stash pop" } else { "stash apply" }, files });
        }
        // Its shell has no terminal for an editor, and git says itself what goes on.
        if matches!(case.environment.client, Client::Claude(_)) {
            return Err(Miss::Near("no editor can hang here"));
        }
        let operation = match git.sub {
            "merge" => "merge",
            "rebase" => "rebase",
            "cherry-pick" => "cherry-pick",
            "revert" => "revert",
            "pull" if git.has('r', "rebase") => "rebase",
            "pull" => unfinished_operation(case.environment.work_tree())
                .ok_or(Miss::Near("how it pulled is not known"))?,
            _ => return Err(Miss::No),
        };
        Ok(Self { operation, files })
    }

    fn advice(&self) -> Advice {
        let Self { operation, files } = self;
        let count = files.len();
        let files = if count <= NAMED && files.iter().all(|name| is_plain(name)) {
            files.join(", ")
        } else {
            format!("{count} file{}", if count == 1 { "" } else { "s" })
        };
        match *operation {
            "stash pop" => {
                return Advice::plain(format!(
                    "git stash pop stopped at conflicts in {files} and kept the stash: edit and git \
                     add them, and drop that stash only then"
                ));
            }
            "stash apply" => {
                return Advice::plain(format!(
                    "git stash apply stopped at conflicts in {files}: edit them and git add them; \
                     the stash is still there"
                ));
            }
            _ => {}
        }
        Advice::better(
            format!(
                "git {operation} stopped at conflicts in {files}: edit them, git add them, then"
            ),
            format!("GIT_EDITOR=: git {operation} --continue"),
            format!(
                "git {operation} stopped at conflicts: edit the files, git add them, then git \
                 {operation} --continue"
            ),
        )
    }
}

/// The file of a line that reports a conflict.
fn conflicting_file(line: &str) -> Option<&str> {
    let (kind, rest) = line.trim().strip_prefix("CONFLICT (")?.split_once("): ")?;
    let file = rest.strip_prefix("Merge conflict in ")?;
    kind.chars().all(|c| c.is_ascii_lowercase() || c == '/').then_some(file)
}

/// Whether a command gives up what git stopped in.
fn gives_up(command: &Command) -> bool {
    let ends = |text: &str| matches!(text, "--abort" | "reset" | "--skip");
    command.is("git") && command.args.iter().any(|word| ends(&word.text))
}

/// What a pull left unfinished in the work tree.
fn unfinished_operation(work_tree: Option<&Path>) -> Option<&'static str> {
    let git = work_tree?.join(".git");
    if read::exists(git.join("MERGE_HEAD")) {
        return Some("merge");
    }
    ["rebase-merge", "rebase-apply"]
        .iter()
        .any(|folder| read::exists(git.join(folder)))
        .then_some("rebase")
}

/// Whether a file's name can be said as it is.
fn is_plain(name: &str) -> bool {
    name.len() <= text::MAX_QUOTED_CHARS && text::is_plain_name(name)
}
