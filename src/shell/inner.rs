//! Finds command substitutions in text that the parser leaves raw: heredoc bodies, `${x:-$(..)}`,
//! `[[ ]]`, `(( ))`.

/// The commands inside `$(..)` and backticks in `text`, outermost only, without unclosed ones.
pub(super) fn substitutions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'$' if bytes.get(at + 1) == Some(&b'(') && bytes.get(at + 2) != Some(&b'(') => {
                match closing_bracket(bytes, at + 2) {
                    Some(end) => {
                        found.extend(text.get(at + 2..end));
                        at = end + 1;
                    }
                    None => break,
                }
            }
            b'`' => {
                let end = (at + 1..bytes.len()).find(|end| {
                    bytes.get(*end) == Some(&b'`') && bytes.get(end - 1) != Some(&b'\\')
                });
                let Some(end) = end else { break };
                found.extend(text.get(at + 1..end));
                at = end + 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// Where the bracket that is open at `from` closes. Brackets in quotes do not count.
fn closing_bracket(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 1_usize;
    let mut quote = None;
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(b'\''), b'\'') | (Some(b'"'), b'"') => quote = None,
            (None, b'\'' | b'"') => quote = Some(*byte),
            (None | Some(b'"'), b'\\') => at += 1,
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::substitutions;

    #[test]
    fn only_closed_outermost_substitutions_are_found() {
        assert_eq!(substitutions("a $(b \")\" $(c)) d `e f` $((1+2))"), ["b \")\" $(c)", "e f"]);
        assert_eq!(substitutions(r"\$(no) \`no\` $(unclosed"), [""; 0]);
    }
}
