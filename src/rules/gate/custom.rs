//! The gate for custom rules. They are few and known only at run time, so the crate builds their
//! automaton, and only for a shell call of a user who has such rules.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use once_cell::unsync::OnceCell;

use super::is_word;
use crate::base::glob;
use crate::protocol::event::Event;
use crate::settings::{Concern, CustomRule};

/// Those of the custom `rules` that could speak of `event`.
pub(crate) fn candidates(rules: &[&'static CustomRule], event: &Event) -> Vec<&'static CustomRule> {
    let found = OnceCell::new();
    let could_speak = |rule: &&&CustomRule| match &rule.concern {
        Concern::Command { programs, subcommands, .. } => event.command().is_some_and(|command| {
            let found = found.get_or_init(|| Found::search(rules, command));
            found.has_one_of(programs) && (subcommands.is_empty() || found.has_one_of(subcommands))
        }),
        Concern::Call { tools, .. } => {
            tools.iter().any(|tool| glob::matches(tool, &event.tool_name))
        }
    };
    rules.iter().filter(could_speak).copied().collect()
}

/// The words of rules that a text contains, sorted.
struct Found(Vec<&'static str>);

impl Found {
    /// Searches for the programs and sub-commands of `rules`.
    fn search(rules: &[&'static CustomRule], text: &str) -> Self {
        let mut needles: Vec<&'static str> = Vec::new();
        for rule in rules {
            if let Concern::Command { programs, subcommands, .. } = &rule.concern {
                needles.extend(programs.iter().chain(subcommands).map(String::as_str));
            }
        }
        needles.sort_unstable();
        needles.dedup();
        // One search needs the automaton that is cheapest to build. A prefilter would ask the
        // processor for its features, which costs more than the search in a virtual machine.
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(&needles);
        // With too many needles to build it, the parsed triggers decide alone.
        let Ok(automaton) = automaton else { return Self(needles) };
        let mut found: Vec<&'static str> = automaton
            .find_overlapping_iter(text)
            .filter(|hit| is_word(text.as_bytes(), hit.start(), hit.end()))
            .filter_map(|hit| needles.get(hit.pattern().as_usize()).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        Self(found)
    }

    fn has_one_of(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.0.binary_search(&word.as_str()).is_ok())
    }
}
