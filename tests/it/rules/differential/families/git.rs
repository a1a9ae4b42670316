//! git commands that throw work away.

use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE, Outcome};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;
use crate::rules::differential::trees::Kind;

const COMMANDS: [&str; 44] = [
    "git reset --hard",
    "git reset --hard HEAD",
    "git reset --hard HEAD~1",
    "git reset --hard origin/main",
    "git reset --hard 'HEAD~1'",
    "git reset -q --hard HEAD^",
    "git reset --hard main",
    "git fetch && git reset --hard origin/main",
    "git reset --merge HEAD~1",
    "git checkout -- .",
    "git checkout .",
    "git checkout -- src/a.py",
    "git checkout HEAD -- src",
    "git checkout -f",
    "git checkout -f main",
    "git switch -f main",
    "git switch --discard-changes main",
    "git restore .",
    "git restore src/a.py",
    "git restore --staged --worktree .",
    "git restore -s HEAD~1 .",
    "git restore --source=HEAD src",
    "git clean -fd",
    "git clean -fdx",
    "git clean -f",
    "git clean -ffdx .",
    "git stash drop",
    "git stash clear",
    "git push -f",
    "git push --force",
    "git push --force origin main",
    "git push -f origin HEAD:main",
    "git push origin +main",
    "git push -uf origin main",
    "git push --force --no-verify",
    "git push -f origin side",
    "git branch -D side",
    "git branch -D main",
    "git rm -rf src",
    "git checkout HEAD~1 -- src/a.py",
    "git reset --hard && git clean -fd",
    "git -C src checkout .",
    "git -C src reset --hard HEAD~1",
    "git commit --amend --no-edit && git push -f",
];
const STARTS: [&str; 6] = ["", "", "", "", "cd src && ", "git fetch -q; "];

/// A git command that may lose work.
pub fn discards(random: &mut Random) -> Pair {
    let base = format!("{}{}", random.pick(&STARTS), random.pick(&COMMANDS));
    let place = random.pick(&[FAST_CLAUDE, OLD_CLAUDE, CODEX]);
    let outcome = Outcome::Printed(String::new());
    let is_linked = random.chance(35);
    Pair { outcome, check: Check::Git { is_linked }, ..Pair::search(Kind::Clean, place, base, "") }
}
