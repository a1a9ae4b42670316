//! The sheet that the sections of the page are written on.

use crate::ui::format::wrapped;
use crate::ui::style::Palette;

/// The column at which values begin.
const LABEL: usize = 12;

/// Width of the column of rules, characters.
pub(super) const NAME: usize = 26;

/// A page of text that grows by lines.
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) palette: Palette,
    /// Width of a line, characters.
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

    /// The heads of a table's columns.
    pub(super) fn heads(&mut self, text: &str) {
        self.line(self.palette.dim(text));
    }

    /// The name of a rule, as wide as its column.
    pub(super) fn name(&self, rule: &str) -> String {
        format!("{:NAME$}", self.palette.cut(rule, NAME - 1))
    }

    /// Sentences, wrapped.
    pub(super) fn sentences(&mut self, text: &str) {
        wrapped(text, self.width - 2).lines().for_each(|line| self.line(format!("  {line}")));
    }

    /// A line with a label. Further lines of the same item have an empty label.
    pub(super) fn labelled(&mut self, label: &str, value: impl AsRef<str>) {
        let label = self.palette.dim(format!("{label:LABEL$}"));
        self.line(label + value.as_ref());
    }

    /// The same for a value that may need several lines.
    pub(super) fn wrapped(&mut self, label: &str, value: &str) {
        for (at, line) in wrapped(value, self.width - LABEL).lines().enumerate() {
            self.labelled(if at == 0 { label } else { "" }, line);
        }
    }

    /// A list behind a label, on as many lines as it needs.
    pub(super) fn list(&mut self, label: &str, parts: impl IntoIterator<Item = String>) {
        let (mut label, mut line) = (label, String::new());
        for part in parts {
            let length = LABEL + line.chars().count() + part.chars().count() + 3;
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
