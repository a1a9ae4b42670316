//! git commands that want an editor, or answers typed at a terminal.

use super::support::asking::{Ask, brings_editor};
use super::{COMMIT, Git, has_returned, printed, subcommand, tells_of_commit};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::Command;

/// A call that took longer and said nothing waited for somebody, ms.
const WAITED_MS: u64 = 10_000;

pub(crate) const RULE: Rule = Rule {
    id: "git-interactive",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "git rebase -i, add -p, commit without message",
    why: "An editor waits for a terminal that is not there: coder/xum and earendil-works/pi had to set GIT_EDITOR after \
          such hangs.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &[
            "commit",
            "rebase",
            "merge",
            "revert",
            "cherry-pick",
            "tag",
            "add",
            "stage",
            "checkout",
            "restore",
            "reset",
            "stash",
            "clean",
        ],
        signs: &[],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match Ask::of(command) {
                    None => Verdict::No,
                    Some(ask) if brings_editor(case, command, ask) => {
                        Verdict::Near("it says itself what edits")
                    }
                    Some(ask) => shows_harm(case, command, ask),
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "rebase", "merge", "cherry-pick", "revert", "tag"],
        signs: &["--no-edit", "EDITOR", "editor"],
        check: |case, command| {
            legacy::good_command(case, command, |case, command| {
                let no_edit = command.args.iter().any(|word| word.is("--no-edit"));
                let brings = |ask| brings_editor(case, command, ask);
                Verdict::when(no_edit || Ask::of(command).is_some_and(brings))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git rebase -i HEAD~3").says("GIT_SEQUENCE_EDITOR"),
        Example::bash("git commit").says("git commit takes its message from an editor"),
        Example::bash("git commit --amend").says("`git commit --amend --no-edit`"),
        Example::bash("git rebase -i --autosquash main")
            .given(&[Given::Failed("Exit code 1\nerror: Terminal is dumb, but EDITOR unset")])
            .says("`GIT_SEQUENCE_EDITOR=: GIT_EDITOR=: git rebase -i --autosquash main`"),
        Example::bash("git add a && git -C web rebase --continue")
            .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
            .says("`GIT_EDITOR=true git -C web rebase --continue`"),
        Example::bash("(cd web && git rebase --continue)")
            .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
            .says("GIT_EDITOR=true in front"),
        Example::bash("git commit -s")
            .given(&[Given::Failed("Exit code 1\nAborting commit due to empty commit message.")])
            .says("give it with -m"),
        Example::bash("git rebase -i main")
            .given(&[Given::Failed("Command timed out after 2m 0.0s"), Given::Took(120_000)]),
        Example::bash("timeout 20 git commit --amend -S")
            .given(&[Given::Failed("Exit code 124\nVim: Warning: Output is not to a terminal")])
            .says("--no-edit"),
        Example::bash("git add -p a.rs")
            .given(&[Given::Output(
                "@@ -1 +1,2 @@\n+x\n(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? \n",
            )])
            .says("git add -p asks at a terminal"),
        Example::bash("git tag -a v1")
            .given(&[Given::Failed("Exit code 128\nfatal: no tag message?")]),
        Example::bash("git merge --edit topic")
            .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
            .says("without --edit"),
        Example::bash("git commit 2>&1 | tail -3")
            .given(&[Given::Output("Aborting commit due to empty commit message.")]),
        Example::bash("git revert HEAD")
            .given(&[Given::Failed("Exit code 1\nerror: unable to start editor 'vi'")])
            .says("`git revert --no-edit HEAD`"),
        Example::bash("git clean -i")
            .given(&[Given::Output(
                "Would remove the following item:\n  a\n*** Commands ***\nWhat now> \n",
            )])
            .says("-n"),
    ],
    misses: &[
        Example::bash("git commit -m x"),
        Example::bash("git commit --amend --no-edit"),
        Example::bash("git commit -F msg.txt"),
        Example::bash("git commit").given(&[Given::Output("[main 53c5a6a] Merge branch 'topic'")]),
        Example::bash("git rebase -i HEAD~3")
            .given(&[Given::Output("Successfully rebased and updated refs/heads/main.")]),
        Example::bash("GIT_SEQUENCE_EDITOR=true git rebase -i HEAD~2"),
        Example::bash("git -c sequence.editor=: rebase -i main"),
        Example::bash("export GIT_EDITOR=true\ngit commit --amend"),
        Example::bash("git config core.editor true && git commit --amend"),
        Example::bash("git commit").given(&[Given::Failed(
            "Exit code 1\nOn branch main\nnothing to commit, working tree clean",
        )]),
        Example::bash("git rebase --continue")
            .given(&[Given::Failed("Exit code 1\na.rs: needs merge")]),
        Example::bash("make test && git commit --amend")
            .given(&[Given::Failed("Command timed out after 2m 0.0s"), Given::Took(120_000)]),
        Example::bash("printf 'y\\nn\\n' | git add -p a.rs")
            .given(&[Given::Output("(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? ")]),
        Example::bash("git add -p a.rs <<'EOF'\ny\nEOF")
            .given(&[Given::Output("(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? ")]),
        Example::bash("git commit -q --amend"),
        Example::bash("git commit >/dev/null 2>&1 || true"),
        Example::bash("git commit --fixup HEAD~1"),
        Example::bash("git commit").given(&[Given::Background]),
        Example::bash("git commit -m ''")
            .given(&[Given::Failed("Exit code 1\nAborting commit due to empty commit message.")]),
        Example::bash("git merge topic")
            .given(&[Given::Failed("Exit code 1\nCONFLICT (content): a.rs")]),
        Example::bash("git tag -a v1"),
        Example::bash("git add -p a.rs").given(&[Given::Output("No changes.")]),
        Example::bash("git commit --dry-run"),
        Example::bash("git commit \"${args[@]}\""),
        Example::bash("git stash show -p")
            .given(&[Given::Output("+(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? ")]),
        Example::bash("ssh web git commit --amend"),
        Example::bash("echo 'git rebase -i'; git rebase --abort"),
        Example::bash("git commit").given(&[Given::Failed(
            "Exit code 1\nruff....Failed\n- hook id: ruff\n- exit code: 1",
        )]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// Texts by which git, an editor or the question itself tells that somebody was to type.
const SIGNS: [&str; 14] = [
    "problem with the editor",
    "Terminal is dumb, but EDITOR unset",
    "unable to start editor",
    "Please supply the message using either -m or -F",
    "Aborting commit due to empty commit message",
    "Aborting commit; you did not edit the message",
    "no tag message?",
    "Waiting for your editor",
    "nput is not from a terminal",
    "utput is not to a terminal",
    "Error opening terminal",
    "Standard input is not a terminal",
    "[y,n,q",
    "What now>",
];

/// Whether it failed for want of a person, hung, or shows nothing of having gone through.
fn shows_harm(case: &Case, command: &Command, ask: Ask) -> Verdict {
    if case.in_background() || command.background {
        return Verdict::Near("it runs in the background");
    }
    let text = printed(case);
    let asked = SIGNS.iter().any(|sign| text.contains(sign));
    if asked && !case.event.succeeded() {
        return Verdict::Fires;
    }
    if went_through(&text) {
        return Verdict::Near("it went through");
    }
    if asked || (ask != Ask::Maybe && waited(case, command, &text)) {
        return Verdict::Fires;
    }
    if !case.event.succeeded() {
        return Verdict::Near("nothing shows that an editor was the cause");
    }
    let quiet = Git::of(command, COMMIT).is_some_and(|git| git.has(Some('q'), "quiet"));
    if ask.tells_success() && !quiet && command.shows_output() && text.trim().is_empty() {
        return Verdict::Fires;
    }
    Verdict::Near("nothing shows that it waited")
}

/// Whether git tells what it made: a commit, a finished rebase or merge.
fn went_through(text: &str) -> bool {
    tells_of_commit(text) || text.contains("Successfully rebased") || text.contains("Merge made by")
}

/// Whether the call ran into a time limit, with nothing in it that may take long but this command.
fn waited(case: &Case, command: &Command, text: &str) -> bool {
    const QUICK: [&str; 14] = [
        "git", "cd", "echo", "printf", "export", "true", ":", "pwd", "ls", "cat", "set", "head",
        "tail", "",
    ];
    const REMOTE: [&str; 7] = ["push", "fetch", "pull", "clone", "submodule", "ls-remote", "lfs"];
    let event = case.event;
    let limited = text.starts_with("Command timed out")
        || (event.exit_code() == Some(124) && command.is_under("timeout"))
        // Some clients move what takes too long to the background.
        || event.shell().background_task.is_some();
    let stopped = event.is_interrupt || event.shell().interrupted;
    let long = event.duration_ms.is_some_and(|ms| ms > WAITED_MS);
    let alone = case.commands().all(|other| {
        QUICK.contains(&other.program.as_str())
            && subcommand(other).is_none_or(|sub| !REMOTE.contains(&sub))
    });
    alone && (limited || (stopped && long))
}

fn advise(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let ask = Ask::of(command)?;
    let git = Git::of(command, COMMIT)?;
    let sub = git.sub;
    let own: Vec<&str> =
        command.args.get(git.globals.len() + 1..)?.iter().map(|word| word.raw.as_str()).collect();
    let globals = git.global_text();
    let head = format!("git {globals}{sub}");
    // What stands in front or around is not carried over.
    let bare = command.wrappers.is_empty() && command.assignments.is_empty() && !has_returned(case);
    let better = |lead: String, rewrite: String, plain: String| {
        if bare { legacy::better(lead, rewrite, plain) } else { legacy::plain(plain) }
    };
    let unusable = "which cannot be used here";
    match ask {
        Ask::Message | Ask::Note => {
            let from = if command.reads_pipe { "-F - from the pipe" } else { "-F from a file" };
            legacy::plain(format!(
                "git {sub} takes its message from an editor, {unusable}: give it with -m, or with {from}"
            ))
        }
        Ask::Amend => {
            let opens = format!("git commit --amend opens an editor, {unusable}");
            let plain = format!("{opens}: -m gives a new message, --no-edit keeps the old one");
            if git.has(Some('e'), "edit") || own.contains(&"--") {
                return legacy::plain(plain);
            }
            let lead = format!("{opens}; -m gives a new message, this keeps the old one");
            better(lead, format!("{head} {} --no-edit", own.join(" ")), plain)
        }
        Ask::List => {
            let plain = format!(
                "git rebase opens its list in an editor, {unusable}: let GIT_SEQUENCE_EDITOR name a command that edits it"
            );
            // Only where git makes the list, it is worth taking as it is.
            if !git.has(None, "autosquash") && !git.has(None, "exec") {
                return legacy::plain(plain);
            }
            let rewrite = format!("GIT_SEQUENCE_EDITOR=: GIT_EDITOR=: {head} {}", own.join(" "));
            better(
                "git rebase -i found no usable editor; this takes its list as it is".to_owned(),
                rewrite,
                plain,
            )
        }
        Ask::Continue => {
            let opens = format!("git {sub} --continue opens the message in an editor, {unusable}");
            let plain = format!("{opens}: GIT_EDITOR=true in front keeps it");
            better(
                format!("{opens}; this keeps it"),
                format!("GIT_EDITOR=true {head} {}", own.join(" ")),
                plain,
            )
        }
        Ask::Maybe => {
            let opens = format!("git {sub} opens an editor, {unusable}");
            let plain = format!("{opens}: --no-edit keeps the message that git makes");
            let rewrite = format!("{head} --no-edit {}", own.join(" "));
            better(format!("{opens}; this keeps the message that git makes"), rewrite, plain)
        }
        Ask::Wish => legacy::plain(format!(
            "git {sub} --edit opens an editor, {unusable}: without --edit it keeps the message that git makes"
        )),
        Ask::Patch => legacy::plain(format!(
            "git add -e opens the patch in an editor, {unusable}: name whole files, or git apply --cached a patch file"
        )),
        Ask::Answers if sub == "clean" => legacy::plain(
            "git clean -i asks at a terminal, and there is none here: -n in its place lists what would go, rm takes what is named",
        ),
        Ask::Answers => {
            let how = if git.has(Some('p'), "patch") { "-p" } else { "-i" };
            legacy::plain(format!(
                "git {sub} {how} asks at a terminal, and there is none here: name whole files, or pipe in the answers, one a line"
            ))
        }
    }
}
