//! Draws the sessions in which a rule's lines are held out, so that there is a control: what
//! agents do that are not told. `docs/effect.md` has the design.

use crate::base::text;
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::rules::rule::Severity;
use crate::settings::Settings;
use crate::store::effect::Decision;
use crate::store::history::{Arm, LINE_VERSION, WarningLine};
use crate::store::ledger::{Claim, Ledger};
use crate::{rules, settings};

/// The lots of a call: those that this session drew before, and those that it draws now.
pub(super) struct Lots<'l> {
    ledger: &'l Ledger,
    settings: &'l Settings,
    share: f64,
    /// What a sub-agent's session drew. Its main agent has that among its own warnings.
    session: SessionLots,
}

/// The warnings of the main agent, which hold what the session drew.
enum SessionLots {
    /// They are the ledger's own, or not available.
    None,
    /// To be added to.
    Claimed(Claim),
    /// To be looked at.
    Read(Vec<WarningLine>),
}

impl<'l> Lots<'l> {
    /// The lots of a call, if there is anything to draw for these findings. What was drawn is noted
    /// in the ledger of the session's main agent, so that an arm stays for all of its agents even
    /// if the share changes.
    pub(super) fn of(case: &'l Case, ledger: &'l Ledger, findings: &[Match]) -> Option<Self> {
        let session = || ledger.claim_of_session().map_or(SessionLots::None, SessionLots::Claimed);
        Self::with(case, ledger, findings, session)
    }

    /// The draws of a call, to say what would be held out. They record nothing.
    pub(super) fn looked_up(
        case: &'l Case,
        ledger: &'l Ledger,
        findings: &[Match],
    ) -> Option<Self> {
        let session = || {
            let said = ledger.warnings_of_session();
            said.map_or(SessionLots::None, SessionLots::Read)
        };
        Self::with(case, ledger, findings, session)
    }

    fn with(
        case: &'l Case,
        ledger: &'l Ledger,
        findings: &[Match],
        session: impl FnOnce() -> SessionLots,
    ) -> Option<Self> {
        if ledger.machine().is_none() || !findings.iter().any(is_eligible) {
            return None;
        }
        let settings = &case.settings;
        let share = settings.holdout();
        (share > 0.0).then(|| Self { ledger, settings, share, session: session() })
    }

    /// The arm and the share for `rule`, and whether they were noted before. `own` are the warnings
    /// of this ledger.
    fn lot(&self, rule: &str, own: &[WarningLine]) -> (Arm, f64, bool) {
        let is_noted =
            |line: &&WarningLine| line.arm.is_some() && (line.rule == rule || line.drawn == rule);
        let noted_by = self.noted_by(own);
        let noted = noted_by.iter().find(is_noted).or_else(|| own.iter().find(is_noted));
        let share = noted.and_then(|noted| noted.share);
        let share = share.unwrap_or_else(|| learned_share(self.settings, rule, self.share));
        let arm = noted.and_then(|noted| noted.arm).unwrap_or_else(|| self.ledger.arm(rule, share));
        (arm, share, noted.is_some())
    }

    /// The warnings that hold what the session drew.
    fn noted_by<'n>(&'n self, own: &'n [WarningLine]) -> &'n [WarningLine] {
        match &self.session {
            SessionLots::None => own,
            SessionLots::Claimed(claim) => &claim.said,
            SessionLots::Read(said) => said,
        }
    }

    /// Whether a finding would be held out.
    pub(super) fn is_held_out(&self, found: &Match, own: &[WarningLine]) -> bool {
        is_eligible(found) && self.lot(found.rule.id, own).0 == Arm::HeldOut
    }

    /// Adds the session's arm to the line of a finding. `own` are the warnings of this ledger.
    pub(super) fn draw(&mut self, found: &Match, own: &[WarningLine], line: &mut WarningLine) {
        if !is_eligible(found) {
            return;
        }
        let rule = found.rule.id;
        let (arm, share, is_noted) = self.lot(rule, own);
        let lesson = self.noted_by(own).iter().find(|line| line.lesson == rule);
        line.lesson_arm = lesson.and_then(WarningLine::arm_of_lesson);
        line.arm = Some(arm);
        line.share = Some(share);
        line.session = self.ledger.session();
        line.unit = !is_noted && self.note(rule, line);
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
            SessionLots::Claimed(session) => session.append(&[drawn]).is_ok(),
            SessionLots::Read(_) => false,
            SessionLots::None => self.ledger.is_main(),
        }
    }
}

/// Whether a finding may be held out. What is critical is always said, and the author of a custom
/// rule wants its lines.
fn is_eligible(found: &Match) -> bool {
    found.severity != Severity::Critical && rules::named(found.rule.id).is_some()
}

/// The share of sessions in which the lines of `rule` are held out: that of the settings, unless
/// learning decided otherwise and the user does not pin the rule. This reads `learned.json` if it
/// has not been read yet.
fn learned_share(settings: &Settings, rule: &str, share: f64) -> f64 {
    if settings.pins(rule) {
        return share;
    }
    settings.learned().decided(rule).map_or(share, |decided| decided.decision.share(share))
}

/// Whether what learning decides about `rule` counts: lines are held out, and the rule is neither
/// critical nor a custom one nor pinned.
pub(crate) fn listens(settings: &Settings, rule: &str) -> bool {
    let may_be_held_out =
        rules::named(rule).is_some_and(|rule| rule.severity != Severity::Critical);
    may_be_held_out && settings.holdout() > 0.0 && !settings.pins(rule)
}

/// Why learning mutes `rule`, and how to pin it, as it follows "the rule is". `None` if it does not.
pub(crate) fn learned_mute(settings: &Settings, rule: &str) -> Option<String> {
    let decided = listens(settings, rule).then(|| settings.learned().decided(rule)).flatten()?;
    (decided.decision == Decision::Muted).then(|| {
        let file = settings::user_file().map(|path| text::clean(&path.to_string_lossy()));
        let file = file.as_deref().unwrap_or("the settings");
        format!("{decided}; \"pin\": [\"{rule}\"] in {file} lets it speak")
    })
}

/// Whether a noted line was held out.
pub(super) fn is_held_out(line: &WarningLine) -> bool {
    line.arm == Some(Arm::HeldOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arms of this many sessions for each of two rules, true for held out.
    fn arms(folder: &std::path::Path, share: f64) -> Vec<[bool; 2]> {
        let arms = |n: u64| {
            let ledger = Ledger::to_write(folder, &format!("session {n}"), None);
            ["grep-recursive", "masked-exit-pipe"]
                .map(|rule| ledger.arm(rule, share) == Arm::HeldOut)
        };
        (0..100_000).map(arms).collect()
    }

    #[test]
    fn the_share_of_sessions_is_held_out_of_each_rule_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        for share in [0.05, 0.2, 0.5] {
            let arms = arms(folder.path(), share);
            let part = |is: fn(&[bool; 2]) -> bool| {
                arms.iter().filter(|arms| is(arms)).count() as f64 / arms.len() as f64
            };
            let both = share * share;
            for (found, expected) in [
                (part(|[grep, _]| *grep), share),
                (part(|[_, pipe]| *pipe), share),
                (part(|[grep, pipe]| *grep && *pipe), both),
            ] {
                assert!((found - expected).abs() < 0.005, "{share}: {found}, not {expected}");
            }
        }
    }

    #[test]
    fn a_larger_share_holds_out_the_same_sessions_and_more() {
        let folder = tempfile::tempdir().unwrap();
        let [few, many] = [0.2, 0.5].map(|share| arms(folder.path(), share));
        assert!(few.iter().zip(&many).all(|(few, many)| !few[0] || many[0]));
        let other = tempfile::tempdir().unwrap();
        assert_ne!(arms(other.path(), 0.2), few, "another machine draws otherwise");
    }
}
