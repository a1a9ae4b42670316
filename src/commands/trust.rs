//! `toolcoach trust`: lets the own rules of a project's file speak, after they were shown.

use crate::ui::prompt;
use std::path::Path;

use super::context::Here;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::rules::custom;
use crate::rules::rule::Severity;
use crate::settings::{File, PROJECT_FILE};
use crate::store::trust::TrustRecord;
use crate::ui::print::print;

/// Trusts the file of this folder's project, or with `revoke` no longer. `yes` answers the
/// question.
///
/// # Errors
/// When there is no valid file, nobody to ask, or the store cannot be written.
pub(crate) fn run(yes: bool, revoke: bool) -> Result<(), Error> {
    let folder = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let here = Here::quiet();
    let project = here.settings.project(&here.environment);
    if revoke {
        let valid = project.file.as_ref().map(|file| file.path.clone());
        let path = valid
            .or_else(|| project.fault.as_ref().map(|fault| fault.path().to_owned()))
            .unwrap_or_else(|| here.environment.cwd().unwrap_or(".".as_ref()).join(PROJECT_FILE));
        TrustRecord::revoke(&folder, &path).map_err(|source| Error::Store { folder, source })?;
        return Ok(print(&format!("The own rules of {} are not trusted.\n", shown_path(&path)))?);
    }
    if let Some(fault) = &project.fault {
        return Err(fault.clone().into());
    }
    let file = project.file.as_ref().ok_or(Error::NoProjectFile)?;
    if file.rules.is_empty() {
        return Ok(print(&format!(
            "{} has no own rules: there is nothing to trust.\n",
            shown_path(&file.path)
        ))?);
    }
    if project.trusted {
        return Ok(print(&format!("{}These are trusted already.\n", shown(file)))?);
    }
    print(&shown(file))?;
    if !yes {
        let answer = prompt::confirm("Let the agent read these, while the file stays as it is?")?;
        let yes = answer.ok_or_else(|| {
            Error::Usage("trust: stdin is no terminal to ask on: --yes trusts them".to_owned())
        })?;
        if !yes {
            return Ok(print("Not trusted.\n")?);
        }
    }
    // What was shown is what is trusted, whatever stands in the file by now.
    TrustRecord::grant(&folder, &file.path, &file.text)
        .map_err(|source| Error::Store { folder, source })?;
    Ok(print("Trusted until the file changes, or `toolcoach trust --revoke`.\n")?)
}

/// Names of folders are a repository's too.
fn shown_path(path: &Path) -> String {
    text::clean(&path.to_string_lossy())
}

/// The file's own rules: what they look at, and the line as the agent would read it.
fn shown(file: &File) -> String {
    let mut out = format!("{}\n\n", shown_path(&file.path));
    for own in &file.rules {
        let rule = custom::as_rule(own.rule);
        let about = if rule.severity == Severity::Critical {
            "critical: never held back"
        } else {
            rule.severity.as_str()
        };
        let said = custom::advice(own.rule).render(rule.id);
        out.push_str(&format!(
            "  {} ({about}), on {}\n    {}\n",
            rule.id,
            custom::concern(own.rule),
            said.as_deref().unwrap_or("(never said: it looks like it holds a secret)")
        ));
    }
    out.push('\n');
    out
}
