//! What a run takes that no other load on the machine can blur.

use std::fs;
use std::path::Path;

use crate::programs::spawn;

/// What a run of a program takes besides time.
pub(crate) struct Counts {
    /// Page faults that read no disk.
    pub(crate) faults: u64,
    /// Peak memory, KiB.
    pub(crate) peak_kb: u64,
    /// System calls, with those of its threads.
    pub(crate) calls: Option<u64>,
}

/// Counts what one run takes, by GNU time and strace. `None` where time is missing.
pub(crate) fn counts(program: &Path, args: &[&str], state: &Path, input: &[u8]) -> Option<Counts> {
    let notes = tempfile::tempdir().unwrap();
    let note = notes.path().join("note");
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let run = |words: &[&str]| {
        let words: Vec<&str> = words
            .iter()
            .copied()
            .chain([path(program).leak() as &str])
            .chain(args.iter().copied())
            .collect();
        let (command, words) = words.split_first().unwrap();
        Path::new(command).exists().then(|| spawn(Path::new(command), words, state, input))?;
        fs::read_to_string(&note).ok()
    };
    let said = run(&["/usr/bin/time", "-o", &path(&note), "-f", "%R %M"])?;
    let mut numbers = said.split_whitespace().map(|number| number.parse().unwrap());
    let (faults, peak_kb) = (numbers.next()?, numbers.next()?);
    fs::remove_file(&note).unwrap();
    let trace = run(&["/usr/bin/strace", "-f", "-qq", "-o", &path(&note)]);
    // A call that another thread interrupts has two lines, and one opening bracket.
    let calls = trace.map(|trace| trace.lines().filter(|line| line.contains('(')).count() as u64);
    Some(Counts { faults, peak_kb, calls: calls.filter(|calls| *calls > 0) })
}
