//! The static table of the fast path: one pass of an Aho-Corasick automaton over a call's text
//! finds the rules that could speak. Their triggers decide, on the parsed script.
//!
//! Building an automaton at start takes 150-400 us, as much as everything else, so it is built
//! ahead: [`generate`] makes it from the rules' triggers with the `aho-corasick` crate and writes
//! it as the const tables of `table`. A test fails when they are stale.

pub(crate) mod custom;
pub mod generate;
pub(crate) mod table;

use crate::protocol::event::{Event, Outcome, Tool};
use crate::rules::set::{RuleSet, bits};
use crate::{rules, shell};

/// Words of a bit set of needles.
pub(crate) type Needles = [u64; table::WORDS];

/// The bit of an outcome in [`Entry::events`].
pub(crate) fn outcome_bit(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Success => 1,
        Outcome::Failure => 2,
        Outcome::Rejection => 4,
    }
}

/// The rules that could speak of a call, and those whose better form it could be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Candidates {
    /// By their trigger.
    pub hit: RuleSet,
    /// By the trigger of their better form.
    pub good: RuleSet,
}

impl Candidates {
    /// Whether no rule could speak and no better form be used.
    pub fn is_empty(&self) -> bool {
        self.hit.is_empty() && self.good.is_empty()
    }

    /// Whether only deferred rules could speak. They look at every call of their tool and speak of
    /// few, so they are not worth parsing the script.
    pub fn are_deferred(&self) -> bool {
        self.good.is_empty() && self.hit.without(rules::DEFERRED).is_empty()
    }
}

/// One alternative of a rule's triggers, in the table.
pub(crate) struct Entry {
    /// The rule's index.
    rule: u8,
    /// It is the trigger of the better form.
    is_good: bool,
    /// Bits of [`tool_bit`].
    tools: u16,
    /// Bits of [`outcome_bit`].
    events: u8,
    /// What the shell text must begin with; empty for anything.
    openings: &'static [&'static str],
    /// Sets of needles. The text must contain one needle of each set.
    all_of: &'static [Needles],
}

/// The bit of a tool in [`Entry::tools`].
pub(crate) fn tool_bit(tool: Tool) -> u16 {
    1 << match tool {
        Tool::Shell => 0,
        Tool::Read => 1,
        Tool::Edit => 2,
        Tool::Write => 3,
        Tool::Grep => 4,
        Tool::Glob => 5,
        Tool::Agent => 6,
        Tool::Mcp => 7,
        Tool::Other => 8,
    }
}

/// The rules that could speak of `event`, or whose better form it could use.
pub fn candidates(event: &Event) -> Candidates {
    let tool = tool_bit(event.tool);
    let outcome = event.outcome().map_or(0, outcome_bit);
    let found = event.command().map(search).unwrap_or_default();
    let opening = event.command().map(shell::opening).unwrap_or_default();
    let holds = |entry: &Entry| {
        entry.tools & tool != 0
            && entry.events & outcome != 0
            && (entry.openings.is_empty() || entry.openings.contains(&opening))
            && entry
                .all_of
                .iter()
                .all(|set| set.iter().zip(found).any(|(wanted, found)| wanted & found != 0))
    };
    // There are many entries, and most needles select few of them.
    let mut possible = table::WITHOUT_NEEDLES;
    for needle in bits(found) {
        let entries = table::BY_NEEDLE.get(needle).copied().unwrap_or_default();
        possible.iter_mut().zip(entries).for_each(|(word, entries)| *word |= entries);
    }
    let mut candidates = Candidates::default();
    for entry in bits(possible).filter_map(|at| table::ENTRIES.get(at)).filter(|entry| holds(entry))
    {
        let set = if entry.is_good { &mut candidates.good } else { &mut candidates.hit };
        set.add(usize::from(entry.rule));
    }
    candidates
}

/// The needles that `text` contains. Names of programs count only as whole words.
fn search(text: &str) -> Needles {
    let mut found = Needles::default();
    for_each_match(text.as_bytes(), |needle, end| {
        let length = usize::from(table::LENGTHS.get(needle).copied().unwrap_or_default());
        if (needle >= table::FIRST_SIGN || is_word(text.as_bytes(), end - length, end))
            && let Some(word) = found.get_mut(needle / 64)
        {
            *word |= 1 << (needle % 64);
        }
    });
    found
}

/// Reports every match of every needle, also overlapping ones: the needle, and the byte after it.
fn for_each_match(text: &[u8], mut report: impl FnMut(usize, usize)) {
    let mut state = table::START;
    for (at, byte) in text.iter().enumerate() {
        let class = table::CLASSES.get(usize::from(*byte)).copied().unwrap_or_default();
        let step = usize::from(state) * table::STRIDE + usize::from(class);
        state = table::NEXT.get(step).copied().unwrap_or(table::START);
        if state >= table::FIRST_MATCH {
            let index = usize::from(state - table::FIRST_MATCH);
            for needle in table::MATCHES.get(index).copied().unwrap_or_default() {
                report(usize::from(*needle), at + 1);
            }
        }
    }
}

/// Whether `start..end` is a whole word: the bytes around it cannot belong to it.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let joins =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | 0x80..);
    !start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(joins)
        && !text.get(end).is_some_and(joins)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/gate/table.rs");
        let fresh = generate::source();
        if crate::base::env::is_blessing() {
            std::fs::write(path, &fresh).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap();
        assert!(stored == fresh, "src/rules/gate/table.rs is stale: run `just bless`");
    }

    #[test]
    fn program_names_count_as_whole_words_only() {
        let event = |command: &str| {
            format!(
                r#"{{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{{"command":"{command}"}}}}"#
            )
        };
        let is_quiet =
            |command: &str| candidates(&Event::parse(&event(command)).unwrap()).are_deferred();
        for quiet in [
            "rustup show",
            "./concat.sh a",
            "locate x",
            "git-grepper x",
            "ls -la",
            "make-it",
            "echo hi",
        ] {
            assert!(is_quiet(quiet), "{quiet}");
        }
        // Only a parser can say what a script does after it has changed the shell's state. A
        // variable that is set for one command changes no state.
        for quiet in
            ["A=1 true", "cd web", "true && export A=1", "(export A=1)", "true # export A=1"]
        {
            assert!(is_quiet(quiet), "{quiet}");
        }
        for loud in ["export A=1", "A=1", "cd web && . ./x", "# use it\\nsource x && true"] {
            assert!(!is_quiet(loud), "{loud}");
        }
        for loud in
            ["cat x", "/bin/cat x", "(cat x)", "a;cat x", "`cat x`", "bash -c 'cat x'", "\\\\cat x"]
        {
            assert!(!is_quiet(loud), "{loud}");
        }
    }

    #[test]
    fn a_set_of_rules_returns_the_rules_that_were_added() {
        let mut set = RuleSet::default();
        let rules = [0, 1, 63, 64, 127, 200, 255];
        rules.iter().for_each(|rule| set.add(*rule));
        assert_eq!(set.iter().collect::<Vec<_>>(), rules);
    }

    proptest! {
        // It rightly fails while the table is stale, and must not leave a regression file then.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The table finds what the crate's overlapping search finds, at the same positions.
        #[test]
        fn the_table_agrees_with_the_crate(parts in prop::collection::vec(
            prop_oneof![
                3 => prop::sample::select(generate::needles().into_iter().map(|n| n.text.to_owned()).collect::<Vec<_>>()),
                1 => "[ -~]{0,6}",
                1 => "\\PC{0,3}",
            ], 0..12)) {
            // What is being renewed is compiled in as it was.
            if crate::base::env::is_blessing() {
                return Ok(());
            }
            let text = parts.concat();
            let mut ours = Vec::new();
            for_each_match(text.as_bytes(), |needle, end| ours.push((needle, end)));
            let mut theirs: Vec<_> = generate::automaton()
                .find_overlapping_iter(&text)
                .map(|found| (found.pattern().as_usize(), found.end()))
                .collect();
            ours.sort_unstable();
            theirs.sort_unstable();
            prop_assert_eq!(ours, theirs);
        }
    }
}
