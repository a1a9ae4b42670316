//! `toolcoach completions`: a completion script for a shell, generated from the command line.

use clap::Arg;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;

use crate::commands::error::Error;
use crate::protocol::client::Client;
use crate::rules;
use crate::ui::print::print;

/// Where shells look for the script.
pub(crate) const WHERE: &str = "\
Where to save it:
  bash        ~/.local/share/bash-completion/completions/toolcoach
  zsh         _toolcoach in a folder of $fpath
  fish        ~/.config/fish/completions/toolcoach.fish
  powershell  append it to the file that $PROFILE names
  elvish      ~/.config/elvish/lib/toolcoach.elv, then `use toolcoach` in rc.elv";

/// Prints the script for `shell` that completes `command`.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn run(shell: Shell, command: clap::Command) -> Result<(), Error> {
    let mut command =
        command.mut_args(with_names).mut_subcommands(|command| command.mut_args(with_names));
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, env!("CARGO_PKG_NAME"), &mut script);
    Ok(print(&String::from_utf8_lossy(&script))?)
}

/// The argument with the names to complete. The parser accepts more: custom rules and retired ones.
fn with_names(arg: Arg) -> Arg {
    let names: PossibleValuesParser = match arg.get_id().as_str() {
        "id" | "rule" | "rules" => rules::all().map(|rule| rule.id).collect::<Vec<_>>().into(),
        "client" if arg.get_possible_values().is_empty() => Client::ALL.map(Client::name).into(),
        _ => return arg,
    };
    arg.value_parser(names)
}
