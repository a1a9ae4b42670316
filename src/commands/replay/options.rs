//! What `replay` takes on the command line.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;

use super::filter::{CallFilter, absolute};
use crate::base::state_dir;
use crate::commands::transcripts::{Conditions, Share};
use crate::commands::whose::Whose;
use crate::settings::Settings;
use crate::store::ledger;
use crate::ui::span::Since;

/// What `replay` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct ReplayOptions {
    /// Transcripts of Claude Code or Codex, or recorded hook inputs (JSON lines, also .gz and .zst),
    /// or folders with them [default: the agents' own folders]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write an HTML page to share to this file: it names no path, project, session or command
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(super) html: Option<PathBuf>,
    /// Programs to treat as being on PATH, such as rg,fd [default: those of this machine]
    #[arg(long, value_name = "PROGRAMS", value_delimiter = ',')]
    pub(super) have: Option<Vec<String>>,
    /// Show only this rule; repeatable
    #[arg(long = "rule", value_name = "RULE")]
    pub(super) rules: Vec<String>,
    /// Only calls since then: a span such as 12h or 7d, a date such as 2026-11-20, `yesterday`
    #[arg(long, value_name = "TIME", value_parser = Since::parse)]
    pub(super) since: Option<Since>,
    /// Only calls in this folder or below it
    #[arg(long, value_name = "DIR")]
    pub(super) project: Option<PathBuf>,
    /// Replay with this settings file in place of the one in force
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Whose settings that file contains [default: a project's if named .toolcoach.json, else a user's]
    #[arg(long = "as", value_name = "WHOSE", value_enum, requires = "config")]
    pub(super) whose: Option<Whose>,
    /// Show what that file changes: the lines that appear, vanish or change
    #[arg(long, requires = "config", conflicts_with = "html")]
    pub(super) diff: bool,
    /// Number of examples for each rule
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(super) examples: usize,
    /// Number of threads [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<NonZero<usize>>,
}

impl ReplayOptions {
    /// The conditions under which calls are replayed: the settings in force.
    pub(super) fn conditions(&self) -> Conditions {
        Conditions {
            settings: Settings::load(state_dir::folder()).for_replay(),
            programs: self.have.as_ref().map(|programs| programs.iter().cloned().collect()),
            share: Share::default(),
        }
    }

    /// Which calls count.
    pub(super) fn filter(&self) -> CallFilter {
        CallFilter {
            since: self.since.map(|since| since.start(ledger::now_ms())),
            folder: self.project.as_deref().map(absolute),
        }
    }

    /// Whether the user wants to see this rule.
    pub(super) fn is_wanted(&self, id: &str) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|rule| rule == id)
    }
}
