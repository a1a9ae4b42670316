//! One shell word, as written and as the program gets it.
//!
//! The parser keeps quotes in its literals and reports no positions inside a word, so this file
//! removes the quotes.

use rable::NodeKind;

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// The word as written, quotes included.
    pub(crate) raw: String,
    /// The word with quotes and escapes removed. A placeholder stands for each expansion: `$name`,
    /// `${name…}`, `$()`.
    pub text: String,
    /// It contains a variable, a substitution or arithmetic, so its value is not known.
    pub(crate) expands: bool,
    /// It contains an unquoted `*`, `?` or `[`, or a brace expansion.
    pub(crate) globs: bool,
    /// Some part of it is quoted or escaped.
    pub(crate) quoted: bool,
    /// The variable it begins with, if it begins with one.
    pub(crate) leading_variable: Option<Variable>,
}

/// A parameter expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// The variable's name.
    pub(crate) name: String,
    /// The operator after it (`:-`, `:?`, `%`, ...), if any.
    pub(crate) operator: Option<String>,
}

impl Word {
    /// A word without quotes, expansions or globs.
    pub(crate) fn plain(text: &str) -> Self {
        Self { raw: text.to_owned(), text: text.to_owned(), ..Self::default() }
    }

    /// The text, if the program gets exactly this: there is no expansion and no glob.
    pub(crate) fn literal(&self) -> Option<&str> {
        if self.expands || self.globs { None } else { Some(&self.text) }
    }

    /// Whether the word is exactly this text.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.literal() == Some(text)
    }

    /// Reads a word node of the parser; an empty word for any other node.
    pub(super) fn from_node(node: &rable::Node) -> Self {
        let NodeKind::Word { value, parts, .. } = &node.kind else { return Self::default() };
        let mut reader =
            Reader { word: Self { raw: value.clone(), ..Self::default() }, quote: Quote::None };
        for part in parts {
            reader.part(&part.kind);
        }
        // The command `[` is not a glob.
        reader.word.globs &= reader.word.raw != "[";
        reader.word
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Quote {
    None,
    Single,
    Double,
}

struct Reader {
    word: Word,
    quote: Quote,
}

impl Reader {
    fn part(&mut self, kind: &NodeKind) {
        match kind {
            NodeKind::WordLiteral { value } => self.literal(value),
            NodeKind::AnsiCQuote { decoded, .. } => {
                self.word.quoted = true;
                self.word.text.push_str(decoded);
            }
            NodeKind::LocaleString { inner, .. } => {
                self.word.quoted = true;
                self.word.text.push_str(inner);
            }
            NodeKind::BraceExpansion { content } => {
                self.word.globs = true;
                self.word.text.push_str(content);
            }
            NodeKind::ParamExpansion { param, op, arg } => {
                if self.word.text.is_empty() {
                    let variable = Variable { name: param.clone(), operator: op.clone() };
                    self.word.leading_variable = Some(variable);
                }
                let text = match (op, arg) {
                    (None, None) => format!("${param}"),
                    (op, arg) => format!(
                        "${{{param}{}{}}}",
                        op.as_deref().unwrap_or_default(),
                        arg.as_deref().unwrap_or_default()
                    ),
                };
                self.expansion(&text);
            }
            NodeKind::ParamLength { param } | NodeKind::ParamIndirect { param, .. } => {
                self.expansion(&format!("${{#{param}}}"));
            }
            _ => self.expansion("$()"),
        }
    }

    fn expansion(&mut self, placeholder: &str) {
        self.word.expands = true;
        self.word.text.push_str(placeholder);
    }

    fn literal(&mut self, value: &str) {
        let mut chars = value.chars().peekable();
        while let Some(c) = chars.next() {
            match (self.quote, c) {
                (Quote::None, '\'') => self.open(Quote::Single),
                (Quote::None, '"') => self.open(Quote::Double),
                (Quote::Single, '\'') | (Quote::Double, '"') => self.quote = Quote::None,
                (Quote::None, '\\') => {
                    self.word.quoted = true;
                    match chars.next() {
                        Some('\n') | None => {}
                        Some(escaped) => self.word.text.push(escaped),
                    }
                }
                (Quote::Double, '\\') => match chars.peek() {
                    Some('$' | '`' | '"' | '\\') => self.word.text.extend(chars.next()),
                    Some('\n') => {
                        chars.next();
                    }
                    _ => self.word.text.push('\\'),
                },
                (quote, c) => {
                    self.word.globs |= quote == Quote::None && matches!(c, '*' | '?' | '[');
                    self.word.text.push(c);
                }
            }
        }
    }

    fn open(&mut self, quote: Quote) {
        self.word.quoted = true;
        self.quote = quote;
    }
}

/// `text` quoted so that a shell reads it as one word. It stays bare where that is safe, else it
/// gets single quotes.
pub(crate) fn quote(text: &str) -> String {
    let is_safe = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | '@' | '%' | '+' | ',' | '^')
    };
    // Some clients run zsh, which expands `=x`.
    if !text.is_empty() && text.chars().all(is_safe) && !text.starts_with('=') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The text of a command before and after a word of it.
pub(crate) fn split_at_word<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    text.match_indices(word).find_map(|(at, _)| {
        let before = text.get(..at)?;
        let after = text.get(at + word.len()..)?;
        let ends = after.is_empty() || after.starts_with(char::is_whitespace);
        (ends && before.ends_with(char::is_whitespace)).then_some((before, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        let nodes = rable::parse(&format!("x {text}"), true).unwrap();
        let NodeKind::Command { words, .. } = &nodes[0].kind else {
            panic!("not a command: {text}")
        };
        Word::from_node(&words[1])
    }

    #[test]
    fn quotes_are_removed() {
        for (raw, text) in [
            (r#"'a b'"#, "a b"),
            (r#""a \"b\" \n""#, r#"a "b" \n"#),
            (r"a\ b\'c", "a b'c"),
            (r"'don'\''t'", "don't"),
            (r"$'a\tb'", "a\tb"),
            (r#"--include="*.rs""#, "--include=*.rs"),
            ("é'ü'", "éü"),
        ] {
            let got = word(raw);
            assert_eq!(got.text, text, "{raw}");
            assert!(got.quoted || raw.is_ascii());
            assert_eq!(got.literal(), Some(text), "{raw}");
        }
    }

    #[test]
    fn expansions_and_globs_are_marked() {
        assert!(word("$x/a").expands);
        assert!(word(r#""$(pwd)/..""#).expands);
        assert!(word("`pwd`").expands);
        assert!(word("<(a)").expands);
        assert!(!word("'$x'").expands);
        assert!(!word(r"\$x").expands);
        assert!(word("*.rs").globs);
        assert!(word("{a,b}.rs").globs);
        assert!(!word("'*.rs'").globs);
        assert!(!word(r"\*").globs);
    }

    #[test]
    fn the_leading_variable_is_recorded() {
        let variable = |text| word(text).leading_variable.map(|v| (v.name, v.operator));
        assert_eq!(variable("$DIR/x"), Some(("DIR".into(), None)));
        assert_eq!(variable(r#""${DIR:?}/x""#), Some(("DIR".into(), Some(":?".into()))));
        assert_eq!(variable("a$DIR"), None);
    }

    #[test]
    fn a_quoted_text_reads_back_as_itself() {
        for text in [
            "", "a b", "it's", "$x", "*.rs", "src/a.rs", "a\"b", "-n", "=x", "~/x", "{a,b}", "#x",
            "!x",
        ] {
            assert_eq!(word(&quote(text)).literal(), Some(text));
        }
    }
}
