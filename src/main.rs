//! `toolcoach`: the hook without arguments, else the command line.
//!
//! On Linux with glibc the C library calls our own `main`, which skips Rust's runtime start-up.
//! That start-up reads the bounds of the stack from /proc/self/maps to tell a stack overflow from
//! other faults. This takes a third of the instructions of an empty program and a dozen of its
//! system calls (docs/performance.md has the figures). [`toolcoach::base::process`] does the rest
//! of its work. Other platforms use the normal start-up, since their C libraries do not pass the
//! arguments to `std::env`.
#![cfg_attr(all(target_os = "linux", target_env = "gnu", not(test)), no_main)]

use std::time::Instant;

#[cfg(all(target_os = "linux", target_env = "gnu", not(test)))]
#[expect(
    unsafe_code,
    reason = "an exported name may clash with another; `main` is the name that the C library calls"
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
