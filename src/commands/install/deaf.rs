//! Clients that start hooks and read no answer: they are recognised, and nothing is registered.

use std::path::Path;

use super::clients::on_path;
use crate::base::env;

/// Such a client.
pub(crate) struct DeafClient {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Its name for users.
    pub(crate) title: &'static str,
    /// Its own command.
    program: &'static str,
    /// Its folder below the user's home.
    folder: &'static str,
}

/// All of them. Kimi Code 2.1.0 starts its hooks without waiting for them.
pub(super) const DEAF: [DeafClient; 1] =
    [DeafClient { name: "kimi", title: "Kimi Code", program: "kimi", folder: ".kimi-code" }];

/// Why nothing is registered.
pub(crate) const REASON: &str =
    "it starts hooks, but reads no answer, so advice cannot reach its model";

impl DeafClient {
    fn is_here(&self) -> bool {
        let folder = env::home().map(|home| home.join(self.folder));
        folder.as_deref().is_some_and(Path::is_dir) || on_path(self.program).next().is_some()
    }
}

/// Those with these names; without names those on this machine.
pub(crate) fn deaf(names: &[String]) -> Vec<&'static DeafClient> {
    let is_wanted = |client: &&DeafClient| match names {
        [] => client.is_here(),
        names => names.iter().any(|name| name == client.name),
    };
    DEAF.iter().filter(is_wanted).collect()
}
