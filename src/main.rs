//! `toolcoach`: without arguments the hook, else the command line.
//!
//! On Linux with glibc the C library calls `main` without Rust's own start in between. That start
//! looks up the stack's bounds in /proc/self/maps to tell a stack overflow from other faults, which
//! is a third of an empty program's instructions and a dozen of its system calls
//! (docs/performance.md has the figures). What else it does is done by
//! [`toolcoach::base::process`]. Elsewhere the start is the usual one: other C libraries do not
//! hand the arguments over.
#![cfg_attr(all(target_os = "linux", target_env = "gnu", not(test)), no_main)]

use std::time::Instant;

#[cfg(all(target_os = "linux", target_env = "gnu", not(test)))]
#[expect(
    unsafe_code,
    reason = "an exported name may clash with another: this one is the C library's for what it calls"
)]
#[unsafe(no_mangle)]
extern "C" fn main() -> std::ffi::c_int {
    let started = Instant::now();
    toolcoach::base::process::open_standard_streams();
    toolcoach::base::process::exit_code(|| toolcoach::cli::main(started)).into()
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", not(test))))]
fn main() -> std::process::ExitCode {
    toolcoach::cli::main(Instant::now()).into()
}
