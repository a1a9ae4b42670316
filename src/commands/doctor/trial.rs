//! Runs a registered command as its client would, but with a time limit and a temporary state
//! folder.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::commands::install::Launch;

/// How long a command may take. The hook ends within 100 ms, and clients wait at least 5 s.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// Most output that is read, bytes.
const MAX_OUTPUT_BYTES: u64 = 64 << 10;

/// How often to ask whether the command has ended.
const STEP: Duration = Duration::from_millis(2);

/// A temporary folder for the files of trials, private to the user. Dropping it removes it.
pub(super) struct Scratch(TempDir);

impl Scratch {
    /// Creates one in the system's temporary folder.
    ///
    /// # Errors
    /// When it cannot be created.
    pub(super) fn new() -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.prefix("toolcoach-doctor-").tempdir()?;
        fs::write(folder.path().join("config.json"), "{}\n")?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// How a command ended.
#[derive(Debug)]
pub(super) enum TrialEnd {
    /// It exited with this code; `None` after a signal.
    Exit(Option<i32>),
    /// After [`LIMIT`] it was still running, or another process had its output open.
    TooLong,
    /// It could not be started.
    NotStarted(io::Error),
}

/// What a command did in a trial.
#[derive(Debug)]
pub(super) struct TrialOutcome {
    pub(super) end: TrialEnd,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) time: Duration,
}

/// Runs a command with `input` on stdin in the current folder, as a client in this project would.
pub(super) fn run(launch: &Launch, input: &[u8], scratch: &Scratch) -> TrialOutcome {
    let started = Instant::now();
    let outcome =
        |end, stdout, stderr| TrialOutcome { end, stdout, stderr, time: started.elapsed() };
    let mut child = match command(launch, scratch).spawn() {
        Ok(child) => child,
        Err(error) => return outcome(TrialEnd::NotStarted(error), String::new(), String::new()),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // The pipe takes an event of a few hundred bytes even if the command does not read it.
        let _ = stdin.write_all(input);
    }
    let (sender, receiver) = mpsc::channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for (at, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        // A grandchild may hold the pipe open, so nothing waits for this thread.
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.map(|pipe| pipe.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes));
            let _ = sender.send((at, String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    let mut texts = [String::new(), String::new()];
    let mut is_over = true;
    for _ in 0..texts.len() {
        match receiver.recv_timeout(LIMIT.saturating_sub(started.elapsed())) {
            Ok((at, text)) => {
                texts.iter_mut().skip(at).take(1).for_each(|slot| slot.clone_from(&text))
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => is_over = false,
        }
    }
    let end = match (is_over, wait(&mut child, started)) {
        (true, Some(code)) => TrialEnd::Exit(code),
        _ => {
            stop(&mut child);
            TrialEnd::TooLong
        }
    };
    let [stdout, stderr] = texts;
    outcome(end, stdout, stderr)
}

/// The command in the environment of this process, but without the user's settings and state of
/// this program.
fn command(launch: &Launch, scratch: &Scratch) -> Command {
    let mut command = match launch {
        Launch::Program(words) => {
            let mut words = words.iter();
            let mut command = Command::new(words.next().map_or("", String::as_str));
            command.args(words);
            command
        }
        Launch::Line(line) => shell(line),
    };
    command
        .env("TOOLCOACH_STATE_DIR", scratch.path().join("state"))
        .env("TOOLCOACH_CONFIG", scratch.path().join("config.json"))
        .env_remove("TOOLCOACH_DISABLE")
        .env_remove("CLAUDE_PROJECT_DIR")
        .env_remove("CLAUDE_CODE_REMOTE_SESSION_ID")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A process group of its own, so that `stop` ends the processes that it starts too.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// A line in the shell that a client would run it in.
#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]);
    command
}

/// A line in the shell that a client would run it in: only PowerShell knows the call operator.
#[cfg(windows)]
fn shell(line: &str) -> Command {
    use std::os::windows::process::CommandExt;

    if line.starts_with("& ") {
        let mut command = Command::new("powershell");
        command.args(["-NoProfile", "-NonInteractive", "-Command", line]);
        return command;
    }
    let mut command = Command::new("cmd");
    // It takes off the outer quotes, and reads none that are escaped as in other arguments.
    command.args(["/d", "/s", "/c"]).raw_arg(format!("\"{line}\""));
    command
}

/// The exit code, if the command ends in time.
fn wait(child: &mut Child, started: Instant) -> Option<Option<i32>> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code()),
            Ok(None) if started.elapsed() < LIMIT => thread::sleep(STEP),
            _ => return None,
        }
    }
}

fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        // The group may have ended by now.
        let _ =
            nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::SIGKILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
