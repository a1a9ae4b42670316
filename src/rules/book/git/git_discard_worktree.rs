//! Throwing away what was never committed.

use std::path::PathBuf;

use super::support::discarded::{Discard, How};
use super::{Git, before, has_returned, is_throw_away, printed, saves_work, subcommand};
use crate::base::text;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::{Command, Joined, Redirection, Word};

/// How many calls back a look at the files counts as one before the decision.
const LOOKED_CALLS: usize = 6;

pub(crate) const RULE: Rule = Rule {
    id: "git-discard-worktree",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git checkout -- PATH, git restore, clean -f",
    why: "What was not committed has no reflog: a checkout of `.` cost two hours of work in \
          anthropics/claude-code#70363.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["checkout", "restore", "switch", "clean", "stash"],
        signs: &[],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match weigh(case, command) {
                    Ok(severity) => Verdict::FiresAs(severity),
                    Err(verdict) => verdict,
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["stash", "clean"],
        signs: &[],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                let dry = Git::of(command, Spec::FLAGS_ONLY)
                    .is_some_and(|git| git.sub == "clean" && git.has(Some('n'), "dry-run"));
                Verdict::when(dry || saves_work(command))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git checkout -- .")
            .given(&[Given::Cwd("/repo")])
            .says("`git stash push -m before-discard -- .`"),
        Example::bash("git restore .").given(&[Given::Cwd("/repo")]).says("git restore overwrites"),
        Example::bash("git reset HEAD && git checkout -- src/")
            .given(&[Given::Cwd("/repo")])
            .says("`git stash push -m before-discard -- src/`"),
        Example::bash("git checkout .")
            .given(&[Given::Cwd("/repo"), Given::Output("Updated 12 paths from the index")]),
        Example::bash("git checkout src/a.rs")
            .given(&[Given::Cwd("/repo"), Given::Output("Updated 1 path from the index")])
            .says("-- src/a.rs`"),
        Example::bash("git -C web checkout HEAD~2 -- 'my file.ts' b.ts")
            .given(&[Given::Cwd("/repo")])
            .says("`git -C web stash push -m before-discard -- 'my file.ts' b.ts`"),
        Example::bash("git checkout a.rs b.rs 2>/dev/null")
            .given(&[Given::File("a.rs", "fn a() {}")])
            .says("-- a.rs b.rs`"),
        Example::bash("git restore -s HEAD~1 -SW src/a.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("git clean -fd")
            .given(&[Given::Cwd("/repo"), Given::Output("Removing notes.md\n")])
            .says("`git clean -n -fd`"),
        Example::bash("git clean -qxdf").given(&[Given::Cwd("/repo")]).says("`git clean -n -qxdf`"),
        Example::bash("git checkout -f main")
            .given(&[Given::Cwd("/repo")])
            .says("`git checkout main`"),
        Example::bash("git switch --discard-changes topic")
            .given(&[Given::Cwd("/repo")])
            .says("`git switch topic`"),
        Example::bash("git checkout --force")
            .given(&[Given::Cwd("/repo")])
            .says("`git stash push -m before-discard`"),
        Example::bash("git stash clear").given(&[Given::Cwd("/repo")]).says("git fsck"),
        Example::bash("git stash drop")
            .given(&[
                Given::Cwd("/repo"),
                Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
            ])
            .says("`git stash store -m restored 70fa743f1aa2d2ee669365b4e0a2b4aae2855dae`"),
        Example::bash("cargo fmt; git checkout -- '*.rs'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd web && git checkout -- .")
            .given(&[Given::Cwd("/repo/web"), Given::Codex])
            .says("git stash push -m NAME keeps a copy"),
        Example::bash("sudo git checkout -- src/")
            .given(&[Given::Cwd("/repo")])
            .says("git stash push -m NAME"),
    ],
    misses: &[
        Example::bash("git checkout -b feat").given(&[Given::Cwd("/repo")]),
        Example::bash("git restore --staged .").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout --orphan gh-pages").given(&[Given::Cwd("/repo")]),
        Example::bash("git switch -c x").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout src/a.rs")
            .given(&[Given::Cwd("/repo"), Given::Output("Updated 0 paths from the index")]),
        Example::bash("git checkout fix/a.rs")
            .given(&[Given::Cwd("/repo"), Given::Output("Switched to branch 'fix/a.rs'")]),
        Example::bash("git checkout -").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout --theirs -- src/a.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout -p -- src/a.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("git clean -fdn").given(&[Given::Cwd("/repo")]),
        Example::bash("git clean -fdX")
            .given(&[Given::Cwd("/repo"), Given::Output("Removing a.log\n")]),
        Example::bash("git clean -fd").given(&[Given::Cwd("/repo")]),
        Example::bash("git clean -fdx").given(&[
            Given::Cwd("/repo"),
            Given::Output("Removing node_modules/\nRemoving web/dist/\n"),
        ]),
        Example::bash("git clean -fd").given(&[
            Given::Cwd("/repo"),
            Given::Output("Removing notes.md\n"),
            Given::After("git clean -nd"),
        ]),
        Example::bash("git stash push -u && git checkout -- .").given(&[Given::Cwd("/repo")]),
        Example::bash("git diff >/tmp/w.patch && git restore .").given(&[Given::Cwd("/repo")]),
        Example::bash("cp a.rs a.bak; git checkout -- a.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("sed -i s/1/2/ a.rs && cargo test; git checkout -- a.rs")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout -- a.rs")
            .given(&[Given::Cwd("/repo"), Given::Edited("/repo/a.rs")]),
        Example::bash("git checkout HEAD~1 -- a.rs b.rs")
            .given(&[Given::Cwd("/repo"), Given::After("git diff a.rs b.rs")]),
        Example::bash("git checkout -- a.rs")
            .given(&[Given::Cwd("/repo"), Given::After("git diff --stat")]),
        Example::bash("git checkout -- package-lock.json web/dist/").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout -- \"$f\"").given(&[Given::Cwd("/repo")]),
        Example::bash("git ls-files -m | xargs git checkout --").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout -- .").given(&[Given::Cwd("/tmp/y"), Given::Project("/repo")]),
        Example::bash("git clone -q x y && cd y && git checkout -- .")
            .given(&[Given::Cwd("/repo/y")]),
        Example::bash("make test || git checkout -- .").given(&[Given::Cwd("/repo")]),
        Example::bash("if ! make; then git restore .; fi").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout -- src 2>&1 | tail -2").given(&[
            Given::Cwd("/repo"),
            Given::Output("error: pathspec 'src' did not match any file(s)"),
        ]),
        Example::bash("undo() { git checkout -- .; }; make").given(&[Given::Cwd("/repo")]),
        Example::bash("git stash pop && git stash drop").given(&[
            Given::Cwd("/repo"),
            Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
        ]),
        Example::bash("git stash drop >/dev/null").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -m 'no git checkout -- . any more'")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web 'git checkout -- .'").given(&[Given::Cwd("/repo")]),
        Example::bash("git checkout -- .").given(&[
            Given::Cwd("/repo"),
            Given::Failed("Exit code 128\nfatal: not a git repository"),
        ]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise;
const KEY: Key = Key::Rule;

/// How much it matters.
///
/// # Errors
/// The verdict where it does not.
fn weigh(case: &Case, command: &Command) -> Result<Severity, Verdict> {
    let found = Discard::of(case, command)?;
    let git = Git::of(command, Spec::FLAGS_ONLY).ok_or(Verdict::No)?;
    let near = |because| Err(Verdict::Near(because));
    // A condition decides about what stands inside a group.
    let guarded =
        |other: &Command| other.is_condition && command.depth > 0 && other.depth <= command.depth;
    if command.in_function || command.joined == Joined::Or || case.commands().any(guarded) {
        return near("it may not have run");
    }
    let text = printed(case);
    if ["error: pathspec", "fatal: not a git repository"].iter().any(|error| text.contains(error)) {
        return near("it failed");
    }
    if command.is_under("xargs")
        || command.is_under("find")
        || found.paths.iter().any(|word| word.expands)
    {
        return near("what it names is not known");
    }
    if is_throw_away(case, &git) {
        return near("it is in a temporary clone");
    }
    match found.how {
        How::DropStash if was_applied(case, command, &found) => {
            near("the stash was applied before")
        }
        How::DropStash if dropped(case).is_none() => near("what it dropped is not seen"),
        How::DropStash => Ok(Severity::Hint),
        How::ClearStash => Ok(Severity::Critical),
        _ if before(case, command).any(saves) => near("the work was saved before"),
        _ if found.is_generated() => near("it is made by a program"),
        How::Clean if case.ran_lately(LOOKED_CALLS, &dry_runs(&git)) => near("it looked first"),
        _ if found.is_whole() => Ok(Severity::Critical),
        How::Overwrite if is_own(case, &git, &found) => {
            near("the files were edited in this session")
        }
        How::Overwrite if is_handled(case, command, &found) => {
            near("the call itself worked on the files before")
        }
        How::Overwrite if case.ran_lately(LOOKED_CALLS, &looks(&git, &found)) => {
            near("it looked first")
        }
        _ => Ok(Severity::Warn),
    }
}

/// Whether a command keeps uncommitted work somewhere: in a stash, a commit or a patch.
fn saves(command: &Command) -> bool {
    let patch = subcommand(command) == Some("diff")
        && command.redirections.iter().any(Redirection::takes_stdout);
    patch || saves_work(command)
}

/// Whether the stash that goes was put into the work tree before, in this call or lately.
fn was_applied(case: &Case, command: &Command, found: &Discard) -> bool {
    const VERBS: [&str; 3] = ["apply", "pop", "branch"];
    let here = before(case, command).any(|other| {
        subcommand(other) == Some("stash")
            && other.args.iter().any(|word| VERBS.contains(&word.text.as_str()))
    });
    let entry: String = found.paths.iter().map(|word| format!(" {}", word.raw)).collect();
    let spelled = ["apply", "pop", "show -p", "apply --index"];
    let lately = spelled.map(|verb| format!("git stash {verb}{entry}"));
    here || case.ran_lately(LOOKED_CALLS, &lately)
}

/// The commit of the one stash that was dropped: `Dropped refs/stash@{0} (70fa...)`.
fn dropped(case: &Case) -> Option<String> {
    let text = printed(case);
    let mut found = text.lines().filter_map(|line| {
        let commit = line.trim().strip_prefix("Dropped ")?.rsplit_once('(')?.1.strip_suffix(')')?;
        let hash = matches!(commit.len(), 40 | 64) && commit.chars().all(|c| c.is_ascii_hexdigit());
        hash.then(|| commit.to_owned())
    });
    found.next().filter(|_| found.next().is_none())
}

/// Ways to ask what this `git clean` would delete.
fn dry_runs(git: &Git) -> Vec<String> {
    let letters: String =
        ["d", "x"].into_iter().filter(|letter| git.has(letter.chars().next(), "")).collect();
    let paths: String = git.operands().iter().map(|word| format!(" {}", word.raw)).collect();
    let globals = git.global_text();
    let mut flags = vec![format!("-n{letters}"), format!("-{letters}n"), format!("-{letters} -n")];
    flags.extend([
        format!("-n -{letters}"),
        format!("-{letters} --dry-run"),
        format!("--dry-run -{letters}"),
    ]);
    flags.extend([format!("-n{letters}f"), format!("-f{letters}n"), format!("-{letters}fn")]);
    flags.into_iter().map(|flags| format!("git {globals}clean {flags}{paths}")).collect()
}

/// Ways to have looked at what these files hold, or at what changed at all.
fn looks(git: &Git, found: &Discard) -> Vec<String> {
    const WHOLE: [&str; 12] = [
        "diff",
        "diff --stat",
        "diff --name-only",
        "diff --name-status",
        "diff HEAD",
        "diff HEAD --stat",
        "diff --stat HEAD",
        "status",
        "status --short",
        "status -s",
        "status -sb",
        "status --porcelain",
    ];
    const OF_PATHS: [&str; 6] =
        ["diff", "diff --", "diff HEAD --", "diff HEAD", "diff --stat", "diff --stat --"];
    let globals = git.global_text();
    let paths: String = found.paths.iter().map(|word| format!(" {}", word.raw)).collect();
    let whole = WHOLE.iter().map(|look| format!("git {globals}{look}"));
    whole.chain(OF_PATHS.iter().map(|look| format!("git {globals}{look}{paths}"))).collect()
}

/// Whether all that it names was edited in this session: its own work, given up on purpose.
fn is_own(case: &Case, git: &Git, found: &Discard) -> bool {
    let mut globals = git.globals.iter();
    let folder = globals
        .find(|word| word.is("-C"))
        .and_then(|_| globals.next())
        .map(|word| word.text.as_str());
    let located = |word: &Word| -> Option<PathBuf> {
        let folder = case.environment.absolute(folder.unwrap_or("."))?;
        case.environment.absolute(&folder.join(word.literal()?).to_string_lossy())
    };
    found.paths.iter().all(|word| located(word).is_some_and(|path| case.edited_lately(&path)))
}

/// Whether a command before it in the call showed, copied or wrote all that it names.
fn is_handled(case: &Case, command: &Command, found: &Discard) -> bool {
    let names = |other: &Command, path: &Word| {
        other.args.iter().any(|word| word.text == path.text)
            || other.redirections.iter().any(|redirection| redirection.target.text == path.text)
    };
    before(case, command).any(|other| {
        let works = match subcommand(other) {
            Some(sub) => matches!(sub, "diff" | "show"),
            None => !matches!(other.program.as_str(), "echo" | "printf" | "cd"),
        };
        works && found.paths.iter().all(|path| names(other, path))
    })
}

fn advise(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let found = Discard::of(case, command).ok()?;
    let git = Git::of(command, Spec::FLAGS_ONLY)?;
    let globals = git.global_text();
    let own = command.args.get(git.globals.len() + 1..)?;
    let paths: String = found.paths.iter().map(|word| format!(" {}", word.raw)).collect();
    // What runs the command as somebody else, or in another folder, is not part of the advice.
    let bare = command.wrappers.is_empty() && !has_returned(case);
    let better = |lead: String, rewrite: String, plain: String| {
        if bare { legacy::better(lead, rewrite, plain) } else { legacy::plain(plain) }
    };
    match found.how {
        How::Overwrite => {
            let dashes = if own.iter().any(|word| word.is("--")) { " --" } else { "" };
            let does = format!("git {}{dashes} overwrites any uncommitted work for good", git.sub);
            let stash = format!("git {globals}stash push -m before-discard --{paths}");
            let files = text::excerpt(paths.trim());
            let plain = format!(
                "git {}{dashes} {files} overwrites any uncommitted work for good; git stash push -m NAME keeps a copy",
                git.sub
            );
            better(format!("{does}; next time keep a copy first"), stash, plain)
        }
        How::Switch => {
            let is_force =
                |word: &&Word| ["-f", "--force", "--discard-changes"].contains(&word.text.as_str());
            let force = own.iter().find(is_force).map_or("-f", |word| word.text.as_str());
            let does = format!("git {} {force} drops any uncommitted work for good", git.sub);
            let plain = format!("{does}; without {force} git refuses where any would be lost");
            let kept: String = own
                .iter()
                .filter(|word| !is_force(word))
                .map(|word| format!(" {}", word.raw))
                .collect();
            if git.operands().is_empty() {
                let stash = format!("git {globals}stash push -m before-discard");
                return better(format!("{does}; next time keep a copy first"), stash, plain);
            }
            if !own.iter().any(|word| is_force(&word)) {
                return legacy::plain(plain);
            }
            better(plain.clone(), format!("git {globals}{}{kept}", git.sub), plain)
        }
        How::Clean => {
            let flags = text::excerpt(
                &own.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" "),
            );
            let which = if git.has(Some('x'), "") {
                "untracked and ignored files"
            } else {
                "untracked files"
            };
            let does = format!("git clean {flags} deletes {which} for good");
            let raw: String = own.iter().map(|word| format!(" {}", word.raw)).collect();
            let plain = format!("{does}; -n in place of -f shows first which");
            better(
                format!("{does}; next time see first which"),
                format!("git {globals}clean -n{raw}"),
                plain,
            )
        }
        How::DropStash => {
            let commit = dropped(case)?;
            let lead =
                "the stash that git stash drop took away lives on until git gc; this puts it back";
            let plain = "the stash that git stash drop took away lives on until git gc, under the commit it printed";
            better(
                lead.to_owned(),
                format!("git {globals}stash store -m restored {commit}"),
                plain.to_owned(),
            )
        }
        How::ClearStash => {
            let does = "git stash clear drops every stash, whoever made it";
            let plain = format!("{does}; until git gc, git fsck --unreachable lists their commits");
            let list = format!("git {globals}fsck --no-reflogs --unreachable");
            better(format!("{does}; until git gc their commits are listed by"), list, plain)
        }
    }
}
