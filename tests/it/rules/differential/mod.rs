//! Every suggested command, run against its original: generated commands, the program's advice,
//! real programs in trees with everything that is awkward. What the advised command finds must be
//! what the original finds, but for what the advice says is left out.
//!
//! `TOOLCOACH_SEED` chooses the commands, `TOOLCOACH_PAIRS` how many are executed (default
//! [`PAIRS`]), `TOOLCOACH_RG` the binaries of ripgrep, separated by commas. `TOOLCOACH_ONLY=grep`
//! runs one family, `TOOLCOACH_ONLY=grep:123` repeats one pair.

mod advise;
mod compare;
mod contents;
mod families;
mod pair;
mod random;
mod run;
mod trees;
mod tally;

use std::path::{Path, PathBuf};

use crate::harness::{have, program};
use crate::rules::fixture_tree::have_all;
use advise::{Advised, advised, advised_by_binary};
use families::{FAMILIES, Family};
use pair::{Check, Pair, Verdict};
use random::Random;
use run::{Shell, Stdin};
use tally::Tally;
use trees::Trees;

/// How many pairs an ordinary test run executes.
const PAIRS: usize = 400;

/// For each executed pair at most so many commands are generated.
const MOST_GENERATED: usize = 40;

/// One of so many pairs is asked through the binary, too.
const THROUGH_BINARY: u64 = 40;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

/// A folder for each binary of ripgrep, to be put in front of PATH.
fn ripgreps(scratch: &Path) -> Vec<String> {
    let named = std::env::var("TOOLCOACH_RG").unwrap_or_default();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut paths = vec![path.clone()];
    for (at, binary) in named.split(',').filter(|binary| !binary.is_empty()).enumerate() {
        let folder = scratch.join(format!("rg{at}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink(binary, folder.join("rg")).unwrap();
        paths.push(format!("{}:{path}", folder.display()));
    }
    paths
}

struct Bench {
    trees: Trees,
    paths: Vec<String>,
    /// A folder with a git that knows the top of a tree without a repository.
    git: PathBuf,
    seed: u64,
}

impl Bench {
    /// Makes, asks and compares the `index`th command of a family.
    fn one(&self, family: &Family, index: u64, tally: &Tally) {
        let place = family.name.bytes().fold(index, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let mut random = Random::of_pair(self.seed, place);
        let pair = (family.make)(&mut random);
        let whole = self.trees.whole(pair.kind);
        let found = advised(pair.place, &whole, &pair.command(), &pair.outcome);
        if index % THROUGH_BINARY == 0 {
            let through = advised_by_binary(pair.place, &whole, &pair.command(), &pair.outcome);
            assert_eq!(found, through, "the binary says something else about {pair:?}");
        }
        let first = found.iter().find_map(|line| Some((line, line.command()?)));
        let Some((line, better)) = first else {
            tally.silent(family.name);
            return;
        };
        let stdin = random.pick(&[Stdin::Null, Stdin::Null, Stdin::Closed, Stdin::Pipe]);
        let path = self.paths[random.below(self.paths.len())].clone();
        let advised = Shell { home: self.trees.home(), path, stdin };
        let verdict = self.compare(&pair, line, better, &advised);
        let told = format!(
            "{}\n  {} | {:?} | {:?} | {}\n",
            pair.command(),
            line.text,
            pair.kind,
            stdin,
            pair.place.name
        );
        let again = format!("TOOLCOACH_SEED={} TOOLCOACH_ONLY={}:{index}", self.seed, family.name);
        tally.executed(family.name, &line.rule, &verdict, &told, &again);
    }

    fn compare(&self, pair: &Pair, line: &Advised, better: &str, advised: &Shell) -> Verdict {
        let path = format!("{}:{}", self.git.display(), advised.path);
        let original = Shell { stdin: Stdin::Null, path, ..advised.clone() };
        match pair.check {
            _ if line.rule == "list-tree-unbounded" => {
                compare::part(pair, &self.trees, &original, advised, &line.text, better)
            }
            Check::Same { named } => {
                compare::same(pair, named, &self.trees, &original, advised, &line.text, better)
            }
            Check::Narrow => compare::narrowed(pair, &self.trees, &original, advised, better),
        }
    }
}

#[test]
fn every_advised_command_does_what_the_original_does() {
    if !have_all(&["bash", "git", "grep", "find", "xargs", "rg"]) || !have("fdfind") {
        return;
    }
    let trees = Trees::new();
    let paths = ripgreps(trees.scratch());
    let git = trees.scratch().join("git");
    program(&git.join("git"), b"#!/bin/sh\necho \"${PWD%/work*}/work\"\n");
    let bench = Bench { trees, paths, git, seed: number("TOOLCOACH_SEED", 1) };
    let wanted = number("TOOLCOACH_PAIRS", PAIRS as u64) as usize;
    let only = std::env::var("TOOLCOACH_ONLY").unwrap_or_default();
    let (only, index) = only.split_once(':').map_or((only.as_str(), None), |(name, index)| {
        (name, Some(index.parse::<u64>().unwrap()))
    });
    let weights: usize = FAMILIES.iter().map(|family| family.weight).sum();
    let tally = Tally::new(bench.seed);
    for family in FAMILIES.iter().filter(|family| only.is_empty() || family.name == only) {
        if let Some(index) = index {
            bench.one(family, index, &tally);
            continue;
        }
        let share = if only.is_empty() { wanted * family.weight / weights } else { wanted };
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let (bench, tally) = (&bench, &tally);
                scope.spawn(move || {
                    let mut index = thread;
                    while tally.count(family.name) < share && index < (share * MOST_GENERATED) as u64 {
                        bench.one(family, index, tally);
                        index += 2;
                    }
                });
            }
        });
    }
    tally.report();
}
