//! grep as ripgrep.

use super::filters::Filters;
use super::find::{Files, for_ripgrep};
use super::grep::{self, agrees, asks, letter, pattern_text, value};
use super::pattern;
use super::place::{self, LookUp, Place};
use super::reader::{Use, silenced_errors};
use crate::shell::options::{self, Item, Spec};
use crate::shell::words::quote;
use crate::shell::{Command, Word};

/// A search of ripgrep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// The letters of its short options without a value.
    flags: String,
    /// Its other options, ready for the shell.
    options: Vec<String>,
    /// Option and pattern.
    globs: Vec<(&'static str, String)>,
    patterns: Vec<String>,
    paths: Vec<String>,
    /// The redirection of its errors, with a blank in front; empty for none.
    errors: &'static str,
}

/// `command` as a search of ripgrep, if each of its flags, patterns and paths has a counterpart.
pub(crate) fn of_grep(command: &Command, look_up: LookUp, used: Use) -> Option<Search> {
    let items = options::read(&command.args, Spec::of("grep"));
    let reading = grep::read(command, &items);
    let mut search = Search { errors: silenced_errors(command), ..Search::default() };
    for item in &items {
        search.add_item(item)?;
    }
    // Several patterns are an error to grep -P.
    if reading.patterns.is_empty() || (reading.patterns.len() > 1 && asks(&items, 'P')) {
        return None;
    }
    for value in &reading.patterns {
        let text = pattern_text(value)?;
        search.patterns.push(match reading.syntax {
            None => text.to_owned(),
            Some(syntax) => pattern::translate(text, syntax)?,
        });
    }
    if reading.syntax.is_none() {
        search.flags.push('F');
    }
    let filters = Filters::read(&items)?;
    // grep -R complains of a dangling link only if the filters accept its name.
    if asks(&items, 'R') && !filters.is_empty() {
        return None;
    }
    let changes_paths = search.add_paths(&reading.operands, &filters, look_up)?;
    if changes_paths && used.reads_paths && grep::prints_paths(&items) {
        return None;
    }
    search.add_filters(&filters)?;
    agrees(&items, &reading, used).then_some(search)
}

/// One filter of grep as options of ripgrep, ready for the shell. They are empty for a folder that
/// ripgrep leaves out anyway.
pub(crate) fn filter(item: Item) -> Option<String> {
    let mut search = Search::default();
    search.add_filters(&Filters::read(&[item])?)?;
    Some(search.glob_words().join(" "))
}

impl Search {
    fn add_item(&mut self, item: &Item) -> Option<()> {
        match (letter(item), value(item)) {
            // The patterns are read apart. ripgrep recurses and skips binary files by default.
            (Some('r' | 'I' | 'E' | 'G' | 'P' | 'F'), None) | (Some('e'), Some(_)) => {}
            (Some('R'), None) => self.options.push("-L".to_owned()),
            (Some(flag @ ('n' | 'i' | 'w' | 'x' | 'l' | 'o' | 'v' | 'H' | 'q' | 'a')), None) => {
                if !self.flags.contains(flag) {
                    self.flags.push(flag);
                }
            }
            (Some('h'), None) => self.options.push("--no-filename".to_owned()),
            (Some('s'), None) => self.options.push("--no-messages".to_owned()),
            (Some('L'), None) => self.options.push("--files-without-match".to_owned()),
            // grep also counts in files without a match.
            (Some('c'), None) => self.options.push("-c --include-zero".to_owned()),
            (Some(flag @ ('A' | 'B' | 'C' | 'm')), Some(value)) => {
                let count: u32 = value.literal()?.parse().ok()?;
                // grep -m 0 reads nothing.
                (flag != 'm' || count > 0).then_some(())?;
                self.options.push(format!("-{flag}{count}"));
            }
            (Some('d'), Some(value)) => (value.text == "recurse").then_some(())?,
            (Some(_), _) => return None,
            (None, value) => match item {
                Item::Operand(_) => {}
                Item::Long("include" | "exclude" | "exclude-dir", Some(_)) => {}
                Item::Long("line-buffered", None) => {}
                Item::Long("directories", Some(value)) => {
                    (value.text == "recurse").then_some(())?;
                }
                Item::Long("color" | "colour", _) => {
                    value
                        .is_none_or(|value| matches!(value.text, "never" | "auto"))
                        .then_some(())?;
                }
                Item::Long("binary-files", Some(value)) => {
                    (value.text == "without-match").then_some(())?;
                }
                _ => return None,
            },
        }
        Some(())
    }

    /// Adds the paths to search. Returns whether ripgrep prints the paths of files in another way
    /// than grep.
    fn add_paths(
        &mut self,
        operands: &[&Word],
        filters: &Filters,
        look_up: LookUp,
    ) -> Option<bool> {
        let mut changes_paths = false;
        for operand in operands {
            // grep applies its filters to named files and folders, too.
            if filters.exclude_operand(operand) {
                return None;
            }
            let place = look_up(operand);
            if !filters.is_empty() && !matches!(place, Place::Folder | Place::Missing) {
                return None;
            }
            self.paths.push(match place::globbed_folder(operand) {
                // ripgrep reads ignored files too if they are named, so a glob over a whole folder
                // becomes the folder. Of links it reads only those that are named.
                Some(_) if place != Place::Folder => return None,
                // A glob that includes makes ripgrep read hidden files, which `docs/*` does not name.
                Some(_) if !filters.included.is_empty() => return None,
                Some("") => {
                    changes_paths |= operand.raw == "*";
                    ".".to_owned()
                }
                Some(folder) => folder.to_owned(),
                None => operand.raw.clone(),
            });
        }
        // Without a path, ripgrep may read its standard input.
        if operands.is_empty() {
            self.paths.push(".".to_owned());
            changes_paths = true;
        }
        Some(changes_paths)
    }

    fn add_filters(&mut self, filters: &Filters) -> Option<()> {
        filters.exclude_files_only().then_some(())?;
        self.globs.extend(filters.included.iter().map(|name| ("-g", for_ripgrep(name))));
        // The last glob that fits decides in ripgrep: an exclusion must come after the others.
        self.globs.extend(filters.excluded.iter().map(|name| ("-g", format!("!{name}"))));
        // ripgrep leaves hidden folders out by default.
        let entered = filters.excluded_folders.iter().filter(|name| !name.starts_with('.'));
        self.globs.extend(entered.map(|name| ("-g", format!("!{name}/"))));
        Some(())
    }

    /// The same search through the files that a find picks.
    pub(super) fn over(mut self, files: &Files) -> Option<Self> {
        // Globs of its own would be for folders that it enters.
        if !self.globs.is_empty() {
            return None;
        }
        self.options.extend(files.max_depth.map(|depth| format!("--max-depth {depth}")));
        self.globs = files.globs();
        self.paths = files.folders();
        // find's own redirections count.
        self.errors = "";
        Some(self)
    }

    /// Whether it is limited to files with certain names.
    pub(crate) fn asks_for_names(&self) -> bool {
        self.globs.iter().any(|(_, glob)| !glob.starts_with('!'))
    }

    /// Whether it prints files instead of lines, or lines without a match: then a list of the files
    /// with a match is no first step.
    pub(crate) fn lists(&self) -> bool {
        self.flags.contains(['l', 'v', 'q'])
            || self
                .options
                .iter()
                .any(|option| option.starts_with("-c") || option.contains("without"))
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
        let mut words = vec!["rg".to_owned(), format!("-l{flags}")];
        words.extend(self.options.iter().filter(|option| *option == "--no-messages").cloned());
        self.with_operands(words)
    }

    fn glob_words(&self) -> Vec<String> {
        self.globs.iter().map(|(option, glob)| format!("{option} {}", quote(glob))).collect()
    }

    /// The command of these words and the globs, patterns and paths.
    fn with_operands(&self, mut words: Vec<String>) -> String {
        words.extend(self.glob_words());
        let is_operand = matches!(self.patterns.as_slice(), [only] if !only.starts_with('-'));
        for pattern in &self.patterns {
            words.push(if is_operand { quote(pattern) } else { format!("-e {}", quote(pattern)) });
        }
        words.extend(self.paths.iter().cloned());
        format!("{}{}", words.join(" "), self.errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    /// The search for a command, where `readme` is a file, `link` a link and the rest folders.
    fn rg(text: &str) -> Option<String> {
        let script = shell::parse(text).unwrap();
        let command = &script.commands[0];
        let look_up = |word: &Word| match word.raw.as_str() {
            "readme" => Place::File,
            "link" | "linked/*" => Place::Link,
            raw if raw.starts_with('"') => Place::Unknown,
            _ => Place::Folder,
        };
        let used = crate::rules::rewrite::reader::of(&script, command);
        of_grep(command, &look_up, used).map(|search| search.render())
    }

    #[test]
    fn flags_are_translated_one_by_one() {
        for (from, to) in [
            ("grep -rn TODO .", "rg -n TODO ."),
            ("grep -rin 'foo bar' src lib", "rg -in 'foo bar' src lib"),
            ("grep -r TODO", "rg TODO ."),
            ("grep -r TODO 2>/dev/null", "rg TODO . 2>/dev/null"),
            (
                r#"grep -rn "a\|b" . --include="*.rs" --exclude-dir=target"#,
                "rg -n -g '*.rs' -g '!target/' 'a|b' .",
            ),
            ("grep -rE 'a|b' -A3 -B 2 x", "rg -A3 -B2 'a|b' x"),
            ("egrep -rl 'a+' .", "rg -l a+ ."),
            ("fgrep -r 'a.b' .", "rg -F a.b ."),
            ("grep -rn --include=*.{ts,tsx} foo src", "rg -n -g '*.{ts,tsx}' foo src"),
            ("grep -rn --include={'*.py','*.ts'} foo src", "rg -n -g '{*.py,*.ts}' foo src"),
            ("grep -rn --include='#*' foo src", "rg -n -g '[#]*' foo src"),
            ("grep -rnoi 'foo_bar\\|FOO' src", "rg -noi 'foo_bar|FOO' src"),
            ("grep -rni 'über' src", "rg -ni über src"),
            ("grep -rn -e foo -e bar .", "rg -n -e foo -e bar ."),
            ("grep -rn -- -x .", "rg -n -e -x ."),
            ("grep -rn foo *", "rg -n foo ."),
            ("grep -rn foo src/*", "rg -n foo src"),
            (r#"grep -rn foo "$DIR" src/*.py"#, r#"rg -n foo "$DIR" src/*.py"#),
            ("grep -Rc foo .", "rg -L -c --include-zero foo ."),
            ("grep -rnP 'interface{}' .", r"rg -n 'interface\{\}' ."),
            ("grep -rn foo link", "rg -n foo link"),
            ("grep -r TODO | wc -l", "rg TODO ."),
            ("grep -rl TODO . | cut -d/ -f2", "rg -l TODO ."),
            ("grep -rh TODO | cut -d/ -f2", "rg --no-filename TODO ."),
            ("grep -rL foo . || true", "rg --files-without-match foo ."),
            ("grep -rn --exclude='*.lock' foo src", "rg -n -g '!*.lock' foo src"),
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
            r#"grep -rn --include=*.{py,"t"s} foo ."#,
            "grep -rn --include='*.py ' foo .",
            "grep -rn --include='*[[:space:]]*.py' foo .",
            "grep -rnoi 'FOO\\|Foo_Bar' .",
            "grep -rni 'ıs' .",
            "grep -rni 'İs' .",
            "grep -rni '5 \u{212a}' .",
            "grep -rni 'straße' .",
            r#"grep -rn "foo\'" ."#,
            r"grep -rn '\`foo' .",
            "grep -rn --exclude-from=x foo .",
            "grep -rP '(?<=a)b' .",
            "grep -rP -e a -e b .",
            "grep -rn --exclude='test_*' --include='*.py' foo .",
            "grep -rn --exclude='*test*' foo .",
            "grep -rn --exclude=build foo .",
            "grep -rn --include='*.py' foo readme src",
            "grep -rn --include='*.py' foo link",
            r#"grep -rn --include='*.py' foo "$DIR""#,
            "grep -rn --include='*' foo .",
            "grep -rn --exclude-dir=src foo ./src",
            "grep -rn --exclude-dir='.*' foo .",
            r#"grep -rn --exclude-dir='t*' foo "$PWD""#,
            "grep -rno -A2 foo .",
            "grep -rnov foo .",
            "grep -roE 'a|ab' .",
            "grep -rn -m2 -A2 foo .",
            "grep -rn -C2 -A4 foo .",
            r"grep -rnE '\<.o' .",
            "grep -rL foo . && echo some",
            "grep -rL foo .; echo $?",
            "grep -rl foo | cut -d/ -f1",
            "grep -rl foo * | awk -F/ '{ print $1 }'",
            "grep -rl foo | grep -v '^tests'",
            "x=$(grep -rl foo)",
            "grep -rn foo linked/*",
            "grep -r",
        ] {
            assert_eq!(rg(from), None, "{from}");
        }
    }
}
