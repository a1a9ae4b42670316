//! The members of a JSON object, borrowed from its text, so that the position of each is known.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::file::File;

/// A key with its value.
pub(super) struct Member<'t> {
    /// The key; borrowed from the text unless it has escapes.
    pub(super) key: Cow<'t, str>,
    /// The text of the value.
    pub(super) value: &'t RawValue,
}

/// The members of an object, in their order, repeated keys too.
pub(super) struct Members<'t>(pub(super) Vec<Member<'t>>);

/// A key, which serde would copy if it were a `Cow` itself.
#[derive(serde::Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Vec<Member<'de>>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(key), value)) = map.next_entry::<Key, &RawValue>()? {
                    members.push(Member { key, value });
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Fields).map(Members)
    }
}

impl File {
    /// The byte offset of a value in the object that begins at `from`: that of the item of a list,
    /// if it is one. `from` if it is not found.
    pub(crate) fn offset_of(&self, from: usize, key: &str, value: &str) -> usize {
        let is_it = |part: &RawValue| {
            serde_json::from_str::<Cow<str>>(part.get()).is_ok_and(|text| text == value)
        };
        let part = self.member(from, key).map(|part| {
            let items = serde_json::from_str::<Vec<&RawValue>>(part.get()).unwrap_or_default();
            items.into_iter().find(|item| is_it(item)).unwrap_or(part)
        });
        part.map_or(from, |part| self.offset(part))
    }

    /// The byte offset at which the file's object begins.
    pub(crate) fn start(&self) -> usize {
        self.text.find('{').unwrap_or_default()
    }

    /// The byte offset of a value in an object of the file. 0 if it is not found.
    pub(crate) fn offset_in(&self, object: &str, key: &str) -> usize {
        let object = self.member(self.start(), object);
        let part = object.and_then(|object| self.member(self.offset(object), key));
        part.map_or(0, |part| self.offset(part))
    }

    fn member(&self, from: usize, key: &str) -> Option<&RawValue> {
        let text = self.text.get(from..)?;
        let mut objects = serde_json::Deserializer::from_str(text).into_iter::<Members>();
        let Members(members) = objects.next()?.ok()?;
        members.into_iter().find(|member| member.key == key).map(|member| member.value)
    }

    fn offset(&self, part: &RawValue) -> usize {
        (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }
}
