//! Draws by lot in which sessions a rule's lines are held out, so that there is a control: what
//! agents do that were not told. `docs/effect.md` has the design.

use crate::rules;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::rules::rule::Severity;
use crate::store::history::{Arm, LINE_VERSION, WarningLine};
use crate::store::ledger::{Claim, Ledger};

/// The lots of a call: those that this session drew before, and those that it draws now.
pub(super) struct Lots<'l> {
    ledger: &'l Ledger,
    share: f64,
    /// What a sub-agent's session drew. Its main agent has that among its own warnings.
    session: Option<Claim>,
}

impl<'l> Lots<'l> {
    /// The lots of a call, if there is anything to draw for these findings. What was drawn is noted
    /// in the ledger of the session's main agent, so that an arm stays for all of its agents even
    /// if the share changes.
    pub(super) fn of(case: &Case, ledger: &'l Ledger, findings: &[Match]) -> Option<Self> {
        if ledger.machine().is_none() || !findings.iter().any(is_eligible) {
            return None;
        }
        let share = case.settings.holdout();
        (share > 0.0).then(|| Self { ledger, share, session: ledger.claim_of_session() })
    }

    /// Adds the session's arm to the line of a finding. `own` are the warnings of this ledger.
    pub(super) fn draw(&mut self, found: &Match, own: &[WarningLine], line: &mut WarningLine) {
        if !is_eligible(found) {
            return;
        }
        let rule = found.rule.id;
        let is_noted =
            |line: &&WarningLine| line.arm.is_some() && (line.rule == rule || line.drawn == rule);
        let noted_by = self.session.as_ref().map_or(own, |session| &session.said);
        let noted = noted_by.iter().find(is_noted).or_else(|| own.iter().find(is_noted));
        let lesson = noted_by.iter().find(|line| line.lesson == rule);
        line.lesson_arm = lesson.and_then(WarningLine::arm_of_lesson);
        let share = noted.and_then(|noted| noted.share).unwrap_or(self.share);
        let arm = noted.and_then(|noted| noted.arm).unwrap_or_else(|| self.ledger.arm(rule, share));
        line.arm = Some(arm);
        line.share = Some(share);
        line.session = self.ledger.session();
        line.unit = noted.is_none() && self.note(rule, line);
    }

    /// Notes what a sub-agent draws for its session; returns whether it is noted.
    fn note(&mut self, rule: &str, line: &WarningLine) -> bool {
        let drawn = WarningLine {
            v: LINE_VERSION,
            t: line.t,
            keyed: line.keyed,
            call: line.call.clone(),
            arm: line.arm,
            share: line.share,
            drawn: rule.to_owned(),
            ..WarningLine::default()
        };
        match &mut self.session {
            Some(session) => session.append(&[drawn]).is_ok(),
            None => self.ledger.is_main(),
        }
    }
}

/// Whether a finding may be held out. What is critical is always said, and the author of a custom
/// rule wants its lines.
fn is_eligible(found: &Match) -> bool {
    found.severity != Severity::Critical && rules::named(found.rule.id).is_some()
}

/// Whether a noted line was held out.
pub(super) fn is_held_out(line: &WarningLine) -> bool {
    line.arm == Some(Arm::HeldOut)
}
