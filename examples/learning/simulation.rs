//! What learning makes of a rule whose effect is known, day by day.

use std::collections::BTreeMap;

use toolcoach::store::effect::learning::SIGHT_DAYS;
use toolcoach::store::effect::strata::PERIOD_DAYS;
use toolcoach::store::effect::{Counts, Decision, Evidence, Strata, Stratum, verdict};
use toolcoach::store::learned::Learned;

use super::agents::{Agents, Dice};

/// The id of the rule.
const RULE: &str = "rule";

/// What happened to one rule.
#[derive(Default)]
pub(crate) struct Run {
    /// Units until it was muted first.
    pub(crate) muted_after: Option<u64>,
    /// Units from the change of the agents until it was not muted any more, if it was muted then.
    pub(crate) back_after: Option<u64>,
    /// It is muted when the agents change.
    pub(crate) was_muted: bool,
    /// It is muted in the end.
    pub(crate) is_muted: bool,
    /// The decision that it helps was made.
    pub(crate) helps: bool,
    /// Units that were told, in all.
    pub(crate) told: u64,
}

/// One rule over so many units, looked at daily. After `change.0` units the agents have the effect
/// `change.1`. The share is that of the settings; the rule draws with that of the last decision.
pub(crate) fn learn(agents: &Agents, units: u64, change: (u64, f64), seed: u64) -> Run {
    let mut dice = Dice(seed);
    let mut run = Run::default();
    let mut now = *agents;
    let mut learned = Learned::default();
    let mut last_looks = (None, None, false);
    let mut evidence = Evidence::default();
    // Each stratum with its last day. Days get out of sight by strata, which is at most a period
    // late and takes far less time.
    let mut strata: BTreeMap<Stratum, (u64, Counts)> = BTreeMap::new();
    for day in 0..units / agents.a_day {
        let before = day * agents.a_day;
        if before == change.0 {
            now.effect = change.1;
            run.was_muted = run.is_muted;
        }
        now.share = decision(&learned).share(agents.share);
        let counts = now.day(&mut dice);
        run.told += counts.told.units;
        let stratum = now.stratum("", day);
        evidence.add(stratum.clone(), day, day, &counts);
        let (last_day, sum) = strata.entry(stratum).or_default();
        *last_day = day;
        sum.add(&counts);
        if day >= SIGHT_DAYS && day % PERIOD_DAYS == 0 {
            evidence = Evidence::default();
            for (stratum, (last_day, counts)) in &strata {
                evidence.add(stratum.clone(), *last_day, day, counts);
            }
        }
        // Between two looks nothing changes, so that looking daily only takes time.
        let reached = |strata: &Strata| verdict::reached(verdict::smaller_arm(strata.counts()));
        let is_old = learned.decided(RULE).is_some_and(|last| day - last.day >= SIGHT_DAYS);
        let looks = (reached(evidence.all()), reached(evidence.in_sight()), is_old);
        if looks != last_looks {
            learned = learned.after(&evidence, day * 86_400_000);
            last_looks = looks;
        }
        run.is_muted = decision(&learned) == Decision::Muted;
        run.helps |= decision(&learned) == Decision::Helps;
        let after = before + agents.a_day;
        if run.is_muted {
            run.muted_after.get_or_insert(after);
            run.back_after = None;
        } else if run.was_muted {
            run.back_after.get_or_insert(after - change.0);
        }
    }
    run
}

fn decision(learned: &Learned) -> Decision {
    learned.decided(RULE).map_or(Decision::Speaks, |decided| decided.decision)
}
