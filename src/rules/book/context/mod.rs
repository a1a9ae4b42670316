//! What fills the context of the agent for nothing.

pub mod bash_output_large;
pub mod mcp_large_output;
pub mod support;
pub mod test_output_verbose;
