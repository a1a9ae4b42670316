//! Follow and watch modes in the foreground.

mod endless;
mod once;

use self::endless::{ENDLESS, Endless, Going, Once};
use super::support::ending::Ending;
use super::support::foreground::{goes_on, is_cut, waits_for};
use crate::base::text;
use crate::project::runner;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::{Command, Word, options};

/// How many names the programs of the list have.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const NAMED: usize = {
    let (mut count, mut at) = (0, 0);
    while at < ENDLESS.len() {
        count += ENDLESS[at].programs.len();
        at += 1;
    }
    count
};

/// Every program of the list, the launchers that may start one, and the pager that follows.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const PROGRAMS: [&str; NAMED + runner::PROGRAMS.len() + 1] = {
    let mut names = ["less"; NAMED + runner::PROGRAMS.len() + 1];
    let (mut count, mut at) = (0, 0);
    while at < ENDLESS.len() {
        let mut inner = 0;
        while inner < ENDLESS[at].programs.len() {
            names[count] = ENDLESS[at].programs[inner];
            count += 1;
            inner += 1;
        }
        at += 1;
    }
    let mut at = 0;
    while at < runner::PROGRAMS.len() {
        names[count] = runner::PROGRAMS[at];
        count += 1;
        at += 1;
    }
    names
};

/// Whether an entry's programs go on whatever their words are.
const fn always(entry: &Endless) -> bool {
    entry.subcommands.is_empty() && entry.follows.0.is_empty() && entry.follows.1.is_empty()
}

/// How many names those programs have.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const ALWAYS_NAMED: usize = {
    let (mut count, mut at) = (0, 0);
    while at < ENDLESS.len() {
        count += if always(&ENDLESS[at]) { ENDLESS[at].programs.len() } else { 0 };
        at += 1;
    }
    count
};

/// The programs that go on whatever their words are.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const ALWAYS: [&str; ALWAYS_NAMED] = {
    let mut names = [""; ALWAYS_NAMED];
    let (mut count, mut at) = (0, 0);
    while at < ENDLESS.len() {
        let mut inner = 0;
        while always(&ENDLESS[at]) && inner < ENDLESS[at].programs.len() {
            names[count] = ENDLESS[at].programs[inner];
            count += 1;
            inner += 1;
        }
        at += 1;
    }
    names
};

/// A follow or watch mode contains one of these texts. Clusters with the letter at another place
/// (`journalctl -uxf`) are missed.
const SIGNS: &[&str] = &[
    "-f",
    "-F",
    "-tf",
    "-xef",
    "-xf",
    "-ef",
    "-nf",
    "0f",
    "5f",
    "--follow",
    "watch",
    "-w",
    "stats",
    "vitest",
    "-t",
    "-m",
    "logcat",
    "nodemon",
    "ptw",
    "wrangler",
    "tsnd",
    "ts-node-dev",
    "--continuous",
    "--tail",
    "events",
    "attach",
    "-l",
    "listen",
    " logs",
    "onitor",
    "ubscribe",
    "MONITOR",
    "SUBSCRIBE",
    "tilt",
    "skaffold",
    "+F",
];

const HUNG: Given = Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s");

pub(crate) const RULE: Rule = Rule {
    id: "never-ending-command",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "a follow or watch mode in the foreground",
    why: "It holds the call until the time limit; of ten public rule files for agents that name watch modes, all ten \
          forbid them.",
    lesson: Some("Leave out watch and follow modes: in the foreground they hold the call until its time is over."),
    trigger: Trigger::Any(&[
        Trigger::Command { programs: &ALWAYS, subcommands: &[], signs: &[], check },
        Trigger::Command { programs: &PROGRAMS, subcommands: &[], signs: SIGNS, check },
    ]),
    better: Some(Trigger::Command {
        programs: &PROGRAMS,
        subcommands: &[],
        signs: SIGNS,
        check: |case, command| {
            trigger::check(follow_mode(command).is_some() && waits_for(case, command).is_err())
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("tail -f app.log").says("`tail -n 50 app.log`"),
        Example::bash("npm test -- --watch").says("`npm test`"),
        Example::bash("kubectl logs -f pod/x").says("`kubectl logs --tail=50 pod/x`"),
        Example::bash("tsc --watch").says("`tsc`"),
        Example::bash("npx vitest").says("`npx vitest run`"),
        Example::bash("npx vitest --watch src").says("`npx vitest run src`"),
        Example::bash("tail -n 100 -F a.log b.log").says("`tail -n 100 a.log b.log`"),
        Example::bash("tail -100f a.log").says("tail -f does not end"),
        Example::bash("tail -f a.log | grep ERROR"),
        Example::bash("journalctl -u nginx -f").says("`journalctl -n 50 --no-pager -u nginx`"),
        Example::bash("docker compose -f dev.yml logs -f web")
            .says("`docker compose -f dev.yml logs --tail=50 web`"),
        Example::bash("docker logs --tail 20 -f web").says("`docker logs --tail 20 web`"),
        Example::bash("watch -n 2 kubectl get pods").says("`kubectl get pods`"),
        Example::bash("watch 'ls -l | wc -l'").says("`ls -l | wc -l`"),
        Example::bash("watch -n 1 -x bash -c 'ls | wc -l'").says("`bash -c 'ls | wc -l'`"),
        Example::bash("htop").given(&[Given::Programs(&["top"])]).says("`top -"),
        Example::bash("top -c").says("run_in_background"),
        Example::bash("kubectl -n prod get pods -w").says("`kubectl -n prod get pods`"),
        Example::bash("jest --watchAll").says("`jest`"),
        Example::bash("yarn jest --watch src/a.test.ts").says("`yarn jest src/a.test.ts`"),
        Example::bash("ping example.org").says("`ping -c 3 example.org`"),
        Example::bash("top").says("`top -"),
        Example::bash("docker stats").says("`docker stats --no-stream`"),
        Example::bash("npm run test:watch").says("npm run test:watch does not end"),
        Example::bash("yarn watch").says("yarn watch does not end by itself: next time run it with run_in_background"),
        Example::bash("npm run build -- --watch").says("npm run build --watch does not end"),
        Example::bash("docker compose logs -f | grep err")
            .says("docker compose logs -f does not end by itself: next time run it with run_in_background, or without -f"),
        Example::bash("tail -f /dev/null").says("or without -f"),
        Example::bash("vite build --watch").says("`vite build`"),
        Example::bash("npx tsx watch src/index.ts").says("or under timeout"),
        Example::bash("nodemon server.js"),
        Example::bash("sudo tail -f /var/log/syslog").says("tail -f does not end"),
        Example::bash("npx tsc -p web -w").says("`npx tsc -p web`"),
        Example::bash("tail -f app.log")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s"), Given::Took(120_000)]),
        Example::bash("docker events").given(&[HUNG]).says("docker events does not end by itself"),
        Example::bash("less +F x").given(&[HUNG]).says("less +F does not end by itself"),
        Example::bash("nc -l 8080").given(&[HUNG]),
        Example::bash("stern x").given(&[HUNG]),
        Example::bash("stripe listen").given(&[HUNG]),
        Example::bash("air").given(&[HUNG]),
        Example::bash("redis-cli monitor").given(&[HUNG]),
        Example::bash("tail -f app.log").given(&[Given::Codex]).says("`tail -n 50 app.log`"),
    ],
    misses: &[
        Example::bash("timeout 20 tail -f app.log"),
        Example::bash("CI=true npm test"),
        Example::bash("CI=true npx vitest"),
        Example::bash("tail -n 50 app.log"),
        Example::bash("tail -50 app.log"),
        Example::bash("top -b -n 1"),
        Example::bash("top -bn1 | head"),
        Example::bash("tail -f app.log").given(&[Given::Background]),
        Example::bash("tail -f app.log &"),
        Example::bash("tail --pid=123 -f app.log"),
        Example::bash("make | tail -f"),
        Example::bash("npx vitest run"),
        Example::bash("npx vitest").given(&[Given::Output("Tests 3 passed")]),
        Example::bash("vitest --watch=false"),
        Example::bash("tsc --noEmit --watch false"),
        Example::bash("vitest list"),
        Example::bash("npm test -- --watchAll=false"),
        Example::bash("jest -w 4"),
        Example::bash("rg --follow foo"),
        Example::bash("rg -f patterns.txt"),
        Example::bash("grep -f words a.txt | tail -n 5"),
        Example::bash("docker compose -f dev.yml up -d"),
        Example::bash("docker build -f Dockerfile ."),
        Example::bash("docker rm -f web && docker logs web"),
        Example::bash("kubectl apply -f x.yml"),
        Example::bash("kubectl logs pod/x --tail=20"),
        Example::bash("gh run watch 1"),
        Example::bash("git commit -m 'use tail -f'"),
        Example::bash("echo tail -f app.log"),
        Example::bash("rg 'tail -f' docs"),
        Example::bash("cat > run.sh <<'EOF'\ntail -f app.log\nEOF"),
        Example::bash("ssh web 'tail -f /var/log/syslog'"),
        Example::bash("docker exec web tail -f /var/log/x"),
        Example::bash("ping -c 3 example.org"),
        Example::bash("ping -w 5 example.org"),
        Example::bash("watch --help"),
        Example::bash("nc -z localhost 80; docker ps -l; ls -l; less a; kubectl get events; stern --no-follow x"),
        Example::bash("npm run watch -- --help"),
        Example::bash("tail -f app.log").given(&[Given::Timeout(15_000)]),
        Example::bash("tail -f app.log | head -3"),
        Example::bash("kubectl logs -f pod/x --request-timeout=10s"),
        Example::bash("ping6"),
        Example::bash("which watch"),
        Example::bash("yes | rm -r x"),
        Example::bash("cat watch.txt"),
        Example::bash("npm run watchdog"),
        Example::bash("tail -f app.log").given(&[Given::Took(800), Given::Output("x")]),
        Example::bash("tail -f gone.log")
            .given(&[Given::Failed("Exit code 1\ntail: cannot open 'gone.log'")]),
        Example::bash("follow() { tail -f app.log; }; ls"),
        Example::bash("python3 -m pytest -p no:watch"),
        Example::bash("docker stats --no-stream"),
        Example::bash("tsc -p web"),
        Example::bash("npm run build -w web"),
    ],
    since: "0.1.0",
};

/// What of a command does not end.
enum Unending<'c> {
    /// A program in a mode that goes on.
    Program(Going<'c>),
    /// A package's script, as it is called: `npm run test:watch`.
    Script(String),
    /// A pager that follows its file.
    Pager,
}

impl<'c> Unending<'c> {
    fn of(command: &'c Command) -> Option<Self> {
        let follows = |word: &Word| word.is("+F");
        if command.is("less") && command.args.iter().any(follows) {
            return Some(Self::Pager);
        }
        follow_mode(command).map(Self::Program).or_else(|| watch_script(command).map(Self::Script))
    }

    /// Whether it may run once all the same: without a terminal plain `vitest` does, so that only a
    /// call that shows no end is one that watches.
    fn may_run_once(&self) -> bool {
        matches!(self, Self::Program(going) if going.name == "vitest" && going.option.is_none())
    }
}

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let unending = Unending::of(command).ok_or(Miss::No)?;
    waits_for(case, command)?;
    goes_on(case, command)?;
    if case.script().is_some_and(|script| is_cut(script, command)) {
        return Err(Miss::Near("the next stage of the pipe ends it"));
    }
    if command.assigned("CI").is_some() {
        return Err(Miss::Near("CI is set, which ends watch modes"));
    }
    let has_ended = match Ending::of(case) {
        Ending::Soon => true,
        Ending::Late => unending.may_run_once() && case.event.succeeded(),
        Ending::Unknown => false,
    };
    if has_ended {
        return Err(Miss::Near("it ended by itself"));
    }
    Ok(Finding::new(match unending {
        Unending::Program(going) => advice(case, command, &going),
        Unending::Pager => Advice::plain(format!(
            "less +F does not end by itself: {}",
            other_ways(case, Some("+F"))
        )),
        Unending::Script(name) => Advice::plain(format!(
            "{} does not end by itself: {}",
            text::excerpt(&name),
            other_ways(case, None)
        )),
    }))
}

fn advice(case: &Case, command: &Command, going: &Going) -> Advice {
    let lead = format!("{} does not end by itself", going.called());
    let option = going.option.as_deref().filter(|_| going.entry.once != Once::No);
    let plain = format!("{lead}: {}", other_ways(case, option));
    match once::command(case, command, going) {
        Some(better) => Advice::better(format!("{lead}; next time"), better, plain),
        None => Advice::plain(plain),
    }
}

/// The other ways to run it; without the option if the program then does the same once.
fn other_ways(case: &Case, option: Option<&str>) -> String {
    match (case.environment.client.runs_in_background(), option) {
        (true, Some(option)) => {
            format!("next time run it with run_in_background, or without {option}")
        }
        (true, None) => "next time run it with run_in_background, or under timeout".to_owned(),
        (false, Some(option)) => format!("next time run it under timeout, or without {option}"),
        (false, None) => "next time run it under timeout".to_owned(),
    }
}

/// The program in a follow or watch mode that `command` runs, itself or through a launcher.
fn follow_mode(command: &Command) -> Option<Going<'_>> {
    let (name, args) = runner::reached(command, |name, args| endless::going(name, args).is_some())?;
    let going = endless::going(name, args)?;
    let first = args.iter().find(|word| !word.text.starts_with('-'));
    let ends = match name {
        "vitest" => {
            let subs = ["run", "list", "init", "bench", "related"];
            let once = ["--run", "--watch=false", "--no-watch"];
            first.is_some_and(|word| subs.iter().any(|sub| word.is(sub)))
                || args.iter().any(|word| once.iter().any(|option| word.is(option)))
        }
        "yes" => command.writes_pipe,
        // Behind a launcher it is a script of that name, or another program.
        "watch" => !command.is("watch"),
        // Only what it printed shows that it waited: `entr` and others end with their input.
        "entr" => command.reads_pipe && args.is_empty(),
        "ping" | "ping6" | "tcpdump" | "fswatch" => first.is_none(),
        _ => going.reads_only_a_pipe(command),
    };
    (!ends && !command.in_substitution).then_some(going)
}

/// A package's script with `watch` in its name: `npm run test:watch`.
fn watch_script(command: &Command) -> Option<String> {
    let program = command.program.as_str();
    if !matches!(program, "npm" | "pnpm" | "yarn" | "bun") {
        return None;
    }
    let (at, first) = options::subcommand(program, &command.args)?;
    let name = match first {
        "run" | "run-script" => command.args.get(at + 1)?.literal()?,
        other if program != "npm" => other,
        _ => return None,
    };
    let run = if first == name { "" } else { "run " };
    name.split(':').any(|part| part == "watch").then(|| format!("{program} {run}{name}"))
}
