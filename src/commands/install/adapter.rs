//! Files that connect a client which takes no command in its settings: a plugin, an extension or a
//! script. Each is this program's alone.

use super::command_line;
use super::file::FileSnapshot;
use super::words;
use crate::base::file_error::FileError;

/// Where the program is in a template, as a literal of its language.
const PLACE: &str = "@PROGRAM@";

/// What is in every file that `install` has written.
const MARK: &str = "written by `toolcoach install`";

/// The text of such a file but for the program that it starts.
pub(super) struct Adapter {
    template: &'static str,
    is_shell: bool,
}

/// Of opencode: a plugin.
pub(super) const OPENCODE: Adapter =
    Adapter { template: include_str!("adapters/opencode.js"), is_shell: false };

/// Of pi: an extension.
pub(super) const PI: Adapter =
    Adapter { template: include_str!("adapters/pi.ts"), is_shell: false };

/// Of Cline: a script.
pub(super) const CLINE: Adapter =
    Adapter { template: include_str!("adapters/cline.sh"), is_shell: true };

/// Whose a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// It is what this version writes, for this program.
    Ours(String),
    /// `install` has written it, in another version or before somebody changed it.
    Changed,
    /// Another program's, or a person's.
    Other,
}

impl Adapter {
    /// The text of the file that starts `program`.
    pub(super) fn text(&self, program: &str) -> String {
        let literal = if self.is_shell {
            command_line::quoted(program)
        } else {
            serde_json::Value::from(program).to_string()
        };
        self.template.replace(PLACE, &literal)
    }

    /// Whose a file with this text is.
    pub(super) fn owner(&self, text: &str) -> Owner {
        match self.program(text) {
            Some(program) => Owner::Ours(program),
            None if text.contains(MARK) => Owner::Changed,
            None => Owner::Other,
        }
    }

    /// The program that a text starts, if the rest of it is the template's.
    fn program(&self, text: &str) -> Option<String> {
        let (before, after) = self.template.split_once(PLACE)?;
        let literal = text.strip_prefix(before)?.strip_suffix(after)?;
        let program = if self.is_shell {
            words::words(literal)?.into_iter().next()?
        } else {
            serde_json::from_str(literal).ok()?
        };
        (words::is_program(&program) && self.text(&program) == text).then_some(program)
    }

    /// The byte at which the program is named.
    pub(super) fn program_at(&self) -> usize {
        self.template.find(PLACE).unwrap_or_default()
    }
}

/// The content that `snapshot` is to have, which `install` or an earlier version of it may have
/// written (`was_written`): `text`, or no file.
///
/// # Errors
/// When the file is another program's, or was changed since it was written.
pub(super) fn planned(
    adapter: &Adapter,
    snapshot: &FileSnapshot,
    was_written: bool,
    text: Option<String>,
) -> Result<Option<String>, FileError> {
    let Some(present) = snapshot.text.as_deref() else { return Ok(text) };
    let what = match (adapter.owner(present), text.is_some()) {
        (Owner::Ours(_), _) => return Ok(text),
        _ if was_written => return Ok(text),
        (Owner::Other, false) => return Ok(snapshot.text.clone()),
        (Owner::Other, true) => {
            "this file is not toolcoach's; rename it, or exclude this agent with --client"
        }
        (Owner::Changed, _) => {
            "it was changed since `toolcoach install` wrote it; move it away, or exclude this agent with \
             --client"
        }
    };
    Err(FileError::Unreadable { path: snapshot.real.clone(), what: what.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_ours_only_as_it_was_written() {
        for adapter in [OPENCODE, PI, CLINE] {
            for program in
                ["toolcoach", "/a b/toolcoach", "/it's \"x\"/toolcoach", "/日本/$HOME/toolcoach"]
            {
                let text = adapter.text(program);
                assert!(!text.contains(PLACE), "{text}");
                assert_eq!(adapter.owner(&text), Owner::Ours(program.to_owned()), "{text}");
                assert_eq!(adapter.owner(&(text.clone() + "\n")), Owner::Changed);
                assert_eq!(adapter.owner(&text.replace("hook", "hook2")), Owner::Changed);
            }
            // A word more would run another command.
            let other = adapter.text("/x/other");
            assert_eq!(adapter.owner(&other), Owner::Changed);
            assert_eq!(adapter.owner("#!/bin/sh\ntoolcoach hook\n"), Owner::Other);
        }
        let split =
            CLINE.text("toolcoach").replace("program=toolcoach", "program=toolcoach rm -rf");
        assert_eq!(CLINE.owner(&split), Owner::Changed);
    }
}
