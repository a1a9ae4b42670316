//! The programs that do not end by themselves, and the form of each that does.

use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// How the same is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Once {
    /// Without the options by which it goes on.
    Leave,
    /// Without those too, and with this option unless it has one of the others.
    Limit(&'static str, &'static [&'static str]),
    /// With these words right after the program's name.
    Add(&'static str),
    /// What it repeats, run once.
    Operands,
    /// Another command.
    Instead(&'static str),
    /// No form of its own ends.
    No,
}

/// A program that goes on.
pub(super) struct Endless {
    /// Its names.
    pub(super) programs: &'static [&'static str],
    /// Its sub-commands that go on; empty for any.
    pub(super) subcommands: &'static [&'static str],
    /// Options by which it goes on, short ones as letters; none if it always does.
    pub(super) follows: (&'static str, &'static [&'static str]),
    /// Options by which it ends all the same.
    pub(super) ends: (&'static str, &'static [&'static str]),
    /// Its options with a value.
    pub(super) spec: Spec,
    /// The form that ends.
    pub(super) once: Once,
}

/// `top` printing one page.
const TOP_ONCE: &str = if cfg!(target_os = "macos") { "top -l 1" } else { "top -b -n 1" };

/// The list. A program may have several entries.
#[rustfmt::skip]
pub(super) const ENDLESS: &[Endless] = &[
    Endless { programs: &["tail"], subcommands: &[], follows: ("fF", &["follow"]), ends: ("", &["pid", "help"]),
        spec: Spec::new("nc", &["lines", "bytes", "pid", "sleep-interval", "max-unchanged-stats"]),
        once: Once::Limit("-n 50", &["n", "c", "lines", "bytes"]) },
    Endless { programs: &["journalctl"], subcommands: &[], follows: ("f", &["follow"]), ends: ("", &["help"]),
        spec: Spec::new("nupgtSUocDM", &["lines", "unit", "priority", "grep", "since", "until", "output"]),
        once: Once::Limit("-n 50 --no-pager", &["n", "lines"]) },
    Endless { programs: &["docker", "podman", "nerdctl", "docker-compose"], subcommands: &["logs"],
        follows: ("f", &["follow"]), ends: ("", &["until", "help"]), spec: Spec::new("n", &["tail", "since", "until"]),
        once: Once::Limit("--tail=50", &["n", "tail", "since"]) },
    Endless { programs: &["kubectl", "oc"], subcommands: &["logs"], follows: ("f", &["follow"]), ends: ("", &["help"]),
        spec: Spec::new("ncl", &["tail", "since", "container", "selector", "namespace", "since-time", "context"]),
        once: Once::Limit("--tail=50", &["tail", "since", "since-time"]) },
    Endless { programs: &["kubectl", "oc"], subcommands: &["get"], follows: ("w", &["watch", "watch-only"]),
        ends: ("", &["help"]), spec: Spec::new("nolf", &["namespace", "output", "selector", "context"]), once: Once::Leave },
    Endless { programs: &["docker", "podman", "nerdctl"], subcommands: &["stats"], follows: ("", &[]),
        ends: ("", &["no-stream", "help"]), spec: Spec::new("", &["format"]), once: Once::Add("--no-stream") },
    Endless { programs: &["watch"], subcommands: &[], follows: ("", &[]),
        ends: ("ghvq", &["chgexit", "help", "version", "equexit"]), spec: Spec::new("n", &["interval"]), once: Once::Operands },
    Endless { programs: &["vitest"], subcommands: &[], follows: ("w", &["watch"]), ends: ("", &["help"]),
        spec: Spec::new("trc", &["testNamePattern", "root", "config", "reporter"]), once: Once::Add("run") },
    Endless { programs: &["vitest"], subcommands: &[], follows: ("", &[]), ends: ("h", &["help", "version", "watch"]),
        spec: Spec::new("trc", &["testNamePattern", "root", "config", "reporter"]), once: Once::Add("run") },
    Endless { programs: &["tsc", "vue-tsc", "vite", "mocha", "rollup", "webpack", "sass", "tailwindcss", "babel", "swc", "postcss"],
        subcommands: &[], follows: ("w", &["watch"]), ends: ("", &["help"]), spec: Spec::new("", &[]), once: Once::Leave },
    Endless { programs: &["jest", "ava", "esbuild", "tsup", "ng"], subcommands: &[], follows: ("", &["watch", "watchAll"]),
        ends: ("", &["help"]), spec: Spec::new("", &[]), once: Once::Leave },
    Endless { programs: &["node", "bun", "deno", "tsx"], subcommands: &[], follows: ("", &["watch"]), ends: ("", &["help"]),
        spec: Spec::new("", &[]), once: Once::No },
    Endless { programs: &["npm", "pnpm", "yarn"], subcommands: &["test", "t", "run"],
        follows: ("", &["watch", "watchAll"]), ends: ("", &["help"]), spec: Spec::new("w", &["workspace", "prefix", "filter"]),
        once: Once::Leave },
    Endless { programs: &["cargo", "dotnet", "parcel", "tsx"], subcommands: &["watch"], follows: ("", &[]),
        ends: ("h", &["help", "version"]), spec: Spec::new("xw", &["exec", "watch"]), once: Once::No },
    Endless { programs: &["nodemon", "cargo-watch", "watchexec", "ptw", "pytest-watch", "ts-node-dev", "tsnd"],
        subcommands: &[], follows: ("", &[]), ends: ("hV", &["help", "version"]), spec: Spec::new("", &[]), once: Once::No },
    Endless { programs: &["gradle", "gradlew"], subcommands: &[], follows: ("t", &["continuous"]), ends: ("", &["help"]),
        spec: Spec::new("xPDp", &["exclude-task", "project-dir", "tests"]), once: Once::Leave },
    Endless { programs: &["inotifywait"], subcommands: &[], follows: ("m", &["monitor"]), ends: ("th", &["timeout", "help"]),
        spec: Spec::new("et", &["event", "timeout", "format"]), once: Once::No },
    Endless { programs: &["fswatch"], subcommands: &[], follows: ("", &[]), ends: ("1hM", &["one-event", "help"]),
        spec: Spec::new("eilm", &[]), once: Once::Add("-1") },
    Endless { programs: &["ping", "ping6"], subcommands: &[], follows: ("", &[]), ends: ("cwtonhV", &["count", "deadline", "help"]),
        spec: Spec::new("iIlmMpQsSW", &[]), once: Once::Add("-c 3") },
    Endless { programs: &["top"], subcommands: &[], follows: ("", &[]), ends: ("nlhvV", &["iterations", "help", "version"]),
        spec: Spec::new("dupwEeo", &[]), once: Once::Instead(TOP_ONCE) },
    Endless { programs: &["htop", "btop", "glances"], subcommands: &[], follows: ("", &[]),
        ends: ("hV", &["help", "version", "stdout", "stop-after"]), spec: Spec::new("", &[]), once: Once::Instead(TOP_ONCE) },
    Endless { programs: &["dmesg"], subcommands: &[], follows: ("wW", &["follow", "follow-new"]), ends: ("h", &["help"]),
        spec: Spec::new("lfn", &["level", "facility"]), once: Once::Leave },
    Endless { programs: &["tcpdump"], subcommands: &[], follows: ("", &[]), ends: ("crDdhL", &["help", "version", "list-interfaces"]),
        spec: Spec::new("iswCGW", &["interface"]), once: Once::Add("-c 20") },
    Endless { programs: &["adb"], subcommands: &["logcat"], follows: ("", &[]), ends: ("dtcg", &["help"]), spec: Spec::new("se", &[]), once: Once::No },
    Endless { programs: &["wrangler"], subcommands: &["tail"], follows: ("", &[]), ends: ("h", &["help"]), spec: Spec::new("", &[]), once: Once::No },
    Endless { programs: &["heroku"], subcommands: &["logs"], follows: ("t", &["tail"]), ends: ("", &["help"]),
        spec: Spec::new("an", &["app", "num"]), once: Once::Leave },
    Endless { programs: &["docker", "podman", "nerdctl", "docker-compose"], subcommands: &["events"], follows: ("", &[]),
        ends: ("", &["until", "help"]), spec: Spec::new("f", &["filter", "since", "format"]), once: Once::No },
    Endless { programs: &["docker", "podman"], subcommands: &["attach"], follows: ("", &[]), ends: ("", &["help"]),
        spec: Spec::new("", &["detach-keys"]), once: Once::No },
    Endless { programs: &["nc", "ncat", "netcat"], subcommands: &[], follows: ("l", &["listen"]), ends: ("zh", &["help"]),
        spec: Spec::new("pswiq", &["wait", "idle-timeout"]), once: Once::No },
    Endless { programs: &["stern", "kubetail", "kail"], subcommands: &[], follows: ("", &[]),
        ends: ("hv", &["no-follow", "help", "version"]), spec: Spec::new("nclt", &["tail", "since", "namespace", "container"]), once: Once::No },
    Endless { programs: &["stripe"], subcommands: &["listen"], follows: ("", &[]), ends: ("h", &["help", "print-secret"]),
        spec: Spec::new("", &["forward-to", "events"]), once: Once::No },
    Endless { programs: &["air", "entr", "reflex", "modd", "watchman-make", "gaze"], subcommands: &[], follows: ("", &[]),
        ends: ("hvz", &["help", "version"]), spec: Spec::new("c", &[]), once: Once::No },
    Endless { programs: &["aws"], subcommands: &["logs"], follows: ("", &["follow"]), ends: ("", &["help"]),
        spec: Spec::new("", &["since", "format", "region", "profile"]), once: Once::Leave },
    Endless { programs: &["fly", "flyctl", "pm2"], subcommands: &["logs"], follows: ("", &[]),
        ends: ("n", &["no-tail", "nostream", "help"]), spec: Spec::new("a", &["app", "lines"]), once: Once::No },
    Endless { programs: &["redis-cli"], subcommands: &["monitor", "MONITOR", "subscribe", "SUBSCRIBE", "psubscribe"],
        follows: ("", &[]), ends: ("", &["help"]), spec: Spec::new("hpan", &[]), once: Once::No },
    Endless { programs: &["mosquitto_sub", "kcat", "iotop", "iftop", "nethogs", "tshark", "perf-top", "bpftrace"], subcommands: &[],
        follows: ("", &[]), ends: ("WhceLPQ", &["help", "version"]), spec: Spec::new("htupi", &[]), once: Once::No },
    Endless { programs: &["docker", "podman", "docker-compose"], subcommands: &["watch"], follows: ("", &[]), ends: ("", &["help"]),
        spec: Spec::new("", &[]), once: Once::No },
    Endless { programs: &["mix"], subcommands: &["test.watch"], follows: ("", &[]), ends: ("", &["help"]), spec: Spec::new("", &[]),
        once: Once::No },
    Endless { programs: &["tilt", "skaffold"], subcommands: &["up", "dev"], follows: ("", &[]), ends: ("h", &["help"]),
        spec: Spec::new("f", &[]), once: Once::No },
    Endless { programs: &["yes"], subcommands: &[], follows: ("", &[]), ends: ("", &["help", "version"]), spec: Spec::new("", &[]), once: Once::No },
];

/// A call of such a program that goes on.
pub(super) struct Going<'c> {
    /// Its entry.
    pub(super) entry: &'static Endless,
    /// Its name.
    pub(super) name: &'c str,
    /// The sub-command that goes on, with the words that lead to it: `compose logs`, `run build`.
    pub(super) subcommand: Option<String>,
    /// The option by which it goes on, as it is spelled; `None` if it always does.
    pub(super) option: Option<String>,
    /// The words after the name and the sub-command.
    pub(super) args: &'c [Word],
}

impl Going<'_> {
    /// The name, the sub-command and the option, as a sentence names it.
    pub(super) fn called(&self) -> String {
        let words = [Some(self.name), self.subcommand.as_deref(), self.option.as_deref()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether it ends with its input: `x | tail -f`.
    pub(super) fn reads_only_a_pipe(&self, command: &Command) -> bool {
        let items = options::read(self.args, self.entry.spec);
        command.reads_pipe && self.name == "tail" && options::operands(&items).is_empty()
    }
}

/// The call of `name`, if it goes on.
pub(super) fn going<'c>(name: &'c str, args: &'c [Word]) -> Option<Going<'c>> {
    ENDLESS
        .iter()
        .filter(|entry| entry.programs.contains(&name))
        .find_map(|entry| entry.going(name, args))
}

impl Endless {
    fn going<'c>(&'static self, name: &'c str, args: &'c [Word]) -> Option<Going<'c>> {
        let (subcommand, own) = if self.subcommands.is_empty() {
            (None, args)
        } else {
            // `docker compose -f x.yml logs`, `docker service logs`: one level deeper.
            let (from, first) = options::subcommand(name, args)?;
            let at = match first {
                "compose" | "service" | "container" | "pod" => {
                    from + 1
                        + args
                            .get(from + 1..)?
                            .iter()
                            .position(|word| self.subcommands.iter().any(|sub| word.is(sub)))?
                }
                _ => from,
            };
            let word = args.get(at)?.literal().filter(|word| self.subcommands.contains(word))?;
            let own = args.get(at + 1..)?;
            // The script's name says what `npm run` runs.
            let script = own.first().and_then(Word::literal).filter(|name| !name.starts_with('-'));
            let called = match (first, script) {
                (group, _) if at > from => format!("{group} {word}"),
                ("run", Some(script)) => format!("run {script}"),
                _ => word.to_owned(),
            };
            (Some(called), own)
        };
        // The options of `watch` end where its command begins.
        let own = if name == "watch" { own.get(..command_at(own)).unwrap_or(own) } else { own };
        // `npm test -- --watch`: what follows the dashes is the script's, but still an option.
        let dashes = own
            .iter()
            .position(|word| word.is("--"))
            .filter(|_| matches!(name, "npm" | "pnpm" | "yarn"));
        let (before, after) = own.split_at_checked(dashes.unwrap_or(own.len()))?;
        let mut items = options::read(before, self.spec);
        items.extend(options::read(after.get(1..).unwrap_or_default(), self.spec));
        let off = |value: &Option<options::Value>| value.is_some_and(|value| value.text == "false");
        let is = |item: &Item, (short, long): (&str, &[&str])| match item {
            Item::Short(flag, _) => short.contains(*flag).then(|| format!("-{flag}")),
            Item::Long(name, value) if !off(value) => {
                long.contains(name).then(|| format!("--{name}"))
            }
            _ => None,
        };
        if items.iter().any(|item| is(item, self.ends).is_some()) {
            return None;
        }
        let always = self.follows.0.is_empty() && self.follows.1.is_empty();
        // `tsc --watch false`
        let switched_off =
            |at: usize| matches!(items.get(at + 1), Some(Item::Operand(word)) if word.is("false"));
        let mut numbered = items.iter().enumerate();
        let option =
            numbered.find_map(|(at, item)| is(item, self.follows).filter(|_| !switched_off(at)));
        // A value that is not literal may be anything: `tail $FLAGS x`.
        if !always && option.is_none() {
            return None;
        }
        let own = if name == "watch" { args } else { own };
        Some(Going { entry: self, name, subcommand, option, args: own })
    }

    /// The words of a call without the options by which it goes on, as they were written. `None`
    /// if a cluster has more than plain flags in it.
    pub(super) fn left(&self, args: &[Word]) -> Option<Vec<String>> {
        let (short, long) = self.follows;
        let mut words = Vec::new();
        for word in args {
            if let Some(body) = word.text.strip_prefix("--").filter(|body| !body.is_empty()) {
                let name = body.split('=').next().unwrap_or(body);
                if !long.contains(&name) {
                    words.push(word.raw.clone());
                }
            } else if let Some(cluster) =
                word.text.strip_prefix('-').filter(|cluster| !cluster.is_empty())
            {
                let flags =
                    cluster.find(|flag| self.spec.short.contains(flag)).unwrap_or(cluster.len());
                let (flags, value) = cluster.split_at_checked(flags)?;
                if !flags.contains(|flag| short.contains(flag)) {
                    words.push(word.raw.clone());
                    continue;
                }
                // `tail -100f`: a number among flags is an old syntax with rules of its own.
                if word.quoted || flags.contains(|c: char| c.is_ascii_digit()) {
                    return None;
                }
                let kept: String = flags.chars().filter(|flag| !short.contains(*flag)).collect();
                if !(kept.is_empty() && value.is_empty()) {
                    words.push(format!("-{kept}{value}"));
                }
            } else {
                words.push(word.raw.clone());
            }
        }
        // `npm test -- --watch` leaves two dashes in front of nothing.
        if words.last().is_some_and(|word| word == "--") {
            words.pop();
        }
        Some(words)
    }
}

/// Where the command of `watch -n 2 COMMAND` begins.
pub(super) fn command_at(args: &[Word]) -> usize {
    let mut at = 0;
    while let Some(word) = args.get(at).filter(|word| word.text.starts_with('-')) {
        at += if matches!(word.text.as_str(), "-n" | "--interval") { 2 } else { 1 };
    }
    at.min(args.len())
}
