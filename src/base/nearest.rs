//! Guesses which name a misspelled word was meant to be.

/// The name in `known` that `word` was probably meant to be: at most a third of its characters
/// differ, or it is part of the name.
pub(crate) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if word.len() > 100 {
        return None;
    }
    let distance = |name: &str| {
        let edits = strsim::levenshtein(word, name);
        let shares_a_part = word
            .split('-')
            .any(|part| part.len() > 2 && name.split('-').any(|other| part == other));
        let is_near = edits * 3 <= word.chars().count().max(3)
            || shares_a_part
            || (word.len() > 2 && name.contains(word));
        is_near.then_some(edits)
    };
    known
        .filter_map(|name| Some((distance(name)?, name)))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelled_and_partial_names_are_guessed() {
        let known = ["grep-recursive", "git-push-force", "cat-view-file"];
        let guess = |word| nearest(word, known.into_iter());
        assert_eq!(guess("grep-recursve"), Some("grep-recursive"));
        assert_eq!(guess("push-force"), Some("git-push-force"));
        assert_eq!(guess("push"), Some("git-push-force"));
        assert_eq!(guess("zzzzzz"), None);
    }
}
