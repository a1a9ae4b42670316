//! Files written where a better tool would do.

pub mod debt_filename;
pub mod sed_inplace_edit;
pub mod shell_write_file;
pub mod write_over_existing;
