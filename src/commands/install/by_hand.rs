//! What a user can do where a comment keeps this program from editing a file.

use super::clients::{Scope, Target};
use super::document::COMMENT;
use super::entry::{self, EntryOptions};
use super::lasting::LastingCopy;
use super::registration::ClientSettings;
use crate::base::file_error::FileError;
use crate::commands::error::Error;
use crate::ui::format;
use crate::ui::print::{print, print_sentences};

/// Whether an error is about a comment in a client's settings.
fn is_comment(error: &Error) -> bool {
    matches!(error, Error::Settings(FileError::Invalid { what, .. }) if what == COMMENT)
}

/// The error with two ways on. Prints the entry that the user can paste into the file.
///
/// # Errors
/// When stdout cannot be written, or the entry cannot be made.
pub(super) fn to_paste(
    error: Error,
    target: &Target,
    matcher: Option<&str>,
    options: EntryOptions,
) -> Result<Error, Error> {
    if !is_comment(&error) {
        return Ok(error);
    }
    let entries = entry::entries_for(target, matcher.unwrap_or("*"), options)?;
    let mut settings = ClientSettings::read(&target.path, None, target.layout)?;
    settings.register(&entries)?;
    let (title, path) = (target.profile.title, format::path(&target.path));
    print_sentences(&format!("{title}: to add the hook yourself, merge this into {path}:\n"))?;
    print(&format!("\n{}\n", settings.text()))?;
    if let Some(copy) = LastingCopy::needed()?.filter(|_| target.scope != Scope::Project) {
        print_sentences(&format!("Before that, {}.\n", copy.by_hand()))?;
    }
    Ok(with_ways(error, "paste the entry above, or exclude this agent with --client"))
}

/// The same for entries that are to be taken out.
pub(super) fn to_take_out(error: Error) -> Error {
    if !is_comment(&error) {
        return error;
    }
    with_ways(error, "remove the entries yourself, or exclude this agent with --client")
}

fn with_ways(error: Error, ways: &str) -> Error {
    match error {
        Error::Settings(FileError::Invalid { path, position, what }) => {
            FileError::Invalid { path, position, what: format!("{what}: {ways}") }.into()
        }
        other => other,
    }
}
