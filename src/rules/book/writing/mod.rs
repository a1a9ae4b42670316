//! Writing and editing files.

pub(crate) mod debt_filename;
pub(crate) mod invalid_call_repeated;
pub(crate) mod sed_bsd_boundary;
pub(crate) mod sed_inplace_edit;
pub(crate) mod shell_write_file;
pub(crate) mod write_over_existing;
