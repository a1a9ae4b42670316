//! What was read of a call, whatever the client's form.

use serde::Serialize;

use crate::protocol::event::{Event, Tool};
use crate::protocol::excerpt::KEPT_BYTES;

/// What was read of the call, whatever the client's form.
#[derive(Debug, Serialize)]
pub(crate) struct ReadCall<'r> {
    /// The client's id of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<&'r str>,
    /// The exit code of a shell call that failed, if the client reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exit_code: Option<i32>,
    /// The id of the background task that a command became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) background_task: Option<&'r str>,
    /// Bytes of what a shell call printed or a Read returned, or of the error of a failed call. The
    /// text is not shown: it may have secrets in it.
    pub(crate) output_bytes: usize,
}

impl<'r> ReadCall<'r> {
    /// What was read of the call that `event` is about.
    pub(crate) fn of(event: &'r Event) -> Self {
        let exit_code = event.exit_code();
        let output_bytes = match (event.succeeded(), event.tool) {
            (true, Tool::Shell) => {
                event.shell().stdout.measure().bytes + event.shell().stderr.measure().bytes
            }
            (true, _) => event.response.read().content.measure().bytes,
            (false, _) => {
                let error = event.error_text(KEPT_BYTES);
                // The first line is the code.
                let first = error.find('\n').map_or(error.len(), |end| end + 1);
                error.len() - if exit_code.is_some() { first } else { 0 }
            }
        };
        let background_task = event.shell().background_task.as_deref();
        Self { call: event.call_id.as_deref(), exit_code, background_task, output_bytes }
    }
}
