//! One event through all of it: gate, rules, judge, ledger. The hook, `explain` and tests call
//! this.

pub mod analyzers;
pub mod breaker;
#[cfg(feature = "fault-injection")]
pub mod fault;
pub mod judge;
pub mod suppress;
pub mod worker;

use std::borrow::Cow;
use std::time::Instant;

use crate::protocol::event::{Event, EventName, Tool};
use crate::rules;
use crate::rules::case::{Case, classify};
use crate::rules::matcher::{Match, Matches};
use crate::rules::rule::{Analyzer, Severity};
use crate::rules::{custom, gate, matcher};
use crate::settings::Budget;
use crate::store::fingerprint;
use crate::store::history::{CallLine, LINE_VERSION, WarningLine};
use crate::store::ledger::Ledger;
use analyzers::{Findings, Task, Turn};
use judge::{Held, Memory};

/// Bytes of an error that make its fingerprint.
const ERROR_BYTES: usize = 2048;

/// How far a call went through the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The gate found nothing: the command was not parsed.
    None,
    /// Rules on the parsed call.
    Fast,
    /// Analyzers too.
    Deep,
    /// Analyzers, of which not all had the time to end.
    Cut,
}

impl Via {
    /// The word in ledgers and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fast => "fast",
            Self::Deep => "deep",
            Self::Cut => "cut",
        }
    }
}

/// What the rules made of a call, memory left aside.
pub struct Examination {
    /// Rules that hold, most important first; better forms; near misses.
    pub matches: Matches,
    /// Each analyzer that was asked, with how its turn ended.
    pub turns: Vec<(Analyzer, Turn)>,
    /// How far it went.
    pub via: Via,
    /// Stages with the time each took, us.
    pub stages: Vec<(&'static str, u64)>,
    /// What analyzers have to do that were not asked yet.
    left: Vec<Task>,
}

/// Runs the gate and the rules over a case; `ask` gets the analyzers' work done. `curious` collects
/// near misses too.
pub fn examine(case: &Case, curious: bool, ask: impl FnOnce(&[Task]) -> Findings) -> Examination {
    let mut examination = Examination::of_fast_path(case, curious);
    examination.deepen(case, ask);
    examination
}

impl Examination {
    fn of_fast_path(case: &Case, curious: bool) -> Self {
        let start = Instant::now();
        let candidates = gate::candidates(case.event);
        let own = custom::candidates(&case.settings, &case.environment, case.event);
        let mut stages = vec![("gate", micros(start))];
        if candidates.is_empty() && own.is_empty() {
            let (matches, turns, left) = (Matches::default(), Vec::new(), Vec::new());
            return Self { matches, turns, via: Via::None, stages, left };
        }
        let deferred_only = own.is_empty() && candidates.are_deferred();
        if !deferred_only || curious {
            parse(case, &mut stages);
        }
        let start = Instant::now();
        let mut matches = matcher::look(case, analyzers::fast(candidates), &own, curious);
        judge::rank(&mut matches.hit);
        let left = analyzers::tasks(case, candidates, curious);
        stages.push(("rules", micros(start)));
        let via = if deferred_only { Via::None } else { Via::Fast };
        Self { matches, turns: Vec::new(), via, stages, left }
    }

    /// Gets done what is left to analyzers.
    fn deepen(&mut self, case: &Case, ask: impl FnOnce(&[Task]) -> Findings) {
        let tasks = std::mem::take(&mut self.left);
        if tasks.is_empty() {
            return;
        }
        parse(case, &mut self.stages);
        let start = Instant::now();
        let findings = ask(&tasks);
        self.via = if findings.is_cut() { Via::Cut } else { Via::Deep };
        self.turns = findings.turns;
        self.matches.extend(findings.matches);
        judge::rank(&mut self.matches.hit);
        self.stages.push(("analyzers", micros(start)));
    }

    /// Whether analyzers may be spared if what the fast path found is said: they know nothing that
    /// would be said in its place.
    fn outranks_what_is_left(&self) -> bool {
        let outranked = |task: &Task| judge::outranks_rules(&self.matches.hit, task.rules);
        !self.left.is_empty() && self.left.iter().all(outranked)
    }

    /// Leaves the analyzers unasked. Of their rules nothing is known then, not even that the better
    /// form was used.
    fn spare(&mut self) {
        for task in std::mem::take(&mut self.left) {
            let unknown: Vec<&str> =
                task.rules.iter().filter_map(rules::at).map(|rule| rule.id).collect();
            self.matches.good.retain(|rule| !unknown.contains(&rule.id));
        }
    }
}

fn parse(case: &Case, stages: &mut Vec<(&'static str, u64)>) {
    if case.is(Tool::Shell) && case.outcome().is_none() {
        let start = Instant::now();
        case.script();
        stages.push(("parse", micros(start)));
    }
}

fn micros(start: Instant) -> u64 {
    start.elapsed().as_micros() as u64
}

/// What came of a call.
pub struct Answer {
    /// What is to be said, most important first.
    pub said: Vec<Match>,
    /// What holds too and is not said, and why.
    pub held: Vec<(Match, Held)>,
    /// How far the call went.
    pub via: Via,
    /// It is the first call of its session on disk.
    pub begins: bool,
}

impl Answer {
    const SILENCE: Self =
        Self { said: Vec::new(), held: Vec::new(), via: Via::None, begins: false };

    /// What the agent reads, one line a rule; `None` for silence.
    pub fn text(&self) -> Option<String> {
        let lines: Vec<&str> = self.said.iter().map(|found| found.text.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// Decides what is to be said of the case's event. With a ledger the call is noted in it, `started`
/// being when this process began. `ask` gets the analyzers' work done.
pub fn answer(
    case: &Case,
    ledger: Option<&Ledger>,
    started: Instant,
    ask: impl FnOnce(&[Task]) -> Findings,
) -> Answer {
    let event = case.event;
    match event.name {
        EventName::PostToolUse | EventName::PostToolUseFailure => {}
        EventName::SessionStart => {
            let source =
                event.source.as_deref().filter(|source| matches!(*source, "compact" | "clear"));
            if let (Some(ledger), Some(source)) = (ledger, source) {
                // A store that cannot be written has nothing to forget.
                let _ = ledger.append_reset(source);
            }
            return Answer::SILENCE;
        }
        EventName::PostToolBatch => return Answer::SILENCE,
    }
    let call = ledger.zip(event.call_id.as_deref()).map(|(ledger, id)| ledger.hash("call", id));
    let call = call.unwrap_or_default();
    let choose = |hits: &[Match]| match ledger {
        _ if hits.is_empty() => (Vec::new(), Vec::new()),
        Some(ledger) => decide(case, ledger, &call, hits),
        None => pick(hits, |found| permit(case, found, |_| Ok(()))),
    };
    let mut examination = Examination::of_fast_path(case, false);
    let mut choice = (Vec::new(), Vec::new());
    if examination.outranks_what_is_left() {
        choice = choose(&examination.matches.hit);
    }
    if choice.0.is_empty() {
        examination.deepen(case, ask);
        choice = choose(&examination.matches.hit);
    } else {
        examination.spare();
    }
    let (said, held) = choice;
    let via = examination.via;
    let Some(ledger) = ledger else { return Answer { said, held, via, begins: false } };
    let name = |found: &Match| Cow::Borrowed(found.rule.id);
    let line = CallLine {
        hit: examination.matches.hit.iter().map(name).collect(),
        good: examination.matches.good.iter().map(|rule| Cow::Borrowed(rule.id)).collect(),
        say: said.iter().map(name).collect(),
        held: held.iter().map(|(found, why)| (name(found), why.as_str().into())).collect(),
        via: via.as_str().into(),
        call: call.into(),
        ..call_line(case, ledger)
    };
    let line = CallLine { us: micros(started), ..line };
    // Without a store there is no memory: only what is critical was admitted.
    let begins = ledger.append_call(&line).unwrap_or_default();
    Answer { said, held, via, begins }
}

/// Asks what was said before, chooses, and notes the choice, all under one claim.
fn decide(
    case: &Case,
    ledger: &Ledger,
    call: &str,
    hits: &[Match],
) -> (Vec<Match>, Vec<(Match, Held)>) {
    let keyed = |found: &Match| {
        ledger.hash(
            "subject",
            &format!("{}\0{}", found.rule.id, found.subject.as_deref().unwrap_or_default()),
        )
    };
    let without_memory = |hits: &[Match]| {
        let critical = |found: &Match| {
            if found.severity == Severity::Critical { Ok(()) } else { Err(Held::NoMemory) }
        };
        pick(hits, |found| permit(case, found, |_| critical(found)))
    };
    let Ok(mut claim) = ledger.claim() else { return without_memory(hits) };
    let history = || case.history();
    let memory = Memory::new(&claim.said, &history);
    if memory.answered(call) {
        let held = hits.iter().map(|found| (found.clone(), Held::Doubled)).collect();
        return (Vec::new(), held);
    }
    let (said, held) = pick(hits, |found| {
        permit(case, found, |budget| memory.admits(found, &keyed(found), budget))
    });
    if said.is_empty() {
        return (said, held);
    }
    let lines: Vec<WarningLine> = said
        .iter()
        .map(|found| WarningLine {
            v: LINE_VERSION,
            t: ledger.now_ms(),
            call: call.to_owned(),
            rule: found.rule.id.to_owned(),
            key: keyed(found),
            sev: found.severity.as_str().to_owned(),
            chars: found.text.chars().count() as u64,
            reset: String::new(),
        })
        .collect();
    match claim.append(&lines) {
        Ok(()) => (said, held),
        Err(_) => without_memory(&said),
    }
}

/// Whether a match may be said: the settings let it, and `memory` admits it within the budget. The
/// project's file, the mutes and what was learned are read only where all else lets it speak.
fn permit(
    case: &Case,
    found: &Match,
    memory: impl Fn(Budget) -> Result<(), Held>,
) -> Result<(), Held> {
    let (settings, environment, id) = (&case.settings, &case.environment, found.rule.id);
    if let Some(silence) = suppress::by_user(settings, id) {
        return Err(silence.held());
    }
    memory(settings.budget())?;
    if let Some(silence) = suppress::by_others(settings, environment, id) {
        return Err(silence.held());
    }
    if let Some(silence) = suppress::by_learning(settings, id, found.severity) {
        return Err(silence.held());
    }
    let budget = settings.project_budget(environment);
    if budget == settings.budget() { Ok(()) } else { memory(budget) }
}

/// The first match that is admitted, and a second one only if one of the two is critical.
fn pick(
    hits: &[Match],
    admits: impl Fn(&Match) -> Result<(), Held>,
) -> (Vec<Match>, Vec<(Match, Held)>) {
    let mut said: Vec<Match> = Vec::new();
    let mut held = Vec::new();
    for found in hits {
        let critical = |found: &Match| found.severity == Severity::Critical;
        let room = match said.as_slice() {
            [] => true,
            [first] => critical(first) || critical(found),
            _ => false,
        };
        match admits(found) {
            Ok(()) if room => said.push(found.clone()),
            Ok(()) => held.push((found.clone(), Held::Outranked)),
            Err(why) => held.push((found.clone(), why)),
        }
    }
    (said, held)
}

/// What the ledger keeps of the call itself.
fn call_line<'c>(case: &Case<'c>, ledger: &Ledger) -> CallLine<'c> {
    let event: &Event = case.event;
    let input = event.input();
    let script = case.parsed();
    let key = match (script, event.command()) {
        (Some(script), _) => fingerprint::key_of_script(ledger, script),
        (None, Some(command)) => fingerprint::key_of_text(ledger, command.trim()),
        (None, None) => fingerprint::key_of_text(ledger, event.raw_input.unwrap_or_default()),
    };
    let hashed = |domain: &str, text: &str| -> Cow<'c, str> {
        if text.is_empty() { Cow::Borrowed("") } else { Cow::Owned(ledger.hash(domain, text)) }
    };
    let error = if event.succeeded() {
        String::new()
    } else {
        fingerprint::of_error(&event.error_text(ERROR_BYTES))
    };
    let task = match input.run_in_background {
        true => event.shell().background_task.clone(),
        false => None,
    };
    CallLine {
        v: LINE_VERSION,
        t: ledger.now_ms(),
        tool: event.tool_label().into(),
        ok: event.succeeded(),
        key: key.into(),
        sel: hashed("sel", &classify::runs(case).unwrap_or_default()),
        reads: classify::reads_only(case),
        ran: classify::ran_besides(case),
        lang: classify::language(case).into(),
        file: hashed("file", input.file_path.as_deref().unwrap_or_default()),
        range: case.range(),
        err: hashed("err", &error),
        task: hashed("task", task.as_deref().unwrap_or_default()),
        cwd: hashed("cwd", event.cwd.as_deref().unwrap_or_default()),
        size: classify::text_bytes(case),
        dur: event.duration_ms,
        client: case.environment.client.name().into(),
        ..CallLine::default()
    }
}
