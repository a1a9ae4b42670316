//! grep over folders.

use super::{
    SEARCH_OF_A_TREE, has_git, has_ripgrep, is_elsewhere, is_outside, is_whole_tree, lead_for,
    misses_shadow, printed_much,
};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rewrite::{git_grep, grep};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::{Command, Word, options};

pub(crate) const RULE: Rule = Rule {
    id: "grep-recursive",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "grep -r over a whole tree",
    why: "grep -r reads ignored, hidden and binary files: in a tree with 400 ignored files it gave 89,174 bytes in \
          264 ms where rg gave 2,190 bytes in 41 ms.",
    trigger: Trigger::Command {
        programs: &["grep", "egrep", "fgrep"],
        subcommands: &[],
        signs: &["-"],
        check: |case, command| legacy::on_command(case, command, searches_tree, ADVICE, KEY),
    },
    better: Some(SEARCH_OF_A_TREE),
    needs: &[Need::Ripgrep, Need::WorkTree],
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("grep -rn \"TODO\" .").says("`rg -n TODO .`"),
        Example::bash("cd src && grep -rli \"auth\" ./ | head").says("`rg -li auth ./`"),
        Example::bash("FOO=1 sudo grep -rn password ~").says("`rg -n password ~`"),
        Example::bash("x=$(grep -rl foo .)").says("`rg -l foo .`"),
        Example::bash("/usr/bin/grep -r foo .")
            .given(&[Given::Agent("claude-code_2-1-330_harness")])
            .says("`rg foo .`"),
        Example::bash("bash -c 'grep -rn foo .'")
            .given(&[Given::Agent("claude-code_2-1-330_harness")]),
        Example::bash(r"grep -rn 'foo\|bar' --include='*.rs' .")
            .says("`rg -n -g '*.rs' 'foo|bar' .`"),
        Example::bash("grep -rn foo src").given(&[Given::OutputBytes(9000)]),
        Example::bash("grep -rn foo \"$PWD\" | head"),
        Example::bash("egrep -r 'a|b' | head -5").says("`rg 'a|b' .`"),
        Example::bash("grep -rn foo .")
            .given(&[Given::Programs(&["git"]), Given::Codex, Given::Branch("main")])
            .says("`git grep -n foo -- .`"),
        Example::bash("grep -rl foo . --include='*.py'")
            .given(&[Given::Programs(&["git"]), Given::Codex, Given::Branch("main")])
            .says("`git grep -l foo -- '*.py'`"),
        Example::bash("grep -rn foo .")
            .given(&[Given::Seen("Grep")])
            .says("unlike the Grep tool and rg: `rg -n foo .`"),
        Example::bash(r"grep -rn '\(a\)\1' .").says("rg skips them"),
    ],
    misses: &[
        Example::bash("git log --grep=\"fix\" -5"),
        Example::bash("grep -n \"main\" src/main.rs"),
        Example::bash("git commit -m \"replace grep -r . with rg\""),
        Example::bash("ssh web1 \"grep -r error /var/log\""),
        Example::bash("docker exec app grep -r x ."),
        Example::bash("cat log | grep -rn x"),
        Example::bash("grep -rn foo src"),
        Example::bash("grep -rn foo $(go env GOPATH)/pkg | head -50")
            .given(&[Given::OutputBytes(9000)]),
        Example::bash("cat notes; grep -rn foo src | head").given(&[Given::OutputBytes(9000)]),
        Example::bash("grep -rn foo .").given(&[Given::Agent("claude-code_2-1-330_harness")]),
        Example::bash("grep -rn foo .").given(&[Given::Programs(&["git"]), Given::Codex]),
        Example::bash("grep -rn foo .").given(&[
            Given::Programs(&[]),
            Given::Codex,
            Given::Branch("main"),
        ]),
        Example::bash("git diff --name-only | xargs grep -rn TODO"),
        Example::bash("find . -type d -name src -exec grep -rn foo {} +"),
        Example::bash("cd node_modules/react && grep -rn foo ."),
        Example::bash("cd /usr/include && grep -rn size_t ."),
        Example::bash("grep -rn foo node_modules").given(&[Given::OutputBytes(9000)]),
        Example::bash("zgrep -r foo ."),
        Example::bash("if grep -rq foo .; then echo y; fi"),
        Example::bash("cat <<'EOF' > notes.md\ngrep -rn foo .\nEOF"),
        Example::bash("echo 'grep -r x .'"),
        Example::bash("ls # grep -r x ."),
        Example::bash("GREP -r foo ."),
        Example::bash("rg -n 'grep -r' ."),
        Example::bash("grep -rn foo notes.txt")
            .given(&[Given::File("notes.txt", "foo"), Given::OutputBytes(9000)]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advise_search;
const KEY: Key = Key::Rule;

fn searches_tree(case: &Case, command: &Command) -> Verdict {
    let items = options::read(&command.args, grep::SPEC);
    let recurses = options::has(&items, Some('r'), "recursive")
        || options::has(&items, Some('R'), "dereference-recursive")
        || items
            .iter()
            .any(|item| matches!(item, options::Item::Short('d', Some(v)) if v.text == "recurse"));
    if !recurses {
        return Verdict::No;
    }
    let paths = grep::paths(command, &items);
    if command.reads_pipe && paths.is_empty() {
        return Verdict::Near("it reads a pipe");
    }
    let given = command.is_under("xargs") || command.is_under("find");
    if given && (paths.is_empty() || paths.iter().any(|path| path.text.contains("{}"))) {
        return Verdict::Near("it searches the files that it is given");
    }
    if options::has(&items, Some('q'), "quiet") {
        return Verdict::Near("it only tests whether something is there");
    }
    let large = printed_much(case);
    if case.environment.client.shadows_grep() && !misses_shadow(command) && !large {
        return Verdict::Near("this client's own grep skips ignored files");
    }
    if is_elsewhere(case) || paths.iter().any(|path| is_outside(&path.text)) {
        return Verdict::Near("it searches outside the project, or what is ignored");
    }
    let whole_tree = paths.is_empty() || paths.iter().any(|path| is_whole_tree(case, path));
    if !whole_tree {
        if !large {
            return Verdict::Near(
                "it searches a named folder, and is not known to have printed much",
            );
        }
        if paths.iter().any(|path| path.expands) {
            return Verdict::Near("what it searches is not known");
        }
        let is_file = |path: &&&Word| {
            path.literal()
                .and_then(|path| case.environment.absolute(path))
                .is_some_and(|path| path.is_file())
        };
        if paths.iter().filter(is_file).count() == paths.len() {
            return Verdict::Near("it searches single files");
        }
    }
    Verdict::Fires
}

fn advise_search(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let name = &command.program;
    if !has_ripgrep(case) {
        has_git(case).then_some(())?;
        let lead = format!("{name} -r also reads ignored and untracked files");
        let plain = format!("{lead}: git grep skips them");
        return legacy::better(lead, git_grep::to_git_grep(command)?, plain);
    }
    let plain = format!("{name} -r also reads ignored, hidden and binary files; rg skips them");
    let Some(search) = grep::to_ripgrep(command) else { return legacy::plain(plain) };
    if case.environment.client.shadows_grep() && !misses_shadow(command) {
        let lead = format!(
            "one {name} -r printed {} kB; the files first",
            case.event.shell().bytes() / 1000
        );
        let plain = format!("{lead}: list them with -l, then look into one");
        return legacy::better(lead, search.render_files(), plain);
    }
    let search = search.render();
    let mut leads = vec![
        format!("{name} -r also reads ignored, hidden and binary files"),
        format!("{name} -r also reads ignored files"),
    ];
    // Its Grep tool reads hidden files, but no ignored ones.
    if case.has_grep_tool() {
        leads.insert(0, format!("{name} -r also reads ignored files, unlike the Grep tool and rg"));
    }
    legacy::better(lead_for(&search, &leads), search, plain)
}
