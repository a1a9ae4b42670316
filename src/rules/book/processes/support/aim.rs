//! What a command that kills aims at.

use crate::rules::case::Case;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, LoopKind, Script, Word, options};

/// What is hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Processes of a name that many programs run under.
    Name(String),
    /// Processes whose command line matches a pattern.
    Line(String),
    /// Every process of a user.
    User,
    /// Every process.
    Everything,
}

type Found = Option<Result<Aim, &'static str>>;

/// Names under which other people's and the agent's own processes run: runtimes, browsers, editors,
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

/// Words of patterns that say nothing of a project.
const COMMON_FILES: [&str; 12] = [
    "main", "app", "server", "index", "manage", "run", "test", "worker", "start", "cli", "serve",
    "dev",
];

/// What `command` aims at, if it kills by anything but a process of its own choice; an error if it
/// does so with care.
pub(crate) fn aim(case: &Case, script: &Script, command: &Command) -> Found {
    match command.program.as_str() {
        "pkill" => matched(case, &command.args, true),
        "killall" => all_of_name(&command.args),
        "taskkill" | "taskkill.exe" => image(&command.args),
        "kill" => kill(case, script, command),
        _ => None,
    }
}

/// Options of pgrep and pkill that take a value.
const MATCHING: Spec = Spec {
    short: "dFgGPOqrstuU",
    long: &[
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
    ..Spec::FLAGS_ONLY
};

/// pkill, or pgrep for a kill.
fn matched(case: &Case, args: &[Word], sends: bool) -> Found {
    let args = if sends { without_signal(args)? } else { args.to_vec() };
    let items = options::read(&args, MATCHING);
    let has = |short, long| options::has(&items, short, long);
    if has(Some('V'), "version") || has(None, "help") || !ends(long_signal(&items)) {
        return None;
    }
    let others = [
        ('P', "parent"),
        ('g', "pgroup"),
        ('s', "session"),
        ('t', "terminal"),
        ('F', "pidfile"),
        ('n', "newest"),
        ('o', "oldest"),
    ];
    if others.iter().any(|(short, long)| has(Some(*short), long))
        || has(None, "cgroup")
        || has(None, "ns")
    {
        return Some(Err("it picks its processes by more than a name"));
    }
    let Some(pattern) = options::operands(&items).first().copied() else {
        return (has(Some('u'), "euid") || has(Some('U'), "uid")).then_some(Ok(Aim::User));
    };
    let Some(text) = pattern.literal() else { return Some(Err("its pattern is not literal")) };
    if has(Some('f'), "full") {
        return Some(line(case, text));
    }
    let shared = text.trim_matches(['^', '$', '(', ')']).split('|').find(|name| is_shared(name))?;
    Some(Ok(Aim::Name(shared.trim_matches(['^', '$']).to_owned())))
}

/// A pattern on whole command lines. One that holds a path, a port, the project's name or a file's
/// own name is as exact as such a pattern can be.
fn line(case: &Case, pattern: &str) -> Result<Aim, &'static str> {
    let words = || pattern.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
    let port = words()
        .any(|word| (4..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()));
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
        () if pattern.contains('/') => Err("its pattern holds a path"),
        () if port => Err("its pattern holds a port"),
        () if project => Err("its pattern holds the project's name"),
        () if file => Err("its pattern holds a file of its own"),
        () => Ok(Aim::Line(pattern.to_owned())),
    }
}

fn is_shared(name: &str) -> bool {
    let name = name.trim_matches(['^', '$', ' ']).to_ascii_lowercase();
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    SHARED_NAMES.contains(&name.as_str()) || SHARED_NAMES.contains(&bare) && !bare.is_empty()
}

fn all_of_name(args: &[Word]) -> Found {
    let spec = Spec {
        short: "snouyZ",
        long: &["signal", "ns", "user", "older-than", "younger-than", "context"],
        ..Spec::FLAGS_ONLY
    };
    let args = without_signal(args)?;
    let items = options::read(&args, spec);
    let asks =
        options::has(&items, Some('l'), "list") || options::has(&items, Some('V'), "version");
    let by_letter = items.iter().find_map(|item| match item {
        Item::Short('s', Some(value)) => Some(value.text),
        _ => None,
    });
    if asks || !ends(by_letter.or_else(|| long_signal(&items))) {
        return None;
    }
    let names = options::operands(&items);
    if names.is_empty() {
        return options::has(&items, Some('u'), "user").then_some(Ok(Aim::User));
    }
    names.iter().find(|name| is_shared(&name.text)).map(|name| Ok(Aim::Name(name.text.clone())))
}

/// `taskkill /IM node.exe`, with two slashes under Git Bash.
fn image(args: &[Word]) -> Found {
    let at = args
        .iter()
        .position(|word| word.text.trim_start_matches(['/', '-']).eq_ignore_ascii_case("im"))?;
    let name = args.get(at + 1)?.text.to_ascii_lowercase();
    is_shared(name.strip_suffix(".exe").unwrap_or(&name)).then_some(Ok(Aim::Name(name)))
}

/// The arguments without a signal (`-9`, `-KILL`); none if it is one that does not end a process.
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
fn kill(case: &Case, script: &Script, command: &Command) -> Found {
    if command.args.iter().any(|word| word.is("-l") || word.is("-L")) {
        return None;
    }
    if hits_everything(&command.args) {
        return Some(Ok(Aim::Everything));
    }
    let at = script.commands.iter().position(|other| other.id == command.id)?;
    let found: Vec<&Command> = if command.is_under("xargs") {
        // The xargs that started it, and what stands before it in the pipeline.
        let outer = script.commands.get(..at)?.iter().rfind(|other| other.is("xargs"))?;
        let stage = outer.stage?;
        script.stages(stage.pipeline)?.into_iter().take(stage.index).collect()
    } else {
        // What stands in its own substitutions follows it in the list.
        match substituted(script, at) {
            own if own.is_empty() => origin(script, at, command).unwrap_or_default(),
            own => own,
        }
    };
    let signal = command.args.first().map(|word| word.text.as_str()).unwrap_or_default();
    if matches!(signal, "-0" | "-CONT" | "-SIGCONT" | "-STOP" | "-SIGSTOP" | "-USR1" | "-USR2") {
        return None;
    }
    finder(case, &found)
}

/// The commands in the substitutions of the one at `at`.
fn substituted(script: &Script, at: usize) -> Vec<&Command> {
    let Some(command) = script.commands.get(at) else { return Vec::new() };
    let inside = |other: &&Command| other.in_substitution && other.depth > command.depth;
    script.commands.get(at + 1..).unwrap_or_default().iter().take_while(inside).collect()
}

/// What the variable that is killed was set from: `PID=$(pgrep x); kill $PID`, `for p in $(pgrep
/// x)`.
fn origin<'s>(script: &'s Script, at: usize, command: &Command) -> Option<Vec<&'s Command>> {
    let word = command.args.last()?;
    let name = word.leading_variable.as_ref().map(|variable| variable.name.as_str())?;
    if word.text != format!("${name}") {
        return None;
    }
    let before = script.commands.get(..at)?;
    let sets = |other: &Command| {
        other.program.is_empty() && other.assignments.iter().any(|(set, _)| set == name)
    };
    if let Some(set) = before.iter().rposition(sets) {
        return Some(substituted(script, set));
    }
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

/// What the commands that look for PIDs find.
fn finder(case: &Case, commands: &[&Command]) -> Found {
    let first = commands.first()?;
    if commands.iter().any(|other| matches!(other.program.as_str(), "head" | "tail")) {
        return Some(Err("it takes one of what was found"));
    }
    match first.program.as_str() {
        "pgrep" => matched(case, &first.args, false),
        "pidof" => first
            .args
            .iter()
            .find(|word| is_shared(&word.text))
            .map(|word| Ok(Aim::Name(word.text.clone()))),
        "lsof" => open_files(&first.args),
        "ps" => {
            let search = commands.iter().find(|other| {
                matches!(other.program.as_str(), "grep" | "egrep")
                    && !other
                        .args
                        .iter()
                        .any(|word| word.text.contains('v') && word.text.starts_with('-'))
            })?;
            let items = options::read(&search.args, crate::rules::rewrite::grep::SPEC);
            let pattern = options::operands(&items).first().copied()?;
            let Some(text) = pattern.literal() else {
                return Some(Err("its pattern is not literal"));
            };
            // `[n]ode` is node, and does not find itself.
            Some(line(case, &text.replace(['[', ']'], "")))
        }
        _ => None,
    }
}

/// `lsof -t` without a port or a file: all that a user or a program has open.
fn open_files(args: &[Word]) -> Found {
    let spec = Spec { short: "cdgkLmopuFsTxDS", attached: "i", ..Spec::FLAGS_ONLY };
    let items = options::read(args, spec);
    let ported = items.iter().any(|item| match item {
        Item::Short('i', Some(value)) => value.text.contains(':'),
        // `-ti :3000`
        Item::Operand(_) | Item::Short('p', _) => true,
        _ => false,
    });
    if ported {
        return None;
    }
    items.iter().find_map(|item| match item {
        Item::Short('u', Some(_)) => Some(Ok(Aim::User)),
        Item::Short('c', Some(value)) if is_shared(value.text) => {
            Some(Ok(Aim::Name(value.text.to_owned())))
        }
        _ => None,
    })
}
