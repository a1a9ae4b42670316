//! Long sessions: a session is a run of recorded calls, several at a time. After each of [`DAYS`]
//! parts a day passes, so that the daily upkeep has its work.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::client::{Call, Client};
use crate::heard::Heard;
use crate::store;

/// Parts of the table.
const DAYS: usize = 20;

/// Calls at a time.
const AT_ONCE: usize = 2;

/// One call in so many is run by /usr/bin/time, for its peak memory.
const WEIGHED: usize = 200;

pub(crate) struct Soak<'a> {
    pub(crate) client: &'a Client,
    pub(crate) calls: usize,
    pub(crate) sessions: usize,
}

/// What one part showed.
#[derive(Default)]
struct Part {
    heard: Heard,
    /// Wall time of each process, us.
    took: Vec<u64>,
    peak_kb: u64,
}

impl Soak<'_> {
    pub(crate) fn run(&self) -> Heard {
        println!(
            "| calls | mean us | p50 us | p99 us | CPU us | peak KB | files | store KB | answered |"
        );
        println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        let mut sum = Heard::default();
        let state = self.client.state();
        for day in 0..DAYS {
            let (from, to) = (self.calls * day / DAYS, self.calls * (day + 1) / DAYS);
            let cpu = children_ticks();
            let Part { heard, mut took, peak_kb } = self.part(from, to);
            let cpu = children_ticks() - cpu;
            let (files, bytes) = store::size(&state);
            took.sort_unstable();
            let n = heard.calls.max(1);
            let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
            println!(
                "| {to} | {} | {} | {} | {} | {peak_kb} | {files} | {} | {} |",
                took.iter().sum::<u64>() / n,
                at(50),
                at(99),
                cpu * 10_000 / n,
                bytes / 1024,
                heard.answered,
            );
            sum.add(heard);
            if day + 1 < DAYS {
                store::age(&state, false);
            }
        }
        sum
    }

    /// Sends the calls from one number to another, several at a time, each session in order.
    fn part(&self, from: usize, to: usize) -> Part {
        let part = Mutex::new(Part::default());
        // A session's calls come one after the other, so whoever takes one takes all of its calls
        // in this part.
        let each = self.calls.div_ceil(self.sessions);
        let next = AtomicUsize::new(from / each);
        std::thread::scope(|scope| {
            for worker in 0..AT_ONCE {
                let (part, next) = (&part, &next);
                scope.spawn(move || {
                    loop {
                        let session = next.fetch_add(1, Ordering::Relaxed);
                        let calls = (session * each).max(from)..((session + 1) * each).min(to);
                        if session * each >= to {
                            break;
                        }
                        for n in calls {
                            self.call(n, session, worker, part);
                        }
                    }
                });
            }
        });
        part.into_inner().unwrap()
    }

    fn call(&self, n: usize, session: usize, worker: usize, part: &Mutex<Part>) {
        let weight = self.client.root().join(format!("weight.{worker}"));
        let weight = n.is_multiple_of(WEIGHED).then_some(&*weight);
        let session = format!("soak-{session}");
        let outcome = self.client.send(&Call { n, session: &session, agent: None, weight });
        let mut part = part.lock().unwrap();
        part.heard.note(&outcome);
        match weight {
            Some(weight) => {
                let peak = fs::read_to_string(weight).unwrap().trim().parse().unwrap();
                part.peak_kb = part.peak_kb.max(peak);
            }
            None => part.took.push(outcome.took),
        }
    }
}

/// CPU time of all children so far, hundredths of a second.
fn children_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // The 16th and 17th of proc(5); two stand before the bracket.
    fields[13].parse::<u64>().unwrap() + fields[14].parse::<u64>().unwrap()
}
