//! Conflicts that a merge, rebase, pull or cherry-pick left in the work tree.

use std::path::Path;

use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::{Command, options};

/// How much of an output or error is searched, bytes.
const SEARCHED_BYTES: usize = 16 << 10;

/// Files that are named; of more only their number is told.
const NAMED: usize = 2;

const BOTH: &str = "Exit code 1\nAuto-merging a.py\nCONFLICT (content): Merge conflict in a.py\nCONFLICT (content): Merge conflict in src/b.py\nerror: could not apply 1234567... x";
const ONE: &str = "Exit code 1\nCONFLICT (content): Merge conflict in a.py\nAutomatic merge failed; fix conflicts and then commit the result.";

pub(crate) const RULE: Rule = Rule {
    id: "git-merge-conflict",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "a merge or rebase that stopped at conflicts",
    why: "The reflex is checkout --theirs or reset --hard, which drops one side's work; git waits for an edit of the \
          files, an add, and a --continue that opens no editor.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["merge", "rebase", "pull", "cherry-pick", "revert"],
        signs: &[],
        check: |case, command| legacy::on_command(case, command, |case, command| match Stop::of(case, command) {
            Ok(_) => Verdict::Fires,
            Err(verdict) => verdict,
        }, ADVICE, KEY),
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git rebase main").given(&[Given::Failed(BOTH)]).says("conflicts in a.py, src/b.py; once edited and added: `GIT_EDITOR=: git rebase --continue`"),
        Example::bash("git merge feature").given(&[Given::Failed(ONE)]).says("`GIT_EDITOR=: git merge --continue`"),
        Example::bash("git cherry-pick abc123").given(&[Given::Failed(ONE)]).says("git cherry-pick --continue"),
        Example::bash("git revert abc123").given(&[Given::Failed(ONE)]).says("git revert --continue"),
        Example::bash("git pull --rebase origin main").given(&[Given::Failed(BOTH)]).says("git rebase --continue"),
        Example::bash("git pull origin main").given(&[Given::Failed(ONE), Given::File(".git/MERGE_HEAD", "x")]).says("git merge --continue"),
        Example::bash("git pull").given(&[Given::Failed(ONE), Given::File(".git/rebase-merge/done", "x")]).says("git rebase --continue"),
        Example::bash("git merge feature | tail -5").given(&[Given::Output("CONFLICT (content): Merge conflict in a.py\n")]).says("conflicts in a.py"),
        Example::bash("git rebase main").given(&[Given::Failed(
            "Exit code 1\nCONFLICT (content): Merge conflict in a\nCONFLICT (content): Merge conflict in b\nCONFLICT (add/add): Merge conflict in c",
        )])
        .says("3 files"),
        Example::bash("git rebase main").given(&[Given::Failed("Exit code 1\nCONFLICT (content): Merge conflict in a b$(x).py")]).says("1 file"),
    ],
    misses: &[
        Example::bash("git merge x").given(&[Given::Output("Fast-forward")]),
        Example::bash("git merge x || git merge --abort").given(&[Given::Failed(ONE)]),
        Example::bash("git merge --abort").given(&[Given::Failed(ONE)]),
        Example::bash("git rebase --skip && git status").given(&[Given::Output("Successfully rebased")]),
        Example::bash("git log --grep 'CONFLICT (content)'").given(&[Given::Output("CONFLICT (content): Merge conflict in a")]),
        Example::bash("git merge-tree a b").given(&[Given::Output("CONFLICT (content): Merge conflict in a.py")]),
        Example::bash("git merge feature -X theirs").given(&[Given::Output("Merge made by the 'ort' strategy.")]),
        Example::bash("git merge x").given(&[Given::Failed("Exit code 1\nmerge: x - not something we can merge")]),
        Example::bash("git rebase main").given(&[Given::Failed("Exit code 1\nerror: cannot rebase: You have unstaged changes.")]),
        Example::bash("ssh host git merge x").given(&[Given::Failed(ONE)]),
        Example::bash("(cd sub && git merge x)").given(&[Given::Failed(ONE)]),
        Example::bash("git -C ../other merge x").given(&[Given::Failed(ONE)]),
        Example::bash("git merge --squash x").given(&[Given::Failed(ONE)]),
        Example::bash("git merge x && cat notes").given(&[Given::Output("on CONFLICT (content) see docs")]),
        Example::bash("echo 'git merge x'").given(&[Given::Output("CONFLICT (content): Merge conflict in a.py")]),
        Example::bash("git pull").given(&[Given::Failed(ONE)]),
        Example::bash("git merge x; git reset --merge").given(&[Given::Failed(ONE)]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> =
    |case, occasion| Stop::of(case, occasion.command?).ok()?.advice();
const KEY: Key = Key::Rule;

/// Where git stopped.
struct Stop {
    /// What goes on: `merge`, `rebase`, ...
    operation: &'static str,
    files: Vec<String>,
}

impl Stop {
    /// # Errors
    /// The verdict where it did not stop, or went on since.
    fn of(case: &Case, command: &Command) -> Result<Self, Verdict> {
        let text = printed(case);
        let files: Vec<String> = text.lines().filter_map(conflict).map(str::to_owned).collect();
        if files.is_empty() {
            return Err(Verdict::No);
        }
        let (at, sub) = options::subcommand("git", &command.args).ok_or(Verdict::No)?;
        let has = |option: &str| command.args.iter().any(|word| word.is(option));
        if has("--abort") || has("--quit") || has("--squash") || has("-n") || has("--no-commit") {
            return Err(Verdict::Near("there is nothing that goes on with --continue"));
        }
        // Something else came after it, or it ran in another folder.
        let elsewhere = at > 0 || case.folder_of(command).as_deref() != case.environment.cwd();
        if elsewhere || command.depth > 0 {
            return Err(Verdict::Near("it ran in another folder"));
        }
        let undone = |other: &Command| {
            other.is("git")
                && other
                    .args
                    .iter()
                    .any(|word| matches!(word.text.as_str(), "--abort" | "reset" | "--skip"))
        };
        if case.commands().any(undone) {
            return Err(Verdict::Near("the call itself gave it up"));
        }
        let operation = match sub {
            "merge" => "merge",
            "rebase" => "rebase",
            "cherry-pick" => "cherry-pick",
            "revert" => "revert",
            "pull" if has("--rebase") || has("-r") => "rebase",
            "pull" => pulled(case.environment.work_tree())
                .ok_or(Verdict::Near("how it pulled is not known"))?,
            _ => return Err(Verdict::No),
        };
        Ok(Self { operation, files })
    }

    fn advice(&self) -> Option<Advice> {
        let plain_name = |name: &String| {
            name.len() <= 40
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
        };
        let count = self.files.len();
        let files = if count <= NAMED && self.files.iter().all(plain_name) {
            self.files.join(", ")
        } else {
            format!("{count} file{}", if count == 1 { "" } else { "s" })
        };
        let operation = self.operation;
        let short = format!(
            "git {operation} stopped at conflicts; once the files are edited and added, git {operation} --continue goes on"
        );
        legacy::better(
            format!("git {operation} stopped at conflicts in {files}; once edited and added"),
            format!("GIT_EDITOR=: git {operation} --continue"),
            short,
        )
    }
}

/// The file of a line that tells of a conflict.
fn conflict(line: &str) -> Option<&str> {
    let (kind, rest) = line.trim().strip_prefix("CONFLICT (")?.split_once("): ")?;
    let file = rest.strip_prefix("Merge conflict in ")?;
    kind.chars().all(|c| c.is_ascii_lowercase() || c == '/').then_some(file)
}

/// What a pull left unfinished.
fn pulled(root: Option<&Path>) -> Option<&'static str> {
    let git = root?.join(".git");
    if git.join("MERGE_HEAD").exists() {
        return Some("merge");
    }
    ["rebase-merge", "rebase-apply"]
        .iter()
        .any(|folder| git.join(folder).exists())
        .then_some("rebase")
}

/// What the call printed, or its error.
fn printed(case: &Case) -> String {
    if !case.event.succeeded() {
        return case.event.error_text(SEARCHED_BYTES);
    }
    case.event.shell().stdout.head(SEARCHED_BYTES)
}
