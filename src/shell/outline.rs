//! Blanks the bodies of quoted heredocs in a script, which the shell does not interpret.
//!
//! A file written through a heredoc may have more brackets than the guard admits, none of which are
//! the shell's. The guard refused 11 of 9,308 real commands, 9 of them for text in a heredoc.

/// `text` with spaces for each character in the bodies of its quoted heredocs, so that character
/// offsets stay valid for `text`. `None` if there are none.
///
/// It ignores quotes around the `<<`. If one delimiter is not on a line of its own, it blanks
/// nothing.
pub(super) fn outline(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n');
    let mut blanked = false;
    while let Some(line) = lines.next() {
        out.push_str(line);
        for delimiter in delimiters(line) {
            let mut ahead = lines.clone();
            let length = ahead.position(|below| delimiter.is_on(below))?;
            for body in lines.by_ref().take(length) {
                out.extend(body.chars().map(|c| if c == '\n' { c } else { ' ' }));
            }
            out.extend(lines.next());
            blanked |= length > 0;
        }
    }
    blanked.then_some(out)
}

/// The line that ends the body of a heredoc.
struct Delimiter<'l> {
    word: &'l str,
    /// Tabs may precede it, as after `<<-`.
    indented: bool,
}

impl Delimiter<'_> {
    fn is_on(&self, line: &str) -> bool {
        let line = line.trim_end_matches('\n');
        let line = if self.indented { line.trim_start_matches('\t') } else { line };
        line == self.word
    }
}

/// The delimiters of the quoted heredocs that a line opens.
fn delimiters(line: &str) -> Vec<Delimiter<'_>> {
    let opened = line.split("<<").skip(1).filter_map(|after| {
        let (indented, after) =
            after.strip_prefix('-').map_or((false, after), |after| (true, after));
        let after = after.trim_start_matches(' ');
        let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (word, _) = after.get(1..)?.split_once(quote)?;
        (!word.is_empty()).then_some(Delimiter { word, indented })
    });
    opened.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_blanked_and_offsets_stay() {
        let text = "cat > a <<'E'\nif (é) {\n}\nE\nmake\ncat <<-\"X\" && ls\n\tfor\n\tX\n";
        let blank = "cat > a <<'E'\n        \n \nE\nmake\ncat <<-\"X\" && ls\n    \n\tX\n";
        assert_eq!(outline(text).as_deref(), Some(blank));
        assert_eq!(text.chars().count(), blank.chars().count());
    }

    #[test]
    fn a_script_that_writes_a_file_with_many_brackets_is_parsed() {
        let text =
            format!("cat > é.go <<'EOF'\n{}EOF\ngo vet ./...", "if a(b) { é() }\n".repeat(200));
        let script = crate::shell::parse(&text).unwrap();
        let programs: Vec<&str> =
            script.commands.iter().map(|command| command.program.as_str()).collect();
        assert_eq!(programs, ["cat", "go"]);
        let heredoc =
            script.commands[0].redirections.iter().find_map(|r| r.heredoc.as_ref()).unwrap();
        assert_eq!(heredoc.text.lines().count(), 200);
        assert_eq!(script.text, text);
        assert!(script.text_after(&script.commands[1]).is_some_and(str::is_empty));
        assert!(
            crate::shell::parse(&text.replace("'EOF'", "EOF")).is_err(),
            "the shell expands that body"
        );
    }

    #[test]
    fn unquoted_and_unclosed_bodies_are_not_blanked() {
        for text in
            ["cat <<E\n$(ls)\nE", "cat <<'E'\nopen", "echo a", "cat <<< 'a'\nb", "cat <<''\nx\n\n"]
        {
            assert_eq!(outline(text), None, "{text}");
        }
    }
}
