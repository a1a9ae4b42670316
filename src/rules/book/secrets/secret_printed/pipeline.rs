//! Whether what a command prints reaches the transcript: through which filters, and whether they
//! let secrets pass.

use crate::project::programs::{self, Trait};
use crate::project::secrets;
use crate::rules::case::Case;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Redirection, options};

/// The stages of the pipeline from `command` on, itself first, if the last one prints to the
/// transcript.
pub(super) fn stages_to_transcript<'c>(
    case: &'c Case,
    command: &'c Command,
) -> Option<Vec<&'c Command>> {
    if command.shows_output() {
        return Some(vec![command]);
    }
    let script = case.script()?;
    let stage = command.stage?;
    let stages: Vec<&Command> =
        script.stages(stage.pipeline)?.split_off(stage.index.min(script.commands.len()));
    let diverts = |stage: &&Command| stage.redirections.iter().any(Redirection::takes_stdout);
    (!stages.iter().any(diverts) && stages.last()?.shows_output()).then_some(stages)
}

/// Whether a filter lets whole lines pass, with their values. An unknown filter is assumed not to.
pub(super) fn passes_values(filter: &Command) -> bool {
    match filter.program.as_str() {
        program if programs::is(program, Trait::PassesLines) => true,
        "base64" | "tee" => true,
        "jq" | "yq" => !filter.args.iter().any(|word| {
            ["keys", "length", "del(", "type", "has("].iter().any(|part| word.text.contains(part))
        }),
        // A few bytes do not show a value.
        "head" | "tail" => !takes_few_bytes(filter),
        _ if is_search(filter) => {
            let is_rg = filter.is("rg");
            !options::read(&filter.args, Spec::of(&filter.program)).iter().any(|item| match item {
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
        // A range of lines, and nothing that could cut values off.
        "sed" | "gsed" => {
            let items = options::read(&filter.args, Spec::of("sed"));
            let expression = items.iter().find_map(|item| match item {
                Item::Short('e', Some(value)) | Item::Long("expression", Some(value)) => {
                    value.literal()
                }
                _ => None,
            });
            let operands = options::operands(&items);
            let script = expression.or_else(|| operands.first()?.literal());
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

/// Whether `head -c 8` and the like pass fewer bytes than a value has.
fn takes_few_bytes(filter: &Command) -> bool {
    options::read(&filter.args, Spec::of("head")).iter().any(|item| match item {
        Item::Short('c', Some(value)) | Item::Long("bytes", Some(value)) => {
            value.text.parse::<u32>().is_ok_and(|bytes| bytes < 12)
        }
        _ => false,
    })
}

/// Whether a command searches lines.
pub(super) fn is_search(command: &Command) -> bool {
    command.is("rg") || programs::is(&command.program, Trait::IsGrep)
}

/// Whether a search may print a secret: it names one, or it matches every line. `in_file`: it
/// searches a file made for secrets, in which only harmless names are known not to be secrets.
pub(super) fn may_match_secret(command: &Command, in_file: bool) -> bool {
    let items = options::read(&command.args, Spec::of(&command.program));
    let inverted = options::has(&items, Some('v'), "invert-match");
    let mut patterns: Vec<&str> = items
        .iter()
        .filter_map(|item| match item {
            Item::Short('e', Some(value)) | Item::Long("regexp", Some(value)) => Some(value.text),
            _ => None,
        })
        .collect();
    if patterns.is_empty() {
        patterns.extend(options::operands(&items).first().map(|word| word.text.as_str()));
    }
    let names_secret = |text: &str| {
        let upper = text.to_ascii_uppercase();
        ["KEY", "TOKEN", "SECRET", "PASS", "PRIVATE", "CRED", "AUTH"]
            .iter()
            .any(|word| upper.contains(word))
    };
    let names_one = patterns.iter().any(|text| names_secret(text));
    if inverted {
        // It drops the lines that match: the secrets, or everything but them.
        return !names_one;
    }
    names_one || in_file && patterns.iter().any(|text| !is_harmless_name(text))
}

/// Whether a pattern is the name of a setting that is not secret.
fn is_harmless_name(pattern: &str) -> bool {
    let parts = secrets::parts(pattern);
    parts.last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "port"
                | "host"
                | "env"
                | "debug"
                | "level"
                | "name"
                | "region"
                | "version"
                | "mode"
                | "dir"
                | "path"
                | "id"
                | "timeout"
                | "enabled"
                | "model"
                | "schema"
                | "email"
                | "timezone"
        )
    })
}
