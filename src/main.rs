//! `toolcoach`: without arguments the hook, else the command line.

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    toolcoach::cli::main(Instant::now())
}
