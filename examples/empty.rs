//! The floor E: what a process of this toolchain costs when it does nothing. Benches and the
//! instruction gate measure the hook against it, built with the same profile and flags.
fn main() {}
