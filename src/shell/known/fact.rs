//! What can be known in a script, and what a test says about its variables.

use super::super::words::Word;

/// Something that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    /// A test and its result.
    Test(Test, bool),
    /// The stages of a pipeline, or one command alone, and whether it succeeded.
    Ran(Vec<Vec<Word>>, bool),
    /// The variable of this name is not empty.
    Set(String),
}

/// One comparison of a test, its words as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    /// `-n`, `-d`, `=`, `-gt`, ...; `-n` for a word alone.
    pub(crate) operator: String,
    pub(crate) left: String,
    /// The right side of a comparison of two words.
    pub(crate) right: Option<String>,
    /// An empty variable still is a word there: it is quoted, or in `[[`.
    pub(super) keeps_empty: bool,
}

impl Test {
    /// The variable that cannot be empty where this test holds, or where it does not.
    pub(super) fn sets(&self, holds: bool) -> Option<String> {
        let left = unquoted(&self.left);
        let Some(right) = self.right.as_deref().map(unquoted) else {
            let is_file_test = self.operator.len() == 2
                && self.operator.chars().all(|c| "-abcdefghknprsuwxLSGNO".contains(c));
            return match (self.operator.as_str(), holds) {
                ("-z", false) => variable(left),
                (_, true) if is_file_test && self.keeps_empty => variable(left),
                _ => None,
            };
        };
        let is_equal = match self.operator.as_str() {
            "=" | "==" => holds,
            "!=" => !holds,
            "=~" if holds => return variable(left),
            "-gt" | "-ge" | "-ne" if holds => return length(left),
            "-eq" | "-lt" | "-le" if !holds => return length(left),
            _ => return None,
        };
        // `[ "x$D" = x ]`
        let prefix = left.find('$').and_then(|at| left.get(..at)).unwrap_or_default();
        let name = variable(left.get(prefix.len()..)?)?;
        let compared = right.strip_prefix(prefix)?;
        let is_empty = compared.is_empty();
        let may_be_empty = compared.contains('$') || compared.chars().all(|c| c == '*');
        match is_equal {
            true => (!may_be_empty).then_some(name),
            false => is_empty.then_some(name),
        }
    }

    /// Whether a word of the test contains the variable of this name.
    pub(super) fn reads(&self, name: &str) -> bool {
        [Some(&self.left), self.right.as_ref()]
            .into_iter()
            .flatten()
            .any(|text| mentions(text, name))
    }
}

/// Whether `text` contains `$name` or `${name…}`.
fn mentions(text: &str, name: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let rest = rest.trim_start_matches(['{', '#', '!']);
        rest.strip_prefix(name).is_some_and(|after| {
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        })
    })
}

/// `text` without the quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// The variable whose value `text` is: `$D`, `${D}`, `${D:-}`.
pub(super) fn variable(text: &str) -> Option<String> {
    let rest = text.strip_prefix('$')?;
    let name = match rest.strip_prefix('{') {
        Some(braced) => braced.strip_suffix('}')?.trim_end_matches(":-").trim_end_matches('-'),
        None => rest,
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| name.to_owned())
}

/// The variable whose length `text` is: `${#D}`.
fn length(text: &str) -> Option<String> {
    let name = text.strip_prefix("${#")?.strip_suffix('}')?;
    variable(&format!("${name}"))
}
