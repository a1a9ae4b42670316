//! git: what takes too much along, skips checks, or loses work.

use crate::case::Case;
use crate::example::{Example, Given};
use crate::rewrite;
use crate::rule::{Advice, Events, Harm, Key, Occasion, Repeat, Rule, Severity, Trigger, Verdict};
use crate::shell::options::{self, Item, Spec};
use crate::shell::{Command, Word};

pub(super) const RULES: &[Rule] = &[GIT_ADD_ALL, GIT_NO_VERIFY, GIT_PUSH_FORCE, GIT_RESET_HARD];

/// Options of `git commit` with a value.
const COMMIT: Spec = Spec {
    short: "mFCct",
    long: &[
        "message",
        "file",
        "author",
        "date",
        "template",
        "fixup",
        "squash",
        "reuse-message",
        "trailer",
        "cleanup",
    ],
};

/// A git call taken apart.
struct Git<'c> {
    sub: &'c str,
    globals: &'c [Word],
    items: Vec<Item<'c>>,
}

impl<'c> Git<'c> {
    fn of(command: &'c Command, spec: Spec) -> Option<Self> {
        let (at, sub) = options::subcommand("git", &command.args)?;
        let items = options::read(command.args.get(at + 1..)?, spec);
        Some(Self { sub, globals: command.args.get(..at)?, items })
    }

    fn has(&self, short: Option<char>, long: &str) -> bool {
        options::has(&self.items, short, long)
    }

    fn operands(&self) -> Vec<&'c Word> {
        options::operands(&self.items)
    }
}

const GIT_ADD_ALL: Rule = Rule {
    id: "git-add-all",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    summary: "git add -A, git add ., git commit -a",
    why: "It stages secrets, build output and other agents' work along with the change: 239 ambient files landed on \
          main in raddue/crucible#321.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["add", "commit"],
        signs: &["-", ".", "/", "*"],
        when: |case, command| match staged(command) {
            None => Verdict::No,
            Some(_) if is_fresh(case) => Verdict::Near("the repository is new"),
            Some(_) => Verdict::Fires,
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["add"],
        signs: &[],
        when: |_, command| Verdict::when(staged(command).is_none()),
    }),
    advice: |_, occasion| {
        let what = staged(occasion.command?)?;
        let lead = format!("{what} stages everything that changed, wanted or not; look, then add by name");
        Advice::better(
            lead,
            "git status --short",
            format!("{what} stages everything that changed: add files by name"),
        )
    },
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::nth(1, 3, 3),
    hits: &[
        Example::bash("git add -A").says("git add -A stages"),
        Example::bash("git -C repo add --all"),
        Example::bash("cd app && git add ./").says("git add ./ stages"),
        Example::bash("git add . && git commit -m x").says("git add . stages"),
        Example::bash("git commit -am 'fix it'").says("git commit -a stages"),
        Example::bash("git commit --all --message=x"),
        Example::bash("git add *").says("git add * stages"),
        Example::bash("bash -lc 'git add -Av'"),
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
        Example::bash("git add -A").given(&[Given::Failed("Exit code 128\nfatal: not a git repository")]),
        Example::bash("git add -u ."),
        Example::bash("git commit -F - <<'EOF'\ngit add -A\nEOF"),
        Example::bash("git add --help"),
    ],
    since: "0.1.0",
};

/// What a command stages wholesale, in its own words.
fn staged(command: &Command) -> Option<String> {
    let git = Git::of(command, COMMIT)?;
    if git.has(None, "help") || git.has(None, "dry-run") {
        return None;
    }
    if git.sub == "commit" {
        return git.has(Some('a'), "all").then(|| "git commit -a".to_owned());
    }
    if git.sub != "add" || git.has(Some('n'), "dry-run") {
        return None;
    }
    // Tracked files only, or a person's choice.
    if git.has(Some('u'), "update") || git.has(Some('p'), "patch") || git.has(Some('i'), "interactive") {
        return None;
    }
    let operands = git.operands();
    let all = operands.iter().find(|word| {
        matches!(word.text.as_str(), "." | "./" | ":/" | "*") && !(word.text == "*" && word.quoted)
    });
    match all {
        Some(word) => Some(format!("git add {}", word.text)),
        None if operands.is_empty() && git.has(Some('A'), "all") => Some("git add -A".to_owned()),
        None => None,
    }
}

/// The repository was made just now: all of it is wanted.
fn is_fresh(case: &Case) -> bool {
    let made = |command: &Command| Git::of(command, COMMIT).is_some_and(|git| git.sub == "init");
    case.commands().any(|command| command.is("git") && made(command)) || case.facts.is_fresh_repository()
}

const GIT_NO_VERIFY: Rule = Rule {
    id: "git-no-verify",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    summary: "git commit or push with its hooks or signing switched off",
    why: "It silences linters, tests and secret scanners at once; ten of ten public agent files that mention it \
          forbid it.",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push", "merge", "rebase", "am", "cherry-pick", "revert"],
        signs: &["-n", "n ", "no-", "hooksPath", "gpgsign", "HUSKY", "SKIP", "PRE_COMMIT", "-"],
        when: |_, command| Verdict::when(skipped(command).is_some()),
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push"],
        signs: &[],
        when: |_, command| Verdict::when(skipped(command).is_none()),
    }),
    advice: |_, occasion| {
        let command = occasion.command?;
        let sub = Git::of(command, COMMIT)?.sub;
        let (how, signing) = skipped(command)?;
        Advice::plain(if signing {
            format!(
                "git {sub} with {how} leaves it unsigned; unless the user asked, sign it or ask about the key"
            )
        } else {
            format!(
                "git {sub} with {how} skips the hooks; unless the user asked, run them and fix what they report"
            )
        })
    },
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("git commit --no-verify -m \"wip\"").says("git commit with --no-verify"),
        Example::bash("HUSKY=0 git push").says("git push with HUSKY=0"),
        Example::bash("git -c core.hooksPath=/dev/null commit -m x").says("core.hooksPath"),
        Example::bash("git commit -nm wip").says("with -n"),
        Example::bash("SKIP=flake8 git commit -m x"),
        Example::bash("git commit --no-gpg-sign -m x").says("unsigned"),
        Example::bash("git add a && git commit -an -m x"),
        Example::bash("env HUSKY=0 git commit -m x"),
        Example::bash("git push --no-verify").given(&[Given::Failed("Exit code 1\nrejected")]),
    ],
    misses: &[
        Example::bash("git push -n origin main"),
        Example::bash("rg -- \"--no-verify\" ."),
        Example::bash("git log -n 5"),
        Example::bash("git commit -m 'drop --no-verify'"),
        Example::bash("git commit --dry-run -n"),
        Example::bash("git commit -F - <<'EOF'\nnever use --no-verify\nEOF"),
        Example::bash("git merge -n topic"),
        Example::bash("git rebase --no-verify-signatures main"),
        Example::bash("HUSKY=1 git commit -m x"),
        Example::bash("ssh web git commit --no-verify"),
        Example::bash("git commit -m -n"),
        Example::bash("git commit -m x -- -n"),
    ],
    since: "0.1.0",
};

/// How a command skips hooks, and whether it is signing that it skips.
fn skipped(command: &Command) -> Option<(String, bool)> {
    let spec = if options::subcommand("git", &command.args)?.1 == "commit" {
        COMMIT
    } else {
        Spec { short: "mXsSo", long: &["message", "strategy", "onto", "push-option", "exec"] }
    };
    let git = Git::of(command, spec)?;
    if git.has(None, "dry-run") {
        return None;
    }
    if git.has(None, "no-verify") {
        return Some(("--no-verify".to_owned(), false));
    }
    if git.sub == "commit" && git.has(Some('n'), "no-verify") {
        return Some(("-n".to_owned(), false));
    }
    let off = |name: &str, value: &str| {
        command.assigned(name).is_some_and(|word| value.is_empty() != (word.text == value))
    };
    for (name, value) in [("HUSKY", "0"), ("HUSKY_SKIP_HOOKS", "1")] {
        if off(name, value) {
            return Some((format!("{name}={value}"), false));
        }
    }
    for name in ["SKIP", "PRE_COMMIT_ALLOW_NO_CONFIG"] {
        if command.assigned(name).is_some_and(|word| !word.text.is_empty()) {
            return Some((name.to_owned(), false));
        }
    }
    let mut globals = git.globals.iter();
    while let Some(word) = globals.next() {
        if !word.is("-c") {
            continue;
        }
        let setting = globals.next()?.text.to_ascii_lowercase();
        match setting.split_once('=')? {
            ("core.hookspath", "/dev/null" | "") => {
                return Some(("core.hooksPath=/dev/null".to_owned(), false));
            }
            ("commit.gpgsign", "false" | "0" | "no" | "off") => {
                return Some(("commit.gpgsign=false".to_owned(), true));
            }
            _ => {}
        }
    }
    git.has(None, "no-gpg-sign").then(|| ("--no-gpg-sign".to_owned(), true))
}

const GIT_PUSH_FORCE: Rule = Rule {
    id: "git-push-force",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    summary: "git push --force without a lease",
    why: "--force overwrites commits that were never fetched; a lease refuses to (anthropics/claude-code#70378).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["-f", "f ", "--force", "+", "-"],
        when: |case, command| {
            if !forces(command) {
                return Verdict::No;
            }
            if pushed_branches(case, command).iter().any(|branch| is_protected(branch)) {
                Verdict::FiresAs(Severity::Critical)
            } else {
                Verdict::Fires
            }
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["push"],
        signs: &["--force-with-lease", "--force-if-includes"],
        when: |_, command| Verdict::when(!forces(command)),
    }),
    advice: |_, occasion| {
        let lead = "git push --force overwrites commits that were never fetched; if it must be";
        let plain =
            "git push --force overwrites commits that were never fetched: --force-with-lease refuses to";
        match rewrite::git::push_with_lease(occasion.command?) {
            Some(better) => Advice::better(lead, better, plain),
            None => Advice::plain(plain),
        }
    },
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("git push --force").says("`git push --force-with-lease`"),
        Example::bash("git push origin +main").says("`git push --force-with-lease origin main`"),
        Example::bash("git push --force --no-verify").says("`git push --force-with-lease --no-verify`"),
        Example::bash("git push -f origin feat/x").says("`git push --force-with-lease origin feat/x`"),
        Example::bash("git push -uf origin HEAD").given(&[Given::Branch("main")]),
        Example::bash("git -C repo push -f").says("`git -C repo push --force-with-lease`"),
        Example::bash("git fetch && git rebase main && git push --force origin topic"),
    ],
    misses: &[
        Example::bash("git push --force-with-lease"),
        Example::bash("git fetch --force"),
        Example::bash("git commit -m \"push --force is bad\""),
        Example::bash("git push --force --dry-run"),
        Example::bash("git tag -f v1 && git push"),
        Example::bash("git checkout -f main"),
        Example::bash("git push origin feature-f"),
        Example::bash("git push --follow-tags"),
        Example::bash("git stash push -m 'force -f'"),
        Example::bash("ssh web 'git push --force'"),
        Example::bash("echo git push --force"),
        Example::bash("git push -o ci.skip origin main"),
    ],
    since: "0.1.0",
};

const PUSH: Spec =
    Spec { short: "o", long: &["push-option", "repo", "receive-pack", "exec", "recurse-submodules"] };

fn forces(command: &Command) -> bool {
    let Some(git) = Git::of(command, PUSH) else { return false };
    let leased = git.items.iter().any(|item| {
        matches!(item, Item::Long(name, _) if name.starts_with("force-with-lease") || *name == "force-if-includes")
    });
    let refspec = git.operands().iter().skip(1).any(|word| word.text.starts_with('+'));
    !leased && !git.has(Some('n'), "dry-run") && (git.has(Some('f'), "force") || refspec)
}

/// The branches that a push updates on the remote, by name.
fn pushed_branches(case: &Case, command: &Command) -> Vec<String> {
    let current = || case.facts.branch().map(str::to_owned);
    let Some(git) = Git::of(command, PUSH) else { return Vec::new() };
    let operands = git.operands();
    let refs: Vec<&&Word> = operands.iter().skip(1).collect();
    if refs.is_empty() {
        return current().into_iter().collect();
    }
    refs.iter()
        .filter_map(|word| {
            let name = word.text.trim_start_matches('+');
            let target = name.rsplit(':').next().unwrap_or(name);
            let target = target.strip_prefix("refs/heads/").unwrap_or(target);
            if target == "HEAD" { current() } else { Some(target.to_owned()) }
        })
        .collect()
}

fn is_protected(branch: &str) -> bool {
    matches!(branch, "main" | "master" | "develop") || branch.starts_with("release/")
}

const GIT_RESET_HARD: Rule = Rule {
    id: "git-reset-hard",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    summary: "git reset --hard",
    why: "Uncommitted work has no reflog: five public reports tell of hours lost (anthropics/claude-code#84660 and \
          others).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["reset"],
        signs: &["--hard", "--merge"],
        when: |case, command| {
            let Some(git) = Git::of(command, Spec::FLAGS_ONLY) else { return Verdict::No };
            if !git.has(None, "hard") && !git.has(None, "merge") {
                return Verdict::No;
            }
            if case.facts.cwd().is_some_and(|cwd| cwd.starts_with("/tmp")) {
                return Verdict::Near("it is in a temporary clone");
            }
            let saved = case.commands().take_while(|other| !std::ptr::eq(*other, command)).any(saves_work);
            if saved { Verdict::FiresAs(Severity::Hint) } else { Verdict::Fires }
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["reset", "stash", "restore"],
        signs: &[],
        when: |_, command| {
            let Some(git) = Git::of(command, Spec::FLAGS_ONLY) else { return Verdict::No };
            Verdict::when(!git.has(None, "hard") && !git.has(None, "merge"))
        },
    }),
    advice: advise_reset,
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git reset --hard").given(&[Given::Cwd("/repo")]).says("git stash -u"),
        Example::bash("git fetch && git reset --hard origin/main")
            .given(&[Given::Cwd("/repo")])
            .says("`git reset --keep origin/main`"),
        Example::bash("git -C sub reset -q --hard HEAD~1").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --merge").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard \"$SHA\"")
            .given(&[Given::Cwd("/repo")])
            .says("`git reset --keep \"$SHA\"`"),
        Example::bash("git stash && git reset --hard").given(&[Given::Cwd("/repo")]),
    ],
    misses: &[
        Example::bash("git reset --soft HEAD~1").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -m \"revert reset --hard\"").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard").given(&[Given::Cwd("/tmp/clone")]),
        Example::bash("git reset HEAD src/hard.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("echo git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard")
            .given(&[Given::Cwd("/repo"), Given::Failed("Exit code 128\nfatal: not a git repository")]),
        Example::bash("git log --grep 'reset --hard'").given(&[Given::Cwd("/repo")]),
    ],
    since: "0.1.0",
};

fn saves_work(command: &Command) -> bool {
    command.is("git")
        && options::subcommand("git", &command.args).is_some_and(|(_, sub)| matches!(sub, "stash" | "commit"))
}

fn advise_reset(_: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let git = Git::of(command, Spec::FLAGS_ONLY)?;
    let plain = "git reset --hard drops uncommitted work for good (lost commits: git reflog); next time `git stash -u` first";
    let operands = git.operands();
    match operands.as_slice() {
        [target] if git.has(None, "hard") => {
            let globals: String = git.globals.iter().map(|word| format!("{} ", word.raw)).collect();
            let lead =
                "git reset --hard drops uncommitted work for good (lost commits: git reflog); next time";
            Advice::better(lead, format!("git {globals}reset --keep {}", target.raw), plain)
        }
        _ => Advice::plain(plain),
    }
}
