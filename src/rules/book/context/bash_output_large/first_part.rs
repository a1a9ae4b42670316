//! How much of a text or of a list is shown first.

use super::bound::{Bound, LONG_LINE_BYTES};
use super::printer::Printer;
use crate::rules::book::support::output::OutputSize;

/// Lines of the range that is shown of a text.
const RANGE_LINES: u64 = 200;

/// Lines that `head` shows of a list.
pub(super) const FEW_LINES: u64 = 50;

/// The first part of a text: a range of its lines, or of its bytes where that would be all of it.
pub(super) fn first_part(printer: &Printer, output: OutputSize) -> Bound {
    if output.has_at_most(RANGE_LINES) {
        let words = "read its first part with | head -c 4000, as its lines are long";
        return Bound::new(printer.with_end("| head -c 4000"), words);
    }
    if output.bytes_per_line > LONG_LINE_BYTES {
        let words = "add | cut -c1-200, as its lines are long";
        return Bound::new(printer.with_end("| cut -c1-200"), words);
    }
    let words = "read a range of its lines with | sed -n '1,200p'";
    Bound::new(printer.with_end("| sed -n '1,200p'"), words)
}
