//! Runs behind a filter: the advised form prints the same lines, shows a failing run, runs nothing
//! twice and repeats no write.

use std::collections::BTreeSet;
use std::path::Path;

use super::lines::shown;
use crate::rules::differential::pair::{Pair, Verdict};
use crate::rules::differential::run::{Ran, Shell};
use crate::rules::differential::stubs::{self, LOG};

/// Whether a line shows the status of a run.
fn status_shown(line: &str) -> Option<i32> {
    line.strip_prefix("exit ")?.trim().parse().ok()
}

fn run(shell: &Shell, scratch: &Path, command: &str) -> (Ran, Vec<String>) {
    let folder = tempfile::tempdir_in(scratch).unwrap();
    stubs::project(folder.path());
    let ran = shell.run(folder.path(), command);
    let log = std::fs::read_to_string(folder.path().join(LOG)).unwrap_or_default();
    (ran, log.lines().map(str::to_owned).collect())
}

pub fn masked(
    pair: &Pair,
    fails: bool,
    scratch: &Path,
    shell: &Shell,
    text: &str,
    better: &str,
) -> Verdict {
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
    let (original, started) = run(shell, scratch, &pair.command());
    let (advised, again) = run(shell, scratch, better);
    let is_write = |line: &&String| stubs::writes(line);
    if again.iter().any(|line| is_write(&line)) && !text.contains("next time") {
        return unequal("a write is repeated", shown("started", &again.iter().collect::<Vec<_>>()));
    }
    let runs = |log: &[String]| log.iter().filter(|line| !is_write(line)).count();
    if runs(&again) > runs(&started) {
        return unequal("it runs more", shown("started", &again.iter().collect::<Vec<_>>()));
    }
    let statuses: Vec<i32> = advised.raw.iter().filter_map(|line| status_shown(line)).collect();
    let lines: BTreeSet<String> =
        advised.lines.iter().filter(|line| status_shown(line).is_none()).cloned().collect();
    // What stands in front of the run may be left out.
    let wanted: BTreeSet<String> =
        original.lines.iter().filter(|line| !line.starts_with("pushed")).cloned().collect();
    // What follows a success may be left out, or knows now that it was none.
    let lost: Vec<&String> =
        wanted.difference(&lines).filter(|line| line.as_str() != "fine").collect();
    let extra: Vec<&String> =
        lines.difference(&original.lines).filter(|line| line.as_str() != "broken").collect();
    // A run whose reader ended early may have been cut off.
    let keeps_errors =
        original.errors.lines().all(|line| advised.errors.lines().any(|other| other == line));
    if !lost.is_empty() || !extra.is_empty() || !keeps_errors {
        let errors = format!("  errors {:?}, {:?}\n", original.errors, advised.errors);
        return unequal("other lines", shown("lost", &lost) + &shown("extra", &extra) + &errors);
    }
    let is_failure = advised.status != Some(0) || statuses.iter().any(|status| *status != 0);
    let is_success = statuses.contains(&0) || advised.status == Some(0);
    if fails && !is_failure {
        return unequal("a failure is hidden", format!("  status {:?}\n", advised.status));
    }
    if !fails && !is_success && original.status == Some(0) {
        return unequal("a success is hidden", format!("  status {:?}\n", advised.status));
    }
    Verdict::Equal
}
