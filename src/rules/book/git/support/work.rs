//! Uncommitted work: what saves it, and what proves that there is none.

use super::call::before;
use super::command::{Git, subcommand};
use crate::rules::case::Case;
use crate::shell::{Command, Fact, Known, Redirection, Test, Word};

/// Whether a command saves uncommitted work in git: by a stash or a commit.
pub(crate) fn saves_work(command: &Command) -> bool {
    let Some(git) = Git::of(command) else { return false };
    match git.sub {
        "stash" => {
            git.operands().first().is_none_or(|word| matches!(word.text.as_str(), "push" | "save"))
        }
        "commit" => !git.has_long("dry-run"),
        _ => false,
    }
}

/// Which changes of tracked files are known to be safe: saved, or not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Safe {
    /// Those that are not staged.
    pub(crate) unstaged: bool,
    /// Those that are staged.
    pub(crate) staged: bool,
}

impl Safe {
    const ALL: Self = Self { unstaged: true, staged: true };

    /// What is safe where `command` runs.
    pub(crate) fn at(case: &Case, command: &Command) -> Self {
        let mut safe = Self::default();
        for other in before(case, command) {
            if saves_work(other) {
                return Self::ALL;
            }
            if other.redirections.iter().any(Redirection::takes_stdout) || other.writes_pipe {
                let words: Vec<&str> = other.args.iter().map(|word| word.text.as_str()).collect();
                safe.add(if other.is("git") { covered(&words) } else { Self::default() });
            }
        }
        let Some(script) = case.script() else { return safe };
        let known = Known::at(script, command);
        if known.any(|fact| proves(case, fact) == Self::ALL) {
            return Self::ALL;
        }
        for part in [Self { unstaged: true, staged: false }, Self { unstaged: false, staged: true }]
        {
            if known.any(|fact| proves(case, fact) == part) {
                safe.add(part);
            }
        }
        safe
    }

    pub(crate) fn is_all(self) -> bool {
        self == Self::ALL
    }

    fn add(&mut self, other: Self) {
        self.unstaged |= other.unstaged;
        self.staged |= other.staged;
    }
}

/// Which changes `git diff` or `git status` with these words shows.
fn covered(words: &[&str]) -> Safe {
    let rest = |at: usize| words.get(at..).unwrap_or_default();
    let names_paths = words.iter().skip_while(|word| **word != "--").nth(1).is_some();
    let operands = || rest(1).iter().filter(|word| !word.starts_with('-') && !is_redirection(word));
    match words.first() {
        _ if names_paths => Safe::default(),
        Some(&"diff-index") => Safe::ALL,
        Some(&"diff") => {
            let is_staged = rest(1).iter().any(|word| matches!(*word, "--cached" | "--staged"));
            let unstaged = Safe { unstaged: true, staged: false };
            match operands().collect::<Vec<_>>().as_slice() {
                _ if is_staged => Safe { unstaged: false, staged: true },
                [] => unstaged,
                [commit] if !commit.contains("..") => Safe::ALL,
                _ => Safe::default(),
            }
        }
        Some(&"status") => {
            let is_short = rest(1).iter().any(|word| {
                matches!(*word, "-s" | "--short" | "-z") || word.starts_with("--porcelain")
            });
            if is_short && operands().next().is_none() { Safe::ALL } else { Safe::default() }
        }
        _ => Safe::default(),
    }
}

fn is_redirection(word: &str) -> bool {
    word.starts_with(['>', '<']) || word.starts_with("2>") || word.starts_with("/dev/")
}

/// Which changes a fact proves not to be there.
fn proves(case: &Case, fact: &Fact) -> Safe {
    match fact {
        Fact::Test(test, holds) => empty_output(case, test, *holds),
        Fact::Ran(stages, succeeded) => {
            let words = |stage: &[Word]| -> Vec<String> {
                stage.iter().map(|word| word.text.clone()).collect()
            };
            match (stages.as_slice(), succeeded) {
                ([one], true) => {
                    let words = words(one);
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    let asks = words.iter().any(|word| {
                        matches!(*word, "--quiet" | "--exit-code" | "-q")
                            || word.starts_with("--qui")
                    });
                    match words.split_first() {
                        Some((&"git", rest)) if asks => covered(rest),
                        _ => Safe::default(),
                    }
                }
                // `git status --porcelain | grep -q .` that found nothing.
                ([one, search], false) if search.first().is_some_and(|word| word.is("grep")) => {
                    let words = words(one);
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    match words.split_first() {
                        Some((&"git", rest)) => covered(rest),
                        _ => Safe::default(),
                    }
                }
                _ => Safe::default(),
            }
        }
        Fact::Set(_) => Safe::default(),
    }
}

/// Which changes a test proves not to be there: `[ -z "$(git status --porcelain)" ]`.
fn empty_output(case: &Case, test: &Test, holds: bool) -> Safe {
    let is_empty = match (test.operator.as_str(), test.right.as_deref()) {
        ("-z", None) => holds,
        ("-n", None) => !holds,
        ("=" | "==", Some("\"\"" | "''" | "0")) | ("-eq", Some("0")) => holds,
        ("!=", Some("\"\"" | "''" | "0")) | ("-ne" | "-gt", Some("0")) => !holds,
        _ => false,
    };
    if !is_empty {
        return Safe::default();
    }
    let left = test.left.trim_matches('"');
    let name = left.trim_start_matches(['$', '{']).trim_end_matches('}');
    let assigned = case.commands().find_map(|command| command.assigned(name));
    let output = assigned.map_or(left, |value| value.raw.trim_matches('"'));
    let Some(inside) = output.strip_prefix("$(").and_then(|text| text.strip_suffix(')')) else {
        return Safe::default();
    };
    let command = inside.split('|').next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.split_first() {
        Some((&"git", rest)) => covered(rest),
        _ => Safe::default(),
    }
}

/// Whether a call before `command` in its script puts everything away, untracked files too.
pub(crate) fn stashes_all(case: &Case, command: &Command) -> bool {
    before(case, command).any(|other| {
        subcommand(other) == Some("stash")
            && saves_work(other)
            && Git::of(other)
                .is_some_and(|git| git.has('u', "include-untracked") || git.has('a', "all"))
    })
}
