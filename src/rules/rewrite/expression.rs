//! The expression of find, read word by word.

use super::find::{Action, Files, IGNORED_PARTS, has_ending};
use crate::shell::Word;

/// What a find expression picks, and what it does with it.
///
/// # Errors
/// Why no file lister can do the same.
pub(crate) fn read(args: &[Word]) -> Result<Files<'_>, &'static str> {
    let count = args.iter().take_while(|word| !is_expression(word)).count();
    let (roots, rest) = args.split_at_checked(count).unwrap_or_default();
    if roots.iter().any(|word| word.globs) {
        return Err("its folders are a pattern");
    }
    let files = Files { roots: roots.iter().collect(), ..Files::default() };
    let mut reader = Reader { files, rest };
    while reader.prune()? {}
    reader.tests()?;
    reader.files.checked()
}

fn is_expression(word: &Word) -> bool {
    word.text.starts_with('-') || matches!(word.text.as_str(), "(" | ")" | "!" | ",")
}

/// A name without pattern characters.
fn plain_name(name: &str) -> Option<&str> {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && !name.is_empty()).then_some(name)
}

struct Reader<'c> {
    files: Files<'c>,
    rest: &'c [Word],
}

/// What stands in the bracket of an expression, or outside of it.
#[derive(Default)]
struct Tally {
    names: usize,
    others: usize,
    joins: usize,
}

impl Tally {
    /// Whether it reads as `a -o b -o c`, or asks for one name at most.
    fn is_clear(&self) -> bool {
        if self.joins == 0 {
            self.names <= 1
        } else {
            self.names == self.joins + 1 && self.others == 0
        }
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

    /// Takes `-name X -prune -o` from the front, also in the forms `-type d -name X` and `( -name X
    /// -o -path Y )`.
    fn prune(&mut self) -> Result<bool, &'static str> {
        const OTHER: &str = "it prunes by something else than a name";
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
        let (mut found, mut joins) = (0_usize, 0_usize);
        while let Some(word) = self.next() {
            match word.text.as_str() {
                "-type" => (self.value()? == "d").then_some(()).ok_or(OTHER)?,
                "-name" => {
                    let name = plain_name(self.value()?).ok_or("an excluded name is a pattern")?;
                    self.files.excluded.push(format!("{name}{ending}"));
                    found += 1;
                }
                "-path" | "-wholename" => {
                    let path = format!("{}/*", self.value()?);
                    self.exclude_path(&path)?;
                    found += 1;
                }
                "-o" | "-or" => joins += 1,
                "(" | ")" => {}
                _ => return Err(OTHER),
            }
        }
        self.rest = rest;
        if found == joins + 1 { Ok(true) } else { Err(OTHER) }
    }

    fn tests(&mut self) -> Result<(), &'static str> {
        let mut negated = false;
        let (mut inside, mut outside) = (Tally::default(), Tally::default());
        let mut group = false;
        let mut acts = false;
        while let Some(word) = self.next() {
            let here = if group { &mut inside } else { &mut outside };
            match word.text.as_str() {
                _ if acts => return Err("it does something else besides"),
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
                "-o" | "-or" => here.joins += 1,
                "-a" | "-and" => {}
                "(" if !group && !negated && inside.names + inside.others == 0 => group = true,
                ")" => group = false,
                "-print" if !negated && !group => acts = true,
                "-print0" if !negated && !group => {
                    self.files.action = Action::Print0;
                    acts = true;
                }
                "-exec" if !negated && !group => {
                    self.files.action = self.run()?;
                    acts = true;
                }
                _ => return Err("it uses predicates that a file listing cannot express"),
            }
            negated = false;
        }
        // `a -o b -type f` and `a -o b -print` bind otherwise than they read, and names on both
        // sides of a bracket must both hold.
        let alone = inside.names + inside.others == 0 && !acts && self.files.excluded.is_empty();
        let one_set = inside.names == 0 || outside.names == 0;
        if (outside.joins > 0 && !alone) || !one_set || !inside.is_clear() || !outside.is_clear() {
            return Err("it combines its tests in a way that a file listing cannot");
        }
        Ok(())
    }

    /// The command after `-exec`, and a `-print` behind it.
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

    /// A name that is left out. Patterns of a lister leave folders out too, so it must be a file's.
    fn exclude_file(&mut self, name: &str) -> Result<(), &'static str> {
        let readable =
            name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '?'));
        if !readable || !has_ending(name) {
            return Err("an excluded name is a pattern, or may be a folder's");
        }
        self.files.excluded.push(name.to_owned());
        Ok(())
    }

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
        let anchor = if path.starts_with("./") { "/" } else { "" };
        if anchor == "/" && !self.files.start_here() {
            return Err("an excluded path is not under the working directory");
        }
        self.files.excluded.push(format!("{anchor}{part}/"));
        Ok(())
    }

    /// `-path '*/name/*'`, and `-path './folder/*'` below the working directory.
    fn require_path(&mut self, path: &str) -> Result<(), &'static str> {
        const OTHER: &str = "a path of it is a pattern";
        if self.files.within.is_some() || self.files.base.is_some() {
            return Err(OTHER);
        }
        let inner =
            |prefix| path.strip_prefix(prefix).and_then(|part: &str| part.strip_suffix("/*"));
        if let Some(name) = inner("*/").and_then(plain_name) {
            let is_on_the_way = |root: &&Word| root.text.split('/').any(|part| part == name);
            if name.starts_with('.')
                || IGNORED_PARTS.contains(&name)
                || self.files.roots.iter().any(is_on_the_way)
            {
                return Err(OTHER);
            }
            self.files.within = Some(name.to_owned());
            return Ok(());
        }
        let folder = inner("./").filter(|_| self.files.start_here()).ok_or(OTHER)?;
        let plain = folder.split('/').all(|part| {
            plain_name(part)
                .is_some_and(|name| !name.starts_with('.') && !IGNORED_PARTS.contains(&name))
        });
        self.files.base = plain.then(|| folder.to_owned());
        if plain { Ok(()) } else { Err(OTHER) }
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
            ("find . -type d -name gen -prune -o -name '*.go' -print", "-g *.go -g !gen/ ."),
            (
                r"find . \( -name node_modules -o -path ./out \) -prune -o -type f -print",
                "-g !node_modules -g !/out/ .",
            ),
            ("find . -path './src/api/*' -name '*.rs'", "-g *.rs src/api"),
            ("find . -path '*/api/*' -name '*.rs'", "-g **/api/**/*.rs ."),
            ("find web -path '*/api/*'", "-g **/api/** web"),
            ("find . -iname '*.md' -not -path '*/drafts/*'", "--iglob *.md -g !drafts/ ."),
        ] {
            // A root behind the expression is no root to find either.
            let from = from.replace(" src", "");
            assert_eq!(rg(&from).as_deref(), Ok(to), "{from}");
        }
    }

    #[test]
    fn what_binds_otherwise_is_refused() {
        for from in [
            "find . -name '*.a' -o -name '*.b' -exec grep x {} +",
            "find . -name '*.ts' -o -name '*.js' -print",
            "find . -name '*.ts' -o -name '*.js' -print0",
            "find . -name x.c -prune -print",
            "find . -name a -name b -prune -o -print",
            "find . -not -name vendor -name '*.go'",
            "find api -path '*/api/*'",
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
