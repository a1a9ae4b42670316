//! A grep through the files that a find picks.

use super::support::better_search::{TREE_SEARCH, git_lead, has_git, has_ripgrep, lead_for};
use super::support::output::does_one_thing;
use super::support::scope::{is_outside, is_whole_tree, moves_outside};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rewrite::expression;
use crate::rules::rewrite::find_grep::forms::Form;
use crate::rules::rewrite::find_grep::{self, FindGrep};
use crate::rules::rewrite::place::{self, Place};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Word};

/// A pipeline into xargs runs one grep. Over a named folder a shorter answer than this, bytes, cost
/// nothing: the recorded one that was not worth a line printed 76, the others searched a whole tree.
const SHORT_BYTES: u64 = 1 << 10;

pub(crate) const RULE: Rule = Rule {
    id: "find-grep-pipeline",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "find that feeds its files to grep",
    why: "One search does the work of find and of a grep for each batch of files. It skips ignored and hidden \
          folders and links, and a blank in a name does not break it (ShellCheck SC2038, SC2044).",
    lesson: Some("Search contents with one `rg` or `git grep`: `find` with `grep` walks ignored folders as well."),
    trigger: Trigger::Command {
        programs: &["find"],
        subcommands: &[],
        signs: &["grep"],
        check,
    },
    better: Some(TREE_SEARCH),
    needs: &[Need::Ripgrep, Need::WorkTree],
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("find . -name \"*.sh\" | xargs grep -l \"ticket\"").says("`rg -l -g '*.sh' ticket .`"),
        Example::bash("find . -type f -name '*.ts' -exec grep -H useState {} \\;")
            .says("find -exec grep, without ignored and hidden folders and binary files: `rg -H -g '*.ts' useState .`"),
        Example::bash("find cmd/cli -name \"*_test.go\" -type f -exec grep -l \"Confirm\\|huh\" {} \\;")
            .says("`rg -l -g '*_test.go' 'Confirm|huh' cmd/cli`"),
        Example::bash("cd web && find . -name '*.ts' -type f | xargs grep -l '2026-01-23' | head -5")
            .says("`cd web && rg -l -g '*.ts' 2026-01-23 . | head -5`"),
        Example::bash("find src -type f -print0 | xargs -0 grep -nE 'foo|bar'")
            .given(&[Given::OutputBytes(4_000)])
            .says("`rg -n 'foo|bar' src`"),
        Example::bash("find . -name '*.go' | xargs grep -n foo")
            .given(&[Given::Output("./a.go:1:foo")])
            .says("`rg -n -g '*.go' foo .`"),
        // Too long for a line.
        Example::bash("find /srv/very/long/path/of/a/project/cmd/cli -name '*.go' -type f -exec grep -l 'paths.ValidateSessionID\\|paths.EntireSessionID\\|paths.ModelSessionID' {} \\;")
            .says("one rg -l -g GLOB PATTERN FOLDER skips them, with | for \\|"),
        Example::bash("for f in $(find . -name '*.go'); do grep -n TODO \"$f\"; done")
            .says("`rg -n -g '*.go' TODO .`"),
        Example::bash("find . -path ./vendor -prune -o -name '*.go' -print | xargs grep -n foo 2>/dev/null")
            .says("`rg -n -g '*.go' -g '!/vendor/' foo . 2>/dev/null`"),
        Example::bash("find lib -name '*.rb' -exec grep -o 'v[0-9]' {} \\; | sort -u")
            .says("`rg -o --no-filename -g '*.rb'"),
        Example::bash("find ~/git/ -name '*.sh' | xargs grep -l ticket")
            .says("`rg -l -g '*.sh' ticket ~/git/`"),
        Example::bash("find . -type f -exec grep -q needle {} \\; -print").says("`rg -l needle .`"),
        Example::bash("find src -name '*.py' | xargs grep -n foo")
            .given(&[
                Given::Programs(&["git"]),
                Given::Codex,
                Given::Branch("main"),
                Given::File("src/a.py", "foo"),
            ])
            .says("repositories inside: `git -c core.quotePath=off grep --untracked -nI foo -- 'src/*.py'`"),
        Example::bash("find . -name '*.rs' | xargs grep foo")
            .given(&[Given::Agent("claude-code_2-1-330_harness")])
            .says("`rg -g '*.rs' foo .`"),
        Example::bash("find . -name '*.rs' | xargs grep -l foo")
            .given(&[Given::Seen("Grep")])
            .says("one rg, or the Grep tool, does find | xargs grep, without ignored and hidden folders, binary files and links: `rg -l -g '*.rs' foo .`"),
        Example::bash("find src -type f | xargs grep -L foo | wc -l")
            .says("`rg --files-without-match foo src | wc -l`"),
        Example::bash("find . -name '*.py' -exec sh -c 'grep -n foo \"$1\"' _ {} \\;")
            .says("a grep for each file that find prints"),
        Example::bash("find . -name '*.py' | while read f; do grep -n foo \"$f\"; done")
            .says("a grep for each file that find prints"),
        Example::bash("(cd web && find . -name '*.rs' | xargs grep -l foo)")
            .says("`(cd web && rg -l -g '*.rs' foo .)`"),
        Example::bash("cd web && find . -name '*.rs' | xargs grep -n foo")
            .given(&[Given::Codex])
            .says("`cd web && rg -n -g '*.rs' foo .`"),
        Example::bash("find . -name '*.ts' | xargs grep foo; echo; ls")
            .given(&[Given::Failed("Exit code 123")])
            .says("; for that part: `rg -g '*.ts' foo .`"),
    ],
    misses: &[
        // One grep, a named folder, a short answer.
        Example::bash("find cmd/cli -name '*.go' -type f | xargs grep -l '2026-01-23' | head -5")
            .given(&[Given::Output("cmd/cli/a.go\ncmd/cli/b.go")]),
        Example::bash("find . -name '*.py' | xargs wc -l"),
        Example::bash("find . -name '*.log' -delete"),
        Example::bash("find . -name '*.txt' | grep -v vendor"),
        Example::bash("find . -mtime -1 -name '*.py' | xargs grep ERROR"),
        Example::bash("find . -size +1M -exec grep -l foo {} \\;"),
        Example::bash("find /usr/include -name '*.h' | xargs grep size_t"),
        Example::bash("find $(go env GOMODCACHE)/x -name '*.go' | xargs grep -l foo"),
        Example::bash("find \"$DIR\" -name '*.go' | xargs grep -l foo"),
        Example::bash("find node_modules -name '*.js' | xargs grep -l foo"),
        Example::bash("find ~/.claude -name '*.jsonl' | xargs grep -l foo"),
        Example::bash("cd /etc && find . -name '*.conf' -exec grep -l foo {} +"),
        Example::bash("git commit -m \"replace find . | xargs grep with rg\""),
        Example::bash("ssh web 'find . -name \"*.py\" | xargs grep ERR'"),
        Example::bash("find . -name '*.rs' | xargs rg foo"),
        Example::bash("find . -name '*.py' -exec sh -c 'grep -q foo \"$1\" && rm \"$1\"' _ {} \\;"),
        Example::bash("find . -name '*.py' | while read f; do wc -l \"$f\"; done"),
        Example::bash("find . -name '*.gz' -exec zgrep foo {} \\;"),
        Example::bash("find . -name '*.py' | xargs grep -hc foo | wc -l"),
        Example::bash("find src -not -name '*.md' | xargs grep -L foo | wc -l"),
        Example::bash("find . -name '*.py' -exec grep -P '(?<=def )foo' {} +"),
        Example::bash("find . -type d -name src -exec grep -rn foo {} +"),
        Example::bash("find . -name '*.a' -o -name '*.b' -exec grep x {} \\;"),
        Example::bash("find . -name '*.ts' | head -20 | xargs grep foo"),
        Example::bash("find . -name '*.py' | xargs grep -l foo | xargs rm"),
        Example::bash("find . -name '*.py' | xargs grep -l foo > files.txt"),
        Example::bash("find . -name '*.py' -exec grep -q foo {} \\; -delete"),
        Example::bash("find . -path '*/dist/*' -name '*.js' | xargs grep foo"),
        Example::bash("find . -name '*.py' | xargs grep -n \"$1\""),
        Example::bash("find . -name '*.py' -exec grep foo {} \\;").given(&[Given::Background]),
        Example::bash("find . -name '*.py' -exec grep foo {} \\;")
            .given(&[Given::Codex, Given::Programs(&["git"])]),
        Example::bash("find . -name '*.py' -exec grep foo {} \\;").given(&[
            Given::Codex,
            Given::Programs(&[]),
            Given::Branch("main"),
        ]),
        Example::bash("cat <<'EOF' > notes.md\nfind . -name '*.c' | xargs grep foo\nEOF"),
        Example::bash("if find . -name '*.py' | xargs grep -l foo; then echo y; fi"),
    ],
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    if find_grep::is_searched_loosely(script, command) {
        return check_loose(case, command);
    }
    let search = find_grep::read(script, command)?;
    let ripgrep = search
        .to_ripgrep()
        .ok_or(Miss::Near("an option or the pattern of its grep has no counterpart"))?;
    if case.in_background() {
        return Err(Miss::Near("it runs in the background"));
    }
    let is_unknown = |root: &&Word| {
        let path = root.text.as_str();
        is_outside(path) || path == "/" || root.literal().is_none()
    };
    if moves_outside(case) || search.roots().iter().any(is_unknown) {
        return Err(Miss::Near(
            "it searches the system's folders, ignored ones, or some that are not known",
        ));
    }
    let is_narrow = || !search.roots().iter().any(|root| is_whole_tree(case, root));
    let printed = case.event.shell().bytes();
    if search.form == Form::Xargs && printed > 0 && printed < SHORT_BYTES && is_narrow() {
        return Err(Miss::Near("one grep searched a named folder, and printed little"));
    }
    // find follows no link that it starts from, and grep gets a file only if its name fits.
    let places: Vec<Place> =
        search.roots().iter().map(|root| place::of(case, command, root)).collect();
    if places.iter().any(|place| matches!(place, Place::Link | Place::File)) {
        return Err(Miss::Near("it starts from a file or a link"));
    }
    let is_missing = |base: &str| place::of(case, command, &Word::plain(base)) != Place::Folder;
    if search.base().is_some_and(is_missing) {
        return Err(Miss::Near("the folder that its path names is not there"));
    }
    let advice = if has_ripgrep(case) {
        advise_ripgrep(case, &search, &ripgrep, case.in_folder_of(command, ripgrep.clone()))
    } else if has_git(case, command) && places.iter().all(|place| *place == Place::Folder) {
        advise_git_grep(case, command, &search).ok_or(Miss::NoBetterForm)?
    } else {
        return Err(Miss::NoBetterForm);
    };
    Ok(Finding::new(advice))
}

/// The same for a script of a shell or a loop that hands each file to a grep.
fn check_loose(case: &Case, command: &Command) -> Check<Finding> {
    let files = expression::read(&command.args).map_err(Miss::Near)?;
    let is_unknown = |root: &&Word| is_outside(&root.text) || root.literal().is_none();
    if case.in_background() || moves_outside(case) || files.roots().iter().any(is_unknown) {
        return Err(Miss::Near("where it searches is not known, or ignored anyway"));
    }
    if !has_ripgrep(case) {
        return Err(Miss::NoBetterForm);
    }
    Ok(Finding::new(Advice::plain(
        "a grep for each file that find prints: one rg -n -g GLOB PATTERN FOLDER searches them all, without ignored ones",
    )))
}

/// What to say where rg is there: `ripgrep` does the search, `better` does it where the call ran.
fn advise_ripgrep(case: &Case, search: &FindGrep, ripgrep: &str, better: Option<String>) -> Advice {
    let label = search.form.label();
    let places = if search.asks_for_names() { "folders" } else { "files" };
    let links = if search.picks_links() { " and links" } else { "" };
    let left_out = match links {
        "" => format!("ignored and hidden {places} and binary files"),
        _ => format!("ignored and hidden {places}, binary files and links"),
    };
    let part = if does_one_thing(case) { "" } else { "; for that part" };
    let mut leads = vec![
        format!("one rg does {label}, without {left_out}{part}"),
        format!("rg skips {left_out}{part}"),
    ];
    // Claude Code's Grep tool reads hidden files, but not ignored ones.
    if case.has_grep_tool() {
        leads
            .insert(0, format!("one rg, or the Grep tool, does {label}, without {left_out}{part}"));
    }
    // A command too long for the line: what of the pattern and the options differs has to be said.
    let has =
        |text: &str| case.commands().any(|it| it.args.iter().any(|arg| arg.text.contains(text)));
    let list = if ripgrep.starts_with("rg -l ") { " -l" } else { "" };
    let bar = if has("\\|") { ", with | for \\|" } else { "" };
    let plain = format!(
        "{label} also walks ignored and hidden folders; one rg{list} -g GLOB PATTERN FOLDER skips them{bar}"
    );
    let lead = lead_for(better.as_deref().unwrap_or_default(), &leads);
    Advice::with_rewrite(lead, better, plain)
}

/// The same for a machine without ripgrep, if git can do it.
fn advise_git_grep(case: &Case, command: &Command, search: &FindGrep) -> Option<Advice> {
    let label = search.form.label();
    let better = case.in_folder_of(command, search.to_git_grep()?);
    let part = if does_one_thing(case) { "" } else { "; for that part" };
    let lead = format!("{}{part}", git_lead(search.skips_binary_files(), search.picks_links()));
    let plain = format!("one git grep --untracked -- GLOB does {label} without ignored files");
    Some(Advice::with_rewrite(lead, better, plain))
}
