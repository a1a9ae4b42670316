//! Calls with a large output, and calls that resemble them.

use crate::rules::example::{Example, Given};

pub(super) const HITS: &[Example] = &[
    Example::bash("git log")
        .given(&[Given::OutputBytes(60_000)])
        .says("git log printed 60 kB; next time: `git log --oneline -20`"),
    Example::bash("git log main..HEAD -- src")
        .given(&[Given::OutputBytes(20_000)])
        .says("`git log --oneline -20 main..HEAD -- src`"),
    Example::bash("git log -p src/a.rs")
        .given(&[Given::OutputBytes(40_000)])
        .says("`git log -3 -p src/a.rs`"),
    // The first lines are all of it.
    Example::bash("cat data.json")
        .given(&[Given::OutputBytes(60_000), Given::Lines(1), Given::Codex])
        .says("`cat data.json | head -c 4000`"),
    Example::bash("git show HEAD:data.json")
        .given(&[Given::OutputBytes(60_000), Given::Lines(1)])
        .says("`git show HEAD:data.json | head -c 4000`"),
    Example::bash("rg --json foo data.json")
        .given(&[Given::OutputBytes(60_000), Given::Lines(4)])
        .says("narrow the pattern or the path, as its lines are long"),
    Example::bash("for f in .git/s/*.json; do echo \"== $f\"; python3 -m json.tool \"$f\" || cat \"$f\"; done")
        .given(&[Given::OutputBytes(140_000), Given::Lines(3000)])
        .says("146 kB: next time send it to a file, then search that with rg"),
    Example::bash("git ls-tree -r main --name-only | while read p; do git show \"main:$p\"; done")
        .given(&[Given::OutputBytes(80_000), Given::Lines(1500)])
        .says("the loop printed 83 kB"),
    Example::bash("git diff main...HEAD")
        .given(&[Given::OutputBytes(48_000), Given::Lines(900)])
        .says("`git diff --stat main...HEAD`, then one path of it"),
    Example::bash("cd web && git diff")
        .given(&[Given::OutputBytes(48_000), Given::Lines(900)])
        .says("`cd web && git diff --stat`"),
    Example::bash("git diff --unified=80 main -- a.rs b.rs")
        .given(&[Given::OutputBytes(48_000), Given::Lines(900)])
        .says("git diff --unified=80 main -- a.rs b.rs printed 50 kB: next time leave --unified=80 out"),
    Example::bash("git show HEAD~1")
        .given(&[Given::OutputBytes(30_000), Given::Lines(600)])
        .says("`git show --stat HEAD~1`"),
    Example::bash("find . -type f")
        .given(&[Given::OutputBytes(30_000), Given::Lines(900)])
        .says("`find . -type f | head -50`"),
    Example::bash("ls -laR")
        .given(&[Given::OutputBytes(30_000), Given::Lines(900)])
        .says("`ls -laR | head -50`"),
    Example::bash("rg -n foo src")
        .given(&[Given::OutputBytes(30_000), Given::Lines(500)])
        .says("`rg -l foo src`"),
    // Their files would be as many.
    Example::bash("rg -n 'atomic|force|prune|relay|shallow|filter|resume|partial' cmd internal")
        .given(&[Given::OutputBytes(40_000), Given::Lines(460)])
        .says("next time search for one topic at a time, not for 8"),
    Example::bash("grep -rn 'a\\|b\\|c\\|d\\|e\\|f\\|g\\|h' src lib")
        .given(&[Given::OutputBytes(40_000), Given::Lines(460)])
        .says("not for 8"),
    Example::bash("rg -n 'atomic|force|prune' cmd internal")
        .given(&[Given::OutputBytes(40_000), Given::Lines(460)])
        .says("`rg -l 'atomic|force|prune' cmd internal`"),
    Example::bash("rg -n 'atomic|force' README.md docs .")
        .given(&[Given::OutputBytes(33_000), Given::Lines(275)])
        .says("`rg -n 'atomic|force' README.md docs`"),
    Example::bash("rg -n 'a|b|c|d|e|f|g|h' docs . -S")
        .given(&[Given::OutputBytes(33_000), Given::Lines(275)])
        .says("leave . out, which holds too much, and search for one topic at a time"),
    Example::bash("rg -n keyring -S . ~")
        .given(&[Given::OutputBytes(68_000), Given::Lines(240)])
        .says("`rg -n keyring -S .`"),
    Example::bash("rg -n foo . ../other")
        .given(&[Given::OutputBytes(33_000), Given::Lines(275)])
        .says("`rg -l foo . ../other`"),
    Example::bash("rg foo src")
        .given(&[Given::OutputBytes(90_000), Given::Lines(3)])
        .says("`rg -M 200 foo src`"),
    Example::bash("grep -n foo data.json")
        .given(&[Given::OutputBytes(90_000), Given::Lines(3)])
        .says("`grep -n foo data.json | cut -c1-200`"),
    Example::bash("docker logs web")
        .given(&[Given::OutputBytes(90_000), Given::Lines(900)])
        .says("`docker logs --tail=100 web`"),
    Example::bash("kubectl -n a logs pod/x")
        .given(&[Given::OutputBytes(90_000), Given::Lines(900)])
        .says("`kubectl -n a logs --tail=100 pod/x`"),
    Example::bash("npm ls --all")
        .given(&[Given::OutputBytes(90_000), Given::Lines(900)])
        .says("next time use npm ls --depth=0"),
    Example::bash("curl -s https://api.x/items")
        .given(&[Given::OutputBytes(90_000)])
        .says("`curl -s https://api.x/items -o /tmp/response`"),
    // It did not edit what it looks at.
    Example::bash("git diff")
        .given(&[Given::OutputBytes(28_000), Given::Lines(700), Given::After("git status")])
        .says("`git diff --stat`"),
    Example::bash("git diff")
        .given(&[
            Given::OutputBytes(48_000),
            Given::Lines(700),
            Given::Edited("/r/a.rs"),
            Given::After("git status"),
        ])
        .says("`git diff --stat`"),
    Example::bash("gh pr diff 227")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("`gh pr diff 227 > /tmp/pr.diff`, then rg that file"),
    Example::bash("cargo build -v")
        .given(&[Given::OutputBytes(38_000), Given::Lines(500)])
        .says("`cargo build -v > /tmp/out.log 2>&1`"),
    Example::bash("npm test")
        .given(&[Given::OutputBytes(38_000), Given::Lines(500)])
        .says("npm test printed 39 kB; next time: `npm test > /tmp/out.log 2>&1`, then rg the log"),
    Example::bash("mise run dup 2>&1")
        .given(&[Given::OutputBytes(117_000), Given::Lines(2000)])
        .says("mise run dup printed 121 kB: next time send it to a file"),
    Example::bash("nl -ba src/a.rs")
        .given(&[Given::OutputBytes(44_000), Given::Lines(900), Given::Codex])
        .says("`nl -ba src/a.rs | sed -n '1,200p'`"),
    Example::bash("git ls-files; rg -n foo | head -3")
        .given(&[Given::OutputBytes(44_000), Given::Lines(900)])
        .says("the call with git ls-files printed 46 kB: next time name a narrower path"),
    Example::bash("ls && grep -rn foo src")
        .given(&[Given::OutputBytes(30_000), Given::Lines(500)])
        .says("the call with grep printed 31 kB: next time list the files first with -l"),
    Example::bash("git grep -n foo -- src")
        .given(&[Given::OutputBytes(30_000), Given::Lines(500)])
        .says("`git grep -l -n foo -- src`, then search one of these files"),
    Example::bash("rg --json foo")
        .given(&[Given::OutputBytes(37_000), Given::Lines(700)])
        .says("`rg --json foo | head -50`"),
    Example::bash("grep -n vite package-lock.json")
        .given(&[Given::OutputBytes(37_000), Given::Lines(700)])
        .says("`grep -m 20 -n vite package-lock.json`, then a narrower pattern"),
    Example::bash("grep -n vite data.jsonl")
        .given(&[Given::OutputBytes(37_000), Given::Lines(3), Given::Programs(&["jq"])])
        .says("let jq pick the fields"),
    Example::bash("curl -sS -X POST https://api.example.com/x -d a=1")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("printed 42 kB: next time add -o FILE"),
    Example::bash("docker compose -f c.yml logs web")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("`docker compose -f c.yml logs --tail=100 web`"),
    Example::bash("psql -c 'select * from t'")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("next time add a LIMIT to the query"),
    Example::bash("aws ec2 describe-instances")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("next time pick the fields with --query"),
    Example::bash("rg foo | sort")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("the pipeline from rg printed 42 kB; next time: `rg foo | sort | head -50`"),
    Example::bash("curl -s https://api.x/items | jq .")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)])
        .says("name the fields in the filter of jq"),
    Example::bash("grep -o 'x.*' s.txt | head -30")
        .given(&[Given::OutputBytes(40_000), Given::Lines(30)])
        .says("`grep -o 'x.*' s.txt | head -30 | cut -c1-200`"),
    Example::bash("gh api repos/o/r/pulls | head -5")
        .given(&[Given::OutputBytes(40_000), Given::Lines(5), Given::Programs(&["jq"])])
        .says("the pipeline from gh api repos/o/r/pulls printed 40 kB: next time let jq pick the fields"),
];

pub(super) const MISSES: &[Example] = &[
    // A loop printed little for several outputs, or another command may have printed it.
    Example::bash("for f in a b; do cat $f; done")
        .given(&[Given::OutputBytes(40_000), Given::Lines(800)]),
    Example::bash("for h in a b; do ssh $h dmesg; done")
        .given(&[Given::OutputBytes(90_000), Given::Lines(900)]),
    Example::bash("for f in a b; do cat $f; done; python3 report.py")
        .given(&[Given::OutputBytes(90_000), Given::Lines(900)]),
    // The agent looked at its size first.
    Example::bash("git diff main").given(&[
        Given::OutputBytes(40_000),
        Given::Lines(900),
        Given::After("git diff --stat main"),
    ]),
    Example::bash("git diff a1^ a1").given(&[
        Given::OutputBytes(40_000),
        Given::Lines(900),
        Given::After("git show a1 --stat"),
    ]),
    Example::bash("git diff --staged main").given(&[
        Given::OutputBytes(48_000),
        Given::Lines(900),
        Given::After("git diff --staged --stat main"),
    ]),
    Example::bash("git diff a1^ a1 -- src lib").given(&[
        Given::OutputBytes(27_000),
        Given::Lines(640),
        Given::After("git show --stat --oneline --decorate a1"),
    ]),
    // It looks over its own edits before the commit.
    Example::bash("git diff").given(&[
        Given::OutputBytes(28_000),
        Given::Lines(700),
        Given::Edited("/r/a.rs"),
        Given::After("git status"),
    ]),
    // It is under review.
    Example::bash("gh pr diff 2 --repo o/r")
        .given(&[Given::OutputBytes(30_000), Given::Lines(900)]),
    // Which of them printed it is not known.
    Example::bash("ls -la src && grep -o foo s.jsonl | sort -u | head -30")
        .given(&[Given::OutputBytes(26_000), Given::Lines(320)]),
    Example::bash("git diff --stat && rg foo && cat a.rs")
        .given(&[Given::OutputBytes(26_000), Given::Lines(320)]),
    Example::bash("curl -so /tmp/x https://api.x/items")
        .given(&[Given::OutputBytes(26_000), Given::Lines(320)]),
    Example::bash("aws s3api list-objects --query 'Contents[].Key'")
        .given(&[Given::OutputBytes(26_000), Given::Lines(320)]),
    Example::bash("rg foo | sort -u | awk '{print $1}'")
        .given(&[Given::OutputBytes(26_000), Given::Lines(320)]),
    Example::bash("curl -s https://api.x/items | jq '.[].name'")
        .given(&[Given::OutputBytes(26_000), Given::Lines(320)]),
    Example::bash("npm test | head -50").given(&[Given::OutputBytes(90_000), Given::Lines(3)]),
    Example::bash("git log --oneline -20").given(&[Given::OutputBytes(1_200)]),
    Example::bash("git log --oneline -20").given(&[Given::OutputBytes(17_000)]),
    Example::bash("rg -l foo").given(&[Given::OutputBytes(2_000)]),
    Example::bash("cat small.json").given(&[Given::OutputBytes(3_000)]),
    Example::bash("git diff").given(&[Given::OutputBytes(20_000), Given::Lines(500)]),
    Example::bash("git diff main -- src/a.rs")
        .given(&[Given::OutputBytes(40_000), Given::Lines(900)]),
    Example::bash("git diff main | head -800")
        .given(&[Given::OutputBytes(40_000), Given::Lines(800)]),
    Example::bash("git log -p -3").given(&[Given::OutputBytes(40_000), Given::Lines(800)]),
    Example::bash("sed -n '620,1180p' src/a.rs")
        .given(&[Given::OutputBytes(19_000), Given::Lines(560)]),
    Example::bash("nl -ba src/a.rs | sed -n '620,1180p'")
        .given(&[Given::OutputBytes(19_000), Given::Lines(560)]),
    Example::bash("cat src/a.rs").given(&[Given::OutputBytes(40_000), Given::Lines(900)]),
    Example::bash("pytest tests").given(&[Given::OutputBytes(40_000), Given::Lines(900)]),
    Example::bash("git log").given(&[Given::OutputBytes(60_000), Given::Background]),
    Example::bash("ssh web 'git log'").given(&[Given::OutputBytes(60_000), Given::Lines(900)]),
    Example::bash("docker logs --tail 200 web")
        .given(&[Given::OutputBytes(20_000), Given::Lines(200)]),
    Example::bash("kubectl logs x --since=10m")
        .given(&[Given::OutputBytes(20_000), Given::Lines(200)]),
    Example::bash("git diff --stat main").given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
    Example::bash("find . -name '*.tmp' -delete -print")
        .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
    Example::bash("cat a.rs; cat b.rs; git diff")
        .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
    Example::bash("git commit -m 'git log is large'")
        .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
    Example::bash("git log > /tmp/log; cat /tmp/log")
        .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
    Example::bash("for f in *; do git log $f; done")
        .given(&[Given::OutputBytes(25_000), Given::Lines(500)]),
    Example::bash("codex exec 'review the diff'")
        .given(&[Given::OutputBytes(31_000), Given::Lines(500)]),
];
