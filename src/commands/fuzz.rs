//! What the fuzz targets in `fuzz/` reach of private parts. It is there in their builds only.

use std::path::Path;

/// The statistics of a state folder as JSON. The other forms are made, too.
///
/// # Panics
/// When one cannot be made, or would send a terminal control characters.
#[expect(
    clippy::panic,
    clippy::expect_used,
    reason = "this is how a fuzz target tells what it found"
)]
pub fn statistics(folder: &Path) -> serde_json::Value {
    let (pages, report) = crate::commands::stats::every_form(folder).expect("statistics");
    if let Some(page) = pages.iter().find(|page| page.chars().any(|c| c.is_control() && c != '\n'))
    {
        panic!("control characters: {page:?}");
    }
    report
}

/// Writes `content` to the settings of each agent below `folder`, registers the hook there and
/// takes it out again.
///
/// # Panics
/// When a file that was refused was changed, or one that was not is not given back byte for byte.
pub fn install_and_uninstall(folder: &Path, content: &[u8]) {
    crate::commands::install::round_trip(folder, content);
}
