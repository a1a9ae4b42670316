//! A listing of everything below a folder.

mod bounded;
mod scope;

use super::support::output::{LARGE_LINES, does_one_thing};
use super::support::scope::is_whole_tree;
use crate::project::programs::{self, Trait};
use crate::rules::advice::Finding;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::options::{self, Spec};
use crate::shell::{Command, Script};
use bounded::Listing;
use scope::Scope;

/// A listing with fewer lines and bytes than these is not worth an advice.
const SHORT_LINES: usize = 60;
const SHORT_BYTES: u64 = 8 << 10;

/// A listing of a named folder is worth an advice if it has more bytes than a client shows whole.
const HUGE_BYTES: u64 = 30_000;

pub(crate) const RULE: Rule = Rule {
    id: "list-tree-unbounded",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: None,
    summary: "ls -R, tree, find or du -a of everything",
    why: "Early listings with .git, caches and environments are typical useless context, and every later step \
          pays for them (AgentDiet, arXiv 2509.23586).",
    lesson: Some("List a tree with `git ls-files` or `rg --files`: `ls -R` and `find` show ignored folders too."),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["ls"],
            subcommands: &[],
            signs: &["-R", "lR", "aR", "AR", "1R", "hR", "FR", "tR", "--recursive"],
            check: unbounded_listing,
        },
        Trigger::Command {
            programs: &["tree", "find"],
            subcommands: &[],
            signs: &[],
            check: unbounded_listing,
        },
        Trigger::Command {
            programs: &["du"],
            subcommands: &[],
            signs: &["-a", "ha", "ka", "--all"],
            check: unbounded_listing,
        },
    ]),
    better: Some(Trigger::Any(&[
        Trigger::Command {
            programs: &["rg", "git"],
            subcommands: &[],
            signs: &["--files", "ls-files"],
            check: |_, command| {
                check(command.args.iter().any(|word| word.is("--files") || word.is("ls-files")))
            },
        },
        Trigger::Command {
            programs: &["tree"],
            subcommands: &[],
            signs: &["-L"],
            check: |_, command| check(command.args.iter().any(|word| word.text.starts_with("-L"))),
        },
    ])),
    needs: &[Need::Ripgrep, Need::WorkTree],
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("ls -R").says(
            "files only, without ignored and hidden ones and links: `rg --files . | head -100`",
        ),
        Example::bash("tree").says("`tree -L 2`"),
        Example::bash("cd app && tree -a")
            .given(&[Given::Cwd("{dir}/app"), Given::File("app/a", "")])
            .says("`tree -L 2 -a`"),
        Example::bash("cd app && ls -R").given(&[Given::Codex]).says("`cd app && rg --files ."),
        Example::bash("ls -laR .").given(&[Given::Lines(400)]).says(
            "ls -R printed 400 lines; this prints the first of them: `ls -laR . | head -100`",
        ),
        Example::bash("find . -type f")
            .given(&[Given::Lines(500)])
            .says("find printed 500 lines; this lists them without ignored"),
        Example::bash("find . -type f 2>/dev/null | sort")
            .given(&[Given::Lines(500)])
            .says("`rg --files . 2>/dev/null | sort | head -100`"),
        Example::bash("find").given(&[Given::Lines(100)]).says("`rg --files . | head -100`"),
        Example::bash("find . -type f")
            .given(&[
                Given::Lines(300),
                Given::Codex,
                Given::Programs(&["git"]),
                Given::Branch("main"),
            ])
            .says("`git -c core.quotePath=off ls-files -co --exclude-standard . | head -100`"),
        Example::bash("find src -type f")
            .given(&[Given::Lines(300), Given::Codex, Given::Programs(&[])])
            .says("`find src -type f | head -100`"),
        Example::bash("tree src -f").given(&[Given::Lines(300)]).says("`tree -L 2 src -f`"),
        Example::bash("ls -R node_modules/react")
            .given(&[Given::Lines(900)])
            .says("`ls -R node_modules/react | head -100`"),
        Example::bash("du -ah .")
            .given(&[Given::Lines(900)])
            .says("the largest of them: `du -ah . | sort -h | tail -n 30`"),
        Example::bash("du -a | sort -rn")
            .given(&[Given::Lines(900)])
            .says("`du -a | sort -rn | head -n 30`"),
        Example::bash("find . -type f -not -path '*/node_modules/*' -not -path '*/gen/*'")
            .given(&[Given::Lines(401)])
            .says("`rg --files -g '!node_modules/' -g '!gen/' . | head -100`"),
        Example::bash("find . -name node_modules -prune -o -type f")
            .given(&[Given::Lines(300)])
            .says("files only, without ignored and hidden ones and links: `rg --files -g '!node_modules' . | head -100`"),
        Example::bash("ls -R src | grep -v __pycache__")
            .given(&[Given::Lines(875)])
            .says("`rg --files src | grep -v __pycache__ | head -100`"),
        Example::bash("tree -I 'node_modules|dist'")
            .given(&[Given::Lines(709)])
            .says("`tree -L 2 -I 'node_modules|dist'`"),
        Example::bash("ls -R ~").given(&[Given::Lines(900)]).says("`rg --files ~ | head -100`"),
    ],
    misses: &[
        Example::bash("ls -la").given(&[Given::Lines(300)]),
        Example::bash("git ls-files | head -50"),
        Example::bash("ls -R docs | head -40"),
        Example::bash("ls -R docs"),
        Example::bash("ls -R docs").given(&[Given::Lines(150)]),
        Example::bash("ls -R").given(&[Given::Lines(30)]),
        Example::bash("tree").given(&[Given::Lines(12)]),
        Example::bash("tree -L 2").given(&[Given::Lines(300)]),
        Example::bash("tree --gitignore").given(&[Given::Lines(150)]),
        Example::bash("tree -d").given(&[Given::Lines(300)]),
        Example::bash("tree -I 'node_modules|target'").given(&[Given::Lines(150)]),
        Example::bash("find . -type f | grep -v node_modules").given(&[Given::Lines(100)]),
        Example::bash("find . -type f | grep -vc node_modules").given(&[Given::Lines(300)]),
        Example::bash("tree --help").given(&[Given::Lines(100)]),
        Example::bash("cargo tree").given(&[Given::Lines(900)]),
        Example::bash("find . -type f"),
        Example::bash("find . -type f | wc -l"),
        Example::bash("find . -type f | grep test").given(&[Given::Lines(300)]),
        Example::bash("find . -type f | sed -n '1,120p'").given(&[Given::Lines(120)]),
        Example::bash("find . -maxdepth 2 -type f").given(&[Given::Lines(300)]),
        Example::bash("find . -type f -newer x").given(&[Given::Lines(300)]),
        Example::bash("find . -name node_modules -prune -o -type f").given(&[Given::Lines(150)]),
        Example::bash("find \"$PWD\" -type f -not -path '*/src/*'").given(&[Given::Lines(300)]),
        Example::bash("find . -type f -delete"),
        Example::bash("find ./ $*").given(&[Given::Lines(300)]),
        Example::bash("find . -type f > files.txt"),
        Example::bash("n=$(find . -type f | wc -l)"),
        Example::bash("for f in $(find . -type f); do wc -l \"$f\"; done")
            .given(&[Given::Lines(300)]),
        Example::bash("du -sh .").given(&[Given::Lines(1)]),
        Example::bash("du -a -d 1").given(&[Given::Lines(300)]),
        Example::bash("ssh web ls -R /srv").given(&[Given::Lines(300)]),
        Example::bash("docker run --rm img find / -type f").given(&[Given::Lines(300)]),
        Example::bash("cat big.log; ls -R").given(&[Given::Lines(400)]),
        Example::bash("echo 'ls -R'"),
        Example::bash("git commit -m 'list with ls -R or tree'"),
        Example::bash("ls -R").given(&[Given::Background]),
        Example::bash("walk() { ls -R; }"),
        Example::bash("if tree; then echo y; fi"),
    ],
    since: "0.1.0",
};

fn unbounded_listing(case: &Case, command: &Command) -> Check<Finding> {
    let Scope { folders, globs, is_narrowed } = scope::of(command).ok_or(Miss::No)?;
    let script = case.script().ok_or(Miss::No)?;
    if case.in_background()
        || command.in_function
        || command.is_condition
        || !command.wrappers.is_empty()
    {
        return Err(Miss::Near("it may not run, or nobody reads what it prints"));
    }
    // What an expansion holds may be a test of find.
    if command.is("find")
        && folders.iter().any(|folder| folder.expands && !is_whole_tree(case, folder))
    {
        return Err(Miss::Near("what it lists is not known"));
    }
    if !command.assignments.is_empty() {
        return Err(Miss::Near("variables are set for it"));
    }
    let drops_lines = match shown(script, command) {
        Shown::Whole => false,
        Shown::WithoutSome => true,
        Shown::Elsewhere => {
            return Err(Miss::Near("what it prints goes elsewhere, or is bounded by what follows"));
        }
    };
    if !does_one_thing(case) || command.depth > 0 {
        return Err(Miss::Near("it is part of something larger"));
    }
    let result = case.event.shell();
    let (lines, bytes) = (result.lines(), result.bytes());
    // Only a find of files may print nothing at all. From the others an empty output means that the
    // output is not known.
    let is_unknown = bytes == 0 && !command.args.iter().any(|word| word.is("f"));
    if !is_unknown && lines < SHORT_LINES && bytes < SHORT_BYTES {
        return Err(Miss::Near("the listing is short"));
    }
    let is_large = lines > LARGE_LINES || bytes > HUGE_BYTES;
    if (is_narrowed || drops_lines) && !is_large {
        return Err(Miss::Near("it leaves folders out, and is not known to have printed much"));
    }
    let is_whole = folders.is_empty() || folders.iter().any(|folder| is_whole_tree(case, folder));
    if !is_whole && !is_large {
        return Err(Miss::Near("it lists a named folder, and is not known to have printed much"));
    }
    let listing =
        Listing::new(script, command, folders, globs, is_narrowed).ok_or(Miss::NoBetterForm)?;
    let advice = listing.advise(case, lines).ok_or(Miss::NoBetterForm)?;
    Ok(Finding::new(advice))
}

/// How much of a listing the agent sees.
enum Shown {
    /// All of it, in whatever order.
    Whole,
    /// All of it but some lines that a filter drops.
    WithoutSome,
    /// A part, or nothing.
    Elsewhere,
}

fn shown(script: &Script, command: &Command) -> Shown {
    let Some(stage) = command.stage else {
        return if command.shows_output() { Shown::Whole } else { Shown::Elsewhere };
    };
    let stages = script.stages(stage.pipeline).unwrap_or_default();
    let reaches_agent = stage.index == 0 && stages.last().is_some_and(|last| last.shows_output());
    let (mut keeps_all, mut keeps_most) = (reaches_agent, reaches_agent);
    for filter in stages.iter().skip(1) {
        let keeps = programs::is(&filter.program, Trait::KeepsEveryLine);
        keeps_all &= keeps;
        keeps_most &= keeps || drops_matches(filter);
    }
    match (keeps_all, keeps_most) {
        (true, _) => Shown::Whole,
        (_, true) => Shown::WithoutSome,
        _ => Shown::Elsewhere,
    }
}

/// Whether a filter is `grep -v`, which drops the lines that match.
fn drops_matches(filter: &Command) -> bool {
    let items = options::read(&filter.args, Spec::of("grep"));
    filter.is("grep")
        && options::has(&items, Some('v'), "invert-match")
        && !options::has(&items, Some('c'), "count")
        && !options::has(&items, Some('q'), "quiet")
}
