//! The findings for machines: `doctor --json`. Fields are added, never renamed;
//! `docs/doctor.schema.json` has them all.

use std::path::Path;

use serde::Serialize;

use super::finding::{Finding, Status};
use super::{Report, count};

/// Version of the report: it grows where a field changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Json<'r> {
    v: u32,
    program: &'static str,
    now_ms: u64,
    /// The worst of all findings.
    status: &'static str,
    ok: u64,
    warnings: u64,
    failures: u64,
    findings: Vec<Line<'r>>,
}

#[derive(Serialize)]
struct Line<'r> {
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

impl<'r> Line<'r> {
    fn of(check: &'static str, finding: &'r Finding) -> Self {
        Self {
            check,
            status: finding.status.as_str(),
            client: finding.agent.map(|(name, _)| name),
            found: &finding.found,
            path: finding.path.as_deref(),
            line: finding.position.map(|position| position.line),
            column: finding.position.map(|position| position.column),
            mend: finding.mend.as_deref(),
            command: finding.command.as_deref(),
            us: finding.us,
        }
    }
}

/// Renders it.
///
/// # Errors
/// When a path is no text.
pub(super) fn render(report: &Report) -> serde_json::Result<String> {
    let lines = report.lines().map(|(check, finding)| Line::of(check, finding)).collect();
    let json = Json {
        v: VERSION,
        program: env!("CARGO_PKG_VERSION"),
        now_ms: report.now,
        status: report.worst().as_str(),
        ok: count(report, Status::Ok),
        warnings: count(report, Status::Warning),
        failures: count(report, Status::Failure),
        findings: lines,
    };
    Ok(serde_json::to_string_pretty(&json)? + "\n")
}
