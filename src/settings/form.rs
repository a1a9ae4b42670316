//! The forms that values in a settings file must have. They are checked during deserialization, so
//! that serde_json adds the position to an error.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use crate::base::id::is_id;
use crate::protocol::client::Client;

/// Longest advice of a custom rule, characters.
pub(crate) const MAX_TEXT_CHARS: usize = 160;

/// Longest command that a custom rule suggests, characters.
pub(crate) const MAX_BETTER_CHARS: usize = 120;

/// Longest program, flag or glob, characters.
pub(super) const MAX_WORD_CHARS: usize = 200;

/// Longest example of a custom rule, characters.
const MAX_EXAMPLE_CHARS: usize = 1000;

/// Most words in a list.
pub(super) const MAX_WORDS: usize = 50;

/// A form that a string must have.
pub(super) trait StringForm {
    /// The form in words, for errors.
    const IS: &'static str;
    /// Whether `text` has the form.
    fn holds(text: &str) -> bool;
}

/// A string that has the form `F`.
pub(super) struct Checked<F>(pub(super) String, PhantomData<F>);

impl<'de, F: StringForm> Deserialize<'de> for Checked<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Strings::<F>(false, PhantomData)).map(|mut texts| {
            let text = texts.pop().unwrap_or_default();
            Self(text, PhantomData)
        })
    }
}

/// A string that has the form `F`, or a list of at least one.
pub(super) struct OneOrMore<F>(pub(super) Vec<String>, PhantomData<F>);

impl<'de, F: StringForm> Deserialize<'de> for OneOrMore<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Strings::<F>(true, PhantomData))
            .map(|texts| Self(texts, PhantomData))
    }
}

/// Reads a string or, if the flag allows it, a list. serde_json adds the position of the value to
/// an error that is raised here.
struct Strings<F>(bool, PhantomData<F>);

impl<'de, F: StringForm> Visitor<'de> for Strings<F> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}{}", F::IS, if self.0 { ", or a list of these" } else { "" })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        if F::holds(text) {
            Ok(vec![text.to_owned()])
        } else {
            Err(E::custom(format_args!("expected {}", F::IS)))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        if !self.0 {
            return Err(A::Error::custom(format_args!("expected {}", F::IS)));
        }
        let mut texts = Vec::new();
        while let Some(Checked::<F>(text, _)) = list.next_element()? {
            texts.push(text);
        }
        match texts.len() {
            0 => Err(A::Error::custom("expected at least one")),
            1..=MAX_WORDS => Ok(texts),
            _ => Err(A::Error::custom(format_args!("expected at most {MAX_WORDS}"))),
        }
    }
}

/// A whole number within bounds.
pub(super) struct Whole<const MIN: u64, const MAX: u64>(pub(super) u64);

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for Whole<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number<const MIN: u64, const MAX: u64>;
        impl<const MIN: u64, const MAX: u64> Visitor<'_> for Number<MIN, MAX> {
            type Value = u64;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "a whole number from {MIN} to {MAX}")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
                if (MIN..=MAX).contains(&number) {
                    Ok(number)
                } else {
                    Err(E::custom(format_args!("expected a whole number from {MIN} to {MAX}")))
                }
            }
            // JSON has one kind of number: 3.0 is 3.
            fn visit_f64<E: Error>(self, number: f64) -> Result<u64, E> {
                let is_whole = number.fract() == 0.0 && (0.0..=MAX as f64).contains(&number);
                self.visit_u64(if is_whole { number as u64 } else { u64::MAX })
            }
        }
        deserializer.deserialize_u64(Number::<MIN, MAX>).map(Self)
    }
}

/// A number from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share(pub(super) f64);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        if (0.0..=1.0).contains(&share) {
            Ok(Self(share))
        } else {
            Err(serde::de::Error::custom("expected a number from 0 to 1"))
        }
    }
}

/// A rule's id.
pub(super) struct Id;

impl StringForm for Id {
    const IS: &'static str =
        "a rule's id: lower-case letters, digits and single hyphens, at most 40 characters";
    fn holds(text: &str) -> bool {
        is_id(text)
    }
}

/// The advice of a custom rule.
pub(super) struct Text;

impl StringForm for Text {
    const IS: &'static str = "1 to 160 characters without control characters";
    fn holds(text: &str) -> bool {
        (1..=MAX_TEXT_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    }
}

/// A command that a custom rule suggests.
pub(super) struct Rewrite;

impl StringForm for Rewrite {
    const IS: &'static str =
        "a command of 1 to 120 characters without backticks and control characters";
    fn holds(text: &str) -> bool {
        (1..=MAX_BETTER_CHARS).contains(&text.chars().count())
            && !text.chars().any(|character| character.is_control() || character == '`')
    }
}

/// A glob. It may contain spaces, as paths do.
pub(super) struct Glob;

impl StringForm for Glob {
    const IS: &'static str = "a glob of 1 to 200 characters";
    fn holds(text: &str) -> bool {
        (1..=MAX_WORD_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    }
}

/// A sub-command or a tool's name.
pub(super) struct NonBlank;

impl StringForm for NonBlank {
    const IS: &'static str = "a word of 1 to 200 characters without white space";
    fn holds(text: &str) -> bool {
        (1..=MAX_WORD_CHARS).contains(&text.chars().count())
            && !text.chars().any(|character| character.is_whitespace() || character.is_control())
    }
}

/// A program's name.
pub(super) struct Program;

impl StringForm for Program {
    const IS: &'static str = "a program's name without a folder";
    fn holds(text: &str) -> bool {
        NonBlank::holds(text) && !text.contains('/')
    }
}

/// `-x` or `--long`.
pub(super) struct Flag;

impl StringForm for Flag {
    const IS: &'static str = "a flag such as -x or --long, without a value";
    fn holds(text: &str) -> bool {
        let name = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).unwrap_or_default();
        NonBlank::holds(text)
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && !name.contains('=')
    }
}

/// An example of a custom rule: a command, or a tool and the path that it works on.
pub(super) struct ExampleCall;

impl StringForm for ExampleCall {
    const IS: &'static str = "a call of 1 to 1000 characters without control characters";
    fn holds(text: &str) -> bool {
        let is_control = |character: char| character.is_control() && !"\n\t".contains(character);
        (1..=MAX_EXAMPLE_CHARS).contains(&text.chars().count()) && !text.chars().any(is_control)
    }
}

/// The remote of a git repository: a URL, or a host and a path.
pub(super) struct Remote;

impl StringForm for Remote {
    const IS: &'static str = "a git remote of 1 to 200 characters";
    fn holds(text: &str) -> bool {
        NonBlank::holds(text)
    }
}

/// The SHA-256 of a file.
pub(super) struct Sha256;

impl StringForm for Sha256 {
    const IS: &'static str = "the 64 lower-case hexadecimal digits of a SHA-256";
    fn holds(text: &str) -> bool {
        text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// A client's name.
pub(super) struct ClientName;

impl StringForm for ClientName {
    const IS: &'static str = Client::NAMES;
    fn holds(text: &str) -> bool {
        Client::named(text).is_some()
    }
}
