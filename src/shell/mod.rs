//! Parses shell text into a flat list of simple commands, each with its context.
//!
//! Rules look at parsed commands and never search the text. Only this folder knows the parser,
//! [`rable`]. Text that the shell does not execute (quoted text, comments, heredoc bodies, message
//! flags) is data and yields no command.
//!
//! [`parse`] asks `guard` whether the text is safe to parse, `walk` flattens the parser's tree, and
//! `resolve` peels wrappers such as `sudo` off each command.

mod command;
mod context;
mod guard;
mod inner;
mod known;
mod missing_program;
mod opening;
pub(crate) mod options;
mod outline;
mod resolve;
mod script;
pub(crate) mod specs;
mod walk;
pub(crate) mod words;
mod wrappers;

pub use command::{Command, Joined};
pub(crate) use command::{Redirection, Stage};
pub use guard::Refusal;
pub(crate) use known::{Fact, Known, Test};
pub(crate) use missing_program::missing_program;
pub(crate) use opening::opening;
pub(crate) use script::Loop;
pub use script::{LoopKind, Script};
pub(crate) use words::Word;
pub(crate) use wrappers::is_shell;

/// Parses `text`, if that is safe.
///
/// # Errors
/// Why the text was not parsed. The caller's answer to any of them is silence.
pub fn parse(text: &str) -> Result<Script, Refusal> {
    let outline = match guard::admit(text) {
        Ok(()) => None,
        // An outline is as long as its text, so it would be refused too.
        Err(refusal) if text.len() > guard::MAX_BYTES => return Err(refusal),
        Err(refusal) => {
            let outline = outline::outline(text).ok_or(refusal)?;
            guard::admit(&outline)?;
            Some(outline)
        }
    };
    let nodes =
        rable::parse(outline.as_deref().unwrap_or(text), true).map_err(|_| Refusal::Syntax)?;
    let mut script = Script { text: text.to_owned(), ..Script::default() };
    walk::Walker::new(&mut script).top(&nodes);
    Ok(script)
}
