//! Checks of the state folder: it can be written, is private, and has valid files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::diagnosis::{Diagnosis, Status};
use super::scene::Scene;
use crate::base::file_error::FileError;
use crate::base::state_dir;
use crate::commands::install;
use crate::commands::install::Records;
use crate::engine::breakers::Breakers;
use crate::store::errors::ErrorLine;
use crate::store::learned::Learned;
use crate::store::lessons::Lessons;
use crate::store::mutes::Mutes;
use crate::store::trust::TrustRecord;
use crate::ui::format::{bytes, plural};
use crate::upkeep::MAX_STORE_BYTES;

/// Age up to which errors are reported, ms: a day.
const LATELY_MS: u64 = 86_400_000;

/// The kind of error that an empty input is.
const EMPTY: &str = "empty";

/// Largest file of errors that is read, bytes. The ledger keeps it under a sixteenth of this.
const MAX_ERRORS_BYTES: u64 = 1 << 20;

fn quoted(path: &Path) -> String {
    install::quoted(&path.to_string_lossy())
}

/// Whether the hook can write to the folder.
pub(super) fn writable(scene: &Scene) -> Vec<Diagnosis> {
    let Some(folder) = &scene.state else {
        return vec![
            Diagnosis::failure(
                "there is no state folder: nothing is remembered, and almost nothing is said",
            )
            .mend("set HOME or TOOLCOACH_STATE_DIR in the agent's environment"),
        ];
    };
    if !folder.is_absolute() {
        return vec![
            Diagnosis::warning(
                "TOOLCOACH_STATE_DIR is not an absolute path: each working directory gets a memory of its own",
            )
            .at(folder)
            .mend("set it to a path that begins with /"),
        ];
    }
    let obstacle =
        [folder.clone(), folder.join("sessions")].iter().find_map(|folder| obstacle(folder));
    let what = if folder.exists() { "is writable" } else { "will be created on the first call" };
    vec![obstacle.unwrap_or_else(|| Diagnosis::ok(what).at(folder))]
}

/// What keeps the hook from writing to a folder, or from creating it.
fn obstacle(folder: &Path) -> Option<Diagnosis> {
    match fs::symlink_metadata(folder) {
        Ok(meta) if meta.is_symlink() => {
            let target = fs::read_link(folder).unwrap_or_default();
            let diagnosis =
                Diagnosis::failure("is a symbolic link, which is not followed").at(folder);
            Some(
                diagnosis.mend(format!(
                    "name the folder itself: TOOLCOACH_STATE_DIR={}",
                    quoted(&target)
                )),
            )
        }
        Ok(meta) if !meta.is_dir() => {
            let command =
                format!("mv {} {}", quoted(folder), quoted(&folder.with_extension("old")));
            Some(Diagnosis::failure("is not a folder").at(folder).run(command))
        }
        Ok(meta) if !state_dir::is_ours(&meta) => {
            let diagnosis = Diagnosis::failure(
                "belongs to another user, so it is not used: nothing is remembered, and almost nothing is said",
            );
            Some(diagnosis.at(folder).run(format!("sudo chown -R \"$(id -u)\" {}", quoted(folder))))
        }
        Ok(_) if may_write(folder) => None,
        Ok(meta) => {
            let diagnosis = Diagnosis::failure(
                "is not writable: nothing is remembered, and almost nothing is said",
            )
            .at(folder);
            Some(if is_own(&meta) {
                diagnosis.run(format!("chmod u+rwx {}", quoted(folder)))
            } else {
                diagnosis.run(format!("sudo chown -R \"$(id -u)\" {}", quoted(folder)))
            })
        }
        Err(_) => {
            let above = folder.ancestors().skip(1).find(|above| above.exists())?;
            (!above.is_dir() || !may_write(above)).then(|| {
                Diagnosis::failure(format!("cannot be created: {} is not writable", above.display()))
                    .at(folder)
                    .mend("set TOOLCOACH_STATE_DIR to a folder that you can write to, or make that one writable")
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

/// Whether the state belongs to the user, and no other user can read it.
#[cfg(unix)]
pub(super) fn private(scene: &Scene) -> Vec<Diagnosis> {
    // The check `state` has reported a folder that the hook cannot use.
    let is_usable = |folder: &&std::path::PathBuf| folder.is_dir() && obstacle(folder).is_none();
    let Some(folder) = scene.state.as_ref().filter(is_usable) else { return Vec::new() };
    let entries = |folder: &Path| {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
    };
    let inside = entries(folder).chain(entries(&folder.join("sessions")));
    // The hook cannot append to files of another user, such as root after a sudo.
    let is_foreign =
        |path: &std::path::PathBuf| fs::symlink_metadata(path).is_ok_and(|meta| !is_own(&meta));
    if let Some(path) = [folder.clone()].into_iter().chain(inside).find(is_foreign) {
        let diagnosis = Diagnosis::warning("belongs to another user").at(&path);
        return vec![diagnosis.run(format!("sudo chown -R \"$(id -u)\" {}", quoted(folder)))];
    }
    // Other users cannot open anything in a folder that is closed to them.
    let mode =
        fs::metadata(folder).map_or(0, |meta| std::os::unix::fs::MetadataExt::mode(&meta) & 0o777);
    if mode & 0o077 == 0 {
        return vec![Diagnosis::ok("private to you").at(folder)];
    }
    let diagnosis =
        Diagnosis::warning(format!("other users can open it (mode {mode:o})")).at(folder);
    vec![diagnosis.run(format!("chmod go= {}", quoted(folder)))]
}

/// Whether no other user can read the state: elsewhere the system protects a user's folders itself.
#[cfg(not(unix))]
pub(super) fn private(_: &Scene) -> Vec<Diagnosis> {
    Vec::new()
}

/// Checks one of our files in the state folder.
type FileCheck = fn(&Path) -> Result<(), FileError>;

/// The small files, with the consequence of removing each.
const FILES: [(FileCheck, &str); 6] = [
    (Learned::check, "learning starts again"),
    (Lessons::check, "no lesson is due until ten more sessions have passed"),
    (Breakers::check, "all breakers start closed"),
    (Mutes::check, "the rules that you muted speak again"),
    (TrustRecord::check, "you have to trust your projects again"),
    (Records::check, "uninstall then removes entries one by one instead of restoring the file"),
];

/// Whether the files in the state folder are valid.
pub(super) fn files(scene: &Scene) -> Vec<Diagnosis> {
    let Some(folder) = &scene.state else { return Vec::new() };
    let mut diagnoses: Vec<Diagnosis> = Vec::new();
    for (check, loss) in FILES {
        if let Err(fault) = check(folder) {
            let diagnosis =
                Diagnosis::of_file(Status::Warning, &fault).mend(format!("remove it: {loss}"));
            diagnoses.push(diagnosis.run(format!("rm -r {}", quoted(fault.path()))));
        }
    }
    let path = folder.join(state_dir::ERRORS);
    if let (_, torn @ 1..) = errors(&path, 0) {
        let diagnosis =
            Diagnosis::warning(format!("{} cannot be read", plural(torn, "line"))).at(&path);
        diagnoses.push(
            diagnosis
                .mend("remove it: the count of errors starts again")
                .run(format!("rm -r {}", quoted(&path))),
        );
    }
    if diagnoses.is_empty() {
        diagnoses.push(Diagnosis::ok("all state files are readable").at(folder));
    }
    diagnoses
}

/// The number of errors of each kind since that time, unix ms, and the number of invalid lines.
fn errors(path: &Path, since: u64) -> (BTreeMap<String, u64>, u64) {
    let (mut kinds, mut torn) = (BTreeMap::new(), 0);
    if fs::symlink_metadata(path).is_err() {
        return (kinds, torn);
    }
    // Not a regular file, or far larger than the ledger lets it become.
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

/// Whether the hook understood its inputs of the last day.
pub(super) fn inputs(scene: &Scene) -> Vec<Diagnosis> {
    let Some(folder) = &scene.state else { return Vec::new() };
    let path = folder.join(state_dir::ERRORS);
    let (kinds, _) = errors(&path, scene.now.saturating_sub(LATELY_MS));
    // Other checks report these.
    let kinds: BTreeMap<String, u64> =
        kinds.into_iter().filter(|(kind, _)| !kind.starts_with("settings-")).collect();
    // An agent never sends nothing: somebody ran the hook without input.
    let is_fault = |kind: &String| kind != EMPTY;
    if !kinds.keys().any(is_fault) {
        let empty = kinds.get(EMPTY).copied().unwrap_or_default();
        let ran = if empty == 0 {
            String::new()
        } else {
            format!("; {} had no input", plural(empty, "run"))
        };
        return vec![Diagnosis::ok(format!("every input of the last day was understood{ran}"))];
    }
    let counts: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let diagnosis = Diagnosis::warning(format!(
        "inputs of the last day that were not understood: {}",
        counts.join(", ")
    ));
    vec![diagnosis.at(&path).mend(if kinds.contains_key("unknown-event") {
        "check whether an agent has the hook registered for an event that install does not use; the count \
         expires after a day, or reset it with"
    } else {
        "an input may have been cut, or typed at a terminal; if this continues, report it. The count expires \
         after a day, or reset it with"
    })
    .run(format!("rm {}", quoted(&path)))]
}

/// Whether the store keeps within its size.
pub(super) fn size(scene: &Scene) -> Vec<Diagnosis> {
    let (Some(folder), Ok(recent)) = (&scene.state, scene.recent()) else { return Vec::new() };
    let text = format!("{} of {} at most", bytes(recent.storage_bytes), bytes(MAX_STORE_BYTES));
    vec![if recent.storage_bytes <= MAX_STORE_BYTES {
        Diagnosis::ok(text).at(folder)
    } else {
        Diagnosis::failure(text).at(folder).mend(
            "the first call of the next new session shrinks it, once a day; if it stays this large, remove \
             old files from its folder `sessions`",
        )
    }]
}
