//! Agents whose uptake is known, and what learning makes of a rule that they are told of.

use std::fmt::Write;

use toolcoach::store::learned::WINDOW_DAYS;
use toolcoach::upkeep::learning;
use toolcoach::upkeep::learning::{ENOUGH, LEAST_UPTAKE, PRIOR};

/// Runs behind each figure.
pub(crate) const RUNS: u64 = 1000;

/// Sessions of a run.
pub(crate) const SESSIONS: u64 = 500;

/// Uptakes that are tried, percent.
pub(crate) const UPTAKES: [u64; 5] = [2, 10, 25, 40, 80];

/// How a rule meets its agents.
#[derive(Clone, Copy)]
pub(crate) struct Traffic {
    /// Sessions between two looks.
    pub(crate) a_day: u64,
    /// Chances in a session, each number as likely as the others.
    pub(crate) chances: &'static [u64],
    /// The share of sessions in which the agent always does the same.
    pub(crate) alike: f64,
}

/// A usual day: five sessions, with a chance or two in most.
pub(crate) const USUAL: Traffic = Traffic { a_day: 5, chances: &[0, 1, 1, 2], alike: 0.0 };

/// Times at which a rule is muted: for each number of chances the most that may have been followed.
pub(crate) struct Bounds(Vec<Option<u64>>);

impl Bounds {
    /// For who believed in Beta(`prior`) before.
    pub(crate) fn new(prior: (u64, u64)) -> Self {
        let mut most = None;
        let bound = |chances: u64| {
            let is_muted = |followed: u64| {
                followed <= chances
                    && learning::upper_bound(prior, followed, chances) < LEAST_UPTAKE
            };
            while chances >= ENOUGH && is_muted(most.map_or(0, |most: u64| most + 1)) {
                most = Some(most.map_or(0, |most| most + 1));
            }
            most
        };
        Self((0..1200).map(bound).collect())
    }

    fn mute(&self, followed: u64, chances: u64) -> bool {
        self.0.get(chances as usize).copied().flatten().is_some_and(|most| followed <= most)
    }
}

/// What happened to the rule.
#[derive(Default)]
pub(crate) struct Run {
    /// Chances until it was muted first.
    pub(crate) muted_after: Option<u64>,
    /// It is muted in the end.
    pub(crate) is_muted: bool,
    /// Chances that it had in all.
    pub(crate) chances: u64,
    /// The last day on which it was muted.
    pub(crate) last_muted_day: u64,
}

/// One rule over `sessions`, looked at daily. `uptake` is that of the agents of a session, by its
/// number.
pub(crate) fn run(
    bounds: &Bounds,
    traffic: Traffic,
    sessions: u64,
    uptake: impl Fn(u64) -> f64,
    seed: u64,
) -> Run {
    let mut dice = Dice(seed);
    let mut run = Run::default();
    let mut days: Vec<(u64, u64)> = Vec::new();
    // Of the window, today included.
    let (mut followed, mut chances) = (0, 0);
    let mut today = (0, 0);
    for session in 0..sessions {
        let uptake = uptake(session);
        let mood = dice.roll() < uptake;
        let is_moody = dice.roll() < traffic.alike;
        let count = traffic.chances[(dice.next() % traffic.chances.len() as u64) as usize];
        if !run.is_muted {
            for _ in 0..count {
                today.0 += u64::from(if is_moody { mood } else { dice.roll() < uptake });
                today.1 += 1;
            }
        }
        if session % traffic.a_day == traffic.a_day - 1 {
            run.chances += today.1;
            days.push(today);
            let gone =
                days.len().checked_sub(WINDOW_DAYS as usize + 1).map_or((0, 0), |at| days[at]);
            followed = followed + today.0 - gone.0;
            chances = chances + today.1 - gone.1;
            today = (0, 0);
            run.is_muted = bounds.mute(followed, chances);
            if run.is_muted {
                run.muted_after.get_or_insert(run.chances);
                run.last_muted_day = days.len() as u64;
            }
        }
    }
    run
}

/// Many runs of one uptake.
pub(crate) fn runs(bounds: &Bounds, traffic: Traffic, percent: u64) -> Vec<Run> {
    let seed = |n: u64| percent << 32 | n;
    (0..RUNS).map(|n| run(bounds, traffic, SESSIONS, |_| percent as f64 / 100.0, seed(n))).collect()
}

/// How many runs were muted at any time, and the chances until then in the median of all runs and
/// of nine in ten.
pub(crate) fn muted(runs: &[Run]) -> (u64, Option<u64>, Option<u64>) {
    let mut after: Vec<u64> = runs.iter().map(|run| run.muted_after.unwrap_or(u64::MAX)).collect();
    after.sort_unstable();
    let at = |share: usize| {
        after.get(after.len() * share / 100).copied().filter(|after| *after < u64::MAX)
    };
    (after.iter().filter(|after| **after < u64::MAX).count() as u64, at(50), at(90))
}

/// The tables of docs/learning.md.
pub(crate) fn tables() -> String {
    let ours = Bounds::new(PRIOR);
    let mut out = usual(&ours);
    out.push_str(&other_traffic(&ours));
    out.push_str(&way_back(&ours));
    out
}

fn usual(bounds: &Bounds) -> String {
    let mut out = format!(
        "Muted in {SESSIONS} sessions, five a day and looked at daily, {RUNS} runs each:\n\n\
         | uptake | runs in which it is ever muted | chances until then, median | in nine of ten runs | muted in the \
         end | chances it had in all, mean |\n|---:|---:|---:|---:|---:|---:|\n"
    );
    for percent in UPTAKES {
        let runs = runs(bounds, USUAL, percent);
        let (ever, median, most) = muted(&runs);
        let end = runs.iter().filter(|run| run.is_muted).count() as u64;
        let chances: u64 = runs.iter().map(|run| run.chances).sum();
        let figures = [
            share(ever),
            or_never(median),
            or_never(most),
            share(end),
            (chances / RUNS).to_string(),
        ];
        let _ = writeln!(out, "| {percent} % | {} |", figures.join(" | "));
    }
    out
}

/// The same where sessions are rarer or fuller, where agents are alike in all of a session, and
/// from an even prior.
fn other_traffic(ours: &Bounds) -> String {
    let even = Bounds::new((1, 1));
    let mut out = String::from(
        "\nThe same with other traffic: runs in which it is ever muted, and the median of chances until then:\n\n\
         | traffic | prior | 2 % | 10 % | 25 % | 40 % | 80 % |\n|---|---|---:|---:|---:|---:|---:|\n",
    );
    for (name, traffic) in [
        ("one chance a day", Traffic { a_day: 1, chances: &[1], alike: 0.0 }),
        ("5 chances a day", USUAL),
        ("5 a day, a third of sessions all alike", Traffic { alike: 0.33, ..USUAL }),
        ("10 chances a day", Traffic { chances: &[0, 1, 2, 3, 4], ..USUAL }),
    ] {
        for (prior, bounds) in [("ours", ours), ("even", &even)] {
            let figures = UPTAKES.map(|percent| {
                let (ever, median, _) = muted(&runs(bounds, traffic, percent));
                format!("{}, {}", share(ever), or_never(median))
            });
            let _ = writeln!(out, "| {name} | {prior} | {} |", figures.join(" | "));
        }
    }
    out
}

/// Agents that follow 2 %, and from one day on another share.
fn way_back(bounds: &Bounds) -> String {
    let (days, change) = (400, 200);
    let mut out = format!(
        "\nThe way back: agents follow 2 % for {change} days, then another share for as many:\n\n\
         | new uptake | days until it is muted no more, median | in nine of ten runs | muted at the end |\n\
         |---:|---:|---:|---:|\n"
    );
    for percent in UPTAKES {
        let uptake = |session: u64| {
            if session / USUAL.a_day < change { 0.02 } else { percent as f64 / 100.0 }
        };
        let seed = |n: u64| 7 << 48 | percent << 32 | n;
        let runs: Vec<Run> =
            (0..RUNS).map(|n| run(bounds, USUAL, days * USUAL.a_day, uptake, seed(n))).collect();
        let end = runs.iter().filter(|run| run.is_muted).count() as u64;
        let mut back: Vec<u64> =
            runs.iter().map(|run| run.last_muted_day.saturating_sub(change)).collect();
        back.sort_unstable();
        let at = |share: usize| {
            back.get(back.len() * share / 100).copied().filter(|day| day + change < days)
        };
        let figures = [or_never(at(50)), or_never(at(90)), share(end)];
        let _ = writeln!(out, "| {percent} % | {} |", figures.join(" | "));
    }
    out
}

fn share(runs: u64) -> String {
    format!("{:.1} %", runs as f64 * 100.0 / RUNS as f64)
}

fn or_never(figure: Option<u64>) -> String {
    figure.map_or("never".to_owned(), |figure| figure.to_string())
}

/// The same numbers on every machine (SplitMix64; Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    fn roll(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
