//! What a client hears, counted by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::client::Outcome;

#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    rules: BTreeMap<String, u64>,
    /// Calls that the machine let wait until their time was over: they end without a line.
    cut: u64,
}

impl Heard {
    pub(crate) fn note(&mut self, outcome: &Outcome) {
        self.calls += 1;
        self.cut += u64::from(outcome.is_cut);
        self.answered += u64::from(!outcome.stdout.is_empty());
        for rule in rules(&outcome.stdout) {
            *self.rules.entry(rule).or_default() += 1;
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.cut += other.cut;
        other.rules.into_iter().for_each(|(rule, n)| *self.rules.entry(rule).or_default() += n);
    }

    /// Prints what was heard beside what the statistics say, and returns where they differ.
    pub(crate) fn compare(&self, stats: &Value) -> Vec<String> {
        let said = |rule: &str| stats["rules"][rule]["said"].as_u64().unwrap_or_default();
        let number = |name: &str| stats[name].as_u64().unwrap_or_default();
        let noted = self.calls - self.cut;
        let silent = (noted - self.answered) as f64 * 100.0 / noted as f64;
        let shown = stats["silent_percent"].as_f64().unwrap_or_default();
        let all = stats["rules"].as_object().unwrap();
        let lines = self.rules.values().sum::<u64>();
        let unreadable = number("skipped_lines") + number("unreadable_files");
        let mut rows = vec![
            ("calls".to_owned(), noted, number("calls")),
            ("answered".to_owned(), self.answered, number("answered")),
            ("lines of advice".to_owned(), lines, number("advice")),
            ("unreadable lines and files".to_owned(), 0, unreadable),
        ];
        let names: BTreeSet<&String> = self.rules.keys().chain(all.keys()).collect();
        let of_rules = names.into_iter().map(|rule| {
            let heard = self.rules.get(rule).copied().unwrap_or_default();
            (rule.clone(), heard, said(rule))
        });
        rows.extend(of_rules.filter(|(_, heard, said)| heard + said > 0));
        println!("\nOf {} calls {} were cut, and are not counted.", self.calls, self.cut);
        println!("\n| | heard | stats |\n|---|---:|---:|\n| silent % | {silent:.2} | {shown:.2} |");
        for (what, heard, said) in &rows {
            println!("| {what} | {heard} | {said} |");
        }
        // One decimal is shown.
        let is_silent_right = (silent - shown).abs() < 0.0501;
        let differing = rows.into_iter().filter(|(_, heard, said)| heard != said);
        let differing =
            differing.map(|(what, heard, said)| format!("{what}: heard {heard}, said {said}"));
        differing
            .chain((!is_silent_right).then(|| format!("silent: {silent} and {shown}")))
            .collect()
    }
}

/// The rules that an answer ends its lines with.
fn rules(stdout: &[u8]) -> Vec<String> {
    let Ok(answer) = serde_json::from_slice::<Value>(stdout) else { return Vec::new() };
    let text =
        answer.pointer("/hookSpecificOutput/additionalContext").and_then(Value::as_str).unwrap();
    let rule = |line: &str| line.rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    text.lines().map(rule).collect()
}
