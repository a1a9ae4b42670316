//! A call from its bytes to its answer.

use std::sync::Arc;
use std::time::Instant;

use once_cell::unsync::OnceCell;
use toolcoach::base::text;
use toolcoach::engine::analyzers;
use toolcoach::project::environment::Environment;
use toolcoach::project::secrets::in_text::looks_secret;
use toolcoach::protocol::client::Client;
use toolcoach::protocol::event::Event;
use toolcoach::protocol::excerpt::Kept;
use toolcoach::protocol::{self, dialect, reply};
use toolcoach::rules::advice::MAX_BODY_CHARS;
use toolcoach::rules::case::Case;
use toolcoach::rules::gate::Candidates;
use toolcoach::rules::matcher::{self, Match};
use toolcoach::rules::set::RuleSet;
use toolcoach::shell::Refusal;
use toolcoach::store::ledger::Ledger;
use toolcoach::{engine, rules, shell};

/// What is on PATH.
const PROGRAMS: [&str; 7] = ["rg", "fd", "git", "uv", "pnpm", "tree", "python3"];

fn environment(client: Client, event: &Event) -> Environment {
    let having: Vec<String> = PROGRAMS.map(str::to_owned).into();
    Environment::of_call(client, event).with_programs(Arc::from(having))
}

fn read<'a>(
    text: impl Into<Kept<'a>>,
    room: &'a OnceCell<String>,
) -> Result<(Event<'a>, Client), impl std::fmt::Debug> {
    protocol::read(text, room, |client| client, None)
}

/// Bytes of stdin through the hook's path: reader, dialect, event, gate, rules, analyzers, judge, a
/// memory that is on no disk, reply. Once as they are, once with little of long texts kept.
pub fn event(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    called_often(data, (&*text).into());
    let excerpt = dialect::small_excerpt(data, data.len() % 97 + 1);
    called_often(data, excerpt.kept());
}

fn called_often(data: &[u8], text: Kept) {
    let room = OnceCell::new();
    let Ok((event, detected)) = read(text, &room) else { return };
    let other = Client::ALL[data.len() % Client::ALL.len()];
    for client in [detected, other] {
        let ledger =
            event.session.as_deref().map(|id| Ledger::in_memory(id, event.agent.as_deref()));
        // Three times over: rules look at what was before.
        for n in 0..3_u64 {
            answered(text, client, ledger.as_ref(), n);
        }
    }
}

/// The `n`th call of its kind in a session.
fn answered(text: Kept, client: Client, ledger: Option<&Ledger>, n: u64) {
    let room = OnceCell::new();
    let Ok((mut event, _)) = read(text, &room) else { return };
    event.call_id = Some(n.to_string().into());
    if let Some(ledger) = ledger {
        ledger.advance(1_750_000_000_000 + n * 1000);
    }
    let case = Case::new(&event, environment(client, &event), ledger);
    let ask = |tasks: &[analyzers::Task]| analyzers::look(&case, tasks, false);
    let answer = engine::answer(&case, ledger, Instant::now(), ask);
    answer.said.iter().chain(answer.held.iter().map(|(found, _)| found)).for_each(has_the_form);
    assert!(answer.said.len() <= 2, "two lines at most");
    if let Some(text) = answer.text() {
        reply::line(client, event.name, &text).expect("a reply is JSON");
    }
}

/// A command's text through the guard, the parser, every rule and every rewrite.
pub fn command(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(script) = shell::parse(&text) {
        for command in &script.commands {
            // Places in the text are right, or there are none.
            if let Some(own) = script.text_of(command) {
                assert!(text.contains(own));
            }
        }
    }
    // One of four ways each, by the text's own length: it changes often enough.
    let client = if data.len().is_multiple_of(2) { Client::Claude(None) } else { Client::Codex };
    let input = called(&text, data.len() / 2 % 2 == 1);
    let room = OnceCell::new();
    let (event, _) = read(&input, &room).expect("an event");
    let case = Case::new(&event, environment(client, &event), None);
    let everything = (0..rules::all().count()).fold(RuleSet::EMPTY, RuleSet::with);
    let found = matcher::look(&case, Candidates { hit: everything, good: everything }, &[], true);
    found.hit.iter().for_each(has_the_form);
    let examination = engine::examine(&case, true, |tasks| analyzers::look(&case, tasks, true));
    for found in &examination.matches.hit {
        has_the_form(found);
        is_usable(found, client);
    }
}

fn called(command: &str, failed: bool) -> String {
    let mut event = serde_json::json!({
        "hook_event_name": "PostToolUse", "cwd": "/nowhere", "tool_name": "Bash", "tool_input": { "command": command },
        "tool_response": { "stdout": "x\n".repeat(2000), "stderr": "" },
    });
    if failed {
        event["hook_event_name"] = "PostToolUseFailure".into();
        event["error"] =
            "Exit code 1\nModuleNotFoundError: No module named 'x'\nerror: pathspec".into();
    }
    event.to_string()
}

/// One line, short, clean, without a secret, named after its rule.
fn has_the_form(found: &Match) {
    let text = &found.text;
    let body = text
        .strip_prefix("[toolcoach] ")
        .and_then(|rest| rest.strip_suffix(&format!(" ({})", found.rule.id)));
    let body = body.unwrap_or_else(|| panic!("no tag or no id: {text}"));
    assert!(body.chars().count() <= MAX_BODY_CHARS, "{text}");
    assert!(text::clean(text) == *text && !text.contains('\n'), "{text:?}");
    assert!(!looks_secret(body), "{text}");
    assert!(text.matches('`').count().is_multiple_of(2), "what is to be run ends: {text}");
}

/// A suggested command parses, and its rule has nothing against it.
fn is_usable(found: &Match, client: Client) {
    let Some(better) = found.text.split('`').nth(1) else { return };
    assert_ne!(shell::parse(better).err(), Some(Refusal::Syntax), "{}", found.text);
    let input = called(better, false);
    let room = OnceCell::new();
    let (event, _) = read(&input, &room).expect("an event");
    let case = Case::new(&event, environment(client, &event), None);
    let again = engine::examine(&case, true, |tasks| analyzers::look(&case, tasks, true));
    // What guards a variable may stand in front of the command that is written anew, and is not in
    // it.
    let again = again
        .matches
        .hit
        .iter()
        .find(|again| again.rule.id == found.rule.id && !again.rule.id.starts_with("rm-"));
    assert!(again.is_none(), "{}\n{}", found.text, again.map_or("", |again| &again.text));
}
