//! Draws pages with colours and blocks on a terminal, and in plain ASCII elsewhere.

use super::{layout, print};
use crate::base::env;
use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Eighths of a character cell, from the left.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// Eighths of a character cell, from below.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The same in ASCII.
const PLAIN_LEVELS: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

/// The colours and characters that a page is drawn with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    /// Whether styles are written.
    is_coloured: bool,
    /// Whether bars and marks go beyond ASCII.
    is_unicode: bool,
}

impl Palette {
    /// Colours and blocks where stdout gets colours, else plain ASCII. In a locale without Unicode
    /// only who asks for colours gets them, and no blocks.
    pub(crate) fn of_stdout() -> Self {
        let (has_colours, is_unicode) = (print::has_colours(), env::is_unicode_locale());
        Self {
            is_coloured: has_colours && (is_unicode || print::are_colours_forced()),
            is_unicode: has_colours && is_unicode,
        }
    }

    /// Plain ASCII.
    pub(crate) fn plain() -> Self {
        Self { is_coloured: false, is_unicode: false }
    }

    fn styled(self, style: Style, text: impl Display) -> String {
        if self.is_coloured { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    /// A title, or the figure that matters.
    pub(crate) fn bold(self, text: impl Display) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// A minor detail.
    pub(crate) fn dim(self, text: impl Display) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    /// A good result.
    pub(crate) fn good(self, text: impl Display) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    /// A possible fault.
    pub(crate) fn warning(self, text: impl Display) -> String {
        self.styled(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// A fault.
    pub(crate) fn bad(self, text: impl Display) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    /// The mark of a checklist.
    pub(crate) fn mark(self, met: Option<bool>) -> String {
        match (met, self.is_unicode) {
            (Some(true), true) => self.good('✓'),
            (Some(false), true) => self.bad('✗'),
            (None, true) => self.dim('·'),
            (Some(true), false) => "[x]".to_owned(),
            (Some(false), false) => "[ ]".to_owned(),
            (None, false) => "[?]".to_owned(),
        }
    }

    /// A bar of `part` in `whole`, padded to `width` characters. A part above zero is always
    /// visible.
    pub(crate) fn bar(self, part: u64, whole: u64, width: usize) -> String {
        let cells = if self.is_unicode { width * 8 } else { width };
        let share = if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let filled = ((share * cells as f64).round() as usize).clamp(usize::from(part > 0), cells);
        if !self.is_unicode {
            return format!("{:width$}", "#".repeat(filled));
        }
        let mut bar = "█".repeat(filled / 8);
        bar.extend(EIGHTHS.get(filled % 8).filter(|_| filled % 8 > 0));
        self.styled(AnsiColor::Cyan.on_default(), format!("{bar:width$}"))
    }

    /// One character for each number: the larger the number, the higher the character.
    pub(crate) fn sparkline(self, numbers: &[u64]) -> String {
        let largest = numbers.iter().copied().max().unwrap_or_default();
        let levels = if self.is_unicode { LEVELS } else { PLAIN_LEVELS };
        let level = |number: &u64| match (number * 7).checked_div(largest) {
            _ if *number == 0 => ' ',
            level => levels.get(level.unwrap_or_default() as usize).copied().unwrap_or(' '),
        };
        self.styled(AnsiColor::Cyan.on_default(), numbers.iter().map(level).collect::<String>())
    }

    /// `name` in at most `width` columns.
    pub(crate) fn cut(self, name: &str, width: usize) -> String {
        layout::cut(name, width, if self.is_unicode { "…" } else { "~" })
    }

    /// A rule's severity in its colour: what a user should look at first.
    pub(crate) fn severity(self, severity: &str) -> String {
        match severity {
            "critical" => self.bad(severity),
            "warn" => self.warning(severity),
            _ => self.dim(severity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RICH: Palette = Palette { is_coloured: true, is_unicode: true };

    #[test]
    fn every_style_is_listed() {
        let rich = RICH;
        let marks = [Some(true), Some(false), None].map(|met| rich.mark(met)).concat();
        let bars = rich.bar(1, 2, 3) + &rich.sparkline(&[1, 2]);
        let page = [
            rich.bold("x"),
            rich.dim("x"),
            rich.good("x"),
            rich.warning("x"),
            rich.bad("x"),
            marks,
            bars,
        ];
        let page = page.concat();
        assert_eq!(print::for_terminal(&page, print::STYLES), page);
    }

    #[test]
    fn bars_are_as_wide_as_they_say() {
        for palette in [RICH, Palette::plain()] {
            for part in [0, 1, 50, 99, 100] {
                let bar = palette.bar(part, 100, 10);
                let cells: Vec<char> = bar.chars().filter(|c| " ▏▎▍▌▋▊▉█#".contains(*c)).collect();
                assert_eq!(cells.len(), 10, "{bar:?}");
                assert_eq!(cells.iter().all(|c| *c == ' '), part == 0, "{bar:?}");
            }
            assert_eq!(palette.cut("grep-recursive", 5).chars().count(), 5);
        }
        assert_eq!(Palette::plain().bar(0, 0, 3), "   ");
        assert_eq!(Palette::plain().sparkline(&[0, 1, 4, 8]), " _-#");
        assert_eq!(Palette::plain().bold("x") + &Palette::plain().mark(Some(true)), "x[x]");
        assert!(RICH.bold("x").contains('\x1b'));
    }
}
