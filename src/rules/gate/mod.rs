//! The static fast-path table: one pass of an Aho-Corasick automaton over a call's text says which
//! rules could speak. It says "maybe"; only a parsed trigger speaks.
//!
//! Building an automaton costs 150-400 us at start, as much as all the rest, so it is built ahead:
//! [`generate`] makes it from the rules' triggers with the `aho-corasick` crate and writes it out
//! as the const tables of `table`. A test fails when they are stale.

pub mod custom;
pub mod generate;
pub mod table;

use crate::protocol::event::{Event, Tool};
use crate::rules::set::{RuleSet, bits};
use crate::{rules, shell};

/// Words of a bit set of needles.
pub(crate) type Needles = [u64; table::WORDS];

/// The rules that could speak of a call, and those whose better form it could be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Candidates {
    /// By their trigger.
    pub hit: RuleSet,
    /// By the trigger of their better form.
    pub good: RuleSet,
}

impl Candidates {
    /// Whether nothing is to be looked at.
    pub fn is_empty(&self) -> bool {
        self.hit.is_empty() && self.good.is_empty()
    }

    /// Whether only rules could speak that weigh sizes and history. They concern every call of
    /// their tool, and few of them in the end: no reason to parse.
    pub fn are_deferred(&self) -> bool {
        self.good.is_empty() && self.hit.without(rules::DEFERRED).is_empty()
    }
}

/// One trigger in the table. A rule has as many as its triggers have alternatives.
pub(crate) struct Entry {
    /// The rule's index.
    rule: u8,
    /// It is the trigger of the better form.
    is_good: bool,
    /// Bits of [`tool_bit`].
    tools: u16,
    /// Looks at successful (1) and failed (2) calls.
    events: u8,
    /// What the shell text must set out with; empty for anything.
    openings: &'static [&'static str],
    /// Sets of needles, of each of which one must be there.
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

/// Which rules could have something to do with `event`.
pub fn candidates(event: &Event) -> Candidates {
    let tool = tool_bit(event.tool);
    let outcome = if event.succeeded() { 1 } else { 2 };
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
    // Most needles that stand in a text bring up a few of many entries.
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

/// The needles that stand in `text`. Names of programs count only as whole words.
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

/// Every match of every needle, overlapping: needle and end.
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

/// Whether the bytes around `start..end` cannot belong to the same word.
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
    fn the_table_is_made_from_the_rules() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/gate/table.rs");
        let fresh = generate::source();
        if crate::base::env::is_blessing() {
            std::fs::write(path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap();
        assert!(
            kept == fresh,
            "src/rules/gate/table.rs is stale: run TOOLCOACH_BLESS=1 cargo test gate, then test again"
        );
    }

    #[test]
    fn names_count_as_whole_words_only() {
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
        // What sets out with state and goes on is for a parser to tell; what is set for one command
        // is not.
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
    fn a_set_of_rules_gives_back_what_it_got() {
        let mut set = RuleSet::default();
        let rules = [0, 1, 63, 64, 127, 200, 255];
        rules.iter().for_each(|rule| set.add(*rule));
        assert_eq!(set.iter().collect::<Vec<_>>(), rules);
    }

    proptest! {
        // While the table is stale this fails rightly, and is to leave nothing behind.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The table finds what the crate's overlapping search finds, at the same places.
        #[test]
        fn the_table_agrees_with_the_crate(parts in prop::collection::vec(
            prop_oneof![
                3 => prop::sample::select(generate::needles().into_iter().map(|n| n.text.to_owned()).collect::<Vec<_>>()),
                1 => "[ -~]{0,6}",
                1 => "\\PC{0,3}",
            ], 0..12)) {
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
