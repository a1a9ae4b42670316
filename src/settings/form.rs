//! The forms that values of a settings file must have, checked where serde_json still knows the
//! place.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::base::id::is_id;
use crate::protocol::client::Client;

/// Most characters of what an own rule says.
pub const MAX_TEXT_CHARS: usize = 160;

/// Most characters of the command that an own rule suggests.
pub const MAX_BETTER_CHARS: usize = 120;

/// Most characters of a program, a flag or a glob.
pub(super) const MAX_WORD_CHARS: usize = 200;

/// Most words in a list.
pub(super) const MAX_WORDS: usize = 50;

/// What a string must be.
pub(super) trait Form {
    /// In words, for the error.
    const IS: &'static str;
    /// Whether `text` is it.
    fn holds(text: &str) -> bool;
}

/// A string of one form.
pub(super) struct Of<F>(pub(super) String, PhantomData<F>);

impl<'de, F: Form> Deserialize<'de> for Of<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Strings::<F>(false, PhantomData)).map(|mut texts| {
            let text = texts.pop().unwrap_or_default();
            Self(text, PhantomData)
        })
    }
}

/// One string of a form, or a list of at least one.
pub(super) struct OneOrMore<F>(pub(super) Vec<String>, PhantomData<F>);

impl<'de, F: Form> Deserialize<'de> for OneOrMore<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Strings::<F>(true, PhantomData))
            .map(|texts| Self(texts, PhantomData))
    }
}

/// Reads a string or, if so allowed, a list. An error raised here carries the place of the value.
struct Strings<F>(bool, PhantomData<F>);

impl<'de, F: Form> Visitor<'de> for Strings<F> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}{}", F::IS, if self.0 { ", or a list of such" } else { "" })
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
        while let Some(Of::<F>(text, _)) = list.next_element()? {
            texts.push(text);
        }
        match texts.len() {
            0 => Err(A::Error::custom("expected at least one")),
            1..=MAX_WORDS => Ok(texts),
            _ => Err(A::Error::custom(format_args!("expected at most {MAX_WORDS}"))),
        }
    }
}

/// A whole number in bounds.
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
            // JSON knows one kind of number: 3.0 is 3.
            fn visit_f64<E: Error>(self, number: f64) -> Result<u64, E> {
                let is_whole = number.fract() == 0.0 && (0.0..=MAX as f64).contains(&number);
                self.visit_u64(if is_whole { number as u64 } else { u64::MAX })
            }
        }
        deserializer.deserialize_u64(Number::<MIN, MAX>).map(Self)
    }
}

/// A JSON object. A derived struct alone would take an array for one.
pub(super) struct Object<T>(pub(super) T);

impl<T: Default> Default for Object<T> {
    fn default() -> Self {
        Self(T::default())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// The present value of an optional key: `null` is none of the values that a key can have.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A rule's id.
pub(super) struct Id;

impl Form for Id {
    const IS: &'static str =
        "a rule's id: lower-case letters, digits and single hyphens, at most 40 characters";
    fn holds(text: &str) -> bool {
        is_id(text)
    }
}

/// What an own rule says.
pub(super) struct Text;

impl Form for Text {
    const IS: &'static str = "1 to 160 characters, none of them a control character";
    fn holds(text: &str) -> bool {
        (1..=MAX_TEXT_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    }
}

/// A command that an own rule suggests.
pub(super) struct Rewrite;

impl Form for Rewrite {
    const IS: &'static str =
        "a command of 1 to 120 characters without backticks and control characters";
    fn holds(text: &str) -> bool {
        (1..=MAX_BETTER_CHARS).contains(&text.chars().count())
            && !text.chars().any(|character| character.is_control() || character == '`')
    }
}

/// A glob. Paths may hold spaces.
pub(super) struct Glob;

impl Form for Glob {
    const IS: &'static str = "a glob of 1 to 200 characters";
    fn holds(text: &str) -> bool {
        (1..=MAX_WORD_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    }
}

/// A sub-command or a tool's name.
pub(super) struct Word;

impl Form for Word {
    const IS: &'static str = "a word of 1 to 200 characters without white space";
    fn holds(text: &str) -> bool {
        (1..=MAX_WORD_CHARS).contains(&text.chars().count())
            && !text.chars().any(|character| character.is_whitespace() || character.is_control())
    }
}

/// A program.
pub(super) struct Program;

impl Form for Program {
    const IS: &'static str = "a program's name without its folder";
    fn holds(text: &str) -> bool {
        Word::holds(text) && !text.contains('/')
    }
}

/// `-x` or `--long`.
pub(super) struct Flag;

impl Form for Flag {
    const IS: &'static str = "a flag such as -x or --long, without a value";
    fn holds(text: &str) -> bool {
        let name = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).unwrap_or_default();
        Word::holds(text)
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && !name.contains('=')
    }
}

/// An agent's name.
pub(super) struct Agent;

impl Form for Agent {
    const IS: &'static str = Client::NAMES;
    fn holds(text: &str) -> bool {
        Client::named(text).is_some()
    }
}
