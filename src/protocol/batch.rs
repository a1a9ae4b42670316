//! The calls of a batch that the client rejected. They fire no event of their own.
//!
//! Claude Code 2.1.330 sends each call with the text that the model gets. That of a rejected call begins
//! with a mark.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json;

/// What the text of a rejected call begins with, as raw JSON.
const MARK: &str = "\"<tool_use_error>";

/// A call that was not run, in raw JSON.
pub(super) struct RejectedCall<'a> {
    /// The name of its tool.
    pub(super) tool: &'a str,
    /// Its id.
    pub(super) id: Option<&'a str>,
    /// Its input.
    pub(super) input: Option<&'a str>,
    /// The text that the model gets.
    pub(super) error: &'a str,
}

/// The list of calls. Its members are not decoded.
#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow, default)]
    tool_calls: Vec<&'a RawValue>,
}

/// The first rejected call of the batch `event`; `None` where all were run.
pub(super) fn rejected(event: &str) -> Option<RejectedCall<'_>> {
    let batch: Batch = serde_json::from_str(event).ok()?;
    batch.tool_calls.into_iter().find_map(|call| {
        let fields = ["tool_name", "tool_use_id", "tool_input", "tool_response"];
        let [tool, id, input, response] = json::pick(call.get(), &fields).ok()?;
        let error = response.filter(|text| text.starts_with(MARK))?;
        Some(RejectedCall { tool: tool?, id, input, error })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rejected_call_is_found() {
        let event = |response: &str| {
            format!(
                r#"{{"hook_event_name":"PostToolBatch","tool_calls":[
                    {{"tool_name":"Read","tool_input":{{}},"tool_use_id":"a","tool_response":"1\tx"}},
                    {{"tool_name":"Edit","tool_input":{{"old_string":"x"}},"tool_use_id":"b","tool_response":{response}}}]}}"#
            )
        };
        let text =
            event(r#""<tool_use_error>String to replace not found in file.</tool_use_error>""#);
        let found = rejected(&text).unwrap();
        assert_eq!((found.tool, found.id), ("\"Edit\"", Some("\"b\"")));
        assert_eq!(found.input, Some(r#"{"old_string":"x"}"#));
        for response in [r#""done""#, r#"[{"type":"text","text":"<tool_use_error>"}]"#, "null"] {
            assert!(rejected(&event(response)).is_none(), "{response}");
        }
        for text in [r#"{"tool_calls":{}}"#, r#"{"tool_calls":[1,{}]}"#, "{}", "["] {
            assert!(rejected(text).is_none(), "{text}");
        }
    }
}
