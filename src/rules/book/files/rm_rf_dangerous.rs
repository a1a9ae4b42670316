//! Recursive removal of what was not meant.

use super::support::guards::{guarding_folder, is_set};
use crate::base::text;
use crate::project::environment::is_temporary;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::words::Variable;
use crate::shell::{Command, Script, Word, options};

pub(crate) const RULE: Rule = Rule {
    id: "rm-rf-dangerous",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "rm -r of a path that may be more than meant",
    why: "An empty or wrong variable turns the path into / or the home folder: anthropics/claude-code#93099 lists \
          57,235 deleted files.",
    trigger: Trigger::Command {
        programs: &["rm"],
        subcommands: &[],
        signs: &["-"],
        check: |case, command| {
            legacy::on_command(
                case,
                command,
                |case, command| match verdict(case, command) {
                    Ok(Some(Danger::Reclone(_))) => Verdict::FiresAs(Severity::Warn),
                    Ok(Some(_)) => Verdict::Fires,
                    Ok(None) => Verdict::No,
                    Err(because) => Verdict::Near(because),
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: Some(Trigger::Command {
        programs: &["rm"],
        subcommands: &[],
        signs: &["-"],
        check: |case, command| {
            legacy::good_command(case, command, |case, command| {
                Verdict::when(
                    is_recursive(command) && !matches!(verdict(case, command), Ok(Some(_))),
                )
            })
        },
    }),
    needs: &[],
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("rm -rf $DIR/build").says("`rm -rf \"${DIR:?}\"/build`"),
        Example::bash("rm -rf ~/").says("home folder"),
        Example::bash("rm -r --force \"$(pwd)/..\""),
        Example::bash("rm -rf \"$HOME\""),
        Example::bash("rm -rf /").says("system folder"),
        Example::bash("sudo rm -fr /usr"),
        Example::bash("rm -rf *"),
        Example::bash("rm -Rf ..").says(".."),
        Example::bash("rm -rf \"$BUILD_DIR\"/*").says("`rm -rf \"${BUILD_DIR:?}\"/*`"),
        Example::bash("if true; then rm -rf $X/y; fi"),
        Example::bash("rm -rfv $D/x* $E/y").says("`rm -rfv \"${D:?}\"/x* \"${E:?}\"/y`"),
        Example::bash("rm -rf \"${VAR:-}\"/*").says("${VAR:?} stops"),
        Example::bash("rm -rf \"$PWD\"/*").says("working directory"),
        Example::bash("rm -rf \"$TMPDIR\"/*"),
        Example::bash("cd .. && rm -rf *"),
        Example::bash("cd build; rm -rf *"),
        Example::bash("[ -n \"$DIR\" ] && rm -rf \"$D/x\""),
        Example::bash("[ -d $D ] && rm -rf $D/*"),
        Example::bash("[ -z \"$D\" ] && rm -rf \"$D/x\""),
        Example::bash("[ -n \"$D\" ]; rm -rf \"$D/x\""),
        Example::bash("[[ -n $D ]] && ls; rm -rf \"$D/x\""),
        Example::bash(": \"$D\"; rm -rf \"$D/x\""),
        Example::bash("D=/tmp/x rm -rf \"$D/y\""),
        Example::bash("rm -rf /repo/").given(&[Given::Cwd("/repo/sub")]).says("working directory"),
        Example::bash("rm -rf repo && git clone https://example.org/repo repo")
            .given(&[Given::Cwd("/work")])
            .says("mv it aside"),
    ],
    misses: &[
        Example::bash("rm -rf node_modules"),
        Example::bash("rm -rf \"${DIR:?}/build\""),
        Example::bash("rm -f file.txt"),
        Example::bash("docker run --rm x"),
        Example::bash("rm -rf /tmp/x /tmp/y*"),
        Example::bash("rm -rf \"${TMPDIR:-/tmp}/x\""),
        Example::bash("rm -rf $TMPDIR/x"),
        Example::bash("D=$(mktemp -d); touch $D/a; rm -rf \"$D\"/sub"),
        Example::bash("OUT=build/out; rm -rf $OUT/*"),
        Example::bash("for d in a b; do rm -rf \"$d/out\"; done"),
        Example::bash("git commit -m 'rm -rf /'"),
        Example::bash("echo rm -rf /"),
        Example::bash("ssh web 'rm -rf $X/y'"),
        Example::bash("rm -rf ~/.cache/pip ~/work/app/target"),
        Example::bash("cd build && rm -rf *"),
        Example::bash("cd build && ls && rm -rf *"),
        Example::bash("pushd build && rm -rf *"),
        Example::bash("cd build || exit 1; rm -rf *"),
        Example::bash("set -e; cd build; rm -rf *"),
        Example::bash("[ -n \"$D\" ] && rm -rf \"$D/x\""),
        Example::bash("[[ -d $D ]] && rm -rf $D/x"),
        Example::bash("# clean\nls && [[ -n \"$D\" ]] && rm -rf $D/x\necho done"),
        Example::bash(": \"${D:?}\"; rm -rf \"$D/x\""),
        Example::bash("rm -rf /repo/build && mkdir -p /repo/build && cd /repo/build && cmake ..")
            .given(&[Given::Cwd("/repo/build")]),
        Example::bash("git clone https://example.org/r && cp r/a . && rm -rf r")
            .given(&[Given::Cwd("/work")]),
        Example::bash("rm -rf \"${path%/*}\""),
        Example::bash("rm -rf .claude/logs/* && echo done"),
        Example::bash("rm $DIR/file.txt"),
        Example::bash("cd /tmp && rm -rf probe && git clone https://example.org/probe.git"),
        Example::bash("rm -rf src/generated").given(&[Given::Branch("main")]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advice;
const KEY: Key = Key::Rule;

/// What may go wrong.
enum Danger<'c> {
    /// An empty variable turns the path into another: the word.
    Variable(&'c Word),
    /// The output of a command decides: the word.
    Output,
    /// Everything in the working directory.
    Everything,
    /// A folder that is named: `the home folder`.
    Folder(&'static str),
    /// The working directory, or one above it.
    Above(&'c Word),
    /// A clone that is cloned anew: its path.
    Reclone(&'c str),
}

fn is_recursive(command: &Command) -> bool {
    let items = options::read(&command.args, Spec::FLAGS_ONLY);
    options::has(&items, Some('r'), "recursive") || options::has(&items, Some('R'), "recursive")
}

/// The danger of an `rm`, if there is one.
///
/// # Errors
/// Why something that looks like one is not.
fn verdict<'c>(case: &'c Case, command: &'c Command) -> Result<Option<Danger<'c>>, &'static str> {
    if !is_recursive(command) {
        return Ok(None);
    }
    let Some(script) = case.script() else { return Ok(None) };
    let mut because = None;
    let operands = options::operands(&options::read(&command.args, Spec::FLAGS_ONLY));
    for word in &operands {
        match danger(case, script, command, word) {
            Ok(None) => {}
            Ok(danger) => return Ok(danger),
            Err(why) => because = Some(why),
        }
    }
    if let Some(path) = recloned(case, script, &operands) {
        return Ok(Some(Danger::Reclone(path)));
    }
    because.map_or(Ok(None), Err)
}

fn danger<'c>(
    case: &Case,
    script: &'c Script,
    command: &'c Command,
    word: &'c Word,
) -> Result<Option<Danger<'c>>, &'static str> {
    let text = word.text.as_str();
    if word.expands {
        return match &word.leading_variable {
            Some(variable) => of_variable(script, command, word, variable),
            None if text.starts_with("$()") && !word.raw.contains("mktemp") => {
                Ok(Some(Danger::Output))
            }
            None => Ok(None),
        };
    }
    if word.raw == "~" || word.raw.starts_with("~/") {
        return Ok(home(text.trim_start_matches('~')));
    }
    if matches!(text, "*" | "./*" | ".*" | "./.*") && word.globs {
        // `cd build && rm -rf *` names the folder and stops if it is not there.
        return match guarding_folder(script, command) {
            Some(folder) if is_harmless(case, folder) => {
                Err("a cd that must succeed stands in front")
            }
            _ => Ok(Some(Danger::Everything)),
        };
    }
    Ok(literal(case, script, word))
}

fn of_variable<'c>(
    script: &Script,
    command: &Command,
    word: &'c Word,
    variable: &Variable,
) -> Result<Option<Danger<'c>>, &'static str> {
    let name = variable.name.as_str();
    // What follows the expansion: `/x` of `$D/x` and of `${D:-}/x`.
    let rest = match word.text.strip_prefix("${") {
        Some(braced) => braced.split_once('}').map_or("", |(_, rest)| rest),
        None => word.text.get(name.len() + 1..).unwrap_or_default(),
    };
    let emptied = [format!("${{{name}:-}}"), format!("${{{name}:-/}}"), format!("${{{name}-}}")];
    let has_default = !emptied.iter().any(|spelled| word.raw.contains(spelled.as_str()));
    match (name, variable.operator.as_deref()) {
        (_, Some(":?" | "?")) => Ok(None),
        (_, Some(":-" | ":=" | "-" | "=")) if has_default => Ok(None),
        ("HOME", None) => Ok(home(rest)),
        ("PWD", None) if matches!(rest, "" | "/" | "/*" | "/.." | "/.") => {
            Ok(Some(Danger::Above(word)))
        }
        ("PWD" | "RANDOM", _) => Ok(None),
        // A fresh file below the temporary folder is what these are for; all of it is not.
        ("TMPDIR" | "TMP" | "TEMP", _) if !matches!(rest, "/" | "/*") => Ok(None),
        (name, _) if is_set(script, command, name) => Err("the variable is set or tested in front"),
        // Empty, it removes nothing: `rm -rf ""` is an error.
        _ if rest.is_empty() => Err("an empty variable alone removes nothing"),
        _ => Ok(Some(Danger::Variable(word))),
    }
}

/// Whether emptying this folder is meant as it says: not home, not a system folder, not above.
fn is_harmless(case: &Case, folder: &Word) -> bool {
    let Some(text) = folder.literal() else { return false };
    let is_home = folder.raw.starts_with('~') && home(text.trim_start_matches('~')).is_some();
    let above = text.split('/').all(|part| part == "..");
    let named = text.strip_prefix('/').is_some_and(is_system);
    let of_home = case
        .environment
        .absolute(text)
        .is_some_and(|path| case.environment.home() == Some(path.as_path()));
    !is_home && !above && !named && !of_home
}

/// The danger of a path below the home folder: all of it, or a whole top folder other than a cache.
fn home(rest: &str) -> Option<Danger<'static>> {
    const CACHES: [&str; 7] = [".cache", ".npm", ".gradle", ".yarn", ".pnpm-store", ".m2", ".ivy2"];
    let rest = rest.strip_prefix('/').unwrap_or(rest).trim_end_matches('/');
    match rest {
        "" | "*" | "." | ".*" => Some(Danger::Folder("the home folder")),
        one if !one.contains('/') && !CACHES.contains(&one) => {
            Some(Danger::Folder("a whole folder of the home folder"))
        }
        _ => None,
    }
}

/// Whether this path below the root is the root itself or a folder of the system.
fn is_system(rest: &str) -> bool {
    const SYSTEM: [&str; 17] = [
        "bin", "boot", "dev", "etc", "home", "lib", "lib64", "opt", "proc", "root", "run", "sbin",
        "srv", "sys", "usr", "var", "Users",
    ];
    let rest = rest.trim_matches('/');
    rest.is_empty() || SYSTEM.contains(&rest)
}

fn literal<'c>(case: &Case, script: &Script, word: &'c Word) -> Option<Danger<'c>> {
    let text = word.text.trim_end_matches('*');
    if text.strip_prefix('/').is_some_and(is_system) {
        return Some(Danger::Folder("a system folder"));
    }
    // Relative names go up only by dots; absolute ones may name the working directory or a parent
    // of it.
    let climbs = text.split('/').any(|part| part == "..") || text.starts_with('/');
    if !climbs {
        return None;
    }
    if text.trim_end_matches('/').split('/').all(|part| part == "..") {
        return Some(Danger::Above(word));
    }
    let path = case.environment.absolute(text)?;
    if case.environment.home().is_some_and(|home| home.starts_with(&path)) {
        return Some(Danger::Folder("the home folder"));
    }
    // The client tells the directory after the call: a `cd` of this very call may have led below
    // what was removed.
    let moved =
        script.commands.iter().any(|command| matches!(command.program.as_str(), "cd" | "pushd"));
    let cwd = case.environment.cwd().filter(|_| !moved)?;
    (cwd.starts_with(&path) && !is_temporary(&path)).then_some(Danger::Above(word))
}

/// The folder that is removed and then cloned anew, unless it is a temporary one.
fn recloned<'c>(case: &Case, script: &'c Script, removed: &[&'c Word]) -> Option<&'c str> {
    let removal = script.commands.iter().position(|command| command.is("rm"))?;
    let clone = script.commands.iter().skip(removal).find(|command| {
        command.is("git")
            && options::subcommand("git", &command.args).is_some_and(|(_, sub)| sub == "clone")
    })?;
    let (at, _) = options::subcommand("git", &clone.args)?;
    let operands = options::operands(&options::read(
        clone.args.get(at + 1..)?,
        Spec {
            short: "bcjou",
            long: &["branch", "depth", "origin", "config", "jobs", "reference"],
            ..Spec::FLAGS_ONLY
        },
    ));
    let url = operands.first()?.literal()?;
    let target = match operands.get(1) {
        Some(word) => word.literal()?,
        None => url.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".git"),
    };
    let moved = script
        .commands
        .first()
        .filter(|first| first.is("cd"))
        .and_then(|cd| cd.args.first()?.literal());
    let path = case.environment.absolute(moved.unwrap_or("."))?.join(target);
    if is_temporary(&path) {
        return None;
    }
    removed
        .iter()
        .find(|word| word.text.trim_end_matches('/') == target)
        .map(|word| word.text.as_str())
}

fn advice(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let check = "name the exact path and look with ls -d first";
    match verdict(case, command).ok()?? {
        Danger::Variable(word) => {
            let name = &word.leading_variable.as_ref()?.name;
            let lead = format!(
                "rm -r {} removes another path if ${name} is empty",
                text::excerpt(&word.raw)
            );
            let plain = format!("{lead}: ${{{name}:?}} stops instead");
            match guarded(case, command) {
                Some(better) => legacy::better(lead, better, plain),
                None => legacy::plain(plain),
            }
        }
        Danger::Output => legacy::plain(format!(
            "rm -r of a command's output removes whatever it prints: {check}"
        )),
        Danger::Everything => legacy::plain(format!(
            "rm -r of a bare glob removes all of whatever folder the shell is in: {check}"
        )),
        Danger::Folder(what) => {
            legacy::plain(format!("rm -r of {what}: unless the user asked for it, {check}"))
        }
        Danger::Above(word) => legacy::plain(format!(
            "rm -r {} removes the working directory or one above it: {check}",
            text::excerpt(&word.raw)
        )),
        Danger::Reclone(path) => legacy::plain(format!(
            "rm -r {} before a fresh clone loses what was not pushed; next time mv it aside",
            text::excerpt(path)
        )),
    }
}

/// The command with `${NAME:?}` for every variable that decides a path, all else as it was written.
fn guarded(case: &Case, command: &Command) -> Option<String> {
    if !command.wrappers.is_empty() || !command.assignments.is_empty() {
        return None;
    }
    let script = case.script()?;
    let mut words = vec![command.spelled.clone()];
    for word in &command.args {
        let variable = match danger(case, script, command, word) {
            Ok(Some(Danger::Variable(_))) => word.leading_variable.as_ref()?,
            Ok(Some(_)) => return None,
            _ => {
                words.push(word.raw.clone());
                continue;
            }
        };
        if variable.operator.is_some() {
            return None;
        }
        let (quote, inside) = match word.raw.strip_prefix('"') {
            Some(inside) => ("", inside),
            None => ("\"", word.raw.as_str()),
        };
        let name = &variable.name;
        let rest = inside
            .strip_prefix(&format!("${{{name}}}"))
            .or_else(|| inside.strip_prefix(&format!("${name}")))?;
        let opening = if quote.is_empty() { "\"" } else { "" };
        words.push(format!("{opening}{quote}${{{name}:?}}{quote}{rest}"));
    }
    Some(words.join(" "))
}
