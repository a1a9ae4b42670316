//! The package runners that start this program from a cache, and what its user types to start it
//! again.

use std::path::Path;

/// A runner whose cache has this name, or a name that begins so and goes on with a version.
enum Name {
    Is(&'static str),
    Begins(&'static str),
    Versioned(&'static str),
}

/// The folders of runners' caches, each with what the user types before the program's name.
const CACHES: [(Name, &str); 7] = [
    (Name::Is("_npx"), "npx "),
    (Name::Is("dlx"), "pnpm dlx "),
    // A folder of pnpm's for programs that are installed: it has the version in its name.
    (Name::Is(".pnpm"), ""),
    (Name::Begins("dlx-"), "yarn dlx "),
    (Name::Begins("bunx-"), "bunx "),
    (Name::Versioned("archive-v"), "uvx "),
    (Name::Versioned("environments-v"), "uvx "),
];

/// What the user types before the name of a program at this path, if that may be gone tomorrow: it
/// is in the cache of a package runner, or in a folder of pnpm's, which has the version in its name.
fn runner(path: &Path) -> Option<&'static str> {
    let names: Vec<&str> = path.iter().filter_map(|name| name.to_str()).collect();
    let fits = |known: &Name, name: &str| match known {
        Name::Is(known) => name == *known,
        Name::Begins(start) => name.starts_with(start),
        Name::Versioned(start) => {
            name.strip_prefix(start).is_some_and(|rest| rest.parse::<u32>().is_ok())
        }
    };
    // A cache may be in a folder of another: the first is that of the runner which was called.
    let cache = names
        .iter()
        .find_map(|name| CACHES.iter().find(|(known, _)| fits(known, name)))
        .map(|(_, typed)| *typed);
    let is_pipx = |pair: &[&str]| matches!(pair, [".cache", "pipx"] | ["pipx", ".cache"]);
    cache.or_else(|| names.windows(2).any(is_pipx).then_some("pipx run "))
}

/// Whether a program at this path may be gone tomorrow.
pub(crate) fn is_fleeting(path: &Path) -> bool {
    runner(path).is_some()
}

/// What the user types to start this program again: `npx toolcoach` where npx runs it.
pub(crate) fn own_command() -> String {
    let real = std::env::current_exe().and_then(|path| path.canonicalize());
    let typed = real.ok().and_then(|path| runner(&path)).unwrap_or_default();
    format!("{typed}{}", env!("CARGO_PKG_NAME"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_caches_of_package_runners_are_fleeting() {
        for (path, typed) in [
            (
                "/h/.npm/_npx/5753122cc860c8d6/node_modules/@toolcoach/linux-x64/bin/toolcoach",
                "npx ",
            ),
            ("/h/.cache/uv/archive-v0/4ACzdGvTp7cj2iaT/bin/toolcoach", "uvx "),
            ("/h/.cache/uv/environments-v2/x/bin/toolcoach", "uvx "),
            (
                "/h/.cache/pnpm/dlx/x/node_modules/.pnpm/@toolcoach/linux-x64/bin/toolcoach",
                "pnpm dlx ",
            ),
            (
                "/h/.local/share/pnpm/global/5/.pnpm/@toolcoach+linux-x64@0.1.0/node_modules/x/toolcoach",
                "",
            ),
            ("/tmp/xfs-1/dlx-2/node_modules/x/toolcoach", "yarn dlx "),
            ("/tmp/bunx-0-toolcoach@latest/node_modules/x/toolcoach", "bunx "),
            ("/h/.cache/pipx/1/bin/toolcoach", "pipx run "),
            ("/h/.local/pipx/.cache/1/bin/toolcoach", "pipx run "),
        ] {
            assert_eq!(runner(Path::new(path)), Some(typed), "{path}");
        }
        for path in [
            "/h/.local/bin/toolcoach",
            "/usr/lib/node_modules/toolcoach/node_modules/@toolcoach/linux-x64/bin/toolcoach",
            "/h/.local/share/uv/tools/toolcoach/bin/toolcoach",
            "/h/.local/share/pipx/venvs/toolcoach/bin/toolcoach",
            "/h/npx/_npx2/archive-vault/toolcoach",
            "/h/.cache/target/release/toolcoach",
            "/h/dlx2/archive-v/toolcoach",
        ] {
            assert!(!is_fleeting(Path::new(path)), "{path}");
        }
    }
}
