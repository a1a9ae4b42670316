//! Knows the programs that run another program, so that `sudo grep` counts as a grep and `ssh host
//! grep` as a remote one.

use super::options;
use super::options::Spec;
use super::words::Word;

/// A wrapper, and which words before the wrapped command are its own.
struct Wrapper {
    name: &'static str,
    /// The options that take a value.
    spec: Spec,
    /// The number of its own words after the options: 1 for `timeout`, the duration.
    operands: usize,
}

const fn wrapper(
    name: &'static str,
    short: &'static str,
    long: &'static [&'static str],
    operands: usize,
) -> Wrapper {
    Wrapper { name, spec: Spec { short, long, ..Spec::FLAGS_ONLY }, operands }
}

const WRAPPERS: [Wrapper; 19] = [
    wrapper(
        "sudo",
        "ugpCDhRrTtU",
        &[
            "user",
            "group",
            "prompt",
            "close-from",
            "chdir",
            "host",
            "chroot",
            "role",
            "type",
            "other-user",
        ],
        0,
    ),
    wrapper("doas", "uC", &[], 0),
    wrapper("env", "uCS", &["unset", "chdir", "split-string"], 0),
    wrapper("time", "fo", &["format", "output"], 0),
    wrapper("timeout", "ks", &["kill-after", "signal"], 1),
    wrapper("gtimeout", "ks", &["kill-after", "signal"], 1),
    wrapper("nice", "n", &["adjustment"], 0),
    wrapper("ionice", "cnpP", &["class", "classdata"], 0),
    wrapper("nohup", "", &[], 0),
    wrapper("setsid", "", &[], 0),
    wrapper("stdbuf", "ioe", &["input", "output", "error"], 0),
    wrapper("command", "", &[], 0),
    wrapper("exec", "a", &[], 0),
    wrapper("caffeinate", "tw", &[], 0),
    wrapper("unbuffer", "", &[], 0),
    wrapper("chronic", "", &[], 0),
    wrapper("proxychains", "f", &[], 0),
    wrapper("proxychains4", "f", &[], 0),
    wrapper("xvfb-run", "enspw", &["server-args", "error-file", "server-num"], 0),
];

/// Programs whose sub-command runs the command behind `--`.
const BEHIND_DASHES: [(&str, &[&str]); 9] = [
    ("mise", &["exec", "x"]),
    ("op", &["run"]),
    ("dotenvx", &["run"]),
    ("doppler", &["run"]),
    ("infisical", &["run"]),
    ("aws-vault", &["exec"]),
    ("chamber", &["exec"]),
    ("teller", &["run"]),
    ("devbox", &["run"]),
];

/// What `rtk` runs in a short form of its own output; its other sub-commands are its own.
const RTK_OWN: [&str; 18] = [
    "gain",
    "init",
    "discover",
    "config",
    "verify",
    "read",
    "smart",
    "deps",
    "json",
    "log",
    "session",
    "learn",
    "hook",
    "rewrite",
    "telemetry",
    "trust",
    "help",
    "cc-economics",
];

/// Programs that run a script given with `-c`.
const SHELLS: [&str; 5] = ["bash", "sh", "zsh", "dash", "ksh"];

/// Whether the program of this name is a shell, which takes a script with `-c`.
pub(crate) fn is_shell(program: &str) -> bool {
    SHELLS.contains(&program)
}

/// What a command wraps.
pub(super) enum Wrapped<'c> {
    /// The process becomes another program: the words from this index on.
    Becomes(&'static str, usize),
    /// It starts a child for what it finds or reads: the child's words.
    Starts(&'static str, &'c [Word]),
    /// It runs a script in one word.
    Script(&'static str, &'c str),
    /// It runs a command on another machine or in a container: the command's words.
    Remote(&'static str, &'c [Word]),
    /// It wraps nothing.
    No,
}

/// What `program` with `args` wraps.
pub(super) fn wrapped<'c>(program: &str, args: &'c [Word]) -> Wrapped<'c> {
    if let Some(wrapper) = WRAPPERS.iter().find(|w| w.name == program) {
        return match start_of_command(wrapper, args) {
            Some(at) => Wrapped::Becomes(wrapper.name, at),
            None => Wrapped::No,
        };
    }
    if let Some(shell) = SHELLS.iter().find(|shell| **shell == program) {
        return match script_of(args) {
            Some(text) => Wrapped::Script(shell, text),
            None => Wrapped::No,
        };
    }
    if let Some(at) = behind_own_words(program, args) {
        return Wrapped::Becomes(at.0, at.1);
    }
    if program == "eval"
        && let [word] = args
        && let Some(text) = word.literal()
    {
        return Wrapped::Script("eval", text);
    }
    let child = match program {
        "xargs" => {
            let spec = Spec {
                short: "adEIiLlnPs",
                long: &["arg-file", "delimiter", "max-args", "max-procs"],
                ..Spec::FLAGS_ONLY
            };
            skip_options(args, spec, 0)
                .and_then(|at| args.get(at..))
                .map(|a| Wrapped::Starts("xargs", a))
        }
        "find" => exec_of(args).map(|a| Wrapped::Starts("find", a)),
        "ssh" => {
            let spec = Spec { short: "BbcDEeFIiJLlmOopQRSWw", long: &[], ..Spec::FLAGS_ONLY };
            skip_options(args, spec, 1)
                .and_then(|at| args.get(at..))
                .map(|a| Wrapped::Remote("ssh", a))
        }
        "docker" | "podman" | "kubectl" | "nerdctl" => remote_of(program, args),
        _ => None,
    };
    child.unwrap_or(Wrapped::No)
}

/// The name of a wrapper with words of its own, and the index of the command that it becomes.
fn behind_own_words(program: &str, args: &[Word]) -> Option<(&'static str, usize)> {
    let (name, at) = match program {
        "rtk" => {
            let first = args.first()?.literal()?;
            if first.starts_with('-') || RTK_OWN.contains(&first) {
                return None;
            }
            ("rtk", usize::from(matches!(first, "proxy" | "test" | "err" | "summary")))
        }
        // `direnv exec DIR COMMAND`
        "direnv" if args.first()?.is("exec") => ("direnv", 2),
        "asdf" if args.first()?.is("exec") => ("asdf", 1),
        "flock" => {
            let spec = Spec {
                short: "wE",
                long: &["timeout", "wait", "conflict-exit-code"],
                ..Spec::FLAGS_ONLY
            };
            let at = skip_options(args, spec, 1)?;
            if args.get(at)?.text.starts_with('-') {
                return None;
            }
            ("flock", at)
        }
        "nix" if matches!(args.first()?.text.as_str(), "develop" | "shell") => {
            let runs = |word: &Word| word.is("-c") || word.is("--command");
            ("nix", args.iter().position(runs)? + 1)
        }
        program => {
            let (name, subs) = BEHIND_DASHES.iter().find(|(name, _)| *name == program)?;
            let first = args.iter().find(|word| !word.text.starts_with('-'))?;
            if !subs.iter().any(|sub| first.is(sub)) {
                return None;
            }
            (*name, args.iter().position(|word| word.is("--"))? + 1)
        }
    };
    (at < args.len()).then_some((name, at))
}

fn start_of_command(wrapper: &Wrapper, args: &[Word]) -> Option<usize> {
    // `command -v grep` and `sudo -l` ask about a program and do not run it.
    let is_question = match wrapper.name {
        "command" => {
            args.first().is_some_and(|w| w.text.starts_with("-v") || w.text.starts_with("-V"))
        }
        "sudo" => args.first().is_some_and(|w| w.is("-l") || w.is("--list")),
        _ => false,
    };
    if is_question {
        return None;
    }
    let mut at = skip_options(args, wrapper.spec, wrapper.operands)?;
    // `env A=1 prog`, `sudo A=1 prog`
    while matches!(wrapper.name, "env" | "sudo" | "doas")
        && args.get(at).is_some_and(|word| assignment(&word.text).is_some())
    {
        at += 1;
    }
    (at < args.len()).then_some(at)
}

/// Name and value of an assignment.
pub(super) fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    (starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')).then_some((name, value))
}

/// The index after the options and `operands` more words. Options end at the first operand.
fn skip_options(args: &[Word], spec: Spec, operands: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = args.get(at) {
        let text = word.text.as_str();
        if text == "--" {
            at += 1;
            break;
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        at += 1;
        // The next word is a value only if the option's letter is the last of its cluster.
        let takes_next = match text.strip_prefix("--") {
            Some(long) => spec.long.contains(&long),
            None => text.char_indices().skip(1).find(|(_, c)| spec.short.contains(*c)).is_some_and(
                |(position, c)| position + c.len_utf8() == text.len() && !matches!(c, 'i' | 'l'),
            ),
        };
        at += usize::from(takes_next);
    }
    let at = at + operands;
    (at <= args.len()).then_some(at)
}

/// The script of `bash -c SCRIPT`, also with a cluster such as `-lc`.
fn script_of(args: &[Word]) -> Option<&str> {
    let at = args.iter().position(|word| {
        word.text
            .strip_prefix('-')
            .is_some_and(|flags| !flags.starts_with('-') && flags.contains('c'))
    })?;
    // An operand before -c is a script file, and -c is its argument.
    let before = args.get(..at)?;
    if before.iter().any(|word| !word.text.starts_with('-')) {
        return None;
    }
    args.get(at + 1)?.literal()
}

/// The command of `find ... -exec COMMAND ;`
fn exec_of(args: &[Word]) -> Option<&[Word]> {
    let start = args
        .iter()
        .position(|w| matches!(w.text.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir"))?
        + 1;
    let rest = args.get(start..)?;
    let length =
        rest.iter().position(|w| matches!(w.text.as_str(), ";" | "+")).unwrap_or(rest.len());
    rest.get(..length)
}

/// The command of `docker exec CONTAINER COMMAND`, `docker compose exec SERVICE COMMAND`, `docker
/// run IMAGE COMMAND` and `kubectl exec POD -- COMMAND`.
fn remote_of<'c>(program: &str, args: &'c [Word]) -> Option<Wrapped<'c>> {
    let name = match program {
        "docker" => "docker",
        "podman" => "podman",
        "nerdctl" => "nerdctl",
        _ => "kubectl",
    };
    let (mut at, mut sub) = options::subcommand(program, args)?;
    if sub == "compose" {
        let (inner, word) = options::subcommand(program, args.get(at + 1..)?)?;
        at += inner + 1;
        sub = word;
    }
    if !matches!(sub, "exec" | "run") {
        return None;
    }
    let rest = args.get(at + 1..)?;
    if let Some(dashes) = rest.iter().position(|word| word.is("--")) {
        return Some(Wrapped::Remote(name, rest.get(dashes + 1..)?));
    }
    let spec = Spec {
        short: "eunvwpcla",
        long: &[
            "env",
            "user",
            "name",
            "volume",
            "workdir",
            "publish",
            "network",
            "entrypoint",
            "env-file",
            "index",
            "mount",
            "platform",
            "container",
            "namespace",
        ],
        ..Spec::FLAGS_ONLY
    };
    let start = skip_options(rest, spec, 1)?;
    Some(Wrapped::Remote(name, rest.get(start..)?))
}
