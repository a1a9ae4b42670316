//! `toolcoach trust`: shows the custom rules of a project's file, and lets them speak.

use super::context::{Context, report};
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::rules::rule::Severity;
use crate::rules::{custom, problems};
use crate::settings::{File, PROJECT_FILE};
use crate::store::trust::TrustRecord;
use crate::ui::format;
use crate::ui::layout::block;
use crate::ui::print::{self, print, print_sentences};
use crate::ui::prompt;

/// Trusts the file of this folder's project; with `revoke`, ends that trust. With `yes` it does not
/// ask.
///
/// # Errors
/// When there is no valid file, the user cannot be asked, or the store cannot be written.
pub(crate) fn run(yes: bool, revoke: bool) -> Result<(), Error> {
    let folder = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let context = Context::quiet();
    let project = context.settings.project(&context.environment);
    if revoke {
        let valid = project.file.as_ref().map(|file| file.path.clone());
        let path = valid
            .or_else(|| project.fault.as_ref().map(|fault| fault.path().to_owned()))
            .unwrap_or_else(|| {
                context.environment.cwd().unwrap_or(".".as_ref()).join(PROJECT_FILE)
            });
        TrustRecord::revoke(&folder, &path).map_err(|source| Error::Store { folder, source })?;
        return Ok(print_sentences(&format!(
            "The custom rules of {} are no longer trusted.\n",
            format::path(&path)
        ))?);
    }
    if let Some(fault) = &project.fault {
        return Err(fault.clone().into());
    }
    let file = project.file.as_ref().ok_or(Error::NoProjectFile)?;
    let (problems, _) = problems::of_custom_rules(&[file]);
    report(file.faults.iter().chain(&problems));
    if file.faults_of_rules + problems.len() > 0 {
        // The corrected file is another one, which the user would have to look at again.
        return Err(Error::FaultyRules { path: file.path.clone() });
    }
    if file.rules.is_empty() {
        return Ok(print_sentences(&format!(
            "{} has no custom rules, so there is nothing to trust.\n",
            format::path(&file.path)
        ))?);
    }
    if project.trusted {
        return Ok(print(&format!("{}These rules are already trusted.\n", shown_rules(file)))?);
    }
    print(&shown_rules(file))?;
    if !yes {
        let answer = prompt::confirm("Let the agent read these until the file changes?")?;
        let yes = answer.ok_or_else(|| {
            Error::Usage(
                "trust: stdin is not a terminal, so nothing was trusted; pass --yes to proceed"
                    .to_owned(),
            )
        })?;
        if !yes {
            return Ok(print("Not trusted.\n")?);
        }
    }
    // TrustRecord is for the text that was shown, even if the file has changed since.
    TrustRecord::grant(&folder, &file.path, &file.text)
        .map_err(|source| Error::Store { folder, source })?;
    Ok(print_sentences("Trusted until the file changes, or `toolcoach trust --revoke`.\n")?)
}

/// The custom rules of the file: what each looks at, and its line as the agent would read it.
fn shown_rules(file: &File) -> String {
    let width = print::sentence_columns(print::columns());
    let mut out = format!("{}\n\n", format::path(&file.path));
    for custom_rule in &file.rules {
        let rule = custom::as_rule(custom_rule.rule);
        let about = if rule.severity == Severity::Critical {
            "critical, never held back"
        } else {
            rule.severity.as_str()
        };
        let advice = custom::advice(custom_rule.rule).render(rule.id);
        let head = format!("{} ({about}), on {}", rule.id, custom::concern(custom_rule.rule));
        let advice =
            advice.as_deref().unwrap_or("(never said: it looks like it contains a secret)");
        out.push_str(&block("  ", "    ", &head, width));
        out.push_str(&block("    ", "    ", advice, width));
    }
    out.push('\n');
    out
}
