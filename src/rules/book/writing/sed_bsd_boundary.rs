//! A word boundary that BSD sed does not know.

use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::Command;

pub(crate) const RULE: Rule = Rule {
    id: "sed-bsd-boundary",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "sed -i '' with \\b, which BSD sed does not know",
    why: "BSD sed matches nothing at \\b and succeeds: in the three recorded calls no line changed, and a build failed \
          again.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["sed"],
        subcommands: &[],
        signs: &["\\b"],
        check: bounded_by_b,
    },
    better: Some(Trigger::Command {
        programs: &["sed"],
        subcommands: &[],
        signs: &["[[:<:]]", "[[:>:]]"],
        check: |_, command| check(is_bsd_edit(command)),
    }),
    needs: &[],
    repeat: Repeat::always(2),
    hits: &[
        Example::bash("sed -i '' 's/\\bfoo\\b/bar/g' src/a.go").says(
            "BSD sed has no \\b and changed nothing there: use Edit, or perl -pi -e, which has it",
        ),
        Example::bash("cd src && sed -i '' -e 's/\\bfoo(/x.foo(/g; s/\\bbar(/x.bar(/g' a.go b.go"),
        Example::bash("sed -i \"\" -E 's/\\b(foo|bar)\\b/x/' a.go"),
        Example::bash("sed -i '' 's/\\bfoo/x/' a.go && go build ./..."),
        Example::bash("rg -l foo | xargs sed -i '' 's/\\bfoo\\b/bar/g'"),
        Example::bash("sed -i '' 's/\\bfoo/x/' a.go")
            .given(&[Given::Codex])
            .says("use perl -pi -e, which has it"),
        Example::bash("sed -E -i '' 's/\\bNewFoo\\b/NewBar/' internal/a.go internal/b.go"),
        Example::bash("for f in *.go; do sed -i '' \"s/\\\\bfoo\\\\b/bar/g\" \"$f\"; done"),
        Example::bash("find . -name '*.ts' -exec sed -i '' 's/\\bid\\b/key/g' {} +"),
    ],
    misses: &[
        // GNU sed knows it.
        Example::bash("sed -i 's/\\bfoo\\b/bar/g' src/a.go"),
        Example::bash("sed -i.bak 's/\\bfoo\\b/bar/g' src/a.go"),
        Example::bash("gsed -i '' 's/\\bfoo/bar/' src/a.go"),
        Example::bash("sed -n 's/\\bfoo//p' src/a.go"),
        Example::bash("sed -i '' 's/[[:<:]]foo[[:>:]]/bar/g' src/a.go"),
        Example::bash("sed -i '' 's/foo/bar/g' src/a.go; rg '\\bfoo\\b' src"),
        Example::bash("perl -pi -e 's/\\bfoo\\b/bar/g' src/a.go"),
        Example::bash("sed -i '' '/^$/d' src/a.go"),
        Example::bash("echo \"sed -i '' 's/\\bfoo/x/' a.go\" > fix.sh"),
        Example::bash("sed -i'' 's/\\bfoo\\b/bar/g' src/a.go"),
        Example::bash("grep -n '\\bfoo\\b' src/a.go && sed -i '' 's/foo/bar/' src/a.go"),
        Example::bash("docker run alpine sed -i '' 's/\\bfoo/x/' a.go"),
        // A backslash, and a letter behind it.
        Example::bash("sed -i '' 's/C:\\\\bin/x/' a.txt"),
        Example::bash("git commit -m \"sed -i '' knows no \\b\""),
        Example::bash("ssh mac \"sed -i '' 's/\\bfoo/x/' a\""),
        Example::bash("sed -i '' 's/\\bfoo/x/' a.go")
            .given(&[Given::Failed("Exit code 1\nsed: a.go: No such file")]),
    ],
    since: "0.2.0",
};

fn bounded_by_b(case: &Case, command: &Command) -> Check<Finding> {
    if !is_bsd_edit(command) {
        return Err(Miss::Near("it is not the form of BSD sed"));
    }
    let has_boundary = |text: &str| text.replace("\\\\", "").contains("\\b");
    if !command.args.iter().any(|word| has_boundary(&word.text)) {
        return Err(Miss::No);
    }
    // Its own signs for the ends of a word look like markup, which no line may hold.
    let edit = if case.environment.client.has_file_tools() { "Edit, or " } else { "" };
    Ok(Finding::new(Advice::plain(format!(
        "BSD sed has no \\b and changed nothing there: use {edit}perl -pi -e, which has it"
    ))))
}

/// Whether it edits in place as BSD sed spells it, with an empty ending of the backup as a word of
/// its own: GNU sed would take that word for a file.
fn is_bsd_edit(command: &Command) -> bool {
    command.is("sed")
        && command.args.windows(2).any(|words| {
            matches!(words, [option, ending] if option.is("-i") && ending.text.is_empty() && ending.quoted)
        })
}
