//! Commands on which the rule speaks, and look-alikes.

use crate::rules::example::{Example, Given};

pub(super) const HITS: &[Example] = &[
    Example::bash("grep -rn \"TODO\" .").says("`rg -n TODO .`"),
    Example::bash("cd src && grep -rli \"auth\" ./ | head")
        .given(&[Given::Cwd("{dir}/src"), Given::File("src/a", "auth\n")])
        .says("; for that part: `rg -li auth ./`"),
    Example::bash("cd src && grep -rn TODO .")
        .given(&[Given::Codex])
        .says("`cd src && rg -n TODO .`"),
    Example::bash("(cd src && grep -rn TODO .)").says("`(cd src && rg -n TODO .)`"),
    Example::bash("cd \"$dir\" && grep -rn TODO .").says("rg skips them"),
    Example::bash("grep -rn foo --include={'*.py',\"*.ts\"} .")
        .says("folders and binary files: `rg -n -g '{*.py,*.ts}' foo .`"),
    Example::bash("grep -rn foo --include='#*' .").says("`rg -n -g '[#]*' foo .`"),
    Example::bash("FOO=1 sudo grep -rn password ~").says("`FOO=1 sudo rg -n password ~`"),
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
        .says("repositories inside: `git -c core.quotePath=off grep --untracked -nI foo -- .`"),
    Example::bash("grep -rl foo . --include='*.py'")
        .given(&[Given::Programs(&["git"]), Given::Codex, Given::Branch("main")])
        .says("git grep skips ignored files and repositories inside: `git -c core.quotePath=off grep --untracked -l foo -- '*.py'`"),
    Example::bash("grep -rn foo .")
        .given(&[Given::Seen("Grep")])
        .says("unlike the Grep tool; rg skips hidden ones too: `rg -n foo .`"),
    Example::bash(r"grep -rn '\(a\)\1' .").says("rg skips them"),
    // Another engine reads these in another way.
    Example::bash(r"grep -rn '\`use ' .").says("rg skips them"),
    Example::bash(r"grep -rnoi 'FOO\|Foo_Bar' .").says("rg skips them"),
    Example::bash("grep -rni 'straße' .").says("rg skips them"),
    Example::bash("grep -rn 'TODO(dev)|HACK' .")
        .given(&[Given::Failed("Exit code 1")])
        .says("rg skips them"),
    Example::bash("grep -rn foo --include=*.{py,\"t\"s} .").says("rg skips them"),
    Example::bash("grep -rn foo --include='*[[:space:]]*' .").says("rg skips them"),
    Example::bash("grep -rn foo --include='*.py ' .").says("rg skips them"),
    Example::bash("grep -rl foo --include='*.nix' .").given(&[Given::Output("./a.nix")]),
    Example::bash("grep -rn foo --include='*.go' .")
        .given(&[Given::OutputBytes(9000), Given::Seen("Grep")]),
    Example::bash("grep -rn foo --include='Make*' .")
        .given(&[Given::Output("./Makefile:1:foo"), Given::Seen("Grep")]),
    Example::bash("grep -rn old . | head -5")
        .given(&[Given::Output("a:1:old"), Given::After("sed -i s/old/new/ src/*")]),
    Example::bash("grep -rn old . | head -5").given(&[Given::After("git status")]),
    Example::bash("grep -R foo -n --exclude-dir=.git .").given(&[Given::OutputBytes(40_000)]),
    Example::bash("grep -R foo -n --exclude-dir=.git --exclude-dir=.cache .")
        .given(&[Given::OutputBytes(40_000)]),
    Example::bash("grep -rn foo . || echo none"),
    Example::bash("grep -rn -f pats.txt .")
        .given(&[Given::File("pats.txt", "a\n")])
        .says("grep -r also reads ignored, hidden and binary files; rg skips them"),
];

pub(super) const MISSES: &[Example] = &[
    // What CI and linters read is hidden.
    Example::bash("grep -rn 'go 1' --include='*.toml' --include='*.yml' . | head -30"),
    Example::bash("grep -rn uses: --include='*.{yml,yaml}' ."),
    // zsh did not run it, and has a rule of its own.
    Example::bash("cd web && echo callers && grep -rn foo --include=*.go . && ls *_test.go").given(
        &[Given::Failed("Exit code 1\ncallers\n(eval):1: no matches found: --include=*.go")],
    ),
    // It shows that nothing is left.
    Example::bash("grep -rn old . 2>/dev/null | grep -v '\\.git/' | head -5")
        .given(&[Given::After("grep -rl old . | xargs sed -i '' 's|old|new|g'")]),
    Example::bash("grep -rn old .")
        .given(&[Given::Failed("Exit code 1"), Given::After("perl -pi -e 's/old/new/' src/*")]),
    Example::bash("grep -R foo -n --exclude-dir=.git --exclude-dir=.cache ."),
    // It leaves folders out itself, or searches one kind of file in a folder of the project.
    Example::bash("grep -R bridge -n --exclude-dir=.git --exclude-dir=.entire --exclude=app .")
        .given(&[Given::OutputBytes(4700)]),
    Example::bash("grep -rn foo README.md docs src --exclude-dir=.git --exclude-dir=.cache")
        .given(&[Given::OutputBytes(11_000)]),
    Example::bash("grep -rn foo cmd/cli/tests/ --include='*.go' 2>/dev/null")
        .given(&[Given::OutputBytes(9400)]),
    // What was printed is the other search's.
    Example::bash("grep -r 914e68cc --include='*.json' . || git grep 914e68cc origin/main")
        .given(&[Given::OutputBytes(62_000)]),
    // One kind of files and a short answer, from an agent that knows a better search.
    Example::bash("grep -rn foo --include='*.go' . | head")
        .given(&[Given::Output("./a.go:1:foo"), Given::Seen("Grep")]),
    Example::bash("grep -rn foo --include='*.go' --include='*_test.py' .")
        .given(&[Given::Output("./a.go:1:foo"), Given::After("rg -n foo src")]),
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
    Example::bash("grep -rn KEY --include='.env*' ."),
    Example::bash("grep -rn KEY --include={'.env',.env.local} ."),
    Example::bash("if grep -rq foo .; then echo y; fi"),
    Example::bash("cat <<'EOF' > notes.md\ngrep -rn foo .\nEOF"),
    Example::bash("echo 'grep -r x .'"),
    Example::bash("ls # grep -r x ."),
    Example::bash("GREP -r foo ."),
    Example::bash("grep -rl 'old' . | xargs sed -i 's/old/new/g'"),
    Example::bash("sed -i 's/old/new/' a.txt; grep -rn old . | wc -l"),
    Example::bash("for f in $(grep -rl old .); do sed -i 's/old/new/' $f; done"),
    Example::bash("sudo grep -rn foo .").given(&[Given::Programs(&["git"])]),
    Example::bash("rg -n 'grep -r' ."),
    Example::bash("grep -rn foo notes.txt")
        .given(&[Given::File("notes.txt", "foo"), Given::OutputBytes(9000)]),
];
