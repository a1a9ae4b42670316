//! What is done with fuzzed bytes, and what must hold then. Each target is one function here;
//! docs/fuzzing.md tells how they are run and what they found.

mod call;
mod example_event;
mod json;
mod ledger;
mod names;
mod settings;

pub use call::{command, event};
pub use json::json;
pub use ledger::ledger;
pub use names::names;
pub use settings::settings;
