//! What a whole script is for: to set state, to set it for a command, or something else.

use crate::base::text;
use crate::shell::{Command, Redirection, Script, Word};

/// What a script is for.
pub(super) enum Purpose {
    /// It sets state and does not use it.
    StateOnly(State),
    /// It sets state for the commands after it.
    StateAndUse,
    /// Something else, or it is not clear.
    Other,
}

/// State that was set.
pub(super) struct State {
    /// What set it, as the beginning of a sentence.
    what: String,
    /// Another way for a command to get it.
    instead: Option<String>,
    /// What sets it prints that it did.
    pub(super) announces_itself: bool,
}

impl State {
    fn new(what: impl Into<String>) -> Option<Self> {
        Some(Self { what: what.into(), instead: None, announces_itself: false })
    }

    /// That it is lost, and what to do.
    pub(super) fn sentence(&self) -> String {
        let or = self.instead.as_ref().map(|instead| format!(", or {instead}")).unwrap_or_default();
        format!(
            "{} lasts for this call only: chain it with the command that needs it{or}",
            self.what
        )
    }
}

/// What one command of the script does.
enum Step {
    Sets(State),
    /// It sets nothing that the next call lacks, and uses nothing.
    Idle,
    /// It uses the state, or may.
    Uses,
}

impl Purpose {
    pub(super) fn of(script: &Script) -> Self {
        let own = || {
            script
                .commands
                .iter()
                .filter(|command| !command.in_substitution && !command.in_function)
        };
        let is_plain = script.pipelines.iter().all(|pipeline| pipeline.in_substitution)
            && script.loops.is_empty()
            && own().all(|command| {
                command.depth == 0
                    && command.wrappers.is_empty()
                    && !command.remote
                    && !command.background
                    && !command.is_condition
            });
        if !is_plain {
            return Purpose::Other;
        }
        let mut set = script
            .functions
            .last()
            .and_then(|name| State::new(format!("{}()", text::excerpt(name))));
        for command in own() {
            match step(script, command) {
                Step::Sets(state) => set = Some(state),
                Step::Idle => {}
                Step::Uses if set.is_some() => return Purpose::StateAndUse,
                Step::Uses => return Purpose::Other,
            }
        }
        set.map_or(Purpose::Other, Purpose::StateOnly)
    }
}

fn step(script: &Script, command: &Command) -> Step {
    if !command.redirections.iter().all(is_harmless) {
        return Step::Uses;
    }
    let set = match command.program.as_str() {
        "" if command.spelled.is_empty() => assigned(command),
        // `d=$(mktemp -d) && cd "$d"`: the folder lasts.
        "cd" | "pushd" | "popd" | "echo" | "printf" => {
            let literal = command.args.iter().all(|word| !word.expands);
            return if literal { Step::Idle } else { Step::Uses };
        }
        "set" | "shopt" | "unalias" | "hash" | "rehash" | "true" | ":" => {
            let lists = matches!(command.program.as_str(), "set" | "shopt" | "hash")
                && command.args.is_empty();
            return if lists { Step::Uses } else { Step::Idle };
        }
        "export" | "declare" | "typeset" | "readonly" | "unset" | "alias" => declared(command),
        "source" | "." => sourced(command),
        "ulimit" | "umask" => limited(command),
        "eval" => evaluated(script, command),
        _ => switched(command),
    };
    set.map_or(Step::Uses, Step::Sets)
}

/// Whether a redirection leaves no file behind.
fn is_harmless(redirection: &Redirection) -> bool {
    redirection.target.is("/dev/null")
        || redirection.operator == ">&" && !redirection.takes_stdout()
}

/// `A=1` with no command behind it.
fn assigned(command: &Command) -> Option<State> {
    // `_=$(...)` is there to throw the output away.
    let (name, _) = command.assignments.iter().rfind(|(name, _)| name != "_")?;
    State::new(format!("the variable {}", text::excerpt(name)))
}

/// `export NAME=value` and its like. The advice shows only the name: the value may be a secret.
fn declared(command: &Command) -> Option<State> {
    let shows = |word: &Word| {
        word.text.starts_with("-p")
            || (!command.is("export")
                && word.text.starts_with(['-', '+'])
                && word.text.contains(['f', 'F']))
    };
    if command.args.iter().any(shows) {
        return None;
    }
    let named = command.args.iter().rfind(|word| !word.text.starts_with('-'))?;
    if command.is("alias") && !named.text.contains('=') {
        return None;
    }
    let name = named.text.split_once('=').map_or(named.text.as_str(), |(name, _)| name);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    match (is_name, named.expands) {
        (true, _) => State::new(format!("{} {}", command.program, text::excerpt(name))),
        // `export $(grep -v '^#' .env | xargs)`
        (false, true) if named.text == "$()" => State::new(format!("{} $(...)", command.program)),
        _ => None,
    }
}

/// `source FILE` of a file that is known to only set up an environment.
fn sourced(command: &Command) -> Option<State> {
    const FILES: [&str; 24] = [
        "activate",
        "activate.sh",
        "env.sh",
        "setenv.sh",
        "set-env.sh",
        "nvm.sh",
        "conda.sh",
        "asdf.sh",
        "sdkman-init.sh",
        "virtualenvwrapper.sh",
        "emsdk_env.sh",
        "setvars.sh",
        "openrc.sh",
        "setup.bash",
        ".envrc",
        ".env",
        ".bashrc",
        ".bash_profile",
        ".bash_aliases",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".zprofile",
        "environment",
    ];
    let file = command.args.first()?;
    let path = file.text.as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_env = FILES.contains(&name)
        || path.ends_with(".cargo/env")
        || (name.starts_with(".env.") || name.ends_with(".env")) && !name.contains('$');
    if !is_env || file.globs {
        return None;
    }
    let what = format!("{} {}", command.program, text::excerpt(path));
    let python =
        path.strip_suffix("/activate").filter(|bin| bin.ends_with("/bin") && !file.expands);
    Some(State {
        what,
        instead: python.filter(|bin| is_short(bin)).map(|bin| format!("run {bin}/python")),
        announces_itself: false,
    })
}

/// `ulimit -n 4096`, `umask 022`: without a value they print the one in force.
fn limited(command: &Command) -> Option<State> {
    let value = command.args.iter().any(|word| {
        word.text.starts_with(|c: char| c.is_ascii_digit())
            || matches!(word.text.as_str(), "unlimited" | "hard" | "soft")
    });
    let what = format!("{} {}", command.program, command.raw_args());
    if value { State::new(text::excerpt(&what)) } else { None }
}

/// `eval "$(PROGRAM ...)"` of a program that only prints an environment.
fn evaluated(script: &Script, command: &Command) -> Option<State> {
    const PRINTERS: [(&str, &[&str]); 16] = [
        ("direnv", &["export", "hook"]),
        ("pyenv", &["init", "virtualenv-init"]),
        ("rbenv", &["init"]),
        ("nodenv", &["init"]),
        ("jenv", &["init"]),
        ("conda", &["shell.bash", "shell.zsh", "shell.posix"]),
        ("micromamba", &["shell"]),
        ("mise", &["activate", "env", "hook-env"]),
        ("fnm", &["env"]),
        ("opam", &["env"]),
        ("brew", &["shellenv"]),
        ("poetry", &["env"]),
        ("minikube", &["docker-env", "podman-env"]),
        ("docker-machine", &["env"]),
        ("luarocks", &["path"]),
        ("starship", &["init"]),
    ];
    let [word] = command.args.as_slice() else { return None };
    let inner: Vec<&Command> =
        script.commands.iter().filter(|other| other.in_substitution).collect();
    let evals = script.commands.iter().filter(|other| other.is("eval")).count();
    let ([program], "$()", 1) = (inner.as_slice(), word.text.as_str(), evals) else { return None };
    let first = program.args.first()?;
    let (name, _) = PRINTERS
        .iter()
        .find(|(name, subs)| program.is(name) && subs.iter().any(|sub| first.is(sub)))?;
    State::new(format!("what {name} set"))
}

/// A version manager that switches this shell alone.
fn switched(command: &Command) -> Option<State> {
    let words: Option<Vec<&str>> = command.args.iter().map(Word::literal).collect();
    let words = words?;
    let operand = words.get(1).copied().filter(|word| !word.starts_with('-'));
    let has = |option: &str| words.iter().any(|word| word.starts_with(option));
    let (switches, instead) = match (command.program.as_str(), *words.first()?) {
        ("conda" | "mamba" | "micromamba", "activate") => {
            let by_path = operand.is_none_or(|name| name.contains('/'));
            let option = if by_path { "-p" } else { "-n" };
            (
                true,
                operand.map(|name| {
                    format!("use {} run {option} {}", command.program, text::excerpt(name))
                }),
            )
        }
        ("nvm", "use") => (
            !has("--save") && !has("--default"),
            operand.map(|version| format!("use nvm exec {}", text::excerpt(version))),
        ),
        ("pyenv", "shell") => (
            true,
            operand.map(|version| {
                format!("put PYENV_VERSION={} in front of it", text::excerpt(version))
            }),
        ),
        ("rbenv" | "nodenv" | "jenv" | "asdf", "shell") | ("sdk", "use") => {
            (operand.is_some(), None)
        }
        ("rvm", "use") => (operand.is_some() && !has("--default") && !has("--create"), None),
        ("module", "load" | "unload" | "swap" | "purge" | "use") => (true, None),
        ("workon", _) => (true, None),
        ("poetry" | "pipenv" | "hatch" | "pixi", "shell") => {
            (operand.is_none(), Some(format!("use {} run", command.program)))
        }
        _ => (false, None),
    };
    let what = format!("{} {}", command.program, words.join(" "));
    switches.then(|| State { what: text::excerpt(&what), instead, announces_itself: true })
}

/// Whether advice can quote the whole path.
fn is_short(path: &str) -> bool {
    path.chars().count() <= text::MAX_QUOTED_CHARS
}
