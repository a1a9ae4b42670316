//! Checks of the state folder: it can be written, is private, and what lies in it is understood.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Scene;
use super::finding::{Finding, Status};
use crate::base::file_error::FileError;
use crate::base::state_dir;
use crate::commands::install;
use crate::commands::install::Records;
use crate::engine::breaker::Breakers;
use crate::store::errors::ErrorLine;
use crate::store::learned::Learned;
use crate::store::mutes::Mutes;
use crate::store::trust::TrustRecord;
use crate::ui::format::{bytes, plural};
use crate::upkeep::MAX_STORE_BYTES;

/// Errors are told of for so long, ms: a day.
const LATELY_MS: u64 = 86_400_000;

/// Most that is read of the errors, bytes; the ledger keeps them under a sixteenth of it.
const MAX_ERRORS_BYTES: u64 = 1 << 20;

fn quoted(path: &Path) -> String {
    install::quoted(&path.to_string_lossy())
}

/// Whether the folder can be written.
pub(super) fn writable(scene: &Scene) -> Vec<Finding> {
    let Some(folder) = &scene.state else {
        return vec![
            Finding::failure(
                "there is no place for state: nothing is remembered, and almost nothing said",
            )
            .mend("set HOME, or TOOLCOACH_STATE_DIR, for the agent"),
        ];
    };
    if !folder.is_absolute() {
        return vec![
            Finding::warning(
                "TOOLCOACH_STATE_DIR is no absolute path: each folder has a memory of its own",
            )
            .at(folder)
            .mend("set it to a path that begins with /"),
        ];
    }
    let barred = [folder.clone(), folder.join("sessions")].iter().find_map(|at| barred(at));
    let what = if folder.exists() { "can be written" } else { "is made with the first call" };
    vec![barred.unwrap_or_else(|| Finding::ok(what).at(folder))]
}

/// What keeps the hook from writing to a folder, whether that is there or would have to be made.
fn barred(folder: &Path) -> Option<Finding> {
    match fs::symlink_metadata(folder) {
        Ok(meta) if meta.is_symlink() => {
            let leads = fs::read_link(folder).unwrap_or_default();
            let finding = Finding::failure("is a symbolic link, which is not followed").at(folder);
            Some(
                finding.mend(format!(
                    "name the folder itself: TOOLCOACH_STATE_DIR={}",
                    quoted(&leads)
                )),
            )
        }
        Ok(meta) if !meta.is_dir() => {
            let away = format!("mv {} {}", quoted(folder), quoted(&folder.with_extension("old")));
            Some(Finding::failure("is no folder").at(folder).run(away))
        }
        Ok(meta) if !state_dir::is_ours(&meta) => {
            let finding = Finding::failure(
                "belongs to another user, so it is left alone: nothing is remembered, and almost nothing said",
            );
            Some(finding.at(folder).run(format!("sudo chown -R \"$(id -u)\" {}", quoted(folder))))
        }
        Ok(_) if may_write(folder) => None,
        Ok(meta) => {
            let finding = Finding::failure(
                "cannot be written: nothing is remembered, and almost nothing said",
            )
            .at(folder);
            Some(if is_own(&meta) {
                finding.run(format!("chmod u+rwx {}", quoted(folder)))
            } else {
                finding.run(format!("sudo chown -R \"$(id -u)\" {}", quoted(folder)))
            })
        }
        Err(_) => {
            let above = folder.ancestors().skip(1).find(|above| above.exists())?;
            (!above.is_dir() || !may_write(above)).then(|| {
                Finding::failure(format!("cannot be made: {} cannot be written", above.display()))
                    .at(folder)
                    .mend("set TOOLCOACH_STATE_DIR to a folder that you can write to, or mend that one")
            })
        }
    }
}

#[cfg(unix)]
fn may_write(folder: &Path) -> bool {
    use nix::unistd::{AccessFlags, access};
    access(folder, AccessFlags::R_OK | AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
}

#[cfg(not(unix))]
fn may_write(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|meta| !meta.permissions().readonly())
}

#[cfg(unix)]
fn is_own(meta: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(meta) == nix::unistd::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_: &fs::Metadata) -> bool {
    true
}

/// Whether it belongs to the user, and nobody else can look into it.
#[cfg(unix)]
pub(super) fn private(scene: &Scene) -> Vec<Finding> {
    // What keeps the hook out altogether is told already.
    let usable = |folder: &&std::path::PathBuf| folder.is_dir() && barred(folder).is_none();
    let Some(folder) = scene.state.as_ref().filter(usable) else { return Vec::new() };
    let listed = |folder: &Path| {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
    };
    let inside = listed(folder).chain(listed(&folder.join("sessions")));
    // What another user made, such as root by sudo, cannot be appended to.
    let is_foreign =
        |path: &std::path::PathBuf| fs::symlink_metadata(path).is_ok_and(|meta| !is_own(&meta));
    if let Some(path) = [folder.clone()].into_iter().chain(inside).find(is_foreign) {
        let finding = Finding::warning("belongs to another user").at(&path);
        return vec![finding.run(format!("sudo chown -R \"$(id -u)\" {}", quoted(folder)))];
    }
    // Of a folder that is closed, nothing inside can be opened.
    let mode =
        fs::metadata(folder).map_or(0, |meta| std::os::unix::fs::MetadataExt::mode(&meta) & 0o777);
    if mode & 0o077 == 0 {
        return vec![Finding::ok("yours alone").at(folder)];
    }
    let finding = Finding::warning(format!("others may open it (mode {mode:o})")).at(folder);
    vec![finding.run(format!("chmod go= {}", quoted(folder)))]
}

/// Whether nobody else can look into it: left to the system's own rules for a user's folders.
#[cfg(not(unix))]
pub(super) fn private(_: &Scene) -> Vec<Finding> {
    Vec::new()
}

/// A look at one of our files.
type Look = fn(&Path) -> Result<(), FileError>;

/// The small files, with what is lost if one is removed.
const FILES: [(Look, &str); 5] = [
    (Learned::check, "what learning found out is found out again"),
    (Breakers::check, "all breakers begin closed"),
    (Mutes::check, "what you muted speaks again"),
    (TrustRecord::check, "you have to trust projects again"),
    (Records::check, "uninstall then takes entries out one by one"),
];

/// Whether the files in it are understood.
pub(super) fn files(scene: &Scene) -> Vec<Finding> {
    let Some(folder) = &scene.state else { return Vec::new() };
    let mut findings: Vec<Finding> = Vec::new();
    for (check, loss) in FILES {
        if let Err(fault) = check(folder) {
            let finding =
                Finding::of_file(Status::Warning, &fault).mend(format!("remove it: {loss}"));
            findings.push(finding.run(format!("rm -r {}", quoted(fault.path()))));
        }
    }
    let path = folder.join(state_dir::ERRORS);
    if let (_, torn @ 1..) = errors(&path, 0) {
        let finding =
            Finding::warning(format!("{} not understood", plural(torn, "line"))).at(&path);
        findings.push(
            finding
                .mend("remove it: errors are counted anew")
                .run(format!("rm -r {}", quoted(&path))),
        );
    }
    if findings.is_empty() {
        findings.push(Finding::ok("what is there is understood").at(folder));
    }
    findings
}

/// The errors since then by kind, and the lines that are none.
fn errors(path: &Path, since: u64) -> (BTreeMap<String, u64>, u64) {
    let (mut kinds, mut torn) = (BTreeMap::new(), 0);
    if fs::symlink_metadata(path).is_err() {
        return (kinds, torn);
    }
    // No plain file, or one that is far larger than it can become.
    let Some(bytes) = state_dir::read_small(path, MAX_ERRORS_BYTES) else { return (kinds, 1) };
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice::<ErrorLine>(line) {
            Ok(line) if line.t >= since => *kinds.entry(line.kind).or_default() += 1,
            Ok(_) => {}
            Err(_) => torn += 1,
        }
    }
    (kinds, torn)
}

/// Whether the hook understood what it was given lately.
pub(super) fn inputs(scene: &Scene) -> Vec<Finding> {
    let Some(folder) = &scene.state else { return Vec::new() };
    let path = folder.join(state_dir::ERRORS);
    let (kinds, _) = errors(&path, scene.now.saturating_sub(LATELY_MS));
    // These are looked at where they come from.
    let kinds: BTreeMap<String, u64> =
        kinds.into_iter().filter(|(kind, _)| !kind.starts_with("settings-")).collect();
    if kinds.is_empty() {
        return vec![Finding::ok("every input of the last day was understood")];
    }
    let told: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let finding = Finding::warning(format!(
        "inputs of the last day that were not understood: {}",
        told.join(", ")
    ));
    vec![finding.at(&path).mend(if kinds.contains_key("unknown-event") {
        "see whether an agent has the hook under another event than install writes; the count is forgotten after a day, or with"
    } else {
        "an input that was cut, or one by hand; if they go on, report them. The count is forgotten after a day, or with"
    })
    .run(format!("rm {}", quoted(&path)))]
}

/// Whether it keeps to its size.
pub(super) fn size(scene: &Scene) -> Vec<Finding> {
    let (Some(folder), Ok(recent)) = (&scene.state, scene.recent()) else { return Vec::new() };
    let text = format!("{} of {} at most", bytes(recent.storage_bytes), bytes(MAX_STORE_BYTES));
    vec![if recent.storage_bytes <= MAX_STORE_BYTES {
        Finding::ok(text).at(folder)
    } else {
        Finding::failure(text).at(folder).mend(
            "the first call of the next new session makes it smaller, once a day; if it stays so, remove old files from \
             its folder sessions",
        )
    }]
}
