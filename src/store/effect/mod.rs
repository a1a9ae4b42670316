//! What advice changes: sessions that were told against sessions held out at random.
//!
//! A unit is the first occasion of a rule in a session. It is told or held out; what the session
//! does in its next calls is counted in one of two [`ArmCounts`]s. From the counts come an [`Interval`]
//! of the difference, a [`Verdict`] and what [`learning`] decides. Nothing here reads a ledger, a
//! clock or a file, so counts of several machines can be merged before they are judged.

pub mod counts;
pub mod evidence;
pub mod interval;
pub mod learning;
pub mod lesson_units;
pub mod moments;
pub mod net_cost;
pub mod normal;
pub mod strata;
pub mod units;
pub mod verdict;

pub use counts::{ArmCounts, Cost, Counts};
pub use evidence::Evidence;
pub use interval::Interval;
pub use learning::{Belief, Decided, Decision};
pub use moments::Moments;
pub use net_cost::NetCost;
pub use strata::{Strata, Stratum};
pub use units::SessionUnit;
pub use verdict::{Judged, Verdict};
