//! Staging more than was meant.

use super::support::call::{before, prefix};
use super::support::command::{Git, subcommand};
use super::support::look::{looked_since_edits, looks};
use super::support::output::{printed, reports_commit};
use super::support::repository::is_fresh;
use super::support::work::stashes_all;
use crate::base::text;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::{Command, Word};

/// Calls before this one in which a look at what changed counts, as long as nothing is edited.
const LOOKED_CALLS: usize = 3;

const MERGED: &str = "0000000000000000000000000000000000000000 \
                      1111111111111111111111111111111111111111 a <a@b> 1700000000 \
                      +0000\tcommit (merge): Merge branch 'x'\n";

pub(crate) const RULE: Rule = Rule {
    id: "git-add-all",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git add -A, git add ., git commit -a",
    why: "It stages secrets, build output and other agents' work along with the change: 239 \
          ambient files landed on main in raddue/crucible#321.",
    lesson: Some(
        "Stage files by name: `git add -A` and `git commit -a` also take what is not part of the change.",
    ),
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["add", "stage", "commit"],
        signs: &["-", ".", "/", "*", "$"],
        check: |case, command| {
            let staging = Staging::of(command).ok_or(Miss::No)?;
            staging.check_harm(case, command)?;
            Ok(Finding::new(staging.advice(case, command)))
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["add"],
        signs: &[],
        check: |_, command| check(Staging::of(command).is_none()),
    }),
    needs: &[],
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("git add -A").says("git add -A stages every change"),
        Example::bash("git -C repo add --all").says("`git -C repo status --short`"),
        Example::bash("git add '*'"),
        Example::bash("git stage ."),
        Example::bash("cd app && git add ./").says("git add ./ stages"),
        Example::bash("git add . && git commit -m x").says("`git show --stat HEAD`"),
        Example::bash("git add -A && git commit -m wip && git reset --hard HEAD~1")
            .says("next time add files by name"),
        Example::bash("git commit -am 'fix it'").says("git commit -a put every change"),
        Example::bash("git commit --all --message=x"),
        // What the agent edited since it has not seen.
        Example::bash("git add -A")
            .given(&[Given::After("git diff --stat"), Given::Edited("/r/a.rs")]),
        // One more file went in than it edited; a new file that it did not write; it is not seen.
        Example::bash("git add -A && git commit -m x").given(&[
            Given::Cwd("/r"),
            Given::Edited("/r/a.rs"),
            Given::Output("[main 1234567] x\n 2 files changed, 9 insertions(+)"),
        ]),
        Example::bash("git add -A && git commit -m x").given(&[
            Given::Cwd("/r"),
            Given::Edited("/r/a.rs"),
            Given::Output(
                "[main 1234567] x\n 1 file changed, 9 insertions(+)\n create mode 100644 b.rs",
            ),
        ]),
        Example::bash("git add -A && git commit -m x | head -2").given(&[
            Given::Cwd("/r"),
            Given::Edited("/r/a.rs"),
            Given::Output("[main 1234567] x\n 1 file changed, 9 insertions(+)"),
        ]),
        Example::bash("git add *").says("git add * stages"),
        Example::bash("bash -lc 'git add -Av'"),
        Example::bash("git add \"$PWD\""),
        Example::bash("git add $(git rev-parse --show-toplevel)"),
        Example::bash("cd sub && git add ../"),
        Example::bash("sudo git add --al").says("`sudo git status --short`"),
    ],
    misses: &[
        Example::bash("git add -u"),
        Example::bash("git add -p"),
        Example::bash("git add -A -- docs/"),
        Example::bash("git add -n ."),
        Example::bash("git add src/ tests/a.py"),
        Example::bash("git init && git add . && git commit -m first"),
        Example::bash("git add .").given(&[Given::File(".git/HEAD", "ref: refs/heads/main\n")]),
        Example::bash("git commit -m 'git add -A'"),
        Example::bash("git commit --amend -m 'add all . files'"),
        Example::bash("git add .gitignore"),
        Example::bash("docker exec app git add -A"),
        Example::bash("git add -A")
            .given(&[Given::Failed("Exit code 128\nfatal: not a git repository")]),
        Example::bash("git add -u ."),
        Example::bash("git commit -F - <<'EOF'\ngit add -A\nEOF"),
        Example::bash("git add --help"),
        Example::bash("git ls-files -m | xargs git add -A"),
        Example::bash("git add -N ."),
        Example::bash("git add --refresh ."),
        Example::bash("git commit -uall -m x"),
        Example::bash("git commit -Sabc -m x"),
        Example::bash("git add -- . ':!secrets'"),
        Example::bash("git stash -u && git add ."),
        Example::bash("GIT_INDEX_FILE=/tmp/i git add -A"),
        Example::bash("git status --short && git add -A && git commit -m x"),
        Example::bash("git add -A && git diff --cached --stat"),
        Example::bash("git add -A").given(&[Given::After("git status --short")]),
        Example::bash("git add -A")
            .given(&[Given::After("git diff --stat"), Given::After("go run . --help | grep refs")]),
        Example::bash("git add -A && git commit -m x")
            .given(&[Given::After("git status --short && echo && git diff --stat")]),
        Example::bash("git add -A && git commit -m x")
            .given(&[Given::After("git status && echo \"---DIFF SUMMARY---\" && git diff --stat")]),
        Example::bash("git add -A").given(&[Given::After("git diff HEAD --stat; git status -s")]),
        // The session edited as many files as went in, and wrote the new one.
        Example::bash("git add -A && git commit -m x 2>&1 | tail -3").given(&[
            Given::Cwd("/r"),
            Given::Edited("/r/a.rs"),
            Given::Edited("/r/new.rs"),
            Given::Output(
                "[main 1234567] x\n 2 files changed, 9 insertions(+)\n create mode 100644 new.rs",
            ),
        ]),
        Example::bash("git add -A && git commit --no-edit")
            .given(&[Given::Branch("main"), Given::File(".git/logs/HEAD", MERGED)]),
        Example::bash("git add .")
            .given(&[Given::Branch("main"), Given::File(".git/MERGE_HEAD", "x")]),
        Example::bash("git add \"$PWD/src\""),
    ],
    since: "0.1.0",
};

/// A command that stages whatever changed.
struct Staging<'c> {
    git: Git<'c>,
    /// The command in short: `git add -A`.
    how: String,
}

impl<'c> Staging<'c> {
    fn of(command: &'c Command) -> Option<Self> {
        // xargs adds the names of files to the command: it does not stage everything.
        if command.is_under("xargs") {
            return None;
        }
        let git = Git::of(command)?;
        let chooses = git.has('p', "patch") || git.has_long("interactive");
        if chooses || git.has_long("help") || git.has_long("dry-run") {
            return None;
        }
        let how = match git.sub {
            "commit" => git.has('a', "all").then(|| "git commit -a".to_owned())?,
            "add" | "stage" => added(&git)?,
            _ => return None,
        };
        Some(Self { git, how })
    }

    /// Misses where all that is staged is wanted, or was looked at.
    fn check_harm(&self, case: &Case, command: &Command) -> Check<()> {
        if is_fresh(case) {
            return Err(Miss::Near("the repository is new"));
        }
        let own_index = |other: &Command| {
            let exports = |word: &Word| word.text.starts_with("GIT_INDEX_FILE=");
            other.assigned("GIT_INDEX_FILE").is_some() || other.args.iter().any(exports)
        };
        if own_index(command) || before(case, command).any(own_index) {
            return Err(Miss::Near("it is an index of its own"));
        }
        if stashes_all(case, command) {
            return Err(Miss::Near("all that changed was stashed before"));
        }
        if case.environment.is_merging() || makes_first_or_merge(case) {
            return Err(Miss::Near("it is the first commit, or that of a merge"));
        }
        if case.commands().any(looks) || looked_since_edits(case, LOOKED_CALLS, &self.git) {
            return Err(Miss::Near("the agent looked at what changed"));
        }
        if commits_own_edits(case) {
            return Err(Miss::Near("the session edited as many files as went in"));
        }
        Ok(())
    }

    fn advice(&self, case: &Case, command: &Command) -> Advice {
        let Self { git, how } = self;
        let globals = git.global_text();
        let before = prefix(case, command);
        if case.commands().any(|other| subcommand(other) == Some("commit")) {
            // The index is empty by now: only the commit shows what went in, if it is still the last.
            let before = before.filter(|_| !moves_head(case, command));
            return Advice::with_rewrite(
                format!("{how} put every change into the commit, wanted or not; see what went in"),
                before.map(|before| format!("{before}git {globals}show --stat HEAD")),
                format!("{how} puts every change into the commit: next time add files by name"),
            );
        }
        Advice::with_rewrite(
            format!("{how} stages every change, wanted or not; see what went in before the commit"),
            before.map(|before| format!("{before}git {globals}status --short")),
            format!("{how} stages every change, wanted or not: next time add files by name"),
        )
    }
}

/// Whether HEAD is another commit by the end of the call than the one that follows `command`.
fn moves_head(case: &Case, command: &Command) -> bool {
    const MOVES: [&str; 8] =
        ["reset", "checkout", "switch", "rebase", "revert", "merge", "pull", "cherry-pick"];
    let script = case.script();
    let later = script.map(|script| script.after(command)).unwrap_or_default();
    let own = usize::from(subcommand(command) == Some("commit"));
    let commits = later.iter().filter(|other| subcommand(other) == Some("commit")).count() + own;
    commits > 1
        || later.iter().any(|other| subcommand(other).is_some_and(|sub| MOVES.contains(&sub)))
}

/// Whether git reports no more files in the commit than this session edited, and no new one that it
/// did not write itself. Behind the line with the count git lists what is new, so that an output
/// of which only the beginning may be missing is whole.
fn commits_own_edits(case: &Case) -> bool {
    let is_commit = |other: &&Command| subcommand(other) == Some("commit");
    let Some(commit) = case.commands().filter(is_commit).last() else { return false };
    let filter = case
        .script()
        .zip(commit.stage)
        .and_then(|(script, stage)| script.last_stage(stage.pipeline));
    let is_whole =
        filter.unwrap_or(commit).shows_output() && filter.is_none_or(|filter| filter.is("tail"));
    if !is_whole {
        return false;
    }
    let text = printed(case);
    if text.lines().filter(|line| reports_commit(line)).count() != 1 {
        return false;
    }
    let mut lines = text.lines().skip_while(|line| !reports_commit(line)).skip(1);
    let Some(changed) = lines.find_map(changed_files) else { return false };
    let root = case.environment.work_tree().or(case.environment.cwd());
    let is_own = |line: &str| {
        let path = line.strip_prefix(" create mode ").and_then(|line| line.split_once(' '));
        path.is_none_or(|(_, path)| root.is_some_and(|root| case.edited_lately(&root.join(path))))
    };
    changed <= case.files_edited_lately() && lines.all(is_own)
}

/// The count in ` 3 files changed, 9 insertions(+)`.
fn changed_files(line: &str) -> Option<usize> {
    let (count, rest) = line.strip_prefix(' ')?.split_once(" file")?;
    let is_count = rest.starts_with(" changed") || rest.starts_with("s changed");
    count.parse().ok().filter(|_| is_count)
}

/// Whether the call made the first commit of a repository, or that of a merge.
fn makes_first_or_merge(case: &Case) -> bool {
    let is_logged = || {
        let made = case.environment.last_reflog();
        made.is_some_and(|made| made.starts_with("commit (merge)"))
    };
    let commits = case.commands().any(|other| subcommand(other) == Some("commit"));
    commits
        && (is_logged()
            || printed(case).lines().any(|line| {
                reports_commit(line)
                    && line.split_once("] ").is_some_and(|(head, title)| {
                        head.contains("(root-commit)") || title.starts_with("Merge ")
                    })
            }))
}

/// `git add` in short, if it adds everything.
fn added(git: &Git) -> Option<String> {
    // These add tracked files only, ask a person, or add no content.
    let narrows = git.has('n', "dry-run")
        || git.has('u', "update")
        || git.has('i', "interactive")
        || git.has('e', "edit")
        || git.has('N', "intent-to-add")
        || git.has_long("refresh");
    if narrows {
        return None;
    }
    let operands = git.operands();
    let leaves_out =
        |word: &&Word| [":!", ":^", ":(exclude"].iter().any(|magic| word.text.starts_with(magic));
    if operands.iter().any(leaves_out) {
        return None;
    }
    let is_whole = |word: &&&Word| match word.text.as_str() {
        "." | "./" | ":/" | "*" | "./*" | ":/*" | ":(top)" | ".." | "../" | "$PWD" | "${PWD}" => {
            true
        }
        "$()" => word.raw.contains("git rev-parse --show-toplevel") || word.raw.contains("$(pwd)"),
        _ => false,
    };
    let whole = operands.iter().find(is_whole);
    match whole {
        Some(word) => Some(format!("git {} {}", git.sub, text::excerpt(&word.raw))),
        None if operands.is_empty() && git.has('A', "all") => Some(format!("git {} -A", git.sub)),
        None => None,
    }
}
