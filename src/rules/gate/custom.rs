//! The gate for a user's own rules: few, and known only at run time, so their automaton is the
//! crate's own, built once and only for a shell call of somebody who has such rules.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use once_cell::unsync::OnceCell;

use super::is_word;
use crate::base::glob;
use crate::protocol::event::Event;
use crate::settings::{Concern, CustomRule};

/// Those of `rules` that could have something to do with `event`.
pub fn candidates(rules: &[&'static CustomRule], event: &Event) -> Vec<&'static CustomRule> {
    let found = OnceCell::new();
    let concerns = |rule: &&&CustomRule| match &rule.concern {
        Concern::Command { programs, subcommands, .. } => event.command().is_some_and(|command| {
            let found = found.get_or_init(|| Found::search(rules, command));
            found.has_one_of(programs) && (subcommands.is_empty() || found.has_one_of(subcommands))
        }),
        Concern::Call { tools, .. } => {
            tools.iter().any(|tool| glob::matches(tool, &event.tool_name))
        }
    };
    rules.iter().filter(concerns).copied().collect()
}

/// The words of rules that stand in a text.
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
        // The plainest kind: it is searched once, so it must be cheap to build. A prefilter would
        // ask the processor what it can do, which costs more than the search in a virtual machine.
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(&needles);
        // Too many needles to build it: then the parsed triggers decide alone.
        let Ok(automaton) = automaton else { return Self(needles) };
        let mut found: Vec<&'static str> = automaton
            .find_overlapping_iter(text)
            .filter(|place| is_word(text.as_bytes(), place.start(), place.end()))
            .filter_map(|place| needles.get(place.pattern().as_usize()).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        Self(found)
    }

    fn has_one_of(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.0.binary_search(&word.as_str()).is_ok())
    }
}
