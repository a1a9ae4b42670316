//! Agents whose effect is known, in front of the program itself, one process a call. What became of
//! each session is kept here, and must be what the statistics say.
//! `TOOLCOACH_SESSIONS=2000 cargo test --release --test it simulated_agents -- --nocapture` does it
//! on a large scale.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::commands::stats::report;
use crate::harness::World;
use crate::store::totals::{DAY_MS, Dice, run, terms};
use toolcoach::upkeep::GRACE_MS;

/// A rule, and what its agents run.
struct Habit {
    rule: &'static str,
    bad: [&'static str; 2],
    better: &'static str,
    /// The chance that an agent that is not told does it again, percent.
    base: u64,
    /// By how much being told lowers it, points.
    effect: u64,
}

const HABITS: [Habit; 2] = [
    Habit {
        rule: "grep-recursive",
        bad: ["grep -rn foo .", "grep -rn bar ."],
        better: "rg -n bar",
        base: 60,
        effect: 40,
    },
    Habit {
        rule: "masked-exit-pipe",
        bad: ["npm test | tail -5", "npm test | tail -20"],
        better: "set -o pipefail; npm test | tail -5",
        base: 50,
        effect: 0,
    },
];

/// What became of the units of one arm: units, again, followed.
type Arm = [u64; 3];

/// The truth: of each rule those told and those held out.
type Truth = BTreeMap<&'static str, [Arm; 2]>;

/// How many sessions are simulated.
fn sessions() -> u64 {
    std::env::var("TOOLCOACH_SESSIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// Plays one session. Half of the agents are sub-agents, which is one unit all the same.
fn play(world: &World, session: u64, share: &str, truth: &Mutex<Truth>) {
    let mut dice = Dice(session.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    dice.below(2);
    let (id, mut calls) = (format!("agents {session}"), 0);
    let agent = if dice.below(2) == 0 { "" } else { "helper" };
    let mut call = |command: &str| {
        calls += 1;
        let call = world.bash(command).session(&id).id(&calls.to_string()).agent(agent);
        call.env("TOOLCOACH_HOLDOUT", share).answer()
    };
    for habit in &HABITS {
        // Not every session comes by every habit.
        if dice.below(4) == 0 {
            continue;
        }
        let [first, again] = habit.bad;
        let answer = call(first);
        let is_told = answer.is_some_and(|line| line.contains(habit.rule));
        for _ in 0..dice.below(3) {
            call("ls");
        }
        let risk = habit.base - if is_told { habit.effect } else { 0 };
        let does_again = dice.below(100) < risk;
        let follows = !does_again && dice.below(2) == 0;
        if does_again {
            call(again);
        } else if follows {
            call(habit.better);
        }
        let mut truth = truth.lock().unwrap();
        let arm = &mut truth.entry(habit.rule).or_default()[usize::from(!is_told)];
        let unit = [1, does_again.into(), follows.into()];
        arm.iter_mut().zip(unit).for_each(|(sum, more)| *sum += more);
    }
}

/// What the statistics say of a rule; open units among them.
fn said(report: &Value, rule: &str) -> ([Arm; 2], u64) {
    let effects = report["effects"].as_array().unwrap();
    let effect = effects.iter().find(|effect| effect["rule"] == rule).unwrap();
    let arms = ["told", "held_out"].map(|arm| &effect[arm]);
    let number = |arm: &Value, name: &str| arm[name].as_u64().unwrap();
    let open = arms.iter().map(|arm| number(arm, "open")).sum();
    (arms.map(|arm| ["units", "again", "followed"].map(|name| number(arm, name))), open)
}

#[test]
fn the_statistics_are_what_became_of_simulated_agents() {
    let world = World::new();
    // The lots are those of this key, so the test is the same each time.
    fs::create_dir_all(world.state()).unwrap();
    fs::write(world.state().join("key"), format!("{:032x}.0", 0x9e37_79b9_7f4a_7c15_u64)).unwrap();
    // Each habit has its line, whatever came before.
    world.settings(&json!({ "budget": { "gap": 0 } }).to_string());
    let (truth, next) = (Mutex::new(Truth::new()), AtomicU64::new(0));
    let all = sessions();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let session = next.fetch_add(1, Ordering::Relaxed);
                    if session >= all {
                        return;
                    }
                    // As if the share had been changed.
                    let share = ["0.2", "0.5"][session as usize % 2];
                    play(&world, session, share, &truth);
                }
            });
        }
    });
    let truth = truth.into_inner().unwrap();
    let check = |report: &Value, is_over: bool| {
        for habit in &HABITS {
            let (arms, open) = said(report, habit.rule);
            assert_eq!(arms, truth[habit.rule], "{}", habit.rule);
            let not_again: u64 = arms.iter().map(|[units, again, _]| units - again).sum();
            assert_eq!(open, if is_over { 0 } else { not_again }, "{}", habit.rule);
        }
    };
    let before = report(&world, &[]);
    check(&before, false);
    // A month later all of them are days of the roll-up.
    run(&world.state(), &terms(30 * DAY_MS));
    assert!(run(&world.state(), &terms(30 * DAY_MS + GRACE_MS)));
    assert_eq!(world.lines(".jsonl").iter().filter(|line| line["via"].is_string()).count(), 0);
    let after = report(&world, &[]);
    check(&after, true);
    for habit in &HABITS {
        let of = |report: &Value| {
            let effects = report["effects"].as_array().unwrap();
            let effect = effects.iter().find(|effect| effect["rule"] == habit.rule).unwrap();
            ["again_difference", "low", "high"].map(|name| effect[name].as_f64().unwrap())
        };
        let [difference, low, high] = of(&after);
        assert_eq!(of(&before), [difference, low, high], "{}", habit.rule);
        println!(
            "{}: true effect -{} points; {:+.1} ({:+.1} to {:+.1}), told {:?}, held out {:?}",
            habit.rule,
            habit.effect,
            difference * 100.0,
            low * 100.0,
            high * 100.0,
            truth[habit.rule][0],
            truth[habit.rule][1]
        );
        let effect = -(habit.effect as f64) / 100.0;
        assert!(low <= effect && effect <= high, "{}: {low} to {high}", habit.rule);
    }
}
