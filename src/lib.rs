//! toolcoach: a PostToolUse hook for coding agents. It suggests a better command, or stays silent.
//!
//! An event travels through the crate in this order:
//!
//! 1. The command `hook` reads stdin, and [`protocol::read`] returns the event and its client.
//! 2. [`rules::gate`] finds in one pass which rules could speak about it. For most events there are
//!    none, and only step 5 remains.
//! 3. [`shell::parse`] parses the command, and [`rules::matcher`] asks those rules of the
//!    `rules::book`. Rules that need files or history run as [`engine::analyzers`].
//! 4. [`engine::judge`] allows at most one line, which must fit the budget and not repeat another.
//! 5. [`store::ledger`] records the call, and [`protocol::reply`] prints the line.
//! 6. After the answer, [`upkeep`] folds old ledgers once a day.
//!
//! Each module is a layer, and imports only from those before it in this list: [`base`],
//! [`protocol`], [`shell`], [`project`], [`store`], [`settings`], [`rules`], [`engine`],
//! [`upkeep`], [`ui`], [`commands`], [`cli`]. Start reading at [`engine::answer`], which has all of
//! this in thirty lines; `docs/architecture.md` has the picture.

pub mod base;
pub mod cli;
pub mod commands;
pub mod engine;
pub mod project;
pub mod protocol;
pub mod rules;
pub mod settings;
pub mod shell;
pub mod store;
pub mod ui;
pub mod upkeep;
