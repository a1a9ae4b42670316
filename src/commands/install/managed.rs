//! Settings that an administrator manages: they override the user's, and may keep the user's hooks
//! from running.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::clients::ClientProfile;
use super::file::FileSnapshot;
use super::managed_folder::{MANAGED, PARTS, folder};
use super::registration::ClientSettings;
use crate::base::{env, read};
use crate::commands::error::Error;
use crate::commands::runner::is_fleeting;

/// Most files of the folder of parts that are read.
const MAX_PARTS: usize = 100;

/// The managed file that has our hook in it.
pub(super) fn with_hook(claude: &ClientProfile) -> Option<PathBuf> {
    let has_ours = |path: &PathBuf| {
        let text = FileSnapshot::take(path).ok().and_then(|snapshot| snapshot.text);
        let settings = ClientSettings::read(path, text.as_deref(), claude.layout);
        settings.is_ok_and(|settings| settings.has_ours())
    };
    files().into_iter().find(has_ours)
}

/// Checks that this process may write the settings of every user. In another folder than the
/// system's this is for the system to say.
///
/// # Errors
/// When only the administrator may.
pub(super) fn check() -> Result<(), Error> {
    if env::managed_settings().is_some() {
        return Ok(());
    }
    if !is_administrator() {
        return Err(Error::NotAdministrator { folder: folder() });
    }
    Ok(())
}

/// Checks that every user may start this program.
///
/// # Errors
/// When it lies where only some may, or where it may be gone tomorrow.
pub(super) fn check_program() -> Result<(), Error> {
    let program = std::env::current_exe()?;
    if env::managed_settings().is_none()
        && (is_fleeting(&program) || !may_be_started_by_all(&program)?)
    {
        return Err(Error::NotForAll { program });
    }
    Ok(())
}

#[cfg(unix)]
fn is_administrator() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Elsewhere the system refuses to write.
#[cfg(not(unix))]
fn is_administrator() -> bool {
    true
}

/// Whether the bits of the file and of all folders on its way let everybody start it.
#[cfg(unix)]
fn may_be_started_by_all(program: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let real = program.canonicalize()?;
    for part in real.ancestors() {
        if part.metadata()?.permissions().mode() & 0o001 == 0 {
            return Ok(false);
        }
    }
    Ok(real.metadata()?.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn may_be_started_by_all(_: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Lets everybody read the file that was written, and enter its folders, whatever the mask of this
/// process.
///
/// # Errors
/// When that is not possible.
#[cfg(unix)]
pub(super) fn open_to_all(path: &Path) -> Result<(), Error> {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    let add = |path: &Path, bits: u32| {
        let mode = fs::metadata(path)?.permissions().mode() & 0o7777;
        if mode & bits == bits {
            return Ok(());
        }
        fs::set_permissions(path, Permissions::from_mode(mode | bits))
    };
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| Error::NotWritten { path, source }
    };
    add(path, 0o444).map_err(failed(path))?;
    for folder in path.ancestors().skip(1).take(2) {
        add(folder, 0o555).map_err(failed(folder))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn open_to_all(_: &Path) -> Result<(), Error> {
    Ok(())
}

/// The files that there may be, the weakest first: one, and the parts in the order of their names.
pub(super) fn files() -> Vec<PathBuf> {
    let parts = read::entries(&folder().join(PARTS), MAX_PARTS);
    let is_part = |path: &PathBuf| {
        let is_hidden =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !is_hidden && path.extension().is_some_and(|ending| ending == "json")
    };
    let mut parts: Vec<PathBuf> =
        parts.into_iter().flatten().flatten().map(|part| part.path()).filter(is_part).collect();
    parts.sort();
    [folder().join("managed-settings.json")].into_iter().chain(parts).collect()
}

/// The scopes whose hooks still run under these settings of an administrator; `None` if they leave
/// all as they are.
pub(super) fn allowed(settings: &ClientSettings) -> Option<&'static [&'static str]> {
    if settings.at("/allowManagedHooksOnly") == Some(Value::Bool(true)) {
        return Some(&[MANAGED]);
    }
    let is_for_plugins = match settings.at("/strictPluginOnlyCustomization")? {
        Value::Bool(is_on) => is_on,
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "hooks"),
        _ => false,
    };
    is_for_plugins.then_some(&[MANAGED, "plugin"])
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_program_in_a_folder_of_ones_own_is_not_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("toolcoach");
        fs::write(&program, "").unwrap();
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        };
        for (around, own, expected) in [
            (0o755, 0o755, true),
            (0o711, 0o755, true),
            (0o700, 0o755, false),
            (0o755, 0o750, false),
        ] {
            mode(folder.path(), around);
            mode(&program, own);
            // The folder of temporary files may be one's own too.
            let above = folder.path().parent().unwrap().canonicalize().unwrap();
            let is_open = above
                .ancestors()
                .all(|part| part.metadata().unwrap().permissions().mode() & 0o001 != 0);
            assert_eq!(may_be_started_by_all(&program).unwrap(), expected && is_open, "{around:o}");
        }
    }
}
