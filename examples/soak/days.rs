//! Many short sessions with sub-agents, day after day: each conversation has a ledger of its own, so
//! this is what the upkeep has to keep up with.
//!
//! What upkeep takes shows in the processor time of the first call of a conversation, beside that of
//! the others: times on the wall are those of a machine that others use too.

use serde_json::{Value, json};

use crate::client::{Call, Client, Outcome};
use crate::heard::Heard;
use crate::store;

/// Days of a row of the table.
const ROW: usize = 3;

/// How much longer than an ordinary call the first of a conversation may take, us.
const UPKEEP_US: u64 = 20_000;

pub(crate) struct Soak<'a> {
    pub(crate) client: &'a Client,
    /// Calls of a conversation.
    pub(crate) calls: usize,
    /// Sessions of a day.
    pub(crate) sessions: usize,
    /// Sub-agents of a session.
    pub(crate) agents: usize,
    pub(crate) days: usize,
}

/// Times of calls, us.
#[derive(Default)]
struct Times {
    /// On the wall, all calls.
    took: Vec<u64>,
    /// Processor time of the first calls, and of the others.
    first: Vec<u64>,
    later: Vec<u64>,
}

impl Soak<'_> {
    pub(crate) fn run(&self) -> Heard {
        println!(
            "| days | calls | mean us | p99 us | CPU us: p50 | p99 | most | first call: p50 | p99 | most | files | store KB |"
        );
        println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        let mut late = 0;
        let mut sum = Heard::default();
        let state = self.client.state();
        let mut times = Times::default();
        for day in 0..self.days {
            self.day(day, &mut sum, &mut times);
            if (day + 1).is_multiple_of(ROW) || day + 1 == self.days {
                let (files, bytes) = store::size(&state);
                println!(
                    "| {} | {} | {} | {files} | {} |",
                    day + 1,
                    sum.calls,
                    times.row(),
                    bytes / 1024
                );
                late += times.late();
                times = Times::default();
            }
            if day + 1 < self.days {
                store::age(&state, true);
            }
        }
        println!("\n{late} first calls took over 20 ms more of a processor than an ordinary one.");
        sum
    }

    /// Each session's main agent makes a call, then its sub-agents make theirs, then it goes on.
    fn day(&self, day: usize, heard: &mut Heard, times: &mut Times) {
        for session in 0..self.sessions {
            let name = format!("soak-{day}-{session}");
            let first = (day * self.sessions + session) * self.calls * (self.agents + 1);
            let sub_agents =
                (1..=self.agents).flat_map(|agent| (0..self.calls).map(move |n| (agent, n)));
            let main = |from: usize, to: usize| (from..to).map(|n| (0, n));
            for (agent, n) in main(0, 1).chain(sub_agents).chain(main(1, self.calls)) {
                let agent_id =
                    if agent == 0 { Value::Null } else { json!(format!("agent-{agent}")) };
                let outcome = self.client.send(&Call {
                    n: first + agent * self.calls + n,
                    session: &name,
                    agent: Some(&agent_id),
                    weight: None,
                });
                heard.note(&outcome);
                times.note(n == 0, &outcome);
            }
        }
    }
}

impl Times {
    fn note(&mut self, is_first: bool, outcome: &Outcome) {
        self.took.push(outcome.took);
        let times = if is_first { &mut self.first } else { &mut self.later };
        times.push(outcome.cpu);
    }

    /// The columns of the table.
    fn row(&mut self) -> String {
        for times in [&mut self.took, &mut self.first, &mut self.later] {
            times.sort_unstable();
        }
        let mean = self.took.iter().sum::<u64>() / self.took.len().max(1) as u64;
        let columns = [
            mean,
            at(&self.took, 99),
            at(&self.later, 50),
            at(&self.later, 99),
            at(&self.later, 100),
            at(&self.first, 50),
            at(&self.first, 99),
            at(&self.first, 100),
        ];
        columns.map(|column| column.to_string()).join(" | ")
    }

    /// How many first calls took much longer than an ordinary one.
    fn late(&self) -> usize {
        let limit = at(&self.later, 50) + UPKEEP_US;
        self.first.iter().filter(|time| **time > limit).count()
    }
}

/// The time that so many hundredths of sorted times do not exceed.
fn at(times: &[u64], share: usize) -> u64 {
    times.get(times.len() * share / 100).or(times.last()).copied().unwrap_or_default()
}
