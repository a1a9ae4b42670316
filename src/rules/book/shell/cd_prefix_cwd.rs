//! Moving the shell for nothing.

use crate::base::text;
use crate::project::environment;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::words::quote;
use crate::shell::{Command, Joined, Script, options};

pub(crate) const RULE: Rule = Rule {
    id: "cd-prefix-cwd",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Both,
    analyzer: None,
    summary: "cd to where the shell is, or for git alone",
    why: "The working directory persists between calls. A cd in front makes a compound command, which defeats \
          permission rules by prefix: half of such prefixes in one set of sessions went where the shell was.",
    trigger: Trigger::Command {
        programs: &["cd"],
        subcommands: &[],
        signs: &["&&", ";", "\n"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match prefix(case, command) {
                    Ok(_) => Verdict::Fires,
                    Err(because) => Verdict::Near(because),
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &[],
        signs: &["-C"],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                Verdict::when(command.args.first().is_some_and(|word| word.is("-C")))
            })
        },
    }),
    needs: &[],
    repeat: Repeat::nth(2, 10, 3),
    hits: &[
        Example::bash("cd /repo && git status").given(&[Given::Cwd("/repo")]).says("`git status`"),
        Example::bash("cd /repo; cargo build").given(&[Given::Cwd("/repo")]).says("`cargo build`"),
        Example::bash("cd /other/repo && git log --oneline -5")
            .given(&[Given::Cwd("/repo")])
            .says("`git -C /other/repo log --oneline -5`"),
        Example::bash("cd \"$PWD\" && make").given(&[Given::Cwd("/repo")]).says("`make`"),
        Example::bash("cd /repo/ && ls | wc -l").given(&[Given::Cwd("/repo")]).says("`ls | wc -l`"),
        Example::bash("cd $(pwd) && make").given(&[Given::Cwd("/repo")]),
        Example::bash("cd ~/other && git fetch || git remote -v")
            .given(&[Given::Cwd("/repo")])
            .says("git -C ~/other fetch || git -C ~/other remote -v"),
        Example::bash("cd ~/other && git log --oneline 2>&1 | head -5")
            .given(&[Given::Cwd("/repo")])
            .says("`git -C ~/other log --oneline 2>&1 | head -5`"),
        Example::bash("cd 'my repo' && git diff --stat && git log -1")
            .given(&[Given::Cwd("/repo")])
            .says("git -C '/repo/my repo' diff --stat && git -C '/repo/my repo' log -1"),
    ],
    misses: &[
        Example::bash("cd web && npm test").given(&[Given::Cwd("/repo")]),
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, occasion| {
    let command = occasion.command?;
    let dir = text::excerpt(&command.args.first()?.raw);
    match prefix(case, command).ok()? {
        Prefix::Useless(rest) => legacy::better(
            format!("cd {dir} is not needed, the shell is already there"),
            rest,
            format!(
                "cd {dir} is not needed: the shell is already there, and stays there between calls"
            ),
        ),
        Prefix::Git(better) => legacy::better(
            "a cd for git alone moves the shell for later calls too",
            better,
            format!(
                "cd {dir} for git alone moves the shell for later calls too; git -C leaves it where it is"
            ),
        ),
    }
};
const KEY: Key = Key::Rule;

/// What a leading `cd` is for.
enum Prefix {
    /// Nothing: the command without it.
    Useless(String),
    /// Git alone: the commands with `-C`.
    Git(String),
}

/// What the leading `cd` of a script is for.
///
/// # Errors
/// Why nothing can be said of it.
fn prefix(case: &Case, command: &Command) -> Result<Prefix, &'static str> {
    if !case.environment.client.keeps_directory() {
        return Err("this client starts every call in the same folder");
    }
    let script = case.script().ok_or("")?;
    let leads = script.commands.first().is_some_and(|first| first.id == command.id);
    let followed = script.commands.get(1).is_some_and(|next| {
        matches!(next.joined, Joined::And | Joined::Semicolon | Joined::Newline | Joined::First)
    });
    if !leads
        || command.depth > 0
        || !followed
        || command.background
        || !command.redirections.is_empty()
    {
        return Err("it is not a leading cd with a command after it");
    }
    if script.commands.get(1).is_some_and(|next| next.is("cd")) {
        return Err("another cd follows");
    }
    let [target] = command.args.as_slice() else { return Err("it has no single folder") };
    let rest = script.text_after(command).map(str::trim_start).ok_or("")?;
    let rest = rest
        .strip_prefix("&&")
        .or_else(|| rest.strip_prefix(';'))
        .or_else(|| rest.strip_prefix('\n'))
        .unwrap_or(rest)
        .trim();
    if rest.contains("OLDPWD") || rest.contains("cd -") {
        return Err("what follows goes back to where this cd left");
    }
    // These name where the shell is, whatever that is.
    if matches!(target.raw.as_str(), "." | "./" | "$PWD" | "\"$PWD\"" | "$(pwd)" | "\"$(pwd)\"") {
        return Ok(Prefix::Useless(rest.to_owned()));
    }
    let literal = target.literal().ok_or("the folder is not literal")?;
    if literal == "-" || literal.is_empty() {
        return Err("it goes back");
    }
    let is_absolute = literal.starts_with(['/', '~']);
    let cwd = case.environment.cwd().ok_or("the client did not tell the working directory")?;
    let path = case.environment.absolute(literal).ok_or("the folder is not known")?;
    if is_absolute && path == environment::normal(cwd) && case.began_in(&path) {
        return Ok(Prefix::Useless(rest.to_owned()));
    }
    let folder = match is_absolute {
        true => target.raw.clone(),
        // The shell is there by now: seen from here, only the whole path leads there.
        false if cwd.ends_with(literal) => quote(&cwd.to_string_lossy()),
        false => quote(&path.to_string_lossy()),
    };
    with_git_c(script, &folder, rest).map(Prefix::Git)
}

/// Git commands that look or fetch: what changes something deserves its own thought, and its own
/// advice.
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

/// Programs that see nothing of the folder while they read a pipe and are given no file, with the
/// number of operands that are none: a pattern, a list of characters.
const FILTERS: [(&str, Spec, usize); 7] = [
    ("head", Spec { short: "nc", ..Spec::FLAGS_ONLY }, 0),
    ("tail", Spec { short: "nc", ..Spec::FLAGS_ONLY }, 0),
    ("wc", Spec::FLAGS_ONLY, 0),
    ("sort", Spec { short: "kt", ..Spec::FLAGS_ONLY }, 0),
    ("uniq", Spec { short: "fsw", ..Spec::FLAGS_ONLY }, 0),
    ("grep", Spec { short: "ABCm", ..Spec::FLAGS_ONLY }, 1),
    ("tr", Spec::FLAGS_ONLY, 2),
];

/// Whether a later stage of a pipe does the same in every folder.
fn is_filter(command: &Command) -> bool {
    let Some((_, spec, operands)) = FILTERS.iter().find(|(name, ..)| command.is(name)) else {
        return false;
    };
    let items = options::read(&command.args, *spec);
    // A file of patterns, a walk, a file for the result; `grep -o` prints what matched.
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

/// Redirections that lead to no file of the folder, as they are written; `None` where one does.
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
fn with_git_c(script: &Script, folder: &str, rest: &str) -> Result<String, &'static str> {
    const MORE: &str = "it moves the shell for more than looking with git";
    let mut out = String::new();
    for command in script.commands.get(1..).unwrap_or_default() {
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
