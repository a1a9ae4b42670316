//! A bounded form of what printed too much runs, prints less and writes nothing a second time.

use super::lines::shown;
use crate::rules::differential::pair::{Pair, Verdict};
use crate::rules::differential::run::Shell;
use crate::rules::differential::stubs;
use crate::rules::differential::trees::Trees;

/// Output below this many bytes need not get shorter.
const SHORT: usize = 2000;

pub fn large(pair: &Pair, trees: &Trees, shell: &Shell, text: &str, better: &str) -> Verdict {
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
    if stubs::writes(&pair.base)
        && better.contains(pair.base.split(' ').next().unwrap_or_default())
        && !text.contains("next time")
    {
        return unequal("a write is repeated", String::new());
    }
    let whole = trees.whole(pair.kind, pair.is_read());
    // What it would leave in the folder for temporary files.
    let local = better.replace("/tmp/", &format!("{}/", trees.scratch().display()));
    let (original, advised) = (shell.run(&whole, &pair.base), shell.run(&whole, &local));
    if original.status.is_none_or(|status| status > 1) {
        return Verdict::Refused;
    }
    if advised.status.is_none_or(|status| status > 1)
        || (!advised.errors.is_empty() && original.errors.is_empty())
    {
        return unequal("it does not run", format!("  {:?} {}\n", advised.status, advised.errors));
    }
    let bytes = |lines: &[String]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
    let (before, after) = (bytes(&original.raw), bytes(&advised.raw));
    let is_kept = better.contains(" > ") || better.contains(" -o ");
    // Bounds of lines and commits that are longer than these trees'.
    let is_bounded = ["-M 200", "cut -c", "git log", " log -", "head -", "sed -n"]
        .iter()
        .any(|words| better.contains(words));
    if after >= before && before > SHORT && !is_bounded {
        return unequal("it prints no less", format!("  {before} and {after} bytes\n"));
    }
    if after == 0 && before > 0 && !is_kept {
        return unequal(
            "it prints nothing",
            shown("original", &original.raw.iter().collect::<Vec<_>>()),
        );
    }
    Verdict::Equal
}
