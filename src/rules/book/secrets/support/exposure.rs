//! Whether what a command prints reaches the transcript whole, and whether secrets were in it.

use crate::project::secrets;
use crate::project::secrets::Care;
use crate::protocol::event::Tool;
use crate::rules::case::Case;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Redirection, options};

/// How much of an output is looked at, bytes.
const LOOKED_AT: usize = 64 << 10;

/// Commands that a pipeline goes through from `command` on, itself first, if its last one prints to
/// the transcript.
pub(crate) fn way_out<'c>(case: &'c Case, command: &'c Command) -> Option<Vec<&'c Command>> {
    if command.shows_output() {
        return Some(vec![command]);
    }
    let script = case.script()?;
    let stage = command.stage?;
    let way: Vec<&Command> =
        script.stages(stage.pipeline)?.split_off(stage.index.min(script.commands.len()));
    let piped = way.iter().all(|stage| !stage.redirections.iter().any(Redirection::takes_stdout));
    (piped && way.last()?.shows_output()).then_some(way)
}

/// Whether a filter lets whole lines pass, values and all. Of what is not known it is assumed that
/// it does not.
pub(crate) fn passes_values(filter: &Command) -> bool {
    match filter.program.as_str() {
        "cat" | "tac" | "nl" | "sort" | "uniq" | "less" | "more" | "bat" | "batcat" | "column"
        | "strings" => true,
        "head" | "tail" => !filter.args.iter().any(|word| {
            // A few bytes are a glimpse.
            word.text.starts_with("-c") || word.text.starts_with("--bytes")
        }),
        "grep" | "egrep" | "fgrep" | "rg" => {
            let is_rg = filter.is("rg");
            !options::read(&filter.args, search_spec(filter)).iter().any(|item| match item {
                Item::Short(flag, _) => {
                    matches!(flag, 'q' | 'c' | 'l' | 'L' | 'o') || is_rg && *flag == 'r'
                }
                Item::Long(name, _) => {
                    matches!(
                        *name,
                        "quiet"
                            | "silent"
                            | "count"
                            | "only-matching"
                            | "replace"
                            | "files-with-matches"
                            | "files-without-match"
                            | "files"
                    )
                }
                Item::Operand(_) => false,
            })
        }
        // A range of lines, and nothing that could take values out.
        "sed" | "gsed" => {
            let items = options::read(&filter.args, SED);
            let given = items.iter().find_map(|item| match item {
                Item::Short('e', Some(value)) | Item::Long("expression", Some(value)) => {
                    value.literal()
                }
                _ => None,
            });
            let operands = options::operands(&items);
            let script = given.or_else(|| operands.first()?.literal());
            script.is_some_and(|text| {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|c| c.is_ascii_digit() || matches!(c, ',' | 'p' | '$' | 'q' | ';'))
            })
        }
        _ => false,
    }
}

/// The options of a search that take a value.
pub(crate) fn search_spec(command: &Command) -> Spec {
    match command.program.as_str() {
        "rg" => Spec { short: "ABCgtTefmMjrEd", ..crate::rules::rewrite::grep::SPEC },
        _ => crate::rules::rewrite::grep::SPEC,
    }
}

/// The options of sed that take a value.
pub(crate) const SED: Spec =
    Spec { short: "efl", attached: "i", long: &["expression", "file", "line-length"] };

/// What is known of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The client sent none.
    Nothing,
    /// There are secrets in it.
    Secrets,
    /// There are none in it.
    Harmless,
}

/// Looks at what a call printed, or at the file that was read.
pub(crate) fn seen(case: &Case) -> Seen {
    let text = output(case);
    match text.trim() {
        "" if case.event.succeeded() => Seen::Nothing,
        text if holds_secret(text) => Seen::Secrets,
        _ => Seen::Harmless,
    }
}

/// The beginning of what the model was shown.
pub(crate) fn output(case: &Case) -> String {
    let event = case.event;
    if !event.succeeded() {
        return event.error_text(LOOKED_AT);
    }
    match event.tool {
        Tool::Read => event.response.read().content.head(LOOKED_AT),
        _ => event.shell().stdout.head(LOOKED_AT),
    }
}

/// Whether a line of `text` gives a value to something named as a secret, or holds a secret that
/// shows by itself.
fn holds_secret(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
        || secrets::known(text, Care::Data).is_some()
        || text.lines().take(4096).any(is_secret_line)
}

fn is_secret_line(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with('#') {
        return false;
    }
    // `user:password@` tells a password wherever the host is: the file is somebody's own.
    let url = line.split_once("://").is_some_and(|(_, rest)| {
        rest.split(['/', ' ', '"']).next().is_some_and(|authority| {
            authority
                .rsplit_once('@')
                .and_then(|(user, _)| user.split_once(':'))
                .is_some_and(|(_, password)| secrets::is_password(password))
        })
    });
    // `machine host login me password x` of .netrc
    let spoken = line.split_once("password ").is_some_and(|(_, value)| is_value(value));
    let pair = line.split_once('=').or_else(|| line.split_once(':'));
    url || spoken || pair.is_some_and(|(name, value)| is_telling_name(name) && is_value(value))
}

/// Whether something of this name is worth keeping: broader than [`secrets::is_secret_name`], since
/// the file is made for secrets.
pub(crate) fn is_telling_name(name: &str) -> bool {
    let parts = secrets::parts(name);
    let has = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    let ends = parts.last().map(String::as_str).unwrap_or_default();
    let harmless = matches!(
        ends,
        "path"
            | "file"
            | "dir"
            | "name"
            | "id"
            | "url"
            | "host"
            | "port"
            | "sock"
            | "type"
            | "length"
            | "ttl"
            | "pwd"
    );
    secrets::is_secret_name(name)
        || (!harmless
            && !has(&[
                "public",
                "publishable",
                "anon",
                "gpg",
                "cache",
                "sort",
                "primary",
                "foreign",
                "partition",
            ])
            && has(&[
                "key",
                "token",
                "secret",
                "password",
                "passwd",
                "passphrase",
                "pass",
                "private",
                "credential",
                "credentials",
                "apikey",
                "auth",
            ]))
}

/// Whether a value is a real one: not empty, a switch, a path or a stand-in.
fn is_value(value: &str) -> bool {
    let value = value.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    !value.starts_with(['/', '$', '~', '%'])
        && !value.contains("://")
        && secrets::is_password(value)
}
