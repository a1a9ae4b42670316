//! A command that zsh refused to run, since a glob without quotes matched no file.

use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::refused::{Complaint, complaints};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::is_shell;
use crate::shell::words::quote;
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "zsh-no-match",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "a command that zsh refused: an unquoted glob",
    why: "The search never ran, and its empty answer reads like a result: 36 of 23,429 recorded calls, in 7 % of sessions.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let command = case.event.command().unwrap_or_default();
            command.contains(['*', '?', '[', '=', '^'])
                && !complaints(case).is_empty()
                // Parsed here: a worker's stack is small.
                && case.script().is_some()
        },
        check,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(4),
    hits: &[
        Example::bash("grep -rn foo --include=*.go .")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: --include=*.go")])
            .says(
                "zsh did not run grep, since a glob is not quoted; next time: `grep -rn foo --include='*.go' .`",
            ),
        Example::bash("cd web && grep -rn a src --include=*.py | head; echo \"---\"")
            .given(&[Given::Output("(eval):1: no matches found: --include=*.py\n---")]),
        Example::bash("sed -n '1,60p' a.ts; sed -n '1,60p' app/[locale]/b.tsx")
            .given(&[Given::Output("x\n(eval):1: no matches found: app/[locale]/b.tsx")])
            .says("sed -n '1,60p' 'app/[locale]/b.tsx'`"),
        Example::bash("pip install fastapi[all]")
            .given(&[Given::Failed("Exit code 1\nzsh:1: no matches found: fastapi[all]")])
            .says("`pip install 'fastapi[all]'`"),
        Example::bash("curl -s https://x.org/a?b=1").given(&[Given::Failed(
            "Exit code 1\n(eval):1: no matches found: https://x.org/a?b=1",
        )]),
        Example::bash("find . -name *.rs")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: *.rs")])
            .says("`find . -name '*.rs'`"),
        Example::bash("find . -name *.foo -o -name *.bar")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: *.foo")])
            .says("`find . -name '*.foo' -o -name '*.bar'`"),
        Example::bash("grep -rn x --include=*.foo --include=*.bar .")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: --include=*.foo")])
            .says("`grep -rn x --include='*.foo' --include='*.bar' .`"),
        Example::bash("echo === build ===; ls")
            .given(&[Given::Failed("Exit code 1\n(eval):1: == not found")])
            .says("zsh takes === for the name of a program: next time put it in quotes"),
        Example::bash("git show HEAD^")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: HEAD^")])
            .says("`git show 'HEAD^'`"),
        Example::bash("git diff --stat HEAD^^..HEAD && ls")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: HEAD^^..HEAD")])
            .says("`git diff --stat 'HEAD^^..HEAD' && ls`"),
        Example::bash("grep -n foo src/*.ts lib/*.tsx")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: lib/*.tsx")])
            .says("zsh did not run grep, since lib/*.tsx matches no file"),
    ],
    misses: &[
        Example::bash("ls 'docs/review-*.md'").given(&[Given::Failed("Exit code 1\nls: docs/review-*.md: No such file or directory")]),
        Example::bash("echo 'zsh: no matches found: --include=*.go' >> notes.md"),
        // Whether there is such a file is what they ask.
        Example::bash("ls docs/review-*.md 2>/dev/null || echo none")
            .given(&[Given::Output("none\n(eval):1: no matches found: docs/review-*.md")]),
        Example::bash("ls .git/x/*.json | head -5")
            .given(&[Given::Output("(eval):1: no matches found: .git/x/*.json")]),
        Example::bash("rm -f tmp/*.log")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: tmp/*.log")]),
        Example::bash("grep -n foo scripts/*.sh")
            .given(&[Given::Failed("Exit code 1\n(eval):1: no matches found: scripts/*.sh")]),
        // The words of a file.
        Example::bash("grep -n 'no matches found' docs/*.md")
            .given(&[Given::Output("docs/a.md:4:(eval):1: no matches found: *.md")]),
        Example::bash("cat notes.md; ls *.x")
            .given(&[Given::Output("zsh prints \"no matches found: *.md\"")]),
        Example::bash("grep -rn foo --include='*.go' .").given(&[Given::Output("a.go:1:foo")]),
        Example::bash("grep -rn foo --include=*.go .").given(&[Given::Output("a.go:1:foo")]),
        Example::bash("git log --oneline *")
            .given(&[Given::Output("(eval):1: no matches found: x*")]),
        Example::bash("ssh h 'ls *.x'").given(&[Given::Output("zsh:1: no matches found: *.x")]),
        Example::bash("test a = b; nosuch")
            .given(&[Given::Failed("Exit code 127\n(eval):1: command not found: nosuch")]),
        Example::bash("git show 'HEAD^'")
            .given(&[Given::Failed("Exit code 128\nfatal: ambiguous argument 'HEAD^': unknown revision")]),
        Example::bash("echo '=== a ==='").given(&[Given::Output("=== a ===")]),
        Example::bash("for f in *.x; do wc -l $f; done")
            .given(&[Given::Output("(eval):1: no matches found: *.x")]),
        Example::bash("echo \"--include=*.go\"")
            .given(&[Given::Output("(eval):1: no matches found: --include=*.go")]),
    ],
    since: "0.2.0",
};

fn check(case: &Case) -> Check<Finding> {
    let complaints = complaints(case);
    if complaints.is_empty() {
        return Err(Miss::No);
    }
    let script = case.script().ok_or(Miss::No)?;
    let mut near = Miss::Near("the refused word is not in the command");
    for (kind, refused) in complaints {
        // The words of `bash -c '...'` are not those of this shell.
        let in_this_shell =
            |command: &&Command| !command.wrappers.iter().any(|wrapper| is_shell(wrapper));
        let refused_word = |command| {
            let command: &Command = command;
            let word = command.args.iter().find(|word| word.text == refused && !word.quoted)?;
            Some((command, word))
        };
        let Some((command, word)) = case.commands().filter(in_this_shell).find_map(refused_word)
        else {
            continue;
        };
        let program = text::excerpt(&command.program);
        if kind == Complaint::Equals {
            let lead = format!("zsh takes {refused} for the name of a program");
            let better = script.with_word(command, word, &format!("'{refused}'"));
            return Ok(Finding::new(quoted(lead, better)));
        }
        match meaning(command, &refused) {
            Meaning::Text => {
                let lead = format!("zsh did not run {program}, since a glob is not quoted");
                // The shell stops at the first: the others would be refused next.
                let better = script.with_arguments(command, |other| {
                    let is_bare = other.globs && !other.quoted && !other.expands;
                    let is_text = is_bare
                        && !other.text.contains('{')
                        && matches!(meaning(command, &other.text), Meaning::Text);
                    (std::ptr::eq(word, other) || is_text).then(|| quoted_glob(&other.text))
                });
                return Ok(Finding::new(quoted(lead, better)));
            }
            Meaning::OneOfSeveral => {
                return Ok(Finding::new(Advice::plain(format!(
                    "zsh did not run {program}, since {} matches no file: run it again without that word",
                    text::excerpt(&refused)
                ))));
            }
            Meaning::Files => near = Miss::Near("whether there are such files is what it asks"),
        }
    }
    Err(near)
}

/// A word with quotes around its glob.
fn quoted_glob(word: &str) -> String {
    match word.split_once('=').filter(|_| word.starts_with('-')) {
        Some((option, glob)) => format!("{option}={}", quote(glob)),
        // Only extended globs know this sign, so that other words with it need no quotes.
        None if word.contains('^') && quote(word) == word => format!("'{word}'"),
        None => quote(word),
    }
}

/// The advice to quote a word, with the whole command if its text is known.
fn quoted(lead: String, better: Option<String>) -> Advice {
    let plain = format!("{lead}: next time put it in quotes");
    match better {
        Some(better) => Advice::better(format!("{lead}; next time"), better, plain),
        None => Advice::plain(plain),
    }
}

/// What a refused word was meant as.
enum Meaning {
    /// A text for the program, in which the shell should not look for files.
    Text,
    /// One of several names of files: the others were not looked at either.
    OneOfSeveral,
    /// The only files: there are none.
    Files,
}

fn meaning(command: &Command, refused: &str) -> Meaning {
    let is_option = refused.starts_with('-');
    let is_pattern_of_find =
        matches!(command.program.as_str(), "find" | "fd" | "git" | "rg" | "tar" | "rsync" | "scp")
            && !refused.contains('/')
            && command.args.iter().any(|word| word.text.starts_with('-'));
    let is_address = refused.contains("://");
    // A route of Next.js, an extra of pip: brackets that are a name.
    let is_name = refused.contains('[') && !refused.contains(['*', '?']);
    // With extended globs `^` is a sign of a pattern, and of a commit's parent to git.
    let is_revision = command.is("git") && refused.contains('^');
    if is_option || is_pattern_of_find || is_address || is_name || is_revision {
        return Meaning::Text;
    }
    let reads = programs::is(&command.program, Trait::PrintsFiles) && !command.is("ls");
    let names = |word: &&Word| {
        !word.text.starts_with('-')
            && word.text != refused
            && (word.globs || word.text.contains(['/', '.']))
    };
    if reads && command.args.iter().skip(1).any(|word| names(&word)) {
        return Meaning::OneOfSeveral;
    }
    Meaning::Files
}
