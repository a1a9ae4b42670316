//! The tables.

use std::fmt::Write;

use crate::simulation::{self, Agents, RUNS, Run};

const BASES: [f64; 2] = [0.30, 0.75];
const SHARES: [f64; 3] = [0.05, 0.2, 0.5];
const EFFECTS: [f64; 6] = [0.0, 0.05, 0.10, 0.15, 0.20, 0.30];

/// Units of a run, ten a day.
const UNITS: u64 = 1200;

/// Each table, as markdown.
pub(crate) const ALL: [fn() -> String; 3] = [errors, muting, way_back];

fn errors() -> String {
    let mut out = format!(
        "No effect, looked at daily until the smaller arm has 320 units, {RUNS} runs each: runs \
         that are ever said to have one.\n\n\
         | base rate | share | units a day | false verdicts |\n|---:|---:|---:|---:|\n"
    );
    for base in BASES {
        for (share, a_day) in [(0.05, 50), (0.2, 2), (0.2, 10), (0.5, 1), (0.5, 10)] {
            let agents = Agents { base, effect: 0.0, share, a_day };
            let found = simulation::with_an_effect(&agents, (340.0 / share) as u64);
            let found = share_of(found);
            let _ = writeln!(out, "| {} | {} | {a_day} | {found} |", percent(base), percent(share));
        }
    }
    out
}

fn runs(agents: &Agents, units: u64, change: (u64, f64)) -> Vec<Run> {
    (0..RUNS).map(|seed| simulation::learn(agents, units, change, seed)).collect()
}

fn muting() -> String {
    let mut out = format!(
        "\nMuted in {UNITS} units, ten a day, {RUNS} runs each:\n\n\
         | base rate | share | effect | ever muted | units until then, median | muted in the end | \
         of those ever muted, back in the end | helps | told, mean |\n\
         |---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    for base in BASES {
        for share in SHARES {
            for effect in EFFECTS {
                let runs = runs(&Agents { base, effect, share, a_day: 10 }, UNITS, (UNITS, effect));
                let count = |is: fn(&Run) -> bool| runs.iter().filter(|run| is(run)).count() as u64;
                let ever = count(|run| run.muted_after.is_some());
                let end = count(|run| run.is_muted);
                let told: u64 = runs.iter().map(|run| run.told).sum();
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                    percent(base),
                    percent(share),
                    points(effect),
                    share_of(ever),
                    median(runs.iter().filter_map(|run| run.muted_after).collect()),
                    share_of(end),
                    share_of(ever - end),
                    share_of(count(|run| run.helps)),
                    told / RUNS,
                );
            }
        }
    }
    out
}

/// Agents without an effect, and from one day on another.
fn way_back() -> String {
    let after = 3 * UNITS;
    let mut out = format!(
        "\nThe way back at a share of 20 %: no effect for {UNITS} units, then another for {after} \
         more, ten a day:\n\n\
         | base rate | effect then | muted at the change | back within {after} units | units until then, median |\n\
         |---:|---:|---:|---:|---:|\n"
    );
    for base in BASES {
        for effect in EFFECTS {
            let agents = Agents { base, effect: 0.0, share: 0.2, a_day: 10 };
            let muted: Vec<Run> = runs(&agents, UNITS + after, (UNITS, effect))
                .into_iter()
                .filter(|run| run.muted_after.is_some_and(|units| units <= UNITS))
                .collect();
            let back: Vec<u64> = muted.iter().filter_map(|run| run.back_after).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {:.1} % | {} |",
                percent(base),
                points(effect),
                share_of(muted.len() as u64),
                back.len() as f64 * 100.0 / muted.len().max(1) as f64,
                median(back),
            );
        }
    }
    out
}

fn median(mut figures: Vec<u64>) -> String {
    figures.sort_unstable();
    figures.get(figures.len() / 2).map_or("never".to_owned(), u64::to_string)
}

fn share_of(runs: u64) -> String {
    format!("{:.1} %", runs as f64 * 100.0 / RUNS as f64)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn points(effect: f64) -> String {
    format!("{:.0}", effect * 100.0)
}
