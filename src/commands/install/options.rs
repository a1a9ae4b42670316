//! What `install` and `uninstall` take on the command line.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::clients::{PROFILES, Scope};
use super::deaf::DEAF;

/// What `install` takes.
#[derive(Debug, Args)]
pub(crate) struct InstallOptions {
    /// Agent to configure, even if it is not found; repeatable [default: every agent found]
    #[arg(long, value_name = "CLIENT", value_parser = names())]
    pub(super) client: Vec<String>,
    /// Which settings to write
    #[arg(long, value_enum, default_value_t)]
    pub(super) scope: Scope,
    /// Tools whose calls the hook sees, in the agent's own names, such as 'Bash|Read|Edit'
    /// [default: the existing matcher, else all]
    #[arg(long, value_parser = matcher)]
    pub(super) matcher: Option<String>,
    /// Also see calls that Claude Code rejects before running them, such as an edit whose text is
    /// not in the file; costs one more process for each message
    #[arg(long)]
    pub(super) batch: bool,
    /// In a project's settings: write an entry that does nothing for people who do not have toolcoach
    /// on PATH; costs a shell on each call
    #[arg(long)]
    pub(super) if_found: bool,
    /// Show a diff of each file, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Skip the confirmation prompt
    #[arg(long)]
    pub(super) yes: bool,
}

/// What `uninstall` takes.
#[derive(Debug, Args)]
pub(crate) struct UninstallOptions {
    /// Agent to remove the hook from; repeatable [default: all]
    #[arg(long, value_name = "CLIENT", value_parser = names())]
    pub(super) client: Vec<String>,
    /// Only from these settings [default: yours, and every file that `install` wrote]
    #[arg(long, value_enum)]
    pub(super) scope: Option<Scope>,
    /// Also delete toolcoach's own settings and state
    #[arg(long, conflicts_with_all = ["client", "scope"])]
    pub(super) purge: bool,
    /// Show a diff of each file, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Skip the confirmation prompt
    #[arg(long)]
    pub(super) yes: bool,
}

/// The names of the clients, as options take them.
pub(crate) fn names() -> PossibleValuesParser {
    let deaf = DEAF.iter().map(|client| client.name);
    PROFILES.iter().map(|profile| profile.name).chain(deaf).collect::<Vec<_>>().into()
}

fn matcher(text: &str) -> Result<String, String> {
    let plain = !text.trim().is_empty() && !text.chars().any(char::is_control);
    plain.then(|| text.to_owned()).ok_or_else(|| "expected tool names".to_owned())
}
