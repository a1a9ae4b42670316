//! Recognises secrets, with one list of shapes for the rules that find them in commands and files,
//! and for advice, which must not repeat them.

pub(crate) mod configured;
pub mod in_text;
mod names;
mod secret;
mod shapes;
mod texts;
mod values;

pub(crate) use names::parts;
pub(crate) use names::{is_password_name, is_secret_name};
pub use secret::Care;
pub(crate) use secret::Secret;
pub use shapes::{SHAPES, known};
pub(crate) use texts::every;
pub(crate) use texts::{FoundSecret, may_hold};
pub(crate) use values::{
    is_local_host, is_password, is_placeholder, is_random, is_strong_password, of_url,
};
