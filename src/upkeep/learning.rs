//! Learns from the ledgers which rules agents do not follow, and mutes them.
//!
//! A rule's uptake is the probability that an agent follows its advice. Learning estimates it as a
//! Beta distribution, from a prior and one Bernoulli trial for each chance in the last
//! [`WINDOW_DAYS`](crate::store::learned::WINDOW_DAYS). It mutes a hint or warning if the uptake is
//! below [`LEAST_UPTAKE`] with a certainty of `CERTAINTY`, after at least [`ENOUGH`] chances.
//! `docs/learning.md` has the simulation that these numbers come from.
//!
//! Learning never runs while a call waits for its answer.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use memchr::memmem;

use crate::base::calendar::Utc;
use crate::base::state_dir;
use crate::base::state_dir::Patience;
use crate::rules;
use crate::rules::rule::{Rule, Severity};
use crate::store::effect::Strata;
use crate::store::history::{CallLine, WarningLine, lines};
use crate::store::learned::{Learned, Mute, WINDOW_MS};
use crate::store::ledger_file::{LedgerFile, LedgerLines};
use crate::store::rollup::{Day, Rollup};
use crate::store::uptake;
use crate::store::uptake::Uptake;

/// Fewest chances after which a rule may be muted.
pub const ENOUGH: u64 = 20;

/// A rule with a lower uptake is not worth its line.
pub const LEAST_UPTAKE: f64 = 0.15;

/// How certain it must be that the uptake is too low.
pub(crate) const CERTAINTY: f64 = 0.90;

/// The parameters of the Beta prior: an uptake of one in four, with the weight of four chances.
///
/// With the uniform prior (1, 1), if many chances come between two looks, a rule with an uptake of
/// 10 % is muted only after a median of more than 60 chances. With this prior it is muted earlier,
/// and good rules are muted just as rarely.
pub const PRIOR: (u64, u64) = (1, 3);

/// Largest file of a ledger that is read, bytes: 60,000 calls.
const MAX_LEDGER_BYTES: u64 = 16 << 20;

/// The uptake of every rule's advice.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    rules: BTreeMap<String, Uptake>,
}

impl Evidence {
    /// Collects the evidence in the roll-up and in the ledgers up to `now`, unix ms. Reads the
    /// newest ledgers first, and stops when `is_late` returns true. Fewer chances leave more
    /// uncertainty, so stopping early errs toward speaking.
    pub fn gather(state: &Path, rollup: &Rollup, now: u64, is_late: impl Fn() -> bool) -> Self {
        let mut evidence = Self::default();
        let since = now.saturating_sub(WINDOW_MS);
        let first = Utc(since).date();
        for day in rollup.days.iter().filter(|day| day.day >= first) {
            evidence.add_day(day);
        }
        for name in newest_first(&state.join("sessions")) {
            if is_late() {
                break;
            }
            evidence.add_session(state, rollup, &name, since);
        }
        evidence
    }

    /// Adds evidence about one rule.
    pub(crate) fn add(&mut self, rule: &str, uptake: &Uptake) {
        self.rules.entry(rule.to_owned()).or_default().add(uptake);
    }

    fn add_day(&mut self, day: &Day) {
        if !day.rule.is_empty() {
            let &Day { said, followed, repeated, open, chars, .. } = day;
            self.add(&day.rule, &Uptake { said, followed, repeated, open, chars });
        }
    }

    /// Adds the ledger whose file of warnings is called `name`, as far as it is not in the roll-up.
    fn add_session(&mut self, state: &Path, rollup: &Rollup, name: &str, since: u64) {
        let read = |name: &str| -> Option<Vec<u8>> {
            let file = LedgerFile::of(name)?;
            let from = usize::try_from(rollup.uncounted(file.ledger, file.lines)?).ok()?;
            let mut bytes =
                state_dir::read_small(&state.join("sessions").join(name), MAX_LEDGER_BYTES)?;
            Some(bytes.split_off(from.min(bytes.len())))
        };
        let Some(said) = read(name) else { return };
        let said: Vec<WarningLine> =
            lines(&said).filter_map(WarningLine::of).filter(|line| line.t >= since).collect();
        if !said.iter().any(|line| rules::named(&line.rule).is_some_and(can_be_muted)) {
            return;
        }
        let Some(calls) = name
            .strip_suffix(LedgerLines::Warnings.ending())
            .and_then(|stem| read(&format!("{stem}{}", LedgerLines::Calls.ending())))
        else {
            return;
        };
        // Most calls show no rule, and those decide nothing.
        let calls: Vec<CallLine> = lines(&calls)
            .filter(|line| {
                [b"\"hit\":[".as_slice(), b"\"good\":["]
                    .iter()
                    .any(|field| memmem::find(line, field).is_some())
            })
            .filter_map(CallLine::of)
            .collect();
        for (rule, uptake) in uptake::by_rule(&calls, &said) {
            self.add(&rule, &uptake);
        }
    }

    /// The rules to mute from `now` (unix ms) on. Custom rules are never muted, since their author
    /// wants them.
    pub fn learned(&self, now: u64) -> Learned {
        let muted = self.rules.iter().filter_map(|(id, uptake)| {
            let rule = rules::named(id).filter(|rule| can_be_muted(rule))?;
            let (followed, chances) = trials(rule, uptake);
            Some((id.clone(), judge(followed, chances)?))
        });
        Learned::at(now, muted.collect())
    }
}

/// Rewrites `learned.json`. The caller ensures that no ledger moves meanwhile, so that the
/// ledgers and the roll-up are consistent.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn renew(
    state: &Path,
    rollup: &Rollup,
    now: u64,
    patience: Patience,
    is_late: impl Fn() -> bool,
) -> io::Result<Learned> {
    let learned = Evidence::gather(state, rollup, now, is_late).learned(now);
    // Verdicts are made when somebody reads the statistics.
    let learned = learned.with_verdicts(&Learned::read(state, now), &Strata::default());
    learned.write(state, patience).map(|()| learned)
}

/// A critical rule always speaks, whatever its uptake.
fn can_be_muted(rule: &Rule) -> bool {
    rule.severity != Severity::Critical
}

/// How often agents followed a rule, and how many chances they had. A rule without a better form
/// cannot see an agent use it. There each advice after which the agent did not do the same again
/// counts as followed, so the rule is muted only if agents do the same again nearly every time.
fn trials(rule: &Rule, uptake: &Uptake) -> (u64, u64) {
    let followed = if rule.better.is_some() { uptake.followed } else { uptake.open };
    (followed, followed + uptake.repeated)
}

/// The mute of a rule that agents followed this often. `None` if the rule may go on speaking.
pub(crate) fn judge(followed: u64, chances: u64) -> Option<Mute> {
    if chances < ENOUGH {
        return None;
    }
    let upper = upper_bound(PRIOR, followed, chances);
    // A hundredth of a percent is precise enough to display.
    let rounded = (upper * 10_000.0).ceil() / 10_000.0;
    (upper < LEAST_UPTAKE).then_some(Mute { chances, followed, upper: rounded })
}

/// The upper bound of the uptake with a certainty of `CERTAINTY`, given the prior Beta(`prior`).
pub fn upper_bound(prior: (u64, u64), followed: u64, chances: u64) -> f64 {
    let (a, b) = (prior.0 + followed, prior.1 + chances.saturating_sub(followed));
    let (mut low, mut high) = (0.0, 1.0);
    // Each step halves the interval; 2^-40 is far below the precision that is displayed.
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if cumulative(a, b, middle) < CERTAINTY { low = middle } else { high = middle }
    }
    high
}

/// The probability that a Beta(a, b) variable is at most `x`: the regularized incomplete beta
/// function. For whole numbers it equals a binomial tail (NIST DLMF 8.17.5): of a + b - 1 trials
/// with probability `x`, at least `a` succeed. The terms are computed as logarithms, since with
/// some thousand trials they are smaller than a float can represent.
fn cumulative(a: u64, b: u64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let trials = a + b - 1;
    let odds = (x / (1.0 - x)).ln();
    let mut term = trials as f64 * (1.0 - x).ln();
    let mut fewer = 0.0;
    for successes in 0..a {
        fewer += term.exp();
        term += ((trials - successes) as f64 / (successes + 1) as f64).ln() + odds;
    }
    (1.0 - fewer).clamp(0.0, 1.0)
}

/// The names of the files of warnings, last modified first.
fn newest_first(sessions: &Path) -> Vec<String> {
    let entries = fs::read_dir(sessions).into_iter().flatten().flatten();
    let mut names: Vec<(SystemTime, String)> = entries
        .filter_map(|entry| {
            let name = entry
                .file_name()
                .into_string()
                .ok()
                .filter(|name| name.ends_with(LedgerLines::Warnings.ending()))?;
            Some((entry.metadata().ok()?.modified().ok()?, name))
        })
        .collect();
    names.sort_unstable_by(|one, other| other.cmp(one));
    names.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_incomplete_beta_function_has_its_known_values() {
        for (a, b, x, expected) in [
            (1, 1, 0.3, 0.3),
            // 1 - (1 - x)^b and x^a
            (1, 21, 0.1, 1.0 - 0.9_f64.powi(21)),
            (7, 1, 0.9, 0.9_f64.powi(7)),
            // 3 x^2 - 2 x^3
            (2, 2, 0.25, 0.156_25),
            (50, 50, 0.5, 0.5),
            // Summed in exact fractions.
            (3, 8, 0.2, 0.322_200_473_6),
            (20, 81, 0.15, 0.106544256480),
            (101, 1003, 0.1, 0.837296484008),
        ] {
            let found = cumulative(a, b, x);
            assert!((found - expected).abs() < 1e-9, "I_{x}({a}, {b}) is {found}, not {expected}");
            assert!(
                (found + cumulative(b, a, 1.0 - x) - 1.0).abs() < 1e-9,
                "symmetry of I_{x}({a}, {b})"
            );
        }
        assert_eq!((cumulative(3, 4, 0.0), cumulative(3, 4, 1.0)), (0.0, 1.0));
        // After many years no term of the sum underflows.
        assert!(upper_bound(PRIOR, 0, 1_000_000) < 1e-5);
        assert!((upper_bound(PRIOR, 15_000, 100_000) - 0.1514).abs() < 1e-3);
    }

    #[test]
    fn a_rule_is_muted_when_its_uptake_is_certainly_low() {
        assert_eq!(judge(0, ENOUGH - 1), None, "too few chances");
        let mute = judge(0, ENOUGH).unwrap();
        assert_eq!((mute.chances, mute.followed), (20, 0));
        // 1 - 0.1^(1/23)
        assert!((mute.upper - 0.0953).abs() < 1e-4, "{mute:?}");
        assert_eq!(judge(8, 20), None);
        assert!(judge(5, 60).is_some() && judge(9, 60).is_none());
        assert_eq!(judge(1000, 1000), None);
    }

    fn muted_count(rule: &str, uptake: Uptake) -> usize {
        let mut evidence = Evidence::default();
        evidence.add(rule, &uptake);
        evidence.learned(1).iter().count()
    }

    #[test]
    fn only_hints_and_warnings_of_the_book_are_muted() {
        let ignored = Uptake { said: 90, repeated: 90, ..Uptake::default() };
        assert_eq!(muted_count("grep-recursive", ignored), 1);
        assert_eq!(muted_count("rm-rf-dangerous", ignored), 0, "critical");
        assert_eq!(muted_count("use-pnpm", ignored), 0, "a custom rule, or a retired one");
    }

    #[test]
    fn without_a_better_form_not_repeating_counts_as_following() {
        assert!(rules::named("bash-output-large").unwrap().better.is_none());
        let of =
            |repeated, open| Uptake { said: repeated + open, repeated, open, ..Uptake::default() };
        assert_eq!(muted_count("bash-output-large", of(40, 40)), 0);
        assert_eq!(muted_count("bash-output-large", of(40, 1)), 1);
        assert_eq!(
            muted_count("grep-recursive", of(40, 40)),
            1,
            "this rule would have seen the better form"
        );
    }

    #[test]
    fn only_days_in_the_window_count() {
        let day = |day: u64, repeated| Day {
            v: 1,
            day: Utc(day * 86_400_000).date(),
            rule: "grep-recursive".into(),
            repeated,
            ..Day::default()
        };
        let rollup = |days| {
            let mut rollup = Rollup::default();
            rollup.days = days;
            rollup
        };
        let muted_count = |days| {
            let now = 20_000 * 86_400_000;
            Evidence::gather(Path::new("/nowhere"), &rollup(days), now, || false)
                .learned(now)
                .iter()
                .count()
        };
        assert_eq!(muted_count(vec![day(19_999, 12), day(19_940, 12)]), 1);
        assert_eq!(muted_count(vec![day(19_999, 12), day(19_939, 12)]), 0);
        let total = Day { rule: String::new(), ..day(19_999, 99) };
        assert_eq!(muted_count(vec![total]), 0);
    }
}
