//! The table.

use std::fmt::Write;

use crate::simulation::{self, Agents, RUNS};

/// How often a verdict errs, as markdown.
pub(crate) fn errors() -> String {
    let mut out = format!(
        "No effect, looked at daily until the smaller arm has 320 units, {RUNS} runs each: runs \
         that are ever said to have one.\n\n\
         | base rate | share | units a day | false verdicts |\n|---:|---:|---:|---:|\n"
    );
    for base in [0.30, 0.75] {
        for (share, a_day) in [(0.05, 50), (0.2, 2), (0.2, 10), (0.5, 1), (0.5, 10)] {
            let agents = Agents { base, effect: 0.0, share, a_day };
            let found = simulation::with_an_effect(&agents, (340.0 / share) as u64);
            let found = found as f64 * 100.0 / RUNS as f64;
            let (base, share) = (base * 100.0, share * 100.0);
            let _ = writeln!(out, "| {base:.0} % | {share:.0} % | {a_day} | {found:.1} % |");
        }
    }
    out
}
