//! Commands that ask how something outside is: a failure is their answer, and asking again is how
//! one waits.

use crate::project::programs::{self, Trait};
use crate::rules::case::Case;
use crate::shell::{Command, options};

/// Programs with the words that ask, wherever they are among the first three operands. A word
/// that ends in `-` stands for all words that begin with it.
#[rustfmt::skip]
const ASKS: [(&str, &[&str]); 28] = [
    ("kubectl", &["get", "wait", "rollout", "describe", "logs", "top", "cluster-info"]),
    ("oc", &["get", "wait", "rollout", "describe", "logs", "status"]),
    ("helm", &["status", "test", "get"]),
    ("argocd", &["wait", "get"]),
    ("gh", &["checks", "watch", "view", "status", "list"]),
    ("glab", &["status", "view", "list"]),
    ("docker", &["inspect", "ps", "logs", "wait", "info", "stats"]),
    ("podman", &["inspect", "ps", "logs", "wait", "info"]),
    ("docker-compose", &["ps", "logs", "wait"]),
    ("systemctl", &["is-", "status", "show"]),
    ("launchctl", &["list", "print"]),
    ("service", &["status"]),
    ("pm2", &["status", "list", "show", "jlist"]),
    ("supervisorctl", &["status"]),
    ("aws", &["wait", "describe-", "get-", "list-", "head-"]),
    ("gcloud", &["describe", "list"]),
    ("az", &["show", "list", "wait"]),
    ("heroku", &["ps", "status", "ps:wait"]),
    ("fly", &["status", "checks"]),
    ("flyctl", &["status", "checks"]),
    ("vercel", &["inspect", "ls"]),
    ("git", &["ls-remote"]),
    ("npm", &["view", "ping", "info"]),
    ("redis-cli", &["ping", "PING"]),
    ("mysqladmin", &["ping", "status"]),
    ("mariadb-admin", &["ping", "status"]),
    ("rabbitmqctl", &["status", "await_startup"]),
    ("adb", &["devices", "wait-for-", "get-state"]),
];

/// Words of an address that ask whether a server is healthy.
const HEALTH: [&str; 7] = ["health", "ready", "livez", "alive", "/ping", "status", "/version"];

/// Whether the call asks how something outside is: its last command does, or it sleeps before it
/// asks.
pub(crate) fn asks_outside(case: &Case) -> bool {
    let Some(script) = case.script() else { return false };
    let mut words = script.commands.iter();
    let sleeps = words.any(|command| command.is("sleep") || command.is("wait"));
    // Behind a pipe the filter is the last one.
    let last = script.commands.iter().rev().find(|command| {
        let filters = command.reads_pipe && programs::is(&command.program, Trait::ShowsPart);
        !filters && !command.in_substitution
    });
    sleeps || !script.loops.is_empty() || last.is_some_and(asks)
}

/// Whether a command asks how something outside is.
pub(crate) fn asks(command: &Command) -> bool {
    let text = |word: &str| command.args.iter().any(|arg| arg.text.contains(word));
    match command.program.as_str() {
        "pg_isready" | "ping" | "ping6" | "nslookup" | "dig" | "host" | "telnet" | "lsof"
        | "ss" | "wait-on" | "wait4x" | "dockerize" | "getent" | "traceroute" => true,
        program if program.starts_with("wait-for") || program.starts_with("wait_for") => true,
        "nc" | "ncat" | "netcat" => command.args.iter().any(|word| {
            word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('z')
        }),
        "curl" | "wget" | "http" | "xh" => {
            let fails = |word: &str| {
                matches!(word, "--fail" | "--fail-with-body" | "--spider" | "-I" | "--head")
                    || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))
            };
            let is_near = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];
            command.args.iter().any(|word| fails(&word.text))
                || HEALTH.iter().chain(&is_near).any(|sign| text(sign))
        }
        "psql" | "mysql" | "mariadb" => text("select 1") || text("SELECT 1"),
        program => {
            let known = ASKS.iter().find(|(name, _)| *name == program);
            known.is_some_and(|(_, words)| {
                let operands = command.args.iter().filter(|word| !word.text.starts_with('-'));
                let asks = |word: &str| {
                    words.iter().any(|known| match known.strip_suffix('-') {
                        Some(start) => word.starts_with(start),
                        None => word == *known,
                    })
                };
                operands.take(3).any(|word| asks(&word.text))
                    || options::subcommand(program, &command.args).is_some_and(|(_, sub)| asks(sub))
            })
        }
    }
}
