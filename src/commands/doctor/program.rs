//! Checks of the programs that the entries start: they exist, are this program, and keep the
//! contract.

use std::path::{Path, PathBuf};

use super::clients::{hooks, install_command};
use super::diagnosis::Diagnosis;
use super::registered_command::RegisteredCommand;
use super::scene::Scene;
use super::trial::{LIMIT, TrialEnd, TrialOutcome};
use super::{contract, trial};
use crate::base::deadline::P95_MS;
use crate::commands::install;
use crate::commands::install::{ClientSurvey, Hook, Launch, SettingsFile};
use crate::commands::runner::is_fleeting;
use crate::project::environment;
use crate::ui::format::micros;

/// The version of this program.
const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Most trials of a command that is slow or fails: the machine may be busy for a moment.
const TRIES: usize = 3;

/// Every command once for each client. This starts the programs to ask for their versions, and one
/// that does not answer costs seconds, so the scene keeps the result.
fn registered_commands(scene: &Scene) -> &[RegisteredCommand] {
    scene.registered_commands.get_or_init(|| {
        let mut commands: Vec<RegisteredCommand> = Vec::new();
        for (at, survey) in scene.surveys.iter().enumerate() {
            for (file, hook) in hooks(survey) {
                if commands.iter().any(|known| known.survey == at && known.launch == hook.launch) {
                    continue;
                }
                let (program, is_sound) = examine(scene, survey, file, hook);
                commands.push(RegisteredCommand {
                    survey: at,
                    file: file.path.clone(),
                    scope: file.scope,
                    launch: hook.launch.clone(),
                    program,
                    is_sound,
                });
            }
        }
        commands
    })
}

/// Whether each program exists, can be started, and is this program in this version.
pub(super) fn exists(scene: &Scene) -> Vec<Diagnosis> {
    registered_commands(scene).iter().map(|command| command.program.clone()).collect()
}

/// The diagnosis of a hook's program, and whether it may be started as a hook.
fn examine(
    scene: &Scene,
    survey: &ClientSurvey,
    file: &SettingsFile,
    hook: &Hook,
) -> (Diagnosis, bool) {
    let in_file =
        |diagnosis: Diagnosis| diagnosis.at(&file.path).at_position(hook.position).about(survey);
    let mend = |diagnosis: Diagnosis| match file.scope {
        "plugin" | "project" => in_file(diagnosis).mend(put_on_path()),
        _ => in_file(diagnosis).run(install_command(survey, file.scope)),
    };
    // A repository can name any program of its own. A user who checks its settings has not agreed
    // to run that.
    let is_from_repository = matches!(file.scope, "project" | "local");
    let not_run = |name: &str| {
        let what = format!("it starts {name}, which is not this program, and was not run");
        (in_file(Diagnosis::warning(what)).run(install_command(survey, file.scope)), false)
    };
    let name = match hook.launch.program() {
        Some(name) => name,
        // The line of our plugin may do more, but starts the program.
        None if file.scope == "plugin" => {
            in_plugin(&file.path).unwrap_or_else(|| install::PROGRAM.to_owned())
        }
        None if is_from_repository => return not_run(&hook.launch.to_shell()),
        None => {
            return (
                Diagnosis::ok(format!("it starts {}", hook.launch.to_shell())).about(survey),
                true,
            );
        }
    };
    let Some(path) = resolve(&name) else {
        return (mend(Diagnosis::failure(format!("{name} is not on PATH here"))), false);
    };
    let place = path.display();
    if !path.exists() {
        return (
            mend(Diagnosis::failure(format!("it starts {place}, which does not exist"))),
            false,
        );
    }
    if !environment::is_executable(&path) {
        let command = format!("chmod +x {}", install::quoted(&path.to_string_lossy()));
        return (
            in_file(Diagnosis::failure(format!("{place} is not executable"))).run(command),
            false,
        );
    }
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    if Path::new(&name).components().count() > 1 && is_fleeting(&real) {
        let what = format!("it starts {place}, which is in a cache that may be emptied");
        return (mend(Diagnosis::warning(what)), true);
    }
    if std::env::current_exe().and_then(|own| own.canonicalize()).is_ok_and(|own| own == real) {
        return (
            Diagnosis::ok(format!("it starts {place}, which is this program")).about(survey),
            true,
        );
    }
    if is_from_repository && Path::new(&name).components().count() > 1 {
        return not_run(&place.to_string());
    }
    let asked = Launch::Program(vec![path.to_string_lossy().into_owned(), "--version".to_owned()]);
    let outcome = trial::run(&asked, b"", &scene.scratch);
    match version(&outcome) {
        Some(OWN_VERSION) => (
            Diagnosis::ok(format!("it starts {place}, which has this version")).about(survey),
            true,
        ),
        Some(version) => {
            let what = format!("it starts {place}, version {version}; this is {OWN_VERSION}");
            (mend(Diagnosis::warning(what)), true)
        }
        None if matches!(outcome.end, TrialEnd::TooLong) => {
            let limit = LIMIT.as_secs();
            let what =
                format!("it starts {place}, which does not answer --version within {limit} s");
            (mend(Diagnosis::failure(what)), false)
        }
        None => {
            (mend(Diagnosis::failure(format!("it starts {place}, which is not toolcoach"))), false)
        }
    }
}

/// The program in the folder of the plugin whose file with hooks this is.
fn in_plugin(hooks: &Path) -> Option<String> {
    let name = format!("{}{}", install::PROGRAM, std::env::consts::EXE_SUFFIX);
    let program = hooks.parent()?.parent()?.join("bin").join(name);
    environment::is_executable(&program).then(|| program.to_string_lossy().into_owned())
}

/// What to do if the entry names the program without a path and must stay so.
fn put_on_path() -> String {
    let own = std::env::current_exe().unwrap_or_default();
    let folder = own.parent().unwrap_or(Path::new("")).to_string_lossy();
    format!("put {folder} on the PATH that the agent is started with")
}

/// The path of the program with this name or path.
fn resolve(name: &str) -> Option<PathBuf> {
    if Path::new(name).components().count() > 1 {
        return std::path::absolute(name).ok();
    }
    let mut paths = install::on_path(name);
    let first = paths.next();
    // A search along PATH skips files that may not be executed.
    first
        .clone()
        .filter(|path| environment::is_executable(path))
        .or_else(|| paths.find(|path| environment::is_executable(path)))
        .or(first)
}

fn version(outcome: &TrialOutcome) -> Option<&str> {
    // Version 0.1 prints this line alone.
    let text = outcome.stdout.lines().next()?.strip_prefix("toolcoach ")?;
    let is_version =
        text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_whitespace);
    is_version.then_some(text)
}

/// Whether each command keeps the contract on a call that it knows.
pub(super) fn answers(scene: &Scene) -> Vec<Diagnosis> {
    let runs = registered_commands(scene).iter().filter(|command| command.is_sound);
    runs.filter_map(|command| Some(try_out(scene, scene.surveys.get(command.survey)?, command)))
        .collect()
}

fn try_out(scene: &Scene, survey: &ClientSurvey, command: &RegisteredCommand) -> Diagnosis {
    let client = survey.client;
    let mut fastest: Option<TrialOutcome> = None;
    for number in 0..TRIES {
        let mut call = contract::call(client, scene.scratch.path());
        // The hook does not repeat advice within a session.
        for key in ["session_id", "sessionId", "taskId"] {
            if let Some(session) = call.get_mut(key) {
                *session = format!("doctor-{}-{number}", scene.next_trial()).into();
            }
        }
        let outcome = trial::run(&command.launch, call.to_string().as_bytes(), &scene.scratch);
        if let Err(what) = contract::judge(client, &outcome) {
            // On a busy machine the hook itself gives up in time, and says nothing.
            if number + 1 < tries(&outcome) {
                continue;
            }
            let diagnosis = Diagnosis::failure(format!("`{}` {what}", command.launch.to_shell()))
                .at(&command.file)
                .took(us(&outcome))
                .about(survey);
            return match command.scope {
                "plugin" => diagnosis.mend(put_on_path()),
                scope => diagnosis
                    .mend("make the entry start this program")
                    .run(install_command(survey, scope)),
            };
        }
        // A command that takes seconds will do so the next time too.
        let is_settled = outcome.time.as_secs_f64() * 1000.0 < P95_MS || outcome.time > LIMIT / 5;
        if fastest.as_ref().is_none_or(|fastest| outcome.time < fastest.time) {
            fastest = Some(outcome);
        }
        if is_settled {
            break;
        }
    }
    let us = fastest.as_ref().map_or(0, us);
    let text = format!("a known call gets the right answer in {}", micros(us));
    let diagnosis = if us as f64 / 1000.0 < P95_MS {
        Diagnosis::ok(text)
    } else {
        Diagnosis::warning(format!("{text}; the goal is under {P95_MS} ms"))
            .at(&command.file)
            .mend("check what else is running on the machine, then run doctor again")
    };
    diagnosis.took(us).about(survey)
}

/// How often a command is tried that ended so.
fn tries(outcome: &TrialOutcome) -> usize {
    match outcome.end {
        TrialEnd::NotStarted(_) => 1,
        // Each costs seconds.
        TrialEnd::TooLong => 2,
        TrialEnd::Exit(_) => TRIES,
    }
}

fn us(outcome: &TrialOutcome) -> u64 {
    u64::try_from(outcome.time.as_micros()).unwrap_or(u64::MAX)
}
