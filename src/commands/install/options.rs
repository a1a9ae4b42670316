//! What `install` and `uninstall` take on the command line.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::clients::{PROFILES, Scope};

/// What `install` takes.
#[derive(Debug, Args)]
pub(crate) struct InstallOptions {
    /// An agent, found here or not; may be given again [default: all that are found]
    #[arg(long, value_name = "CLIENT", value_parser = names())]
    pub(super) client: Vec<String>,
    /// For whose calls
    #[arg(long, value_enum, default_value_t)]
    pub(super) scope: Scope,
    /// The tools whose calls it sees, as the agent's own settings name them, such as
    /// 'Bash|Read|Edit' [default: what is there, else all]
    #[arg(long, value_parser = matcher)]
    pub(super) matcher: Option<String>,
    /// Also see the calls that the agent rejects before it runs them, such as an edit that does not
    /// fit: one more process for each message (Claude Code)
    #[arg(long)]
    pub(super) batch: bool,
    /// Show the change of each file, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

/// What `uninstall` takes.
#[derive(Debug, Args)]
pub(crate) struct UninstallOptions {
    /// An agent; may be given again [default: all]
    #[arg(long, value_name = "CLIENT", value_parser = names())]
    pub(super) client: Vec<String>,
    /// Only from these settings [default: yours, and every file that `install` wrote]
    #[arg(long, value_enum)]
    pub(super) scope: Option<Scope>,
    /// Remove what toolcoach keeps, too: its settings and its state
    #[arg(long, conflicts_with_all = ["client", "scope"])]
    pub(super) purge: bool,
    /// Show the change of each file, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

/// The names of the clients, as options take them.
pub(crate) fn names() -> PossibleValuesParser {
    PROFILES.iter().map(|profile| profile.name).collect::<Vec<_>>().into()
}

fn matcher(text: &str) -> Result<String, String> {
    let plain = !text.trim().is_empty() && !text.chars().any(char::is_control);
    plain.then(|| text.to_owned()).ok_or_else(|| "expected names of tools".to_owned())
}
