//! A `cd` in front of a command that does not need it.

use crate::base::text;
use crate::project::environment;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::options::Spec;
use crate::shell::words::quote;
use crate::shell::{Command, Joined, Script, Word, options};

pub(crate) const RULE: Rule = Rule {
    id: "cd-prefix-cwd",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Both,
    analyzer: None,
    summary: "cd to the current folder, or only for git",
    why: "The working directory persists between calls. A cd in front makes a compound command, which defeats \
          permission rules by prefix: half of such prefixes in one set of sessions went where the shell was.",
    lesson: Some(
        "Leave out a `cd` to the current folder; for git in another one, `git -C` does without.",
    ),
    trigger: Trigger::Command {
        programs: &["cd"],
        subcommands: &[],
        signs: &["&&", ";", "\n"],
        check: needless_cd,
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &[],
        signs: &["-C"],
        check: |_, command| check(command.args.first().is_some_and(|word| word.is("-C"))),
    }),
    needs: &[],
    repeat: Repeat::nth(2, 10, 1),
    hits: &[
        Example::bash("cd /repo && git status").given(&[Given::Cwd("/repo")]).says("`git status`"),
        Example::bash("cd /repo; cargo build").given(&[Given::Cwd("/repo")]).says("`cargo build`"),
        Example::bash("cd /other/repo && git log --oneline -5")
            .given(&[Given::Cwd("/other/repo"), Given::MadeBefore(1), Given::After("ls")])
            .says("`git -C /other/repo log --oneline -5`"),
        Example::bash("cd \"$PWD\" && make").given(&[Given::Cwd("/repo")]).says("`make`"),
        Example::bash("cd /repo/ && ls | wc -l").given(&[Given::Cwd("/repo")]).says("`ls | wc -l`"),
        Example::bash("cd $(pwd) && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /srv/other && git fetch || git remote -v")
            .given(&[Given::Cwd("/srv/other"), Given::MadeBefore(1), Given::After("ls")])
            .says("git -C /srv/other fetch || git -C /srv/other remote -v"),
        Example::bash("cd /srv/other/ && git log --oneline 2>&1 | head -5")
            .given(&[Given::Cwd("/srv/other"), Given::MadeBefore(1), Given::After("ls")])
            .says("`git -C /srv/other/ log --oneline 2>&1 | head -5`"),
        Example::bash("cd 'my repo' && git diff --stat && git log -1")
            .given(&[Given::Cwd("/repo/my repo"), Given::MadeBefore(1), Given::After("ls")])
            .says("git -C '/repo/my repo' diff --stat && git -C '/repo/my repo' log -1"),
    ],
    misses: &[
        Example::bash("cd web && npm test").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /other/repo && git log -5").given(&[Given::Cwd("/repo")]),
        Example::bash("cd ~/other && git status").given(&[Given::Cwd("/repo")]),
        Example::bash("(cd web && npm run build)").given(&[Given::Cwd("/repo")]),
        Example::bash("echo 'cd /repo && make'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /repo").given(&[Given::Cwd("/repo")]),
        Example::bash("cd \"$DIR\" && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /other && make").given(&[Given::Cwd("/repo")]),
        Example::bash("mkdir -p /repo && cd /repo && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd - && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /repo & make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd . && cd . && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd app && git add ./").given(&[Given::Cwd("/repo")]),
        Example::bash("cd /other && git diff *.py").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web 'cd /repo && make'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git status && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git add . | cat > log").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git log | grep -f words").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git log | sort -o out").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git log | head -3 notes").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git diff > ../x.patch").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git log -- \"$PWD/x\"").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -m 'cd /repo && x'").given(&[Given::Cwd("/repo")]),
        Example::bash("cd sub && git status").given(&[Given::Cwd("/repo"), Given::Codex]),
    ],
    since: "0.1.0",
};

fn needless_cd(case: &Case, command: &Command) -> Check<Finding> {
    if !case.environment.client.keeps_directory() {
        return Err(Miss::Near("this client starts every call in the same folder"));
    }
    let script = case.script().ok_or(Miss::No)?;
    let (target, rest) = leading_cd(script, command)?;
    let dir = text::excerpt(&target.raw);
    let advice = match Purpose::of(case, script.after(command), target, rest)? {
        Purpose::Nothing => Advice::better(
            format!("cd {dir} is not needed, since the shell is there; next time"),
            rest,
            format!("cd {dir} is not needed, since the shell is there: next time leave it out"),
        ),
        Purpose::Git(rewrite) => Advice::better(
            "a cd for git alone moves the shell for later calls too; next time",
            rewrite,
            format!(
                "cd {dir} for git alone moves the shell for later calls too: next time use git -C"
            ),
        ),
    };
    Ok(Finding::new(advice))
}

/// The folder of a `cd` that leads its script, and the text that it leads.
fn leading_cd<'c>(script: &'c Script, command: &'c Command) -> Check<(&'c Word, &'c str)> {
    let next = script.after(command).first().filter(|next| {
        matches!(next.joined, Joined::And | Joined::Semicolon | Joined::Newline | Joined::First)
    });
    let leads = script.before(command).is_empty()
        && command.depth == 0
        && !command.background
        && command.redirections.is_empty();
    let Some(next) = next.filter(|_| leads) else {
        return Err(Miss::Near("it is not a leading cd with a command after it"));
    };
    if next.is("cd") {
        return Err(Miss::Near("another cd follows"));
    }
    let [target] = command.args.as_slice() else {
        return Err(Miss::Near("it has no single folder"));
    };
    let rest = script.text_after(command).map(str::trim_start).ok_or(Miss::No)?;
    let rest = rest
        .strip_prefix("&&")
        .or_else(|| rest.strip_prefix(';'))
        .or_else(|| rest.strip_prefix('\n'))
        .unwrap_or(rest)
        .trim();
    if rest.contains("OLDPWD") || rest.contains("cd -") {
        return Err(Miss::Near("what follows goes back to where this cd left"));
    }
    Ok((target, rest))
}

/// What a leading `cd` is for.
enum Purpose {
    /// Nothing: the shell is in that folder already.
    Nothing,
    /// Git alone: the commands after it, rewritten with `-C`.
    Git(String),
}

impl Purpose {
    /// The purpose of a `cd` to `target`, before these commands with the text `rest`.
    fn of(case: &Case, commands: &[Command], target: &Word, rest: &str) -> Check<Self> {
        // These name the folder in which the shell is, whatever that is.
        if matches!(target.raw.as_str(), "." | "./" | "$PWD" | "\"$PWD\"" | "$(pwd)" | "\"$(pwd)\"")
        {
            return Ok(Self::Nothing);
        }
        let literal = target.literal().ok_or(Miss::Near("the folder is not literal"))?;
        if literal == "-" || literal.is_empty() {
            return Err(Miss::Near("it goes back"));
        }
        let is_absolute = literal.starts_with(['/', '~']);
        let unnamed = Miss::Near("the client did not name the working directory");
        let cwd = case.environment.cwd().ok_or(unnamed)?;
        let path =
            case.environment.absolute(literal).ok_or(Miss::Near("the folder is not known"))?;
        let is_here = path == environment::normal(cwd);
        if is_absolute && is_here && case.began_in(&path) {
            return Ok(Self::Nothing);
        }
        // A client may put the shell back where it was. Then the cd moved it for this call alone.
        if !(is_here || (!is_absolute && cwd.ends_with(literal))) {
            return Err(Miss::Near("the shell is not there after the call"));
        }
        let folder = match is_absolute {
            true => target.raw.clone(),
            // The shell is there by now: from here, only the whole path leads there.
            false if cwd.ends_with(literal) => quote(&cwd.to_string_lossy()),
            false => quote(&path.to_string_lossy()),
        };
        with_git_c(commands, &folder, rest).map(Self::Git)
    }
}

/// Git commands that look or fetch: a change deserves its own thought, and its own advice.
const LOOKS: [&str; 24] = [
    "status",
    "log",
    "diff",
    "show",
    "branch",
    "remote",
    "rev-parse",
    "ls-files",
    "ls-tree",
    "blame",
    "fetch",
    "describe",
    "shortlog",
    "grep",
    "rev-list",
    "cat-file",
    "merge-base",
    "for-each-ref",
    "show-ref",
    "ls-remote",
    "name-rev",
    "diff-tree",
    "check-ignore",
    "reflog",
];

/// Programs that do not touch the folder while they read a pipe and get no file, each with how many
/// of its operands are not files: a pattern, a list of characters.
const FILTERS: [(&str, usize); 7] =
    [("head", 0), ("tail", 0), ("wc", 0), ("sort", 0), ("uniq", 0), ("grep", 1), ("tr", 2)];

/// Whether a later stage of a pipe does the same in every folder.
fn is_filter(command: &Command) -> bool {
    let Some((_, operands)) = FILTERS.iter().find(|(name, ..)| command.is(name)) else {
        return false;
    };
    let items = options::read(&command.args, Spec::of(&command.program));
    // A file of patterns, a walk, a file for the result. Not `grep -o`: it prints what matched.
    let more =
        [(Some('f'), "file"), (Some('e'), "regexp"), (Some('r'), "recursive"), (Some('R'), "")];
    let names_file = match command.program.as_str() {
        "grep" => more.iter().any(|(short, long)| options::has(&items, *short, long)),
        "sort" => options::has(&items, Some('o'), "output"),
        _ => false,
    };
    command.stage.is_some_and(|stage| stage.index > 0)
        && !names_file
        && options::operands(&items).len() <= *operands
}

/// The redirections as they are written; `None` where one leads to a file of the folder.
fn plain_redirections(command: &Command) -> Option<String> {
    let written = command.redirections.iter().map(|redirection| {
        match (redirection.fd, redirection.operator.as_str(), redirection.target.text.as_str()) {
            (Some(2), ">&", "1") => Some(" 2>&1"),
            (Some(2), ">", "/dev/null") => Some(" 2>/dev/null"),
            _ => None,
        }
    });
    written.collect()
}

/// `rest` with `-C folder` after every `git`, if it is nothing but git commands that look, filtered
/// perhaps.
fn with_git_c(commands: &[Command], folder: &str, rest: &str) -> Check<String> {
    const MORE: Miss = Miss::Near("it moves the shell for more than looking with git");
    let mut out = String::new();
    for command in commands {
        let looks = options::subcommand("git", &command.args)
            .is_some_and(|(at, sub)| at == 0 && LOOKS.contains(&sub));
        let git =
            command.spelled == "git" && looks && command.stage.is_none_or(|stage| stage.index == 0);
        let plain = (git || is_filter(command))
            && command.depth == 0
            && !command.background
            && command.wrappers.is_empty()
            && command.assignments.is_empty()
            && !command
                .args
                .iter()
                .any(|word| word.globs || word.raw.contains("$(") || word.raw.contains("PWD"));
        let redirections = plain_redirections(command).filter(|_| plain).ok_or(MORE)?;
        if !out.is_empty() {
            out.push_str(match command.joined {
                Joined::And => " && ",
                Joined::Or => " || ",
                Joined::Pipe => " | ",
                _ => "; ",
            });
        }
        let start = if git { format!("git -C {folder}") } else { command.spelled.clone() };
        let args = command.raw_args();
        out.push_str(&[start.as_str(), args.as_str()].join(" "));
        out.push_str(&redirections);
    }
    if out.is_empty() || rest.contains('\n') {
        return Err(MORE);
    }
    Ok(out)
}
