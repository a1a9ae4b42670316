//! Files that are not ours are read in one way: bounded, regular files only, without waiting.

use super::{shown, sources, without_tests};

/// What opens a file or lists a folder.
const WORDS: [&str; 6] = [
    "fs::read", // and what begins so
    "fs::copy",
    "File::open(",
    "File::options(",
    ".read_dir(",
    ".open(",
];

/// Where these words may stand, how often, and why. A reader of a project's files has no place here
/// but in `base/read.rs`.
const PLACES: [(&str, usize, &str); 16] = [
    ("src/base/read.rs", 3, "the way to read what is not ours"),
    ("src/base/state_dir.rs", 2, "the way to open what is ours: no link, no file of another user"),
    ("src/base/process.rs", 2, "/dev/null in the place of streams that are closed"),
    ("src/store/ledgers.rs", 2, "lists the whole store, for stats and doctor"),
    ("src/upkeep/names.rs", 2, "lists the store from a position on, until its time is over"),
    ("src/commands/doctor/disk.rs", 2, "makes a file in the state folder"),
    ("src/commands/doctor/store.rs", 1, "lists the whole store"),
    ("src/commands/install/aside.rs", 2, "new text beside an agent's settings, and old such text"),
    ("src/commands/install/lasting.rs", 5, "the program itself, and the settings that may name it"),
    ("src/commands/install/purge.rs", 1, "lists the state folder"),
    ("src/commands/install/round_trip.rs", 4, "files that a fuzz target has just written"),
    ("src/commands/install/staged.rs", 1, "writes to settings that have two names"),
    ("src/commands/transcripts/lines.rs", 2, "what the user names, which may be a pipe"),
    ("src/commands/transcripts/sources.rs", 3, "the same, and all recordings below a folder"),
    ("src/engine/fault.rs", 1, "stalls where a test asks for it, in no release"),
    ("src/ui/file.rs", 2, "writes to a file that the user names"),
];

/// What looks the same and opens no file: a link's target, and methods of types of ours.
const OTHERS: [&str; 4] = ["fs::read_link(", "self.open(", "habits.open(", "brackets.open("];

/// How often a file's text, tests aside, opens a file or lists a folder.
fn count(text: &str) -> usize {
    let text = without_tests(text).to_owned();
    let text = OTHERS.iter().fold(text, |text, word| text.replace(word, ""));
    WORDS.iter().map(|word| text.matches(word).count()).sum()
}

#[test]
fn what_is_not_ours_is_read_in_one_place() {
    let sources: Vec<(String, String)> =
        sources("src").into_iter().map(|(path, text)| (shown(&path), text)).collect();
    for (file, text) in &sources {
        let count = count(text);
        let allowed = PLACES.iter().find(|(place, ..)| place == file).map_or(0, |place| place.1);
        assert_eq!(
            count, allowed,
            "{file} opens files or lists folders: see base/read.rs and PLACES"
        );
    }
    for (place, ..) in PLACES {
        assert!(sources.iter().any(|(file, _)| file == place), "{place} is gone");
    }
}

#[test]
fn each_way_to_open_is_seen() {
    for text in [
        "let text = fs::read(path)?;",
        "std::fs::read_to_string(path)",
        "for entry in fs::read_dir(folder)? {",
        "File::open(path)",
        "OpenOptions::new().read(true).open(path)",
        "path.read_dir()",
        "name.map(std::fs::read)",
    ] {
        assert_eq!(count(text), 1, "{text}");
    }
    for text in
        ["read::open(path)", "fs::read_link(path)", "#[cfg(test)]\nmod tests { fs::read(x) }"]
    {
        assert_eq!(count(text), 0, "{text}");
    }
}

/// What asks the disk about a path, and is no word of `base/read.rs`.
const QUESTIONS: [&str; 9] = [
    ".exists()",
    ".is_file()",
    ".is_dir()",
    ".try_exists()",
    "fs::metadata(",
    "fs::symlink_metadata(",
    ".symlink_metadata()",
    ".canonicalize()",
    ".read_link()",
];

/// Layers whose work may run on the main thread as long as it asks the disk nothing.
const LAYERS: [&str; 4] = ["src/shell/", "src/project/", "src/rules/", "src/protocol/"];

#[test]
fn every_question_to_the_disk_can_be_refused() {
    let mut seen = 0;
    for (path, text) in sources("src") {
        let file = shown(&path);
        if !LAYERS.iter().any(|layer| file.starts_with(layer)) {
            continue;
        }
        seen += 1;
        // What is known of a file already is asked of a value.
        let text = without_tests(&text).replace("meta.is_file()", "").replace("meta.is_dir()", "");
        for word in QUESTIONS {
            assert!(!text.contains(word), "{file}: {word} passes by base/read.rs");
        }
    }
    assert!(seen > 100, "files were looked at: {seen}");
}
