//! Which files a grep leaves out: `--include`, `--exclude` and `--exclude-dir`.

use super::find::{has_ending, is_read_alike, may_fit};
use crate::shell::Word;
use crate::shell::options::{Item, Value};

/// Alternatives of braces in one filter. A filter with more is not read.
const MAX_ALTERNATIVES: usize = 32;

/// The filters of a grep, each as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filters {
    /// Names of files to search; empty for any name.
    pub(super) included: Vec<String>,
    /// Names of files that are left out.
    pub(super) excluded: Vec<String>,
    /// Names of folders that are left out.
    pub(super) excluded_folders: Vec<String>,
}

impl Filters {
    /// The filters in `items`; `None` where their order or a pattern means something that other
    /// programs do not know.
    pub(super) fn read(items: &[Item]) -> Option<Self> {
        let mut filters = Self::default();
        for item in items {
            match item {
                // grep obeys the last filter that fits, and searches a file that none fits unless
                // the first is an --include. Other programs know only names to take out of others.
                Item::Long("include", Some(value)) => {
                    filters.excluded.is_empty().then_some(())?;
                    let name = glob(value)?;
                    // A glob that fits `.git` makes ripgrep search it.
                    (!may_fit(&name, ".git")).then_some(())?;
                    filters.included.push(name);
                }
                Item::Long("exclude", Some(value)) => filters.excluded.push(glob(value)?),
                Item::Long("exclude-dir", Some(value)) => {
                    let name = Value { text: value.text.trim_end_matches('/'), ..*value };
                    filters.excluded_folders.push(glob(&name)?);
                }
                _ => {}
            }
        }
        Some(filters)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.included.is_empty() && self.excluded.is_empty() && self.excluded_folders.is_empty()
    }

    /// Whether the names that are left out are those of files only. grep enters a folder of such a
    /// name, ripgrep does not.
    pub(super) fn exclude_files_only(&self) -> bool {
        self.excluded.iter().all(|name| {
            alternatives(name).is_some_and(|names| names.iter().all(|name| has_ending(name)))
        })
    }

    /// Whether a name that is left out fits a path to search. grep leaves it out then, other
    /// programs search it.
    pub(super) fn exclude_operand(&self, operand: &Word) -> bool {
        let path = operand.text.trim_end_matches('/');
        // `t*` fits the path that `$PWD` stands for wherever a part of it begins so.
        let is_pattern = |name: &String| name.contains(['*', '?', '[', '{']);
        if operand.expands && self.excluded_folders.iter().any(is_pattern) {
            return true;
        }
        self.excluded_folders
            .iter()
            .chain(&self.excluded)
            .flat_map(|name| alternatives(name))
            .flatten()
            .any(|name| {
                let fits = |at: usize| path.get(at..).is_some_and(|rest| may_fit(&name, rest));
                fits(0) || path.match_indices('/').any(|(at, _)| fits(at + 1))
            })
    }
}

/// A glob on names, if other programs read it as grep does.
fn glob(value: &Value) -> Option<String> {
    if value.word.expands || value.text.is_empty() {
        return None;
    }
    let is_alike = !value.text.contains(['/', '\\', '!']) && is_read_alike(value.text);
    // The shell expands unquoted braces. Quoted ones, or those without a comma, are literal to grep
    // and alternatives to other programs.
    if !value.text.contains(['{', '}']) {
        return is_alike.then(|| value.text.to_owned());
    }
    let may_expand = is_alike && value.word.globs && !value.word.quoted;
    let name = unquoted(value.text).filter(|_| may_expand)?;
    alternatives(&name).map(|_| name)
}

/// `name` without the quotes around parts in its braces, which are still there: the shell removes
/// them after it has expanded the braces. `None` where something else is quoted or expanded.
fn unquoted(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}')?;
        let parts: Vec<&str> = inside.split(',').map(without_quotes).collect();
        out.push_str(&format!("{before}{{{}}}", parts.join(",")));
        rest = after;
    }
    out.push_str(rest);
    (!out.contains(['\'', '"', '$', '`'])).then_some(out)
}

/// A part of braces without the quotes around all of it.
fn without_quotes(part: &str) -> &str {
    let within = |quote: char| part.strip_prefix(quote).and_then(|part| part.strip_suffix(quote));
    within('\'').or_else(|| within('"')).unwrap_or(part)
}

/// The names of which `name` with its braces is short for; `None` if the shell leaves a brace as it
/// is, if braces are nested, or if there are too many names.
pub(super) fn alternatives(name: &str) -> Option<Vec<String>> {
    let mut names = vec![String::new()];
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}')?;
        let parts: Vec<&str> = inside.split(',').collect();
        if before.contains('}') || inside.contains('{') || parts.len() < 2 {
            return None;
        }
        names = names
            .iter()
            .flat_map(|name| parts.iter().map(move |part| format!("{name}{before}{part}")))
            .collect();
        if names.len() > MAX_ALTERNATIVES {
            return None;
        }
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    Some(names.iter().map(|name| format!("{name}{rest}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_expanded_as_by_the_shell() {
        for (from, to) in [
            ("*.rs", Some("*.rs")),
            ("*.{ts,tsx}", Some("*.ts *.tsx")),
            ("{a,b}.{c,d}", Some("a.c a.d b.c b.d")),
            ("{a}", None),
            ("a}", None),
            ("{a,{b,c}}", None),
            ("{a", None),
        ] {
            let names = alternatives(from).map(|names| names.join(" "));
            assert_eq!(names.as_deref(), to, "{from}");
        }
    }

    #[test]
    fn quotes_around_a_part_of_braces_are_removed() {
        for (from, to) in [
            ("{'*.py','*.ts'}", Some("{*.py,*.ts}")),
            (r#"*.{"py",ts}"#, Some("*.{py,ts}")),
            ("{.git,'sp ace'}", Some("{.git,sp ace}")),
            (r#"*.{py,"t"s}"#, None),
            ("{'a,b',c}", None),
            ("{$x,c}", None),
        ] {
            assert_eq!(unquoted(from).as_deref(), to, "{from}");
        }
    }
}
