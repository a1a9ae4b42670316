//! Sends recorded calls through a program, one process each with the state kept, and counts from
//! outside what `stats` should say. Prints a table. For `scripts/soak`:
//!
//! - `soak PROGRAM EVENTS CALLS SESSIONS`: long sessions, several at a time ([`calls`])
//! - `soak PROGRAM EVENTS CALLS SESSIONS AGENTS DAYS`: in each of so many days so many sessions, each
//!   of so many agents of so many calls ([`days`])
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a tool of the developers"
)]

mod calls;
mod client;
mod days;
mod heard;
mod store;

use client::Client;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [program, events, counts @ ..] = &args[..] else {
        panic!("see the first lines of this file")
    };
    let counts: Vec<usize> = counts.iter().map(|count| count.parse().unwrap()).collect();
    let client = Client::new(program, events);
    let heard = match counts[..] {
        [calls, sessions] => calls::Soak { client: &client, calls, sessions }.run(),
        [calls, sessions, agents, days] => {
            days::Soak { client: &client, calls, sessions, agents, days }.run()
        }
        _ => panic!("see the first lines of this file"),
    };
    let differing = heard.compare(&client.stats());
    client.remove();
    assert!(
        differing.is_empty(),
        "the statistics differ from what was heard:\n{}",
        differing.join("\n")
    );
}
