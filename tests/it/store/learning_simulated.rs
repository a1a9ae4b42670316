//! What learning makes of rules whose effect is known.

use std::fs;

use super::agents;
use super::agents::{Agents, RUNS};

#[path = "../../../examples/learning/simulation.rs"]
mod simulation;
#[path = "../../../examples/learning/tables.rs"]
mod tables;

use simulation::Run;

/// The goal that learning was built to: how often a rule is muted at any time in 1,200 units, in
/// percent of the runs.
#[test]
fn what_has_no_effect_is_muted_and_what_has_one_seldom() {
    for base in [0.30, 0.75] {
        for (effect, least, most) in
            [(0.0, 80.0, 100.0), (0.15, 0.0, 5.0), (0.20, 0.0, 2.0), (0.30, 0.0, 0.5)]
        {
            let agents = Agents { base, effect, share: 0.2, a_day: 10 };
            let run = |seed| simulation::learn(&agents, 1200, (1200, effect), seed);
            let is_ever_muted = |run: &Run| run.muted_after.is_some();
            let muted = (0..RUNS).map(run).filter(is_ever_muted).count() as f64;
            let percent = muted * 100.0 / RUNS as f64;
            assert!((least..=most).contains(&percent), "base {base}, effect {effect}: {percent} %");
        }
    }
}

#[test]
fn the_tables_are_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/learning.md");
    let page = fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("<!-- tables -->\n").unwrap();
    let (kept, after) = rest.split_once("<!-- /tables -->").unwrap();
    let fresh = tables::all();
    if kept != fresh {
        assert!(
            std::env::var_os("TOOLCOACH_BLESS").is_some(),
            "docs/learning.md is stale: TOOLCOACH_BLESS=1"
        );
        fs::write(path, format!("{before}<!-- tables -->\n{fresh}<!-- /tables -->{after}"))
            .unwrap();
    }
}
