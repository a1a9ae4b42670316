//! A look at a file with cat, head, tail or sed -n, as a call of a Read tool with offset and limit.

use crate::shell::{Command, Word};

/// A part of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View<'c> {
    /// The file as it was written.
    pub(crate) path: &'c Word,
    /// The part that is shown.
    pub(crate) part: Part,
}

/// The part of a file that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole file.
    Whole,
    /// The first line, counted from 1, and the number of lines; `None`: to the end.
    Lines(u64, Option<u64>),
    /// Lines at the end of the file. Where they begin is not known.
    End,
}

/// Reads what a pipeline shows, if it is `cat`, `head`, `tail` or `sed -n` of one file, or
/// `tail -n +N` into `head`.
///
/// # Errors
/// Why it is something else.
pub(crate) fn read<'c>(stages: &[&'c Command]) -> Result<View<'c>, &'static str> {
    let [first, later @ ..] = stages else { return Err("it shows no file") };
    let view = view_of(first)?;
    match (view.part, later) {
        (_, []) => Ok(view),
        (Part::Lines(start, None), [head]) if first.is("tail") && head.is("head") => {
            match path_and_count(head)? {
                (Some(_), _) => Err("it shows two files"),
                (None, Count::First(count)) => {
                    Ok(View { part: Part::Lines(start, Some(count)), ..view })
                }
                _ => Err("it counts from the end"),
            }
        }
        _ => Err("it is part of something larger"),
    }
}

fn view_of(command: &Command) -> Result<View<'_>, &'static str> {
    match command.program.as_str() {
        "cat" => {
            let mut files = command
                .args
                .iter()
                .filter(|word| !matches!(word.text.as_str(), "-n" | "--number" | "--"));
            match (files.next(), files.next()) {
                (Some(word), _) if word.text.starts_with('-') => Err("it uses an option of cat"),
                (Some(path), None) => Ok(View { path, part: Part::Whole }),
                _ => Err("it concatenates"),
            }
        }
        "head" | "tail" => {
            let (path, count) = path_and_count(command)?;
            let path = path.ok_or("it reads its input")?;
            let part = match (count, command.is("head")) {
                (Count::First(count), true) => Part::Lines(1, Some(count)),
                (Count::From(line), false) => Part::Lines(line.max(1), None),
                (Count::First(_), false) => Part::End,
                _ => return Err("it counts from the end"),
            };
            Ok(View { path, part })
        }
        "sed" | "gsed" => sed_view(command),
        _ => Err("it shows no file"),
    }
}

/// The number of lines that head or tail takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// `N`
    First(u64),
    /// `+N`
    From(u64),
    /// `-N`
    Without,
}

/// The file of a head or tail, if it names one, and the number of lines.
fn path_and_count(command: &Command) -> Result<(Option<&Word>, Count), &'static str> {
    const OPTION: &str = "one of its options is not about lines";
    let mut count = Count::First(10);
    let mut path = None;
    let mut words = command.args.iter();
    while let Some(word) = words.next() {
        let text = word.literal().ok_or("its operand is not literal")?;
        let number = match text {
            "-n" | "--lines" => words.next().and_then(Word::literal).ok_or(OPTION)?,
            "--" => continue,
            _ => match text.strip_prefix("--lines=").or_else(|| text.strip_prefix("-n")) {
                Some(number) => number,
                None => match text.strip_prefix('-') {
                    Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => number,
                    Some(_) => return Err(OPTION),
                    None if path.replace(word).is_some() => return Err("it shows two files"),
                    None => continue,
                },
            },
        };
        count = match (number.strip_prefix('+'), number.strip_prefix('-')) {
            (Some(line), _) => Count::From(line.parse().map_err(|_| OPTION)?),
            (_, Some(_)) => Count::Without,
            _ => Count::First(number.parse().map_err(|_| OPTION)?),
        };
    }
    Ok((path, count))
}

/// `sed -n 'A,Bp' FILE`
fn sed_view(command: &Command) -> Result<View<'_>, &'static str> {
    const OTHER: &str = "it is not a range of lines";
    let mut quiet = false;
    let mut operands = Vec::new();
    for word in &command.args {
        match word.text.as_str() {
            "--quiet" | "--silent" => quiet = true,
            text => match text.strip_prefix('-') {
                // The script follows `-e` directly, so it is the first operand either way.
                Some(letters)
                    if !letters.is_empty() && letters.chars().all(|c| "nEre".contains(c)) =>
                {
                    quiet |= letters.contains('n');
                }
                Some(_) => return Err("it uses another option of sed"),
                None => operands.push(word),
            },
        }
    }
    let [script, path] = operands.as_slice() else { return Err(OTHER) };
    let range = script
        .literal()
        .filter(|_| quiet)
        .and_then(|script| script.trim().strip_suffix('p'))
        .ok_or(OTHER)?;
    let line = |text: &str| text.parse::<u64>().ok().filter(|line| *line > 0).ok_or(OTHER);
    let part = match range.split_once(',') {
        None => Part::Lines(line(range)?, Some(1)),
        Some((start, "$")) => Part::Lines(line(start)?, None),
        Some((start, end)) => {
            let start = line(start)?;
            let count = match end.strip_prefix('+') {
                Some(more) => more.parse::<u64>().map_err(|_| OTHER)?.saturating_add(1),
                None => line(end)?.checked_sub(start).ok_or(OTHER)?.saturating_add(1),
            };
            Part::Lines(start, Some(count))
        }
    };
    Ok(View { path, part })
}

impl View<'_> {
    /// The offset and limit of a Read of the same part, as words; `None` if they are not known.
    pub(crate) fn range(&self) -> Option<String> {
        match self.part {
            Part::Whole => Some(String::new()),
            Part::Lines(1, Some(limit)) => Some(format!(" limit={limit}")),
            Part::Lines(offset, Some(limit)) => Some(format!(" offset={offset} limit={limit}")),
            Part::Lines(offset, None) => Some(format!(" offset={offset}")),
            Part::End => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn range(text: &str) -> Result<Option<String>, &'static str> {
        let script = shell::parse(text).unwrap();
        let stages: Vec<&Command> = script.commands.iter().collect();
        read(&stages).map(|view| view.range().map(|range| format!("{}{range}", view.path.text)))
    }

    #[test]
    fn parts_become_offset_and_limit() {
        for (from, to) in [
            ("cat f", Some("f")),
            ("cat -n 'a b'", Some("a b")),
            ("head f", Some("f limit=10")),
            ("head -n 80 f", Some("f limit=80")),
            ("head -80 f", Some("f limit=80")),
            ("head --lines=80 f", Some("f limit=80")),
            ("head f -n80", Some("f limit=80")),
            ("tail -n +200 f", Some("f offset=200")),
            ("tail -n +200 f | head -50", Some("f offset=200 limit=50")),
            ("tail -n +1 f | head", Some("f limit=10")),
            ("tail -n 50 f", None),
            ("tail f", None),
            ("sed -n '120,180p' f", Some("f offset=120 limit=61")),
            ("sed -n 5p f", Some("f offset=5 limit=1")),
            ("sed -n -e '1,20p' f", Some("f limit=20")),
            ("sed -ne '10,+5p' f", Some("f offset=10 limit=6")),
            ("sed -n '10,$p' f", Some("f offset=10")),
        ] {
            assert_eq!(range(from), Ok(to.map(str::to_owned)), "{from}");
        }
    }

    #[test]
    fn what_is_not_one_part_of_one_file_is_refused() {
        for from in [
            "cat a b",
            "cat -A f",
            "cat",
            "head -c 20 f",
            "head -n -5 f",
            "head a b",
            "head -q f",
            "tail -f f",
            "tail -n +5 f | tail -3",
            "tail -n +5 f | head -3 g",
            "head -200 f | tail -50",
            "head \"$f\"",
            "sed '1,5p' f",
            "sed -n '/a/,/b/p' f",
            "sed -n '1,5p;9p' f",
            "sed -n '5,1p' f",
            "sed -n '0p' f",
            "sed -n \"$a,${b}p\" f",
            "sed -n 's/a/b/p' f",
            "sed -n '1,5p' a b",
            "sed -i -n '1,5p' f",
            "wc -l f",
        ] {
            assert!(range(from).is_err(), "{from}: {:?}", range(from));
        }
    }
}
