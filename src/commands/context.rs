//! What holds in a folder, as the commands of people see it: the settings, and everything that is
//! wrong with them.

use std::io::{self, Write};

use crate::base::env;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::engine::suppress;
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::protocol::event::Event;
use crate::rules;
use crate::rules::book::retired;
use crate::rules::custom;
use crate::rules::rule::Rule;
use crate::rules::trigger::Trigger;
use crate::settings::{CustomRule, Settings};
use crate::store::ledger::Ledger;
use std::path::Path;

/// The settings and environment of this folder.
pub(crate) struct Here {
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
}

impl Here {
    /// Reads them, and tells on stderr what is wrong.
    pub(crate) fn new() -> Self {
        let here = Self::quiet();
        complain(&here.settings, &here.environment);
        here
    }

    /// Reads them.
    pub(crate) fn quiet() -> Self {
        let cwd = std::env::current_dir().unwrap_or_default();
        let environment = Environment::new(Client::Claude(None), Some(&cwd.to_string_lossy()));
        Self { settings: Settings::load(state_dir::folder()), environment }
    }

    /// Every own rule that counts here.
    pub(crate) fn custom_rules(&self) -> Vec<&'static Rule> {
        custom::all(&self.settings, &self.environment).into_iter().map(|(rule, _)| rule).collect()
    }

    /// Why a rule does not speak here, in words.
    pub(crate) fn silenced(&self, rule: &Rule) -> Option<String> {
        suppress::of(&self.settings, &self.environment, rule.id, rule.severity)
            .map(|silence| silence.to_string())
    }

    /// The rules that learning mutes here, with the reason in words.
    pub(crate) fn learned(&self) -> impl Iterator<Item = (&'static str, String)> {
        rules::all().filter_map(|rule| {
            let why = suppress::by_learning(&self.settings, rule.id, rule.severity)?;
            Some((rule.id, why.to_string()))
        })
    }

    /// The rule with this id, of the book or an own one.
    ///
    /// # Errors
    /// When there is none, with the nearest name; when it is gone, with the reason.
    pub(crate) fn rule(&self, id: &str) -> Result<&'static Rule, Error> {
        let own = self.custom_rules();
        if let Some(rule) =
            rules::named(id).or_else(|| own.iter().copied().find(|rule| rule.id == id))
        {
            return Ok(rule);
        }
        if let Some(gone) = retired::named(id) {
            return Err(Error::RetiredRule { id: gone.id, since: gone.since, why: gone.why });
        }
        let hint = custom::suggestion(id, own.iter().map(|rule| rule.id));
        Err(Error::UnknownRule { id: text::excerpt(id), hint })
    }
}

/// What a user wrote, if the rule is an own one.
pub(crate) fn written(rule: &Rule) -> Option<&'static CustomRule> {
    if let Trigger::Custom(own) = rule.trigger { Some(own) } else { None }
}

/// Tells on stderr what is wrong with the settings around a call, and which rules wait for trust.
pub(crate) fn complain(settings: &Settings, environment: &Environment) {
    let mut stderr = io::stderr().lock();
    // That nobody reads it is no error.
    for problem in custom::problems(settings, environment) {
        let _ = writeln!(stderr, "toolcoach: {}", text::clean(&problem.to_string()));
    }
    if let Some((count, file)) = custom::untrusted(settings, environment) {
        let rules = if count == 1 { "1 rule of {} is" } else { "{n} rules of {} are" };
        let rules = rules
            .replace("{n}", &count.to_string())
            .replace("{}", &text::clean(&file.path.to_string_lossy()));
        let _ = writeln!(stderr, "toolcoach: {rules} not trusted: toolcoach trust");
    }
}

/// The session's ledger. A call without a session id is made by hand: it has no memory.
pub(crate) fn ledger_of(event: &Event, state: Option<&Path>) -> Option<Ledger> {
    let session = event.session.as_deref()?;
    // In a cloud session the id of the session stays while the client's changes.
    let remote = env::claude_remote_session();
    let session = remote.as_deref().unwrap_or(session);
    // A session whose state has no place has no memory either, but is no trial by hand.
    let folder = state.unwrap_or(Path::new("/dev/null/toolcoach"));
    Some(Ledger::new(folder, session, event.agent.as_deref()))
}
