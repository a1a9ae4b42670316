//! Commands that print a file with secrets, or the environment.

use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;
use crate::rules::differential::trees::Kind;

const FILES: [&str; 9] = [
    ".env",
    ".env",
    ".env",
    ".env.local",
    "config/.env.production",
    "./.env",
    "\"$PWD/.env\"",
    ".npmrc",
    ".netrc",
];
const READERS: [&str; 18] = [
    "cat F",
    "cat F",
    "head -20 F",
    "tail -n 5 F",
    "sed -n '1,40p' F",
    "nl F",
    "cat -A F",
    "grep KEY F",
    "grep -i token F",
    "grep = F",
    "grep -v '^#' F",
    "grep -n . F",
    "cat F | grep -i key",
    "cat F | sort",
    "awk -F= '{print $2}' F",
    "cat F F2",
    "grep -E 'KEY|TOKEN|PASS' F",
    "cat < F",
];
const VARIABLES: [&str; 22] = [
    "env",
    "env | sort",
    "printenv",
    "printenv | sort",
    "export -p",
    "export",
    "declare -x",
    "set",
    "env | grep -i key",
    "env | grep -i token",
    "printenv | grep -E 'KEY|TOKEN'",
    "export -p | grep TOKEN",
    "env | head -50",
    "env -0",
    "printenv API_KEY",
    "echo $API_KEY",
    "echo \"$GITHUB_TOKEN\"",
    "printf '%s\\n' \"$DB_PASSWORD\"",
    "set -a; . ./.env; env",
    "env | grep PRIVATE",
    "declare -p",
    "env | grep -v PATH | sort",
];
const ENDS: [&str; 6] = ["", "", "", "", " 2>/dev/null", " | head -20"];

/// A command that prints secrets.
pub fn printed(random: &mut Random) -> Pair {
    let base = if random.chance(60) {
        let (reader, file) = (random.pick(&READERS), random.pick(&FILES));
        let words = reader.split(' ').map(|word| {
            if word == "F" {
                file
            } else if word == "F2" {
                ".env.local"
            } else {
                word
            }
        });
        words.collect::<Vec<_>>().join(" ")
    } else {
        random.pick(&VARIABLES).to_owned()
    };
    let base = base + random.pick(&ENDS);
    let place = random.pick(&[FAST_CLAUDE, OLD_CLAUDE, CODEX]);
    Pair { check: Check::Secret, ..Pair::search(Kind::Outside, place, base, "") }
}
