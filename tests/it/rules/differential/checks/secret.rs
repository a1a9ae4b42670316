//! What is advised where secrets were printed prints no value.

use std::path::Path;

use super::lines::shown;
use crate::rules::differential::pair::Verdict;
use crate::rules::differential::run::Shell;
use crate::rules::differential::secrets::Secrets;

pub fn secret(secrets: &Secrets, folder: &Path, shell: &Shell, better: &str) -> Verdict {
    let found = shell.run(folder, better);
    let shows = |line: &&String| secrets.pieces.iter().any(|piece| line.contains(piece.as_str()));
    let leaked: Vec<&String> = found.raw.iter().filter(shows).collect();
    if !leaked.is_empty() {
        return Verdict::Unequal { reason: "a value is printed", shown: shown("leaked", &leaked) };
    }
    let is_refused =
        matches!(found.status, Some(126 | 127)) || found.errors.contains("syntax error");
    if is_refused {
        return Verdict::Unequal {
            reason: "it does not run",
            shown: format!("  {}\n", found.errors),
        };
    }
    Verdict::Equal
}
