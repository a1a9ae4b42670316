//! Options and operands of a command, read as getopt_long does: it splits clusters, takes values,
//! and stops at `--`.

use super::words::Word;

/// Which options of a program take a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// The letters of short options with a value: `"ABCe"`.
    pub(crate) short: &'static str,
    /// The letters of short options whose value, if any, is the rest of their word: `-uno`.
    pub(crate) attached: &'static str,
    /// Long options whose value may be the next word.
    pub(crate) long: &'static [&'static str],
}

impl Spec {
    /// No option takes a value.
    pub(crate) const FLAGS_ONLY: Self = Self::new("", &[]);

    /// Short and long options whose value may be the next word.
    pub(crate) const fn new(short: &'static str, long: &'static [&'static str]) -> Self {
        Self { short, attached: "", long }
    }
}

/// One option or operand of a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item<'c> {
    /// `-x`, with its value if it takes one.
    Short(char, Option<Value<'c>>),
    /// `--name`, with its value if there is one.
    Long(&'c str, Option<Value<'c>>),
    /// A word that is neither an option nor its value.
    Operand(&'c Word),
}

/// The value of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value<'c> {
    /// The value, quotes removed.
    pub(crate) text: &'c str,
    /// The word that contains it.
    pub(crate) word: &'c Word,
}

impl Value<'_> {
    /// The value, if its word has no expansion and no glob.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.word.literal().map(|_| self.text)
    }
}

/// The options and operands in `args`, in order.
pub(crate) fn read<'c>(args: &'c [Word], spec: Spec) -> Vec<Item<'c>> {
    read_named(args, spec, |name| (name, spec.long.contains(&name)))
}

/// Like [`read`], for a program that takes long options cut short. `full` returns the whole name
/// of a long option, and whether its value may be the next word.
pub(crate) fn read_named<'c>(
    args: &'c [Word],
    spec: Spec,
    full: impl Fn(&'c str) -> (&'c str, bool),
) -> Vec<Item<'c>> {
    let mut items = Vec::with_capacity(args.len());
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let next = |words: &mut std::slice::Iter<'c, Word>| {
            words.next().map(|word| Value { text: &word.text, word })
        };
        match word.text.as_str() {
            "--" => {
                items.extend(words.by_ref().map(Item::Operand));
            }
            text if text.starts_with("--") => {
                let body = text.strip_prefix("--").unwrap_or_default();
                let (name, attached) = match body.split_once('=') {
                    Some((name, value)) => (name, Some(Value { text: value, word })),
                    None => (body, None),
                };
                let (name, takes_value) = full(name);
                let value = match attached {
                    None if takes_value => next(&mut words),
                    attached => attached,
                };
                items.push(Item::Long(name, value));
            }
            text if text.len() > 1 && text.starts_with('-') => {
                let mut rest = text.strip_prefix('-').unwrap_or_default();
                while let Some(flag) = rest.chars().next() {
                    rest = rest.get(flag.len_utf8()..).unwrap_or_default();
                    if spec.attached.contains(flag) {
                        let value = (!rest.is_empty()).then_some(Value { text: rest, word });
                        items.push(Item::Short(flag, value));
                        break;
                    }
                    if !spec.short.contains(flag) {
                        items.push(Item::Short(flag, None));
                        continue;
                    }
                    let value = if rest.is_empty() {
                        next(&mut words)
                    } else {
                        Some(Value { text: rest, word })
                    };
                    items.push(Item::Short(flag, value));
                    break;
                }
            }
            _ => items.push(Item::Operand(word)),
        }
    }
    items
}

/// Whether `items` contain the option in its short or its long form.
pub(crate) fn has(items: &[Item], short: Option<char>, long: &str) -> bool {
    items.iter().any(|item| match item {
        Item::Short(flag, _) => Some(*flag) == short,
        Item::Long(name, _) => *name == long,
        Item::Operand(_) => false,
    })
}

/// The operands in `items`.
pub(crate) fn operands<'c>(items: &[Item<'c>]) -> Vec<&'c Word> {
    items
        .iter()
        .filter_map(|item| if let Item::Operand(word) = item { Some(*word) } else { None })
        .collect()
}

/// Options before a sub-command that take the next word as their value, by program.
const GLOBAL_VALUES: [(&str, &[&str]); 12] = [
    (
        "git",
        &["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--super-prefix", "--config-env"],
    ),
    ("cargo", &["-C", "-Z", "--config", "--color", "--manifest-path", "--target-dir"]),
    ("npm", &["-C", "--prefix", "-w", "--workspace", "--userconfig", "--cache"]),
    ("pnpm", &["-C", "--dir", "-F", "--filter"]),
    ("yarn", &["--cwd"]),
    ("bun", &["--cwd", "-c", "--config"]),
    ("go", &["-C"]),
    ("mise", &["-C", "--cd", "-E", "--env"]),
    ("gh", &["-R", "--repo"]),
    (
        "kubectl",
        &[
            "-n",
            "--namespace",
            "--context",
            "--kubeconfig",
            "--cluster",
            "--user",
            "-s",
            "--server",
        ],
    ),
    ("docker", &["-H", "--host", "-c", "--context", "--config", "-l", "--log-level"]),
    ("docker-compose", &["-f", "--file", "-p", "--project-name", "--profile", "--env-file"]),
];

/// The sub-command of `program`: its index in `args` and its text. Skips the options before it and
/// their values. `None` if there is no sub-command, or if it is not a literal.
pub(crate) fn subcommand<'c>(program: &str, args: &'c [Word]) -> Option<(usize, &'c str)> {
    let with_value = GLOBAL_VALUES
        .iter()
        .find(|(name, _)| *name == program)
        .map_or(&[][..], |(_, options)| options);
    let mut at = 0;
    loop {
        let word = args.get(at)?.literal()?;
        // `cargo +nightly test`
        if word.starts_with('-') || (program == "cargo" && word.starts_with('+')) {
            at += if with_value.contains(&word) { 2 } else { 1 };
        } else {
            return Some((at, word));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        text.split(' ').map(Word::plain).collect()
    }

    #[test]
    fn clusters_are_split_and_values_taken() {
        let spec = Spec { short: "Ae", long: &["include"], ..Spec::FLAGS_ONLY };
        let args = words("-rnA3 -e foo --include *.rs --color=never . -- -x");
        let value = |text, at: usize| Some(Value { text, word: &args[at] });
        let items = read(&args, spec);
        assert_eq!(
            items,
            [
                Item::Short('r', None),
                Item::Short('n', None),
                Item::Short('A', value("3", 0)),
                Item::Short('e', value("foo", 2)),
                Item::Long("include", value("*.rs", 4)),
                Item::Long("color", value("never", 5)),
                Item::Operand(&args[6]),
                Item::Operand(&args[8]),
            ]
        );
        assert!(has(&items, Some('r'), "recursive"));
    }

    #[test]
    fn subcommands_are_found_after_global_options() {
        let find = |program: &str, text: &str| {
            subcommand(program, &words(text)).map(|(_, subcommand)| subcommand.to_owned())
        };
        assert_eq!(find("git", "-C /x -c a=b --no-pager push -f").as_deref(), Some("push"));
        assert_eq!(find("cargo", "+nightly test").as_deref(), Some("test"));
        assert_eq!(find("git", "--version"), None);
    }
}
