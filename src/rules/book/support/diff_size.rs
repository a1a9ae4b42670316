//! Looks at how large a diff is: which files it is of, and how many lines.

/// Options of such a look.
const OPTIONS: [&str; 4] = ["--stat", "--shortstat", "--name-only", "--name-status"];

/// What agents write beside the option where git shows a commit.
const BESIDE: [&str; 4] = ["--oneline", "--oneline --decorate", "--format=", "--no-patch"];

/// Among more words the option is looked for at both ends only.
const MANY_WORDS: usize = 6;

/// The usual spellings of a look at the size of what `git subcommand words` shows.
pub(crate) fn looks_at_size(subcommand: &str, words: &[&str]) -> Vec<String> {
    let places: Vec<usize> =
        if words.len() > MANY_WORDS { vec![0, words.len()] } else { (0..=words.len()).collect() };
    let mut looks = Vec::new();
    for option in OPTIONS {
        for at in &places {
            let (before, after) = words.split_at(*at);
            looks.push([&["git", subcommand], before, &[option], after].concat().join(" "));
        }
        if subcommand == "show" {
            let rest = words.join(" ");
            for beside in BESIDE {
                looks.push(format!("git show {option} {beside} {rest}").trim_end().to_owned());
                looks.push(format!("git show {beside} {option} {rest}").trim_end().to_owned());
            }
        }
    }
    looks
}
