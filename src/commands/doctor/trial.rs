//! Runs a registered command as its agent would: once, for a limited time, with a state folder of
//! its own.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::commands::install::Run;

/// How long a command may take. The hook is gone after 100 ms, and agents wait for 5 s at least.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// Most that is read of what it writes, bytes.
const MAX_OUTPUT_BYTES: u64 = 64 << 10;

/// How long a command that ended is waited for.
const STEP: Duration = Duration::from_millis(2);

/// A folder for what a trial writes, private to the user and removed with it.
pub(super) struct Scratch(TempDir);

impl Scratch {
    /// Makes one in the temporary folder.
    ///
    /// # Errors
    /// When it cannot be made.
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
pub(super) enum End {
    /// By itself, with this exit code; `None` after a signal.
    Exit(Option<i32>),
    /// It was still there, or somebody held its output open, after [`LIMIT`].
    TooLong,
    /// It could not be started.
    NotStarted(io::Error),
}

/// What a command did.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) end: End,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) time: Duration,
}

/// Runs it with `input` on stdin, in this folder, as an agent in this project would.
pub(super) fn run(run: &Run, input: &[u8], scratch: &Scratch) -> Outcome {
    let started = Instant::now();
    let outcome = |end, stdout, stderr| Outcome { end, stdout, stderr, time: started.elapsed() };
    let mut child = match command(run, scratch).spawn() {
        Ok(child) => child,
        Err(error) => return outcome(End::NotStarted(error), String::new(), String::new()),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // An event of a few hundred bytes fits into the pipe, whether it is read or not.
        let _ = stdin.write_all(input);
    }
    let (sender, receiver) = mpsc::channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for (at, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        // Left behind where a grandchild holds the pipe open.
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
        (true, Some(code)) => End::Exit(code),
        _ => {
            stop(&mut child);
            End::TooLong
        }
    };
    let [stdout, stderr] = texts;
    outcome(end, stdout, stderr)
}

/// The command with its surroundings: those of this process, without what is the user's own of this
/// program.
fn command(run: &Run, scratch: &Scratch) -> Command {
    let mut command = match run {
        Run::Program(words) => {
            let mut words = words.iter();
            let mut command = Command::new(words.next().map_or("", String::as_str));
            command.args(words);
            command
        }
        Run::Line(line) if cfg!(windows) => {
            let mut command =
                Command::new(if line.starts_with("& ") { "powershell" } else { "cmd" });
            command.args([if line.starts_with("& ") { "-Command" } else { "/C" }, line]);
            command
        }
        Run::Line(line) => {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", line]);
            command
        }
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
    // A group of its own, so that what it starts can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Its exit code, if it ends in time.
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
        // It may have ended by now.
        let _ =
            nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::SIGKILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
