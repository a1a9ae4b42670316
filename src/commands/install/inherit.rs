//! Owner, mode and extended attributes of new files and folders: those of what they replace, or of
//! the folder that they are in.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Creates `folder`; `missing` are the folders on the way that do not exist, innermost first. Made
/// by root, they belong to the owner of the folder around them.
///
/// # Errors
/// When one cannot be created. None is left then.
pub(super) fn create_folders(folder: &Path, missing: &[PathBuf]) -> io::Result<()> {
    let created = fs::create_dir_all(folder).and_then(|()| {
        missing.iter().rev().try_for_each(|folder| match folder.parent() {
            Some(around) => hand_over(folder, around),
            None => Ok(()),
        })
    });
    if created.is_err() {
        for folder in missing {
            let _ = fs::remove_dir(folder);
        }
    }
    created
}

/// Gives a new file that is to replace the one at `path` the owner of that one. Without one, a file
/// of root's gets the owner of the folder.
///
/// # Errors
/// When the owner cannot be set.
#[cfg(unix)]
pub(super) fn owner(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let model = match fs::metadata(path) {
        Ok(old) => old,
        Err(_) if !nix::unistd::geteuid().is_root() => return Ok(()),
        Err(_) => fs::metadata(path.parent().unwrap_or(path))?,
    };
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (model.uid(), model.gid()) {
        return Ok(());
    }
    fchown(file, Some(model.uid()), Some(model.gid()))
}

#[cfg(not(unix))]
pub(super) fn owner(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens a new file to those who may open the one at `path` that it is about to replace: its mode
/// and its extended attributes. Without one, it gets the mode that new files have, or new programs
/// if it `is_script`.
///
/// # Errors
/// When the mode cannot be set.
#[cfg(unix)]
pub(super) fn access(fresh: &Path, path: &Path, is_script: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(old) = fs::metadata(path) else {
        // The mask can only be read by setting it.
        let mask = nix::sys::stat::umask(nix::sys::stat::Mode::empty());
        nix::sys::stat::umask(mask);
        let all = if is_script { 0o777 } else { 0o666 };
        let mode = all & !(mask.bits() as u32);
        return fs::set_permissions(fresh, fs::Permissions::from_mode(mode));
    };
    copy_attributes(path, fresh);
    fs::set_permissions(fresh, old.permissions())
}

#[cfg(not(unix))]
pub(super) fn access(fresh: &Path, path: &Path, _: bool) -> io::Result<()> {
    fs::metadata(path).map_or(Ok(()), |old| fs::set_permissions(fresh, old.permissions()))
}

/// Copies the extended attributes that may be copied: those of the system and of security are the
/// administrator's.
#[cfg(target_os = "linux")]
fn copy_attributes(from: &Path, to: &Path) {
    use rustix::fs::{XattrFlags, getxattr, listxattr, setxattr};
    let mut names = [0_u8; 4096];
    let Ok(end) = listxattr(from, &mut names[..]) else { return };
    for name in names.get(..end).unwrap_or_default().split(|byte| *byte == 0) {
        let mut value = vec![0_u8; 64 << 10];
        if name.is_empty() {
            continue;
        }
        if let Ok(end) = getxattr(from, name, &mut value[..]) {
            let _ = setxattr(to, name, value.get(..end).unwrap_or_default(), XattrFlags::empty());
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn copy_attributes(_: &Path, _: &Path) {}

#[cfg(unix)]
fn hand_over(folder: &Path, around: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let around = fs::metadata(around)?;
    if !nix::unistd::geteuid().is_root() || around.uid() == 0 {
        return Ok(());
    }
    chown(folder, Some(around.uid()), Some(around.gid()))
}

#[cfg(not(unix))]
fn hand_over(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a file is this user's.
#[cfg(unix)]
pub(super) fn is_own(meta: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(meta) == nix::unistd::geteuid().as_raw()
}

#[cfg(not(unix))]
pub(super) fn is_own(_: &Metadata) -> bool {
    true
}
