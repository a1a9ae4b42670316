//! The kinds of commands that are generated.

mod find;
mod grep;
mod patterns;

use super::pair::Pair;
use super::random::Random;

/// A kind of commands.
pub struct Family {
    pub name: &'static str,
    /// Its share of all pairs, in relation to the others'.
    pub weight: usize,
    pub make: fn(&mut Random) -> Pair,
}

pub const FAMILIES: [Family; 4] = [
    Family { name: "grep", weight: 6, make: grep::search },
    Family { name: "grep-read", weight: 4, make: grep::search_with_reader },
    Family { name: "find", weight: 4, make: find::by_name },
    Family { name: "find-grep", weight: 6, make: find::with_grep },
];
