//! Decides which text the parser may get.
//!
//! The parser takes super-linear time in nesting and recurses in compound commands, and a stack
//! overflow cannot be caught. So the guard refuses unusual text before it is parsed. It scans the
//! text once and ignores quotes, so it errs toward refusing.

/// Longest text that is parsed, bytes. The longest of 5,798 real ones has 12,914 bytes; 60 KB of
/// `a&&` took 25 ms.
pub(super) const MAX_BYTES: usize = 32 << 10;

/// Deepest nesting of brackets and backticks. Real traffic has 1.
const MAX_LEVELS: usize = 8;

/// Largest product of bytes and (levels + 1)^2: 15 KB in 16 levels of `$(` took 93-377 ms.
const MAX_WORK: usize = 128 << 10;

/// Most brackets and keywords that open or chain compound commands. Long runs of them overflow the
/// parser's stack.
const MAX_OPENERS: usize = 128;

/// Most `&&`, `||` and `|`. Lists nest to the left, and `walk` recurses into them.
const MAX_JOINS: usize = 1024;

/// Words that open or chain a compound command.
const KEYWORDS: [&str; 14] = [
    "if", "elif", "then", "else", "while", "until", "for", "select", "case", "do", "time",
    "coproc", "function", "!",
];

/// Why a text was not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is too long, or too long for its nesting.
    TooLong,
    /// Brackets nest too deeply.
    TooDeep,
    /// It has too many brackets, keywords or operators.
    TooManyParts,
    /// It is not valid Bash.
    Syntax,
}

impl Refusal {
    /// The reason as `explain` shows it.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::TooLong => "the command is too long to be parsed safely",
            Self::TooDeep => "the command nests too deeply to be parsed safely",
            Self::TooManyParts => {
                "the command has too many brackets, keywords or operators to be parsed safely"
            }
            Self::Syntax => "the command is not valid Bash",
        }
    }
}

/// Whether the parser may get `text`.
///
/// # Errors
/// The limit that the text exceeds.
pub(crate) fn admit(text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_BYTES {
        return Err(Refusal::TooLong);
    }
    let mut levels = 0_usize;
    let mut deepest = 0;
    let mut openers = 0;
    let mut joins = 0;
    let mut backtick = false;
    for byte in text.bytes() {
        match byte {
            b'(' | b'{' | b'[' => {
                openers += usize::from(byte != b'[');
                levels += 1;
            }
            // A bracket in quotes or in a case pattern may close nothing.
            b')' | b'}' | b']' => levels = levels.saturating_sub(1),
            b'`' => {
                backtick = !backtick;
                openers += 1;
                levels = if backtick { levels + 1 } else { levels.saturating_sub(1) };
            }
            b'|' | b'&' => joins += 1,
            _ => {}
        }
        deepest = deepest.max(levels);
    }
    // The parser recurses on these operators in arithmetic.
    if text.contains("((") {
        openers +=
            text.bytes().filter(|b| matches!(b, b'?' | b'=' | b'*' | b'-' | b'+' | b'~')).count();
    }
    openers += text.split_ascii_whitespace().filter(|word| is_opener(word)).count();
    if deepest > MAX_LEVELS {
        return Err(Refusal::TooDeep);
    }
    if openers > MAX_OPENERS || joins > MAX_JOINS {
        return Err(Refusal::TooManyParts);
    }
    if text.len() * (deepest + 1).pow(2) > MAX_WORK {
        return Err(Refusal::TooLong);
    }
    Ok(())
}

fn is_opener(word: &str) -> bool {
    let word = word.trim_matches([';', '(', '{', '&', '|', '!']);
    word.is_empty() || KEYWORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_commands_pass() {
        for text in [
            "ls",
            "a $(b $(c)) `d`",
            "for f in *; do if [[ -f $f ]]; then x; fi; done",
            "case a in b) c;; esac",
        ] {
            assert_eq!(admit(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn hostile_commands_are_refused() {
        assert_eq!(admit(&"x".repeat(1 << 20)), Err(Refusal::TooLong));
        assert_eq!(admit(&"$(".repeat(3000)), Err(Refusal::TooDeep));
        assert_eq!(admit(&"if ".repeat(5000)), Err(Refusal::TooManyParts));
        assert_eq!(admit(&"while\n".repeat(1000)), Err(Refusal::TooManyParts));
        assert_eq!(admit(&"! ".repeat(1000)), Err(Refusal::TooManyParts));
        assert_eq!(admit(&format!("(( {} 1 ))", "a = ".repeat(1000))), Err(Refusal::TooManyParts));
        assert_eq!(admit(&"a|".repeat(2000)), Err(Refusal::TooManyParts));
    }
}
