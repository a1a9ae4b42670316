//! The list of checks: what each asks, and when it warns or fails. `docs/doctor.md` has this list.

use super::diagnosis::Diagnosis;
use super::recent::JUDGED_CALLS;
use super::scene::Scene;
use super::{
    clients, contract, disk, limits, matcher, program, settings, store, switches, traffic, trial,
};
use crate::base::deadline::P95_MS;
use crate::ui::format::{bytes, count};
use crate::upkeep::MAX_STORE_BYTES;

/// One check.
pub(super) struct DoctorCheck {
    /// Its id in reports.
    pub(super) id: &'static str,
    /// The question that it answers.
    asks: &'static str,
    /// When it warns; empty if never.
    warns: &'static str,
    /// When it fails; empty if never.
    fails: &'static str,
    pub(super) look: fn(&Scene) -> Vec<Diagnosis>,
}

/// All checks, in an order in which an early failure explains later ones.
pub(super) const CHECKS: &[DoctorCheck] = &[
    DoctorCheck {
        id: "agents",
        asks: "which agents are on this machine, and which have the hook?",
        warns: "an agent's settings cannot be parsed",
        fails: "no agent has the hook, or an agent that `--client` names does not have it",
        look: clients::present,
    },
    DoctorCheck {
        id: "settings-file",
        asks: "are the agent's settings valid JSON in a known form?",
        warns: "the agent itself may accept the file: Gemini CLI and Qwen Code allow comments",
        fails: "they are not valid JSON; reported with line and column",
        look: clients::understood,
    },
    DoctorCheck {
        id: "hooks-on",
        asks: "does the agent run hooks at all?",
        warns: "",
        fails: "`disableAllHooks`, or what Gemini CLI and Codex call it, is set; the hook is named in a \
            `disabled` list (Gemini CLI, Qwen Code); an administrator's settings allow only their own hooks",
        look: switches::switched_on,
    },
    DoctorCheck {
        id: "entries",
        asks: "does the agent accept the entries of other programs in its settings?",
        warns: "",
        fails: "an entry has a form for which Claude Code drops every hook; reported with line and column",
        look: switches::accepted,
    },
    DoctorCheck {
        id: "events",
        asks: "is the hook registered for every event that `install` registers?",
        warns: "the events of failed calls, context resets or new sessions are missing",
        fails: "the event of tool calls is missing",
        look: clients::complete,
    },
    DoctorCheck {
        id: "matcher",
        asks: "for which tools does the agent start the hook?",
        warns: "one of several matchers, or a matcher of an agent other than Claude Code, names no known \
            tool; an `if` excludes calls",
        fails: "the matcher names no tool of Claude Code, or is not valid there",
        look: matcher::lets_through,
    },
    DoctorCheck {
        id: "once",
        asks: "is each event registered only once across user, project, local and plugin settings?",
        warns: "an event is registered twice, or Cursor runs Claude Code's entry in addition to its own",
        fails: "",
        look: clients::once,
    },
    DoctorCheck {
        id: "time-limit",
        asks: "does the agent wait long enough for the hook, and not too long?",
        warns: "the limit is over ten minutes, such as 5000 where the unit is seconds; `async` is set, so the \
            agent does not wait",
        fails: "the limit is shorter than the hook's own, such as 5 where the unit is ms",
        look: limits::waits_long_enough,
    },
    DoctorCheck {
        id: "program",
        asks: "does the program that the entry starts exist, and is it this version?",
        warns: "it is another version; a project's settings name another program, which doctor does not run",
        fails: "it does not exist, is not executable, or is another program",
        look: program::exists,
    },
    DoctorCheck {
        id: "answer",
        asks: "does the registered command answer a known call in the form that the agent expects?",
        warns: "the fastest of three tries took over {p95} ms",
        fails: "no try gives one line of JSON with the event and no other key, at most {chars} characters, \
            nothing on stderr and exit code 0 within {limit} s",
        look: program::answers,
    },
    DoctorCheck {
        id: "codex-trust",
        asks: "does Codex trust the hook?",
        warns: "its `config.toml` has no record of that trust",
        fails: "",
        look: clients::trusted,
    },
    DoctorCheck {
        id: "silenced",
        asks: "is toolcoach silenced?",
        warns: "`TOOLCOACH_DISABLE=1` here or in an agent's settings, `toolcoach mute all`",
        fails: "",
        look: settings::silenced,
    },
    DoctorCheck {
        id: "settings",
        asks: "are your settings valid?",
        warns: "an entry has no effect",
        fails: "the file is not valid, so all of it is ignored; reported with line and column",
        look: settings::settings,
    },
    DoctorCheck {
        id: "company",
        asks: "are the company's settings, which take precedence over yours, valid? (not shown where there are none)",
        warns: "an entry has no effect, or users may write the file",
        fails: "the file is not valid, so all of it is ignored; reported with line and column",
        look: settings::company,
    },
    DoctorCheck {
        id: "project",
        asks: "are the settings of this project valid, and its custom rules trusted?",
        warns: "they are not valid, or not trusted",
        fails: "",
        look: settings::project,
    },
    DoctorCheck {
        id: "programs",
        asks: "are the programs that rules suggest on PATH?",
        warns: "a rule cannot suggest its program",
        fails: "",
        look: settings::programs,
    },
    DoctorCheck {
        id: "state",
        asks: "is the state folder writable?",
        warns: "it is not an absolute path",
        fails: "it is not writable, or there is none",
        look: store::writable,
    },
    DoctorCheck {
        id: "file-system",
        asks: "can files be locked in the state folder, and does its file system agree with this machine's clock?",
        warns: "locking fails, so only critical lines are said; the file system's clock is ahead",
        fails: "",
        look: disk::serves,
    },
    DoctorCheck {
        id: "private",
        asks: "is the state private to you?",
        warns: "other users can open it, or a file in it belongs to another user",
        fails: "",
        look: store::private,
    },
    DoctorCheck {
        id: "files",
        asks: "are `learned.json`, `lessons.json`, `breakers.json`, `mutes.json`, `trust.json`, \
            `installs.json` and `errors.jsonl` readable?",
        warns: "a file is not readable, so it is ignored",
        fails: "",
        look: store::files,
    },
    DoctorCheck {
        id: "inputs",
        asks: "did the hook understand every input of the last day?",
        warns: "some inputs were not understood",
        fails: "",
        look: store::inputs,
    },
    DoctorCheck {
        id: "calls",
        asks: "when was the last call of each agent that has the hook?",
        warns: "no call has ever been seen",
        fails: "",
        look: traffic::arriving,
    },
    DoctorCheck {
        id: "speed",
        asks: "is the p95 time of the last {calls} calls under {p95} ms?",
        warns: "",
        fails: "it is not",
        look: traffic::fast,
    },
    DoctorCheck {
        id: "breakers",
        asks: "are all analyzers running?",
        warns: "an analyzer that failed waits for its next try",
        fails: "an analyzer is skipped after repeated failures",
        look: traffic::breakers,
    },
    DoctorCheck {
        id: "size",
        asks: "does the store stay under {store}?",
        warns: "",
        fails: "it does not",
        look: store::size,
    },
];

/// The list as a table in Markdown.
pub(super) fn table() -> String {
    let filled = |text: &str| {
        let text = text
            .replace("{p95}", &P95_MS.to_string())
            .replace("{calls}", &JUDGED_CALLS.to_string())
            .replace("{chars}", &count(contract::MAX_CHARS as u64))
            .replace("{limit}", &trial::LIMIT.as_secs().to_string())
            .replace("{store}", &bytes(MAX_STORE_BYTES));
        if text.is_empty() { "never".to_owned() } else { text }
    };
    let mut out = String::from("| check | asks | warns if | fails if |\n|---|---|---|---|\n");
    for check in CHECKS {
        let [asks, warns, fails] = [check.asks, check.warns, check.fails].map(filled);
        out.push_str(&format!("| `{}` | {asks} | {warns} | {fails} |\n", check.id));
    }
    out
}
