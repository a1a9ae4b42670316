//! Writes a state folder as hooks would have left it, and prints what is in it as JSON: for
//! `scripts/stats`, which compares that with what `stats` counts, and takes the time. `cargo run
//! --release --example ledgers -- FOLDER SESSIONS LINES`
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool of the developers")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use toolcoach::store::history::{CallLine, LINE_VERSION, WarningLine};
use toolcoach::store::ledger;
use toolcoach::store::ledger::Ledger;

/// Rules that speak, each with the percentage in which it is followed.
const RULES: [(&str, u64); 6] = [
    ("grep-recursive", 60),
    ("masked-exit-pipe", 35),
    ("cat-view-file", 15),
    ("read-large-whole", 80),
    ("git-push-force", 95),
    ("bash-output-large", 0),
];

/// A stream of numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn choice<T: Copy>(&mut self, of: &[T]) -> T {
        *of.get(self.below(of.len() as u64) as usize).unwrap()
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap());
    let sessions: u64 = args.next().unwrap().parse().unwrap();
    let lines: u64 = args.next().unwrap().parse().unwrap();
    fs::create_dir_all(folder.join("sessions")).unwrap();
    let mut dice = Dice(7);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut add = |what, number| *counts.entry(what).or_default() += number;
    let now = ledger::now_ms();
    for session in 0..sessions {
        // One in eight is a sub-agent of the one before.
        let is_sub_agent = session % 8 == 7;
        let name = format!("session-{}", if is_sub_agent { session - 1 } else { session });
        let ledger = Ledger::new(&folder, &name, is_sub_agent.then_some("sub"));
        let calls = lines / sessions + u64::from(session < lines % sessions);
        let mut t = now - 61 * 86_400_000 + 60 * 86_400_000 * session / sessions;
        let (mut text, mut warnings) = (String::new(), String::new());
        let mut pending: Option<(&str, bool)> = None;
        for n in 0..calls {
            let pause = 1 + dice.below(30_000);
            t += pause;
            let mut line = CallLine {
                v: LINE_VERSION,
                t,
                call: ledger.hash("call", &n.to_string()).into(),
                tool: dice.choice(&["Bash", "Read", "Edit", "Grep"]).into(),
                ok: dice.below(12) > 0,
                key: format!("n{}", ledger.hash("key", &n.to_string())).into(),
                reads: dice.below(2) == 0,
                cwd: ledger.hash("cwd", "x").into(),
                size: dice.below(20_000),
                // One after the other: what had begun before an advice is no answer to it.
                dur: Some(dice.below(pause)),
                us: 60 + dice.below(200) * (1 + dice.below(10)),
                via: dice.choice(&["none", "none", "fast", "deep"]).into(),
                client: if session % 5 == 0 { "codex" } else { "claude" }.into(),
                ..CallLine::default()
            };
            let (rule, follows) = dice.choice(&RULES);
            match pending.take() {
                // The call after an advice shows what became of it.
                Some((said, true)) => {
                    line.good = vec![said.into()];
                    add("followed", 1);
                }
                Some((said, false)) => {
                    line.hit = vec![said.into()];
                    line.held = vec![(said.into(), "repeat".into())];
                    add("repeated", 1);
                    add("held", 1);
                }
                None if n % 40 == 20 => {
                    line.hit = vec![rule.into()];
                    line.say = vec![rule.into()];
                    let chars = 80 + dice.below(80);
                    let said = WarningLine {
                        v: LINE_VERSION,
                        t,
                        call: line.call.to_string(),
                        rule: rule.into(),
                        key: ledger.hash("subject", rule),
                        sev: "hint".into(),
                        chars,
                        ..WarningLine::default()
                    };
                    writeln!(warnings, "{}", serde_json::to_string(&said).unwrap()).unwrap();
                    if n + 1 < calls {
                        pending = Some((rule, dice.below(100) < follows));
                    } else {
                        add("open", 1);
                    }
                    add("advice", 1);
                    add("chars", chars);
                    add("answered_fast", u64::from(line.via == "fast"));
                }
                None => {}
            }
            add("calls", 1);
            add("us", line.us);
            writeln!(text, "{}", serde_json::to_string(&line).unwrap()).unwrap();
        }
        add("sessions", u64::from(!is_sub_agent));
        add("bytes", (text.len() + warnings.len()) as u64);
        fs::write(folder.join(format!("sessions/{}.calls.jsonl", ledger.stem())), text).unwrap();
        if !warnings.is_empty() {
            fs::write(folder.join(format!("sessions/{}.warnings.jsonl", ledger.stem())), warnings)
                .unwrap();
        }
    }
    println!("{}", serde_json::to_string(&counts).unwrap());
}
