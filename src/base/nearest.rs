//! Guesses which name was meant.

/// The one of `known` that `word` was probably meant to be: at most a third of its characters
/// differ, or it is a part of the name.
pub fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if word.len() > 100 {
        return None;
    }
    let far = |name: &str| {
        let steps = strsim::levenshtein(word, name);
        let shares_a_part = word
            .split('-')
            .any(|part| part.len() > 2 && name.split('-').any(|other| part == other));
        let near = steps * 3 <= word.chars().count().max(3)
            || shares_a_part
            || (word.len() > 2 && name.contains(word));
        near.then_some(steps)
    };
    known
        .filter_map(|name| Some((far(name)?, name)))
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_guessed() {
        let known = ["grep-recursive", "git-push-force", "cat-view-file"];
        let guess = |word| nearest(word, known.into_iter());
        assert_eq!(guess("grep-recursve"), Some("grep-recursive"));
        assert_eq!(guess("push-force"), Some("git-push-force"));
        assert_eq!(guess("push"), Some("git-push-force"));
        assert_eq!(guess("zzzzzz"), None);
    }
}
