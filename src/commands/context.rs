//! The settings and environment of the current folder, for every command but the hook, and the
//! problems of the settings.

use std::io::{self, Write};
use std::path::Path;

use crate::base::file_error::FileError;
use crate::base::{env, state_dir, text};
use crate::commands::error::Error;
use crate::engine::{holdout, suppress};
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::protocol::event::Event;
use crate::rules;
use crate::rules::book::retired;
use crate::rules::rule::Rule;
use crate::rules::trigger::Trigger;
use crate::rules::{custom, problems};
use crate::settings::{CustomRule, Settings};
use crate::store::ledger::Ledger;
use crate::ui::format;

/// The settings and environment of the current folder.
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
}

impl Context {
    /// Reads them, and reports the problems of the settings on stderr.
    pub(crate) fn new() -> Self {
        let context = Self::quiet();
        report_problems(&context.settings, &context.environment);
        context
    }

    /// Reads them.
    pub(crate) fn quiet() -> Self {
        let cwd = std::env::current_dir().unwrap_or_default();
        let environment = Environment::new(Client::Claude(None), Some(&cwd.to_string_lossy()));
        Self { settings: Settings::load(state_dir::folder()), environment }
    }

    /// Every custom rule that applies here.
    pub(crate) fn custom_rules(&self) -> Vec<&'static Rule> {
        custom::all(&self.settings, &self.environment).into_iter().map(|(rule, _)| rule).collect()
    }

    /// Why a rule is suppressed here, in words; `None` if it is not.
    pub(crate) fn suppression(&self, rule: &Rule) -> Option<String> {
        suppress::of(&self.settings, &self.environment, rule.id)
            .map(|suppression| suppression.to_string())
            .or_else(|| holdout::learned_mute(&self.settings, rule.id))
    }

    /// The rules that learning mutes here, with the reason in words.
    pub(crate) fn learned_mutes(&self) -> impl Iterator<Item = (&'static str, String)> {
        rules::all()
            .filter_map(|rule| Some((rule.id, holdout::learned_mute(&self.settings, rule.id)?)))
    }

    /// The rule of the book or the custom rule with this id.
    ///
    /// # Errors
    /// When there is none: the error has the nearest id, or why the rule is gone.
    pub(crate) fn rule(&self, id: &str) -> Result<&'static Rule, Error> {
        let custom_rules = self.custom_rules();
        if let Some(rule) =
            rules::named(id).or_else(|| custom_rules.iter().copied().find(|rule| rule.id == id))
        {
            return Ok(rule);
        }
        if let Some(gone) = retired::named(id) {
            return Err(Error::RetiredRule { id: gone.id, since: gone.since, why: gone.why });
        }
        let hint = problems::suggestion(id, custom_rules.iter().map(|rule| rule.id));
        Err(Error::UnknownRule { id: text::excerpt(id), hint })
    }
}

/// The user's text of a rule, if it is a custom rule.
pub(crate) fn custom_rule_of(rule: &Rule) -> Option<&'static CustomRule> {
    if let Trigger::Custom(custom) = rule.trigger { Some(custom) } else { None }
}

/// Reports on stderr the problems of the settings around a call, and the rules that wait for trust.
pub(crate) fn report_problems(settings: &Settings, environment: &Environment) {
    report(&problems::problems(settings, environment));
    if let Some((count, file)) = custom::untrusted(settings, environment) {
        let (rules, are) = if count == 1 { ("rule", "is") } else { ("rules", "are") };
        let path = format::path(&file.path);
        let _ = writeln!(
            io::stderr(),
            "toolcoach: {path}: {count} custom {rules} {are} not trusted (run `toolcoach trust`)"
        );
    }
}

/// Reports on stderr what is wrong with files.
pub(crate) fn report<'p>(problems: impl IntoIterator<Item = &'p FileError>) {
    let mut stderr = io::stderr().lock();
    for problem in problems {
        // A closed stderr is not an error.
        let _ = writeln!(stderr, "toolcoach: {}", text::clean(&problem.to_string()));
    }
}

/// The session's ledger, to note the event in. A call without a session id comes from a user who
/// tries the hook: it has no memory.
pub(crate) fn ledger_of(event: &Event, state: Option<&Path>) -> Option<Ledger> {
    // An event that is no call leaves no hash.
    let is_call = event.outcome().is_some();
    open_ledger(event, state, if is_call { Ledger::to_write } else { Ledger::new })
}

/// The session's ledger, to look at.
pub(crate) fn ledger_to_read(event: &Event, state: Option<&Path>) -> Option<Ledger> {
    open_ledger(event, state, Ledger::new)
}

fn open_ledger(
    event: &Event,
    state: Option<&Path>,
    open: fn(&Path, &str, Option<&str>) -> Ledger,
) -> Option<Ledger> {
    let session = event.session.as_deref()?;
    // A cloud session keeps its own id while the session id of the client changes.
    let remote = env::claude_remote_session();
    let session = remote.as_deref().unwrap_or(session);
    // Without a state folder a real session has no memory either, but it is not a user's trial.
    // This path can never be written.
    let folder = state.unwrap_or(Path::new("/dev/null/toolcoach"));
    Some(open(folder, session, event.agent.as_deref()))
}
