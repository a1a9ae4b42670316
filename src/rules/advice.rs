//! What a rule found in a call, and what it says about it.

use super::rule::Severity;
use crate::base::text;
use crate::project::secrets::in_text::looks_secret;

/// What a rule found in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What to say.
    pub advice: Advice,
    /// How much it matters here; `None`: as the rule's own severity says.
    pub severity: Option<Severity>,
    /// What it is about: findings of one rule and subject are the same occasion. `None`: all
    /// findings of the rule are. Only a hash of it, keyed with the session's id, is ever stored.
    pub subject: Option<String>,
}

impl Finding {
    /// A finding with this advice.
    pub fn new(advice: Advice) -> Self {
        Self { advice, severity: None, subject: None }
    }

    /// The same finding, about one of several subjects: a file, a command family.
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// The same finding, with another severity than the rule's own.
    pub fn with_severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}

/// What is said about a finding, before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// A sentence that needs no command.
    pub plain: String,
    /// A fact and the better command for it, said instead of `plain` if the command is short and
    /// contains no secret.
    pub better: Option<(String, String)>,
}

impl Advice {
    /// A sentence without a rewritten command.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { plain: text.into(), better: None }
    }

    /// A rewritten command with the fact in front of it, and the sentence to use otherwise.
    pub fn better(
        lead: impl Into<String>,
        command: impl Into<String>,
        plain: impl Into<String>,
    ) -> Self {
        Self { plain: plain.into(), better: Some((lead.into(), command.into())) }
    }

    /// `command` with the fact in front of it, or the plain sentence where there is no command.
    pub fn with_rewrite(
        lead: impl Into<String>,
        command: Option<String>,
        plain: impl Into<String>,
    ) -> Self {
        match command {
            Some(command) => Self::better(lead, command, plain),
            None => Self::plain(plain),
        }
    }

    /// The line that the agent reads; `None` if no form of it is short and without secrets.
    pub fn render(&self, id: &str) -> Option<String> {
        let better = self.better.as_ref().and_then(|(lead, command)| {
            let fits = command.chars().count() <= MAX_REWRITE_CHARS
                && text::clean(command) == *command
                // U+FFFD replaces bytes that are not UTF-8: the command is no longer the user's.
                && !command.contains(['`', char::REPLACEMENT_CHARACTER]);
            fits.then(|| format!("{lead}: `{command}`"))
        });
        [better.as_deref(), Some(self.plain.as_str())]
            .into_iter()
            .flatten()
            .map(text::clean)
            .find(|body| body.chars().count() <= MAX_BODY_CHARS && !looks_secret(body))
            .map(|body| format!("{TAG}{body} ({id})"))
    }
}

/// How every line begins, so that the agent knows who speaks.
pub(crate) const TAG: &str = "[toolcoach] ";

/// Most characters between the tag and the rule's id.
pub const MAX_BODY_CHARS: usize = 160;

/// Most characters of a rewrite; the plain sentence replaces a longer one.
pub const MAX_REWRITE_CHARS: usize = 120;
