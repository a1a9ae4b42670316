//! The words of a command line, and whether one names this program.

/// The name of this program.
pub(crate) const PROGRAM: &str = "toolcoach";

/// Whether a word of a command line names this program.
pub(super) fn is_program(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name) == PROGRAM
}

/// The words of a simple command; `None` for anything more complex. This does not use the shell
/// parser, since a Windows path without quotes is one word here.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut rest = text.trim().chars().peekable();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (None, ' ' | '\t') => words.extend(word.take()),
            (None, ';' | '&' | '|' | '<' | '>' | '(' | ')' | '`' | '\n' | '#')
            | (Some('"'), '`') => {
                return None;
            }
            (None | Some('"'), '$') if rest.peek() == Some(&'(') => return None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), close) if open == close => quote = None,
            (None | Some('"'), '\\')
                if rest.peek().is_some_and(|next| " '\"$`\\".contains(*next)) =>
            {
                word.get_or_insert_default().extend(rest.next());
            }
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
