//! Searching contents and names.

use crate::case::Case;
use crate::example::{Example, Given};
use crate::rewrite::{find, grep};
use crate::rule::{Advice, Events, Harm, Key, Need, Occasion, Repeat, Rule, Severity, Trigger, Verdict};
use crate::shell::{Command, Joined, Word, options};

pub(super) const RULES: &[Rule] = &[GREP_RECURSIVE, FIND_NAME_SEARCH];

/// A search of a named folder is worth a word only if it printed more than this: bytes and lines.
const LARGE_BYTES: u64 = 8 << 10;
const LARGE_LINES: usize = 200;

const GREP_RECURSIVE: Rule = Rule {
    id: "grep-recursive",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    summary: "grep -r over a whole tree",
    why: "grep -r reads ignored, hidden and binary files: in a tree with 400 ignored files it gave 89,174 bytes in \
          264 ms where rg gave 2,190 bytes in 41 ms.",
    trigger: Trigger::Command {
        programs: &["grep", "egrep", "fgrep"],
        subcommands: &[],
        signs: &["-"],
        when: searches_tree,
    },
    better: Some(Trigger::Command {
        programs: &["rg", "git"],
        subcommands: &[],
        signs: &["rg", "grep"],
        when: |_, command| {
            let git_grep = options::subcommand("git", &command.args).is_some_and(|(_, sub)| sub == "grep");
            Verdict::when(!command.reads_pipe && (command.is("rg") || git_grep))
        },
    }),
    advice: advise_search,
    needs: &[Need::Ripgrep, Need::WorkTree],
    key: Key::Rule,
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("grep -rn \"TODO\" .").says("`rg -n TODO .`"),
        Example::bash("cd src && grep -rli \"auth\" ./ | head").says("`rg -li auth ./`"),
        Example::bash("FOO=1 sudo grep -rn password ~").says("`rg -n password ~`"),
        Example::bash("x=$(grep -rl foo .)").says("`rg -l foo .`"),
        Example::bash("/usr/bin/grep -r foo .")
            .given(&[Given::Agent("claude-code_2-1-330_harness")])
            .says("`rg foo .`"),
        Example::bash("bash -c 'grep -rn foo .'").given(&[Given::Agent("claude-code_2-1-330_harness")]),
        Example::bash(r"grep -rn 'foo\|bar' --include='*.rs' .").says("`rg -n -g '*.rs' 'foo|bar' .`"),
        Example::bash("grep -rn foo src").given(&[Given::OutputBytes(9000)]),
        Example::bash("grep -rn foo \"$PWD\" | head"),
        Example::bash("egrep -r 'a|b' | head -5").says("`rg 'a|b' .`"),
        Example::bash("grep -rn foo .")
            .given(&[Given::Programs(&[]), Given::Codex, Given::Branch("main")])
            .says("`git grep -n foo -- .`"),
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
        Example::bash("grep -rn foo $(go env GOPATH)/pkg | head -50").given(&[Given::OutputBytes(9000)]),
        Example::bash("cat notes; grep -rn foo src | head").given(&[Given::OutputBytes(9000)]),
        Example::bash("grep -rn foo .").given(&[Given::Agent("claude-code_2-1-330_harness")]),
        Example::bash("grep -rn foo .").given(&[Given::Programs(&[]), Given::Codex]),
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

fn searches_tree(case: &Case, command: &Command) -> Verdict {
    let items = options::read(&command.args, grep::SPEC);
    let recurses = options::has(&items, Some('r'), "recursive")
        || options::has(&items, Some('R'), "dereference-recursive")
        || items.iter().any(|item| matches!(item, options::Item::Short('d', Some(v)) if v.text == "recurse"));
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
    if case.facts.client.shadows_grep() && !misses_shadow(command) && !large {
        return Verdict::Near("this client's own grep skips ignored files");
    }
    if is_elsewhere(case) || paths.iter().any(|path| is_outside(&path.text)) {
        return Verdict::Near("it searches outside the project, or what is ignored");
    }
    let whole_tree = paths.is_empty() || paths.iter().any(|path| is_whole_tree(case, path));
    if !whole_tree {
        if !large {
            return Verdict::Near("it searches a named folder, and is not known to have printed much");
        }
        if paths.iter().any(|path| path.expands) {
            return Verdict::Near("what it searches is not known");
        }
        let is_file = |path: &&&Word| {
            path.literal().and_then(|path| case.facts.absolute(path)).is_some_and(|path| path.is_file())
        };
        if paths.iter().filter(is_file).count() == paths.len() {
            return Verdict::Near("it searches single files");
        }
    }
    Verdict::Fires
}

/// Whether the call first goes to a folder of which ignore files say nothing, or which is ignored itself.
fn is_elsewhere(case: &Case) -> bool {
    let cd = case.script().and_then(|script| script.commands.first()).filter(|first| first.is("cd"));
    cd.and_then(|cd| cd.args.first()).is_some_and(|folder| is_outside(&folder.text))
}

/// Whether a path leads to the system's folders, to hidden or ignored ones.
fn is_outside(path: &str) -> bool {
    const SYSTEM: [&str; 10] =
        ["/usr", "/etc", "/var", "/opt", "/proc", "/sys", "/lib", "/dev", "/nix", "/Library"];
    let system = SYSTEM
        .iter()
        .any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let ignored = path.split('/').any(|part| {
        find::IGNORED_PARTS.contains(&part) || (part.starts_with('.') && part.len() > 1 && part != "..")
    });
    system || ignored
}

/// Whether a call that does one thing printed much. Of several things it is not known which printed it.
fn printed_much(case: &Case) -> bool {
    let starts =
        |command: &&Command| command.depth == 0 && command.joined != Joined::Pipe && !command.is("cd");
    let alone = case.script().is_some_and(|script| script.top().filter(starts).count() <= 1);
    let shown = case.event.response.shell();
    alone && (shown.bytes() > LARGE_BYTES || shown.lines() > LARGE_LINES)
}

/// Functions of an interactive shell are not seen by what another program starts, nor by a path.
fn misses_shadow(command: &Command) -> bool {
    !command.wrappers.is_empty() || command.spelled.contains('/')
}

fn is_whole_tree(case: &Case, path: &Word) -> bool {
    const HERE: [&str; 12] = [
        ".",
        "./",
        "/",
        "~",
        "~/",
        "*",
        "./*",
        "$PWD",
        "\"$PWD\"",
        "$(pwd)",
        "\"$(pwd)\"",
        "$(git rev-parse --show-toplevel)",
    ];
    if HERE.contains(&path.raw.as_str()) {
        return true;
    }
    let absolute =
        path.literal().filter(|path| path.starts_with('/')).and_then(|path| case.facts.absolute(path));
    absolute.is_some_and(|path| [case.facts.work_tree(), case.facts.cwd()].contains(&Some(path.as_path())))
}

fn advise_search(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let name = &command.program;
    let has_rg = case.facts.on_path("rg") || case.facts.client.brings_rg();
    if !has_rg {
        case.facts.work_tree()?;
        let lead = format!("{name} -r also reads ignored and untracked files");
        let plain = format!("{lead}: git grep skips them");
        return Advice::better(lead, grep::to_git_grep(command)?, plain);
    }
    let plain = format!("{name} -r also reads ignored, hidden and binary files; rg skips them");
    let Some(search) = grep::to_ripgrep(command) else { return Advice::plain(plain) };
    if case.facts.client.shadows_grep() && !misses_shadow(command) {
        let lead = format!(
            "one {name} -r printed {} kB; the files first",
            case.event.response.shell().bytes() / 1000
        );
        let plain = format!("{lead}: list them with -l, then look into one");
        return Advice::better(lead, search.render_files(), plain);
    }
    Advice::better(format!("{name} -r also reads ignored, hidden and binary files"), search.render(), plain)
}

const FIND_NAME_SEARCH: Rule = Rule {
    id: "find-name-search",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Both,
    summary: "find by name only, over a source tree",
    why: "find walks .git and every ignored folder; a file lister skips them and gives the same sources.",
    trigger: Trigger::Command {
        programs: &["find"],
        subcommands: &[],
        signs: &["name"],
        when: finds_by_name,
    },
    better: Some(Trigger::Command {
        programs: &["rg", "fd", "fdfind"],
        subcommands: &[],
        signs: &["--files", "fd"],
        when: |_, command| {
            Verdict::when(!command.is("rg") || command.args.iter().any(|word| word.is("--files")))
        },
    }),
    advice: advise_listing,
    needs: &[Need::Ripgrep, Need::Fd],
    key: Key::Rule,
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("find . -name '*.py'").says("`rg --files -g '*.py' .`"),
        Example::bash("find . -name package.json -not -path './vendor/*'").says("-g '!/vendor/' .`"),
        Example::bash("find . -type f -iname '*test*' | head -20").says("`rg --files --iglob '*test*' .`"),
        Example::bash("find src -name '*.rs'").given(&[Given::Lines(300)]).says("`rg --files -g '*.rs' src`"),
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
    ],
    since: "0.1.0",
};

fn finds_by_name(case: &Case, command: &Command) -> Verdict {
    let listing = match find::read(command) {
        Ok(listing) => listing,
        Err(because) => return Verdict::Near(because),
    };
    let outside = |root: &String| {
        is_outside(root)
            || root.starts_with(['~', '$', '"'])
            || root.starts_with("..")
            || (root.starts_with('/') && !is_in_project(case, root))
    };
    if is_elsewhere(case) || listing.roots().iter().any(outside) {
        return Verdict::Near("it searches outside the project, or somewhere that is not known");
    }
    let roots = listing.roots();
    let whole_tree = roots.is_empty() || roots.iter().any(|root| is_whole_tree(case, &Word::plain(root)));
    if whole_tree || printed_much(case) {
        Verdict::Fires
    } else {
        Verdict::Near("it searches a named folder, and is not known to have printed much")
    }
}

fn is_in_project(case: &Case, path: &str) -> bool {
    let Some(path) = case.facts.absolute(path) else { return false };
    case.facts.work_tree().or(case.facts.cwd()).is_some_and(|root| path.starts_with(root))
}

fn advise_listing(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let listing = find::read(occasion.command?).ok()?;
    let lead = "find also walks ignored and hidden folders";
    if case.facts.on_path("rg") || case.facts.client.brings_rg() {
        return Advice::better(
            lead,
            listing.to_ripgrep(),
            format!("{lead}; rg --files -g GLOB lists the sources"),
        );
    }
    let program = ["fd", "fdfind"].into_iter().find(|program| case.facts.on_path(program))?;
    Advice::better(lead, listing.to_fd(program)?, format!("{lead}; {program} -g GLOB lists the sources"))
}
