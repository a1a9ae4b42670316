//! What a command on another machine or in a container prints.

use super::output;
use super::pipeline;
use crate::rules::case::Case;
use crate::shell::Command;

/// Programs that run a command elsewhere.
pub(super) const CARRIERS: [&str; 4] = ["docker", "podman", "kubectl", "ssh"];

/// The commands that `carrier` runs elsewhere.
pub(super) fn carried<'c>(case: &'c Case, carrier: &Command) -> Vec<&'c Command> {
    let Some(script) = case.script() else { return Vec::new() };
    if carrier.remote || !CARRIERS.contains(&carrier.program.as_str()) {
        return Vec::new();
    }
    script
        .after(carrier)
        .iter()
        .take_while(|inner| inner.remote && inner.depth > carrier.depth)
        .collect()
}

/// Whether the output of `carrier` reaches the transcript and shows a secret.
pub(super) fn shows_secret(case: &Case, carrier: &Command) -> bool {
    pipeline::stages_to_transcript(case, carrier).is_some() && output::shows_secret(case)
}
