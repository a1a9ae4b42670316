//! The diagnoses of all checks.

use super::diagnosis::{Diagnosis, Status};

/// What all checks found.
pub(super) struct DoctorReport {
    /// Unix time, ms.
    pub(super) now: u64,
    /// The diagnoses of each check, with its id.
    pub(super) checks: Vec<(&'static str, Vec<Diagnosis>)>,
}

impl DoctorReport {
    /// Each diagnosis with the id of its check.
    pub(super) fn diagnoses(&self) -> impl Iterator<Item = (&'static str, &Diagnosis)> {
        self.checks.iter().flat_map(|(check, diagnoses)| {
            diagnoses.iter().map(move |diagnosis| (*check, diagnosis))
        })
    }

    /// The worst status of all.
    pub(super) fn worst(&self) -> Status {
        self.diagnoses().map(|(_, diagnosis)| diagnosis.status).max().unwrap_or(Status::Ok)
    }

    /// The number of diagnoses with this status.
    pub(super) fn count(&self, status: Status) -> u64 {
        self.diagnoses().filter(|(_, diagnosis)| diagnosis.status == status).count() as u64
    }
}
