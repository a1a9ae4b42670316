//! Runs behind a pipe, and calls that resemble them.

use crate::rules::example::{Example, Given};

pub(super) const HITS: &[Example] = &[
    Example::bash("npm test 2>&1 | tail -5").says("`set -o pipefail; npm test 2>&1 | tail -5`"),
    Example::bash("pytest -q | head -20").says("head -20 \"$f\"`"),
    Example::bash("make 2>&1 | tail -n 10").says("`set -o pipefail; make 2>&1 | tail -n 10`"),
    Example::bash("cd web && npm run build | tail -3")
        .says("`set -o pipefail; cd web && npm run build | tail -3`"),
    Example::bash("cargo test --all 2>&1 | grep -E 'test result|FAILED'")
        .says("grep -E 'test result|FAILED' \"$f\"`"),
    Example::bash("timeout 300 uv run pytest tests 2>&1 | tail -30").says("uv run pytest | tail"),
    Example::bash("go test ./... 2>&1 | grep -v '^ok' | tail -40").says("exits with tail's status"),
    Example::bash("cargo test \"$f\" 2>&1 | grep x").says("save the output to a file"),
    Example::bash("npm test | tee out.log").says("`set -o pipefail; npm test | tee out.log`"),
    Example::bash("python3 -m pytest 2>&1 | tail -5; echo $?"),
    Example::bash("bash -lc 'cargo test | tail -5'").says("run it without the pipe"),
    Example::bash("cargo test | tail -5; git status").says("run it without the pipe"),
    Example::bash("cargo test pipefail_works | tail; rm -f x || true"),
    Example::bash("make | grep warning")
        .says("`f=$(mktemp); make >\"$f\"; echo \"exit $?\"; grep warning \"$f\"`"),
    Example::bash("pnpm exec vitest run | tail -5").says("pnpm exec vitest | tail"),
    Example::bash("git push -f; npm test | tail -5")
        .says("next time for that part: `set -o pipefail; npm test | tail -5`"),
    Example::bash("git add -A && git commit -m x && cd web && npm test | tail -5")
        .says("next time for that part: `set -o pipefail; cd web && npm test | tail -5`"),
    Example::bash("(cd web && npm test) 2>&1 | tail -20")
        .says("`set -o pipefail; (cd web && npm test) 2>&1 | tail -20`"),
    Example::bash("{ npm test; npm run lint; } 2>&1 | tail -20")
        .says("npm test; npm run lint | tail exits with tail's status, and with pipefail set"),
    Example::bash("{ npm test && npm run lint; } 2>&1 | tail -20")
        .says("`set -o pipefail; { npm test && npm run lint; } 2>&1 | tail -20`"),
    Example::bash("{ make lint; make test; } 2>&1 | tail -20")
        .says("run each in a call of its own"),
    Example::bash("bash -c 'cargo test --workspace' 2>&1 | tail -5")
        .says("`set -o pipefail; bash -c 'cargo test --workspace' 2>&1 | tail -5`"),
    Example::bash("./test.sh 2>&1 | tail").says("test.sh | tail exits with tail's status"),
    Example::bash("openspec validate x --strict 2>&1 | tail -8").says("openspec validate | tail"),
    Example::bash("gh pr checks 7 --watch | tail -3").says("gh pr checks | tail"),
    Example::bash("docker compose run --rm app pytest -q | tail -5")
        .says("`set -o pipefail; docker compose run --rm app pytest -q | tail -5`"),
    Example::bash("docker exec app cargo test 2>&1 | tail -20").says("cargo test | tail"),
    Example::bash("npx tsc --noEmit | head").given(&[Given::OutputBytes(400)]),
    // The first one, although its whole output is visible.
    Example::bash("go test ./... 2>&1 | tail -40")
        .given(&[Given::Output("ok  \ta\t0.1s\nok  \tb\t0.2s")]),
    // Later ones, of which something is hidden: lines, all of them, or what acts on the status.
    Example::bash("npm test 2>&1 | tail -2")
        .given(&[Given::Output("1 passed\n0 failed"), Given::MadeBefore(3)]),
    Example::bash("npm test 2>&1 | head -20").given(&[Given::MadeBefore(3)]),
    Example::bash("for d in a b; do (cd $d && npm test 2>&1 | tail -5); done")
        .given(&[Given::Output("1\n2\n3\n4\n5\n6\n7\n8\n9")]),
    Example::bash("npm test 2>&1 | tail -5; ls dist")
        .given(&[Given::Output("1 passed"), Given::MadeBefore(3)]),
    // Another run was shown just before, or this one is a test and not only counted.
    Example::bash("mise run dup 2>&1 | grep wingman").given(&[Given::After("mise run lint 2>&1")]),
    Example::bash("npm test 2>&1 | grep FAIL | sort"),
    Example::bash("npm run lint 2>&1 | wc -l"),
    Example::bash("cargo build -o /tmp/a; ./run-tests x | tail -5"),
];

pub(super) const MISSES: &[Example] = &[
    // It was said before, and the whole output is visible.
    Example::bash("go test ./... 2>&1 | tail -40")
        .given(&[Given::Output("ok  \ta\t0.1s\nok  \tb\t0.2s"), Given::MadeBefore(3)]),
    Example::bash("npm run fmt && npm run lint 2>&1 | head -n 5")
        .given(&[Given::Output("a.ts:3:1: error"), Given::MadeBefore(3)]),
    Example::bash("go build ./... 2>&1 | head -20").given(&[Given::MadeBefore(3)]),
    Example::bash("npm run lint && npm test 2>&1 | tail -20")
        .given(&[Given::MadeBefore(3), Given::Failed("Exit code 1\na.ts:3:1: error")]),
    Example::bash("go test ./... 2>&1 | grep -E '(PASS|FAIL|ok |---)'")
        .given(&[Given::Output("ok  \ta\t0.1s"), Given::MadeBefore(3)]),
    // Each round shows how it ended, and the loop has the status of its last round at best.
    Example::bash("for os in js plan9; do GOOS=$os go test ./a 2>&1 | sed -n '1,40p'; done")
        .given(&[Given::Output("FAIL a [build failed]\nok  \ta\t0.1s")]),
    Example::bash("for d in a b; do (cd $d && npm test 2>&1 | tail -20); done")
        .given(&[Given::Output("1 passed\n2 passed")]),
    // It looks at how the tree was before its changes.
    Example::bash("git stash && npm run lint 2>&1 | tail -20; git stash pop"),
    Example::bash("git stash push -q a.ts && npx vitest run | tail -10; git stash apply"),
    Example::bash("git stash && mise run test -- -run TestX -v 2>&1 | grep -A 5 RUN"),
    // The call before showed how the run ends.
    Example::bash("mise run dup 2>&1 | grep -i wingman")
        .given(&[Given::After("mise run dup 2>&1")]),
    Example::bash("npm run lint | tail -3")
        .given(&[Given::After("set -o pipefail; npm run lint 2>&1 | tail -40")]),
    // It counts what a check found.
    Example::bash("golangci-lint run ./... 2>&1 | grep -oE '\\([a-z]+\\)$' | sort"),
    Example::bash("npx eslint . | awk '{print $NF}' | sort -rn"),
    // A program of that name, which the call builds itself.
    Example::bash(
        "go build -o /tmp/entire-test ./cmd && cd /tmp/x && /tmp/entire-test enable | tail -3",
    ),
    // Said once, and all the verdicts are visible.
    Example::bash("go test -v ./a 2>&1 | grep -E '(PASS|FAIL|RUN)' | head -30")
        .given(&[Given::Output("=== RUN TestA\n--- PASS: TestA\nPASS"), Given::MadeBefore(3)]),
    Example::bash("set -o pipefail; npm test | tail -5"),
    Example::bash("npm test > /tmp/t.log 2>&1; echo rc=$?; tail /tmp/t.log"),
    Example::bash("rg foo | head -20"),
    Example::bash("npm test 2>&1 | tee t.log; echo ${PIPESTATUS[0]}"),
    Example::bash("git log | head -5"),
    Example::bash("npm ls | head"),
    Example::bash("npm test | grep -q passed"),
    Example::bash("(npm test; true) | tail"),
    Example::bash("cat test.sh | head; ls build | tail; gh pr checks 7 | head"),
    Example::bash("bash -c 'npm test; true' | tail"),
    Example::bash("docker compose logs test | tail"),
    Example::bash("docker exec app ls | tail; docker run --rm app env | head"),
    Example::bash("docker exec app sh -c 'cargo test; true' | tail"),
    Example::bash("npm run env | grep PATH"),
    Example::bash("npx tsc --traceResolution | grep foo"),
    Example::bash("npm test -- --listTests | head"),
    Example::bash("cargo --help | head -30"),
    Example::bash("cargo test -- --list | wc -l"),
    Example::bash("make -n | head"),
    Example::bash("git commit -m 'npm test | tail -5 hides errors'"),
    Example::bash("if npm test | grep -q passing; then echo ok; fi"),
    Example::bash("echo y | npm test"),
    Example::bash("ssh ci 'npm test | tail -5'"),
    Example::bash("cat Makefile | head; make"),
    Example::bash("bash -o pipefail -c 'npm test | tail -5'"),
    Example::bash("npm run | head -40"),
    Example::bash("grep -n 'cargo test' ci.yml | head"),
    Example::bash("npm test | tail -5 || true"),
    Example::bash("npm run dev | head -20"),
    Example::bash("npm run build -- --watch | head"),
    Example::bash("npm run --workspace web dev | head"),
    Example::bash("make serve | head"),
    Example::bash("tsc --watch | head"),
    Example::bash("./gradlew tasks | head"),
];
