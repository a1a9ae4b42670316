//! Writes the state folders of many machines as hooks and upkeep would have left them: for
//! `scripts/fleet`, which loads them into ClickHouse. `cargo run --release --example fleet -- FOLDER
//! MACHINES CALLS [SEED]`
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool of the developers")]

mod machines;

use std::path::PathBuf;

use machines::Fleet;

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap());
    let mut number = || args.next().map(|text| text.parse::<u64>().unwrap());
    let (machines, calls) = (number().unwrap(), number().unwrap());
    let now_ms = toolcoach::store::ledger::now_ms();
    Fleet { machines, calls, seed: number().unwrap_or(1), now_ms }.write(&folder).unwrap();
}
