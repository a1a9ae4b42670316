//! Matches the patterns by which a workspace names the folders of its members.

/// Whether the folder at the relative `path` matches a pattern for members of a workspace.
pub(crate) fn is_member(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> =
        pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    matches(&pattern, &path.split('/').collect::<Vec<_>>())
}

/// Whether the parts of a path match those of a pattern: `*` matches any text in one part, `**` any
/// number of parts.
fn matches(pattern: &[&str], parts: &[&str]) -> bool {
    match (pattern, parts) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            (0..=parts.len()).any(|skipped| matches(rest, parts.get(skipped..).unwrap_or_default()))
        }
        ([first, rest @ ..], [part, others @ ..]) => {
            let is_match = match first.split_once('*') {
                Some((start, end)) => {
                    part.len() >= start.len() + end.len()
                        && part.starts_with(start)
                        && part.ends_with(end)
                }
                None => first == part,
            };
            is_match && matches(rest, others)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_the_folders_of_members_only() {
        assert!(is_member("./packages/*/", "packages/a"));
        assert!(is_member("packages/ui-*", "packages/ui-core"));
        assert!(is_member("apps/**", "apps/a/b"));
        assert!(is_member("**", "x/y"));
        assert!(!is_member("packages/*", "packages/a/b"));
        assert!(!is_member("packages/*", "examples/a"));
    }
}
