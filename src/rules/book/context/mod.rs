//! Output that fills the agent's context.

pub(crate) mod bash_output_large;
pub(crate) mod gh_output_large;
pub(crate) mod many_files_in_one_call;
pub(crate) mod mcp_large_output;
pub(crate) mod support;
pub(crate) mod test_output_verbose;
