//! The expression of find, read word by word.

use super::find::{Action, Files, IGNORED_PARTS, has_ending};
use crate::shell::Word;

/// Reads which files a find expression picks, and what it does with them.
///
/// # Errors
/// Why no file lister can pick the same.
pub(crate) fn read(args: &[Word]) -> Result<Files<'_>, &'static str> {
    let count = args.iter().take_while(|word| !is_expression(word)).count();
    let (roots, rest) = args.split_at_checked(count).unwrap_or_default();
    if roots.iter().any(|word| word.globs) {
        return Err("its folders are a pattern");
    }
    let files = Files { roots: roots.iter().collect(), ..Files::default() };
    let mut reader = Reader { files, rest };
    while reader.prune()? {
        reader.files.prints_pruned = true;
    }
    reader.tests()?;
    reader.files.checked()
}

fn is_expression(word: &Word) -> bool {
    word.text.starts_with('-') || matches!(word.text.as_str(), "(" | ")" | "!" | ",")
}

/// The name, if it has no pattern characters.
fn plain_name(name: &str) -> Option<&str> {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (is_plain && !name.is_empty()).then_some(name)
}

struct Reader<'c> {
    files: Files<'c>,
    rest: &'c [Word],
}

/// How many tests are in the parentheses of an expression, or outside them.
#[derive(Default)]
struct Tally {
    names: usize,
    others: usize,
    ors: usize,
}

impl Tally {
    /// Whether it has the form `a -o b -o c`, or at most one name.
    fn is_clear(&self) -> bool {
        if self.ors == 0 { self.names <= 1 } else { self.names == self.ors + 1 && self.others == 0 }
    }
}

impl<'c> Reader<'c> {
    fn next(&mut self) -> Option<&'c Word> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn value(&mut self) -> Result<&'c str, &'static str> {
        self.next().and_then(Word::literal).ok_or("a value of find is not literal")
    }

    /// Reads `-name X -prune -o` at the front, also with `-type d -name X` or `( -name X -o -path Y
    /// )` before `-prune`. Returns whether it was there.
    fn prune(&mut self) -> Result<bool, &'static str> {
        const OTHER: &str = "it prunes by something other than a name";
        let Some(at) = self.rest.iter().position(|word| word.is("-prune")) else {
            return Ok(false);
        };
        let (front, rest) = self.rest.split_at_checked(at).unwrap_or_default();
        let [_, or, rest @ ..] = rest else { return Err(OTHER) };
        if !or.is("-o") && !or.is("-or") {
            return Err(OTHER);
        }
        self.rest = front;
        let folders_only =
            front.windows(2).any(|two| matches!(two, [a, b] if a.is("-type") && b.is("d")));
        let ending = if folders_only { "/" } else { "" };
        let (mut names, mut ors) = (0_usize, 0_usize);
        while let Some(word) = self.next() {
            match word.text.as_str() {
                "-type" if self.value()? == "d" => {}
                "-name" => {
                    let name = plain_name(self.value()?).ok_or("an excluded name is a pattern")?;
                    self.files.excluded.push(format!("{name}{ending}"));
                    names += 1;
                }
                "-path" | "-wholename" => {
                    let path = format!("{}/*", self.value()?);
                    self.exclude_path(&path)?;
                    names += 1;
                }
                "-o" | "-or" => ors += 1,
                "(" | ")" => {}
                _ => return Err(OTHER),
            }
        }
        self.rest = rest;
        if names == ors + 1 { Ok(true) } else { Err(OTHER) }
    }

    fn tests(&mut self) -> Result<(), &'static str> {
        let mut negated = false;
        let (mut inside, mut outside) = (Tally::default(), Tally::default());
        let mut in_group = false;
        let mut acts = false;
        while let Some(word) = self.next() {
            let here = if in_group { &mut inside } else { &mut outside };
            match word.text.as_str() {
                _ if acts => return Err("it does more than that"),
                "-name" | "-iname" if !negated => {
                    here.names += 1;
                    let name = self.value()?.to_owned();
                    self.files.names.push((name, word.text == "-iname"));
                }
                "-name" => {
                    here.others += 1;
                    let name = self.value()?;
                    self.exclude_file(name)?;
                }
                "-path" | "-wholename" => {
                    here.others += 1;
                    let path = self.value()?;
                    if negated { self.exclude_path(path)? } else { self.require_path(path)? }
                }
                "-type" if self.value()? == "f" && !negated => {
                    here.others += 1;
                    self.files.files_only = true;
                }
                "-type" => return Err("it asks for directories or links"),
                "-maxdepth" if !negated => {
                    let depth = self.value()?.parse().map_err(|_| "-maxdepth is not a number")?;
                    self.files.max_depth = Some(depth);
                }
                "-not" | "!" if !negated => {
                    negated = true;
                    continue;
                }
                "-o" | "-or" => here.ors += 1,
                "-a" | "-and" => {}
                "(" if !in_group && !negated && inside.names + inside.others == 0 => {
                    in_group = true
                }
                ")" => in_group = false,
                "-print" if !negated && !in_group => {
                    self.files.prints_pruned = false;
                    acts = true;
                }
                "-print0" if !negated && !in_group => {
                    self.files.prints_pruned = false;
                    self.files.action = Action::Print0;
                    acts = true;
                }
                "-exec" if !negated && !in_group => {
                    self.files.prints_pruned = false;
                    self.files.action = self.run()?;
                    acts = true;
                }
                _ => return Err("it uses predicates that a file listing cannot express"),
            }
            negated = false;
        }
        // In `a -o b -type f` and `a -o b -print` the last test or action only applies to `b`. Of
        // names inside and outside the parentheses, find wants one of each.
        let only_outside =
            inside.names + inside.others == 0 && !acts && self.files.excluded.is_empty();
        let is_one_set = inside.names == 0 || outside.names == 0;
        if (outside.ors > 0 && !only_outside)
            || !is_one_set
            || !inside.is_clear()
            || !outside.is_clear()
        {
            return Err("it combines its tests in a way that a file listing cannot");
        }
        Ok(())
    }

    /// Reads the command after `-exec`, and a `-print` after the command.
    fn run(&mut self) -> Result<Action<'c>, &'static str> {
        let end = self.rest.iter().position(|word| matches!(word.text.as_str(), ";" | "+"));
        let (words, rest) =
            end.and_then(|at| self.rest.split_at_checked(at)).ok_or("its -exec does not end")?;
        let (last, rest) = rest.split_first().ok_or("its -exec does not end")?;
        let each = last.text == ";";
        let prints = matches!(rest, [print] if print.is("-print"));
        self.rest = if prints { &[] } else { rest };
        Ok(Action::Run { words, each, prints })
    }

    /// Reads a name that is left out. A file lister would leave out folders of that name too, so it
    /// must be the name of a file.
    fn exclude_file(&mut self, name: &str) -> Result<(), &'static str> {
        let is_readable =
            name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '?'));
        if !is_readable || !has_ending(name) {
            return Err("an excluded name is a pattern, or may be a folder's");
        }
        self.files.excluded.push(name.to_owned());
        Ok(())
    }

    /// Reads a path that is left out: `*/name/*`, `./name/*` or hidden files.
    fn exclude_path(&mut self, path: &str) -> Result<(), &'static str> {
        if matches!(path, "*/.*" | "*/.*/*" | "./.*" | "./.*/*") {
            self.files.excluded.push(".*".to_owned());
            return Ok(());
        }
        let part = path
            .strip_prefix("*/")
            .or_else(|| path.strip_prefix("./"))
            .and_then(|part| part.strip_suffix("/*"))
            .and_then(plain_name)
            .ok_or("an excluded path is a pattern")?;
        let is_anchored = path.starts_with("./");
        if is_anchored && !self.files.start_here() {
            return Err("an excluded path is not under the working directory");
        }
        let anchor = if is_anchored { "/" } else { "" };
        self.files.excluded.push(format!("{anchor}{part}/"));
        Ok(())
    }

    /// Reads a path that every file must have: `*/name/*`, or `./folder/*` if find starts in the
    /// working directory.
    fn require_path(&mut self, path: &str) -> Result<(), &'static str> {
        const OTHER: &str = "one of its paths is a pattern";
        if self.files.within.is_some() || self.files.base.is_some() {
            return Err(OTHER);
        }
        let inner =
            |prefix| path.strip_prefix(prefix).and_then(|part: &str| part.strip_suffix("/*"));
        if let Some(name) = inner("*/").and_then(plain_name) {
            let has_part = |root: &&Word| root.text.split('/').any(|part| part == name);
            if name.starts_with('.')
                || IGNORED_PARTS.contains(&name)
                || self.files.roots.iter().any(has_part)
            {
                return Err(OTHER);
            }
            self.files.within = Some(name.to_owned());
            return Ok(());
        }
        let folder = inner("./").filter(|_| self.files.start_here()).ok_or(OTHER)?;
        let is_searched = |part| {
            plain_name(part)
                .is_some_and(|name| !name.starts_with('.') && !IGNORED_PARTS.contains(&name))
        };
        if !folder.split('/').all(is_searched) {
            return Err(OTHER);
        }
        self.files.base = Some(format!("./{folder}"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn rg(text: &str) -> Result<String, &'static str> {
        let script = shell::parse(text).unwrap();
        let files = read(&script.commands[0].args)?;
        let globs: Vec<String> =
            files.globs().iter().map(|(flag, glob)| format!("{flag} {glob}")).collect();
        Ok(format!("{} {}", globs.join(" "), files.folders().join(" ")).trim().to_owned())
    }

    #[test]
    fn what_is_picked_becomes_globs() {
        for (from, to) in [
            ("find . -type f", "."),
            ("find -name '*' src", "."),
            ("find a b -name '*.c' -o -name '*.h'", "-g *.c -g *.h a b"),
            ("find . -name '*.[ch]'", "-g *.[ch] ."),
            ("find . -name '[!a-c]*.go'", "-g [!a-c]*.go ."),
            ("find . -name '*.go' -not -name '*_test.go'", "-g *.go -g !*_test.go ."),
            ("find . -not -path '*/.git/*' -name '*.go'", "-g *.go ."),
            ("find . -not -path '*/.*' -name '*.go'", "-g *.go -g !.* ."),
            ("find . -not -path '*/.*' -type f", "."),
            (
                "find \"$PWD\" -not -path '*/node_modules/*' -name '*.go'",
                "-g *.go -g !node_modules/ \"$PWD\"",
            ),
            ("find . -type d -name gen -prune -o -name '*.go' -print", "-g *.go -g !gen/ ."),
            (
                r"find . \( -name node_modules -o -path ./out \) -prune -o -type f -print",
                "-g !node_modules -g !/out/ .",
            ),
            ("find . -path './src/api/*' -name '*.rs'", "-g *.rs ./src/api"),
            ("find . -path '*/api/*' -name '*.rs'", "-g **/api/**/*.rs ."),
            ("find web -path '*/api/*'", "-g **/api/** web"),
            ("find . -iname '*.md' -not -path '*/drafts/*'", "--iglob *.md -g !drafts/ ."),
        ] {
            // find does not take a root after the expression either.
            let from = from.replace(" src", "");
            assert_eq!(rg(&from).as_deref(), Ok(to), "{from}");
        }
    }

    #[test]
    fn what_find_binds_another_way_is_refused() {
        for from in [
            "find . -name '*.a' -o -name '*.b' -exec grep x {} +",
            "find . -name '*.ts' -o -name '*.js' -print",
            "find . -name '*.ts' -o -name '*.js' -print0",
            "find . -name x.c -prune -print",
            "find . -name a -name b -prune -o -print",
            "find . -not -name vendor -name '*.go'",
            "find api -path '*/api/*'",
            "find \"$PWD\" -not -path '*/src/*' -name '*.go'",
            "find $(pwd) -type d -name api -prune -o -name '*.go' -print",
            "find . -path '*/dist/*' -name '*.js'",
            "find . -path './web/dist/*' -name '*.js'",
            "find . -path './src/*' -maxdepth 2",
            "find . -name '*.*'",
            "find . -name '*git*'",
            "find . -iname '*mod*' -not -path '*/node_modules/*'",
            "find . -iname '*.go' -not -name '*_test.go'",
            "find . -print -name '*.go'",
            "find . -name '*.go' -exec grep a {} + -exec grep b {} +",
            "find -L . -name '*.go'",
            r"find . \( -type f -o -name x.c \)",
            "find . -path ./a -name '*.ts' -o -name '*.js'",
            "find . -name '*.ts' -o -path '*/a/*' -name '*.js'",
        ] {
            assert!(rg(from).is_err(), "{from}: {:?}", rg(from));
        }
    }
}
