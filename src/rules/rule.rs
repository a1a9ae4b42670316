//! What a rule is: one `const` struct literal that says when it fires, what it says, and shows both
//! by example. Gate, engine, tests, docs and `explain` are all derived from these literals.

use super::advice::Finding;
use super::example::Example;
use super::trigger::Trigger;
use crate::protocol::event::Outcome;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Waste or style.
    Hint,
    /// A wrong result or a broken convention.
    Warn,
    /// Lost data or a leak: no budget limits it.
    Critical,
}

impl Severity {
    /// The word in ledgers and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warn => "warn",
            Self::Critical => "critical",
        }
    }
}

/// What kind of harm a rule warns of. The judge orders findings by it, after severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// The result is not what it seems, or data is lost.
    WrongResult,
    /// Tokens or time.
    Waste,
    /// Another form is better.
    Style,
}

/// Which outcomes of a call a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Events {
    /// Successful calls.
    Success,
    /// Failed calls.
    Failure,
    /// Both.
    Both,
    /// Calls that the client did not run. Only clients with an event for batches report them.
    Rejections,
}

impl Events {
    /// Whether the rule looks at a call with this outcome.
    pub fn include(self, outcome: Outcome) -> bool {
        match self {
            Self::Success => outcome == Outcome::Success,
            Self::Failure => outcome == Outcome::Failure,
            Self::Both => outcome != Outcome::Rejection,
            Self::Rejections => outcome == Outcome::Rejection,
        }
    }
}

/// One of the groups of rules that read files and history, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analyzer {
    /// A better tool for the job, known from files, lock files and PATH.
    Router,
    /// Risky or mistaken habits that only state or files reveal.
    AntiPattern,
    /// Waste over time: sizes, repetitions, useless runs.
    Performance,
}

impl Analyzer {
    /// All of them, in the order in which they run.
    pub const ALL: [Self; 3] = [Self::Router, Self::AntiPattern, Self::Performance];

    /// The name in `breakers.json` and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::AntiPattern => "anti-pattern",
            Self::Performance => "performance",
        }
    }
}

/// What a rule needs around a call. The rule book lists it; the rule's check looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// ripgrep on PATH, or a client whose shell has one.
    Ripgrep,
    /// A file lister on PATH.
    Fd,
    /// A git work tree around the call.
    WorkTree,
    /// A client with tools that read and edit files.
    FileTools,
    /// A client that can leave a command running in the background.
    Background,
}

impl Need {
    /// The programs of which one on PATH meets the need; empty where no program does.
    pub fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Ripgrep => &["rg"],
            // The second is Debian's name.
            Self::Fd => &["fd", "fdfind"],
            Self::WorkTree | Self::FileTools | Self::Background => &[],
        }
    }

    /// The package with such a program, by its name on most systems.
    pub fn package(self) -> &'static str {
        match self {
            Self::Ripgrep => "ripgrep",
            Self::Fd => "fd (fd-find on Debian and Fedora)",
            Self::WorkTree | Self::FileTools | Self::Background => "",
        }
    }

    /// The need in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ripgrep => "rg on PATH or bundled with the client",
            Self::Fd => "or fd",
            Self::WorkTree => "or a git work tree",
            Self::FileTools => "a client with Read and Edit tools",
            Self::Background => "a client that runs commands in the background",
        }
    }
}

/// When a rule may speak again. It counts occasions: findings about the same subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The occasion at which it first speaks: 2 waits for a habit.
    pub first: u32,
    /// After that it speaks at every nth occasion.
    pub every: u32,
    /// How often it speaks at most in one session, whatever the subject.
    pub max: u32,
    /// Least number of calls between two times, whatever the subject.
    pub gap: u32,
}

impl Repeat {
    /// The default of a hint: twice at most, 40 calls apart.
    pub const HINT: Self = Self { first: 1, every: 1, max: 2, gap: 40 };

    /// Every time, up to `max`.
    pub const fn always(max: u32) -> Self {
        Self { first: 1, every: 1, max, gap: 0 }
    }

    /// First at the `first` occasion, then at every `every`th, `max` times.
    pub const fn nth(first: u32, every: u32, max: u32) -> Self {
        Self { first, every, max, gap: 0 }
    }
}

/// Longest lesson, characters.
pub const MAX_LESSON_CHARS: usize = 120;

/// One rule.
pub struct Rule {
    /// In kebab case. It names the bad pattern and is never given to another rule.
    pub id: &'static str,
    /// How much it usually matters.
    pub severity: Severity,
    /// What kind of harm it warns of.
    pub harm: Harm,
    /// Which outcomes it looks at.
    pub events: Events,
    /// The analyzer that runs it; `None`: the fast path.
    pub analyzer: Option<Analyzer>,
    /// The pattern in a few words.
    pub summary: &'static str,
    /// Why it is worth a line, with the evidence.
    pub why: &'static str,
    /// What a new session is told in a project whose agents do it again and again: one standing
    /// sentence, at most [`MAX_LESSON_CHARS`] long, with no word of the project's own. `None` for
    /// what is not a habit or cannot be said in advance.
    pub lesson: Option<&'static str>,
    /// When it fires, and what it finds.
    pub trigger: Trigger<Finding>,
    /// When the better form was used instead.
    pub better: Option<Trigger<()>>,
    /// What it needs around the call.
    pub needs: &'static [Need],
    /// When it may speak again.
    pub repeat: Repeat,
    /// Calls on which it fires.
    pub hits: &'static [Example],
    /// Similar calls on which it is silent.
    pub misses: &'static [Example],
    /// The version that added it.
    pub since: &'static str,
}
