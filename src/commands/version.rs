//! `--version`: which program this is, exactly.

use std::env::consts::{ARCH, OS};
use std::sync::LazyLock;

use crate::rules;

/// The commit that a release was built from. `scripts/package` sets it; a build script that asked
/// git would make the program depend on more than its source.
const COMMIT: Option<&str> = option_env!("TOOLCOACH_COMMIT");

/// The version with the commit, the target and the number of rules.
pub(crate) fn long() -> &'static str {
    static LONG: LazyLock<String> = LazyLock::new(|| {
        let commit = COMMIT.filter(|commit| !commit.is_empty()).unwrap_or("not recorded");
        let (version, rules) = (env!("CARGO_PKG_VERSION"), rules::all().count());
        format!("{version}\ncommit  {commit}\ntarget  {}\nrules   {rules}", target())
    });
    &LONG
}

/// The target as rustc names it.
fn target() -> String {
    let libc = if cfg!(target_env = "musl") {
        "-musl"
    } else if cfg!(target_env = "msvc") {
        "-msvc"
    } else if cfg!(target_env = "gnu") {
        "-gnu"
    } else {
        ""
    };
    match OS {
        "macos" => format!("{ARCH}-apple-darwin"),
        "windows" => format!("{ARCH}-pc-windows{libc}"),
        os => format!("{ARCH}-unknown-{os}{libc}"),
    }
}
