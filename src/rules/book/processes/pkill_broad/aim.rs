//! Which processes a command kills.

use crate::project::programs::{self, Trait};
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, LoopKind, Script, Word, options};

/// What a broad kill hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aim {
    /// Processes of a name under which many programs run.
    Name(String),
    /// Processes whose command line matches a pattern.
    Line(String),
    /// Processes with a connection to a port, the clients included.
    Port(u16),
    /// Every process of a user.
    User,
    /// Every process.
    Everything,
}

/// Names under which the user's and the agent's own processes run: runtimes, browsers, editors,
/// shells.
const SHARED_NAMES: [&str; 30] = [
    "node",
    "nodejs",
    "npm",
    "npx",
    "python",
    "python2",
    "python3",
    "ruby",
    "java",
    "deno",
    "bun",
    "php",
    "perl",
    "dotnet",
    "chrome",
    "chromium",
    "google chrome",
    "firefox",
    "safari",
    "code",
    "cursor",
    "electron",
    "claude",
    "codex",
    "bash",
    "sh",
    "zsh",
    "tmux",
    "ssh",
    "docker",
];

/// Stems of file names that many projects have.
const COMMON_FILES: [&str; 12] = [
    "main", "app", "server", "index", "manage", "run", "test", "worker", "start", "cli", "serve",
    "dev",
];

impl Aim {
    /// What `command` aims at, if it may hit processes that it did not mean.
    ///
    /// # Errors
    /// [`Miss::No`] if it kills chosen processes or none, [`Miss::Near`] if it aims by a pattern
    /// with care.
    pub(super) fn of(case: &Case, script: &Script, command: &Command) -> Check<Self> {
        match command.program.as_str() {
            "pkill" => matched(case, &without_signal(&command.args).ok_or(Miss::No)?),
            "killall" => all_of_name(&command.args),
            "taskkill" | "taskkill.exe" => image(&command.args),
            "kill" => kill(case, script, command),
            _ => Err(Miss::No),
        }
    }
}

/// Options of pgrep and pkill that take a value.
const MATCHING: Spec = Spec::new(
    "dFgGPOqrstuU",
    &[
        "signal",
        "pidfile",
        "pgroup",
        "group",
        "parent",
        "older",
        "queue",
        "runstates",
        "session",
        "terminal",
        "euid",
        "uid",
        "ns",
        "nslist",
        "cgroup",
        "env",
        "delimiter",
    ],
);

/// What pkill kills, or pgrep finds for a kill.
fn matched(case: &Case, args: &[Word]) -> Check<Aim> {
    let items = options::read(args, MATCHING);
    let has = |short, long| options::has(&items, short, long);
    if has(Some('V'), "version") || has(None, "help") || !ends(long_signal(&items)) {
        return Err(Miss::No);
    }
    let narrowing = [
        ('P', "parent"),
        ('g', "pgroup"),
        ('s', "session"),
        ('t', "terminal"),
        ('F', "pidfile"),
        ('n', "newest"),
        ('o', "oldest"),
    ];
    if narrowing.iter().any(|(short, long)| has(Some(*short), long))
        || has(None, "cgroup")
        || has(None, "ns")
    {
        return Err(Miss::Near("it picks its processes by more than a name"));
    }
    let Some(pattern) = options::operands(&items).first().copied() else {
        let by_user = has(Some('u'), "euid") || has(Some('U'), "uid");
        return if by_user { Ok(Aim::User) } else { Err(Miss::No) };
    };
    let text = pattern.literal().ok_or(Miss::Near("its pattern is not literal"))?;
    if has(Some('f'), "full") {
        return line(case, text);
    }
    let mut names = text.trim_matches(['^', '$', '(', ')']).split('|');
    let shared = names.find(|name| is_shared(name)).ok_or(Miss::No)?;
    Ok(Aim::Name(shared.trim_matches(['^', '$']).to_owned()))
}

/// A pattern on whole command lines. One that contains a path, a port, the project's name or the
/// name of a file of its own is as exact as such a pattern can be.
fn line(case: &Case, pattern: &str) -> Check<Aim> {
    let words = || pattern.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
    // A port, a process id, the number of a run.
    let number = words().any(|word| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_digit()));
    // `rg -n foo`: only a search that reads has such a command line.
    let mut first = pattern.split_whitespace();
    let reads = first.next().is_some_and(|name| programs::is(name, Trait::ReadsOnly))
        && first.next().is_some();
    let folder = case
        .environment
        .work_tree()
        .or_else(|| case.environment.cwd())
        .and_then(|path| path.file_name()?.to_str());
    let project = folder.is_some_and(|name| name.len() >= 4 && pattern.contains(name));
    let file = pattern.split_whitespace().any(|word| {
        word.rsplit_once('.').is_some_and(|(stem, ending)| {
            let stem = stem
                .trim_end_matches('\\')
                .rsplit(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c));
            let stem = stem.into_iter().next().unwrap_or_default();
            let code = matches!(
                ending.trim_end_matches('$'),
                "py" | "js" | "mjs" | "cjs" | "ts" | "rb" | "sh" | "jar"
            );
            code && stem.len() >= 4 && !COMMON_FILES.contains(&stem)
        })
    });
    match () {
        () if pattern.contains('/') => Err(Miss::Near("its pattern holds a path")),
        () if number => Err(Miss::Near("its pattern holds a port or another number")),
        () if reads => Err(Miss::Near("its pattern is of a command that only reads")),
        () if project => Err(Miss::Near("its pattern holds the project's name")),
        () if file => Err(Miss::Near("its pattern holds a file of its own")),
        () => Ok(Aim::Line(pattern.to_owned())),
    }
}

fn is_shared(name: &str) -> bool {
    let name = name.trim_matches(['^', '$', ' ']).to_ascii_lowercase();
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    SHARED_NAMES.contains(&name.as_str()) || SHARED_NAMES.contains(&bare) && !bare.is_empty()
}

/// What killall kills.
fn all_of_name(args: &[Word]) -> Check<Aim> {
    let spec =
        Spec::new("snouyZ", &["signal", "ns", "user", "older-than", "younger-than", "context"]);
    let args = without_signal(args).ok_or(Miss::No)?;
    let items = options::read(&args, spec);
    let asks =
        options::has(&items, Some('l'), "list") || options::has(&items, Some('V'), "version");
    let by_letter = items.iter().find_map(|item| match item {
        Item::Short('s', Some(value)) => Some(value.text),
        _ => None,
    });
    if asks || !ends(by_letter.or_else(|| long_signal(&items))) {
        return Err(Miss::No);
    }
    let names = options::operands(&items);
    if names.is_empty() && options::has(&items, Some('u'), "user") {
        return Ok(Aim::User);
    }
    first_shared(names)
}

/// The first of `names` under which many programs run.
fn first_shared<'c>(names: impl IntoIterator<Item = &'c Word>) -> Check<Aim> {
    let shared = names.into_iter().find(|name| is_shared(&name.text)).ok_or(Miss::No)?;
    Ok(Aim::Name(shared.text.clone()))
}

/// `taskkill /IM node.exe`, with two slashes under Git Bash.
fn image(args: &[Word]) -> Check<Aim> {
    let is_option =
        |word: &Word| word.text.trim_start_matches(['/', '-']).eq_ignore_ascii_case("im");
    let name = args.iter().skip_while(|word| !is_option(word)).nth(1).ok_or(Miss::No)?;
    let name = name.text.to_ascii_lowercase();
    let shared = is_shared(name.strip_suffix(".exe").unwrap_or(&name));
    if shared { Ok(Aim::Name(name)) } else { Err(Miss::No) }
}

/// The arguments without a signal (`-9`, `-KILL`); `None` if the signal does not end a process.
fn without_signal(args: &[Word]) -> Option<Vec<Word>> {
    let signal = |word: &Word| {
        let name = word.text.strip_prefix('-')?;
        let number = name.bytes().all(|b| b.is_ascii_digit());
        let named =
            name.len() >= 3 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        ((number || named) && !name.is_empty()).then(|| name.to_owned())
    };
    let given: Vec<String> = args.iter().filter_map(signal).collect();
    if !ends(given.first().map(String::as_str)) {
        return None;
    }
    Some(args.iter().filter(|word| signal(word).is_none()).cloned().collect())
}

fn long_signal<'c>(items: &[Item<'c>]) -> Option<&'c str> {
    items.iter().find_map(|item| match item {
        Item::Long("signal", Some(value)) => Some(value.text),
        _ => None,
    })
}

/// Whether a signal ends a process that does not expect it.
fn ends(signal: Option<&str>) -> bool {
    signal.is_none_or(|name| {
        matches!(
            name.trim_start_matches("SIG"),
            "1" | "2" | "3" | "6" | "9" | "15" | "HUP" | "INT" | "QUIT" | "ABRT" | "KILL" | "TERM"
        )
    })
}

/// `kill` of what another command finds, or of `-1`.
fn kill(case: &Case, script: &Script, command: &Command) -> Check<Aim> {
    if command.args.iter().any(|word| word.is("-l") || word.is("-L")) {
        return Err(Miss::No);
    }
    if hits_everything(&command.args) {
        return Ok(Aim::Everything);
    }
    let signal = command.args.first().map(|word| word.text.as_str()).unwrap_or_default();
    if matches!(signal, "-0" | "-CONT" | "-SIGCONT" | "-STOP" | "-SIGSTOP" | "-USR1" | "-USR2") {
        return Err(Miss::No);
    }
    finder(case, &searches(script, command).ok_or(Miss::No)?)
}

/// The commands that search the processes that `command` kills: the pipeline in front of its
/// `xargs`, its own substitutions, or those of its variable.
pub(super) fn searches<'s>(script: &'s Script, command: &Command) -> Option<Vec<&'s Command>> {
    if command.is_under("xargs") {
        let xargs = script.before(command).iter().rfind(|other| other.is("xargs"))?;
        let stage = xargs.stage?;
        return Some(script.stages(stage.pipeline)?.into_iter().take(stage.index).collect());
    }
    let own = substituted(script, command);
    if own.is_empty() { origin(script, command) } else { Some(own) }
}

/// The commands in the substitutions of `command`, which follow it in the list.
fn substituted<'s>(script: &'s Script, command: &Command) -> Vec<&'s Command> {
    let is_inside = |other: &&Command| other.in_substitution && other.depth > command.depth;
    script.after(command).iter().take_while(is_inside).collect()
}

/// The commands that set the variable that is killed: `PID=$(pgrep x); kill $PID`, `for p in
/// $(pgrep x)`.
fn origin<'s>(script: &'s Script, command: &Command) -> Option<Vec<&'s Command>> {
    let word = command.args.last()?;
    let name = word.leading_variable.as_ref().map(|variable| variable.name.as_str())?;
    if word.text != format!("${name}") {
        return None;
    }
    let before = script.before(command);
    let sets = |other: &&Command| {
        other.program.is_empty() && other.assignments.iter().any(|(set, _)| set == name)
    };
    if let Some(assignment) = before.iter().rfind(sets) {
        return Some(substituted(script, assignment));
    }
    let at = before.len();
    let around = script.loops.iter().rfind(|found| found.body.contains(&at))?;
    match &around.kind {
        LoopKind::For(words) if words.len() == 1 => {
            Some(script.range(&around.condition).iter().collect())
        }
        _ => None,
    }
}

/// `kill -9 -1`, `kill -- -1`: the first dash is the signal's, the second says every process.
fn hits_everything(args: &[Word]) -> bool {
    let mut targets = args.iter().map(|word| word.text.as_str()).peekable();
    match targets.peek() {
        Some(&"-s" | &"-n") => {
            targets.next();
            targets.next();
        }
        Some(&"--") => {}
        Some(word) if word.starts_with('-') => {
            targets.next();
        }
        _ => {}
    }
    targets.any(|word| word == "-1")
}

/// What the commands that search for PIDs find.
fn finder(case: &Case, commands: &[&Command]) -> Check<Aim> {
    let first = commands.first().ok_or(Miss::No)?;
    if commands.iter().any(|other| matches!(other.program.as_str(), "head" | "tail")) {
        return Err(Miss::Near("it takes one of what was found"));
    }
    match first.program.as_str() {
        "pgrep" => matched(case, &first.args),
        "pidof" => first_shared(&first.args),
        "lsof" => open_files(&first.args),
        "ps" => {
            let inverts = |word: &Word| word.text.contains('v') && word.text.starts_with('-');
            let is_search = |other: &&&Command| {
                programs::is(&other.program, Trait::IsGrep) && !other.args.iter().any(inverts)
            };
            let search = commands.iter().find(is_search).ok_or(Miss::No)?;
            let items = options::read(&search.args, Spec::of("grep"));
            let pattern = options::operands(&items).first().copied().ok_or(Miss::No)?;
            let text = pattern.literal().ok_or(Miss::Near("its pattern is not literal"))?;
            // `[n]ode` is node, and does not find itself.
            line(case, &text.replace(['[', ']'], "")).map(|_| Aim::Line(text.to_owned()))
        }
        _ => Err(Miss::No),
    }
}

/// `lsof -t` without a port or a file finds every process of a user or a program; with a port it
/// finds the clients too, unless it asks for listeners.
fn open_files(args: &[Word]) -> Check<Aim> {
    let spec = Spec { short: "cdgkLmopuFTxDS", attached: "is", ..Spec::FLAGS_ONLY };
    let items = options::read(args, spec);
    let asks_for_state = items
        .iter()
        .any(|item| matches!(item, Item::Short('s', Some(value)) if value.text.contains("LISTEN")));
    let of_port = |text: &str| text.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let port = items.iter().find_map(|item| match item {
        Item::Short('i', Some(value)) => of_port(value.text),
        // `-ti :3000`
        Item::Operand(word) if word.text.starts_with([':', 't']) => of_port(&word.text),
        _ => None,
    });
    let lists_terse = items.iter().any(|item| matches!(item, Item::Short('t', None)));
    if let Some(port) = port.filter(|_| lists_terse && !asks_for_state) {
        return Ok(Aim::Port(port));
    }
    let is_narrow = items.iter().any(|item| match item {
        Item::Short('i', Some(value)) => value.text.contains(':'),
        Item::Operand(_) | Item::Short('p', _) => true,
        _ => false,
    });
    if is_narrow {
        return Err(Miss::No);
    }
    let aim = items.iter().find_map(|item| match item {
        Item::Short('u', Some(_)) => Some(Aim::User),
        Item::Short('c', Some(value)) if is_shared(value.text) => {
            Some(Aim::Name(value.text.to_owned()))
        }
        _ => None,
    });
    aim.ok_or(Miss::No)
}
