//! Secrets that a call prints.

use super::support::exposure::{Seen, output, passes_values, seen, way_out};
use super::support::sources;
use super::support::sources::{Holds, READERS, held_by, printed_variable, prints_environment};
use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::words::quote;
use crate::shell::{Command, Word};

pub(crate) const RULE: Rule = Rule {
    id: "secret-printed",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "secrets printed from a file or the environment",
    why: "What is printed goes to the model and into its logs; whole credentials reached them in at least five \
          reports (anthropics/claude-code#18223, #69053, #62156).",
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &READERS,
            subcommands: &[],
            signs: &[".env", ".pem", "id_", "creden", "etrc", "pmrc", "pirc", "gpass"],
            check: |case, command| legacy::on_command(case, command, prints, ADVICE, KEY),
        },
        Trigger::Command {
            programs: &["env", "printenv", "set"],
            subcommands: &[],
            signs: &[],
            check: |case, command| legacy::on_command(case, command, prints, ADVICE, KEY),
        },
        // A variable that is exported is no reason to parse.
        Trigger::Command {
            programs: &["export", "declare", "typeset"],
            subcommands: &[],
            signs: &["-p", "-x", "|"],
            check: |case, command| legacy::on_command(case, command, prints, ADVICE, KEY),
        },
        Trigger::Command {
            programs: &["echo", "printf", "printenv"],
            subcommands: &[],
            signs: &["KEY", "TOKEN", "SECRET", "PASS", "Token", "token", "secret", "passw"],
            check: |case, command| legacy::on_command(case, command, prints, ADVICE, KEY),
        },
        Trigger::Command {
            programs: &["gh", "aws"],
            subcommands: &["auth", "configure"],
            signs: &[],
            check: |case, command| legacy::on_command(case, command, prints, ADVICE, KEY),
        },
        Trigger::Call {
            tools: &[Tool::Read],
            check: |case| legacy::on_call(case, reads_file, ADVICE, KEY),
        },
    ]),
    better: None,
    needs: &[],
    // Once for a file: what is in the transcript does not come out of it again.
    repeat: Repeat { first: 1, every: u32::MAX, max: 3, gap: 0 },
    hits: &[
        Example::bash("cat .env").says("`cut -d= -f1 .env`"),
        Example::bash("printenv").says("`env | cut -d= -f1`"),
        Example::bash("rg API_KEY .env.local").says("`rg API_KEY .env.local | cut -d= -f1`"),
        Example::bash("cd api && cat .env | sort").says("are shown by cut"),
        Example::bash("head -20 \"config/.env.local\" 2>/dev/null")
            .given(&[Given::Output("STRIPE_SECRET_KEY=9fK2mQ7vX4bT8nZ1\nPORT=3000")])
            .says("`cut -d= -f1 \"config/.env.local\"`"),
        Example::bash("cat ~/.ssh/id_ed25519")
            .given(&[Given::Output("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXkt\n")])
            .says("a private key"),
        Example::bash("printenv | sort")
            .given(&[Given::Output("HOME=/home/dev\nANTHROPIC_AUTH_TOKEN=9f8e7d6c5b4a39281706\n")])
            .says("`env | cut -d= -f1`"),
        Example::bash("env | grep -i token").says("`env | grep -i token | cut -d= -f1`"),
        Example::bash("export -p | grep -E 'SECRET|KEY'"),
        Example::bash("echo $OPENAI_API_KEY").says("`[ -n \"${OPENAI_API_KEY:+x}\" ] && echo set`"),
        Example::bash("echo \"key: ${STRIPE_SECRET_KEY:-none}\"")
            .given(&[Given::Output("key: 9fK2mQ7vX4bT8nZ1")])
            .says("echo of $STRIPE_SECRET_KEY"),
        Example::bash("TOKEN=$(curl -s auth.acme.io | jq -r .token); echo $TOKEN")
            .says("${#TOKEN} shows its length"),
        Example::bash("printenv DATABASE_PASSWORD").says("printenv of $DATABASE_PASSWORD"),
        Example::bash("cat ~/.aws/credentials").says("`cut -d= -f1 ~/.aws/credentials`"),
        Example::bash("cat ~/.netrc").says("its passwords"),
        Example::bash("gh auth token").says("passes it on unseen"),
        Example::bash("aws configure get aws_secret_access_key --profile ci")
            .says("aws sts get-caller-identity"),
        Example::bash("grep -v '^#' .env | head -40")
            .says("`grep -v '^#' .env | head -40 | cut -d= -f1`"),
        Example::bash("sed -n '1,40p' .env"),
        Example::bash("bash -c 'cat .env'"),
        Example::bash("cat .env; exit 3")
            .given(&[Given::Failed("Exit code 3\nSESSION_SECRET=k3jh4kj5h6k7j8h9")]),
        Example::bash("ls -la && cat .env && git status").given(&[
            Given::Output("total 8\nDB_PASSWORD=hunter2hunter2\nOn branch main"),
            Given::Codex,
        ]),
        Example::read("/repo/.env").says("`cut -d= -f1 /repo/.env`"),
        Example::read("/home/dev/.npmrc")
            .given(&[Given::Output("//registry.npmjs.org/:_authToken=9fK2mQ7vX4bT8nZ1cR6w")]),
    ],
    misses: &[
        Example::bash("cat .env.example"),
        Example::bash("grep -q API_KEY .env && echo set"),
        Example::bash("echo \"${API_KEY:+set}\""),
        Example::read("/repo/.env.example"),
        Example::bash("cat .env")
            .given(&[Given::Failed("Exit code 1\ncat: .env: No such file or directory")]),
        Example::bash("cat .env")
            .given(&[Given::Output("PORT=3000\nNODE_ENV=development\nLOG_LEVEL=debug")]),
        Example::read("/repo/.env").given(&[Given::Output("ENTIRE_LOCAL_DEV=1\n")]),
        Example::read("/repo/.env").given(&[Given::Failed("File does not exist.")]),
        Example::bash("cp .env.example .env && ls -la .env"),
        Example::bash("grep -o '^[A-Z_]*=' .env"),
        Example::bash("cat .env | cut -d= -f1"),
        Example::bash("sed 's/=.*/=***/' .env"),
        Example::bash("awk -F= '{print $1}' .env"),
        Example::bash("grep '^PORT=' .env"),
        Example::bash("export $(grep -v '^#' .env | xargs) && npm start"),
        Example::bash("set -a; source .env; set +a; npm test"),
        Example::bash("env FOO=1 make test"),
        Example::bash("env | grep -i entire"),
        Example::bash("env | cut -d= -f1 | sort"),
        Example::bash("env > /tmp/env.txt"),
        Example::bash("printenv PATH HOME"),
        Example::bash("echo \"$TOKENIZERS_PARALLELISM $KEYBOARD_LAYOUT $MONKEY $MAX_TOKENS\""),
        Example::bash("for KEY in a b c; do echo \"$KEY\"; done"),
        Example::bash("echo '$API_KEY must be set'"),
        Example::bash("echo \"token=$API_TOKEN\"").given(&[Given::Output("token=\n")]),
        Example::bash("echo \"${API_KEY:0:4}\""),
        Example::bash("cat > .env <<'EOF'\nAPI_KEY=abc\nEOF"),
        Example::bash("cat certs/fullchain.pem"),
        Example::bash("cat tests/fixtures/server.pem"),
        Example::bash("cat ~/.ssh/id_ed25519.pub"),
        Example::bash("cat internal/auth/credentials.go src/id_rsa.go"),
        Example::read("/repo/src/id_ed25519_test.go"),
        Example::bash("grep -rn 'process.env' src | head")
            .given(&[Given::Output("src/a.ts:1: process.env.API_KEY")]),
        Example::bash("echo \"$GITHUB_TOKEN\" | docker login ghcr.io -u me --password-stdin"),
        Example::bash("git log --oneline -- .env credentials"),
        Example::bash("printf '%s' \"${DEPLOY_KEY}\" > ~/.ssh/deploy && chmod 600 ~/.ssh/deploy"),
        Example::bash("git commit -m 'Do not cat .env'"),
        Example::bash("TOKEN=$(gh auth token) && curl -H \"Authorization: Bearer $TOKEN\" u"),
        Example::bash("aws configure get region"),
        Example::bash("cat .env").given(&[Given::Background]),
        Example::bash("ssh web cat /srv/.env"),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advice;
const KEY: Key = Key::Of(subject);

/// What is printed.
enum Printed<'c> {
    /// A file, with its path.
    File { holds: Holds, word: &'c Word },
    /// The environment.
    Environment,
    /// A variable.
    Variable(String),
    /// What `gh` or `aws` keep.
    Kept,
}

/// What `command` prints, if anything; an error if it only looks like it.
fn printed<'c>(case: &'c Case, command: &'c Command) -> Option<Result<Printed<'c>, &'static str>> {
    let found = source(case, command)?;
    let found = match found {
        Err(because) => return Some(Err(because)),
        Ok(found) => found,
    };
    if command.in_function || command.background || case.in_background() {
        return Some(Err("it is not known to have run to the transcript"));
    }
    let Some(way) = way_out(case, command) else { return Some(Err("its output goes elsewhere")) };
    let own = usize::from(!matches!(found, Printed::File { .. }));
    let filters = way.get(own..).unwrap_or_default();
    let searching =
        |filter: &Command| matches!(filter.program.as_str(), "grep" | "egrep" | "fgrep" | "rg");
    if filters.iter().any(|filter| !passes_values(filter)) {
        return Some(Err("the values are taken out"));
    }
    let every_name = matches!(found, Printed::File { .. });
    if filters
        .iter()
        .any(|filter| searching(filter) && !sources::may_match_secret(filter, every_name))
    {
        return Some(Err("it looks for something that is no secret"));
    }
    let kept = match found {
        Printed::Variable(_) | Printed::Kept => shows_new_word(case),
        _ => seen(case),
    };
    match kept {
        Seen::Harmless => Some(Err("no secret is in the output")),
        Seen::Nothing | Seen::Secrets => Some(Ok(found)),
    }
}

fn source<'c>(case: &'c Case, command: &'c Command) -> Option<Result<Printed<'c>, &'static str>> {
    if prints_environment(command) {
        return Some(Ok(Printed::Environment));
    }
    if READERS.contains(&command.program.as_str()) {
        let mut near = None;
        for word in sources::files(command) {
            match held_by(&word.text) {
                Some(Ok(holds)) => return Some(Ok(Printed::File { holds, word })),
                Some(Err(because)) => near = Some(Err(because)),
                None => {}
            }
        }
        return near;
    }
    if keeps(command) {
        return Some(Ok(Printed::Kept));
    }
    printed_variable(case.script()?, command).map(|name| Ok(Printed::Variable(name)))
}

/// Whether it asks gh or aws for a secret that they keep.
fn keeps(command: &Command) -> bool {
    let words: Vec<&str> = command.args.iter().map(|word| word.text.as_str()).collect();
    match (command.program.as_str(), words.as_slice()) {
        ("gh", ["auth", "token", ..]) => true,
        ("gh", ["auth", "status", rest @ ..]) => {
            rest.iter().any(|word| matches!(*word, "-t" | "--show-token"))
        }
        ("aws", ["configure", "get", rest @ ..]) => {
            rest.iter().any(|word| word.contains("secret") || word.contains("session_token"))
        }
        _ => false,
    }
}

/// Whether the output of a call that prints one value has a word in it that is not of the command:
/// an unset variable prints nothing.
fn shows_new_word(case: &Case) -> Seen {
    let text = output(case);
    let command = case.event.command().unwrap_or_default();
    if text.trim().is_empty() && case.event.succeeded() {
        return Seen::Nothing;
    }
    if !case.event.succeeded() {
        return Seen::Harmless;
    }
    let new = text
        .split(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | '"' | '\'' | ','))
        .any(|word| {
            word.len() >= 8
                && word.chars().any(|c| c.is_ascii_alphanumeric())
                && !command.contains(word)
        });
    if new { Seen::Secrets } else { Seen::Harmless }
}

fn prints(case: &Case, command: &Command) -> Verdict {
    match printed(case, command) {
        None => Verdict::No,
        Some(Err(because)) => Verdict::Near(because),
        Some(Ok(_)) => Verdict::Fires,
    }
}

fn reads_file(case: &Case) -> Verdict {
    let Some(found) = case.event.input().file_path.as_deref().and_then(held_by) else {
        return Verdict::No;
    };
    match found {
        Err(because) => Verdict::Near(because),
        Ok(_) if seen(case) == Seen::Harmless => Verdict::Near("no secret is in the file"),
        Ok(_) => Verdict::Fires,
    }
}

fn advice(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let Some(command) = occasion.command else {
        let path = case.event.input().file_path.as_deref()?;
        let lead = format!("reading {}", text::file_name(path));
        return about_file(
            &lead,
            held_by(path)?.ok()?,
            Some(format!("cut -d= -f1 {}", quote(path))),
        );
    };
    let program = &command.program;
    match printed(case, command)?.ok()? {
        Printed::File { holds, word } => {
            let lead = format!("{program} {}", text::file_name(&word.text));
            about_file(&lead, holds, names_of_file(case, command, word))
        }
        Printed::Environment => {
            let lead = format!(
                "{program} puts the values of the environment into the transcript; the names alone"
            );
            let plain = format!("{lead} come from env piped into cut -d= -f1");
            let piped = names_of_pipeline(case, command)
                .filter(|text| text.starts_with("env") || text.contains("grep"));
            match piped {
                Some(piped) => legacy::better(lead, piped, plain),
                None if command.wrappers.is_empty() => {
                    legacy::better(lead, "env | cut -d= -f1", plain)
                }
                None => legacy::plain(plain),
            }
        }
        Printed::Variable(name) => {
            let shown = text::excerpt(&name);
            let lead = format!("{program} of ${shown} puts its value into the transcript");
            let plain = format!("{lead}; ${{#{shown}}} shows its length only");
            // What this call itself assigns is gone in the next.
            if case.commands().any(|other| other.assigned(&name).is_some()) {
                return legacy::plain(plain);
            }
            let lead = format!("{lead}; whether it is set");
            legacy::better(lead, format!("[ -n \"${{{name}:+x}}\" ] && echo set"), plain)
        }
        Printed::Kept if command.is("gh") => legacy::plain(
            "gh prints its token into the transcript; gh auth status tells whether it works, and $(gh auth token) \
             passes it on unseen",
        ),
        Printed::Kept => legacy::plain(
            "aws configure get prints a secret into the transcript; aws sts get-caller-identity tells whether the \
             credentials work",
        ),
    }
}

fn about_file(lead: &str, holds: Holds, names: Option<String>) -> Option<Advice> {
    match holds {
        Holds::Pairs => {
            let lead = format!("{lead} puts its values into the transcript; the names alone");
            let plain = format!("{lead} are shown by cut -d= -f1");
            match names {
                Some(names) => legacy::better(lead, names, plain),
                None => legacy::plain(plain),
            }
        }
        Holds::PrivateKey => legacy::plain(format!(
            "{lead} puts a private key into the transcript, so it counts as leaked; ssh-keygen -y or openssl pkey \
             -pubout shows the public half"
        )),
        Holds::Credentials => legacy::plain(format!(
            "{lead} puts its passwords into the transcript, so they count as leaked; ls or wc -l shows that the file \
             is there"
        )),
    }
}

/// A command for the names in a file; none where its path is not the same for the next command.
fn names_of_file(case: &Case, command: &Command, word: &Word) -> Option<String> {
    let home = word.leading_variable.as_ref().is_some_and(|variable| variable.name == "HOME");
    let moved = case.commands().any(|other| matches!(other.program.as_str(), "cd" | "pushd"));
    let fixed = word.text.starts_with(['/', '~']) || home;
    if word.expands && !home || moved && !fixed {
        return None;
    }
    let search = matches!(command.program.as_str(), "grep" | "egrep" | "fgrep" | "rg");
    let piped = if search { names_of_pipeline(case, command) } else { None };
    Some(piped.unwrap_or_else(|| format!("cut -d= -f1 {}", word.raw)))
}

/// The whole script with its values cut off, if it is one command or one pipeline.
fn names_of_pipeline(case: &Case, command: &Command) -> Option<String> {
    let script = case.script()?;
    let stages = match command.stage {
        Some(stage) => script.stages(stage.pipeline)?.len(),
        None => 1,
    };
    let alone =
        script.commands.len() == stages && command.depth == 0 && command.wrappers.is_empty();
    // A here-document or a comment at its end would swallow what is appended.
    let open = script.text.contains(['\n', ';', '&'])
        || ["<<", " #"].iter().any(|sign| script.text.contains(sign));
    (alone && !open).then(|| format!("{} | cut -d= -f1", script.text.trim()))
}

/// What was printed, so that it is named once.
fn subject(case: &Case, occasion: &Occasion) -> String {
    let absolute = |path: &str| {
        case.environment
            .absolute(path)
            .map_or_else(|| path.to_owned(), |path| path.to_string_lossy().into_owned())
    };
    let Some(command) = occasion.command else {
        return absolute(case.event.input().file_path.as_deref().unwrap_or_default());
    };
    match printed(case, command) {
        Some(Ok(Printed::File { word, .. })) => absolute(&word.text),
        Some(Ok(Printed::Variable(name))) => format!("${name}"),
        Some(Ok(Printed::Kept)) => command.program.clone(),
        _ => "env".to_owned(),
    }
}
