//! The tables of docs/learning.md.

use std::fmt::Write;

use super::agents::Agents;
use super::simulation::{self, Run};

/// Chances that agents which are not told do it again.
const BASES: [f64; 2] = [0.30, 0.75];

/// Shares of sessions that are held out.
const SHARES: [f64; 3] = [0.05, 0.2, 0.5];

/// By how much being told lowers the chance.
const EFFECTS: [f64; 6] = [0.0, 0.05, 0.10, 0.15, 0.20, 0.30];

/// Runs behind each figure of the first table.
const RUNS: u64 = 400;

/// Runs behind each row of the way back, which take four times as long.
const RUNS_BACK: u64 = 100;

/// Units of a run, ten a day.
const UNITS: u64 = 1200;

/// Units after the agents have changed.
const AFTER: u64 = 3 * UNITS;

/// Both tables, as markdown.
pub(crate) fn all() -> String {
    muting() + &way_back()
}

fn runs(number: u64, agents: &Agents, units: u64, change: (u64, f64)) -> Vec<Run> {
    (0..number).map(|seed| simulation::learn(agents, units, change, seed)).collect()
}

fn muting() -> String {
    let mut out = format!(
        "{UNITS} units, ten a day and looked at daily, {RUNS} runs each:\n\n\
         | base rate | share | effect | ever muted | units until then, median | of these back in the \
         end | muted in the end | found to help | told in all, mean |\n\
         |---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    for base in BASES {
        for share in SHARES {
            for effect in EFFECTS {
                let agents = Agents { base, effect, share, a_day: 10 };
                let runs = runs(RUNS, &agents, UNITS, (UNITS, effect));
                let count = |is: fn(&Run) -> bool| runs.iter().filter(|run| is(run)).count();
                let ever = count(|run| run.muted_after.is_some());
                let end = count(|run| run.is_muted);
                let told: u64 = runs.iter().map(|run| run.told).sum();
                let cells = [
                    percent(base),
                    percent(share),
                    points(effect),
                    share_of(ever, runs.len()),
                    median(runs.iter().filter_map(|run| run.muted_after)),
                    (ever - end).to_string(),
                    share_of(end, runs.len()),
                    share_of(count(|run| run.helps), runs.len()),
                    (told / RUNS).to_string(),
                ];
                let _ = writeln!(out, "| {} |", cells.join(" | "));
            }
        }
    }
    out
}

/// Agents without an effect, and from one day on with another.
fn way_back() -> String {
    let mut out = format!(
        "\nThe way back at a share of 20 %: no effect for {UNITS} units, then another for {AFTER} \
         more, ten a day, {RUNS_BACK} runs each; only runs in which the rule is muted at the \
         change count:\n\n\
         | base rate | effect then | muted at the change | back in the end | units until then, \
         median |\n\
         |---:|---:|---:|---:|---:|\n"
    );
    for base in BASES {
        for effect in EFFECTS {
            let agents = Agents { base, effect: 0.0, share: 0.2, a_day: 10 };
            let runs = runs(RUNS_BACK, &agents, UNITS + AFTER, (UNITS, effect));
            let muted: Vec<&Run> = runs.iter().filter(|run| run.was_muted).collect();
            let back = muted.iter().filter(|run| !run.is_muted).count();
            let cells = [
                percent(base),
                points(effect),
                share_of(muted.len(), runs.len()),
                share_of(back, muted.len()),
                median(muted.iter().filter_map(|run| run.back_after)),
            ];
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    out
}

fn median(figures: impl Iterator<Item = u64>) -> String {
    let mut figures: Vec<u64> = figures.collect();
    figures.sort_unstable();
    figures.get(figures.len() / 2).map_or("-".to_owned(), u64::to_string)
}

fn share_of(part: usize, all: usize) -> String {
    format!("{:.1} %", part as f64 * 100.0 / all.max(1) as f64)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn points(effect: f64) -> String {
    format!("{:.0}", effect * 100.0)
}
