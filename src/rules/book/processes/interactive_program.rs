//! Programs that want a terminal or an answer, where there is neither.

mod advice;
mod programs;
mod want;

use self::programs::{INTERACTIVE, ShownBy};
use self::want::Want;
use crate::protocol::client::Client;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::{Command, Redirection};

/// How much of an output is searched for signs, bytes.
const SEARCHED_BYTES: usize = 8 << 10;

/// One trigger for sudo and one for each entry of the table, so that each narrows the gate by
/// itself.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const TRIGGERS: [Trigger; INTERACTIVE.len() + 1] = {
    // sudo runs any program.
    let sudo = Trigger::Command {
        programs: &[],
        subcommands: &[],
        signs: &["sudo"],
        check: check_password,
    };
    let mut triggers = [sudo; INTERACTIVE.len() + 1];
    let mut at = 0;
    while at < INTERACTIVE.len() {
        let entry = &INTERACTIVE[at];
        triggers[at] = Trigger::Command {
            programs: entry.programs,
            subcommands: entry.subcommands,
            signs: entry.marks,
            check: check_answer,
        };
        at += 1;
    }
    triggers
};

pub(crate) const RULE: Rule = Rule {
    id: "interactive-program",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "a program that needs a terminal or an answer",
    why: "Nobody types into an agent's shell: editors, prompts and bare interpreters hang, abort or do nothing \
          (anthropics/claude-code#292, #158, #21543, #30555).",
    lesson: Some("Give a program its answers as options or on stdin: nobody types into this shell."),
    trigger: Trigger::Any(&TRIGGERS),
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("vim src/a.py").says("vim a.py opens a full-screen editor"),
        Example::bash("psql mydb").says("give them with -c or -f"),
        Example::bash("apt-get install jq").says("`apt-get install -y jq`"),
        Example::bash("sudo apt install jq curl").says("`sudo apt install -y jq curl`"),
        Example::bash("apt-get update && apt-get install jq")
            .given(&[Given::Failed("Exit code 1\nDo you want to continue? [Y/n] Abort.")])
            .says("next time pass -y"),
        Example::bash("npx create-next-app app").says("`npx --yes create-next-app app --yes`"),
        Example::bash("npm create vite@latest app").says("create-vite asks questions"),
        Example::bash("npm init")
            .given(&[Given::Failed("Exit code 1\nThis utility will walk you through creating a package.json file.")])
            .says("`npm init -y`"),
        Example::bash("nano /etc/hosts").given(&[Given::Failed("Exit code 1\nStandard input is not a terminal")]),
        Example::bash("git pull && vim +12 src/a.py"),
        Example::bash("python3").says("reads its input, which is empty here"),
        Example::bash("cd app && node"),
        Example::bash("sqlite3 app.db").says("write the SQL behind the file"),
        Example::bash("mysql -u root shop").says("give them with -e"),
        Example::bash("redis-cli -h cache -p 6380"),
        Example::bash("ssh build01").says("ssh build01 without a command opens a shell"),
        Example::bash("ssh dev@build01 -p 2222").says("ssh dev@build01 without"),
        Example::bash("read -r -p 'Sure? ' -n 1").says("so REPLY stays empty"),
        Example::bash("ssh -p 2222 dev@build01")
            .given(&[Given::Output("Pseudo-terminal will not be allocated because stdin is not a terminal.\nWelcome")]),
        Example::bash("read -p 'Name? ' name; echo \"$name\"").says("so name stays empty"),
        Example::bash("sudo systemctl restart nginx")
            .given(&[Given::Failed(
                "Exit code 1\nsudo: a terminal is required to read the password; either use the -S option",
            )])
            .says("sudo asked for a password"),
        Example::bash("docker exec -it web ls /srv")
            .given(&[Given::Failed("Exit code 1\nthe input device is not a TTY")])
            .says("`docker exec -i web ls /srv`"),
        Example::bash("docker compose exec web ls")
            .given(&[Given::Failed("Exit code 1\nthe input device is not a TTY"), Given::Codex])
            .says("`docker compose exec -T web ls`"),
        Example::bash("docker run -it x bash")
            .given(&[Given::Failed("Exit code 1\nthe input device is not a TTY")])
            .says("docker -it fails without a terminal; next time: `docker run --rm x bash -c 'COMMAND'`"),
        Example::bash("sudo vim /etc/hosts").says("with sed or tee under sudo"),
        Example::bash("ssh-keygen -t ed25519 -f deploy")
            .given(&[Given::Failed("Exit code 1\nEnter passphrase (empty for no passphrase): ")])
            .says("`ssh-keygen -t ed25519 -f deploy -N ''`"),
        Example::bash("git clone https://github.com/acme/private.git")
            .given(&[Given::Failed(
                "Exit code 128\nfatal: could not read Username for 'https://github.com': No such device or address",
            )])
            .says("git asked for a user name"),
        Example::bash("gh auth login").says("GH_TOKEN"),
        Example::bash("passwd").given(&[Given::Failed("Exit code 10\npasswd: Authentication token manipulation error")]),
        Example::bash("ls | fzf").says("fzf --filter=TEXT"),
        Example::bash("crontab -e").says("crontab -l"),
        Example::bash("psql mydb").given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
    ],
    misses: &[
        Example::bash("npm init -y"),
        Example::bash("bun init --react"),
        Example::bash("ssh build01 uptime"),
        Example::bash("echo 'print(1)' | python3"),
        Example::bash("sudo -n true"),
        Example::bash("python3 - <<'EOF'\nprint(1)\nEOF"),
        Example::bash("python3 tools/x.py; python3 -c 'print(1)'; python3 -m pytest; node --version"),
        Example::bash("psql -c 'select 1' mydb; psql -f schema.sql; psql mydb < dump.sql; psql -l"),
        Example::bash("psql mydb").given(&[Given::Failed("Exit code 2\npsql: error: connection to server failed")]),
        Example::bash("psql mydb").given(&[Given::Codex]),
        Example::bash("vim src/a.py").given(&[Given::Failed("Exit code 127\nbash: vim: command not found")]),
        Example::bash("vim -es -u NONE -c '%s/a/b/' -c wq src/a.py"),
        Example::bash("nvim --headless +qa; emacs --batch -l x.el; vim --version"),
        Example::bash("EDITOR=vim git commit -m 'Use nano'"),
        Example::bash("git log --oneline | less; cat a.txt | more; man ls | col -b | head; less a.txt"),
        Example::bash("apt-get install -y jq; apt-get -qq install jq; apt-get install --dry-run jq; apt list"),
        Example::bash("apt-get install jq").given(&[Given::Output("Setting up jq (1.6-2.1) ...")]),
        Example::bash("apt-get install nosuch")
            .given(&[Given::Failed("Exit code 100\nE: Unable to locate package nosuch")]),
        Example::bash("yes | apt-get install jq"),
        Example::bash("sudo apt update"),
        Example::bash("sudo systemctl restart nginx").given(&[Given::Failed("Exit code 5\nUnit not found")]),
        Example::bash("npx --yes create-vite app; npx create-react-app app; npx create-vite app --template react"),
        Example::bash("npx create-next-app app").given(&[Given::Output("Success! Created app at /repo/app")]),
        Example::bash("while read -r line; do echo \"$line\"; done < names.txt"),
        Example::bash("git ls-files | while read f; do read -r first < \"$f\"; done"),
        Example::bash("exec < names.txt; read -r a; read -r b"),
        Example::bash("bash <<'EOF'\nread name\nAda\nEOF"),
        Example::bash("read -r a b <<< \"1 2\"; read -t 1 x"),
        Example::bash("ssh -T git@github.com; ssh -G -- example.com; ssh -N -f -L 8080:localhost:80 web"),
        Example::bash("ssh build01 <<'EOF'\nuptime\nEOF"),
        Example::bash("docker run -it alpine sh").given(&[Given::Failed("Exit code 125\nUnable to find image")]),
        Example::bash("docker run -i --rm alpine ls; docker exec web ls"),
        Example::bash("docker exec -it web psql"),
        Example::bash("docker run --rm x ls -t /srv").given(&[Given::Failed("Exit code 1\nthe input device is not a TTY")]),
        Example::bash("ssh-keygen -t ed25519 -N '' -f k; ssh-keygen -lf k.pub; ssh-keygen -R host"),
        Example::bash("sqlite3 app.db .tables; sqlite3 app.db 'select 1'; redis-cli -h cache ping"),
        Example::bash("gh auth login --with-token < token.txt; gh auth status"),
        Example::bash("grep -rn 'read the docs' . ; which python3 vim; command -v psql"),
        Example::bash("echo vim src/a.py; git commit -m 'psql mydb'"),
        Example::bash("timeout 5 python3; python3 &"),
        Example::bash("vim src/a.py").given(&[Given::Background]),
        Example::bash("ls | fzf --filter=main"),
        Example::bash("cat > setup.sh <<'EOF'\napt-get install jq\nread name\nEOF"),
    ],
    since: "0.1.0",
};

fn check_answer(case: &Case, command: &Command) -> Check<Finding> {
    finding(command, unanswered(case, command)?.advice(case, command))
}

/// sudo that failed because it got no password; where it needs none it does not ask.
fn check_password(case: &Case, command: &Command) -> Check<Finding> {
    trigger::check(!case.event.succeeded() && (command.is_under("sudo") || command.is("sudo")))?;
    let error = output(case);
    let signs =
        ["sudo: a terminal is required", "sudo: no tty present", "sudo: a password is required"];
    trigger::check(signs.iter().any(|sign| error.contains(sign)))?;
    let advice = match unanswered(case, command) {
        Ok(want) => want.advice(case, command),
        Err(_) => Some(advice::sudo()),
    };
    finding(command, advice)
}

fn finding(command: &Command, advice: Option<Advice>) -> Check<Finding> {
    Ok(Finding::new(advice.ok_or(Miss::NoBetterForm)?).about(&command.program))
}

/// What a command wanted and did not get.
fn unanswered<'c>(case: &Case, command: &'c Command) -> Check<Want<'c>> {
    let program = command.program.as_str();
    let (entry, want) = INTERACTIVE
        .iter()
        .filter(|entry| entry.programs.contains(&program))
        .find_map(|entry| Some((entry, (entry.wants)(command)?)))
        .ok_or(Miss::No)?;
    trigger::check(entry.shown_by != ShownBy::Signs || !case.event.succeeded())?;
    let is_fed = command.reads_pipe || command.redirections.iter().any(Redirection::gives_stdin);
    // fzf chooses among the lines of its input, on the terminal.
    if is_fed && program != "fzf" {
        return Err(Miss::Near("it is fed"));
    }
    let starters = ["xargs", "find", "timeout", "gtimeout", "nohup", "setsid"];
    if command.background
        || case.in_background()
        || command.in_function
        || starters.iter().any(|name| command.is_under(name))
    {
        return Err(Miss::Near("it is not the call itself that waits"));
    }
    if gives_input_to_all(case) {
        return Err(Miss::Near("the whole script is fed"));
    }
    let output = output(case);
    if entry.signs.iter().any(|sign| output.contains(sign)) {
        return Ok(want);
    }
    if output.contains("command not found") || output.contains("not found\n") {
        return Err(Miss::Near("the program is not there"));
    }
    // Its shell can have a terminal, and later calls can type into it.
    if matches!(case.environment.client, Client::Codex) {
        return Err(Miss::Near("this client's shell can have a terminal"));
    }
    let timed_out = case.event.shell().timed_out_after_ms.is_some();
    let hung = timed_out || output.contains("timed out after");
    let silent = case.event.succeeded() && output.trim().is_empty() && command.shows_output();
    let failed = !case.event.succeeded() && !case.event.is_interrupt;
    let is_shown = match entry.shown_by {
        ShownBy::Always => true,
        ShownBy::SilenceOrFailure => silent || failed || hung,
        ShownBy::Silence => silent || hung,
        ShownBy::Signs => false,
    };
    if is_shown { Ok(want) } else { Err(Miss::Near("the call does not say that it got no answer")) }
}

/// Whether the whole script gets its input from somewhere: by `exec < file`, or as the input of a
/// shell.
fn gives_input_to_all(case: &Case) -> bool {
    case.commands().any(|command| {
        let is_shell = matches!(command.program.as_str(), "" | "exec" | "bash" | "sh" | "zsh")
            || command.is_under("exec");
        is_shell
            && (command.reads_pipe || command.redirections.iter().any(Redirection::gives_stdin))
    })
}

/// The beginning of the output or the error, as the agent sees it.
fn output(case: &Case) -> String {
    if case.event.succeeded() {
        case.event.shell().stdout.head(SEARCHED_BYTES)
    } else {
        case.event.error_text(SEARCHED_BYTES)
    }
}
