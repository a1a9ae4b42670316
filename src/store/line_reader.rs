//! Reads the lines of `calls.jsonl`. A line that this program wrote has its fields in a fixed
//! order, no white space and no escapes. Reading that takes one pass over the bytes and is four
//! times as fast as serde_json. Lines of any other form are left to serde_json.

use std::borrow::Cow;

use super::line::{CallLine, LINE_VERSION, TOOL_USE_ID};

impl<'a> CallLine<'a> {
    /// Reads a line of `calls.jsonl`. `None` if it is torn, foreign or of another version.
    pub(crate) fn of(line: &'a [u8]) -> Option<Self> {
        // Checking the whole line is cheaper than serde_json's check of each string.
        let text = str::from_utf8(line).ok()?;
        let fast = read(text);
        // Not `or_else`, which would copy the line: it is large, and a store has a million of them.
        if fast.is_some() {
            fast
        } else {
            serde_json::from_str(text).ok().filter(|line: &Self| line.v == LINE_VERSION)
        }
    }
}

/// Reads a line that this program wrote in this version. `None` for any other form.
#[inline]
fn read(line: &str) -> Option<CallLine<'_>> {
    let mut fields = Fields { rest: line.strip_prefix('{')?, is_first: true };
    // The fields are written in the order of their declaration.
    let call = CallLine {
        v: fields
            .number(r#""v":"#)?
            .filter(|v| *v == u64::from(LINE_VERSION))
            .map(|_| LINE_VERSION)?,
        t: fields.number(r#""t":"#)?.unwrap_or_default(),
        keyed: fields.flag(r#""k":"#)?,
        call: fields.text(r#""call":"#)?,
        tool: fields.text(r#""tool":"#)?,
        ok: fields.flag(r#""ok":"#)?,
        key: fields.text(r#""key":"#)?,
        sel: fields.text(r#""sel":"#)?,
        reads: fields.flag(r#""reads":"#)?,
        ran: fields.flag(r#""ran":"#)?,
        lang: fields.text(r#""lang":"#)?,
        file: fields.text(r#""file":"#)?,
        range: fields.range(r#""range":"#)?,
        err: fields.text(r#""err":"#)?,
        task: fields.text(r#""task":"#)?,
        cwd: fields.text(r#""cwd":"#)?,
        size: fields.number(r#""size":"#)?.unwrap_or_default(),
        dur: fields.number(r#""dur":"#)?,
        us: fields.number(r#""us":"#)?.unwrap_or_default(),
        via: fields.text(r#""via":"#)?,
        hit: fields.texts(r#""hit":"#)?,
        good: fields.texts(r#""good":"#)?,
        say: fields.texts(r#""say":"#)?,
        held: fields.pairs(r#""held":"#)?,
        client: fields.text(r#""client":"#)?,
        project: fields.text(r#""project":"#)?,
    };
    // Any field that is unknown or out of order is left over.
    (fields.rest == "}" || fields.is_kept_id()).then_some(call)
}

/// The rest of a line. Each method reads a field if that comes next, and returns a default if not.
/// An outer `None` means that the value has another form.
struct Fields<'l> {
    rest: &'l str,
    is_first: bool,
}

impl<'l> Fields<'l> {
    /// Skips the name of this field if that comes next. Inlined, since a name that the compiler
    /// knows costs a comparison or two.
    #[inline(always)]
    fn begin(&mut self, name: &str) -> bool {
        let comma = if self.is_first { Some(self.rest) } else { self.rest.strip_prefix(',') };
        let Some(value) = comma.and_then(|rest| rest.strip_prefix(name)) else { return false };
        (self.rest, self.is_first) = (value, false);
        true
    }

    #[inline(always)]
    fn text(&mut self, name: &str) -> Option<Cow<'l, str>> {
        if self.begin(name) { self.string() } else { Some(Cow::default()) }
    }

    #[inline(always)]
    fn number(&mut self, name: &str) -> Option<Option<u64>> {
        if self.begin(name) { self.digits().map(Some) } else { Some(None) }
    }

    #[inline(always)]
    fn flag(&mut self, name: &str) -> Option<bool> {
        if !self.begin(name) {
            return Some(false);
        }
        let is_set = self.rest.starts_with("true");
        self.rest = self.rest.strip_prefix(if is_set { "true" } else { "false" })?;
        Some(is_set)
    }

    #[inline(always)]
    fn range(&mut self, name: &str) -> Option<Option<(u64, u64)>> {
        if !self.begin(name) {
            return Some(None);
        }
        self.expect("[")?;
        let first = self.digits()?;
        self.expect(",")?;
        let count = self.digits()?;
        self.expect("]")?;
        Some(Some((first, count)))
    }

    #[inline(always)]
    fn texts(&mut self, name: &str) -> Option<Vec<Cow<'l, str>>> {
        if self.begin(name) { self.list("[", "]", Self::string) } else { Some(Vec::new()) }
    }

    #[inline(always)]
    fn pairs(&mut self, name: &str) -> Option<Vec<(Cow<'l, str>, Cow<'l, str>)>> {
        let pair = |fields: &mut Self| {
            let key = fields.string()?;
            fields.expect(":")?;
            Some((key, fields.string()?))
        };
        if self.begin(name) { self.list("{", "}", pair) } else { Some(Vec::new()) }
    }

    /// Whether what is left is the client's id of the call, which nobody here reads.
    #[cold]
    fn is_kept_id(&mut self) -> bool {
        let id = self.rest.strip_prefix(TOOL_USE_ID);
        self.rest = id.unwrap_or_default();
        id.is_some() && self.string().is_some() && self.rest == "}"
    }

    /// A list with at least one item: empty ones are not written.
    fn list<T>(
        &mut self,
        open: &str,
        close: &str,
        item: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.expect(open)?;
        let mut items = vec![item(self)?];
        while self.expect(",").is_some() {
            items.push(item(self)?);
        }
        self.expect(close)?;
        Some(items)
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    fn string(&mut self) -> Option<Cow<'l, str>> {
        let rest = self.rest.strip_prefix('"')?;
        let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (text, rest) = rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        Some(Cow::Borrowed(text))
    }

    fn digits(&mut self) -> Option<u64> {
        let (mut number, mut length) = (0_u64, 0);
        for digit in self.rest.bytes().take_while(u8::is_ascii_digit) {
            number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            length += 1;
        }
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        // A JSON number has at least one digit and no leading zero.
        let is_number = length == 1 || !digits.starts_with('0');
        (length > 0 && is_number).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full() -> CallLine<'static> {
        CallLine {
            v: 1,
            t: 1_795_391_999_000,
            call: "b7e94bb3024d0957".into(),
            tool: "Bash".into(),
            ok: true,
            key: "na5155f8aae98782a".into(),
            sel: "s".into(),
            reads: true,
            ran: true,
            lang: "rust".into(),
            file: "f".into(),
            range: Some((1, 200)),
            err: "e".into(),
            task: "x".into(),
            cwd: "c".into(),
            size: 0,
            dur: Some(u64::MAX),
            us: 312,
            via: "fast".into(),
            hit: vec!["a".into(), "b-\u{fc}".into()],
            good: vec!["c".into()],
            say: vec!["a".into()],
            held: vec![("a".into(), "gap".into()), ("b".into(), "budget".into())],
            keyed: true,
            project: "f".into(),
            client: "claude".into(),
        }
    }

    #[test]
    fn the_fast_path_reads_what_this_program_writes() {
        for line in [full(), CallLine { v: 1, ..CallLine::default() }] {
            let text = serde_json::to_string(&line).unwrap();
            assert_eq!(read(&text), Some(line), "{text}");
        }
    }

    #[test]
    fn the_fast_path_refuses_other_forms() {
        for text in [
            "",
            "{",
            "[]",
            "{,}",
            r#"{"v":1,}"#,
            r#"{"v": 1}"#,
            r#"{"v":1} "#,
            r#"{"v":01}"#,
            r#"{"v":1.0}"#,
            r#"{"v":2}"#,
            r#"{"v":1,"t":99999999999999999999}"#,
            r#"{"v":1,"t":07}"#,
            r#"{"v":1,"t":-7}"#,
            r#"{"v":1,"t":}"#,
            r#"{"t":1,"v":1}"#,
            r#"{"v":1,"t":1,"t":1}"#,
            r#"{"v":1,"new":2}"#,
            r#"{"v":1,"via":"a\u0062"}"#,
            "{\"v\":1,\"via\":\"a\tb\"}",
            r#"{"v":1,"via":null}"#,
            r#"{"v":1,"ok":1}"#,
            r#"{"v":1,"range":[1]}"#,
            r#"{"v":1,"hit":[]}"#,
            r#"{"v":1,"hit":["a",]}"#,
            r#"{"v":1,"held":{"a":1}}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read(r#"{"v":1,"t":7,"via":"a","hit":["a"]}"#).is_some());
    }

    #[test]
    fn a_kept_id_is_skipped_on_the_fast_path() {
        let line = serde_json::to_string(&full()).unwrap();
        let with = |id: &str| line.strip_suffix('}').unwrap().to_owned() + TOOL_USE_ID + id;
        assert_eq!(read(&with("\"toolu_1\"}")), Some(full()));
        for wrong in ["\"toolu_1\"", "1}", "\"a\",\"b\":1}", "\"a\"} "] {
            assert_eq!(read(&with(wrong)), None, "{wrong}");
        }
    }

    proptest! {
        /// On damaged lines the fast path returns nothing or what serde_json returns.
        #[test]
        fn the_fast_path_agrees_with_serde_json(
            cuts in proptest::collection::vec((0_usize..500, 0_usize..500), 1..4),
            sign in proptest::sample::select(vec!["", "0", "1", ",", "\"", "{", "}", "[", "]", "\\", " ", "\u{fc}"]),
        ) {
            let mut text: Vec<char> = serde_json::to_string(&full()).unwrap().chars().collect();
            for (at, length) in cuts {
                let at = at.min(text.len());
                let end = (at + length % 20).min(text.len());
                text.splice(at..end, sign.chars());
            }
            let text: String = text.into_iter().collect();
            if let Some(line) = read(&text) {
                prop_assert_eq!(serde_json::from_str::<CallLine>(&text).ok(), Some(line), "{}", text);
            }
        }
    }
}
