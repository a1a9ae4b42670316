//! The programs that are measured: built as users are told to build them, and run as a client runs
//! them.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Runs a program with `input` on a pipe, as a client does; the time until it has ended, and what
/// it printed.
pub(crate) fn spawn(
    program: &Path,
    args: &[&str],
    state: &Path,
    input: &[u8],
) -> (Duration, Vec<u8>) {
    let mut command = Command::new(program);
    command
        .args(args)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", state)
        .env("TOOLCOACH_STATE_DIR", state)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    // No thread is needed: what a program prints fits into its pipe, so it never waits for us while
    // we feed it.
    let fed = child.stdin.take().unwrap().write_all(input);
    let mut printed = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut printed).unwrap();
    let status = child.wait().unwrap();
    let took = start.elapsed();
    assert!(status.success(), "{} ended with {status}", program.display());
    // A program that does not read its input ends while it is fed.
    let fed =
        fed.or_else(
            |error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) },
        );
    fed.unwrap();
    (took, printed)
}

/// The programs that are measured.
pub(crate) struct Built {
    /// The hook, as it is released and as users are told to build it, with the name of each.
    pub(crate) hooks: Vec<(&'static str, PathBuf)>,
    /// R: a program that reads its stdin to the end. `None` without a C compiler.
    pub(crate) floor: Option<PathBuf>,
    _scratch: TempDir,
}

/// Builds a program and says where it is.
type Build = fn() -> Option<PathBuf>;

/// Builds the programs. What cannot be built here is said.
pub(crate) fn built() -> Built {
    let scratch = tempfile::tempdir().unwrap();
    let linux = cfg!(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"));
    let mut hooks = Vec::new();
    if linux {
        let ways: [(&str, &str, Build); 2] = [
            ("musl", "scripts/musl", released),
            ("glibc", "cargo static", || executable(&["static"], &["--bin", "toolcoach"])),
        ];
        for (name, way, build) in ways {
            match build() {
                Some(binary) => {
                    assert!(is_static(&binary), "{} is not static", binary.display());
                    // The kernel keeps a file that it has just written in large pieces. One that it
                    // had to read again, after memory ran short, made a call a tenth slower.
                    let copy = scratch.path().join(name);
                    fs::copy(&binary, &copy).unwrap();
                    hooks.push((name, copy));
                }
                None => println!("{way} does not build here: not measured"),
            }
        }
    } else {
        println!("not x86_64 Linux: an ordinary release build, to which the goals do not apply");
        hooks.extend(
            executable(&["build", "--release"], &["--bin", "toolcoach"])
                .map(|binary| ("release", binary)),
        );
    }
    assert!(!hooks.is_empty(), "there is something to measure");
    let floor = scratch.path().join("r");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/programs/floor.c");
    let compiles = |compiler: &&str| {
        let mut command = Command::new(compiler);
        command.args(["-O2", "-static", "-no-pie", source, "-o"]).arg(&floor).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let compiler = ["musl-gcc", "cc"].into_iter().find(compiles);
    if compiler != Some("musl-gcc") {
        let instead = compiler.map_or("there is no R".to_owned(), |compiler| {
            format!(
                "R is built by {compiler}, and starts slower than the hook: no ratio means anything"
            )
        });
        println!("no musl-gcc (Debian: musl-tools): {instead}");
    }
    Built { hooks, floor: compiler.map(|_| floor), _scratch: scratch }
}

/// Builds the program as it is released. `None` if it does not build.
fn released() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("scripts/musl")).stderr(Stdio::inherit()).output().ok()?;
    let printed = String::from_utf8(output.stdout).unwrap();
    let path = output.status.success().then(|| printed.lines().last().map(PathBuf::from)).flatten();
    path.map(|path| root.join(path))
}

/// Builds one program and says where it is. `None` if it does not build.
fn executable(build: &[&str], what: &[&str]) -> Option<PathBuf> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(build)
        .args(what)
        .args(["--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    if !output.status.success() {
        return None;
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let built = messages
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    Some(built.expect("cargo names what it built"))
}

/// Whether a 64-bit little-endian ELF file names no interpreter: no loader runs before it.
fn is_static(program: &Path) -> bool {
    const PT_INTERP: u64 = 3;
    let bytes = fs::read(program).unwrap();
    let number = |at: usize, width: usize| {
        bytes[at..at + width].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    assert!(bytes.starts_with(b"\x7fELF\x02\x01"), "{} is no 64-bit ELF file", program.display());
    let (headers, width, count) = (number(32, 8), number(54, 2), number(56, 2));
    (0..count).all(|at| number((headers + at * width) as usize, 4) != PT_INTERP)
}
