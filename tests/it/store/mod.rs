//! What is left on disk.

#[path = "../../../examples/effect/simulation.rs"]
mod agents;
pub mod effect;
pub mod files;
pub mod fleet;
pub mod holdout;
pub mod learning;
pub mod learning_simulated;
pub mod ledger;
pub mod lesson_effect;
pub mod lessons;
#[path = "../../../examples/fleet/machines.rs"]
mod machines;
pub mod other_agents;
pub mod queries;
pub mod simulated_agents;
mod tool_use_id;
pub mod totals;
pub mod upkeep;
