//! What the manual says beside the options: examples, files, environment and exit codes. The help
//! shows the examples and the codes; docs/man shows all of it.

use super::exit::Exit;
use crate::base::env::VARIABLES;
use crate::ui::layout::{pad, width as width_of};

/// A term with what it means.
pub type Term = (String, &'static str);

/// Examples of a command: its name, and each line with what it does.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "",
        &[
            ("toolcoach explain 'npm test | tail'", "try it on a command"),
            ("toolcoach install", "register the hook with your agents"),
            ("toolcoach doctor", "check that it works"),
            ("toolcoach stats", "see what it changes"),
        ],
    ),
    (
        "explain",
        &[
            ("toolcoach explain 'npm test | tail'", "what is said of a command"),
            ("toolcoach explain --error 'Exit code 1' 'git push'", "the same if it failed"),
            ("toolcoach explain --size 100k 'cat build.log'", "the same with much output"),
            (
                "toolcoach explain --exit-code 'git push -f'",
                "in a script: exit 3 if it would speak",
            ),
            ("toolcoach explain --last", "what spoke last"),
        ],
    ),
    (
        "stats",
        &[
            ("toolcoach stats --since yesterday", "a part of the time"),
            ("toolcoach stats --html stats.html", "charts for a browser"),
            ("toolcoach stats --json", "for programs"),
        ],
    ),
    (
        "log",
        &[
            ("toolcoach log -n 5", "the last five lines"),
            ("toolcoach log -f", "each new line, until interrupted"),
        ],
    ),
    (
        "replay",
        &[
            ("toolcoach replay", "all sessions on this machine"),
            ("toolcoach replay --rule masked-exit-pipe", "one rule"),
            ("toolcoach replay --config new.json --diff", "what other settings would change"),
        ],
    ),
    (
        "rules",
        &[
            ("toolcoach rules", "all rules, in groups"),
            ("toolcoach rules npm", "the rules about a word"),
            ("toolcoach rules --severity critical", "the rules that no budget limits"),
            ("toolcoach rules masked-exit-pipe", "one rule: why, and when it is silent"),
        ],
    ),
    (
        "mute",
        &[
            ("toolcoach mute sleep-wait --for 2h", "for a while"),
            ("toolcoach mute all --for 30m", "every rule"),
            ("toolcoach mute", "what is muted"),
        ],
    ),
    ("unmute", &[("toolcoach unmute all", "end every mute")]),
    (
        "install",
        &[
            ("toolcoach install --dry-run", "show the changes, write nothing"),
            ("toolcoach install --client claude --yes", "one agent, without a question"),
        ],
    ),
    ("uninstall", &[("toolcoach uninstall --purge", "with toolcoach's own settings and state")]),
    ("doctor", &[("toolcoach doctor --json", "for monitoring")]),
    ("lessons", &[("toolcoach lessons --markdown >>CLAUDE.md", "tell every agent")]),
    ("trust", &[("toolcoach trust --revoke", "trust this project no longer")]),
    (
        "completions",
        &[("toolcoach completions fish >~/.config/fish/completions/toolcoach.fish", "for fish")],
    ),
];

/// The examples of a command; those of the program for an empty name.
pub fn examples(command: &str) -> &'static [(&'static str, &'static str)] {
    EXAMPLES.iter().find(|(name, _)| *name == command).map_or(&[], |(_, lines)| lines)
}

/// The examples of a command as its help shows them: what each does is beside it where all of them
/// fit into `width` columns, else below it.
pub(crate) fn examples_text(command: &str, width: usize) -> Option<String> {
    let lines = examples(command);
    let widest = |part: fn(&(&str, &str)) -> usize| lines.iter().map(part).max();
    let command_width = widest(|(line, _)| width_of(line))?;
    let about_width = widest(|(_, about)| width_of(about))?;
    let is_beside = command_width + about_width + 4 <= width;
    let shown = |(line, about): &(&str, &str)| match is_beside {
        true => format!("  {}  {about}", pad(line, command_width)),
        false => format!("  {line}\n      {about}"),
    };
    Some(format!("Examples:\n{}", lines.iter().map(shown).collect::<Vec<_>>().join("\n")))
}

/// The exit codes as the help of the program shows them, in a sentence.
pub(crate) fn exit_codes_text() -> String {
    let code = |exit: &Exit| format!("{} {}", exit.code(), exit.in_short());
    format!("Exit codes: {}", Exit::ALL.iter().map(code).collect::<Vec<_>>().join(", "))
}

/// The exit codes.
pub fn exit_codes() -> Vec<Term> {
    Exit::ALL.iter().map(|exit| (exit.code().to_string(), exit.meaning())).collect()
}

/// The files that are read or written.
pub fn files() -> Vec<Term> {
    let entry = |path: &str, about| (path.to_owned(), about);
    vec![
        entry("~/.config/toolcoach/config.json", "the user's settings; on Windows in %APPDATA%"),
        entry(".toolcoach.json", "the settings of a project, in its root"),
        entry(
            "~/.local/state/toolcoach",
            "what sessions have seen and what was muted, trusted and installed; on Windows in %LOCALAPPDATA%",
        ),
        entry(
            "~/.claude, ~/.codex",
            "settings that install changes; transcripts that log and replay read",
        ),
    ]
}

/// The environment variables that are read.
pub fn environment() -> Vec<Term> {
    VARIABLES.iter().map(|(name, about)| ((*name).to_owned(), *about)).collect()
}
