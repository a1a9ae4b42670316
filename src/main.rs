//! `toolcoach`: the hook without arguments, else the command line.
//!
//! On Linux the C library calls our own `main`, which skips Rust's runtime start-up. That prepares
//! for telling a stack overflow from other faults. With glibc it reads /proc/self/maps for this, a
//! third of the instructions of an empty program and a dozen of its system calls; with musl it maps
//! a stack for the handler, in as many calls (docs/performance.md has the figures).
//! [`toolcoach::base::process`] does the rest of its work. Other platforms use the normal start-up.
#![cfg_attr(all(target_os = "linux", not(test)), no_main)]

use std::time::Instant;

/// musl's own allocator takes a third of the instructions of a silent call, and seven system calls.
#[cfg(all(target_os = "linux", target_env = "musl"))]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[cfg(all(target_os = "linux", not(test)))]
#[expect(
    unsafe_code,
    reason = "an exported name may clash with another; `main` is the name that the C library calls"
)]
#[unsafe(no_mangle)]
extern "C" fn main(
    count: std::ffi::c_int,
    arguments: *const *const std::ffi::c_char,
) -> std::ffi::c_int {
    let started = Instant::now();
    toolcoach::base::process::open_standard_streams();
    let words = words(count, arguments);
    toolcoach::base::process::exit_code(|| toolcoach::cli::main(started, words)).into()
}

/// The arguments of `main`. Only glibc passes them to `std::env` as well.
#[cfg(all(target_os = "linux", not(test)))]
#[expect(unsafe_code, reason = "there is no other way to the arguments where /proc is not mounted")]
fn words(
    count: std::ffi::c_int,
    arguments: *const *const std::ffi::c_char,
) -> impl Iterator<Item = std::ffi::OsString> {
    use std::ffi::{CStr, OsStr};
    use std::os::unix::ffi::OsStrExt;

    (0..usize::try_from(count).unwrap_or(0)).map(move |at| {
        // SAFETY: the C library passes `count` pointers to strings that live as long as the process.
        let word = unsafe { CStr::from_ptr(*arguments.add(at)) };
        OsStr::from_bytes(word.to_bytes()).to_owned()
    })
}

#[cfg(not(all(target_os = "linux", not(test))))]
fn main() -> std::process::ExitCode {
    toolcoach::cli::main(Instant::now(), std::env::args_os()).into()
}
