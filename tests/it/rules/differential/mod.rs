//! Every suggested command, run against its original: generated commands, the program's advice,
//! real programs in trees with everything that is awkward. What the advised command finds must be
//! what the original finds, but for what the advice says is left out.
//!
//! `TOOLCOACH_SEED` chooses the commands, `TOOLCOACH_PAIRS` how many are executed (default
//! [`PAIRS`]), `TOOLCOACH_RG` the binaries of ripgrep, separated by commas. `TOOLCOACH_ONLY=grep`
//! runs one family, `TOOLCOACH_ONLY=grep:123` repeats one pair.

mod advise;
mod checks;
mod contents;
mod families;
mod pair;
mod random;
mod run;
mod secrets;
mod stubs;
mod tally;
mod trees;
mod usual;

use std::path::{Path, PathBuf};

use crate::harness::{have, have_all, program};
use advise::{Advised, Outcome, advised, advised_by_binary};
use checks::{large, listing, masked, narrowed, same, secret};
use families::{FAMILIES, Family};
use pair::{Check, Pair, Verdict};
use random::Random;
use run::{Shell, Stdin};
use secrets::Secrets;
use tally::Tally;
use tempfile::TempDir;
use trees::Trees;

/// What the commands need. On other systems than Debian fd has its own name.
const PROGRAMS: [&str; 8] = ["bash", "git", "grep", "find", "xargs", "rg", "fdfind", "tree"];

/// How many pairs an ordinary test run executes.
const PAIRS: usize = 200;

/// For each executed pair at most so many commands are generated.
const MOST_GENERATED: usize = 40;

/// One of so many pairs is asked through the binary, too.
const THROUGH_BINARY: u64 = 40;

/// How many of a hundred advised commands run in zsh, where it is installed.
const PERCENT_IN_ZSH: usize = 5;

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
    top_git: PathBuf,
    /// Folders of programs that only print, and of a git that only notes.
    stubs: (PathBuf, PathBuf),
    has_zsh: bool,
    seed: u64,
}

/// Where one pair runs.
struct Stage {
    folder: PathBuf,
    shell: Shell,
    secrets: Secrets,
    /// Of its own.
    top: Option<TempDir>,
}

/// What came of a pair.
struct Judged {
    rule: String,
    /// The command, the advice and the circumstances.
    told: String,
    verdict: Verdict,
}

impl Bench {
    fn new(seed: u64) -> Self {
        let trees = Trees::new();
        let paths = ripgreps(trees.scratch());
        let top_git = trees.scratch().join("git");
        program(&top_git.join("git"), b"#!/bin/sh\necho \"${PWD%/work*}/work\"\n");
        let stubs = stubs::make(trees.scratch());
        Self { trees, paths, top_git, stubs, has_zsh: have("zsh"), seed }
    }

    /// Makes, asks and compares the `index`th command of a family.
    fn one(&self, family: &Family, index: u64, tally: &Tally) {
        let number = |sum: u64, byte: u8| sum.wrapping_mul(31).wrapping_add(byte.into());
        let mut random = Random::of_pair(self.seed, family.name.bytes().fold(index, number));
        let pair = (family.make)(&mut random);
        let is_sample = index.is_multiple_of(THROUGH_BINARY);
        let judged = self.judged(&pair, &mut random, is_sample);
        let again = format!("TOOLCOACH_SEED={} TOOLCOACH_ONLY={}:{index}", self.seed, family.name);
        match judged {
            None => tally.silent(family.name),
            Some(judged) => tally.executed(family.name, &judged, &again),
        }
    }

    /// Asks for the advice on a pair and compares; `None` if no command is advised.
    fn judged(&self, pair: &Pair, random: &mut Random, is_sample: bool) -> Option<Judged> {
        let stage = self.stage(pair, random);
        let command = pair.command();
        let outcome = match pair.check {
            // What it prints decides.
            Check::Secret => {
                Outcome::Printed(stage.shell.run(&stage.folder, &pair.base).raw.join("\n"))
            }
            _ => pair.outcome.clone(),
        };
        let found = advised(pair.place, &stage.folder, &command, &outcome);
        if is_sample {
            let through = advised_by_binary(pair.place, &stage.folder, &command, &outcome);
            assert_eq!(found, through, "the binary says something else about {pair:?}");
        }
        let mut about = found.iter().filter(|line| pair.check.is_about(&line.rule));
        let (line, better) = about.find_map(|line| Some((line, line.command()?)))?;
        // Some words are to be put in front of the call.
        let whole = format!("{better} {command}");
        let better = if better.ends_with(';') { whole.as_str() } else { better };
        let verdict = self.compare(pair, &stage, line, better);
        let (kind, stdin, shell) = (pair.kind, stage.shell.stdin, stage.shell.program);
        let told = format!(
            "{command}\n  {} | {kind:?} | {stdin:?} | {shell} | {}\n",
            line.text, pair.place.name
        );
        Some(Judged { rule: line.rule.clone(), told, verdict })
    }

    /// Prepares the folder and the shell of a pair.
    fn stage(&self, pair: &Pair, random: &mut Random) -> Stage {
        let mut stdin = random.pick(&[Stdin::Null, Stdin::Null, Stdin::Closed, Stdin::Pipe]);
        // An rg without a path was written for this stdin.
        if matches!(pair.check, Check::Pattern | Check::Large) {
            stdin = Stdin::Null;
        }
        let path = self.paths[random.below(self.paths.len())].clone();
        let program = if self.has_zsh && random.chance(PERCENT_IN_ZSH) { "zsh" } else { "bash" };
        let mut shell =
            Shell { home: self.trees.home(), path, stdin, program, variables: Vec::new() };
        let mut secrets = Secrets::default();
        let own = || tempfile::tempdir_in(self.trees.scratch()).unwrap();
        let (mut folder, mut top) = (self.trees.whole(pair.kind, pair.is_read()), None);
        match pair.check {
            Check::Masked { fails } => {
                let (runs, git) = (self.stubs.0.display(), self.stubs.1.display());
                shell.path = format!("{runs}:{git}:{}", shell.path);
                shell.variables.push((stubs::STATUS.to_owned(), u8::from(fails).to_string()));
                let own = own();
                stubs::project(own.path());
                folder = own.path().to_owned();
                top = Some(own);
            }
            Check::Large => shell.path = format!("{}:{}", self.stubs.0.display(), shell.path),
            Check::Secret => {
                let own = own();
                secrets = Secrets::of(random);
                secrets.write(own.path());
                shell.variables = secrets.variables.clone();
                folder = own.path().to_owned();
                top = Some(own);
            }
            Check::Git { is_linked } => {
                let own = own();
                for name in ["user", "author", "committer"] {
                    let name = name.to_uppercase();
                    shell.variables.push((format!("GIT_{name}_NAME"), "a".to_owned()));
                    shell.variables.push((format!("GIT_{name}_EMAIL"), "a@example.com".to_owned()));
                }
                folder = checks::git::place(own.path(), is_linked);
                top = Some(own);
            }
            Check::Same { .. } | Check::Narrow | Check::Pattern | Check::Listing => {}
        }
        Stage { folder, shell, secrets, top }
    }

    fn compare(&self, pair: &Pair, stage: &Stage, line: &Advised, better: &str) -> Verdict {
        let (trees, advised, text) = (&self.trees, &stage.shell, line.text.as_str());
        let path = format!("{}:{}", self.top_git.display(), advised.path);
        let original = Shell { stdin: Stdin::Null, path, program: "bash", ..advised.clone() };
        let scratch = stage.top.as_ref().map_or(trees.scratch(), TempDir::path);
        match pair.check {
            Check::Listing => listing::listing(pair, trees, advised, advised, text, better),
            Check::Same { .. } if line.rule == "list-tree-unbounded" => {
                listing::listing(pair, trees, advised, advised, text, better)
            }
            Check::Same { named } => {
                same::same(pair, named, trees, &original, advised, text, better)
            }
            Check::Narrow => narrowed::narrowed(pair, trees, &original, advised, better),
            Check::Pattern => same::same(pair, false, trees, &original, advised, ALL_ASIDE, better),
            Check::Masked { fails } => masked::masked(pair, fails, scratch, advised, text, better),
            Check::Secret => secret::secret(&stage.secrets, &stage.folder, advised, better),
            Check::Large => large::large(pair, trees, advised, text, better),
            Check::Git { is_linked } => {
                checks::git::loses_nothing(pair, is_linked, scratch, &stage.folder, advised, better)
            }
        }
    }
}

/// What rg leaves out of its own accord.
const ALL_ASIDE: &str = "hidden, ignored and binary files";

#[test]
fn every_advised_command_does_what_the_original_does() {
    if !have_all(&PROGRAMS) {
        return;
    }
    let bench = Bench::new(number("TOOLCOACH_SEED", 1));
    let wanted = number("TOOLCOACH_PAIRS", PAIRS as u64) as usize;
    let only = std::env::var("TOOLCOACH_ONLY").unwrap_or_default();
    let (only, index) = only
        .split_once(':')
        .map_or((only.as_str(), None), |(name, index)| (name, Some(index.parse::<u64>().unwrap())));
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
                    while tally.count(family.name) < share
                        && index < (share * MOST_GENERATED) as u64
                    {
                        bench.one(family, index, tally);
                        index += 2;
                    }
                });
            }
        });
    }
    tally.report();
}
