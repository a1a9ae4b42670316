//! Checks of what the entries start: a program that is there, is this one, and keeps to the
//! contract.

use std::path::{Path, PathBuf};

use super::agents::hooks;
use super::finding::Finding;
use super::trial::{End, LIMIT, Outcome};
use super::{Scene, contract, install_command, trial};
use crate::base::deadline::P95_MS;
use crate::commands::install;
use crate::commands::install::{Hook, Run, SettingsFile, Surveyed};
use crate::project::environment;
use crate::ui::format::micros;

/// This version.
const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");

/// How often a slow answer is asked for, all in all: a machine may be busy for a moment.
const TRIES: usize = 3;

/// A command that an agent starts, and what became of its program.
pub(super) struct Candidate {
    agent: usize,
    file: PathBuf,
    scope: &'static str,
    run: Run,
    /// What was found out about its program.
    program: Finding,
    /// Its program may be started, and is one of ours.
    is_sound: bool,
}

/// Every command once for each agent. A program that does not answer is waited for here, so it is
/// done once.
pub(super) fn candidates(scene: &Scene) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (at, agent) in scene.agents.iter().enumerate() {
        for (file, hook) in hooks(agent) {
            if found.iter().any(|known| known.agent == at && known.run == hook.run) {
                continue;
            }
            let (program, is_sound) = look(scene, agent, file, hook);
            let (path, run) = (file.path.clone(), hook.run.clone());
            found.push(Candidate {
                agent: at,
                file: path,
                scope: file.scope,
                run,
                program,
                is_sound,
            });
        }
    }
    found
}

/// Whether the program is there, can be started, and is this one in this version.
pub(super) fn there(scene: &Scene) -> Vec<Finding> {
    scene.candidates().iter().map(|candidate| candidate.program.clone()).collect()
}

/// What there is to say of a hook's program, and whether it may be started as a hook.
fn look(scene: &Scene, agent: &Surveyed, file: &SettingsFile, hook: &Hook) -> (Finding, bool) {
    let at = |finding: Finding| finding.at(&file.path).at_position(hook.position).about(agent);
    let mend = |finding: Finding| match file.scope {
        "plugin" | "project" => at(finding).mend(on_path()),
        _ => at(finding).run(install_command(agent, file.scope)),
    };
    // A repository can name any program of its own: who looks at its settings has not agreed to run
    // that.
    let is_brought = matches!(file.scope, "project" | "local");
    let refused = |named: &str| {
        let what = format!("it starts {named}, which is not this program, and was not run");
        (at(Finding::warning(what)).run(install_command(agent, file.scope)), false)
    };
    let named = match hook.run.program() {
        Some(named) => named,
        // Our plugin's line looks for it first.
        None if file.scope == "plugin" => install::PROGRAM.to_owned(),
        None if is_brought => return refused(&hook.run.shown()),
        None => return (Finding::ok(format!("it starts {}", hook.run.shown())).about(agent), true),
    };
    let Some(path) = located(&named) else {
        return (mend(Finding::failure(format!("{named} is not on PATH here"))), false);
    };
    let shown = path.display();
    if !path.exists() {
        return (mend(Finding::failure(format!("it starts {shown}, which is not there"))), false);
    }
    if !environment::is_executable(&path) {
        let command = format!("chmod +x {}", install::quoted(&path.to_string_lossy()));
        return (at(Finding::failure(format!("{shown} may not be executed"))).run(command), false);
    }
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    if std::env::current_exe().and_then(|own| own.canonicalize()).is_ok_and(|own| own == real) {
        return (
            Finding::ok(format!("it starts {shown}, which is this program")).about(agent),
            true,
        );
    }
    if is_brought && Path::new(&named).components().count() > 1 {
        return refused(&shown.to_string());
    }
    let asked = Run::Program(vec![path.to_string_lossy().into_owned(), "--version".to_owned()]);
    let outcome = trial::run(&asked, b"", &scene.scratch);
    match version(&outcome) {
        Some(OWN_VERSION) => {
            (Finding::ok(format!("it starts {shown}, of this version")).about(agent), true)
        }
        Some(version) => {
            let what = format!("it starts {shown}, version {version}; this is {OWN_VERSION}");
            (mend(Finding::warning(what)), true)
        }
        None if matches!(outcome.end, End::TooLong) => {
            let limit = LIMIT.as_secs();
            let what =
                format!("it starts {shown}, which does not answer --version within {limit} s");
            (mend(Finding::failure(what)), false)
        }
        None => {
            (mend(Finding::failure(format!("it starts {shown}, which is no toolcoach"))), false)
        }
    }
}

/// What to do where the entry has no path, and must not get one.
fn on_path() -> String {
    let own = std::env::current_exe().unwrap_or_default();
    let folder = own.parent().unwrap_or(Path::new("")).to_string_lossy();
    format!("put {folder} on the PATH that the agent is started with")
}

/// Where a program is that is named so.
fn located(named: &str) -> Option<PathBuf> {
    if Path::new(named).components().count() > 1 {
        return std::path::absolute(named).ok();
    }
    let mut places = install::on_path(named);
    let first = places.next();
    // One that may not be executed is passed over by whoever looks for programs.
    first
        .clone()
        .filter(|path| environment::is_executable(path))
        .or_else(|| places.find(|path| environment::is_executable(path)))
        .or(first)
}

fn version(outcome: &Outcome) -> Option<&str> {
    let text = outcome.stdout.strip_prefix("toolcoach ")?.strip_suffix('\n')?;
    let is_version =
        text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_whitespace);
    is_version.then_some(text)
}

/// Whether each command keeps to the contract on a call that it knows.
pub(super) fn answers(scene: &Scene) -> Vec<Finding> {
    let runs = scene.candidates().iter().filter(|candidate| candidate.is_sound);
    runs.filter_map(|candidate| Some(try_out(scene, scene.agents.get(candidate.agent)?, candidate)))
        .collect()
}

fn try_out(scene: &Scene, agent: &Surveyed, candidate: &Candidate) -> Finding {
    let client = agent.client;
    let mut fastest: Option<Outcome> = None;
    for number in 0..TRIES {
        let mut call = contract::call(client, scene.scratch.path());
        // What was said in one session is not said again.
        for key in ["session_id", "sessionId"] {
            if let Some(session) = call.get_mut(key) {
                *session = format!("doctor-{}-{number}", scene.trial()).into();
            }
        }
        let outcome = trial::run(&candidate.run, call.to_string().as_bytes(), &scene.scratch);
        if let Err(what) = contract::judge(client, &outcome) {
            let finding = Finding::failure(format!("`{}` {what}", candidate.run.shown()))
                .at(&candidate.file)
                .took(us(&outcome))
                .about(agent);
            return match candidate.scope {
                "plugin" => finding.mend(on_path()),
                scope => finding
                    .mend("let the entry start this program")
                    .run(install_command(agent, scope)),
            };
        }
        // What takes seconds does so the next time, too.
        let is_clear = outcome.time.as_secs_f64() * 1000.0 < P95_MS || outcome.time > LIMIT / 5;
        if fastest.as_ref().is_none_or(|fastest| outcome.time < fastest.time) {
            fastest = Some(outcome);
        }
        if is_clear {
            break;
        }
    }
    let us = fastest.as_ref().map_or(0, us);
    let text = format!("a known call gets the right answer in {}", micros(us));
    let finding = if us as f64 / 1000.0 < P95_MS {
        Finding::ok(text)
    } else {
        Finding::warning(format!("{text}; under {P95_MS} ms is the aim"))
            .at(&candidate.file)
            .mend("look at what else the machine does; then doctor again")
    };
    finding.took(us).about(agent)
}

fn us(outcome: &Outcome) -> u64 {
    u64::try_from(outcome.time.as_micros()).unwrap_or(u64::MAX)
}
