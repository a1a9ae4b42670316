//! What a reader can do about what was found: commands and settings.

use super::effect::EffectLine;
use super::statistics::Statistics;
use crate::commands::habit;
use crate::rules;
use crate::store::effect::{Decision, Verdict};
use crate::ui::format::count;

/// Something that was found, and what answers it.
pub(super) struct NextStep {
    pub(super) finding: String,
    /// A command, or a line of the settings.
    pub(super) answer: String,
    /// A sentence that prevents it in CLAUDE.md or AGENTS.md.
    pub(super) lesson: Option<&'static str>,
}

/// What mutes and learning keep silent already, each with its reason.
pub(super) struct Silenced {
    pub(super) muted: Vec<String>,
    pub(super) learned: Vec<String>,
}

impl Silenced {
    /// What is silent now.
    pub(super) fn of(stats: &Statistics) -> Self {
        let learned = stats.decided().filter(|(_, decided)| decided.decision != Decision::Speaks);
        Self {
            muted: stats.mutes.iter().map(|(name, until)| format!("{name} {until}")).collect(),
            learned: learned.map(|(rule, decided)| format!("{rule}: {decided}")).collect(),
        }
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.muted.is_empty() && self.learned.is_empty()
    }
}

/// The steps that are worth a reader's while, the surest first.
pub(super) fn all(stats: &Statistics, rules: &[EffectLine]) -> Vec<NextStep> {
    let mut steps = Vec::new();
    let mut add = |finding: String, answer: String, lesson| {
        steps.push(NextStep { finding, answer, lesson });
    };
    let is_muted = |rule: &str| {
        let mut decided = stats.decided();
        decided.any(|(id, decided)| id == rule && decided.decision == Decision::Muted)
    };
    for (verdict, finding) in [
        (Verdict::Hurts, "agents that are told do it more often"),
        (Verdict::NoEffect, "advice changes nothing"),
    ] {
        for line in rules.iter().filter(|line| line.verdict == verdict) {
            let rule = line.rule();
            if stats.mutes.named(rule).is_none() && !is_muted(rule) {
                add(format!("{rule}: {finding}"), format!("toolcoach mute {rule}"), None);
            }
        }
    }
    let helping: Vec<String> = rules
        .iter()
        .filter(|line| line.verdict == Verdict::Helps)
        .map(|line| format!("{:?}", line.rule()))
        .collect();
    if !helping.is_empty() {
        let pin = format!("\"pin\": [{}]", helping.join(", "));
        add("Advice helps; to keep these rules whatever is learned, set this".into(), pin, None);
    }
    let all = stats.tally.sessions;
    // What changes nothing when it is said after a call will hardly do so before.
    let is_useless = |id: &str| {
        let useless = [Verdict::Hurts, Verdict::NoEffect];
        rules.iter().any(|line| line.rule() == id && useless.contains(&line.verdict))
    };
    let habits = stats
        .tally
        .habits()
        .into_iter()
        .filter(|(id, rule)| habit::is_habit(rule.sessions, all) && !is_useless(id));
    for (id, rule) in habits.take(habit::MOST) {
        let finding = format!(
            "{id} came up in {} of {} sessions; a line in CLAUDE.md or AGENTS.md could prevent it",
            count(rule.sessions.min(all)),
            count(all)
        );
        add(
            finding,
            format!("toolcoach rules {id}"),
            rules::named(id).and_then(|rule| rule.lesson),
        );
    }
    steps
}
