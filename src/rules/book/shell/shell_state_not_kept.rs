//! State that ends with the shell it was set in.

mod purpose;

use purpose::Purpose;

use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::Script;

/// Words with which a script begins that only sets state.
const OPENINGS: [&str; 33] = [
    "poetry",
    "pipenv",
    "hatch",
    "pixi",
    "=",
    "()",
    "function",
    "export",
    "declare",
    "typeset",
    "readonly",
    "source",
    ".",
    "set",
    "shopt",
    "unset",
    "alias",
    "eval",
    "ulimit",
    "umask",
    "conda",
    "mamba",
    "micromamba",
    "nvm",
    "pyenv",
    "rbenv",
    "nodenv",
    "jenv",
    "asdf",
    "rvm",
    "sdk",
    "module",
    "workon",
];

/// Bytes of output that are compared with what the script echoes; more than a word or two is not an
/// echo.
const ECHOED_BYTES: usize = 200;

pub(crate) const RULE: Rule = Rule {
    id: "shell-state-not-kept",
    severity: Severity::Hint,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "variables set in a shell that then ends",
    why: "Every call is a new shell: the working directory lasts, variables and functions do not \
          (anthropics/claude-code#19901 quotes the tool's own text).",
    lesson: Some("Set variables in the call that uses them: each call starts a new shell."),
    trigger: Trigger::Script { openings: &OPENINGS, check: lost_state },
    better: Some(Trigger::Script {
        openings: &OPENINGS,
        check: |_, script| check(matches!(Purpose::of(script), Purpose::StateAndUse)),
    }),
    needs: &[],
    repeat: Repeat::HINT,
    hits: &[
        Example::bash("source .venv/bin/activate")
            .says("source .venv/bin/activate lasts for this call only: chain it with the command that needs it, or run .venv/bin/python"),
        Example::bash("conda activate ml").says("conda run -n ml"),
        Example::bash("FOO=bar").says("FOO lasts for this call only"),
        Example::bash("export DATABASE_URL=postgres://u:secret@host/x").says("export DATABASE_URL lasts for this call only"),
        Example::bash("export PATH=\"$HOME/.cargo/bin:$PATH\"").says("export PATH"),
        Example::bash("cd web && . ../venv/bin/activate").says("../venv/bin/python"),
        Example::bash("set -a; source .env; set +a").says("source .env"),
        Example::bash("nvm use 20").given(&[Given::Output("Now using node v20.1.0\n")]).says("nvm exec 20"),
        Example::bash("alias k=kubectl").says("alias k"),
        Example::bash("eval \"$(direnv export bash)\"").says("what direnv set"),
        Example::bash("# use it\nexport A=1 B=2\nexport C=3"),
        Example::bash("source .venv/bin/activate && echo ready").given(&[Given::Output("ready\n")]),
        Example::bash("export $(grep -v '^#' .env | xargs)").says("export $(...)"),
        Example::bash("pyenv shell 3.11.4").given(&[Given::Codex]).says("PYENV_VERSION=3.11.4"),
        Example::bash("build() { cargo build; }").says("build()"),
        Example::bash("ulimit -n 4096").says("ulimit -n 4096"),
        Example::bash("poetry shell").says("poetry shell lasts for this call only: chain it with the command that needs it, or use poetry run"),
    ],
    misses: &[
        Example::bash("source .venv/bin/activate && pytest").given(&[Given::Output("3 passed\n")]),
        Example::bash("cd web"),
        Example::bash("poetry run pytest"),
        Example::bash("pipenv install requests"),
        Example::bash("echo 'export A=1' >> ~/.bashrc"),
        Example::bash("export A=1 >> \"$CLAUDE_ENV_FILE\""),
        Example::bash("export").given(&[Given::Output("declare -x A=1\n")]),
        Example::bash("export -p"),
        Example::bash("set -euo pipefail"),
        Example::bash("source scripts/deploy.sh"),
        Example::bash("source .env").given(&[Given::Output("Installing\n")]),
        Example::bash("source \"$CLAUDE_ENV_FILE\""),
        Example::bash("nvm install 20"),
        Example::bash("conda create -n ml -y"),
        Example::bash("FOO=bar make test"),
        Example::bash("export A=1; echo $A").given(&[Given::Output("1\n")]),
        Example::bash("x=$(git rev-parse HEAD); git log $x"),
        Example::bash("export A=1; cargo test &"),
        Example::bash("export A=1").given(&[Given::Background]),
        Example::bash("export A=1").given(&[Given::Failed("Exit code 1\nnot valid")]),
        Example::bash("build() { cargo build; }; build"),
        Example::bash("source .venv/bin/activate; which python").given(&[Given::Output("/r/.venv/bin/python\n")]),
        Example::bash("ulimit -n").given(&[Given::Output("1024\n")]),
        Example::bash("pyenv global 3.11"),
        Example::bash("nvm use 20 --save"),
        Example::bash("_=$(touch a.txt)"),
        Example::bash("dir=$(mktemp -d) && cd \"$dir\""),
        Example::bash("ssh web 'source .venv/bin/activate'"),
        Example::bash("if [ -f .env ]; then . ./.env; fi"),
        Example::bash("export A=1 && ./run.sh > out.log"),
        Example::bash("set -e"),
        Example::bash("trap 'rm -f x' EXIT"),
    ],
    since: "0.1.0",
};

fn lost_state(case: &Case, script: &Script) -> Check<Finding> {
    if !case.environment.client.forgets_variables() {
        return Err(Miss::Near("this client keeps the shell"));
    }
    let state = match Purpose::of(script) {
        Purpose::StateOnly(state) => state,
        Purpose::StateAndUse => return Err(Miss::Near("the state is used in the same call")),
        Purpose::Other => return Err(Miss::No),
    };
    if case.in_background() {
        return Err(Miss::Near("it runs in the background"));
    }
    if !state.announces_itself && has_other_output(case, script) {
        return Err(Miss::Near("it printed something, so it did something"));
    }
    Ok(Finding::new(Advice::plain(state.sentence())))
}

/// Whether the call printed more than what the script echoes.
fn has_other_output(case: &Case, script: &Script) -> bool {
    let result = case.event.shell();
    let printed = result.stdout.head(ECHOED_BYTES);
    if printed.trim().is_empty() && result.stderr.bytes() == 0 {
        return false;
    }
    let echoed: Vec<String> = script
        .commands
        .iter()
        .filter(|command| command.is("echo") && !command.in_substitution)
        .map(|command| {
            command.args.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    echoed.is_empty() || printed.trim() != echoed.join("\n").trim()
}
