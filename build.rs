//! How the program of tests is linked: a debug build for Linux is no position-independent
//! executable.
//!
//! The dynamic loader writes 2.3 MB of addresses into an unoptimised one at each start, and
//! the test suite starts tens of thousands. Releases are linked in `.cargo/config.toml` instead.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name, value| std::env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "debug")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
