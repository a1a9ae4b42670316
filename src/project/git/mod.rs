//! What git keeps in its folder.

pub mod ignore;
pub mod index;
