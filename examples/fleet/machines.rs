//! Ledgers of many machines, through the program's own line formats and its own upkeep. The same
//! seed and time make the same bytes.
//!
//! What agents do depends on the client, so a comparison that forgets the strata comes out wrong:
//! clients with a high base rate also hold out more.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use toolcoach::store::history::{Arm, CallLine, LINE_VERSION, WarningLine};
use toolcoach::store::ledger::Ledger;
use toolcoach::store::ledger_file::LedgerLines;
use toolcoach::upkeep::{self, GRACE_MS, Terms};

const DAY_MS: u64 = 86_400_000;

/// Rules that come up, each with the chance that a call shows it, in a thousand, and with the
/// percentage of that chance that is left once the agent is told.
const RULES: [(&str, u64, u64); 6] = [
    ("grep-recursive", 12, 40),
    ("masked-exit-pipe", 10, 70),
    ("cat-view-file", 30, 100),
    ("read-large-whole", 8, 80),
    ("git-add-all", 4, 100),
    ("bash-output-large", 6, 130),
];

/// Clients, each with a factor for these chances in percent, and the shares that their machines
/// hold out. Copilot gives its calls no ids.
const CLIENTS: [(&str, u64, [f64; 2]); 4] = [
    ("claude", 100, [0.2, 0.2]),
    ("codex", 220, [0.5, 0.2]),
    ("gemini", 60, [0.2, 0.05]),
    ("copilot", 130, [0.2, 0.5]),
];

/// Every so many machines there is one with version 0.1: lines without a key, a project or an arm.
const OLD: u64 = 10;

/// Every so many machines there is one whose older ledgers became days.
const FOLDED: u64 = 4;

/// A stream of numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }

    fn chance(&mut self, of_thousand: u64) -> bool {
        self.below(1000) < of_thousand
    }

    fn choice<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// The machines of a company.
pub(crate) struct Fleet {
    /// How many.
    pub(crate) machines: u64,
    /// Calls of all of them, about.
    pub(crate) calls: u64,
    /// What the numbers depend on.
    pub(crate) seed: u64,
    /// When the folders are looked at, unix ms. The calls are of the 60 days before.
    pub(crate) now_ms: u64,
}

impl Fleet {
    /// Writes the state folder of each machine to a folder of its name.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        for n in 0..self.machines {
            self.machine(&folder.join(format!("m{n:05}")), n)?;
        }
        Ok(())
    }

    fn machine(&self, state: &Path, n: u64) -> io::Result<()> {
        fs::create_dir_all(state.join("sessions"))?;
        let mut dice = Dice(self.seed.wrapping_mul(1_000_003).wrapping_add(n));
        dice.below(1);
        let mut left = self.calls * (n + 1) / self.machines - self.calls * n / self.machines;
        let client = CLIENTS[(n % CLIENTS.len() as u64) as usize];
        let share = dice.choice(&client.2);
        let mut session = 0;
        while left > 0 {
            let calls = (1 + dice.below(30) * dice.below(14)).min(left);
            left -= calls;
            // The last session of some machines is going on.
            let last = if left == 0 && n.is_multiple_of(3) { 0 } else { 2 + dice.below(58) };
            let mut writer = Session {
                state,
                name: format!("{}-{n}-{session}", self.seed),
                client: client.0,
                factor: client.1,
                share,
                is_old: n % OLD == OLD - 1,
                arms: Vec::new(),
                begun: BTreeSet::new(),
                end_ms: self.now_ms - last * DAY_MS - 900_000 - dice.below(7_200_000),
            };
            let of_sub = if dice.below(6) == 0 { calls / 3 } else { 0 };
            writer.draw(&mut dice);
            writer.write(None, calls - of_sub, &mut dice)?;
            if of_sub > 0 {
                writer.write(Some("sub"), of_sub, &mut dice)?;
            }
            session += 1;
        }
        if n % FOLDED == FOLDED - 1 { self.fold(state) } else { Ok(()) }
    }

    /// What the machine's upkeep would have done by now.
    fn fold(&self, state: &Path) -> io::Result<()> {
        for now_ms in [self.now_ms, self.now_ms + GRACE_MS] {
            let end = Instant::now() + Duration::from_secs(3600);
            let terms = Terms { now_ms, retention_ms: 14 * DAY_MS, own: String::new(), end };
            // A child that another thread is just starting has the lock too, until it becomes
            // another program.
            while let Err(error) = upkeep::run(state, &terms) {
                if error.kind() != io::ErrorKind::WouldBlock || Instant::now() > end {
                    return Err(error);
                }
                thread::sleep(Duration::from_millis(1));
            }
        }
        Ok(())
    }
}

/// A session with its agents.
struct Session<'f> {
    state: &'f Path,
    name: String,
    client: &'static str,
    factor: u64,
    share: f64,
    is_old: bool,
    /// The arm of each rule and, where its lesson was due, that of the lesson.
    arms: Vec<(Arm, Option<Arm>)>,
    /// Rules that had their unit.
    begun: BTreeSet<&'static str>,
    end_ms: u64,
}

impl Session<'_> {
    fn draw(&mut self, dice: &mut Dice) {
        let mut arm = |share: f64| {
            if dice.chance((share * 1000.0) as u64) { Arm::HeldOut } else { Arm::Told }
        };
        let told: Vec<Arm> = RULES.iter().map(|_| arm(self.share)).collect();
        let lesson = arm(0.5);
        let is_due = !self.is_old && dice.chance(300);
        let lessons = (0..told.len()).map(|at| (at == 2 && is_due).then_some(lesson));
        self.arms = told.into_iter().zip(lessons).collect();
    }

    /// Writes the ledger of an agent with this many calls, and dates its files by its last line.
    fn write(&mut self, agent: Option<&str>, calls: u64, dice: &mut Dice) -> io::Result<()> {
        let ledger = Ledger::new(self.state, &self.name, agent);
        let hash = |domain: &str, n: u64| ledger.hash(domain, &n.to_string());
        let has_ids = self.client != "copilot";
        let (mut text, mut warnings) = (String::new(), String::new());
        let keyed = !self.is_old;
        let session = if self.is_old { String::new() } else { ledger.hash("session", "") };
        let mut t = self.end_ms.saturating_sub(calls * 16_000);
        let warning = |t| WarningLine { v: LINE_VERSION, t, keyed, ..WarningLine::default() };
        if agent.is_none() {
            for ((rule, ..), (_, lesson)) in RULES.iter().zip(&self.arms) {
                if lesson.is_some() {
                    let line = WarningLine {
                        lesson: (*rule).into(),
                        chars: 70,
                        session: session.clone(),
                        arm: *lesson,
                        share: Some(0.5),
                        ..warning(t)
                    };
                    put(&mut warnings, &line);
                }
            }
        }
        // How often each rule had its line since the last reset.
        let mut said = [0_u64; RULES.len()];
        for n in 0..calls {
            let pause = 1 + dice.below(30_000);
            t += pause;
            if dice.chance(6) {
                put(&mut warnings, &WarningLine { reset: "compact".into(), ..warning(t - 1) });
                said = [0; RULES.len()];
            }
            // One in twenty began before the call before it was answered.
            let most = if dice.chance(50) { 3 * pause } else { pause };
            let id = if has_ids { hash("call", n) } else { String::new() };
            let mut line = CallLine {
                v: LINE_VERSION,
                t,
                keyed,
                call: id.clone().into(),
                tool: dice.choice(&["Bash", "Read", "Edit", "Grep"]).into(),
                ok: dice.below(12) > 0,
                key: format!("t{}", hash("key", dice.below(1 + calls))).into(),
                reads: dice.below(2) == 0,
                cwd: ledger.hash("cwd", "x").into(),
                size: dice.below(20_000),
                dur: Some(dice.below(most)),
                us: 60 + dice.below(200) * (1 + dice.below(10)),
                via: dice.choice(&["none", "none", "fast", "deep"]).into(),
                client: self.client.into(),
                ..CallLine::default()
            };
            if n == 0 && keyed {
                line.project = ledger.hash("project", "x").into();
            }
            for (at, ((rule, chance, left), (arm, lesson))) in
                RULES.iter().zip(&self.arms).enumerate()
            {
                let arm = if self.is_old { Arm::Told } else { *arm };
                let knows = said[at] > 0 && arm == Arm::Told || *lesson == Some(Arm::Told);
                let chance = chance * self.factor / 100 * if knows { *left } else { 100 } / 100;
                if dice.chance(if knows { 20 } else { 4 }) {
                    line.good.push((*rule).into());
                }
                if !dice.chance(chance) {
                    continue;
                }
                line.hit.push((*rule).into());
                if said[at] >= 2 || !line.say.is_empty() {
                    let why = if said[at] >= 2 { "repeat" } else { "outranked" };
                    line.held.push(((*rule).into(), why.into()));
                    continue;
                }
                said[at] += 1;
                if arm == Arm::HeldOut {
                    line.held.push(((*rule).into(), "holdout".into()));
                } else {
                    line.say.push((*rule).into());
                }
                let mut said = WarningLine {
                    call: id.clone(),
                    rule: (*rule).into(),
                    key: ledger.hash("subject", rule),
                    sev: "hint".into(),
                    chars: 80 + dice.below(80),
                    session: session.clone(),
                    ..warning(t)
                };
                if keyed {
                    said.arm = Some(arm);
                    said.share = Some(self.share);
                    said.unit = self.begun.insert(rule);
                    said.lesson_arm = lesson.filter(|_| said.unit);
                }
                put(&mut warnings, &said);
            }
            put(&mut text, &line);
            // The hook is registered twice.
            if dice.chance(8) {
                line.us += 7;
                line.say.clear();
                put(&mut text, &line);
            }
        }
        if dice.chance(20) {
            text.push_str("{\"v\":2,\"t\":17}\n");
        }
        if dice.chance(20) {
            text.push_str("{\"v\":1,\"t\":17");
        }
        for (ending, text) in
            [(LedgerLines::Calls.ending(), text), (LedgerLines::Warnings.ending(), warnings)]
        {
            if !text.is_empty() {
                let path = self.state.join(format!("sessions/{}{ending}", ledger.stem()));
                fs::write(&path, text)?;
                let file = File::options().append(true).open(&path)?;
                file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_millis(t))?;
            }
        }
        Ok(())
    }
}

fn put(text: &mut String, line: &impl serde::Serialize) {
    // Neither can fail in memory.
    let _ = writeln!(text, "{}", serde_json::to_string(line).unwrap_or_default());
}
