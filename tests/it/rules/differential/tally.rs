//! Counts by family, and the pairs that are unequal.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::Judged;
use super::pair::Verdict;

/// At most so many unequal pairs are shown.
const MOST_SHOWN: usize = 40;

#[derive(Debug, Default)]
struct Counts {
    generated: usize,
    advised: usize,
    executed: usize,
    announced: usize,
    unequal: usize,
}

/// What came of all pairs.
pub struct Tally {
    seed: u64,
    counts: Mutex<BTreeMap<&'static str, Counts>>,
    unequal: Mutex<Vec<String>>,
}

impl Tally {
    pub fn new(seed: u64) -> Self {
        Self { seed, counts: Mutex::default(), unequal: Mutex::default() }
    }

    fn with(&self, family: &'static str, change: impl FnOnce(&mut Counts)) {
        change(self.counts.lock().unwrap().entry(family).or_default());
    }

    /// How many pairs of a family were executed.
    pub fn count(&self, family: &'static str) -> usize {
        self.counts.lock().unwrap().get(family).map_or(0, |counts| counts.executed)
    }

    /// A command without advice, or with one that gives no command.
    pub fn silent(&self, family: &'static str) {
        self.with(family, |counts| counts.generated += 1);
    }

    pub fn executed(&self, family: &'static str, judged: &Judged, again: &str) {
        let Judged { rule, told, verdict } = judged;
        let is_unequal = matches!(verdict, Verdict::Unequal { .. });
        self.with(family, |counts| {
            counts.generated += 1;
            counts.advised += 1;
            counts.executed += usize::from(*verdict != Verdict::Refused);
            counts.announced += usize::from(*verdict == Verdict::Announced);
            counts.unequal += usize::from(is_unequal);
        });
        if let Verdict::Unequal { reason, shown } = verdict {
            let text = format!("[{reason}] {rule}: {told}{shown}  {again}\n");
            self.unequal.lock().unwrap().push(text);
        }
    }

    /// Prints the counts, and fails if a pair is unequal.
    #[track_caller]
    pub fn report(self) {
        println!("seed {}", self.seed);
        println!(
            "{:14} {:>9} {:>7} {:>8} {:>9} {:>7}",
            "family", "generated", "advised", "executed", "announced", "unequal"
        );
        for (family, counts) in self.counts.into_inner().unwrap() {
            println!(
                "{family:14} {:9} {:7} {:8} {:9} {:7}",
                counts.generated, counts.advised, counts.executed, counts.announced, counts.unequal
            );
        }
        let mut unequal = self.unequal.into_inner().unwrap();
        unequal.sort();
        let count = unequal.len();
        if let Some(path) = std::env::var_os("TOOLCOACH_UNEQUAL") {
            std::fs::write(path, unequal.join("\n")).unwrap();
        }
        unequal.truncate(MOST_SHOWN);
        assert!(count == 0, "{count} are unequal:\n{}", unequal.join("\n"));
    }
}
