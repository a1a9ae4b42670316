//! Files written where a better tool would do.

pub(crate) mod debt_filename;
pub(crate) mod sed_inplace_edit;
pub(crate) mod shell_write_file;
pub(crate) mod write_over_existing;
