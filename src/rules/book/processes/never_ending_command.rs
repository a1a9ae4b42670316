//! Follow and watch modes in the foreground.

use super::support::endless;
use super::support::endless::{ENDLESS, Going, Once};
use super::{Ending, ending, waits_for};
use crate::base::text;
use crate::project::runner;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Item;
use crate::shell::{Command, Word, options};

/// Every program of the list, and the launchers that may start one.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const NAMED: usize = {
    let (mut count, mut at) = (0, 0);
    while at < ENDLESS.len() {
        count += ENDLESS[at].programs.len();
        at += 1;
    }
    count
};

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const PROGRAMS: [&str; NAMED + runner::PROGRAMS.len()] = {
    let mut names = [""; NAMED + runner::PROGRAMS.len()];
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

/// Texts of which a follow or watch mode holds one. Clusters in which the letter stands elsewhere
/// (`journalctl -uxf`) pass by.
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
    "ping",
    "top",
    "glances",
    "fswatch",
    "tcpdump",
    "logcat",
    "nodemon",
    "ptw",
    "wrangler",
    "yes",
    "tsnd",
    "ts-node-dev",
    "--continuous",
    "--tail",
];

pub(crate) const RULE: Rule = Rule {
    id: "never-ending-command",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "a follow or watch mode in the foreground",
    why: "It holds the call until its time is over; of ten public rule files for agents that name watch modes, all ten \
          forbid them.",
    trigger: Trigger::Command { programs: &PROGRAMS, subcommands: &[], signs: SIGNS, check: |case, command| legacy::on_command(case, command, when, ADVICE, KEY) },
    better: Some(Trigger::Command {
        programs: &PROGRAMS,
        subcommands: &[],
        signs: SIGNS,
        check: |case, command| legacy::good_command(case, command, |case, command| Verdict::when(found(command).is_some() && waits_for(case, command).is_err())),
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
        Example::bash("yarn watch").says("yarn watch does not end by itself: run it with run_in_background"),
        Example::bash("npm run build -- --watch").says("npm run build --watch does not end"),
        Example::bash("docker compose logs -f | grep err")
            .says("docker compose logs -f does not end by itself: run it with run_in_background, or once without -f"),
        Example::bash("tail -f /dev/null").says("or once without -f"),
        Example::bash("vite build --watch").says("`vite build`"),
        Example::bash("npx tsx watch src/index.ts").says("or under timeout"),
        Example::bash("nodemon server.js"),
        Example::bash("sudo tail -f /var/log/syslog").says("tail -f does not end"),
        Example::bash("npx tsc -p web -w").says("`npx tsc -p web`"),
        Example::bash("tail -f app.log")
            .given(&[Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s"), Given::Took(120_000)]),
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advice;
const KEY: Key = Key::Rule;

/// What of `command` goes on.
fn found(command: &Command) -> Option<Going<'_>> {
    let (name, args) = runner::reached(command, |name, args| endless::going(name, args).is_some())?;
    let found = endless::going(name, args)?;
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
        "ping" | "tcpdump" | "fswatch" => first.is_none(),
        _ => endless::reads_only_a_pipe(command, &found),
    };
    (!ends && !command.in_substitution).then_some(found)
}

/// The script of a package that is called a watch: `npm run test:watch`.
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

fn when(case: &Case, command: &Command) -> Verdict {
    let going = found(command);
    if going.is_none() && watch_script(command).is_none() {
        return Verdict::No;
    }
    if let Err(because) = waits_for(case, command) {
        return Verdict::Near(because);
    }
    if command.assigned("CI").is_some() {
        return Verdict::Near("CI is set, which ends watch modes");
    }
    // Without a terminal vitest runs once, so only a call that shows no end is one that watches.
    let plain =
        going.as_ref().is_some_and(|going| going.name == "vitest" && going.option.is_none());
    match ending(case) {
        Ending::Soon => Verdict::Near("it ended by itself"),
        Ending::Late if plain && case.event.succeeded() => Verdict::Near("it ended by itself"),
        _ => Verdict::Fires,
    }
}

fn advice(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let Some(going) = found(command) else {
        let name = text::excerpt(&watch_script(command)?);
        return legacy::plain(format!("{name} does not end by itself: {}", beside(case, None)));
    };
    let name = match (&going.subcommand, &going.option) {
        (Some(sub), Some(option)) => format!("{} {sub} {option}", going.name),
        (Some(sub), None) => format!("{} {sub}", going.name),
        (None, Some(option)) => format!("{} {option}", going.name),
        (None, None) => going.name.to_owned(),
    };
    let lead = format!("{name} does not end by itself");
    let plain = format!(
        "{lead}: {}",
        beside(case, going.option.as_deref().filter(|_| going.entry.once != Once::No))
    );
    match once(case, command, &going) {
        Some(better) => legacy::better(format!("{lead}; once"), better, plain),
        None => legacy::plain(plain),
    }
}

/// How else it is run; without the option where the program then does the same once.
fn beside(case: &Case, option: Option<&str>) -> String {
    match (case.environment.client.runs_in_background(), option) {
        (true, Some(option)) => format!("run it with run_in_background, or once without {option}"),
        (true, None) => "run it with run_in_background, or under timeout".to_owned(),
        (false, Some(option)) => format!("run it under timeout, or once without {option}"),
        (false, None) => "run it under timeout".to_owned(),
    }
}

/// The command in the form that ends. Only of a command that stands for itself, and is known to the
/// last word.
fn once(case: &Case, command: &Command, going: &Going) -> Option<String> {
    // Of /dev/null there is nothing to see: it is there to go on.
    if going.args.iter().any(|word| word.is("/dev/null")) {
        return None;
    }
    let alone = command.wrappers.is_empty()
        && command.assignments.is_empty()
        && command.redirections.is_empty()
        && !command.writes_pipe
        && !command.reads_pipe
        && !command.in_subshell
        && command.args.iter().all(|word| !word.expands);
    if !alone {
        return None;
    }
    let (front, _) = command.args.split_at_checked(command.args.len() - going.args.len())?;
    let mut words = vec![command.spelled.clone()];
    words.extend(front.iter().map(|word| word.raw.clone()));
    let items = options::read(going.args, going.entry.spec);
    match going.entry.once {
        Once::No => return None,
        Once::Operands => return repeated(going.args),
        // What its options asked for has no equal there.
        Once::Instead(other) => {
            let is_there = command.is("top") || case.environment.on_path("top");
            return (is_there && going.args.is_empty()).then(|| other.to_owned());
        }
        Once::Leave => words.extend(going.entry.left(going.args)?),
        Once::Add(added) => {
            words.push(added.to_owned());
            // `vitest watch src`
            let rest = going.args.iter().position(|word| word.is("watch") || word.is("dev"));
            let own: Vec<Word> = going
                .args
                .iter()
                .enumerate()
                .filter(|(at, _)| Some(*at) != rest)
                .map(|(_, w)| w.clone())
                .collect();
            words.extend(going.entry.left(&own)?);
        }
        Once::Limit(limit, unless) => {
            let limited = items.iter().any(|item| match item {
                Item::Short(flag, _) => unless.contains(&flag.to_string().as_str()),
                Item::Long(name, _) => unless.contains(name),
                Item::Operand(_) => false,
            });
            if !limited {
                words.push(limit.to_owned());
            }
            words.extend(going.entry.left(going.args)?);
        }
    }
    Some(words.join(" "))
}

/// What `watch` repeats: its words joined, as it joins them for the shell.
fn repeated(args: &[Word]) -> Option<String> {
    let at = endless::command_at(args);
    let words = args.get(at..)?;
    let runs_words = |word: &Word| word.is("-x") || word.is("--exec");
    if args.get(..at)?.iter().any(runs_words) {
        return (!words.is_empty())
            .then(|| words.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" "));
    }
    let texts: Vec<&str> = words.iter().filter_map(Word::literal).collect();
    (texts.len() == words.len() && !texts.is_empty()).then(|| texts.join(" "))
}
