//! Tests and builds behind a filter.

use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE, Outcome};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;
use crate::rules::differential::trees::Kind;

const RUNS: [&str; 32] = [
    "npm test",
    "npm run build",
    "npm run lint",
    "pytest",
    "pytest -q tests",
    "python3 -m pytest tests",
    "cargo test",
    "cargo build --release",
    "cargo clippy --all-targets",
    "make",
    "make -j4 check",
    "go test ./...",
    "go build ./...",
    "npx tsc --noEmit",
    "npx vitest run",
    "npx jest a.test.ts",
    "uv run pytest tests",
    "poetry run pytest",
    "pnpm test",
    "yarn build",
    "ruff check .",
    "mypy src",
    "tsc --noEmit",
    "./gradlew test",
    "mvn -q test",
    "just test",
    "tox",
    "dotnet test",
    "CI=1 npm test",
    "timeout 60 pytest -x",
    "RUST_LOG='a b' cargo test 'name with blank'",
    "npm test -- --grep 'a|b'",
];
const STARTS: [&str; 12] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "cd web && ",
    "cd web; ",
    "git push origin main; ",
    "git commit -am x && ",
    "deploy prod; ",
    "export A=1; ",
];
const MERGES: [&str; 3] = [" 2>&1", " 2>&1", ""];
const FILTERS: [&str; 34] = [
    " | tail -5",
    " | tail -n 20",
    " | tail",
    " | tail -1",
    " | head -20",
    " | head",
    " | head -n 3",
    " | grep FAILED",
    " | grep -E 'passed|failed'",
    " | grep -v ok",
    " | grep -c ok",
    " | grep -i error",
    " | grep nothing_of_it",
    " | grep -A2 FAILED",
    " | tee out.log",
    " | tee out.log | tail -3",
    " | sed -n '1,5p'",
    " | sed 's/ok/OK/'",
    " | awk '{print $1}'",
    " | awk '/FAILED/{print; exit}'",
    " | cat",
    " | sort | uniq -c",
    " | wc -l",
    " | grep -v '^ok' | tail -10",
    " | tail -20 | head -5",
    " | head -50 | tail -5",
    " | grep -m1 ok",
    " | sed '/passed/q'",
    " | cut -c1-20",
    " | sort -u | tail -3",
    " | tr a-z A-Z | tail -2",
    " | tail -n +5",
    " | grep -E \"FAILED|error\" | head -5",
    " |& tail -5",
];
const ENDS: [&str; 10] =
    ["", "", "", "", "", "", " && echo fine", "; echo done", "; git status", " || echo broken"];

/// A run with a filter behind it.
pub fn masked(random: &mut Random) -> Pair {
    let (start, run, merge) = (random.pick(&STARTS), random.pick(&RUNS), random.pick(&MERGES));
    let filter = random.pick(&FILTERS);
    let merge = if filter.starts_with(" |&") { "" } else { merge };
    let base = format!("{start}{run}{merge}{filter}{}", random.pick(&ENDS));
    let place = random.pick(&[FAST_CLAUDE, OLD_CLAUDE, CODEX]);
    let fails = random.chance(60);
    Pair {
        outcome: Outcome::Printed("ok\n".to_owned()),
        check: Check::Masked { fails },
        ..Pair::search(Kind::Outside, place, base, "")
    }
}
