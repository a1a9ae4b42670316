//! Tells texts from the rest of a JSON document while it arrives, and cuts long ones.
//!
//! It follows quotes and brackets only. Whatever is wrong with a document stays in it, for the
//! parser to find.

use super::brackets::{Brackets, MAX_DEPTH};
use super::string_scan::StringScan;
use super::{Cut, KEPT_BYTES, Received, is_clean_end};

/// A cut may not split an escape or a character, so it may have to be earlier, bytes.
const MARGIN: usize = 64;

/// When something is left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How much is kept of a text, bytes of JSON, apart from the margin.
    pub(super) text: usize,
    /// How much is kept of a member of the document before members of arrays and objects in it are
    /// left out, bytes of JSON.
    pub(super) members: usize,
}

const LIMITS: Limits = Limits { text: KEPT_BYTES, members: 256 << 10 };

/// Whether a long text in the current member of a document may be cut, by the members before it, and
/// by what was read of it so far: a comma, its name, and the beginning of its value.
pub(crate) type MayCut<'p> = &'p dyn Fn(&str, &[u8]) -> bool;

/// Reads a document piece by piece.
pub(crate) struct Reader<'p> {
    limits: Limits,
    kept: Vec<u8>,
    /// Where the document begins in `kept`. All places are offsets in `kept`.
    start: usize,
    cuts: Vec<Cut>,
    place: Place,
    /// Bytes read so far that are in `kept`, or will be once the current piece is added.
    end: usize,
    brackets: Brackets,
    /// Where the last comma between members of the document is.
    last_comma: usize,
    /// Whether a long text in the current member may be cut.
    may_cut: MayCut<'p>,
    /// The last answer to that.
    answer: Option<Answer>,
}

/// The answer for the members of a document up to this offset.
struct Answer {
    members: usize,
    may_cut: bool,
}

/// What the next byte belongs to.
enum Place {
    /// Anything but a text.
    Between,
    /// A text that is kept, which begins at this offset.
    Text { start: usize, scan: StringScan },
    /// The end of a text that is cut at this offset.
    EndOfText { at: usize, scan: StringScan },
    /// Members that are left out, up to the end of the array or object that is this deep.
    Members { at: usize, depth: usize, bytes: usize, text: Option<StringScan> },
}

impl<'p> Reader<'p> {
    /// A reader of the document that begins at `start` in `first`, with [`KEPT_BYTES`] at most.
    /// `may_cut` is asked when a long text shows up, and gets the members of the document before the
    /// current one.
    pub(crate) fn new(first: Vec<u8>, start: usize, may_cut: MayCut<'p>) -> Self {
        Self::with_limits(LIMITS, first, start, may_cut)
    }

    pub(super) fn with_limits(
        limits: Limits,
        first: Vec<u8>,
        start: usize,
        may_cut: MayCut<'p>,
    ) -> Self {
        debug_assert!(first.len() <= start + limits.text, "nothing in the first piece is cut");
        let mut reader = Self {
            limits,
            kept: Vec::new(),
            start,
            cuts: Vec::new(),
            place: Place::Between,
            end: start,
            brackets: Brackets::default(),
            last_comma: start,
            may_cut,
            answer: None,
        };
        // It stays where it is, since no text in it is too long.
        let mut rest = first.get(start..).unwrap_or_default();
        while !rest.is_empty() {
            let (read, _) = reader.step(rest);
            rest = rest.get(read..).unwrap_or_default();
        }
        reader.kept = first;
        reader
    }

    /// Reads the next piece.
    pub(crate) fn add(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while !rest.is_empty() {
            let (read, is_kept) = self.step(rest);
            if is_kept {
                self.kept.extend_from_slice(rest.get(..read).unwrap_or_default());
            }
            rest = rest.get(read..).unwrap_or_default();
            self.cut_if_long();
        }
    }

    /// The document, once all of it was read.
    pub(crate) fn finish(self) -> Received {
        let in_document = |cut: Cut| Cut { at: cut.at - self.start, ..cut };
        let cuts = self.cuts.into_iter().map(in_document).collect();
        Received { bytes: self.kept, start: self.start, cuts }
    }

    /// Reads up to a change of place. Returns how much, and whether it is kept.
    fn step(&mut self, rest: &[u8]) -> (usize, bool) {
        match &mut self.place {
            Place::Between => self.between(rest),
            Place::Text { start, scan } => {
                let room = (*start + self.limits.text + MARGIN).saturating_sub(self.end);
                let part = rest.get(..room.max(1)).unwrap_or(rest);
                let end = scan.read(part);
                let read = end.map_or(part.len(), |quote| quote + 1);
                self.end += read;
                if end.is_some() {
                    self.place = Place::Between;
                }
                (read, true)
            }
            Place::EndOfText { at, scan } => match scan.read(rest) {
                Some(quote) => {
                    self.cuts.push(Cut { at: *at, missing: scan.tally });
                    self.kept.push(b'"');
                    self.end = self.kept.len();
                    self.place = Place::Between;
                    (quote + 1, false)
                }
                None => (rest.len(), false),
            },
            Place::Members { .. } => (self.members(rest), false),
        }
    }

    fn between(&mut self, rest: &[u8]) -> (usize, bool) {
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'"' => {
                    self.end += at + 1;
                    self.place = Place::Text { start: self.end, scan: StringScan::default() };
                    return (at + 1, true);
                }
                b'{' | b'[' => self.brackets.open(*byte),
                b'}' | b']' => self.brackets.close(),
                b',' if self.brackets.depth == 1 => self.last_comma = self.end + at,
                b',' if self.end + at - self.last_comma > self.limits.members
                    && self.may_leave_out_members() =>
                {
                    self.end += at;
                    self.place = Place::Members {
                        at: self.end,
                        depth: self.brackets.depth,
                        bytes: 0,
                        text: None,
                    };
                    return (at, true);
                }
                _ => {}
            }
        }
        self.end += rest.len();
        (rest.len(), true)
    }

    /// Whether members of the current array or object may be left out: not those of the document,
    /// and not the fields of its objects.
    fn may_leave_out_members(&mut self) -> bool {
        let brackets = &self.brackets;
        let is_inner = brackets.depth > 2 || brackets.depth == 2 && brackets.is_array();
        is_inner && brackets.depth <= MAX_DEPTH && self.may_cut_here()
    }

    /// Reads on in members that are left out.
    fn members(&mut self, rest: &[u8]) -> usize {
        let Place::Members { at, depth, bytes, text } = &mut self.place else { return rest.len() };
        let mut read = 0;
        while let Some(byte) = rest.get(read) {
            if let Some(scan) = text {
                let part = rest.get(read..).unwrap_or_default();
                match scan.read(part) {
                    Some(quote) => {
                        read += quote + 1;
                        *text = None;
                    }
                    None => read = rest.len(),
                }
                continue;
            }
            match byte {
                b'"' => *text = Some(StringScan::default()),
                b'{' | b'[' => self.brackets.open(*byte),
                b'}' | b']' if self.brackets.depth == *depth => {
                    let mut cut = Cut { at: *at, ..Cut::default() };
                    cut.missing.bytes = *bytes + read;
                    self.cuts.push(cut);
                    // The bracket itself is kept.
                    self.place = Place::Between;
                    return read;
                }
                b'}' | b']' => self.brackets.close(),
                _ => {}
            }
            read += 1;
        }
        *bytes += read;
        read
    }

    /// Begins to cut the current text, if it has become too long.
    fn cut_if_long(&mut self) {
        let Place::Text { start, .. } = self.place else { return };
        if self.kept.len() < start.saturating_add(self.limits.text + MARGIN) {
            return;
        }
        if !self.may_cut_here() {
            // A text without an end to what is kept.
            if let Place::Text { start, .. } = &mut self.place {
                *start = usize::MAX / 2;
            }
            return;
        }
        let clean = |end: &usize| {
            self.kept.get(start..).is_some_and(|text| is_clean_end(text, *end - start))
        };
        let len = self.kept.len();
        let at = (len - MARGIN / 2..len).rev().find(clean).unwrap_or(len - MARGIN / 2);
        let mut scan = StringScan::default();
        let _ = scan.read(self.kept.get(at..).unwrap_or_default());
        self.kept.truncate(at);
        self.end = at;
        self.place = Place::EndOfText { at, scan };
    }

    /// Whether long texts of the current member may be cut.
    fn may_cut_here(&mut self) -> bool {
        let members = self.last_comma;
        if let Some(answer) = self.answer.as_ref().filter(|answer| answer.members == members) {
            return answer.may_cut;
        }
        let before = self.kept.get(self.start..members).unwrap_or_default();
        let current = self.kept.get(members..).unwrap_or_default();
        let may_cut =
            str::from_utf8(before).is_ok_and(|text| (self.may_cut)(&format!("{text}}}"), current));
        self.answer = Some(Answer { members, may_cut });
        may_cut
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::protocol::excerpt::Excerpt;
    use crate::protocol::json::{RawText, pick};

    const SMALL: Limits = Limits { text: 40, members: 400 };

    fn kept_of(document: &[u8], cuts: &[usize], may_cut: bool) -> String {
        read(document, cuts, may_cut).kept().text().to_owned()
    }

    fn read(document: &[u8], cuts: &[usize], may_cut: bool) -> Excerpt {
        let permit = |_: &str, _: &[u8]| may_cut;
        let first = cuts.first().map_or(SMALL.text, |at| (*at).min(SMALL.text)).min(document.len());
        // The blanks in front of it are no part of the document.
        let kept = [b"   ", &document[..first]].concat();
        let mut reader = Reader::with_limits(SMALL, kept, 3, &permit);
        let mut from = first;
        for to in cuts.iter().copied().filter(|at| *at < document.len()).chain([document.len()]) {
            if to > from {
                reader.add(&document[from..to]);
                from = to;
            }
        }
        reader.finish().into_excerpt()
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z\"\\\\\n\u{1}\u{e9}😀]{0,20}", "[ab\\\\\"\nü😀]{90,260}", "\\\\{100,300}"]
    }

    fn response() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![text().prop_map(Value::from), any::<i32>().prop_map(Value::from)];
        leaf.prop_recursive(3, 60, 12, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
                prop::collection::vec(("[a-c]{1,2}", inner), 0..8)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(response in response(), cuts in prop::collection::vec(0..3000_usize, 0..8)) {
            let document = json!({ "name": "x", "response": response, "last": 1 }).to_string();
            let mut cuts = cuts;
            cuts.sort_unstable();
            let (one, other) = (read(document.as_bytes(), &[], true), read(document.as_bytes(), &cuts, true));
            prop_assert_eq!(one.kept().text(), other.kept().text());
            prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
        }

        #[test]
        fn what_is_kept_is_json_and_its_texts_have_their_sizes(long in text(), more in text(), cut in 0..400_usize) {
            let document = json!({ "a": 1, "r": { "long": long, "more": [more] }, "z": true }).to_string();
            let excerpt = read(document.as_bytes(), &[cut], true);
            let kept = excerpt.kept();
            let [whole] = pick(&document, &["r"]).unwrap();
            let [part, z] = pick(kept.text(), &["r", "z"]).unwrap();
            prop_assert_eq!(z, Some("true"));
            serde_json::from_str::<Value>(kept.text()).unwrap();
            prop_assert_eq!(kept.bytes_of(part.unwrap()), whole.unwrap().len());
            let [long_whole] = pick(whole.unwrap(), &["long"]).unwrap();
            let [long_part] = pick(part.unwrap(), &["long"]).unwrap();
            let (whole, part) = (RawText::new(long_whole), RawText::of(long_part, kept));
            prop_assert_eq!((part.bytes(), part.lines()), (whole.bytes(), whole.lines()));
            prop_assert!(part.raw(usize::MAX).len() <= SMALL.text + MARGIN);
            for limit in 0..SMALL.text {
                prop_assert_eq!(part.head(limit), whole.head(limit), "{}", limit);
            }
        }

        #[test]
        fn a_document_that_may_not_be_cut_is_kept(response in response(), bytes in prop::collection::vec(any::<u8>(), 0..900), cut in 0..900_usize) {
            let document = json!({ "name": "x", "response": response }).to_string();
            prop_assert_eq!(kept_of(document.as_bytes(), &[cut], false), document);
            prop_assert_eq!(kept_of(&bytes, &[cut], false), String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn whatever_comes_is_read(bytes in prop::collection::vec(prop_oneof![Just(b'"'), Just(b'\\'), Just(b'{'), Just(b'['), Just(b']'), Just(b','), any::<u8>()], 0..2000), cut in 0..2000_usize) {
            prop_assert_eq!(kept_of(&bytes, &[cut], true), kept_of(&bytes, &[], true));
        }
    }

    #[test]
    fn members_are_left_out_of_long_arrays_only() {
        let numbers: Vec<u32> = (0..1000).collect();
        let document = json!({ "a": { "b": [numbers, "end"], "c": 2 }, "z": 3 }).to_string();
        let excerpt = read(document.as_bytes(), &[], true);
        let kept = excerpt.kept();
        assert!(kept.text().len() < 500, "{}", kept.text());
        assert!(kept.text().ends_with("]],\"c\":2},\"z\":3}"), "{}", kept.text());
        assert_eq!(kept.bytes_of(kept.text()), document.len());
    }

    #[test]
    fn the_members_before_a_long_text_decide() {
        let document = json!({ "a": "x", "b": [1, 2], "c": { "d": "y".repeat(500) } }).to_string();
        let asked = std::cell::RefCell::new(Vec::new());
        let permit = |members: &str, current: &[u8]| {
            assert!(current.starts_with(br#","c":{"d":"yy"#));
            asked.borrow_mut().push(members.to_owned());
            false
        };
        let (first, rest) = document.as_bytes().split_at(SMALL.text);
        let mut reader = Reader::with_limits(SMALL, first.to_vec(), 0, &permit);
        reader.add(rest);
        assert_eq!(reader.finish().into_excerpt().kept().text(), document);
        assert_eq!(*asked.borrow(), [r#"{"a":"x","b":[1,2]}"#]);
    }
}
