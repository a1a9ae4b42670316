//! Folders that nobody removes: those of the system, of a home, of a drive.

use std::path::Path;

use crate::project::environment::Environment;

/// Folders right below the root.
const SYSTEM: [&str; 21] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib64",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "var",
    "Users",
    "System",
    "Library",
    "Applications",
    "private",
];

/// Folders further down.
const DEEPER: [&str; 18] = [
    "usr/local",
    "usr/bin",
    "usr/lib",
    "usr/lib64",
    "usr/libexec",
    "usr/sbin",
    "usr/share",
    "usr/include",
    "usr/src",
    "var/lib",
    "var/log",
    "var/www",
    "etc/ssh",
    "etc/ssl",
    "boot/efi",
    "opt/homebrew",
    "usr/local/bin",
    "usr/local/lib",
];

/// Folders of a drive of Windows.
const OF_DRIVE: [&str; 7] = [
    "Users",
    "Windows",
    "Windows/System32",
    "Program Files",
    "Program Files (x86)",
    "ProgramData",
    "Users/Public",
];

/// Folders of a home that programs fill again.
const CACHES: [&str; 8] =
    [".cache", ".npm", ".gradle", ".yarn", ".pnpm-store", ".m2", ".ivy2", ".Trash"];

/// What a path below the home folder removes: all of it, or a whole top folder other than a cache.
pub(super) fn below_home(rest: &str) -> Option<&'static str> {
    let rest = rest.strip_prefix('/').unwrap_or(rest).trim_end_matches('/');
    match rest {
        "" | "*" | "." | ".*" => Some("the home folder"),
        one if !one.contains('/') && !CACHES.contains(&one) => {
            Some("a whole folder of the home folder")
        }
        _ => None,
    }
}

/// Whether this path below the root is the root itself or a folder of the system.
pub(super) fn is_system(rest: &str) -> bool {
    let rest = rest.trim_matches('/');
    let rest = rest.strip_suffix("/*").unwrap_or(rest);
    let is_home_of_somebody = rest
        .split_once('/')
        .is_some_and(|(top, name)| matches!(top, "home" | "Users") && !name.contains('/'));
    rest.is_empty()
        || rest == "*"
        || SYSTEM.contains(&rest)
        || DEEPER.contains(&rest)
        || is_home_of_somebody
}

/// Whether `text` names a drive of Windows or a folder that all of it needs, as WSL (`/mnt/c`), Git
/// Bash (`/c`) or Windows itself (`C:/`) spells it.
pub(super) fn is_of_drive(text: &str) -> bool {
    let of_letter = |rest: &str| -> Option<String> {
        let mut chars = rest.chars();
        chars.next().filter(char::is_ascii_alphabetic)?;
        match chars.next() {
            None => Some(String::new()),
            Some('/') => Some(chars.collect()),
            Some(_) => None,
        }
    };
    let of_colon = || {
        let (letter, rest) = text.split_once(':')?;
        let is_letter = letter.len() == 1 && letter.chars().all(|c| c.is_ascii_alphabetic());
        is_letter.then(|| rest.replace('\\', "/"))
    };
    let rest = of_colon()
        .or_else(|| of_letter(text.strip_prefix("/mnt/")?))
        .or_else(|| of_letter(text.strip_prefix('/')?));
    rest.is_some_and(|rest| {
        let rest = rest.trim_matches('/');
        let rest = rest.strip_suffix("/*").unwrap_or(rest);
        let is_home =
            rest.split_once('/').is_some_and(|(top, name)| top == "Users" && !name.contains('/'));
        rest.is_empty()
            || rest == "*"
            || is_home
            || OF_DRIVE.iter().any(|folder| folder.eq_ignore_ascii_case(rest))
    })
}

/// What kind of folder this absolute path is, if nobody removes it.
pub(super) fn of_path(environment: &Environment, path: &Path) -> Option<&'static str> {
    let home = environment.home();
    if home.is_some_and(|home| home.starts_with(path)) {
        return Some("the home folder");
    }
    if let Some(below) = home.and_then(|home| path.strip_prefix(home).ok()) {
        return below_home(&below.to_string_lossy());
    }
    let text = path.to_str()?;
    if text.strip_prefix('/').is_some_and(is_system) {
        return Some("a system folder");
    }
    is_of_drive(text).then_some("a folder of the drive")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_system_are_known_in_every_spelling() {
        for text in ["/", "/usr", "/usr/local", "/usr/*", "/home/dev", "/etc/", "/var/lib/"] {
            assert!(text.strip_prefix('/').is_some_and(is_system), "{text}");
        }
        for text in ["/home/dev/app/target", "/usr/local/app", "/var/lib/app/cache", "/srv/app/x"] {
            assert!(!text.strip_prefix('/').is_some_and(is_system), "{text}");
        }
        for text in ["C:/", "C:", "c:\\Users", "/mnt/c", "/mnt/c/", "/c/Users/me", "/mnt/d/Windows"]
        {
            assert!(is_of_drive(text), "{text}");
        }
        for text in ["/mnt/c/Users/me/app", "/mnt/data", "/cache", "c/Users", "/c/work/app"] {
            assert!(!is_of_drive(text), "{text}");
        }
    }
}
