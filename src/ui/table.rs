//! A table that fits: aligned columns, the last of them wrapped; where that is too wide, each row
//! as a small list.

use super::layout::{block, pad, pad_left, width};

/// Columns between two columns of a table.
const GAP: usize = 2;

/// The least columns that a last column of text may be squeezed into.
const LEAST_TEXT: usize = 24;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// What is above it. In a list of rows it stands before the value.
    pub(crate) head: &'static str,
    pub(crate) align: Align,
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// A name.
    Left,
    /// A figure.
    Right,
    /// Sentences, wrapped. Only the last column may be so.
    Text,
}

/// A table. Cells may be styled.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug)]
enum Row {
    /// The title of the rows below it.
    Heading(String),
    Cells(Vec<String>),
}

impl Table {
    pub(crate) fn new(columns: &[(&'static str, Align)]) -> Self {
        let columns = columns.iter().map(|&(head, align)| Column { head, align }).collect();
        Self { columns, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(Row::Cells(cells.into_iter().collect()));
    }

    /// Begins a group of rows.
    pub(crate) fn heading(&mut self, text: String) {
        self.rows.push(Row::Heading(text));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Renders it in at most `room` columns. `head` styles the line of heads.
    pub(crate) fn render(&self, room: usize, head: impl Fn(&str) -> String) -> String {
        let widths = self.widths();
        let (text, fixed) = match self.columns.last() {
            Some(Column { align: Align::Text, .. }) => {
                (true, widths.get(..widths.len() - 1).unwrap_or_default())
            }
            _ => (false, widths.as_slice()),
        };
        let before: usize = fixed.iter().map(|width| width + GAP).sum();
        let needed = if text {
            before + widths.last().copied().unwrap_or_default().min(LEAST_TEXT)
        } else {
            before.saturating_sub(GAP)
        };
        if needed > room {
            return self.rendered(room, |row| self.listed(row, room));
        }
        let heads: Vec<String> = self.columns.iter().map(|column| column.head.to_owned()).collect();
        let mut out = String::new();
        if heads.iter().any(|head| !head.is_empty()) {
            let line = self.line(&heads, &widths, room);
            out.push_str(&format!("{}\n", head(line.trim_end())));
        }
        out + &self.rendered(room, |row| self.line(row, &widths, room))
    }

    /// The rows, each group with its title before it.
    fn rendered(&self, room: usize, row: impl Fn(&[String]) -> String) -> String {
        let rendered = |at: usize, each: &Row| match each {
            Row::Heading(text) if at == 0 => block("", "", text, room),
            Row::Heading(text) => format!("\n{}", block("", "", text, room)),
            Row::Cells(cells) => row(cells),
        };
        self.rows.iter().enumerate().map(|(at, each)| rendered(at, each)).collect()
    }

    /// The columns of each column of the table.
    fn widths(&self) -> Vec<usize> {
        let widest = |at: usize, column: &Column| {
            let cells = self.rows.iter().filter_map(|row| match row {
                Row::Cells(cells) => cells.get(at),
                Row::Heading(_) => None,
            });
            cells.map(|cell| width(cell)).max().unwrap_or_default().max(width(column.head))
        };
        self.columns.iter().enumerate().map(|(at, column)| widest(at, column)).collect()
    }

    fn line(&self, row: &[String], widths: &[usize], room: usize) -> String {
        let mut line = String::new();
        for ((cell, column), width) in row.iter().zip(&self.columns).zip(widths) {
            match column.align {
                Align::Left => line.push_str(&pad(cell, *width)),
                Align::Right => line.push_str(&pad_left(cell, *width)),
                Align::Text => {
                    let indent = " ".repeat(super::layout::width(&line));
                    return block(&line, &indent, cell, room);
                }
            }
            line.push_str(&" ".repeat(GAP));
        }
        format!("{}\n", line.trim_end())
    }

    /// A row as a list: its name, and indented what it says, each figure before its head.
    fn listed(&self, row: &[String], room: usize) -> String {
        let Some((name, cells)) = row.split_first() else { return String::new() };
        let (mut out, mut figures) = (block("", "", name, room), Vec::new());
        for (cell, column) in cells.iter().zip(self.columns.iter().skip(1)) {
            match column.align {
                _ if cell.is_empty() => {}
                Align::Text => {}
                _ if column.head.is_empty() => figures.push(cell.clone()),
                _ => figures.push(format!("{} {cell}", column.head)),
            }
        }
        if !figures.is_empty() {
            out.push_str(&block("  ", "  ", &figures.join(", "), room));
        }
        if let Some(text) = cells.last().filter(|text| !text.is_empty())
            && self.columns.last().is_some_and(|column| column.align == Align::Text)
        {
            out.push_str(&block("  ", "  ", text, room));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table =
            Table::new(&[("rule", Align::Left), ("times", Align::Right), ("what", Align::Text)]);
        table.row(["grep-recursive".into(), "7".into(), "reads files that git ignores".into()]);
        table.row(["日本".into(), "1,234".into(), "x".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_and_the_last_one_is_wrapped() {
        assert_eq!(
            table().render(50, str::to_uppercase),
            "RULE            TIMES  WHAT\n\
             grep-recursive      7  reads files that git\n                       ignores\n\
             日本            1,234  x\n"
        );
    }

    #[test]
    fn where_there_is_no_room_each_row_is_a_list() {
        assert_eq!(
            table().render(30, str::to_owned),
            "grep-recursive\n  times 7\n  reads files that git ignores\n日本\n  times 1,234\n  x\n"
        );
    }
}
