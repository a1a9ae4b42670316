//! Commands that ask a person something: told by their words where there is a form, else by name.

mod table;

use self::table::{ANSWERED, BY_WORDS, CONSOLES, LOGINS};
use super::programs::{self, Trait};
use super::runner;
use crate::shell::{Command, Redirection, Word};

/// What a command waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Statements, typed into its console.
    Console,
    /// Keys that turn a page.
    Page,
    /// A text, written in an editor.
    Editor,
    /// A password or a passphrase.
    Secret,
    /// Who the user is.
    Login,
    /// A yes.
    Confirmation,
    /// Answers to several questions.
    Answers,
}

/// What `command` asks a person, as far as its words show. `None` where its input is given or an
/// option answers.
pub(crate) fn asked_by(command: &Command) -> Option<Question> {
    let is_fed = command.reads_pipe || command.redirections.iter().any(Redirection::gives_stdin);
    if is_fed || command.background || runs_alone(command) {
        return None;
    }
    let (program, args) = reached(command);
    let answers = |options: &[&str]| args.iter().any(|word| options.iter().any(|it| word.is(it)));
    if answers(&ANSWERED) || args.iter().any(|word| word.text.starts_with("--assume")) {
        return None;
    }
    let operands: Vec<&str> =
        args.iter().filter_map(Word::literal).filter(|word| !word.starts_with('-')).collect();
    if programs::is(program, Trait::Pages) {
        return Some(Question::Page);
    }
    if programs::is(program, Trait::AsksForSecret) {
        // With a value for the passphrase, or to look at a key.
        let gives = [
            "-N",
            "-l",
            "-lf",
            "-L",
            "-y",
            "-R",
            "-F",
            "-D",
            "-b",
            "-S",
            "-k",
            "--list-keys",
            "-bnBC",
        ];
        return (!answers(&gives)).then_some(Question::Secret);
    }
    let names_console = operands.last().is_some_and(|last| CONSOLES.contains(last))
        && operands.len() <= 4
        && has_subcommands(command);
    if names_console || opens_console(program, args, &operands) {
        return Some(Question::Console);
    }
    if let Some(question) = by_options(program, args, &operands) {
        return Some(question);
    }
    let found = BY_WORDS.iter().filter(|entry| entry.programs.contains(&program)).find(|entry| {
        let mut first = operands.iter().take(4);
        let asks = entry.words.is_empty() || first.any(|word| entry.words.contains(word));
        asks && !answers(entry.answers)
    });
    if let Some(question) = found.map(|entry| entry.question) {
        // A saved plan is applied without a question.
        let is_saved = operands.get(1).is_some_and(|plan| plan.contains("plan"));
        return (question != Question::Confirmation || !is_saved).then_some(question);
    }
    // `aws configure set x y` gives the answer.
    let mut is_value = false;
    let logs_in = has_subcommands(command)
        && args.iter().take(4).any(|word| {
            let asks = !is_value && LOGINS.iter().any(|login| word.is(login));
            is_value = word.text.starts_with('-');
            asks
        })
        && !operands
            .iter()
            .any(|word| matches!(*word, "set" | "get" | "list" | "import" | "export"));
    logs_in.then_some(Question::Login)
}

/// What a command asks because of an option, or because it lacks one.
fn by_options(program: &str, args: &[Word], operands: &[&str]) -> Option<Question> {
    let has = |options: &[&str]| args.iter().any(|word| options.iter().any(|it| word.is(it)));
    let starts = |options: &[&str]| {
        args.iter().any(|word| options.iter().any(|it| word.text.starts_with(it)))
    };
    match (program, operands.first().copied()) {
        ("git", Some("commit")) => {
            let is_given = starts(&[
                "--message",
                "--file",
                "--no-edit",
                "--reuse-message",
                "--fixup",
                "--squash",
                "--dry-run",
            ]) || args.iter().any(|word| {
                let cluster = word.text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
                cluster.is_some_and(|rest| rest.contains(['m', 'F', 'C']))
            });
            (!is_given).then_some(Question::Editor)
        }
        ("git", Some("rebase")) => has(&["-i", "--interactive"]).then_some(Question::Editor),
        ("git", Some("add" | "stash" | "checkout" | "restore" | "reset" | "clean")) => {
            has(&["-p", "--patch", "-i", "--interactive"]).then_some(Question::Confirmation)
        }
        ("rm" | "cp" | "mv", _) => {
            has(&["-i", "-I", "--interactive"]).then_some(Question::Confirmation)
        }
        ("pacman" | "yay" | "paru", _) => {
            starts(&["-S", "-R", "-U"]).then_some(Question::Confirmation)
        }
        ("npx" | "bunx", Some(package)) => package.contains("create-").then_some(Question::Answers),
        ("cat" | "tee" | "wc" | "sort", None) => Some(Question::Console),
        ("read", _) => (!has(&["-t"])).then_some(Question::Confirmation),
        ("iex", _) => Some(Question::Console),
        ("vercel" | "netlify" | "certbot" | "dotnet-ef", None) => Some(Question::Answers),
        _ => None,
    }
}

/// Whether the words of a command may be sub-commands, and not files, patterns or tests.
fn has_subcommands(command: &Command) -> bool {
    let is = |wanted| programs::is(&command.program, wanted);
    !is(Trait::ReadsOnly)
        && !is(Trait::PrintsFiles)
        && !is(Trait::ChangesFolders)
        && runner::label(command).is_none()
}

/// Whether it is a run whose words are its own: `make configure`, `npm run login`.
fn runs_alone(command: &Command) -> bool {
    const MANAGERS: [&str; 6] = ["npm", "pnpm", "yarn", "bun", "composer", "deno"];
    const RUNS: [&str; 8] = ["make", "gmake", "just", "task", "rake", "cargo", "go", "mise"];
    let is_script =
        command.args.first().is_some_and(|word| word.is("run") || word.is("run-script"));
    let publishes = command.args.first().is_some_and(|word| word.is("publish") || word.is("login"));
    (RUNS.contains(&command.program.as_str()) && !publishes)
        || (is_script && MANAGERS.contains(&command.program.as_str()))
}

/// The program with the command's words: the one that an interpreter or a launcher starts, if it is
/// known.
fn reached(command: &Command) -> (&str, &[Word]) {
    let args = command.args.as_slice();
    let known =
        |name: &str, _: &[Word]| BY_WORDS.iter().any(|entry| entry.programs.contains(&name));
    if let Some(found) = runner::reached(command, known) {
        return found;
    }
    match (command.program.as_str(), args) {
        ("python" | "python3", [script, rest @ ..]) if script.text.ends_with("manage.py") => {
            ("manage.py", rest)
        }
        (program, args) => (program, args),
    }
}

/// Whether it opens a console: a bare one, a sub-command that does, or an option.
fn opens_console(program: &str, args: &[Word], operands: &[&str]) -> bool {
    let has = |options: &[&str]| args.iter().any(|word| options.iter().any(|it| word.is(it)));
    let debugs = matches!(program, "python" | "python3" | "pytest")
        && (has(&["--pdb", "pdb", "ipdb"]) || has(&["-i"]));
    let inspects = match program {
        "php" => has(&["-a"]),
        "node" => operands.first() == Some(&"inspect"),
        "perl" => has(&["-d", "-de1"]),
        "docker" | "podman" | "kubectl" => {
            has(&["-it", "-ti", "attach"])
                || (has(&["-i", "--interactive"]) && has(&["-t", "--tty"]))
        }
        "ssh" => operands.len() == 1 && !has(&["-N", "-T", "-V", "-G", "-f", "-W"]),
        _ => false,
    };
    if debugs || inspects {
        return true;
    }
    if !programs::is(program, Trait::OpensConsole) {
        return false;
    }
    let gives = |word: &Word| {
        let text = word.text.as_str();
        let letters = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        letters.is_some_and(|rest| {
            rest.starts_with(['c', 'e', 'f', 'r', 'l', 'E', 'V', 'S', 'm', 'o'])
                || rest.ends_with('c')
        }) || [
            "--command",
            "--eval",
            "--file",
            "--execute",
            "--query",
            "--list",
            "--print",
            "--batch",
            "--test",
        ]
        .iter()
        .any(|long| text.starts_with(long))
    };
    let takes_database = matches!(
        program,
        "psql"
            | "mysql"
            | "mariadb"
            | "sqlite3"
            | "mongosh"
            | "mongo"
            | "cqlsh"
            | "duckdb"
            | "sqlplus"
            | "pgcli"
            | "mycli"
            | "ftp"
            | "sftp"
            | "telnet"
            | "gdb"
            | "lldb"
            | "clickhouse-client"
    );
    // `sqlite3 a.db 'select 1'`
    let most = match program {
        "sqlite3" | "duckdb" | "ftp" | "sftp" | "mongosh" | "mongo" => 1,
        _ if takes_database => 4,
        _ => 0,
    };
    operands.len() <= most && !args.iter().any(gives)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn asked(text: &str) -> Option<Question> {
        let script = shell::parse(text).unwrap();
        asked_by(script.commands.last().unwrap())
    }

    #[test]
    fn commands_that_ask_are_known_by_form_or_by_name() {
        for (text, question) in [
            ("aws configure", Question::Login),
            ("gh pr create", Question::Answers),
            ("docker login", Question::Login),
            ("git mergetool", Question::Editor),
            ("rails console", Question::Console),
            ("bundle exec rails console", Question::Console),
            ("terraform apply", Question::Confirmation),
            ("npm login", Question::Login),
            ("unzip a.zip", Question::Confirmation),
            ("python -m pdb a.py", Question::Console),
            ("php -a", Question::Console),
            ("php artisan tinker", Question::Console),
            ("ssh-add k", Question::Secret),
            ("poetry init", Question::Answers),
            ("less a", Question::Page),
            ("bash", Question::Console),
            ("python manage.py createsuperuser", Question::Login),
            ("python manage.py shell", Question::Console),
            ("npx firebase login", Question::Login),
            ("mysql -u root -p shop", Question::Console),
            ("gcloud auth login", Question::Login),
            ("gpg --full-generate-key", Question::Secret),
            ("docker run -it alpine sh", Question::Console),
            ("ssh build01", Question::Console),
            ("conda install numpy", Question::Confirmation),
            ("rails c", Question::Console),
            ("docker run -it alpine", Question::Console),
            ("git commit", Question::Editor),
            ("git rebase -i HEAD~3", Question::Editor),
            ("git add -p", Question::Confirmation),
            ("npx create-next-app app", Question::Answers),
            ("pacman -S jq", Question::Confirmation),
            ("iex -S mix", Question::Console),
        ] {
            assert_eq!(asked(text), Some(question), "{text}");
        }
        for text in [
            "aws configure set region eu-west-1",
            "gh pr create --fill",
            "echo x | docker login --password-stdin",
            "terraform apply -auto-approve",
            "terraform apply saved.tfplan",
            "terraform plan",
            "unzip -o a.zip",
            "bash build.sh",
            "bash -c 'make all'",
            "bash -lc 'make all'",
            "python train.py",
            "python manage.py migrate",
            "npm run login",
            "make configure",
            "cargo build",
            "psql -c 'select 1' db",
            "sqlite3 a.db 'select 1'",
            "node server.js",
            "ssh build01 make",
            "apt-get install -y jq",
            "ssh-keygen -t ed25519 -N '' -f k",
            "npm ci",
            "npm init -y",
            "cargo init",
            "git push",
            "git commit -m login",
            "git commit -am x",
            "git commit --amend --no-edit",
            "cat a.txt",
            "rg login",
            "ls shell",
            "pytest console",
        ] {
            assert_eq!(asked(text), None, "{text}");
        }
    }
}
