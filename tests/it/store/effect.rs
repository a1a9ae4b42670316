//! Verdicts on agents whose effect is known.

use toolcoach::store::effect::verdict::Verdict;
use toolcoach::store::effect::{ArmCounts, Counts, Strata, interval};

use super::agents;
use super::agents::{Agents, Dice, RUNS};

/// `RUNS` times a share, percent.
fn percent(share: f64) -> u64 {
    (share * RUNS as f64 / 100.0) as u64
}

#[test]
fn a_rule_without_an_effect_seldom_gets_a_verdict() {
    for base in [0.30, 0.75] {
        for share in [0.2, 0.5] {
            let agents = Agents { base, effect: 0.0, share, a_day: 10 };
            let found = agents::with_an_effect(&agents, (340.0 / share) as u64);
            assert!(found <= percent(6.0), "base {base}, share {share}: {found}");
        }
    }
}

#[test]
fn the_interval_holds_a_true_effect() {
    for share in [0.2, 0.5] {
        let agents = Agents { base: 0.50, effect: 0.30, share, a_day: 10 };
        let holds = |seed: u64| {
            let (mut strata, mut dice) = (Strata::default(), Dice(seed));
            for day in 0..200 / agents.a_day {
                strata.add(agents.stratum("", day), &agents.day(&mut dice));
            }
            let interval = interval::of_risks(strata.counts()).unwrap();
            interval.low <= -0.30 && -0.30 <= interval.high
        };
        let held = (0..RUNS).filter(|seed| holds(*seed)).count() as u64;
        assert!(held >= percent(95.0), "share {share}: {held}");
    }
}

#[test]
fn clients_with_other_habits_and_shares_do_not_make_an_effect() {
    let clients = [
        ("a", Agents { base: 0.80, effect: 0.0, share: 0.5, a_day: 10 }),
        ("b", Agents { base: 0.20, effect: 0.0, share: 0.05, a_day: 10 }),
    ];
    let (mut stratified, mut raw, mut holds) = (0.0, 0.0, 0);
    for seed in 0..RUNS {
        let (mut strata, mut dice) = (Strata::default(), Dice(seed));
        for day in 0..60 {
            for (client, agents) in &clients {
                strata.add(agents.stratum(client, day), &agents.day(&mut dice));
            }
        }
        let interval = interval::of_risks(strata.counts()).unwrap();
        holds += u64::from(interval.low <= 0.0 && 0.0 <= interval.high);
        stratified += interval.difference / RUNS as f64;
        let mut all = Counts::default();
        strata.counts().for_each(|counts| all.add(counts));
        let risk = |arm: &ArmCounts| arm.risk().unwrap();
        raw += (risk(&all.told) - risk(&all.held_out)) / RUNS as f64;
    }
    assert!(stratified.abs() < 0.005, "{stratified}");
    assert!(holds >= percent(98.0), "{holds}");
    assert!(raw < -0.30, "{raw}");
}

#[test]
fn an_effect_of_thirty_points_is_found() {
    let agents = Agents { base: 0.75, effect: 0.30, share: 0.2, a_day: 10 };
    let helps = |seed: u64| {
        let verdicts = agents::verdicts(&agents, 1200, seed);
        verdicts.iter().any(|judged| judged.verdict == Verdict::Helps)
    };
    let found = (0..RUNS).filter(|seed| helps(*seed)).count() as u64;
    assert!(found >= percent(95.0), "{found}");
}
