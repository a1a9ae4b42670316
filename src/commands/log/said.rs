//! The ledger's part of the log: which rule spoke when, of which call, and what came of it.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::base::text;
use crate::commands::error::Error;
use crate::store::history::{CallLine, WarningLine};
use crate::store::ledger_file::LedgerLines;
use crate::store::ledgers::{self, LedgerFiles, LineBuffer};
use crate::store::rollup::Rollup;
use crate::store::uptake::{self, AdviceOutcome};

/// Which ledgers the log is about.
pub(super) struct Scope {
    /// The state folder.
    pub(super) folder: PathBuf,
    /// The hash of the only session.
    pub(super) session: Option<String>,
}

/// What identifies a line of advice: its ledger, time, call and rule.
pub(super) type Key = (String, u64, String, String);

/// A line of advice, as the ledger knows it.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Its ledger: the hash of the session; for a sub-agent `-` and the hash of the agent follow.
    pub(super) ledger: String,
    /// Unix time, ms.
    pub(super) t: u64,
    /// Hash of the client's id of the call; empty if it gives none.
    pub(super) call: String,
    /// The rule's id.
    pub(super) rule: String,
    /// What came of it.
    pub(super) outcome: AdviceOutcome,
    /// The call, if the ledger still has its line.
    pub(super) facts: Option<CallFacts>,
}

/// What a ledger says of a call.
#[derive(Debug, Clone)]
pub(super) struct CallFacts {
    pub(super) tool: String,
    pub(super) client: String,
    pub(super) ok: bool,
    /// Bytes of its result.
    pub(super) bytes: u64,
}

impl Said {
    pub(super) fn key(&self) -> Key {
        (self.ledger.clone(), self.t, self.call.clone(), self.rule.clone())
    }

    /// The hash of the session.
    pub(super) fn session(&self) -> &str {
        self.ledger.split('-').next().unwrap_or_default()
    }
}

/// The ledgers with what was said in each.
pub(super) struct Memories {
    rollup: Rollup,
    lines: LineBuffer,
    memories: Vec<(LedgerFiles, Vec<WarningLine>)>,
}

impl Memories {
    /// Reads what was said in these ledgers.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub(super) fn read(scope: &Scope) -> Result<Self, Error> {
        let mut lines = LineBuffer::new();
        let rollup = Rollup::read(&scope.folder);
        let with_warnings = |memory: LedgerFiles| {
            let warnings = warnings(&memory, &rollup, &mut lines);
            (memory, warnings)
        };
        let mut memories: Vec<_> = files(scope)?.into_iter().map(with_warnings).collect();
        memories.retain(|(_, warnings)| warnings.iter().any(|line| line.was_said()));
        Ok(Self { rollup, lines, memories })
    }

    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        self.memories.is_empty()
    }

    /// At most the last `most` lines since `since`, unix ms, oldest first.
    pub(super) fn latest(&mut self, since: u64, most: usize) -> Vec<Said> {
        let warnings = self.memories.iter().flat_map(|(_, warnings)| warnings);
        let mut times: Vec<u64> =
            warnings.filter(|line| line.was_said()).map(|line| line.t).collect();
        times.sort_unstable();
        let first = times.get(times.len().saturating_sub(most)).copied().unwrap_or(u64::MAX);
        let since = since.max(if most == 0 { u64::MAX } else { first });
        let mut said: Vec<Said> = Vec::new();
        for (memory, warnings) in &self.memories {
            if warnings.iter().any(|line| line.t >= since && line.was_said()) {
                let all = of_ledger(memory, warnings, &self.rollup, &mut self.lines);
                said.extend(all.into_iter().filter(|said| said.t >= since));
            }
        }
        said.sort_by_key(|said| said.t);
        // Several may have the same time as the first.
        said.split_off(said.len().saturating_sub(most))
    }

    /// The keys of all lines.
    pub(super) fn into_keys(self) -> HashSet<Key> {
        let key = |memory: &LedgerFiles, line: WarningLine| {
            (memory.stem().to_owned(), line.t, line.call, text::clean(&line.rule))
        };
        self.memories
            .into_iter()
            .flat_map(|(memory, warnings)| {
                warnings.into_iter().map(|line| key(&memory, line)).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// The ledgers of the scope.
///
/// # Errors
/// When the folder cannot be listed.
pub(super) fn files(scope: &Scope) -> Result<Vec<LedgerFiles>, Error> {
    let mut sessions = ledgers::sessions(&scope.folder).map_err(Error::reading(&scope.folder))?;
    sessions.retain(|session, _| scope.session.as_ref().is_none_or(|only| only == session));
    Ok(sessions.into_values().flatten().collect())
}

/// Everything that was said in a ledger, oldest first.
pub(super) fn all_of(memory: &LedgerFiles, rollup: &Rollup, lines: &mut LineBuffer) -> Vec<Said> {
    let warnings = warnings(memory, rollup, lines);
    of_ledger(memory, &warnings, rollup, lines)
}

fn warnings(memory: &LedgerFiles, rollup: &Rollup, lines: &mut LineBuffer) -> Vec<WarningLine> {
    let mut warnings = Vec::new();
    memory.each(LedgerLines::Warnings, rollup, lines, |bytes| {
        warnings.extend(WarningLine::of(bytes))
    });
    warnings
}

fn of_ledger(
    memory: &LedgerFiles,
    warnings: &[WarningLine],
    rollup: &Rollup,
    lines: &mut LineBuffer,
) -> Vec<Said> {
    let mut calls: Vec<CallLine<'static>> = Vec::new();
    memory.each(LedgerLines::Calls, rollup, lines, |bytes| {
        calls.extend(CallLine::of(bytes).map(CallLine::into_owned));
    });
    let facts = |said: &WarningLine| {
        let is_it = |call: &&CallLine| {
            call.say.iter().any(|rule| *rule == said.rule) && call.call == said.call
        };
        calls.iter().rev().find(is_it).map(|call| CallFacts {
            tool: text::clean(&call.tool),
            client: text::clean(&call.client),
            ok: call.ok,
            bytes: call.size,
        })
    };
    uptake::of_each(&calls, warnings)
        .into_iter()
        .map(|(line, outcome)| Said {
            ledger: memory.stem().to_owned(),
            t: line.t,
            call: line.call.clone(),
            rule: text::clean(&line.rule),
            outcome,
            facts: facts(line),
        })
        .collect()
}
