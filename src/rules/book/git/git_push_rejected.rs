//! Pushes that the remote did not take.

use super::support::call::can_run_again;
use super::support::command::{Git, subcommand};
use super::support::output::printed;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;

pub(crate) const RULE: Rule = Rule {
    id: "git-push-rejected",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Failure,
    analyzer: None,
    summary: "a rejected git push",
    why: "The reflex after a rejected push, even a leased one, is --force, which overwrote \
          others' commits (anthropics/claude-code#70378).",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &[],
        check: |case, command| {
            let rejection = Rejection::of(case)?;
            let push = Push::of(case, command).ok_or(Miss::No)?;
            Ok(Finding::new(advice(rejection, &push)))
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 1\n! [rejected] main -> main (fetch first)")])
            .says("`git pull --rebase`"),
        Example::bash("git push origin feat")
            .given(&[Given::Failed("Exit code 1\nnon-fast-forward")])
            .says("any --force"),
        Example::bash("git push -u origin feat")
            .given(&[
                Given::Branch("feat"),
                Given::Failed("Exit code 1\n ! [rejected]        feat -> feat (fetch first)"),
            ])
            .says("`git pull --rebase origin feat`"),
        Example::bash("git add a && git commit -qm x && git push origin HEAD")
            .given(&[
                Given::Branch("feat/a"),
                Given::Failed("Exit code 1\n ! [rejected]        HEAD -> feat/a (fetch first)"),
            ])
            .says("`git pull --rebase origin feat/a`"),
        Example::bash("git push origin topic")
            .given(&[
                Given::Branch("topic"),
                Given::Failed(
                    "Exit code 1\n ! [rejected]        topic -> topic (non-fast-forward)",
                ),
            ])
            .says("`git fetch origin && git log --oneline topic..origin/topic`"),
        Example::bash("git push --force-with-lease origin topic")
            .given(&[
                Given::Branch("topic"),
                Given::Failed("Exit code 1\n ! [rejected]        topic -> topic (stale info)"),
            ])
            .says("`git fetch origin && git log --oneline topic..origin/topic`"),
        Example::bash("git push --force-with-lease").given(&[Given::Failed(
            "Exit code 1\n ! [rejected]        a -> a (remote ref updated since checkout)",
        )]),
        Example::bash("git push origin main")
            .given(&[Given::Failed(
                "Exit code 1\nremote: error: GH006: Protected branch update failed\n ! [remote \
                 rejected] main -> main (protected branch hook declined)",
            )])
            .says("protected"),
        Example::bash("git push --force")
            .given(&[Given::Failed(
                "Exit code 1\nremote: error: denying non-fast-forward\n ! [remote rejected] main \
                 -> main (non-fast-forward)",
            )])
            .says("takes no rewritten history"),
        Example::bash("(cd sub && git push)")
            .given(&[Given::Failed("Exit code 1\n ! [rejected]        main -> main (fetch first)")])
            .says("pull them with --rebase"),
        Example::bash("git push https://example.org/x.git main")
            .given(&[Given::Failed("Exit code 1\n ! [rejected]        main -> main (fetch first)")])
            .says("without --force"),
    ],
    misses: &[
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 128\nPermission denied (publickey)")]),
        Example::bash("git pull").given(&[Given::Failed("Exit code 1\nCONFLICT")]),
        Example::bash("git push origin v1")
            .given(&[Given::Failed("Exit code 1\n ! [rejected]        v1 -> v1 (already exists)")]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 128\nfatal: The current branch new has no upstream branch.",
        )]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 1\nhusky - pre-push script failed (code 1)\nerror: failed to push some \
             refs to 'x'",
        )]),
        Example::bash("git push origin nosuch").given(&[Given::Failed(
            "Exit code 1\nerror: src refspec nosuch does not match any\nerror: failed to push \
             some refs to 'x'",
        )]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 1\n ! [remote rejected] main -> main (pre-receive hook declined)",
        )]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 1\n ! [remote rejected] main -> main (branch is currently checked out)",
        )]),
        Example::bash("git push || (git pull --rebase && git push)").given(&[Given::Failed(
            "Exit code 1\n ! [rejected]        main -> main (fetch first)\nCONFLICT (content): a",
        )]),
        Example::bash("git push").given(&[Given::Failed(
            "The user doesn't want to proceed with this tool use. The tool use was rejected \
             (fetch first).",
        )]),
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 128\nfatal: unable to access 'https://x/': 403")]),
        Example::bash("cargo test && git push").given(&[Given::Failed(
            "Exit code 101\ntest push::non_fast_forward_is_told ... FAILED",
        )]),
        Example::bash("grep -rn 'non-fast-forward' docs; git push --dry-run"),
        Example::bash("ssh ci git push").given(&[Given::Failed(
            "Exit code 1\n ! [rejected]        main -> main (fetch first)",
        )]),
        Example::bash("git commit -m 'git push: [rejected] (fetch first)'")
            .given(&[Given::Failed("Exit code 1\nnothing to commit, working tree clean")]),
        Example::bash("git push --follow-tags")
            .given(&[Given::Output("[rejected] main -> main (fetch first)")]),
    ],
    since: "0.1.0",
};

/// Why the remote did not take a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rejection {
    /// The remote has commits that were never fetched.
    Unknown,
    /// The remote has commits that the branch lacks: others', or its own before a rewrite.
    Diverged,
    /// The remote branch is not where the lease expects it.
    Stale,
    /// The remote takes only commits on top of its own.
    Denied,
    /// The branch takes no pushes.
    Protected,
}

impl Rejection {
    fn of(case: &Case) -> Check<Self> {
        let text = printed(case);
        let lines = || text.lines().map(str::trim);
        let marked = || {
            lines().filter(|line| {
                line.starts_with("! [rejected]") || line.starts_with("! [remote rejected]")
            })
        };
        let because = |reason: &str| marked().any(|line| line.ends_with(&format!("({reason})")));
        let remote_says = |reason: &str| {
            marked()
                .any(|line| line.starts_with("! [remote") && line.ends_with(&format!("({reason})")))
        };
        let rejection = if marked().any(|line| line.contains("protected branch")) {
            Self::Protected
        } else if remote_says("non-fast-forward") {
            Self::Denied
        } else if because("fetch first") {
            Self::Unknown
        } else if because("stale info") || because("remote ref updated since checkout") {
            Self::Stale
        } else if because("non-fast-forward") || lines().any(|line| line == "non-fast-forward") {
            Self::Diverged
        } else if marked().next().is_some() {
            return Err(Miss::Near("it was rejected for another reason"));
        } else {
            return Err(Miss::No);
        };
        let mut from_first_push =
            case.commands().filter_map(subcommand).skip_while(|sub| *sub != "push");
        if from_first_push.any(|sub| matches!(sub, "pull" | "fetch" | "rebase" | "merge")) {
            return Err(Miss::Near("the call itself pulled what the remote has"));
        }
        Ok(rejection)
    }
}

/// A push that was rejected, as far as commands about it can be written.
struct Push {
    /// The options before `push` as they were written, with a space at the end.
    globals: String,
    names: Option<Names>,
    /// It names nothing and sends the current branch to its upstream.
    is_bare: bool,
}

impl Push {
    fn of(case: &Case, command: &Command) -> Option<Self> {
        let git = Git::of(command)?;
        let can_run_again = can_run_again(case, command);
        let names = if can_run_again { Names::of(case, &git) } else { None };
        let sends_several =
            ["all", "branches", "mirror", "tags", "delete"].iter().any(|how| git.has_long(how));
        let is_bare = git.operands().is_empty() && !sends_several && can_run_again;
        Some(Self { globals: git.global_text(), names, is_bare })
    }

    /// The command that lists the remote commits that the branch lacks.
    fn look(&self) -> Option<String> {
        let globals = &self.globals;
        match &self.names {
            Some(Names { remote, here, there, .. }) => Some(format!(
                "git {globals}fetch {remote} && git {globals}log --oneline \
                 {here}..{remote}/{there}"
            )),
            None if self.is_bare => {
                Some(format!("git {globals}fetch && git {globals}log --oneline 'HEAD..@{{u}}'"))
            }
            None => None,
        }
    }

    /// The command that puts the branch on top of the remote one.
    fn pull(&self) -> Option<String> {
        let globals = &self.globals;
        match &self.names {
            Some(Names { remote, there, is_current: true, .. }) => {
                Some(format!("git {globals}pull --rebase {remote} {there}"))
            }
            None if self.is_bare => Some(format!("git {globals}pull --rebase")),
            _ => None,
        }
    }
}

/// What a push names: the remote, the branch here, the branch there.
struct Names {
    remote: String,
    here: String,
    there: String,
    /// The branch here is the one that is checked out.
    is_current: bool,
}

impl Names {
    /// The names of a push with a remote and at most one branch, if each is a plain name.
    fn of(case: &Case, git: &Git) -> Option<Self> {
        // Only the branch of the working directory is known.
        let current = if git.globals.is_empty() { case.environment.branch() } else { None };
        let operands = git.operands();
        let remote = operands.first()?.literal()?;
        let (here, there) = match operands.as_slice() {
            [_] => (current?, current?),
            [_, word] => {
                let name = word.literal()?.trim_start_matches('+');
                let (here, there) = name.split_once(':').unwrap_or((name, name));
                (here, if there == "HEAD" { current? } else { there })
            }
            _ => return None,
        };
        let there = there.strip_prefix("refs/heads/").unwrap_or(there);
        let is_plain = is_name(remote)
            && !remote.contains('/')
            && [here, there].iter().all(|branch| {
                is_name(branch) && !branch.starts_with("refs/") && !branch.contains("..")
            });
        is_plain.then(|| Self {
            remote: remote.to_owned(),
            here: here.to_owned(),
            there: there.to_owned(),
            is_current: here == "HEAD" || current == Some(here),
        })
    }
}

/// Whether `text` may be the name of a remote or a branch, and means nothing to a shell.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
}

fn advice(rejection: Rejection, push: &Push) -> Advice {
    match rejection {
        Rejection::Unknown => {
            let fact = "git push was rejected: the remote has commits that are not here";
            Advice::with_rewrite(
                format!("{fact}; take them in, then push without --force"),
                push.pull(),
                format!("{fact}; pull them with --rebase and push again, without --force"),
            )
        }
        Rejection::Diverged => {
            let fact = "git push was rejected: the remote branch has more commits";
            Advice::with_rewrite(
                format!("{fact}; see them before any --force"),
                push.look(),
                format!(
                    "{fact}; see with git fetch and git log whose they are before the next push, \
                     without --force"
                ),
            )
        }
        Rejection::Stale => {
            let fact = "git push was rejected: the remote branch moved after the lease was taken";
            Advice::with_rewrite(
                format!("{fact}; see what came"),
                push.look(),
                format!("{fact}; see with git fetch and git log what came before the next push"),
            )
        }
        Rejection::Denied => Advice::plain(
            "git push was rejected: this remote takes no rewritten history; put the new commits \
             on top of what it has, without --force",
        ),
        Rejection::Protected => Advice::plain(
            "git push was rejected: the branch is protected on the remote, force or not; push \
             another branch and open a pull request",
        ),
    }
}
