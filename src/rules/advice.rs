//! What a rule found, and what it says of that.

use super::rule::Severity;
use crate::base::text;
use crate::project::secrets::in_text::looks_secret;

/// What a rule found in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is to be said.
    pub advice: Advice,
    /// How much it matters here; `None`: as much as the rule usually does.
    pub severity: Option<Severity>,
    /// What it is about: findings of one rule and subject are the same occasion again. `None`:
    /// every finding of the rule is. Only a hash of it is ever stored, keyed with the session's id.
    pub subject: Option<String>,
}

impl Finding {
    /// A finding of which this is to be said.
    pub fn new(advice: Advice) -> Self {
        Self { advice, severity: None, subject: None }
    }

    /// The same about one of several subjects: a file, a command family.
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// The same where it matters more or less than the rule usually does.
    pub fn with_severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}

/// What is said, before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// A sentence that stands alone.
    pub plain: String,
    /// A fact and the better command for it, said instead of `plain` if the command is short and
    /// shows no secret.
    pub better: Option<(String, String)>,
}

impl Advice {
    /// A sentence without a rewritten command.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { plain: text.into(), better: None }
    }

    /// A rewritten command with the fact in front of it, and the sentence to fall back to.
    pub fn better(
        lead: impl Into<String>,
        command: impl Into<String>,
        plain: impl Into<String>,
    ) -> Self {
        Self { plain: plain.into(), better: Some((lead.into(), command.into())) }
    }

    /// The line as the agent reads it; `None` if no form of it is short and clean.
    pub fn render(&self, id: &str) -> Option<String> {
        let better = self.better.as_ref().and_then(|(lead, command)| {
            let fits = command.chars().count() <= MAX_REWRITE_CHARS
                && text::clean(command) == *command
                // U+FFFD stands where the input was no text: such a command is not the user's any
                // more.
                && !command.contains(['`', char::REPLACEMENT_CHARACTER]);
            fits.then(|| format!("{lead}: `{command}`"))
        });
        [better.as_deref(), Some(self.plain.as_str())]
            .into_iter()
            .flatten()
            .map(text::clean)
            .find(|body| body.chars().count() <= MAX_BODY_CHARS && !looks_secret(body))
            .map(|body| format!("[toolcoach] {body} ({id})"))
    }
}

/// Most characters between the tag and the rule's id.
pub const MAX_BODY_CHARS: usize = 160;

/// A longer rewrite gives way to the plain sentence.
pub const MAX_REWRITE_CHARS: usize = 120;
