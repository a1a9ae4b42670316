//! What the hook said, in the transcripts of clients that keep it.

use serde_json::value::RawValue;

use super::record::LineFields;
use crate::protocol::json;
use crate::rules::advice::TAG;

/// What the hook said, as one line of a transcript contains it.
#[derive(Debug)]
pub(crate) struct Heard {
    /// The session, and in it the sub-agent. Codex does not repeat them in the line.
    pub(crate) session: Option<String>,
    pub(crate) agent: Option<String>,
    /// The client's id of the call. Codex does not say which call it was; it was an earlier one.
    pub(crate) call: Option<String>,
    /// The lines of advice, with tag and rule.
    pub(crate) lines: Vec<String>,
}

impl Heard {
    /// What a line of a transcript says that the hook said: Claude Code has an attachment (2.1.330;
    /// 2.0.77 keeps none), Codex a message of the developer (0.169.0).
    pub(super) fn of(fields: &LineFields) -> Option<Self> {
        let text = |raw: Option<&str>| raw.and_then(json::string).map(|text| text.into_owned());
        let (call, content) = match fields.kind? {
            "\"attachment\"" => {
                let attachment = fields.attachment.filter(|raw| raw.contains(TAG))?;
                match json::pick(attachment, &["type", "toolUseID", "content"]).ok()? {
                    [Some("\"hook_additional_context\""), call, content] => (text(call), content?),
                    _ => return None,
                }
            }
            "\"response_item\"" => {
                let payload = fields.payload.filter(|raw| raw.contains(TAG))?;
                match json::pick(payload, &["type", "role", "content"]).ok()? {
                    [Some("\"message\""), Some("\"developer\""), content] => (None, content?),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let blocks: Vec<&RawValue> = match content.starts_with('[') {
            true => serde_json::from_str(content).ok()?,
            false => vec![serde_json::from_str(content).ok()?],
        };
        let texts = blocks.into_iter().filter_map(|block| match block.get() {
            text if text.starts_with('"') => json::string(text),
            block => json::pick(block, &["text"]).ok()?[0].and_then(json::string),
        });
        let lines: Vec<String> = texts
            .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .filter(|line| line.starts_with(TAG))
            .collect();
        let (session, agent) = (text(fields.session), text(fields.agent));
        (!lines.is_empty()).then_some(Self { session, agent, call, lines })
    }

    /// The line of this rule.
    pub(crate) fn line_of(&self, rule: &str) -> Option<&str> {
        let end = format!("({rule})");
        self.lines.iter().map(String::as_str).find(|line| line.ends_with(&end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(line: &str) -> Option<Heard> {
        Heard::of(&LineFields::of(line).unwrap())
    }

    #[test]
    fn lines_of_the_hook_are_found_in_both_clients() {
        let claude = r#"{"type":"attachment","sessionId":"s","agentId":"a","attachment":{"type":
            "hook_additional_context","content":["[toolcoach] b (x)\n[toolcoach] c (y)","d"],"toolUseID":"t"}}"#;
        let found = heard(claude).unwrap();
        assert_eq!([found.session, found.agent, found.call].map(Option::unwrap), ["s", "a", "t"]);
        assert_eq!(found.lines, ["[toolcoach] b (x)", "[toolcoach] c (y)"]);
        let codex = r#"{"type":"response_item","payload":{"type":"message","role":"developer",
            "content":[{"type":"input_text","text":"[toolcoach] b (x)"}]}}"#;
        let found = heard(codex).unwrap();
        assert_eq!((found.line_of("x"), found.line_of("y")), (Some("[toolcoach] b (x)"), None));
        let others = [
            codex.replace("developer", "user"),
            codex.replace("[toolcoach] ", ""),
            claude.replace("hook_additional_context", "file"),
        ];
        assert!(others.iter().all(|line| heard(line).is_none()));
    }
}
