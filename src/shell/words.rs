//! One shell word: as it was written, and as the program would see it.
//!
//! The parser keeps quotes in its literals and gives no positions inside a word, so quote removal
//! is done here.

use rable::NodeKind;

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// As written, quotes included.
    pub raw: String,
    /// Quotes and escapes resolved. Expansions stay as a placeholder: `$name`, `${name…}`, `$()`.
    pub text: String,
    /// Holds a variable, a substitution or arithmetic: its value is not known.
    pub expands: bool,
    /// Holds an unquoted `*`, `?` or `[`, or a brace expansion.
    pub globs: bool,
    /// Some part of it was quoted or escaped.
    pub quoted: bool,
    /// The variable it begins with, if it begins with one.
    pub leading_variable: Option<Variable>,
}

/// A parameter expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The variable's name.
    pub name: String,
    /// The operator after it (`:-`, `:?`, `%`, ...), if any.
    pub operator: Option<String>,
}

impl Word {
    /// A word without quotes or expansions, spelled and meant alike.
    pub fn plain(text: &str) -> Self {
        Self { raw: text.to_owned(), text: text.to_owned(), ..Self::default() }
    }

    /// The text, if it is exactly what the program gets: no expansion, no glob.
    pub fn literal(&self) -> Option<&str> {
        if self.expands || self.globs { None } else { Some(&self.text) }
    }

    /// Whether the word is exactly this text.
    pub fn is(&self, text: &str) -> bool {
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
        // The command `[` is no pattern.
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

/// `text` spelled so that a shell reads it back as one word: bare where that is safe, else in
/// single quotes.
pub fn quote(text: &str) -> String {
    let bare = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | '@' | '%' | '+' | ',' | '^')
    };
    // `=x` is expanded by zsh, which some clients run.
    if !text.is_empty() && text.chars().all(bare) && !text.starts_with('=') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
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
    fn quotes_are_resolved() {
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
    fn what_is_not_known_is_marked() {
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
    fn the_leading_variable_is_named() {
        let variable = |text| word(text).leading_variable.map(|v| (v.name, v.operator));
        assert_eq!(variable("$DIR/x"), Some(("DIR".into(), None)));
        assert_eq!(variable(r#""${DIR:?}/x""#), Some(("DIR".into(), Some(":?".into()))));
        assert_eq!(variable("a$DIR"), None);
    }

    #[test]
    fn quoting_comes_back() {
        for text in [
            "", "a b", "it's", "$x", "*.rs", "src/a.rs", "a\"b", "-n", "=x", "~/x", "{a,b}", "#x",
            "!x",
        ] {
            assert_eq!(word(&quote(text)).literal(), Some(text));
        }
    }
}
