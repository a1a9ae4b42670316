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
        warns: "an agent's settings are not understood",
        fails: "no agent has the hook, or one that `--client` names has not",
        look: clients::present,
    },
    DoctorCheck {
        id: "settings-file",
        asks: "are the agent's settings a file of JSON in a known form?",
        warns: "the agent itself might understand it: Gemini CLI and Qwen Code take comments",
        fails: "it is none; told with line and column",
        look: clients::understood,
    },
    DoctorCheck {
        id: "hooks-on",
        asks: "does the agent run hooks at all?",
        warns: "",
        fails: "`disableAllHooks`, or what Gemini CLI and Codex call it, is set; the hook's name is on a list `disabled` (Gemini \
                CLI, Qwen Code); an administrator's settings let only their own hooks run",
        look: switches::switched_on,
    },
    DoctorCheck {
        id: "entries",
        asks: "does the agent take the entries of other programs in its settings, too?",
        warns: "",
        fails: "one has a form for which Claude Code drops every hook; told with line and column",
        look: switches::accepted,
    },
    DoctorCheck {
        id: "events",
        asks: "is every event registered that `install` registers?",
        warns: "failing calls, forgotten contexts or new sessions are missing",
        fails: "the event of calls is missing",
        look: clients::complete,
    },
    DoctorCheck {
        id: "matcher",
        asks: "for the calls of which tools does the agent start it?",
        warns: "one of several matchers, or one of an agent other than Claude Code, names no tool that is known; an `if` leaves \
                calls out",
        fails: "its matcher names no tool of Claude Code, or is not valid there",
        look: matcher::lets_through,
    },
    DoctorCheck {
        id: "once",
        asks: "is each event registered once over the user's, the project's, the local and a plugin's settings?",
        warns: "it is registered twice, or Cursor runs Claude Code's entry beside its own",
        fails: "",
        look: clients::once,
    },
    DoctorCheck {
        id: "time-limit",
        asks: "does the agent wait long enough, and not too long?",
        warns: "its limit is over ten minutes, such as 5000 where seconds are counted; `async` is set, and it does not wait",
        fails: "its limit is under the hook's own, such as 5 where ms are counted",
        look: limits::waits_long_enough,
    },
    DoctorCheck {
        id: "program",
        asks: "is the program there that the entry starts, and is it this version?",
        warns: "it is another version; a project's settings name another program, which is not run",
        fails: "it is not there, may not be executed, or is another program",
        look: program::exists,
    },
    DoctorCheck {
        id: "answer",
        asks: "does the registered command answer a known call as the agent wants it?",
        warns: "the fastest of three tries took over {p95} ms",
        fails: "each time anything but one line of JSON with the event and no other key, at most {chars} characters, nothing on \
                stderr, exit code 0, within {limit} s",
        look: program::answers,
    },
    DoctorCheck {
        id: "codex-trust",
        asks: "has Codex been told to trust the hook?",
        warns: "its `config.toml` has no record of it",
        fails: "",
        look: clients::trusted,
    },
    DoctorCheck {
        id: "silenced",
        asks: "does something keep it silent?",
        warns: "`TOOLCOACH_DISABLE=1` here or in an agent's settings, `toolcoach mute all`",
        fails: "",
        look: settings::silenced,
    },
    DoctorCheck {
        id: "settings",
        asks: "are your own settings valid?",
        warns: "an entry has no effect",
        fails: "the file is not valid, so nothing of it counts; told with line and column",
        look: settings::settings,
    },
    DoctorCheck {
        id: "project",
        asks: "are the settings of the project here valid, and its own rules trusted?",
        warns: "they are not",
        fails: "",
        look: settings::project,
    },
    DoctorCheck {
        id: "programs",
        asks: "are the programs on PATH that rules suggest?",
        warns: "a rule cannot suggest what it would",
        fails: "",
        look: settings::programs,
    },
    DoctorCheck {
        id: "state",
        asks: "can the state folder be written?",
        warns: "it is not an absolute path",
        fails: "it cannot, or there is none",
        look: store::writable,
    },
    DoctorCheck {
        id: "file-system",
        asks: "does the file system of the state folder lock files, and does it have the time of this machine?",
        warns: "a lock fails, so that hints and warnings stay unsaid; its clock is ahead",
        fails: "",
        look: disk::serves,
    },
    DoctorCheck {
        id: "private",
        asks: "is the state yours alone?",
        warns: "others may open it, or something in it belongs to another user",
        fails: "",
        look: store::private,
    },
    DoctorCheck {
        id: "files",
        asks: "are `learned.json`, `lessons.json`, `breakers.json`, `mutes.json`, `trust.json`, `installs.json` and `errors.jsonl` understood?",
        warns: "one is not, and so is as if it were not there",
        fails: "",
        look: store::files,
    },
    DoctorCheck {
        id: "inputs",
        asks: "did the hook understand what it was given in the last day?",
        warns: "some inputs were not understood",
        fails: "",
        look: store::inputs,
    },
    DoctorCheck {
        id: "calls",
        asks: "when was the last call of each agent that has the hook?",
        warns: "none was ever seen",
        fails: "",
        look: traffic::arriving,
    },
    DoctorCheck {
        id: "speed",
        asks: "is p95 of the last {calls} calls under {p95} ms?",
        warns: "",
        fails: "it is not",
        look: traffic::fast,
    },
    DoctorCheck {
        id: "breakers",
        asks: "is every analyzer at work?",
        warns: "one that failed waits for its next trial",
        fails: "one is left out",
        look: traffic::breakers,
    },
    DoctorCheck {
        id: "size",
        asks: "does the store keep to its {store}?",
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
