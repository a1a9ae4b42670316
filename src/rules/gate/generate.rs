//! Makes the gate's table from the rules. Runs in tests only, never in the hook.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, MatchKind, dfa};

use crate::protocol::event::{Outcome, Tool};
use crate::rules;
use crate::rules::rule::{Events, Rule};
use crate::rules::trigger::Trigger;

/// A text that the automaton looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needle {
    /// It counts anywhere, not only as a whole word.
    pub is_sign: bool,
    /// The text.
    pub text: &'static str,
}

/// What the gate looks for, from one trigger.
struct Condition {
    /// Sets of needles. The text must contain one needle of each set.
    sets: Vec<Vec<Needle>>,
    /// Bits of [`super::tool_bit`].
    tools: u16,
    /// What the shell text must begin with; empty for anything.
    openings: &'static [&'static str],
    events: Events,
    /// It comes from the trigger of the better form.
    is_good: bool,
}

impl Condition {
    fn of<T>(trigger: &Trigger<T>, events: Events, is_good: bool) -> Self {
        let set = |texts: &[&'static str], is_sign| -> Vec<Needle> {
            texts.iter().map(|text| Needle { is_sign, text }).collect()
        };
        let sets = match trigger {
            Trigger::Command { programs, subcommands, signs, .. } => {
                vec![set(programs, false), set(subcommands, false), set(signs, true)]
            }
            Trigger::AnyCommand { signs, .. } => {
                signs.iter().map(|texts| set(texts, true)).collect()
            }
            _ => Vec::new(),
        };
        let tools = match trigger {
            Trigger::Command { .. } | Trigger::AnyCommand { .. } | Trigger::Script { .. } => {
                super::tool_bit(Tool::Shell)
            }
            Trigger::Call { tools, .. } | Trigger::Deferred { tools, .. } => {
                tools.iter().map(|tool| super::tool_bit(*tool)).sum()
            }
            // `alternatives` flattens the one, and the book does not contain the other.
            Trigger::Any(_) | Trigger::Custom(_) => 0,
        };
        let openings =
            if let Trigger::Script { openings, .. } = trigger { openings } else { &[][..] };
        let sets = sets.into_iter().filter(|set| !set.is_empty()).collect();
        Self { sets, tools, openings, events, is_good }
    }
}

/// One condition for every alternative of the rule's triggers.
fn conditions(rule: &Rule) -> Vec<Condition> {
    let bad = rule.trigger.alternatives().into_iter();
    let good = rule.better.iter().flat_map(Trigger::alternatives);
    // A failed call uses the better form too.
    bad.map(|trigger| Condition::of(trigger, rule.events, false))
        .chain(good.map(|trigger| Condition::of(trigger, Events::Both, true)))
        .collect()
}

/// Every needle of every trigger once: whole words first, then signs.
pub fn needles() -> Vec<Needle> {
    let mut needles: Vec<Needle> =
        rules::all().flat_map(conditions).flat_map(|condition| condition.sets).flatten().collect();
    needles.sort_unstable();
    needles.dedup();
    needles
}

fn texts() -> Vec<&'static str> {
    needles().into_iter().map(|needle| needle.text).collect()
}

/// The crate's own automaton over the needles, to test the table with.
///
/// # Panics
/// Never: the needles are few and short.
#[expect(clippy::expect_used, reason = "runs in tests only, on constant input")]
pub fn automaton() -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(texts())
        .expect("needles are few and short")
}

/// The automaton as the table lays it out.
struct Layout {
    /// The states, in the order of their numbers.
    order: Vec<StateID>,
    /// The needles that end in each matching state.
    matches: BTreeMap<StateID, Vec<usize>>,
    /// The class of each byte.
    classes: [u8; 256],
    /// One byte of each class.
    representatives: Vec<u8>,
    next: BTreeMap<(StateID, u8), StateID>,
}

#[expect(clippy::expect_used, reason = "runs in tests only, on constant input")]
fn layout() -> Layout {
    let dfa = dfa::DFA::builder()
        .match_kind(MatchKind::Standard)
        .build(texts())
        .expect("needles are few and short");
    let start = dfa.start_state(Anchored::No).expect("an unanchored start");
    let mut seen = vec![start];
    let mut queue = VecDeque::from([start]);
    let mut next = BTreeMap::new();
    while let Some(state) = queue.pop_front() {
        for byte in 0..=u8::MAX {
            let to = dfa.next_state(Anchored::No, state, byte);
            next.insert((state, byte), to);
            if !seen.contains(&to) {
                seen.push(to);
                queue.push_back(to);
            }
        }
    }
    let matches: BTreeMap<StateID, Vec<usize>> = seen
        .iter()
        .filter(|state| dfa.is_match(**state))
        .map(|state| {
            (
                *state,
                (0..dfa.match_len(*state))
                    .map(|at| dfa.match_pattern(*state, at).as_usize())
                    .collect(),
            )
        })
        .collect();
    // Matching states come last, so that one comparison finds out whether a state matches.
    let (quiet, loud): (Vec<_>, Vec<_>) =
        seen.into_iter().partition(|state| !matches.contains_key(state));
    let order: Vec<StateID> = quiet.into_iter().chain(loud).collect();
    // Bytes that lead from each state to the same next state share a class.
    let mut columns: Vec<Vec<StateID>> = Vec::new();
    let mut representatives = Vec::new();
    let mut classes = [0; 256];
    for byte in 0..=u8::MAX {
        let column: Vec<StateID> =
            order.iter().filter_map(|state| next.get(&(*state, byte)).copied()).collect();
        let class = columns.iter().position(|known| *known == column).unwrap_or_else(|| {
            columns.push(column);
            representatives.push(byte);
            columns.len() - 1
        });
        if let Some(slot) = classes.get_mut(usize::from(byte)) {
            *slot = class as u8;
        }
    }
    Layout { order, matches, classes, representatives, next }
}

/// The source of `src/rules/gate/table.rs`.
///
/// # Panics
/// When the rules need more states than two bytes can number, or are more than one byte can.
#[expect(clippy::expect_used, reason = "runs in tests only; too large a table must not be written")]
pub fn source() -> String {
    let layout = layout();
    let needles = needles();
    let words = needles.len().div_ceil(64).max(1);
    let stride = layout.representatives.len();
    let index: BTreeMap<StateID, usize> =
        layout.order.iter().enumerate().map(|(at, state)| (*state, at)).collect();
    assert!(layout.order.len() <= usize::from(u16::MAX), "the table needs wider numbers");
    let number = |state: &StateID| index.get(state).copied().expect("every state is numbered");
    let first_match = layout.order.len() - layout.matches.len();
    let next: Vec<usize> = layout
        .order
        .iter()
        .flat_map(|state| layout.representatives.iter().map(move |byte| (*state, *byte)))
        .map(|step| number(layout.next.get(&step).expect("every step is known")))
        .collect();
    let start = layout.order.first().map(number).unwrap_or_default();

    let mut out = String::from(
        "//! Generated from the rules by `just bless` (TOOLCOACH_BLESS=1 cargo test fresh). Do not edit.\n\n\
         use super::{Entry, Needles};\n\n",
    );
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("pub(super) const WORDS: usize = {words};"));
    line(format!("pub(super) const STRIDE: usize = {stride};"));
    line(format!("pub(super) const START: u16 = {start};"));
    line(format!("pub(super) const FIRST_MATCH: u16 = {first_match};"));
    let first_sign = needles.iter().position(|needle| needle.is_sign).unwrap_or(needles.len());
    line("/// Needles before this one are whole words.".to_owned());
    line(format!("pub(super) const FIRST_SIGN: usize = {first_sign};"));
    for (at, needle) in needles.iter().enumerate() {
        line(format!("// {at} {:?}", needle.text));
    }
    let lengths: Vec<usize> = needles.iter().map(|needle| needle.text.len()).collect();
    line(array("LENGTHS", "u8", &lengths));
    line(array("CLASSES", "u8", &layout.classes.map(usize::from)));
    line(array("NEXT", "u16", &next));
    let matches: Vec<String> = layout
        .order
        .iter()
        .filter_map(|state| layout.matches.get(state))
        .map(|needles| format!("&{needles:?}"))
        .collect();
    line(format!(
        "#[rustfmt::skip]\npub(super) static MATCHES: [&[u16]; {}] = [\n{}];",
        matches.len(),
        wrapped(&matches)
    ));
    assert!(rules::all().count() <= usize::from(u8::MAX), "the table needs wider rule numbers");
    let count = rules::all().flat_map(conditions).count();
    let entries: String =
        rules::all().enumerate().map(|(at, rule)| entries(at, rule, &needles, words)).collect();
    line(by_needle(&needles));
    line(format!("#[rustfmt::skip]\npub(super) static ENTRIES: [Entry; {count}] = [\n{entries}];"));
    out
}

/// The entries that each needle selects: those with it in their first set. Entries without a set
/// are always selected.
fn by_needle(needles: &[Needle]) -> String {
    let first: Vec<Option<Vec<Needle>>> = rules::all()
        .flat_map(conditions)
        .map(|condition| condition.sets.into_iter().next())
        .collect();
    let words = first.len().div_ceil(64);
    let mask = |wanted: &dyn Fn(&Option<Vec<Needle>>) -> bool| -> String {
        let mut bits = vec![0_u64; words];
        for at in first.iter().enumerate().filter(|(_, set)| wanted(set)).map(|(at, _)| at) {
            if let Some(word) = bits.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
        let bits: Vec<String> = bits.iter().map(|word| format!("{word:#x}")).collect();
        format!("[{}]", bits.join(", "))
    };
    let of_needles: Vec<String> = needles
        .iter()
        .map(|needle| mask(&|set| set.as_ref().is_some_and(|set| set.contains(needle))))
        .collect();
    format!(
        "pub(super) const ENTRY_WORDS: usize = {words};\n\
         #[rustfmt::skip]\n\
         pub(super) const WITHOUT_NEEDLES: [u64; ENTRY_WORDS] = {};\n\
         #[rustfmt::skip]\npub(super) static BY_NEEDLE: [[u64; ENTRY_WORDS]; {}] = [\n{}];",
        mask(&Option::is_none),
        of_needles.len(),
        wrapped(&of_needles)
    )
}

/// The table's lines for the rule with this index.
fn entries(at: usize, rule: &Rule, needles: &[Needle], words: usize) -> String {
    let line = |Condition { sets, tools, openings, events, is_good }| {
        let sets: Vec<String> = sets.iter().map(|set| bits(set, needles, words)).collect();
        let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Rejection];
        let included = outcomes.into_iter().filter(|outcome| events.include(*outcome));
        let events: u8 = included.map(super::outcome_bit).sum();
        format!(
            "    Entry {{ rule: {at}, is_good: {is_good}, tools: {tools:#x}, events: {events}, \
             openings: &{openings:?}, all_of: {{ const A: &[Needles] = &[{}]; A }} }},\n",
            sets.join(", ")
        )
    };
    let lines = conditions(rule).into_iter().map(line);
    std::iter::once(format!("    // {}\n", rule.id)).chain(lines).collect()
}

/// The bit set of the needles in `set`.
fn bits(set: &[Needle], needles: &[Needle], words: usize) -> String {
    let mut bits = vec![0_u64; words];
    for needle in set {
        let at = needles.iter().position(|known| known == needle).unwrap_or_default();
        if let Some(word) = bits.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }
    let bits: Vec<String> = bits.iter().map(|word| format!("{word:#x}")).collect();
    format!("[{}]", bits.join(", "))
}

fn array(name: &str, kind: &str, values: &[usize]) -> String {
    let values: Vec<String> = values.iter().map(usize::to_string).collect();
    format!(
        "#[rustfmt::skip]\npub(super) static {name}: [{kind}; {}] = [\n{}];",
        values.len(),
        wrapped(&values)
    )
}

/// The values in lines of at most about 110 characters.
fn wrapped(values: &[String]) -> String {
    let mut out = String::new();
    let mut width = 0;
    for value in values {
        if width == 0 {
            out.push_str("    ");
            width = 4;
        }
        // Writing to a string does not fail.
        let _ = write!(out, "{value},");
        width += value.len() + 1;
        if width > 104 {
            out.push('\n');
            width = 0;
        } else {
            out.push(' ');
            width += 1;
        }
    }
    if width > 0 {
        out.push('\n');
    }
    out
}
