//! What a rule is: one `const` struct literal that says when it fires, what it says, and shows both by example.
//! Gate, engine, tests, docs and `explain` are all derived from these literals.

use super::case::Case;
use super::example::Example;
use crate::base::text;
use crate::protocol::event::Tool;
use crate::settings::CustomRule;
use crate::shell::{Command, Script};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Waste or style.
    Hint,
    /// A wrong result or a broken rule of the house.
    Warn,
    /// Lost data or a leak: never held back by a budget.
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

/// What kind of harm it speaks of; the judge's order after severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// The result is not what it seems, or data is lost.
    WrongResult,
    /// Tokens or time.
    Waste,
    /// Another form is better.
    Style,
}

/// Which outcomes of a call it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Events {
    /// Successful calls.
    Success,
    /// Failed calls.
    Failure,
    /// Both.
    Both,
}

impl Events {
    /// Whether a call with this outcome is looked at.
    pub fn include(self, succeeded: bool) -> bool {
        match self {
            Self::Success => succeeded,
            Self::Failure => !succeeded,
            Self::Both => true,
        }
    }
}

/// One of the groups of rules that read files and history, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analyzer {
    /// A better tool for the job: from files, lock files, PATH.
    Router,
    /// Risky or mistaken habits that only state or files show.
    AntiPattern,
    /// Waste over time: sizes, repeats, runs for nothing.
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

/// When something holds. The data decides what the gate looks for, the function decides for good.
#[derive(Debug, Clone, Copy)]
pub enum Trigger {
    /// A simple command of a shell call.
    Command {
        /// Names of the program, wrappers peeled off; empty for any, and then `signs` must narrow the gate.
        programs: &'static [&'static str],
        /// Its sub-command; empty for any or none.
        subcommands: &'static [&'static str],
        /// Texts of which one stands somewhere in the call's text; empty for none. They only narrow the gate.
        signs: &'static [&'static str],
        /// Decides on one such command.
        when: fn(&Case, &Command) -> Verdict,
    },
    /// A shell call as a whole.
    Script {
        /// What it sets out with, as [`crate::shell::opening`] tells: other texts are not parsed for this.
        openings: &'static [&'static str],
        /// Decides on the script.
        when: fn(&Case, &Script) -> Verdict,
    },
    /// A call of one of these tools.
    Call {
        /// The tools.
        tools: &'static [Tool],
        /// Decides on the call.
        when: fn(&Case) -> Verdict,
    },
    /// A call of one of these tools, judged by what stands on disk or in the session's history: an analyzer's matter.
    Deferred {
        /// The tools.
        tools: &'static [Tool],
        /// Whether the call is worth an analyzer: decided on the main thread, from the event and its size alone.
        concerns: fn(&Case) -> bool,
        /// Decides on the call.
        when: fn(&Case) -> Verdict,
    },
    /// What a user wrote into a settings file.
    Custom(&'static CustomRule),
    /// One of these, for a rule that knows several ways to do one thing: a file is shown by a Read or by `cat`.
    Any(&'static [Trigger]),
}

impl Trigger {
    /// The triggers of which one must hold, none of them an [`Trigger::Any`] itself.
    pub fn alternatives(&self) -> Vec<&Self> {
        match self {
            Self::Any(triggers) => triggers.iter().flat_map(Self::alternatives).collect(),
            _ => vec![self],
        }
    }
}

/// What a trigger says of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does not hold.
    No,
    /// It nearly holds; `explain` shows what is missing.
    Near(&'static str),
    /// It holds.
    Fires,
    /// It holds, and matters more or less than the rule usually does.
    FiresAs(Severity),
}

impl Verdict {
    /// `Fires` if `holds`.
    pub fn when(holds: bool) -> Self {
        if holds { Self::Fires } else { Self::No }
    }
}

/// What a rule needs to be true of its surroundings. Shown in the rule book; the advice function looks it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// ripgrep on PATH, or a client whose shell brings one.
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
    /// The programs on PATH any of which meets it; none where no program does.
    pub fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Ripgrep => &["rg"],
            // Debian calls it so.
            Self::Fd => &["fd", "fdfind"],
            Self::WorkTree | Self::FileTools | Self::Background => &[],
        }
    }

    /// The package that brings such a program, as most systems call it.
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
            Self::Ripgrep => "rg on PATH or brought by the client",
            Self::Fd => "or fd",
            Self::WorkTree => "or a git work tree",
            Self::FileTools => "a client with Read and Edit tools",
            Self::Background => "a client that runs commands in the background",
        }
    }
}

/// What counts as the same occasion.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// The rule itself.
    Rule,
    /// The file of the call.
    File,
    /// The program of the command.
    Program,
    /// What this function makes of it. Only a hash of it is ever stored, seeded with the session's id.
    Of(fn(&Case, &Occasion) -> String),
}

/// When it may speak again, counted in occasions of the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The occasion at which it first speaks: 2 waits for a habit.
    pub first: u32,
    /// Then at every nth occasion.
    pub every: u32,
    /// At most so often for one rule and session.
    pub max: u32,
    /// Calls that must lie between, whatever the rule.
    pub gap: u32,
}

impl Repeat {
    /// The default of a hint: once, and again after 40 calls at the earliest, twice in all.
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

/// What is said, before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// A sentence that stands alone.
    pub plain: String,
    /// A fact and the better command for it, said instead of `plain` if the command is short and shows no secret.
    pub better: Option<(String, String)>,
}

impl Advice {
    /// A sentence without a rewritten command.
    pub fn plain(text: impl Into<String>) -> Option<Self> {
        Some(Self { plain: text.into(), better: None })
    }

    /// A rewritten command with the fact in front of it, and the sentence to fall back to.
    pub fn better(
        lead: impl Into<String>,
        command: impl Into<String>,
        plain: impl Into<String>,
    ) -> Option<Self> {
        Some(Self { plain: plain.into(), better: Some((lead.into(), command.into())) })
    }

    /// The line as the agent reads it; `None` if no form of it is short and clean.
    pub fn render(&self, id: &str) -> Option<String> {
        let better = self.better.as_ref().and_then(|(lead, command)| {
            let fits = command.chars().count() <= MAX_REWRITE_CHARS
                && text::clean(command) == *command
                // U+FFFD stands where the input was no text: such a command is not the user's any more.
                && !command.contains(['`', char::REPLACEMENT_CHARACTER]);
            fits.then(|| format!("{lead}: `{command}`"))
        });
        [better.as_deref(), Some(self.plain.as_str())]
            .into_iter()
            .flatten()
            .map(text::clean)
            .find(|body| body.chars().count() <= MAX_BODY_CHARS && !text::looks_secret(body))
            .map(|body| format!("[toolcoach] {body} ({id})"))
    }
}

/// Most characters between the tag and the rule's id.
pub const MAX_BODY_CHARS: usize = 160;

/// A longer rewrite gives way to the plain sentence.
pub const MAX_REWRITE_CHARS: usize = 120;

/// The occasion on which a rule fires.
pub struct Occasion<'c> {
    /// The rule.
    pub rule: &'static Rule,
    /// The command, where a [`Trigger::Command`] holds.
    pub command: Option<&'c Command>,
}

/// One rule.
pub struct Rule {
    /// Kebab-case, names the bad pattern, never used for another.
    pub id: &'static str,
    /// How much it usually matters.
    pub severity: Severity,
    /// What kind of harm it speaks of.
    pub harm: Harm,
    /// Which outcomes it looks at.
    pub events: Events,
    /// The analyzer that asks it; none: the fast path.
    pub analyzer: Option<Analyzer>,
    /// The pattern in a few words.
    pub summary: &'static str,
    /// Why it is worth a line, with the evidence.
    pub why: &'static str,
    /// When it fires.
    pub trigger: Trigger,
    /// When the better form was used instead.
    pub better: Option<Trigger>,
    /// What it says; `None` where no correct thing is known.
    pub advice: fn(&Case, &Occasion) -> Option<Advice>,
    /// What must be there for it to speak.
    pub needs: &'static [Need],
    /// What counts as the same occasion.
    pub key: Key,
    /// When it may speak again.
    pub repeat: Repeat,
    /// Calls on which it fires.
    pub hits: &'static [Example],
    /// Calls that look alike and on which it is silent.
    pub misses: &'static [Example],
    /// The version that brought it.
    pub since: &'static str,
}

impl Rule {
    /// The key's text on this occasion.
    pub fn subject(&self, case: &Case, occasion: &Occasion) -> String {
        match self.key {
            Key::Rule => String::new(),
            Key::File => case.event.input().file_path.as_deref().unwrap_or_default().to_owned(),
            Key::Program => occasion.command.map(|command| command.program.clone()).unwrap_or_default(),
            Key::Of(subject) => subject(case, occasion),
        }
    }
}
