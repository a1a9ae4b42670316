//! find by name.

use super::{has_ripgrep, is_elsewhere, is_in_project, is_outside, is_whole_tree, printed_much};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rewrite::{find_grep, listing};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "find-name-search",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Both,
    analyzer: None,
    summary: "find by name only, over a source tree",
    why: "find walks .git and every ignored folder; a file lister skips them and gives the same sources.",
    trigger: Trigger::Command {
        programs: &["find"],
        subcommands: &[],
        signs: &["name"],
        check: |case, command| legacy::on_command(case, command, finds_by_name, ADVICE, KEY),
    },
    better: Some(Trigger::Command {
        programs: &["rg", "fd", "fdfind"],
        subcommands: &[],
        signs: &["--files", "fd"],
        check: |case, command| {
            legacy::good_command(case, command, |_, command| {
                Verdict::when(
                    !command.is("rg") || command.args.iter().any(|word| word.is("--files")),
                )
            })
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
        Example::bash("find . -name '*.py' | grep test"),
        Example::bash("for f in $(find . -name '*.rs'); do wc -l $f; done"),
        Example::bash("find . -name '*.md'")
            .given(&[Given::Codex, Given::Programs(&["fdfind"])])
            .says("`fdfind -s -t f -g '*.md' .`"),
        Example::bash("find . -type f \\( -name '*.ts' -o -name '*.tsx' \\) 2>/dev/null")
            .says("-g '*.ts' -g '*.tsx' .`"),
    ],
    misses: &[
        Example::bash("find . -name '*.pyc' -delete"),
        Example::bash("find /etc -name '*.conf'"),
        Example::bash("find . -name '*.o' -exec rm {} +"),
        Example::bash("find . -name '*.rs' -print0 | xargs -0 wc -l"),
        Example::bash("find . -newer a -perm 644 -size +1M"),
        Example::bash("find . -type d -name src"),
        Example::bash("find . -maxdepth 1 -name '*.toml'"),
        Example::bash("find node_modules -name package.json"),
        Example::bash("find ~ -name '*.rs'"),
        Example::bash("npm run find-unused -- --name x"),
        Example::bash("echo \"find . -name '*.py'\""),
        Example::bash("ssh web find . -name '*.py'"),
        Example::bash("find . -name '*.py'").given(&[Given::Codex, Given::Programs(&[])]),
        Example::bash("find . -name '*.log'"),
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise_listing;
const KEY: Key = Key::Rule;

fn finds_by_name(case: &Case, command: &Command) -> Verdict {
    if case.script().and_then(|script| find_grep::read(script, command)).is_some() {
        return Verdict::Near("a grep searches the files that it finds");
    }
    let listing = match listing::read(command) {
        Ok(listing) => listing,
        Err(because) => return Verdict::Near(because),
    };
    let outside = |root: &&Word| {
        let path = root.raw.as_str();
        is_outside(path)
            || path.starts_with(['~', '$', '"'])
            || path.starts_with("..")
            || (path.starts_with('/') && !is_in_project(case, path))
    };
    if is_elsewhere(case) || listing.roots().iter().any(outside) {
        return Verdict::Near("it searches outside the project, or somewhere that is not known");
    }
    let roots = listing.roots();
    let whole_tree = roots.is_empty() || roots.iter().any(|root| is_whole_tree(case, root));
    if whole_tree || printed_much(case) {
        Verdict::Fires
    } else {
        Verdict::Near("it searches a named folder, and is not known to have printed much")
    }
}

fn advise_listing(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let listing = listing::read(occasion.command?).ok()?;
    let lead = "find also walks ignored and hidden folders";
    // Not its Glob tool: that lists ignored and hidden files as well.
    if has_ripgrep(case) {
        return legacy::better(
            lead,
            listing.to_ripgrep(),
            format!("{lead}; rg --files -g GLOB lists the sources"),
        );
    }
    let program = Need::Fd.programs().iter().find(|program| case.environment.on_path(program))?;
    legacy::better(
        lead,
        listing.to_fd(program)?,
        format!("{lead}; {program} -g GLOB lists the sources"),
    )
}
