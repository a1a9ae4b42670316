//! The kinds of commands that are generated.

mod basic;
mod find;
mod git;
mod grep;
mod large;
mod listings;
mod patterns;
mod runs;
mod secrets;

use super::pair::Pair;
use super::random::Random;

/// A kind of commands.
pub struct Family {
    pub name: &'static str,
    /// Its share of all pairs, in relation to the others'.
    pub weight: usize,
    pub make: fn(&mut Random) -> Pair,
}

pub const FAMILIES: [Family; 10] = [
    Family { name: "grep", weight: 6, make: grep::search },
    Family { name: "grep-read", weight: 4, make: grep::search_with_reader },
    Family { name: "find", weight: 4, make: find::by_name },
    Family { name: "find-grep", weight: 6, make: find::with_grep },
    Family { name: "masked", weight: 4, make: runs::masked },
    Family { name: "listing", weight: 3, make: listings::listing },
    Family { name: "secret", weight: 3, make: secrets::printed },
    Family { name: "large", weight: 3, make: large::printed },
    Family { name: "basic", weight: 3, make: basic::alternation },
    Family { name: "git", weight: 3, make: git::discards },
];
