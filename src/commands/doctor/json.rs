//! The report for machines: `doctor --json`. New versions may add fields but never rename them;
//! `docs/doctor.schema.json` lists them all.

use std::path::Path;

use serde::Serialize;

use super::diagnosis::{Diagnosis, Status};
use super::report::DoctorReport;

/// Version of the format. It grows when a field changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct ReportJson<'r> {
    v: u32,
    program: &'static str,
    now_ms: u64,
    /// The worst status of all diagnoses.
    status: &'static str,
    ok: u64,
    warnings: u64,
    failures: u64,
    findings: Vec<DiagnosisLine<'r>>,
}

#[derive(Serialize)]
struct DiagnosisLine<'r> {
    check: &'static str,
    status: &'static str,
    client: Option<&'static str>,
    found: &'r str,
    path: Option<&'r Path>,
    line: Option<usize>,
    column: Option<usize>,
    mend: Option<&'r str>,
    command: Option<&'r str>,
    us: Option<u64>,
}

impl<'r> DiagnosisLine<'r> {
    fn of(check: &'static str, diagnosis: &'r Diagnosis) -> Self {
        Self {
            check,
            status: diagnosis.status.as_str(),
            client: diagnosis.client.map(|(name, _)| name),
            found: &diagnosis.text,
            path: diagnosis.path.as_deref(),
            line: diagnosis.position.map(|position| position.line),
            column: diagnosis.position.map(|position| position.column),
            mend: diagnosis.mend.as_deref(),
            command: diagnosis.command.as_deref(),
            us: diagnosis.us,
        }
    }
}

/// Renders the report.
///
/// # Errors
/// When a path is not UTF-8.
pub(super) fn render(report: &DoctorReport) -> serde_json::Result<String> {
    let lines =
        report.diagnoses().map(|(check, diagnosis)| DiagnosisLine::of(check, diagnosis)).collect();
    let json = ReportJson {
        v: VERSION,
        program: env!("CARGO_PKG_VERSION"),
        now_ms: report.now,
        status: report.worst().as_str(),
        ok: report.count(Status::Ok),
        warnings: report.count(Status::Warning),
        failures: report.count(Status::Failure),
        findings: lines,
    };
    Ok(serde_json::to_string_pretty(&json)? + "\n")
}
