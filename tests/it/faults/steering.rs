//! Stops or kills a process at a known place in its course. What the process has done decides where that is, not the
//! clock.

use std::process::{Child, ExitStatus};

use crate::harness::wait_until;

/// Waits for a process to end by itself.
#[track_caller]
pub fn wait_for_end(child: &mut Child) -> ExitStatus {
    let mut status = None;
    wait_until("the process ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.unwrap()
}

#[cfg(target_os = "linux")]
pub use linux::*;

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::process::ExitStatusExt;
    use std::path::PathBuf;
    use std::process::{Child, Command};

    use crate::harness::{UNHURRIED, World, binary, feed, have, is_required, wait_until};

    /// Waits until a process sleeps in a read of stdin: it has read all that was written so far.
    #[track_caller]
    pub fn wait_for_read(child: &Child) {
        wait_until("the process waits for input", || sleeps_in(child, libc::SYS_read, 0));
    }

    /// Waits until a process sleeps in a write to stdout: the pipe is full, and all earlier work is done.
    #[track_caller]
    pub fn wait_for_write(child: &Child) {
        wait_until("the process waits for its reader", || sleeps_in(child, libc::SYS_write, 1));
    }

    fn sleeps_in(child: &Child, call: libc::c_long, descriptor: u32) -> bool {
        let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id()));
        match read("syscall") {
            Ok(text) => text.starts_with(&format!("{call} {descriptor:#x} ")),
            // Some kernels hide this file, but still show that the process sleeps.
            Err(_) => read("stat").is_ok_and(|text| text.contains(") S ")),
        }
    }

    /// The system calls that change what others see, under their names on any machine, and the one that ends the
    /// process.
    const CHANGES: &str = "trace=?mkdir,?mkdirat,?open,?openat,?write,?pwrite64,?ftruncate,?rename,?renameat,\
                           ?renameat2,?unlink,?unlinkat,?utimensat,exit_group";

    /// A system call in the course of a process.
    #[derive(Debug, Clone)]
    pub struct Step {
        /// Its name, or a list of names for several machines, in strace's syntax.
        call: String,
        /// Counts the calls of that name from 1.
        nth: usize,
        /// Counts only calls on this path.
        path: Option<PathBuf>,
        /// The call with its arguments, as strace prints it.
        text: String,
    }

    impl Step {
        /// The first of these calls on this path, or on any.
        pub fn first(call: &str, path: Option<PathBuf>) -> Self {
            Self { call: call.to_owned(), nth: 1, path, text: String::new() }
        }

        /// Whether it is this call and its arguments contain this text: part of a path, or `(1<` for stdout.
        pub fn is(&self, call: &str, object: &str) -> bool {
            self.call.starts_with(call) && self.text.contains(object)
        }
    }

    /// Whether strace is here and can trace. If not, says so: the test skips what needs it.
    pub fn can_trace() -> bool {
        if !have("strace") {
            return false;
        }
        let world = World::new();
        let output = feed(&mut traced(&world, &["-e", CHANGES], &["--version"]), b"");
        let is_traced = output.status.success() && !trace(&world).is_empty();
        assert!(
            is_traced || !is_required("strace"),
            "strace is required by TOOLCOACH_REQUIRE: {output:?}"
        );
        if !is_traced {
            eprintln!("skipped: strace cannot trace here");
        }
        is_traced
    }

    /// Runs the binary to its end and returns those of its system calls that `calls` names, a line each, as strace
    /// prints them.
    pub fn shown(world: &World, calls: &str, args: &[&str], input: &[u8]) -> String {
        let output = feed(&mut traced(world, &["-y", "-s", "80", "-e", calls], args), input);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        trace(world)
    }

    /// Runs the binary to its end and returns the steps that change anything.
    pub fn course(world: &World, args: &[&str], input: &[u8]) -> Vec<Step> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut steps = Vec::new();
        for line in shown(world, CHANGES, args, input).lines() {
            let Some((call, _)) = line.split_once('(') else { continue };
            let call = call.split(' ').next_back().unwrap();
            let nth = counts.entry(call.to_owned()).or_default();
            *nth += 1;
            let opens = call.starts_with("open");
            let changes = if opens { line.contains("O_CREAT") } else { !line.contains(" = -1 ") };
            if changes {
                steps.push(Step { nth: *nth, text: line.to_owned(), ..Step::first(call, None) });
            }
        }
        assert!(steps.last().is_some_and(|step| step.is("exit_group", "")), "{steps:#?}");
        steps
    }

    /// Runs the binary, kills it before this step, and returns what it printed; `None` if it ended without coming to
    /// this step.
    pub fn killed_before(
        world: &World,
        step: &Step,
        args: &[&str],
        input: &[u8],
    ) -> Option<String> {
        let (names, inject) = (
            format!("trace={}", step.call),
            format!("inject={}:signal=KILL:when={}", step.call, step.nth),
        );
        let mut options = vec!["-e", &names, "-e", &inject];
        if let Some(path) = &step.path {
            options.extend(["-P", path.to_str().unwrap()]);
        }
        let output = feed(&mut traced(world, &options, args), input);
        let is_killed = output.status.signal() == Some(libc::SIGKILL);
        assert!(is_killed || output.status.code() == Some(0), "{step:?}: {output:?}");
        is_killed.then(|| String::from_utf8(output.stdout).unwrap())
    }

    fn trace(world: &World) -> String {
        fs::read_to_string(world.root().join("trace")).unwrap_or_default()
    }

    /// The binary under strace, which makes it slow, so without its time limits.
    fn traced(world: &World, options: &[&str], args: &[&str]) -> Command {
        let [env, block] = UNHURRIED;
        let mut command = world.program(env, &[block]);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let strace = std::env::split_paths(&path)
            .map(|folder| folder.join("strace"))
            .find(|path| path.is_file());
        command.arg(strace.unwrap()).args(["-f", "-qq", "-o"]).arg(world.root().join("trace"));
        command.args(options).arg(binary()).args(args);
        command
    }
}
