//! The facts at a place of a script, and where two ways meet.

use super::fact::Fact;

/// The facts at one place; `None` where nothing gets there.
pub(super) type State = Option<Vec<Fact>>;

/// What is known after a node, by its success.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) succeeded: State,
    pub(super) failed: State,
}

impl Outcome {
    /// The same whether it succeeded or failed.
    pub(super) fn either(state: State) -> Self {
        Self { succeeded: state.clone(), failed: state }
    }

    /// What is known after the one or the other.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            succeeded: join(self.succeeded, other.succeeded),
            failed: join(self.failed, other.failed),
        }
    }

    /// What is known after it either way.
    pub(super) fn joined(self) -> State {
        join(self.succeeded, self.failed)
    }
}

/// What is known where two ways meet.
pub(super) fn join(one: State, other: State) -> State {
    match (one, other) {
        (Some(one), Some(other)) => {
            Some(one.into_iter().filter(|fact| other.contains(fact)).collect())
        }
        (one, other) => one.or(other),
    }
}

pub(super) fn with(state: &State, facts: impl IntoIterator<Item = Fact>) -> State {
    let mut state = state.clone()?;
    state.extend(facts);
    Some(state)
}
