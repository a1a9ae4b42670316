//! Recursive removal of what was not meant.

use std::path::Path;

use crate::case::Case;
use crate::example::{Example, Given};
use crate::rule::{Advice, Events, Harm, Key, Occasion, Repeat, Rule, Severity, Trigger, Verdict};
use crate::shell::options::{self, Spec};
use crate::shell::{Command, Joined, Script, Word};
use crate::text;

pub(super) const RM_RF_DANGEROUS: Rule = Rule {
    id: "rm-rf-dangerous",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    summary: "rm -r of a path that may be more than was meant",
    why: "An empty or wrong variable turns the path into / or the home folder: anthropics/claude-code#93099 lists \
          57,235 deleted files.",
    trigger: Trigger::Command {
        programs: &["rm"],
        subcommands: &[],
        signs: &["-"],
        when: |case, command| match verdict(case, command) {
            Ok(Some(Danger::Reclone(_))) => Verdict::FiresAs(Severity::Warn),
            Ok(Some(_)) => Verdict::Fires,
            Ok(None) => Verdict::No,
            Err(because) => Verdict::Near(because),
        },
    },
    better: Some(Trigger::Command {
        programs: &["rm"],
        subcommands: &[],
        signs: &["-"],
        when: |case, command| {
            Verdict::when(is_recursive(command) && !matches!(verdict(case, command), Ok(Some(_))))
        },
    }),
    advice,
    needs: &[],
    key: Key::Rule,
    repeat: Repeat::always(u32::MAX),
    hits: &[
        Example::bash("rm -rf $DIR/build").says("`rm -rf -- \"${DIR:?}/build\"`"),
        Example::bash("rm -rf ~/").says("home folder"),
        Example::bash("rm -r --force \"$(pwd)/..\""),
        Example::bash("rm -rf \"$HOME\""),
        Example::bash("rm -rf /").says("system folder"),
        Example::bash("sudo rm -fr /usr"),
        Example::bash("rm -rf *"),
        Example::bash("rm -Rf ..").says(".."),
        Example::bash("rm -rf \"$BUILD_DIR\"/*").says("\"${BUILD_DIR:?}\"/*"),
        Example::bash("if true; then rm -rf $X/y; fi"),
        Example::bash("rm -rf /repo/").given(&[Given::Cwd("/repo/sub")]).says("working directory"),
        Example::bash("rm -rf repo && git clone https://example.org/repo repo")
            .given(&[Given::Cwd("/work")])
            .says("mv"),
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
        Example::bash("rm -rf .claude/logs/* && echo done"),
        Example::bash("rm $DIR/file.txt"),
        Example::bash("cd /tmp && rm -rf probe && git clone https://example.org/probe.git"),
        Example::bash("rm -rf src/generated").given(&[Given::Branch("main")]),
    ],
    since: "0.1.0",
};

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
    script: &Script,
    command: &Command,
    word: &'c Word,
) -> Result<Option<Danger<'c>>, &'static str> {
    let text = word.text.as_str();
    if word.expands {
        return match &word.leading_variable {
            Some(variable) => match (variable.name.as_str(), variable.operator.as_deref()) {
                (_, Some(":?" | "?" | ":-" | ":=")) => Ok(None),
                ("HOME", None) => Ok(home(text.trim_start_matches("$HOME"))),
                ("TMPDIR" | "TMP" | "TEMP" | "PWD" | "RANDOM", _) => Ok(None),
                (name, _) if is_set(script, name) => Err("the variable is set in the same command"),
                // Empty, it removes nothing: `rm -rf ""` is an error.
                (name, None) if text == format!("${name}") => Err("an empty variable alone removes nothing"),
                _ => Ok(Some(Danger::Variable(word))),
            },
            None if text.starts_with("$()") => {
                let fresh = word.raw.contains("mktemp");
                if fresh { Ok(None) } else { Ok(Some(Danger::Output)) }
            }
            None => Ok(None),
        };
    }
    if word.raw.starts_with('~') {
        return Ok(home(text.trim_start_matches('~')));
    }
    if matches!(text, "*" | "./*" | ".*" | "./.*") && word.globs {
        // `cd build && rm -rf *` names the folder and stops if it is not there.
        let guarded = command.joined == Joined::And && follows_cd(script, command);
        return if guarded {
            Err("a cd that must succeed stands in front")
        } else {
            Ok(Some(Danger::Everything))
        };
    }
    Ok(literal(case, word))
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

fn literal<'c>(case: &Case, word: &'c Word) -> Option<Danger<'c>> {
    const SYSTEM: [&str; 17] = [
        "bin", "boot", "dev", "etc", "home", "lib", "lib64", "opt", "proc", "root", "run", "sbin", "srv",
        "sys", "usr", "var", "Users",
    ];
    let text = word.text.trim_end_matches('*');
    if let Some(rest) = text.strip_prefix('/') {
        let rest = rest.trim_matches('/');
        if rest.is_empty() || SYSTEM.contains(&rest) {
            return Some(Danger::Folder("a system folder"));
        }
    }
    // Relative names go up only by dots; absolute ones may name the working directory or a parent of it.
    let climbs = text.split('/').any(|part| part == "..") || text.starts_with('/');
    if !climbs {
        return None;
    }
    if text.trim_end_matches('/').split('/').all(|part| part == "..") {
        return Some(Danger::Above(word));
    }
    let path = case.facts.absolute(text)?;
    let cwd = case.facts.cwd()?;
    // The client tells the directory after the call: a `cd` may have led there just now.
    (cwd.starts_with(&path) && !is_temporary(&path)).then_some(Danger::Above(word))
}

fn is_set(script: &Script, name: &str) -> bool {
    script.loop_variables.iter().any(|variable| variable == name)
        || script.commands.iter().any(|command| {
            command
                .assigned(name)
                .is_some_and(|value| !value.text.is_empty() && !value.text.starts_with("$1"))
                || (matches!(command.program.as_str(), "read" | "local" | "export" | "declare" | "readonly")
                    && command.args.iter().any(|word| word.text.split('=').next() == Some(name)))
        })
}

fn follows_cd(script: &Script, command: &Command) -> bool {
    let at = script.commands.iter().position(|other| std::ptr::eq(other, command));
    at.and_then(|at| at.checked_sub(1)).and_then(|at| script.commands.get(at)).is_some_and(|before| {
        before.is("cd") && before.args.first().is_some_and(|word| word.literal().is_some())
    })
}

/// The folder that is removed and then cloned anew, unless it is a temporary one.
fn recloned<'c>(case: &Case, script: &'c Script, removed: &[&'c Word]) -> Option<&'c str> {
    let clone = script.commands.iter().find(|command| {
        command.is("git") && options::subcommand("git", &command.args).is_some_and(|(_, sub)| sub == "clone")
    })?;
    let (at, _) = options::subcommand("git", &clone.args)?;
    let operands = options::operands(&options::read(
        clone.args.get(at + 1..)?,
        Spec { short: "bcjou", long: &["branch", "depth", "origin", "config", "jobs", "reference"] },
    ));
    let url = operands.first()?.literal()?;
    let target = match operands.get(1) {
        Some(word) => word.literal()?,
        None => url.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".git"),
    };
    let moved =
        script.commands.first().filter(|first| first.is("cd")).and_then(|cd| cd.args.first()?.literal());
    let path = case.facts.absolute(moved.unwrap_or("."))?.join(target);
    if is_temporary(&path) {
        return None;
    }
    removed.iter().find(|word| word.text.trim_end_matches('/') == target).map(|word| word.text.as_str())
}

fn is_temporary(path: &Path) -> bool {
    ["/tmp", "/var/tmp", "/private/tmp"]
        .iter()
        .any(|folder| path.starts_with(folder) && path != Path::new(folder))
}

fn advice(case: &Case, occasion: &Occasion) -> Option<Advice> {
    let command = occasion.command?;
    let check = "name the exact path and look with ls -d first";
    match verdict(case, command).ok()?? {
        Danger::Variable(word) => {
            let name = &word.leading_variable.as_ref()?.name;
            let shown = text::excerpt(&word.raw);
            let lead = format!("rm -r {shown} removes another path if {name} is empty");
            let guarded = [format!("${{{name}}}"), format!("${name}")]
                .iter()
                .find(|spelled| word.raw.contains(spelled.as_str()))
                .map(|spelled| word.raw.replacen(spelled.as_str(), &format!("${{{name}:?}}"), 1));
            match guarded {
                Some(path) => {
                    let path = if word.quoted { path } else { quoted(&path) };
                    let plain = format!("{lead}: write ${{{name}:?}} so that it stops instead");
                    Advice::better(lead, format!("rm -rf -- {path}"), plain)
                }
                None => Advice::plain(format!("{lead}: {check}")),
            }
        }
        Danger::Output => {
            Advice::plain(format!("rm -r of a command's output removes whatever it prints: {check}"))
        }
        Danger::Everything => {
            Advice::plain(format!("rm -r * removes all of whatever folder the shell is in: {check}"))
        }
        Danger::Folder(what) => {
            Advice::plain(format!("rm -r of {what}: unless the user asked for it, {check}"))
        }
        Danger::Above(word) => Advice::plain(format!(
            "rm -r {} removes the working directory or one above it: {check}",
            text::excerpt(&word.raw)
        )),
        Danger::Reclone(path) => {
            let path = crate::shell::words::quote(path.trim_end_matches('/'));
            let lead = "rm -r before a fresh clone loses what was not pushed; keep it";
            Advice::better(
                lead,
                format!("mv {path} {path}.old"),
                "rm -r before a fresh clone loses what was not pushed: mv it aside",
            )
        }
    }
}

/// An unquoted path in double quotes, a glob at its end left outside.
fn quoted(path: &str) -> String {
    match path.strip_suffix('*') {
        Some(folder) if !folder.contains('*') => format!("\"{}\"/*", folder.trim_end_matches('/')),
        _ => format!("\"{path}\""),
    }
}
