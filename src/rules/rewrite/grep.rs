//! grep as ripgrep.

use super::find::Files;
use super::pattern::{self, Syntax};
use crate::shell::options::{self, Item, Spec, Value};
use crate::shell::words::quote;
use crate::shell::{Command, Word};

/// Options of GNU grep that take a value.
pub(crate) const SPEC: Spec = Spec {
    short: "ABCDdefm",
    long: &[
        "regexp",
        "file",
        "max-count",
        "after-context",
        "before-context",
        "context",
        "include",
        "exclude",
        "exclude-from",
        "exclude-dir",
        "binary-files",
        "devices",
        "directories",
        "label",
    ],
    ..Spec::FLAGS_ONLY
};

/// A search of ripgrep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    /// The letters of its short options without a value.
    flags: String,
    /// Its other options, ready for the shell.
    options: Vec<String>,
    /// Option and pattern.
    globs: Vec<(&'static str, String)>,
    patterns: Vec<String>,
    paths: Vec<String>,
}

/// Long options that have a letter of the same meaning.
const LETTERS: [(&str, char); 15] = [
    ("recursive", 'r'),
    ("dereference-recursive", 'R'),
    ("line-number", 'n'),
    ("ignore-case", 'i'),
    ("word-regexp", 'w'),
    ("line-regexp", 'x'),
    ("files-with-matches", 'l'),
    ("files-without-match", 'L'),
    ("only-matching", 'o'),
    ("invert-match", 'v'),
    ("with-filename", 'H'),
    ("no-filename", 'h'),
    ("no-messages", 's'),
    ("count", 'c'),
    ("text", 'a'),
];

/// The letter of a long option without a value.
pub(super) fn letter(name: &str) -> Option<char> {
    LETTERS.iter().find(|(long, _)| *long == name).map(|(_, letter)| *letter)
}

/// What a grep searches for, and where.
pub(super) struct Reading<'c> {
    /// The syntax of its patterns; `None` if they are fixed texts.
    syntax: Option<Syntax>,
    pub(super) patterns: Vec<Value<'c>>,
    pub(super) operands: Vec<&'c Word>,
}

/// Reads the words of a grep.
pub(super) fn read<'c>(command: &'c Command, items: &[Item<'c>]) -> Reading<'c> {
    let mut syntax = Some(match command.program.as_str() {
        "egrep" => Syntax::Extended,
        _ => Syntax::Basic,
    });
    if command.is("fgrep") {
        syntax = None;
    }
    let mut patterns = Vec::new();
    for item in items {
        match item {
            Item::Short('E', _) | Item::Long("extended-regexp", _) => {
                syntax = Some(Syntax::Extended)
            }
            Item::Short('G', _) | Item::Long("basic-regexp", _) => syntax = Some(Syntax::Basic),
            Item::Short('P', _) | Item::Long("perl-regexp", _) => syntax = Some(Syntax::Perl),
            Item::Short('F', _) | Item::Long("fixed-strings", _) => syntax = None,
            Item::Short('e', Some(value)) | Item::Long("regexp", Some(value)) => {
                patterns.push(*value)
            }
            _ => {}
        }
    }
    let mut operands = options::operands(items);
    if patterns.is_empty() && !operands.is_empty() {
        let word = operands.remove(0);
        patterns.push(Value { text: &word.text, word });
    }
    Reading { syntax, patterns, operands }
}

/// The paths that a grep searches.
pub(crate) fn paths<'c>(command: &'c Command, items: &[Item<'c>]) -> Vec<&'c Word> {
    read(command, items).operands
}

/// `command` as a search of ripgrep, if each of its flags and patterns has a counterpart.
pub(crate) fn to_ripgrep(command: &Command) -> Option<Search> {
    let items = options::read(&command.args, SPEC);
    let reading = read(command, &items);
    let mut search = Search {
        flags: String::new(),
        options: Vec::new(),
        globs: Vec::new(),
        patterns: Vec::new(),
        paths: reading.operands.iter().map(|word| search_path(word)).collect(),
    };
    for item in &items {
        search.add_item(item)?;
    }
    for value in &reading.patterns {
        let text =
            value.word.literal().or_else(|| (!value.word.expands).then_some(&value.word.text))?;
        // The shell may replace an unquoted glob by names of files.
        if value.word.globs || !text.ends_with(value.text) {
            return None;
        }
        search.patterns.push(match reading.syntax {
            None => (!value.text.is_empty() && !value.text.contains('\n'))
                .then(|| value.text.to_owned())?,
            Some(syntax) => pattern::translate(value.text, syntax)?,
        });
    }
    if reading.syntax.is_none() {
        search.flags.push('F');
    }
    let is_same = prints_the_same(&search, &items, reading.syntax.is_none());
    (is_same && !search.patterns.is_empty()).then_some(search)
}

/// Whether grep with these `items` and ripgrep agree on what matches and in which form they print
/// it.
fn prints_the_same(search: &Search, items: &[Item], is_fixed: bool) -> bool {
    let asks = |short: char, long: &str| usize::from(options::has(items, Some(short), long));
    // The programs differ in where a word begins and in what an empty match is.
    let is_word =
        |pattern: &String| pattern.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '|'));
    if asks('w', "word-regexp") > 0 && !search.patterns.iter().all(is_word) {
        return false;
    }
    // After a match that it printed, GNU grep reads the rest of the line as a new text, and finds a
    // word boundary at its start.
    let is_unclear = |pattern: &String| {
        pattern::may_be_empty(pattern) || pattern.contains(r"\b") || pattern.contains(r"\B")
    };
    if asks('o', "only-matching") > 0 && !is_fixed && search.patterns.iter().any(is_unclear) {
        return false;
    }
    // Of two options that contradict each other the programs obey different ones.
    let forms = asks('l', "files-with-matches")
        + asks('L', "files-without-match")
        + asks('c', "count")
        + asks('q', "quiet");
    let lines = asks('o', "only-matching") + asks('v', "invert-match") + asks('c', "count");
    let names = asks('h', "no-filename") + asks('H', "with-filename");
    forms <= 1 && lines <= 1 && names <= 1
}

/// An operand as a path to search. ripgrep reads ignored files too if they are named, so a glob
/// over a whole folder becomes the folder.
fn search_path(word: &Word) -> String {
    match word.raw.as_str() {
        "*" | "./*" => ".".to_owned(),
        raw => match raw.strip_suffix("/*") {
            Some(folder) if !folder.is_empty() && !folder.contains('*') => folder.to_owned(),
            _ => raw.to_owned(),
        },
    }
}

impl Search {
    fn add_item(&mut self, item: &Item) -> Option<()> {
        match item {
            Item::Short(flag, None) => self.add_short(*flag)?,
            Item::Short(flag @ ('A' | 'B' | 'C' | 'm'), Some(value)) => {
                let count: u32 = value.literal()?.parse().ok()?;
                self.options.push(format!("-{flag}{count}"));
            }
            Item::Short('d', Some(value)) => (value.text == "recurse").then_some(())?,
            Item::Short('e', Some(_)) | Item::Operand(_) => {}
            Item::Short(_, Some(_)) => return None,
            Item::Long(name, value) => self.add_long(name, value.as_ref())?,
        }
        Some(())
    }

    fn add_short(&mut self, flag: char) -> Option<()> {
        match flag {
            // ripgrep recurses and skips binary files by default.
            'r' | 'I' | 'E' | 'G' | 'P' | 'F' => {}
            'R' => self.options.push("-L".to_owned()),
            'n' | 'i' | 'w' | 'x' | 'l' | 'o' | 'v' | 'H' | 'q' | 'a' => {
                if !self.flags.contains(flag) {
                    self.flags.push(flag);
                }
            }
            'h' => self.options.push("--no-filename".to_owned()),
            's' => self.options.push("--no-messages".to_owned()),
            'L' => self.options.push("--files-without-match".to_owned()),
            // grep also counts in files without a match.
            'c' => self.options.push("-c --include-zero".to_owned()),
            _ => return None,
        }
        Some(())
    }

    fn add_long(&mut self, name: &str, value: Option<&Value>) -> Option<()> {
        match (name, value) {
            (name, None) if letter(name).is_some() => self.add_short(letter(name)?)?,
            ("quiet" | "silent", None) => self.add_short('q')?,
            ("extended-regexp" | "basic-regexp" | "perl-regexp" | "fixed-strings", None) => {}
            ("regexp", Some(_)) => {}
            ("color" | "colour", value) => {
                value.is_none_or(|value| matches!(value.text, "never" | "auto")).then_some(())?;
            }
            ("binary-files", Some(value)) => (value.text == "without-match").then_some(())?,
            ("after-context", Some(value)) => self.add_item(&Item::Short('A', Some(*value)))?,
            ("before-context", Some(value)) => self.add_item(&Item::Short('B', Some(*value)))?,
            ("context", Some(value)) => self.add_item(&Item::Short('C', Some(*value)))?,
            ("max-count", Some(value)) => self.add_item(&Item::Short('m', Some(*value)))?,
            // The last glob that fits decides in ripgrep: an exclusion must come after the others.
            ("include", Some(value)) => {
                (!self.globs.iter().any(|(_, glob)| glob.starts_with('!'))).then_some(())?;
                self.globs.push(("-g", glob(value)?));
            }
            ("exclude", Some(value)) => self.globs.push(("-g", format!("!{}", glob(value)?))),
            // ripgrep leaves hidden folders out by default.
            ("exclude-dir", Some(value)) if value.text.starts_with('.') && value.text.len() > 1 => {
            }
            ("exclude-dir", Some(value)) => {
                let folder = Value { text: value.text.trim_end_matches('/'), ..*value };
                self.globs.push(("-g", format!("!{}/", glob(&folder)?)));
            }
            _ => return None,
        }
        Some(())
    }

    /// The same search through the files that a find picks.
    pub(super) fn over(mut self, files: &Files) -> Option<Self> {
        // Globs of its own would be for folders that it enters.
        if !self.globs.is_empty() || !self.paths.is_empty() {
            return None;
        }
        self.options.extend(files.max_depth.map(|depth| format!("--max-depth {depth}")));
        self.globs = files.globs();
        self.paths = files.folders();
        Some(self)
    }

    /// The search as a command.
    pub(crate) fn render(&self) -> String {
        let mut words = vec!["rg".to_owned()];
        if !self.flags.is_empty() {
            words.push(format!("-{}", self.flags));
        }
        words.extend(self.options.iter().cloned());
        self.with_operands(words)
    }

    /// The same as a command that only lists the files.
    pub(crate) fn render_files(&self) -> String {
        let flags: String =
            self.flags.chars().filter(|flag| matches!(flag, 'i' | 'w' | 'x' | 'F')).collect();
        self.with_operands(vec!["rg".to_owned(), format!("-l{flags}")])
    }

    /// The command of these words and the globs, patterns and paths.
    fn with_operands(&self, mut words: Vec<String>) -> String {
        for (option, glob) in &self.globs {
            words.push(format!("{option} {}", quote(glob)));
        }
        let is_operand = matches!(self.patterns.as_slice(), [only] if !only.starts_with('-'));
        for pattern in &self.patterns {
            words.push(if is_operand { quote(pattern) } else { format!("-e {}", quote(pattern)) });
        }
        // Without a path, ripgrep may read its standard input.
        if self.paths.is_empty() {
            words.push(".".to_owned());
        }
        words.extend(self.paths.iter().cloned());
        words.join(" ")
    }
}

/// A glob on file names, if both programs read it alike.
pub(super) fn glob(value: &Value) -> Option<String> {
    if value.word.expands || value.text.is_empty() {
        return None;
    }
    let has_braces = value.text.contains(['{', '}']);
    // The shell expands unquoted braces as ripgrep does. Quoted ones are literal to grep.
    let is_alike = !value.text.contains(['/', '\\', '!'])
        && (!has_braces || (value.word.globs && !value.word.quoted));
    is_alike.then(|| value.text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn rg(text: &str) -> Option<String> {
        to_ripgrep(&shell::parse(text).unwrap().commands[0]).map(|search| search.render())
    }

    #[test]
    fn flags_are_translated_one_by_one() {
        for (from, to) in [
            ("grep -rn TODO .", "rg -n TODO ."),
            ("grep -rin 'foo bar' src lib", "rg -in 'foo bar' src lib"),
            ("grep -r TODO", "rg TODO ."),
            (
                r#"grep -rn "a\|b" . --include="*.rs" --exclude-dir=target"#,
                "rg -n -g '*.rs' -g '!target/' 'a|b' .",
            ),
            ("grep -rE 'a|b' -A3 -B 2 x", "rg -A3 -B2 'a|b' x"),
            ("egrep -rl 'a+' .", "rg -l a+ ."),
            ("fgrep -r 'a.b' .", "rg -F a.b ."),
            ("grep -rn --include=*.{ts,tsx} foo src", "rg -n -g '*.{ts,tsx}' foo src"),
            ("grep -rn -e foo -e bar .", "rg -n -e foo -e bar ."),
            ("grep -rn -- -x .", "rg -n -e -x ."),
            ("grep -rn foo *", "rg -n foo ."),
            ("grep -rn foo src/*", "rg -n foo src"),
            (r#"grep -rn foo "$DIR" src/*.py"#, r#"rg -n foo "$DIR" src/*.py"#),
            ("grep -Rc foo .", "rg -L -c --include-zero foo ."),
        ] {
            assert_eq!(rg(from).as_deref(), Some(to), "{from}");
        }
    }

    #[test]
    fn what_has_no_counterpart_is_not_translated() {
        for from in [
            "grep -rz foo .",
            "grep -rb foo .",
            r#"grep -rn "$PATTERN" ."#,
            "grep -rn foo* .",
            r"grep -rn '\(a\)\1' .",
            "grep -rf patterns .",
            r#"grep -rn --include="*.{ts,tsx}" foo ."#,
            "grep -rn --exclude-from=x foo .",
            "grep -rP '(?<=a)b' .",
            "grep -rn --exclude='test_*' --include='*.py' foo .",
            "grep -r",
        ] {
            assert_eq!(rg(from), None, "{from}");
        }
    }
}
