//! Names that others choose: paths and contents of a repository, and what tools print of it. A word
//! in the circumstances of a rule's example is replaced by a name that has two marks in it.

use std::fs;
use std::path::{Component, Path};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use once_cell::unsync::OnceCell;
use serde_json::{Value, json};
use toolcoach::engine::{self, analyzers};
use toolcoach::project::environment::Environment;
use toolcoach::protocol;
use toolcoach::rules;
use toolcoach::rules::case::Case;
use toolcoach::rules::example::{Example, Given};
use toolcoach::shell::{self, Refusal};
use toolcoach::store::ledger::Ledger;

use super::example_event;

/// What no sentence of a rule has.
pub const MARKS: [&str; 2] = ["qz7x", "wv8y"];

/// Longest name that advice may repeat, characters.
const MOST_CHARS: usize = 80;

/// A word in the circumstances of an example that is not in its call.
pub struct Place {
    pub rule: &'static str,
    example: &'static Example,
    pub word: String,
    /// It is only in paths and branches: others may not cut it, so it is said whole or not at all.
    is_whole: bool,
}

fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for rule in rules::all() {
        for example in rule.hits {
            let call = format!("{:?}", example.call);
            let mut words: Vec<(String, bool)> = Vec::new();
            for given in example.given {
                let (names, texts) = strings(given);
                words.extend(names.into_iter().flat_map(words_of).map(|word| (word, true)));
                words.extend(texts.into_iter().flat_map(words_of).map(|word| (word, false)));
            }
            words.sort();
            // A word that is in a text as well comes there first.
            words.dedup_by(|later, first| later.0 == first.0);
            let told = |word: &str| words_of(&call).any(|other| other == word);
            let foreign = words.into_iter().filter(|(word, _)| !told(word));
            places.extend(foreign.map(|(word, is_whole)| Place {
                rule: rule.id,
                example,
                word,
                is_whole,
            }));
        }
    }
    places
}

/// The names of paths and branches in a circumstance, and the texts that others wrote.
fn strings(given: &Given) -> (Vec<&'static str>, Vec<&'static str>) {
    match given {
        Given::File(path, content) => (vec![path], vec![content]),
        Given::Executable(name) | Given::Branch(name) => (vec![name], Vec::new()),
        Given::Tracked(paths) => (paths.to_vec(), Vec::new()),
        Given::Output(text) | Given::Failed(text) => (Vec::new(), vec![text]),
        _ => (Vec::new(), Vec::new()),
    }
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())).map(str::to_owned)
}

/// `text` with `name` in the place of each `word`.
fn renamed(text: &str, word: &str, name: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut from = 0;
    for (at, _) in text.match_indices(word) {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        if before.is_some_and(is_part) || after.is_some_and(is_part) {
            continue;
        }
        out.push_str(&text[from..at]);
        out.push_str(name);
        from = at + word.len();
    }
    out + &text[from..]
}

impl Place {
    /// What the rules say where the word is `name`. `None` if no file can have that name.
    pub fn told(&self, name: &str) -> Option<Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let named = |text: &str| renamed(text, &self.word, name);
        self.make(root, &named)?;
        let dir = root.to_string_lossy();
        let mut event = example_event::of(self.example, &named);
        if event["cwd"] == "/work" {
            event["cwd"] = json!("{dir}");
        }
        let filled = |event: &Value| event.to_string().replace("{dir}", &dir);
        let ledger = Ledger::in_memory("s", None);
        let mut earlier = 0;
        for given in self.example.given {
            let (times, event) = match given {
                Given::MadeBefore(times) | Given::FailedBefore(times) => (*times, event.clone()),
                Given::After(command) => {
                    (1, { example_event::of(&Example::bash(command), &str::to_owned) })
                }
                Given::Edits(times, path) => {
                    (*times, { example_event::of(&Example::edit(path), &str::to_owned) })
                }
                Given::Edited(path) => (1, example_event::of(&Example::edit(path), &str::to_owned)),
                _ => continue,
            };
            for n in 0..times {
                let mut event = event.clone();
                if let Given::Edits(_, path) = given {
                    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
                    event["tool_input"]["file_path"] = json!(format!("{folder}/n{n}{file}"));
                }
                earlier += 1;
                self.answered(&filled(&event), &ledger, earlier);
            }
        }
        let lines = self.answered(&filled(&event), &ledger, earlier + 1);
        Some(lines.into_iter().map(|line| line.replace(&*dir, "")).collect())
    }

    /// All lines that the rules have for the `n`th call of a session.
    fn answered(&self, text: &str, ledger: &Ledger, n: u64) -> Vec<String> {
        let room = OnceCell::new();
        let (mut event, client) =
            protocol::read(text, &room, |client| client, None).expect("an event");
        event.call_id = Some(n.to_string().into());
        ledger.advance(1_750_000_000_000 + n * 1000);
        let programs = self.example.given.iter().find_map(|given| match given {
            Given::Programs(names) => Some(*names),
            _ => None,
        });
        let programs: Vec<String> =
            programs.unwrap_or(&["rg", "fd"]).iter().map(|name| (*name).to_owned()).collect();
        let environment =
            || Environment::of_call(client, &event).with_programs(Arc::from(programs.clone()));
        let case = Case::new(&event, environment(), Some(ledger));
        let ask = |tasks: &[analyzers::Task]| analyzers::look(&case, tasks, true);
        let lines = engine::examine(&case, true, ask).matches.hit.into_iter();
        let lines: Vec<String> = lines.map(|found| found.text).collect();
        let case = Case::new(&event, environment(), Some(ledger));
        let ask = |tasks: &[analyzers::Task]| analyzers::look(&case, tasks, false);
        engine::answer(&case, Some(ledger), Instant::now(), ask);
        lines
    }

    /// Makes the files of the example.
    fn make(&self, root: &Path, named: &dyn Fn(&str) -> String) -> Option<()> {
        let write = |path: &str, content: &[u8]| {
            let path = named(path);
            let mut parts = Path::new(&path).components();
            // A name must not lead out of the folder.
            if !parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
                return None;
            }
            let file = root.join(&path);
            if path.ends_with('/') {
                return fs::create_dir_all(file).ok();
            }
            fs::create_dir_all(file.parent()?).ok()?;
            fs::write(file, content).ok()
        };
        for given in self.example.given {
            match given {
                Given::File(path, content) => write(path, named(content).as_bytes())?,
                Given::Executable(path) => {
                    write(path, b"")?;
                    #[cfg(unix)]
                    fs::set_permissions(
                        root.join(named(path)),
                        std::os::unix::fs::PermissionsExt::from_mode(0o755),
                    )
                    .ok()?;
                }
                Given::Branch(name) => {
                    write(".git/HEAD", format!("ref: refs/heads/{}\n", named(name)).as_bytes())?;
                    let commit = "0123456789".repeat(4) + "\n";
                    write(&format!(".git/refs/heads/{name}"), commit.as_bytes())?;
                }
                Given::Tracked(paths) => {
                    write(".git/HEAD", b"ref: refs/heads/main\n")?;
                    let paths = paths.iter().map(|path| named(path)).collect();
                    write(".git/index", &index(paths))?;
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Whether something of the name was said.
    ///
    /// # Errors
    /// The line that repeats a name that is not plain.
    pub fn check(&self, name: &str) -> Result<bool, String> {
        let has_mark = |text: &str| MARKS.iter().any(|mark| text.contains(mark));
        let is_plain = is_plain(name);
        let lines = self.told(name).unwrap_or_default();
        for line in &lines {
            let told = MARKS.map(|mark| line.contains(mark));
            let is_end = |c: char| c.is_whitespace() || "'\"`,;()^$".contains(c);
            let mut words = line.split(is_end).filter(|word| has_mark(word));
            // A word of a text may be a name of its own, two of them are not.
            let is_word = |word: &str| MARKS.iter().all(|mark| word.contains(mark));
            let is_part = !self.is_whole && (told != [true; 2] || words.clone().any(is_word));
            let is_allowed = is_plain || told == [false; 2] || is_part;
            let is_usable = line
                .split('`')
                .nth(1)
                .is_none_or(|better| shell::parse(better).err() != Some(Refusal::Syntax));
            if !is_allowed || !words.all(is_plain_word) || !is_usable {
                return Err(format!("{}: {name:?} for {:?}: {line}", self.rule, self.word));
            }
        }
        Ok(lines.iter().any(|line| has_mark(line)))
    }
}

/// Whether advice may repeat a name, as a part of a longer one. A test's name has colons.
fn is_plain(name: &str) -> bool {
    let is_usual = |c: char| c.is_ascii_alphanumeric() || "._/@+-:".contains(c);
    name.chars().count() <= MOST_CHARS && name.chars().all(is_usual)
}

/// Whether a word of a sentence may be a name: it cannot be an option either, wherever its path is
/// told from.
fn is_plain_word(word: &str) -> bool {
    is_plain(word) && !word.split('/').any(|part| part.starts_with('-'))
}

/// A git index of these paths.
fn index(mut paths: Vec<String>) -> Vec<u8> {
    paths.sort_unstable();
    let mut index = b"DIRC\0\0\0\x02".to_vec();
    index.extend((paths.len() as u32).to_be_bytes());
    for path in paths {
        let mut entry = Vec::new();
        for number in [0, 0, 0, 0, 0, 0, 0o100_644, 0, 0, 0] {
            entry.extend(u32::to_be_bytes(number));
        }
        entry.extend([1; 20]);
        entry.extend((path.len().min(0xFFF) as u16).to_be_bytes());
        entry.extend(path.as_bytes());
        entry.resize((entry.len() + 1).next_multiple_of(8), 0);
        index.extend(entry);
    }
    // The checksum.
    index.extend([0; 20]);
    index
}

/// All places of the examples in which rules speak.
pub static PLACES: LazyLock<Vec<Place>> = LazyLock::new(places);

/// The first two bytes choose a place, the third how long the parts before and between the marks
/// are, and the others are the name.
pub fn names(data: &[u8]) {
    let [one, two, lengths, rest @ ..] = data else { return };
    let text = String::from_utf8_lossy(rest);
    let text: Vec<char> = text.chars().filter(|c| *c != '\0').take(200).collect();
    let before = usize::from(lengths & 7).min(text.len());
    let between = (before + usize::from(lengths >> 3)).min(text.len());
    let part = |part: &[char]| part.iter().collect::<String>();
    let [first, second] = MARKS;
    let name = [
        &part(&text[..before]),
        first,
        &part(&text[before..between]),
        second,
        &part(&text[between..]),
    ]
    .concat();
    let at = usize::from(u16::from_be_bytes([*one, *two])) % PLACES.len();
    PLACES[at].check(&name).unwrap_or_else(|told| panic!("{told}"));
}
