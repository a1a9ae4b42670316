//! `toolcoach rules`: the rule book, printed from the rules themselves.

mod document;
mod entry;
mod facts;
mod list;
mod page;
mod search;

use clap::{Args, ValueEnum};

use super::context::Context;
use crate::commands::error::Error;
use crate::rules;
use crate::rules::rule::{Rule, Severity};
use crate::ui::print::{print, print_json};

/// How the book is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BookFormat {
    Text,
    Json,
    Markdown,
}

/// A severity, as `--severity` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WantedSeverity {
    Hint,
    Warn,
    Critical,
}

/// What `rules` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct RulesOptions {
    /// A rule's id; or words that a rule is about, such as grep, npm or 'git push'
    #[arg(value_name = "RULE|WORDS")]
    id: Vec<String>,
    /// Only rules that may matter so much
    #[arg(long, value_enum)]
    severity: Option<WantedSeverity>,
    /// Output format
    #[arg(long, value_enum, default_value_t = BookFormat::Text)]
    format: BookFormat,
    /// Print JSON, as `--format json` does
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Prints the book, the rules about some words, or one rule.
///
/// # Errors
/// When no rule has this id or is about these words.
pub(crate) fn run(options: &RulesOptions) -> Result<(), Error> {
    let format = if options.json { BookFormat::Json } else { options.format };
    // The book in Markdown is a document, so it must not depend on the machine.
    let is_document = format == BookFormat::Markdown;
    let context = if is_document { Context::quiet() } else { Context::new() };
    let (mut chosen, is_one) = chosen(&options.id, &context, is_document)?;
    if let Some(wanted) = options.severity {
        chosen.retain(|rule| {
            facts::severities_of(rule).any(|severity| severity == wanted.severity())
        });
        if chosen.is_empty() {
            return Err(Error::Usage("rules: none of these has this severity".to_owned()));
        }
    }
    let suppression = |rule: &Rule| context.suppression(rule);
    let text = match format {
        BookFormat::Json => {
            let entries = chosen.iter().map(|rule| entry::RuleEntry::of(rule, suppression(rule)));
            let entries: Vec<_> = entries.collect();
            return Ok(print_json(&(serde_json::to_string_pretty(&entries)? + "\n"))?);
        }
        BookFormat::Markdown if is_one => {
            chosen.iter().map(|rule| document::section(rule)).collect()
        }
        BookFormat::Markdown => document::book(&chosen),
        BookFormat::Text if is_one => {
            let pinned = |rule: &Rule| context.settings.company_insists(rule.id);
            let page = |rule: &&'static Rule| page::render(rule, suppression(rule), pinned(rule));
            chosen.iter().map(page).collect()
        }
        BookFormat::Text => list::render(&chosen, suppression),
    };
    Ok(print(&text)?)
}

/// The rules that the words name or are about, and whether they name one.
fn chosen(
    words: &[String],
    context: &Context,
    is_document: bool,
) -> Result<(Vec<&'static Rule>, bool), Error> {
    let custom = if is_document { Vec::new() } else { context.custom_rules() };
    let all: Vec<&'static Rule> = rules::all().chain(custom).collect();
    if words.is_empty() {
        return Ok((all, false));
    }
    match words {
        [id] => match context.rule(id) {
            Ok(rule) => Ok((vec![rule], true)),
            // A retired rule is not searched for: the error says why it is gone.
            Err(error @ Error::RetiredRule { .. }) => Err(error),
            Err(error) => {
                let found = search::about(words, &all);
                if found.is_empty() { Err(error) } else { Ok((found, false)) }
            }
        },
        words => {
            let found = search::about(words, &all);
            if found.is_empty() {
                let words = crate::base::text::excerpt(&words.join(" "));
                return Err(Error::Usage(format!("rules: no rule is about `{words}`")));
            }
            Ok((found, false))
        }
    }
}

impl WantedSeverity {
    fn severity(self) -> Severity {
        match self {
            Self::Hint => Severity::Hint,
            Self::Warn => Severity::Warn,
            Self::Critical => Severity::Critical,
        }
    }
}
