//! Prints entries of the log, and messages beside them.

use std::io::{self, Write};

use clap::ValueEnum;

use super::entry::Entry;
use super::page;
use crate::commands::error::Error;
use crate::ui::print::{self, print};
use crate::ui::style::Palette;

/// How the log is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    Text,
    /// One object a line
    Json,
}

/// How the log is printed, and whether in colours.
pub(super) struct Log {
    pub(super) format: LogFormat,
    pub(super) palette: Palette,
}

impl Log {
    /// Prints an entry, and returns whether somebody still reads. An `update` is an entry that was
    /// printed before and has another outcome now.
    pub(super) fn print(&self, entry: &Entry, is_update: bool) -> Result<bool, Error> {
        Ok(match self.format {
            LogFormat::Json => print::print_json_to_reader(&page::json(entry)?)?,
            LogFormat::Text => {
                let width = print::columns();
                print::print_to_reader(&page::text(entry, self.palette, width, is_update))?
            }
        })
    }

    /// Prints a message instead of entries. It goes to stdout only for a person, not among lines
    /// for a program.
    pub(super) fn notice(&self, message: &str, is_all: bool) -> Result<(), Error> {
        if is_all && self.format == LogFormat::Text {
            return Ok(print(&format!("{message}\n"))?);
        }
        // A closed stderr is not an error.
        let _ = writeln!(io::stderr(), "toolcoach: {message}");
        Ok(())
    }
}
