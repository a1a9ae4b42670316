//! What stands around a command changes nothing of what is said of it: comments, blanks, `true &&`,
//! `( )`, `env`.

use once_cell::unsync::OnceCell;
use toolcoach::engine::analyzers;
use toolcoach::project::environment::Environment;
use toolcoach::protocol;
use toolcoach::rules::case::Case;
use toolcoach::rules::example::{Call, Given};
use toolcoach::store::ledger::Ledger;
use toolcoach::{engine, rules, shell};

use crate::harness::World;

/// Ways in which a command is said otherwise.
const SPACES_AROUND: &str = "spaces around";
const SPACES_BETWEEN: &str = "spaces between";
const COMMENT_BEFORE: &str = "a comment before";
const COMMENT_AFTER: &str = "a comment after";
const TRUE: &str = "true &&";
const SUBSHELL: &str = "a subshell";
const ENV: &str = "env";
const ENV_WITH: &str = "env A=1";

/// Ways, rules that then answer otherwise, and why.
type Excuse = (&'static [&'static str], &'static [&'static str], &'static str);

/// Where what is put around a command makes a rule fall silent, and why.
const SILENT: [Excuse; 8] = [
    (
        &[TRUE, SUBSHELL],
        &["cat-view-file", "list-tree-unbounded", "read-generated-file", "rg-bre-alternation"],
        "they speak of a call that is this one command and shows its output, and name a tool to use instead of it",
    ),
    (
        &[TRUE],
        &[
            "grep-recursive",
            "find-name-search",
            "uv-run-python",
            "commit-hook-failed",
            "repeat-failing-command",
        ],
        "of several commands it is not known which one printed or failed",
    ),
    (
        &[TRUE, SUBSHELL],
        &["shell-state-not-kept", "cd-prefix-cwd"],
        "they speak of how a call begins, and a subshell is left on purpose",
    ),
    (
        &[SUBSHELL],
        &[
            "bash-output-large",
            "full-suite-loop",
            "gh-output-large",
            "many-files-in-one-call",
            "git-amend-pushed",
            "git-merge-conflict",
            "rerun-tests-no-change",
            "shell-write-file",
            "slow-foreground",
        ],
        "they look at what stands at the top of a call: a group may run in another folder, and often or never",
    ),
    (
        &[ENV, ENV_WITH],
        &[
            "cat-view-file",
            "find-grep-pipeline",
            "list-tree-unbounded",
            "module-not-found",
            "read-generated-file",
            "shell-state-not-kept",
            "shell-write-file",
            "uv-run-python",
        ],
        "a wrapper has its purpose, and the better form would not have it",
    ),
    (
        &[ENV_WITH],
        &["full-suite-loop", "repeat-failing-command", "rerun-tests-no-change", "slow-foreground"],
        "under another environment it is not the same run",
    ),
    (
        &[COMMENT_BEFORE, COMMENT_AFTER, SPACES_BETWEEN, TRUE, SUBSHELL, ENV, ENV_WITH],
        &["poll-background-output"],
        "it knows its earlier looks by their text",
    ),
    (
        &[COMMENT_AFTER],
        &["cd-prefix-cwd"],
        "a call of several lines is not written anew as a whole",
    ),
];

/// Where what is put around a command makes a rule speak, and why.
const SPEAKS: [Excuse; 1] = [(
    &[SUBSHELL, ENV_WITH],
    &["masked-exit-pipe"],
    "in a group or under another environment it is not known as the run before, which showed the status",
)];

/// The rules that match a call in this process, the world's PATH and memory being there.
fn matched(world: &World, input: &str, programs: &[&str]) -> Vec<&'static str> {
    let room = OnceCell::new();
    let (event, client) = protocol::read(input, &room, |spoken| spoken, None).unwrap();
    let having: Vec<String> = programs.iter().map(|name| (*name).to_owned()).collect();
    let environment = Environment::of_call(client, &event).with_programs(having.into());
    let ledger =
        event.session.as_deref().map(|id| Ledger::new(&world.state(), id, event.agent.as_deref()));
    let case = Case::new(&event, environment, ledger.as_ref());
    let examination = engine::examine(&case, true, |tasks| analyzers::look(&case, tasks, true));
    examination.matches.hit.iter().map(|found| found.rule.id).collect()
}

/// The same command, said otherwise.
fn variants(command: &str) -> Vec<(&'static str, String)> {
    let mut variants = vec![
        (SPACES_AROUND, format!(" \n  {command} \n")),
        (COMMENT_BEFORE, format!("# look\n{command}")),
        (COMMENT_AFTER, format!("{command}\n# done")),
        (TRUE, format!("true && {command}")),
        (SUBSHELL, format!("(\n{command}\n)")),
    ];
    let Some((first, rest)) = command.split_once(' ') else { return variants };
    // What only the shell itself can do, `env` cannot run.
    const BUILTINS: [&str; 12] = [
        "cd", "export", "source", ".", "set", "alias", "unset", "pushd", "read", "wait", "exec",
        "command",
    ];
    let is_name =
        |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let starts = shell::parse(command).is_ok_and(|script| {
        script
            .commands
            .first()
            .is_some_and(|command| command.spelled == first && command.depth == 0)
    });
    if is_name(first) && starts && !BUILTINS.contains(&first) {
        variants.push((SPACES_BETWEEN, format!("{first} \t  {rest}")));
        variants.push((ENV, format!("env {command}")));
        variants.push((ENV_WITH, format!("env A=1 {command}")));
    }
    variants
}

fn is_excused(excuses: &[Excuse], way: &str, id: &str) -> bool {
    excuses.iter().any(|(ways, ids, _)| ways.contains(&way) && ids.contains(&id))
}

#[test]
fn text_around_a_command_changes_nothing() {
    let mut failures = Vec::new();
    let [mut silent, mut louder] = [const { Vec::new() }; 2];
    for example in rules::all().flat_map(|rule| rule.hits.iter().chain(rule.misses)) {
        let Call::Bash(command) = example.call else { continue };
        // The environment of this process cannot be changed.
        if example.given.iter().any(|given| matches!(given, Given::Variable(..) | Given::Agent(_)))
        {
            continue;
        }
        let world = World::new();
        let call = world.example(example);
        let mut fields: serde_json::Value = serde_json::from_slice(&call.json()).unwrap();
        let named =
            |given: &Given| if let Given::Programs(names) = given { Some(*names) } else { None };
        let programs = example.given.iter().find_map(named).unwrap_or(&["rg", "fd"]);
        let command = world.filled(command);
        let expected = matched(&world, &fields.to_string(), programs);
        for (way, variant) in variants(&command) {
            fields["tool_input"]["command"] = variant.into();
            let found = matched(&world, &fields.to_string(), programs);
            for id in found.iter().filter(|id| !expected.contains(id)) {
                if !is_excused(&SPEAKS, way, id) {
                    failures.push(format!("{way}: {id} speaks on {example}"));
                }
                louder.push((way, *id));
            }
            for id in expected.iter().filter(|id| !found.contains(id)) {
                if !is_excused(&SILENT, way, id) {
                    failures.push(format!("{way}: {id} falls silent on {example}"));
                }
                silent.push((way, *id));
            }
        }
    }
    for (excuses, used) in [(&SILENT[..], &silent), (&SPEAKS[..], &louder)] {
        for (ways, ids, why) in excuses {
            for (way, id) in ways.iter().flat_map(|way| ids.iter().map(move |id| (*way, *id))) {
                if !used.contains(&(way, id)) {
                    failures.push(format!("{way}: {id} needs no excuse ({why})"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}
