//! The sheet that the sections of the page are written on.

use crate::ui::layout::{block, width};
use crate::ui::print::sentence_columns;
use crate::ui::style::Palette;
use crate::ui::table::Table;

/// The column at which values begin.
pub(super) const LABEL: usize = 12;

/// A page of text that grows by lines.
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) palette: Palette,
    /// Width of a line, columns.
    pub(super) width: usize,
}

impl Sheet {
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref().trim_end());
        self.text.push('\n');
    }

    /// The title of a section.
    pub(super) fn title(&mut self, text: &str) {
        let title = self.palette.bold(text);
        self.line(format!("\n{title}"));
    }

    /// A table.
    pub(super) fn table(&mut self, table: &Table) {
        let palette = self.palette;
        self.text.push_str(&table.render(self.width, |heads| palette.dim(heads)));
    }

    /// Sentences, wrapped.
    pub(super) fn sentences(&mut self, text: &str) {
        self.text.push_str(&block("  ", "  ", text, sentence_columns(self.width)));
    }

    /// A line with a label, wrapped. Further lines of the same item have an empty label.
    pub(super) fn labelled(&mut self, label: &str, value: impl AsRef<str>) {
        let label = self.palette.dim(format!("{label:LABEL$}"));
        let (indent, room) = (" ".repeat(LABEL), sentence_columns(self.width));
        self.text.push_str(&block(&label, &indent, value.as_ref(), room));
    }

    /// A list behind a label, on as many lines as it needs.
    pub(super) fn list(&mut self, label: &str, parts: impl IntoIterator<Item = String>) {
        let (mut label, mut line) = (label, String::new());
        for part in parts {
            let length = LABEL + width(&line) + width(&part) + 3;
            if !line.is_empty() && length > self.width {
                self.labelled(label, line + ",");
                (label, line) = ("", String::new());
            }
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(&part);
        }
        if !line.is_empty() {
            self.labelled(label, line);
        }
    }
}
