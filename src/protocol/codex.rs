//! What Codex writes into the output of a command.

/// How an output begins if the command did not start.
pub(crate) const DID_NOT_START: &str = "exec_command failed";

/// How a line begins that says that the command still runs.
pub(crate) const GOES_ON: &str = "Process running with session ID";
