//! A find that picks files by name.

use super::support::better_search::{has_ripgrep, part_of, rights};
use super::support::output::printed_much;
use super::support::scope::{is_outside, is_whole_tree, moves_outside};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite::find_grep;
use crate::rules::rewrite::listing::{self, Listing};
use crate::rules::rewrite::place::{self, Place};
use crate::rules::rewrite::reader::{self, silenced_errors};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::{Command, Word};

/// A find by name that printed less, in less time, has cost nothing that another program would save:
/// of 12 recorded ones that were advised, 7 printed 50 to 200 bytes at once.
const CHEAP_BYTES: u64 = 2000;

/// The same in lines.
const CHEAP_LINES: usize = 50;

/// The same in milliseconds.
const CHEAP_MS: u64 = 2000;

pub(crate) const RULE: Rule = Rule {
    id: "find-name-search",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Both,
    analyzer: None,
    summary: "find by name only, over a source tree",
    why: "find walks .git and every ignored folder; a file lister skips them and lists the same sources.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["find"],
        subcommands: &[],
        signs: &["name"],
        check: search_by_name,
    },
    better: Some(Trigger::Command {
        programs: &["rg", "fd", "fdfind"],
        subcommands: &[],
        signs: &["--files", "fd"],
        check: |_, command| {
            check(!command.is("rg") || command.args.iter().any(|word| word.is("--files")))
        },
    }),
    needs: &[Need::Ripgrep, Need::Fd],
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("find . -name '*.py'").says("`rg --files -g '*.py' .`"),
        Example::bash("find . -name package.json -not -path './vendor/*'")
            .says("-g '!/vendor/' .`"),
        Example::bash("find . -type f -iname '*test*' | head -20")
            .says("`rg --files --iglob '*test*' .`"),
        Example::bash("find src -name '*.rs'")
            .given(&[Given::Lines(300)])
            .says("`rg --files -g '*.rs' src`"),
        Example::bash("(cd web && find . -name '*.py')")
            .says("`(cd web && rg --files -g '*.py' .)`"),
        Example::bash("cd web && find . -name '*.py'")
            .given(&[Given::Codex])
            .says("`cd web && rg --files -g '*.py' .`"),
        Example::bash("find . -name '#*.py'").says("`rg --files -g '[#]*.py' .`"),
        Example::bash("find . -name '-*.py'")
            .given(&[Given::Codex, Given::Programs(&["fdfind"])])
            .says("`fdfind -s -t f -g -- '-*.py' .`"),
        Example::bash("find . -name '*.py' | grep test"),
        Example::bash("for f in $(find . -name '*.rs'); do wc -l $f; done"),
        Example::bash("find . -name '*.md'")
            .given(&[Given::Codex, Given::Programs(&["fdfind"])])
            .says("`fdfind -s -t f -g '*.md' .`"),
        Example::bash("find . -type f \\( -name '*.ts' -o -name '*.tsx' \\) 2>/dev/null")
            .says("folders: `rg --files -g '*.ts' -g '*.tsx' . 2>/dev/null`"),
    ],
    misses: &[
        Example::bash("find . -name '*.pyc' -delete"),
        Example::bash("find /etc -name '*.conf'"),
        Example::bash("find . -name '*.o' -exec rm {} +"),
        Example::bash("find . -name '*.rs' -print0 | xargs -0 wc -l"),
        Example::bash("find . -newer a -perm 644 -size +1M"),
        Example::bash("find . -type d -name src"),
        Example::bash("find . -maxdepth 1 -name '*.toml'"),
        Example::bash("find . -maxdepth 3 -name '*.md'").given(&[Given::Lines(300)]),
        Example::bash("find . -name 'Cargo.toml' | head -5").given(&[Given::Lines(3)]),
        Example::bash("find node_modules -name package.json"),
        Example::bash("find ~ -name '*.rs'"),
        Example::bash("npm run find-unused -- --name x"),
        Example::bash("echo \"find . -name '*.py'\""),
        Example::bash("ssh web find . -name '*.py'"),
        Example::bash("find . -name '*.py'").given(&[Given::Codex, Given::Programs(&[])]),
        Example::bash("find . -name '*.log'"),
        Example::bash("find . -type f -name '*.py '"),
        Example::bash("find . -type f -name '*[[:space:]]*'"),
        Example::bash("cd /usr/lib && find . -name '*.py'"),
        Example::bash("find . ! \\( -name a.js -o -name b.js \\)"),
        Example::bash("find src -name '*.rs'"),
        Example::bash("find $(go env GOMODCACHE) -maxdepth 3 -name '*.go'"),
        Example::bash("find src -name '*.rs'; cat notes").given(&[Given::Lines(300)]),
        Example::bash("find . -name '*.rs' | xargs grep -n foo"),
        Example::bash("find . -name '*.rs' -exec grep -n foo {} +"),
    ],
    since: "0.1.0",
};

fn search_by_name(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    if find_grep::is_searched(script, command) || find_grep::is_searched_loosely(script, command) {
        return Err(Miss::Near("a grep searches the files that it finds"));
    }
    let listing = listing::read(command).map_err(Miss::Near)?;
    if listing.is_bounded() {
        return Err(Miss::Near("a depth bounds its walk"));
    }
    if was_cheap(case) {
        return Err(Miss::Near("it took no time and printed little"));
    }
    if reader::of(script, command).asks_status {
        return Err(Miss::Near("its status is asked for"));
    }
    let roots = listing.roots();
    if moves_outside(case) || roots.iter().any(|root| is_outside_project(case, root)) {
        return Err(Miss::Near("it searches outside the project, or somewhere that is not known"));
    }
    let is_whole = roots.is_empty() || roots.iter().any(|root| is_whole_tree(case, root));
    if !is_whole && !printed_much(case) {
        return Err(Miss::Near(
            "it searches a named folder, and is not known to have printed much",
        ));
    }
    let is_other =
        |root: &&Word| matches!(place::of(case, command, root), Place::Link | Place::File);
    if roots.iter().any(is_other) {
        return Err(Miss::Near("it starts from a file or a link"));
    }
    let advice = advise(case, command, &listing).ok_or(Miss::NoBetterForm)?;
    Ok(Finding::new(advice))
}

/// Whether the call is known to have cost nothing. For a call that printed nothing, this is unknown
/// if the client does not report how long it took.
fn was_cheap(case: &Case) -> bool {
    let bytes = case.event.shell().bytes();
    let duration = case.event.duration_ms;
    let is_known = bytes > 0 || duration.is_some();
    is_known
        && bytes < CHEAP_BYTES
        && case.event.shell().lines() < CHEAP_LINES
        && duration.is_none_or(|ms| ms < CHEAP_MS)
}

/// Whether a root is known to be outside the project, or may be.
fn is_outside_project(case: &Case, root: &Word) -> bool {
    let path = root.raw.as_str();
    is_outside(path)
        || path.starts_with(['~', '$', '"'])
        || path.starts_with("..")
        || (path.starts_with('/') && !is_in_project(case, path))
}

fn is_in_project(case: &Case, path: &str) -> bool {
    let Some(path) = case.environment.absolute(path) else { return false };
    case.environment
        .work_tree()
        .or(case.environment.cwd())
        .is_some_and(|root| path.starts_with(root))
}

fn advise(case: &Case, command: &Command, listing: &Listing) -> Option<Advice> {
    let links = if listing.has_others() { "; this lists files only, no links" } else { "" };
    let fact = format!("find also walks ignored and hidden folders{links}");
    let lead = format!("{fact}{}", part_of(case, &[command]));
    let errors = silenced_errors(command);
    let rights = rights(case, command)?;
    // Not Claude Code's Glob tool: it lists ignored and hidden files too.
    if has_ripgrep(case) {
        let plain = format!("{fact}; rg --files -g GLOB lists the sources");
        let better = format!("{rights}{}{errors}", listing.to_ripgrep());
        return Some(Advice::with_rewrite(lead, case.in_folder_of(command, better), plain));
    }
    let program = Need::Fd.programs().iter().find(|program| case.environment.on_path(program))?;
    // fd takes a root that is missing for an error.
    let are_folders =
        listing.roots().iter().all(|root| place::of(case, command, root) == Place::Folder);
    are_folders.then_some(())?;
    let plain = format!("{fact}; {program} -g GLOB lists the sources");
    rights.is_empty().then_some(())?;
    let better = format!("{}{errors}", listing.to_fd(program)?);
    Some(Advice::with_rewrite(lead, case.in_folder_of(command, better), plain))
}
