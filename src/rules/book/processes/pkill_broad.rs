//! Killing by name, which hits more than was meant.

mod aim;
mod containers;

use self::aim::Aim;
use crate::rules::advice::{Advice, Finding, MAX_BODY_CHARS};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::{Command, Script, Word};

pub(crate) const RULE: Rule = Rule {
    id: "pkill-broad",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "pkill, killall or kill by a common name",
    why: "pkill node has ended Claude Code itself, editors and servers of other projects (anthropics/claude-code#3068, \
          #13941, #90070), and pkill -f matches the shell that runs it.",
    lesson: Some(
        "End a process by the id of its start: `pkill` by a common name also ends those of others.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &["pkill", "killall", "kill", "taskkill", "taskkill.exe"],
            subcommands: &[],
            signs: &[],
            check,
        },
        Trigger::Command {
            programs: &["docker", "podman"],
            subcommands: &["stop", "kill", "rm", "container"],
            signs: &["docker ps", "podman ps", "container ls", "container ps"],
            check: containers::check,
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["kill", "fuser"],
        subcommands: &[],
        signs: &[],
        check: |case, command| {
            let script = case.script().ok_or(Miss::No)?;
            let may_hit_others = Aim::of(case, script, command) != Err(Miss::No);
            trigger::check(!command.args.is_empty() && !may_hit_others)
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 2, 3),
    hits: &[
        Example::bash("pkill -f next-server")
            .given(&[Given::Programs(&["lsof"])])
            .says("pkill -f next-server ends every process whose command line matches"),
        Example::bash("pkill node && npm run dev").says("pkill node ends every node process"),
        Example::bash("pkill -9 python")
            .given(&[Given::Programs(&["lsof"])])
            .says("lsof -ti tcp:PORT"),
        Example::bash("pkill -f 'next dev'; PORT=4000 npm run dev")
            .given(&[Given::Programs(&["lsof"]), Given::Background])
            .says("`lsof -ti tcp:4000 -sTCP:LISTEN | xargs"),
        Example::bash("killall -9 python3 2>/dev/null; sleep 1").says("killall python3"),
        Example::bash("sudo pkill java"),
        Example::bash("kill -9 $(pgrep -f vite)").says("kill of all matches of vite"),
        Example::bash("pgrep -f webpack | xargs kill -9").says("webpack"),
        Example::bash("kill -9 -1").says("the agent included: next time name a PID"),
        Example::bash("kill $(lsof -t -u dev)").says("of that user"),
        Example::bash("taskkill //F //IM node.exe").says("taskkill of node.exe"),
        Example::bash("ps aux | grep node | grep -v grep | awk '{print $2}' | xargs kill -9"),
        Example::bash("pkill -x Electron"),
        Example::bash("kill `pidof python3`"),
        Example::bash("pkill --signal KILL chrome").given(&[Given::Codex]),
        Example::bash("timeout 5 pkill -f pytest"),
        Example::bash("pkill -f 'http.server 8877' && python3 check.py")
            .given(&[Given::Failed("Exit code 144")])
            .says("`pkill -f '[h]ttp.server 8877'`"),
        Example::bash("kill $(ps aux | grep '[n]ode server' | awk '{print $2}')")
            .given(&[Given::Failed("Exit code 143")])
            .says("this kill ends every process whose command line matches"),
        Example::bash("for p in $(pgrep -f vite); do kill -9 $p; done")
            .says("kill of all matches of vite"),
        Example::bash("PID=$(pgrep -f 'next dev'); [ -n \"$PID\" ] && kill $PID")
            .says("kill of all matches of 'next dev'"),
        Example::bash(
            "for pid in $(ps aux | grep node | grep -v grep | awk '{print $2}'); do kill -9 \"$pid\"; done",
        ),
        Example::bash("kill $(lsof -ti:3000)")
            .says("next time: `kill $(lsof -ti tcp:3000 -sTCP:LISTEN)`"),
        Example::bash("lsof -ti :8080 | xargs kill -9").says("clients of port 8080"),
        Example::bash("docker stop $(docker ps -aq)")
            .says("this stops every container of the machine, other projects' too"),
        Example::bash("docker rm -f $(docker ps -a -q) 2>/dev/null; docker compose up -d")
            .says("this removes every container"),
        Example::bash("docker ps -q | xargs -r docker kill"),
        Example::bash("docker rm -v $(docker ps -aq)").says("this removes every stopped container"),
        Example::bash("podman container stop $(podman container ls -q)"),
        Example::bash("pkill -u dev").says("pkill -u ends every process of that user"),
    ],
    misses: &[
        Example::bash("kill 12345"),
        Example::bash("pkill -P $$"),
        Example::bash("echo \"pkill node\""),
        Example::bash("kill %1; kill -9 \"$SERVER_PID\"; kill $!"),
        Example::bash("kill $(cat /tmp/server.pid)"),
        Example::bash("kill $(jobs -p)"),
        Example::bash("kill -1 4711"),
        Example::bash("fuser -k 3000/tcp"),
        Example::bash("docker stop $(docker ps -q --filter name=app)"),
        Example::bash("docker rm -f $(docker ps -aqf ancestor=app)"),
        Example::bash("docker compose ps -q | xargs docker stop"),
        Example::bash("docker ps -aq | head -1 | xargs docker rm; docker stop app"),
        Example::bash("docker rm $(docker ps -aq)")
            .given(&[Given::Failed("Exit code 1\n\"docker rm\" requires at least 1 argument.")]),
        Example::bash("docker ps -a; docker rm old"),
        Example::bash("pkill -x mybin"),
        Example::bash("pkill -0 node && echo running"),
        Example::bash("pkill -USR1 node"),
        Example::bash("pgrep -fl node"),
        Example::bash("docker kill web && docker exec web pkill node"),
        Example::bash("ssh host 'pkill -f node'"),
        Example::bash("git commit -m 'stop using pkill node'"),
        Example::bash("grep -rn 'pkill -f' scripts/"),
        Example::bash("pkill -f '/repo/target/debug/server'"),
        Example::bash("pkill -f 'vite.*--port 5173'"),
        Example::bash("pkill -f realtime_transcriber.py"),
        Example::bash("pkill -f git-sync").given(&[Given::Cwd("/home/dev/git-sync")]),
        Example::bash("pkill -f \"$PATTERN\""),
        Example::bash("killall -l"),
        Example::bash("kill $(lsof -ti tcp:3000 -sTCP:LISTEN)"),
        Example::bash("lsof -i :3000; kill 4711"),
        Example::bash("pkill -f 'gh run watch 29283015560' || true"),
        Example::bash("pkill -f 'rg -n get_env|optional chaining' || true"),
        Example::bash("kubectl exec web -- pkill -f node").given(&[Given::Failed("Exit code 143")]),
        Example::bash("pkill -f 'http.server 8877'; make")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s")]),
        Example::bash("pkill -F server.pid; man pkill | head"),
        Example::bash("cat > stop.sh <<'EOF'\npkill -f node\nEOF"),
        Example::bash("trap 'pkill node' EXIT; npm test"),
        Example::bash("pkill -f next-server").given(&[Given::Failed("Exit code 1")]),
        Example::bash("killall node")
            .given(&[Given::Failed("Exit code 1\nnode: no process found")]),
        Example::bash("kill $(pgrep -f vite | head -1)"),
        Example::bash("PID=$(pgrep -f vite | head -1); kill $PID"),
        Example::bash("PID=$(pgrep -f vite); npm test & PID=$!; kill $PID"),
        Example::bash("for p in 3000 3001; do kill $(lsof -ti:$p); done"),
        Example::bash("ps -o pid= --ppid $PPID | xargs kill"),
    ],
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    if command.in_function {
        return Err(Miss::Near("it is in a function"));
    }
    if let Some(advice) = hit_its_shell(case, command) {
        return Ok(Finding::new(advice));
    }
    let aim = Aim::of(case, script, command)?;
    if hit_nothing(case, script, command) {
        return Err(Miss::Near("no process matched"));
    }
    let finding = Finding::new(advice(case, script, command, &aim));
    Ok(if matches!(aim, Aim::Port(_)) { finding.with_severity(Severity::Hint) } else { finding })
}

/// Whether the call failed because there was nothing to kill: then it did no harm.
fn hit_nothing(case: &Case, script: &Script, command: &Command) -> bool {
    let last = script.commands.last().is_some_and(|last| last.id == command.id);
    !case.event.succeeded()
        && (last && case.event.exit_code() == Some(1)
            || case.event.error_text(400).contains("no process found"))
}

/// The pattern of a `pkill -f` that matches its own command line, and with it the shell that runs
/// it: none of its characters means another text.
fn own_pattern(command: &Command) -> Option<&str> {
    let plain = |word: &Word| {
        !word.text.contains(['\\', '[', ']', '^', '$', '(', ')', '|', '+', '?', '{', '}', '*'])
    };
    if !command.is("pkill") {
        return None;
    }
    let is_full = |word: &&Word| {
        word.is("--full")
            || (word.text.starts_with('-')
                && !word.text.starts_with("--")
                && word.text.ends_with('f'))
    };
    let at = command.args.iter().position(|word| is_full(&word))?;
    let pattern = command.args.get(at + 1..)?.iter().find(|word| !word.text.starts_with('-'))?;
    pattern.literal().filter(|_| plain(pattern))
}

/// What to say where the call's exit code shows that the kill ended its own shell, however exact its
/// pattern.
fn hit_its_shell(case: &Case, command: &Command) -> Option<Advice> {
    let code = case.event.exit_code().filter(|code| matches!(code, 143 | 144))?;
    let pattern = own_pattern(command)?;
    if case.event.error_text(400).contains("timed out") {
        return None;
    }
    let is_plain = pattern.chars().all(|c| c.is_ascii_alphanumeric() || " ._:/=-".contains(c));
    let first = pattern.chars().next().filter(|c| c.is_ascii_alphanumeric() && is_plain);
    let rest = first.and_then(|c| pattern.get(c.len_utf8()..)).unwrap_or_default();
    let fact = format!("this pkill -f matches the shell that runs it too (exit {code})");
    let plain =
        format!("{fact}: next time kill a PID, or put the pattern's first letter in brackets");
    Some(match first {
        Some(first) if pattern.len() <= 40 => Advice::better(
            format!("{fact}; next time bracket the first letter"),
            format!("pkill -f '[{first}]{rest}'"),
            plain,
        ),
        _ => Advice::plain(plain),
    })
}

fn advice(case: &Case, script: &Script, command: &Command, aim: &Aim) -> Advice {
    let call = named(command, aim);
    let lead = match aim {
        Aim::Name(name) => format!("{call} ends every {name} process, other sessions' too"),
        Aim::Line(_) => {
            format!("{call} ends every process whose command line matches, other sessions' too")
        }
        Aim::Port(port) => {
            return Advice::better(
                format!(
                    "lsof -ti lists the clients of port {port} too, a browser for one; next time"
                ),
                format!("kill $(lsof -ti tcp:{port} -sTCP:LISTEN)"),
                format!(
                    "lsof -ti lists the clients of port {port} too: next time add -sTCP:LISTEN"
                ),
            );
        }
        Aim::User => format!("{call} ends every process of that user, the agent perhaps included"),
        Aim::Everything => {
            return Advice::plain(format!(
                "{call} signals every process of this user, the agent included: next time name a PID, or %1 for a job"
            ));
        }
    };
    if command.is("taskkill") || command.is("taskkill.exe") {
        return Advice::plain(format!(
            "{lead}: next time find the PID with netstat -ano, then taskkill //PID"
        ));
    }
    let plain = format!("{lead}: next time kill the PID, or what listens on its port");
    let how = match () {
        () if case.environment.on_path("lsof") => " (lsof -ti tcp:PORT -sTCP:LISTEN)",
        () if case.environment.on_path("fuser") => " (fuser PORT/tcp)",
        () => "",
    };
    let full = format!("{plain}{how}");
    let plain = if full.chars().count() <= MAX_BODY_CHARS { full } else { plain };
    // Under sudo the advised command would need it too.
    let port = port(script).filter(|_| command.wrappers.is_empty());
    match port.and_then(|port| Some((port, listener_killed(case, port)?))) {
        Some((port, better)) => {
            let lead = format!(
                "{call} hits other sessions' processes too; next time end what listens on {port}"
            );
            Advice::better(lead, better, plain)
        }
        None => Advice::plain(plain),
    }
}

/// The command as a sentence names it; with its pattern only if that is plain words.
fn named(command: &Command, aim: &Aim) -> String {
    let what = match aim {
        Aim::Name(text) | Aim::Line(text) => text.as_str(),
        Aim::Port(_) | Aim::User | Aim::Everything => "",
    };
    let plain =
        what.len() <= 24 && what.chars().all(|c| c.is_ascii_alphanumeric() || " ._:+-".contains(c));
    let what = match what {
        _ if !plain => String::new(),
        what if what.contains(' ') => format!("'{what}'"),
        what => what.to_owned(),
    };
    let call = match (command.program.as_str(), aim) {
        ("kill", Aim::Everything) => "kill -1 as a target".to_owned(),
        ("kill", _) if !what.is_empty() => format!("kill of all matches of {what}"),
        ("kill", _) => "this kill".to_owned(),
        ("pkill", Aim::Line(_)) => format!("pkill -f {what}"),
        ("pkill" | "killall", Aim::User) => format!("{} -u", command.program),
        ("taskkill" | "taskkill.exe", _) => format!("taskkill of {what}"),
        (program, _) => format!("{program} {what}"),
    };
    call.trim().to_owned()
}

/// The port that the script names, if it names only one.
fn port(script: &Script) -> Option<u16> {
    let mut ports: Vec<u16> = Vec::new();
    for command in &script.commands {
        let assigned = command.assigned("PORT").and_then(|word| word.literal());
        let mut before = "";
        for word in &command.args {
            let Some(text) = word.literal() else { continue };
            let given = match before {
                "--port" | "-p" => Some(text),
                _ => text.strip_prefix("--port=").or_else(|| {
                    let (_, rest) =
                        text.split_once("localhost:").or_else(|| text.split_once("127.0.0.1:"))?;
                    rest.split(['/', '?']).next()
                }),
            };
            ports.extend(given.and_then(|text| text.parse::<u16>().ok()));
            before = text;
        }
        ports.extend(assigned.and_then(|text| text.parse::<u16>().ok()));
    }
    ports.retain(|port| *port >= 1024);
    ports.sort_unstable();
    ports.dedup();
    if let [port] = ports.as_slice() { Some(*port) } else { None }
}

/// A command that ends the process that listens on a port, with a program of this machine.
fn listener_killed(case: &Case, port: u16) -> Option<String> {
    // BSD's xargs runs nothing without input, and an old one does not know -r.
    let no_empty = if cfg!(target_os = "linux") { " -r" } else { "" };
    if case.environment.on_path("lsof") {
        return Some(format!("lsof -ti tcp:{port} -sTCP:LISTEN | xargs{no_empty} kill"));
    }
    (cfg!(target_os = "linux") && case.environment.on_path("fuser"))
        .then(|| format!("fuser -k -TERM {port}/tcp"))
}
