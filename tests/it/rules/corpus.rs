//! Recorded traffic through the engine, where it stands beside the project. The whole of it runs in
//! release mode: `cargo run --release --example corpus`.

use toolcoach::shell;

use crate::harness::{World, recorded_commands};

#[test]
fn recorded_commands_are_answered_in_form() {
    let world = World::new();
    // Every twentieth is enough to see that the binary holds its form on real commands.
    for command in recorded_commands().iter().step_by(20) {
        if let Some(answer) = world.bash(command).answer() {
            assert!(answer.starts_with("[toolcoach] ") && answer.ends_with(')'), "{answer}");
        }
    }
}

#[test]
fn recorded_commands_are_understood() {
    let commands = recorded_commands();
    let refused = commands.iter().filter(|command| shell::parse(command).is_err()).count();
    assert!(refused * 200 <= commands.len(), "{refused} of {} refused", commands.len());
}
